"""Bad input, each as the real file: refused by name with the reason, and nothing of it is half taken."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter

from records.filings import FiledValue
from services.import_filing import FileReport, Outcome
from storage.filings import FilingRepository

Make = Callable[..., Any]
HandIn = Callable[..., FileReport]


def refused_lines(report: FileReport, filings: FilingRepository) -> list[str]:
    """The lines of a refused file, after making sure that nothing of it was kept."""
    assert report.outcome is Outcome.REFUSED
    assert filings.history() == ()
    return [str(one) for one in (*report.faults, *report.refused_rows)]


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("NYC-14", "12 个", ["“12 个”不是数字", "请只填数字：12"]),
        ("NYC-14", "十二", ["“十二”不是数字"]),
        ("NYC-14", "无", ["不是数字", "没有请填 0"]),
        ("NYC-14", "不适用", ["不是数字", "不填说明"]),
        ("NYC-14", -1, ["“-1”超出范围", "不小于 0 的整数"]),
        ("NYC-14", 1.5, ["“1.5”不是整数"]),
        ("NYC-14", True, ["“TRUE”是逻辑值"]),
        ("NYC-14", date(2026, 3, 5), ["“2026-03-05”是日期", "常规"]),
        ("NYC-14", 2_000_000_000, ["超出范围"]),
        ("NYC-14", "=SUM(A1:A3)", ["是公式 =SUM(A1:A3)", "粘贴"]),
        ("NYC-14", "#DIV/0!", ["是错误值 #DIV/0!"]),
        ("NYC-14", "1,23", ["不是数字"]),
        ("NYC-14", "3-5", ["不是数字"]),
        ("NYC-06", 0.5, ["可能是 50%，也可能是 0.5%", "请带上百分号"]),
        ("NYC-06", 98.5, ["没有百分号，可能是 98.5%"]),
        ("NYC-06", 101, ["“101”超出范围"]),
        ("NYC-06", "0.5", ["可能是 50%，也可能是 0.5%"]),
        ("NYC-06", "1", ["可能是 100%，也可能是 1%"]),
        ("NYC-06", "101%", ["“101%”超出范围"]),
        ("NYC-06", "-1%", ["“-1%”超出范围"]),
        ("NYC-06", "一半", ["“一半”不是百分比"]),
        ("NYC-06", "=1/2", ["是公式 =1/2"]),
        ("NYC-15", "很多", ["“很多”不是数字"]),
        ("NYC-15", -0.5, ["超出范围"]),
        ("effective", date(2027, 1, 1), ["2027-01-01 还没有到"]),
        ("effective", "去年", ["“去年”不是日期"]),
        ("effective", 46347, ["可能是日期的序列号", "2026-11-21"]),
    ],
)
def test_a_cell_that_cannot_be_taken_is_refused_with_its_place(
    workbook: Make, hand_in: HandIn, filings: FilingRepository, key: str, value: Any, said: list[str]
) -> None:
    form = workbook().fill("青山县", NYC_03=0, NYC_14=3)
    cell = form.cell("青山县", key)
    cell.value = value
    if key == "NYC-06":
        cell.number_format = "General" if not isinstance(value, str) else "@"
    if key == "effective" and isinstance(value, int):
        cell.number_format = "General"
    lines = refused_lines(hand_in(form.body()), filings)
    for part in (*said, "青山县", cell.coordinate):
        assert any(part in line for line in lines), (part, lines)


def test_a_percentage_above_the_whole_in_a_percent_cell_is_refused(
    workbook: Make, hand_in: HandIn, filings: FilingRepository
) -> None:
    """Excel keeps 101 % as 1.01 with a format: the number alone would look like a rate of 1.01 %."""
    (line,) = refused_lines(hand_in(workbook().fill("青山县", NYC_06=1.01).body()), filings)
    assert "“101%”超出范围" in line


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (0.07, "0.00%", "0.07"),
        (0.07, "0%", "0.07"),
        ("98.5%", "@", "0.985"),
        ("９８．５％", "@", "0.985"),
        ("0.5 %", "@", "0.005"),
        (0, "General", "0"),
        (1, "0%", "1"),
    ],
)
def test_rates_are_taken_where_they_have_one_meaning(
    workbook: Make, hand_in: HandIn, filings: FilingRepository, value: Any, number_format: str, expected: str
) -> None:
    form = workbook().fill("青山县", NYC_06=value)
    form.cell("青山县", "NYC-06").number_format = number_format
    assert hand_in(form.body()).outcome is Outcome.ACCEPTED
    (kept,) = filings.history()
    assert str(kept.filed.value.normalize() if kept.filed.value else 0) == expected


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("１２", 12), (" 12 ", 12), ("1,234", 1234), ("12.0", 12)])
def test_digits_written_as_text_are_taken_and_said(
    workbook: Make, hand_in: HandIn, filings: FilingRepository, text: str, number: int
) -> None:
    form = workbook().fill("青山县", NYC_14=text)
    form.cell("青山县", "NYC-14").number_format = "@"
    report = hand_in(form.body())
    assert report.outcome is Outcome.ACCEPTED
    assert filings.history()[0].filed.value == number
    assert any("按数字" in remark for remark in report.rows[0].remarks) is (text not in ("12", "12.0"))


def test_a_good_row_beside_a_bad_one_is_taken_only_when_asked_for(
    workbook: Make, hand_in: HandIn, filings: FilingRepository
) -> None:
    body = workbook().fill("青山县", NYC_03=0, NYC_14="12 个").body()
    report = hand_in(body)
    assert report.outcome is Outcome.REFUSED
    assert [row.accepted for row in report.rows] == [True, False]
    assert filings.history() == ()
    report = hand_in(body, accept_good_rows=True)
    assert report.outcome is Outcome.PARTIAL
    assert [kept.filed.indicator for kept in filings.history()] == ["NYC-03"]


def test_merged_cells_refuse_the_rows_that_they_touch(
    workbook: Make, hand_in: HandIn, filings: FilingRepository
) -> None:
    """Which of two units a merged value belongs to nobody can tell."""
    form = workbook().fill("青山县", NYC_03=0, NYC_14=3).fill("白水县", NYC_03=1)
    letter = get_column_letter(form.column("NYC-14"))
    form.sheet.merge_cells(f"{letter}5:{letter}6")
    lines = refused_lines(hand_in(form.body()), filings)
    assert len(lines) == 1
    assert f"{letter}5:{letter}6 是合并单元格" in lines[0]


def test_a_merged_unit_refuses_its_whole_row(workbook: Make, hand_in: HandIn, filings: FilingRepository) -> None:
    form = workbook().fill("青山县", NYC_03=0, NYC_14=3)
    form.sheet.merge_cells("B5:B6")
    lines = refused_lines(hand_in(form.body()), filings)
    assert len(lines) == 2
    assert all("B5:B6 是合并单元格" in line for line in lines)


def test_columns_that_were_moved_are_read_by_their_key(
    workbook: Make, hand_in: HandIn, filings: FilingRepository
) -> None:
    form = workbook().fill("青山县", NYC_03=1, NYC_25=2, NYC_26=3)
    first, second = form.column("NYC-25"), form.column("NYC-26")
    for row in range(1, 6):
        one, other = form.sheet.cell(row, first), form.sheet.cell(row, second)
        one.value, other.value = other.value, one.value
    assert hand_in(form.body()).outcome is Outcome.ACCEPTED
    assert {kept.filed.indicator: kept.filed.value for kept in filings.history()} == {
        "NYC-03": 1,
        "NYC-25": 2,
        "NYC-26": 3,
    }


@pytest.mark.parametrize("header", ["NYC-25 有效异议信息数量：有几条", "信用承诺数", None])
def test_a_renamed_column_is_refused_where_it_was_filled(
    workbook: Make, hand_in: HandIn, filings: FilingRepository, header: str | None
) -> None:
    """Who renames a column has filled in something else; another row's header is the worst of all."""
    form = workbook().fill("青山县", NYC_03=1, NYC_26=3)
    form.sheet.cell(2, form.column("NYC-26")).value = header
    (line,) = refused_lines(hand_in(form.body()), filings)
    assert "的表头被改为" in line
    assert "NYC-26" in line


