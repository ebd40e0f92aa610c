"""Why a total differs between two runs, by cause; the causes add up to the difference exactly (ANCHORS S3).

``scoring.attribution`` gives each row's change by its rule, by the unit's own value and by the other units.  What the
unit's own value did is told apart here by what became of the value: a review that was accepted, a row that was filled
or fell open, or other evidence.  Each row's share goes into one of them undivided.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Final

from records.indicators import IndicatorValue, Trace, ValueSource, ValueState
from scoring.attribution import RowPart, UnitChange
from services.run_shelf import OpenedRun, RunShelf
from services.score_round import difference
from storage.runs import RunHead


class Cause(StrEnum):
    EVIDENCE = "evidence"
    COVERAGE = "coverage"
    REVIEW = "review"
    RULE = "rule"
    OTHERS = "others"
    ADJUSTMENT = "adjustment"


CAUSE_WORDS: Final = {
    Cause.EVIDENCE: "本单位情况",
    Cause.COVERAGE: "数据补齐或缺失",
    Cause.REVIEW: "申诉采纳",
    Cause.RULE: "规则版本",
    Cause.OTHERS: "其他单位变动",
    Cause.ADJUSTMENT: "总分调整",
}


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row's part of a change, and what evidence came and went."""

    id: str
    name: str
    before: Fraction
    after: Fraction
    parts: tuple[tuple[Cause, Fraction], ...]
    old: IndicatorValue | None
    new: IndicatorValue | None
    appeared: tuple[Trace, ...]
    gone: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One unit's change; the causes add up to ``total``.  ``only``: the unit is in one of the runs alone."""

    change: UnitChange
    causes: Mapping[Cause, Fraction]
    rank_before: int | None
    rank_after: int | None
    withheld: tuple[str, str] = ("", "")  # why there was, and is, no rank

    @property
    def is_only(self) -> bool:
        return self.change.before is None or self.change.after is None


def change_line(old: OpenedRun, new: OpenedRun, change: UnitChange) -> ChangeLine:
    causes = dict.fromkeys(Cause, Fraction(0))
    for part in change.rows:
        for cause, amount in _parts(old, new, change.id, part):
            causes[cause] += amount
    causes[Cause.ADJUSTMENT] += change.by_adjustments
    then, now = (run.units.get(change.id) for run in (old, new))
    return ChangeLine(
        change,
        causes,
        then.rank if then is not None else None,
        now.rank if now is not None else None,
        (then.rank_because if then is not None else "", now.rank_because if now is not None else ""),
    )


def change_lines(old: OpenedRun, new: OpenedRun, changes: Iterable[UnitChange]) -> list[ChangeLine]:
    """Every unit that moved or is in one run alone, the largest moves first."""
    lines = [change_line(old, new, one) for one in changes]
    moved = [one for one in lines if one.is_only or one.change.total or one.change.rows]
    return sorted(moved, key=lambda one: -abs(one.change.total))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side: who moved, the largest moves first, and what each cause did to all of them together."""

    changes: Mapping[str, UnitChange]  # by unit, those that did not move too
    lines: tuple[ChangeLine, ...]
    sums: Mapping[Cause, Fraction]


def compare(shelf: RunShelf, old: OpenedRun, new: OpenedRun, wait: float) -> Comparison | None:
    """None while it is still being worked out.  ``WrongCallError``: the runs are not to be compared."""

    def make() -> Comparison:
        changes = difference(old.stored, new.stored)
        lines = tuple(change_lines(old, new, changes))
        sums = {cause: sum((line.causes[cause] for line in lines), Fraction(0)) for cause in Cause}
        return Comparison({one.id: one for one in changes}, lines, sums)

    return shelf.worked_out(("comparison", old.head.id, new.head.id), make, wait)


def row_changes(old: OpenedRun, new: OpenedRun, change: UnitChange) -> tuple[RowChange, ...]:
    found = []
    for part in change.rows:
        row = new.rows.get(part.id) or old.rows[part.id]
        before, after = old.value(change.id, part.id), new.value(change.id, part.id)
        appeared, gone = _moves(before, after)
        found.append(
            RowChange(
                part.id, row.name, part.before, part.after, _parts(old, new, change.id, part), before, after, appeared,
                gone,
            )
        )  # fmt: skip
    return tuple(found)


def _parts(old: OpenedRun, new: OpenedRun, unit: str, part: RowPart) -> tuple[tuple[Cause, Fraction], ...]:
    own = _own_cause(old.value(unit, part.id), new.value(unit, part.id))
    amounts = ((own, part.by_own), (Cause.RULE, part.by_rule), (Cause.OTHERS, part.by_others))
    return tuple((cause, amount) for cause, amount in amounts if amount)


def _own_cause(before: IndicatorValue | None, after: IndicatorValue | None) -> Cause:
    judged = [value is not None and value.source is ValueSource.JUDGED for value in (before, after)]
    if any(judged) and before != after:
        return Cause.REVIEW
    supplied = [value is not None and value.state is ValueState.SUPPLIED for value in (before, after)]
    return Cause.EVIDENCE if all(supplied) else Cause.COVERAGE


def _moves(before: IndicatorValue | None, after: IndicatorValue | None) -> tuple[tuple[Trace, ...], tuple[Trace, ...]]:
    then, now = ({(t.kind, t.ref): t for t in value.evidence} if value else {} for value in (before, after))
    return (
        tuple(trace for key, trace in now.items() if key not in then),
        tuple(trace for key, trace in then.items() if key not in now),
    )


def earlier_run(heads: Sequence[RunHead], head: RunHead, wanted: str, now: datetime) -> RunHead | None:
    """The run that ``head`` is set against: ``wanted`` is a number, ``previous`` (or nothing), or ``yesterday``.

    ``heads`` are newest first.  Yesterday's is the last one that was made before today began; where ``head`` itself was
    made before, the one before it.
    """
    before = [one for one in heads if one.scheme == head.scheme and int(one.id) < int(head.id)]
    if wanted in ("", "previous"):
        return before[0] if before else None
    if wanted == "yesterday":
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return next((one for one in before if one.made_at < midnight), None)
    return next((one for one in heads if one.id == wanted and one.scheme == head.scheme), None)
