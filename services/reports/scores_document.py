"""A score run as `chengjian.scores/1`: written here and nowhere else."""

from decimal import Decimal
from typing import Any, Final

import orjson

from scoring.compare import UnitMove
from scoring.model import Combination
from scoring.points import plain
from scoring.result import Adjustment, IndicatorScore, UnitScore
from scoring.scorer import assumptions
from services.score_values import ScoreRun, WhatIf

SCHEMA: Final = "chengjian.scores/1"


def scores_document(run: ScoreRun) -> dict[str, Any]:
    """The contract's fields first, then ours: scheme version and hash, assumptions, ranges, reasons of grades."""
    scheme = run.scheme
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "scheme": scheme.id,
        "period": run.period,
        "scheme_name": scheme.name,
        "scheme_version": scheme.version,
        "scheme_sha256": scheme.sha256,
        "assumptions": [{"indicator": indicator or None, "text": text} for indicator, text in assumed(run)],
        "units": [_unit(unit) for unit in run.units],
    }
    if scheme.combination is Combination.LEDGER:
        document["states"] = _sum_of_states(run.units)
    if run.what_if is not None:
        document["what_if"] = _what_if(run.what_if)
    return document


def scores_json(run: ScoreRun) -> bytes:
    """The document's bytes: the same run gives the same bytes."""
    return orjson.dumps(scores_document(run), option=orjson.OPT_INDENT_2) + b"\n"


def points(number: Decimal | None) -> str | None:
    """Two places, as the contract wants them."""
    return None if number is None else f"{number:.2f}"


def assumed(run: ScoreRun) -> tuple[tuple[str, str], ...]:
    """Every reading that a run rests on, as (indicator id or "", Chinese): the scheme's, the gate's, the floor's."""
    found = list(assumptions(run.scheme))
    if run.gate:
        found.append(("", f"夜间巡查的门户问题，达到门槛才算确认：{'；'.join(run.gate)}"))
    if run.rank_floor is not None:
        found.append(("", run.rank_floor.clause))
    return tuple(found)


def _unit(unit: UnitScore) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": unit.id,
        "name": unit.name,
        "kind": unit.kind.value,
        "total": points(unit.total),
        "full": points(unit.full),
        "pending_points": points(unit.pending_points),
        "range": None if unit.low is None else {"low": points(unit.low), "high": points(unit.high)},
        "rank": unit.rank,
        "grade": unit.grade,
        "grade_because": unit.grade_because or None,
        "indicators": [_indicator(score, unit) for score in unit.indicators],
        "adjustments": [_adjustment(adjustment) for adjustment in unit.adjustments],
        "notes": list(unit.notes),
    }
    if unit.rank_because:
        document["rank_because"] = unit.rank_because
    if unit.states:
        document["states"] = dict(unit.states)
    return document


def _indicator(score: IndicatorScore, unit: UnitScore) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": score.id,
        "points": points(score.points),
        "full": points(score.full),
        "state": score.state.value,
        "because": score.because,
        "value": _value(score.value),
    }
    if score.id in unit.sources:
        document["source"] = unit.sources[score.id]
    if score.missing is not None:
        document["missing"] = score.missing.value
    if score.id in unit.shares:
        document["share_of_total"] = str(unit.shares[score.id])
    return document


def _value(value: Any) -> Any:
    """A value as it was read; decimals as strings, so that nothing is lost on the way."""
    match value:
        case Decimal():
            return plain(value)
        case dict():
            return {name: _value(part) for name, part in value.items()}
        case tuple():
            return [_value(part) for part in value]
        case _:
            return value


def _adjustment(adjustment: Adjustment) -> dict[str, Any]:
    document = {"rule": adjustment.rule, "points": points(adjustment.points), "because": adjustment.because}
    if adjustment.earned_total is not None:
        document["earned_total"] = points(adjustment.earned_total)
    return document


def _sum_of_states(units: tuple[UnitScore, ...]) -> dict[str, int]:
    states: dict[str, int] = {}
    for unit in units:
        for state, count in unit.states.items():
            states[state] = states.get(state, 0) + count
    return states


def _what_if(what_if: WhatIf) -> dict[str, Any]:
    return {
        "scheme_sha256": what_if.scheme.sha256,
        "remarks": list(what_if.remarks),
        "moved": sum(move.moved for move in what_if.moves),
        "units": [_move(move) for move in what_if.moves if move.moved],
    }


def _move(move: UnitMove) -> dict[str, Any]:
    return {
        "id": move.id,
        "total": {"before": points(move.total[0]), "after": points(move.total[1])},
        "rank": {"before": move.rank[0], "after": move.rank[1]},
        "grade": {"before": move.grade[0], "after": move.grade[1]},
        "indicators": [{"id": row.id, "before": points(row.before), "after": points(row.after)} for row in move.rows],
        "adjustments": points(move.by_adjustments),
    }
