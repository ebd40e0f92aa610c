"""The worker: APScheduler decides when, one process of all that are started does it, and somebody is told.

Any number of workers may be started on one database: the one that holds the lock of the city schedules, the others
wait for its signs of life to end.
"""

# APScheduler 3 comes without types.
import asyncio
import contextlib
import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from checks.night_health import judge_clock_jump
from chengjian.night_room import NightRoom
from chengjian.own_page import OwnPage
from records.nights import Night, NightState
from records.watch import WindowScope
from services.night.choosing import Choice, choices, listed
from services.night.hours import SHANGHAI, Stop, all_windows, last_closed, openings_at
from services.night.lease import Lease
from services.night.run import NightRun
from services.night.standing import (
    MISSED,
    STALE,
    idle_mark,
    night_lock,
    nights_in,
    not_run,
    scheduler_lock,
    watching_since,
)
from storage.errors import StorageError
from storage.nights import NightOpenError

BEAT_SECONDS: Final = 15.0
_LOOK_AGAIN: Final = 30.0  # seconds between two looks for a portal that is due
_REST: Final = 300.0  # seconds until a night that failed for a reason of ours is tried again
_DAYS: Final = "mon,tue,wed,thu,fri,sat,sun"


def _overdue_mark(city: str) -> str:
    """The mark of the last silence that was told."""
    return f"overdue:{city}"


