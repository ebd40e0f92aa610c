"""What a unit files by hand: taken like every other filing, kept as a draft, and nobody else's to see."""

import io
import os
import re
import zipfile
from datetime import timedelta

import pytest

from console.own_unit import filings_of
from records.accounts import Role
from records.rounds import Stage
from tests.console.rounds_at_desk import SCHEME, advanced, opened

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def png(mark=b""):
    return b"\x89PNG\r\n\x1a\n" + b"\x00" * 32 + mark


@pytest.fixture
def round_id(desk):
    return opened(desk).plan.id


@pytest.fixture
def east(desk):
    return desk.as_role(Role.UNIT, "dongcheng")


def upload(browser, path, name, body, **headers):
    told = {"x-csrf-token": browser.csrf, "content-type": "application/octet-stream", "hx-request": "true"}
    return browser.client.post(path, params={"name": name}, content=body, headers={**told, **headers})


def number_of(answer):
    found = re.search(r'id="upload-(\d+)"', answer.text)
    assert found, answer.text
    return found[1]


def standing(desk, unit=None):
    return filings_of(desk.tools).standing(SCHEME, "2026", "linshui", unit)


def test_rows_of_the_unit_itself_are_asked_and_no_others(desk, round_id, east):
    """An office's rows are not the county's to fill in."""
    text = east.get("/mine/filings")
    assert "NYC-10" in text
    assert "NYC-13" in text
    assert "NYC-22" in text
    assert "NYC-14" not in text
    east.get(f"/mine/filings/{round_id}/NYC-14", status=404)


def test_a_row_is_filed_with_files_and_gives_a_receipt(desk, round_id, east):
    """The value, its files with their notes, the day of effect apart from the day of upload."""
    path = f"/mine/filings/{round_id}/NYC-13"
    one = number_of(upload(east, f"{path}/files", "清单.pdf", PDF))
    two = number_of(upload(east, f"{path}/files", "照片.png", png()))
    form = {"state": "supplied", "p-": "2", "p-名称": "教育；医疗", "effective": "2026-10-31", "upload": [one, two]}
    text = east.post(path, **form, **{f"note-{one}": "第3页"})
    assert "回执" in text
    assert "清单.pdf" in text
    assert "第3页" in text
    assert "2026-10-31" in text
    (kept,) = standing(desk)
    assert (kept.filed.unit, kept.filed.value, kept.filed.items) == ("dongcheng", 2, ("教育", "医疗"))
    assert [(one.name, one.note) for one in kept.filed.attachments] == [("清单.pdf", "第3页"), ("照片.png", "")]
    assert kept.head.supplied_by == "测unit-dongcheng（unit-dongcheng）"
    assert kept.head.source == "filed"
    assert not list((desk.tools.home / "uploads").rglob("*.part"))
    assert desk.tools.log.newest(action="file_values")[0].detail["rows"] == ["NYC-13"]


def test_what_cannot_be_taken_comes_back_as_it_was_typed(desk, round_id, east):
    """A wrong number loses neither the words nor the files."""
    path = f"/mine/filings/{round_id}/NYC-13"
    one = number_of(upload(east, f"{path}/files", "清单.pdf", PDF))
    text = east.post(path, status=422, **{"state": "supplied", "p-": "两个", "reason": "见清单", "upload": [one]})
    assert "两个" in text
    assert "不是数字" in text
    assert "见清单" in text
    assert "清单.pdf" in text
    assert standing(desk) == ()
    assert "两个" in east.get(path)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"state": "not_applicable"}, "没有写明理由"),
        ({"state": "supplied"}, "没有填写"),
        ({"state": "not_measured", "p-": "1"}, "请选择"),
        ({"state": "supplied", "p-": "-1"}, "超出范围"),
        ({"state": "supplied", "p-": "1", "effective": "2026-12-31"}, "还没有到"),
        ({"state": "supplied", "p-": "1", "p-名称": "甲；乙"}, "名称有 2 个"),
        ({"state": "supplied", "p-": "1", "upload": ["77"]}, "已随上一次提交存档"),
    ],
)
def test_each_fault_is_one_sentence(desk, round_id, east, fields, told):
    """What is wrong, in Chinese, beside the form."""
    assert told in east.post(f"/mine/filings/{round_id}/NYC-13", status=422, **fields)
    assert standing(desk) == ()


def test_no_value_with_its_reason_is_an_answer(desk, round_id, east):
    """不适用 and 无法提供 are said with a reason, and owed no more."""
    east.post(f"/mine/filings/{round_id}/NYC-10", state="not_applicable", reason="本县没有该事项")
    (kept,) = standing(desk)
    assert (kept.filed.state, kept.filed.reason) == ("not_applicable", "本县没有该事项")


