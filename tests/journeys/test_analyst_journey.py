"""The analyst: from the queue to decisions that stand, are taken back, and teach."""

import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from services.desk.archived_page import MARK
from tests.journeys.at_desk import AtDesk
from tests.journeys.conftest import Office

LINKED = "id=9017"  # a page of 柳湾区 that is gone, and still linked to from a list that was archived
DEAD = "P020210407733.xlsx"  # an attachment of 青禾县 that no night could open


@pytest.fixture(scope="module")
def analyst(office: Office) -> AtDesk:
    return office.as_("fenxi")


def number_of_first(analyst: AtDesk, query: str) -> str:
    """The address of the first single finding in a queue."""
    analyst.go(f"/flags?{query}")
    href = analyst.main.locator("a[data-open]").first.get_attribute("href")
    assert href is not None
    return href


def pile(analyst: AtDesk, name: str) -> int:
    """How many findings lie there."""
    analyst.go("/flags")
    told = analyst.main.locator(".tabs a", has_text=name).inner_text()
    return int(re.sub(r"\D", "", told))


def test_the_queue_keeps_its_filter_in_the_address(analyst: AtDesk) -> None:
    """Worst and oldest first, by cause; an address with a filter can be sent to a colleague."""
    analyst.go("/flags?pile=confirmed")
    analyst.main.locator("select[name=unit]").select_option("qinghe")
    analyst.press("筛选")
    asked = parse_qs(urlsplit(analyst.page.url).query)
    assert (asked["unit"], asked["pile"]) == (["qinghe"], ["confirmed"])
    analyst.says("青禾县", "严重")
    rows = analyst.main.locator("tr[data-row]")
    assert {cell.inner_text() for cell in rows.locator("td[data-label=单位]").all()} == {"青禾县"}
    severities = [one.inner_text() for one in rows.locator("td[data-label=程度]").all()]
    assert severities == sorted(severities, key=["严重", "一般", "提示"].index)


def test_a_flag_beside_the_page_as_it_was_seen(analyst: AtDesk) -> None:
    """Nobody is accused by a sentence: the archived copy with the place marked, every try, and what it costs."""
    analyst.go(number_of_first(analyst, f"pile=confirmed&text={LINKED}"))
    frame = analyst.page.locator("iframe.archived")
    assert frame.get_attribute("sandbox") == ""
    expect(frame.content_frame.locator("body")).to_contain_text("柳湾")
    expect(frame.content_frame.locator(f"a#{MARK}, #{MARK}").first).to_be_visible()
    analyst.says("历次查看", "第 1 夜", "上班时间", "已达到", "NYC-", "柳湾区")
    details = analyst.main.locator("details", has_text="问了什么、答了什么").first
    details.locator("summary").click()
    expect(details).to_contain_text("GET")


def test_confirm_by_key_and_the_way_back(analyst: AtDesk) -> None:
    """One key, one decision: a double press, the browser's back button and a second tab do nothing twice."""
    address = number_of_first(analyst, f"pile=confirmed&text={DEAD}")
    analyst.go(address)
    other = analyst.context.new_page()
    other.goto(analyst.page.url)
    with analyst.page.expect_navigation():
        analyst.page.keyboard.press("c")
    analyst.look()
    assert "已确认 1 项" in analyst.told
    analyst.page.go_back()
    analyst.page.reload()
    analyst.says("林一")
    steps = analyst.main.locator("section.card", has_text="经过").first.locator("ol.steps > li")
    before = steps.count()
    with other.expect_navigation():
        other.keyboard.press("c")
    assert "林一" in other.locator("#main").inner_text()
    other.close()
    analyst.go(address)
    assert steps.count() == before


def test_dismiss_with_a_reason_and_take_it_back(analyst: AtDesk) -> None:
    """A finding that is not so is gone from the score; who decided it can undo it, and says why it was dismissed."""
    address = number_of_first(analyst, "pile=confirmed&unit=liuwan&severity=minor")
    before = pile(analyst, "已确认")
    analyst.go(address)
    analyst.page.keyboard.press("d")
    why = analyst.form("/flags/decide").get_by_label("理由")
    expect(why).to_be_focused()
    why.fill("页面正常，为我方误判")
    analyst.press("否定", analyst.form("/flags/decide"))
    assert "已否定 1 项" in analyst.told
    assert pile(analyst, "已确认") == before - 1
    analyst.go("/flags")
    analyst.says("您否定了 1 项")
    with analyst.page.expect_navigation():
        analyst.page.keyboard.press("u")
    assert "已撤销 1 项" in analyst.told
    assert pile(analyst, "已确认") == before


