"""Where news comes from: outlets (媒体) and the pages by which each is entered."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class EntryKind(StrEnum):
    """What is found at the address of an entry point."""

    LIST = "list"  # a page that lists items
    FEED = "feed"  # RSS or Atom
    SITEMAP = "sitemap"  # a sitemap, a news sitemap, or an index of them
    SEARCH = "search"  # a list made for a keyword: the address holds {keyword}


class OutletLevel(StrEnum):
    """At which level of government an outlet stands."""

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


@dataclass(frozen=True, slots=True)
class Entry:
    """One page by which an outlet is entered."""

    kind: EntryKind
    url: str  # of a search: with {keyword}
    name: str = ""
    pages: int = 20  # pages of the list that are read at most


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An article as a list, a feed, a sitemap or a stored audit names it, before it is read."""

    url: str
    title: str = ""
    day: date | None = None
    changed: str | None = None  # ISO 8601 instant or day that the source names as the last change


@dataclass(frozen=True, slots=True)
class Outlet:
    """A newspaper, a broadcaster, a news site or the news columns of a portal."""

    id: str
    name: str
    place: str = ""  # what 我县 and 我市 mean in it: 方城县
    level: OutletLevel = OutletLevel.CITY
    hosts: tuple[str, ...] = ()  # host, host:port or *.domain; only articles on these are read
    entries: tuple[Entry, ...] = ()
    keywords: tuple[str, ...] = ()  # for its searches
    charset: str = ""  # where the pages declare a wrong one
    enabled: bool = True
    note: str = ""
    portal: bool = False  # the news columns of a portal, made from its stored audit
    items: tuple[ListedItem, ...] = ()  # known beforehand: what the stored audit of a portal lists

    def covers(self, host: str) -> bool:
        """Whether a host, with its port where it names one, is this outlet's own."""
        name = host.lower()
        bare = name.partition(":")[0]
        return any(bare.endswith(own[1:]) if own.startswith("*.") else own in (name, bare) for own in self.hosts)
