"""Cells of an export as the fields of an article: text without markup, days in whatever form they are written."""

import html
import re
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from extract.addresses import absolute, canonical
from extract.dates import address_day, first_day, full_days, latest_until, narrow

CHINA: Final = timezone(timedelta(hours=8))
MAX_TEXT: Final = 1_000_000  # characters; what is longer is cut and told
MAX_TITLE: Final = 300
_TAG: Final = re.compile(r"<(?:/?[a-zA-Z][^<>]{0,2000}|!--.{0,2000}?--)>", re.S)
_BREAKS: Final = re.compile(r"(?i)<(?:br\s*/?|/p|/div|/li|/h[1-6]|/tr)>")
_SPACES: Final = re.compile(r"[^\S\n]+")
_LINES: Final = re.compile(r"\s*\n\s*")
_DIGITS: Final = re.compile(r"\d+(?:\.\d+)?")
_COMPACT: Final = re.compile(r"(20\d\d)(\d\d)(\d\d)(?:\d{2,6})?")
_RELATIVE: Final = re.compile(r"[今昨前][天日]|刚刚|(?:分钟|小时|天|日|周|星期|个?月|年)前")
_UNREADABLE: Final = frozenset("\x00\ufffe\uffff")


def plain_text(value: Any) -> str:
    """A cell as text: markup taken out, entities resolved, lines kept, spaces folded."""
    text = "" if value is None else str(value)
    if not text:
        return ""
    if _TAG.search(text):
        text = _BREAKS.sub("\n", text)
        tree = LexborHTMLParser(text)
        for node in tree.css("script,style,noscript,template"):
            node.decompose()
        root = tree.body or tree.root
        text = root.text() if root is not None else ""
    elif "&" in text:
        text = html.unescape(text)
    text = "".join(" " if c in _UNREADABLE else c for c in text.replace("\r", "\n").replace("\u200b", ""))
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def address(value: Any) -> str | None:
    """A web address, or nothing."""
    raw = "" if value is None else str(value).strip()
    if raw.startswith("www."):
        raw = f"http://{raw}"
    if not raw.startswith(("http://", "https://")) or any(c.isspace() for c in raw):
        return None
    return absolute(None, canonical(raw))


def day(value: Any, *, as_of: date) -> tuple[date | None, str]:
    """The day of a cell, and in Chinese what is wrong with it (empty where it is well, or where there is nothing).

    A day without its year is the last one before ``as_of``; 3小时前 says nothing in a file that was written before.
    """
    if value is None or isinstance(value, bool) or (isinstance(value, str) and not value.strip()):
        return None, ""
    found = _day_of(value, as_of)
    shown = str(value).strip()[:30]
    if found is None:
        return None, f"发布时间“{shown}”无法识别"
    if found > as_of + timedelta(days=1):
        return None, f"发布时间“{shown}”在今天之后，未采用"
    return found, ""


def _day_of(value: Any, as_of: date) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(CHINA).date() if value.tzinfo is not None else value.date()
    if isinstance(value, date):
        return value
    text = narrow(str(value)).strip()
    if isinstance(value, int | float) or _DIGITS.fullmatch(text):
        return _from_number(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        pass
    else:
        return moment.astimezone(CHINA).date() if moment.tzinfo is not None else moment.date()
    days = full_days(text)
    if days:
        return days[0].day
    if _RELATIVE.search(text) or len(text) > 60:
        return None
    written = first_day(text, as_of)
    if written is None:
        return None
    if written.day is not None:
        return written.day
    return latest_until(written.month_day, as_of) if written.month_day is not None else None


def _from_number(text: str) -> date | None:
    """``20261120``, ``20261120083000``, seconds or milliseconds since 1970, or days of Excel since 1899-12-30."""
    compact = _COMPACT.fullmatch(text)
    if compact is not None:
        try:
            return date(int(compact[1]), int(compact[2]), int(compact[3]))
        except ValueError:
            pass
    number = float(text)
    try:
        if 1e12 <= number < 1e13:
            return datetime.fromtimestamp(number / 1000, CHINA).date()
        if 1e9 <= number < 1e10:
            return datetime.fromtimestamp(number, CHINA).date()
        if 30_000 <= number < 80_000:  # 1982 … 2119
            return date(1899, 12, 30) + timedelta(days=int(number))
    except (ValueError, OverflowError, OSError):
        return None
    return None


def day_in_address(url: str | None) -> date | None:
    """The day that an address carries."""
    return address_day(url) if url is not None else None
