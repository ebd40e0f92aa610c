"""What is typed into the form of a row, read as a cell of a workbook is; rates from two numbers; names of files."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.indicators import ValueState
from scoring_bridge.filing_form import form_of
from services.file_rows import TypedRow, typed_from, value_document
from services.schemes import WrongCallError, load_scheme
from services.staged_files import LONGEST_NAME, safe_name
from tests.filings.conftest import NOW

TODAY = NOW.date()


def row_of(scheme, provider, indicator):
    form = form_of(load_scheme(scheme), "2026", provider)
    return next(row for row in form.rows if row.indicator.id == indicator)


RATE = ("nanyang-county", "市工信局", "NYC-23")
CHECKLIST = ("nanyang-department", "自主报送", "NYD-07")
PARTS = ("jiyuan", "市信用办", "JY-08")


def told(where, parts, **more):
    return value_document(row_of(*where), TypedRow(ValueState.SUPPLIED, parts, **more), TODAY)


@pytest.mark.parametrize(
    ("where", "parts", "value"),
    [
        (RATE, {"": "98.5%"}, Decimal("0.985")),
        (RATE, {"": "０％"}, Decimal(0)),
        (RATE, {"/over": "1", "/under": "3"}, Decimal("0.333333333333")),
        (RATE, {"/over": "1,234", "/under": "1234"}, Decimal(1)),
        (CHECKLIST, {"graded": "是", "published": "是"}, ["graded", "published"]),
        (CHECKLIST, {}, []),
        (CHECKLIST, {"no_power": "是"}, ["no_power"]),
    ],
)
def test_values_of_each_kind(where, parts, value):
    """The same value as a workbook with the same words gives."""
    assert told(where, parts)["value"] == value


def test_the_two_numbers_of_a_rate_are_kept():
    """A rate of 33.33 % does not say how many there were."""
    assert told(RATE, {"/over": "12", "/under": "36"}, reason="见附件")["reason"] == "分子 12，分母 36；见附件"


@pytest.mark.parametrize(
    ("where", "parts", "problem"),
    [
        (RATE, {"": "98.5"}, "没有百分号"),
        (RATE, {"": "101%"}, "超出范围"),
        (RATE, {"/over": "5", "/under": "0"}, "分母是 0"),
        (RATE, {"/over": "5", "/under": "4"}, "大于分母"),
        (RATE, {"/over": "x", "/under": "4"}, "不是数字"),
        (RATE, {"/over": "5"}, "分母“”不是数字"),
        (RATE, {"/over": "-1", "/under": "4"}, "超出范围"),
        (RATE, {"/over": "NaN", "/under": "4"}, "超出范围"),
        (RATE, {}, "没有填写"),
        (CHECKLIST, {"no_power": "是", "graded": "是"}, "只能单独"),
    ],
)
def test_what_has_two_readings_or_none_is_refused(where, parts, problem):
    """As in a workbook: a rate without its sign may be wrong by a hundred."""
    with pytest.raises(WrongCallError, match=problem):
        told(where, parts)


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_rate_of_two_numbers_lies_between_nought_and_one(over, under):
    """And is as near to the fraction as its twelve places allow."""
    if over > under:
        over, under = under, over
    value = told(RATE, {"/over": str(over), "/under": str(under)})["value"]
    assert 0 <= value <= 1
    assert abs(value * under - over) <= Decimal("5e-13") * under


@pytest.mark.parametrize(
    ("where", "value", "parts"),
    [
        (RATE, Decimal("0.985"), {"": "98.5%"}),
        (CHECKLIST, ["published"], {"published": "是"}),
        (("nanyang-county", "县市区", "NYC-10"), False, {"": "否"}),
        (("nanyang-county", "县市区", "NYC-13"), 3, {"": "3"}),
    ],
)
def test_what_was_filed_can_be_typed_again(where, value, parts):
    """The form of a row that was sent back begins with what stood in it, and reads as the same value."""
    from records.filings import FiledValue
    from storage.filed_values import KeptValue

    row = row_of(*where)
    kept = KeptValue(1, 1, None, FiledValue("u", where[2], ValueState.SUPPLIED, value), None)
    assert typed_from(row, kept) == parts
    assert told(where, parts)["value"] == value


@given(st.text(max_size=400))
def test_a_name_is_never_a_path_nor_endless(name):
    """Whatever is sent: no separators, no control characters, no dots alone, bounded, something left."""
    clean = safe_name(name)
    assert clean
    assert clean not in (".", "..")
    assert len(clean) <= LONGEST_NAME
    assert not set(clean) & set('/\\"<>|:*?')
    assert clean.isprintable()
    assert safe_name(clean) == clean
