"""Whole schemes worked by hand from the documents; the working stands in the comments."""

from decimal import Decimal
from typing import Any


def _base_jiyuan() -> dict[str, Any]:
    """All 26 base rows at full marks (100), every bonus and penalty at nought."""
    values: dict[str, Any] = {f"JY-{n:02d}": 0 for n in (1, 2, 4, 6, 10, 19, 27, 28, 29, 30, 31, 32)}
    values |= {"JY-03": 3, "JY-05": 3, "JY-07": 4, "JY-09": 6, "JY-13": 4, "JY-14": 1, "JY-15": 3, "JY-20": 4}
    values |= {"JY-21": 4, "JY-22": 4, "JY-25": True, "JY-26": 3, "JY-16": "先进", "JY-17": "一档", "JY-18": "优秀"}
    values |= {"JY-08": {"list_missing": False, "unfulfilled": 0, "consequence": False}}
    values |= {"JY-11": {"closed": 1, "on_time": 1}, "JY-12": {"criticised": 0, "light": 0, "heavy": 0}}
    values |= {"JY-23": {"points": 6, "serious_late": False}, "JY-24": {"points": 6, "loan_poor": False}}
    values |= {"JY-33": {"jiyuan": 0, "province": 0, "nation": 0}}
    values |= {"JY-34": {"first": 0, "second": 0, "third": 0, "up": 0}}
    values |= {"JY-35": {"national": 0, "provincial": 0, "prefectural": 0}}
    return values


def _points(unit: Any) -> dict[str, str]:
    return {i.id: str(i.points) for i in unit.indicators if i.points is not None}


def test_nanyang_county(score: Any) -> None:
    counts = {"dishonest": 0, "unresolved": 0, "resolved": 0}
    columns: dict[str, tuple[Any, Any, Any]] = {
        # row: A, B, C                     worked points (n = 3: q = 0, ½, 1 → 100 %, 60 %, 20 %)
        "NYC-01": (True, False, True),  # 2 0 2
        "NYC-02": (0, 1, 0),  # 3 0 3
        "NYC-03": (0, 0, 2),  # 3 3 0
        "NYC-04": (True, True, False),  # 2 2 0
        "NYC-05": (1, 0, 0),  # 0 2 2
        "NYC-06": (0.004, 0.004, 0.1),  # lower: ranks 1 1 3 → 5 5 1
        "NYC-07": (0.99, 0.90, 0.95),  # ranks 1 3 2 → 5 1 3
        "NYC-08": (0.95, 0.95, 1),  # ranks 2 2 1 → 3 3 5
        "NYC-09": (True, True, False),  # 1 1 0
        "NYC-10": (True, False, True),  # 2 0 2
        "NYC-11": (0, 2, 0),  # 4 0 4
        "NYC-12": (0.9, 0.95, 0.9),  # of 2: ranks 2 1 2 → 1.2 2 1.2
        "NYC-13": (12, 40, 0),  # 1.2, cap 3, 0
        "NYC-14": (8, 3, 6),  # cap 3, 1.5, 3
        "NYC-15": (2.5, 1.0, None),  # n = 2: q = 0, 1 → 5 1 pending
        "NYC-16": (5, 12, 10),  # 2, cap 4, 4
        "NYC-17": (10, 0, 20),  # 2 0 4
        "NYC-18": (0, 1, 0),  # 6 0 6
        "NYC-19": (2, 0, 5),  # of 6, lower: ranks 2 1 3 → 3.6 6 1.2
        "NYC-20": (0, 0, 3),  # of 6: ranks 1 1 3 → 6 6 1.2
        "NYC-21": (counts, counts | {"unresolved": 1, "resolved": 3}, counts | {"resolved": 1}),  # 3 0.5 1
        "NYC-22": (5, 12, 0),  # 1, cap 2, 0
        "NYC-23": (0.8, 0.9, None),  # of 4, n = 2: 0.8 4 pending
        "NYC-24": (4, 0, 7),  # 2 0, cap 3
        "NYC-25": (0, 3, 0),  # 2 0 2
        "NYC-26": (0, 1, 0),  # 2 0 2
        "NYC-27": (5, 3, 0),  # 5 3 0
        "NYC-28": (1000, 5000, 20),  # ranks 2 1 3 → 3 5 1
    }
    units = [
        {
            "id": name,
            "kind": "county",
            "values": {row: column[place] for row, column in columns.items() if column[place] is not None},
        }
        for place, name in enumerate("ABC")
    ]
    a, b, c = score("nanyang-county", units)
    # A: 2+3+3+2+0 +5+5+3 +1+2+4+1.2 +1.2+3+5+2+2+6 +3.6+6+3+1+0.8+2+2+2 +5+3
    assert str(a.total) == "78.80"
    # B: 0+0+3+2+2 +5+1+3 +1+0+0+2 +3+1.5+1+4+0+0 +6+6+0.5+2+4+0+0+0 +3+5
    assert str(b.total) == "55.00"
    # C: 2+3+0+0+2 +1+3+5 +0+2+4+1.2 +0+3+·+4+4+6 +1.2+1.2+1+0+·+3+2+2 +0+1
    assert str(c.total) == "51.60"
    assert [unit.rank for unit in (a, b, c)] == [1, 2, 3]
    assert str(c.pending_points) == "9.00"  # NYC-15 5 + NYC-23 4
    # open ranked rows earn at least 20 % and at most all: 51.6 + 1 + 0.8 … 51.6 + 5 + 4
    assert (str(c.low), str(c.high)) == ("53.40", "60.60")
    assert (a.low, a.high, str(a.full)) == (a.total, a.total, "100.00")
    assert a.grade is None
    assert _points(b)["NYC-21"] == "0.50"