def test_a_suppression_has_an_owner_a_reason_and_an_end(analyst: AtDesk) -> None:
    analyst.go(number_of_first(analyst, "pile=confirmed&unit=liuwan&severity=minor"))
    ends = date.today() + timedelta(days=30)  # noqa: DTZ011  the browser's own day
    form = analyst.form("/flags/decide")
    form.get_by_label("理由").fill("县里本月改版，约定月底前不提")
    form.locator("input[name=until]").fill(ends.isoformat())
    analyst.press("否定并抑制到该日", form)
    analyst.go("/suppressions")
    analyst.says("县里本月改版", "林一", ends.isoformat())
    lift = analyst.main.locator("details", has_text="解除").first
    lift.locator("summary").click()
    lift.get_by_label("解除的理由").fill("改版提前完成")
    analyst.press("解除抑制", lift)
    assert "解除" in analyst.told


def test_many_at_once(analyst: AtDesk) -> None:
    """Ticked with x, dismissed together for one reason, and taken back together."""
    analyst.go("/flags?pile=unverifiable")
    for _ in range(8):  # a line that stands for several of one cause has nothing to tick
        analyst.page.keyboard.press("j")
        analyst.page.keyboard.press("x")
        if "已勾选 2 项" in analyst.main.inner_text():
            break
    analyst.says("已勾选 2 项")
    analyst.form("/flags/decide").get_by_label("理由").fill("防火墙拒绝，不能认定")
    analyst.press("否定")
    assert "已否定 2 项" in analyst.told
    with analyst.page.expect_navigation():
        analyst.page.keyboard.press("u")
    assert "已撤销 2 项" in analyst.told


def test_a_session_that_ends_in_the_middle_of_a_form(office: Office, analyst: AtDesk) -> None:
    """Half an hour of reading loses nothing: what was typed is there again after signing in."""
    address = number_of_first(analyst, f"pile=confirmed&text={DEAD}")
    analyst.go(address)
    note = analyst.form("/comment").get_by_label("写备注")
    note.fill("已电话核实，县里说本周修复")
    analyst.context.clear_cookies()
    analyst.press("保存备注", analyst.form("/comment"))
    assert analyst.path == "/login"
    assert "填好的内容还在" in analyst.told
    analyst.fill(登录名="fenxi", 密码=office.people["fenxi"].password)
    analyst.press("登录")
    assert analyst.path == urlsplit(address).path
    expect(note).to_have_value("已电话核实，县里说本周修复")
    analyst.press("保存备注", analyst.form("/comment"))
    analyst.says("已电话核实，县里说本周修复")
    expect(note).to_have_value("")


def test_events_are_relabelled_merged_and_taken_back(analyst: AtDesk) -> None:
    """What papers say of a unit counts only as a person left it; each step is kept with its reason."""
    analyst.go("/events")
    links = [one.get_attribute("href") or "" for one in analyst.main.locator("a[data-open]").all()]
    assert len(links) > 2
    analyst.go(links[0])
    analyst.page.keyboard.press("l")
    relabel = analyst.form("/relabel")
    box = relabel.locator("input[name=label]").last
    box.set_checked(not box.is_checked())
    relabel.get_by_label("理由").fill("报道讲的是另一类事情")
    analyst.press("改种类", relabel)
    analyst.says("改种类", "报道讲的是另一类事情", "林一")
    analyst.go(links[1])
    title = analyst.page.locator("h1").inner_text()
    analyst.go(links[2])
    analyst.page.keyboard.press("m")
    merge = analyst.main.locator("details", has_text="并入另一件").first
    merge.get_by_label("查找").fill(title[:8])
    merge.locator("label.pick", has_text=title[:8]).first.click()
    analyst.form("/merge").get_by_label("理由").fill("同一件事，两家媒体各报一次")
    analyst.press("并入", analyst.form("/merge"))
    analyst.says("同一件事，两家媒体各报一次", title)
    analyst.press("撤销我的")
    analyst.says("已撤销")


def test_the_blind_sample(analyst: AtDesk) -> None:
    """Our verdict is shown after the answer, and the answer is counted: our own error rate is measured every day."""
    analyst.go("/samples")
    first = analyst.main.locator("li.card").first
    expect(first).not_to_contain_text("我们的判断")
    expect(analyst.main).to_contain_text("还没有判断")
    analyst.press("好", first)
    expect(first).to_contain_text("我们的判断")
    assert first.get_by_role("button").count() == 0
    expect(
        analyst.main.locator("td", has_text="95").or_(analyst.main.locator("td", has_text="/ 1 =")).first
    ).to_be_visible()


def test_portals_that_refuse_us(analyst: AtDesk) -> None:
    """What we could not see is a task for a person, not a fault of the unit."""
    analyst.go("/duties")
    analyst.says("雁塘县")
    analyst.follow(analyst.main.locator('a[href^="/duties/"]').first)
