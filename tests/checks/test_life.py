"""The gate's edges, one by one: just under, at, just over; bands, days, and what decisions may and may not do."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from checks.life import LOCAL, band_of, covers, day_of, life_of
from records.judgement import Finding
from records.review import FindingReview, ReviewState
from records.sightings import (
    Band,
    FindingLife,
    FindingStep,
    Gate,
    LifeState,
    Sight,
    Sighting,
    Step,
    Suppression,
    WatchedFinding,
)
from records.verdicts import Severity

SITE = "www.qinghe.test"
URL = "http://www.qinghe.test/a.html"
FINDING = Finding("f1", "broken_link", Severity.MAJOR, URL, "打不开。")
WATCHED = WatchedFinding(SITE, FINDING)
LAST = date(2026, 12, 31)


def at(text: str) -> datetime:
    """``02 21:00`` of November 2026, local; the 2nd is a Monday."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL)


def sighting(text: str, sight: Sight = Sight.FAULT, *, night: int | None = 1, counts: bool = True) -> Sighting:
    when = at(text)
    return Sighting("f1", SITE, when, band_of(when, working_day=when.weekday() < 5), sight, night, counts=counts)


def life(
    *texts: str | Sighting,
    gate: Gate | None = None,
    as_of: date = LAST,
    reviews: tuple[FindingReview, ...] = (),
    steps: tuple[FindingStep, ...] = (),
    suppressions: tuple[Suppression, ...] = (),
) -> FindingLife:
    seen = [sighting(one) if isinstance(one, str) else one for one in texts]
    chosen = gate if gate is not None else Gate()
    return life_of(WATCHED, seen, suppressions=suppressions, reviews=reviews, steps=steps, gate=chosen, as_of=as_of)


def review(text: str, state: ReviewState) -> FindingReview:
    return FindingReview(SITE, "f1", state, "理由", "王", at(text))


def step(text: str, what: Step) -> FindingStep:
    return FindingStep(SITE, "f1", what, "王", at(text), "理由")


CONFIRMED = ("02 21:00", "03 10:00", "03 21:00")


@pytest.mark.parametrize(
    ("clock", "working", "band"),
    [
        ("02 00:00", True, Band.NIGHT),
        ("02 08:59", True, Band.NIGHT),
        ("02 09:00", True, Band.OFFICE),
        ("02 17:59", True, Band.OFFICE),
        ("02 18:00", True, Band.EVENING),
        ("02 23:59", True, Band.EVENING),
        ("07 10:00", False, Band.NIGHT),
        ("07 20:00", False, Band.EVENING),
    ],
)
def test_bands_are_those_of_the_local_clock_and_calendar(clock: str, working: bool, band: Band) -> None:
    assert band_of(at(clock), working_day=working) is band


def test_a_night_is_one_day_across_midnight() -> None:
    """Seen at 23:50 and 00:10 is one occasion and not two days."""
    assert day_of(at("02 23:50")) == day_of(at("03 00:10")) == day_of(at("03 08:59")) == date(2026, 11, 2)
    assert day_of(at("03 09:00")) == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("tries", "lacks"),
    [
        (("02 21:00", "03 10:00"), "再看到 1 次"),
        (("02 10:00", "02 11:00", "02 21:00"), "再有 1 天"),
        (("02 10:00", "03 10:00", "03 11:00"), "再有 1 个时段"),
        (("02 21:00", "03 07:00", "04 21:00"), "须有一次在上班时间"),
        (("02 10:00", "02 23:50", "03 00:10"), "再有 1 天"),
        (("07 10:00", "08 20:00", "08 11:00"), "须有一次在上班时间"),
    ],
)
def test_one_condition_missing_is_enough_to_wait(tries: tuple[str, ...], lacks: str) -> None:
    found = life(*tries)
    assert found.state is LifeState.SUSPECTED
    assert found.confirmed_at is None
    assert lacks in found.lacking


@pytest.mark.parametrize(
    "tries", [CONFIRMED, ("02 10:00", "02 21:00", "03 10:00"), ("02 07:00", "02 10:00", "02 19:00")]
)
def test_at_the_gate_it_is_confirmed(tries: tuple[str, ...]) -> None:
    found = life(*tries)
    assert (found.state, found.lacking, found.tries) == (LifeState.CONFIRMED, "", 3)
    assert found.confirmed_at == at(tries[-1])


