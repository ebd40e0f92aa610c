"""The sheets of a filed workbook → entries.

A column is known by the key in the hidden first row, wherever it was moved to.  Its visible header must still be ours:
who renames a column has filled in something else.  Where the key row was lost the headers alone decide.
"""

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from extract.tables import Book, Cell, CellType, Sheet, column_name, place
from records.indicators import ValueState
from scoring_bridge.filing_cells import CellFaultError, assemble, read_cell, read_day
from scoring_bridge.filing_cover import COVER, EFFECTIVE, read_cover
from scoring_bridge.filing_form import ITEMS_PART, Field, Form, FormRow
from scoring_bridge.filings import Entry, Fault, FilingReading, NamedFile, settle
from scoring_bridge.form_identity import FormIdentity, is_marker, read_identity
from scoring_bridge.unit_names import UnitNames, UnknownUnitError

VALUES, EVIDENCE, REASONS, LISTS = "填报", "佐证材料", "不填说明", "选项"
UNIT_ID, UNIT, EXPECTED, WORDS = "编号", "单位", "填写要求", "规则原文"
UNIT_KEY, EFFECTIVE_KEY = "unit", "effective"
FILE_COLUMNS: Final = ("单位", "指标", "文件名", "说明")
REASON_COLUMNS: Final = ("单位", "指标", "情况", "理由")
REASON_STATES: Final = {"不适用": ValueState.NOT_APPLICABLE, "无法提供": ValueState.NOT_SUPPLIED}
_HEADER_ROWS: Final = 30  # the header is looked for in the first rows
_REFILL: Final = "请在原来的填报表中重填，或重新领取填报表"


@dataclass(frozen=True, slots=True)
class FoundForm:
    """Which sheet holds the values, and what the workbook says that it is; both may be missing."""

    sheet: Sheet | None
    identity: FormIdentity | None
    faults: tuple[Fault, ...] = ()


def find_form(book: Book) -> FoundForm:
    """Look for the marker of a form; without one, for the sheet that is called as ours is, or the only one."""
    marked = [
        (sheet, cell.text)
        for sheet in book.sheets
        for row, cells in list(sheet.rows().items())[:_HEADER_ROWS]
        for cell in cells.values()
        if row <= _HEADER_ROWS and is_marker(cell.text)
    ]
    if len(marked) > 1:
        names = "、".join(dict.fromkeys(sheet.name for sheet, _text in marked))
        return FoundForm(None, None, (Fault(names, "有多张填报表", "一个文件只交一张填报表"),))
    if marked:
        sheet, text = marked[0]
        identity = read_identity(text)
        if identity is None:
            return FoundForm(sheet, None, (Fault(sheet.name, "填报表的标识已损坏，或来自其他版本的程序", _REFILL),))
        return FoundForm(sheet, identity)
    filled = [sheet for sheet in book.sheets if sheet.cells]
    named = [sheet for sheet in filled if sheet.name.strip() == VALUES]
    chosen = named if named else filled
    return FoundForm(chosen[0] if len(chosen) == 1 else None, None)


def read_sheets(
    book: Book, values: Sheet, form: Form, names: UnitNames, *, only: tuple[str, ...] = (), today: date
) -> FilingReading:
    """Everything that a filed workbook says.  Nothing of it is taken or stored here."""
    table = _ValuesTable(values, form, today)
    others = {sheet.name.strip(): sheet for sheet in book.sheets if sheet is not values}
    entries = table.entries() if not table.hopeless else []
    faults = list(table.faults)
    effective, filled_by = None, ""
    if (cover := others.get(COVER)) is not None:
        effective, filled_by = read_cover(cover, form.period, today, faults)
    if (reasons := others.get(REASONS)) is not None:
        entries = _with_reasons(entries, reasons, names, faults)
    if (evidence := others.get(EVIDENCE)) is not None:
        entries = _with_files(entries, evidence, names, faults)
    remarks = [
        f"工作表“{sheet.name}”不是填报表的一部分，没有读取"
        for name, sheet in others.items()
        if sheet.cells and name not in (COVER, EVIDENCE, REASONS, LISTS)
    ]
    rows = settle(entries, form, names, only)
    if not rows and not faults:
        faults.append(Fault(values.name, "没有填写任何内容", "请填写后再交"))
    return FilingReading(rows, tuple(faults), (*book.remarks, *remarks, *table.remarks), effective, filled_by)


