"""Asks the questions about ourselves: canaries, our own page, names that cannot exist.

As a portal is asked: directly, without the proxies of the environment, by the resolver of the machine.
"""

import asyncio
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from checks.night_health import Asked, Resolved
from crawler.clock import now
from crawler.tls import client_context

BODY_BYTES: Final = 256 * 1024
_PAUSE: Final = 0.2  # of the waiting time, between two tries

Resolve = Callable[[str], Awaitable[tuple[str, ...]]]
Sleep = Callable[[float], Awaitable[None]]


async def system_resolve(name: str) -> tuple[str, ...]:
    """Addresses of a host name by the resolver of the machine.  ``OSError`` where there are none."""
    found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


async def ask(url: str, *, user_agent: str, seconds: float, tries: int = 1, sleep: Sleep = asyncio.sleep) -> Asked:
    """Ask an address until it answers, ``tries`` times at most."""
    answer = Asked(url, error="没有问到")
    for number in range(tries):
        if number:
            await sleep(seconds * _PAUSE)
        answer = await _ask_once(url, user_agent, seconds)
        if answer.status is not None and answer.status < 500:
            break
    return answer


async def _ask_once(url: str, user_agent: str, seconds: float) -> Asked:
    headers = {"user-agent": user_agent, "cache-control": "no-cache"}
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(
                trust_env=False, timeout=seconds, follow_redirects=True, max_redirects=5, verify=client_context()
            ) as client,
            client.stream("GET", url, headers=headers) as response,
        ):
            at = now()
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) >= BODY_BYTES:
                    break
            text = bytes(body[:BODY_BYTES]).decode(response.encoding or "utf-8", "replace")
            return Asked(url, response.status_code, "", text, _date(response.headers.get("date")), at)
    except TimeoutError:
        return Asked(url, error=f"{seconds:g} 秒内没有应答")
    except httpx.TimeoutException:
        return Asked(url, error=f"{seconds:g} 秒内没有应答")
    except httpx.ConnectError as error:
        return Asked(url, error=f"连接不上（{error}）" if str(error) else "连接不上")
    except (httpx.HTTPError, httpx.InvalidURL, LookupError, ValueError) as error:
        return Asked(url, error=f"应答有误（{type(error).__name__}）")


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


async def look_up(name: str, *, resolve: Resolve = system_resolve, seconds: float) -> Resolved:
    """What the resolver says to a name; ``{token}`` in it is drawn anew."""
    asked = name.replace("{token}", f"c{secrets.token_hex(8)}")
    try:
        async with asyncio.timeout(seconds):
            return Resolved(asked, await resolve(asked))
    except TimeoutError:
        return Resolved(asked, error=f"{seconds:g} 秒内没有结果")
    except (OSError, UnicodeError) as error:
        return Resolved(asked, error=getattr(error, "strerror", None) or type(error).__name__)


async def ask_all(
    urls: Sequence[str], *, user_agent: str, seconds: float, tries: int, sleep: Sleep = asyncio.sleep
) -> dict[str, Asked]:
    """Ask addresses at the same time."""
    found = await asyncio.gather(
        *(ask(url, user_agent=user_agent, seconds=seconds, tries=tries, sleep=sleep) for url in urls)
    )
    return {one.url: one for one in found}
