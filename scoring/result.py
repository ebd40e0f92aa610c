"""What scoring gives back: points with reasons, totals with their range, ranks, grades, adjustments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from records.registry import UnitKind


class State(StrEnum):
    SCORED = "scored"
    PENDING = "pending"
    NOT_APPLICABLE = "not_applicable"


class Missing(StrEnum):
    """Why a row is pending.  Neither is a nought: that would be a value."""

    NOT_SUPPLIED = "not_supplied"  # an office or the unit has sent nothing
    NOT_MEASURED = "not_measured"  # our own monitoring has not looked yet


STATE_NAMES: Final = {State.SCORED: "已计分", State.PENDING: "待补", State.NOT_APPLICABLE: "不适用"}


@dataclass(frozen=True, slots=True)
class IndicatorScore:
    """One row of one unit.  `points` is None unless scored (and always in a ledger); `value` is what it came from."""

    id: str
    points: Decimal | None
    full: Decimal | None
    state: State
    because: str
    value: Any = None
    missing: Missing | None = None  # only when pending


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A change of the total that no row makes; `earned_total` keeps what it was before a cap."""

    rule: str
    points: Decimal
    because: str
    earned_total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class UnitScore:
    """`low` and `high` are where the total can end when the unit's open rows are filled in; equal when none is open."""

    id: str
    name: str
    kind: UnitKind
    total: Decimal | None
    full: Decimal | None
    pending_points: Decimal | None
    low: Decimal | None
    high: Decimal | None
    rank: int | None
    grade: str | None
    grade_because: str
    indicators: tuple[IndicatorScore, ...]
    adjustments: tuple[Adjustment, ...]
    shares: Mapping[str, Fraction] = field(default_factory=dict)  # under MEAN: each row's part of the total
    states: Mapping[str, int] = field(default_factory=dict)  # in a ledger: tasks by status
    notes: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)  # where the values come from, as they were given
    rank_because: str = ""  # why there is no rank though there is a total (``rank_floor``)
