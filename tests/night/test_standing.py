"""What is overdue, who holds the lock: the dead man's switch from within, and a lock that survives bad clocks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from records.nights import NightState
from records.watch import WatchPlan, Window
from services.night.hours import SHANGHAI, openings_at
from services.night.lease import Lease
from services.night.run import WINDOW_CLOSED
from services.night.standing import (
    idle_mark,
    last_report,
    overdue,
    scheduler_lock,
    standing,
    watching_since,
)
from services.night.watch_files import default_plan
from storage.database import open_database
from storage.nights import NightRepository

NIGHTLY = Window(time(20), time(6))
PLAN: WatchPlan = replace(default_plan(), windows=(NIGHTLY,))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def watched(nights: NightRepository) -> NightRepository:
    nights.mark(watching_since("c"), now=at(20, 9))
    return nights


def ran(nights: NightRepository, state: NightState = NightState.HEALTHY, why: str = "自检合格") -> int:
    night = nights.begin("c", date(2026, 11, 23), by="scheduler", now=at(23, 20), portals=[("a", "http://a.test/")])
    if state is not NightState.RUNNING:
        nights.set_state(night.id, state, by="scheduler", why=why, now=at(24, 2))
    return night.id


@pytest.mark.parametrize(("now", "late"), [(at(24, 7, 59), False), (at(24, 8), True), (at(24, 19), True)])
def test_a_night_that_did_not_run_is_overdue_from_the_deadline(
    watched: NightRepository, now: datetime, late: bool
) -> None:
    """Silence is the alarm, from the minute of the deadline on, and no earlier."""
    watched.mark(idle_mark("c", openings_at([NIGHTLY], at(22, 21))[0]), now=at(22, 21))
    assert ("2026-11-23 的夜间巡查没有进行" in overdue("c", PLAN, watched, now)) is late


def test_a_city_that_was_not_yet_watched_owes_nothing(nights: NightRepository) -> None:
    """The first morning after the installation is no alarm."""
    assert overdue("c", PLAN, nights, at(24, 9)) == ""
    nights.mark(watching_since("c"), now=at(24, 7))
    assert overdue("c", PLAN, nights, at(24, 9)) == ""


def test_a_window_without_portals_owes_nothing(watched: NightRepository) -> None:
    """Nothing due is not nothing done."""
    watched.mark(idle_mark("c", openings_at([NIGHTLY], at(23, 21))[0]), now=at(23, 21))
    assert overdue("c", PLAN, watched, at(24, 9)) == ""


def test_a_night_that_was_not_reported_is_overdue(watched: NightRepository) -> None:
    """A digest that nobody took is a night that did not report."""
    night = ran(watched)
    assert "还没有发出早报" in overdue("c", PLAN, watched, at(24, 9))
    assert overdue("c", replace(PLAN, digest=False), watched, at(24, 9)) == ""
    watched.mark(last_report("c"), now=at(24, 7, 30), told=str(night))
    assert overdue("c", PLAN, watched, at(24, 9)) == ""


def test_the_report_of_an_earlier_night_does_not_speak_for_this_one(watched: NightRepository) -> None:
    """A late digest of yesterday, taken this morning, is not today's."""
    night = ran(watched)
    watched.mark(last_report("c"), now=at(24, 7, 30), told=str(night - 1))
    assert overdue("c", PLAN, watched, at(24, 9))


def test_a_night_that_never_ended_is_overdue(watched: NightRepository) -> None:
    """Its process died, and nobody took over."""
    ran(watched, NightState.RUNNING)
    assert "没有结束" in overdue("c", PLAN, watched, at(24, 9))


def test_a_paused_night_that_reported_is_well(watched: NightRepository) -> None:
    """A large city may need two nights."""
    night = ran(watched, NightState.PAUSED, WINDOW_CLOSED)
    watched.mark(last_report("c"), now=at(24, 7, 30), told=str(night))
    assert overdue("c", PLAN, watched, at(24, 9)) == ""


@pytest.mark.parametrize(
    ("state", "well"), [(NightState.HEALTHY, True), (NightState.HELD, False), (NightState.VOIDED, False)]
)
def test_well_is_a_night_that_may_be_believed(watched: NightRepository, state: NightState, well: bool) -> None:
    """A monitor asks one thing: does somebody have to look?"""
    night = ran(watched, state)
    watched.mark(last_report("c"), now=at(24, 7, 30), told=str(night))
    watched.take_lock(scheduler_lock("c"), "me", now=at(24, 9), stale_after=timedelta(seconds=90))
    assert standing("c", PLAN, watched, at(24, 9)).well is well


def test_a_dead_scheduler_is_not_well(watched: NightRepository) -> None:
    """Without signs of life the next night would not come."""
    night = ran(watched)
    watched.mark(last_report("c"), now=at(24, 7, 30), told=str(night))
    watched.take_lock(scheduler_lock("c"), "me", now=at(24, 8, 50), stale_after=timedelta(seconds=90))
    found = standing("c", PLAN, watched, at(24, 9))
    assert not found.alive
    assert not found.well


@pytest.fixture
def two(database_url: str, clock: Any) -> Callable[[], tuple[Lease, Lease, Engine]]:
    """Two who want one lock."""

    def make() -> tuple[Lease, Lease, Engine]:
        engine = open_database(database_url)

        def lease(holder: str) -> Lease:
            stale = timedelta(seconds=90)
            nights = NightRepository(engine)
            return Lease(nights, "x", holder, now=clock.now, monotonic=clock.monotonic, stale_after=stale)

        return lease("one"), lease("two"), engine

    return make


def test_the_lock_goes_to_one_and_to_the_other_after_silence(
    two: Callable[[], tuple[Lease, Lease, Engine]], clock: Any
) -> None:
    """One at a time; signs of life keep it; silence gives it away, and the old holder knows at once."""
    one, other, engine = two()
    assert one.take()
    for _ in range(10):
        clock.turn(60)
        assert one.take()
        assert not other.take()
    clock.turn(91)
    assert not one.held()  # before anybody asked the database
    assert other.take()
    assert not one.take()
    other.drop()
    assert one.take()
    engine.dispose()


def test_a_clock_set_back_does_not_keep_a_dead_lock(two: Callable[[], tuple[Lease, Lease, Engine]], clock: Any) -> None:
    """The dead holder's last sign of life lies in the future: it is silence all the same."""
    one, other, engine = two()
    assert one.take()
    clock.at -= timedelta(hours=5)
    assert not other.take()
    clock.turn(60)
    assert not other.take()
    clock.turn(60)
    assert other.take()
    clock.turn(15)
    assert other.take()
    engine.dispose()
