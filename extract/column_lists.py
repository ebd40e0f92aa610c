"""Which pages are columns (栏目), and which pages of a list belong together."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlunsplit

from extract.addresses import extension_of, family_of, host_of, split
from extract.column_entries import Entries, is_entry
from extract.column_kinds import kind_of_column
from extract.column_names import own_name
from extract.column_views import digests, wider_addresses
from extract.signs import requirements_of
from extract.site_index import LISTING, SiteIndex
from records.crawl import PageFact, Referrer, SiteFacts
from records.page import Item
from records.verdicts import ColumnKind, LinkKind, PageKind, PageVerdict

Referrers = Callable[[Collection[str]], Mapping[str, tuple[Referrer, ...]]]

_ONWARD: Final = (*LISTING, PageKind.HOME, PageKind.SHELL, PageKind.REDIRECT)  # menu entries lead to such pages
_MAY_LIST: Final = (*LISTING, PageKind.SHELL)
_SEARCH = re.compile(
    r"/(?:so|jsearch|search|searchall|fullsearch|searchresult|s)(?:[/.\-_]|$)|[?&](?:q|keyword|keywords|searchword)=",
    re.IGNORECASE,
)
_SEARCH_NAMES = re.compile(r"(?:搜索|检索|查询)结果|站内(?:搜索|检索)|全文检索")
_NUMBERED = re.compile(r"^(?P<stem>.*[^/_\-])[_\-](?P<number>\d{1,4})(?P<tail>\.[a-z]{2,5})$", re.IGNORECASE)
_NO_COLUMN: Final = ("网站地图", "站点地图", "网站导航", "站群导航", "友情链接", "网站链接")
_PAGE_PARAMETERS: Final = frozenset(
    (
        "page",
        "pageno",
        "pagenum",
        "pageindex",
        "currentpage",
        "curpage",
        "pagenumber",
        "pageid",
        "pn",
        "start",
        "offset",
    )
)
_CITIZENS = re.compile(
    r"信箱|意见箱|信件|来信|写信|留言|咨询|投诉|举报|纠错|调查|访谈|查询|检索|日历|办理(?:统计|情况|结果|查询)"
)
_DATA_FILES: Final = frozenset(("json", "xml", "html", "htm", "shtml", "txt", "js"))
_MOST_HOLDERS: Final = 2  # a frame on more pages than these is a part of the template and no column
_DEEPEST_FRAME: Final = 3  # frames within frames
_BARE: Final = 10  # visible characters: a page with more holds something that we may only not understand
_MOST_BESIDE: Final = 50  # characters of main text beside 暂无信息: heading, breadcrumb, the words themselves
_SIBLINGS: Final = 2  # pages of the same make with items, before a bare page is called empty
_UNDATED_SHARE: Final = 0.8
_FOREIGN_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True)
class ListDraft:
    """A column before it has its name: the pages of its list, first page first."""

    holder: PageFact  # the page that a reader opens: the list itself, or the page that frames it
    pages: tuple[PageFact, ...]
    first_read: bool = True
    whole: bool = True  # False: data that a script asks for with more than the address that was read

    @property
    def first(self) -> PageFact:
        return self.pages[0]


def drafts_of(facts: SiteFacts, index: SiteIndex, referrers: Referrers | None) -> tuple[ListDraft, ...]:
    """The columns of a site as pages: full lists, empty ones, and shells that are called like a column."""
    # A shell that the browser filled later is there twice: what the reader sees is the filled one.
    facts = replace(facts, pages=tuple(page for page in facts.pages if index.pages.get(page.url) is page))
    holders = _holders(facts, index, referrers)
    entries = Entries.of(facts.pages)
    return (*_list_drafts(facts, index, holders, entries), *_bare_drafts(facts, index, holders, entries))


def is_search_page(page: PageFact) -> bool:
    """Whether a page shows what somebody searched for."""
    return bool(_SEARCH.search(page.url) or _SEARCH_NAMES.search(page.reading.name or page.reading.title or ""))


def _holders(facts: SiteFacts, index: SiteIndex, referrers: Referrers | None) -> dict[str, tuple[PageFact, ...]]:
    """For each page that is shown inside others (a frame, or data that a script fetches): those others."""
    inner: dict[str, dict[str, PageFact]] = defaultdict(dict)
    frames = [
        fact for fact in facts.targets if fact.target.kind is LinkKind.FRAME and index.pages.get(fact.url) is not None
    ]
    met = referrers([fact.url for fact in frames]) if referrers is not None and frames else {}
    for fact in frames:
        outers = [referrer.page for referrer in met.get(fact.url, ())] or [fact.target.parent or ""]
        for url in outers:
            outer = index.pages.get(url)
            if outer is not None:
                inner[fact.url].setdefault(outer.final_url, outer)
    for page in facts.pages:
        for url in page.reading.data_urls:
            if index.pages.get(url) is not None:
                inner[url].setdefault(page.final_url, page)
        for url in page.reading.written_by:
            script = index.pages.get(url)
            if script is not None and script.reading.items:  # most scripts list nothing
                inner[url].setdefault(page.final_url, page)
    return {url: tuple(outers.values()) for url, outers in inner.items()}


def _list_drafts(
    facts: SiteFacts, index: SiteIndex, holders: Mapping[str, tuple[PageFact, ...]], entries: Entries
) -> list[ListDraft]:
    lists: dict[str, PageFact] = {}
    by_url: dict[str, PageFact] = {}
    shown = Counter(item.url for page in facts.pages for item in page.reading.items if item.url is not None)
    filled = _filled_by_data(index, holders)
    partly = _partly_asked(facts)
    for page in (_without_foreign_items(page, shown) for page in facts.pages):
        if not page.reading.items and (page.final_url in filled or page.url in partly):
            continue
        if _is_list(page, index, holders) and not is_entry(page, entries, index):
            # The same bytes under two addresses (/tzgg/ and /tzgg/index.html) are one list.
            kept = lists.setdefault(page.sha256, page)
            by_url[page.url] = by_url[page.final_url] = kept
    drafts = []
    for series in _series(tuple(lists.values()), by_url):
        first = series[0]
        holder = _holder_of(first, index, holders)
        if holder is None or _is_link_portal(first, index, entries):
            continue
        number = first.reading.pager.index if first.reading.pager is not None else None
        drafts.append(ListDraft(holder, series, first_read=not number, whole=first.url not in partly))
    dropped = digests([(own_name(draft.holder), draft.pages) for draft in drafts])
    drafts = _without_empty_views([draft for number, draft in enumerate(drafts) if number not in dropped])
    named = {own_name(draft.holder) for draft in drafts if draft.first_read}
    # The last pages of a long list, met through its pager, belong to the column that was read from its start.
    return [draft for draft in drafts if draft.first_read or own_name(draft.holder) not in named]


def _without_empty_views(drafts: Sequence[ListDraft]) -> list[ListDraft]:
    """One column for what a program shows under one name to several queries: an empty month or filter is no column."""
    kept: dict[tuple[str, str | None], list[ListDraft]] = defaultdict(list)
    for draft in drafts:
        kept[draft.first.final_url.partition("?")[0], own_name(draft.holder)].append(draft)
    views: set[str] = set()
    for (_, name), alike in kept.items():
        if name is None or len(alike) == 1:
            continue
        empty = [draft.first.final_url for draft in alike if not draft.first.reading.items]
        views.update(empty if len(empty) < len(alike) else empty[1:])
    return [draft for draft in drafts if draft.first.final_url not in views]


def _filled_by_data(index: SiteIndex, holders: Mapping[str, tuple[PageFact, ...]]) -> frozenset[str]:
    """Pages that a browser would fill with a list that was read: what they say before they are filled is nothing."""
    return frozenset(
        outer.final_url
        for url, outers in holders.items()
        if index.pages[url].reading.items
        for outer in outers
        if outer.reading.needs_browser and not outer.rendered
    )


def _partly_asked(facts: SiteFacts) -> frozenset[str]:
    """Data of which only the address was asked, while the script would send what to list (a channel) beside it.

    What such an address answers is the list of something else, or nothing.
    """
    asked = {url for page in facts.pages for url in page.reading.data_urls}
    return frozenset(url for url in asked if not _is_whole_request(url))


def _is_whole_request(url: str) -> bool:
    parts = split(url)
    if not parts.query:
        return extension_of(url) in _DATA_FILES
    return all(value for _, value in parse_qsl(parts.query, keep_blank_values=True))


def _without_foreign_items(page: PageFact, shown: Mapping[str, int]) -> PageFact:
    """A page that says it is empty and lists only what other pages list too: that is a sidebar's."""
    reading = page.reading
    if reading.says_empty is None or not reading.items:
        return page
    if any(item.url is None or shown[item.url] < 2 for item in reading.items):
        return page
    return replace(page, reading=replace(reading, items=(), newest=None))


