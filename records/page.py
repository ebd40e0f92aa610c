"""What the reader sees on one page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from records.verdicts import DateFrom, LinkKind, PageKind, PageVerdict, Requirement


class Link(NamedTuple):
    """One link as it stands on a page.

    A named tuple and not a dataclass, because a portal page holds some 125 of them and they are made millions of times.
    """

    url: str  # absolute, percent-encoded as it would be requested, without fragment
    anchor: str  # visible text, else title or alt; "" where there is none
    kind: LinkKind
    raw: str = ""  # as written, only where it could not be made into an address (then url is "")


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: a title, mostly with an address and a day."""

    title: str
    url: str | None
    date: date | None
    date_from: DateFrom | None
    pinned: bool = False  # 置顶


@dataclass(frozen=True, slots=True)
class Pager:
    """How a list is continued."""

    pages: int | None  # as the page says, None where it does not
    index: int | None = None  # which of them this page is, from 0
    urls: tuple[str, ...] = ()  # addresses of the other pages, nearest first


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a page, for comparing it with what the same host says to an address that cannot exist."""

    title: str
    text_length: int  # visible characters, white space folded
    simhash: int  # 64 bits over the visible text without digits
    text_sha256: str  # of the same text, hexadecimal, first 16 digits


@dataclass(frozen=True, slots=True)
class Sign:
    """A trace of one of the required disclosures on a page."""

    requirement: Requirement
    where: str  # "self" (the page itself is it), "link" (a link or menu entry leads to it), "item" (a list entry is it)
    text: str  # the words that were recognised
    url: str | None = None  # where link or item leads; None for "self" and for entries without an address


@dataclass(frozen=True, slots=True)
class PageReading:
    """All that is read from one response.  Facts only: nothing here depends on a policy."""

    url: str | None
    charset: str | None
    title: str | None
    kind: PageKind
    verdict: PageVerdict
    sign: str | None = None  # name of the fingerprint behind a verdict other than ok
    redirect: str | None = None  # where the page sends its reader by meta refresh or script, absolute
    needs_browser: bool = False
    items: tuple[Item, ...] = ()
    newest: date | None = None  # of a list
    published: date | None = None  # of an article
    pager: Pager | None = None
    links: tuple[Link, ...] = ()
    power_list_link: bool = False
    disclosure_guide_link: bool = False
    integrity_commitment: bool = False
    signs: tuple[Sign, ...] = ()
    name: str | None = None  # of the column or page, without the site's own name
    site_name: str | None = None
    breadcrumb: tuple[str, ...] = ()  # 当前位置, from the top
    says_empty: str | None = None  # the words by which the page itself says that it has nothing (暂无数据, 共 0 条)
    look: Look = field(default_factory=lambda: Look("", 0, 0, ""))
    body_length: int = 0  # visible characters of the main content, navigation aside
    data_urls: tuple[str, ...] = ()  # addresses from which scripts fetch list data as JSON or XML
    because: tuple[str, ...] = ()  # Chinese sentences
    # Of a page that is a disclosure: the visible runs that are too short for ``body_length`` (cells of a table, points
    # of a promise), without anchors and labelled data; those of the template are among them.
    short_runs: tuple[str, ...] = ()
    written_by: tuple[str, ...] = ()  # addresses of scripts that may write menus or lists into the page

    @property
    def is_ok(self) -> bool:
        return self.verdict is PageVerdict.OK


Headers = Mapping[str, str]  # names in lower case
