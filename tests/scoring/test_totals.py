"""What changes a total beyond its rows: a start value, redistribution, overrides; and the two readings of a mean."""

from decimal import Decimal
from typing import Any

import pytest

from records.registry import UnitKind
from scoring.compare import moves
from scoring.model import Scheme
from scoring.scheme_text import parse_scheme
from scoring.scorer import assumptions, score_units
from scoring.values import UnitValues
from services.schemes import scheme_text

THREE = """\
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
      - {id: A, name: 一, weight: 40, cite: 一, text: 原文, reading: 读法, rule: {kind: presence}}
      - {id: B, name: 二, weight: 30, cite: 二, text: 原文, reading: 读法, rule: {kind: judged}}
      - {id: C, name: 三, weight: 30, cite: 三, text: 原文, reading: 读法, rule: {kind: presence}}
  - name: 乙
    role: penalty
    indicators:
      - {id: P, name: 扣, weight: -5, cite: 四, text: 原文, reading: 读法, rule: {kind: per_item_deduct, step: 2}}
"""


def build(text: str) -> Scheme:
    reading = parse_scheme(text, "three.yml")
    assert reading.scheme is not None, reading.faults
    return reading.scheme


def unit(values: dict[str, Any], left_out: tuple[str, ...] = (), flags: tuple[str, ...] = ()) -> UnitValues:
    return UnitValues("u", "单位", UnitKind.TOWN, values, dict.fromkeys(left_out, "无此职能"), flags)


@pytest.mark.parametrize(
    ("policy", "full", "total"),
    [
        ("leave", "70.00", "49.00"),  # 40 + 10 − 1 … the row simply leaves
        ("redistribute", "100.00", "70.43"),  # (40 + 10) × 100/70 = 71.43, less the penalty, which is not spread
    ],
)
def test_a_row_that_does_not_apply_leaves_or_is_spread(policy: str, full: str, total: str) -> None:
    scheme = build(THREE.replace("full: 100", f"full: 100\nnot_applicable: {policy}").replace("step: 2", "step: 1"))
    (found,) = score_units(scheme, [unit({"A": True, "B": Decimal(10), "P": 1}, ("C",))])
    assert (str(found.full), str(found.total)) == (full, total)
    assert sum((a.points for a in found.adjustments), Decimal(0)) == Decimal(total) - 49


def test_spreading_also_spreads_what_is_open() -> None:
    scheme = build(THREE.replace("full: 100", "full: 100\nnot_applicable: redistribute"))
    (found,) = score_units(scheme, [unit({"A": True, "P": 0}, ("C",))])
    # 40 × 100/70 = 57.14; B's 30 open become 42.86
    assert (str(found.total), str(found.pending_points)) == ("57.14", "42.86")
    assert (str(found.low), str(found.high)) == ("57.14", "100.00")


def test_a_unit_to_which_nothing_applies_is_not_divided_by_nought() -> None:
    scheme = build(THREE.replace("full: 100", "full: 100\nnot_applicable: redistribute"))
    (found,) = score_units(scheme, [unit({}, ("A", "B", "C", "P"))])
    assert (str(found.total), str(found.full), str(found.pending_points)) == ("0.00", "0.00", "0.00")


def test_a_start_value_is_an_adjustment_that_can_be_seen() -> None:
    text = THREE.replace("full: 100", "full: 160\nstart: 60")
    (found,) = score_units(build(text), [unit({"A": True, "B": Decimal(0), "C": False, "P": 9})])
    assert (str(found.total), str(found.full)) == ("95.00", "160.00")  # 60 + 40 − 5
    assert [(a.rule, str(a.points)) for a in found.adjustments] == [("start", "60.00")]


OVERRIDES = """\
grades:
  levels: [{name: 好, at_least: 60}, {name: 差}]
  cite: 五
  text: 原文
overrides:
  - {flag: listed, name: 被列名单, cite: 六, text: 原文, cap_total: 50}
  - {flag: grave, name: 严重, cite: 七, text: 原文, grade: 差}
"""


