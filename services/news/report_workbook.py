"""The report of an import as a workbook."""

import re
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from services.news.importing import ROW_WORDS, RowEnd

_HEADER: Final = ("文件", "位置", "结果", "说明", "标题", "文章编号")
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST: Final = 32_000  # characters of a cell


def write_import_workbook(document: dict[str, Any], path: Path) -> None:
    """Every row of ``services.news.importing.import_document``, texts as texts and never as formulas."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("逐行结果")
    sheet.append(list(_HEADER))
    for row in document["rows"]:
        words = (row["file"], row["where"], ROW_WORDS[RowEnd(row["end"])], row["why"], row["title"], row["article"])
        sheet.append([_text(sheet, word) for word in words])
    remarks = workbook.create_sheet("说明")
    remarks.append(["文件", "说明"])
    for entry in document["remarks"]:
        remarks.append([_text(remarks, entry["file"]), _text(remarks, entry["remark"])])
    for entry in document["unread"]:
        remarks.append([_text(remarks, entry["file"]), _text(remarks, entry["why"])])
    workbook.save(path)


def _text(sheet: WriteOnlyWorksheet, word: str | None) -> Cell:
    """Also the name of a file may begin like a formula."""
    cell = WriteOnlyCell(sheet, _FORBIDDEN.sub("", word or "")[:_LONGEST])
    cell.data_type = "s"
    cell.quotePrefix = (word or "").startswith(("=", "+", "-", "@"))
    return cell
