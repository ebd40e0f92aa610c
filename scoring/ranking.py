"""Ranks: ties share the better rank (1, 2, 2, 4)."""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal

from scoring.rules.base import Better, Standing


class Peers:
    """The values of the units that are ranked together."""

    def __init__(self, values: Iterable[Decimal], better: Better) -> None:
        self._sorted = sorted(values)
        self._better = better

    def standing(self, value: Decimal) -> Standing:
        """The rank of one of the values among all of them."""
        if self._better is Better.LOWER:
            rank = bisect_left(self._sorted, value) + 1
        else:
            rank = len(self._sorted) - bisect_right(self._sorted, value) + 1
        return Standing(rank, len(self._sorted))


def ranks_within(groups: Sequence[Hashable], totals: Sequence[Decimal | None]) -> list[int | None]:
    """Each unit's rank by total, highest first, among the units of its group; None where there is no total."""
    by_group: dict[Hashable, list[Decimal]] = {}
    for group, total in zip(groups, totals, strict=True):
        if total is not None:
            by_group.setdefault(group, []).append(total)
    peers = {group: Peers(values, Better.HIGHER) for group, values in by_group.items()}
    return [
        None if total is None else peers[group].standing(total).rank
        for group, total in zip(groups, totals, strict=True)
    ]
