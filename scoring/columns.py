"""One row (指标) scored for all units at once, because ranked rows depend on peers and most values repeat."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from records.registry import UnitKind
from scoring.model import UNIT_KIND_NAMES, Indicator
from scoring.points import ZERO, cents
from scoring.ranking import Peers
from scoring.result import IndicatorScore, Missing, State
from scoring.values import UnitValues


def score_row(row: Indicator, units: Sequence[UnitValues]) -> list[IndicatorScore]:
    """The row's score of each unit, in order.  Equal values among the same peers share one score object."""
    full = None if row.full is None else cents(row.full)
    nothing = None if row.full is None else ZERO  # a row that does not apply leaves the full marks
    peers = _peers(row, units)
    not_for_kind = "仅适用于" + "、".join(UNIT_KIND_NAMES[kind] for kind in row.kinds)
    missing = Missing.NOT_MEASURED if row.monitored else Missing.NOT_SUPPLIED
    pending = IndicatorScore(row.id, None, full, State.PENDING, _pending_reason(row), None, missing)
    by_kind: dict[UnitKind | None, dict[Any, IndicatorScore]] = {}
    scores: list[IndicatorScore] = []
    for unit in units:
        value = unit.values.get(row.id)  # no value is ever None: the shapes refuse it
        if row.kinds and unit.kind not in row.kinds:
            unused = "；所填的值未采用" if value is not None else ""
            scores.append(IndicatorScore(row.id, None, nothing, State.NOT_APPLICABLE, not_for_kind + unused))
        elif row.id in unit.not_applicable:
            reason = f"申报不适用：{unit.not_applicable[row.id]}"
            scores.append(IndicatorScore(row.id, None, nothing, State.NOT_APPLICABLE, reason))
        elif value is None and row.id in unit.missing:
            why_missing, told = unit.missing[row.id]
            because = f"{told}，不计零分也不计满分" if row.rule.bounds is not None else told
            scores.append(replace(pending, because=because, missing=why_missing))
        elif value is None:
            scores.append(pending)
        else:
            known = by_kind.setdefault(unit.kind if peers else None, {})
            key = tuple(value.values()) if isinstance(value, dict) else value
            score = known.get(key)
            if score is None:
                outcome = row.rule.score(value, peers[unit.kind].standing(value) if peers else None)
                score = IndicatorScore(row.id, outcome.points, full, State.SCORED, outcome.because, value)
                known[key] = score
            scores.append(score)
    return scores


def _peers(row: Indicator, units: Sequence[UnitValues]) -> dict[UnitKind, Peers]:
    """The values of a ranked row by kind of unit; empty for a row that is not ranked."""
    if row.rule.ranked is None:
        return {}
    values: dict[UnitKind, list[Decimal]] = {}
    for unit in units:
        if row.id in unit.values and row.applies_to(unit.kind):
            values.setdefault(unit.kind, []).append(unit.values[row.id])
    return {kind: Peers(group, row.rule.ranked) for kind, group in values.items()}


def _pending_reason(row: Indicator) -> str:
    if row.lost:
        why = "原文丢失，评审人尚未给分"
    elif row.monitored:
        why = "尚未监测"
    else:
        why = f"{row.source or '提供单位'}尚未提供数据"
    return f"{why}，不计零分也不计满分" if row.rule.bounds is not None else f"{why}，未登记状态"
