"""An Excel workbook (.xlsx): its cells with format, formulas, merges and what is hidden, in one bounded pass.

Read as a stream of XML events, because none of the libraries tells all of that of one file: openpyxl reads merges only
with everything in memory, believes the written dimension (rows beyond it vanish) and stops at a style that is not
there; calamine does not say which cell is a formula or a percentage.  A million formatted empty rows (130 MB of XML)
take three seconds and no memory.  Nothing is executed; entities and document types are refused.
"""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Final
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from extract.containers import ZIP_FAULTS, recognise
from extract.sheet_cells import DAMAGED, Budget, SheetParser
from extract.tables import Book, CellType, TableError

MOST_SHEETS: Final = 64

_CHUNK: Final = 1 << 16
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
# Formats that a Chinese Excel writes by number alone (ECMA-376 part 1, 18.8.30): all of them are days and times.
_CHINESE_DATES: Final = frozenset((*range(27, 37), *range(50, 59)))


def read_workbook(body: bytes) -> Book:
    """The workbook in `body`.  TableError where it is something else, or may not be read."""
    _refuse_others(body)
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return _Reader(archive).book()
    except TableError:
        raise
    except (*ZIP_FAULTS, expat.ExpatError, OverflowError, ArithmeticError) as error:
        raise TableError(DAMAGED) from error


def _refuse_others(body: bytes) -> None:
    if not body:
        raise TableError("文件是空的（0 字节），请检查是否传输完整")
    content = recognise(body)
    if content.password:
        raise TableError("工作簿设有打开密码，请取消密码后再交")
    if content.fault:
        raise TableError(f"{content.fault}，请重新导出或另存后再交")
    match content.kind:
        case "xlsx":
            if content.macros:
                raise TableError("工作簿含有宏，不予接收：请另存为不含宏的 .xlsx 后再交")
        case "xls":
            raise TableError(
                "内容是旧版 Excel（.xls），看不到单元格的公式和格式：请在 Excel 或 WPS 中另存为 .xlsx 后再交"
            )
        case "xlsb":
            raise TableError("内容是二进制工作簿（.xlsb）：请另存为 .xlsx 后再交")
        case kind:
            raise TableError(f"内容不是 Excel 工作簿（{f'实为 {kind}' if kind else '无法识别'}）：请交 .xlsx 或 .csv")


