"""Days relative to the day that the city is shown on, so that it never goes stale by itself."""

from datetime import date, timedelta

WEEKDAYS = "一二三四五六日"


def days_before(as_of: date, days: int) -> date:
    return as_of - timedelta(days=days)


def last_anniversary(as_of: date, month: int, day: int) -> date:
    """The newest such day of the calendar that is not after ``as_of``: yearly documents come out on it."""
    this_year = date(as_of.year, month, day)
    return this_year if this_year <= as_of else date(as_of.year - 1, month, day)


def chinese(day: date) -> str:
    """2026年11月3日"""
    return f"{day.year}年{day.month}月{day.day}日"


def today_banner(day: date) -> str:
    """今天是2026年11月21日 星期六: what old portals print above every page."""
    return f"今天是{chinese(day)} 星期{WEEKDAYS[day.weekday()]}"


def relative(day: date, as_of: date) -> str:
    """How a modern list says a day: 今天, 昨天, 3天前."""
    age = (as_of - day).days
    if age == 0:
        return "今天"
    return "昨天" if age == 1 else f"{age}天前"
