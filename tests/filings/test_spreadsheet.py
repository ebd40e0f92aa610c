"""Workbooks as other programs write them: what a cell says must not depend on how it was put into XML."""

import io
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.delimited import read_csv
from extract.spreadsheet import read_workbook
from extract.tables import CellType, Sheet, TableError, column_name, place

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def packed(
    sheet: str, *, main: str = MAIN, target: str = "worksheets/sheet1.xml", prefix: str = "", **more: str
) -> bytes:
    """A minimal workbook around the XML of one sheet."""
    p = f"{prefix}:" if prefix else ""
    space = f'xmlns:{prefix}="{main}"' if prefix else f'xmlns="{main}"'
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships><Relationship Id="a" Type="{RELATIONS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<{p}workbook {space} xmlns:r="{RELATIONS}">{more.get("properties", "")}<{p}sheets>'
        f'<{p}sheet name="表" sheetId="1" r:id="s"/></{p}sheets></{p}workbook>',
        "xl/_rels/workbook.xml.rels": "<Relationships>"
        f'<Relationship Id="s" Type="{RELATIONS}/worksheet" Target="{target}"/>'
        f'<Relationship Id="t" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="y" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>青山县</t></si>'
        '<si><r><t>白</t></r><r><t xml:space="preserve">水 </t></r>'
        "<rPh sb='0' eb='1'><t>bai</t></rPh></si></sst>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="0.0&quot;%&quot;"/>'
        '<numFmt numFmtId="165" formatCode="yyyy年m月d日"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="14"/><xf numFmtId="31"/><xf numFmtId="164"/>'
        '<xf numFmtId="165"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f"<{p}worksheet {space}>{sheet}</{p}worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def read(sheet: str, **more: str) -> Sheet:
    (only,) = read_workbook(packed(sheet, **more)).sheets
    return only


@pytest.mark.parametrize(
    ("cell", "type_", "text"),
    [
        ('<c r="A1" t="s"><v>0</v></c>', CellType.TEXT, "青山县"),
        ('<c r="A1" t="s"><v>1</v></c>', CellType.TEXT, "白水 "),
        ('<c r="A1" t="inlineStr"><is><r><t>青</t></r><r><t>山</t></r></is></c>', CellType.TEXT, "青山"),
        ('<c r="A1" t="str"><v>青山</v></c>', CellType.TEXT, "青山"),
        ('<c r="A1"><v>12</v></c>', CellType.NUMBER, "12"),
        ('<c r="A1"><v>0.45670000000000002</v></c>', CellType.NUMBER, "0.4567"),
        ('<c r="A1"><v>1E2</v></c>', CellType.NUMBER, "100"),
        ('<c r="A1"><v>-0</v></c>', CellType.NUMBER, "0"),
        ('<c r="A1" s="1"><v>7.0000000000000007E-2</v></c>', CellType.PERCENT, "7%"),
        ('<c r="A1" s="1"><v>0.94409999999999994</v></c>', CellType.PERCENT, "94.41%"),
        ('<c r="A1"><v>0.30000000000000004</v></c>', CellType.NUMBER, "0.3"),
        ('<c r="A1" s="2"><v>46347</v></c>', CellType.DATE, "2026-11-21"),
        ('<c r="A1" s="3"><v>46347</v></c>', CellType.DATE, "2026-11-21"),
        ('<c r="A1" s="5"><v>46347.5</v></c>', CellType.DATE, "2026-11-21 12:00:00"),
        ('<c r="A1" s="4"><v>50</v></c>', CellType.NUMBER, "50"),
        ('<c r="A1" s="99"><v>50</v></c>', CellType.NUMBER, "50"),
        ('<c r="A1" t="b"><v>1</v></c>', CellType.FLAG, "TRUE"),
        ('<c r="A1" t="e"><v>#N/A</v></c>', CellType.ERROR, "#N/A"),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', CellType.FORMULA, "=1+1"),
        ('<c r="A1"><f t="shared" si="0"/><v>2</v></c>', CellType.FORMULA, "="),
        ('<c r="A1" t="d"><v>2026-11-21</v></c>', CellType.DATE, "2026-11-21"),
    ],
)
def test_a_cell_is_read_as_what_it_shows(cell: str, type_: CellType, text: str) -> None:
    found = read(f'<sheetData><row r="1">{cell}</row></sheetData>').cells[1, 1]
    assert (found.type, found.text) == (type_, text)


