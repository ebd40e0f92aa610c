"""Everyone: from a number of the overview down to the words of the rule; and an auditor who can only read."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from chengjian.demo.errands import prove
from chengjian.demo.visitor import ConsoleAnswerError
from records.accounts import ROLE_NAMES
from tests.journeys.at_desk import AtDesk
from tests.journeys.conftest import Office

PUBLIC = ("/me", "/api")  # one's own account, the same for everybody


@pytest.fixture(scope="module")
def auditor(office: Office) -> AtDesk:
    return office.as_("jiandu")


def test_a_number_and_what_it_is_made_of(auditor: AtDesk) -> None:
    """Matrix → number → how it was worked out → the finding behind it; the rule is quoted beside our reading of it."""
    auditor.go("/overview/1")
    row = auditor.main.locator("tr", has=auditor.page.get_by_role("rowheader", name="青禾县"))
    auditor.follow(row.locator('a[href$="/rows/NYC-05"]'))
    auditor.says("怎样算出来的", "原文", "我们的理解", "证据", "有数据，得零分", "覆盖说明")
    assert auditor.main.locator("blockquote").inner_text().strip()
    auditor.follow(auditor.main.locator(".traces a[href^='/']").first)
    auditor.says("青禾县")


def test_three_zeroes(auditor: AtDesk) -> None:
    """Measured and nought, nothing supplied, not measured: three words, three looks, never colour alone."""
    auditor.go("/overview/1")
    cells = {word: auditor.main.locator("td.cell", has_text=word).first for word in ("未报", "未测", "0")}
    looks = {}
    for word, cell in cells.items():
        expect(cell).to_be_visible()
        looks[word] = cell.evaluate(
            "e => [getComputedStyle(e).backgroundImage, getComputedStyle(e).backgroundColor, e.className].join()"
        )
    assert len(set(looks.values())) == 3
    auditor.says("未提供数据", "未测得", "有数据，得零分或扣分")


def test_the_coverage_statement_is_never_far(auditor: AtDesk) -> None:
    for path in ("/overview/1", "/overview/1/units/shilan", "/overview/1/units/shilan/rows/NYC-01"):
        auditor.go(path)
        auditor.says("覆盖说明")


def test_ranking_trend_and_changes(auditor: AtDesk) -> None:
    """Ranks with their bands, a chart that can be read without seeing it, and what changed since the last time."""
    auditor.go("/overview/1?view=ranking")
    auditor.says("名次", "可能")
    expect(auditor.main.locator(".chart svg").first).to_be_visible()
    for path in ("/overview/1?view=trend", "/overview/1?view=basis", "/overview/1/changes"):
        auditor.go(path)
    report = auditor.page.request.get(f"{auditor.address}/overview/1/report.xlsx")
    assert report.ok


def test_the_auditor_reads_all_and_changes_nothing(auditor: AtDesk) -> None:
    """Every page of the menu and what it leads to, and not one button on them."""
    auditor.go("/")
    menu = [one.get_attribute("href") or "" for one in auditor.page.locator("nav.side a").all()]
    assert len(menu) > 12
    deeper: dict[str, str] = {}
    for path in menu:
        auditor.go(path)
        assert auditor.buttons() == [], path
        for link in auditor.main.locator("a[href^='/']").all():
            href = link.get_attribute("href") or ""
            kind = re.sub(r"[0-9a-f]*\d[0-9a-f]*", "#", href.partition("?")[0])
            if not href.startswith(PUBLIC) and not href.endswith((".docx", ".xlsx")):
                deeper.setdefault(kind, href)
    for kind, path in deeper.items():
        if kind not in menu:
            auditor.go(path)
            assert auditor.buttons() == [], path


def test_the_demo_proves_that_everybody_gets_in(office: Office) -> None:
    """What ``chengjian demo`` ends with where there is no terminal; a door that stays shut is a fault."""
    lines = prove(office.service.address, tuple(office.people.values()))
    assert [line.partition("：")[0] for line in lines] == [
        f"{ROLE_NAMES[one.role]} {one.login}" for one in office.people.values()
    ]
    stranger = replace(office.people["jiandu"], password="guessed-by-somebody")
    with pytest.raises(ConsoleAnswerError, match=r"陈七（jiandu）.*登录名或密码不对"):
        prove(office.service.address, [stranger])


def test_the_log_is_proved(office: Office, auditor: AtDesk) -> None:
    """What was done in the console stands in a chain that a command proves, with the database or without it."""
    auditor.go("/log")
    auditor.says("建立账户", "登录")
    auditor.follow(auditor.main.locator("a[href^='/log/']").first)
    proved = office.service.call("verify")
    assert proved.returncode == 0, proved.stdout + proved.stderr
    assert "操作日志" in proved.stdout
