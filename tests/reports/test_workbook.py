"""The workbook for the office: sheets, types, and that nothing in it is a formula."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.properties import PageSetupProperties

from records.crawl import Referrer
from records.judgement import SiteAudit
from services.reports import workbook as module
from services.reports.workbook import MAX_CELL, MAX_REFERRERS, write_workbook

MakeAudit = Callable[..., SiteAudit]


def saved(audit: SiteAudit, folder: Path) -> Workbook:
    path = folder / "a.xlsx"
    write_workbook(audit, path)
    return load_workbook(path)


def column(book: Workbook, sheet: str, title: str) -> list[object]:
    rows = list(book[sheet].values)
    return [row[rows[0].index(title)] for row in rows[1:]]


def test_the_sheets_are_there_with_frozen_headers_and_filters(make_audit: MakeAudit, tmp_path: Path) -> None:
    book = saved(make_audit(), tmp_path)
    assert book.sheetnames == ["概览", "问题清单", "失效链接", "栏目更新", "公开事项", "未能判定"]
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.sheet_properties.pageSetUpPr == PageSetupProperties(fitToPage=True)
    for sheet in book.worksheets[1:]:
        assert sheet.auto_filter.ref is not None
        assert sheet.auto_filter.ref.startswith("A1:")


def test_one_row_for_each_problem_and_none_for_a_notice(make_audit: MakeAudit, tmp_path: Path) -> None:
    book = saved(make_audit(), tmp_path)
    rows = list(book["问题清单"].values)
    assert rows[0] == (
        "序号", "类别", "严重程度", "问题", "位置", "网址", "首次发现", "与上次相比", "探测过程", "整改建议", "证据",
    )  # fmt: skip
    assert len(rows) == 1 + 4
    assert rows[1][:3] == (1, "坏链", "严重")
    assert "zwfw.test 拒绝自动访问，未能核实（1 个地址）。" in column(book, "未能判定", "原因")
    assert [row[2] for row in list(book["公开事项"].values)[1:]].count("已公开") == 8


def test_days_are_days_and_numbers_are_numbers(make_audit: MakeAudit, tmp_path: Path) -> None:
    """An analyst sorts and counts with them."""
    book = saved(make_audit(), tmp_path)
    assert column(book, "问题清单", "首次发现")[0] == datetime(2026, 10, 3)  # noqa: DTZ001  Excel knows no zones
    assert column(book, "栏目更新", "距判断日天数")[0] == 110
    assert column(book, "失效链接", "状态码")[0] == 404


def test_addresses_are_links(make_audit: MakeAudit, tmp_path: Path) -> None:
    sheet = saved(make_audit(), tmp_path)["问题清单"]
    assert sheet["F2"].value == "http://www.qinghe.test/zwgk/qzqd.html"
    assert sheet["F2"].hyperlink.target == sheet["F2"].value


HOSTILE = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", '=HYPERLINK("http://evil")', "\t=1+1", "\x00=1", "'=1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_a_page_is_never_a_formula(make_audit: MakeAudit, tmp_path: Path, text: str) -> None:
    audit = make_audit()
    finding = replace(audit.findings[0], message=text, where=text, remedy=text, how_seen=text, subject=text)
    fact = replace(audit.columns[0].fact, name=text, newest_title=text, url=text)
    link = replace(audit.links[0], referrers=(Referrer(text, text),))
    hostile = replace(
        audit,
        site_name=text,
        site_url=text,
        findings=(finding,),
        columns=(replace(audit.columns[0], fact=fact),),
        links=(link,),
        disclosures=tuple(replace(one, title=text, because=text) for one in audit.disclosures),
        notes=(text,),
    )
    book = saved(hostile, tmp_path)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    clean = text.replace("\x00", "")
    found = [cell for cell in cells if cell.value == clean]
    assert len(found) >= 10
    assert all(cell.quotePrefix for cell in found) == clean.startswith(("=", "+", "-", "@"))
    assert not [cell for cell in found if cell.hyperlink]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as file:
        assert not [name for name in file.namelist() if b"<f>" in file.read(name)]


def test_characters_that_a_workbook_cannot_hold_are_left_out(make_audit: MakeAudit, tmp_path: Path) -> None:
    book = saved(make_audit(site_name="甲\x00\x0b\x1f\ud800\ufffe乙"), tmp_path)
    assert column(book, "概览", "内容")[0] == "甲乙"


def test_a_text_longer_than_a_cell_is_cut(make_audit: MakeAudit, tmp_path: Path) -> None:
    book = saved(make_audit(site_name="甲" * (MAX_CELL + 1)), tmp_path)
    name = column(book, "概览", "内容")[0]
    assert isinstance(name, str)
    assert (len(name), name[-2:]) == (MAX_CELL, "甲…")


def test_ten_thousand_referrers_are_cut_and_say_so(make_audit: MakeAudit, tmp_path: Path) -> None:
    audit = make_audit()
    many = tuple(Referrer(f"http://a.test/{number}", "甲") for number in range(10_000))
    link = replace(audit.links[0], referrers=many)
    pages = column(saved(replace(audit, links=(link,)), tmp_path), "失效链接", "所在网页")
    assert len(pages) == MAX_REFERRERS + 1
    assert "共 10000 处" in str(pages[-1])


def test_limits_of_a_sheet_are_kept(make_audit: MakeAudit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel repairs, that is, damages a file with too many links."""
    monkeypatch.setattr(module, "MAX_LINKS", 5)
    monkeypatch.setattr(module, "MAX_SHEET_ROWS", 50)
    sheet = saved(make_audit(), tmp_path)["未能判定"]
    cells = [row[-1] for row in sheet.iter_rows()]
    assert sum(cell.hyperlink is not None for cell in cells) == 5
    assert sheet.max_row == 1 + 50 + 1
    assert "只列前 50 行" in str(sheet.cell(sheet.max_row, 1).value)


def test_an_empty_sheet_says_so(make_audit: MakeAudit, tmp_path: Path) -> None:
    book = saved(make_audit(findings=(), links=(), columns=()), tmp_path)
    assert book["问题清单"]["A2"].value == "无"


def test_a_folder_that_is_not_there_is_an_os_error(make_audit: MakeAudit, tmp_path: Path) -> None:
    """The command line turns it into one clear line."""
    with pytest.raises(OSError, match="nowhere"):
        write_workbook(make_audit(as_of=date(2026, 1, 1)), tmp_path / "nowhere" / "a.xlsx")