def test_another_gate_is_data() -> None:
    easy = Gate(1, 1, 1, office_hours=False)
    assert life("02 21:00", gate=easy).state is LifeState.CONFIRMED
    assert life("02 21:00", gate=replace(easy, office_hours=True)).state is LifeState.SUSPECTED
    assert life(*CONFIRMED, gate=replace(Gate(), tries=4)).state is LifeState.SUSPECTED


def test_tries_by_hand_count_only_where_the_gate_says_so() -> None:
    seen = [sighting(one, night=None) for one in CONFIRMED]
    assert life(*seen).state is LifeState.SUSPECTED
    assert life(*seen, gate=Gate(healthy_nights=False)).state is LifeState.CONFIRMED


def test_healing_closes_and_the_tries_before_it_are_gone() -> None:
    found = life("02 21:00", "03 10:00", sighting("03 12:00", Sight.HEALED), "03 21:00", "04 10:00")
    assert (found.state, found.tries, found.since) == (LifeState.SUSPECTED, 2, at("03 21:00"))
    assert [(one.tries, one.confirmed_at) for one in found.earlier] == [(2, None)]


def test_at_the_same_instant_the_good_news_counts() -> None:
    assert life("02 21:00", sighting("02 21:00", Sight.HEALED)).state is LifeState.RECOVERED


def test_a_healing_in_a_night_that_does_not_count_heals_nothing() -> None:
    assert life(*CONFIRMED, sighting("04 21:00", Sight.HEALED, counts=False)).state is LifeState.CONFIRMED


def test_nobody_could_say_any_more() -> None:
    assert life("02 21:00", sighting("03 21:00", Sight.UNKNOWN)).state is LifeState.UNVERIFIABLE
    assert life("02 21:00", sighting("03 21:00", Sight.UNKNOWN), "04 21:00").state is LifeState.SUSPECTED
    assert life(*CONFIRMED, sighting("04 21:00", Sight.UNKNOWN)).state is LifeState.CONFIRMED
    assert life(sighting("02 21:00", Sight.UNKNOWN)).state is LifeState.UNVERIFIABLE
    assert life().state is LifeState.SUSPECTED


def test_a_confirmation_of_an_earlier_life_is_none_of_this_one() -> None:
    seen = ("02 21:00", sighting("03 21:00", Sight.HEALED), "04 21:00")
    early, late = review("02 22:00", ReviewState.CONFIRMED), review("04 22:00", ReviewState.CONFIRMED)
    assert life(*seen, reviews=(early,)).state is LifeState.SUSPECTED
    assert life(*seen, reviews=(late,)).state is LifeState.CONFIRMED
    assert life(*seen, reviews=(early,)).earlier[0].confirmed_at == at("02 22:00")


def test_what_was_decided_about_a_later_life_does_not_reach_back() -> None:
    """November is asked about in December, when the fault has healed and come back and was confirmed by a person."""
    seen = ("02 21:00", sighting("10 21:00", Sight.HEALED), "20 21:00")
    of_the_second = review("21 09:00", ReviewState.CONFIRMED)
    assert life(*seen, reviews=(of_the_second,), as_of=date(2026, 11, 5)).state is LifeState.SUSPECTED
    in_between = review("12 09:00", ReviewState.CONFIRMED)
    assert life(*seen, reviews=(in_between,), as_of=date(2026, 11, 5)).state is LifeState.CONFIRMED


def test_a_dismissal_holds_until_it_is_revoked() -> None:
    dismissed, confirmed = review("04 09:00", ReviewState.DISMISSED), review("05 09:00", ReviewState.CONFIRMED)
    found = life(*CONFIRMED, reviews=(dismissed,))
    assert found.state is LifeState.SUPPRESSED
    assert found.suppression is not None
    assert (found.suppression.owner, found.suppression.reason) == ("王", "理由")
    after = sighting("06 21:00", Sight.HEALED)
    assert life(*CONFIRMED, after, "07 21:00", reviews=(dismissed,)).state is LifeState.SUPPRESSED
    assert life(*CONFIRMED, reviews=(dismissed, confirmed)).state is LifeState.CONFIRMED


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 11, 9), LifeState.CONFIRMED),
        (date(2026, 11, 10), LifeState.SUPPRESSED),
        (date(2026, 11, 20), LifeState.SUPPRESSED),
        (date(2026, 11, 21), LifeState.CONFIRMED),
    ],
)
def test_a_suppression_holds_from_its_first_day_to_its_last(day: date, state: LifeState) -> None:
    one = Suppression(1, SITE, None, "f1", "因", "王", date(2026, 11, 10), date(2026, 11, 20))
    assert life(*CONFIRMED, suppressions=(one,), as_of=day).state is state
    lifted = replace(one, lifted=date(2026, 11, 10))
    assert life(*CONFIRMED, suppressions=(lifted,), as_of=day).state is LifeState.CONFIRMED


