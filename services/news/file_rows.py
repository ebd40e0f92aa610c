"""Exported files as rows: JSON Lines, JSON, CSV and Excel.  A broken row is told and the rest goes on."""

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, load_workbook

from services.news.columns import CHINESE, ColumnMap
from services.schemes import WrongCallError, why

MAX_BYTES: Final = 512 * 1024 * 1024
_HEADER_ROWS: Final = 10  # in which a header is looked for: exports put a title and a query above it
_MAX_LINES: Final = 20_000  # of one quoted record; an open quotation mark is not let run on for ever
_LISTS: Final = ("data", "items", "list", "rows", "records", "articles", "result", "results")
_EXCEL: Final = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
_DELIMITERS: Final = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: what it holds by field, or what is wrong with it."""

    where: str  # 第 12 行 · 工作表“数据”第 3 行
    values: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A file that could be opened.  ``rows`` may be gone through once."""

    rows: Iterator[Row]
    remarks: list[str]  # Chinese, about the file as a whole; grows while the rows are read


def open_table(path: Path, columns: ColumnMap) -> Table:
    """Open an exported file.  ``WrongCallError`` where it cannot be read or no column of it is known."""
    remarks: list[str] = []
    suffix = path.suffix.lower()
    if suffix in _EXCEL:
        return Table(_excel(path, columns, remarks), remarks)
    body = _bytes(path)
    if body[:4] == b"PK\x03\x04" or body[:4] == b"\xd0\xcf\x11\xe0":
        return Table(_excel(path, columns, remarks), remarks)
    head = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if suffix in (".json", ".jsonl", ".ndjson") or (suffix not in (".csv", ".tsv") and head in (b"{", b"[")):
        return Table(_json(body, columns, remarks, path.name), remarks)
    return Table(_csv(body, columns, remarks, path.name), remarks)


def _bytes(path: Path) -> bytes:
    try:
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise WrongCallError(f"{path} 过大（超过 {MAX_BYTES // 1024 // 1024} MB），请分成几个文件")
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise WrongCallError(f"读不了 {path}：{why(error)}，请检查路径和权限") from None
    except ValueError:
        raise WrongCallError(f"文件的路径不合法：{str(path)!r}") from None
    if not body.strip():
        raise WrongCallError(f"{path} 是空的")
    return body


# ----- JSON


def _json(body: bytes, columns: ColumnMap, remarks: list[str], name: str) -> Iterator[Row]:
    """One document that holds a list, or one object in each line."""
    lines = [line for line in body.split(b"\n", 8)[:8] if line.strip(b"\xef\xbb\xbf \t\r")]
    if len(lines) < 2 or not all(line.lstrip(b"\xef\xbb\xbf \t").startswith(b"{") for line in lines[:2]):
        try:
            document = _load(_text_of(body))
        except (ValueError, RecursionError):
            pass
        else:
            if len(lines) != 1 or not isinstance(document, dict) or _holds_list(document):
                yield from _objects(document, columns, remarks, name)
                return
    yield from _json_lines(body, columns, remarks)


