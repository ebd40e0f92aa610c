"""Evidence files: told by content, bounded, found by name and never by path, kept by hash."""

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest

from scoring_bridge.filings import NamedFile
from services.attachments import AttachmentFolder, AttachmentRefusedError
from services.import_filing import FileReport, Outcome
from services.reading_room import ReadingRoom
from storage.evidence_store import EvidenceDamagedError
from storage.filings import FilingRepository

Make = Callable[..., Any]
HandIn = Callable[..., FileReport]


def pdf() -> bytes:
    out = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()


def word(text: str) -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def sheet(text: str) -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = text
    book.save(out)
    return out.getvalue()


def ofd(text: str) -> bytes:
    return packed(
        {
            "OFD.xml": "<ofd/>",
            "Doc_0/Pages/Page_0/Content.xml": f'<o:Page xmlns:o="http://www.ofdspec.org/2016"><o:TextCode>{text}</o:TextCode></o:Page>',
        }
    )


def packed(members: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


class Silent:
    def text_of(self, body: bytes, kind: str) -> tuple[str, str]:
        return "", ""


def find(folder: Path, name: str, sha256: str = "") -> Any:
    return AttachmentFolder(folder, Silent()).find(NamedFile(name, sha256=sha256))


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("a.pdf", pdf(), "pdf"),
        ("a.docx", word("字"), "docx"),
        ("a.xlsx", sheet("字"), "xlsx"),
        ("a.ofd", ofd("字"), "ofd"),
        ("a.zip", packed({"../../evil": "x"}), "zip"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 20, "jpg"),
        ("a.jpeg", b"\xff\xd8\xff\xe0" + b"\0" * 20, "jpg"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "png"),
        ("照片.png", b"\xff\xd8\xff\xe0" + b"\0" * 20, "jpg"),
    ],
)
def test_the_type_is_told_by_content(tmp_path: Path, name: str, body: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(body)
    found = find(tmp_path, name)
    assert found.evidence.kind == kind
    assert bool(found.remark) is (name == "照片.png")


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("a.pdf", b"MZ\x90\0", "实为 exe"),
        ("a.pdf", b"<html><body>404</body></html>", "实为 html"),
        ("a.jpg", b"\x01\x02\0\x03", "无法识别"),
        ("a.pdf", b"", "空的"),
        ("a.docx", word("字")[:200], "已损坏或不完整"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20, "已损坏或不完整"),
        ("a.docx", packed({"[Content_Types].xml": "", "word/document.xml": "", "word/vbaProject.bin": ""}), "含有宏"),
        ("a.pptx", packed({"[Content_Types].xml": "", "ppt/presentation.xml": ""}), "实为 pptx"),
        ("a.zip", packed({str(number): "" for number in range(5001)}), "压缩包内有 5001 个文件"),
    ],
)
def test_what_is_no_evidence_is_refused_by_name(tmp_path: Path, name: str, body: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(AttachmentRefusedError, match=said) as caught:
        find(tmp_path, name)
    assert name in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["../outside.pdf", "/etc/passwd", "..", "", ".", "a\x00.pdf", "a\n.pdf", "长" * 300 + ".pdf", "C:\\x\\outside.pdf"],
)
def test_a_name_is_never_a_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside.pdf").write_bytes(pdf())
    folder = tmp_path / "in"
    folder.mkdir()
    with pytest.raises(AttachmentRefusedError, match=r"不合法|没有"):
        find(folder, name)


def test_a_pipe_in_the_folder_does_not_hold_us_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.pdf")
    with pytest.raises(AttachmentRefusedError, match="不是普通文件"):
        find(tmp_path, "a.pdf")


