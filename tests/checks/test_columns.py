"""Columns under a policy and a day: the limits at their edges, and when nothing may be said."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from checks.columns import judge_column
from records.judgement import ColumnFact
from records.verdicts import ColumnKind, ColumnVerdict
from tests.checks.site_builder import AS_OF, policy

K, V = ColumnKind, ColumnVerdict


def column(kind: ColumnKind = K.NOTICE, age: int | None = 1, **more: object) -> ColumnFact:
    newest = None if age is None else AS_OF - timedelta(days=age)
    fact = ColumnFact("http://www.example.gov.cn/tzgg/", "通知公告", kind, items=20, newest=newest)
    return replace(fact, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "kind", "limit"),
    [
        ("nanyang-monthly", K.NEWS, 31),
        ("nanyang-monthly", K.NOTICE, 31),
        ("nanyang-monthly", K.POLICY, 31),
        ("nanyang-monthly", K.OTHER, 31),
        ("nanyang-monthly", K.YEARLY, 366),
        ("national-2019", K.NEWS, 14),
        ("national-2019", K.NOTICE, 184),
        ("national-2019", K.POLICY, 184),
        ("national-2019", K.OTHER, 366),
        ("national-2019", K.YEARLY, 366),
    ],
)
def test_each_limit_just_under_at_and_just_over(name: str, kind: ColumnKind, limit: int) -> None:
    verdicts = [judge_column(column(kind, limit + step), policy(name), AS_OF) for step in (-1, 0, 1)]
    assert [one.verdict for one in verdicts] == [V.FRESH, V.FRESH, V.STALE]
    assert [one.age_days for one in verdicts] == [limit - 1, limit, limit + 1]
    assert {one.limit_days for one in verdicts} == {limit}


@pytest.mark.parametrize("name", ["nanyang-monthly", "national-2019"])
def test_static_columns_are_exempt_from_age_and_not_from_being_empty(name: str) -> None:
    assert judge_column(column(K.STATIC, 5000), policy(name), AS_OF).verdict is V.EXEMPT
    assert judge_column(column(K.STATIC, None), policy(name), AS_OF).verdict is V.EXEMPT
    assert judge_column(column(K.STATIC, None, items=0), policy(name), AS_OF).verdict is V.EMPTY


@pytest.mark.parametrize(
    ("fact", "monthly", "national"),
    [
        (column(age=None), V.UNDATED, V.UNDATED),
        (column(age=None, items_read=4), V.UNDATED, V.UNDATED),
        (column(age=None, items=2, items_read=2), V.UNDATED, V.STALE),
        (column(age=None, items_read=5), V.UNDATED, V.STALE),  # 未注明发布时间的视为不更新: only the national rule
        (column(age=None, items=0), V.EMPTY, V.EMPTY),
        (column(age=500, readable=False), V.UNREADABLE, V.UNREADABLE),
        (column(age=None, items=0, readable=False), V.UNREADABLE, V.UNREADABLE),
        (column(age=500, newest_certain=False), V.UNREADABLE, V.UNREADABLE),
        (column(age=None, newest_certain=False), V.UNREADABLE, V.UNREADABLE),
        (column(age=3, newest_certain=False), V.FRESH, V.FRESH),
        (column(age=-3), V.FRESH, V.FRESH),
    ],
)
def test_what_cannot_be_known_is_not_called_stale(
    fact: ColumnFact, monthly: ColumnVerdict, national: ColumnVerdict
) -> None:
    assert judge_column(fact, policy("nanyang-monthly"), AS_OF).verdict is monthly
    assert judge_column(fact, policy("national-2019"), AS_OF).verdict is national


def test_an_item_of_tomorrow_has_no_negative_age() -> None:
    assert judge_column(column(age=-1), policy(), AS_OF).age_days == 0


def test_the_day_is_an_argument() -> None:
    fact = column(age=10)
    assert judge_column(fact, policy(), AS_OF).verdict is V.FRESH
    assert judge_column(fact, policy(), date(2027, 3, 1)).verdict is V.STALE