def test_two_clicks_are_one_filing(desk, round_id, east):
    """The same form twice gives one filing; with files, the second is told that the first was taken."""
    path = f"/mine/filings/{round_id}/NYC-10"
    east.post(path, **{"state": "supplied", "p-": "是"})
    assert "内容相同" in east.post(path, **{"state": "supplied", "p-": "是"})
    one = number_of(upload(east, f"/mine/filings/{round_id}/NYC-13/files", "清单.pdf", PDF))
    form = {"state": "supplied", "p-": "1", "upload": [one]}
    east.post(f"/mine/filings/{round_id}/NYC-13", **form)
    assert "存档" in east.post(f"/mine/filings/{round_id}/NYC-13", status=422, **form)
    assert len(filings_of(desk.tools).history()) == 2


def test_draft_survives_the_session(desk, round_id, east):
    """Who was signed out in the middle of a form finds it again, on whatever desk."""
    path = f"/mine/filings/{round_id}/NYC-13"
    assert "草稿已保存" in east.post(f"{path}/draft", **{"state": "supplied", "p-": "7", "reason": "写到一半"})
    desk.clock.pass_by(timedelta(hours=2))
    again = desk.signed_in("unit-dongcheng")
    assert "写到一半" in again.get(path)
    assert 'value="7"' in again.get(path)
    assert "有草稿" in again.get("/mine/filings")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\boot.pdf", "boot.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("a\x00b\r\nSet-Cookie: x=1.pdf", "abSet-Cookie x=1.pdf"),
        ("", "未命名"),
        ("....", "未命名"),
    ],
)
def test_a_name_is_never_a_path(desk, round_id, east, name, shown):
    """Folders, control characters and endless names are cleaned away; the content is kept by its hash."""
    answer = upload(east, f"/mine/filings/{round_id}/NYC-13/files", name, PDF)
    assert answer.status_code == 200, answer.text
    assert f'<span class="name">{shown}</span>' in answer.text
    kept = [path for path in (desk.tools.home / "uploads").rglob("*") if path.is_file()]
    assert [len(path.name) for path in kept] == [64]
    east.post(f"/mine/filings/{round_id}/NYC-13", **{"state": "supplied", "p-": "0", "upload": [number_of(answer)]})
    (value,) = standing(desk)
    download = east.client.get(f"/mine/filings/values/{value.id}/files/0")
    assert download.content == PDF
    assert download.headers["content-disposition"].startswith("attachment; ")
    assert "sandbox" in download.headers["content-security-policy"]
    assert "\r" not in download.headers["content-disposition"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "是空的"),
        (b"<html><script>alert(1)</script></html>", "实为 html"),
        (b"MZ\x90\x00" + b"\x00" * 200, "可用"),
    ],
)
def test_what_is_no_document_is_refused_by_its_content(desk, round_id, east, body, told):
    """The name does not make a page or a program a document; nothing of it stays."""
    answer = upload(east, f"/mine/filings/{round_id}/NYC-13/files", "清单.pdf", body)
    assert answer.status_code == 422
    assert told in answer.text
    assert [path for path in (desk.tools.home / "uploads").rglob("*") if path.is_file()] == []


def test_five_hundred_megabytes_are_one_sentence(desk, round_id, east):
    """What is too large is refused by its announced length, before it is read."""
    answer = upload(east, f"/mine/filings/{round_id}/NYC-13/files", "大.pdf", b"x", **{"content-length": "524288000"})
    assert answer.status_code == 413
    assert "太大" in answer.text


def test_more_than_fifty_megabytes_stop_on_the_way(desk, round_id, east):
    """Between the bound of a form and the bound of a file it is the file's that holds."""
    answer = upload(east, f"/mine/filings/{round_id}/NYC-13/files", "大.pdf", b"%PDF-" + bytes(51 * 1024 * 1024))
    assert answer.status_code == 422
    assert "最多允许 50 MB" in answer.text
    assert [path for path in (desk.tools.home / "uploads").rglob("*") if path.is_file()] == []


def test_an_upload_that_breaks_off_leaves_nothing_and_can_be_sent_again(desk, round_id, east):
    """At 90 % the connection goes: no half file, no row; the second time all is well."""
    path = f"/mine/filings/{round_id}/NYC-13/files"

    def broken():
        yield PDF * 9
        raise ConnectionResetError("the line went dead")

    with pytest.raises(ConnectionResetError):
        upload(east, path, "清单.pdf", broken())
    assert [one for one in (desk.tools.home / "uploads").rglob("*") if one.is_file()] == []
    assert upload(east, path, "清单.pdf", PDF).status_code == 200


def test_a_form_without_scripts_uploads_as_well(desk, round_id, east):
    """Drag and drop is a comfort: the form alone does."""
    answer = east.client.post(
        f"/mine/filings/{round_id}/NYC-13/files", data={"csrf": east.csrf},
        files=[("files", ("甲.pdf", PDF)), ("files", ("乙.png", png()))], follow_redirects=True,
    )  # fmt: skip
    assert "甲.pdf" in answer.text
    assert "乙.png" in answer.text