class _ValuesTable:
    """The sheet of values: which column is which, and the entries of its rows."""

    def __init__(self, sheet: Sheet, form: Form, today: date) -> None:
        self._sheet = sheet
        self._form = form
        self._today = today
        self._rows = sheet.rows()
        self.faults: list[Fault] = []
        self.remarks: list[str] = []
        self.hopeless = False
        self._columns: dict[str, int] = {}  # key → column
        self._bad_columns: dict[int, str] = {}  # column → what is wrong with it
        self._identity_column = 0
        self._first_row = 0
        if sheet.hidden:
            self._give_up("填报表被隐藏", "请取消隐藏、核对后再交")
        else:
            self._find_columns()

    def _give_up(self, problem: str, remedy: str) -> None:
        self.faults.append(Fault(self._sheet.name, problem, remedy))
        self.hopeless = True

    def _find_columns(self) -> None:
        by_header = {_squeezed(field.header): field.key for field in self._form.fields}
        by_header |= {UNIT: UNIT_KEY, "单位名称": UNIT_KEY, EFFECTIVE: EFFECTIVE_KEY}
        known = {*by_header.values()}
        top = [number for number in self._rows if number <= _HEADER_ROWS]
        key_row = next((n for n in top if any(c.text.strip() in known for c in self._rows[n].values())), 0)
        header_row = next((n for n in top if any(_squeezed(c.text) in by_header for c in self._rows[n].values())), 0)
        if not key_row and not header_row:
            self._give_up("找不到表头（单位、指标编号）", _REFILL)
            return
        keys = {column: cell.text.strip() for column, cell in self._rows.get(key_row, {}).items()}
        headers = {column: _squeezed(cell.text) for column, cell in self._rows.get(header_row, {}).items()}
        for column in sorted({*keys, *headers}):
            self._take_column(
                column, keys.get(column, ""), headers.get(column, ""), by_header, header_row not in (0, key_row)
            )
        self._first_row = max(key_row, header_row) + 1
        if UNIT_KEY not in self._columns and not self._identity_column:
            self._give_up("没有“单位”列", _REFILL)
        missing = [field for field in self._form.fields if field.key not in self._columns]
        if missing:
            names = "、".join(field.header for field in missing[:5])
            self.remarks.append(f"缺少 {len(missing)} 列（{names}{'…' if len(missing) > 5 else ''}），这些列视为没有填")

    def _take_column(self, column: int, key: str, header: str, by_header: dict[str, str], headed: bool) -> None:
        where = f"{column_name(column)} 列"
        if is_marker(key) or (not key and header == UNIT_ID):
            self._identity_column = column
            return
        if key not in by_header.values():
            key, own = by_header.get(header, ""), bool(key)
            if not key:
                if own or header:
                    self._bad_columns[column] = f"{where}“{(header or '无表头')[:30]}”不是填报表的列"
                return
        if key in self._columns:
            twice = f"{column_name(self._columns[key])} 列和 {where}都是 {key}"
            self._bad_columns[column] = self._bad_columns[self._columns[key]] = twice
            return
        self._columns[key] = column
        if headed and by_header.get(header) != key:
            shown = header[:30] or "（空）"
            self._bad_columns[column] = f"{where}的表头被改为“{shown}”，无法确认所填的是 {key}"

    def entries(self) -> list[Entry]:
        """One entry for each unit × row that something was written for."""
        found: list[Entry] = []
        for number, cells in self._rows.items():
            if number >= self._first_row and self._text(cells, UNIT_KEY) not in (UNIT, EXPECTED, WORDS):
                found += self._row_entries(number, cells)
        self._refuse_strange_columns()
        return found

    def _refuse_strange_columns(self) -> None:
        ours = set(self._columns.values())
        for column, problem in self._bad_columns.items():
            filled = [row for row, cells in self._rows.items() if row >= self._first_row and column in cells]
            if filled and column not in ours:
                where = place(filled[0], column)
                self.faults.append(Fault(f"{self._sheet.name}!{where}", f"{problem}，但填有内容", _REFILL))

    def _text(self, cells: dict[int, Cell], key: str) -> str:
        cell = cells.get(self._columns.get(key, 0))
        return cell.text.strip() if cell is not None else ""

    def _row_entries(self, number: int, cells: dict[int, Cell]) -> list[Entry]:
        filled = [row for row in self._form.rows if any(self._columns.get(f.key, 0) in cells for f in row.fields)]
        if not filled:
            return []
        identity = cells.get(self._identity_column)
        unit_id = identity.text.strip() if identity is not None else ""
        unit = self._text(cells, UNIT_KEY) or unit_id
        problem = self._problem_of_row(number, cells)
        effective, effective_problem = self._effective(number, cells)
        entries = []
        for row in filled:
            entry = self._entry(number, cells, row, unit)
            if problem or effective_problem:
                wrong = problem or effective_problem
                entry = replace(entry, problem=wrong[0], expected=wrong[1], remedy=wrong[2]) if wrong else entry
            entries.append(replace(entry, effective=effective, identity=unit_id))
        return entries

    def _problem_of_row(self, number: int, cells: dict[int, Cell]) -> tuple[str, str, str] | None:
        if number in self._sheet.hidden_rows:
            return f"第 {number} 行被隐藏", "可见的行", "请取消隐藏和筛选，核对后再交"
        for key in (UNIT_KEY, EFFECTIVE_KEY):
            column = self._columns.get(key, 0)
            if merged := self._merged(number, column):
                return f"{merged} 是合并单元格", "每个单位一行", "请取消合并，逐行填写"
        unit = cells.get(self._columns.get(UNIT_KEY, 0))
        if unit is not None and unit.type is not CellType.TEXT:
            return f"单位一格不是文字（{unit.text[:30]}）", "登记的单位名称", "请填写单位名称"
        identity = cells.get(self._identity_column)
        if unit is not None and identity is not None and identity.type is not CellType.TEXT:
            return "单位编号一格被改动", "原有的单位编号", _REFILL
        return None

    def _effective(self, number: int, cells: dict[int, Cell]) -> tuple[date | None, tuple[str, str, str] | None]:
        column = self._columns.get(EFFECTIVE_KEY, 0)
        cell = cells.get(column)
        if cell is None:
            return None, None
        try:
            return read_day(cell, self._today), None
        except CellFaultError as fault:
            where = f"{EFFECTIVE}（{place(number, column)}）{fault.problem}"
            return None, (where, fault.expected, fault.remedy)

    def _merged(self, row: int, column: int) -> str:
        return next((area.name for area in self._sheet.merged if area.covers(row, column)), "")

    def _entry(self, number: int, cells: dict[int, Cell], row: FormRow, unit: str) -> Entry:
        columns = [self._columns[f.key] for f in row.fields if f.key in self._columns]
        filled = [column for column in columns if column in cells]
        where = place(number, filled[0]) + (f":{place(number, filled[-1])}" if len(filled) > 1 else "")
        entry = Entry(unit, row.indicator.id, self._sheet.name, where)
        parts: dict[str, object] = {}
        remarks: list[str] = []
        for field in row.fields:
            column = self._columns.get(field.key, 0)
            try:
                if column not in cells:
                    continue
                self._refuse_column(number, column, field)
                reading = read_cell(field, cells[column])
            except CellFaultError as fault:
                return replace(
                    entry,
                    cell=place(number, column),
                    problem=fault.problem,
                    expected=fault.expected,
                    remedy=fault.remedy,
                )
            parts[field.part] = reading.value
            remarks += reading.remarks
        try:
            _refuse_missing(row, parts)
            value = assemble(row.indicator, parts)
        except CellFaultError as fault:
            return replace(entry, problem=fault.problem, expected=fault.expected, remedy=fault.remedy)
        items = parts.get(ITEMS_PART, ())
        return replace(entry, value=value, items=items if isinstance(items, tuple) else (), remarks=tuple(remarks))

    def _refuse_column(self, number: int, column: int, field: Field) -> None:
        if column in self._bad_columns:
            raise CellFaultError(self._bad_columns[column], field.header, _REFILL)
        if any(area.covers(number, column) for area in self._sheet.hidden_columns):
            raise CellFaultError(f"{column_name(column)} 列被隐藏", "可见的列", "请取消隐藏，核对后再交")
        if merged := self._merged(number, column):
            raise CellFaultError(f"{merged} 是合并单元格，分不清值属于谁", "每格单独填写", "请取消合并，逐格填写")