def _is_list(page: PageFact, index: SiteIndex, holders: Mapping[str, tuple[PageFact, ...]]) -> bool:
    reading = page.reading
    if reading.verdict is not PageVerdict.OK or index.is_home(page) or is_search_page(page):
        return False
    if reading.kind not in _MAY_LIST and page.url not in holders:
        return False
    name = own_name(page) or ""
    if name in _NO_COLUMN:
        return False
    if reading.kind is PageKind.LIST or (reading.kind is PageKind.SHELL and page.rendered and reading.says_empty):
        # A mailbox without letters, a query without hits: nobody failed to publish there.
        return bool(reading.items) or (reading.says_empty is not None and not _CITIZENS.search(name))
    if reading.kind in LISTING and reading.published is None:
        # A page of disclosures may be a text: it is an empty column only if it has next to nothing beside those words.
        bare = reading.says_empty is not None and reading.body_length - index.template < _MOST_BESIDE
        return bool(reading.items) or bare
    return page.url in holders and bool(reading.items)


def _holder_of(
    page: PageFact, index: SiteIndex, holders: Mapping[str, tuple[PageFact, ...]], nesting: int = 0
) -> PageFact | None:
    """The page that stands for the column; ``None`` where the list is a part of something else."""
    outers = holders.get(page.url) or holders.get(page.final_url)
    if not outers:
        return page
    if len(outers) > _MOST_HOLDERS:
        return None
    outer = min(outers, key=lambda one: (one.depth, one.url))
    if index.is_home(outer) or (outer.reading.kind is PageKind.LIST and outer.reading.items):
        return None
    if outer.rendered and outer.reading.says_empty is not None and page.reading.items:
        return None  # the browser has asked for the data too, and what it shows is what there is
    if nesting < _DEEPEST_FRAME and own_name(outer) is None and outer.final_url != page.final_url:
        return _holder_of(outer, index, holders, nesting + 1)  # a frame in a frame
    return outer


