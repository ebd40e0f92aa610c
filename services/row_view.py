"""One number opened: what a unit's total and each of its rows are made of, and back from evidence to points."""

from dataclasses import dataclass, replace
from decimal import Decimal

from records.indicators import Discrepancy, IndicatorValue, Trace
from scoring.counterfactual import Gain
from scoring.model import Indicator
from scoring.result import IndicatorScore, State, UnitScore
from scoring_bridge.watch import Doubt
from services.overview import CellLook, MatrixCell, look_of, matrix_cell
from services.run_shelf import OpenedRun

MOST_GAINS = 5


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row in the table of a unit."""

    row: Indicator
    score: IndicatorScore
    cell: MatrixCell
    gain: Gain | None


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit's rows by section, and what would gain it most."""

    sections: tuple[tuple[str, tuple[RowLine, ...]], ...]
    gains: tuple[tuple[Indicator, Gain], ...]  # the greatest, of what is known
    rest_most: Decimal | None  # what each of the others can gain at most
    rest: int
    open_gain: Decimal  # what the open rows can give together
    open_rows: int


@dataclass(frozen=True, slots=True)
class RowView:
    """Everything that one cell rests on."""

    row: Indicator
    score: IndicatorScore
    look: CellLook
    value: IndicatorValue | None
    beside: tuple[IndicatorValue, ...]
    discrepancies: tuple[Discrepancy, ...]
    doubt: Doubt | None
    gain: Gain | None
    left_out: tuple[Trace, ...]
    peers: int | None  # units ranked together, of a ranked row
    share: str  # its part of the total, where totals are means


@dataclass(frozen=True, slots=True)
class Moved:
    """A cell that a piece of evidence stands behind."""

    unit: UnitScore
    row: Indicator
    score: IndicatorScore
    look: CellLook
    counted: bool
    trace: Trace
    lost: Decimal | None  # points that the row falls short by

    @property
    def because(self) -> str:
        return self.score.because


def unit_view(run: OpenedRun, unit: UnitScore, *, blind: bool) -> UnitView:
    """``blind``: for the unit itself, to whom no value of another unit is told."""
    gains = {one.indicator: _told(one) if blind else one for one in run.gains(unit)}
    sections: dict[str, list[RowLine]] = {}
    for score in unit.indicators:
        row = run.rows[score.id]
        sections.setdefault(row.section, []).append(RowLine(row, score, matrix_cell(score, row), gains.get(row.id)))
    known = [one for one in gains.values() if not one.open]
    still = [one for one in gains.values() if one.open]
    rest = known[MOST_GAINS:]
    return UnitView(
        sections=tuple((name, tuple(lines)) for name, lines in sections.items()),
        gains=tuple((run.rows[one.indicator], one) for one in known[:MOST_GAINS]),
        rest_most=max((one.points for one in rest), default=None),
        rest=len(rest),
        open_gain=sum((one.points for one in still), Decimal(0)),
        open_rows=len(still),
    )


def _told(gain: Gain) -> Gain:
    """A gain as the unit is told it: the value of the peer that it would have to reach is not its business."""
    if gain.certain or gain.open:
        return gain
    return replace(gain, how="数值改善到上一档即可得，取决于其他单位的数值")


def row_view(run: OpenedRun, unit: UnitScore, indicator: str, *, blind: bool) -> RowView:
    """``blind``: for the unit itself: neither what nobody confirmed yet, nor another unit's value."""
    row = run.rows[indicator]
    score = next(one for one in unit.indicators if one.id == indicator)
    value = run.value(unit.id, indicator)
    gain = next((one for one in run.gains(unit) if one.indicator == indicator), None)
    inputs = run.stored.inputs
    cell = (unit.id, indicator)
    peers = None
    if row.rule.ranked is not None:
        peers = sum(one.kind is unit.kind and indicator in one.values for one in run.values)
    return RowView(
        row=row,
        score=score,
        look=look_of(score, row),
        value=value,
        beside=run.beside.get(cell, ()),
        discrepancies=tuple(one for one in inputs.discrepancies if (one.unit, one.indicator) == cell),
        doubt=None if blind else next((one for one in inputs.doubts if (one.unit, one.indicator) == cell), None),
        gain=_told(gain) if gain is not None and blind else gain,
        left_out=() if blind or value is None else value.left_out,
        peers=peers,
        share=str(unit.shares[indicator]) if indicator in unit.shares else "",
    )


def moved_by(run: OpenedRun, kind: str, ref: str) -> tuple[Moved, ...]:
    """Every cell of the run that a piece of evidence stands behind, counted ones first."""
    found = []
    for (unit_id, row_id), counted in run.cells_of(kind, ref):
        unit, row, value = run.units.get(unit_id), run.rows.get(row_id), run.value(unit_id, row_id)
        if unit is None or row is None or value is None:
            continue
        score = next(one for one in unit.indicators if one.id == row_id)
        traces = value.evidence if counted else value.left_out
        trace = next(one for one in traces if (one.kind.value, one.ref) == (kind, ref))
        found.append(Moved(unit, row, score, look_of(score, row), counted, trace, _lost(score)))
    return tuple(sorted(found, key=lambda one: not one.counted))


def _lost(score: IndicatorScore) -> Decimal | None:
    if score.state is not State.SCORED or score.points is None or score.full is None:
        return None
    return score.full - score.points
