"""Decided reviews as precedents (先例): how rows like this one were decided before, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from records.period import Period
from records.rounds import ReviewOutcome
from services.rounds.standing import Round


@dataclass(frozen=True, slots=True)
class Precedent:
    """One row of a review with its decision."""

    round_id: str
    scheme: str
    period: Period
    unit: str
    unit_name: str
    indicator: str
    indicator_name: str
    asked: str  # the unit's reason
    outcome: ReviewOutcome
    reason: str
    value: object
    by: str
    decided_at: datetime
    is_valid: bool  # False: the result that it was about was withdrawn later


@dataclass(frozen=True, slots=True)
class Similar:
    """How rows like this one ended (12 件类似：9 件采纳)."""

    all: int
    accepted: int

    @property
    def sentence(self) -> str:
        if not self.all:
            return "没有类似的先例"
        return f"{self.all} 件类似：{self.accepted} 件采纳，{self.all - self.accepted} 件维持初评"


def precedents_of(found: Round) -> tuple[Precedent, ...]:
    """The decisions of a round, for each result that units answered, the last one on each row."""
    plan, state = found.plan, found.state
    rows = {row.id: row.name for row in plan.rows}
    names = {unit.id: unit.name for unit in plan.units}
    known = []
    for run, answers in state.all_answers.items():
        for (unit, indicator), decision in answers.decided.items():
            asked = answers.asked[unit]
            reason = next((row.reason for row in asked.rows if row.indicator == indicator), "")
            known.append(
                Precedent(
                    plan.id, plan.scheme, plan.period, unit, names.get(unit, unit), indicator, rows.get(indicator, ""),
                    reason, decision.outcome, decision.reason, decision.value, decision.by, decision.at,
                    run == state.preliminary_run,
                )
            )  # fmt: skip
    return tuple(known)


def search(
    known: Iterable[Precedent],
    *,
    scheme: str = "",
    indicator: str = "",
    outcome: ReviewOutcome | None = None,
    words: str = "",
) -> tuple[Precedent, ...]:
    """Those of a scheme, a row and an outcome in which every one of the words (by spaces) occurs."""
    wanted = words.split()
    return tuple(
        one
        for one in known
        if (not scheme or one.scheme == scheme)
        and (not indicator or one.indicator == indicator)
        and (outcome is None or one.outcome is outcome)
        and all(word in _text(one) for word in wanted)
    )


def similar(known: Iterable[Precedent], scheme: str, indicator: str) -> Similar:
    """The decisions about the same row of the same scheme; those on withdrawn results are left out."""
    like = [one for one in known if one.scheme == scheme and one.indicator == indicator and one.is_valid]
    return Similar(len(like), sum(one.outcome is ReviewOutcome.ACCEPTED for one in like))


def _text(one: Precedent) -> str:
    return " ".join((one.unit_name, one.unit, one.indicator, one.indicator_name, one.asked, one.reason, one.by))
