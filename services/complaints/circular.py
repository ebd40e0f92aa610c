"""The circular on complaints (通报, article 21): how many, what became of them, how the bodies kept their terms.

It names bodies and numbers, never a complainant and never a text.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from records.complaints import OUTCOME_NAMES, STANDING_NAMES, ComplaintRules, TermKind, TermState
from services.complaints.desk import Case


@dataclass(frozen=True, slots=True)
class BodyRow:
    """One handling body."""

    body: str
    handled: int
    in_time: int
    late: int
    waiting: int
    urged: int
    ended: int = 0  # withdrawn while it was with the body


@dataclass(frozen=True, slots=True)
class Circular:
    first: date
    last: date
    received: int
    standings: Mapping[str, int]  # Chinese name → number
    kinds: Mapping[str, int]
    refused: Mapping[str, int]  # ground in words → number
    outcomes: Mapping[str, int]
    bodies: tuple[BodyRow, ...]


def circular(cases: Sequence[Case], rules: ComplaintRules, first: date, last: date) -> Circular:
    """The figures of the complaints that were received in a period."""
    kinds = {one.id: one.text for one in rules.kinds}
    grounds = {one.id: f"{one.text}（{one.article}）" for one in rules.grounds}
    states = [case.state for case in cases]
    refusals = [state.refused for state in states if state.refused is not None]
    found = (handling.reported for state in states for handling in state.handlings[-1:])
    return Circular(
        first=first,
        last=last,
        received=len(cases),
        standings=dict(Counter(STANDING_NAMES[state.standing] for state in states)),
        kinds=dict(Counter(kinds.get(state.complaint.kind, state.complaint.kind) for state in states)),
        refused=dict(Counter(grounds.get(one.ground, one.ground) for one in refusals)),
        outcomes=dict(Counter(OUTCOME_NAMES[reported.outcome] for reported in found if reported is not None)),
        bodies=_bodies(cases),
    )


def _bodies(cases: Sequence[Case]) -> tuple[BodyRow, ...]:
    counts: dict[str, Counter[str]] = {}
    for case in cases:
        handling = case.state.handling
        if handling is None:
            continue
        own = counts.setdefault(handling.handed.body, Counter())
        own["handled"] += 1
        own["urged"] += len(case.state.urges)
        term = [term for term in case.terms if term.kind is TermKind.HANDLE][-1]
        match term.state:
            case TermState.MET:
                own["in_time"] += 1
            case TermState.MET_LATE | TermState.OVERDUE:
                own["late"] += 1
            case TermState.ENDED:
                own["ended"] += 1
            case _:
                own["waiting"] += 1
    rows = (
        BodyRow(body, own["handled"], own["in_time"], own["late"], own["waiting"], own["urged"], own["ended"])
        for body, own in counts.items()
    )
    return tuple(sorted(rows, key=lambda row: (-row.late, -row.handled, row.body)))


def circular_text(found: Circular) -> str:
    """The circular as Chinese lines."""
    lines = [f"{found.first} 至 {found.last} 收到投诉举报 {found.received} 件"]
    for title, counts in (
        ("办理情况", found.standings),
        ("失信种类", found.kinds),
        ("不予受理", found.refused),
        ("查实情况", found.outcomes),
    ):
        if counts:
            lines.append(f"{title}：" + "，".join(f"{name} {number}" for name, number in counts.items()))
    lines += [
        f"  {row.body}：承办 {row.handled}，按期 {row.in_time}，逾期 {row.late}，"
        f"在办 {row.waiting}，撤回 {row.ended}，督促 {row.urged} 次"
        for row in found.bodies
    ]
    return "\n".join(lines) + "\n"
