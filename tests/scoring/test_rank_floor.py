"""Below a coverage floor no rank is given: a total of what little is known must not read like a place."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from records.registry import UnitKind
from scoring.model import Scheme
from scoring.rank_floor import RankFloor, measured_share
from scoring.scheme_text import parse_scheme
from scoring.scorer import score_units
from scoring.values import UnitValues
from services.rank_floor import load_rank_floor, parse_rank_floor
from services.schemes import WrongCallError, load_scheme

SCHEME = """\
format: chengjian.scheme/1
id: three
name: 三项
version: "1"
document: {title: 某办法}
objects: [town]
full: 100
sections:
  - name: 甲
    indicators:
      - {id: A, name: 一, weight: 80, cite: 一, text: 原文, reading: 读法, rule: {kind: presence}}
      - {id: B, name: 二, weight: 20, cite: 二, text: 原文, reading: 读法, rule: {kind: judged}}
  - name: 乙
    role: bonus
    indicators:
      - {id: C, name: 三, weight: 50, cite: 三, text: 原文, reading: 读法, rule: {kind: judged}}
"""
FLOOR = RankFloor(Decimal("0.80"), "某办法第一条")


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    reading = parse_scheme(SCHEME, "three.yml")
    assert reading.scheme is not None, reading.faults
    return reading.scheme


def unit(id_: str, values: Mapping[str, Any], left_out: tuple[str, ...] = ()) -> UnitValues:
    return UnitValues(id_, f"{id_}镇", UnitKind.TOWN, values, dict.fromkeys(left_out, "无此职能"), ())


def ranks(scheme: Scheme, units: list[UnitValues], floor: RankFloor | None = FLOOR) -> dict[str, int | None]:
    return {one.id: one.rank for one in score_units(scheme, units, floor)}


def test_just_at_the_floor_is_ranked_and_just_under_is_not(scheme: Scheme) -> None:
    """80 of 100 marks have a value: ranked.  Under 81 % asked for, the same unit is not, and the reason says both."""
    units = [unit("a", {"A": True, "B": Decimal(20)}), unit("b", {"A": True})]
    assert ranks(scheme, units) == {"a": 1, "b": 2}
    higher = RankFloor(Decimal("0.81"), "x")
    assert ranks(scheme, units, higher) == {"a": 1, "b": None}
    found = {one.id: one.rank_because for one in score_units(scheme, units, higher)}
    assert found == {"a": "", "b": "有数据的分值只占满分的 80%，不足 81%，不予排名"}


def test_the_others_are_ranked_without_it(scheme: Scheme) -> None:
    """A unit without a place takes none: there is no second without a first, and its total stays."""
    units = [unit("open", {"B": Decimal(20)}), unit("low", {"A": False, "B": Decimal(9)}), unit("none", {})]
    assert ranks(scheme, units) == {"open": None, "low": 1, "none": None}
    assert [str(one.total) for one in score_units(scheme, units, FLOOR)] == ["20.00", "9.00", "0.00"]


def test_without_a_floor_every_total_is_ranked(scheme: Scheme) -> None:
    """The contract's `chengjian score --values` ranks by total alone (CONTRACTS §3)."""
    assert ranks(scheme, [unit("a", {"A": True}), unit("b", {})], None) == {"a": 1, "b": 2}


def test_rows_that_do_not_apply_or_come_on_top_are_no_gap(scheme: Scheme) -> None:
    """Neither a bonus that nobody claims nor a row that leaves the full marks counts as missing."""
    (found,) = score_units(scheme, [unit("a", {"A": True}, ("B",))], FLOOR)
    assert (measured_share(scheme, found), found.rank) == (Fraction(1), 1)


def test_a_mean_is_measured_by_its_shares() -> None:
    """Under a mean every row weighs by its part of the total, not by its own hundred."""
    scheme = load_scheme("nanyang-2020")
    first = scheme.indicators[0].id
    whole = {row.id: Decimal(80) for row in scheme.indicators}
    (found,) = score_units(scheme, [UnitValues("u", "u", UnitKind.COUNTY, whole, {}, ())], FLOOR)
    assert measured_share(scheme, found) == 1
    part = {row: value for row, value in whole.items() if row != first}
    (found,) = score_units(scheme, [UnitValues("u", "u", UnitKind.COUNTY, part, {}, ())], FLOOR)
    assert measured_share(scheme, found) == 1 - found.shares[first]


def test_a_ledger_has_neither_rank_nor_reason() -> None:
    scheme = load_scheme("jiaxian")
    (found,) = score_units(scheme, [UnitValues("u", "u", UnitKind.COUNTY, {}, {}, ())], FLOOR)
    assert (found.rank, found.rank_because) == (None, "")


def test_a_share_is_never_rounded_up_to_the_floor(scheme: Scheme) -> None:
    """79.96 % is said as 79.9 % and not as 80 %, which would be no reason."""
    text = SCHEME.replace("weight: 80", "weight: 79.96").replace("weight: 20,", "weight: 20.04,")
    reading = parse_scheme(text, "three.yml")
    assert reading.scheme is not None, reading.faults
    (found,) = score_units(reading.scheme, [unit("a", {"A": True})], FLOOR)
    assert found.rank_because.startswith("有数据的分值只占满分的 79.9%，")


def test_the_packaged_floor_says_where_it_comes_from() -> None:
    """The number is data with its source, and what is printed with the score names both."""
    floor = load_rank_floor()
    assert floor.share == Decimal("0.80")
    assert "80%" in floor.clause
    assert floor.source in floor.clause


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("format: chengjian.rank-floor/1\nshare: 0.8\n", "缺少 source"),
        ("format: chengjian.rank-floor/1\nshare: 80\nsource: 某办法\n", "应在 0 到 1 之间"),
        ("format: chengjian.rank-floor/1\nshare: 0.8\nsource: 某办法\nleast: 1\n", "least"),
    ],
)
def test_a_wrong_floor_is_refused(text: str, line: str) -> None:
    """An office's own file with a fault is not used by half."""
    with pytest.raises(WrongCallError, match=line):
        parse_rank_floor(text, "rank-floor.yml")
