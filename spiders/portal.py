"""The spider that walks one portal."""

import asyncio
import dataclasses
import sys
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any, Protocol, Self, cast

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.utils.misc import load_object

from crawler.hosts import Hosts
from crawler.retrying import Manners
from crawler.settings import crawl_settings
from crawler.sink import CrawlSink
from extract.addresses import canonical
from extract.reader import Reader
from records.crawl import CrawlEnd, CrawlPlan, Progress
from spiders.walk import Coming, Engine, Walk


class DrivenAudit(Protocol):
    """What the setting ``PORTAL_AUDIT`` names: an audit that is kept, and that Scrapy drives."""

    walk: Walk

    async def finish(self) -> str: ...


class PortalSpider(Spider):
    """Walks one portal.  ``walk`` is the crawl to drive; ``scrapy crawl portal -a url=…`` makes one of its own."""

    name = "portal"

    def __init__(self, walk: Walk | None = None, audit: DrivenAudit | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._audit = audit
        driven = walk if audit is None else audit.walk
        assert driven is not None  # noqa: S101  ``from_crawler`` sees to it
        self.walk = driven
        self.wire = driven.wire

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        url = kwargs.pop("url", None)
        if "walk" not in kwargs:  # Scrapy's own call
            try:
                kwargs["audit"] = cls._audit_of(crawler, url, kwargs)
            except ValueError as error:
                sys.stderr.write(f"scrapy crawl {cls.name}: {error}\n")
                _told()
                raise
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.stay, signals.spider_idle)
        crawler.signals.connect(spider.closing, signals.spider_closed)
        return spider

    @classmethod
    def _audit_of(cls, crawler: Crawler, url: str | None, kwargs: dict[str, Any]) -> DrivenAudit:
        """The audit that ``-a name=value`` describe; they are taken out of ``kwargs``."""
        if url is None:
            raise ValueError("请说明巡查哪个网站：scrapy crawl portal -a url=http://www.example.gov.cn/")
        arguments = {name: kwargs.pop(name) for name in list(kwargs) if not name.startswith("_")}
        audit: DrivenAudit = load_object(crawler.settings["PORTAL_AUDIT"])(url, arguments)
        return audit

    async def start(self) -> AsyncIterator[Request]:
        """Scrapy gets no list of requests: the walk sends each when its moment has come."""
        self.walk.begin(cast(Engine, self.crawler.engine))
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    def stay(self) -> None:
        """An idle engine is one that waits for its pace; the walk knows when it is over."""
        raise DontCloseSpider

    async def closing(self, reason: str) -> None:
        if self._audit is not None:
            self.walk.left(reason)
            await self.walk.close()
            self.logger.info(await self._audit.finish())


async def crawl_portal(
    plan: CrawlPlan,
    sink: CrawlSink,
    *,
    as_of: date,
    on_progress: Callable[[Progress], None],
    stop: asyncio.Event,
    manners: Manners | None = None,
    hosts: Hosts | None = None,
) -> CrawlEnd:
    """Crawl one portal within the running event loop, and return when it has ended.

    ``hosts`` carries pace and robots.txt over to probes and re-check.  Setting ``stop`` ends the crawl within two
    seconds, with what was gathered in the sink.  Raises what the sink raises (a full disk, a locked database).
    """
    plan = dataclasses.replace(plan, url=canonical(plan.url))
    walk = Walk(plan, sink, Reader(as_of), stop=stop, manners=manners, hosts=hosts, on_progress=on_progress)
    await _drive(walk)
    return walk.end()


async def come_to_portal(
    plan: CrawlPlan,
    coming: Coming,
    *,
    as_of: date,
    on_progress: Callable[[Progress], None],
    stop: asyncio.Event,
    manners: Manners | None = None,
    hosts: Hosts | None = None,
) -> CrawlEnd | None:
    """Crawl one portal so that it can be left and gone on with, and comes back to what was seen before.

    As ``crawl_portal``, but setting ``stop`` pauses within two seconds: ``None``, and all that was settled is in the
    book.
    """
    plan = dataclasses.replace(plan, url=canonical(plan.url))
    walk = Walk(
        plan,
        coming.book,
        Reader(as_of),
        stop=stop,
        manners=manners,
        hosts=hosts,
        on_progress=on_progress,
        coming=coming,
    )
    await _drive(walk)
    return None if walk.paused else walk.end()


def _told() -> None:
    """What the task that runs now will fail with was told: asyncio need not print its insides as well."""
    task = asyncio.current_task()
    if task is not None:
        task.add_done_callback(lambda failed: failed.cancelled() or failed.exception())


async def _drive(walk: Walk) -> None:
    crawler = Crawler(PortalSpider, crawl_settings())
    try:
        await crawler.crawl_async(walk=walk)
    finally:
        await walk.close()
    if walk.failure is not None:
        raise walk.failure