def test_a_column_that_is_there_twice_is_refused(workbook: Make, hand_in: HandIn, filings: FilingRepository) -> None:
    form = workbook().fill("青山县", NYC_25=2)
    extra = form.sheet.max_column + 1
    for row in (1, 2):
        form.sheet.cell(row, extra).value = form.sheet.cell(row, form.column("NYC-25")).value
    form.sheet.cell(5, extra).value = 7
    lines = refused_lines(hand_in(form.body()), filings)
    assert any("都是 NYC-25" in line for line in lines)


def test_a_column_of_somebody_elses_is_not_ignored(workbook: Make, hand_in: HandIn, filings: FilingRepository) -> None:
    """What is written there was meant for somebody: it may be a column whose key was lost."""
    form = workbook().fill("青山县", NYC_25=2)
    extra = form.sheet.max_column + 1
    form.sheet.cell(2, extra).value = "备注"
    form.sheet.cell(5, extra).value = "已核"
    (line,) = refused_lines(hand_in(form.body()), filings)
    assert "“备注”不是填报表的列，但填有内容" in line


def test_the_key_row_may_be_lost_where_the_call_says_what_it_is(
    workbook: Make, hand_in: HandIn, filings: FilingRepository
) -> None:
    form = workbook().fill("青山县", NYC_25=2)
    form.sheet.delete_rows(1)
    body = form.body()
    (line,) = refused_lines(hand_in(body), filings)
    assert "没有填报表的标识" in line
    report = hand_in(body, scheme="nanyang-county", period="2026", provider="市信用办")
    assert report.outcome is Outcome.ACCEPTED, report
    assert filings.history()[0].filed.cell == "R4"


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("清山县", "清河市没有单位“清山县”，是否为：青山县"),
        ("火星", "清河市没有单位“火星”"),
        ("旧城区", "旧城区不是本方案的评价对象"),
        ("市住建局", "不是本方案的评价对象"),
        ("住建", "可指清河市住房和城乡建设局、清河市住建铁路局，请写全称"),
        (None, "没有写明单位"),
        (12, "单位一格不是文字"),
    ],
)
def test_an_unknown_unit_is_refused_by_name(
    workbook: Make, hand_in: HandIn, filings: FilingRepository, unit: Any, said: str
) -> None:
    form = workbook().fill("青山县", NYC_25=2)
    form.sheet["A5"].value, form.sheet["B5"].value = None, unit
    (line,) = refused_lines(hand_in(form.body()), filings)
    assert said in line


