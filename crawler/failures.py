"""Why a request brought no response: one table from what libraries raise to ``FetchError``.

aiohttp wraps a TLS failure, a refusal and an unknown name into classes of one family, and httpx keeps only the cause,
so the table is asked for every exception of the chain and the innermost telling one wins.
"""

import asyncio
import errno
import socket
import ssl
from collections.abc import Iterator
from typing import Final

import aiohttp
import httpx

from records.verdicts import FetchError

_E = FetchError

# The resolver's codes that say "there is no such name"; all others only say that it could not find out.
_NO_SUCH_NAME: Final = frozenset(
    code
    for code in (
        socket.EAI_NONAME,
        getattr(socket, "EAI_NODATA", None),
        getattr(socket, "EAI_ADDRFAMILY", None),
    )
    if code is not None
)

_BY_ERRNO: Final = {
    errno.ECONNREFUSED: _E.REFUSED,
    errno.ECONNRESET: _E.RESET,
    errno.ECONNABORTED: _E.RESET,
    errno.EPIPE: _E.RESET,
    errno.ETIMEDOUT: _E.TIMEOUT,
    # No route: the same to a reader as silence, and as likely to be our own network's fault.
    errno.EHOSTUNREACH: _E.TIMEOUT,
    errno.ENETUNREACH: _E.TIMEOUT,
    errno.EADDRNOTAVAIL: _E.TIMEOUT,
}

# Asked in this order for every exception of the chain; the first row that fits any of them decides.
_BY_TYPE: Final[tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], FetchError], ...]] = (
    ((ssl.SSLError, ssl.CertificateError, aiohttp.ClientSSLError), _E.TLS),
    ((aiohttp.InvalidURL, httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError), _E.BAD_URL),
    ((asyncio.TimeoutError, TimeoutError, httpx.TimeoutException), _E.TIMEOUT),
    (ConnectionRefusedError, _E.REFUSED),
    ((ConnectionResetError, BrokenPipeError, ConnectionAbortedError), _E.RESET),
    ((aiohttp.ServerDisconnectedError, httpx.ReadError, httpx.WriteError, httpx.CloseError), _E.RESET),
    (httpx.TooManyRedirects, _E.REDIRECT_LOOP),
)

_DISCONNECTED: Final = "disconnected without sending"  # httpx knows it only by its words


def classify(error: BaseException) -> tuple[FetchError, str]:
    """The cause of a failed request and the library's own words about it.

    What fits no row is ``BAD_RESPONSE``: something answered that is not HTTP, or stopped in the middle.
    """
    chain = list(_chain(error))
    words = f"{type(error).__name__}: {error}"[:300]
    for link in chain:
        if isinstance(link, socket.gaierror):
            return (_E.DNS if link.errno in _NO_SUCH_NAME else _E.DNS_TEMPORARY), words
    for kinds, cause in _BY_TYPE:
        if any(isinstance(link, kinds) for link in chain):
            return cause, words
    for link in chain:
        if isinstance(link, OSError) and link.errno in _BY_ERRNO:
            return _BY_ERRNO[link.errno], words
        if isinstance(link, httpx.RemoteProtocolError) and _DISCONNECTED in str(link):
            return _E.RESET, words
    if any(isinstance(link, aiohttp.ClientConnectorError | httpx.ConnectError) for link in chain):
        return _E.REFUSED if "Connect call failed" in words else _E.TIMEOUT, words
    return _E.BAD_RESPONSE, words


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, its causes and contexts, the members of groups, and aiohttp's ``os_error``."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop()
        if link is None or id(link) in seen or len(seen) > 40:
            continue
        seen.add(id(link))
        yield link
        waiting += [link.__context__, link.__cause__]
        waiting.append(getattr(link, "os_error", None))
        if isinstance(link, BaseExceptionGroup):
            waiting += link.exceptions
