"""What a whole file is, told by its content and never by its name: office documents are containers, and look alike."""

import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final

from extract.file_type import sniff
from extract.ole import MAGIC, root_names

MOST_MEMBERS: Final = 5000
MOST_UNPACKED: Final = 400 * 1024 * 1024  # bytes that all members of a container may have together

_HEAD: Final = 4096
_OLE_KINDS: Final = (
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)
_OLE_MACROS: Final = frozenset({"Macros", "_VBA_PROJECT_CUR", "VBA"})
_ZIP_KINDS: Final = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
# what zipfile and zlib raise on damaged input; NotImplementedError: a compression that they do not know
ZIP_FAULTS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
    RuntimeError,
    LookupError,
)


@dataclass(frozen=True, slots=True)
class Content:
    """`fault` (Chinese) says why it may not be used; the other fields hold all the same."""

    kind: str  # pdf doc docx xls xlsx xlsb ppt pptx ofd zip ole jpg png … as sniff says; "" where nothing is known
    macros: bool = False
    password: bool = False
    fault: str = ""


def recognise(body: bytes) -> Content:
    """The kind of a file, whether it carries macros or needs a password.  Nothing is unpacked."""
    if body.startswith(MAGIC):
        return _compound(body)
    kind = sniff(body[:_HEAD]) or ""
    return _zip(body) if kind == "zip" else Content(kind)


def _compound(body: bytes) -> Content:
    try:
        names = root_names(body)
    except ValueError:
        return Content("ole", fault="文件已损坏或不完整")
    if "EncryptedPackage" in names:
        return Content("ole", password=True)
    kind = next((kind for name, kind in _OLE_KINDS if name in names), "ole")
    return Content(kind, macros=bool(names & _OLE_MACROS))


def _zip(body: bytes) -> Content:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
    except ZIP_FAULTS:
        return Content("zip", fault="文件已损坏或不完整")
    names = [member.filename.replace("\\", "/").lstrip("/") for member in members]
    kind = _zip_kind(frozenset(names))
    return Content(
        kind,
        macros=any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names),
        password=any(member.flag_bits & 1 for member in members),
        fault=_too_much(members),
    )


def _zip_kind(names: frozenset[str]) -> str:
    if "OFD.xml" in names:
        return "ofd"
    if "[Content_Types].xml" in names:
        for start, kind in _ZIP_KINDS:
            if any(name.startswith(start) for name in names):
                return "xlsb" if "xl/workbook.bin" in names else kind
    return "zip"


def _too_much(members: list[zipfile.ZipInfo]) -> str:
    if len(members) > MOST_MEMBERS:
        return f"压缩包内有 {len(members)} 个文件，最多允许 {MOST_MEMBERS} 个"
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED:
        return f"解压后有 {unpacked // 1024 // 1024} MB，最多允许 {MOST_UNPACKED // 1024 // 1024} MB"
    return ""
