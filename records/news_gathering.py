"""What gathering the news brought: articles with their pages, and an account of everything that was met."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from records.crawl import Exchange
from records.news import Article


class ArticleOrigin(StrEnum):
    """How an article came to us."""

    CRAWLED = "crawled"
    IMPORTED = "imported"
    PORTAL = "portal"


class ItemEnd(StrEnum):
    """Where an address that a list named has ended: each in exactly one of these."""

    NEW = "new"
    CHANGED = "changed"  # known, and another text stands there now
    UNCHANGED = "unchanged"  # asked again because its list said so, and the same
    KNOWN = "known"  # not asked again
    TOO_OLD = "too_old"
    BLOCKED = "blocked"
    FAILED = "failed"
    NO_ARTICLE = "no_article"  # answered, but it is no article: a list, a picture show, an error page
    OFF_LIST = "off_list"  # on a host that is not the outlet's own
    SKIPPED = "skipped"  # forbidden by robots.txt, no web address, undated in a sitemap
    NOT_REACHED = "not_reached"  # time, number of pages, or a host that is left alone


#: The ends that need no second look on another night.
SETTLED = frozenset({ItemEnd.NEW, ItemEnd.CHANGED, ItemEnd.UNCHANGED, ItemEnd.TOO_OLD, ItemEnd.NO_ARTICLE})


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One page of an article as it was answered, or as the browser built it."""

    exchange: Exchange
    rendered: bool = False


@dataclass(frozen=True, slots=True)
class GatheredArticle:
    """An article with everything that shows where it is from."""

    article: Article
    outlet: str  # id of the outlet
    origin: ArticleOrigin
    seen_at: datetime
    day_from: str = ""  # Chinese: where the day was read
    pages: tuple[ArticlePage, ...] = ()
    notes: tuple[str, ...] = ()  # Chinese: pages that are missing, a text that was not found


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """What is remembered of an address from earlier nights."""

    url: str
    end: ItemEnd
    asked_at: str = ""  # ISO 8601 instant; empty where it was never asked
    titles: tuple[str, ...] = ()  # by which lists have named it
    changed: str | None = None  # what its list said of its last change
    content: str = ""  # ``content_hash`` of the article that was read there
    day: date | None = None  # of the article


@dataclass(frozen=True, slots=True)
class EntryEnd:
    """What came of one entry point of an outlet."""

    url: str
    read: int = 0  # pages of the list
    items: int = 0
    trouble: str = ""  # Chinese: why it could not be read
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class OutletEnd:
    """The account of one outlet."""

    outlet: str
    name: str
    ends: dict[ItemEnd, int] = field(default_factory=dict)
    entries: tuple[EntryEnd, ...] = ()
    notes: tuple[str, ...] = ()

    def count(self, end: ItemEnd) -> int:
        return self.ends.get(end, 0)

    @property
    def blocked(self) -> bool:
        """Whether it refused us at every entry."""
        return bool(self.entries) and all(entry.blocked for entry in self.entries)


@dataclass(frozen=True, slots=True)
class GatherEnd:
    """The account of one gathering."""

    started_at: datetime
    finished_at: datetime
    since: date
    outlets: tuple[OutletEnd, ...]
    requests: int = 0
    stopped_by: str = ""  # Chinese: why it ended early
    notes: tuple[str, ...] = ()


def address_key(url: str) -> str:
    """One key for an address with http and with https."""
    return url.partition("://")[2] or url


def content_hash(title: str, text: str) -> str:
    """What tells whether an article says the same as before: white space aside, hexadecimal."""
    return sha256("".join(f"{title}\n{text}".split()).encode("utf-8", "surrogatepass")).hexdigest()


def article_id(url: str | None, title: str, text: str) -> str:
    """The stable id of an article: of its address, or of what it says where it has none."""
    subject = f"url:{address_key(url)}" if url else f"text:{content_hash(title, text)}"
    return sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()[:20]
