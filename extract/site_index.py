"""The pages and targets of one crawl, found by address."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from extract.addresses import split
from records.crawl import PageFact, SiteFacts, TargetFact
from records.verdicts import PageKind, PageVerdict

_INDEX_FILE = re.compile(r"/(?:index|default|main|home)\.[a-z]{2,5}$", re.IGNORECASE)
_MOST_HOPS = 5  # a page that sends its reader on more often sends him in a circle
_TELLING = 100  # visible characters: a shell that a browser fills shows the same everywhere, and says little
_ENOUGH_LISTS = 3  # list pages, before what they share is taken for the template
LISTING = (
    PageKind.LIST,
    PageKind.DISCLOSURE,
    PageKind.ANNUAL_REPORT,
    PageKind.GUIDE,
    PageKind.POWER_LIST,
)


@dataclass(frozen=True, slots=True)
class SiteIndex:
    """Built once for a site; every look-up is by hash."""

    pages: Mapping[str, PageFact]  # by the address that was requested and by the one that answered
    targets: Mapping[str, TargetFact]
    children: Mapping[str, int]  # how many targets were met first on a page
    home: PageFact | None
    template: int = 0  # characters of main text that every list page shows beside its items (footer, position)

    @classmethod
    def of(cls, facts: SiteFacts) -> "SiteIndex":
        pages: dict[str, PageFact] = {}
        for page in facts.pages:
            pages.setdefault(page.final_url, page)
        pages.update((page.url, page) for page in facts.pages)
        children: dict[str, int] = {}
        for fact in facts.targets:
            parent = fact.target.parent
            if parent is not None:
                children[parent] = children.get(parent, 0) + 1
        targets = {fact.url: fact for fact in facts.targets}
        return cls(pages, targets, children, _home_of(facts, pages), _template_length(facts.pages))

    def read_at(self, url: str) -> PageFact | None:
        """The page that a reader sees who follows an address, sent on by meta refresh and script."""
        page = self.pages.get(url)
        for _ in range(_MOST_HOPS):
            if page is None or page.reading.redirect is None:
                return page
            onward = self.pages.get(page.reading.redirect)
            if onward is None or onward is page:
                return page
            page = onward
        return page

    def is_home(self, page: PageFact) -> bool:
        if page.depth == 0 or page.reading.kind is PageKind.HOME:
            return True
        return self.home is not None and (_is_index_of(page.final_url, self.home.final_url) or self.shows_home(page))

    def shows_home(self, page: PageFact) -> bool:
        """Whether a page shows the very text of the home page, digits (visitors, the day) aside."""
        if self.home is None:
            return False
        look, home = page.reading.look, self.home.reading.look
        return look.text_length >= _TELLING and look.text_sha256 == home.text_sha256

    def path_to(self, url: str) -> tuple[str, ...]:
        """The addresses from the home page to a page or target, both included."""
        path = [url]
        seen = {url}
        here = url
        while True:
            page = self.pages.get(here)
            target = self.targets.get(here)
            parent = page.parent if page is not None else target.target.parent if target is not None else None
            if parent is None or parent in seen:
                return tuple(reversed(path))
            path.append(parent)
            seen.add(parent)
            here = parent


def _is_index_of(url: str, home: str) -> bool:
    """Whether an address is the home page's, or that of an index file in its place: ``/x/`` and ``/x/index.html``."""
    if url == home:
        return True
    here, there = split(url), split(home)
    return (here.netloc, here.query) == (there.netloc, there.query) and _INDEX_FILE.sub(
        "/", here.path or "/"
    ) == _INDEX_FILE.sub("/", there.path or "/")


def _template_length(pages: Iterable[PageFact]) -> int:
    """What a list page shows beside its items, as far as the reader could not tell it from main text."""
    lengths = [page.reading.body_length for page in pages if page.reading.kind in LISTING and page.reading.items]
    return min(lengths) if len(lengths) >= _ENOUGH_LISTS else 0


def _home_of(facts: SiteFacts, pages: Mapping[str, PageFact]) -> PageFact | None:
    start = pages.get(facts.site_url) or next((page for page in facts.pages if page.depth == 0), None)
    if start is not None and start.reading.redirect is not None:
        onward = pages.get(start.reading.redirect)
        if onward is not None and onward.reading.verdict is PageVerdict.OK:
            return onward
    return start
