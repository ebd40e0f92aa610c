"""An answer as it was kept: from the database while it is there, else from the WARC file of its audit."""

import zlib
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]

from services.warc_file import member_at, payload_at
from storage.audits import AuditRepository
from storage.tried import TriedRepository

_MOST_SEARCHED: Final = 64 * 1024 * 1024  # bytes of a WARC file that is read through in search of one page


@dataclass(frozen=True, slots=True)
class Answered:
    """One kept answer."""

    url: str
    status: int
    content_type: str
    charset: str  # in which the crawl read it, empty where it was not read
    at: str  # ISO 8601
    body: bytes


class Archive:
    """The kept answers of one database.  Every method raises ``StorageError``."""

    def __init__(self, audits: AuditRepository, tried: TriedRepository, root: Path) -> None:
        """``root``: the evidence folder."""
        self._audits = audits
        self._tried = tried
        self._root = root

    def answer(self, audit_id: int, url: str, *, warc: str = "", offset: int | None = None) -> Answered | None:
        """How ``url`` was answered in an audit; ``warc`` and ``offset`` say where its response is filed, if it is.

        None where nothing was kept, or its time is over.
        """
        exchange = self._audits.exchange(audit_id, url)
        page = self._tried.pages([audit_id], url).get(audit_id)
        charset = (page.reading.charset or "") if page is not None else ""
        if exchange is not None:
            kind = next((value for name, value in exchange.response_headers if name.lower() == "content-type"), "")
            return Answered(exchange.url, exchange.status, kind, charset, exchange.at.isoformat(), exchange.body)
        path = self._file(audit_id, warc)
        if path is None:
            return None
        found = read_response(path, offset) if offset is not None else None
        if found is None or found.url != url:
            found = find_response(path, url) or found
        return None if found is None else replace(found, charset=charset)

    def _file(self, audit_id: int, warc: str) -> Path | None:
        known = self._tried.files([audit_id], [warc]).get((audit_id, warc)) if warc else None
        return known.where(self._root) if known is not None else None


def read_response(path: Path, offset: int) -> Answered | None:
    """The response record at ``offset``; None where no whole one stands."""
    try:
        with path.open("rb") as file:
            member, _ = member_at(file, offset)
    except (OSError, zlib.error):
        return None
    if member is None or not member.startswith(b"WARC/"):
        return None
    try:
        return _first_response(BytesIO(member), None)
    except (ArchiveLoadFailed, EOFError, ValueError):
        return None


def find_response(path: Path, url: str) -> Answered | None:
    """The response to ``url`` somewhere in a file that is not too long to be read through."""
    try:
        if path.stat().st_size > _MOST_SEARCHED:
            return None
        with path.open("rb") as file:
            return _first_response(file, url)
    except (OSError, ArchiveLoadFailed, EOFError, ValueError, zlib.error):
        return None


def _first_response(stream: object, url: str | None) -> Answered | None:
    for record in ArchiveIterator(stream):
        address = str(record.rec_headers.get_header("WARC-Target-URI"))
        if record.rec_type != "response" or (url is not None and address != url):
            continue
        headers = record.http_headers
        status = headers.get_statuscode() if headers is not None else ""
        return Answered(
            url=address,
            status=int(status) if status and status.isdigit() else 0,
            content_type=(headers.get_header("Content-Type") or "") if headers is not None else "",
            charset="",
            at=str(record.rec_headers.get_header("WARC-Date")),
            body=bytes(record.content_stream().read()),
        )
    return None


def is_as_filed(path: Path, offset: int, digest: str) -> bool:
    """Whether the record at ``offset`` still has the payload that was filed."""
    try:
        payload = payload_at(path, offset)
    except OSError:
        return False
    return payload is not None and sha256(payload).hexdigest() == digest
