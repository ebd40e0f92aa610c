"""The workbook that a provider fills in (填报表): one for each provider, or for each unit that files for itself."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from records.registry import City, Unit
from scoring.model import Scheme
from scoring.shapes import MOST_COUNTED, Count, Number
from scoring_bridge.filing_cover import COVER, EFFECTIVE, FILLED_BY, PERIOD
from scoring_bridge.filing_form import Field, FieldKind, Form, form_of
from scoring_bridge.filing_sheets import (
    EFFECTIVE_KEY,
    EVIDENCE,
    EXPECTED,
    FILE_COLUMNS,
    LISTS,
    REASON_COLUMNS,
    REASON_STATES,
    REASONS,
    UNIT,
    UNIT_ID,
    UNIT_KEY,
    VALUES,
    WORDS,
)
from scoring_bridge.form_identity import identity_of
from scoring_bridge.providers import providers
from services.schemes import WrongCallError, why

ALL_PROVIDERS: Final = "all"
_LIST_ROWS: Final = 5000  # rows with drop-down lists on the sheets of evidence and reasons
_MAX_CELL: Final = 32_767  # characters, Excel's own limit
_FIRST_VALUES: Final = 5  # row of the first unit
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")

_HEAD_FILL = PatternFill("solid", start_color="1F3A5F")
_HINT_FILL = PatternFill("solid", start_color="EEF2F7")
_OPEN_FILL = PatternFill("solid", start_color="FFFBE6")
_SHUT_FILL = PatternFill("solid", start_color="D9D9D9")
_LINE = Side(style="thin", color="B7C0CC")
_BORDER = Border(_LINE, _LINE, _LINE, _LINE)
_WRAP = Alignment(wrap_text=True, vertical="top")
_MIDDLE = Alignment(wrap_text=True, vertical="center")
_OPEN = Protection(locked=False)


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A workbook that is ready to be sent."""

    name: str
    body: bytes
    provider: str
    units: int
    rows: int


def forms_for(scheme: Scheme, period: str, provider: str) -> tuple[Form, ...]:
    """The form of a provider, or of every one (`all`).  ``WrongCallError`` where the scheme names no such provider."""
    names = [one.name for one in providers(scheme)]
    wanted = names if provider == ALL_PROVIDERS else [provider]
    forms = [form for name in wanted if (form := form_of(scheme, period, name)) is not None]
    if not forms:
        raise WrongCallError(
            f"方案 {scheme.id} 没有提供单位“{provider}”：可用 {'、'.join(names) or '（没有）'}，或 all"
        )
    return tuple(forms)


def units_of(form: Form, city: City) -> tuple[Unit, ...]:
    """The units that a form asks about: evaluated, of the scheme's kinds, and some row applies to them."""
    return tuple(
        unit
        for unit in city.units
        if unit.evaluated
        and form.scheme.is_for(unit.kind)
        and any(row.indicator.applies_to(unit.kind) for row in form.rows)
    )


def make_templates(form: Form, city: City, *, until: date | None, apart: bool) -> tuple[TemplateFile, ...]:
    """The workbooks of a form.  `apart`: a provider that files for itself gets one for each unit."""
    units = units_of(form, city)
    if not units:
        return ()
    stem = f"{form.scheme.id}-{form.period}-{form.provider.name}"
    if apart and form.provider.itself:
        return tuple(_template(form, city, (unit,), f"{stem}-{unit.name}", until, own=True) for unit in units)
    return (_template(form, city, units, stem, until, own=False),)


def write_templates(files: Sequence[TemplateFile], out: Path) -> tuple[Path, ...]:
    """Write into a folder, or one workbook to a file that ends in .xlsx.  ``WrongCallError`` where that fails."""
    single = out.suffix.lower() == ".xlsx"
    if single and len(files) != 1:
        raise WrongCallError(f"要写出 {len(files)} 个工作簿，--out 请给出目录，而不是文件 {out}")
    written = []
    for file in files:
        path = out if single else out / file.name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.body)
        except OSError as error:
            raise WrongCallError(f"写不了 {path}：{why(error)}，请检查路径和权限") from None
        except ValueError:
            raise WrongCallError(f"输出的路径不合法：{str(path)!r}") from None
        written.append(path)
    return tuple(written)


