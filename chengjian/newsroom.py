"""The composition root of gathering: the walker of outlets is built here."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from chengjian.bootstrap import storage_told
from chengjian.cli.manners import UserError
from records.crawl import CrawlPlan, Progress
from records.news_gathering import GatherEnd, KnownAddress
from records.outlets import Outlet
from records.registry import City
from services.news.gathering import NewsSink, gather_news, portal_outlets
from services.news.outlets import OutletList
from spiders.news import gather_news as walk_outlets
from storage.audits import AuditRepository
from storage.news import NewsRepository


class NetworkNewsWalker:
    """Reads outlets over the real network."""

    def __init__(
        self, plan: CrawlPlan, *, as_of: date, on_progress: Callable[[Progress], None], stop: asyncio.Event
    ) -> None:
        self._plan = plan
        self._as_of = as_of
        self._on_progress = on_progress
        self._stop = stop

    async def gather(
        self,
        outlets: Sequence[Outlet],
        sink: NewsSink,
        *,
        known: Callable[[str], KnownAddress | None],
        since: date,
    ) -> GatherEnd:
        return await walk_outlets(
            self._plan,
            outlets,
            sink,
            known=known,
            since=since,
            as_of=self._as_of,
            on_progress=self._on_progress,
            stop=self._stop,
        )


def chosen_outlets(outlets: OutletList, wanted: Sequence[str]) -> tuple[Outlet, ...]:
    """The outlets to be read: all that are enabled, or those of the ids or names given.  Raises ``UserError``."""
    if not wanted:
        return outlets.enabled
    chosen = []
    for name in wanted:
        outlet = outlets.named(name)
        if outlet is None:
            known = "、".join(outlet.id for outlet in outlets.outlets) or "（名单是空的）"
            raise UserError(f"媒体名单中没有 {name!r}，可用：{known}")
        if not outlet.entries:
            raise UserError(f"{outlet.name}还没有入口地址，请先在媒体名单中填写 entries（{outlet.note or '未填'}）")
        chosen.append(replace(outlet, enabled=True))
    return tuple(chosen)


async def run_gathering(
    plan: CrawlPlan,
    outlets: Sequence[Outlet],
    news: NewsRepository,
    *,
    city: City | None,
    since: date,
    as_of: date,
    on_progress: Callable[[Progress], None],
    stop: asyncio.Event,
) -> GatherEnd:
    """Gather outlets and, where a city is given, the news columns of its audited portals."""
    with storage_told():
        portals = portal_outlets(city, AuditRepository(news.engine), since=since) if city is not None else ()
        walker = NetworkNewsWalker(plan, as_of=as_of, on_progress=on_progress, stop=stop)
        return await gather_news((*outlets, *portals), walker=walker, news=news, since=since)
