"""HTTP stack number two, httpx: what failed in the crawl is asked again, later and in another manner.

Another library, another TLS handshake, another set of headers, always GET: what fails here too did not fail because of
how the first one asks.  The same honest User-Agent, the same pace, the same robots.txt.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

import httpx

from crawler.clock import now
from crawler.failures import classify
from crawler.hosts import Host, Hosts
from crawler.outcome import outcome_of
from crawler.reading import PageReader, attempt_of, cookies_from, exchange_of, is_readable
from crawler.retrying import MAX_HOPS, Manners, retry_after
from crawler.robots import MAX_ROBOTS_BYTES, robots_for_status
from crawler.tls import client_context
from crawler.wire import HEAD_BYTES, Answer, is_whole
from extract.addresses import absolute
from extract.file_type import sniff
from extract.reader import Reader
from records.crawl import Attempt, CrawlPlan, Exchange, Probe, Progress, TargetFact
from records.page import PageReading
from records.verdicts import FetchError, Outcome

CHECK_BYTES: Final = 2 * 1024 * 1024  # decoded bytes of a body that is read to see what it is
AT_ONCE: Final = 8  # requests to all hosts together
_TRUSTED: Final = timedelta(days=7)  # "not modified" is believed for so long (crawler/visits.yml: whole_days)
_TEXTUAL: Final = (None, "html", "xml", "json", "text", "txt")
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Recheck:
    """What came of asking a target again: the new attempts alone, in order, and the last exchange."""

    url: str
    attempts: tuple[Attempt, ...]
    outcome: Outcome
    exchange: Exchange | None


async def recheck(
    targets: Sequence[TargetFact],
    plan: CrawlPlan,
    *,
    as_of: date,
    on_progress: Callable[[Progress], None],
    stop: asyncio.Event,
    hosts: Hosts | None = None,
    manners: Manners | None = None,
) -> tuple[Recheck, ...]:
    """Ask each target once more, ``plan.recheck_after`` seconds from now.

    ``as_of`` is the day that the reader counts dates from.  Targets that robots.txt has come to forbid, and those not
    reached when ``stop`` is set, are left out of the result.
    ``hosts`` is the one of the crawl, so that its pace holds on.
    """
    if not targets or await _stopped(stop, plan.recheck_after):
        return ()
    async with SecondStack(plan, Reader(as_of), hosts, manners) as stack:

        async def ask(target: TargetFact) -> Recheck | None:
            if absolute(None, target.url) is None:
                # What is no address is none the second time either; a resolver would speak of half of it.
                attempt = Attempt(
                    now(), "GET", error=FetchError.BAD_URL, via="httpx", detail="不是有效的网址，未发出请求"
                )
                return Recheck(target.url, (attempt,), Outcome.FAILED, None)
            asked = await stack.ask(target.url)
            if asked is None:
                return None
            attempt, exchange = asked
            return Recheck(target.url, (attempt,), outcome_of(attempt)[0], exchange)

        return await ask_all(targets, ask, "recheck", stack, on_progress, stop)


async def probe(
    addresses: Iterable[tuple[str, str, str]],
    plan: CrawlPlan,
    *,
    as_of: date,
    on_progress: Callable[[Progress], None],
    stop: asyncio.Event,
    hosts: Hosts | None = None,
    manners: Manners | None = None,
) -> tuple[tuple[Probe, Exchange | None], ...]:
    """Ask addresses that cannot exist: ``(host, family, address)``.  What is answered is how the host says "no".

    Each with its exchange, where there was a response.
    """
    async with SecondStack(plan, Reader(as_of), hosts, manners) as stack:

        async def ask(address: tuple[str, str, str]) -> tuple[Probe, Exchange | None] | None:
            host, family, url = address
            asked = await stack.ask(url)
            return (Probe(host, family, asked[0]), asked[1]) if asked is not None else None

        return await ask_all(tuple(addresses), ask, "probe", stack, on_progress, stop)


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one address: the last exchange, and what the reader made of a body that is a page."""

    attempt: Attempt
    exchange: Exchange | None
    reading: PageReading | None
    whole: bool  # the body is all that was sent
    as_before: bool = False  # the very answer that was at hand: by "not modified", or by its body


