"""Manifests as files beside the evidence, so that a third person needs the folder and nothing else.

``manifests/000012.json`` is the manifest, canonical JSON; ``manifests/000012.sha256`` its files in the form that
``sha256sum -c`` reads from the evidence folder; ``manifests/chain.sha256`` the hashes of all manifests, for
``sha256sum -c`` in ``manifests``.  The two are worked out from the first and never say more.
"""

import contextlib
import fcntl
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from records.evidence import FORMAT, Manifest, ManifestFile
from storage.canonical import canonical_json, digest, read_canonical
from storage.encoding import decoder
from storage.errors import StorageError
from storage.evidence_ledger import Link

FOLDER: Final = "manifests"
LIST: Final = "chain.sha256"
UNFINISHED: Final = ".part"
_NAME: Final = re.compile(r"(\d{6,})\.json")
_LOCK_SECONDS: Final = 30.0


class EvidenceWriteError(StorageError):
    """写不了证据目录。"""


class ManifestUnreadableError(StorageError):
    """证据清单读不出来。"""


def manifest_name(number: int) -> str:
    return f"{number:06d}.json"


def read_link(body: bytes) -> Link:
    """The manifest that these bytes are.  ``ManifestUnreadableError`` where they are none, to the last byte."""
    try:
        plain = read_canonical(body)
        if plain.get("format") != FORMAT:
            raise ManifestUnreadableError(f"格式是 {plain.get('format')!r}，应为 {FORMAT}")
        manifest: Manifest = decoder(Manifest)(plain)
        if canonical_json(plain) != body:
            raise ManifestUnreadableError("不是规范形式的 JSON")
        for path in (*(one.path for one in manifest.files), *(one.what for one in manifest.purged)):
            if path.startswith("/") or ".." in path.split("/"):
                raise ManifestUnreadableError(f"路径 {path!r} 指向证据目录之外")
    except StorageError:
        raise
    except Exception as error:  # altered bytes make the decoders raise nearly anything
        raise ManifestUnreadableError(f"内容不是证据清单（{type(error).__name__}）") from error
    return Link(manifest, body, digest(body))


def make_link(manifest: Manifest) -> Link:
    body = canonical_json(manifest)
    return Link(manifest, body, digest(body))


def sums(files: Iterable[ManifestFile]) -> bytes:
    """Lines as ``sha256sum`` writes and checks them."""
    return b"".join(sum_line(one.sha256, one.path) for one in files)


def sum_line(sha256: str, path: str) -> bytes:
    name = os.fsencode(path)
    if b"\\" in name or b"\n" in name or b"\r" in name:
        name = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
        return b"\\" + sha256.encode() + b"  " + name + b"\n"
    return sha256.encode() + b"  " + name + b"\n"


class ManifestFiles:
    """The folder ``manifests`` of an evidence folder.  Raises ``EvidenceWriteError`` where it cannot be written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / FOLDER

    def numbers(self) -> tuple[int, ...]:
        """The numbers of the manifests that are there, ascending."""
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise ManifestUnreadableError(f"读不了证据清单目录 {self.folder}：{error.strerror or error}") from error
        found = (_NAME.fullmatch(name) for name in names)
        return tuple(sorted(int(one[1]) for one in found if one and manifest_name(int(one[1])) == one[0]))

    def path(self, number: int) -> Path:
        return self.folder / manifest_name(number)

    def read(self, number: int) -> bytes:
        """Raises OSError."""
        return self.path(number).read_bytes()

    def read_list(self) -> bytes | None:
        """None where it is missing or cannot be read."""
        try:
            return (self.folder / LIST).read_bytes()
        except OSError:
            return None

    def read_sums(self, number: int) -> bytes | None:
        """None where they are missing or cannot be read."""
        try:
            return self.path(number).with_suffix(".sha256").read_bytes()
        except OSError:
            return None

    def listed(self) -> set[bytes]:
        """The lines of the list."""
        return set((self.read_list() or b"").splitlines(keepends=True))

    def publish(self, link: Link, listed: set[bytes]) -> None:
        """Write a manifest, its sums and its line in the list.  What is there already is left as it is.

        ``listed`` are the lines of the list, which are added to.
        """
        number = link.manifest.number
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not self.path(number).exists():
                write_whole(self.path(number), link.body)
            beside = self.path(number).with_suffix(".sha256")
            if not beside.exists():
                write_whole(beside, sums(link.manifest.files))
            line = sum_line(link.sha256, manifest_name(number))
            if line not in listed:
                write_whole(self.folder / LIST, (self.read_list() or b"") + line, mode=0o644)
                listed.add(line)
        except OSError as error:
            raise EvidenceWriteError(
                f"写不了证据清单 {self.path(number)}：{error.strerror or error}。清单已记在数据库中，"
                "腾出空间或改好权限后运行 chengjian evidence seal 补写"
            ) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One process at a time; the lock of a process that was killed is gone with it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise EvidenceWriteError(f"写不了证据目录 {self.folder}：{error.strerror or error}，请检查权限") from error
        try:
            give_up = time.monotonic() + _LOCK_SECONDS
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError as error:
                    if time.monotonic() > give_up:
                        raise EvidenceWriteError("另一个程序正在封存或清除证据，请稍后再试") from error
                    time.sleep(0.05)
            yield
        finally:
            os.close(descriptor)


def write_whole(path: Path, body: bytes, mode: int = 0o444) -> None:
    """A file that is there whole, on the disk, or not at all.  Raises OSError."""
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, suffix=UNFINISHED)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(unfinished, mode)
        os.replace(unfinished, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(unfinished)
        raise
    folder = os.open(path.parent, os.O_RDONLY)  # a name survives a power cut only when its folder was written as well
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
