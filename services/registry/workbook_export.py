"""City → the Excel workbook that a clerk edits.  `workbook_import` reads it back without loss."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from records.registry import City
from services.registry.city_yaml import until_text
from services.registry.sheets import (
    CITY,
    FORMER_NAMES,
    HELP,
    HELP_SHEET,
    KINDS,
    NO,
    PORTALS,
    SOURCES,
    UNITS,
    YES,
    RegistrySheet,
)
from services.schemes import WrongCallError, why

MAX_CELL: Final = 32_767  # Excel's own limit; openpyxl cuts longer texts off in silence
_SPARE_ROWS: Final = 500  # below the last row, where a clerk adds: they get the lists to choose from, too
_HEAD_FILL: Final = PatternFill("solid", start_color="1F3A5F")
_HEAD_FONT: Final = Font(bold=True, color="FFFFFF")
_TOP: Final = Alignment(vertical="top", wrap_text=True)


def export_workbook(city: City, path: Path) -> None:
    """Write the workbook.  WrongCallError where it cannot be written."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _write(book, UNITS, [_unit_row(city, place) for place in range(len(city.units))])
    _write(
        book,
        PORTALS,
        (
            (unit.id, unit.name, portal.url, portal.name, YES if portal.verified else NO, portal.source)
            for unit in city.units
            for portal in unit.portals
        ),
    )
    _write(
        book,
        FORMER_NAMES,
        ((unit.id, unit.name, old.name, until_text(old.until)) for unit in city.units for old in unit.former_names),
    )
    _write(book, SOURCES, city.sources.items())
    _write(book, CITY, [(city.id, city.name, city.short_name, city.province, city.code, city.office)])
    _help(book)
    content = BytesIO()
    book.save(content)
    try:
        path.write_bytes(content.getvalue())
    except OSError as error:
        raise WrongCallError(f"写不了 {path}：{why(error)}，请检查路径和权限") from None
    except ValueError:
        raise WrongCallError(f"输出的路径不合法：{str(path)!r}") from None


def _unit_row(city: City, place: int) -> tuple[str, ...]:
    unit = city.units[place]
    return (
        unit.id,
        unit.name,
        KINDS[unit.kind],
        unit.full_name,
        unit.parent or "",
        unit.code,
        "、".join(unit.short_names),
        YES if unit.evaluated else NO,
        YES if unit.verified else NO,
        "、".join(city.towns.get(unit.id, ())),
        unit.source,
        unit.note,
    )


def _write(book: Workbook, form: RegistrySheet, rows: Iterable[Sequence[str]]) -> None:
    sheet: Worksheet = book.create_sheet(form.title)
    for number, column in enumerate(form.columns, start=1):
        head = sheet.cell(1, number, column.title)
        head.font, head.fill = _HEAD_FONT, _HEAD_FILL
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    last = 1
    for last, row in enumerate(rows, start=2):
        for number, text in enumerate(row, start=1):
            if len(text) > MAX_CELL:
                raise WrongCallError(
                    f"“{form.title}”表第 {last} 行的{form.columns[number - 1].title}太长，Excel 放不下"
                )
            _text_cell(sheet, last, number, text)
    for number, column in enumerate(form.columns, start=1):
        letter = get_column_letter(number)
        area = f"{letter}2:{letter}{last + _SPARE_ROWS}"
        if column.choices:
            choice = DataValidation("list", formula1=f'"{",".join(column.choices)}"', showErrorMessage=True)
            choice.add(area)
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "C2" if len(form.columns) > 2 else "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(form.columns))}{max(last, 2)}"


def _text_cell(sheet: Worksheet, row: int, number: int, text: str) -> None:
    cell = sheet.cell(row, number)
    cell.number_format = "@"  # a code typed here stays a text
    cell.alignment = _TOP
    if text:
        cell.value = text
        cell.data_type = "s"  # also of what begins with an equals sign


def _help(book: Workbook) -> None:
    sheet: Worksheet = book.create_sheet(HELP_SHEET)
    sheet.column_dimensions["A"].width = 100
    for row, line in enumerate(HELP, start=1):
        sheet.cell(row, 1, line).alignment = _TOP
