"""A night with children that are played: order, windows, deaths, illness, the clock, a full disk, a locked database."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from checks.night_health import Usual, VisitSeen
from records.crawl import Counts
from records.nights import HealthCheck, Night, NightState
from records.verdicts import SiteVerdict
from records.visits import VisitEnd
from records.watch import Pace, WatchPlan, WindowScope
from services.night.children import ChildEnd
from services.night.hours import Stop
from services.night.run import LOOKS_OVER, STOPPED, WINDOW_CLOSED, NightRun, NightTools
from services.night.watch_files import default_plan
from storage.errors import DatabaseLockedError, DatabaseNotWritableError
from storage.nights import NightRepository

DAY = date(2026, 11, 23)
MINUTE = 60.0
PLAN = replace(default_plan(), news=False, parallel=2)


class Player:
    """A child that takes its minutes, and ends as it is told to."""

    pid = 4711

    def __init__(self, stage: "Stage", stop: Stop, minutes: float, ends: str) -> None:
        self.stage, self.stop_of = stage, stop
        self.until = stage.clock.monotonic() + minutes * MINUTE
        self.ends = ends
        self.stopped = self.killed = False

    async def wait(self) -> ChildEnd:
        try:
            while self.stage.clock.monotonic() < self.until and not self.killed:
                if self.stopped and self.ends != "deaf":
                    return ChildEnd(VisitEnd(None, True, None, Counts(), "暂停"))
                await asyncio.sleep(0)
        finally:
            self.stage.now_running.discard(self.stop_of.url)
        if self.killed or self.ends == "dies":
            return ChildEnd(None, "子进程被信号 SIGKILL 终止")
        if self.ends == "refuses":
            return ChildEnd(None, "网址有误", lasting=True)
        self.stage.done.append(self.stop_of.url)
        return ChildEnd(VisitEnd(None, False, None, Counts(), "走完", site_verdict=SiteVerdict.REACHABLE))

    def stop(self) -> None:
        self.stopped = True

    def kill(self) -> None:
        self.killed = True

    def memory_mb(self) -> float:
        return self.stage.memory


@dataclass
class Stage:
    """Everything around a night that a test can play with."""

    nights: NightRepository
    clock: Any  # conftest.FastClock
    log: Any  # conftest.QuietLog
    minutes: dict[str, float] = field(default_factory=dict)
    ends: dict[str, list[str]] = field(default_factory=dict)
    ill: Callable[[], bool] = lambda: False
    free: float = 1e6
    memory: float = 10.0
    began: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    seen: tuple[VisitSeen, ...] = ()
    now_running: set[str] = field(default_factory=set)
    most: int = 0
    together: list[frozenset[str]] = field(default_factory=list)

    def tools(self) -> NightTools:
        async def launch(stop: Stop, night: int) -> Player:
            self.began.append(stop.url)
            self.now_running.add(stop.url)
            self.most = max(self.most, len(self.now_running))
            self.together.append(frozenset(self.now_running))
            ends = self.ends.get(stop.url, [])
            return Player(self, stop, self.minutes.get(stop.url, 10), ends.pop(0) if ends else "ends")

        async def health() -> tuple[HealthCheck, ...]:
            return (HealthCheck("canary_up", not self.ill(), "对照站点", self.clock.now()),)

        async def tell(title: str, text: str) -> None:
            self.told.append(title)

        async def news(until: Any, stop: asyncio.Event) -> str:
            return "采集完成、研判完成"

        return NightTools(
            nights=self.nights, launch=launch, check_health=health, free_mb=lambda: self.free,
            seen=lambda night: self.seen, usual=lambda night: Usual({}, ()), visited=lambda: None, news=news, tell=tell,
            clock=self.clock.as_clock(), log=self.log,
        )  # fmt: skip

    def stops(self, *urls: str, hours: float = 10) -> tuple[Stop, ...]:
        closes = self.clock.now() + timedelta(hours=hours)
        pace = Pace(1, 1, 10, 10)
        return tuple(Stop(f"u{n}", "某县", url, pace, closes, DAY, url.split("/")[2]) for n, url in enumerate(urls))

    def begin(self, stops: tuple[Stop, ...]) -> Night:
        portals = [(one.unit, one.url) for one in stops]
        return self.nights.begin("c", DAY, by="scheduler", now=self.clock.now(), portals=portals)

    async def play(self, night: Night, stops: tuple[Stop, ...], plan: WatchPlan = PLAN) -> Night:
        return await NightRun(self.tools(), plan, night, stops).run(asyncio.Event())


@pytest.fixture
def stage(nights: NightRepository, clock: Any, log: Any) -> Stage:
    return Stage(nights, clock, log)


A, B, C = "http://a.test/", "http://b.test/", "http://c.test/"


async def test_a_night_goes_through_all_portals_several_at_once(stage: Stage) -> None:
    """Every portal is visited once, no more of them at once than the plan allows, and the night is healthy."""
    stops = stage.stops(A, B, C)
    night = await stage.play(stage.begin(stops), stops)
    assert night.state is NightState.HEALTHY
    assert sorted(stage.done) == [A, B, C]
    assert stage.most == 2
    assert {one.state for one in night.visits} == {"done"}


async def test_two_portals_on_one_host_are_not_visited_at_once(stage: Stage) -> None:
    """The pace to a host is kept by one process: two would double it."""
    one, two = "http://a.test/", "http://a.test/column/"
    stops = stage.stops(one, two, B)
    await stage.play(stage.begin(stops), stops)
    assert not any({one, two} <= both for both in stage.together)
    assert sorted(stage.done) == sorted([one, two, B])


async def test_a_night_that_outlasts_its_window_pauses_and_goes_on(stage: Stage) -> None:
    """What was not finished waits for the next window; nothing is begun anew and nothing is lost."""
    stage.minutes = {A: 10, B: 10_000, C: 10_000}
    stops = stage.stops(A, B, C, hours=1)
    night = await stage.play(stage.begin(stops), stops)
    assert (night.state, night.told) == (NightState.PAUSED, WINDOW_CLOSED)
    assert [one.state for one in night.visits] == ["done", "paused", "paused"]
    stage.clock.turn(14 * 3600)
    stage.minutes = {}
    later = await stage.play(night, stage.stops(A, B, C))
    assert later.state is NightState.HEALTHY
    assert stage.done == [A, B, C]
    assert stage.began.count(A) == 1


async def test_a_night_does_not_go_on_for_ever(stage: Stage) -> None:
    """After the windows that the plan grants, what is left is told as not reached."""
    stage.minutes = {B: 1e9}
    plan = replace(PLAN, windows_at_most=2)
    stops = stage.stops(A, B, hours=1)
    night = await stage.play(stage.begin(stops), stops, plan)
    assert night.state is NightState.PAUSED
    night = await stage.play(night, stage.stops(A, B, hours=1), plan)
    assert night.state is NightState.HEALTHY
    assert [(one.state, one.told) for one in night.visits][1] == ("failed", "2 个窗口内没有走完")


async def test_a_look_at_suspects_runs_beside_a_night_that_is_paused(stage: Stage) -> None:
    """A suspect that a long night has visited gets its look in office hours; the night keeps its windows."""
    stage.minutes = {B: 1e9}
    plan = replace(PLAN, windows_at_most=2)
    stops = stage.stops(A, B, hours=1)
    night = await stage.play(stage.begin(stops), stops, plan)
    assert (night.state, night.told) == (NightState.PAUSED, WINDOW_CLOSED)
    looks = tuple(replace(one, scope=WindowScope.SUSPECTS) for one in stage.stops(A, hours=1))
    look = stage.nights.begin(
        "c", DAY, by="scheduler", now=stage.clock.now(), portals=[("u0", A)], scope=WindowScope.SUSPECTS
    )
    look = await stage.play(look, looks, plan)
    assert look.state is NightState.HEALTHY
    assert stage.done == [A, A]
    assert stage.nights.load(night.id) == night
    night = await stage.play(night, stage.stops(A, B, hours=1), plan)
    assert night.state is NightState.HEALTHY


async def test_a_look_that_outlasts_its_window_pauses_and_ends_like_a_night(stage: Stage) -> None:
    """Its tries wait no longer than the windows that the plan grants."""
    stage.minutes = {B: 1e9}
    plan = replace(PLAN, windows_at_most=2)
    looks = tuple(replace(one, scope=WindowScope.SUSPECTS) for one in stage.stops(A, B, hours=1))
    look = stage.nights.begin(
        "c", DAY, by="scheduler", now=stage.clock.now(), portals=[("u0", A), ("u1", B)], scope=WindowScope.SUSPECTS
    )
    look = await stage.play(look, looks, plan)
    assert (look.state, look.told) == (NightState.PAUSED, LOOKS_OVER)
    look = await stage.play(look, looks[1:], plan)
    assert look.state is NightState.HEALTHY


async def test_a_child_that_dies_goes_on_anew(stage: Stage) -> None:
    """kill -9 of a child costs nobody else, and its portal is gone on with."""
    stage.ends = {A: ["dies", "dies"]}
    stops = stage.stops(A, B)
    night = await stage.play(stage.begin(stops), stops)
    assert stage.began.count(A) == 3
    assert {one.state for one in night.visits} == {"done"}


async def test_a_child_that_always_dies_is_left_and_told(stage: Stage) -> None:
    """A portal that kills its process does not take the night with it."""
    stage.ends = {A: ["dies"] * 99}
    stops = stage.stops(A, B)
    night = await stage.play(stage.begin(stops), stops, replace(PLAN, restarts=2))
    assert stage.began.count(A) == 3
    assert [one.state for one in night.visits] == ["failed", "done"]
    assert "SIGKILL" in night.visits[0].told


async def test_a_wrong_address_is_not_tried_again(stage: Stage) -> None:
    """Asking again does not mend a wrong configuration."""
    stage.ends = {A: ["refuses"] * 9}
    stops = stage.stops(A)
    night = await stage.play(stage.begin(stops), stops)
    assert stage.began == [A]
    assert (night.visits[0].state, night.visits[0].told) == ("failed", "网址有误")


async def test_a_child_that_eats_memory_is_exchanged(stage: Stage) -> None:
    """Memory is bounded by the night, not by hope; a child that always eats waits for the next window."""
    stage.memory = 10_000
    stage.minutes = {A: 500}
    stops = stage.stops(A)
    night = await stage.play(stage.begin(stops), stops, replace(PLAN, restarts=1))
    assert stage.began == [A, A]
    assert night.state is NightState.PAUSED
    assert "内存超过" in night.visits[0].told


async def test_a_child_that_does_not_listen_is_killed(stage: Stage) -> None:
    """A closed window is closed: who does not pause is killed, and its portal only paused."""
    stage.ends, stage.minutes = {A: ["deaf"]}, {A: 1e9}
    stops = stage.stops(A, hours=0.5)
    night = await stage.play(stage.begin(stops), stops)
    assert night.state is NightState.PAUSED
    assert night.visits[0].state == "paused"


async def test_the_network_gone_in_the_night_voids_it(stage: Stage) -> None:
    """At 02:00 the network goes and comes back: children rest meanwhile, the night is voided, somebody is told."""
    began = stage.clock.monotonic()
    stage.ill = lambda: 30 * MINUTE < stage.clock.monotonic() - began < 90 * MINUTE
    stage.minutes = {A: 200, B: 200}
    stops = stage.stops(A, B, C)
    night = await stage.play(stage.begin(stops), stops)
    assert night.state is NightState.VOIDED
    assert sorted(stage.done) == [A, B, C]
    assert stage.told == ["夜间巡查自检不合格"]
    assert {"health_lost", "health_back"} <= set(stage.log.names())


async def test_a_network_that_never_comes_back_begins_nothing(stage: Stage) -> None:
    """Without a network nobody is asked, the night waits its window out, and nothing is said of anybody."""
    stage.ill = lambda: True
    stops = stage.stops(A, B, hours=1)
    night = await stage.play(stage.begin(stops), stops)
    assert stage.began == []
    assert night.state is NightState.PAUSED
    assert any(not one.passed for one in night.checks)


@pytest.mark.parametrize("jump", [7200, -7200])
async def test_a_clock_that_jumps_voids_the_night(stage: Stage, jump: int) -> None:
    """Evidence with a time that jumped proves nothing."""

    def act() -> None:
        if stage.clock.at_tick and len(stage.log.names()) > 2:
            stage.clock.at_tick.clear()
            stage.clock.at += timedelta(seconds=jump)

    stage.clock.at_tick.append(act)
    stops = stage.stops(A, B, C)
    night = await stage.play(stage.begin(stops), stops)
    assert night.state is NightState.VOIDED
    assert "时钟" in night.told
    assert "本机时钟跳变" in stage.told


async def test_a_full_disk_begins_no_portal(stage: Stage) -> None:
    """Evidence that is cut in the middle is no evidence: the night waits, and somebody is told once."""
    stage.free = 10
    began = stage.clock.monotonic()

    def act() -> None:
        if stage.clock.monotonic() - began > 30 * MINUTE:
            stage.free = 1e6

    stage.clock.at_tick.append(act)
    stops = stage.stops(A, B)
    night = await stage.play(stage.begin(stops), stops)
    assert stage.told == ["磁盘空间不足"]
    assert night.state is NightState.HEALTHY
    assert sorted(stage.done) == [A, B]


async def test_a_locked_database_is_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup that holds the database for a minute costs nothing."""
    real, refusals = stage.nights.visit, iter([True] * 7)

    def visit(*arguments: Any) -> None:
        if next(refusals, False):
            raise DatabaseLockedError
        real(*arguments)

    monkeypatch.setattr(stage.nights, "visit", visit)
    stops = stage.stops(A, B)
    night = await stage.play(stage.begin(stops), stops)
    assert night.state is NightState.HEALTHY
    assert stage.log.names().count("storage_waits") == 7


