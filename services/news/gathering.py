"""Gather the news: read what the outlets published since a day, and keep what is new."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from types import TracebackType
from typing import Final, Protocol, Self

from extract.addresses import PortalHosts, host_of
from extract.columns import gather_columns
from records.news_gathering import GatheredArticle, GatherEnd, ItemEnd, KnownAddress
from records.outlets import ListedItem, Outlet, OutletLevel
from records.registry import City, Portal, Unit, UnitKind
from records.verdicts import ColumnKind
from storage.audits import AuditRepository
from storage.news import NewsRepository

_WAITING: Final = 32  # articles that may wait for the disk
_COLUMNS: Final = frozenset({ColumnKind.NEWS, ColumnKind.NOTICE})
_PLACES: Final = frozenset({UnitKind.COUNTY, UnitKind.TOWN})  # what 我县 means on a department's portal is its city


class NewsSink(Protocol):
    """Where a walker puts what it finds."""

    def article(self, article: GatheredArticle, end: ItemEnd) -> None: ...

    def address(self, outlet: str, known: KnownAddress) -> None: ...


class NewsWalker(Protocol):
    """How outlets are read.  Built in ``chengjian.newsroom``."""

    async def gather(
        self,
        outlets: Sequence[Outlet],
        sink: NewsSink,
        *,
        known: Callable[[str], KnownAddress | None],
        since: date,
    ) -> GatherEnd: ...


class NewsRecorder:
    """Keeps articles as they come, in a thread of its own: a slow disk must not hold up the event loop.

    Raises ``StorageError`` from any call once writing has failed; what was written before stays.
    """

    def __init__(self, news: NewsRepository) -> None:
        self._news = news
        self._thread = ThreadPoolExecutor(1, "news-writer")
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True)
        while error is None and self._waiting:
            self._waiting.popleft().result()

    def article(self, article: GatheredArticle, end: ItemEnd) -> None:
        if end is not ItemEnd.UNCHANGED:
            self._submit(lambda: self._save(article))

    def address(self, outlet: str, known: KnownAddress) -> None:
        self._submit(lambda: self._news.remember([(outlet, known)]))

    def _save(self, article: GatheredArticle) -> None:
        self._news.save([article])

    def _submit(self, step: Callable[[], None]) -> None:
        while self._waiting and (self._waiting[0].done() or len(self._waiting) >= _WAITING):
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(step))


async def gather_news(outlets: Sequence[Outlet], *, walker: NewsWalker, news: NewsRepository, since: date) -> GatherEnd:
    """Read outlets and keep what is new or changed.  Raises ``StorageError`` where it cannot be kept."""
    known: Mapping[str, KnownAddress] = news.known_addresses()
    with NewsRecorder(news) as recorder:
        return await walker.gather(outlets, recorder, known=known.get, since=since)


def portal_outlets(city: City, audits: AuditRepository, *, since: date) -> tuple[Outlet, ...]:
    """The news columns of the city's portals, as their last audits found them: an outlet for each portal.

    A portal that was never audited brings none.  Only items on the portal's own hosts and not older than ``since``.
    """
    found = (_portal(city, unit, portal, audits, since) for unit in city.units for portal in unit.portals)
    return tuple({outlet.id: outlet for outlet in found if outlet is not None}.values())


def _portal(city: City, unit: Unit, portal: Portal, audits: AuditRepository, since: date) -> Outlet | None:
    audit_id = audits.latest_audit(portal.url)
    if audit_id is None:
        return None
    facts = audits.load_facts(audit_id)
    columns = {column.url: column for column in gather_columns(facts) if column.kind in _COLUMNS}
    own = PortalHosts(portal.url)
    items: dict[str, ListedItem] = {}
    for page in facts.pages:
        if page.url not in columns and page.final_url not in columns:
            continue
        for item in page.reading.items:
            if item.url and own.covers(item.url) and item.date is not None and item.date >= since:
                items.setdefault(item.url, ListedItem(item.url, item.title, item.date))
    if not items:
        return None
    hosts = tuple(dict.fromkeys(host_of(url) for url in (portal.url, *items)))
    level = OutletLevel.COUNTY if unit.kind is UnitKind.COUNTY else OutletLevel.CITY
    return Outlet(
        id=f"portal:{host_of(portal.url)}",
        name=portal.name or unit.full_name or unit.name,
        place=unit.name if unit.kind in _PLACES else city.name,
        level=level,
        hosts=hosts,
        portal=True,
        items=tuple(items.values()),
    )
