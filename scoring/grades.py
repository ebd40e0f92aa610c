"""Grades by threshold and by quota.

A grade is said only when the open points cannot change it: a unit is not called poor because a file is missing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from decimal import Decimal
from math import floor

from scoring.model import EdgeTie, Grades, Level
from scoring.points import plain

Range = tuple[Decimal, Decimal]


def grade_units(grades: Grades, ranges: Sequence[Range]) -> list[tuple[str | None, str]]:
    """A grade (or None) with its reason for each unit's total, given as the range in which it can end.

    A quota counts all units given; who is within it is decided by how many of them reach at least the same total.
    """
    lows = sorted(low for low, _high in ranges)
    highs = sorted(high for _low, high in ranges)
    return [_grade(grades, low, high, lows, highs) for low, high in ranges]


def _grade(
    grades: Grades, low: Decimal, high: Decimal, lows: list[Decimal], highs: list[Decimal]
) -> tuple[str | None, str]:
    worst = _level(grades, low, highs, own=high)  # everybody else ends high
    best = _level(grades, high, lows, own=low)  # everybody else ends low
    if worst is best:
        return worst.name, _reason(worst, low if low == high else None, len(lows))
    return None, f"有待补分项，等级可能为 {worst.name} 至 {best.name}，补齐后确定"


def _level(grades: Grades, total: Decimal, ends: list[Decimal], own: Decimal) -> Level:
    """The first level that a total reaches against the others' sorted `ends`, among which the unit's `own` stands."""
    above = len(ends) - bisect_right(ends, total) - (own > total)
    reaching = len(ends) - bisect_left(ends, total) - (own >= total)
    for level in grades.levels:
        if level.at_least is not None and total < level.at_least:
            continue
        if level.best_share is None:
            return level
        places = above if grades.edge_tie is EdgeTie.ALL else reaching
        if places + 1 <= floor(level.best_share * len(ends)):
            return level
    return grades.levels[-1]


def _reason(level: Level, total: Decimal | None, units: int) -> str:
    parts = [f"总分 {total}" if total is not None else "待补分项不影响等级"]
    if level.at_least is not None:
        parts.append(f"达到 {plain(level.at_least)} 分")
    if level.best_share is not None:
        parts.append(
            f"位于全部 {units} 个单位的前 {plain(level.best_share * 100)}%（{floor(level.best_share * units)} 个）"
        )
    return "，".join(parts)
