"""The unit: what is due, filing with evidence, its findings, and what we asked of its hosts."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Route, expect

from chengjian.demo.city import NEIGHBOUR
from chengjian.demo.content.files import pdf
from tests.demo_played import Played
from tests.journeys.at_desk import AtDesk
from tests.journeys.conftest import Office

ROW = "NYC-22"


@pytest.fixture(scope="module")
def county(office: Office) -> AtDesk:
    return office.as_("liuwan")


@pytest.fixture
def evidence(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "红头文件.pdf", tmp_path / "执行台账.pdf"]
    for path in paths:
        path.write_bytes(pdf([path.stem, "柳湾区", "全部虚构"]))
    return paths


def test_what_is_due(office: Office, county: AtDesk) -> None:
    """The first page says what is to be done and by when, and nobody's draft is on it."""
    assert office.rounds is not None
    county.go("/mine")
    county.says("确认初评结果，或提出申诉", "截止", "填报", "做什么得分最多", "初评结果反馈以前，任何单位都看不到分数")
    county.says_not("青禾县", "雁塘县")


def test_filing_with_evidence(office: Office, county: AtDesk, evidence: list[Path]) -> None:
    """Several files for one row, each with its progress; what is wrong comes back as it was typed."""
    assert office.rounds is not None
    path = f"/mine/filings/{office.rounds.gathering}/{ROW}"
    county.go("/mine/filings")
    county.follow(county.main.locator(f'a[href="{path}"]'))
    with county.page.expect_file_chooser() as chosen:
        county.form("/files").locator("input[type=file]").click()
    chosen.value.set_files(evidence)
    expect(county.main.locator("#files li")).to_have_count(2)
    county.form(f"/{ROW}").get_by_role("radio", name="填报数据").check()
    county.form(f"/{ROW}").get_by_label("理由或说明").fill("数据来自县信用办台账")
    county.form(f"/{ROW}").locator("input[inputmode=decimal]").first.fill("三件")
    county.press("提交", county.form(f"/{ROW}"), status=422)
    county.says("填好的内容和附件都还在")
    expect(county.main.get_by_label("理由或说明")).to_have_value("数据来自县信用办台账")
    expect(county.main.locator("#files li")).to_have_count(2)
    county.form(f"/{ROW}").locator("input[inputmode=decimal]").first.fill("2")
    names = county.form(f"/{ROW}").locator(".values textarea")
    if names.count():
        names.first.fill("某某协议；某某承诺")
    county.main.get_by_label("数据截止日").fill("2026-01-31")
    county.press("提交", county.form(f"/{ROW}"))
    county.says("填报回执", "红头文件.pdf", "执行台账.pdf", "2026-01-31")
    county.go("/mine/filings")
    row = county.page.locator(f"#{office.rounds.gathering} tr", has_text=ROW)
    expect(row).to_contain_text("待审核")


#: What a browser does with files that somebody lets go over a place: it tells how each event was answered.
LET_GO = """([place, files]) => {
    const over = document.querySelector(place), held = new DataTransfer();
    for (const [name, text] of files) { held.items.add(new File([text], name)); }
    return ["dragenter", "dragover", "drop"].map(kind => {
        const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: held });
        over.dispatchEvent(event);
        return event.defaultPrevented;
    });
}"""


def test_files_that_are_dragged_and_dropped(office: Office, county: AtDesk) -> None:
    """Each under a name that harms nobody; what cannot be taken says why; beside the place nothing opens."""
    assert office.rounds is not None
    county.go(f"/mine/filings/{office.rounds.gathering}/NYC-10")
    paper = pdf(["柳湾区", "全部虚构"]).decode("latin-1")
    dropped = [
        ["承诺书.pdf", paper],
        ["../../etc/passwd.pdf", paper],
        ["长" * 300 + ".pdf", paper],
        ["空.pdf", ""],
        ["程序.pdf", "MZ\x00"],
    ]
    assert county.page.evaluate(LET_GO, ["form.drop label", dropped]) == [True, True, True]
    names = county.main.locator("#files .name")
    expect(names).to_have_count(3)
    told = set(names.all_inner_texts())
    assert {"承诺书.pdf", "passwd.pdf"} < told
    assert all(len(name) <= 120 for name in told)
    refused = county.main.locator(".going .told.bad")
    expect(refused).to_have_count(2)
    assert "0 字节" in " ".join(refused.all_inner_texts())
    here = county.page.url
    assert county.page.evaluate(LET_GO, ["h1", dropped[:1]])[2]  # else the browser would open the file in this tab
    assert county.page.url == here
    while county.main.locator("#files li button").count():
        county.follow(county.main.locator("#files li button").first)
    expect(county.main.locator("#files li")).to_have_count(0)


def test_a_form_waits_for_what_is_still_being_sent(office: Office, county: AtDesk) -> None:
    """Else the file would not be part of what is handed in; a connection that breaks leaves nothing."""
    assert office.rounds is not None
    county.go(f"/mine/filings/{office.rounds.gathering}/NYC-10")
    held: list[Route] = []
    county.page.route("**/NYC-10/files?*", lambda route: held.append(route))
    county.page.evaluate(LET_GO, ["form.drop", [["台账.pdf", pdf(["台账"]).decode("latin-1")]]])
    expect(county.main.locator(".going progress")).to_have_count(1)
    county.form("/NYC-10").get_by_role("button", name="提交").click()
    expect(county.page.locator("#notice")).to_contain_text("1 个文件正在上传")
    held[0].abort("connectionreset")
    county.says("上传中断，没有留下任何内容")
    expect(county.main.locator("#files li")).to_have_count(0)
    county.page.unroute("**/NYC-10/files?*")
    county.main.get_by_role("button", name="重新上传").click()
    expect(county.main.locator("#files li")).to_have_count(1)
    county.follow(county.main.locator("#files li button").first)