def _load(text: str) -> Any:
    """JSON whose halves of characters (\\ud800 alone, as from a text cut inside an emoji) are replaced.

    :raises ValueError: no JSON
    """
    value = json.loads(text)
    if "\\ud" not in text and "\\uD" not in text:
        return value
    written = json.dumps(value, ensure_ascii=False)
    return json.loads(written.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _json_lines(body: bytes, columns: ColumnMap, remarks: list[str]) -> Iterator[Row]:
    places = _Named(columns, remarks)
    for number, line in enumerate(body.split(b"\n"), start=1):
        if not line.strip(b"\xef\xbb\xbf \t\r"):
            continue
        where = f"第 {number} 行"
        try:
            value = _load(_text_of(line))
        except UnicodeDecodeError:
            yield Row(where, trouble="既不是 UTF-8 也不是 GB18030 编码")
        except (ValueError, RecursionError):
            yield Row(where, trouble="不是合格的 JSON")
        else:
            yield places.row(where, value)


def _objects(document: Any, columns: ColumnMap, remarks: list[str], name: str) -> Iterator[Row]:
    found = document
    for _ in range(3):  # {"data": {"list": […]}}
        if isinstance(found, dict):
            found = next((found[word] for word in _LISTS if _holds(found, word)), [found])
    places = _Named(columns, remarks)
    if not isinstance(found, list):
        raise WrongCallError(f"{name} 的 JSON 中没有文章的列表")
    for number, value in enumerate(found, start=1):
        yield places.row(f"第 {number} 项", value)


def _holds(document: dict[str, Any], word: str) -> bool:
    return isinstance(document.get(word), list | dict)


def _holds_list(document: dict[str, Any]) -> bool:
    """Whether an object is the wrapping of a list, and not an article itself."""
    return any(_holds(document, word) for word in _LISTS)


class _Named:
    """Objects to rows; the names of an object are looked up once for each set of names."""

    def __init__(self, columns: ColumnMap, remarks: list[str]) -> None:
        self._columns = columns
        self._remarks = remarks
        self._known: dict[tuple[str, ...], dict[str, int]] = {}

    def row(self, where: str, value: Any) -> Row:
        if not isinstance(value, dict):
            return Row(where, trouble="不是“名称: 值”的对象")
        header = tuple(str(key) for key in value)
        places = self._known.get(header)
        if places is None:
            if not self._known:
                _tell_columns(self._columns, header, self._columns.places(header), self._remarks)
            places = self._known[header] = self._columns.places(header)
        cells = list(value.values())
        return Row(where, {name: cells[place] for name, place in places.items()})


def _text_of(body: bytes) -> str:
    """UTF-8 with or without a mark, else GB18030.  Raises ``UnicodeDecodeError``."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030")


# ----- tables


def _tell_columns(columns: ColumnMap, header: Sequence[str], places: dict[str, int], remarks: list[str]) -> None:
    taken = "、".join(f"{CHINESE[name]}←{header[place]}" for name, place in places.items())
    remarks.append(f"列的对应：{taken or '无'}")
    unknown = columns.unknown(header)
    if unknown:
        remarks.append(f"未使用的列：{'、'.join(name[:20] for name in unknown[:20])}")


def _is_header(columns: ColumnMap, cells: Sequence[str]) -> bool:
    places = columns.places(cells)
    return bool({"title", "text", "summary"} & places.keys()) and len(places) >= min(2, sum(map(bool, cells)))


def _no_header(name: str, cells: Sequence[str]) -> WrongCallError:
    shown = "、".join(cell[:16] for cell in cells[:12] if cell)
    return WrongCallError(f"{name} 中找不到标题或正文一列（第一行是：{shown or '空'}）：请用 --map 给出列名对照表")


def _csv(body: bytes, columns: ColumnMap, remarks: list[str], name: str) -> Iterator[Row]:
    text, encoding = _decoded(body)
    if encoding != "UTF-8":
        remarks.append(f"按 {encoding} 编码读取")
    if "\ufffd" in text:
        remarks.append("有字符无法按该编码读出，以 � 代替")
    lines = text.split("\n")
    delimiter = max(_DELIMITERS, key=lambda mark: max((line.count(mark) for line in lines[:_HEADER_ROWS]), default=0))
    header: list[str] | None = None
    places: dict[str, int] = {}
    first: list[str] = []
    for number, cells, trouble in _records(lines, delimiter):
        if header is None:
            first = first or cells
            if _is_header(columns, cells):
                header, places = cells, columns.places(cells)
                _tell_columns(columns, header, places, remarks)
            elif number >= _HEADER_ROWS:
                break
            continue
        where = f"第 {number} 行"
        if trouble:
            yield Row(where, trouble=trouble)
        elif len(cells) > len(header) and any(cells[len(header) :]):
            yield Row(where, trouble=f"有 {len(cells)} 列，表头只有 {len(header)} 列：多半是正文中的逗号没有加引号")
        elif any(cells):
            yield Row(where, {key: cells[place] for key, place in places.items() if place < len(cells)})
    if header is None:
        raise _no_header(name, first)


def _decoded(body: bytes) -> tuple[str, str]:
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if body.startswith(mark):
            return body[2:].decode(codec, "replace"), "UTF-16"
    try:
        return body.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    plain = body.removeprefix(b"\xef\xbb\xbf")  # a UTF-8 mark before GBK occurs
    readings = (
        (plain.decode(codec, "replace"), label) for codec, label in (("gb18030", "GB18030"), ("utf-8", "UTF-8"))
    )
    return min(readings, key=lambda reading: reading[0].count("\ufffd"))


def _records(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """Records with the number of their first line.  A quotation mark that is never closed costs its own line only."""
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    start, width = 0, 0
    while start < len(lines):
        end, still_open = start, lines[start].count('"') % 2 == 1
        while still_open and end + 1 < len(lines) and end - start < _MAX_LINES:
            end += 1
            still_open ^= lines[end].count('"') % 2 == 1
        joined = "\n".join(lines[start : end + 1])
        cells = [] if still_open else _cells(joined, delimiter)
        if still_open or (end > start and width and len(cells) != width):
            if lines[start].strip():
                yield start + 1, [], "引号没有成对，无法分列"
            start += 1
            continue
        width = width or len(cells)
        if joined.strip():
            yield start + 1, cells, ""
        start = end + 1


def _cells(record: str, delimiter: str) -> list[str]:
    found = next(csv.reader(io.StringIO(record.rstrip("\r"), newline=""), delimiter=delimiter), [])
    return [cell.strip() for cell in found]


def _excel(path: Path, columns: ColumnMap, remarks: list[str]) -> Iterator[Row]:
    _bytes(path)
    try:
        workbook = load_workbook(str(path))
        sheets = [
            (name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in workbook.sheet_names
        ]
    except (CalamineError, OSError, ValueError) as error:
        raise WrongCallError(f"读不了 {path}：不是合格的 Excel 文件，或设有密码（{str(error)[:80]}）") from None
    first: list[str] = []
    found = False
    for name, rows in sheets:
        at = next(
            (n for n, cells in enumerate(rows[:_HEADER_ROWS]) if _is_header(columns, [str(cell) for cell in cells])),
            None,
        )
        if at is None:
            first = first or [str(cell) for cell in (rows[0] if rows else [])]
            if any(any(cell not in ("", None) for cell in cells) for cells in rows):
                remarks.append(f"工作表“{name}”没有标题或正文一列，未读")
            continue
        found = True
        header = [str(cell) for cell in rows[at]]
        places = columns.places(header)
        _tell_columns(columns, header, places, remarks)
        for number, cells in enumerate(rows[at + 1 :], start=at + 2):
            if any(cell not in ("", None) for cell in cells):
                where = f"第 {number} 行" if len(sheets) == 1 else f"工作表“{name}”第 {number} 行"
                yield Row(where, {key: cells[place] for key, place in places.items()})
    if not found:
        raise _no_header(path.name, first)
