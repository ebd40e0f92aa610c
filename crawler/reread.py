"""Pages that are asked once more after the crawl for the links on them, by the second HTTP stack."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from crawler.hosts import Hosts
from crawler.outcome import outcome_of
from crawler.recheck import Asked, SecondStack, ask_all
from crawler.retrying import Manners
from extract.addresses import canonical
from extract.reader import Reader
from records.crawl import Attempt, CrawlPlan, Exchange, Progress
from records.page import Link
from records.verdicts import Outcome, PageVerdict


@dataclass(frozen=True, slots=True)
class Reread:
    """One page, asked again.  ``links`` is None where the answer says nothing of them, and ``told`` says why."""

    url: str
    attempt: Attempt | None  # None: robots.txt forbids it now, or its host is left alone
    exchange: Exchange | None
    links: frozenset[str] | None  # addresses as the crawl keeps them; what is no address as it is written
    told: str = ""
    unchanged: bool = False  # it is the answer that was at hand; ``links`` may be None then: they are known


async def reread(
    pages: Sequence[tuple[str, Exchange | None, bool]],
    plan: CrawlPlan,
    *,
    as_of: date,
    on_progress: Callable[[Progress], None],
    stop: asyncio.Event,
    hosts: Hosts | None = None,
    manners: Manners | None = None,
) -> tuple[Reread, ...]:
    """Ask each page once, and only whether it has changed where an answer of before is at hand.

    Each is (address, that answer, whether its links are known and it need not be read where it is the same still).
    Those not reached when ``stop`` is set are left out of the result.  ``hosts`` is the one of the crawl, so that its
    pace holds on.
    """
    reader = Reader(as_of)
    async with SecondStack(plan, reader, hosts, manners) as stack:

        async def ask(page: tuple[str, Exchange | None, bool]) -> Reread:
            url, read, known = page
            asked = await stack.look(url, read)
            if asked is None:
                return Reread(url, None, None, None, "robots.txt 不允许再次访问，或该主机已不再访问")
            if asked.as_before and read is not None:
                told = f"与 {read.at:%Y-%m-%d %H:%M} 所见相同"
                if known:
                    return Reread(url, asked.attempt, None, None, told, unchanged=True)
                headers = {name.lower(): value for name, value in read.response_headers}
                reading = reader.read(read.body, url=read.url, status=read.status, headers=headers)
                return Reread(url, asked.attempt, None, links_on(reading.links), told, unchanged=True)
            told = _says_nothing(asked)
            links = links_on(asked.reading.links) if asked.reading is not None and not told else None
            return Reread(url, asked.attempt, asked.exchange, links, told)

        return await ask_all(pages, ask, "recheck", stack, on_progress, stop)


def links_on(links: Sequence[Link]) -> frozenset[str]:
    """The addresses to which links lead, without session parameters (``;jsessionid=…``)."""
    return frozenset(canonical(link.url) if ";" in link.url else link.url or link.raw for link in links)


def _says_nothing(asked: Asked) -> str:
    """Why an answer does not tell which links stand on the page, in Chinese; empty where it does."""
    attempt, reading = asked.attempt, asked.reading
    if attempt.error is not None:
        return f"再次访问出错（{attempt.error.value}）"
    if attempt.http_status != 200 or outcome_of(attempt)[0] is not Outcome.FETCHED:
        return f"再次访问未得到该页面（HTTP {attempt.http_status}）"
    if reading is None or reading.verdict is not PageVerdict.OK:
        return "再次访问得到的不是正常页面"
    if reading.needs_browser:
        return "页面内容要用浏览器才能看到"
    return "" if asked.whole else "页面过长，没有读完"
