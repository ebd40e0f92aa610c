"""Properties that hold whatever the values: bounds, monotony, order and names, ties, other kinds, sums."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.registry import UnitKind
from scoring.model import Scheme
from scoring.points import cents
from scoring.result import State
from scoring.scorer import score_units
from scoring.shapes import Choice, Count, Elements, Flag, Number, Parts, Shape, StatusNote
from scoring.values import UnitValues
from services.schemes import SCHEME_IDS, load_scheme

SCHEMES = {name: load_scheme(name) for name in SCHEME_IDS}
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def value_of(shape: Shape[Any]) -> st.SearchStrategy[Any]:
    """Values as `read` gives them back."""
    match shape:
        case Flag():
            return st.booleans()
        case Count(most=most):
            return st.integers(0, min(most, 30))
        case Number(low=low, high=high):
            return st.decimals(low, high if high is not None else 50, allow_nan=False, places=4)
        case Choice(keys=keys):
            return st.sampled_from(keys)
        case Elements(keys=keys, alone=alone):
            some = st.sets(st.sampled_from(keys)).map(lambda picked: tuple(k for k in keys if k in picked))
            return some if not alone else st.one_of(some, st.sampled_from([(key,) for key in alone]))
        case Parts(parts=parts):
            return st.fixed_dictionaries({name: value_of(part) for name, part in parts})
        case StatusNote(statuses=statuses):
            return st.fixed_dictionaries({"status": st.sampled_from(statuses), "note": st.just("")})
        case _:
            raise AssertionError(shape)


@st.composite
def cases(draw: st.DrawFn, names: tuple[str, ...] = SCHEME_IDS) -> tuple[Scheme, list[UnitValues]]:
    """A scheme and up to seven units of any kinds, each with some of its values."""
    scheme = SCHEMES[draw(st.sampled_from(names))]
    units = []
    for place in range(draw(st.integers(1, 7))):
        rows = draw(st.sets(st.sampled_from([row.id for row in scheme.indicators])))
        values = {row.id: draw(value_of(row.rule.shape)) for row in scheme.indicators if row.id in rows}
        kind = draw(st.sampled_from(UnitKind))
        flags = tuple(draw(st.sets(st.sampled_from(["enforcement_listed", "serious"]))))
        units.append(UnitValues(f"u{place}", f"单位{place}", kind, values, {}, flags))
    return scheme, units


@QUICK
@given(cases())
def test_points_stay_within_the_bounds_of_the_row(case: tuple[Scheme, list[UnitValues]]) -> None:
    scheme, units = case
    rows = {row.id: row for row in scheme.indicators}
    for unit in score_units(scheme, units):
        for score in unit.indicators:
            if score.points is None:
                continue
            bounds = rows[score.id].rule.bounds
            assert bounds is not None
            assert bounds[0] <= score.points <= bounds[1]
            assert score.full is None or score.points <= score.full
            assert score.points == cents(score.points)


@QUICK
@given(cases())
def test_rows_and_adjustments_add_up_to_the_total_and_the_total_lies_in_its_range(
    case: tuple[Scheme, list[UnitValues]],
) -> None:
    scheme, units = case
    for unit in score_units(scheme, units):
        if unit.total is None:
            continue
        if not unit.shares:
            rows = sum((s.points for s in unit.indicators if s.points is not None), Decimal(0))
            assert rows + sum((a.points for a in unit.adjustments), Decimal(0)) == unit.total
            pending = {s.id for s in unit.indicators if s.state is State.PENDING}
            weights = sum((abs(row.weight) for row in scheme.indicators if row.id in pending), Decimal(0))
            assert unit.pending_points == weights
        assert unit.low is not None
        assert unit.high is not None
        assert unit.low <= unit.high
        if all(s.state is not State.PENDING for s in unit.indicators):
            assert unit.low == unit.total == unit.high


@QUICK
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_and_the_names_of_units_do_not_matter(case: tuple[Scheme, list[UnitValues]], random: Any) -> None:
    scheme, units = case
    before = {unit.id: unit for unit in score_units(scheme, units)}
    shuffled = list(units)
    random.shuffle(shuffled)
    renamed = [UnitValues("x" + u.id, "另名" + u.name, u.kind, u.values, {}, u.flags) for u in shuffled]
    for unit in score_units(scheme, renamed):
        old = before[unit.id[1:]]
        assert (unit.total, unit.rank, unit.grade, unit.indicators) == (old.total, old.rank, old.grade, old.indicators)


@QUICK
@given(cases(("nanyang-county", "huaian", "nanyang-2020")))
def test_units_of_another_kind_do_not_matter(case: tuple[Scheme, list[UnitValues]]) -> None:
    """Points and ranks come from the unit's own kind; only a quota of all units would look further."""
    scheme, units = case
    kind = units[0].kind
    together = [unit for unit in score_units(scheme, units) if unit.kind is kind]
    alone = score_units(scheme, [unit for unit in units if unit.kind is kind])
    assert list(alone) == together


@QUICK
@given(cases(("nanyang-county",)))
def test_ties_share_rank_and_band(case: tuple[Scheme, list[UnitValues]]) -> None:
    scheme, units = case
    scored = list(zip(units, score_units(scheme, units), strict=True))
    ranked = [row.id for row in scheme.indicators if row.rule.ranked is not None]
    for unit, result in scored:
        for other, other_result in scored:
            if unit.kind is not other.kind:
                continue
            assert (result.total == other_result.total) == (result.rank == other_result.rank)
            for row in ranked:
                if row in unit.values and unit.values[row] == other.values.get(row):
                    mine, theirs = ({s.id: s.points for s in r.indicators}[row] for r in (result, other_result))
                    assert mine == theirs


MONOTONE = [
    pytest.param(name, row.id, id=row.id)
    for name, scheme in SCHEMES.items()
    for row in scheme.indicators
    if row.rule.kind in ("absence", "per_item_add", "per_item_deduct", "rate", "judged")
    and isinstance(row.rule.shape, Count | Number)
]


@pytest.mark.parametrize(("name", "row"), MONOTONE)
@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_more_of_a_good_thing_never_costs_and_more_of_a_bad_one_never_pays(
    name: str, row: str, data: st.DataObject
) -> None:
    (indicator,) = [i for i in SCHEMES[name].indicators if i.id == row]
    less, more = sorted(data.draw(st.tuples(*[value_of(indicator.rule.shape)] * 2)))
    before, after = (indicator.rule.score(value).points for value in (less, more))
    assert before is not None
    assert after is not None
    if indicator.rule.kind in ("absence", "per_item_deduct"):
        assert after <= before
    else:
        assert after >= before


@QUICK
@given(st.lists(st.integers(0, 9), min_size=2, max_size=9), st.data())
def test_a_better_value_never_stands_in_a_worse_band(values: list[int], data: st.DataObject) -> None:
    scheme = SCHEMES["nanyang-county"]
    row = data.draw(st.sampled_from(["NYC-19", "NYC-28"]))
    units = [UnitValues(str(n), str(n), UnitKind.COUNTY, {row: Decimal(v)}) for n, v in enumerate(values)]
    points = [unit.total for unit in score_units(scheme, units)]
    ordered = sorted(zip(values, points, strict=True), reverse=row == "NYC-28")
    earned = [total for _value, total in ordered]
    assert earned == sorted(earned, key=lambda total: -(total or Decimal(0)))


@QUICK
@given(cases())
def test_scoring_twice_gives_the_same(case: tuple[Scheme, list[UnitValues]]) -> None:
    scheme, units = case
    assert score_units(scheme, units) == score_units(scheme, units)
