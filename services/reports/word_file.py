"""Word documents: headings, paragraphs and tables of text, quick also for thousands of rows."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from services.reports import wording

_BODY: Final = "宋体"
_HEAD: Final = "黑体"
_MOST: Final = 8_000  # characters in one cell or paragraph: more is in the workbook and the JSON


class WordFile:
    """A document that is written from top to bottom."""

    def __init__(self, title: str, *, landscape: bool = False) -> None:
        self._document = Document()
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        if landscape:
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = Cm(29.7), Cm(21)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(2)
        self._font("Normal", _BODY, 10.5)
        for level, size in ((0, 20), (1, 15), (2, 12.5)):
            self._font("Title" if level == 0 else f"Heading {level}", _HEAD, size)
        self._document.core_properties.title = _text(title)
        self._document.core_properties.author = "诚鉴"
        self._document.core_properties.comments = ""
        self._document.add_heading(_text(title), 0)

    def heading(self, text: str, level: int = 1) -> None:
        self._document.add_heading(_text(text), level)

    def line(self, text: str, *, strong: bool = False, small: bool = False) -> None:
        run = self._document.add_paragraph().add_run(_text(text))
        run.bold = strong
        if small:
            run.font.size = Pt(9)
            run.font.color.rgb = RGBColor(0x55, 0x60, 0x6E)

    def points(self, texts: Iterable[str]) -> None:
        """A list with bullets."""
        for text in texts:
            self._document.add_paragraph(_text(text), style="List Bullet")

    def table(self, headers: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]) -> None:
        """``widths`` in centimetres.  The header row is repeated on each page."""
        table = self._document.add_table(rows=0, cols=len(headers), style="Table Grid")
        body = table._tbl
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        twips = [str(round(width * 567)) for width in widths]
        body.append(_row(headers, twips, header=True))
        for row in rows:
            body.append(_row(row, twips))
        self._document.add_paragraph()

    def body(self) -> bytes:
        content = BytesIO()
        self._document.save(content)
        return content.getvalue()

    def _font(self, style: str, name: str, size: float) -> None:
        font = self._document.styles[style].font
        font.name, font.size = name, Pt(size)
        font.color.rgb = RGBColor(0x1B, 0x24, 0x30)
        fonts = self._document.styles[style].element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), name)


def _row(texts: Sequence[str], twips: Sequence[str], *, header: bool = False) -> Any:
    """A row of a table, made directly: python-docx looks at all cells to find one."""
    row = OxmlElement("w:tr")
    properties = OxmlElement("w:trPr")
    properties.append(OxmlElement("w:cantSplit"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))
    row.append(properties)
    for text, width in zip(texts, twips, strict=True):
        cell = OxmlElement("w:tc")
        shape = OxmlElement("w:tcPr")
        size = OxmlElement("w:tcW")
        size.set(qn("w:w"), width)
        size.set(qn("w:type"), "dxa")
        shape.append(size)
        if header:
            shade = OxmlElement("w:shd")
            shade.set(qn("w:val"), "clear")
            shade.set(qn("w:fill"), "E4EEF8")
            shape.append(shade)
        cell.append(shape)
        for line in _text(text).split("\n"):
            cell.append(_paragraph(line, bold=header))
        row.append(cell)
    return row


def _paragraph(text: str, *, bold: bool) -> Any:
    paragraph, run, content = OxmlElement("w:p"), OxmlElement("w:r"), OxmlElement("w:t")
    look = OxmlElement("w:rPr")
    if bold:
        look.append(OxmlElement("w:b"))
    size = OxmlElement("w:sz")
    size.set(qn("w:val"), "18")
    look.append(size)
    run.append(look)
    content.text = text
    content.set(qn("xml:space"), "preserve")
    run.append(content)
    paragraph.append(run)
    return paragraph


def _text(text: str) -> str:
    return wording.shortened(wording.clean(text), _MOST)
