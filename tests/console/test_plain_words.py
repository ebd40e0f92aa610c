"""What people read is Chinese: no names of fields, of libraries or of commands where somebody in an office looks."""

import re
from importlib import resources
from pathlib import Path

import pytest

from console.web import back_to
from records.accounts import Role
from records.rounds import Stage
from scoring.scheme_text import parse_scheme
from tests.console.evaluation_world import STALE, World
from tests.console.rounds_at_desk import advanced, opened
from tests.console.test_refusals_in_words import ROOT, SHELL, raised

SCHEMES = sorted(one.name for one in resources.files("scoring.schemes").iterdir() if one.name.endswith(".yml"))
_WORD = re.compile(r"[A-Za-z_]{3,}")
_KNOWN = {"OCR", "NYC"}  # what a scan lost, and rows by their id


@pytest.mark.parametrize("name", SCHEMES)
def test_our_reading_of_a_row_is_told_in_chinese(name: str) -> None:
    """It stands beside the words of the document, in the form that a county fills in and in what would gain it most."""
    scheme = parse_scheme((resources.files("scoring.schemes") / name).read_text("utf-8"), name).scheme
    assert scheme is not None
    told = {row.id: f"{row.name} {row.reading} {row.assumption or ''}" for row in scheme.indicators}
    odd = {row: found for row, text in told.items() if (found := set(_WORD.findall(text)) - _KNOWN)}
    assert odd == {}


def test_a_receipt_names_round_and_unit_as_people_do(desk) -> None:
    round_id = opened(desk).plan.id
    east = desk.as_role(Role.UNIT, "dongcheng")
    text = east.post(f"/mine/filings/{round_id}/NYC-10", state="not_applicable", reason="没有这项业务")
    shown = re.sub(r"<[^>]*>", " ", text[text.index("<h1>") :])
    assert "南阳市县(市、区)政务诚信监测指标" in shown
    assert "网上填报-东城县-NYC-10.json" in shown
    assert "nanyang-county" not in shown


def test_a_finding_says_what_it_does_to_the_points_of_its_unit(desk) -> None:
    """Not before the preliminary result was handed over; then row and total, and no other unit's number."""
    world = World(desk)
    run = world.to_preliminary()
    west = world.unit("xicheng")
    part = f"/mine/findings/stakes?site=xicheng.example&finding={STALE.id}"
    assert "初评结果反馈以后" in west.get(part)
    world.step(world.office, delivered="2026-11-20")
    text = west.get(part)
    assert f'href="/overview/{run}/units/xicheng/rows/NYC-05"' in text
    assert "已计入" in text
    assert "若经复核否定，总分 4.00 → 6.00" in text
    assert "东城" not in text
    world.unit("dongcheng").get(part, status=404)
    desk.as_role(Role.AUDITOR).get(part, status=403)


def test_every_point_of_the_own_result_leads_to_how_it_came_about(desk) -> None:
    """From the first page and from where the unit answers, row by row."""
    round_id = opened(desk).plan.id
    advanced(desk, round_id, Stage.FEEDBACK, delivered=desk.tools.today)
    east = desk.as_role(Role.UNIT, "dongcheng")
    for path in ("/mine", f"/mine/reviews/{round_id}"):
        found = re.search(r'href="(/overview/[^"]*/units/dongcheng/rows/NYC-05)"', east.get(path))
        assert found is not None, path
        assert "NYC-05" in east.get(found[1])


def test_what_a_form_is_answered_with_is_shown_however_long(desk) -> None:
    """A browser drops a cookie of more than 4096 bytes: the sentence would be lost, and nobody would know."""
    answer = back_to("/flags", "“某某县关于某某事项的公告”已由张三处理；" * 200)
    cookie = answer.headers["set-cookie"].partition(";")[0]
    assert 1000 < len(cookie) < 4000


OF_ANALYST_AND_UNIT = (
    *sorted((ROOT / "services/desk").glob("*.py")),
    *(
        ROOT / name
        for name in (
            "services/attachments.py", "services/duties.py", "services/file_rows.py", "services/finding_steps.py",
            "services/import_filing.py", "services/news/reviewing.py", "services/review_finding.py",
            "services/staged_files.py", "services/suppress_findings.py", "services/unit_findings.py",
            "services/unit_reviews.py", "services/unit_rounds.py", "storage/duties.py",
            "scoring_bridge/filing_cells.py",
            "scoring_bridge/filing_sheets.py",
        )
    ),
)  # fmt: skip


@pytest.mark.parametrize("path", OF_ANALYST_AND_UNIT, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_refusal_sends_somebody_at_a_page_to_a_terminal(path: Path) -> None:
    """What an analyst or a unit may be told names no command and no option of one."""
    assert [(line, words) for line, words in raised(path) if SHELL.search(words)] == []
