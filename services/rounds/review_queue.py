"""The rows that units asked to have reviewed (申诉), with the term in which each is to be decided.

宛信用办〔2020〕10号 评价办法 article 10(五) sets no term for the decision.  Ours is a reminder and not a bar: as many
working days as article 10(四) gives the unit, from the day on which its application was received.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from records.filings import Attachment
from records.period import Period
from records.rounds import ReviewDecided, Stage
from records.work_calendar import UnknownYearError, WorkCalendar
from services.rounds.standing import Round

DECISION_TERM: Final = 5  # working days


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One row that a unit asked to have reviewed."""

    round_id: str
    scheme: str
    period: Period
    stage: Stage
    run: str  # the preliminary run that it is about
    unit: str
    unit_name: str
    indicator: str
    indicator_name: str
    reason: str
    files: tuple[Attachment, ...]
    received: date
    registered_by: str
    decision: ReviewDecided | None
    reopened: bool  # decided, and sent back since: may be decided again

    @property
    def is_open(self) -> bool:
        return self.decision is None or self.reopened

    @property
    def can_be_decided(self) -> bool:
        return self.stage is Stage.REEVALUATING and self.is_open


@dataclass(frozen=True, slots=True)
class Term:
    """By when, and how many working days are left after today: below nought where it is over."""

    due: date
    left: int

    @property
    def sentence(self) -> str:
        if self.left < 0:
            return f"应于 {self.due} 前决定，已超过 {-self.left} 个工作日"
        return f"应于 {self.due} 前决定，还有 {self.left} 个工作日" if self.left else f"今天（{self.due}）到期"


def items_of(found: Round) -> tuple[ReviewItem, ...]:
    """The rows of the result that is valid now, in the order of asking."""
    plan, state = found.plan, found.state
    answers = state.answers
    rows = {row.id: row.name for row in plan.rows}
    names = {unit.id: unit.name for unit in plan.units}
    return tuple(
        ReviewItem(
            plan.id, plan.scheme, plan.period, state.stage or Stage.COLLECTING, state.preliminary_run or "", unit,
            names.get(unit, unit), row.indicator, rows.get(row.indicator, ""), row.reason, row.attachments,
            review.received, review.by, answers.decided.get((unit, row.indicator)),
            (unit, row.indicator) in answers.reopened,
        )
        for unit, review in answers.asked.items()
        for row in review.rows
    )  # fmt: skip


def term_of(item: ReviewItem, calendar: WorkCalendar, today: date) -> Term | None:
    """None where the calendar does not know a year that it needs."""
    try:
        due = calendar.add_working_days(item.received, DECISION_TERM)
        return Term(due, working_days_left(calendar, today, due))
    except UnknownYearError:
        return None


def working_days_left(calendar: WorkCalendar, today: date, due: date) -> int:
    """Working days after ``today`` up to ``due``; below nought how many have passed since.  ``UnknownYearError``."""
    first, last, sign = (today, due, 1) if today <= due else (due, today, -1)
    days = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
    return sign * sum(calendar.is_working_day(day) for day in days)


def sorted_queue(items: Iterable[ReviewItem]) -> list[ReviewItem]:
    """What can be decided first, the oldest application first; then what waits for its stage; then what is decided."""
    return sorted(items, key=lambda one: (not one.can_be_decided, not one.is_open, one.received, one.round_id))
