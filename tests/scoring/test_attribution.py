"""Why a total changed: the parts add up exactly, whatever changed, and each cause gets what it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.registry import UnitKind
from scoring.attribution import RawUnit, ScoredRun, UnitChange, attribute
from scoring.model import Scheme
from scoring.scheme_text import parse_scheme
from scoring.scorer import score_units
from scoring.values import UnitValues

HEAD = """\
format: chengjian.scheme/1
id: s
name: 甲
version: "1"
document: {title: 某办法}
full: 30
%s
bands: [{below: 0.5, share: 1}, {share: 0.5}]
overrides:
  - {flag: enforcement_listed, name: 列入, cite: 九, text: 低于, cap_total: 12}
sections:
  - name: 一
    indicators:
      - {id: A, name: a, weight: 10, cite: 一, text: t, reading: r, rule: {kind: presence}}
      - {id: B, name: b, weight: 10, cite: 二, text: t, reading: r, rule: {kind: interval_ranking, better: lower}}
      - {id: C, name: c, weight: 10, cite: 三, text: t, reading: r, rule: {kind: per_item_add, step: %s}}
"""
MEAN = """\
format: chengjian.scheme/1
id: m
name: 均
version: "1"
document: {title: 某办法}
full: 100
combination: mean
sections:
  - name: 一
    indicators:
      - {id: A, name: a, weight: 100, cite: 一, text: t, reading: r, rule: {kind: judged}}
      - {id: B, name: b, weight: 100, cite: 二, text: t, reading: r, rule: {kind: judged}}
      - {id: C, name: c, weight: 100, cite: 三, text: t, reading: r, rule: {kind: judged}}
"""


def scheme(text: str) -> Scheme:
    reading = parse_scheme(text, "s.yml")
    assert reading.scheme is not None, reading.faults
    return reading.scheme


OLD, NEW = scheme(HEAD % ("", "1")), scheme(HEAD % ("not_applicable: redistribute", "2"))
MEAN_SCHEME = scheme(MEAN)


@dataclass(frozen=True)
class Given:
    id: str
    values: dict[str, Any]
    not_applicable: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def run(one: Scheme, units: Sequence[Given]) -> ScoredRun:
    rows = {row.id: row for row in one.indicators}
    read = []
    for unit in units:
        given_values = {row: value for row, value in unit.values.items() if row not in unit.not_applicable}
        shaped = {row: rows[row].rule.shape.read(value) for row, value in given_values.items()}
        reasons = dict.fromkeys(unit.not_applicable, "无")
        read.append(UnitValues(unit.id, unit.id, UnitKind.COUNTY, shaped, reasons, unit.flags))
    raw = tuple(
        RawUnit(
            unit.id,
            unit.id,
            UnitKind.COUNTY,
            {row: value for row, value in unit.values.items() if row not in unit.not_applicable},
            frozenset(unit.not_applicable),
        )
        for unit in units
    )
    return ScoredRun(one, raw, score_units(one, read))


def change(old: ScoredRun, new: ScoredRun, unit: str = "u0") -> UnitChange:
    return next(one for one in attribute(old, new) if one.id == unit)


values = st.fixed_dictionaries({}, optional={"A": st.booleans(), "B": st.integers(0, 6), "C": st.integers(0, 12)})
units = st.lists(
    st.builds(
        Given,
        st.sampled_from([f"u{n}" for n in range(6)]),
        values,
        st.sets(st.sampled_from("ABC"), max_size=1).map(tuple),
        st.sampled_from([(), ("enforcement_listed",)]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda unit: unit.id,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(units, units, st.sampled_from([OLD, NEW]), st.sampled_from([OLD, NEW]))
def test_the_parts_add_up_to_the_difference(
    before: list[Given], after: list[Given], first: Scheme, second: Scheme
) -> None:
    """Rules, values, peers, rows that do not apply, caps and units that come and go: never a cent unexplained."""
    for one in attribute(run(first, before), run(second, after)):
        if one.before is None or one.after is None:
            assert one.rows == ()
            continue
        assert one.total == Fraction(one.after) - Fraction(one.before)
        for part in one.rows:
            assert part.by_rule + part.by_own + part.by_others == part.after - part.before


@given(units, units, st.sampled_from([OLD, NEW]), st.sampled_from([OLD, NEW]))
def test_there_and_back_are_opposites(before: list[Given], after: list[Given], first: Scheme, second: Scheme) -> None:
    """No order is preferred: the way back has the same parts with the other sign."""
    there = {one.id: one for one in attribute(run(first, before), run(second, after))}
    back = {one.id: one for one in attribute(run(second, after), run(first, before))}
    for unit, one in there.items():
        ahead = {part.id: (part.by_rule, part.by_own, part.by_others) for part in one.rows}
        behind = {part.id: (-part.by_rule, -part.by_own, -part.by_others) for part in back[unit].rows}
        assert ahead == behind


marks = st.lists(st.tuples(*(st.decimals(0, 100, places=2),) * 3), min_size=1, max_size=3)


@given(marks, marks)
def test_thirds_of_a_mean_add_up_too(before: list[tuple[Decimal, ...]], after: list[tuple[Decimal, ...]]) -> None:
    """The rounding of the mean is told as an adjustment and never lost."""

    def given_units(rows: list[tuple[Decimal, ...]]) -> list[Given]:
        return [Given(f"u{n}", dict(zip("ABC", row, strict=True))) for n, row in enumerate(rows)]

    for one in attribute(run(MEAN_SCHEME, given_units(before)), run(MEAN_SCHEME, given_units(after))):
        if one.before is not None and one.after is not None:
            assert one.total == Fraction(one.after) - Fraction(one.before)
            assert abs(one.by_adjustments) <= Fraction(1, 100)


@given(units)
def test_nothing_changed_is_nothing_told(before: list[Given]) -> None:
    for one in attribute(run(OLD, before), run(OLD, before)):
        assert (one.rows, one.by_adjustments) == ((), 0)


def part(one: UnitChange, row: str) -> tuple[Fraction, Fraction, Fraction]:
    found = next(part for part in one.rows if part.id == row)
    return found.by_rule, found.by_own, found.by_others


def test_own_evidence() -> None:
    """A from nothing to there: 10 points, all by the unit's own evidence."""
    one = change(run(OLD, [Given("u0", {})]), run(OLD, [Given("u0", {"A": True})]))
    assert (one.total, part(one, "A")) == (10, (0, 10, 0))


