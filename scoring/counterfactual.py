"""What would gain a unit most: the rows that fall short, by how much, and what it would take."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from records.registry import UnitKind
from scoring.model import Indicator, Scheme
from scoring.points import ZERO, plain
from scoring.result import IndicatorScore, State
from scoring.rules.base import Better, Standing
from scoring.values import UnitValues


@dataclass(frozen=True, slots=True)
class Gain:
    """Points that a row can still give.  ``certain``: it depends on the unit alone and not on its peers."""

    indicator: str
    points: Decimal
    how: str  # Chinese
    certain: bool
    open: bool = False  # nothing is known of the row yet: the points are the most that it can give
    distance: Decimal | None = None  # of a ranked row: how far the value is from the next better band


@dataclass(slots=True)
class Peerage:
    """The units that are scored together; the values of a ranked row are sorted once, for whoever asks."""

    scheme: Scheme
    units: Sequence[UnitValues]
    _sorted: dict[tuple[str, UnitKind], list[Decimal]] = field(default_factory=dict)

    def gains(self, unit: UnitValues, scores: Sequence[IndicatorScore]) -> tuple[Gain, ...]:
        """The greatest first; ``scores`` are the unit's rows."""
        rows = {row.id: row for row in self.scheme.indicators}
        found = [gain for score in scores if (gain := self._gain(rows[score.id], unit, score)) is not None]
        return tuple(sorted(found, key=lambda gain: -gain.points))

    def _gain(self, row: Indicator, unit: UnitValues, score: IndicatorScore) -> Gain | None:
        if row.rule.bounds is None or score.state is State.NOT_APPLICABLE:
            return None
        most = row.rule.bounds[1]
        if score.state is State.PENDING:
            return Gain(row.id, most, "尚无数据，补齐后最多可得", certain=False, open=True) if most > ZERO else None
        if score.points is None or score.points >= most:
            return None
        if row.rule.ranked is not None:
            return self._next_band(row, row.rule.ranked, unit, score.points)
        return Gain(row.id, most - score.points, f"做到满分：{row.reading.rstrip('。')}", certain=True)

    def _next_band(self, row: Indicator, better: Better, unit: UnitValues, points: Decimal) -> Gain | None:
        """The nearest better value of a peer that brings the unit into a better band, everybody else standing still."""
        mine: Decimal = unit.values[row.id]
        values = self._values(row.id, unit.kind)  # the unit's own is among them, and never ahead of itself
        if better is Better.LOWER:
            ahead = reversed(values[: bisect_left(values, mine)])
        else:
            ahead = iter(values[bisect_right(values, mine) :])
        for value in dict.fromkeys(ahead):
            before = bisect_left(values, value) if better is Better.LOWER else len(values) - bisect_right(values, value)
            reached = row.rule.score(value, Standing(before + 1, len(values))).points
            if reached is not None and reached > points:
                how = f"由 {plain(Decimal(mine))} 到 {plain(Decimal(value))} 可进入上一档，其他单位变动时随之变动"
                return Gain(row.id, reached - points, how, certain=False)
        return None

    def _values(self, row: str, kind: UnitKind) -> list[Decimal]:
        key = (row, kind)
        if key not in self._sorted:
            self._sorted[key] = sorted(
                unit.values[row] for unit in self.units if unit.kind is kind and row in unit.values
            )
        return self._sorted[key]


def gains(
    scheme: Scheme, units: Sequence[UnitValues], unit: UnitValues, scores: Sequence[IndicatorScore]
) -> tuple[Gain, ...]:
    """The greatest first; ``scores`` are the unit's rows."""
    return Peerage(scheme, units).gains(unit, scores)
