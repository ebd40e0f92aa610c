"""Days as portals write them, in text and in addresses."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_WIDE: Final = str.maketrans("０１２３４５６７８９．／－：（）［］　‐‑−∕", "0123456789./-:()[] ---/")
_WIDE_MARK = re.compile("[０-９．／－：（）［］　‐‑−∕]").search
_SEP: Final = r"\s{0,2}[-/.。·—–_]\s{0,2}"
_TAIL: Final = r"(?=\D|\Z|\d\d:\d\d)"
_FULL = re.compile(
    rf"(?<![\d.])((?:19|20)\d\d)(?:\s{{0,2}}年\s{{0,2}}(\d{{1,2}})\s{{0,2}}月\s{{0,2}}(\d\d|\d)(?:\s{{0,2}}[日号]|{_TAIL})"
    rf"|{_SEP}(\d{{1,2}}){_SEP}(\d\d|\d){_TAIL})"
)
_SHORT_YEAR = re.compile(r"(?<![\d.])(\d\d)[-/.](\d{1,2})[-/.](\d\d|\d)(?![\d.])")
_MONTH_DAY = re.compile(r"(?<![\d.])(\d{1,2})(?:[-/.](\d\d)(?![\d.%])|\s?月\s?(\d{1,2})\s?日?)")
_YEAR_MONTH = re.compile(r"((?:19|20)\d\d)(?:\s?年\s?|[-/.])(\d{1,2})(?:\s?月)?[-/.]?\Z")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_RELATIVE = re.compile(r"今[天日]|昨[天日]|前[天日]|刚刚|(\d{1,3})\s?(?:个)?(分钟|小时|天|日|周|星期|月|年)前")
_YEAR_LAST = re.compile(r"(?<![\d.])(\d{1,2})([-/.])(\d{1,2})\2((?:19|20)\d\d)(?!\d)")  # 11/3/2026, 15.10.2026
# ``11-3`` and ``11/3``, as ASP writes month and day: a day only where nothing else stands beside it.
_BARE_MONTH_DAY = re.compile(r"[\[(【〔]?\s?(\d{1,2})[-/](\d{1,2})\s?[\])】〕]?")
_CHINESE = re.compile(
    r"([二一][〇○Ｏ零oO0九一二三四五六七八]{3})年([元正一二三四五六七八九十]{1,2})月([一二三四五六七八九十廿卅]{1,3})日"
)
_CHINESE_DIGIT: Final = {c: i for i, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys("○Ｏ零oO0", 0)

_MONTHS: Final = {
    m: i + 1 for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
}
_MONTH_NAME: Final = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DAY_NUMBER: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR_NUMBER: Final = r"(?P<year>(?:19|20)\d\d)"
_GAP: Final = r"[\s,\-/.]{1,3}"
_ENGLISH: Final = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?<!\d){_DAY_NUMBER}{_GAP}{_MONTH_NAME}{_GAP}{_YEAR_NUMBER}(?!\d)",
        rf"\b{_MONTH_NAME}{_GAP}{_DAY_NUMBER}{_GAP}{_YEAR_NUMBER}(?!\d)",
        rf"(?<!\d){_YEAR_NUMBER}{_GAP}{_MONTH_NAME}{_GAP}{_DAY_NUMBER}(?!\d)",
    )
)
_ENGLISH_YEAR_MONTH = re.compile(
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[\s,\-/.]{0,3}((?:19|20)\d\d)", re.I
)
_ENGLISH_MONTH_DAY = re.compile(
    rf"\W*(?:{_MONTH_NAME}{_GAP}{_DAY_NUMBER}|{_DAY_NUMBER}{_GAP}{_MONTH_NAME})\W*".replace("(?P<month>", "(").replace(
        "(?P<day>", "("
    ),
    re.I,
)

_ADDRESS = (
    re.compile(r"[/_\-]?t((?:19|20)\d\d)(\d\d)(\d\d)_"),
    re.compile(r"/((?:19|20)\d\d)-(\d{1,2})[-/](\d{1,2})(?!\d)"),
    re.compile(r"/((?:19|20)\d\d)[/_](\d{1,2})[/_-](\d{1,2})(?=[/_])"),  # /2026/11-08/ in Nanyang and Xinyang
    re.compile(r"/((?:19|20)\d\d)/(\d\d)(\d\d)(?=/)"),
    re.compile(r"/((?:19|20)\d\d)(\d\d)/(\d\d)(?=/)"),
    re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?=[/._\-]|\d{4,11}[./_])"),
    re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)"),
)
_ADDRESS_MONTH = re.compile(r"/((?:19|20)\d\d)[-/]?(0[1-9]|1[0-2])(?=/)")
_HAS_YEAR = re.compile(r"(?:19|20)\d\d").search


@dataclass(frozen=True, slots=True)
class Written:
    """A day as it was written: complete, or without its year."""

    day: date | None
    month_day: tuple[int, int] | None
    start: int
    end: int


def narrow(text: str) -> str:
    """Full-width digits and marks as ASCII."""
    return text if text.isascii() or _WIDE_MARK(text) is None else text.translate(_WIDE)


def make_day(year: int, month: int, day: int) -> date | None:
    if not 1978 <= year <= 2100:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_days(text: str) -> list[Written]:
    """Every complete day in a text whose digits are narrow, in order."""
    found: list[Written] = []
    for match in _FULL.finditer(text):
        month, day = match.group(2) or match.group(4), match.group(3) or match.group(5)
        made = make_day(int(match.group(1)), int(month), int(day))
        if made is not None:
            found.append(Written(made, None, match.start(), match.end()))
    return found


@lru_cache(maxsize=20_000)
def first_day(text: str, as_of: date) -> Written | None:
    """The first day in a text, in any form that stands alone in lists; ``None`` where there is none.

    Forms without a year give ``month_day``.  Only for short texts that are nothing but a date and its label: in prose
    the loose forms (``12.30``, ``12-30``) are not dates.
    """
    full = full_days(text)
    if full:
        return full[0]
    match = _YEAR_LAST.search(text)
    if match is not None:
        made = _year_last(match, as_of)
        if made is not None:
            return Written(made, None, match.start(), match.end())
    match = _SHORT_YEAR.search(text)
    if match is not None:
        made = make_day(2000 + int(match.group(1)), int(match.group(2)), int(match.group(3)))
        if made is not None and made <= as_of + timedelta(days=366):
            return Written(made, None, match.start(), match.end())
    match = _COMPACT.search(text)
    if match is not None:
        made = make_day(int(match.group(1)), int(match.group(2)), int(match.group(3)))
        if made is not None:
            return Written(made, None, match.start(), match.end())
    match = _MONTH_DAY.search(text)
    if match is not None:
        month, day = int(match.group(1)), int(match.group(2) or match.group(3))
        if make_day(2024, month, day) is not None:  # a leap year: 29 February must pass
            return Written(None, (month, day), match.start(), match.end())
    match = _BARE_MONTH_DAY.fullmatch(text.strip())
    if match is not None and make_day(2024, int(match.group(1)), int(match.group(2))) is not None:
        return Written(None, (int(match.group(1)), int(match.group(2))), 0, len(text))
    match = _RELATIVE.search(text)
    if match is not None:
        return Written(_relative(match, as_of), None, match.start(), match.end())
    return _english_day(text) or _chinese_written(text)


def loose_days(text: str, as_of: date) -> list[Written]:
    """The days of a text that is a day and little else, also ``26-11-03``, ``11/3/2026``, ``Nov 3, 2026``.

    Without words that count from today (3天前): a page that is kept would tell another day each time.
    """
    days = full_days(text)
    if days:
        return days
    written = first_day(text.strip(), as_of)
    if written is None or written.day is None or _COUNTS_FROM_TODAY(text) is not None:
        return []
    return [written]


_COUNTS_FROM_TODAY = re.compile("[前昨今刚]").search


def _year_last(match: re.Match[str], as_of: date) -> date | None:
    """``10/15/2026`` and ``15/10/2026``; where both readings are days, the later of those that have come."""
    first, second, year = int(match.group(1)), int(match.group(3)), int(match.group(4))
    days = [day for day in (make_day(year, first, second), make_day(year, second, first)) if day is not None]
    past = [day for day in days if day <= as_of + timedelta(days=1)]
    return max(past) if past else min(days, default=None)


def _english_day(text: str) -> Written | None:
    for pattern in _ENGLISH:
        match = pattern.search(text)
        if match is not None:
            made = make_day(int(match["year"]), _MONTHS[match["month"].lower()], int(match["day"]))
            if made is not None:
                return Written(made, None, match.start(), match.end())
    match = _ENGLISH_MONTH_DAY.fullmatch(text)
    if match is None:
        return None
    month, day = _MONTHS[(match[1] or match[4]).lower()], int(match[2] or match[3])
    return Written(None, (month, day), 0, len(text)) if make_day(2024, month, day) is not None else None


def _chinese_written(text: str) -> Written | None:
    match = _CHINESE.search(text)
    day = chinese_day(match.group()) if match is not None else None
    return Written(day, None, match.start(), match.end()) if match is not None and day is not None else None


def _relative(match: re.Match[str], as_of: date) -> date:
    word = match.group()
    if match.group(1) is None:
        return as_of - timedelta(days={"昨": 1, "前": 2}.get(word[0], 0))
    days = {"天": 1, "日": 1, "周": 7, "星期": 7, "月": 30, "年": 365}.get(match.group(2), 0) * int(match.group(1))
    return as_of - timedelta(days=days)


def joined_day(first: str, second: str) -> Written | None:
    """A day that was split over two elements: ``28`` and ``2020-12``, ``12-28`` and ``2020``, ``28`` and ``12月``."""
    for a, b in ((first, second), (second, first)):
        if a.isdigit() and len(a) <= 2:
            match = _YEAR_MONTH.match(b)
            if match is not None:
                made = make_day(int(match.group(1)), int(match.group(2)), int(a))
                if made is not None:
                    return Written(made, None, 0, 0)
            if re.fullmatch(r"\d{1,2}\s?月", b) and make_day(2024, int(b.rstrip("月 ")), int(a)) is not None:
                return Written(None, (int(b.rstrip("月 ")), int(a)), 0, 0)
            match = _ENGLISH_YEAR_MONTH.fullmatch(b)
            made = make_day(int(match[2]), _MONTHS[match[1].lower()], int(a)) if match is not None else None
            if made is not None:
                return Written(made, None, 0, 0)
        if re.fullmatch(r"(?:19|20)\d\d年?", a):
            match_day = re.fullmatch(r"(\d{1,2})[-/.月](\d{1,2})日?", b)
            if match_day is not None:
                made = make_day(int(a[:4]), int(match_day.group(1)), int(match_day.group(2)))
                if made is not None:
                    return Written(made, None, 0, 0)
    return None


def chinese_day(text: str) -> date | None:
    """``二〇二〇年十二月三十日``, the last one in a text."""
    found: date | None = None
    for match in _CHINESE.finditer(text):
        year = int("".join(str(_CHINESE_DIGIT.get(c, 0)) for c in match.group(1)))
        month = 1 if match.group(2) in "元正" else _chinese_number(match.group(2))
        found = make_day(year, month, _chinese_number(match.group(3))) or found
    return found


def _chinese_number(text: str) -> int:
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = text.partition("十")
    if not ten:
        return _CHINESE_DIGIT.get(text[-1], 0)
    return (_CHINESE_DIGIT.get(tens, 1) if tens else 1) * 10 + (_CHINESE_DIGIT.get(ones, 0) if ones else 0)


def address_day(url: str) -> date | None:
    """The day in an address: ``t20201230_``, ``/2020-12/30/``, ``/art/2026/6/10/``, ``/20260317/`` …"""
    if _HAS_YEAR(url) is None:
        return None
    for pattern in _ADDRESS:
        match = pattern.search(url)
        if match is not None:
            made = make_day(int(match.group(1)), int(match.group(2)), int(match.group(3)))
            if made is not None:
                return made
    return None


def address_month(url: str) -> tuple[int, int] | None:
    """Year and month in an address (``/202012/``), where it has no day."""
    match = _ADDRESS_MONTH.search(url)
    return None if match is None else (int(match.group(1)), int(match.group(2)))


def nearest_year(month_day: tuple[int, int], near: date) -> date | None:
    """The day of that month and day that lies nearest to ``near``."""
    days = [made for year in (near.year - 1, near.year, near.year + 1) if (made := make_day(year, *month_day))]
    return min(days, key=lambda made: abs((made - near).days)) if days else None


def latest_until(month_day: tuple[int, int], limit: date) -> date | None:
    """The latest day of that month and day not after ``limit``."""
    for year in range(limit.year, limit.year - 5, -1):
        made = make_day(year, *month_day)
        if made is not None and made <= limit:
            return made
    return None