def test_the_movement_of_others() -> None:
    """B: u0 keeps 3.  Others 5: rank 1 of 2, q 0 → 10.  Others 1: rank 2, q 1 → 5.  All by the others."""
    before = run(OLD, [Given("u0", {"B": 3}), Given("u1", {"B": 5})])
    after = run(OLD, [Given("u0", {"B": 3}), Given("u1", {"B": 1})])
    assert part(change(before, after), "B") == (0, 0, -5)


def test_own_and_others_share_what_neither_did_alone() -> None:
    """u0 from 3 to 1, u1 from 2 to 4.  (own, others): (3, 2) rank 2 → 5; (1, 2) → 10; (3, 4) → 10; (1, 4) → 10.

    Own: ½ [(10 − 5) + (10 − 10)] = 2.5; others the same; together 5.
    """
    before = run(OLD, [Given("u0", {"B": 3}), Given("u1", {"B": 2})])
    after = run(OLD, [Given("u0", {"B": 1}), Given("u1", {"B": 4})])
    assert part(change(before, after), "B") == (0, Fraction(5, 2), Fraction(5, 2))


def test_the_rule_version() -> None:
    """C: 3 items at 1 point, then at 2 points: 3 → 6, all by the rule."""
    before, after = run(OLD, [Given("u0", {"C": 3})]), run(NEW, [Given("u0", {"C": 3})])
    assert part(change(before, after), "C") == (3, 0, 0)


def test_an_override_is_an_adjustment() -> None:
    """A 10 and C 10 give 20, capped at 12 by the flag: −8, and no row moved."""
    rows = {"A": True, "C": 10}
    one = change(run(OLD, [Given("u0", rows)]), run(OLD, [Given("u0", rows, flags=("enforcement_listed",))]))
    assert (one.rows, one.by_adjustments) == ((), -8)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_unit_of_one_run_only_has_no_parts(order: tuple[int, int]) -> None:
    runs = (run(OLD, [Given("u0", {"A": True})]), run(OLD, [Given("u0", {"A": True}), Given("new", {"A": True})]))
    one = change(runs[order[0]], runs[order[1]], "new")
    assert {one.before is None, one.after is None} == {True, False}
    assert one.rows == ()
