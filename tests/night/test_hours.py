"""When a portal may be visited: windows over midnight, rhythms, maintenance, and what is due."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from records.nights import Night, NightState, PortalVisit
from records.registry import City, Portal, Unit, UnitKind
from records.watch import Maintenance, Rhythm, WatchPlan, Window, WindowScope
from services.night.hours import SHANGHAI, last_closed, next_opening, openings_at, stops_of
from services.night.watch_files import default_plan

URL = "http://a.test/"
CITY = City(
    "c", "某市", "某", "某省",
    units=(
        Unit("a", "甲县", UnitKind.COUNTY, portals=(Portal(URL),)),
        Unit("b", "乙县", UnitKind.COUNTY, portals=(Portal("http://b.test/"), Portal("http://b.test/x/"))),
    ),
)  # fmt: skip
NIGHTLY = Window(time(20), time(6))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def plan(**changes: object) -> WatchPlan:
    return replace(default_plan(), **{"windows": (NIGHTLY,), **changes})  # type: ignore[arg-type]  # one field each


def night(day: int, state: NightState = NightState.HEALTHY, visit: str = "done", hour: int = 23) -> Night:
    ended = at(day, hour)
    return Night(
        1, "c", date(2026, 11, day), state, at(day, 20), ended,
        visits=(PortalVisit("a", URL, 1, visit, at(day, 20), ended),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (at(23, 19, 59), None),
        (at(23, 20), 23),
        (at(23, 23, 59), 23),
        (at(24, 0), 23),
        (at(24, 5, 59), 23),
        (at(24, 6), None),
    ],
)
def test_a_window_over_midnight_belongs_to_its_evening(now: datetime, day: int | None) -> None:
    """The night is named by the evening on which it opened, on both sides of midnight."""
    found = openings_at([NIGHTLY], now)
    assert [one.day.day for one in found] == ([] if day is None else [day])


def test_an_instant_of_another_zone_is_the_same_instant() -> None:
    """Servers run in UTC; windows are those of Beijing."""
    from datetime import UTC

    assert openings_at([NIGHTLY], datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    assert not openings_at([NIGHTLY], datetime(2026, 11, 23, 11, 59, tzinfo=UTC))


def test_a_window_of_some_days_opens_on_those_only() -> None:
    """A weekday window that begins on Friday still covers Saturday's early hours."""
    friday = Window(time(20), time(6), days=(4,))
    assert openings_at([friday], at(28, 3))  # Saturday before dawn
    assert not openings_at([friday], at(28, 21))
    following = next_opening([friday], at(28, 21))
    assert following is not None
    assert following.opens == datetime(2026, 12, 4, 20, tzinfo=SHANGHAI)


def test_the_last_closed_window_is_the_one_that_had_to_report() -> None:
    """A look at suspects in office hours is no night that has to report."""
    office = Window(time(10), time(11), scope=WindowScope.SUSPECTS)
    found = last_closed([NIGHTLY, office], at(24, 12))
    assert found is not None
    assert found.closes == at(24, 6)


def test_all_portals_are_due_in_the_window_and_none_outside() -> None:
    """A portal is never asked outside its hours."""
    assert [one.url for one in stops_of(plan(), CITY, at(23, 21), past=())] == [
        URL, "http://b.test/", "http://b.test/x/",
    ]  # fmt: skip
    assert stops_of(plan(), CITY, at(23, 12), past=()) == ()


@pytest.mark.parametrize(
    ("past", "due"),
    [
        ((), True),
        ((night(23, hour=21),), False),  # in this very window
        ((night(22),), True),  # yesterday
        ((night(23, NightState.VOIDED, hour=21),), False),  # voided just now: not again and again
        ((night(23, visit="failed", hour=21),), False),
        ((night(23, visit="paused", hour=21),), True),
    ],
)
def test_a_portal_is_visited_once_in_a_window(past: tuple[Night, ...], due: bool) -> None:
    """Not a second time in one night, and not never after a bad one."""
    assert (URL in [one.url for one in stops_of(plan(), CITY, at(23, 22), past=past)]) is due