def _refuse_missing(row: FormRow, parts: dict[str, object]) -> None:
    """Every required column, unless a statement that stands alone is made (无监管权限)."""
    if any(not field.required and field.part in parts and parts[field.part] is True for field in row.fields):
        return
    missing = [field.name for field in row.fields if field.required and field.part not in parts]
    if missing:
        raise CellFaultError(f"没有填：{'、'.join(missing)}", "本项各列都填", "没有的填 0 或“否”")


@dataclass(frozen=True, slots=True)
class _ListRow:
    """A row of a list beside the values: evidence files, reasons."""

    place: str
    unit: str
    indicator: str
    third: Cell | None
    fourth: Cell | None


def _list_rows(sheet: Sheet, columns: tuple[str, ...], faults: list[Fault]) -> list[_ListRow]:
    rows = sheet.rows()
    heads = {row: {_squeezed(cell.text): column for column, cell in cells.items()} for row, cells in rows.items()}
    header_row = next((row for row, found in heads.items() if all(name in found for name in columns)), 0)
    found = heads.get(header_row, {})
    if not header_row:
        faults.append(Fault(sheet.name, f"找不到表头（{'、'.join(columns)}）", _REFILL))
        return []
    if sheet.hidden:
        faults.append(Fault(sheet.name, "工作表被隐藏", "请取消隐藏，核对后再交"))
        return []
    listed = []
    for row, cells in rows.items():
        given = [cells.get(found[name]) for name in columns]
        if row <= header_row or not any(given):
            continue
        where = f"{sheet.name}!{place(row, found[columns[0]])}"
        merged = next((area.name for area in sheet.merged if any(area.covers(row, found[n]) for n in columns)), "")
        if row in sheet.hidden_rows or merged:
            problem = f"{merged} 是合并单元格" if merged else f"第 {row} 行被隐藏"
            faults.append(Fault(where, problem, "请取消后逐行填写"))
            continue
        formula = next((cell for cell in given if cell is not None and cell.type is not CellType.TEXT), None)
        if formula is not None and formula.type in (CellType.FORMULA, CellType.ERROR):
            faults.append(Fault(where, f"是公式或错误值 {formula.text[:40]}", "请改填文字"))
            continue
        unit, indicator = (cell.text.strip() if cell is not None else "" for cell in given[:2])
        listed.append(_ListRow(where, unit, indicator.partition(" ")[0], given[2], given[3]))
    return listed