@pytest.mark.parametrize("name", ["qing", "青山县", " 青山 县 ", "青山", "青山县人民政府"])
def test_a_unit_is_known_by_any_of_its_names(
    workbook: Make, hand_in: HandIn, filings: FilingRepository, name: str
) -> None:
    form = workbook().fill("青山县", NYC_25=2)
    form.sheet["A5"].value, form.sheet["B5"].value = None, name
    assert hand_in(form.body()).outcome is Outcome.ACCEPTED
    assert filings.history()[0].filed.unit == "qing"


def test_a_former_name_is_taken_and_said(workbook: Make, hand_in: HandIn) -> None:
    form = workbook().fill("白水县", NYC_25=2)
    form.cell("白水县", "unit").value = "白河县"
    report = hand_in(form.body())
    assert report.outcome is Outcome.ACCEPTED
    assert report.rows[0].remarks == ("“白河县”是白水县的曾用名",)


def test_a_name_that_stands_in_another_units_row_is_refused(
    workbook: Make, hand_in: HandIn, filings: FilingRepository
) -> None:
    """Names pasted one line too low would give every county the numbers of its neighbour."""
    form = workbook().fill("青山县", NYC_25=2)
    form.sheet["B5"].value = "红岭区"
    (line,) = refused_lines(hand_in(form.body()), filings)
    assert "单位是红岭区，同一行的编号 qing 属于青山县" in line


