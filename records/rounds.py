"""A round of evaluation (一轮评价): its stages, and the entries of its log.  How it moves: `services.rounds.life`."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from records.filings import Attachment
from records.period import Period
from records.registry import UnitKind


class Stage(StrEnum):
    """Where a round stands (宛信用办〔2020〕10号 评价办法 articles 10 and 12), in the order in which it moves."""

    COLLECTING = "collecting"  # 信息采集
    VERIFYING = "verifying"  # 信息核实
    PRELIMINARY = "preliminary"  # 初步评价
    FEEDBACK = "feedback"  # 初评结果反馈: units confirm or ask for review
    REEVALUATING = "reevaluating"  # 复评
    AUDITING = "auditing"  # 评价结果审核
    FINAL = "final"  # 最终结果
    ARCHIVED = "archived"  # 归档


STAGES: tuple[Stage, ...] = tuple(Stage)

STAGE_NAMES = {
    Stage.COLLECTING: "信息采集",
    Stage.VERIFYING: "信息核实",
    Stage.PRELIMINARY: "初步评价",
    Stage.FEEDBACK: "初评结果反馈",
    Stage.REEVALUATING: "复评",
    Stage.AUDITING: "结果审核",
    Stage.FINAL: "最终结果",
    Stage.ARCHIVED: "已归档",
}


class ReviewOutcome(StrEnum):
    """What became of one row of a review (申诉)."""

    ACCEPTED = "accepted"  # 采纳: the row gets another value
    REFUSED = "refused"  # 维持初评: no number moves


@dataclass(frozen=True, slots=True)
class RoundUnit:
    """A unit that takes part, under the name that it had when the round was opened."""

    id: str
    name: str
    kind: UnitKind


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A row of the scheme that a review can be asked for; `kinds` are those that it applies to, empty: all."""

    id: str
    name: str
    kinds: tuple[UnitKind, ...] = ()


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """What a round fixes when it is opened; nothing of it changes later."""

    id: str  # 2026Q4-nanyang-county
    city: str
    scheme: str
    scheme_version: str
    scheme_sha256: str
    period: Period
    units: tuple[RoundUnit, ...]
    rows: tuple[RoundRow, ...]

    def unit(self, identity: str) -> RoundUnit | None:
        return next((unit for unit in self.units if unit.id == identity), None)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One row that a unit asks to have reviewed, and why."""

    indicator: str
    reason: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Advanced:
    """One stage forward."""

    by: str
    at: datetime
    to: Stage
    run: str | None = None  # score run: of the preliminary result, or of the one that goes to the audit and is final
    delivered: date | None = None  # FEEDBACK: the day on which the units got the preliminary result
    deadline: date | None = None  # FEEDBACK: the last day of the term, kept so that no later calendar moves it
    note: str = ""


@dataclass(frozen=True, slots=True)
class SteppedBack:
    """One stage back, with the reason; what it takes back stays in the log."""

    by: str
    at: datetime
    to: Stage
    reason: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A unit agrees with its preliminary result."""

    by: str
    at: datetime
    unit: str
    received: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReviewAsked:
    """A unit's application (复评申请、申诉), once, with all its rows."""

    by: str
    at: datetime
    unit: str
    received: date
    rows: tuple[ReviewRow, ...]


@dataclass(frozen=True, slots=True)
class ReviewDecided:
    """The decision on one row of an application; `value` (CONTRACTS §3) only where it is accepted."""

    by: str
    at: datetime
    unit: str
    indicator: str
    outcome: ReviewOutcome
    reason: str
    value: Any = None


Entry = Opened | Advanced | SteppedBack | Confirmed | ReviewAsked | ReviewDecided