@pytest.mark.parametrize(
    ("flags", "total", "grade", "effects"),
    [
        ((), "100.00", "好", []),
        (("listed",), "50.00", "差", [("listed", "-50.00", "100.00")]),
        (("grave",), "100.00", "差", [("grave", "0.00", "100.00")]),
        (("listed", "grave"), "50.00", "差", [("listed", "-50.00", "100.00"), ("grave", "0.00", "50.00")]),
    ],
)
def test_overrides_cap_or_veto_and_keep_what_was_earned(
    flags: tuple[str, ...], total: str, grade: str, effects: list[tuple[str, str, str]]
) -> None:
    scheme = build(THREE.replace("sections:", OVERRIDES + "sections:"))
    (found,) = score_units(scheme, [unit({"A": True, "B": Decimal(30), "C": True, "P": 0}, (), flags)])
    assert (str(found.total), found.grade) == (total, grade)
    assert [(a.rule, str(a.points), str(a.earned_total)) for a in found.adjustments] == effects


def test_a_cap_that_does_not_bite_takes_nothing() -> None:
    scheme = build(THREE.replace("sections:", OVERRIDES + "sections:"))
    (found,) = score_units(scheme, [unit({"A": True, "B": Decimal(0), "C": False, "P": 0}, (), ("listed",))])
    assert str(found.total) == "40.00"
    assert [str(a.points) for a in found.adjustments] == ["0.00"]


def test_a_mean_is_taken_over_what_applies() -> None:
    scheme = build(scheme_text("nanyang-2020")[0])
    ids = [row.id for row in scheme.indicators]
    values = {row: Decimal(80) for row in ids if not row.startswith("NY20-2")}
    left_out = tuple(row for row in ids if row.startswith("NY20-2"))
    (found,) = score_units(scheme, [UnitValues("u", "县", UnitKind.COUNTY, values, dict.fromkeys(left_out, "试行"))])
    assert (str(found.total), str(found.full)) == ("80.00", "100.00")
    assert sum(found.shares.values()) == 1


def test_moves_add_up_to_the_change_of_the_total() -> None:
    before = build(THREE)
    after = build(THREE.replace("{kind: per_item_deduct, step: 2}", "{kind: per_item_deduct, step: 4}"))
    units = [unit({"A": True, "B": Decimal("7.5"), "C": True, "P": 1})]
    (move,) = moves(score_units(before, units), score_units(after, units))
    assert move.total == (Decimal("75.50"), Decimal("73.50"))
    assert [(row.id, row.before, row.after) for row in move.rows] == [("P", Decimal("-2.00"), Decimal("-4.00"))]
    assert move.moved
    assert not moves(score_units(before, units), score_units(before, units))[0].moved


def test_a_whole_other_version_can_be_laid_over_and_its_new_row_counts() -> None:
    text = (
        THREE.replace("full: 100", "full: 110")
        + "  - name: 丙\n    indicators:\n"
        + ("      - {id: D, name: 四, weight: 10, cite: 五, text: 原文, reading: 读法, rule: {kind: presence}}\n")
    )
    after = parse_scheme(THREE, "three.yml", text).scheme
    assert after is not None
    assert [row.id for row in after.indicators] == ["A", "B", "C", "P", "D"]
    old = score_units(build(THREE), [unit({"A": True, "B": Decimal(0), "C": False, "P": 0})])
    new = score_units(after, [unit({"A": True, "B": Decimal(0), "C": False, "P": 0, "D": True})])
    (move,) = moves(old, new)
    assert [(row.id, row.before, row.after) for row in move.rows] == [("D", None, Decimal("10.00"))]
    assert move.total == (Decimal("40.00"), Decimal("50.00"))


def test_the_bands_in_force_are_printed_with_the_score_and_not_those_of_the_file() -> None:
    text, source = scheme_text("nanyang-county")
    altered = parse_scheme(text, source, "bands:\n  - {below: 0.5, share: 1}\n  - {share: 0.1}\n").scheme
    assert altered is not None
    said = {row: words for row, words in assumptions(altered) if row == "NYC-06"}
    assert "位次比<0.5 得 100%、其余 得 10%" in said["NYC-06"]
