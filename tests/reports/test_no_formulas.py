"""Workbooks that we write inject no formulas, whoever chose the words in them."""

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from services.news.report_workbook import write_import_workbook
from services.reports.workbook import SheetColumn, write_table

FORMULAS = (
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "=cmd|'/c calc'!A1",
    "\t=1+1",
    "\r=1+1",
)


def kinds(path: Path) -> set[str]:
    """The types of all cells: ``f`` is a formula."""
    return {cell.data_type for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row}


def test_a_plain_writer_would_inject_one(tmp_path: Path) -> None:
    """The control: what these tests look for is there where nobody takes care."""
    book = Workbook()
    book.worksheets[0].append(list(FORMULAS))
    book.save(tmp_path / "plain.xlsx")
    assert "f" in kinds(tmp_path / "plain.xlsx")


@pytest.mark.parametrize("text", FORMULAS)
def test_tables_hold_texts(tmp_path: Path, text: str) -> None:
    """Lists of findings, columns, runs: every sheet of a report is written by this."""
    write_table(tmp_path / "t.xlsx", "表", (SheetColumn(text, 10), SheetColumn("二", 10)), [(text, 1), (1, text)])
    assert kinds(tmp_path / "t.xlsx") <= {"s", "n"}


@pytest.mark.parametrize("text", FORMULAS)
def test_the_report_of_an_import_holds_texts(tmp_path: Path, text: str) -> None:
    """Also the names of files, which whoever hands them in chooses."""
    row = {"file": text, "where": text, "end": "taken", "why": text, "title": text, "article": text}
    document = {"rows": [row], "remarks": [{"file": text, "remark": text}], "unread": [{"file": text, "why": text}]}
    write_import_workbook(document, tmp_path / "r.xlsx")
    assert kinds(tmp_path / "r.xlsx") <= {"s", "n"}
