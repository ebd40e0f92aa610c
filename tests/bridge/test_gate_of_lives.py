"""Where nights watch a portal, the life of a finding decides whether it reaches a score: no way around it."""

from datetime import datetime
from typing import Any

import pytest

from records.judgement import Finding
from records.review import ReviewState
from records.sightings import FindingLife, LifeState, Suppression
from scoring_bridge.gate import Standing, finding_passage
from scoring_bridge.watch import Watch
from tests.bridge.watch_builder import BEIJING, DAY, KEY, SITE, finding, look, review, row, scheme, value, watch

DEAD = finding("broken_link", SITE + "zwgk/a.html", since=DAY.replace(day=10))
NOON = datetime(2026, 11, 3, 12, tzinfo=BEIJING)
GATE = scheme().gate_of(row("NYC-05"))


def life(state: LifeState, one: Finding = DEAD, **more: Any) -> FindingLife:
    since = None if state in (LifeState.VOIDED, LifeState.UNVERIFIABLE) else NOON
    return FindingLife(one.id, KEY, one.check, one.subject, state, since, since, None, **more)


def lived(known: FindingLife, *reviews: Any) -> Watch:
    """Seen by audits on two days, which is enough for the scheme's own gate."""
    made = watch(look(DEAD, day=DAY.replace(day=10), number=1), look(DEAD, number=2), reviews=reviews)
    return Watch(made.unit, made.looks, made.reviews, made.below, made.news, {(KEY, DEAD.id): known})


@pytest.mark.parametrize("state", list(LifeState))
def test_only_what_passed_the_gate_counts(state: LifeState) -> None:
    """The days of the scheme are met in every case: they alone move nothing any more."""
    known = lived(life(state, confirmed_at=NOON if state.may_count else None))
    passage = finding_passage(DEAD, known, known.looks[-1], GATE)
    assert passage.standing.counts is state.may_count


def test_the_same_looks_without_nights_keep_the_days_of_the_scheme() -> None:
    made = watch(look(DEAD, day=DAY.replace(day=10), number=1), look(DEAD, number=2))
    assert finding_passage(DEAD, made, made.looks[-1], GATE).standing is Standing.PASSED


def test_a_persons_confirmation_needs_the_life_to_carry_it() -> None:
    """The review is there; no healthy night saw the fault: it does not count."""
    said = review(DEAD, ReviewState.CONFIRMED)
    suspected = lived(life(LifeState.SUSPECTED, lacking="再看到 3 次"), said)
    passage = finding_passage(DEAD, suspected, suspected.looks[-1], GATE)
    assert passage.standing is Standing.SUSPECTED
    assert "再看到 3 次" in passage.why
    carried = lived(life(LifeState.CONFIRMED, confirmed_at=NOON, confirmed_by="张三"), said)
    assert finding_passage(DEAD, carried, carried.looks[-1], GATE).standing is Standing.CONFIRMED


def test_a_check_that_the_scheme_leaves_to_people_stays_with_them() -> None:
    other = finding("undated_column", SITE + "zwgk/b/")
    assert GATE.days_for(other.check) is None
    made = watch(look(other))
    known = life(LifeState.CONFIRMED, other, confirmed_at=NOON)
    watched = Watch(made.unit, made.looks, made.reviews, made.below, made.news, {(KEY, other.id): known})
    assert finding_passage(other, watched, made.looks[-1], GATE).standing is Standing.SUSPECTED


def test_why_it_is_silent_is_told() -> None:
    one = Suppression(3, KEY, None, DEAD.id, "机房搬迁", "王", DAY, DAY)
    suppressed = lived(life(LifeState.SUPPRESSED, suppression=one))
    passage = finding_passage(DEAD, suppressed, suppressed.looks[-1], GATE)
    assert (passage.standing, passage.why) == (Standing.OUT, "王 抑制：机房搬迁")
    dismissed = lived(life(LifeState.SUPPRESSED), review(DEAD, ReviewState.DISMISSED, why="外单位页面"))
    assert "外单位页面" in finding_passage(DEAD, dismissed, dismissed.looks[-1], GATE).why


def test_the_row_counts_by_lives() -> None:
    assert value("NYC-05", lived(life(LifeState.CONFIRMED, confirmed_at=NOON))) == ("supplied", 1)
    assert value("NYC-05", lived(life(LifeState.SUSPECTED))) == ("supplied", 0)
    assert value("NYC-05", lived(life(LifeState.RECOVERED, confirmed_at=NOON))) == ("supplied", 0)
