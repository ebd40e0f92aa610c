"""One night: every portal that is due, several at once in child processes, within its window, and what may be believed.

The process that runs a night may die at any moment: what was done is in the database, and whoever goes on with the
night reads it there.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

from checks.night_health import (
    Usual,
    VisitSeen,
    judge_accounting,
    judge_clock_jump,
    judge_new_findings,
    judge_pages,
    judge_reach,
    state_of,
)
from records.nights import HealthCheck, Night, NightState, PortalVisit
from records.watch import WatchPlan, WindowScope
from services.night.children import Child, ChildEnd
from services.night.hours import Stop
from storage.errors import PASSING, StorageError
from storage.nights import NightRepository

WINDOW_CLOSED: Final = "时间窗口已关闭，下一个窗口接着走"
LOOKS_OVER: Final = "复看疑点的时间窗口已关闭，下一个窗口接着走"
STOPPED: Final = "巡查服务停止，重新启动后接着走"
_KEEP_TRYING: Final = 120  # times that a write is tried again while the database is locked, full or away
_LOOK_AGAIN: Final = 60.0  # seconds between two looks while our network or our disk is ill
_ENDED: Final = ("done", "failed")

T = TypeVar("T")


class Log(Protocol):
    """A structured log: an event and its fields."""

    def info(self, event: str, **fields: Any) -> Any: ...

    def warning(self, event: str, **fields: Any) -> Any: ...

    def error(self, event: str, **fields: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class NightClock:
    """The clock of a night: arguments, so that a night of ten hours can be played in seconds."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    tick: float = 2.0  # seconds between two looks at children and windows
    grace: float = 30.0  # seconds that a child has to pause before it is killed


async def _nothing() -> None:
    """Nothing is kept ready."""


@dataclass(frozen=True, slots=True)
class NightTools:
    """What a night works with.  Built in ``chengjian.night_room``."""

    nights: NightRepository
    launch: Callable[[Stop, int], Awaitable[Child]]  # a stop and the night
    check_health: Callable[[], Awaitable[tuple[HealthCheck, ...]]]
    free_mb: Callable[[], float]
    seen: Callable[[Night], Sequence[VisitSeen]]
    usual: Callable[[Night], Usual]
    visited: Callable[[], None]  # after each visit that is through: sightings of what was not yet taken in
    news: Callable[[datetime, asyncio.Event], Awaitable[str]]  # until when; what came of it, one Chinese line
    tell: Callable[[str, str], Awaitable[None]]  # an alarm: title and text
    clock: NightClock
    log: Log
    dismiss: Callable[[], Awaitable[None]] = _nothing  # no more visits for now


@dataclass(slots=True)
class _Running:
    stop: Stop
    child: Child
    task: "asyncio.Task[ChildEnd]"
    began: datetime
    asked_to_stop: float | None = None  # monotonic
    why: str = ""


