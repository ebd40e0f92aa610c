"""The working days that are known: those of the chinesecalendar library, and the years that an office adds itself.

The library holds the State Council's yearly notices up to the newest year that it was released with; a year beyond is
added by a file until the library is brought up to date.
"""

import re
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from records.work_calendar import WorkCalendar, WorkYear
from scoring.tree import Fault, Fields, brief, read_tree
from services.schemes import WrongCallError, read_text

FORMAT: Final = "chengjian.calendar/1"
_YEAR: Final = re.compile(r"[12]\d{3}")
_SATURDAY: Final = 5


def library_calendar() -> WorkCalendar:
    """The years of the library."""
    import chinese_calendar  # type: ignore[import-untyped]  # it comes without types; here: only terms need it

    holidays, make_up_days = chinese_calendar.holidays, chinese_calendar.workdays
    years = {
        year: WorkYear(
            year,
            frozenset(day for day in holidays if day.year == year),
            frozenset(day for day in make_up_days if day.year == year),
            "chinesecalendar",
        )
        for year in {day.year for day in holidays}
    }
    return WorkCalendar(MappingProxyType(years))


def load_calendar(path: Path | None = None) -> WorkCalendar:
    """The library's years, and over them those of an office's file.  WrongCallError with every fault of the file."""
    known = library_calendar()
    if path is None:
        return known
    years, faults = parse_years(read_text(path, "日历文件"), path.name)
    if faults:
        raise WrongCallError(*(str(fault) for fault in faults))
    return known.with_years(years)


def parse_years(text: str, source: str) -> tuple[dict[int, WorkYear], tuple[Fault, ...]]:
    """The years of a calendar file (docs/rounds.md); with any fault none of them is to be used."""
    faults: list[Fault] = []
    tree = read_tree(text, source, faults)
    years: dict[int, WorkYear] = {}
    if not tree.items:
        return years, tuple(faults) or (Fault(source, 1, "没有内容"),)
    fields = Fields(tree, "", faults)
    fields.choice("format", (FORMAT,))
    for entry in fields.entries("years"):
        word = entry.text("year")
        if not _YEAR.fullmatch(word):
            entry.fault("year", f'year 应为四位年份，如 "2027"，得到 {brief(word)!r}')
            continue
        year = int(word)
        entry.where = f"{year} 年"
        if year in years:
            entry.fault("year", f"{year} 年写了两次")
        years[year] = _work_year(entry, year)
        entry.close()
    fields.close()
    return years, tuple(sorted(set(faults)))


def _work_year(entry: Fields, year: int) -> WorkYear:
    holidays = _days(entry, "holidays", year)
    make_up_days = _days(entry, "make_up_days", year) if entry.has("make_up_days") else frozenset()
    for day in sorted(holidays & make_up_days):
        entry.fault("make_up_days", f"{day} 既是节假日又是上班日")
    for day in sorted(make_up_days - holidays):
        if day.weekday() < _SATURDAY:
            entry.fault("make_up_days", f"{day} 不是周末，本来就上班，请核对日期")
    return WorkYear(year, holidays, make_up_days, entry.text("source"))


def _days(entry: Fields, word: str, year: int) -> frozenset[date]:
    """Days, and spans of days as `2027-02-05..2027-02-11`."""
    days: set[date] = set()
    for text in entry.texts(word):
        first, _, last = (part.strip() for part in text.partition(".."))
        try:
            begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError:
            entry.fault(word, f"{word} 应为 2027-01-01 或 2027-02-05..2027-02-11，得到 {brief(text)!r}")
            continue
        if begin > end or begin.year != year or end.year != year:
            entry.fault(word, f"{brief(text)} 不在 {year} 年内，或起止颠倒")
            continue
        days.update(begin + timedelta(days=step) for step in range((end - begin).days + 1))
    return frozenset(days)
