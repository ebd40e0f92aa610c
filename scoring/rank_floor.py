"""The floor of the ranking: a unit of whose full marks too little has a value gets no rank (不予排名).

A total covers what is scored.  Where half of the marks are open, a place by the total is a statement about what was
not supplied or not measured, and reads like one about the unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Final

from scoring.model import Combination, Role, Scheme
from scoring.points import plain
from scoring.ranking import ranks_within
from scoring.result import State, UnitScore

UNRANKED: Final = "不予排名"


@dataclass(frozen=True, slots=True)
class RankFloor:
    """``share`` of the full marks, 0 … 1, that must have a value; ``source`` says where the number comes from."""

    share: Decimal
    source: str

    @property
    def clause(self) -> str:
        """For the printed assumptions."""
        return (
            f"有数据的分值不足满分 {plain(self.share * 100)}% 的单位不予排名，其余单位依次排名"
            f"（加分、扣分项不计入这一比例；依据：{self.source}）"
        )


def measured_share(scheme: Scheme, unit: UnitScore) -> Fraction | None:
    """How much of the marks that apply to a unit has a value; None where there are none.

    Rows on top of the full marks (bonus, penalty) are left out: a bonus that nobody claims leaves no gap.
    """
    if scheme.combination is Combination.LEDGER:
        return None
    known = whole = Fraction(0)
    for row, score in zip(scheme.indicators, unit.indicators, strict=True):
        if row.role is not Role.BASE or score.state is State.NOT_APPLICABLE:
            continue
        marks = Fraction(abs(row.weight)) * unit.shares.get(row.id, Fraction(1))
        whole += marks
        known += marks if score.state is State.SCORED else 0
    return known / whole if whole else None


def ranked(scheme: Scheme, scores: Sequence[UnitScore], least: RankFloor | None) -> tuple[UnitScore, ...]:
    """The scores with their ranks by total among the units of their kind that are not below the floor."""
    because = [_withheld(scheme, score, least) for score in scores]
    totals = [None if words else score.total for score, words in zip(scores, because, strict=True)]
    ranks = ranks_within([score.kind for score in scores], totals)
    return tuple(
        replace(score, rank=rank, rank_because=words) for score, rank, words in zip(scores, ranks, because, strict=True)
    )


def _withheld(scheme: Scheme, score: UnitScore, least: RankFloor | None) -> str:
    """Why a unit gets no rank; empty where it gets one."""
    share = measured_share(scheme, score) if least is not None else None
    if least is None or share is None or share >= Fraction(least.share):
        return ""
    # rounded down: 79.96 % must not read as 80 %
    percent = plain(Decimal(floor(share * 1000)) / 10)
    return f"有数据的分值只占满分的 {percent}%，不足 {plain(least.share * 100)}%，{UNRANKED}"
