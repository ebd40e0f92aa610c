"""The terms of a complaint in working days: from when, until when, kept or not.  Pure: calendar and day are arguments.

The day from which a term runs is not counted (民法典 art. 201).  Where the working days of a year are not known, a term
that reaches into it has no last day, and nobody is called late by it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from records.complaints import ComplaintRules, Standing, Term, TermKind, TermState
from records.work_calendar import UnknownYearError, WorkCalendar
from services.complaints.life import ComplaintState

_REMEMBERED: Final = 8192
#: States in which somebody has to do something, the most urgent first.
URGENT: Final = (TermState.OVERDUE, TermState.DUE_TODAY, TermState.RUNNING, TermState.UNKNOWN)
TERM_WORDS: Final = {
    TermState.RUNNING: "期限内",
    TermState.DUE_TODAY: "今日到期",
    TermState.OVERDUE: "已逾期",
    TermState.MET: "按期",
    TermState.MET_LATE: "逾期办结",
    TermState.WAIVED: "无须告知",
    TermState.ENDED: "因撤回终止",
    TermState.UNKNOWN: "期限待定",
}


class TermCalendar:
    """Counts working days and remembers what it counted: terms of many complaints begin on the same days."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self.due = lru_cache(maxsize=_REMEMBERED)(self._due)
        self.between = lru_cache(maxsize=_REMEMBERED)(self._between)

    def _due(self, begins: date, days: int) -> tuple[date | None, int | None]:
        """The last day of a term, or the year whose working days are not known."""
        try:
            return self._calendar.add_working_days(begins, days), None
        except UnknownYearError as error:
            return None, error.year

    def _between(self, first: date, last: date) -> int | None:
        """Working days after the first day, up to and with the last; None where they are not known."""
        days = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
        try:
            return sum(map(self._calendar.is_working_day, days))
        except UnknownYearError:
            return None


def terms_of(state: ComplaintState, rules: ComplaintRules, calendar: TermCalendar, today: date) -> tuple[Term, ...]:
    """Every term that runs or ran, in the order in which they began."""
    return tuple(_Clock(state, rules, calendar, today).terms())


def running(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Those that still ask for something, the most urgent first."""
    waiting = [term for term in terms if term.state in URGENT]
    return tuple(sorted(waiting, key=lambda term: (URGENT.index(term.state), term.due or date.max, term.begins)))


class _Clock:
    def __init__(self, state: ComplaintState, rules: ComplaintRules, calendar: TermCalendar, today: date) -> None:
        self._state = state
        self._rules = rules
        self._calendar = calendar
        self._today = today

    def terms(self) -> Iterator[Term]:
        state = self._state
        decided = state.accepted or state.refused
        yield self._term(TermKind.DECIDE, state.complaint.received, decided.on if decided else None)
        told = state.notified.on if state.notified else None
        if state.refused is not None:
            waived = not state.complaint.reachable
            yield self._term(TermKind.TELL_REFUSAL, state.refused.on, told, waived=waived)
        if state.accepted is not None:
            waived = not state.complaint.reachable
            yield self._term(TermKind.TELL_ACCEPTANCE, state.accepted.on, told, waived=waived)
            yield from self._handlings()
            ended = state.answered[0].on if state.answered else None
            yield self._term(TermKind.WHOLE, state.accepted.on, ended, longer=state.extended)
        for urged, answer in state.urges:
            yield self._term(TermKind.ANSWER_URGE, urged.on, answer.on if answer else None)

    def _handlings(self) -> Iterator[Term]:
        """One for each body that it was handed to; a body that it was taken from again owes nothing."""
        handlings = self._state.handlings
        for place, handling in enumerate(handlings):
            last = place == len(handlings) - 1
            if handling.reported is None and not last:
                continue
            # what was lengthened is the first handling: a second investigation begins its own term
            longer = 0 if handling.handed.again else self._state.extended
            met = handling.reported.on if handling.reported else None
            yield self._term(TermKind.HANDLE, handling.handed.on, met, longer=longer)

    def _term(self, kind: TermKind, begins: date, met: date | None, *, longer: int = 0, waived: bool = False) -> Term:
        rule = self._rules.term(kind)
        days = rule.days + longer
        due, unknown = self._calendar.due(begins, days)
        state, left = self._standing(due, met, waived)
        return Term(kind, rule.name, rule.article, begins, days, due, met, state, left, unknown)

    def _standing(self, due: date | None, met: date | None, waived: bool) -> tuple[TermState, int | None]:
        if met is not None:
            if due is None:
                return TermState.MET, None
            return (TermState.MET if met <= due else TermState.MET_LATE), None
        if self._state.withdrawn is not None:
            return TermState.ENDED, None
        if waived or self._state.standing is Standing.ARCHIVED:
            return TermState.WAIVED, None
        if due is None:
            return TermState.UNKNOWN, None
        if self._today > due:
            late = self._calendar.between(due, self._today)
            return TermState.OVERDUE, None if late is None else -late
        if self._today == due:
            return TermState.DUE_TODAY, 0
        return TermState.RUNNING, self._calendar.between(self._today, due)