async def test_a_database_that_is_lost_ends_the_children_and_the_night_is_found_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be kept is not done in silence: the run ends, and the next one goes on with what is stored."""
    stage.minutes = {A: 30, B: 1e9}
    real = stage.nights.visit

    def visit(night: int, one: Any) -> None:
        if one.state == "done":
            raise DatabaseNotWritableError
        real(night, one)

    monkeypatch.setattr(stage.nights, "visit", visit)
    stops = stage.stops(A, B)
    with pytest.raises(DatabaseNotWritableError):
        await stage.play(stage.begin(stops), stops)
    assert stage.now_running == set()
    monkeypatch.setattr(stage.nights, "visit", real)
    stage.minutes = {}
    left = stage.nights.open_night("c")
    assert left is not None
    assert (await stage.play(left, stops)).state is NightState.HEALTHY


async def test_stopping_the_service_pauses_the_night(stage: Stage) -> None:
    """SIGTERM at any moment: children pause, the night waits, and it is no window that was used up."""
    stop = asyncio.Event()
    stage.minutes = {A: 1e9}
    stage.clock.at_tick.append(lambda: stop.set() if stage.began else None)
    stops = stage.stops(A, B)
    night = await NightRun(stage.tools(), PLAN, stage.begin(stops), stops).run(stop)
    assert (night.state, night.told) == (NightState.PAUSED, STOPPED)
    assert stage.now_running == set()


async def test_a_night_that_another_process_took_is_left_alone(stage: Stage) -> None:
    """Who lost the lock ends its children and writes nothing more."""
    lost: list[bool] = []
    stage.minutes = {A: 1e9}
    stage.clock.at_tick.append(lambda: lost.append(True) if stage.began else None)
    stops = stage.stops(A)
    night = stage.begin(stops)
    await NightRun(stage.tools(), PLAN, night, stops, mine=lambda: not lost).run(asyncio.Event())
    kept = stage.nights.load(night.id)
    assert kept.state is NightState.RUNNING
    assert kept.visits[0].state == "running"
    assert stage.now_running == set()


async def test_a_night_that_was_voided_by_a_person_ends(stage: Stage) -> None:
    """A person's word ends a night while it runs."""
    stage.minutes = {A: 1e9}
    stops = stage.stops(A)
    night = stage.begin(stops)

    def act() -> None:
        if stage.began and stage.nights.load(night.id).state is NightState.RUNNING:
            stage.nights.judge(night.id, NightState.VOIDED, by="张三", why="机房断电", now=stage.clock.now())

    stage.clock.at_tick.append(act)
    ended = await stage.play(night, stops)
    assert (ended.state, ended.told) == (NightState.VOIDED, "机房断电")
    assert stage.now_running == set()