@pytest.mark.parametrize(
    ("site", "check", "subject", "covered"),
    [
        (SITE, None, "f1", True),
        (SITE, None, URL, True),
        (SITE, "broken_link", URL, True),
        (SITE, "stale_column", URL, False),
        (SITE, None, URL + "x", False),
        ("other.test", None, "f1", False),
        (SITE, None, "f2", False),
    ],
)
def test_what_a_suppression_covers(site: str, check: str | None, subject: str, covered: bool) -> None:
    one = Suppression(1, site, check, subject, "因", "王", LAST, LAST)
    assert covers(one, WATCHED) is covered


@pytest.mark.parametrize(
    ("taken", "state"),
    [
        ((), LifeState.CONFIRMED),
        ((Step.NOTIFIED,), LifeState.NOTIFIED),
        ((Step.NOTIFIED, Step.REVIEW_ASKED), LifeState.UNDER_REVIEW),
        ((Step.NOTIFIED, Step.REVIEW_ASKED, Step.UPHELD), LifeState.FINAL),
        ((Step.NOTIFIED, Step.REVIEW_ASKED, Step.WITHDRAWN), LifeState.SUPPRESSED),
        ((Step.NOTIFIED, Step.CLOSED), LifeState.FINAL),
        ((Step.UPHELD,), LifeState.CONFIRMED),
        ((Step.REVIEW_ASKED, Step.UPHELD), LifeState.CONFIRMED),
        ((Step.CLOSED, Step.NOTIFIED), LifeState.NOTIFIED),
    ],
)
def test_the_way_from_confirmed_to_final(taken: tuple[Step, ...], state: LifeState) -> None:
    steps = tuple(step(f"0{5 + n} 09:00", one) for n, one in enumerate(taken))
    assert life(*CONFIRMED, steps=steps).state is state


def test_steps_move_nothing_that_is_not_confirmed_and_die_with_their_life() -> None:
    steps = (step("03 22:00", Step.NOTIFIED), step("04 22:00", Step.CLOSED))
    assert life("02 21:00", steps=steps).state is LifeState.SUSPECTED
    back = ("10 21:00", "11 10:00", "11 21:00")
    found = life(*CONFIRMED, sighting("05 21:00", Sight.HEALED), *back, steps=steps)
    assert found.state is LifeState.CONFIRMED


def test_a_fault_knows_when_in_the_day_it_fails() -> None:
    night = [sighting(f"0{day} 02:00") for day in (2, 3)]
    office = [sighting(f"0{day} 10:00", Sight.HEALED) for day in (2, 3)]
    assert life(*night, *office).fails_when == "只在夜间和休息日打不开，上班时间正常"
    assert life(*night).fails_when == ""
    flapping = [*night, sighting("03 03:00", Sight.HEALED), sighting("04 03:00", Sight.HEALED)]
    assert life(*flapping).fails_when == "时好时坏"
    stale = WatchedFinding(SITE, replace(FINDING, check="stale_column"))
    found = life_of(stale, [*night, *office], gate=Gate(), as_of=LAST)
    assert found.fails_when == "只在夜间和休息日出现，上班时间正常"


def test_what_is_said_of_others_is_ignored() -> None:
    other = replace(sighting("02 10:00"), finding="f2")
    elsewhere = replace(sighting("02 10:00"), site="other.test")
    assert life("02 21:00", other, elsewhere).tries == 1


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        Sighting("f1", SITE, datetime(2026, 11, 2), Band.NIGHT, Sight.FAULT)  # noqa: DTZ001


def test_order_of_what_is_given_does_not_matter() -> None:
    seen = [sighting(one) for one in CONFIRMED]
    assert life(*seen) == life(*reversed(seen))
    assert at("02 21:00") + timedelta(0) == life(*reversed(seen)).since