def test_two_files_of_one_name_and_other_content_are_refused(tmp_path: Path) -> None:
    for folder, body in (("一", pdf()), ("二", word("字"))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.pdf").write_bytes(body)
    with pytest.raises(AttachmentRefusedError, match="2 个内容不同的"):
        find(tmp_path, "a.pdf")
    (tmp_path / "二" / "a.pdf").write_bytes(pdf())
    assert find(tmp_path, "a.pdf").evidence.kind == "pdf"


def test_a_hash_that_the_sender_gives_is_checked(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf())
    digest = find(tmp_path, "a.pdf").evidence.sha256
    assert find(tmp_path, "a.pdf", digest).evidence.sha256 == digest
    with pytest.raises(AttachmentRefusedError, match="不符"):
        find(tmp_path, "a.pdf", "0" * 64)


# ---- text, in a process of its own ----


@pytest.fixture(scope="module")
def room() -> Any:
    with ReadingRoom(seconds=30) as opened:
        yield opened


@pytest.mark.parametrize(("make", "kind"), [(word, "docx"), (sheet, "xlsx"), (ofd, "ofd")])
def test_text_is_read_where_a_library_can(room: ReadingRoom, make: Callable[[str], bytes], kind: str) -> None:
    text, note = room.text_of(make("青山县信用承诺"), kind)
    assert "青山县信用承诺" in text
    assert note == ""


def test_a_scan_has_no_text_and_a_damaged_file_a_note(room: ReadingRoom) -> None:
    assert room.text_of(pdf(), "pdf") == ("", "没有文字层（可能是扫描件）")
    assert room.text_of(b"%PDF-1.4 nothing", "pdf") == ("", "文字提取失败（文件可能损坏或有密码）")
    assert "青山" in room.text_of(word("青山"), "docx")[0]  # and the next file is read as if nothing had been


def endless_pdf() -> bytes:
    """A page whose content is far more than a library gets through in the time."""
    operators = b"BT /F1 12 Tf (a) Tj ET\n" * 2_000_000
    out = io.BytesIO()
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(100, 100)
    stream = pypdf.generic.StreamObject()
    stream.set_data(operators)
    names = pypdf.generic.NameObject
    font = pypdf.generic.DictionaryObject(
        {names("/Type"): names("/Font"), names("/Subtype"): names("/Type1"), names("/BaseFont"): names("/Helvetica")}
    )
    fonts = pypdf.generic.DictionaryObject({names("/F1"): font})
    page[names("/Resources")] = pypdf.generic.DictionaryObject({names("/Font"): fonts})
    page[names("/Contents")] = writer._add_object(stream.flate_encode())
    writer.write(out)
    return out.getvalue()


def test_a_hostile_pdf_does_not_hang() -> None:
    body = endless_pdf()
    assert len(body) < 1_000_000
    with ReadingRoom(seconds=2) as opened:
        text, note = opened.text_of(body, "pdf")
        assert (text, note) == ("", "提取文字超时，未取")
        assert opened.text_of(b"%PDF-", "pdf")[0] == ""


# ---- with a filing ----


def test_evidence_goes_with_its_row_and_is_checked_at_every_use(
    workbook: Make, hand_in: HandIn, filings: FilingRepository, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "承诺 1.pdf").write_bytes(pdf())
    (folder / "附表.xlsx").write_bytes(sheet("=1+1"))
    form = workbook().fill("青山县", NYC_25=2).fill("白水县", NYC_25=1)
    form.list_row("佐证材料", "青山县", "NYC-25 有效", "承诺 1.pdf", "第3页")
    form.list_row("佐证材料", "青山", "NYC-25", "附件/附表.xlsx")
    form.list_row("佐证材料", "白水县", "NYC-25", "承诺 1.pdf")
    report = hand_in(form.body(), attachments=folder)
    assert report.outcome is Outcome.ACCEPTED, report
    bai, qing = filings.values("nanyang", "nanyang-county", "2026")
    assert [trace.title for trace in qing.evidence[1:]] == ["承诺 1.pdf", "附表.xlsx"]
    (use,) = filings.shared_files()
    assert {kept.filed.unit for kept in use.uses} == {"qing", "bai"}
    assert use.sha256 == bai.evidence[1].sha256
    kept = filings.store.folder / use.sha256[:2] / use.sha256
    kept.chmod(0o644)
    kept.write_bytes(b"changed")
    with pytest.raises(EvidenceDamagedError, match=f"{use.sha256} 的内容已被改动"):
        filings.values("nanyang", "nanyang-county", "2026")
    kept.unlink()
    with pytest.raises(EvidenceDamagedError, match=f"{use.sha256} 缺失"):
        filings.values("nanyang", "nanyang-county", "2026")
    count, faults = filings.verify()
    assert (count, len(faults)) == (3, 1)


def test_a_file_that_is_named_and_not_there_refuses_its_row(
    workbook: Make, hand_in: HandIn, filings: FilingRepository, tmp_path: Path
) -> None:
    form = (
        workbook().fill("青山县", NYC_25=2, NYC_26=0).list_row("佐证材料", "青山县", "NYC-25", "承诺.pdf").body()
    )  # saved once: its time is in it
    report = hand_in(form, attachments=tmp_path)
    assert [row.accepted for row in report.rows] == [False, True]
    assert "没有“承诺.pdf”" in str(report.rows[0])
    assert filings.history() == ()
    assert hand_in(form, attachments=tmp_path, accept_good_rows=True).outcome is Outcome.PARTIAL
    (tmp_path / "承诺.pdf").write_bytes(pdf())
    report = hand_in(form, attachments=tmp_path)  # the same file again, now with what was missing
    assert report.outcome is Outcome.ACCEPTED
    assert report.receipt is not None
    assert (len(report.receipt.taken), len(report.receipt.known)) == (1, 1)


def test_evidence_for_what_was_not_filed_is_a_fault(
    workbook: Make, hand_in: HandIn, filings: FilingRepository, tmp_path: Path
) -> None:
    form = workbook().fill("青山县", NYC_25=2).list_row("佐证材料", "青山县", "NYC-26", "承诺.pdf")
    (fault,) = hand_in(form.body(), attachments=tmp_path).faults
    assert "NYC-26 没有填报" in str(fault)
    assert "佐证材料!A3" in str(fault)