@dataclass(slots=True)
class NightRun:
    """Runs one night, or goes on with one."""

    tools: NightTools
    plan: WatchPlan
    night: Night
    stops: tuple[Stop, ...]  # what may be visited now
    mine: Callable[[], bool] = lambda: True  # False: another process goes on with the night; end at once
    _running: dict[str, _Running] = field(default_factory=dict)
    _deaths: Counter[str] = field(default_factory=Counter)
    _ill: bool = False
    _asked_at: float = 0.0
    _wall: tuple[datetime, float] | None = None

    async def run(self, stop: asyncio.Event) -> Night:
        """Until every portal is through, the windows close, or ``stop``.  Raises ``StorageError`` where it lasts.

        The night is then healthy, held, voided or paused; what waits is in the database.
        """
        clock = self.tools.clock
        self._wall = (clock.now(), clock.monotonic())
        closed = LOOKS_OVER if self.night.scope is WindowScope.SUSPECTS else WINDOW_CLOSED
        try:
            await self._take_up()
            await self._look_at_health()
            while not stop.is_set() and self.mine():
                await self._collect()
                self._watch_children()
                await self._watch_clock()
                if clock.monotonic() - self._asked_at >= self._health_pause():
                    await self._look_at_health()
                if self._through() or await self._is_ended_by_hand():
                    break
                if not self._ill:
                    await self._begin_more()
                await self._pause_of_a_tick(stop)
            ended = not stop.is_set() and self.mine() and self._through()
        finally:
            await self._end_children()
            await self.tools.dismiss()
        if not self.mine():
            self.tools.log.warning("night_taken_over", night=self.night.id)
            return self.night
        if await self._is_ended_by_hand():
            return self.night
        if ended and not self._left():
            return await self._finish(stop)
        if ended and await self._windows_used(closed) >= self.plan.windows_at_most:
            await self._give_up_the_rest()
            return await self._finish(stop)
        return await self._set_state(NightState.PAUSED, STOPPED if stop.is_set() else closed)

    # -- where it stands ----------------------------------------------------------------------------------------------

    async def _take_up(self) -> None:
        """Take up a night: visits that a process left running are only paused."""
        if self.night.state is NightState.PAUSED:
            await self._set_state(NightState.RUNNING, "接着走")
        for visit in self.night.visits:
            if visit.state == "running":
                await self._keep_visit(replace(visit, state="paused", told="上一个进程没有走完，接着走"))

    def _left(self) -> list[PortalVisit]:
        return [one for one in self.night.visits if one.state not in _ENDED]

    def _candidates(self) -> list[Stop]:
        """Portals that wait, whose window is open, and on whose host nobody is."""
        now = self.tools.clock.now()
        waiting = {(one.unit, one.url) for one in self._left()}
        busy = {one.stop.host for one in self._running.values()}
        return [
            one
            for one in self.stops
            if (one.unit, one.url) in waiting
            and now < one.closes
            and one.url not in self._running
            and one.host not in busy
        ]

    def _through(self) -> bool:
        """Whether nothing runs and nothing more can be begun now."""
        if self._running:
            return False
        if self._ill:
            now = self.tools.clock.now()
            waiting = {(one.unit, one.url) for one in self._left()}
            return not any((one.unit, one.url) in waiting and now < one.closes for one in self.stops)
        return not self._candidates()

    async def _is_ended_by_hand(self) -> bool:
        """Whether a person voided the night while it ran."""
        state = (await self._keep(self.tools.nights.states)).get(self.night.id)
        if state is NightState.RUNNING:
            return False
        self.night = await self._keep(lambda: self.tools.nights.load(self.night.id))
        return True

    async def _windows_used(self, closed: str) -> int:
        entries = await self._keep(lambda: self.tools.nights.log(self.night.id))
        return 1 + sum(one.state is NightState.PAUSED and one.why == closed for one in entries)

    # -- children -----------------------------------------------------------------------------------------------------

    async def _begin_more(self) -> None:
        while len(self._running) < self.plan.parallel and (waiting := self._candidates()):
            if self.tools.free_mb() < self.plan.disk_mb:
                await self._tell_once("磁盘空间不足", f"剩余空间不到 {self.plan.disk_mb} MB，不再开始新的门户")
                return
            stop, now = waiting[0], self.tools.clock.now()
            before = self._visit_of(stop)
            began = before.began or now
            await self._keep_visit(replace(before, state="running", began=began, told=""))
            try:
                child = await self.tools.launch(stop, self.night.id)
            except OSError as error:  # no memory or no process left for another child
                self.tools.log.error("child_not_started", portal=stop.url, reason=str(error))
                await self._keep_visit(replace(before, state="paused", began=began, told=f"无法启动子进程：{error}"))
                self._count_death(stop)
                return
            self.tools.log.info("visit_began", night=self.night.id, unit=stop.unit, portal=stop.url, child=child.pid)
            task = asyncio.create_task(child.wait())
            self._running[stop.url] = _Running(stop, child, task, began)

    async def _collect(self) -> None:
        """Keep what became of the children that have ended."""
        for url, one in list(self._running.items()):
            if one.task.done():
                del self._running[url]
                await self._ended(one, one.task.result())

    async def _ended(self, one: _Running, how: ChildEnd) -> None:
        before, now = self._visit_of(one.stop), self.tools.clock.now()
        end = how.end
        fields = {"unit": one.stop.unit, "portal": one.stop.url, "night": self.night.id}
        if end is not None and not end.paused:
            visit = replace(before, audit=end.audit_id, state="done", ended=now, told=end.told)
            self.tools.log.info("visit_done", **fields, audit=end.audit_id, findings=end.findings)
            await self._keep_visit(visit)
            try:
                await asyncio.to_thread(self.tools.visited)
            except StorageError as error:  # the audit is kept: the next call takes it in
                self.tools.log.error("sightings_failed", **fields, reason=str(error))
            return
        if end is not None:  # paused: asked to, or its own budget of minutes is over
            audit = end.audit_id if end.audit_id is not None else before.audit
            await self._keep_visit(replace(before, audit=audit, state="paused", told=one.why or end.told))
            if not one.why:
                self._count_death(one.stop)
            return
        if one.why:  # it died of our own stopping: nothing is wrong with it
            await self._keep_visit(replace(before, state="paused", told=one.why))
            return
        self.tools.log.error("visit_died", **fields, reason=how.told)
        self._deaths[one.stop.url] += 1
        if how.lasting or self._deaths[one.stop.url] > self.plan.restarts:
            await self._keep_visit(replace(before, state="failed", ended=now, told=how.told))
        else:
            await self._keep_visit(replace(before, state="paused", told=f"{how.told}，接着走"))

    def _count_death(self, stop: Stop) -> None:
        """One of the fresh starts of a portal is used up; without any left it waits for the next window."""
        self._deaths[stop.url] += 1
        if self._deaths[stop.url] > self.plan.restarts:
            self.stops = tuple(one for one in self.stops if one.url != stop.url)

    def _watch_children(self) -> None:
        """Windows that close, memory that grows, children that do not end."""
        now, beat = self.tools.clock.now(), self.tools.clock.monotonic()
        for one in self._running.values():
            if one.asked_to_stop is None and now >= one.stop.closes:
                self._ask_to_stop(one, WINDOW_CLOSED)
            elif one.asked_to_stop is None and (used := one.child.memory_mb()) > self.plan.memory_mb:
                self.tools.log.warning("child_too_large", portal=one.stop.url, memory_mb=round(used))
                self._ask_to_stop(one, f"内存超过 {self.plan.memory_mb} MB，换新进程接着走")
                self._count_death(one.stop)
            elif one.asked_to_stop is not None and beat - one.asked_to_stop > self.tools.clock.grace:
                one.child.kill()

    def _ask_to_stop(self, one: _Running, why: str) -> None:
        one.asked_to_stop, one.why = self.tools.clock.monotonic(), why
        one.child.stop()

    async def _end_children(self) -> None:
        """Stop what runs: in good order first, then at once.  What cannot be kept is found again by who goes on."""
        for one in self._running.values():
            if one.asked_to_stop is None:
                self._ask_to_stop(one, STOPPED)
        if self._running:
            tasks = [one.task for one in self._running.values()]
            _, late = await asyncio.wait(tasks, timeout=self.tools.clock.grace)
            for one in self._running.values():
                if one.task in late:
                    one.child.kill()
            await asyncio.wait(tasks)
        if self.mine():
            with contextlib.suppress(StorageError):
                await self._collect()

    async def _pause_of_a_tick(self, stop: asyncio.Event) -> None:
        """Until a child ends, a tick is over, or somebody stops us."""
        waits: list[asyncio.Future[Any]] = [one.task for one in self._running.values()]
        sleeper = asyncio.ensure_future(self.tools.clock.sleep(self.tools.clock.tick))
        stopper = asyncio.ensure_future(stop.wait())
        await asyncio.wait([*waits, sleeper, stopper], return_when=asyncio.FIRST_COMPLETED)
        for one in (sleeper, stopper):
            one.cancel()
        await asyncio.gather(sleeper, stopper, return_exceptions=True)

    # -- our own health -----------------------------------------------------------------------------------------------

    def _health_pause(self) -> float:
        usual = self.plan.check_minutes * 60
        return min(usual, _LOOK_AGAIN) if self._ill else usual

    async def _look_at_health(self) -> None:
        """Ask about ourselves.  While something that voids is wrong, children rest: more tries would say nothing."""
        checks = await self.tools.check_health()
        self._asked_at = self.tools.clock.monotonic()
        ill = [one for one in checks if not one.passed and one.voids]
        if ill and not self._ill:
            await self._add_checks(checks)
            told = "；".join(one.told for one in ill)
            self.tools.log.error("health_lost", night=self.night.id, told=told)
            for one in self._running.values():
                if one.asked_to_stop is None:
                    self._ask_to_stop(one, "自检不合格，先停下，恢复后接着走")
            await self.tools.tell("夜间巡查自检不合格", f"{told}。已暂停访问，恢复后接着走；这一夜的结果将作废。")
        elif self._ill and not ill:
            await self._add_checks(checks)
            self.tools.log.info("health_back", night=self.night.id)
        self._ill = bool(ill)

    async def _watch_clock(self) -> None:
        """Notice a wall clock that jumps: it moves with the monotonic one, or the night's times are worth nothing."""
        clock = self.tools.clock
        now, beat = clock.now(), clock.monotonic()
        if self._wall is not None:
            was, then = self._wall
            jump = judge_clock_jump((now - was).total_seconds() - (beat - then), self.plan.health, now)
            if jump is not None:
                self.tools.log.error("clock_jumped", night=self.night.id, told=jump.told)
                await self._add_checks([jump])
                await self.tools.tell("本机时钟跳变", jump.told)
        self._wall = (now, beat)

    async def _tell_once(self, title: str, text: str) -> None:
        """An alarm, once for each night."""
        name = f"told:{self.night.id}:{title}"
        if self.tools.nights.marked(name) is None:
            self.tools.log.error("alarm", title=title, told=text)
            await self.tools.tell(title, text)
            await self._keep(lambda: self.tools.nights.mark(name, now=self.tools.clock.now(), told=text))

    # -- the end ------------------------------------------------------------------------------------------------------

    async def _give_up_the_rest(self) -> None:
        for visit in self._left():
            told = f"{self.plan.windows_at_most} 个窗口内没有走完"
            await self._keep_visit(replace(visit, state="failed", ended=self.tools.clock.now(), told=told))

    async def _finish(self, stop: asyncio.Event) -> Night:
        """Judge our own health once more, take the news in, and say what the night is worth."""
        tools, now = self.tools, self.tools.clock.now()
        await self._keep(tools.visited)
        seen = await self._keep(lambda: tools.seen(self.night))
        usual = await self._keep(lambda: tools.usual(self.night))
        await self._add_checks(
            [
                *(await tools.check_health()),
                judge_accounting(seen, now),
                judge_reach(seen, self.plan.health, now),
                judge_pages(seen, usual, self.plan.health, now),
                judge_new_findings(seen, usual, self.plan.health, now),
            ]
        )
        if self.plan.news:
            closes = max((one.closes for one in self.stops), default=now)
            until = min(max(closes, now + timedelta(minutes=1)), now + timedelta(minutes=self.plan.news_minutes))
            told = await tools.news(until, stop)
            await self._keep(lambda: tools.nights.mark(f"news:{self.night.id}", now=tools.clock.now(), told=told))
            tools.log.info("news", night=self.night.id, told=told)
        if await self._is_ended_by_hand():
            return self.night
        state, why = state_of((await self._keep(lambda: tools.nights.load(self.night.id))).checks)
        night = await self._set_state(state, why)
        tools.log.info("night_over", night=night.id, state=state.value, why=why)
        return night

    # -- what is kept -------------------------------------------------------------------------------------------------

    def _visit_of(self, stop: Stop) -> PortalVisit:
        return next(one for one in self.night.visits if (one.unit, one.url) == (stop.unit, stop.url))

    async def _keep_visit(self, visit: PortalVisit) -> None:
        await self._keep(lambda: self.tools.nights.visit(self.night.id, visit))
        visits = (visit if (one.unit, one.url) == (visit.unit, visit.url) else one for one in self.night.visits)
        self.night = replace(self.night, visits=tuple(visits))

    async def _add_checks(self, checks: Iterable[HealthCheck]) -> None:
        kept = tuple(checks)
        await self._keep(lambda: self.tools.nights.add_checks(self.night.id, kept))

    async def _set_state(self, state: NightState, why: str) -> Night:
        now = self.tools.clock.now()
        await self._keep(lambda: self.tools.nights.set_state(self.night.id, state, by=self.night.by, why=why, now=now))
        self.night = self.tools.nights.load(self.night.id)
        return self.night

    async def _keep(self, ask: Callable[[], T]) -> T:
        """Read or write, and try again for a while where the database is locked, full or away."""
        for number in range(_KEEP_TRYING):
            try:
                return await asyncio.to_thread(ask)  # a locked database holds a thread, not the signs of life
            except PASSING as error:
                self.tools.log.warning("storage_waits", reason=str(error), tries=number + 1)
                await self.tools.clock.sleep(min(0.5 * (number + 1), 5.0))
        return await asyncio.to_thread(ask)