def test_the_same_unit_twice_is_refused_both_times(workbook: Make, hand_in: HandIn, filings: FilingRepository) -> None:
    form = workbook().fill("青山县", NYC_25=2)
    form.sheet.cell(9, 2).value = "青山"
    form.sheet.cell(9, form.column("NYC-25")).value = 2
    lines = refused_lines(hand_in(form.body()), filings)
    assert len(lines) == 2
    assert all("填了 2 次" in line for line in lines)


def test_hidden_rows_and_columns_are_refused_where_they_hold_something(
    workbook: Make, hand_in: HandIn, filings: FilingRepository
) -> None:
    """A filter left on hides what nobody has looked at."""
    form = workbook().fill("青山县", NYC_25=2).fill("白水县", NYC_25=1)
    form.sheet.row_dimensions[5].hidden = True
    (line,) = refused_lines(hand_in(form.body()), filings)
    assert "第 5 行被隐藏" in line
    form.sheet.row_dimensions[5].hidden = False
    form.sheet.column_dimensions[get_column_letter(form.column("NYC-25"))].hidden = True
    lines = refused_lines(hand_in(form.body()), filings)
    assert len(lines) == 2
    assert all("列被隐藏" in line for line in lines)


def test_a_hidden_sheet_of_values_is_refused(workbook: Make, hand_in: HandIn, filings: FilingRepository) -> None:
    form = workbook().fill("青山县", NYC_25=2)
    form.sheet.sheet_state = "hidden"
    (line,) = refused_lines(hand_in(form.body()), filings)
    assert "填报表被隐藏" in line


def test_a_part_that_is_missing_is_not_nought(workbook: Make, hand_in: HandIn, filings: FilingRepository) -> None:
    form = workbook().fill("青山县", NYC_21__dishonest=0, NYC_21__resolved=1)
    (line,) = refused_lines(hand_in(form.body()), filings)
    assert "没有填" in line
    assert "未在1个月内处理" in line


def test_names_that_do_not_make_the_count_are_refused(
    workbook: Make, hand_in: HandIn, filings: FilingRepository
) -> None:
    form = workbook().fill("青山县", NYC_14=3, NYC_14__名称="教育、医疗")
    (line,) = refused_lines(hand_in(form.body()), filings)
    assert "所填数为 3，列出的名称有 2 个：教育、医疗" in line
    form.fill("青山县", NYC_14=2, NYC_14__名称="教育；教育")
    (line,) = refused_lines(hand_in(form.body()), filings)
    assert "“教育”列了两次" in line
    form.fill("青山县", NYC_14=2, NYC_14__名称="食品、药品\n教育")
    assert hand_in(form.body()).outcome is Outcome.ACCEPTED
    assert filings.history()[0].filed.items == ("食品、药品", "教育")


def test_an_empty_form_is_refused(workbook: Make, hand_in: HandIn, filings: FilingRepository) -> None:
    (line,) = refused_lines(hand_in(workbook().body()), filings)
    assert "没有填写任何内容" in line


def test_a_form_for_another_unit_is_refused(workbook: Make, hand_in: HandIn, filings: FilingRepository) -> None:
    form = workbook(provider="县市区", apart=True).fill("青山县", NYC_10="是")
    form.sheet["A5"].value, form.sheet["B5"].value = None, "白水县"
    (line,) = refused_lines(hand_in(form.body()), filings)
    assert "这份表不是发给白水县填的" in line


def test_a_call_that_contradicts_the_form_is_refused(
    workbook: Make, hand_in: HandIn, filings: FilingRepository
) -> None:
    body = workbook().fill("青山县", NYC_25=2).body()
    for call, said in (
        ({"period": "2025"}, "--period 给的是“2025”"),
        ({"provider": "市工信局"}, "--provider 给的是“市工信局”"),
        ({"scheme": "jiyuan"}, "文件写的是方案 nanyang-county，这里收的是 jiyuan"),
    ):
        (line,) = refused_lines(hand_in(body, **call), filings)
        assert said in line


