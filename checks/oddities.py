"""First seen against the claimed day, and old texts with new days (ANCHORS §2e T2, T4).

Pure.  Nothing here accuses: a moved column looks like a forged one, and so does a list that shows more than before.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from records.oddities import ColumnItem, Oddity, OddityKind

#: An item may wait for its release: dated so much before our last look it is no oddity.
GRACE: Final = timedelta(days=14)
#: So many at once in one column are a move and not a forgery each.
MANY: Final = 5
#: A later day of the same address: by less it is a correction.
REDATED_BY: Final = timedelta(days=7)
#: An old text with a new day: by less it is a correction or a second release.
GHOST_AFTER: Final = timedelta(days=30)
#: Of 64 bits; within it two pages with the same title are the same text (extract.look: digits aside).
NEAR: Final = 6
_SHORT_TITLE: Final = 8  # characters; below it titles are the same by nature (公告, 值班表)

_NOISE: Final = re.compile(r"[^\w]+|_")


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An item as the list shows it now, in the list's order; pinned ones left out."""

    url: str
    title: str
    claimed: date | None
    simhash: int | None = None
    text_sha256: str | None = None


def oddities_of(
    column: str,
    column_url: str,
    listed: Sequence[ListedItem],
    known: Mapping[str, ColumnItem],
    *,
    seen: date,
    looked_before: date | None,
) -> tuple[Oddity, ...]:
    """What is odd in one column.  ``known`` are the items of earlier looks by address; a first look finds nothing."""
    if looked_before is None or not known:
        return ()

    def told(kind: OddityKind, item: ListedItem, text: str, other: ColumnItem | None = None) -> Oddity:
        return Oddity(
            kind, column, column_url, item.url, item.title, item.claimed, seen, looked_before,
            other.url if other is not None else "", other.claimed if other is not None else None, told=text,
        )  # fmt: skip

    found = [
        told(OddityKind.REDATED, item, f"同一地址原来标注 {before.claimed}，现在标注 {item.claimed}", before)
        for item in listed
        if (before := known.get(item.url)) is not None and _later(item.claimed, before.claimed, REDATED_BY)
    ]
    places = [place for place, item in enumerate(listed) if item.url in known]
    last_known = max(places, default=-1)
    appeared = [item for item in listed[: last_known + 1] if item.url not in known]
    deeper = [item for item in listed[last_known + 1 :] if item.url not in known]
    early = [item for item in appeared if item.claimed is not None and item.claimed < looked_before - GRACE]
    if len(early) >= MANY:
        found.append(_of_column(OddityKind.MIGRATION, column, column_url, early, seen, looked_before))
    else:
        found += [
            told(
                OddityKind.EARLY_DATE,
                item,
                f"标注 {item.claimed}，而 {looked_before} 查看时还没有，{seen} 才第一次看到",
            )
            for item in early
        ]
    old = [item for item in deeper if item.claimed is not None and item.claimed < looked_before - GRACE]
    if old:
        kind = OddityKind.MIGRATION if not places and len(old) >= MANY else OddityKind.NEW_REACH
        found.append(_of_column(kind, column, column_url, old, seen, looked_before))
    found += [
        told(OddityKind.GHOST, item, _ghost(item, before), before)
        for item in appeared
        if (before := _older(item, known)) is not None
    ]
    return tuple(found)


def _later(now: date | None, before: date | None, by: timedelta) -> bool:
    return now is not None and before is not None and now - before >= by


def _of_column(
    kind: OddityKind, column: str, column_url: str, items: Sequence[ListedItem], seen: date, looked_before: date
) -> Oddity:
    days = [item.claimed for item in items if item.claimed is not None]
    span = f"标注日期 {min(days)} 至 {max(days)}"
    if kind is OddityKind.MIGRATION:
        text = f"一次出现 {len(items)} 条旧日期的条目（{span}），像是栏目迁移或改版"
    else:
        text = f"列表比上次显示得更多，带出 {len(items)} 条旧条目（{span}）"
    return Oddity(kind, column, column_url, "", "", min(days), seen, looked_before, count=len(items), told=text)


def _older(item: ListedItem, known: Mapping[str, ColumnItem]) -> ColumnItem | None:
    """The older item whose text this one repeats under a later day."""
    title = plain_title(item.title)
    for before in known.values():
        if before.url == item.url or not _later(item.claimed, before.claimed, GHOST_AFTER):
            continue
        same_title = len(title) >= _SHORT_TITLE and plain_title(before.title) == title
        if item.text_sha256 is not None and before.text_sha256 is not None:
            same = item.text_sha256 == before.text_sha256 or (same_title and _near(item.simhash, before.simhash))
        else:
            same = same_title
        if same:
            return before
    return None


def _ghost(item: ListedItem, before: ColumnItem) -> str:
    read = item.text_sha256 is not None and before.text_sha256 is not None
    compared = "正文相同或几乎相同" if read else "标题相同，正文未能比对"
    return f"与 {before.claimed} 的《{before.title}》{compared}，现以 {item.claimed} 重新出现"


def _near(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and ((one ^ other) & (2**64 - 1)).bit_count() <= NEAR


def plain_title(title: str) -> str:
    """A title without spaces and punctuation.  Digits stay: issue 3 and issue 4 of a bulletin are two things."""
    return _NOISE.sub("", title)
