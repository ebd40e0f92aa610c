"""What a library can read of an evidence file, within bounds.  Call it where a hang or a crash costs nobody else."""

import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Final
from xml.parsers import expat

from extract.spreadsheet import read_workbook

MOST_PAGES: Final = 50
MOST_TEXT: Final = 200_000  # characters
MOST_ROWS: Final = 20_000
_OFD_PAGE: Final = re.compile(r"(?:^|/)Pages?/[^/]+/Content\.xml$", re.I)
_OFD_PART: Final = 32 * 1024 * 1024

READABLE: Final = ("pdf", "docx", "xlsx", "xls", "ofd")


def text_of(body: bytes, kind: str) -> tuple[str, str]:
    """Text, and a Chinese note on what was cut.  Raises whatever the library raises on a damaged file."""
    match kind:
        case "pdf":
            return _pdf(body)
        case "docx":
            return _joined(_docx(body))
        case "xlsx":
            return _joined(cell.text for sheet in read_workbook(body).sheets for cell in sheet.cells.values())
        case "xls":
            return _joined(_xls(body))
        case "ofd":
            return _joined(_ofd(body))
        case _:
            raise ValueError(f"no text in {kind}")


def _joined(parts: Iterable[str]) -> tuple[str, str]:
    taken: list[str] = []
    left = MOST_TEXT
    for part in parts:
        if left <= 0:
            return "\n".join(taken), f"只取前 {MOST_TEXT} 字"
        if part := part.strip():
            taken.append(part[:left])
            left -= len(part)
    return "\n".join(taken), ""


def _pdf(body: bytes) -> tuple[str, str]:
    from pypdf import PdfReader  # here: only the process that reads attachments needs it

    reader = PdfReader(io.BytesIO(body))
    if reader.is_encrypted and not reader.decrypt(""):
        return "", "有打开密码，读不出文字"
    pages = len(reader.pages)
    text, note = _joined(page.extract_text() for page in itertools.islice(reader.pages, MOST_PAGES))
    if pages > MOST_PAGES:
        note = f"共 {pages} 页，只取前 {MOST_PAGES} 页"
    elif not text:
        note = "没有文字层（可能是扫描件）"
    return text, note


def _docx(body: bytes) -> Iterator[str]:
    from docx import Document

    document = Document(io.BytesIO(body))
    for paragraph in document.paragraphs:
        yield paragraph.text
    for table in document.tables:
        for row in itertools.islice(table.rows, MOST_ROWS):
            yield " ".join(cell.text for cell in row.cells)


def _xls(body: bytes) -> Iterator[str]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    for name in book.sheet_names:
        for row in book.get_sheet_by_name(name).to_python(nrows=MOST_ROWS):
            yield " ".join(str(value) for value in row if value != "")


def _ofd(body: bytes) -> Iterator[str]:
    """The TextCode elements of each page (GB/T 33190)."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        pages = [one for one in archive.infolist() if _OFD_PAGE.search(one.filename.replace("\\", "/"))]
        for page in pages[:MOST_PAGES]:
            with archive.open(page) as file:
                yield _text_codes(file.read(_OFD_PART))


def _text_codes(xml: bytes) -> str:
    texts: list[str] = []
    inside: list[bool] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name.rpartition(" ")[2] == "TextCode":
            inside.append(True)

    def end(name: str) -> None:
        if name.rpartition(" ")[2] == "TextCode":
            inside.clear()
            texts.append("\n")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: texts.append(text) if inside else None
    parser.Parse(xml, True)
    return "".join(texts)
