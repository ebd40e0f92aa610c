"""The Excel workbook of a registry → City: refused with the row of everything that is wrong, or taken whole.

The rows become the tree that the YAML file would have been, with sheets and rows for lines, so that both forms are
checked by the same rules (`city_text.read_city`).
"""

import re
from collections.abc import Iterator
from collections.abc import Mapping as Named
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from extract.spreadsheet import read_workbook
from extract.tables import Cell, CellType, Sheet, TableError, place
from scoring.tree import Fault, Items, Mapping, Scalar, Tree, brief
from services.registry.city_text import FORMAT, CityReading, read_city
from services.registry.sheets import (
    CITY,
    FORMER_NAMES,
    HELP_SHEET,
    KINDS,
    NO,
    PORTALS,
    SHEETS,
    SOURCES,
    UNITS,
    YES,
    RegistrySheet,
    SheetColumn,
)
from services.schemes import WrongCallError, why

MAX_BYTES: Final = 10 * 1024 * 1024
_PARTED: Final = re.compile(r"[、，,；;\r\n]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_WORDS: Final = {label: kind.value for kind, label in KINDS.items()} | {YES: "true", NO: "false"}


def import_workbook(path: Path) -> CityReading:
    """Read an edited workbook.  WrongCallError where it is no such workbook at all."""
    sheets = _sheets(path)
    known = [form.title for form in SHEETS]
    faults = [
        Fault(path.name, 1, f"缺少“{title}”表，请从 chengjian registry export 导出的文件改起")
        for title in known
        if title not in sheets
    ]
    faults += [
        Fault(path.name, 1, f"不认识的表“{brief(title)}”，请删去它，或把表名改回来")
        for title, sheet in sheets.items()
        if title not in known and title != HELP_SHEET and sheet.cells
    ]
    if faults:
        return CityReading(None, tuple(faults), ())
    rows = {form.title: list(_rows(sheets[form.title], form, path.name, faults)) for form in SHEETS}
    tree = _tree(rows, path.name, faults)
    if any(fault.line <= 1 for fault in faults):  # without its columns a sheet says nothing more
        return CityReading(None, tuple(sorted(set(faults))), ())
    reading = read_city(tree, [])
    if not faults:
        return reading
    said = {(fault.source, fault.line) for fault in faults}  # of a row whose cells are wrong, only that
    more = [fault for fault in reading.faults if (fault.source, fault.line) not in said]
    return CityReading(None, tuple(sorted({*faults, *more})), ())


def _sheets(path: Path) -> dict[str, Sheet]:
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise WrongCallError(f"读不了 {path}：{why(error)}，请检查路径和权限") from None
    except ValueError:
        raise WrongCallError(f"文件的路径不合法：{str(path)!r}") from None
    if len(body) > MAX_BYTES:
        raise WrongCallError(f"{path} 过大（超过 {MAX_BYTES // 1024 // 1024} MB），不像登记表")
    try:
        return {sheet.name.strip(): sheet for sheet in read_workbook(body).sheets}
    except TableError as error:
        raise WrongCallError(f"{path}：{error}") from None


@dataclass(slots=True)
class _Row:
    """The cells of one row that are filled, by the word of their column."""

    number: int
    source: str
    cells: dict[str, Tree] = field(default_factory=dict)

    def text(self, word: str) -> str:
        cell = self.cells.get(word)
        return cell.text if isinstance(cell, Scalar) else ""

    def mapping(self, *left_out: str) -> Mapping:
        items = {word: cell for word, cell in self.cells.items() if word not in left_out}
        return Mapping(items, self.source, self.number, dict.fromkeys(items, self.number))


def _rows(sheet: Sheet, form: RegistrySheet, file: str, faults: list[Fault]) -> Iterator[_Row]:
    source = f"{file}〔{form.title}〕"
    faults.extend(Fault(source, area.top, f"有合并单元格 {area.name}，请取消合并，每格都填上") for area in sheet.merged)
    lines = sheet.rows()
    columns = _columns(lines.pop(1, {}), form, source, faults)
    for number, cells in lines.items():
        row = _Row(number, source)
        for where, cell in cells.items():
            if where in columns:
                _take(row, columns[where], cell, place(number, where), faults)
            elif cell.text.strip():
                faults.append(Fault(source, number, f"{place(number, where)} 有内容，但这一列没有列名"))
        if not row.cells:
            continue
        empty = [column.title for column in form.columns if column.required and column.word not in row.cells]
        if empty:
            faults.append(Fault(source, number, f"{'、'.join(empty)}没有填"))
        yield row


def _columns(cells: Named[int, Cell], form: RegistrySheet, source: str, faults: list[Fault]) -> dict[int, SheetColumn]:
    known = {column.title: column for column in form.columns}
    columns: dict[int, SheetColumn] = {}
    for where, cell in cells.items():
        title = cell.text.strip()
        if title in known and known[title] in columns.values():
            faults.append(Fault(source, 1, f"列“{title}”出现了两次"))
        elif title in known:
            columns[where] = known[title]
        elif title:
            faults.append(Fault(source, 1, f"不认识的列“{brief(title)}”，可用：{'、'.join(known)}"))
    faults.extend(
        Fault(source, 1, f"缺少列“{column.title}”") for column in form.columns if column not in columns.values()
    )
    return columns


def _take(row: _Row, column: SheetColumn, cell: Cell, where: str, faults: list[Fault]) -> None:
    """Put one cell into the row, as the YAML would have it."""

    def fault(text: str) -> None:
        faults.append(Fault(row.source, row.number, f"{column.title}（{where}）{text}"))
        row.cells[column.word] = Scalar("", False, row.source, row.number)  # said; it is not missing besides

    if cell.type in (CellType.FORMULA, CellType.ERROR):
        return fault("是公式或错误值，请改成文字")
    if cell.type is CellType.PERCENT:
        return fault(f"应为文字，得到百分数 {brief(cell.text)!r}")
    text = cell.text.strip()
    if cell.type is CellType.FLAG:
        text = YES if text == "TRUE" else NO
    if column.choices and text:
        if text not in column.choices:
            return fault(f"应为 {' 或 '.join(column.choices)}，得到 {brief(text)!r}")
        text = _WORDS[text]
    if column.several:
        names = [name.strip() for name in _PARTED.split(text) if name.strip()]
        if len(set(names)) != len(names):
            return fault("有重复的名称")
        if names:
            scalars: list[Tree] = [Scalar(name, False, row.source, row.number) for name in names]
            row.cells[column.word] = Items(scalars, row.source, row.number)
    elif _CONTROL.search(text):
        return fault("中有换行等控制字符，请写在一行里")
    elif text:
        row.cells[column.word] = Scalar(text, False, row.source, row.number)
    return None


def _tree(rows: dict[str, list[_Row]], file: str, faults: list[Fault]) -> Mapping:
    cities = rows[CITY.title]
    if len(cities) != 1:
        faults.append(Fault(f"{file}〔{CITY.title}〕", 1, f"应有且只有一行，现有 {len(cities)} 行"))
        return Mapping({}, file, 1)
    if not rows[UNITS.title]:
        faults.append(Fault(f"{file}〔{UNITS.title}〕", 1, "没有一个单位"))
    tree = cities[0].mapping()
    tree.items["format"] = Scalar(FORMAT, False, file, 1)
    sources = Mapping({}, file, 1)
    for row in rows[SOURCES.title]:
        word = row.text("word")
        if word in sources.items:
            faults.append(Fault(row.source, row.number, f"简写“{brief(word)}”重复"))
        sources.items[word] = Scalar(row.text("meaning"), False, row.source, row.number)
        sources.lines[word] = row.number
    if sources.items:
        tree.items["sources"] = sources
    units = {row.text("id"): row.mapping() for row in reversed(rows[UNITS.title])}
    names = {identity: unit.items.get("name") for identity, unit in units.items()}
    for form, word in ((PORTALS, "portals"), (FORMER_NAMES, "former_names")):
        for row in rows[form.title]:
            _hang(row, word, units, names, faults)
    # a doubled id stays doubled, so that it is said; what hangs on it hangs on the first
    entries: list[Tree] = []
    for row in rows[UNITS.title]:
        first = units[row.text("id")]
        entries.append(first if first.line == row.number else row.mapping())
    tree.items["units"] = Items(entries, f"{file}〔{UNITS.title}〕", 1)
    return tree


def _hang(row: _Row, word: str, units: dict[str, Mapping], names: dict[str, Tree | None], faults: list[Fault]) -> None:
    """Put a portal or a former name under its unit."""
    identity = row.text("unit")
    unit = units.get(identity)
    if unit is None:
        if identity:
            faults.append(Fault(row.source, row.number, f"单位编号 {brief(identity)} 不在“{UNITS.title}”表中"))
        return
    said, name = row.text("unit_name"), names[identity]
    if said and isinstance(name, Scalar) and said != name.text:
        text = f"单位名称“{brief(said)}”与编号 {identity}（{brief(name.text)}）对不上，请核对是哪一个"
        faults.append(Fault(row.source, row.number, text))
    listed = unit.items.setdefault(word, Items([], row.source, row.number))
    if isinstance(listed, Items):
        listed.items.append(row.mapping("unit", "unit_name"))
