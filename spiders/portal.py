"""The spider that walks one portal."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any, Self, cast

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider

from crawler.clock import now
from crawler.hosts import Hosts
from crawler.retrying import Manners
from crawler.settings import crawl_settings
from crawler.sink import CrawlSink
from extract.addresses import canonical
from extract.reader import Reader
from records.crawl import CrawlEnd, CrawlPlan, Progress
from spiders.log_sink import LogSink
from spiders.walk import Engine, Walk

USER_AGENT = "Chengjian/0.1 (government portal audit; scrapy crawl portal)"


class PortalSpider(Spider):
    """Walks one portal.  ``walk`` is the crawl to drive; ``scrapy crawl portal -a url=…`` makes one of its own."""

    name = "portal"

    def __init__(self, walk: Walk | None = None, url: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._own = walk is None
        if walk is None:
            if url is None:
                raise ValueError("say which portal: scrapy crawl portal -a url=http://…/")
            walk = Walk(
                CrawlPlan(url=canonical(url), user_agent=USER_AGENT),
                LogSink(self.logger),
                Reader(now().date()),
                stop=asyncio.Event(),
            )
        self.walk = walk
        self.wire = walk.wire

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.stay, signals.spider_idle)
        crawler.signals.connect(spider.closing, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Scrapy gets no list of requests: the walk sends each when its moment has come."""
        self.walk.begin(cast(Engine, self.crawler.engine))
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    def stay(self) -> None:
        """An idle engine is one that waits for its pace; the walk knows when it is over."""
        raise DontCloseSpider

    async def closing(self) -> None:
        if self._own:
            await self.walk.close()
            self.logger.info(str(self.walk.end().counts))


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
    crawler = Crawler(PortalSpider, crawl_settings())
    try:
        await crawler.crawl_async(walk=walk)
    finally:
        await walk.close()
    if walk.failure is not None:
        raise walk.failure
    return walk.end()
