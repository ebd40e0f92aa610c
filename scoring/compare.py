"""Two readings side by side: whose points, totals, ranks and grades move, and by how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoring.points import ZERO
from scoring.result import UnitScore


@dataclass(frozen=True, slots=True)
class RowMove:
    id: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class UnitMove:
    """What moves for one unit.  Rows and adjustments add up to the total's change, but for the rounding of a mean."""

    id: str
    name: str
    total: tuple[Decimal | None, Decimal | None]
    rank: tuple[int | None, int | None]
    grade: tuple[str | None, str | None]
    rows: tuple[RowMove, ...]
    by_adjustments: Decimal

    @property
    def moved(self) -> bool:
        return bool(self.rows) or any(pair[0] != pair[1] for pair in (self.total, self.rank, self.grade))


def moves(before: Sequence[UnitScore], after: Sequence[UnitScore]) -> tuple[UnitMove, ...]:
    """One entry for each unit, in the order given; both runs must be of the same units."""
    return tuple(_move(old, new) for old, new in zip(before, after, strict=True))


def _move(old: UnitScore, new: UnitScore) -> UnitMove:
    before = {score.id: score.points for score in old.indicators}
    after = {score.id: score.points for score in new.indicators}
    rows = tuple(
        RowMove(row, before.get(row), after.get(row))
        for row in dict.fromkeys([*before, *after])  # another version may drop rows and add some
        if before.get(row) != after.get(row)
    )
    adjusted = sum((a.points for a in new.adjustments), ZERO) - sum((a.points for a in old.adjustments), ZERO)
    return UnitMove(
        old.id, old.name, (old.total, new.total), (old.rank, new.rank), (old.grade, new.grade), rows, adjusted
    )
