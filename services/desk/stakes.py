"""What a finding costs, and whom: the rows that its check feeds, and the newest runs with it and without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from records.desk import FindingCard
from records.indicators import TraceKind
from scoring.model import Indicator, Scheme
from scoring.observation import DisclosuresSeen, UpkeepSeen
from scoring.sensitivity import rescored
from scoring_bridge.traces import audit_of
from services.run_shelf import OpenedRun, RunShelf
from storage.runs import RunHead

MOST_RUNS: Final = 4
MOST_OTHERS: Final = 10  # units shown whose points move too


@dataclass(frozen=True, slots=True)
class Fed:
    """A row that a check feeds."""

    id: str
    name: str
    full: Decimal | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A unit whose total is another if the finding goes the other way."""

    unit: str
    name: str
    before: Decimal
    after: Decimal

    @property
    def points(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class RowStake:
    """What the finding does to one row of its unit in one run."""

    row: str
    name: str
    points: Decimal | None
    full: Decimal | None
    because: str  # Chinese: how the row came to its points
    counted: bool
    why: str  # Chinese: why it counts, or does not
    other_way: str  # Chinese: what is tried, empty where nothing can be said
    moved: tuple[Moved, ...] = ()  # its own unit first


@dataclass(frozen=True, slots=True)
class RunStake:
    head: RunHead
    scheme: str
    fed: tuple[Fed, ...]
    rows: tuple[RowStake, ...]  # empty: the run knows nothing of the finding


def fed_rows(scheme: Scheme, check: str, requirement: str) -> tuple[Fed, ...]:
    """The rows of a scheme that findings of this check (about this requirement) can move."""
    found = []
    for row in scheme.indicators:
        seen = row.observation.seen if row.observation is not None else None
        is_fed = (isinstance(seen, UpkeepSeen) and check in seen.checks) or (
            isinstance(seen, DisclosuresSeen) and requirement in _requirements(seen)
        )
        if is_fed:
            found.append(Fed(row.id, row.name, row.rule.bounds[1] if row.rule.bounds is not None else None))
    return tuple(found)


def _requirements(seen: DisclosuresSeen) -> set[str]:
    every = (*seen.requirements, *(one for element in seen.elements for one in element.requirements))
    return {one.value for one in every}


def stakes(card: FindingCard, shelf: RunShelf, city: str) -> tuple[RunStake, ...]:
    """The newest run of each scheme and period, newest first.  Raises ``StorageError``, ``WrongCallError``."""
    if not card.unit:
        return ()
    found: list[RunStake] = []
    newest: dict[tuple[str, str], RunHead] = {}
    for head in shelf.heads(city):
        newest.setdefault((head.scheme, head.period), head)
    for head in list(newest.values())[:MOST_RUNS]:
        run = shelf.open(head.id)
        if card.unit not in run.units:
            continue
        fed = fed_rows(run.scheme, card.check, card.subject.partition("#")[2])
        rows = row_stakes(card, run)
        if fed or rows:
            found.append(RunStake(head, run.scheme.name, fed, rows))
    return tuple(found)


def row_stakes(card: FindingCard, run: OpenedRun) -> tuple[RowStake, ...]:
    """What a finding does to the rows of its unit in one run that knows the unit."""
    mine = [
        (row, counted)
        for (unit, row), counted in run.cells_of(TraceKind.FINDING.value, card.finding)
        if unit == card.unit and _is_ours(card, run, unit, row)
    ]
    return tuple(_row(card, run, row, counted) for row, counted in mine)


def _is_ours(card: FindingCard, run: OpenedRun, unit: str, row: str) -> bool:
    """Whether the trace is of this portal: a dead host has the same id wherever it is linked from."""
    value = run.value(unit, row)
    if value is None:
        return False
    numbers = {audit_of(one) for one in (*value.evidence, *value.left_out) if one.ref == card.finding}
    of_portal = {one["audit"] for one in run.stored.inputs.audits if one["unit"] == unit}
    return bool(numbers & of_portal)


def _row(card: FindingCard, run: OpenedRun, row_id: str, counted: bool) -> RowStake:
    row, value = run.rows[row_id], run.value(card.unit, row_id)
    score = next((one for one in run.units[card.unit].indicators if one.id == row_id), None)
    traces = value.evidence if counted and value is not None else value.left_out if value is not None else ()
    title = next((one.title for one in traces if one.ref == card.finding), "")
    why = title.rpartition("（")[2].removesuffix("）") if title.endswith("）") else ""
    tried = _other_way(card, run, row_id)
    moved: tuple[Moved, ...] = ()
    words = ""
    if tried is not None:
        words = "若经复核否定" if tried.counted else "若经复核确认"
        moved = _moved(run, card.unit, row, tried.value_if)
    return RowStake(
        row_id,
        row.name,
        score.points if score is not None else None,
        score.full if score is not None else None,
        score.because if score is not None else "",
        counted,
        why,
        words,
        moved,
    )


def _other_way(card: FindingCard, run: OpenedRun, row_id: str) -> Any:
    """The doubt that the run carries about the finding, None where nobody can change it by a review."""
    for doubt in run.stored.inputs.doubts:
        if (doubt.unit, doubt.indicator) == (card.unit, row_id):
            for suspect in doubt.suspects:
                if suspect.trace.ref == card.finding:
                    return suspect
    return None


def _moved(run: OpenedRun, unit: str, row: Indicator, raw: object) -> tuple[Moved, ...]:
    change: Mapping[str, Mapping[str, Any]] = {unit: {row.id: None if raw is None else row.rule.shape.read(raw)}}
    moved = []
    for after in rescored(run.scheme, run.values, change):
        before = run.units[after.id]
        if before.total is not None and after.total is not None and before.total != after.total:
            moved.append(Moved(after.id, after.name, before.total, after.total))
    moved.sort(key=lambda one: (one.unit != unit, -abs(one.points)))
    return tuple(moved[: MOST_OTHERS + 1])