def _with_reasons(entries: list[Entry], sheet: Sheet, names: UnitNames, faults: list[Fault]) -> list[Entry]:
    """Rows that have no value, with the reason; one that has a value as well is refused."""
    filled = {(_unit_key(entry.unit, names), entry.indicator): place for place, entry in enumerate(entries)}
    entries = list(entries)
    for row in _list_rows(sheet, REASON_COLUMNS, faults):
        if (place_ := filled.get((_unit_key(row.unit, names), row.indicator))) is not None:
            entries[place_] = replace(
                entries[place_],
                problem=f"既填了值，又在 {row.place} 写明不填",
                expected="两者取一",
                remedy=f"请清空填报表中的值，或删去“{REASONS}”中的这一行",
            )
            continue
        entry = Entry(row.unit, row.indicator or "（未写指标）", sheet.name, row.place.rpartition("!")[2])
        state = REASON_STATES.get(row.third.text.strip() if row.third is not None else "")
        reason = row.fourth.text.strip() if row.fourth is not None else ""
        if state is None:
            entry = replace(
                entry, problem="没有说明是哪种情况", expected="、".join(REASON_STATES), remedy="请从下拉列表中选择"
            )
        elif not reason:
            entry = replace(entry, problem="没有写理由", expected="一句话说明理由", remedy="请填写理由")
        else:
            entry = replace(entry, state=state, reason=reason[:2000])
        entries.append(entry)
    return entries


def _with_files(entries: list[Entry], sheet: Sheet, names: UnitNames, faults: list[Fault]) -> list[Entry]:
    """Evidence files at the rows that they speak for; one that speaks for nothing is a fault of the file."""
    named: dict[tuple[str, str], list[NamedFile]] = {}
    places: dict[tuple[str, str], str] = {}
    for row in _list_rows(sheet, FILE_COLUMNS, faults):
        if row.third is None or not row.unit or not row.indicator:
            faults.append(Fault(row.place, "佐证一行不完整", "单位、指标、文件名都要填"))
            continue
        cell = (_unit_key(row.unit, names), row.indicator)
        note = row.fourth.text.strip() if row.fourth is not None else ""
        named.setdefault(cell, []).append(NamedFile(row.third.text.strip(), note, place=row.place))
        places.setdefault(cell, row.place)
    attached = [
        replace(entry, files=(*entry.files, *named.pop((_unit_key(entry.unit, names), entry.indicator), ())))
        for entry in entries
    ]
    faults.extend(
        Fault(places[cell], f"佐证所指的 {cell[0]} {cell[1]} 没有填报", "请填报该项，或改正单位和指标")
        for cell in named
    )
    return attached


def _unit_key(text: str, names: UnitNames) -> str:
    try:
        return names.find(text).unit.id
    except UnknownUnitError:
        return text


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
