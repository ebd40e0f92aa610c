"""Documents of a run: nothing in them is a formula, personal numbers are masked, and odd names harm nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from services.reports.score_report import notice, run_docx, unit_docx
from services.reports.score_workbook import run_xlsx
from services.run_questions import trust
from services.run_shelf import OpenedRun
from tests.bridge.watch_builder import finding
from tests.runs.run_builder import CITY, Round, site

NASTY = "=cmd|' /C calc'!A0"
TODAY = date(2026, 11, 21)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[OpenedRun]:
    made = Round(tmp_path)
    made.city = replace(CITY, units=(replace(CITY.units[0], name=NASTY), *CITY.units[1:]))
    made.audit("qinghe")
    told = finding("stale_column", site("liuwan") + "zwgk/tzgg/")
    made.audit("liuwan", replace(told, message="栏目“王某 13812345678 身份证 11010519491231002X”超期\x00\x0b\u202e"))
    made.file("qinghe", {"NYC-13": 12})
    yield OpenedRun(made.score())
    made.engine.dispose()


def text_of(body: bytes) -> str:
    word = Document(BytesIO(body))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in word.paragraphs), *cells])


def test_no_formula_and_no_control_character(run: OpenedRun) -> None:
    """A unit whose name begins like a formula is text in every cell, and the files open."""
    book = load_workbook(BytesIO(run_xlsx(run, trust(run.stored))))
    assert book.sheetnames == ["排名", "得分矩阵", "指标汇总", "覆盖说明", "计分假设", "逐项依据", "说明"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    named = [cell for cell in cells if cell.value == "=cmd|' /C calc'!A0"]
    assert named
    assert all(cell.quotePrefix for cell in named)
    assert "=cmd|' /C calc'!A0" in text_of(run_docx(run, None, None, TODAY))


def test_personal_numbers_are_masked(run: OpenedRun) -> None:
    """A document leaves the house: neither telephone nor identity number goes with it."""
    unit = run.units["liuwan"]
    for text in (text_of(run_docx(run, None, None, TODAY)), text_of(unit_docx(run, unit, None, TODAY))):
        assert "13812345678" not in text
        assert "11010519491231002X" not in text
    assert "栏目“王某 138****5678" in text_of(unit_docx(run, unit, None, TODAY))
    book = load_workbook(BytesIO(run_xlsx(run, None)))
    values = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any("13812345678" in value for value in values)


def test_what_belongs_to_no_round_says_so(run: OpenedRun) -> None:
    """A run on demand is never taken for a result."""
    text = text_of(run_docx(run, None, None, TODAY))
    assert "不属于任何一轮评价，仅供内部参考" in text
    assert run.coverage.sentence in text
    assert notice(None, run.head.id, "东县") == []


def test_the_workbook_keeps_the_three_noughts_apart(run: OpenedRun) -> None:
    """Numbers are numbers, and what was not supplied or not measured is a word and never 0."""
    sheet = load_workbook(BytesIO(run_xlsx(run, None)))["得分矩阵"]
    head = [str(cell.value).split(" ")[0] for cell in sheet[1]]
    lines = {
        row[0].value: {name: cell.value for name, cell in zip(head, row, strict=True)}
        for row in sheet.iter_rows(min_row=2)
    }
    assert lines["柳湾区"]["NYC-05"] == 0
    assert lines["雁塘县"]["NYC-05"] == "未测"
    assert lines["雁塘县"]["NYC-13"] == "未报"
