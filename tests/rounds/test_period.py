"""Periods: read in every form that offices write, one canonical form, days without gap or overlap."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.period import Period, PeriodKind
from scoring.model import Period as SchemePeriod


@pytest.mark.parametrize(
    ("text", "stored", "first", "last", "before"),
    [
        ("2026", "2026", "2026-01-01", "2026-12-31", "2025"),
        ("2026年", "2026", "2026-01-01", "2026-12-31", "2025"),
        ("2026-h2", "2026H2", "2026-07-01", "2026-12-31", "2026H1"),
        ("2026-Q4", "2026Q4", "2026-10-01", "2026-12-31", "2026Q3"),
        ("2026年度", "2026", "2026-01-01", "2026-12-31", "2025"),
        ("2026H1", "2026H1", "2026-01-01", "2026-06-30", "2025H2"),
        ("2026年下半年", "2026H2", "2026-07-01", "2026-12-31", "2026H1"),
        ("2026q1", "2026Q1", "2026-01-01", "2026-03-31", "2025Q4"),
        ("2026年第四季度", "2026Q4", "2026-10-01", "2026-12-31", "2026Q3"),
        ("２０２６－０１", "2026-01", "2026-01-01", "2026-01-31", "2025-12"),
        ("2024年2月", "2024-02", "2024-02-01", "2024-02-29", "2024-01"),
        ("2026-03-01", "2026-03-01", "2026-03-01", "2026-03-01", "2026-02-28"),
    ],
)
def test_forms_and_days(text: str, stored: str, first: str, last: str, before: str) -> None:
    period = Period.parse(text)
    assert str(period) == stored
    assert (period.first_day.isoformat(), period.last_day.isoformat()) == (first, last)
    assert str(period.before) == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26",
        "2026Q5",
        "2026Q0",
        "2026H3",
        "2026-13",
        "2026-00",
        "2026-02-29",
        "9999",
        "0001",
        "Q4",
        "2026Q4x",
        "今年",
    ],
)
def test_what_is_no_period_is_refused_with_the_forms(text: str) -> None:
    """The person is told how to write it."""
    with pytest.raises(ValueError, match="2026Q4"):
        Period.parse(text)


_PERIODS = st.builds(
    lambda kind, day: next(period for period in _all_of(day) if period.kind is kind),
    st.sampled_from(PeriodKind),
    st.dates(date(1901, 1, 1), date(2998, 12, 31)),
)


def _all_of(day: date) -> list[Period]:
    year = day.year
    return [
        Period.parse(text)
        for text in (
            day.isoformat(), f"{year}-{day.month:02d}", f"{year}Q{(day.month + 2) // 3}",
            f"{year}H{(day.month + 5) // 6}", f"{year}",
        )
    ]  # fmt: skip


@given(_PERIODS)
def test_a_period_is_read_back_from_both_of_its_names(period: Period) -> None:
    assert Period.parse(str(period)) == period
    assert Period.parse(period.name) == period


@given(_PERIODS)
def test_periods_of_a_kind_follow_each_other_without_gap(period: Period) -> None:
    """A day belongs to exactly one of two neighbours."""
    before = period.before
    assert before.kind is period.kind
    assert before.last_day + timedelta(days=1) == period.first_day
    assert period.contains(period.first_day)
    assert period.contains(period.last_day)
    assert not period.contains(before.last_day)


@given(st.dates(date(1901, 1, 1), date(2998, 12, 31)))
def test_shorter_periods_of_a_day_lie_in_longer_ones(day: date) -> None:
    """What is gathered by month counts in the quarter, the half-year and the year."""
    ladder = _all_of(day)
    for shorter, longer in pairwise(ladder):
        assert longer.covers(shorter)
        assert not shorter.covers(longer)


def test_the_kinds_are_those_of_the_schemes() -> None:
    """A row's period and a round's are the same words; only `round` itself is no length."""
    assert {kind.value for kind in PeriodKind} == {word.value for word in SchemePeriod} - {"round"}
