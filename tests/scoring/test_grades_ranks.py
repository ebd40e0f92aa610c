"""Ranks, quotas and ties at their edges, on numbers alone."""

from decimal import Decimal

import pytest

from scoring.grades import grade_units
from scoring.model import EdgeTie, Grades, Level
from scoring.ranking import Peers, ranks_within
from scoring.rules.base import Better, Standing
from scoring.rules.interval_ranking import Band, IntervalRanking

LEVELS = (Level("优良", Decimal(100), Decimal("0.2")), Level("较好", Decimal(80)), Level("一般"))
THRESHOLDS = (Level("红", Decimal(85)), Level("蓝", Decimal(60)), Level("黄"))
FIVE = tuple(
    Band(Decimal(edge) if edge else None, Decimal(share))
    for edge, share in (("0.2", "1"), ("0.4", "0.8"), ("0.6", "0.6"), ("0.8", "0.4"), ("", "0.2"))
)


def grades(levels: tuple[Level, ...], totals: list[str], tie: EdgeTie = EdgeTie.NONE) -> str:
    ranges = [(Decimal(low), Decimal(high or low)) for low, _, high in (total.partition("~") for total in totals)]
    return " ".join(grade or "未定" for grade, _because in grade_units(Grades(levels, tie, "", ""), ranges))


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        (["85.00", "84.99", "60.00", "59.99", "-3"], "红 蓝 蓝 黄 黄"),
        (["85.00~100", "60~84.99", "10~59.99"], "红 蓝 黄"),  # open points that cannot change the grade
        (["84.99~85.00", "59.99~60", "0~100"], "未定 未定 未定"),
    ],
)
def test_thresholds_and_open_points(totals: list[str], expected: str) -> None:
    assert grades(THRESHOLDS, totals) == expected


@pytest.mark.parametrize(
    ("totals", "none", "every"),
    [
        # five units, one place
        (["101", "100", "99", "80", "79.99"], "优良 较好 较好 较好 一般", "优良 较好 较好 较好 一般"),
        (["101", "101", "99", "80", "79"], "较好 较好 较好 较好 一般", "优良 优良 较好 较好 一般"),
        (["99.99", "80", "80", "80", "0"], "较好 较好 较好 较好 一般", "较好 较好 较好 较好 一般"),
        # ten units, two places: a tie for the second place; a tie for both places
        (["103", "102", "102", *["90"] * 7], "优良" + " 较好" * 9, "优良 优良 优良" + " 较好" * 7),
        (["103", "103", "102", *["90"] * 7], "优良 优良" + " 较好" * 8, "优良 优良" + " 较好" * 8),
        # four units: no place at all
        (["116", "110", "105", "104"], "较好 较好 较好 较好", "较好 较好 较好 较好"),
    ],
)
def test_a_quota_and_a_tie_across_its_edge(totals: list[str], none: str, every: str) -> None:
    assert grades(LEVELS, totals) == none
    assert grades(LEVELS, totals, EdgeTie.ALL) == every


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        # the leader is safe only when nobody's open points reach it
        (["105", "100~104", "90", "90", "90"], "优良 较好 较好 较好 较好"),
        (["105", "100~105", "90", "90", "90"], "未定 较好 较好 较好 较好"),  # the other can only tie, and a tie loses
        (["105", "100~106", "90", "90", "90"], "未定 未定 较好 较好 较好"),
        (["101~105", "90", "90", "90", "90"], "优良 较好 较好 较好 较好"),
        (["99~105", "90", "90", "90", "90"], "未定 较好 较好 较好 较好"),
    ],
)
def test_a_quota_with_open_points(totals: list[str], expected: str) -> None:
    assert grades(LEVELS, totals) == expected


def test_ties_share_the_better_rank_within_a_group() -> None:
    groups = ["a", "a", "a", "a", "b", "b"]
    totals = [Decimal(5), Decimal(7), Decimal(5), Decimal(1), Decimal(0), None]
    assert ranks_within(groups, totals) == [2, 1, 2, 4, 1, None]


@pytest.mark.parametrize(("better", "expected"), [(Better.LOWER, [1, 2, 2, 4]), (Better.HIGHER, [4, 2, 2, 1])])
def test_standing_follows_the_direction(better: Better, expected: list[int]) -> None:
    values = [Decimal(1), Decimal(2), Decimal("2.0"), Decimal(9)]
    peers = Peers(values, better)
    assert [peers.standing(value) for value in values] == [Standing(rank, 4) for rank in expected]


@pytest.mark.parametrize(
    ("of", "shares"),
    [
        (1, ["1.00"]),
        (2, ["1.00", "0.20"]),
        (3, ["1.00", "0.60", "0.20"]),
        (5, ["1.00", "0.80", "0.60", "0.40", "0.20"]),  # q = 0, ¼, ½, ¾, 1
        (6, ["1.00", "0.80", "0.60", "0.40", "0.20", "0.20"]),  # exactly on each edge
        (17, ["1.00"] * 4 + ["0.80"] * 3 + ["0.60"] * 3 + ["0.40"] * 3 + ["0.20"] * 4),  # the 17 of the document
    ],
)
def test_bands_partition_the_places(of: int, shares: list[str]) -> None:
    """n = 17: q = (r − 1)/16; below 0.2 are r = 1 … 4 (3.2), below 0.4 … 7 (6.4), 0.6 … 10 (9.6), 0.8 … 13 (12.8)."""
    rule = IntervalRanking(Decimal(1), Better.HIGHER, FIVE)
    found = [str(rule.score(Decimal(0), Standing(rank, of)).points) for rank in range(1, of + 1)]
    assert found == shares
