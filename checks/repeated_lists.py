"""Addresses of single pages that show the list of a column instead: how some programs answer to what is gone.

Seen, not judged: such an address is a soft 404 only if its host shows the same list to an address that cannot exist,
and if those who link to it promise a page of its own.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from checks.places import is_deep
from extract.addresses import extension_of, host_of, split
from records.crawl import PageFact
from records.verdicts import PageVerdict

_TELLING: Final = 100  # visible characters
_LEAST_ITEMS: Final = 2
_PAGE_OF_A_LIST = re.compile(r"(?:index|list|default|main)[^/]*$|[_\-]\d{1,3}\.\w{2,5}$", re.IGNORECASE)
_TITLE: Final = 8  # characters: a shorter anchor may well be the name of a list


def repeated_lists(pages: Iterable[PageFact]) -> frozenset[str]:
    """Addresses of files that show, to the letter, a list that stands at an address of its own."""
    pages = tuple(pages)
    shown: dict[tuple[str, str], list[PageFact]] = defaultdict(list)
    paged: set[str] = set()
    for page in pages:
        reading = page.reading
        if reading.pager is not None:
            paged.update(reading.pager.urls)
        if reading.verdict is not PageVerdict.OK or reading.needs_browser or page.rendered or reading.redirect:
            continue
        if len(reading.items) >= _LEAST_ITEMS and reading.look.text_length >= _TELLING:
            shown[host_of(page.url), reading.look.text_sha256].append(page)
    found: set[str] = set()
    for alike in shown.values():
        if any(_is_list_address(page.url) for page in alike):
            found.update(page.url for page in alike if not _is_list_address(page.url) and is_deep(page.url))
    return frozenset(found - paged)


def promises_a_page(anchor: str, page: PageFact) -> bool:
    """Whether the words of a link are a title, and not the name of the list to which it leads."""
    names = {page.reading.name, *page.reading.breadcrumb}
    return len(anchor) >= _TITLE and not any(name and (name in anchor or anchor in name) for name in names)


def _is_list_address(url: str) -> bool:
    parts = split(url)
    return bool(parts.query) or not extension_of(parts.path) or _PAGE_OF_A_LIST.search(parts.path) is not None
