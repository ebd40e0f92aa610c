"""Whether every file that a manifest vouches for is there and is what it was, down to the record."""

import gzip
import json
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, Final

from records.evidence import FileKind
from services.verification.faults import ChainFault
from services.verification.warc_records import read_records
from services.warc_file import payload_at
from storage.evidence_ledger import Ledger, Listed

_CHUNK: Final = 1 << 20


@dataclass(slots=True)
class Counted:
    """What was looked at."""

    files: int = 0
    bytes: int = 0
    records: int = 0


def check_files(root: Path, ledger: Ledger, counted: Counted) -> Iterator[ChainFault]:
    """In the order in which the manifests list them; then whether the documents that are whole lead where they say."""
    faulty: set[str] = set()
    for path, listed in ledger.files.items():
        counted.files += 1
        for fault in _check_file(root, path, listed, counted):
            faulty.add(path)
            yield fault
    for path, listed in ledger.files.items():
        if listed.file.kind is FileKind.DOCUMENT and path not in faulty:
            yield from _check_document(root, path, listed.number, faulty)


def _check_file(root: Path, path: str, listed: Listed, counted: Counted) -> Iterator[ChainFault]:
    file, since = listed.file, listed.number
    place = root / path
    try:
        found, size = hash_file(place)
    except FileNotFoundError:
        yield ChainFault(path, "缺失，没有清除记录", expected=file.sha256, since=since)
        return
    except OSError as error:
        yield ChainFault(path, f"读不出来：{error.strerror or error}", expected=file.sha256, since=since)
        return
    counted.bytes += size
    if (found, size) != (file.sha256, file.size):
        record = _damaged_record(place) if file.kind is FileKind.WARC else ""
        yield ChainFault(path, "已被改动", file.sha256, found, record, since)
        return
    if file.kind is FileKind.WARC:
        for seen in read_records(place):
            counted.records += 1
            if seen.fault:
                yield ChainFault(path, seen.fault, record=seen.place, since=since)


def _damaged_record(path: Path) -> str:
    for seen in read_records(path):
        if seen.fault:
            return f"{seen.place}：{seen.fault}"
    return "各条记录完好，改动在记录之外"


def _check_document(root: Path, name: str, since: int, faulty: Collection[str]) -> Iterator[ChainFault]:
    """Every finding of an audit document leads to a record that is what the document says.

    A file that is missing or altered is a fault of its own already, and one that was purged is none.
    """
    try:
        findings = json.loads(gzip.decompress((root / name).read_bytes()))["findings"]
    except (OSError, ValueError, KeyError, EOFError, zlib.error) as error:
        yield ChainFault(name, f"不是巡查结果文件（{type(error).__name__}）", since=since)
        return
    folder = PurePosixPath(name).parent
    for one in findings:
        evidence: dict[str, Any] = one.get("evidence") or {}
        warc, offset, wanted = evidence.get("warc"), evidence.get("offset"), evidence.get("sha256")
        if warc is None or (folder / warc).as_posix() in faulty:
            continue
        try:
            payload = payload_at(root / folder / str(warc), int(offset or 0))
        except OSError:
            continue
        found = sha256(payload).hexdigest() if payload is not None else "没有完整的记录"
        if found != wanted:
            yield ChainFault(
                name, f"发现 {one.get('id')} 指向的记录不符", str(wanted), found, f"{warc} {offset}", since
            )


def hash_file(path: Path) -> tuple[str, int]:
    """SHA-256 and size.  Raises OSError."""
    hashed, size = sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hashed.update(chunk)
            size += len(chunk)
    return hashed.hexdigest(), size
