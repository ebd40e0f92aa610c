"""What a gathering holds while it reads: entry points, articles that are not finished, and what may become one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from extract.article_text import ArticleText
from extract.dates import address_day
from records.news_gathering import ArticlePage, EntryEnd, ItemEnd, KnownAddress
from records.outlets import Entry, ListedItem, Outlet
from records.page import Link
from records.verdicts import LinkKind, PageKind

_LEAST_TITLE: Final = 6  # characters of a link on a front page that may be a headline, with a day in its address
_LEAST_UNDATED: Final = 10  # … with a number in its address and no more


class Role(Enum):
    """What an address is read for."""

    LIST = "list"
    ARTICLE = "article"
    PART = "part"


@dataclass(slots=True)
class Source:
    """One entry point while it is read."""

    outlet: Outlet
    entry: Entry
    pages: int = 0
    items: int = 0
    trouble: str = ""
    blocked: bool = False

    def end(self) -> EntryEnd:
        return EntryEnd(self.entry.url, self.pages, self.items, self.trouble, self.blocked)


@dataclass(frozen=True, slots=True)
class Lead:
    """An address to be walked to."""

    url: str
    role: Role


@dataclass(slots=True)
class Draft:
    """An article while it is read."""

    outlet: Outlet
    item: ListedItem
    known: KnownAddress | None
    text: ArticleText | None = None
    page: ArticlePage | None = None
    kind: PageKind | None = None
    open: set[str] = field(default_factory=set)  # addresses of it that have not ended
    parts: dict[str, tuple[ArticleText, ArticlePage] | None] = field(default_factory=dict)
    end: ItemEnd | None = None  # why there is no article
    guessed: bool = False  # a link of a front page, and not an item of a list
    cut_short: bool = False  # a further page of it may be there another night


def is_article(draft: Draft, text: ArticleText) -> bool:
    """Whether what was read is an article, and not a column page to which a front page links."""
    if not text.title:
        return False
    if draft.guessed:
        return draft.kind is PageKind.ARTICLE or (draft.kind is PageKind.OTHER and text.published is not None)
    if draft.kind in (PageKind.LIST, PageKind.HOME):
        listed = draft.item.title.rstrip(".… ")
        return bool(text.text) and bool(listed) and listed in text.title
    return bool(text.text) or draft.kind in (PageKind.ARTICLE, PageKind.OTHER, PageKind.SHELL)


def says_changed(item: ListedItem, known: KnownAddress) -> bool:
    """Whether a list names a known article by another title, or tells of a later change.

    A title that is cut (……) or only longer is the same one.
    """
    if known.end not in (ItemEnd.NEW, ItemEnd.CHANGED, ItemEnd.UNCHANGED):
        return False
    if item.changed and known.changed and item.changed > known.changed:
        return True
    title = item.title.rstrip(".… ")
    if not title or not known.titles:
        return False
    return not any(title in one or one.rstrip(".… ") in title for one in known.titles)


def headlines(links: Sequence[Link], kind: PageKind) -> list[ListedItem]:
    """What may be articles among the links of a front page: with a day in the address, or a long text over a number."""
    if kind not in (PageKind.HOME, PageKind.OTHER, PageKind.LIST):
        return []
    found = []
    for link in links:
        if link.kind is not LinkKind.PAGE or len(link.anchor) < _LEAST_TITLE:
            continue
        day = address_day(link.url)
        tail = link.url.rpartition("/")[2]
        if day is not None or (len(link.anchor) >= _LEAST_UNDATED and any(c.isdigit() for c in tail)):
            found.append(ListedItem(link.url, link.anchor, day))
    return found
