"""What a unit may see of its points: its own, once the preliminary result was handed over, and what would gain most."""

from dataclasses import dataclass
from decimal import Decimal

from records.indicators import IndicatorValue
from scoring.counterfactual import Gain
from scoring.model import Indicator
from scoring.points import plain
from scoring.result import IndicatorScore, UnitScore
from scoring.rules.base import Better
from scoring.shapes import RATE
from services.run_shelf import OpenedRun
from services.unit_rounds import UnitRound


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One row of the unit's own result."""

    row: Indicator
    score: IndicatorScore
    value: IndicatorValue | None


@dataclass(frozen=True, slots=True)
class OwnGain:
    """A row that could give more: how much, and what it takes without naming anybody else's number."""

    row: Indicator
    points: Decimal
    how: str
    certain: bool
    open: bool


@dataclass(frozen=True, slots=True)
class OwnResult:
    """The unit's own part of a run, and nothing of any other's."""

    score: UnitScore
    rows: tuple[OwnRow, ...]
    gains: tuple[OwnGain, ...]
    is_final: bool


def own_result(one: UnitRound, run: OpenedRun, *, is_final: bool) -> OwnResult | None:
    """None where the run has not the unit."""
    score = run.units.get(one.unit.id)
    if score is None:
        return None
    rows = tuple(OwnRow(run.rows[row.id], row, run.value(one.unit.id, row.id)) for row in score.indicators)
    gains = tuple(_gain(run, gain) for gain in run.gains(score))
    return OwnResult(score, rows, gains, is_final)


def _gain(run: OpenedRun, gain: Gain) -> OwnGain:
    row = run.rows[gain.indicator]
    how = gain.how
    if gain.distance is not None:
        # the edge of a band is a peer's own number: the distance says what is needed, and names nobody's
        way = "降低" if row.rule.ranked is Better.LOWER else "提高"
        how = f"再{way} {_amount(row, gain.distance)}可进入上一档；以其他单位不变为前提，其他单位变动时随之变动"
    return OwnGain(row, gain.points, how, gain.certain, gain.open)


def _amount(row: Indicator, distance: Decimal) -> str:
    return f"{plain(distance * 100)} 个百分点" if row.rule.shape == RATE else plain(distance)


def points_text(points: Decimal | None) -> str:
    return "—" if points is None else plain(points)
