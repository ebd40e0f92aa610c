"""What would gain a unit most: the rows that fall short, by how much, and what it would take."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoring.model import Indicator, Scheme
from scoring.points import ZERO, plain
from scoring.ranking import Peers
from scoring.result import IndicatorScore, State
from scoring.rules.base import Better
from scoring.values import UnitValues


@dataclass(frozen=True, slots=True)
class Gain:
    """Points that a row can still give.  ``certain``: it depends on the unit alone and not on its peers."""

    indicator: str
    points: Decimal
    how: str  # Chinese
    certain: bool
    open: bool = False  # nothing is known of the row yet: the points are the most that it can give


def gains(
    scheme: Scheme, units: Sequence[UnitValues], unit: UnitValues, scores: Sequence[IndicatorScore]
) -> tuple[Gain, ...]:
    """The greatest first; ``scores`` are the unit's rows."""
    rows = {row.id: row for row in scheme.indicators}
    found = [gain for score in scores if (gain := _gain(rows[score.id], units, unit, score)) is not None]
    return tuple(sorted(found, key=lambda gain: -gain.points))


def _gain(row: Indicator, units: Sequence[UnitValues], unit: UnitValues, score: IndicatorScore) -> Gain | None:
    if row.rule.bounds is None or score.state is State.NOT_APPLICABLE:
        return None
    most = row.rule.bounds[1]
    if score.state is State.PENDING:
        return Gain(row.id, most, "尚无数据，补齐后最多可得", certain=False, open=True) if most > ZERO else None
    if score.points is None or score.points >= most:
        return None
    if row.rule.ranked is not None:
        return _next_band(row, row.rule.ranked, units, unit, score.points)
    return Gain(row.id, most - score.points, f"做到满分：{row.reading.rstrip('。')}", certain=True)


def _next_band(
    row: Indicator, better: Better, units: Sequence[UnitValues], unit: UnitValues, points: Decimal
) -> Gain | None:
    """The nearest better value of a peer that brings the unit into a better band, everybody else standing still."""
    mine = unit.values[row.id]
    others: list[Decimal] = [
        other.values[row.id]
        for other in units
        if other.id != unit.id and other.kind is unit.kind and row.id in other.values
    ]
    ahead: list[Any] = sorted(
        {value for value in others if (value < mine if better is Better.LOWER else value > mine)},
        reverse=better is Better.LOWER,
    )
    for value in ahead:
        reached = row.rule.score(value, Peers([*others, value], better).standing(value)).points
        if reached is not None and reached > points:
            how = f"由 {plain(Decimal(mine))} 到 {plain(Decimal(value))} 可进入上一档，其他单位变动时随之变动"
            return Gain(row.id, reached - points, how, certain=False)
    return None
