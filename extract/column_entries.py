"""Pages that are entries of a list, and so no columns, whatever they show beside their text.

An article that shows related articles looks much like a list of them.  What tells the two apart is how the rest of the
site treats the page: a list enters it, with a day; its address is made like those of other entries.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from extract.addresses import host_of, split
from extract.dates import address_day
from extract.site_index import SiteIndex
from records.crawl import PageFact
from records.page import Item
from records.verdicts import DateFrom

_ENTRY_ADDRESS = re.compile(
    r"/t20\d{6}_\d+\.|/art/20\d\d/|/art(?:icle)?_\d+_\d+|/content/post_\d+|/content_\d+|/contents/\d+/\d+|/info/\d+/\d+\.|"
    r"/20\d\d[-/]?\d\d(?:-?\d\d)?/(?!index|list|default)[^/]+\.\w{2,5}$",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_INDEX_FILE = re.compile(r"/(?:(?:index|list|default)[^/]*)?$", re.IGNORECASE)
_WRITTEN: Final = (DateFrom.LIST, DateFrom.DATA, DateFrom.SCRIPT, DateFrom.TITLE_ATTRIBUTE)
_REAL_LIST: Final = 2  # dated rows of a page whose rows are believed to be entries
_OWN_ROWS: Final = 2  # rows that a page lists and no other page does, with days beside them
_SAME_PROGRAM: Final = 3  # entries that one program shows, before its other pages are taken for entries


@dataclass(frozen=True, slots=True)
class Entries:
    """What the lists of a site enter."""

    dated: Collection[str]  # addresses that are entered with a day
    listers: Mapping[str, int]  # on how many different pages each is entered, with or without one
    programs: Collection[str]  # by which most dated entries are shown, see ``_program_of``

    @classmethod
    def of(cls, pages: Iterable[PageFact]) -> "Entries":
        dated: set[str] = set()
        listers: Counter[str] = Counter()
        for page in {page.sha256: page for page in pages}.values():
            rows = {item.url: item for item in page.reading.items if item.url not in (None, page.url, page.final_url)}
            listers.update(url for url in rows if url is not None)
            with_day = {url for url, item in rows.items() if url is not None and item.date is not None}
            if len(with_day) >= _REAL_LIST:
                dated |= with_day
        shown = Counter(program for url in dated if (program := _program_of(url)) is not None)
        programs = frozenset(program for program, count in shown.items() if count >= _SAME_PROGRAM)
        return cls(frozenset(dated), listers, programs)


def _program_of(url: str) -> str | None:
    """Host, path and names of parameters of an address with a query; ``None`` where it has none."""
    parts = split(url)
    if not parts.query:
        return None
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return f"{host_of(url)}{_DIGITS.sub('*', parts.path)}?{'&'.join(names)}"


def is_entry(page: PageFact, entries: Entries, index: SiteIndex) -> bool:
    """Whether a page is an entry of a list rather than a column.

    What is addressed like an article always is.  What a list enters, or what the program of the entries shows, is
    one unless it lists things of its own.
    """
    if has_entry_address(page.final_url):
        return True
    addresses = {page.url, page.final_url}
    if _program_of(page.final_url) in entries.programs or not addresses.isdisjoint(entries.dated):
        return len(_own_rows(page, entries, index)) < _OWN_ROWS
    if not addresses.isdisjoint(entries.listers) and len(page.reading.items) == 1:
        return not _own_rows(page, entries, index)
    return False


def has_entry_address(url: str) -> bool:
    """Whether an address is made like an article's: ``/202604/t20260405_123.html``, ``/art/2026/4/5/art_1.html``."""
    path = split(url).path
    if _INDEX_FILE.search(path):
        return False
    return _ENTRY_ADDRESS.search(path) is not None or address_day(path) is not None


def _own_rows(page: PageFact, entries: Entries, index: SiteIndex) -> list[Item]:
    """Rows with a day beside them that lead to what no other page enters: neither home nor what was met before."""
    dated = [item for item in page.reading.items if item.date_from in _WRITTEN]
    return [item for item in dated if _leads_deeper(item, page, entries, index)]


def _leads_deeper(item: Item, page: PageFact, entries: Entries, index: SiteIndex) -> bool:
    if item.url is None or item.url in (page.url, page.final_url):
        return False
    target = index.targets.get(item.url)
    if target is not None and target.target.depth <= page.depth:
        return False
    return entries.listers.get(item.url, 0) <= 1
