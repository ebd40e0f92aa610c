"""A table as delimited text (CSV): UTF-8 with or without a mark, or the GB18030 that a Chinese Excel saves."""

import csv
import io
from typing import Final

from extract.containers import recognise
from extract.sheet_cells import MOST_CELLS
from extract.tables import Book, Cell, CellType, Sheet, TableError

_DELIMITERS: Final = (",", "\t", ";")
_SAMPLE: Final = 20  # lines that decide what the delimiter is
_LONGEST_FIELD: Final = 100_000


def read_csv(body: bytes) -> Book:
    """One sheet of texts.  TableError where it is no text or no table."""
    if not body:
        raise TableError("文件是空的（0 字节），请检查是否传输完整")
    kind = recognise(body).kind
    if kind and kind not in ("text", "json"):
        raise TableError(f"扩展名是 .csv，内容实为 {kind}：请按实际类型命名，或另存为 CSV")
    text, remarks = _decoded(body)
    csv.field_size_limit(_LONGEST_FIELD)
    cells: dict[tuple[int, int], Cell] = {}
    try:
        for row, fields in enumerate(csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=True), start=1):
            for column, field in enumerate(fields, start=1):
                if field.strip():
                    cells[row, column] = Cell(CellType.TEXT, field)
            if len(cells) > MOST_CELLS:
                raise TableError(f"内容过多（超过 {MOST_CELLS} 个有内容的单元格）")
    except csv.Error as error:
        raise TableError(f"不是完整的 CSV（{_why(error)}），请重新导出后再交") from None
    if not cells:
        raise TableError("文件里没有任何内容")
    return Book((Sheet("CSV", cells),), remarks)


def _decoded(body: bytes) -> tuple[str, tuple[str, ...]]:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return body.decode("utf-16"), ("按 UTF-16 编码读取",)
        except UnicodeDecodeError:
            raise TableError("编码不完整（UTF-16），请另存为 UTF-8 的 CSV") from None
    for encoding, remark in (("utf-8-sig", ()), ("gb18030", ("按 GB18030（GBK）编码读取",))):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, remark
    raise TableError("认不出文字编码（既不是 UTF-8 也不是 GBK），请另存为 UTF-8 的 CSV")


def _delimiter(text: str) -> str:
    lines = text.splitlines()[:_SAMPLE]
    return max(_DELIMITERS, key=lambda delimiter: (sum(line.count(delimiter) for line in lines), delimiter == ","))


def _why(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text:
        return "引号没有成对，文件可能被截断"
    return "有一格过长" if "field larger" in text else "引号或分隔符有误"