def test_a_file_can_be_removed_before_it_is_handed_in(desk, round_id, east):
    """What was typed beside it is kept, its content is gone."""
    path = f"/mine/filings/{round_id}/NYC-13"
    one = number_of(upload(east, f"{path}/files", "错的.pdf", PDF))
    text = east.post(f"/mine/uploads/{one}/remove", **{"back": path, "p-": "3", "state": "supplied"})
    assert "错的.pdf" not in text
    assert 'value="3"' in text
    assert [path for path in (desk.tools.home / "uploads").rglob("*") if path.is_file()] == []


def test_the_whole_workbook_goes_out_and_comes_back(desk, round_id, east):
    """One file for all rows, with its evidence found by name; for this unit alone."""
    import openpyxl

    answer = east.client.get(f"/mine/filings/{round_id}/workbook")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book["填报"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(5, columns["NYC-10"]).value = "是"
    sheet.cell(5, columns["NYC-13"]).value = 1
    sheet.cell(5, columns["NYC-22"]).value = 0
    evidence = book["佐证材料"]
    for column, value in enumerate(("东城县", "NYC-13", "清单.pdf", "全文"), start=1):
        evidence.cell(3, column).value = value
    assert "西城县" not in "".join(str(cell.value) for one in book for row in one for cell in row)
    content = io.BytesIO()
    book.save(content)
    path = f"/mine/filings/{round_id}/workbook"
    number = number_of(upload(east, f"{path}/files", "填报表.xlsx", content.getvalue()))
    text = east.post(path, status=422, workbook=number)
    assert "请先上传" in text
    upload(east, f"{path}/files", "清单.pdf", PDF)
    assert "已收到 3 项填报" in east.post(path, workbook=number)
    assert {kept.filed.indicator for kept in standing(desk)} == {"NYC-10", "NYC-13", "NYC-22"}


def test_nobody_files_for_another(desk, round_id, east):
    """The neighbour's own workbook, and an office's form, are refused from this account."""
    west = desk.as_role(Role.UNIT, "xicheng")
    path = f"/mine/filings/{round_id}/workbook"
    body = west.client.get(path).content
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(body))
    sheet = book["填报"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(5, columns["NYC-10"]).value = "是"
    content = io.BytesIO()
    book.save(content)
    number = number_of(upload(east, f"{path}/files", "填报表.xlsx", content.getvalue()))
    assert "只能填报本单位自主报送的项目" in east.post(path, status=422, workbook=number)
    assert standing(desk) == ()


def test_a_unit_never_finds_what_is_anothers(desk, round_id, east):
    """Files, receipts, uploads and values of the neighbour: none of them is there."""
    west = desk.as_role(Role.UNIT, "xicheng")
    path = f"/mine/filings/{round_id}/NYC-13"
    one = number_of(upload(west, f"{path}/files", "西城机密.pdf", PDF))
    west.post(path, **{"state": "supplied", "p-": "987654", "upload": [one], "reason": "西城理由"})
    waiting = number_of(upload(west, f"/mine/filings/{round_id}/NYC-22/files", "西城未交.pdf", png()))
    (kept,) = standing(desk)
    east.get(f"/mine/filings/receipts/{kept.filing_id}", status=404)
    east.get(f"/mine/filings/values/{kept.id}/files/0", status=404)
    east.post(f"/mine/uploads/{waiting}/remove", back="/mine/filings")
    assert "西城未交.pdf" in west.get(f"/mine/filings/{round_id}/NYC-22")
    assert "存档" in east.post(
        f"/mine/filings/{round_id}/NYC-22", status=422, **{"state": "supplied", "p-": "0", "upload": [waiting]}
    )
    for page in ("/mine", "/mine/filings", path, f"/mine/filings/{round_id}/NYC-22", "/mine/reviews", "/mine/findings"):
        text = east.get(page)
        assert "987654" not in text, page
        assert "西城" not in text, page


def test_filing_ends_with_the_verification(desk, round_id, east):
    """What comes too late for the preliminary result is refused, and says where to go instead."""
    advanced(desk, round_id, Stage.PRELIMINARY)
    assert "不再接收填报" in east.post(
        f"/mine/filings/{round_id}/NYC-10", status=422, **{"state": "supplied", "p-": "是"}
    )


def test_a_zip_bomb_is_refused(desk, round_id, east):
    """What unpacks to endless bytes is told by its own head."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for number in range(9):
            made.writestr(f"{number}.txt", bytes(50_000_000))
    answer = upload(east, f"/mine/filings/{round_id}/NYC-13/files", "包.zip", content.getvalue())
    assert answer.status_code == 422


def test_what_broke_off_with_its_process_is_swept_away(desk, round_id, east):
    """A service that was killed in the middle of an upload leaves a part: a day later it is gone."""
    path = f"/mine/filings/{round_id}/NYC-13/files"
    upload(east, path, "清单.pdf", PDF)
    (folder,) = (desk.tools.home / "uploads").iterdir()
    old, young = folder / "old.part", folder / "young.part"
    for one in (old, young):
        one.write_bytes(b"half")
    os.utime(old, (0, 0))
    upload(east, path, "又一份.pdf", PDF + b"%")
    assert not old.exists()
    assert young.exists()
