"""The spider that gathers the news: list pages, feeds, sitemaps and searches of outlets, and the articles they name.

It is the portal's walk with another intake: the same pace, robots.txt, attempts, repetitions, walls and browser, but of
all the links of a page only those to articles and to the next page of a list are followed.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from scrapy.crawler import Crawler

from crawler.clock import now
from crawler.frontier import Frontier, Node
from crawler.hosts import Hosts
from crawler.intake import End, Intake
from crawler.retrying import Manners
from crawler.settings import crawl_settings
from crawler.tally import Tally
from extract.feeds import kind_of_syndication
from extract.reader import Reader
from records.crawl import CrawlEnd, CrawlPlan, Progress
from records.news_gathering import GatherEnd, KnownAddress
from records.outlets import Outlet
from records.page import Headers, Link, PageReading
from records.verdicts import LinkKind, PageKind, PageVerdict, StopReason
from spiders.news_desk import NewsDesk, NewsSink
from spiders.news_draft import Lead
from spiders.portal import DrivenAudit, PortalSpider
from spiders.walk import Walk

_NO_HEADERS: Final[Headers] = {}


class NewsSpider(PortalSpider):
    """Drives the walk that ``gather_news`` has built."""

    name = "news"

    @classmethod
    def _audit_of(cls, crawler: Crawler, url: str | None, kwargs: dict[str, Any]) -> DrivenAudit:
        raise ValueError("舆情采集要用清单和数据库，请用 chengjian news gather")


class NewsReader:
    """Reads pages as the portal's reader does; feeds and sitemaps are no pages, and the desk reads them."""

    def __init__(self, as_of: date, outlets: Sequence[Outlet]) -> None:
        self._reader = Reader(as_of)
        self._charsets = {host: outlet.charset for outlet in outlets if outlet.charset for host in outlet.hosts}

    def read(self, body: bytes, *, url: str | None, status: int = 200, headers: Headers = _NO_HEADERS) -> PageReading:
        if status < 400 and kind_of_syndication(body) is not None:
            return PageReading(url, None, None, PageKind.LIST, PageVerdict.OK, body_length=len(body))
        charset = self._charsets.get(urlsplit(url).netloc) if url is not None else None
        if charset is not None:
            body = body.decode(charset, "replace").encode()
            headers = {**headers, "content-type": "text/html; charset=utf-8"}
        return self._reader.read(body, url=url, status=status, headers=headers)


class NewsIntake(Intake):
    """Follows what the desk wants, on the hosts of the outlets and nowhere else."""

    def __init__(
        self, plan: CrawlPlan, frontier: Frontier, hosts: Hosts, tally: Tally, end: End, *, desk: NewsDesk
    ) -> None:
        super().__init__(plan, frontier, hosts, tally, end)
        self._desk = desk

    def covers(self, url: str) -> bool:
        return self._desk.covers(url)

    def adopt(self, url: str) -> bool:
        """A redirect to a host that is not on the list leads out, whoever sends us."""
        return self._desk.covers(url)

    def start(self, moment: float) -> None:
        self._follow(self._desk.first_leads(), None, 0, moment)

    def page(
        self, reading: PageReading, links: Sequence[Link], node: Node, moment: float, *, rendered: bool = False
    ) -> None:
        self._tally.links += len(links)
        self._follow(self._desk.leads(node.url, reading, links), node.url, node.depth + 1, moment)

    def _follow(self, leads: Sequence[Lead], parent: str | None, depth: int, moment: float) -> None:
        for lead in leads:
            if lead.url not in self._frontier.known:
                self._enter(lead.url, LinkKind.PAGE, parent or lead.url, depth, moment)


async def gather_news(
    plan: CrawlPlan,
    outlets: Sequence[Outlet],
    sink: NewsSink,
    *,
    known: Callable[[str], KnownAddress | None],
    since: date,
    as_of: date,
    on_progress: Callable[[Progress], None],
    stop: asyncio.Event,
    manners: Manners | None = None,
    hosts: Hosts | None = None,
) -> GatherEnd:
    """Gather the articles of outlets that are not older than ``since``, within the running event loop.

    Of ``plan`` the address is not used; ``external`` is always off.  Outlets on different hosts are read side by side,
    each host at its own pace.  Setting ``stop`` ends it within two seconds with what was gathered in the sink.  Raises
    what the sink raises.
    """
    desk = NewsDesk(outlets, sink, known=known, since=since, as_of=as_of, clock=now)
    first = next((entry.url for outlet in outlets for entry in outlet.entries), None)
    first = first or next((item.url for outlet in outlets for item in outlet.items), None)
    if first is None:
        moment = now()
        return GatherEnd(moment, moment, since, desk.close())
    parts = urlsplit(first)
    # The one address that a faulty robots.txt does not close is the start: here there is none to be knocked at.
    plan = replace(plan, url=f"{parts.scheme}://{parts.netloc}/robots.txt", external=False, max_depth=10_000)
    walk = Walk(
        plan,
        desk,
        NewsReader(as_of, outlets),
        stop=stop,
        manners=manners,
        hosts=hosts,
        on_progress=on_progress,
        intake=partial(NewsIntake, desk=desk),
    )
    desk.lacks_robots = walk.lacks_robots
    crawler = Crawler(NewsSpider, crawl_settings())
    try:
        await crawler.crawl_async(walk=walk)
    finally:
        await walk.close()
    if walk.failure is not None:
        raise walk.failure
    end = walk.end()
    return GatherEnd(
        started_at=end.started_at,
        finished_at=end.finished_at,
        since=since,
        outlets=desk.close(),
        requests=end.counts.requests,
        stopped_by=_stopped_by(end, plan, stop),
        notes=end.notes,
    )


def _stopped_by(end: CrawlEnd, plan: CrawlPlan, stop: asyncio.Event) -> str:
    """Why it ended early, in Chinese; empty where it did not.

    The walk names the first reason that it met, and to a portal's walk that is its home page's; here a single outlet's
    troubles stand in its own account.
    """
    if stop.is_set():
        return "被中断"
    if (end.finished_at - end.started_at).total_seconds() >= plan.max_minutes * 60:
        return "时间用尽"
    return "网页数用尽" if end.stopped_by is StopReason.MAX_PAGES else ""
