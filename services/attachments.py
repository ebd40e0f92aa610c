"""Evidence files (佐证材料) that come with a filing: found by name, told by content, refused or ready to be kept."""

import os
import stat
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final, Protocol

from extract.attachment_text import READABLE
from extract.containers import Content, recognise
from records.filings import EvidenceFile
from scoring_bridge.filings import NamedFile
from services.schemes import WrongCallError, why

MOST_BYTES: Final = 50 * 1024 * 1024  # of one file
MOST_FILES: Final = 20_000  # in the folder
LONGEST_NAME: Final = 200
ALLOWED: Final = ("pdf", "doc", "docx", "xls", "xlsx", "wps", "ofd", "jpg", "png", "zip")


class TextReader(Protocol):
    def text_of(self, body: bytes, kind: str) -> tuple[str, str]: ...


class AttachmentRefusedError(Exception):
    """The file cannot be taken as evidence; the text (Chinese) says why and what to do."""


@dataclass(frozen=True, slots=True)
class Found:
    """An evidence file that may be kept.  ``name`` is what its sender calls it; ``path`` is where we read it."""

    name: str
    path: Path
    evidence: EvidenceFile
    remark: str = ""


class Attachments(Protocol):
    """The files that came with a filing."""

    def find(self, named: NamedFile) -> Found:
        """The file that a row names.  ``AttachmentRefusedError``."""
        ...


class AttachmentFolder:
    """The files of one folder and those below it, by name.  A name is looked up, never used as a path."""

    def __init__(self, folder: Path | None, reader: TextReader) -> None:
        self._reader = reader
        self._folder = folder
        self._paths: dict[str, list[Path]] = {}
        self._known: dict[Path, Found | AttachmentRefusedError] = {}
        if folder is not None:
            self._list(folder)

    def _list(self, folder: Path) -> None:
        def refuse(error: OSError) -> None:
            raise WrongCallError(f"读不了附件目录 {folder}：{why(error)}，请检查路径和权限")

        if not folder.is_dir():
            raise WrongCallError(f"附件目录 {folder} 不存在或不是目录")
        count = 0
        for here, _folders, names in os.walk(folder, onerror=refuse):
            for name in names:
                count += 1
                if count > MOST_FILES:
                    raise WrongCallError(f"附件目录 {folder} 内超过 {MOST_FILES} 个文件，请只放本次填报的附件")
                self._paths.setdefault(_key(name), []).append(Path(here) / name)

    def find(self, named: NamedFile) -> Found:
        """The file that a row names.  ``AttachmentRefusedError``."""
        name = named.name.replace("\\", "/").rpartition("/")[2]
        if not name or name in (".", "..") or len(name) > LONGEST_NAME or not name.isprintable():
            raise AttachmentRefusedError(f"附件名“{_shown(named.name)}”不合法：只写文件名，至多 {LONGEST_NAME} 个字")
        if self._folder is None:
            raise AttachmentRefusedError(f"列出了附件“{_shown(name)}”，但没有给出附件目录，也没有上传")
        paths = self._paths.get(_key(name), [])
        if not paths:
            raise AttachmentRefusedError(f"附件目录中没有“{_shown(name)}”，请把文件放进去，文件名须一致")
        found = [self._examined(path) for path in paths]
        good = [one for one in found if isinstance(one, Found)]
        if len({one.evidence.sha256 for one in good}) > 1:
            raise AttachmentRefusedError(f"附件目录中有 {len(good)} 个内容不同的“{_shown(name)}”，请改名区分")
        if not good:
            raise next(one for one in found if isinstance(one, AttachmentRefusedError))
        if named.sha256 and named.sha256 != good[0].evidence.sha256:
            raise AttachmentRefusedError(f"附件“{_shown(name)}”的内容与所给 sha256 不符，请重新发送")
        return good[0]

    def unnamed(self) -> tuple[str, ...]:
        """Names of files in the folder that no row has asked for."""
        return tuple(_shown(path.name) for paths in self._paths.values() for path in paths if path not in self._known)

    def _examined(self, path: Path) -> Found | AttachmentRefusedError:
        if path not in self._known:
            try:
                self._known[path] = self._examine(path)
            except AttachmentRefusedError as refused:
                self._known[path] = refused
        return self._known[path]

    def _examine(self, path: Path) -> Found:
        return examine(path, path.name, self._reader)


def examine(path: Path, name: str, reader: TextReader) -> Found:
    """A file as evidence, with its text.  ``AttachmentRefusedError``."""
    body = read_regular(path, MOST_BYTES, f"附件“{_shown(name)}”")
    kind, remark = kind_of(body, name)
    text, note = ("", "该类型不提取文字")
    if kind in READABLE:
        text, note = reader.text_of(body, kind)
    return Found(name, path, EvidenceFile(sha256(body).hexdigest(), len(body), kind, text, note), remark)


def kind_of(body: bytes, name: str) -> tuple[str, str]:
    """What a file is by its content, and a remark where its name says otherwise.  ``AttachmentRefusedError``."""
    shown = _shown(name)
    content = recognise(body)
    extension = PurePosixPath(name).suffix.lower().lstrip(".")
    kind = _kind(content, extension)
    if refusal := _refusal(content, kind):
        raise AttachmentRefusedError(f"附件“{shown}”{refusal}")
    if extension.replace("jpeg", "jpg") == kind:
        return kind, ""
    return kind, f"附件“{shown}”扩展名是 {extension or '（无）'}，内容实为 {kind}，按 {kind} 保存"


def read_regular(path: Path, most: int, what: str) -> bytes:
    """The bytes of an ordinary file of bounded size.  ``AttachmentRefusedError``."""
    try:
        # without waiting: a pipe or a device in the folder must not hold us up
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise AttachmentRefusedError(f"{what}不是普通文件")
            if found.st_size > most:
                raise AttachmentRefusedError(too_large(what, found.st_size, most))
            body: bytes = file.read(most + 1)
    except OSError as error:
        raise AttachmentRefusedError(f"{what}读不出来：{why(error)}") from None
    except ValueError:
        raise AttachmentRefusedError(f"{what}的路径不合法") from None
    if not body:
        raise AttachmentRefusedError(f"{what}是空的（0 字节），请检查是否传输完整")
    if len(body) > most:
        raise AttachmentRefusedError(too_large(what, len(body), most))
    return body


def too_large(what: str, size: int, most: int) -> str:
    megabyte = 1024 * 1024
    return f"{what}有 {size / megabyte:.1f} MB，最多允许 {most / megabyte:.0f} MB，请删去无关内容、压缩图片或拆分"


def _kind(content: Content, extension: str) -> str:
    """WPS writes the container of Word; which of the two it is only the name says."""
    return "wps" if extension == "wps" and content.kind in ("doc", "ole") else content.kind


def _refusal(content: Content, kind: str) -> str:
    if content.password:
        return "设有密码，无法核对，请取消密码后再交"
    if content.fault:
        return f"{content.fault}，请重新导出后再交"
    if kind not in ALLOWED:
        return f"的内容{f'实为 {kind}' if kind else '无法识别'}，可用 {'、'.join(ALLOWED)}"
    if content.macros:
        return "含有宏，请另存为不含宏的文件或 PDF 后再交"
    return ""


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()


def _shown(name: str) -> str:
    text = "".join(c if c.isprintable() else "?" for c in name[:80])
    return text if len(name) <= 60 else text[:59] + "…"