def _series(lists: Sequence[PageFact], by_url: Mapping[str, PageFact]) -> list[tuple[PageFact, ...]]:
    """Pages of one pager together, first page first, in the order in which the first of each was met."""
    root: dict[str, str] = {page.final_url: page.final_url for page in lists}

    def find(url: str) -> str:
        while root[url] != url:
            root[url] = root[root[url]]
            url = root[url]
        return url

    later: dict[str, str] = {}
    for page in lists:
        for url in page.reading.pager.urls if page.reading.pager is not None else ():
            other = by_url.get(url)
            if other is not None:
                root[find(other.final_url)] = find(page.final_url)
        starts = _first_pages_of(page.final_url)
        first = next((by_url[url] for url in starts if url in by_url), None)
        if first is not None and own_name(first) == own_name(page):
            root[find(page.final_url)] = find(first.final_url)
        elif starts and first is None:
            root[find(page.final_url)] = find(later.setdefault(starts[0], page.final_url))
        for url in wider_addresses(page.final_url):
            other = by_url.get(url)
            if other is not None and own_name(other) == own_name(page):
                root[find(page.final_url)] = find(other.final_url)
                break
    groups: dict[str, list[PageFact]] = defaultdict(list)
    for page in lists:
        groups[find(page.final_url)].append(page)
    return [tuple(sorted(group, key=_place_in_series)) for group in groups.values()]


def _place_in_series(page: PageFact) -> tuple[int, int, int, str]:
    pager = page.reading.pager
    index = pager.index if pager is not None and pager.index is not None else None
    return (index if index is not None else _number_in(page.final_url), page.depth, len(page.url), page.url)


def _number_in(url: str) -> int:
    match = _NUMBERED.match(split(url).path)
    if match is not None:
        return int(match["number"])
    for name, value in parse_qsl(split(url).query):
        if name.lower() in _PAGE_PARAMETERS and value.isdigit():
            return int(value)
    return 0


def _first_pages_of(url: str) -> tuple[str, ...]:
    """Where the first page may be, if an address shows that it is a later one: index_2.html, 18105_2.html, ?page=2."""
    parts = split(url)
    match = _NUMBERED.match(parts.path)
    if match is not None:
        first = urlunsplit(parts._replace(path=match["stem"] + match["tail"]))
        head, _, name = match["stem"].rpartition("/")
        return (first, urlunsplit(parts._replace(path=head + "/"))) if name.lower() == "index" else (first,)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [pair for pair in pairs if pair[0].lower() not in _PAGE_PARAMETERS]
    return () if len(kept) == len(pairs) else (urlunsplit(parts._replace(query=urlencode(kept))),)


