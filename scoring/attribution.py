"""Why a unit's total differs between two runs, in parts that add up exactly.

Three things can have changed for a row: the rule, the unit's own evidence, and the other units (ranked rows).  Which of
them moved how much depends on the order in which one changes them; each gets the mean over all orders (the Shapley
value), so that no order is preferred and the parts of a row add up to its change, in exact fractions.  What is not in
the rows (start, redistribution, overrides, the rounding of a mean) is one further part.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from records.registry import UnitKind
from scoring.model import Combination, Indicator, Scheme
from scoring.result import UnitScore
from scoring.rules.base import Better, Standing
from scoring.shapes import WrongValueError

_NOTHING = Fraction(0)
_OLD, _NEW = 0, 1
_State = tuple[int, int, int]  # which run gives the rule, the unit's own value, the other units' values


@dataclass(frozen=True, slots=True)
class RawUnit:
    """A unit of a run with its values as JSON has them, so that another version of the scheme can read them too."""

    id: str
    name: str
    kind: UnitKind
    values: Mapping[str, Any]
    not_applicable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """A run: its scheme, its units and the scores that this program works out for them."""

    scheme: Scheme
    units: tuple[RawUnit, ...]
    scores: tuple[UnitScore, ...]


@dataclass(frozen=True, slots=True)
class RowPart:
    """What one row adds to the change of the total: ``by_rule + by_own + by_others`` is its whole change."""

    id: str
    before: Fraction  # contribution to the total
    after: Fraction
    by_rule: Fraction
    by_own: Fraction
    by_others: Fraction


@dataclass(frozen=True, slots=True)
class UnitChange:
    """``rows`` and ``by_adjustments`` add up to ``after − before``.

    None for a total: the unit is in one of the runs only, or the scheme gives none.
    """

    id: str
    name: str
    before: Decimal | None
    after: Decimal | None
    rows: tuple[RowPart, ...] = ()
    by_adjustments: Fraction = _NOTHING

    @property
    def total(self) -> Fraction:
        return sum((part.by_rule + part.by_own + part.by_others for part in self.rows), self.by_adjustments)


def attribute(old: ScoredRun, new: ScoredRun) -> tuple[UnitChange, ...]:
    """One entry for each unit of either run, those of the new one first."""
    world = _World((old, new))
    before = {score.id: score for score in old.scores}
    after = {score.id: score for score in new.scores}
    changes = []
    for identity in dict.fromkeys([*after, *before]):
        first, second = before.get(identity), after.get(identity)
        name = (second or first or new.scores[0]).name
        totals = (first.total if first else None, second.total if second else None)
        if totals[0] is None or totals[1] is None:
            changes.append(UnitChange(identity, name, *totals))
            continue
        rows = world.parts(identity)
        in_rows = sum((part.after - part.before for part in rows), _NOTHING)
        outside = Fraction(totals[1]) - Fraction(totals[0]) - in_rows
        moved = tuple(part for part in rows if part.by_rule or part.by_own or part.by_others)
        changes.append(UnitChange(identity, name, *totals, moved, outside))
    return tuple(changes)


class _World:
    """What every row would give under any mixture of the two runs."""

    def __init__(self, runs: tuple[ScoredRun, ScoredRun]) -> None:
        self._runs = runs
        self._rows: tuple[dict[str, Indicator], ...] = tuple(
            {row.id: row for row in run.scheme.indicators} for run in runs
        )
        self._units: tuple[dict[str, RawUnit], ...] = tuple({unit.id: unit for unit in run.units} for run in runs)
        self._same_rules = runs[_OLD].scheme.sha256 == runs[_NEW].scheme.sha256
        self._peers: dict[tuple[int, int, str, UnitKind], list[Decimal]] = {}
        self._shares: dict[tuple[int, UnitKind, frozenset[str]], Mapping[str, Fraction]] = {}

    def parts(self, unit: str) -> list[RowPart]:
        return [self._part(unit, row) for row in dict.fromkeys([*self._rows[_NEW], *self._rows[_OLD]])]

    def _part(self, unit: str, row: str) -> RowPart:
        if self._is_still(unit, row):
            points = self._contribution(unit, row, (_NEW, _NEW, _NEW))
            return RowPart(row, points, points, _NOTHING, _NOTHING, _NOTHING)
        gives = {
            (rule, own, others): self._contribution(unit, row, (rule, own, others))
            for rule in (_OLD, _NEW)
            for own in (_OLD, _NEW)
            for others in (_OLD, _NEW)
        }
        before, after = gives[_OLD, _OLD, _OLD], gives[_NEW, _NEW, _NEW]
        by_rule, by_own, by_others = (self._shapley(gives, place) for place in range(3))
        return RowPart(row, before, after, by_rule, by_own, by_others)

    def _is_still(self, unit: str, row_id: str) -> bool:
        """Whether nothing that the row's points depend on has changed: so it is with most rows of most units."""
        row = self._rows[_NEW].get(row_id)
        if not self._same_rules or row is None or row.rule.ranked is not None:
            return False
        old, new = (units[unit] for units in self._units)
        before, after = old.values.get(row_id), new.values.get(row_id)
        return (
            type(before) is type(after)
            and before == after
            and (old.kind, old.not_applicable) == (new.kind, new.not_applicable)
        )

    @staticmethod
    def _shapley(gives: Mapping[_State, Fraction], place: int) -> Fraction:
        """The mean of what changing one of the three does, over all orders of changing them."""
        total = _NOTHING
        for state in gives:
            if state[place] is _NEW:
                continue
            changed = (*state[:place], _NEW, *state[place + 1 :])
            before = sum(state)  # how many of the others have changed already: 0, 1 or 2
            weight = Fraction(1, 6) if before == 1 else Fraction(1, 3)
            total += weight * (gives[changed[0], changed[1], changed[2]] - gives[state])
        return total

    def _contribution(self, unit: str, row_id: str, state: _State) -> Fraction:
        """What the row adds to the unit's total; nought where it is open, does not apply, or is not in the scheme."""
        rule_of, own_of, others_of = state
        row = self._rows[rule_of].get(row_id)
        own = self._units[own_of][unit]
        if row is None or not row.applies_to(own.kind) or row_id in own.not_applicable:
            return _NOTHING
        value = _read(row, own.values.get(row_id))
        if value is None:
            return _NOTHING
        standing = self._standing(row, rule_of, others_of, own, value) if row.rule.ranked is not None else None
        points = row.rule.score(value, standing).points
        if points is None:
            return _NOTHING
        return Fraction(points) * self._share(rule_of, own, row_id)

    def _share(self, rule_of: int, own: RawUnit, row_id: str) -> Fraction:
        scheme = self._runs[rule_of].scheme
        if scheme.combination is not Combination.MEAN:
            return Fraction(1)
        key = (rule_of, own.kind, own.not_applicable)
        if key not in self._shares:
            self._shares[key] = scheme.shares(own.kind, own.not_applicable)
        return self._shares[key].get(row_id, _NOTHING)

    def _standing(self, row: Indicator, rule_of: int, others_of: int, own: RawUnit, value: Decimal) -> Standing:
        """The place of a value among the others of a run, the unit's own value there taken out."""
        key = (rule_of, others_of, row.id, own.kind)
        if key not in self._peers:
            peers: list[Decimal] = []
            for other in self._runs[others_of].units:
                theirs = self._peer_value(row, other, own.kind)
                if theirs is not None:
                    insort(peers, theirs)
            self._peers[key] = peers
        peers = self._peers[key]
        there = self._units[others_of].get(own.id)
        mine = self._peer_value(row, there, own.kind) if there is not None else None
        if row.rule.ranked is Better.LOWER:
            better = bisect_left(peers, value) - (mine is not None and mine < value)
        else:
            better = len(peers) - bisect_right(peers, value) - (mine is not None and mine > value)
        return Standing(better + 1, len(peers) + (mine is None))

    @staticmethod
    def _peer_value(row: Indicator, unit: RawUnit, kind: UnitKind) -> Decimal | None:
        if unit.kind is not kind or not row.applies_to(kind) or row.id in unit.not_applicable:
            return None
        value: Decimal | None = _read(row, unit.values.get(row.id))
        return value


def _read(row: Indicator, raw: object) -> Any:
    """A value as this version of the row reads it; None where there is none, or where it cannot be read."""
    if raw is None:
        return None
    try:
        return row.rule.shape.read(raw)
    except WrongValueError:
        return None
