"""Canonical JSON: the same values give the same bytes, and numbers lose nothing."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.canonical import canonical_json, read_canonical

numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9)
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | numbers | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Word(StrEnum):
    A = "a"


@given(trees)
def test_it_comes_back_and_is_written_the_same_again(tree: Any) -> None:
    body = canonical_json(tree)
    assert read_canonical(body) == tree
    assert canonical_json(read_canonical(body)) == body


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": Word.A}, '{"a":"a","b":1}'),
        (Decimal("0.0040"), "0.004"),
        (Decimal("3.0"), "3"),
        (Decimal("1E+3"), "1000"),
        (0.1, "0.1"),
        ((1, "二"), '[1,"二"]'),
        (date(2026, 1, 2), '"2026-01-02"'),
        (True, "true"),
    ],
)
def test_forms(value: object, text: str) -> None:
    assert canonical_json(value).decode() == text


@pytest.mark.parametrize("value", [float("nan"), Decimal("Infinity"), object(), {1, 2}])
def test_what_has_no_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)
