"""One portal in one night: resumable, incremental.  The seam between the night and the crawl."""

import asyncio
import fcntl
import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from chengjian.cli.manners import UserError
from chengjian.settings import Settings, program_version
from chengjian.walkers import (
    RESOLVER_THREADS,
    NetworkWalker,
    database_url,
    load_policy,
    start_address,
    storage_told,
)
from crawler.clock import now
from crawler.rhythm import Rhythm, parse_rhythm
from records.crawl import CrawlEnd, CrawlPlan
from records.visits import VisitEnd
from services.audit_site import OnProgress
from services.visit_portal import visit_portal
from spiders.portal import come_to_portal
from spiders.walk import Coming
from spiders.walk_state import Resumption
from storage.audits import site_key
from storage.crawl_memory import CrawlMemory
from storage.crawl_recorder import CrawlRecorder
from storage.crawls import CrawlRepository, KeptCrawl, Unfinished
from storage.database import open_database

ENDLESS_MINUTES = 60.0 * 24 * 365  # a visit has no end by the clock: its window pauses it
ORPHAN_SECONDS = 3.0  # a child whose parent was killed pauses within two seconds: who goes on waits for it
RESUMED_WITHIN = timedelta(hours=36)  # by hand: what was left longer ago is begun anew unless asked for


@dataclass(frozen=True, slots=True)
class VisitOptions:
    """How a portal is visited; ``None`` takes what ``crawler/visits.yml`` says."""

    policy: str = "nanyang-monthly"
    as_of: date | None = None  # today in Asia/Shanghai
    database: str | None = None
    max_pages: int | None = None  # asked in this visit; pages carried over do not count
    max_minutes: float | None = None  # of this process: then it pauses, to be gone on with
    rate: float | None = None
    concurrency: int | None = None
    render: str = "auto"
    recheck_after: float | None = None
    external: bool = True
    incremental: bool = True  # False: every page is read again
    fresh: bool = False  # True: an unfinished visit is left as it is, and a new one begun
    resume_any: bool = False  # True: an unfinished visit by hand is gone on with, however old it is


async def visit(
    unit_id: str,
    url: str,
    *,
    settings: Settings,
    stop: asyncio.Event,
    on_progress: OnProgress,
    night_id: int | None = None,
    resume: int | None = None,
    options: VisitOptions | None = None,
) -> VisitEnd:
    """Visit one portal within the running event loop.

    ``resume`` is the audit to go on with; without it an unfinished visit of the same portal and night is gone on with,
    and else a new one begun.  An audit that is judged already is given back as it is.  Setting ``stop`` pauses within
    two seconds.  Raises ``UserError`` for a wrong call and for a database that cannot be written; what was committed
    stays, and the next call goes on with it.
    """
    options = options or VisitOptions()
    address = start_address(url)
    rhythm = load_rhythm()
    policy = load_policy(options.policy)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(RESOLVER_THREADS, "resolver"))
    with storage_told(), _alone(settings, database_url(options.database or settings.database), address):
        crawls = CrawlRepository(open_database(database_url(options.database or settings.database)))
        kept = _to_go_on_with(crawls, address, night_id, resume, options)
        if kept is None:
            kept = _begin(crawls, address, unit_id, night_id, settings, options, rhythm)
        plan = replace(kept.plan, rate=options.rate or kept.plan.rate, chromium=settings.chromium)
        comer = _Comer(plan, as_of=kept.as_of, on_progress=on_progress, stop=stop, rhythm=rhythm)
        timer = None
        if options.max_minutes is not None:
            timer = asyncio.get_running_loop().call_later(options.max_minutes * 60, stop.set)
        try:
            return await visit_portal(
                kept.audit_id,
                plan,
                comer=comer,
                crawls=crawls,
                policy=load_policy(kept.policy) if kept.policy != policy.name else policy,
                evidence_folder=_evidence_folder(settings, address, kept),
                program=program_version(),
                on_progress=on_progress,
                stop=stop,
            )
        finally:
            if timer is not None:
                timer.cancel()
            crawls.engine.dispose()


def load_rhythm() -> Rhythm:
    """How often addresses are looked at (``crawler/visits.yml``)."""
    return parse_rhythm((resources.files("crawler") / "visits.yml").read_text("utf-8"))


