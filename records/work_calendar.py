"""Working days (工作日): which days are worked, year by year, and terms that are counted in them.

What a year's holidays are is an argument: the State Council announces them each November, and nobody can work them out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

_SATURDAY: Final = 5


class UnknownYearError(LookupError):
    """The holidays of a year are not known: nothing is counted with it."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"{year} 年的节假日和调休安排尚未录入，算不出工作日："
            f"请按国务院办公厅的通知把 {year} 年写进日历文件（格式见 docs/rounds.md），不能猜"
        )
        self.year = year


@dataclass(frozen=True, slots=True)
class WorkYear:
    """The days of one year that are not what their weekday says."""

    year: int
    holidays: frozenset[date]  # not worked, weekends in them or not
    make_up_days: frozenset[date]  # 调休上班: worked on a weekend
    source: str = ""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The years that are known."""

    years: Mapping[int, WorkYear]

    def with_years(self, more: Mapping[int, WorkYear]) -> "WorkCalendar":
        """The same calendar; a year that is known twice is as in `more`."""
        return WorkCalendar(MappingProxyType({**self.years, **more}))

    def is_working_day(self, day: date) -> bool:
        """Raises UnknownYearError."""
        known = self.years.get(day.year)
        if known is None:
            raise UnknownYearError(day.year)
        return day in known.make_up_days or (day.weekday() < _SATURDAY and day not in known.holidays)

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which is itself not counted (民法典 art. 201); `day` for nought.

        Raises UnknownYearError where a day has to be asked about whose year is not known, ValueError below nought.
        """
        if count < 0:
            raise ValueError("工作日数不能是负数")
        while count:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day