class _Reader:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.replace("\\", "/").lstrip("/"): name for name in archive.namelist()}
        self._budget = Budget()

    def book(self) -> Book:
        self._refuse_macros()
        main = self._related("", "officeDocument")
        if not main:
            raise TableError(DAMAGED)
        sheets, mac = self._sheets(main[0])
        parts = {kind: self._related(main[0], kind) for kind in ("styles", "sharedStrings")}
        formats = self._formats(parts["styles"][0]) if parts["styles"] else []
        texts = self._texts(parts["sharedStrings"][0]) if parts["sharedStrings"] else []
        if len(sheets) > MOST_SHEETS:
            raise TableError(f"有 {len(sheets)} 个工作表，最多允许 {MOST_SHEETS} 个")
        epoch = CALENDAR_MAC_1904 if mac else CALENDAR_WINDOWS_1900
        read = []
        for name, path, hidden in sheets:
            parser = SheetParser(texts, formats, epoch, self._budget)
            if path:
                self._parse(path, parser.start, parser.end, parser.data)
            read.append(parser.sheet(name, hidden))
        return Book(tuple(read))

    def _parse(
        self,
        path: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        local = _LocalNames()
        parser.StartElementHandler = lambda name, attributes: start(local[name], attributes)
        parser.StartDoctypeDeclHandler = _refuse_document_type
        if end is not None:
            parser.EndElementHandler = lambda name: end(local[name])
        if text is not None:
            parser.CharacterDataHandler = text
        with self._archive.open(self._names[path]) as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)

    def _refuse_macros(self) -> None:
        def start(name: str, attributes: dict[str, str]) -> None:
            if "macroenabled" in attributes.get("ContentType", "").lower():
                raise TableError("工作簿是启用宏的格式，不予接收：请另存为不含宏的 .xlsx 后再交")

        self._parse("[Content_Types].xml", start)

    def _related(self, part: str, kind: str) -> list[str]:
        """Parts of a kind that `part` ("" is the package) points to."""
        return [path for _identity, type_, path in self._relations(part) if type_.endswith(f"/{kind}")]

    def _relations(self, part: str) -> list[tuple[str, str, str]]:
        folder, _, file = part.rpartition("/")
        where = f"{folder}/_rels/{file}.rels".lstrip("/")
        if where not in self._names:
            return []
        found: list[tuple[str, str, str]] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship" and attributes.get("TargetMode") != "External":
                path = _resolved(folder, attributes.get("Target", ""))
                if path in self._names:
                    found.append((attributes.get("Id", ""), attributes.get("Type", ""), path))

        self._parse(where, start)
        return found

    def _sheets(self, main: str) -> tuple[list[tuple[str, str, bool]], bool]:
        """Name, part and whether it is hidden of each sheet; whether days count from 1904."""
        paths = {identity: (type_, path) for identity, type_, path in self._relations(main)}
        sheets: list[tuple[str, str, bool]] = []
        mac: list[bool] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "sheet":
                identity = next((value for key, value in attributes.items() if key.rpartition(" ")[2] == "id"), "")
                type_, path = paths.get(identity, ("", ""))
                if type_.endswith(("/worksheet", "")):
                    hidden = attributes.get("state", "visible") != "visible"
                    sheets.append((attributes.get("name", ""), path if type_.endswith("/worksheet") else "", hidden))
            elif name == "workbookPr":
                mac.append(attributes.get("date1904", "0") in ("1", "true"))

        self._parse(main, start)
        return sheets, any(mac)

    def _formats(self, path: str) -> list[CellType]:
        """What a number of each cell style is shown as."""
        own: dict[int, str] = {}
        types: list[CellType] = []
        inside: list[bool] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "numFmt":
                own[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
            elif name == "cellXfs":
                inside.append(True)
            elif name == "xf" and inside:
                types.append(_shown_as(int(attributes.get("numFmtId", 0)), own))

        def end(name: str) -> None:
            if name == "cellXfs":
                inside.clear()

        self._parse(path, start, end)
        return types

    def _texts(self, path: str) -> list[str]:
        texts: list[str] = []
        parts: list[str] = []
        taking: list[bool] = []
        spoken: list[bool] = []  # inside a phonetic run, which is no part of the text

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "si":
                parts.clear()
            elif name == "rPh":
                spoken.append(True)
            elif name == "t" and not spoken:
                taking.append(True)

        def end(name: str) -> None:
            if name == "t":
                taking.clear()
            elif name == "rPh":
                spoken.clear()
            elif name == "si":
                text = "".join(parts)
                self._budget.take(text)
                texts.append(text)

        self._parse(path, start, end, lambda text: parts.append(text) if taking else None)
        return texts


class _LocalNames(dict[str, str]):
    """The name without its namespace, worked out once."""

    def __missing__(self, name: str) -> str:
        self[name] = name.rpartition(" ")[2]
        return self[name]


def _refuse_document_type(*_: object) -> None:
    raise TableError(DAMAGED)


def _resolved(folder: str, target: str) -> str:
    """A part's path from a relation's target: absolute, or relative to the folder of the part that points to it."""
    steps = [] if target.startswith("/") else [step for step in folder.split("/") if step]
    for step in target.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def _shown_as(number: int, own: dict[int, str]) -> CellType:
    if number in _CHINESE_DATES and number not in own:
        return CellType.DATE
    code = own.get(number, BUILTIN_FORMATS.get(number, "General"))
    if "%" in _QUOTED.sub("", code):
        return CellType.PERCENT
    return CellType.DATE if is_date_format(code) else CellType.NUMBER