async def test_a_night_whose_process_was_killed_is_gone_on_with(stage: Stage) -> None:
    """What a killed process left running is visited again by who takes over, what was done is not."""
    stops = stage.stops(A, B)
    night = stage.begin(stops)
    stage.nights.visit(night.id, replace(night.visits[0], state="done", ended=stage.clock.now(), audit=None))
    stage.nights.visit(night.id, replace(night.visits[1], state="running", began=stage.clock.now()))
    ended = await stage.play(stage.nights.load(night.id), stops)
    assert ended.state is NightState.HEALTHY
    assert stage.began == [B]


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ([SiteVerdict.REACHABLE, SiteVerdict.UNREACHABLE, SiteVerdict.REACHABLE], NightState.HEALTHY),
        ([SiteVerdict.BLOCKED, SiteVerdict.UNREACHABLE, SiteVerdict.REACHABLE], NightState.VOIDED),
    ],
)
async def test_a_night_in_which_most_portals_refuse_is_voided(
    stage: Stage, verdicts: list[SiteVerdict], state: NightState
) -> None:
    """Everybody refusing us at once is about us."""
    stage.seen = tuple(VisitSeen(f"u{n}", f"http://{n}.test/", verdict, Counts()) for n, verdict in enumerate(verdicts))
    stops = stage.stops(A)
    assert (await stage.play(stage.begin(stops), stops)).state is state
