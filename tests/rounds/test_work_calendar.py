"""Working days: holidays and make-up days are those that were announced, and an unknown year is said."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.work_calendar import UnknownYearError
from services.schemes import WrongCallError
from services.work_calendar import library_calendar, load_calendar, parse_years

KNOWN = library_calendar()
NEXT = """\
format: chengjian.calendar/1
years:
  - year: "2027"
    source: 国务院办公厅通知
    holidays: ["2027-01-01..2027-01-03", "2027-02-05..2027-02-11"]
    make_up_days: ["2027-02-20"]
"""


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        ("2026-11-23", 0, "2026-11-23"),
        ("2026-11-23", 1, "2026-11-24"),  # Monday → Tuesday
        ("2026-11-23", 5, "2026-11-30"),  # over a weekend
        ("2026-11-21", 5, "2026-11-27"),  # delivered on a Saturday: it begins on Monday
        ("2026-09-24", 5, "2026-10-09"),  # 中秋 25–27, 国庆 1–7: 28, 29, 30, 8, 9
        ("2026-09-29", 2, "2026-10-08"),
        ("2025-09-26", 2, "2025-09-29"),  # Sunday the 28th was worked
        ("2025-01-24", 1, "2025-01-26"),  # Sunday before the Spring Festival was worked
        ("2025-01-27", 1, "2025-02-05"),
    ],
)
def test_terms(day: str, count: int, last: str) -> None:
    """The State Council's notices for 2025 and 2026."""
    assert KNOWN.add_working_days(date.fromisoformat(day), count).isoformat() == last


@given(st.dates(date(2010, 1, 1), date(2025, 12, 1)), st.integers(1, 15))
def test_a_term_ends_on_a_working_day_and_counts_each_once(day: date, count: int) -> None:
    """Whatever lies between, exactly that many working days have passed."""
    last = KNOWN.add_working_days(day, count)
    between = [date.fromordinal(number) for number in range(day.toordinal() + 1, last.toordinal() + 1)]
    assert KNOWN.is_working_day(last)
    assert sum(map(KNOWN.is_working_day, between)) == count


def test_a_term_that_runs_into_an_unknown_year_is_said() -> None:
    """Three days before the end of the last known year: a guess would shorten or lengthen a unit's right."""
    last_year = max(KNOWN.years)
    with pytest.raises(UnknownYearError, match=str(last_year + 1)):
        KNOWN.add_working_days(date(last_year, 12, 29), 5)


def test_a_term_that_ends_before_needs_no_other_year() -> None:
    assert KNOWN.add_working_days(date(2025, 12, 30), 1) == date(2025, 12, 31)


def test_less_than_nought_days_is_refused() -> None:
    with pytest.raises(ValueError, match="负数"):
        KNOWN.add_working_days(date(2026, 1, 5), -1)


def test_an_office_adds_a_year(tmp_path: Path) -> None:
    """2027 by a file: its holidays are not worked, its make-up Saturday is."""
    path = tmp_path / "calendar.yml"
    path.write_text(NEXT, "utf-8")
    calendar = load_calendar(path)
    assert calendar.add_working_days(date(2026, 12, 30), 2) == date(2027, 1, 4)
    assert calendar.add_working_days(date(2027, 2, 4), 1) == date(2027, 2, 12)
    assert calendar.add_working_days(date(2027, 2, 19), 1) == date(2027, 2, 20)
    assert calendar.is_working_day(date(2026, 10, 10)) is KNOWN.is_working_day(date(2026, 10, 10))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"2027"', "2027", "请加引号"),
        ('"2027"', '"27"', "四位年份"),
        ("2027-02-20", "2027-02-22", "不是周末"),
        ("2027-02-20", "2027-02-06", "既是节假日又是上班日"),
        ("2027-02-05..2027-02-11", "2027-02-11..2027-02-05", "起止颠倒"),
        ("2027-01-01..", "2026-12-31..", "不在 2027 年内"),
        ("2027-02-20", "2月20日", "应为 2027-01-01"),
        ("    source: 国务院办公厅通知\n", "", "缺少 source"),
        ("chengjian.calendar/1", "x", "不认识的 format"),
        ("make_up_days", "makeup_days", "不认识的词"),
    ],
)
def test_a_faulty_calendar_is_refused(old: str, new: str, words: str, tmp_path: Path) -> None:
    """A slip here would move every deadline of the year."""
    path = tmp_path / "calendar.yml"
    path.write_text(NEXT.replace(old, new), "utf-8")
    with pytest.raises(WrongCallError, match=words):
        load_calendar(path)


@pytest.mark.parametrize("text", ["", "years: []", "- a", "x: ["])
def test_what_is_no_calendar_is_refused(text: str) -> None:
    assert parse_years(text, "c.yml")[1]
