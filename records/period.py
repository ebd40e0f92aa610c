"""The span of time that a filing, a run or a round is about: 2026 · 2026H2 · 2026Q4 · 2026-11 · 2026-11-21."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, assert_never


class PeriodKind(StrEnum):
    """How long a period is, in the words of the schemes (docs/scoring.md)."""

    EVENT = "event"  # 随有随报: one day
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


_NUMERALS: Final = {"一": "1", "二": "2", "三": "3", "四": "4", "上": "1", "下": "2"}
_FORMS: Final = (
    (PeriodKind.EVENT, re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{4})年(\d{1,2})月(\d{1,2})日")),
    (PeriodKind.MONTH, re.compile(r"(\d{4})-(\d{2})|(\d{4})年(\d{1,2})月份?")),
    (PeriodKind.QUARTER, re.compile(r"(\d{4})-?Q([1-4])|(\d{4})年第?([一二三四1-4])季度", re.I)),
    (PeriodKind.HALF_YEAR, re.compile(r"(\d{4})-?H([12])|(\d{4})年([上下])半年", re.I)),
    (PeriodKind.YEAR, re.compile(r"(\d{4})|(\d{4})年度?")),
)
# months of a period of each kind; an event is one day
_MONTHS: Final = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF_YEAR: 6, PeriodKind.YEAR: 12}
_EARLIEST, _LATEST = 1900, 2999  # a year outside of it is a slip of the hand


@dataclass(frozen=True, slots=True)
class Period:
    """One period; ``str()`` gives the form that is stored and compared."""

    kind: PeriodKind
    first_day: date

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read ``2026``, ``2026H2``, ``2026Q4``, ``2026-11``, ``2026-11-21`` or 2026年第四季度 and the like.

        Raises ValueError with a Chinese sentence.
        """
        wanted = unicodedata.normalize("NFKC", text).replace(" ", "")
        for kind, form in _FORMS:
            if found := form.fullmatch(wanted):
                year, *rest = (int(_NUMERALS.get(word, word)) for word in found.groups() if word is not None)
                if not _EARLIEST <= year <= _LATEST:
                    break
                try:
                    return cls(kind, _first_day(kind, year, *rest))
                except ValueError:
                    break
        raise ValueError(
            f"看不懂期间 {text[:60]!r}：应写作 2026（年）、2026H2（半年）、2026Q4（季度）、"
            "2026-11（月）或 2026-11-21（日）"
        )

    @property
    def last_day(self) -> date:
        if self.kind is PeriodKind.EVENT:
            return self.first_day
        return months_later(self.first_day, _MONTHS[self.kind]) - timedelta(days=1)

    def contains(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def covers(self, other: "Period") -> bool:
        """Whether the other lies wholly within this one: what is gathered by month counts in a year."""
        return self.first_day <= other.first_day and other.last_day <= self.last_day

    @property
    def before(self) -> "Period":
        """The one of the same kind that ends the day before this begins."""
        if self.kind is PeriodKind.EVENT:
            return Period(self.kind, self.first_day - timedelta(days=1))
        return Period(self.kind, months_later(self.first_day, -_MONTHS[self.kind]))

    @property
    def year(self) -> int:
        return self.first_day.year

    def __str__(self) -> str:
        year, month = f"{self.first_day.year:04d}", self.first_day.month
        match self.kind:
            case PeriodKind.EVENT:
                return self.first_day.isoformat()
            case PeriodKind.MONTH:
                return f"{year}-{month:02d}"
            case PeriodKind.QUARTER:
                return f"{year}Q{(month + 2) // 3}"
            case PeriodKind.HALF_YEAR:
                return f"{year}H{(month + 5) // 6}"
            case PeriodKind.YEAR:
                return year
            case _:
                assert_never(self.kind)

    @property
    def name(self) -> str:
        """As a document would write it: 2026年第4季度."""
        year, month = self.first_day.year, self.first_day.month
        match self.kind:
            case PeriodKind.EVENT:
                return f"{year}年{month}月{self.first_day.day}日"
            case PeriodKind.MONTH:
                return f"{year}年{month}月"
            case PeriodKind.QUARTER:
                return f"{year}年第{(month + 2) // 3}季度"
            case PeriodKind.HALF_YEAR:
                return f"{year}年{'上' if month == 1 else '下'}半年"
            case PeriodKind.YEAR:
                return f"{year}年度"
            case _:
                assert_never(self.kind)


def _first_day(kind: PeriodKind, year: int, number: int = 1, day: int = 1) -> date:
    """Raises ValueError where there is no such day or month."""
    if kind in (PeriodKind.EVENT, PeriodKind.MONTH, PeriodKind.YEAR):
        return date(year, number, day)
    return date(year, (number - 1) * _MONTHS[kind] + 1, 1)


def months_later(day: date, months: int) -> date:
    """The first day of a month, so many months later (earlier where negative)."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)
