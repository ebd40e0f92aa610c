"""From audits to lives: what a look says, what it may not say, and that saying it twice changes nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from records.nights import NightState, PortalVisit
from records.review import FindingReview, ReviewState
from records.sightings import Band, LifeState, Sight
from records.verdicts import Outcome, Severity, SiteVerdict
from services.sight_findings import REMEMBERED, local_band
from storage.crawl_tables import crawl
from storage.database import transaction
from storage.tables import audit as audits
from tests.nights.watched_city import DEAD, KEY, URL, Shown, WatchedCity, at, fetched, finding, well

BROKEN = finding()


def three_tries(city: WatchedCity) -> None:
    """Monday night, Tuesday in office hours, Tuesday evening: the default gate."""
    for when in ("11-02 21:00", "11-03 10:00", "11-03 21:00"):
        city.night(at(when), BROKEN)


def test_a_fault_is_confirmed_by_the_gate_and_not_before(city: WatchedCity) -> None:
    city.night(at("11-02 21:00"), BROKEN)
    life = city.life(BROKEN.id)
    assert (life.state, life.tries) == (LifeState.SUSPECTED, 1)
    assert "再看到 2 次" in life.lacking
    assert "上班时间" in life.lacking
    city.night(at("11-03 10:00"), BROKEN)
    assert city.life(BROKEN.id).state is LifeState.SUSPECTED
    city.night(at("11-03 21:00"), BROKEN)
    life = city.life(BROKEN.id)
    assert (life.state, life.lacking) == (LifeState.CONFIRMED, "")
    assert life.since == at("11-02 21:01")
    assert life.confirmed_at == at("11-03 21:01")
    assert [one.band for one in life.sightings] == [Band.EVENING, Band.OFFICE, Band.EVENING]


@pytest.mark.parametrize("state", [NightState.VOIDED, NightState.HELD, NightState.RUNNING])
def test_a_night_that_is_not_healthy_accuses_nobody(city: WatchedCity, state: NightState) -> None:
    for when in ("11-02 21:00", "11-03 10:00"):
        city.night(at(when), BROKEN)
    night, _ = city.night(at("11-03 21:00"), BROKEN, state=state)
    life = city.life(BROKEN.id)
    assert (life.state, life.tries) == (LifeState.SUSPECTED, 2)
    if state is NightState.HELD:
        city.nights.judge(night, NightState.HEALTHY, by="王", why="门户改版", now=at("11-04 09:00"))
        assert city.life(BROKEN.id).state is LifeState.CONFIRMED
        city.nights.judge(night, NightState.VOIDED, by="王", why="看错", now=at("11-04 10:00"))
        assert city.life(BROKEN.id).state is LifeState.SUSPECTED


def test_what_only_an_ill_night_saw_is_shown_as_voided(city: WatchedCity) -> None:
    city.night(at("11-02 21:00"), BROKEN, state=NightState.VOIDED)
    assert city.life(BROKEN.id).state is LifeState.VOIDED


def test_an_ill_night_heals_nothing_either(city: WatchedCity) -> None:
    """A resolver that leads every name to a parking page answers 200 to all."""
    three_tries(city)
    when = at("11-04 21:00")
    city.night(when, shown=well(when), state=NightState.VOIDED)
    assert city.life(BROKEN.id).state is LifeState.CONFIRMED


def test_what_heals_is_closed_and_what_comes_back_is_new(city: WatchedCity) -> None:
    three_tries(city)
    when = at("11-04 21:00")
    city.night(when, shown=well(when))
    life = city.life(BROKEN.id)
    assert (life.state, life.healed_at) == (LifeState.RECOVERED, at("11-04 21:01"))
    assert life.since == at("11-02 21:01")
    city.night(at("11-20 21:00"), BROKEN)
    life = city.life(BROKEN.id)
    assert (life.state, life.tries, life.since) == (LifeState.SUSPECTED, 1, at("11-20 21:01"))
    assert [(one.tries, one.healed_at) for one in life.earlier] == [(3, at("11-04 21:01"))]


def test_the_past_is_told_as_it_was(city: WatchedCity) -> None:
    """A period that is over is judged by what was known in it."""
    three_tries(city)
    when = at("11-04 21:00")
    city.night(when, shown=well(when))
    assert city.life(BROKEN.id, date(2026, 11, 3)).state is LifeState.CONFIRMED
    assert city.life(BROKEN.id, date(2026, 11, 2)).state is LifeState.SUSPECTED


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (Shown(targets=(fetched(DEAD, at("11-04 21:01"), outcome=Outcome.BLOCKED, status=403),)), "不能说明好坏"),
        (Shown(targets=(fetched(DEAD, at("11-04 21:01"), outcome=Outcome.FAILED, status=503),)), "不能说明好坏"),
        (Shown(targets=(fetched(DEAD, at("11-04 21:01"), outcome=Outcome.NOT_REACHED),)), "不能说明好坏"),
        (Shown(targets=(fetched(DEAD, at("11-03 21:01")),)), "没有访问"),
        (Shown(complete=False), "没有到达"),
        (Shown(verdict=SiteVerdict.BLOCKED), "没有正常答复"),
        (Shown(verdict=SiteVerdict.UNREACHABLE), "没有正常答复"),
    ],
)
def test_what_says_nothing_neither_heals_nor_accuses(city: WatchedCity, shown: Shown, told: str) -> None:
    """Blocked, failed, not reached, taken over from an earlier night, the whole site away."""
    city.night(at("11-02 21:00"), BROKEN)
    city.night(at("11-04 21:00"), shown=shown)
    life = city.life(BROKEN.id)
    assert (life.state, life.tries) == (LifeState.UNVERIFIABLE, 1)
    assert life.sightings[-1].sight is Sight.UNKNOWN
    assert told in life.sightings[-1].told


def test_a_finding_that_was_taken_over_without_being_asked_is_no_sighting(city: WatchedCity) -> None:
    city.night(at("11-02 21:00"), BROKEN)
    city.night(at("11-03 10:00"), BROKEN, shown=Shown(targets=(fetched(DEAD, at("11-02 21:01"), status=404),)))
    assert city.life(BROKEN.id).tries == 1


def test_a_link_that_was_taken_off_the_pages_has_healed(city: WatchedCity) -> None:
    city.night(at("11-02 21:00"), BROKEN)
    city.night(at("11-03 21:00"))
    assert city.life(BROKEN.id).state is LifeState.RECOVERED


def test_a_page_that_is_odd_in_another_way_is_not_well(city: WatchedCity) -> None:
    city.night(at("11-02 21:00"), BROKEN)
    when = at("11-03 21:00")
    notice = finding("unreachable_link", DEAD, Severity.NOTICE)
    city.night(when, notice, shown=well(when))
    assert city.life(BROKEN.id).state is LifeState.UNVERIFIABLE


def test_an_audit_by_hand_heals_and_does_not_accuse(city: WatchedCity) -> None:
    """A laptop without a proven network: good news from it is good news, bad news is a suspicion."""
    for clock in ("11-02 21:00", "11-03 10:00", "11-03 21:00"):
        city.audit(at(clock), BROKEN)
    city.view().catch_up()
    life = city.life(BROKEN.id)
    assert (life.state, life.tries, len(life.sightings)) == (LifeState.SUSPECTED, 0, 3)
    city.night(at("11-04 21:00"), BROKEN)
    when = at("11-05 10:00")
    city.audit(when, shown=well(when))
    city.view().catch_up()
    assert city.life(BROKEN.id).state is LifeState.RECOVERED


def test_a_persons_word_needs_a_sighting_in_a_healthy_night(city: WatchedCity) -> None:
    city.audit(at("11-02 09:00"), BROKEN)
    city.view().catch_up()
    city.reviews.add(FindingReview(KEY, BROKEN.id, ReviewState.CONFIRMED, "看过", "王", at("11-02 12:00")))
    assert city.life(BROKEN.id).state is LifeState.SUSPECTED
    night, _ = city.night(at("11-02 21:00"), BROKEN)
    life = city.life(BROKEN.id)
    assert (life.state, life.confirmed_by, life.confirmed_at) == (LifeState.CONFIRMED, "王", at("11-02 21:01"))
    city.nights.judge(night, NightState.VOIDED, by="李", why="网络不通", now=at("11-03 09:00"))
    life = city.life(BROKEN.id)
    assert (life.state, life.tries, life.confirmed_by) == (LifeState.SUSPECTED, 0, "")


def test_when_in_the_day_it_fails_is_told(city: WatchedCity) -> None:
    """A portal that is switched off at night: seen dead each night, well each day, and never confirmed."""
    for day in ("02", "03", "04"):
        city.night(at(f"11-{day} 21:00"), BROKEN)
        when = at(f"11-{int(day) + 1:02} 10:00")
        city.night(when, shown=well(when))
    city.night(at("11-05 21:00"), BROKEN)
    life = city.life(BROKEN.id)
    assert life.state is LifeState.SUSPECTED
    assert life.fails_when == "只在晚间打不开，上班时间正常"


def test_taking_in_twice_changes_nothing(city: WatchedCity) -> None:
    """A process that was killed between two audits begins where it was."""
    three_tries(city)
    before = city.tries.sightings()
    city.view().catch_up()
    assert city.tries.sightings() == before
    assert city.tries.waiting() == ()


def test_an_audit_that_was_judged_anew_is_taken_in_anew(city: WatchedCity) -> None:
    _, audit = city.night(at("11-02 21:00"), BROKEN)
    kept = city.results.load(audit)
    assert kept is not None
    city.audits.save_judgement(audit, replace(kept.audit, findings=()))
    with transaction(city.engine) as connection:  # the clock of the judgement has seconds
        connection.execute(update(audits).where(audits.c.id == audit).values(judged_at="2026-11-21T00:00:00+08:00"))
    assert city.tries.waiting() == (audit,)
    city.view().catch_up()
    assert [one.sight for one in city.tries.sightings()] == [Sight.UNKNOWN]


def test_the_night_of_an_audit_is_known_before_its_visit_is_written(city: WatchedCity) -> None:
    """Killed between judging and writing the visit: the audit belongs to its night all the same."""

    begun = city.nights.begin("qinghe", date(2026, 11, 2), by="scheduler", now=at("11-02 20:00"))
    audit = city.audit(at("11-02 21:00"), BROKEN)
    with transaction(city.engine) as connection:
        connection.execute(
            insert(crawl).values(audit_id=audit, night=begun.id, unit="qinghe", full_since="2026-11-02T20:00:00+08:00")
        )
    city.view().catch_up()
    assert [one.night for one in city.tries.sightings()] == [begun.id]
    assert city.tries.unproven_audits() == {audit}


def test_a_year_without_a_calendar_gives_no_office_hours(city: WatchedCity) -> None:
    """Holidays cannot be guessed: what may be a holiday is not counted as a working day."""
    calendar = city.view().calendar
    assert local_band(at("11-03 10:00"), calendar) == (Band.OFFICE, "")
    assert local_band(at("10-01 10:00"), calendar) == (Band.NIGHT, "")
    far = at("11-03 10:00").replace(year=2099)
    band, note = local_band(far, calendar)
    assert band is Band.NIGHT
    assert "2099" in note


def test_a_finding_outlives_its_audit(city: WatchedCity) -> None:
    """Audits are purged when their time is over; what was seen is not forgotten."""
    three_tries(city)
    for audit in (1, 2, 3):
        city.audits.delete(audit)
    life = city.life(BROKEN.id)
    assert (life.state, life.tries) == (LifeState.CONFIRMED, 3)
    assert {one.audit for one in life.sightings} == {None}


def test_portals_that_nights_visit_are_told_by_their_days(city: WatchedCity) -> None:
    city.nights.begin("qinghe", date(2026, 11, 2), by="scheduler", now=at("11-02 20:00"), portals=(("qinghe", URL),))
    assert city.tries.watched_sites() == frozenset()
    city.nights.visit(1, PortalVisit("qinghe", URL, None, "running", at("11-02 20:00")))
    assert city.tries.watched_sites() == {KEY}
    assert city.tries.watched_sites(date(2026, 11, 3)) == frozenset()
    assert city.tries.watched_sites(None, date(2026, 11, 1)) == frozenset()
    assert city.tries.unit_of(URL + "index.html") == "qinghe"
    assert city.tries.unit_of("http://other.test/") == ""


def test_an_old_fault_is_not_looked_for_for_ever(city: WatchedCity) -> None:
    city.night(at("01-05 21:00"), BROKEN)
    when = at("01-05 21:00") + REMEMBERED + timedelta(days=1)
    city.night(when, shown=well(when))
    assert len(city.tries.sightings()) == 1
