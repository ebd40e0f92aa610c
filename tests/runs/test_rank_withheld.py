"""A run keeps the floor that it was ranked by, and everything that is shown of it says 不予排名 with the reason."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import orjson
import pytest
from docx import Document
from openpyxl import load_workbook

from scoring.rank_floor import RankFloor
from services.overview import matrix_line
from services.rank_floor import load_rank_floor
from services.reports.score_report import run_docx, unit_docx
from services.reports.score_text import explanation, overview
from services.reports.score_workbook import run_xlsx
from services.run_changes import change_lines
from services.run_document import read_inputs
from services.run_questions import trust
from services.run_shelf import OpenedRun
from services.score_round import StoredRun, difference, open_run, result_of
from storage.canonical import canonical_json, read_canonical
from tests.runs.run_builder import IDS, Round

WHY = "不予排名"


@pytest.fixture
def scored(round_: Round) -> StoredRun:
    """Nearly nothing was filed: every county is below the packaged floor."""
    round_.rank_floor = load_rank_floor()
    for unit in IDS:
        round_.audit(unit)
    return round_.score()


def words_of(body: bytes) -> str:
    word = Document(BytesIO(body))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in word.paragraphs), *cells])


def test_no_rank_and_the_reason_everywhere(scored: StoredRun) -> None:
    """Terminal, matrix, Word and Excel: none of them prints a place, all of them say why; totals stay."""
    units = scored.run.units
    assert [one.rank for one in units] == [None] * 3
    reasons = {one.rank_because for one in units}
    assert all(reason.endswith("不足 80%，不予排名") for reason in reasons)
    assert all(one.total is not None for one in units)
    run = OpenedRun(scored)
    assert matrix_line(run, units[0], {}).unranked == units[0].rank_because
    text = overview(scored.run)
    assert f"{units[0].name} {units[0].rank_because}" in text
    assert units[0].rank_because in explanation(scored.run, units[0])
    for body in (
        run_docx(run, trust(scored), None, date(2026, 11, 21)),
        unit_docx(run, units[0], None, date(2026, 11, 21)),
    ):
        assert units[0].rank_because in words_of(body)
    sheet = load_workbook(BytesIO(run_xlsx(run, trust(scored))))["排名"]
    head = [cell.value for cell in sheet[1]]
    row = dict(zip(head, [cell.value for cell in sheet[2]], strict=True))
    assert (row["名次"], row["不予排名的理由"]) == (WHY, units[0].rank_because)
    assumptions = [row[0].value for row in load_workbook(BytesIO(run_xlsx(run, None)))["计分假设"].iter_rows()]
    assert any("不予排名" in str(one) and "80%" in str(one) for one in assumptions)


def test_what_others_may_not_know_is_not_said(scored: StoredRun) -> None:
    """Of another unit a reader of the public result learns that it has no rank, not how much it left open."""
    line = matrix_line(OpenedRun(scored), scored.run.units[0], {}, openness=False)
    assert line.unranked == WHY


def test_the_floor_is_kept_with_the_run(scored: StoredRun, round_: Round) -> None:
    """A result is a function of its inputs: a floor that is changed later moves no run that was made."""
    assert scored.inputs.rank_floor == load_rank_floor()
    kept = round_.runs.load(scored.head.id)
    assert result_of(read_inputs(kept.inputs)) == kept.result
    assert open_run(kept).run.units == scored.run.units


def test_a_run_from_before_the_floor_keeps_its_ranks(scored: StoredRun, round_: Round) -> None:
    """Its inputs name none, so its places stand as they were published."""
    document = read_canonical(round_.runs.load(scored.head.id).inputs)
    del document["rank_floor"]
    old = orjson.loads(result_of(read_inputs(canonical_json(document))))
    assert sorted(one["rank"] for one in old["units"]) == [1, 1, 1]
    assert not any("rank_because" in one for one in old["units"])


def test_a_change_says_that_the_rank_is_withheld(scored: StoredRun, round_: Round) -> None:
    """第 1 名 → 不予排名 is told as such, not as a dash."""
    round_.rank_floor = RankFloor(Decimal(0), "试")
    ranked = round_.score()
    round_.file("qinghe", {"NYC-13": 12})
    round_.rank_floor = load_rank_floor()
    after = round_.score()
    lines = change_lines(OpenedRun(ranked), OpenedRun(after), difference(ranked, after))
    (line,) = [one for one in lines if one.change.id == "qinghe"]
    assert (line.rank_before, line.rank_after, line.withheld[0]) == (1, None, "")
    assert WHY in line.withheld[1]