def _template(
    form: Form, city: City, units: tuple[Unit, ...], stem: str, until: date | None, *, own: bool
) -> TemplateFile:
    book = Workbook()
    cover = book.active
    if not isinstance(cover, Worksheet):
        raise TypeError("a new workbook begins with a worksheet")
    cover.title = COVER
    _cover(cover, form, city, units if own else (), until)
    values = book.create_sheet(VALUES)
    evidence = book.create_sheet(EVIDENCE)
    reasons = book.create_sheet(REASONS)
    lists = _Lists(book.create_sheet(LISTS))
    marker = identity_of(form, city.id, tuple(unit.id for unit in units) if own else ()).marker
    if len(marker) > _MAX_CELL:
        raise WrongCallError("单位过多，写不进一个工作簿的标识")
    _values(values, form, units, marker, lists)
    unit_names = lists.add([unit.name for unit in units])
    row_names = lists.add(
        [_row_name(row.indicator.id, row.indicator.content or row.indicator.name) for row in form.rows]
    )
    _list_sheet(evidence, FILE_COLUMNS, (unit_names, row_names), "每行一个文件；同一项有多个文件就写多行")
    states = lists.add(list(REASON_STATES))
    _list_sheet(
        reasons, REASON_COLUMNS, (unit_names, row_names, states), "不适用或无法提供的，写明理由；不要在填报表里写字"
    )
    lists.sheet.sheet_state = "veryHidden"
    content = io.BytesIO()
    book.save(content)
    return TemplateFile(f"{_file_name(stem)}.xlsx", content.getvalue(), form.provider.name, len(units), len(form.rows))


