"""What the offices and units of the demo city file for the round: workbooks, filled in as a person would."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import openpyxl

from chengjian.demo.content.dice import Dice
from chengjian.filing_room import open_filings
from chengjian.settings import Settings
from records.registry import City
from scoring_bridge.filing_form import Field, FieldKind, Form
from scoring_bridge.filing_sheets import UNIT_ID, VALUES
from services.attachments import AttachmentFolder
from services.filing_template import TemplateFile, forms_for, make_templates
from services.import_filing import FileReport, FilingImport, ImportCall
from services.reading_room import ReadingRoom
from services.schemes import load_scheme

SCHEME: Final = "nanyang-county"
#: Who sends nothing in the demo: the office that asks people in secret, and one unit.
SILENT_OFFICE: Final = "暗访、抽查、民意调查"
SILENT_UNIT: Final = "沙屿新区"
_NONE_FOUND: Final = ("NYC-03", "NYC-21#dishonest", "NYC-21#unresolved", "NYC-25", "NYC-26")
#: One unit has let a claim go unpaid for over a month, and one had a valid objection against its data.
_EXCEPTIONS: Final = {("yantang", "NYC-21#unresolved"): 1, ("liuwan", "NYC-25"): 1}
_FIRST_ROW: Final = 5


def hand_in(folder: Path, city: City, period: str, settings: Settings, at: datetime) -> list[FileReport]:
    """Write the filled workbooks into ``folder`` and import them.

    Raises ``UserError``, ``WrongCallError`` and ``OSError``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for form in forms_for(load_scheme(SCHEME), period, "all"):
        if form.provider.name == SILENT_OFFICE:
            continue
        for template in make_templates(form, city, until=None, apart=True):
            if SILENT_UNIT not in template.name:
                path = folder / template.name
                path.write_bytes(_filled(template, form))
                paths.append(path)
    with ReadingRoom() as room:
        importer = FilingImport(
            open_filings(settings), city, AttachmentFolder(None, room), ImportCall("示范城市信用办"), at
        )
        return [importer.take(path) for path in paths]


def _filled(template: TemplateFile, form: Form) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(template.body))
    sheet = book[VALUES]
    columns = {cell.value: cell.column for cell in sheet[1] if cell.column is not None}
    ids = next(cell.column or 1 for cell in sheet[2] if cell.value == UNIT_ID)
    for row in range(_FIRST_ROW, sheet.max_row + 1):
        unit = str(sheet.cell(row, ids).value)
        for field in form.fields:
            cell = sheet.cell(row, columns[field.key])
            if not cell.protection.locked:
                cell.value = _entered(unit, field)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _entered(unit: str, field: Field) -> Any:
    """What stands in a cell: plausible, and the same on every run."""
    dice = Dice(f"{unit}/{field.key}")
    if (unit, field.key) in _EXCEPTIONS:
        return _EXCEPTIONS[unit, field.key]
    if field.key in _NONE_FOUND:
        return 0
    match field.kind:
        case FieldKind.FLAG:
            return "是" if field.required else "否"
        case FieldKind.CHOICE:
            return dice.pick("choice", field.choices)[0]
        case FieldKind.COUNT:
            return dice.number("count", 3, 5) if field.key == "NYC-27" else dice.number("count", 4, 16)
        case FieldKind.RATE:
            return dice.number("rate", 0, 90 if field.key == "NYC-06" else 1500) / 10_000 + (
                0 if field.key == "NYC-06" else 0.85
            )
        case FieldKind.NUMBER:
            return dice.number("number", 800, 9000) / 100
        case FieldKind.TEXT | FieldKind.ITEMS:
            return None
