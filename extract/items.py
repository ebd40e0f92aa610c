"""From rows to items: the title, the day, and where the day was read."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from extract.dates import (
    Written,
    address_day,
    address_month,
    first_day,
    full_days,
    joined_day,
    latest_until,
    make_day,
    narrow,
    nearest_year,
)
from extract.document import Document, fold
from extract.rows import GENERIC, Block, Row, fill_after
from records.page import Item
from records.verdicts import DateFrom

SCRIPT_MARK: Final = "\ue000"  # stands before a date that a script in the row would write

_PINNED = re.compile(r"置\s?顶|\[顶\]|【顶】")
_PINNED_PREFIX = re.compile(r"^\s*[\[【（(]?\s*(?:置\s?顶|顶)\s*[\]】）)]?\s*[：:]?\s*")
_BULLET = re.compile(r"^[\s·•▪■□◆◇●○★☆>»›\-–—|]+(?=\S)")
_BULLETS: Final = frozenset("·•▪■□◆◇●○★☆>»›-–—|")
_DEADLINE = re.compile(r"截止|结束|有效|施行|实施日|生效|失效|废止|到期|开标|报名|办结|答复|回复")
_LABEL = re.compile(r"发布|公开|发文|上网|录入|更新|时间|日期|日间|发表|来源|date|time", re.I)
_ONLY_DAY = re.compile(
    r"[\[(【〔]?\s?(?:(?:19|20)?\d\d\s?[-/.年]\s?)?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?\s?[\])】〕]?(?:\s\d\d:\d\d(?::\d\d)?)?\Z"
).match
_MAYBE_DAY = re.compile(r"\d|[今昨前][天日]|刚刚|年.{1,3}月").search
_DIGIT = re.compile(r"\d").search
_BOUNDARY_DATE = re.compile(
    r"^[\[\(（【〔]?\s*(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s*[\]\)）】〕]?|"
    r"[\[\(（【〔]?\s*(?:19|20)\d\d(?:\s?[-/.]\s?\d\d\s?[-/.]\s?\d\d|年\d{1,2}月\d{1,2}日)(?:\s+\d\d?:\d\d(?::\d\d)?)?\s*[\]\)）】〕]?$"
)
_ELLIPSIS: Final = ("…", "...", "..")
_FOOT = re.compile(r"ICP[备证]|ICP证|公网安备|备案号|网站标识码|技术支持|版权所有|copyright", re.I)
_HOT: Final = frozenset(("new", "new!", "hot", "最新", "图", "[图]", "荐", "热"))


@dataclass(frozen=True, slots=True)
class DatedRow:
    """A row with the date as it stands there, before years are filled in."""

    row: Row
    title: str
    url: str | None
    written: Written | None
    origin: DateFrom | None
    pinned: bool


def read_rows(block: Block, as_of: date, *, days: bool = True) -> list[DatedRow]:
    """Read the rows of a block; generic entries (更多, 下一页 …) are left out.

    ``days`` says whether anything in the block looks like a day: else none need be sought beside the rows.
    """
    entries = [row for row in block.rows if _is_entry(row.anchor.label)]
    dated = [_read(row, as_of) for row in entries]
    without = sum(1 for entry in dated if entry.written is None)
    if days and without * 2 > len(dated):
        fill_after(block)
        dated = [_from_after(entry, as_of) if entry.written is None else entry for entry in dated]
    return [_from_address(entry) for entry in dated if len(entry.title) >= 2]


@lru_cache(maxsize=20_000)
def _is_entry(label: str) -> bool:
    return label.lower() not in GENERIC and _FOOT.search(label) is None


def _pieces(text: str) -> list[str]:
    return [piece for raw in text.split("\n") if (piece := raw.strip())]


def _read(row: Row, as_of: date) -> DatedRow:
    anchor = row.anchor
    inside = _pieces(anchor.node.text(separator="\n"))
    if row.node.mem_id == anchor.node.mem_id:
        outside: list[str] = []
    else:
        outside = _without(_pieces(row.node.text(separator="\n")), inside)
    written, origin = _from_pieces(tuple(outside), as_of) if outside else None, DateFrom.LIST
    used: str | None = None
    if written is None and inside and _DIGIT(anchor.text):
        written, used = _from_anchor(inside, as_of)
    if written is None and anchor.title and _DIGIT(anchor.title):
        written, origin = _from_title_attribute(anchor.title, anchor.text), DateFrom.TITLE_ATTRIBUTE
    if written is not None and any(piece[0] == SCRIPT_MARK for piece in (*outside, *inside)):
        origin = DateFrom.SCRIPT
    title = _title(row, inside, used)
    pinned = False
    if "顶" in title:
        pinned = _PINNED.search(title) is not None
        title = _PINNED_PREFIX.sub("", title)
    elif outside:
        pinned = any("顶" in piece and len(piece) <= 6 for piece in outside)
    return DatedRow(row, title, anchor.url, written, origin if written else None, pinned)


def _without(pieces: list[str], inside: list[str]) -> list[str]:
    """The pieces of a row that are not those of its anchor."""
    if not inside:
        return pieces
    length = len(inside)
    for start in range(len(pieces) - length + 1):
        if pieces[start] == inside[0] and pieces[start : start + length] == inside:
            return pieces[:start] + pieces[start + length :]
    held = set(inside)
    return [piece for piece in pieces if piece not in held]


@lru_cache(maxsize=20_000)
def _from_pieces(pieces: tuple[str, ...], as_of: date) -> Written | None:
    """The day among texts that stand beside a title."""
    found: list[tuple[int, Written]] = []
    for index, raw in enumerate(pieces):
        piece = raw.lstrip(SCRIPT_MARK)
        if len(piece) > 60 or _MAYBE_DAY(piece) is None:
            continue
        piece = narrow(piece)
        before = pieces[index - 1] if index else ""
        label = before if len(before) <= 8 and before.endswith(("：", ":")) else ""
        if _DEADLINE.search(piece) or _DEADLINE.search(label):
            continue
        if index + 1 < len(pieces) and len(piece) <= 8 and len(pieces[index + 1]) <= 10:
            joined = joined_day(piece, narrow(pieces[index + 1]))
            if joined is not None:
                found.append((2, joined))
                continue
        written = first_day(piece, as_of)
        if written is None:
            continue
        rest = len(piece) - (written.end - written.start)
        labelled = _LABEL.search(piece) is not None or _LABEL.search(label) is not None
        if rest > (24 if labelled or written.day else 10):
            continue
        rank = 3 if "发布" in piece or "发布" in label else 2 if written.day is not None else 1
        found.append((rank, written))
    if not found:
        return None
    top = max(rank for rank, _ in found)
    best = [written for rank, written in found if rank == top]
    complete = [written for written in best if written.day is not None and written.day <= as_of + timedelta(days=1)]
    if len(best) > 1 and complete:
        return max(complete, key=lambda written: written.day or date.min)
    return best[0]


def _from_anchor(inside: list[str], as_of: date) -> tuple[Written | None, str | None]:
    """A day inside the anchor: only in a text of its own, or set off at an end.  Not within the title.

    Also gives the text that held both title and day, which is to be cut out of the title.
    """
    for piece in inside:
        for match in _BOUNDARY_DATE.finditer(narrow(piece)):
            # A title of the form "2020年12月8日教育体育报道" carries its date as a title does, not as a list does.
            token = match.group()
            days = full_days(token)
            if days and ("年" not in token or token[0] in "[(（【〔"):
                return days[0], piece
    if len(inside) > 1:
        alone: list[str] = []
        for piece in inside:
            if len(piece) <= 40 and _MAYBE_DAY(piece) is not None:
                written = first_day(narrow(piece), as_of)
                if written is None or not _is_prose(piece, written):
                    alone.append(piece)
        return _from_pieces(tuple(alone), as_of), None
    return None, None


def _is_prose(piece: str, written: Written) -> bool:
    """Whether a date stands in a sentence and not in a text of its own."""
    rest = narrow(piece)[: written.start] + narrow(piece)[written.end :]
    rest = re.sub(
        r"[\d\s:：\[\]()（）【】〔〕\-/.|]|时|分|秒|发布|发表|更新|公开|时间|日期|日间|来源|阅读|浏览|次数?", "", rest
    )
    return len(rest) > 8


def _from_title_attribute(title: str, text: str) -> Written | None:
    """``title="标题：… 发表时间：2020-12-04"``: only a labelled day, or one that stands beside the whole title."""
    title = narrow(title)
    labelled = re.search(r"(?:发布|发表|更新|公开|时间|日期)\S{0,4}[:：]\s*(\S[^\n]{0,24})", title)
    if labelled is not None:
        days = full_days(labelled.group(1))
        if days:
            return days[0]
    days = full_days(title)
    if days and len(title) - (days[-1].end - days[-1].start) < 8:
        return days[-1]
    if (
        days
        and text
        and title.startswith(text)
        and days[-1].end >= len(title) - 10
        and "年" not in title[days[-1].start :]
    ):
        return days[-1] if days[-1].start >= len(text) else None
    return None


def _title(row: Row, inside: list[str], used: str | None) -> str:
    anchor = row.anchor
    pieces = inside
    if len(inside) > 1:
        pieces = [piece for piece in inside if piece[0] != SCRIPT_MARK and piece.lower() not in _HOT]
        pieces = [piece for piece in pieces if len(piece) > 16 or not _ONLY_DAY(narrow(piece))] or pieces
    if used is not None:
        pieces = [_BOUNDARY_DATE.sub(_unless_chinese, narrow(p)).strip() if p == used else p for p in pieces]
        pieces = [piece for piece in pieces if piece]
    if pieces is inside and len(inside) == 1 and anchor.text:
        text = anchor.text
    else:
        text = fold(" ".join(pieces)) if pieces else anchor.label
    if len(pieces) > 1:
        head = anchor.node.css_first("h1,h2,h3,h4,h5,[class*=title],[class*=tit],strong,b")
        if head is not None and len(fold(head.text())) >= 4 and len(text) > 60:
            text = fold(head.text())
        elif pieces[0] == pieces[-1] and len(pieces[0]) >= 4:
            text = pieces[0]
    if text[:1] in _BULLETS:
        text = _BULLET.sub("", text)
    full = anchor.title
    if full and len(full) > len(text) - 2 and text.endswith(_ELLIPSIS):
        stem = text.rstrip(".… ")
        if full.startswith(stem[:6]) or not stem:
            text = full
    return text[:400]


def _unless_chinese(match: re.Match[str]) -> str:
    token = match.group()
    return token if "年" in token and token[0] not in "[(（【〔" else ""


def _from_after(entry: DatedRow, as_of: date) -> DatedRow:
    if not entry.row.after or not _DIGIT(entry.row.after):
        return entry
    written = _from_pieces(tuple(_pieces(entry.row.after)), as_of)
    return entry if written is None else replace(entry, written=written, origin=DateFrom.LIST)


def _from_address(entry: DatedRow) -> DatedRow:
    if entry.written is not None or entry.url is None:
        return entry
    day = address_day(entry.url)
    if day is None:
        return entry
    return replace(entry, written=Written(day, None, 0, 0), origin=DateFrom.ADDRESS)


def complete(rows: list[DatedRow], limit: date) -> list[Item]:
    """Items with whole days.  ``limit`` is the day not later than which a day without a year must lie.

    A year comes from the item's own address, else from a date in its title with the same month and day, else from the
    order of the list: days that jump up by half a year on the way down have crossed the turn of the year.
    """
    items: list[Item] = []
    previous: date | None = None
    for entry in rows:
        day: date | None = None
        if entry.written is not None:
            day = entry.written.day
            if day is None and entry.written.month_day is not None:
                day = _own_year(entry) or _year_by_order(entry.written.month_day, previous, limit)
                if day is not None and not entry.pinned:
                    previous = day
        items.append(Item(entry.title, entry.url, day, entry.origin if day else None, entry.pinned))
    return items


def _own_year(entry: DatedRow) -> date | None:
    assert entry.written is not None  # noqa: S101 - the caller has looked
    month_day = entry.written.month_day
    if month_day is None:
        return None
    if entry.url is not None:
        day = address_day(entry.url)
        if day is not None:
            return nearest_year(month_day, day)
        month = address_month(entry.url)
        if month is not None:
            return nearest_year(month_day, date(month[0], month[1], 15))
    for full in full_days(narrow(entry.title)):
        if full.day is not None and (full.day.month, full.day.day) == month_day:
            return full.day
    return None


def _year_by_order(month_day: tuple[int, int], previous: date | None, limit: date) -> date | None:
    latest = latest_until(month_day, limit)
    if latest is None or previous is None:
        return latest
    same = make_day(previous.year, *month_day)
    if same is None:
        return latest
    if same <= previous + timedelta(days=150):
        return same
    return make_day(previous.year - 1, *month_day) or latest


def keep_written_days(document: Document) -> None:
    """Put dates that small scripts write into rows where the scripts stand, marked as such."""
    if not any(len(code) < 400 and "20" in code and "write" in code for code in document.scripts):
        return
    for node in document.tree.css("body script"):
        code = node.text()
        if len(code) < 400 and "write" in code and "new Date()" not in code and "<a" not in code:
            days = full_days(narrow(code))
            if days and days[0].day is not None:
                node.insert_before(f"{SCRIPT_MARK}{days[0].day.isoformat()}")