class _Lists:
    """The hidden sheet that the drop-down lists come from: written into a validation they may be 255 characters."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self._columns = 0
        self._known: dict[tuple[str, ...], str] = {}

    def add(self, texts: Sequence[str]) -> str:
        """The formula that names the list."""
        key = tuple(texts)
        if key not in self._known:
            self._columns += 1
            for row, text in enumerate(texts, start=1):
                _write(self.sheet.cell(row, self._columns), text)
            letter = get_column_letter(self._columns)
            self._known[key] = f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${max(len(texts), 1)}"
        return self._known[key]


def _cover(sheet: Worksheet, form: Form, city: City, units: tuple[Unit, ...], until: date | None) -> None:
    document = form.scheme.document
    who = units[0].name if units else form.provider.name
    _write(sheet.cell(1, 1), f"{form.scheme.name} 填报表", Font(bold=True, size=16))
    lines: list[tuple[str, Any]] = [
        (PERIOD, form.period),
        ("填报单位", who),
        ("依据文件", f"{document.title} {document.number}".strip()),
        ("报送至", city.office or f"{city.name}信用办"),
        ("截止日期", until.isoformat() if until is not None else "以通知为准"),
    ]
    for row, (label, text) in enumerate(lines, start=3):
        _write(sheet.cell(row, 1), label, Font(bold=True))
        _write(sheet.cell(row, 2), text)
    start = 3 + len(lines)
    for row, label in enumerate((FILLED_BY, EFFECTIVE), start=start):
        _write(sheet.cell(row, 1), label, Font(bold=True))
        cell = sheet.cell(row, 2)
        cell.protection, cell.fill, cell.border = _OPEN, _OPEN_FILL, _BORDER
    sheet.cell(start + 1, 2).number_format = "yyyy-mm-dd"
    _validate(sheet, _day_validation(), f"B{start + 1}")
    steps = (
        f"一、在“{VALUES}”表的黄色格中填写。表头下面两行是填写要求和文件的规则原文；灰色格不适用于该类单位，不填。",
        "二、没有发生的填 0（或“否”）；空着的格视为没有填报，会一直列在欠报清单里。",
        f"三、不适用、无法提供的，不要在格里写字，写到“{REASONS}”表并说明理由。",
        "四、比率一律带百分号：98.5%。个数只填数字，不带“个”“件”。日期写成 2026-11-21。不用公式。",
        f"五、佐证材料写在“{EVIDENCE}”表：单位、指标、文件名；文件与本表一起报送，文件名须与表中一致。",
        "　　可用 pdf、doc、docx、xls、xlsx、wps、ofd、jpg、png、zip，不含宏、不设密码。",
        "六、不要改表头、不要合并单元格、不要隐藏行列；可以调整列宽和列的先后。",
        "七、改正后重新报送整张表即可：后报的替代先报的，先报的留作记录。",
    )
    for row, text in enumerate(steps, start=start + 4):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
        _write(sheet.cell(row, 1), text)
        sheet.row_dimensions[row].height = 32
    sheet.column_dimensions["A"].width = 18
    sheet.column_dimensions["B"].width = 88
    _protect(sheet)


def _values(sheet: Worksheet, form: Form, units: tuple[Unit, ...], marker: str, lists: _Lists) -> None:
    columns: list[tuple[str, str, str, str]] = [
        (UNIT_KEY, UNIT, EXPECTED, WORDS),
        (EFFECTIVE_KEY, EFFECTIVE, "与封面不同时才填", "数据截止到哪一天"),
    ]
    for row in form.rows:
        columns += [
            (field.key, field.header, field.expected, row.hint if place == 0 else "（同左）")
            for place, field in enumerate(row.fields)
        ]
    _write(sheet.cell(1, 1), marker)
    _write(sheet.cell(2, 1), UNIT_ID, Font(bold=True, color="FFFFFF"), _HEAD_FILL)
    for column, (key, header, expected, words) in enumerate(columns, start=2):
        _write(sheet.cell(1, column), key)
        _write(sheet.cell(2, column), header, Font(bold=True, color="FFFFFF"), _HEAD_FILL, _MIDDLE)
        _write(sheet.cell(3, column), expected, Font(color="6B7280", size=9), _HINT_FILL)
        _write(sheet.cell(4, column), words, Font(color="6B7280", size=9), _HINT_FILL)
        sheet.column_dimensions[get_column_letter(column)].width = 14 if column <= 3 else 22
    last = _FIRST_VALUES + len(units) - 1
    for number, unit in enumerate(units, start=_FIRST_VALUES):
        _write(sheet.cell(number, 1), unit.id)
        _write(sheet.cell(number, 2), unit.name, Font(bold=True))
        _open(sheet.cell(number, 3), "yyyy-mm-dd")
        column = 4
        for row in form.rows:
            applies = row.indicator.applies_to(unit.kind)
            for field in row.fields:
                cell = sheet.cell(number, column)
                if applies:
                    _open(cell, _number_format(field))
                else:
                    cell.fill = _SHUT_FILL
                column += 1
    _validate(sheet, _day_validation(), f"C{_FIRST_VALUES}:C{last}")
    for column, field in enumerate(form.fields, start=4):
        letter = get_column_letter(column)
        _validate(sheet, _validation(field, lists), f"{letter}{_FIRST_VALUES}:{letter}{last}")
    sheet.row_dimensions[1].hidden = True
    sheet.row_dimensions[2].height = 64
    sheet.row_dimensions[3].height = 40
    sheet.row_dimensions[4].height = 96
    sheet.column_dimensions["A"].width = 12
    sheet.freeze_panes = f"C{_FIRST_VALUES}"
    _protect(sheet)


def _list_sheet(sheet: Worksheet, columns: tuple[str, ...], lists: tuple[str, ...], title: str) -> None:
    _write(sheet.cell(1, 1), title, Font(bold=True))
    for column, name in enumerate(columns, start=1):
        _write(sheet.cell(2, column), name, Font(bold=True, color="FFFFFF"), _HEAD_FILL)
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = 44
        sheet.column_dimensions[letter].protection = _OPEN
        sheet.column_dimensions[letter].number_format = "@"
        if column <= len(lists):
            drop_down = DataValidation(type="list", formula1=lists[column - 1], allow_blank=True, showErrorMessage=True)
            _validate(sheet, drop_down, f"{letter}3:{letter}{2 + _LIST_ROWS}")
    sheet.freeze_panes = "A3"
    _protect(sheet)


def _row_name(indicator: str, text: str) -> str:
    return f"{indicator} {text[:30]}"


def _number_format(field: Field) -> str:
    match field.kind:
        case FieldKind.RATE:
            return "0.00##%"
        case FieldKind.COUNT:
            return "0"
        case FieldKind.FLAG | FieldKind.CHOICE | FieldKind.TEXT | FieldKind.ITEMS:
            return "@"
        case FieldKind.NUMBER:
            return "General"


def _validation(field: Field, lists: _Lists) -> DataValidation:
    shape = field.shape
    match field.kind:
        case FieldKind.FLAG | FieldKind.CHOICE:
            made = DataValidation(type="list", formula1=lists.add([name for name, _ in field.choices]))
        case FieldKind.COUNT:
            most = shape.most if isinstance(shape, Count) else MOST_COUNTED
            made = DataValidation(type="whole", operator="between", formula1="0", formula2=str(most))
        case FieldKind.RATE:
            made = DataValidation(type="decimal", operator="between", formula1="0", formula2="1")
        case FieldKind.NUMBER:
            low = shape.low if isinstance(shape, Number) else 0
            high = shape.high if isinstance(shape, Number) and shape.high is not None else MOST_COUNTED
            made = DataValidation(type="decimal", operator="between", formula1=f"{low:f}", formula2=f"{high:f}")
        case FieldKind.TEXT | FieldKind.ITEMS:
            made = DataValidation(type="textLength", operator="lessThanOrEqual", formula1="2000")
    made.allow_blank = True
    made.showErrorMessage = True
    made.errorTitle = "填写有误"
    made.error = field.expected[:250]
    made.showInputMessage = True
    made.promptTitle = field.indicator[:32]
    made.prompt = field.expected[:250]
    return made


def _day_validation() -> DataValidation:
    made = DataValidation(type="date", operator="greaterThan", formula1="36526", allow_blank=True)
    made.showErrorMessage = True
    made.error = "请填日期，如 2026-11-21"
    return made


def _validate(sheet: Worksheet, validation: DataValidation, cells: str) -> None:
    validation.add(cells)
    sheet.add_data_validation(validation)


def _open(cell: Cell | Any, number_format: str) -> None:
    cell.protection, cell.fill, cell.border, cell.number_format = _OPEN, _OPEN_FILL, _BORDER, number_format


def _write(
    cell: Cell | Any,
    text: str,
    font: Font | None = None,
    fill: PatternFill | None = None,
    alignment: Alignment = _WRAP,
) -> None:
    """Words, never a formula: whatever they begin with, a program that opens them shows them as they are."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:_MAX_CELL]
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(_FORMULA_STARTS)
    cell.alignment = alignment
    cell.border = _BORDER if fill is not None else Border()
    if font is not None:
        cell.font = font
    if fill is not None:
        cell.fill = fill


def _protect(sheet: Worksheet) -> None:
    """Against slips, not against people: no password; columns may be made wider."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


def _file_name(stem: str) -> str:
    """A name for a file on any system, of any scheme, provider or unit."""
    name = re.sub(r'[\\/:*?"<>|\x00-\x1f\s]+', "_", stem).strip("._")
    cut = name.encode("utf-8")[:180].decode("utf-8", "ignore")
    return cut or "填报表"


def summary(files: Iterable[TemplateFile], paths: Iterable[Path]) -> str:
    return "".join(
        f"{path}　{file.provider}：{file.units} 个单位 × {file.rows} 项\n"
        for file, path in zip(files, paths, strict=True)
    )