class SecondStack:
    """One httpx client with the pace, robots.txt and limits of the audit."""

    def __init__(
        self, plan: CrawlPlan, reader: PageReader, hosts: Hosts | None = None, manners: Manners | None = None
    ) -> None:
        self._plan = plan
        self._reader = reader
        self._hosts = hosts or Hosts(plan.rate, plan.concurrency)
        self._manners = manners = manners or Manners()
        self._locks: dict[str, asyncio.Lock] = {}
        self.requests = 0
        self._headers = {
            "User-Agent": plan.user_agent,
            "Accept": "*/*",
            "Accept-Language": "zh-CN,zh;q=0.8,en;q=0.5",
            "Accept-Encoding": "gzip",
            "Cache-Control": "no-cache",
        }
        self._client = httpx.AsyncClient(
            headers=self._headers,
            verify=client_context(),
            follow_redirects=False,
            timeout=httpx.Timeout(plan.timeout, connect=min(manners.connect_timeout, plan.timeout)),
            trust_env=False,
        )

    async def __aenter__(self) -> "SecondStack":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def ask(self, url: str) -> tuple[Attempt, Exchange | None] | None:
        """One attempt, redirects followed.  ``None`` where robots.txt forbids it or the host is left alone."""
        asked = await self.look(url)
        return None if asked is None else (asked.attempt, asked.exchange)

    async def look(self, url: str, before: Exchange | None = None) -> Asked | None:
        """As ``ask``, with what the reader made of the answer.

        ``before``: an answer that is at hand.  Where the page is the same still it is not read again.
        """
        conditions = _conditions(before) if before is not None and before.url == url else {}
        if not url.startswith(("http://", "https://")):
            return None
        began: datetime | None = None  # when the first request went out: waiting for its turn is no part of it
        clock = 0.0
        hops: tuple[str, ...] = ()
        cookies: dict[str, str] = {}
        tried: set[tuple[str, str]] = set()
        answer = Answer(url, "GET", now())
        current = url
        while True:
            host = self._hosts.of(current)
            if host.resting is not None or not await self._allowed(host, current):
                return None if began is None else self._told(answer, began, clock, hops, before)
            sent = "; ".join(f"{name}={value}" for name, value in {**host.cookies, **cookies}.items())
            tried.add((current, sent))
            answer = await self._get(current, sent, CHECK_BYTES, {} if hops else conditions)
            if began is None:
                began, clock = answer.at, time.perf_counter() - answer.elapsed_ms / 1000
            self._pause(host, answer)
            if answer.error is not None or answer.status not in _REDIRECTS:
                return self._told(answer, began, clock, hops, before)
            target = absolute(current, answer.headers.get("location", ""))
            if target is None:
                return self._told(answer, began, clock, hops, before)
            hops = (*hops, target)
            same = self._hosts.of(target) is host
            cookies = {**cookies, **cookies_from(v for n, v in answer.fields if n == "set-cookie")} if same else {}
            known = self._hosts.of(target).cookies
            sent = "; ".join(f"{name}={value}" for name, value in {**known, **cookies}.items())
            if (target, sent) in tried or len(hops) > MAX_HOPS:
                answer.error, answer.detail = FetchError.REDIRECT_LOOP, f"{len(hops)} redirects"
                return self._told(answer, began, clock, hops, before)
            current = target

    def _told(
        self, answer: Answer, began: datetime, clock: float, hops: tuple[str, ...], before: Exchange | None
    ) -> Asked:
        reading = None
        same = before is not None and _is_same(answer, before)
        if not same and answer.error is None and answer.status is not None and is_readable(answer):
            reading = self._reader.read(answer.body, url=answer.url, status=answer.status, headers=answer.headers)
        elapsed = round((time.perf_counter() - clock) * 1000)
        attempt = attempt_of(answer, began=began, elapsed_ms=elapsed, hops=hops, reading=reading, via="httpx")
        return Asked(attempt, exchange_of(answer, answer.url), reading, not answer.cut, same)

    async def _get(self, url: str, cookies: str, limit: int, more: Mapping[str, str] | None = None) -> Answer:
        """One request in its turn; never raises for what the network or the server does."""
        async with self._hosts.turn(url) as host:

            async def trace(event: str, _: object) -> None:
                if event.endswith("send_request_headers.complete"):
                    host.sent(asyncio.get_running_loop().time())

            self.requests += 1
            answer = Answer(url, "GET", now(), sent=tuple(self._headers.items()))
            began = time.perf_counter()
            try:
                async with (
                    asyncio.timeout(self._plan.timeout),
                    self._client.stream(
                        "GET",
                        url,
                        headers={**({"Cookie": cookies} if cookies else {}), **(more or {})},
                        extensions={"trace": trace},
                    ) as response,
                ):
                    answer.status = response.status_code
                    answer.fields = tuple((name.lower(), value) for name, value in response.headers.multi_items())
                    answer.headers = dict(answer.fields)
                    await _read(response, answer, limit)
            except Exception as error:  # whatever a sick server provokes in the library: classified, kept in words
                answer.error, answer.detail = classify(error)
            finally:
                self._client.cookies.clear()
            answer.elapsed_ms = round((time.perf_counter() - began) * 1000)
            return answer

    async def _allowed(self, host: Host, url: str) -> bool:
        """What the crawl knows of robots.txt is used; a host that it never met is asked once."""
        async with self._locks.setdefault(host.name, asyncio.Lock()):
            if host.robots is None:
                answer = await self._get(f"{host.origin}/robots.txt", "", MAX_ROBOTS_BYTES)
                status = answer.status if answer.error is None else None
                host.robots = robots_for_status(status, answer.body, self._plan.user_agent, internal=False)
                host.slow_to(host.robots.gap)
        return host.robots.allows(url)

    def _pause(self, host: Host, answer: Answer) -> None:
        value = answer.headers.get("retry-after") if answer.status in (429, 503) else None
        seconds = retry_after(value, now()) if value is not None else None
        if not seconds or (answer.status == 503 and seconds > self._manners.max_retry_after):
            return  # nobody waits so long, and what is asked next may be another program
        host.pause_until(asyncio.get_running_loop().time() + min(seconds, self._manners.max_retry_after))