def _is_link_portal(page: PageFact, index: SiteIndex, entries: Entries) -> bool:
    """A page of links to other columns or to other sites: it lists, but nothing that is published there."""
    items = page.reading.items
    if not items or sum(item.date is None for item in items) < _UNDATED_SHARE * len(items):
        return False
    host = host_of(page.final_url)
    foreign = sum(item.url is not None and host_of(item.url) != host for item in items)
    if foreign >= _FOREIGN_SHARE * len(items):
        return True
    onward = [_leads_onward(item, index, entries) for item in items]
    known = [one for one in onward if one is not None]
    return bool(known) and 2 * sum(known) >= len(known)


def _leads_onward(item: Item, index: SiteIndex, entries: Entries) -> bool | None:
    """Whether an undated item is a menu entry: it is called like a disclosure, or leads to another list.

    ``None`` where nothing is known of it.
    """
    if item.date is None and requirements_of(item.title):
        return True
    page = index.read_at(item.url) if item.url is not None else None
    if page is None:
        return None
    if page.reading.published is not None or page.reading.kind not in _ONWARD:
        return False
    return not is_entry(page, entries, index)


def _bare_drafts(
    facts: SiteFacts, index: SiteIndex, holders: Mapping[str, tuple[PageFact, ...]], entries: Entries
) -> list[ListDraft]:
    """Pages that ought to list something: empty ones that look like their full siblings, and shells."""
    full: dict[tuple[str, str], list[int]] = defaultdict(list)
    bare: list[PageFact] = []
    shells: list[PageFact] = []
    unanswered = {url for url in _partly_asked(facts) if url in index.pages and not index.pages[url].reading.items}
    held = {outer.final_url for url, outers in holders.items() if url not in unanswered for outer in outers}
    seen: set[str] = set()
    for page in facts.pages:
        reading = page.reading
        if page.sha256 in seen or index.is_home(page) or is_search_page(page) or page.url in holders:
            continue
        seen.add(page.sha256)
        if reading.verdict is not PageVerdict.OK or page.final_url in held or is_entry(page, entries, index):
            continue
        if reading.kind is PageKind.LIST and reading.items:
            full[_make_of(page)].append(reading.body_length)
        elif reading.needs_browser and not page.rendered:
            shells.append(page)
        elif reading.kind is PageKind.LIST and reading.says_empty is None and _holds_nothing(page, index):
            bare.append(page)
    parents = {crumb for page in facts.pages for crumb in page.reading.breadcrumb[:-1]}
    empty = [page for page in bare if own_name(page) not in parents and _is_barer(page, full[_make_of(page)])]
    return [ListDraft(page, (page,)) for page in (*empty, *filter(_is_named_column, shells))]


def _is_barer(page: PageFact, siblings: Sequence[int]) -> bool:
    """Whether a page shows no more than what its full siblings show beside their items.

    What is left of a list page without its items is the template: a page with more text than that holds something
    that we may only not understand.
    """
    if len(siblings) < _SIBLINGS:
        return False
    return page.reading.body_length <= max(_BARE, min(siblings))


def _make_of(page: PageFact) -> tuple[str, str]:
    """Pages of one make: same host, same form of address at any depth."""
    parts = split(page.final_url)
    last = family_of(page.final_url).rpartition("/")[2]
    return parts.netloc, f"{parts.path.count('/')}{last}"


def _holds_nothing(page: PageFact, index: SiteIndex) -> bool:
    """A list of one page at most, no data, and nothing that was met first on it (a picture, a sub-column, a frame)."""
    reading = page.reading
    pager = reading.pager
    own = reading.body_length - index.template
    return (
        (own <= _BARE if pager is None else pager.pages in (None, 0, 1) and not pager.urls)
        and not reading.needs_browser
        and not reading.data_urls
        and reading.redirect is None
        and not index.children.get(page.url)
        and not index.children.get(page.final_url)
    )


def _is_named_column(page: PageFact) -> bool:
    """Whether a shell is called like a column; an article that only a browser can show is none."""
    name = own_name(page)
    return name is not None and kind_of_column(name) is not ColumnKind.OTHER
