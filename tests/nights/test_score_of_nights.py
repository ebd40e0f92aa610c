"""From nights to a score: the view that the score asks, over a real database."""

from datetime import date

from records.nights import NightState
from records.sightings import LifeState
from tests.nights.watched_city import KEY, WatchedCity, at, finding, well

BROKEN = finding()
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


def test_lives_of_a_watched_portal_are_given_at_the_end_of_the_period(city: WatchedCity) -> None:
    for clock in ("10-29 21:00", "10-30 10:00", "10-30 21:00"):
        city.night(at(clock), BROKEN)
    when = at("11-02 21:00")
    city.night(when, shown=well(when))
    found = {KEY: (BROKEN,)}
    assert city.view().lives(OCTOBER, found)[KEY, BROKEN.id].state is LifeState.CONFIRMED
    assert city.view().lives(NOVEMBER, found)[KEY, BROKEN.id].state is LifeState.RECOVERED


def test_a_finding_by_hand_on_a_watched_portal_has_a_life_too(city: WatchedCity) -> None:
    """Else an audit by hand would be a way around the gate."""
    city.night(at("11-02 21:00"))
    other = finding(subject="http://www.qinghe.test/b.html")
    found = city.view().lives(NOVEMBER, {KEY: (other,)})
    assert found[KEY, other.id].state is LifeState.SUSPECTED


def test_a_portal_that_only_people_audit_keeps_the_days_of_the_scheme(city: WatchedCity) -> None:
    for when in ("11-02 21:00", "11-03 10:00"):
        city.audit(at(when), BROKEN)
    assert city.view().lives(NOVEMBER, {KEY: (BROKEN,)}) == {}
    city.suppressions.add(
        site=KEY,
        check=None,
        subject=BROKEN.id,
        reason="因",
        owner="王",
        begins=date(2026, 11, 1),
        ends=date(2026, 12, 1),
    )
    assert city.view().lives(NOVEMBER, {KEY: (BROKEN,)})[KEY, BROKEN.id].state is LifeState.SUPPRESSED


def test_nothing_rests_on_a_night_that_did_not_prove_healthy(city: WatchedCity) -> None:
    healthy = city.night(at("11-02 21:00"), BROKEN)
    voided = city.night(at("11-03 21:00"), BROKEN, state=NightState.VOIDED)
    held = city.night(at("11-04 21:00"), BROKEN, state=NightState.HELD)
    running = city.night(at("11-05 21:00"), BROKEN, state=NightState.RUNNING)
    assert city.view().unproven() == {voided[1], held[1], running[1]}
    city.nights.judge(held[0], NightState.HEALTHY, by="王", why="改版", now=at("11-05 09:00"))
    assert city.view().unproven() == {voided[1], running[1]}
    assert healthy[1] not in city.view().unproven()