def _conditions(before: Exchange) -> dict[str, str]:
    """The headers by which a server may answer that nothing has changed; none where that was long ago.

    ``Cache-Control: no-cache`` of every request asks the origin itself.
    """
    if now() - before.at > _TRUSTED:
        return {}
    fields = {name.lower(): value for name, value in before.response_headers}
    pairs = (("If-None-Match", fields.get("etag")), ("If-Modified-Since", fields.get("last-modified")))
    return {name: value for name, value in pairs if value}


def _is_same(answer: Answer, before: Exchange) -> bool:
    if answer.error is not None or answer.url != before.url or answer.cut:
        return False
    return answer.status == 304 or (answer.status == before.status == 200 and answer.body == before.body)


async def _read(response: httpx.Response, answer: Answer, limit: int) -> None:
    """Of text up to ``limit`` decoded bytes, of other files the first ones."""
    parts: list[bytes] = []
    size = 0
    known = False
    try:
        async for data in response.aiter_bytes():
            parts.append(data[: limit - size])
            size += len(data)
            if not known and size >= HEAD_BYTES:
                known = True
                answer.file_type = sniff(b"".join(parts)[:HEAD_BYTES])
            if size >= limit or (known and answer.file_type not in _TEXTUAL):
                answer.cut = True
                break
    except httpx.RemoteProtocolError:
        if response.status_code < 400 and not is_whole(b"".join(parts)):
            raise
    answer.body = b"".join(parts)
    if not known and answer.body:
        answer.file_type = sniff(answer.body[:HEAD_BYTES])


async def _stopped(stop: asyncio.Event, seconds: float) -> bool:
    """Wait, unless ``stop`` is set before."""
    if seconds > 0:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()


async def ask_all(
    things: Sequence[T],
    ask: Callable[[T], Awaitable[R | None]],
    phase: str,
    stack: SecondStack,
    on_progress: Callable[[Progress], None],
    stop: asyncio.Event,
) -> tuple[R, ...]:
    """Ask all, a few at once, in order; ends early when ``stop`` is set."""
    loop = asyncio.get_running_loop()
    began = shown = loop.time()
    results: list[R | None] = [None] * len(things)
    waiting = iter(enumerate(things))
    done = 0

    async def work() -> None:
        nonlocal done, shown
        for index, thing in waiting:
            results[index] = await ask(thing)
            done += 1
            moment = loop.time()
            if moment - shown >= 0.25 or done == len(things):
                shown = moment
                left = len(things) - done
                eta = left * (moment - began) / done
                on_progress(Progress(phase, queue=left, requests=stack.requests, elapsed=moment - began, eta=eta))

    workers = asyncio.gather(*(work() for _ in range(min(AT_ONCE, len(things)))))
    halt = asyncio.ensure_future(stop.wait())
    halt.add_done_callback(lambda _: workers.cancel())
    try:
        await workers
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
    finally:
        halt.cancel()
        workers.cancel()
    return tuple(result for result in results if result is not None)
