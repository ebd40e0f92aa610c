"""The evidence folder: files under the SHA-256 of their content, written once, checked whenever they are used."""

import contextlib
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

from storage.errors import StorageError

_CHUNK: Final = 1 << 20


class EvidenceDamagedError(StorageError):
    """佐证文件缺失或已被改动。"""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("；".join(faults) + "：请从备份恢复该文件，恢复之前不能使用依据它的数据")
        self.faults = faults


class EvidenceFolderError(StorageError):
    """佐证文件夹不可读写。"""


class EvidenceStore:
    """Files below one folder.  A name is never taken from outside: it is the hash, and the hash is checked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, body: bytes) -> str:
        """Keep ``body``, on the disk when this returns, and say its SHA-256.

        A file that is there already is left as it is; ``EvidenceDamagedError`` where it is not what its name says.
        """
        digest = sha256(body).hexdigest()
        path = self._path(digest)
        if path.exists():
            self.check((digest,))
            return digest
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".part")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(body)
                    file.flush()
                    os.fsync(file.fileno())
                os.chmod(unfinished, 0o444)
                os.replace(unfinished, path)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(unfinished)
                raise
            _sync_folder(path.parent)
        except OSError as error:
            raise EvidenceFolderError(
                f"写不了佐证文件夹 {self.folder}：{error.strerror or error}，请检查磁盘空间和权限"
            ) from error
        return digest

    def read(self, digest: str) -> bytes:
        """The content; ``EvidenceDamagedError`` where it is missing or not what it was."""
        try:
            body = self._path(digest).read_bytes()
        except OSError as error:
            raise EvidenceDamagedError((_missing(digest, error),)) from error
        if sha256(body).hexdigest() != digest:
            raise EvidenceDamagedError((_changed(digest),))
        return body

    def check(self, digests: tuple[str, ...]) -> None:
        """Hash every one of the files again; ``EvidenceDamagedError`` names all that are missing or changed."""
        faults = self.faults(digests)
        if faults:
            raise EvidenceDamagedError(faults)

    def faults(self, digests: tuple[str, ...]) -> tuple[str, ...]:
        """One Chinese clause for each file that is missing or changed."""
        found: list[str] = []
        for digest in digests:
            try:
                if _hash_of(self._path(digest)) != digest:
                    found.append(_changed(digest))
            except OSError as error:
                found.append(_missing(digest, error))
        return tuple(found)

    def path_of(self, digest: str) -> Path:
        """Where the content is, or would be; nothing is checked.  ``EvidenceDamagedError`` for what is no hash."""
        return self._path(digest)

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            raise EvidenceDamagedError((f"校验值 {digest[:70]!r} 不合法",))
        return self.folder / digest[:2] / digest


def _hash_of(path: Path) -> str:
    hashed = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hashed.update(chunk)
    return hashed.hexdigest()


def _sync_folder(folder: Path) -> None:
    """A name survives a power cut only when its folder was written as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _missing(digest: str, error: OSError) -> str:
    why = "缺失" if isinstance(error, FileNotFoundError) else f"读不出来（{error.strerror or error}）"
    return f"佐证文件 {digest} {why}"


def _changed(digest: str) -> str:
    return f"佐证文件 {digest} 的内容已被改动，与校验值不符"