# ---- files that are something else, or too much ----


def ole(*names: str) -> bytes:
    """A compound file whose root holds streams of these names."""
    sector = 512
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    entries = ["Root Entry", *names]
    directory_sectors = -(-len(entries) * 128 // sector)
    struct.pack_into("<IIIIIIIII", header, 40, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    fat = [0xFFFFFFFD] + [number + 2 for number in range(directory_sectors - 1)] + [0xFFFFFFFE]
    fat += [0xFFFFFFFF] * (128 - len(fat))
    directory = bytearray()
    for number, name in enumerate(entries):
        entry = bytearray(128)
        raw = name.encode("utf-16-le") + b"\0\0"
        entry[: len(raw)] = raw
        last = number == len(entries) - 1
        child = 1 if number == 0 and len(entries) > 1 else 0xFFFFFFFF
        right = number + 1 if number and not last else 0xFFFFFFFF
        struct.pack_into("<HBBIII", entry, 64, len(raw), 5 if number == 0 else 2, 1, 0xFFFFFFFF, right, child)
        directory += entry
    directory += b"\0" * (directory_sectors * sector - len(directory))
    return bytes(header) + struct.pack("<128I", *fat) + bytes(directory)


def test_a_workbook_with_macros_is_refused(
    form_body: Make, repacked: Make, hand_in: HandIn, filings: FilingRepository
) -> None:
    body = repacked(form_body(), xl__vbaProject_dot_bin=b"macro")
    (line,) = refused_lines(hand_in(body), filings)
    assert "含有宏" in line
    with zipfile.ZipFile(io.BytesIO(form_body())) as archive:
        types = archive.read("[Content_Types].xml")
    enabled = types.replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    assert enabled != types
    (line,) = refused_lines(hand_in(repacked(form_body(), **{"[Content_Types]_dot_xml": enabled}), "a.xlsm"), filings)
    assert "启用宏" in line


@pytest.mark.parametrize(
    ("body", "name", "said"),
    [
        (b"", "a.xlsx", "空的"),
        (ole("Workbook"), "a.xlsx", "旧版 Excel（.xls）"),
        (ole("Workbook"), "a.xls", "另存为 .xlsx"),
        (ole("EncryptedPackage", "EncryptionInfo"), "a.xlsx", "设有打开密码"),
        (ole("WordDocument"), "a.xlsx", "实为 doc"),
        (ole("Workbook")[:600], "a.xlsx", "已损坏或不完整"),
        (b"PK\x03\x04" + b"\0" * 100, "a.xlsx", "已损坏或不完整"),
        ("单位,NYC-25\n青山县,1\n".encode(), "a.xlsx", "内容不是 Excel 工作簿"),
        (b"%PDF-1.4", "a.xlsx", "实为 pdf"),
        (b"MZ" + b"\0" * 100, "a.xlsx", "实为 exe"),
        (b"MZ" + b"\0" * 100, "a.csv", "实为 exe"),
        (b"\x00\x01\x02\x03", "a.xlsx", "无法识别"),
        (b'{"schema": "chengjian.filing/2"}', "a.json", "schema 应为"),
        (b"{", "a.json", "不是合法的 JSON"),
        ("单位,NYC-25\n青山县,1\n".encode(), "a.csv", "没有填报表的标识"),
    ],
)
def test_a_file_of_another_make_is_refused(
    hand_in: HandIn, filings: FilingRepository, body: bytes, name: str, said: str
) -> None:
    (line,) = refused_lines(hand_in(body, name), filings)
    assert said in line


def test_a_truncated_workbook_is_refused(form_body: Make, hand_in: HandIn, filings: FilingRepository) -> None:
    body = form_body()
    for length in (100, len(body) // 2, len(body) - 30):
        (line,) = refused_lines(hand_in(body[:length]), filings)
        assert "已损坏或不完整" in line


def test_200_megabytes_are_refused_before_they_are_read(
    hand_in: HandIn, filings: FilingRepository, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with (folder / "大.xlsx").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    from services.attachments import AttachmentRefusedError, read_regular
    from services.import_filing import MOST_BYTES

    with pytest.raises(AttachmentRefusedError, match=r"200\.0 MB，最多允许 20 MB"):
        read_regular(folder / "大.xlsx", MOST_BYTES, "文件")


def test_a_zip_bomb_is_refused_without_unpacking(
    form_body: Make, repacked: Make, hand_in: HandIn, filings: FilingRepository
) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(401):
                member.write(b" " * 1024 * 1024)
    assert len(bomb.getvalue()) < 1024 * 1024
    (line,) = refused_lines(hand_in(bomb.getvalue()), filings)
    assert "解压后有 401 MB" in line


def test_a_million_formatted_empty_rows_are_read_in_bounded_time(
    workbook: Make, repacked: Make, hand_in: HandIn, filings: FilingRepository
) -> None:
    """Whole columns that somebody formatted are common; they must not cost memory, nor the values above them."""
    body = workbook().fill("青山县", NYC_25=2).body()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml")
    end = sheet.index(b"</sheetData>")
    rows = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % row for row in range(10_000, 1_010_000))
    body = repacked(body, xl__worksheets__sheet2_dot_xml=sheet[:end] + rows + sheet[end:])
    assert hand_in(body).outcome is Outcome.ACCEPTED
    assert [kept.filed.value for kept in filings.history()] == [2]


def test_a_document_type_is_refused(
    form_body: Make, repacked: Make, hand_in: HandIn, filings: FilingRepository
) -> None:
    """Entities are how an XML file of one kilobyte becomes a gigabyte."""
    evil = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><workbook>&b;</workbook>'
    (line,) = refused_lines(hand_in(repacked(form_body(), xl__workbook_dot_xml=evil)), filings)
    assert "已损坏或不完整" in line


def test_a_csv_in_gbk_is_read_and_said(workbook: Make, hand_in: HandIn, filings: FilingRepository) -> None:
    text = "单位,NYC-25,NYC-06\r\n青山县,2,1.5%\r\n白水,0,0\r\n"
    call = {"scheme": "nanyang-county", "period": "2026", "provider": "市信用办"}
    report = hand_in(text.encode("gb18030"), "a.csv", **call)
    assert report.outcome is Outcome.ACCEPTED, report
    assert "GB18030" in report.remarks[0]
    values = {(kept.filed.unit, kept.filed.indicator): str(kept.filed.value) for kept in filings.history()}
    assert values == {
        ("qing", "NYC-25"): "2",
        ("qing", "NYC-06"): "0.015",
        ("bai", "NYC-25"): "0",
        ("bai", "NYC-06"): "0",
    }


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('单位,NYC-25\n青山县,"2\n'.encode(), "引号没有成对"),
        (b"\xff\xfe\x00", "编码不完整"),
        ("单位,NYC-25\n".encode() + b"\x81\x00\xff", "认不出文字编码"),
        (b" \n \n", "没有任何内容"),
        ("名称,数量\n青山县,2\n".encode(), "找不到表头"),
        ("单位,NYC-25\n青山县,＝1\n".encode(), "不是数字"),
        ("单位,NYC-25,NYC-25\n青山县,1,2\n".encode(), "都是 NYC-25"),
    ],
)
def test_a_bad_csv_is_refused(hand_in: HandIn, filings: FilingRepository, body: bytes, said: str) -> None:
    call = {"scheme": "nanyang-county", "period": "2026", "provider": "市信用办"}
    lines = refused_lines(hand_in(body, "a.csv", **call), filings)
    assert any(said in line for line in lines), lines


def test_the_form_saved_as_csv_says_itself_what_it_is(
    workbook: Make, hand_in: HandIn, filings: FilingRepository
) -> None:
    import csv

    form = workbook().fill("青山县", NYC_25=2)
    out = io.StringIO()
    csv.writer(out).writerows([["" if cell is None else cell for cell in row] for row in form.sheet.values])
    report = hand_in(out.getvalue().encode("utf-8-sig"), "填报.csv")
    assert report.outcome is Outcome.ACCEPTED, report
    assert filings.history()[0].head.format == "csv"


def test_a_day_in_a_cell_and_on_the_cover(workbook: Make, hand_in: HandIn, filings: FilingRepository) -> None:
    """The day that a value holds for is apart from the day of supply."""
    form = workbook().fill("青山县", NYC_25=2).fill("白水县", NYC_25=1)
    form.cell("青山县", "effective").value = datetime(2026, 10, 31)  # noqa: DTZ001 - a cell has no zone
    cover = form.book["封面"]
    row = next(cell.row for cell in cover["A"] if cell.value == "数据截止日")
    cover.cell(row, 2).value = "2026年9月30日"
    assert hand_in(form.body()).outcome is Outcome.ACCEPTED
    values = {value.unit: value for value in filings.values("nanyang", "nanyang-county", "2026")}
    assert values["qing"].effective == date(2026, 10, 31)
    assert values["bai"].effective == date(2026, 9, 30)
    assert values["qing"].evidence[0].seen_at == "2026-11-21T10:00:00+08:00"
    cover.cell(row, 2).value = "2026-13-01"
    (fault,) = hand_in(form.body()).faults
    assert "不是日期" in str(fault)


def test_a_cover_of_another_period_is_refused(workbook: Make, hand_in: HandIn, filings: FilingRepository) -> None:
    """Last year's form with a new date on its cover: the hidden identity would put the numbers into the wrong year."""
    form = workbook().fill("青山县", NYC_25=2)
    cover = form.book["封面"]
    row = next(cell.row for cell in cover["A"] if cell.value == "评价期间")
    cover.cell(row, 2).value = 2027
    (fault,) = hand_in(form.body()).faults
    assert "封面写的评价期间是“2027”，这张填报表是 2026 的" in str(fault)
    assert filings.history() == ()
    for same in ("2026年度", 2026):
        cover.cell(row, 2).value = same
        assert hand_in(form.body(), f"{same}.xlsx").outcome is Outcome.ACCEPTED


def test_a_statement_that_a_row_does_not_apply_needs_a_reason(
    workbook: Make, hand_in: HandIn, filings: FilingRepository
) -> None:
    form = workbook().list_row("不填说明", "青山县", "NYC-25 有效异议", "不适用", None)
    (line,) = refused_lines(hand_in(form.body()), filings)
    assert "没有写理由" in line
    form = workbook().fill("青山县", NYC_25=1).list_row("不填说明", "青山", "NYC-25", "无法提供", "系统停用")
    (line,) = refused_lines(hand_in(form.body()), filings)
    assert "既填了值，又在 不填说明!A3 写明不填" in line
    form = workbook().list_row("不填说明", "青山", "NYC-25", "无法提供", "系统停用")
    form.list_row("不填说明", "白水县", "NYC-25", "不适用", "没有这项业务")
    assert hand_in(form.body()).outcome is Outcome.ACCEPTED
    values = filings.values("nanyang", "nanyang-county", "2026")
    assert [(v.unit, v.state.value, v.value) for v in values] == [
        ("bai", "not_applicable", None),
        ("qing", "not_supplied", None),
    ]
    assert values[0].because == "市信用办申报不适用：没有这项业务"


def test_what_was_filed_is_what_is_kept(workbook: Make, hand_in: HandIn, filings: FilingRepository) -> None:
    form = workbook().fill("红岭区", NYC_21__dishonest=0, NYC_21__unresolved=2, NYC_21__resolved=1)
    hand_in(form.body())
    (kept,) = filings.history()
    assert kept.filed == FiledValue(
        unit="hong",
        indicator="NYC-21",
        state=kept.filed.state,
        value={"dishonest": 0, "unresolved": 2, "resolved": 1},
        sheet="填报",
        cell=kept.filed.cell,
    )
    assert kept.filed.cell.startswith("O7")
