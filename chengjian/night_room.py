"""Builds what the watch by night needs.  Apart from ``bootstrap``: the crawler is loaded in child processes only."""

import asyncio
import os
import shutil
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from checks.night_health import judge_canaries, judge_clock, judge_own_page, judge_resolver
from chengjian.children import Nursery
from chengjian.cli.manners import UserError
from chengjian.evidence_room import EvidenceRoom, evidence_folder
from chengjian.logs import open_log
from chengjian.own_page import OwnPage
from chengjian.score_room import night_view
from chengjian.settings import Settings, child_environment
from crawler.canaries import Resolve, ask, ask_all, look_up, system_resolve
from crawler.clock import now as china_now
from records.nights import HealthCheck, Night, NightState
from records.registry import City
from records.sightings import LifeState
from records.verdicts import Severity
from records.watch import WatchPlan
from services.clear_staged import clear_staged
from services.desk.cards import CardKeeper, SiteUnits, units_of
from services.duties import coverage_line
from services.jobs import JobQueue
from services.lives import lives
from services.night.changes import Changes, changes_of
from services.night.digest import Digest, compose
from services.night.hours import SHANGHAI
from services.night.messages import Channel, fault_of, ping, send
from services.night.reporting import Reporter
from services.night.results import seen_in, usual_before
from services.night.run import NightClock, NightTools
from services.night.standing import Standing, standing
from services.night.watch_files import load_watch
from services.night_view import NightView
from services.registry import load_city
from services.rounds.book import RoundBook
from services.rounds.daily import ask_scores, newest_that_counts
from services.schemes import WrongCallError
from services.sight_findings import held_by_brake
from services.staged_files import StagedFiles
from storage.audits import site_key
from storage.database import StorageError, open_database
from storage.duties import DutyRepository
from storage.filing_drafts import FilingDrafts
from storage.manifest_chain import ManifestChain
from storage.nights import NightRepository
from storage.rounds import RoundRepository
from storage.visit_results import VisitResult, VisitResults

NEWS_COMMANDS = (("gather", "采集"), ("judge", "研判"))
_RECENT_NIGHTS = 6  # a day has one of all portals and two of suspects
_CHANGES_KEPT = 60.0  # seconds
_CARDS_AT_ONCE = 10.0  # seconds that making cards may take of a visit
_SAME_ALARM = timedelta(hours=6)  # the same alarm is told again after so long