def test_nanyang_department(score: Any) -> None:
    values = {
        "NYD-01": 1,  # 8 − 2 = 6
        "NYD-02": 0,  # 5
        "NYD-03": ["mechanism", "person", "guide"],  # 3
        "NYD-04": 2,  # 12 − 4 = 8
        "NYD-05": 1,  # 4 − 4 = 0
        "NYD-06": 3,  # 3
        "NYD-07": ["graded"],  # 5
        "NYD-08": 0.9175,  # 6 × 0.9175 = 5.505 → 5.51
        "NYD-09": ["signed", "department_site", "credit_site"],  # 5
        "NYD-10": 1,  # 5 − 2.5 = 2.5
        "NYD-11": 1,  # 8 − 4 = 4
        "NYD-12": 0,  # 8
        "NYD-13": 0,  # 10
        "NYD-14": 8,  # cap 6
        "NYD-15": 2,  # 2
    }
    (unit,) = score("nanyang-department", [{"id": "x", "kind": "department", "values": values}])
    assert _points(unit)["NYD-08"] == "5.51"
    assert str(unit.total) == "73.01"  # 6+5+3+8+0+3+5+5.51+5+2.5+4+8+10+6+2
    assert str(unit.pending_points) == "0.00"


def test_jiyuan(score: Any) -> None:
    base = _base_jiyuan()
    first = base | {"JY-32": 1, "JY-35": {"national": 0, "provincial": 0, "prefectural": 2}}  # 100 + 3 + 2
    listed = base | {"JY-33": {"jiyuan": 0, "province": 1, "nation": 0}}  # 100 + 3 = 103, then at most 79.99
    poor = base | {
        "JY-01": 1,  # −2
        "JY-08": {"list_missing": True, "unfulfilled": 1, "consequence": False},  # 6 − 2 − 2 = 2: −4
        "JY-11": {"closed": 0.9, "on_time": 0.8},  # 2 × 0.85 = 1.70: −0.3
        "JY-12": {"criticised": 1, "light": 1, "heavy": 0},  # 4 − 1 − 2 = 1: −3
        "JY-16": "一般",  # 2: −2
        "JY-17": "倒数三名",  # 0: −4
        "JY-23": {"points": 5, "serious_late": True},  # 5 − 4 = 1: −5      base 100 − 20.3 = 79.7
        "JY-27": 2,  # −10, at most −5
        "JY-30": -1.5,  # −1.5
        "JY-34": {"first": 0, "second": 1, "third": 0, "up": 2},  # 2 + 2 = 4, cap 3
    }
    # 3 + 3 + 4 + 6 + 4 less: exactly 80, which is 较好
    edge = base | {"JY-03": 0, "JY-05": 0, "JY-07": 0, "JY-09": 0, "JY-13": 0}
    third = base | {"JY-32": 1}  # 103, and no place left in ⌊20 % of 5⌋ = 1
    units = [
        {"id": name, "kind": "department", "values": values, "flags": flags}
        for name, values, flags in (
            ("first", first, []),
            ("listed", listed, ["enforcement_listed"]),
            ("poor", poor, []),
            ("edge", edge, []),
            ("third", third, []),
        )
    ]
    scored = {unit.id: unit for unit in score("jiyuan", units)}
    assert {name: str(unit.total) for name, unit in scored.items()} == {
        "first": "105.00",
        "listed": "79.99",
        "poor": "76.20",  # 79.7 − 5 − 1.5 + 3
        "edge": "80.00",
        "third": "103.00",
    }
    assert {name: unit.grade for name, unit in scored.items()} == {
        "first": "优良",
        "listed": "一般",
        "poor": "一般",
        "edge": "较好",
        "third": "较好",
    }
    assert {name: unit.rank for name, unit in scored.items()} == {
        "first": 1, "third": 2, "edge": 3, "listed": 4, "poor": 5
    }  # fmt: skip
    (adjustment,) = scored["listed"].adjustments
    assert adjustment.rule == "enforcement_listed"
    assert str(adjustment.points) == "-23.01"  # 79.99 − 103
    assert str(adjustment.earned_total) == "103.00"  # comes back when the listing is masked
    assert {str(unit.full) for unit in scored.values()} == {"100.00"}


