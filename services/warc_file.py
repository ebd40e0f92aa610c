"""A WARC 1.1 file (ISO 28500:2017) with one gzip member for each record, and its proof-reading."""

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, urlsplit

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from records.crawl import Exchange
from storage.clock import now

# warcio compresses at level 9, which costs twice the time for 7 % of the size.
_GZIP_LEVEL = 1

_CHUNK = 1 << 16

_NOT_IN_HEADERS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_NOT_TOKEN = re.compile(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]+")

# The body is stored decoded: headers that speak of its way over the wire would make a reader decode it again.
_OF_TRANSFER = frozenset(("content-encoding", "transfer-encoding", "content-length"))

Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Where a record stands: byte offset of its gzip member, and what refers to it."""

    offset: int
    record_id: str
    sha256: str  # of the payload, hexadecimal


class WarcFile:
    """Writes records one after another."""

    def __init__(self, file: BinaryIO, *, name: str, info: Mapping[str, str]) -> None:
        """``file`` is empty and open for writing; ``info`` describes the program (warcinfo)."""
        self._file = file
        self._buffer = BytesIO()
        self._writer = WARCWriter(self._buffer, gzip=False, warc_version="1.1")
        self._write(self._writer.create_warcinfo_record(name, dict(info)))

    def exchange(self, exchange: Exchange) -> RecordPlace:
        """A response record and the request that brought it; the place is that of the response."""
        parts = urlsplit(exchange.url)
        path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe="/?&=%:;,@+$!*'()~#[]")
        method = _NOT_TOKEN.sub("", exchange.method) or "GET"
        request_head = StatusAndHeaders(
            f"{method} {path} HTTP/1.1", _plain_headers(exchange.request_headers), is_http_request=True
        )
        response_headers = [
            (f"X-Archive-Orig-{name}" if name.lower() in _OF_TRANSFER else name, value)
            for name, value in _plain_headers(exchange.response_headers)
        ]
        response_headers.append(("Content-Length", str(len(exchange.body))))
        response_head = StatusAndHeaders(str(exchange.status), response_headers, protocol="HTTP/1.1")
        about = {"WARC-Date": _warc_date(exchange.at)}
        if exchange.ip:
            about["WARC-IP-Address"] = exchange.ip
        response = self._writer.create_warc_record(
            _address(exchange.url),
            "response",
            payload=BytesIO(exchange.body),
            length=len(exchange.body),
            http_headers=response_head,
            warc_headers_dict=about,
        )
        place = RecordPlace(
            self._file.tell(),
            str(response.rec_headers.get_header("WARC-Record-ID")),
            hashlib.sha256(exchange.body).hexdigest(),
        )
        self._write(response)
        self._write(
            self._writer.create_warc_record(
                _address(exchange.url),
                "request",
                payload=BytesIO(b""),
                length=0,
                http_headers=request_head,
                warc_headers_dict={**about, "WARC-Concurrent-To": place.record_id},
            )
        )
        return place

    def document(
        self, address: str, content: bytes, *, kind: str, content_type: str, refers_to: str | None = None
    ) -> RecordPlace:
        """A ``metadata`` record (about the record ``refers_to``) or a ``resource`` record that stands for itself."""
        about = {"WARC-Date": _warc_date(now())}
        if refers_to:
            about["WARC-Refers-To"] = refers_to
        record = self._writer.create_warc_record(
            _address(address),
            kind,
            payload=BytesIO(content),
            length=len(content),
            warc_content_type=content_type,
            warc_headers_dict=about,
        )
        record_id = str(record.rec_headers.get_header("WARC-Record-ID"))
        place = RecordPlace(self._file.tell(), record_id, hashlib.sha256(content).hexdigest())
        self._write(record)
        return place

    def _write(self, record: Any) -> None:
        self._buffer.seek(0)
        self._buffer.truncate()
        self._writer.write_record(record)
        # No time stamp in the member: the same record gives the same bytes.
        self._file.write(gzip.compress(self._buffer.getvalue(), compresslevel=_GZIP_LEVEL, mtime=0))


def payload_at(path: Path, offset: int) -> bytes | None:
    """The payload of the record at ``offset``, its body without HTTP headers; None where no whole record stands.

    Raises OSError where the file cannot be read.
    """
    with path.open("rb") as file:
        try:
            member, _ = member_at(file, offset)
        except zlib.error:
            return None
    if member is None or not member.startswith(b"WARC/"):  # the reader takes nearly anything for a record
        return None
    try:
        record = next(iter(ArchiveIterator(BytesIO(member), check_digests="raise")), None)
        return None if record is None else bytes(record.content_stream().read())
    except (ArchiveLoadFailed, EOFError, ValueError):
        return None


def member_at(file: BinaryIO, offset: int) -> tuple[bytes | None, int]:
    """The gzip member at ``offset`` unpacked, and its length; None at the end (length 0) or where it is cut short.

    Raises zlib.error where no member stands, or a damaged one.
    """
    file.seek(offset)
    unpack = zlib.decompressobj(wbits=31)
    parts, length = [], 0
    while not unpack.eof:
        chunk = file.read(_CHUNK)
        if not chunk:
            return None, length
        parts.append(unpack.decompress(chunk))
        length += len(chunk)
    return b"".join(parts), length - len(unpack.unused_data)


def _plain_headers(headers: Headers) -> list[tuple[str, str]]:
    """Header lines that stay one line each, and ASCII."""
    cleaned = ((_NOT_TOKEN.sub("", name), _NOT_IN_HEADERS.sub(" ", value).strip()) for name, value in headers)
    return [
        (name, value if value.isascii() else quote(value, safe=" !\"#$&'()*+,/:;=?@[]"))
        for name, value in cleaned
        if name
    ]


def _address(url: str) -> str:
    return quote(_NOT_IN_HEADERS.sub("", url), safe="%/:?#[]@!$&'()*+,;=~")


def _warc_date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