@pytest.mark.parametrize(("day", "due"), [(24, False), (26, False), (27, True), (29, True)])
def test_a_portal_with_a_rhythm_waits_for_it(day: int, due: bool) -> None:
    """Every four days is the fourth evening, not the fifth."""
    weekly = plan(rhythms=(Rhythm("a", every_days=4),))
    assert (URL in [one.url for one in stops_of(weekly, CITY, at(day, 22), past=(night(23),))]) is due


def test_a_voided_night_does_not_use_up_a_rhythm() -> None:
    """What was not seen is looked for on the next evening, not a week later."""
    weekly = plan(rhythms=(Rhythm("a", every_days=7),))
    past = (night(23, NightState.VOIDED),)
    assert URL in [one.url for one in stops_of(weekly, CITY, at(24, 22), past=past)]


def test_a_window_of_its_own_replaces_that_of_the_city() -> None:
    """A weak server may ask for other hours."""
    lunch = plan(rhythms=(Rhythm("a", windows=(Window(time(12), time(13)),)),))
    assert [one.url for one in stops_of(lunch, CITY, at(23, 12, 30), past=())] == [URL]
    assert URL not in [one.url for one in stops_of(lunch, CITY, at(23, 21), past=())]


def test_maintenance_closes_a_portal_and_ends_a_visit_before_it() -> None:
    """Nothing is asked in an announced maintenance, not even by hand."""
    work = Maintenance("a", at(23, 23), at(24, 2), "割接")
    before = stops_of(plan(maintenance=(work,)), CITY, at(23, 22), past=())
    assert before[0].closes == at(23, 23)
    assert before[1].closes == at(24, 6)
    for hand in (None, timedelta(hours=1)):
        during = stops_of(plan(maintenance=(work,)), CITY, at(24, 1), past=(), by_hand=hand)
        assert URL not in [one.url for one in during]


def test_the_window_of_suspects_is_for_suspects() -> None:
    """The look in office hours visits whom it has to, and nobody else."""
    office = Window(time(10), time(11), days=(0,), scope=WindowScope.SUSPECTS)
    both = plan(windows=(NIGHTLY, office))
    assert stops_of(both, CITY, at(23, 10, 30), past=()) == ()
    found = stops_of(both, CITY, at(23, 10, 30), past=(), suspects=frozenset({URL}))
    assert [(one.url, one.scope) for one in found] == [(URL, WindowScope.SUSPECTS)]
    assert {one.scope for one in stops_of(both, CITY, at(23, 22), past=())} == {WindowScope.ALL}


def test_a_look_takes_the_place_of_no_night() -> None:
    """A portal that is visited once a week, and was looked at in office hours for a suspicion, is due all the same."""
    weekly = plan(rhythms=(Rhythm("a", every_days=7),))
    look = replace(night(23, hour=10), scope=WindowScope.SUSPECTS)
    assert URL in [one.url for one in stops_of(weekly, CITY, at(23, 22), past=(look,))]
    assert URL not in [one.url for one in stops_of(weekly, CITY, at(24, 22), past=(night(23),))]


def test_each_kind_of_night_has_its_own_windows() -> None:
    """Where both are open at once, a look is no night and a night no look; what a night saw just now is looked at."""
    office = Window(time(21), time(22), scope=WindowScope.SUSPECTS)
    both = plan(windows=(NIGHTLY, office))
    suspects = frozenset({URL})

    def urls(scope: WindowScope, past: tuple[Night, ...] = ()) -> list[str]:
        found = stops_of(both, CITY, at(23, 21, 30), past=past, suspects=suspects, scope=scope)
        assert {one.scope for one in found} <= {scope}
        return [one.url for one in found]

    assert len(urls(WindowScope.ALL)) == 3
    assert urls(WindowScope.SUSPECTS) == [URL]
    assert URL not in urls(WindowScope.ALL, (night(23, hour=20),))
    assert urls(WindowScope.SUSPECTS, (night(23, hour=20),)) == [URL]
    assert urls(WindowScope.SUSPECTS, (night(23, hour=21),)) == []
