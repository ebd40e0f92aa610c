"""What a night changed: new, healed and past the gate, told by the lives of the findings."""

from collections.abc import Iterable
from datetime import date

import pytest

from records.judgement import Finding
from records.nights import NightState
from services.lives import lives
from services.night.changes import Changes, changes_of
from storage.visit_results import VisitResults
from tests.nights.watched_city import DEAD, KEY, URL, WatchedCity, at, finding, well

BROKEN = finding()
OTHER = finding("stale_column", URL + "zwgk/tz/")


def ids(findings: Iterable[Finding]) -> list[str]:
    return [one.id for one in findings]


def changes(city: WatchedCity, night: int) -> Changes:
    begun = city.nights.load(night)
    results = VisitResults(city.engine).of([one.audit for one in begun.visits if one.audit is not None])
    known = lives(city.view().sources, as_of=begun.began.date())
    [found] = changes_of(results.values(), known, lambda _: "").values()
    return found


def test_each_night_tells_what_it_changed(city: WatchedCity) -> None:
    """Seen first, seen again, past the gate, healed, back again."""
    faulty = ("11-02 21:00", "11-03 10:00", "11-03 21:00", "11-04 21:00")
    told = [changes(city, city.night(at(when), BROKEN)[0]) for when in faulty]
    told.append(changes(city, city.night(at("11-05 21:00"), shown=well(at("11-05 21:00")))[0]))
    told.append(changes(city, city.night(at("11-06 21:00"), shown=well(at("11-06 21:00")))[0]))
    told.append(changes(city, city.night(at("11-07 21:00"), BROKEN)[0]))
    shown = [tuple(bool(kind) for kind in (one.new, one.confirmed, one.healed)) for one in told]
    new, nothing, confirmed, healed = (True, False, False), (False,) * 3, (False, True, False), (False, False, True)
    assert shown == [new, nothing, confirmed, nothing, healed, nothing, new]
    assert [one.standing for one in told] == [1, 1, 1, 1, 0, 0, 1]


@pytest.mark.parametrize("state", [NightState.HELD, NightState.VOIDED])
def test_after_an_ill_night_what_stood_is_not_new(city: WatchedCity, state: NightState) -> None:
    """The ill night did not see it; the next one does, and nobody is told that it is new."""
    for when in ("11-02 21:00", "11-03 10:00", "11-03 21:00"):
        city.night(at(when), BROKEN)
    ill, _ = city.night(at("11-04 21:00"), state=state, shown=well(at("11-04 21:00")))
    assert ids(changes(city, ill).healed) == [BROKEN.id]
    assert city.life(BROKEN.id).healed_at is None
    after = changes(city, city.night(at("11-05 21:00"), BROKEN)[0])
    assert (after.new, after.confirmed, after.healed) == ((), (), ())


def test_what_a_held_night_saw_first_is_new_in_it_and_in_the_next(city: WatchedCity) -> None:
    held, _ = city.night(at("11-02 21:00"), BROKEN, state=NightState.HELD)
    assert ids(changes(city, held).new) == [BROKEN.id]
    assert ids(changes(city, city.night(at("11-03 21:00"), BROKEN)[0]).new) == [BROKEN.id]


def test_what_is_suppressed_is_not_spoken_of(city: WatchedCity) -> None:
    """Neither as new nor as confirmed nor among what stands."""
    day = date(2026, 11, 1)
    city.suppressions.add(
        site=KEY, check=None, subject=DEAD, reason="同意下线", owner="王", begins=day, ends=date(2026, 12, 1)
    )
    for when in ("11-02 21:00", "11-03 10:00", "11-03 21:00"):
        told = changes(city, city.night(at(when), BROKEN, OTHER)[0])
        assert BROKEN.id not in ids((*told.new, *told.confirmed))
        assert told.standing == 1