def test_jiyuan_quota_when_a_tie_crosses_the_edge(score: Any) -> None:
    """Ten units, two places: 105, 103, 103 … – the tie at the second place crosses the edge, so only the first."""
    base = _base_jiyuan()
    bonus = base | {"JY-32": 1}
    best = bonus | {"JY-35": {"national": 0, "provincial": 0, "prefectural": 2}}
    values = [best, bonus, bonus, *([base] * 7)]
    units = [{"id": str(n), "kind": "town", "values": v} for n, v in enumerate(values)]
    assert [unit.grade for unit in score("jiyuan", units)] == ["优良", *(["较好"] * 9)]
    # with one of them gone both remaining places are taken: 105 and 103 among nine → ⌊1.8⌋ = 1 place only
    assert [unit.grade for unit in score("jiyuan", units[:2] + units[3:])] == ["优良", *(["较好"] * 8)]
    # four units: ⌊0.8⌋ = 0 places
    assert [unit.grade for unit in score("jiyuan", units[:4])] == ["较好"] * 4


def test_huaian(score: Any) -> None:
    class_a = {
        "HA-1.1": {"complete": True, "exposed": 0},  # 10
        "HA-1.2": True,  # 5
        "HA-1.3": False,  # 0
        "HA-2.1": True,  # 10
        "HA-3.1": 3,  # 3
        "HA-3.x": 20,  # 20, entered by a person
        "HA-3.y": {"kept": True, "breaches": 0},  # 5
        "HA-3.z": 8.5,  # 8.5
        "HA-4.1": 2,  # 7
        "HA-4.2": 5,  # 7.5
        "HA-6.1": True,  # 10      together 86
    }
    class_b = {
        "HA-1.1": {"complete": True, "exposed": 1},  # −10
        "HA-1.3": False,  # 0
        "HA-2.1": False,  # 0
        "HA-3.x": 0,
        "HA-3.y": {"kept": False, "breaches": 2},  # −20
        "HA-3.z": 0,
        "HA-4.1": 0,
        "HA-4.2": 1,  # 1.5
        "HA-6.1": False,  # together −28.5
    }
    town = {
        "HA-1.1": {"complete": True, "exposed": 0},  # 10
        "HA-1.3": True,  # 5
        "HA-2.1": True,  # 10
        "HA-3.y": {"kept": True, "breaches": 0},  # 5
        "HA-4.1": 1,  # 3.5
        "HA-4.2": 6,  # 9, cap 8
        "HA-5.1": {"accepted": False, "new_households": 5, "first": False},  # 20
        "HA-5.2": 4,  # 2
        "HA-5.3": 3,  # 5 − 1.5 = 3.5
        "HA-6.1": False,  # together 67; HA-3.x 25 and HA-3.z 10 are lost and open
    }
    a, serious, b, t = score(
        "huaian",
        [
            {"id": "a", "kind": "department_a", "values": class_a},
            {"id": "serious", "kind": "department_a", "values": class_a, "flags": ["serious"]},
            {"id": "b", "kind": "department_b", "values": class_b},
            {"id": "t", "kind": "town", "values": town},
        ],
    )
    assert (str(a.total), str(a.full), a.grade, a.rank) == ("86.00", "100.00", "红名单", 1)
    assert (str(serious.total), serious.grade, serious.rank) == ("86.00", "黄名单", 1)
    assert (str(b.total), str(b.full), b.grade, b.rank) == ("-28.50", "90.00", "黄名单", 1)
    assert (str(t.total), str(t.full), str(t.pending_points)) == ("67.00", "120.00", "35.00")
    # 67 … 102 may still be 蓝名单 or 红名单: neither is said
    assert t.grade is None
    assert "蓝名单 至 红名单" in t.grade_because
    states = {i.id: i.state.value for i in b.indicators}
    assert {row for row, state in states.items() if state == "not_applicable"} == {
        "HA-1.2", "HA-3.1", "HA-5.1", "HA-5.2", "HA-5.3"
    }  # fmt: skip


