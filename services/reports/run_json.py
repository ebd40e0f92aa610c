"""The JSON of a stored run: scores with the run's identity, the walk of one unit, tasks, and differences."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from records.indicators import IndicatorValue, Trace
from scoring.attribution import UnitChange
from scoring.counterfactual import Gain
from scoring.result import UnitScore
from services.reports.run_text import exact
from services.reports.scores_document import points, scores_document
from services.run_questions import Task, Trust
from services.score_round import StoredRun
from storage.canonical import canonical_json
from storage.runs import RunHead

EXPLANATION: Final = "chengjian.explanation/1"
TASKS: Final = "chengjian.tasks/1"
DIFFERENCE: Final = "chengjian.score-diff/1"


def run_head(head: RunHead) -> dict[str, Any]:
    return {
        "id": head.id,
        "city": head.city,
        "scheme": head.scheme,
        "scheme_version": head.scheme_version,
        "scheme_sha256": head.scheme_sha256,
        "period": head.period,
        "program": head.program,
        "made_at": head.made_at,
        "inputs_sha256": head.inputs_sha256,
        "result_sha256": head.result_sha256,
    }


def run_json(run: StoredRun, trust: Trust) -> bytes:
    """``chengjian.scores/1`` with the run and how far its ranking can be trusted."""
    return _lines({**scores_document(run.run), "run": run_head(run.head), "sensitivity": _trust(trust)})


def _trust(trust: Trust) -> dict[str, Any]:
    found = trust.sensitivity
    return {
        "tried": found.tried,
        "untried": trust.untried,
        "indistinguishable": [list(group) for group in found.groups],
        "ranks": [{"unit": one.unit, "rank": one.rank, "low": one.low, "high": one.high} for one in found.ranges],
    }


def explanation_json(run: StoredRun, unit: UnitScore, gains: Sequence[Gain], trust: Trust) -> bytes:
    scored = next(one for one in scores_document(run.run)["units"] if one["id"] == unit.id)
    rows = {row.id: row for row in run.inputs.scheme.indicators}
    beside: dict[str, list[IndicatorValue]] = {}
    for one in run.inputs.beside:
        if one.unit == unit.id:
            beside.setdefault(one.indicator, []).append(one)
    indicators = [
        {
            **told,
            "name": rows[told["id"]].name,
            "cite": rows[told["id"]].cite,
            "rule_text": rows[told["id"]].text,
            "reading": rows[told["id"]].reading,
            "assumption": rows[told["id"]].assumption or None,
            "supplied": run.inputs.by_cell.get((unit.id, told["id"])),
            "beside": beside.get(told["id"], []),
            "questions": [
                one.question for one in run.inputs.discrepancies if (one.unit, one.indicator) == (unit.id, told["id"])
            ],
        }
        for told in scored["indicators"]
    ]
    place = next((one for one in trust.sensitivity.ranges if one.unit == unit.id), None)
    return _lines(
        {
            "schema": EXPLANATION,
            "run": run_head(run.head),
            "unit": {**scored, "indicators": indicators},
            "rank_range": None if place is None else {"low": place.low, "high": place.high},
            "gains": gains,
        }
    )


def tasks_json(run: StoredRun, tasks: Sequence[Task]) -> bytes:
    told = [
        {
            "kind": task.kind,
            "unit": task.unit,
            "indicator": task.indicator,
            "text": task.text,
            "points": points(task.points),
            "evidence": task.evidence,
        }
        for task in tasks
    ]
    return _lines({"schema": TASKS, "run": run_head(run.head), "tasks": told})


def difference_json(old: StoredRun, new: StoredRun, changes: Iterable[UnitChange]) -> bytes:
    """Amounts are exact: decimals as strings, fractions as ``"1/3"``."""
    return _lines(
        {
            "schema": DIFFERENCE,
            "old": run_head(old.head),
            "new": run_head(new.head),
            "units": [_change(old, new, change) for change in changes],
        }
    )


def _change(old: StoredRun, new: StoredRun, change: UnitChange) -> dict[str, Any]:
    return {
        "id": change.id,
        "name": change.name,
        "before": points(change.before),
        "after": points(change.after),
        "difference": None if change.before is None or change.after is None else _amount(change.total),
        "adjustments": _amount(change.by_adjustments),
        "indicators": [
            {
                "id": part.id,
                "before": _amount(part.before),
                "after": _amount(part.after),
                "evidence": _amount(part.by_own),
                "rule": _amount(part.by_rule),
                "others": _amount(part.by_others),
                **_moves(old, new, change.id, part.id),
            }
            for part in change.rows
        ],
    }


def _amount(amount: Fraction) -> str:
    return exact(amount, sign=False)


def _moves(old: StoredRun, new: StoredRun, unit: str, row: str) -> Mapping[str, Any]:
    traces: list[dict[tuple[str, str], Trace]] = []
    for run in (old, new):
        value = run.inputs.by_cell.get((unit, row))
        traces.append({(one.kind.value, one.ref): one for one in value.evidence} if value is not None else {})
    return {
        "appeared": [trace for key, trace in traces[1].items() if key not in traces[0]],
        "gone": [trace for key, trace in traces[0].items() if key not in traces[1]],
    }


def _lines(document: Mapping[str, Any]) -> bytes:
    return canonical_json(document) + b"\n"
