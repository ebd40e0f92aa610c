"""From an answer on the wire to the records that are kept of it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from urllib.parse import quote_from_bytes

from crawler.wire import Answer
from extract.addresses import absolute
from extract.fingerprints import recognise
from records.crawl import Attempt, Exchange
from records.page import Headers, PageReading
from records.verdicts import FetchError

_TEXTUAL = (None, "html", "xml", "json", "text", "txt")
_ASCII_KEPT = "".join(chr(code) for code in range(0x21, 0x7F))


class PageReader(Protocol):
    """What a crawl asks of ``extract.reader.Reader``."""

    def read(self, body: bytes, *, url: str | None, status: int = ..., headers: Headers = ...) -> PageReading: ...


def is_readable(answer: Answer) -> bool:
    """Whether a body is text that the reader can make something of."""
    if not answer.body:
        return "refresh" in answer.headers
    if answer.file_type not in _TEXTUAL:
        return False
    if answer.file_type is None:
        kind = answer.headers.get("content-type", "").lower()
        return (
            not kind
            or kind.startswith("text/")
            or "html" in kind
            or "xml" in kind
            or "json" in kind
            or "javascript" in kind
        )
    return True


def attempt_of(
    answer: Answer,
    *,
    began: datetime,
    elapsed_ms: int,
    hops: tuple[str, ...],
    reading: PageReading | None,
    via: str = "scrapy",
) -> Attempt:
    """The attempt of which ``answer`` is the last response."""
    body = answer.body
    verdict = reading.verdict if reading is not None else None
    sign = reading.sign if reading is not None else None
    if reading is None and answer.error is None and answer.status is not None:
        # A wall that shows nothing but its headers, or stands before a file.
        wall = recognise(answer.status, answer.headers, "")
        if wall is not None:
            verdict, sign = wall
    return Attempt(
        at=began,
        method=answer.method,
        http_status=answer.status,
        error=answer.error,
        elapsed_ms=elapsed_ms,
        via=via,
        detail=answer.detail,
        final_url=answer.url,
        redirects=hops,
        content_type=answer.headers.get("content-type"),
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest() if _is_whole(answer) else None,
        page_verdict=verdict,
        sign=sign,
        look=reading.look if reading is not None else None,
        file_type=answer.file_type,
        onward=reading.redirect if reading is not None else None,
    )


def _is_whole(answer: Answer) -> bool:
    """Whether the body is all that was sent: an empty one is too, unless none was asked for."""
    return not answer.cut and (bool(answer.body) or (answer.method == "GET" and answer.error is None))


def exchange_of(answer: Answer, url: str) -> Exchange | None:
    """The request and response for the archive, ``None`` where there was no response."""
    if answer.status is None:
        return None
    return Exchange(
        url=url,
        at=answer.at,
        method=answer.method,
        request_headers=answer.sent,
        status=answer.status,
        response_headers=answer.fields,
        body=answer.body,
        ip=answer.ip,
    )


def rendered_exchange(attempt: Attempt, url: str, dom: bytes, user_agent: str) -> Exchange:
    """The document as the browser built it, for the archive: it never went over the wire in this form."""
    return Exchange(
        url=url,
        at=attempt.at,
        method="GET",
        request_headers=(("User-Agent", user_agent),),
        status=attempt.http_status or 200,
        response_headers=(("Content-Type", "text/html; charset=utf-8"), ("X-Chengjian-Rendered-By", "chromium")),
        body=dom,
    )


def location_of(answer: Answer) -> str | None:
    """Where a redirect leads, absolute; ``None`` where its ``Location`` is missing or no web address.

    Servers write Chinese into the header as it comes, in any encoding: such bytes are sent back as they are.
    """
    raw = answer.headers.get("location", "").strip()
    if not raw:
        return None
    if not raw.isascii():
        raw = quote_from_bytes(raw.encode("utf-8", "surrogateescape"), _ASCII_KEPT)
    return absolute(answer.url, raw)


def cookies_of(answer: Answer) -> dict[str, str]:
    """Cookies that an answer sets, without their attributes."""
    return cookies_from(value for name, value in answer.fields if name == "set-cookie")


def cookies_from(values: Iterable[str]) -> dict[str, str]:
    """Names and values of ``Set-Cookie`` lines."""
    jar = {}
    for value in values:
        name, mark, content = value.partition(";")[0].partition("=")
        if mark and name.strip():
            jar[name.strip()] = content.strip()
    return jar


def is_cut_page(answer: Answer) -> bool:
    """A page whose body ended before its announced length: browsers show what came, and so do we."""
    return (
        answer.error is FetchError.BAD_RESPONSE
        and answer.status is not None
        and answer.status < 400
        and len(answer.body) >= 512
        and answer.file_type == "html"
    )