def test_nanyang_2020(score: Any) -> None:
    marks = [(90, 80, 71), (60, 85), (100, 100, 55), (70, 80, 90, 65)]
    values = {f"NY20-{a}.{i}": mark for a, row in enumerate(marks, 1) for i, mark in enumerate(row, 1)}
    # aspects 241/3 = 80.33…, 72.5, 85, 76.25; their mean 314.0833…/4 = 78.5208…
    (unit,) = score("nanyang-2020", [{"id": "x", "kind": "county", "values": values}])
    assert (str(unit.total), str(unit.full), str(unit.pending_points)) == ("78.52", "100.00", "0.00")
    # without NY20-2.2: (80.33… + 60/2 + 85 + 76.25)/4 = 67.8958…; an eighth of 100 is open
    (unit,) = score("nanyang-2020", [{"id": "x", "kind": "county", "values": values | {"NY20-2.2": 0}}])
    assert str(unit.total) == "67.90"
    del values["NY20-2.2"]
    (unit,) = score("nanyang-2020", [{"id": "x", "kind": "county", "values": values}])
    assert (str(unit.total), str(unit.pending_points)) == ("67.90", "12.50")
    assert (str(unit.low), str(unit.high)) == ("67.90", "80.40")
    (unit,) = score(
        "nanyang-2020", [{"id": "x", "kind": "county", "values": dict.fromkeys(values, 100) | {"NY20-2.2": 100}}]
    )
    assert str(unit.total) == "100.00"  # three thirds are one: no cent is lost by rounding rows first


def test_jiaxian_counts_states_and_gives_no_points(score: Any) -> None:
    values = {
        "JX-01": {"status": "done", "note": "已印发"},
        "JX-02": {"status": "overdue", "note": "目录未更新"},
        "JX-03": {"status": "done"},
        "JX-04": {"status": "under_way", "note": ""},
    }
    (unit,) = score("jiaxian", [{"id": "x", "kind": "department", "values": values}])
    assert (unit.total, unit.full, unit.pending_points, unit.rank, unit.grade) == (None,) * 5
    assert unit.states == {
        "done": 2, "under_way": 1, "not_started": 0, "overdue": 1, "pending": 16, "not_applicable": 0
    }  # fmt: skip
    assert {i.points for i in unit.indicators} == {None}


def test_three_noughts_are_kept_apart(score: Any) -> None:
    """Measured bad, nothing supplied, not measured."""
    (unit,) = score("nanyang-county", [{"id": "x", "kind": "county", "values": {"NYC-02": 4}}])
    rows = {i.id: i for i in unit.indicators}
    assert (rows["NYC-02"].points, rows["NYC-02"].missing) == (Decimal("0.00"), None)
    assert rows["NYC-06"].missing == "not_supplied"
    assert "市信用办提供" in rows["NYC-06"].because
    assert rows["NYC-18"].missing == "not_measured"
    assert rows["NYC-06"].points is rows["NYC-18"].points is None


def test_a_row_declared_not_applicable_leaves_full_and_asks_for_nothing(score: Any) -> None:
    unit_in = {"id": "x", "kind": "department", "values": {"NYD-01": 0}, "not_applicable": {"NYD-08": "无交办事项"}}
    (unit,) = score("nanyang-department", [unit_in])
    assert (str(unit.full), str(unit.pending_points), str(unit.total)) == ("94.00", "86.00", "8.00")
    (row,) = [i for i in unit.indicators if i.id == "NYD-08"]
    assert row.state == "not_applicable"
    assert "无交办事项" in row.because


def test_the_range_does_not_forget_penalties_that_are_open(score: Any) -> None:
    """JY-27 … 31 open: five times up to −5; nothing else moves."""
    base = _base_jiyuan()
    open_rows = {row: value for row, value in base.items() if row not in {f"JY-{n}" for n in range(27, 32)}}
    (unit,) = score("jiyuan", [{"id": "x", "kind": "town", "values": open_rows}])
    assert (str(unit.total), str(unit.low), str(unit.high)) == ("100.00", "75.00", "100.00")
    assert str(unit.pending_points) == "25.00"
    assert unit.grade is None
