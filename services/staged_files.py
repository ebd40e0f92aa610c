"""Files that are on their way: sent by a unit, checked, and not yet handed in.

A file arrives under a name that we make, is moved to the hash of its content when it is whole, and is taken away when
it was handed in or its sender removes it.  What breaks off leaves nothing.
"""

import contextlib
import os
import tempfile
import time
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from services.attachments import MOST_BYTES, AttachmentRefusedError, kind_of, read_regular, too_large
from services.schemes import WrongCallError, why
from storage.errors import StorageError
from storage.filing_drafts import FilingDrafts, Upload

LONGEST_NAME: Final = 120  # characters, with the extension
MOST_STAGED: Final = 300  # files of one unit that wait
MOST_STAGED_BYTES: Final = 2 * 1024 * 1024 * 1024
_ABANDONED: Final = 24 * 3600.0  # seconds: no upload takes a day
_UNFINISHED: Final = ".part"


def safe_name(text: str) -> str:
    """The name of a file as it may be shown and offered: no folders, no control characters, bounded, never empty."""
    name = unicodedata.normalize("NFC", text).replace("\\", "/").rpartition("/")[2]
    name = "".join(c for c in name if c.isprintable() and c not in '"<>|:*?').strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 8:
        stem, dot, extension = name, "", ""
    return f"{stem[: LONGEST_NAME - len(extension) - 1]}{dot}{extension}" or "未命名"


class Arriving:
    """A file while it is being sent.  Leave the block without ``whole`` and nothing of it is left."""

    def __init__(self, folder: Path, what: str) -> None:
        self._folder = folder
        self._what = what
        self._hash = sha256()
        self._file: IO[bytes] | None = None
        self._path = folder
        self.size = 0

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._folder, suffix=_UNFINISHED)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        self._path = Path(name)
        self._file = os.fdopen(descriptor, "wb")
        return self

    def write(self, chunk: bytes) -> None:
        """More of it.  ``WrongCallError`` where it grows too large."""
        self.size += len(chunk)
        check_size(self.size, self._what)
        self._hash.update(chunk)
        if self._file is not None:
            try:
                self._file.write(chunk)
            except OSError as error:
                raise _unwritable(self._folder, error) from error

    def whole(self) -> tuple[str, Path]:
        """All of it has come: its hash and where it lies."""
        digest = self._hash.hexdigest()
        place = self._folder / digest
        if self._file is None:
            raise RuntimeError("asked of a file that is not arriving")
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            os.replace(self._path, place)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        return digest, place

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            with contextlib.suppress(OSError):
                self._path.unlink()


def check_size(size: int, what: str) -> None:
    """``WrongCallError`` for more than a file may have."""
    if size > MOST_BYTES:
        raise WrongCallError(too_large(what, size, MOST_BYTES))


@dataclass(frozen=True, slots=True)
class StagedFiles:
    """The uploads of one city.  Every method raises ``WrongCallError`` and ``StorageError``."""

    folder: Path
    drafts: FilingDrafts

    def arriving(self, unit: str, name: str) -> Arriving:
        return Arriving(self._of(unit), f"文件“{safe_name(name)[:60]}”")

    def check_room(self, unit: str) -> None:
        """Refuse more where a unit has too much waiting already; what broke off with its process is swept away."""
        self._sweep(unit)
        count, size = self.drafts.used(unit)
        if count >= MOST_STAGED or size >= MOST_STAGED_BYTES:
            raise WrongCallError(f"本单位还有 {count} 个文件上传后没有提交，请先提交或移除一些")

    def keep(self, arrived: Arriving, unit: str, place: str, name: str, *, by: str, at: datetime) -> Upload:
        """Take a file that is whole as an upload of ``place``; what it is, its content says."""
        shown = safe_name(name)
        if not arrived.size:
            raise WrongCallError(f"文件“{shown[:60]}”是空的（0 字节），请检查后重新选择")
        digest, path = arrived.whole()
        try:
            kind, _remark = kind_of(read_regular(path, MOST_BYTES, f"文件“{shown[:60]}”"), shown)
        except AttachmentRefusedError as refused:
            if not self.drafts.is_named(unit, digest):
                self._unlink(unit, digest)
            raise WrongCallError(str(refused)) from None
        return self.drafts.add_upload(
            unit, place, name=shown, sha256=digest, size=arrived.size, kind=kind, by=by, at=at
        )

    def path(self, unit: str, upload: Upload) -> Path:
        return self._of(unit) / upload.sha256

    def remove(self, unit: str, uploads: tuple[Upload, ...]) -> None:
        """Take uploads away, and their content where no other upload of the unit is of the same."""
        for digest in self.drafts.remove_uploads(unit, [one.id for one in uploads]):
            self._unlink(unit, digest)

    def _of(self, unit: str) -> Path:
        """The folder of a unit: what one removes is never another's.  Its id is no name of a folder."""
        return self.folder / sha256(unit.encode()).hexdigest()[:16]

    def _sweep(self, unit: str) -> None:
        before = time.time() - _ABANDONED
        for path in self._of(unit).glob(f"*{_UNFINISHED}"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < before:
                    path.unlink()

    def _unlink(self, unit: str, digest: str) -> None:
        with contextlib.suppress(OSError):
            (self._of(unit) / digest).unlink()


def _unwritable(folder: Path, error: OSError) -> StorageError:
    return StorageError(f"写不了上传文件夹 {folder}：{why(error)}，请告知运维检查磁盘空间和权限")