def test_what_was_typed_a_moment_before_the_session_ended(office: Office, county: AtDesk) -> None:
    """Before the form could keep it on the server, the tab did; and it is nobody else's who signs in there."""
    assert office.rounds is not None
    path = f"/mine/filings/{office.rounds.gathering}/NYC-22"
    county.go(path)
    county.main.get_by_label("理由或说明").fill("一瞬间写下的话")
    county.context.clear_cookies()
    county.press("提交", county.form("/NYC-22"))
    assert county.path == "/login"
    county.fill(登录名="liuwan", 密码=office.people["liuwan"].password)
    county.press("登录")
    county.go(path)
    expect(county.main.get_by_label("理由或说明")).to_have_value("一瞬间写下的话")
    kept = county.page.evaluate("() => Object.keys(sessionStorage).filter(key => key.startsWith('draft:'))")
    assert kept
    assert all(key.startswith("draft:liuwan:") for key in kept)
    county.main.get_by_label("理由或说明").fill("一瞬间写下的话，已写完")
    county.main.get_by_label("数据截止日").focus()  # saved as a draft: the tab need not remember it any more
    expect(county.page.locator("#saved")).to_contain_text("草稿已保存")
    county.page.wait_for_function("() => !Object.keys(sessionStorage).some(key => key.startsWith('draft:'))")


def test_a_half_filled_form_waits_for_its_writer(office: Office, county: AtDesk) -> None:
    """The session ends while somebody types: the draft is kept by the server, and is there after signing in."""
    assert office.rounds is not None
    path = f"/mine/filings/{office.rounds.gathering}/NYC-10"
    county.go(path)
    reason = county.main.get_by_label("理由或说明")
    reason.fill("县级平台尚在建设")
    county.main.get_by_label("数据截止日").focus()  # the form keeps what was typed when a field is left
    expect(county.page.locator("#saved")).to_contain_text("草稿已保存")
    county.context.clear_cookies()
    county.press("提交", county.form("/NYC-10"))
    assert county.path == "/login"
    county.fill(登录名="liuwan", 密码=office.people["liuwan"].password)
    county.press("登录")
    county.go(path)
    expect(reason).to_have_value("县级平台尚在建设")


def finding(county: AtDesk, words: str) -> None:
    county.go("/mine/findings")
    for tab in county.main.locator("nav[aria-label=发现的种类] a").all():
        href = tab.get_attribute("href")
        assert href is not None
        county.go(f"/mine/findings{href[href.index('?') :]}" if "?" in href else href)
        link = county.main.get_by_role("link", name=re.compile(words)).first
        if link.count():
            county.follow(link)
            return
    raise AssertionError(f"no finding {words}")


def test_it_is_here(played: Played, county: AtDesk) -> None:
    """Who is told that something is missing may show where it is: it is looked at, and what came of it is said."""
    finding(county, "权力清单|权责清单|责任清单|承诺")
    county.says("看到了什么", "怎么改", "请求复查")
    form = county.page.locator("form:has(input[name=address])")
    form.get_by_label("它在这里").fill(f"{played.served.url('liuwan')}class.asp?id=1")
    county.press("它在这里，请核对", form)
    expect(county.main.locator("#recheck")).to_contain_text("完成", timeout=60_000)
    expect(county.main.locator("#recheck")).to_contain_text("class.asp?id=1")


def test_mended_and_looked_at_again(played: Played, county: AtDesk) -> None:
    """A re-check runs within the minute, and what was seen is told, with the request that was made."""
    finding(county, "打不开")
    before = len(played.served.served("liuwan"))
    county.press("已修复，请复查")
    expect(county.main.locator("#recheck")).to_contain_text("复查", timeout=60_000)
    expect(county.main.locator("#recheck .badge").first).to_have_text("完成", timeout=60_000)
    assert len(played.served.served("liuwan")) > before
    county.page.reload()
    county.says("应要求复查")


def test_what_we_asked_of_its_hosts(county: AtDesk) -> None:
    """When, how fast, and each single request: an office can hold it against its own log."""
    county.go("/mine/requests")
    county.says("User-Agent", "Chengjian/")
    county.follow(county.main.get_by_role("link", name=re.compile("逐个请求")).first)
    county.says("GET")


def test_nothing_of_another_unit(played: Played, office: Office, county: AtDesk) -> None:
    """Filings, drafts, findings, scores of another unit do not exist for it."""
    assert office.rounds is not None
    home = office.rounds
    site = quote(played.served.url("qinghe").removeprefix("http://").rstrip("/"), safe="")
    for path in (
        "/overview/1/units/qinghe",
        "/overview/1/units/qinghe/rows/NYC-01",
        f"/reviews/{home.answered}/qinghe/NYC-05",
        "/filings",
        "/flags",
        f"/rounds/{home.answered}",
        "/users",
        "/log",
        f"/mine/findings/one?site={site}&finding=0000",
        f"/mine/filings/{home.gathering}/NYC-99",
    ):
        answer = county.page.request.get(f"{county.address}{path}")
        assert answer.status in (403, 404), path
        assert "青禾" not in answer.text(), path
    assert NEIGHBOUR not in county.main.inner_text()
