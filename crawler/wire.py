"""HTTP stack number one: aiohttp, with every limit that a hostile or sick server calls for."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import aiohttp
import yarl

from crawler.clock import now
from crawler.decoding import IDENTITY, decoder_for
from crawler.failures import classify
from crawler.tls import client_context
from extract.file_type import sniff
from records.verdicts import FetchError

HEAD_BYTES: Final = 4096  # enough to tell any file by its first bytes
_TEXTUAL: Final = (None, "html", "xml", "json", "text", "txt", "svg", "css", "js")
_BINARY_TYPES: Final = (
    "image/",
    "audio/",
    "video/",
    "font/",
    "application/pdf",
    "application/zip",
    "application/vnd",
    "application/msword",
    "application/octet-stream",
    "application/x-",
)
_TEXT_IN_BINARY: Final = ("application/x-javascript", "application/x-www", "image/svg", "application/x-xml")


@dataclass(slots=True)
class Answer:
    """What came of one request, redirects not followed."""

    url: str
    method: str
    at: datetime
    status: int | None = None
    fields: tuple[tuple[str, str], ...] = ()  # response headers, names in lower case
    body: bytes = b""  # decoded
    error: FetchError | None = None
    detail: str | None = None
    elapsed_ms: int = 0
    file_type: str | None = None  # by the first bytes of the body
    cut: bool = False  # reading was ended on purpose before the end of the body
    ip: str | None = None
    sent: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)  # of ``fields``, the last of each name


_END_OF_MARKUP: Final = re.compile(rb"</(?:html|frameset)\s*>\s*(?:<!--[^<>]*-->\s*)*\Z", re.IGNORECASE)


def is_whole(body: bytes) -> bool:
    """Whether a body that broke off was a whole page: old servers miscount ``Content-Length`` or forget the last chunk.

    Browsers show such a page, so its readers miss nothing.
    """
    return _END_OF_MARKUP.search(body[-400:]) is not None


class TooLargeError(Exception):
    """The body is larger than the limit, once decoded."""


class Wire:
    """One client session.  ``abort`` ends all requests under way at once."""

    def __init__(self, *, user_agent: str, timeout: float, connect_timeout: float, tell_sent: bool) -> None:
        """``tell_sent``: call ``on_sent`` of each request, which costs some time on each."""
        self._timeout = timeout
        self._traces: list[aiohttp.TraceConfig] = []
        if tell_sent:
            trace = aiohttp.TraceConfig()
            trace.on_request_headers_sent.append(_tell_sent)
            self._traces.append(trace)
        self._client_timeout = aiohttp.ClientTimeout(total=None, sock_connect=min(connect_timeout, timeout))
        self._base = {
            "User-Agent": user_agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Accept-Encoding": "gzip, deflate",
        }
        self._sent = tuple(self._base.items())
        self._session: aiohttp.ClientSession | None = None
        self._scopes: set[asyncio.Timeout] = set()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=0,  # the frontier limits, per host and in all
                ssl=client_context(),
                ttl_dns_cache=300,
                enable_cleanup_closed=False,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                timeout=self._client_timeout,
                headers=self._base,
                trace_configs=self._traces,
            )
            # aiohttp would repeat a request on a dropped connection by itself: unpaced and in nobody's record.
            self._session._retry_connection = False
        return self._session

    async def fetch(
        self,
        url: str,
        method: str = "GET",
        *,
        limit: int,
        strict: bool,
        cookies: str = "",
        on_sent: Callable[[], None] | None = None,
        conditions: tuple[tuple[str, str], ...] = (),
    ) -> Answer:
        """Ask once.  Never raises for what the network or the server does: see ``Answer.error``.

        ``limit`` bounds the decoded body in bytes; a longer one is ``TOO_LARGE`` if ``strict``, else cut.  Of a body
        that is no text only the first bytes are read.  ``conditions`` are headers by which the server may answer that
        nothing has changed (RFC 9110 §13).
        """
        answer = Answer(url, method, now(), sent=(*self._sent, *conditions))
        began = time.perf_counter()
        scope = asyncio.timeout(self._timeout)
        try:
            async with scope:
                self._scopes.add(scope)
                await self._exchange(answer, limit, strict, cookies, on_sent, conditions)
        except TooLargeError:
            answer.error, answer.detail = FetchError.TOO_LARGE, f"more than {limit} bytes"
        except aiohttp.ClientPayloadError as error:
            if (answer.status or 0) < 400 and not is_whole(answer.body):  # an error was told with its status
                answer.error, answer.detail = classify(error)
        except Exception as error:  # whatever a sick server provokes in the library: classified, and kept in words
            answer.error, answer.detail = classify(error)
        finally:
            self._scopes.discard(scope)
        answer.elapsed_ms = round((time.perf_counter() - began) * 1000)
        return answer

    async def _exchange(
        self,
        answer: Answer,
        limit: int,
        strict: bool,
        cookies: str,
        on_sent: Callable[[], None] | None,
        conditions: tuple[tuple[str, str], ...],
    ) -> None:
        try:
            target = yarl.URL(answer.url, encoded=True)
        except ValueError as error:
            answer.error, answer.detail = FetchError.BAD_URL, str(error)[:300]
            return
        extra = dict(conditions)
        if cookies:
            extra["Cookie"] = cookies
        async with self._open().request(
            answer.method,
            target,
            headers=extra,
            allow_redirects=False,
            trace_request_ctx=on_sent,
        ) as response:
            answer.status = response.status
            answer.fields = tuple((name.lower(), value) for name, value in response.headers.items())
            answer.headers = headers = dict(answer.fields)
            connection = response.connection
            if connection is not None and connection.transport is not None:
                peer = connection.transport.get_extra_info("peername")
                answer.ip = peer[0] if peer else None
            if answer.method == "HEAD":
                return
            await self._read(response, answer, headers, limit, strict)

    @staticmethod
    async def _read(
        response: aiohttp.ClientResponse, answer: Answer, headers: Mapping[str, str], limit: int, strict: bool
    ) -> None:
        encoding = headers.get("content-encoding", "").strip().lower()
        decoder = decoder_for(encoding)
        if decoder is None and encoding not in IDENTITY:
            raise ValueError(f"unasked Content-Encoding: {encoding[:40]}")
        declared_binary = _is_binary(headers.get("content-type", ""))
        parts: list[bytes] = []
        size = 0
        known = False
        try:
            async for raw in response.content.iter_any():
                room = limit - size
                if decoder is None:
                    data = raw
                else:
                    try:
                        data = decoder.feed(raw, room)
                    except ValueError:
                        if parts:
                            raise
                        decoder, data = None, raw  # declared and not done: take it as it is
                if len(data) > room:
                    parts.append(data[:room])
                    answer.cut = True
                    if strict:
                        raise TooLargeError
                    break
                parts.append(data)
                size += len(data)
                if not known and size >= HEAD_BYTES:
                    known = True
                    answer.file_type = sniff(b"".join(parts)[:HEAD_BYTES])
                    if answer.file_type not in _TEXTUAL or (answer.file_type is None and declared_binary):
                        answer.cut = True
                        break
        finally:
            answer.body = body = b"".join(parts)
            if not known and body:
                answer.file_type = sniff(body[:HEAD_BYTES])
        if answer.cut:
            response.close()

    def abort(self) -> None:
        """Let every request under way end now, as a time-out."""
        moment = asyncio.get_running_loop().time()
        for scope in tuple(self._scopes):
            if not scope.expired():
                scope.reschedule(moment)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


async def _tell_sent(_session: object, context: object, _parameters: object) -> None:
    on_sent = getattr(context, "trace_request_ctx", None)
    if on_sent is not None:
        on_sent()


def _is_binary(content_type: str) -> bool:
    content_type = content_type.strip().lower()
    return content_type.startswith(_BINARY_TYPES) and not content_type.startswith(_TEXT_IN_BINARY)
