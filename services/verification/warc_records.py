"""The records of a WARC file one by one, each checked against its own digests."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]

from services.warc_file import member_at

_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class RecordSeen:
    """One record, or the place where no whole record stands (``fault``, Chinese)."""

    number: int  # from 1
    offset: int  # of its gzip member, bytes
    kind: str = ""  # warcinfo | response | request | metadata | resource
    address: str = ""
    fault: str = ""

    @property
    def place(self) -> str:
        about = " ".join(one for one in (self.kind, self.address) if one)
        return f"第 {self.number} 条记录，第 {self.offset} 字节起" + (f"，{about}" if about else "")


def read_records(path: Path) -> Iterator[RecordSeen]:
    """Every record up to the first that is damaged: behind it, where the next begins is not known.

    Raises OSError where the file cannot be read.
    """
    with path.open("rb") as file:
        number, offset = 0, 0
        while True:
            number += 1
            try:
                member, length = member_at(file, offset)
            except zlib.error:
                yield RecordSeen(number, offset, fault="压缩数据已损坏")
                return
            if member is None:
                if length:
                    yield RecordSeen(number, offset, fault="文件在记录中间断了")
                return
            seen = _examine(member, number, offset)
            yield seen
            if seen.fault:
                return
            offset += length


def _examine(member: bytes, number: int, offset: int) -> RecordSeen:
    if not member.startswith(b"WARC/"):
        return RecordSeen(number, offset, fault="不是 WARC 记录")
    try:
        record = next(iter(ArchiveIterator(BytesIO(member), check_digests=True)), None)
        if record is None:
            return RecordSeen(number, offset, fault="不是 WARC 记录")
        stream = record.content_stream()
        while stream.read(_CHUNK):
            pass
    except (ArchiveLoadFailed, EOFError, ValueError) as error:
        return RecordSeen(number, offset, fault=f"读不出来（{error}）")
    kind = str(record.rec_type)
    address = str(record.rec_headers.get_header("WARC-Target-URI") or "")
    fault = "内容与记录自带的校验值不符" if record.digest_checker.passed is False else ""
    return RecordSeen(number, offset, kind, address, fault)
