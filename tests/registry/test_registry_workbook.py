"""An edited workbook: refused row by row with the reason, or taken whole."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from records.registry import City, Unit, UnitKind
from services.registry.workbook_export import export_workbook
from services.registry.workbook_import import import_workbook
from services.schemes import WrongCallError

CITY = City(
    "demo",
    "清河市",
    "清河",
    "某省",
    units=(
        Unit("east", "东县", UnitKind.COUNTY, code="411322", short_names=("东边",)),
        Unit("bureau", "清河市某局", UnitKind.DEPARTMENT, parent="east"),
    ),
    sources={"甲": "某文件"},
)


def edited(folder: Path, edit: Callable[[Any], object]) -> Path:
    path = folder / "units.xlsx"
    export_workbook(CITY, path)
    book = load_workbook(path)
    edit(book)
    book.save(path)
    return path


def put(sheet: str, cell: str, value: object) -> Callable[[Any], object]:
    return lambda book: book[sheet].__setitem__(cell, value)


@pytest.mark.parametrize(
    ("edit", "place", "words"),
    [
        (put("单位", "A3", "east"), "〔单位〕 第 3 行", "重复"),
        (put("单位", "B3", None), "〔单位〕 第 3 行", "名称没有填"),
        (put("单位", "C2", "县"), "〔单位〕 第 2 行", "类别（C2）应为"),
        (put("单位", "E3", "west"), "〔单位〕 第 3 行", "west 不在本表中"),
        (put("单位", "H2", "也许"), "〔单位〕 第 2 行", "参加评价（H2）应为 是 或 否"),
        (put("单位", "F2", "=1+1"), "〔单位〕 第 2 行", "公式"),
        (put("单位", "F2", 0.5), "〔单位〕 第 2 行", "区划代码"),
        (put("单位", "A2", "东县"), "〔单位〕 第 2 行", "编号"),
        (put("单位", "B2", "东\n县"), "〔单位〕 第 2 行", "换行"),
        (put("单位", "G2", "东边、东边"), "〔单位〕 第 2 行", "重复的名称"),
        (put("单位", "Z2", "便条"), "〔单位〕 第 2 行", "没有列名"),
        (put("单位", "B1", "单位名"), "〔单位〕 第 1 行", "不认识的列"),
        (put("单位", "B1", "编号"), "〔单位〕 第 1 行", "出现了两次"),
        (lambda book: book["单位"].merge_cells("A2:A3"), "〔单位〕 第 2 行", "合并单元格 A2:A3"),
        (lambda book: book["网站"].append(["west", "", "https://a.test/", "", "否", ""]), "〔网站〕 第 2 行", "west"),
        (lambda book: book["网站"].append(["east", "西县", "https://a.test/", "", "否"]), "〔网站〕 第 2 行", "对不上"),
        (lambda book: book["网站"].append(["east", "东县", "a.test", "", "否"]), "〔网站〕 第 2 行", "网址"),
        (lambda book: book["曾用名"].append(["east", "东县", "古县", "很久以前"]), "〔曾用名〕 第 2 行", "止于"),
        (lambda book: book["来源"].append(["甲", "又一个"]), "〔来源〕 第 3 行", "重复"),
        (lambda book: book["城市"].append(["x", "y", "z", "w"]), "〔城市〕 第 1 行", "只有一行"),
        (lambda book: book.remove(book["网站"]), "units.xlsx 第 1 行", "缺少“网站”表"),
        (lambda book: book.create_sheet("草稿").append(["x"]), "units.xlsx 第 1 行", "不认识的表“草稿”"),
    ],
)
def test_what_is_wrong_is_said_by_sheet_and_row(
    tmp_path: Path, edit: Callable[[Any], object], place: str, words: str
) -> None:
    """The clerk is told the row in words of the sheet; nothing of the workbook is used."""
    reading = import_workbook(edited(tmp_path, edit))
    assert reading.city is None
    told = [str(fault) for fault in reading.faults]
    assert [line for line in told if place in line and words in line], told


def test_every_wrong_row_is_said_at_once(tmp_path: Path) -> None:
    """Two slips, two lines, and no echo of the same slip in other words."""

    def edit(book: Any) -> None:
        book["单位"]["C2"] = "县"
        book["单位"]["F3"] = "4113"

    reading = import_workbook(edited(tmp_path, edit))
    assert [fault.line for fault in reading.faults] == [2, 3]


def test_columns_and_rows_may_be_moved(tmp_path: Path) -> None:
    """Sorting a sheet, or putting a column elsewhere, is no fault."""

    def edit(book: Any) -> None:
        sheet = book["单位"]
        sheet.move_range("A1:A3", cols=20)
        sheet.move_range("A3:Z3", rows=5)

    city = import_workbook(edited(tmp_path, edit)).city
    assert city is not None
    assert city.units == CITY.units


def test_a_number_or_a_day_typed_by_hand_is_taken_as_it_is_seen(tmp_path: Path) -> None:
    """Excel makes numbers of codes and days of dates: what the clerk sees is what is meant."""

    def edit(book: Any) -> None:
        book["单位"]["F2"] = 411399
        book["单位"]["F2"].number_format = "General"
        book["曾用名"].append(["east", "东县", "古县", datetime(2019, 1, 15)])  # noqa: DTZ001  a day of a sheet
        book["曾用名"].append(["east", "东县", "老县", 2018])

    city = import_workbook(edited(tmp_path, edit)).city
    assert city is not None
    assert city.units[0].code == "411399"
    assert [str(old.until) for old in city.units[0].former_names] == ["2019-01-15", "2018-12-31"]


def test_a_new_unit_is_a_new_row(tmp_path: Path) -> None:
    """What the sheet is for."""
    row = ["west", "西县", "县（市、区）", "", "", "", "西边，西方", "是", "否", "丙镇、丁乡"]
    city = import_workbook(edited(tmp_path, lambda book: book["单位"].append(row))).city
    assert city is not None
    assert city.units[2] == Unit("west", "西县", UnitKind.COUNTY, short_names=("西边", "西方"), verified=False)
    assert city.towns == {"west": ("丙镇", "丁乡")}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "空"),
        (b"not a workbook", "不是 Excel 工作簿"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "损坏"),
        (b"PK\x03\x04" + b"\0" * 40, "损坏"),
    ],
)
def test_what_is_no_workbook_is_a_wrong_call(tmp_path: Path, body: bytes, words: str) -> None:
    path = tmp_path / "units.xlsx"
    path.write_bytes(body)
    with pytest.raises(WrongCallError, match=words):
        import_workbook(path)


def test_a_workbook_without_the_registry_s_sheets_is_refused(tmp_path: Path) -> None:
    """Somebody gave another workbook by mistake."""
    book = Workbook()
    book.save(tmp_path / "other.xlsx")
    reading = import_workbook(tmp_path / "other.xlsx")
    assert reading.city is None
    assert len(reading.faults) == 5