def test_days_may_count_from_1904() -> None:
    sheet = read(
        '<sheetData><row r="1"><c r="A1" s="2"><v>44885</v></c></row></sheetData>',
        properties='<workbookPr date1904="1"/>',
    )
    assert sheet.cells[1, 1].text == "2026-11-21"


@pytest.mark.parametrize("options", [{"prefix": "x"}, {"main": STRICT}, {"target": "/xl/worksheets/sheet1.xml"}])
def test_name_spaces_and_absolute_targets(options: dict[str, str]) -> None:
    p = "x:" if options.get("prefix") else ""
    sheet = read(f'<{p}sheetData><{p}row r="2"><{p}c r="B2"><{p}v>5</{p}v></{p}c></{p}row></{p}sheetData>', **options)
    assert sheet.cells[2, 2].number == Decimal(5)


def test_cells_without_a_reference_follow_the_one_before() -> None:
    row = '<row><c><v>1</v></c><c r="C1"/><c><v>4</v></c></row><row><c><v>5</v></c></row>'
    assert {at: cell.text for at, cell in read(f"<sheetData>{row}</sheetData>").cells.items()} == {
        (1, 1): "1",
        (1, 4): "4",
        (2, 1): "5",
    }


def test_rows_beyond_the_written_dimension_are_not_lost() -> None:
    """A library that believes the dimension reads one row of this and says nothing."""
    sheet = read(
        '<dimension ref="A1"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="700"><c r="A700"><v>2</v></c></row></sheetData>'
    )
    assert sheet.cells[700, 1].text == "2"


def test_merges_and_what_is_hidden() -> None:
    sheet = read(
        '<cols><col min="2" max="3" hidden="1"/></cols><sheetData><row r="1" hidden="1"><c r="A1"><v>1</v></c></row>'
        '<row r="2" hidden="1"/></sheetData><mergeCells><mergeCell ref="A1:B3"/></mergeCells>'
    )
    assert sheet.hidden_rows == {1}
    assert [area.covers(9, 3) for area in sheet.hidden_columns] == [True]
    assert [area.name for area in sheet.merged] == ["A1:B3"]


@pytest.mark.parametrize(
    "sheet",
    [
        '<sheetData><row r="1"><c r="A1" t="s"><v>9</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="A1"><v>abc</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="A1"><v>nan</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="ZZZ1"><v>1</v></c></row></sheetData>',
        '<sheetData><row r="1"><c r="A9999999"><v>1</v></c></row></sheetData>',
        '<sheetData><row r="x"/></sheetData>',
        "<sheetData><row>",
    ],
)
def test_what_cannot_be_is_damage(sheet: str) -> None:
    with pytest.raises(TableError, match="损坏"):
        read_workbook(packed(sheet))


def test_too_much_content_is_refused() -> None:
    cells = "".join(f'<row r="{row}">' + "<c><v>1</v></c>" * 100 + "</row>" for row in range(1, 5002))
    with pytest.raises(TableError, match="内容过多"):
        read_workbook(packed(f"<sheetData>{cells}</sheetData>"))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused(body: bytes) -> None:
    for reader in (read_workbook, read_csv):
        try:
            book = reader(body)
        except TableError:
            continue
        assert book.sheets


@pytest.mark.parametrize(
    ("column", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_columns_are_named_as_in_excel(column: int, name: str) -> None:
    assert column_name(column) == name
    assert place(7, column) == f"{name}7"