@dataclass(frozen=True)
class NightRoom:
    """The watch of one city in one process."""

    settings: Settings
    city_name: str  # as it was given: an id, a folder or a file
    city: City
    plan: WatchPlan
    nights: NightRepository
    log: Any
    clock: NightClock
    resolve: Resolve = system_resolve
    nursery: Nursery | None = None  # None: the usual one
    holder: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")

    @cached_property
    def _changed(self) -> dict[tuple[int, NightState, tuple[int, ...]], tuple[float, Mapping[int, Changes]]]:
        return {}

    @cached_property
    def results(self) -> VisitResults:
        return VisitResults(self.nights.engine)

    @cached_property
    def channels(self) -> tuple[Channel, ...]:
        return tuple(Channel(url) for url in self.settings.notify)

    @cached_property
    def children(self) -> Nursery:
        if self.nursery is not None:
            return self.nursery
        folder = self.settings.home / "logs" / "children"
        return Nursery(folder, self.plan.policy, child_environment(self.settings), self.plan.recheck_after)

    # -- a night --------------------------------------------------------------------------------------------------

    def tools(self, page: OwnPage) -> NightTools:
        """What a night works with; ``page`` is being served."""

        async def check() -> tuple[HealthCheck, ...]:
            return await self.check_health(page)

        return NightTools(
            nights=self.nights,
            launch=self.children.visit,
            check_health=check,
            free_mb=self.free_mb,
            seen=lambda night: seen_in(night, self.results),
            usual=lambda night: usual_before(night, self.nights, self.results, self.plan.health.nights),
            visited=self.take_in,
            news=self.news,
            tell=self.tell,
            clock=self.clock,
            log=self.log,
            dismiss=self.children.dismiss,
        )

    async def check_health(self, page: OwnPage) -> tuple[HealthCheck, ...]:
        """Ask about ourselves: canaries, our own page, the resolver, the clock."""
        numbers, agent = self.plan.health, self.settings.user_agent
        seconds, tries = numbers.canary_seconds, numbers.canary_tries
        answers, here, gone, impossible, known = await asyncio.gather(
            ask_all([one.url for one in self.plan.canaries], user_agent=agent, seconds=seconds, tries=tries),
            ask(self.plan.own_page or page.here, user_agent=agent, seconds=seconds, tries=tries),
            ask(page.gone, user_agent=agent, seconds=seconds, tries=tries),
            asyncio.gather(
                *(look_up(name, resolve=self.resolve, seconds=seconds) for name in self.plan.impossible_names)
            ),
            asyncio.gather(
                *(look_up(one.name, resolve=self.resolve, seconds=seconds) for one in self.plan.known_names)
            ),
        )
        at = self.clock.now()
        token = "" if self.plan.own_page else page.token
        return (
            *judge_canaries(self.plan.canaries, answers, numbers, at),
            judge_own_page(here, token, gone, at),
            judge_resolver(impossible, tuple(zip(self.plan.known_names, known, strict=True)), at),
            judge_clock([*answers.values(), here], numbers, at),
        )

    def free_mb(self) -> float:
        """Room on the disk on which evidence is kept."""
        try:
            return shutil.disk_usage(self.settings.home).free / 2**20
        except OSError:
            return 0.0

    @cached_property
    def _view(self) -> NightView:
        return night_view(self.nights.engine, self.settings)

    def take_in(self) -> None:
        """What every judged audit says that was not yet taken in: sightings, duties, items first seen, cards."""
        self._view.catch_up()
        self.refresh_cards(_CARDS_AT_ONCE)

    def refresh_cards(self, seconds: float | None = None) -> None:
        """The cards of the analyst's desk that are behind; what is left when the time is over is made later."""
        today = self.clock.now().astimezone(SHANGHAI).date()
        try:
            left = CardKeeper(replace(self._view, today=today), self._units).refresh(seconds=seconds)
        except StorageError as error:  # nothing is lost: they stay behind, and whoever looks next makes them
            self.log.error("cards_not_made", reason=str(error))
            return
        if left:
            self.log.info("cards_left", portals=left)

    @cached_property
    def _units(self) -> SiteUnits:
        return units_of(self.city)

    def suspects(self) -> frozenset[str]:
        """Addresses of the portals with a suspicion that waits for another look."""
        by_site = {site_key(portal.url): portal.url for unit in self.city.units for portal in unit.portals}
        day = self.clock.now().astimezone(SHANGHAI).date()
        known = lives(self._view.sources, as_of=day, sites=tuple(by_site))
        waiting = [
            key[0]
            for key, one in known.items()
            if one.life.state is LifeState.SUSPECTED and one.watched.finding.severity is not Severity.NOTICE
        ]
        return frozenset(by_site[site] for site in waiting if site in by_site)

    async def news(self, until: datetime, stop: asyncio.Event) -> str:
        """Gather and judge the news of the city in child processes; what came of it in one Chinese line."""
        minutes = max(0.05, (until - self.clock.now()).total_seconds() / 60)
        told: list[str] = []
        for word, name in NEWS_COMMANDS:
            if stop.is_set():
                return "、".join([*told, "其余因服务停止未做"])
            words = ["news", word, "--city", self.city_name]
            if word == "gather":
                words += ["--quiet", "--max-minutes", f"{minutes:.2f}", "--rate", f"{self.plan.news_rate:g}"]
            status, complaint = await self._run_stoppable(words, f"news-{word}.log", minutes * 60 + 600, stop)
            told.append(f"{name}完成" if status == 0 else f"{name}未成（{complaint or f'状态 {status}'}）")
        return "、".join(told)

    async def _run_stoppable(
        self, words: Sequence[str], name: str, seconds: float, stop: asyncio.Event
    ) -> tuple[int, str]:
        task = asyncio.create_task(self.children.run(words, name))
        stopper = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([task, stopper], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            return -1, "时间到，已停止" if not stop.is_set() else "服务停止"
        except OSError as error:
            return -1, f"无法启动子进程：{error}"
        finally:
            for one in (task, stopper):
                one.cancel()
            await asyncio.gather(task, stopper, return_exceptions=True)

    # -- telling --------------------------------------------------------------------------------------------------

    async def tell(self, title: str, text: str) -> None:
        """An alarm to everybody, kept for the status; the same one is not told again for a while."""
        now = self.clock.now()
        self.log.error("alarm", title=title, told=text)
        name = f"alarm:{self.city.id}"
        try:
            before = self.nights.marked(f"{name}:{title}")
            if before is not None and timedelta() <= now - before.at < _SAME_ALARM:
                return
            for one in (name, f"{name}:{title}"):
                self.nights.mark(one, now=now, told=f"{title}：{text}")
        except StorageError as error:  # the database may be what is wrong: people are told all the same
            self.log.error("alarm_not_kept", reason=str(error))
        for channel in self.channels:
            taken = await asyncio.to_thread(self._send, channel, f"诚鉴警报：{title}", text, None)
            self.log.info("alarm_sent" if taken else "alarm_not_taken", channel=channel.kind, key=channel.key)

    def digest_of(self, night: Night) -> Digest:
        """What is told of a night."""
        results = self.results.of([one.audit for one in night.visits if one.audit is not None])
        news, sealed = self.nights.marked(f"news:{night.id}"), self.nights.marked(f"sealed:{night.id}")
        return compose(
            night,
            city_name=self.city.name,
            unit_names={unit.id: unit.name for unit in self.city.units},
            results=results,
            changes=self._changes(night, results),
            news=news.told if news is not None else "",
            duties=self.duties(),
            sealed=sealed.told if sealed is not None else "",
        )

    def _changes(self, night: Night, results: Mapping[int, VisitResult]) -> Mapping[int, Changes]:
        """What a night changed.  Kept for a while: monitors ask every few seconds, and lives are long."""
        key = (night.id, night.state, tuple(results))
        known = self._changed.get(key)
        if known is not None and 0 <= self.clock.monotonic() - known[0] < _CHANGES_KEPT:
            return known[1]
        sources = self._view.sources
        sites = {site_key(one.url) for one in results.values()}
        day = (night.ended or self.clock.now()).astimezone(SHANGHAI).date()
        found = changes_of(results.values(), lives(sources, as_of=day, sites=sites), self._held)
        self._changed.clear()
        self._changed[key] = (self.clock.monotonic(), found)
        return found

    def _held(self, result: VisitResult) -> str:
        site, pages, view = site_key(result.url), result.counts.pages, self._view
        return held_by_brake(site, result.audit_id, result.verdict, pages, sightings=view.tries, gate=view.sources.gate)

    def duties(self) -> tuple[str, ...]:
        """Open tasks of portals of this city that refuse us, one Chinese line each."""
        names = {unit.id: unit.name for unit in self.city.units}
        open_ones = DutyRepository(self.nights.engine).all()
        return tuple(f"{names[one.unit]}（{one.url}）{coverage_line(one)}" for one in open_ones if one.unit in names)

    def seal(self, night: Night) -> str:
        """Close a night with its manifest; its hash, empty where it could not be closed (it is tried again)."""
        mark = f"sealed:{night.id}"
        kept = self.nights.marked(mark)
        if kept is not None:
            return kept.told
        try:
            chain = ManifestChain(evidence_folder(self.settings), self.nights.engine)
            room = EvidenceRoom(chain, self._view.sources)
            sealed = room.close_night(night.id, self.clock.now())
        except (StorageError, OSError) as error:
            self.log.error("night_not_sealed", night=night.id, reason=str(error))
            return ""
        for told in sealed.told:
            self.log.error("evidence", night=night.id, told=told)
        self.nights.mark(mark, now=self.clock.now(), told=sealed.sha256)
        self.refresh_cards()  # every finding of the night reads otherwise now that the night counts, or does not
        self.clear_staged()
        return sealed.sha256

    def clear_staged(self) -> None:
        """Remove what units uploaded for rounds that are over; another night does what cannot be done now."""
        engine = self.nights.engine
        try:
            rounds = RoundBook(RoundRepository(engine)).briefs(self.city.id)
            staged = StagedFiles(self.settings.home / "uploads", FilingDrafts(engine, self.city.id))
            cleared = clear_staged(staged, {one.id: one.stage for one in rounds})
        except (StorageError, WrongCallError) as error:
            self.log.error("staged_not_cleared", reason=str(error))
            return
        if cleared:
            self.log.info("staged_cleared", places=cleared)

    def ask_scores(self, known: int | None) -> int | None:
        """Have the rounds that are being gathered scored anew, once after each night that counts.

        ``known``: the night after which this was done; answered is the one after which it is done now.
        """
        engine, now = self.nights.engine, self.clock.now()
        night = newest_that_counts(self.nights.nights(self.city.id, limit=_RECENT_NIGHTS), now)
        if night is None or night.id == known:
            return known
        try:
            jobs = ask_scores(RoundBook(RoundRepository(engine)), JobQueue(engine), night, now)
        except WrongCallError as error:
            self.log.error("scores_not_asked", reason="；".join(error.lines))
            return night.id
        for job in jobs:
            self.log.info("score_asked", job=job.id, round=job.argument["round"], night=night.id)
        return night.id

    def reporter(self) -> Reporter:
        return Reporter(
            nights=self.nights,
            folder=self.settings.home / "digests" / self.city.id,
            channels=self.channels if self.plan.digest else (),
            digest_of=self.digest_of,
            seal=self.seal,
            send=self._send,
            ping=self._ping,
            log=self.log,
        )

    def _send(self, channel: Channel, title: str, text: str, attachment: Path | None) -> bool:
        return send(channel, title, text, attachment)

    def _ping(self) -> bool:
        return ping(self.settings.deadman) if self.settings.deadman else True

    def standing(self) -> Standing:
        """How the watch stands now."""
        return standing(self.city.id, self.plan, self.nights, self.clock.now())


def open_night_room(
    settings: Settings,
    city_name: str,
    database: str | None = None,
    *,
    clock: NightClock | None = None,
) -> NightRoom:
    """The watch of a city.  Raises ``UserError`` and ``WrongCallError``."""
    url = database or settings.database
    settings = replace(settings, database=url if "://" in url else f"sqlite:///{url}")
    city = load_city(city_name)
    plan = load_watch(city_name, city)
    for channel in map(Channel, settings.notify):
        if fault := fault_of(channel):
            raise UserError(f"环境变量 CHENGJIAN_NOTIFY 有误：{fault}")
    try:
        engine = open_database(settings.database)
    except StorageError as error:
        raise UserError(str(error)) from error
    folder = settings.home / "logs"
    try:
        log = open_log(folder, secrets=(*settings.notify, settings.deadman), city=city.id, pid=os.getpid())
    except OSError as error:
        raise UserError(f"无法写日志 {folder}：{error.strerror or error}") from None
    return NightRoom(
        settings, city_name, city, plan, NightRepository(engine), log, clock or NightClock(china_now, time.monotonic)
    )
