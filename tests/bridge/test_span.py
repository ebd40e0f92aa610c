"""What was filed for months and quarters of a period, and before it: one result, or an honest gap."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.indicators import IndicatorValue, Trace, TraceKind, ValueSource, ValueState
from records.period import Period
from scoring_bridge.span import filed_for, reaches
from tests.bridge.watch_builder import filed, scheme

YEAR = Period.parse("2026")
MONTHS = tuple(Period.parse(f"2026-{month:02d}") for month in range(1, 13))
QUARTERS = tuple(Period.parse(f"2026Q{quarter}") for quarter in range(1, 5))


def one(indicator: str, value: Any, when: Period, provider: str = "市信用办") -> IndicatorValue:
    evidence = (Trace(TraceKind.FILING, f"{provider} {when}", str(when)),)
    return replace(filed(indicator, value), provider=provider, evidence=evidence)


def whole(indicator: str, given_: Mapping[Period, Any], name: str, period: Period = YEAR) -> IndicatorValue:
    (value,) = filed_for(scheme(name), period, {when: [one(indicator, v, when)] for when, v in given_.items()})
    return value


def refs(value: IndicatorValue) -> list[str]:
    return [trace.ref.split()[-1] for trace in value.evidence]


def test_counts_of_cases_add_up_and_every_part_is_evidence() -> None:
    """JY-01: one case in the first quarter and two in the third are three in the year."""
    value = whole("JY-01", dict(zip(QUARTERS, (1, 0, 2, 0), strict=True)), "jiyuan")
    assert (value.state, value.value) == (ValueState.SUPPLIED, 3)
    assert refs(value) == ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]
    assert "2026Q3 2" in value.because


def test_compound_counts_add_up_part_by_part() -> None:
    parts = {when: {"jiyuan": 1, "province": 0, "nation": number} for number, when in enumerate(QUARTERS)}
    assert whole("JY-33", parts, "jiyuan").value == {"jiyuan": 4, "province": 0, "nation": 6}


def test_rates_of_equal_months_are_averaged_exactly() -> None:
    """JY-14 (每月评价，年终综合评价): a third is kept to more places than anybody measures."""
    shares = [Decimal("0.9"), Decimal("0.8"), Decimal("0.8")] * 4
    assert whole("JY-14", dict(zip(MONTHS, shares, strict=True)), "jiyuan").value == Decimal("0.833333333333")
    assert str(whole("JY-14", dict.fromkeys(MONTHS, Decimal("1.00")), "jiyuan").value) == "1"
    mixed = {**dict.fromkeys(QUARTERS[1:], Decimal("0.5")), **dict.fromkeys(MONTHS[:3], Decimal("0.5"))}
    open_ = whole("JY-14", mixed, "jiyuan")
    assert (open_.state, open_.value) == (ValueState.NOT_SUPPLIED, None)
    assert "长短不一" in open_.because


def test_a_ledger_shows_its_newest_status() -> None:
    """JX reports by quarter, half-year and year: a year's status is the last one that was told."""
    parts = {QUARTERS[0]: {"status": "not_started"}, Period.parse("2026H1"): {"status": "under_way"}}
    value = whole("JX-01", parts, "jiaxian")
    assert value.value == {"status": "under_way"}
    assert [trace.ref.split()[-1] for trace in value.left_out] == ["2026Q1"]


@pytest.mark.parametrize(
    ("there", "gap"),
    [(QUARTERS[:3], "2026-10-01"), (QUARTERS[1:], "2026-01-01"), ((QUARTERS[0], QUARTERS[3]), "2026-04-01")],
)
def test_a_gap_is_no_nought(there: tuple[Period, ...], gap: str) -> None:
    """Three quarters without a case are not a year without a case."""
    value = whole("JY-01", dict.fromkeys(there, 0), "jiyuan")
    assert (value.state, value.value) == (ValueState.NOT_SUPPLIED, None)
    assert gap in value.because
    assert len(value.left_out) == len(there)


def test_a_part_without_data_leaves_the_whole_open() -> None:
    given_ = {when: [one("JY-01", 0, when)] for when in QUARTERS}
    given_[QUARTERS[1]] = [replace(given_[QUARTERS[1]][0], state=ValueState.NOT_SUPPLIED, value=None)]
    (value,) = filed_for(scheme("jiyuan"), YEAR, given_)
    assert value.state is ValueState.NOT_SUPPLIED
    assert "2026年第2季度没有给出数据" in value.because


def test_where_the_scheme_is_silent_the_parts_decide_nothing() -> None:
    """JY-17: how quarterly places make a year's the document does not say (C3)."""
    value = whole("JY-17", dict.fromkeys(QUARTERS, "一档"), "jiyuan")
    assert value.state is ValueState.NOT_SUPPLIED
    assert "没有写明各期如何合成" in value.because


def test_a_filing_for_the_whole_stands_and_the_parts_are_shown_beside() -> None:
    value = whole("JY-01", {YEAR: 5, QUARTERS[0]: 1}, "jiyuan")
    assert (value.value, refs(value)) == (5, ["2026"])
    assert [trace.ref.split()[-1] for trace in value.left_out] == ["2026Q1"]


def test_longer_parts_stand_before_the_shorter_ones_within_them() -> None:
    """A quarter that was filed as a whole is not counted once more by its months."""
    given_ = {**dict.fromkeys(QUARTERS, 1), **dict.fromkeys(MONTHS[3:6], 1)}
    assert whole("JY-01", given_, "jiyuan").value == 4


def test_providers_are_put_together_each_for_itself() -> None:
    given_ = {when: [one("JY-01", 1, when, "司法局"), one("JY-01", 0, when, "市人民法院")] for when in QUARTERS}
    assert {v.provider: v.value for v in filed_for(scheme("jiyuan"), YEAR, given_)} == {"司法局": 4, "市人民法院": 0}


@pytest.mark.parametrize(
    ("when", "carried"),
    [("2026Q4", True), ("2027Q1", True), ("2027Q2", False), ("2026Q1", False), ("2027-01", False)],
)
def test_what_is_carried_over_and_how_long(when: str, carried: bool) -> None:
    """HA-5.2, accepted in the second quarter: valid until the quarter before the same month next year."""
    period, source = Period.parse(when), QUARTERS[1]
    found = filed_for(scheme("huaian"), period, {source: [one("HA-5.2", 4, source)]})
    assert [value.value for value in found] == ([4] if carried else [])
    assert reaches(scheme("huaian"), source, period) is carried
    assert all("沿用" in value.because for value in found)


def test_a_new_filing_ends_what_was_carried_over_and_other_rows_are_not() -> None:
    later = QUARTERS[2]
    (value,) = filed_for(
        scheme("huaian"), later, {when: [one("HA-5.2", number, when)] for number, when in enumerate(QUARTERS[1:3])}
    )
    assert (value.value, value.source) == (1, ValueSource.OFFICIAL)
    assert filed_for(scheme("huaian"), later, {QUARTERS[1]: [one("HA-5.3", 4, QUARTERS[1])]}) == ()


@given(st.lists(st.integers(0, 1000), min_size=12, max_size=12), st.randoms())
def test_the_order_of_filing_does_not_matter(counts: list[int], random: Any) -> None:
    pairs = list(zip(MONTHS, counts, strict=True))
    random.shuffle(pairs)
    assert whole("JY-01", dict(pairs), "jiyuan").value == sum(counts)
