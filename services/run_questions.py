"""What a run leaves open: tasks for people, how far its ranking can be trusted, what would gain a unit most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from records.indicators import Trace, ValueSource, ValueState
from scoring.counterfactual import Gain, gains
from scoring.model import Indicator
from scoring.result import UnitScore
from scoring.sensitivity import Change, Sensitivity, rescored, sensitivity
from scoring.values import UnitValues
from scoring_bridge.watch import Doubt
from services.run_document import read_units
from services.score_round import StoredRun

# Scores of single units worked out again: some five seconds.  Beyond it the rest is said to be untried.
MOST_RESCORED: Final = 30_000


class TaskKind(StrEnum):
    DISCREPANCY = "discrepancy"
    SUSPICION = "suspicion"
    NOT_MEASURED = "not_measured"


TASK_NAMES: Final = {
    TaskKind.DISCREPANCY: "数据不一致",
    TaskKind.SUSPICION: "未确认的情况",
    TaskKind.NOT_MEASURED: "未测得",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that a person has to decide or do.  ``points``: what the unit's total would change by."""

    kind: TaskKind
    unit: str
    name: str
    indicator: str
    text: str
    evidence: tuple[Trace, ...] = ()
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Trust:
    """The sensitivity of a run, and how many changes were left untried for their number."""

    sensitivity: Sensitivity
    untried: int


def tasks(run: StoredRun, units: Sequence[UnitValues] | None = None) -> tuple[Task, ...]:
    """Discrepancies, then suspicions that would move points, then rows that could not be measured.

    ``units`` as ``read_units`` reads them, where the caller has them already.
    """
    names = {unit.id: unit.name for unit in run.inputs.units}
    found = [
        Task(
            TaskKind.DISCREPANCY,
            one.unit,
            names.get(one.unit, one.unit),
            one.indicator,
            f"{one.question}现用：{_value(one.used.value)}（{one.used.because}）；另有：{_value(one.other.value)}"
            f"（{one.other.because}）",
            (*one.used.evidence, *one.other.evidence),
        )
        for one in run.inputs.discrepancies
    ]
    found += _suspicions(run, names, units)
    found += [
        Task(TaskKind.NOT_MEASURED, one.unit, names.get(one.unit, one.unit), one.indicator, one.because, one.left_out)
        for one in run.inputs.values
        if one.state is ValueState.NOT_MEASURED and one.source is ValueSource.MONITORED
    ]
    return tuple(found)


def _suspicions(run: StoredRun, names: Mapping[str, str], units: Sequence[UnitValues] | None) -> list[Task]:
    if not run.inputs.doubts:
        return []
    units = units if units is not None else read_units(run.inputs)
    totals = {score.id: score.total for score in run.run.units}
    rows = {row.id: row for row in run.inputs.scheme.indicators}
    most = MOST_RESCORED // max(len(units), 1)
    tried = 0
    found = []
    for doubt in run.inputs.doubts:
        known: dict[Any, Decimal | None] = {}  # most suspicions of a row would do the same
        for suspect in doubt.suspects:
            key = repr(suspect.value_if)
            if key not in known and tried < most:
                tried += 1
                change = {doubt.unit: {doubt.indicator: _read(rows[doubt.indicator], suspect.value_if)}}
                after = next(one for one in rescored(run.inputs.scheme, units, change) if one.id == doubt.unit)
                before = totals[doubt.unit]
                known[key] = None if before is None or after.total is None else after.total - before
            points = known.get(key)
            if points == 0:
                continue
            told = "已计入，若经复核否定" if suspect.counted else "未计入，若经复核确认"
            found.append(
                Task(
                    TaskKind.SUSPICION, doubt.unit, names.get(doubt.unit, doubt.unit), doubt.indicator,
                    f"{suspect.trace.title}：{told}", (suspect.trace,), points,
                )
            )  # fmt: skip
    return found


def trust(run: StoredRun, units: Sequence[UnitValues] | None = None) -> Trust:
    """How the ranking moves when the unconfirmed things go the other way.  ``units`` as for ``tasks``.

    Tried are: for each unit all of its open questions against it, and all for it, the others as they stand; and the
    two together: this unit at its worst while every other is at its best, and the reverse.
    """
    units = units if units is not None else read_units(run.inputs)
    rows = {row.id: row for row in run.inputs.scheme.indicators}
    all_so = _changes(run.inputs.doubts, rows, lambda doubt: doubt.value_if_all)
    none_so = _changes(run.inputs.doubts, rows, lambda doubt: doubt.value_if_none)
    scenarios: list[Change] = []
    for unit in all_so:
        scenarios += [
            {unit: all_so[unit]},
            {unit: none_so[unit]},
            {**none_so, unit: all_so[unit]},
            {**all_so, unit: none_so[unit]},
        ]
    tried = scenarios[: MOST_RESCORED // max(len(units), 1)]
    moved = sensitivity(run.inputs.scheme, units, run.run.units, tried, run.inputs.rank_floor)
    return Trust(moved, len(scenarios) - len(tried))


def _changes(doubts: Sequence[Doubt], rows: Mapping[str, Indicator], pick: Any) -> dict[str, dict[str, Any]]:
    changes: dict[str, dict[str, Any]] = {}
    for doubt in doubts:
        changes.setdefault(doubt.unit, {})[doubt.indicator] = _read(rows[doubt.indicator], pick(doubt))
    return changes


def _read(row: Indicator, raw: object) -> Any:
    return None if raw is None else row.rule.shape.read(raw)


def unit_gains(run: StoredRun, unit: UnitScore) -> tuple[Gain, ...]:
    units = read_units(run.inputs)
    own = next(one for one in units if one.id == unit.id)
    return gains(run.inputs.scheme, units, own, unit.indicators)


def _value(value: Any) -> str:
    match value:
        case None:
            return "无"
        case bool():
            return "有" if value else "没有"
        case list() | tuple():
            return "、".join(map(str, value)) or "无"
        case dict():
            return "，".join(f"{name} {_value(part)}" for name, part in value.items())
        case _:
            return str(value)
