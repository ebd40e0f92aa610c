"""The overview of a run as people read it: the matrix of units and rows, the ranking, and how totals spread."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import floor
from typing import Final

from records.registry import UnitKind
from scoring.model import UNIT_KIND_NAMES, Combination, Indicator
from scoring.points import plain
from scoring.rank_floor import UNRANKED
from scoring.result import IndicatorScore, Missing, State, UnitScore
from scoring.rules.status_ledger import STATUS_NAMES
from services.reports.run_text import ranks_text
from services.run_coverage import is_bad, open_text, span_text
from services.run_questions import Trust
from services.run_shelf import OpenedRun


class CellLook(StrEnum):
    """How a cell of the matrix is to be seen; the three noughts never look alike."""

    FULL = "full"
    PART = "part"
    BAD = "bad"  # measured, and nothing earned or points taken away
    NOT_SUPPLIED = "not_supplied"
    NOT_MEASURED = "not_measured"
    NOT_APPLICABLE = "not_applicable"
    STATUS = "status"  # of a ledger


LOOK_WORDS: Final = {
    CellLook.FULL: "满分",
    CellLook.PART: "部分得分",
    CellLook.BAD: "有数据，得零分或扣分",
    CellLook.NOT_SUPPLIED: "未提供数据",
    CellLook.NOT_MEASURED: "未测得",
    CellLook.NOT_APPLICABLE: "不适用",
    CellLook.STATUS: "办理状态",
}


@dataclass(frozen=True, slots=True)
class MatrixCell:
    row: str
    text: str  # 2 · 0 · 未报 · 未测 · —
    look: CellLook


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """One unit of the matrix.  ``cells`` are empty where the reader may see the total alone."""

    id: str
    name: str
    kind: str  # Chinese
    rank: int | None
    ranks: str  # 3–5 where unreviewed things can move it
    total: str
    span: str  # 81–86
    open: str  # 5 分未测
    grade: str
    cells: tuple[MatrixCell, ...] = ()
    unranked: str = ""  # 不予排名, with the reason where the reader may know it


class Order(StrEnum):
    RANK = "rank"
    REGISTER = "register"  # as the city's register has them
    NAME = "name"
    OPEN = "open"  # most open points first


ORDER_WORDS: Final = {
    Order.RANK: "按名次",
    Order.REGISTER: "按登记表",
    Order.NAME: "按名称",
    Order.OPEN: "按待补分值",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which units, in which order.  ``row``: the worst in that row first."""

    order: Order = Order.RANK
    kind: UnitKind | None = None
    words: str = ""
    row: str = ""
    open_only: bool = False


@dataclass(frozen=True, slots=True)
class Blur:
    """Units whose places cannot be told apart."""

    ranks: str  # 3–5
    names: tuple[str, ...]


def look_of(score: IndicatorScore, row: Indicator) -> CellLook:
    match score.state:
        case State.NOT_APPLICABLE:
            return CellLook.NOT_APPLICABLE
        case State.PENDING:
            return CellLook.NOT_MEASURED if score.missing is Missing.NOT_MEASURED else CellLook.NOT_SUPPLIED
        case State.SCORED:
            if score.points is None:
                return CellLook.STATUS
            if is_bad(score, row.role):
                return CellLook.BAD
            return CellLook.FULL if score.points == score.full else CellLook.PART


def matrix_cell(score: IndicatorScore, row: Indicator) -> MatrixCell:
    look = look_of(score, row)
    match look:
        case CellLook.NOT_SUPPLIED:
            text = "未报"
        case CellLook.NOT_MEASURED:
            text = "未测"
        case CellLook.NOT_APPLICABLE:
            text = "—"
        case CellLook.STATUS:
            text = STATUS_NAMES.get(score.value["status"], "?") if isinstance(score.value, Mapping) else "?"
        case CellLook.FULL | CellLook.PART | CellLook.BAD:
            text = plain(score.points) if score.points is not None else ""
    return MatrixCell(score.id, text, look)