@dataclass(slots=True)
class Worker:
    """Watches one city until it is stopped."""

    room: NightRoom
    beat_seconds: float = BEAT_SECONDS
    stale_after: timedelta = STALE
    leading: bool = False
    beat_at: float = 0.0  # monotonic: the scheduler's last turn
    _schedule: Lease = field(init=False)
    _night_lease: Lease = field(init=False)
    _night: "asyncio.Task[None] | None" = None
    _stop_night: asyncio.Event = field(default_factory=asyncio.Event)
    _rest_until: float = 0.0  # monotonic
    _scope_rests: dict[WindowScope, float] = field(default_factory=dict)  # likewise, for nights of one scope
    _wall: tuple[datetime, float] | None = None
    _reporting: "asyncio.Task[None] | None" = None
    _scored: int | None = None  # the night after which rounds were scored
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._schedule = self._lease(scheduler_lock(self.room.city.id))
        self._night_lease = self._lease(night_lock(self.room.city.id))

    def _lease(self, name: str) -> Lease:
        clock = self.room.clock
        return Lease(
            self.room.nights,
            name,
            self.room.holder,
            now=clock.now,
            monotonic=clock.monotonic,
            stale_after=self.stale_after,
        )

    @property
    def alive(self) -> bool:
        """Whether the scheduler has turned lately."""
        return self.room.clock.monotonic() - self.beat_at < self.stale_after.total_seconds()

    @property
    def busy(self) -> bool:
        return self._night is not None and not self._night.done()

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop``; a night that runs is then paused in good order."""
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # what it would say is in our own log
        scheduler = self._scheduler()
        self.room.log.info("worker_began", holder=self.room.holder)
        scheduler.start()
        try:
            while not stop.is_set():
                await self._watch_clock(scheduler)
                await self.turn()
                await self._pause(stop)
        finally:
            scheduler.shutdown(wait=False)
            await self._end_night()
            if self._reporting is not None:
                await asyncio.gather(self._reporting, return_exceptions=True)
            for lease in (self._night_lease, self._schedule):
                with contextlib.suppress(StorageError):
                    await asyncio.to_thread(lease.drop)
            self.leading = False
            self.room.log.info("worker_ended", holder=self.room.holder)

    def _scheduler(self) -> AsyncIOScheduler:
        """Each window opens by its own job, and so does the deadline.

        The turns between them are no job: APScheduler waits by the wall clock, and one that is set back would take the
        signs of life with it.
        """
        scheduler = AsyncIOScheduler(timezone=SHANGHAI)
        days = _DAYS.split(",")
        defaults: dict[str, Any] = {"coalesce": True, "max_instances": 1}
        for number, window in enumerate(all_windows(self.room.plan)):
            when = CronTrigger(
                day_of_week=",".join(days[day] for day in window.days),
                hour=window.opens.hour,
                minute=window.opens.minute,
                timezone=SHANGHAI,
            )
            scheduler.add_job(self._opened, when, id=f"window-{number}", misfire_grace_time=60, **defaults)
        deadline = self.room.plan.deadline
        scheduler.add_job(
            self.check_deadline,
            CronTrigger(hour=deadline.hour, minute=deadline.minute, timezone=SHANGHAI),
            id="deadline", misfire_grace_time=3600, **defaults,
        )  # fmt: skip
        scheduler.add_listener(self._heard, EVENT_JOB_MISSED | EVENT_JOB_ERROR)
        return scheduler

    async def _opened(self) -> None:
        """A window opens: whoever rests looks again."""
        self._rest_until = 0.0
        self._scope_rests.clear()
        await self.turn()

    def _heard(self, event: JobExecutionEvent) -> None:
        if event.exception is not None:
            self.room.log.error("job_failed", job=event.job_id, reason=repr(event.exception))
        else:  # nothing is lost: the next turn opens a window that is still open
            self.room.log.warning("job_missed", job=event.job_id, planned=str(event.scheduled_run_time))

    async def _pause(self, stop: asyncio.Event) -> None:
        """Until the next turn, or until somebody stops us."""
        sleeper = asyncio.ensure_future(self.room.clock.sleep(self.beat_seconds))
        stopper = asyncio.create_task(stop.wait())
        await asyncio.wait([sleeper, stopper], return_when=asyncio.FIRST_COMPLETED)
        for one in (sleeper, stopper):
            one.cancel()
        await asyncio.gather(sleeper, stopper, return_exceptions=True)

    async def _watch_clock(self, scheduler: AsyncIOScheduler) -> None:
        """Notice a wall clock that jumps: the jobs are planned anew, and it is told."""
        now, watch = self.room.clock.now(), self.room.clock.monotonic()
        before, self._wall = self._wall, (now, watch)
        if before is None:
            return
        jump = judge_clock_jump((now - before[0]).total_seconds() - (watch - before[1]), self.room.plan.health, now)
        if jump is not None:
            for job in scheduler.get_jobs():
                job.reschedule(job.trigger)
            if self.leading:
                await self.room.tell("本机时钟跳变", jump.told)

    async def turn(self) -> None:
        """Give a sign of life; where we lead, do what is due."""
        async with self._turn:
            try:
                led, self.leading = self.leading, await asyncio.to_thread(self._schedule.take)
                if self.leading and not led:
                    self.room.log.info("leading", holder=self.room.holder)
                    await self._take_over()
                if self.busy:
                    await asyncio.to_thread(self._night_lease.take)
                elif self.leading:
                    await self._begin_what_is_due()
                if self.leading:
                    self._report()
                    await self.check_deadline()
            except StorageError as error:
                self.leading = self._schedule.held()
                self.room.log.error("database", reason=str(error))
                await self.room.tell("数据库出错", str(error))
            except OSError as error:
                self.room.log.error("files", reason=str(error))
                await self.room.tell("文件写不了", f"{error.strerror or error}，请检查磁盘空间和权限")
            except Exception as error:  # a fault of ours: told, and the watch goes on
                self.room.log.exception("turn_fault")
                await self.room.tell("调度程序出错", f"{type(error).__name__}，详情在日志中；调度继续")
            self.beat_at = self.room.clock.monotonic()

    # -- what was missed ------------------------------------------------------------------------------------------

    async def _take_over(self) -> None:
        """Notice a window that went by while nobody watched: it is told, and kept as a night that does not count."""
        room, now = self.room, self.room.clock.now()
        city = room.city.id
        since = room.nights.marked(watching_since(city))
        if since is None:
            room.nights.mark(watching_since(city), now=now)
            return
        opening = last_closed(room.plan.windows, now)
        if opening is None or since.at >= opening.opens or room.nights.open_night(city) is not None:
            return
        ran = nights_in(room.nights.nights(city, limit=20), opening)
        if ran or room.nights.marked(idle_mark(city, opening)) is not None:
            return
        night = room.nights.begin(city, opening.day, by="scheduler", now=opening.opens)
        room.nights.set_state(night.id, NightState.VOIDED, by="scheduler", why=MISSED, now=now)
        room.nights.mark(_overdue_mark(city), now=now, told=not_run(opening))
        await room.tell("夜间巡查没有进行", not_run(opening))

    async def check_deadline(self) -> None:
        """The dead man's switch from within: a night that did not report by its time is an alarm, once."""
        if not self.leading:
            return
        overdue = self.room.standing().overdue
        name = _overdue_mark(self.room.city.id)
        told = self.room.nights.marked(name)
        if overdue and (told is None or told.told != overdue):
            self.room.nights.mark(name, now=self.room.clock.now(), told=overdue)
            await self.room.tell("夜间巡查没有按时报告", overdue)

    def _report(self) -> None:
        """Tell of nights that are over; beside the turns, because a mail server may take its time."""
        if self.busy or (self._reporting is not None and not self._reporting.done()):
            return
        self._reporting = asyncio.create_task(self._report_now())

    async def _report_now(self) -> None:
        room = self.room
        try:
            await asyncio.to_thread(
                room.reporter().report_due, room.city.id, now=room.clock.now(), at=room.plan.report_at
            )
            self._scored = await asyncio.to_thread(room.ask_scores, self._scored)
        except StorageError as error:
            room.log.error("database", reason=str(error))
        except OSError as error:
            room.log.error("files", reason=str(error))
            await room.tell("早报写不了", f"{error.strerror or error}，请检查磁盘空间和权限")

    # -- a night --------------------------------------------------------------------------------------------------

    async def _begin_what_is_due(self) -> None:
        room, now = self.room, self.room.clock.now()
        if room.clock.monotonic() < self._rest_until:
            return
        choice = await asyncio.to_thread(self._choice, now)
        if choice is None:
            self._note_idle(now)
            self._rest(_LOOK_AGAIN)
            return
        night, stops = choice.night, choice.stops
        if night is not None:
            night = self._forget_unlisted(night, now)
        if not await asyncio.to_thread(self._night_lease.take):
            return  # somebody runs one by hand
        if night is None:
            try:
                portals = [(one.unit, one.url) for one in stops]
                night = room.nights.begin(
                    room.city.id, stops[0].day, by="scheduler", now=now, portals=portals, scope=choice.scope
                )
            except NightOpenError as error:
                room.log.warning("night_open_already", reason=str(error))
                return
        self._stop_night.clear()
        self._night = asyncio.create_task(self._run(night, stops))

    def _choice(self, now: datetime) -> Choice | None:
        """The night to walk now, save those that rest until their window is over."""
        room = self.room
        found = choices(room.nights, room.plan, room.city, now, suspects=room.suspects)
        watch = room.clock.monotonic()
        return next((one for one in found if watch >= self._scope_rests.get(one.scope, 0.0)), None)

    def _forget_unlisted(self, night: Night, now: datetime) -> Night:
        """A portal that the registry no longer holds is not waited for."""
        known = listed(night, self.room.city)
        for visit in night.visits:
            if visit.state not in ("done", "failed") and visit not in known:
                told = "登记表中已没有这个门户"
                self.room.nights.visit(night.id, replace(visit, state="failed", ended=now, told=told))
        return self.room.nights.load(night.id)

    def _note_idle(self, now: datetime) -> None:
        """A window in which no portal is due asks for no report; one whose night is paused does."""
        room = self.room
        ran = room.nights.nights(room.city.id, limit=20)
        for opening in openings_at(room.plan.windows, now):
            if opening.window.scope is WindowScope.ALL and not nights_in(ran, opening):
                mark = idle_mark(room.city.id, opening)
                if room.nights.marked(mark) is None:
                    room.nights.mark(mark, now=now, told="没有到期的门户")

    async def _run(self, night: Night, stops: tuple[Stop, ...]) -> None:
        room = self.room
        room.log.info("night_began", night=night.id, portals=len(stops))

        def mine() -> bool:
            return self._night_lease.held() and self._schedule.held()

        try:
            async with OwnPage() as page:
                run = NightRun(room.tools(page), room.plan, night, stops, mine=mine)
                ended = await run.run(self._stop_night)
            if ended.state is NightState.PAUSED and not self._stop_night.is_set():
                closes = max((one.closes for one in stops), default=room.clock.now())
                seconds = (closes - room.clock.now()).total_seconds()
                self._scope_rests[night.scope] = room.clock.monotonic() + seconds
        except (StorageError, OSError) as error:
            room.log.error("night_failed", night=night.id, reason=str(error))
            await room.tell("夜间巡查中断", f"第 {night.id} 夜中断：{error}。已取得的都在，稍后接着走")
            self._rest(_REST)
        except Exception as error:  # a fault of ours: told, and the watch goes on
            room.log.exception("night_fault", night=night.id)
            await room.tell("夜间巡查程序出错", f"第 {night.id} 夜：{type(error).__name__}，详情在日志中；稍后接着走")
            self._rest(_REST)
        finally:
            with contextlib.suppress(StorageError):
                await asyncio.to_thread(self._night_lease.drop)

    def _rest(self, seconds: float) -> None:
        """Look for no night for a while, by the clock that does not jump."""
        self._rest_until = self.room.clock.monotonic() + seconds

    async def _end_night(self) -> None:
        self._stop_night.set()
        if self._night is not None:
            await asyncio.gather(self._night, return_exceptions=True)
