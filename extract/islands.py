"""Lists that lie in a page as data: ``<record>``, JSON, arrays of scripts; and bodies that are JSON."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final

from extract.dates import address_day, first_day, full_days, narrow
from extract.document import fold
from extract.written import unescape
from records.page import Item
from records.verdicts import DateFrom

_CHINA: Final = timezone(timedelta(hours=8))
_TITLE_KEYS: Final = (
    *(
        "title",
        "doctitle",
        "articletitle",
        "infotitle",
        "newstitle",
        "contenttitle",
        "subject",
        "headline",
        "showtitle",
    ),
    *(
        "bt",
        "biaoti",
        "wjbt",
        "xxbt",
        "mc",
        "name",
        "vc_title",
        "topic",
        "linktitle",
        "tit",
        "t",
        "xmmc",
        "projectname",
        "text",
    ),
)
_URL_KEYS: Final = (
    *("url", "href", "docpuburl", "linkurl", "infourl", "link", "contenturl", "articleurl", "detailurl", "puburl"),
    *("weburl", "pageurl", "u", "path", "htmlurl", "viewurl", "doc_pub_url"),
)
_DATE_KEYS: Final = (
    *("publishtime", "publishdate", "publish_time", "publish_date", "pubdate", "pubtime", "pub_date", "pub_time"),
    *(
        "publishedtime",
        "publishedtimestr",
        "published_time",
        "docreltime",
        "releasetime",
        "releasedate",
        "release_time",
    ),
    *("infodate", "newsdate", "articledate", "showdate", "showtime", "displaydate", "fbsj", "fbrq", "fbtime", "fwrq"),
    *("date", "time", "datetime", "rq", "crtime", "createdate", "createtime", "create_time", "addtime", "inputtime"),
    *("writetime", "updatetime", "update_time", "opertime", "day", "d"),
)
_PAIR = re.compile(
    r"""["']?([A-Za-z_][\w\-]{0,40})["']?\s*:\s*(?:"((?:[^"\\\n]|\\.){0,600})"|'((?:[^'\\\n]|\\.){0,600})'|(-?\d{1,16}))"""
)
_OBJECT = re.compile(r"\{[^{}]{10,4000}\}")
_TUPLE = re.compile(
    r"""[\[(]\s*((?:"(?:[^"\\\n]|\\.){0,400}"|'(?:[^'\\\n]|\\.){0,400}'|\d{1,14})(?:\s*,\s*(?:"(?:[^"\\\n]|\\.){0,400}"|'(?:[^'\\\n]|\\.){0,400}'|\d{1,14})){1,10})\s*[\])]"""
)
_STRING = re.compile(r""""((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'""")
_ADDRESS = re.compile(
    r"(?:https?:/)?/[\w\-./?=&%#]+|[\w\-./]+\.(?:s?html?|jspx?|aspx?|php|pdf|docx?)(?:\?.*)?\Z", re.I
).match
_CJK = re.compile(r"[\u4e00-\u9fff]")
_MARKUP = re.compile(r"<[^>]{1,300}>")
_MOST: Final = 500
_LONGEST: Final = 3_000_000  # characters of code that are searched

MARK: Final = "data-island"  # attribute of the element into which records are put


def with_records(source: str) -> str:
    """A source whose ``<record>`` elements stand as ordinary markup at its end, so that they are read as rows."""
    records: list[str] = []
    kept: list[str] = []
    position = 0
    while len(records) < _MOST:
        start = source.find("<record>", position)
        end = source.find("</record>", start) if start >= 0 else -1
        if end < 0:
            break
        kept.append(source[position:start])
        record = source[start + 8 : end].strip()
        records.append(record.removeprefix("<![CDATA[").removesuffix("]]>"))
        position = end + 9
    if not records:
        return source
    kept.append(source[position:])
    rows = "".join(f"<div>{record}</div>" for record in records)
    return f"{''.join(kept)}<div {MARK}=1>{rows}</div>"


_JSON_START = re.compile(r"[\ufeff\s]*(?:[\w$.]{1,60}\s*\(\s*)?[{\[]").match


def may_be_json(text: str) -> bool:
    """Whether a body begins as JSON or JSONP does."""
    return _JSON_START(text) is not None


def json_items(text: str) -> tuple[list[Item], int | None, int | None] | None:
    """Items, pages and total of a body that is JSON or JSONP; ``None`` where it is neither."""
    start = text.lstrip("\ufeff \t\r\n")
    if not start:
        return None
    if start[0] not in "{[":
        call = re.match(r"[\w$.]{1,60}\s*\(\s*([{\[].*[}\]])\s*\)\s*;?\s*\Z", start, re.S)
        if call is None:
            return None
        start = call.group(1)
    try:
        document = json.loads(start)
    except (ValueError, RecursionError):
        return None
    best: list[Item] = []
    for records in _record_lists(document):
        items = [item for record in records[:_MOST] if (item := _item(record)) is not None]
        if _rank(items) > _rank(best):
            best = items
    pages = _number(
        document, ("pages", "totalpages", "totalpage", "pagecount", "total_page", "pagetotal", "totalpagecount")
    )
    total = _number(
        document, ("total", "totalcount", "totalrecord", "totalrecords", "count", "totalelements", "recordcount")
    )
    return best, pages, total


def _rank(items: list[Item]) -> tuple[int, int]:
    return sum(1 for item in items if item.date), len(items)


def _record_lists(document: Any, depth: int = 0) -> Iterator[list[dict[str, Any]]]:
    if depth > 8:
        return
    if isinstance(document, list):
        records = [entry for entry in document if isinstance(entry, dict)]
        if records and len(records) * 2 >= len(document):
            yield records
        for entry in document[:50]:
            if isinstance(entry, dict | list):
                yield from _record_lists(entry, depth + 1)
    elif isinstance(document, dict):
        for value in document.values():
            if isinstance(value, dict | list):
                yield from _record_lists(value, depth + 1)


def _number(document: Any, names: tuple[str, ...], depth: int = 0) -> int | None:
    if not isinstance(document, dict) or depth > 4:
        return None
    for key, value in document.items():
        if key.lower() in names and not isinstance(value, bool):
            if isinstance(value, int):
                return value
            if isinstance(value, str) and value.isdigit():
                return int(value)
    for value in document.values():
        found = _number(value, names, depth + 1)
        if found is not None:
            return found
    return None


def _item(record: dict[str, Any]) -> Item | None:
    lowered = {key.lower(): value for key, value in record.items()}
    title = next((text for key in _TITLE_KEYS if isinstance(text := lowered.get(key), str) and text.strip()), None)
    if title is None:
        return None
    clean = fold(_MARKUP.sub("", title))
    if not clean:
        return None
    url = next((text for key in _URL_KEYS if isinstance(text := lowered.get(key), str) and text.strip()), None)
    day: date | None = None
    for key in _DATE_KEYS:
        day = _day_of(lowered.get(key))
        if day is not None:
            break
    origin = DateFrom.DATA if day else None
    if day is None and url is not None:
        day = address_day(url)
        origin = DateFrom.ADDRESS if day else None
    return Item(clean[:400], url.strip() if url else None, day, origin)


def _day_of(value: Any) -> date | None:
    if isinstance(value, str):
        text = narrow(value.strip())
        if text.isdigit() and len(text) in (10, 13):
            return _day_of(int(text))
        written = first_day(text, date(2100, 1, 1)) if len(text) <= 40 else None
        return written.day if written is not None else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if value > 10**11 else value
        if 7 * 10**8 < seconds < 4 * 10**9:
            return datetime.fromtimestamp(seconds, UTC).astimezone(_CHINA).date()
        text = str(int(value))
        if len(text) == 8:
            written = first_day(text, date(2100, 1, 1))
            return written.day if written is not None else None
    return None


def script_items(scripts: list[str]) -> list[Item]:
    """Items that lie in inline scripts, as objects or as tuples of texts; empty where there are fewer than two."""
    best: list[Item] = []
    for code in scripts:
        if (
            len(code) > _LONGEST
            or (_CJK.search(code) is None and "\\u" not in code)
            or not any(c in code for c in "[({")
        ):
            continue
        objects: list[Item] = []
        for match in _OBJECT.finditer(code):
            pairs = _PAIR.findall(match.group())
            if len(pairs) < 2:
                continue
            record = {key: unescape(a or b) if a or b else (int(c) if c else "") for key, a, b, c in pairs}
            item = _item(record)
            if item is not None and _CJK.search(item.title) and (item.date is not None or item.url is not None):
                objects.append(item)
            if len(objects) >= _MOST:
                break
        tuples = [item for match in _TUPLE.finditer(code) if (item := _from_tuple(match.group(1))) is not None]
        for items in (objects, tuples[:_MOST]):
            if len(items) >= 2 and any(item.date for item in items) and _rank(items) > _rank(best):
                best = items
    return best


def _from_tuple(text: str) -> Item | None:
    """``"标题", "/a/b.html", "2020-12-30"`` in any order."""
    title = url = None
    day: date | None = None
    for double, single in _STRING.findall(text):
        value = unescape(double or single).strip()
        if not value:
            continue
        days = full_days(narrow(value)) if len(value) <= 30 else []
        if days and day is None and not _ADDRESS(value):
            day = days[0].day
        elif url is None and _ADDRESS(value) and not _CJK.search(value):
            url = value
        elif title is None and _CJK.search(value) and len(value) >= 4:
            title = fold(_MARKUP.sub("", value))
    if title is None or (url is None and day is None):
        return None
    origin = DateFrom.DATA if day else None
    if day is None and url is not None:
        day = address_day(url)
        origin = DateFrom.ADDRESS if day else None
    return Item(title[:400], url, day, origin) if day is not None else None
