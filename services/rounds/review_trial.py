"""What a review would move before anybody decides it: the preliminary result scored again with the new value."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoring.result import IndicatorScore, UnitScore
from scoring.sensitivity import rescored
from services.rounds.review_values import read_value
from services.rounds.reviews import accepted_values
from services.rounds.standing import Round
from services.run_shelf import OpenedRun
from services.schemes import WrongCallError


@dataclass(frozen=True, slots=True)
class OtherMove:
    """Another unit whose total or rank would move with it: ranked rows are shared out among peers."""

    name: str
    before: Decimal | None
    after: Decimal | None
    rank_before: int | None
    rank_after: int | None


@dataclass(frozen=True, slots=True)
class Trial:
    """The row and the unit before and after; ``others`` are those that would move, the greatest moves first."""

    value: Any
    row_before: IndicatorScore
    row_after: IndicatorScore
    before: UnitScore
    after: UnitScore
    others: tuple[OtherMove, ...]


def try_review(found: Round, run: OpenedRun, unit: str, indicator: str, text: str) -> Trial:
    """``run``: the preliminary one.  ``text``: the new value as JSON; empty: as it stands, for a refusal.

    What was accepted before in this round is in both.  ``WrongCallError`` where the row does not take the value.
    """
    row = run.rows.get(indicator)
    if row is None or unit not in run.units:
        raise WrongCallError(f"初评计分 {run.head.id} 中没有 {unit} {indicator}")
    changes: dict[str, dict[str, Any]] = {}
    for value in accepted_values(found.state):
        if (value.unit, value.indicator) != (unit, indicator):
            changes.setdefault(value.unit, {})[value.indicator] = _read(run, value.indicator, value.value)
    least = run.stored.inputs.rank_floor
    before = rescored(run.scheme, run.values, changes, least) if changes else run.stored.run.units
    own = {**changes.get(unit, {})}
    new: Any = None
    after = before
    if text.strip():
        new = read_value(run.scheme, indicator, text)
        own[indicator] = _read(run, indicator, new)
        after = rescored(run.scheme, run.values, {**changes, unit: own}, least)
    place = list(run.rows).index(indicator)
    then = next(one for one in before if one.id == unit)
    now = next(one for one in after if one.id == unit)
    others = [
        OtherMove(old.name, old.total, one.total, old.rank, one.rank)
        for old, one in zip(before, after, strict=True)
        if old.id != unit and (old.total, old.rank) != (one.total, one.rank)
    ]
    others.sort(key=lambda one: -abs((one.after or Decimal(0)) - (one.before or Decimal(0))))
    return Trial(new, then.indicators[place], now.indicators[place], then, now, tuple(others))


def _read(run: OpenedRun, indicator: str, value: Any) -> Any:
    """A stored value (``float`` for a rate) as the rule reads it."""
    return run.rows[indicator].rule.shape.read(_exact(value))


def _exact(value: Any) -> Any:
    match value:
        case float():
            return Decimal(repr(value))
        case dict():
            return {name: _exact(part) for name, part in value.items()}
        case list() | tuple():
            return [_exact(part) for part in value]
        case _:
            return value
