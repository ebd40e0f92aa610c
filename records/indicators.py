"""What an indicator was measured to be, and where that can be checked."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class ValueState(StrEnum):
    """Three zeroes are kept apart: a measured nought is SUPPLIED, nothing supplied and not measured are others."""

    SUPPLIED = "supplied"  # there is a value; nought is one
    NOT_SUPPLIED = "not_supplied"  # somebody was asked and gave nothing (未提供)
    NOT_MEASURED = "not_measured"  # we could not look: blocked, not reached, unsure (未测得)
    NOT_APPLICABLE = "not_applicable"  # it does not apply to this unit, with a reason (不适用)


class ValueSource(StrEnum):
    """Who says so."""

    MONITORED = "monitored"  # 大数据监测: our own observation
    FILED = "filed"  # 自主报送: the unit itself
    OFFICIAL = "official"  # 市信用办、法院、有关部门提供
    JUDGED = "judged"  # a person's decision, such as a review (申诉)


class TraceKind(StrEnum):
    PAGE = "page"
    FINDING = "finding"
    EVENT = "event"
    ARTICLE = "article"
    FILING = "filing"  # a row of a filed workbook
    ATTACHMENT = "attachment"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that a third person can open to check a value."""

    kind: TraceKind
    ref: str  # finding id, event id, filing row id, sha-256 …
    title: str  # Chinese, one line
    url: str | None = None
    sha256: str | None = None
    seen_at: str | None = None  # ISO 8601 instant
    place: str = ""  # inside it: sheet and cell, WARC file and offset


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """The value of one row for one unit in one period, with everything that it rests on."""

    unit: str
    indicator: str
    state: ValueState
    source: ValueSource
    value: Any = None  # in the JSON form of CONTRACTS §3; None unless SUPPLIED
    because: str = ""  # one Chinese sentence
    evidence: tuple[Trace, ...] = ()
    provider: str = ""  # who supplied it, as the document names it: 市信用办, 县市区 …
    effective: date | None = None  # the day that it holds for, apart from the day of supply
    left_out: tuple[Trace, ...] = ()  # seen but not counted: unconfirmed, dismissed, same cause


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A filing and an observation that differ: a task for a person, never decided by the program."""

    unit: str
    indicator: str
    used: IndicatorValue  # which of the two the score stands on until somebody decides
    other: IndicatorValue
    question: str  # Chinese: what has to be decided