def chosen_units(run: OpenedRun, chosen: Chosen) -> list[UnitScore]:
    """The units that a reader asked for, in that order."""
    units = [
        one
        for one in run.stored.run.units
        if (chosen.kind is None or one.kind is chosen.kind)
        and (not chosen.words or chosen.words in one.name or chosen.words == one.id)
        and (not chosen.open_only or bool(one.pending_points) or _is_open(one))
    ]
    if chosen.row in run.rows:
        place = list(run.rows).index(chosen.row)
        return sorted(units, key=lambda one: _row_order(one.indicators[place]))
    match chosen.order:
        case Order.RANK:
            kinds = list(UNIT_KIND_NAMES)
            return sorted(units, key=lambda one: (kinds.index(one.kind), one.rank or 10**9))
        case Order.NAME:
            return sorted(units, key=lambda one: one.name)
        case Order.OPEN:
            return sorted(units, key=lambda one: -(one.pending_points or Decimal(0)))
        case Order.REGISTER:
            return units


def _is_open(unit: UnitScore) -> bool:
    return any(score.state is State.PENDING for score in unit.indicators)


def _row_order(score: IndicatorScore) -> tuple[int, Decimal]:
    """Worst first: what was measured, then what is open, then what does not apply."""
    if score.state is State.SCORED:
        return 0, score.points if score.points is not None else Decimal(0)
    return (1 if score.state is State.PENDING else 2), Decimal(0)


def matrix_line(
    run: OpenedRun, unit: UnitScore, places: Mapping[str, str], *, cells: bool = True, openness: bool = True
) -> MatrixLine:
    """``places``: rank ranges by unit (``rank_spans``); without ``openness`` what is made public alone."""
    return MatrixLine(
        id=unit.id,
        name=unit.name,
        kind=UNIT_KIND_NAMES[unit.kind],
        rank=unit.rank,
        ranks=places.get(unit.id, ""),
        total=plain(unit.total) if unit.total is not None else "",
        span=span_text(unit.low, unit.high) if openness else "",
        open=open_text(unit, run.rows) if openness else "",
        grade=unit.grade or ("未定" if unit.grade_because else ""),
        cells=tuple(matrix_cell(score, run.rows[score.id]) for score in unit.indicators) if cells else (),
        unranked=unit.rank_because if openness or not unit.rank_because else UNRANKED,
    )


def rank_spans(trust: Trust | None) -> dict[str, str]:
    """``3–5`` for each unit whose rank unreviewed things can move."""
    if trust is None:
        return {}
    return {one.unit: f"{one.low}–{one.high}" for one in trust.sensitivity.ranges if one.low != one.high}


def blurs(run: OpenedRun, trust: Trust | None) -> tuple[Blur, ...]:
    """Which places cannot be told apart (第 3–5 名分不出高下)."""
    if trust is None:
        return ()
    found = []
    for group in trust.sensitivity.groups:
        units = [run.units[one] for one in group]
        found.append(Blur(ranks_text([one.rank or 0 for one in units]), tuple(one.name for one in units)))
    return tuple(found)


def is_ledger(run: OpenedRun) -> bool:
    return run.scheme.combination is Combination.LEDGER


@dataclass(frozen=True, slots=True)
class Bucket:
    """Totals from ``low`` on and below ``high``."""

    low: int
    high: int
    units: int


def spread(totals: Iterable[Decimal | None], width: int = 5) -> tuple[Bucket, ...]:
    """How many totals lie where, in steps of ``width`` points without a gap between the lowest and the highest."""
    counts = Counter(floor(total / width) for total in totals if total is not None)
    if not counts:
        return ()
    return tuple(Bucket(step * width, (step + 1) * width, counts[step]) for step in range(min(counts), max(counts) + 1))


@dataclass(frozen=True, slots=True)
class Middle:
    """Lowest, quarter, middle, three quarters and highest of some totals."""

    low: Decimal
    quarter: Decimal
    median: Decimal
    three_quarters: Decimal
    high: Decimal


def middle(totals: Sequence[Decimal]) -> Middle | None:
    """Nearest-rank quartiles, so that each of the five is a total that some unit has; None for no totals."""
    if not totals:
        return None
    known = sorted(totals)

    def at(share: Decimal) -> Decimal:
        return known[int(share * (len(known) - 1) + Decimal("0.5"))]

    return Middle(known[0], at(Decimal("0.25")), at(Decimal("0.5")), at(Decimal("0.75")), known[-1])