class _Comer(NetworkWalker):
    """Comes back to a portal; what it asks after the crawl keeps the same pace."""

    def __init__(
        self, plan: CrawlPlan, *, as_of: date, on_progress: OnProgress, stop: asyncio.Event, rhythm: Rhythm
    ) -> None:
        super().__init__(plan, as_of=as_of, on_progress=on_progress, stop=stop)
        self._rhythm = rhythm

    async def come(self, book: CrawlRecorder, left: Unfinished | None, memory: CrawlMemory | None) -> CrawlEnd | None:
        resumption = Resumption(left.state, left.met, left.waiting) if left is not None else None
        return await come_to_portal(
            self._plan,
            Coming(book, self._rhythm, memory, resumption),
            as_of=self._as_of,
            on_progress=self._on_progress,
            stop=self._stop,
            hosts=self.hosts,
        )


@contextmanager
def _alone(settings: Settings, database: str, url: str) -> Iterator[None]:
    """One process for one portal: the lock goes with the process, however it ends.  Raises ``UserError``."""
    name = hashlib.sha256(f"{database}\n{site_key(url)}".encode()).hexdigest()[:24]
    folder = settings.home / "locks"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / f"{name}.lock").open("w")
    except OSError as error:
        raise UserError(f"无法建立目录 {folder}：{error.strerror or error}") from None
    with file:
        give_up = time.monotonic() + ORPHAN_SECONDS
        while not _locked(file):
            if time.monotonic() > give_up:
                raise UserError(f"{url} 正由另一个进程巡查，请等它结束")
            time.sleep(0.1)
        yield


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _to_go_on_with(
    crawls: CrawlRepository, url: str, night: int | None, resume: int | None, options: VisitOptions
) -> KeptCrawl | None:
    """The audit to go on with: the one that was named, or what was left unfinished in this very night."""
    if resume is not None:
        kept = crawls.kept(resume)
        if site_key(kept.plan.url) != site_key(url):
            raise UserError(f"巡查 {resume} 是 {kept.plan.url} 的，不是 {url} 的")
        return kept
    if options.fresh:
        return None
    if night is not None:
        same = (kept for kept in crawls.of_night(night) if site_key(kept.plan.url) == site_key(url))
        return next(same, None)
    kept_last = crawls.unfinished(url)
    if kept_last is None:
        return None
    return kept_last if now() - kept_last.begun_at < RESUMED_WITHIN or options.resume_any else None


def _begin(
    crawls: CrawlRepository,
    url: str,
    unit: str,
    night: int | None,
    settings: Settings,
    options: VisitOptions,
    rhythm: Rhythm,
) -> KeptCrawl:
    limits = rhythm.limits
    plan = CrawlPlan(
        url=url,
        user_agent=settings.user_agent,
        max_pages=options.max_pages or limits.max_pages,
        max_minutes=ENDLESS_MINUTES,
        rate=options.rate or limits.rate,
        concurrency=options.concurrency or limits.concurrency,
        render=options.render,
        recheck_after=limits.recheck_after if options.recheck_after is None else options.recheck_after,
        external=options.external,
        chromium=settings.chromium,
    )
    earlier = crawls.base(url, program=program_version()) if options.incremental else None
    if earlier is not None and not _is_comparable(earlier, plan, rhythm):
        earlier = None
    number = crawls.begin(
        plan,
        policy=options.policy,
        as_of=options.as_of or now().date(),
        program=program_version(),
        unit=unit,
        night=night,
        earlier=earlier,
    )
    return crawls.kept(number)


def _is_comparable(earlier: KeptCrawl, plan: CrawlPlan, rhythm: Rhythm) -> bool:
    """Whether an audit was made in the same manner, and not so long ago that all is to be read anew."""
    same = (earlier.plan.render, earlier.plan.external, bool(earlier.plan.chromium)) == (
        plan.render,
        plan.external,
        bool(plan.chromium),
    )
    return same and timedelta() <= now() - earlier.full_since < timedelta(days=rhythm.full_days)


def _evidence_folder(settings: Settings, url: str, kept: KeptCrawl) -> Path:
    """The same for every process that works at the same audit."""
    name = (urlsplit(url).netloc or "site").replace(":", "_")
    return settings.home / "evidence" / f"{name}-{kept.begun_at:%Y%m%dT%H%M%S}-{kept.audit_id}"
