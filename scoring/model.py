"""A scheme (评价方案) as data: what is asked, in the document's words, and how we read them."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from records.registry import UnitKind
from scoring.observation import Gate, Observation
from scoring.rules.base import Rule

UNIT_KIND_NAMES: Final = {
    UnitKind.COUNTY: "县(市、区)",
    UnitKind.DEPARTMENT: "部门",
    UnitKind.DEPARTMENT_A: "A类部门",
    UnitKind.DEPARTMENT_B: "B类部门",
    UnitKind.TOWN: "镇(街道)",
}


class Period(StrEnum):
    """How often a row's information is gathered."""

    EVENT = "event"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    ROUND = "round"


PERIOD_NAMES: Final = {
    Period.EVENT: "随有随报",
    Period.MONTH: "每月",
    Period.QUARTER: "每季度",
    Period.HALF_YEAR: "每半年",
    Period.YEAR: "年度",
    Period.ROUND: "评价期",
}


class OverTime(StrEnum):
    """How what was supplied for the parts of a period makes the value of the whole."""

    SUM = "sum"
    MEAN = "mean"
    LAST = "last"


OVER_TIME_NAMES: Final = {
    OverTime.SUM: "相加",
    OverTime.MEAN: "平均",
    OverTime.LAST: "以最近一期为准",
}


class Role(StrEnum):
    """Whether a row is part of the full marks, or comes on top of the total."""

    BASE = "base"
    BONUS = "bonus"
    PENALTY = "penalty"


class Combination(StrEnum):
    """How rows make a total: their sum, the mean of the sections' means, or (a ledger) no total at all."""

    SUM = "sum"
    MEAN = "mean"
    LEDGER = "ledger"


class NotApplicable(StrEnum):
    """What becomes of a row that does not apply: it leaves `full`, or its weight is spread over the others."""

    LEAVE = "leave"
    REDISTRIBUTE = "redistribute"


class EdgeTie(StrEnum):
    """A tie across the edge of a quota: none of the tied gets the grade, or all of them do."""

    NONE = "none"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Document:
    """The official document that a scheme transcribes."""

    title: str
    number: str = ""
    issuer: str = ""
    date: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row: the rule's own words beside our reading of them."""

    id: str
    section: str
    name: str
    content: str
    weight: Decimal  # negative for a penalty row; 0 in a ledger
    source: str
    period: Period
    cite: str
    text: str  # 规则原文, verbatim
    reading: str
    rule: Rule[Any]
    role: Role = Role.BASE
    assumption: str = ""  # what the document does not state
    conflict: str = ""  # where the document contradicts itself
    lost: bool = False  # the row's text is lost in the document
    monitored: bool = False  # seen by our own monitoring, not supplied by an office or the unit
    carry_over: str = ""
    kinds: tuple[UnitKind, ...] = ()  # empty: every kind
    responsible: tuple[str, ...] = ()
    line: int = 0
    observation: Observation | None = None  # what our own monitoring sees of it
    gate: Gate | None = None  # the row's own gate; None: the scheme's
    over_time: OverTime | None = None  # None: the parts of a period decide nothing
    valid_months: int = 0  # so long after its first day a period's value holds where none newer is supplied

    def applies_to(self, kind: UnitKind) -> bool:
        return not self.kinds or kind in self.kinds

    @property
    def full(self) -> Decimal | None:
        """Full marks of the row: its weight, nought for a penalty, None in a ledger."""
        if self.rule.bounds is None:
            return None
        return max(self.weight, Decimal(0))


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    indicators: tuple[Indicator, ...]
    declared: Decimal | None = None  # what its rows should add up to
    conflict: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Level:
    """A grade: reached from `at_least` points, by no more than the best `best_share` of all units."""

    name: str
    at_least: Decimal | None = None
    best_share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Grades:
    """From best to worst; the last has no condition."""

    levels: tuple[Level, ...]
    edge_tie: EdgeTie
    cite: str
    text: str
    assumption: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """What a flag of a unit does to its result: caps the total, or sets the grade."""

    flag: str
    name: str
    cite: str
    text: str
    cap_total: Decimal | None = None
    grade: str | None = None
    assumption: str = ""


@dataclass(frozen=True, slots=True)
class RecordLife:
    """How long a record counts and is kept, and the first day of records that count at all (ISO date)."""

    valid_years: int
    kept_years: int
    since: str
    cite: str
    text: str


@dataclass(frozen=True, slots=True)
class Scheme:
    id: str
    name: str
    version: str
    sha256: str  # of the text that it was read from, and of the overlay if there was one
    document: Document
    objects: tuple[UnitKind, ...]
    combination: Combination
    not_applicable: NotApplicable
    full: Decimal | None  # 满分 as the document states it
    sections: tuple[Section, ...]
    start: Decimal = Decimal(0)
    grades: Grades | None = None
    overrides: tuple[Override, ...] = ()
    records: RecordLife | None = None
    reporting: tuple[Period, ...] = ()
    assumptions: tuple[str, ...] = ()
    conflict: str = ""
    gate: Gate | None = None  # when something that was seen counts

    def is_for(self, kind: UnitKind) -> bool:
        """Whether units of a kind are evaluated; a scheme that names no objects is for all."""
        return not self.objects or kind in self.objects

    def gate_of(self, row: Indicator) -> Gate:
        """The gate that holds for a row; without one only what an analyst confirmed counts."""
        return row.gate or self.gate or Gate()

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(indicator for section in self.sections for indicator in section.indicators)

    def full_for(self, kind: UnitKind, without: frozenset[str] = frozenset()) -> Decimal | None:
        """Full marks of a unit of a kind: the base rows that apply to it; bonus and penalty rows come on top."""
        if self.combination is Combination.LEDGER:
            return None
        if self.combination is Combination.MEAN:
            return self.full
        rows = (i for i in self.indicators if i.role is Role.BASE and i.applies_to(kind) and i.id not in without)
        return self.start + sum((i.weight for i in rows), Decimal(0))

    def shares(self, kind: UnitKind, without: frozenset[str] = frozenset()) -> dict[str, Fraction]:
        """Under MEAN: what part of the total each applicable row makes.  They add up to 1."""
        shares: dict[str, Fraction] = {}
        groups = [
            [i.id for i in section.indicators if i.applies_to(kind) and i.id not in without]
            for section in self.sections
        ]
        groups = [group for group in groups if group]
        for group in groups:
            for indicator_id in group:
                shares[indicator_id] = Fraction(1, len(groups) * len(group))
        return shares
