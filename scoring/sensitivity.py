"""What open questions can do to a ranking: the same values scored again with some of them gone the other way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scoring.model import Scheme
from scoring.rank_floor import RankFloor
from scoring.result import UnitScore
from scoring.scorer import score_units
from scoring.values import UnitValues

Change = Mapping[str, Mapping[str, Any]]  # unit → row → read value; None: the row would be open


@dataclass(frozen=True, slots=True)
class RankRange:
    """Where a unit's rank can end; ``low`` and ``high`` are its rank as it stands when nothing can move it."""

    unit: str
    rank: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """``groups``: units that cannot be told apart, in the order of their ranks; a unit may stand in two of them."""

    ranges: tuple[RankRange, ...]
    groups: tuple[tuple[str, ...], ...]
    tried: int


def rescored(
    scheme: Scheme, units: Sequence[UnitValues], change: Change, floor: RankFloor | None = None
) -> tuple[UnitScore, ...]:
    """The scores of all units with some values replaced; ranked above the ``floor``."""
    changed = [_changed(unit, change[unit.id]) if unit.id in change else unit for unit in units]
    return score_units(scheme, changed, floor)


def _changed(unit: UnitValues, rows: Mapping[str, Any]) -> UnitValues:
    values = {**unit.values, **rows}
    return replace(unit, values={row: value for row, value in values.items() if value is not None})


def sensitivity(
    scheme: Scheme,
    units: Sequence[UnitValues],
    scores: Sequence[UnitScore],
    changes: Sequence[Change],
    floor: RankFloor | None = None,
) -> Sensitivity:
    """How far ranks move when each change is made by itself."""
    found: dict[str, list[int]] = {score.id: [score.rank] for score in scores if score.rank is not None}
    for change in changes:
        for score in rescored(scheme, units, change, floor):
            if score.rank is not None and score.id in found:
                found[score.id].append(score.rank)
    ranges = tuple(
        RankRange(score.id, score.rank, min(found[score.id]), max(found[score.id]))
        if score.id in found
        else RankRange(score.id, None, None, None)
        for score in scores
    )
    kinds = {score.id: score.kind for score in scores}
    groups: list[tuple[str, ...]] = []
    for kind in dict.fromkeys(kinds.values()):
        groups += _groups([one for one in ranges if kinds[one.unit] is kind])
    return Sensitivity(ranges, tuple(groups), len(changes))


def _groups(ranges: Sequence[RankRange]) -> list[tuple[str, ...]]:
    """The largest sets of units that can come to the same place and do not stand there now, each in order of rank."""
    placed = [(one.unit, one.rank, one.low, one.high) for one in ranges]
    spans = [(unit, rank, low, high) for unit, rank, low, high in placed if rank and low and high]
    ranks = {unit: rank for unit, rank, _low, _high in spans}
    sets: list[dict[str, int]] = []
    for place in sorted({low for _unit, _rank, low, _high in spans}):  # the largest sets begin where a span begins
        together = {unit: rank for unit, rank, low, high in spans if low <= place <= high}
        sets = [other for other in sets if not other.keys() <= together.keys()]
        if not any(together.keys() <= other.keys() for other in sets):
            sets.append(together)
    apart = [found for found in sets if len(set(found.values())) > 1]
    return [tuple(sorted(found, key=lambda unit: (ranks[unit], unit))) for found in apart]
