"""Lists that are no columns of their own: later pages and views of one column, digests of several.

A column is judged by its newest item.  Its second page, the part of it that a filter shows, or a page that shows the
beginnings of other columns would be judged by older ones, and accuse the office of what the column itself disproves.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final
from urllib.parse import urlunsplit

from extract.addresses import split
from records.crawl import PageFact

_DIRECTORY = re.compile(r"^(?P<head>.*?)/(?:page/|p|pages/)?\d{1,4}/?$", re.IGNORECASE)
_FILE = re.compile(r"^(?P<head>.*)/p(?:age)?[_\-]?\d{1,4}(?P<tail>\.[a-z]{2,5})$", re.IGNORECASE)
_SUFFIX = re.compile(r"^(?P<head>.*[^/_\-])[_\-]?p(?:age)?[_\-]?\d{1,4}(?P<tail>\.[a-z]{2,5})$", re.IGNORECASE)
_RANKING = re.compile(r"排行|热门|热点(?:推荐|文章)|推荐(?:阅读|文章)|最新(?:发布|更新|信息|文章)|猜你喜欢")
_LEAST_ITEMS: Final = 2


def wider_addresses(url: str) -> tuple[str, ...]:
    """Where the column may stand of which an address shows a later page or a part.

    Told by the form alone (``/tzgg/2``, ``/tzgg/page/2/``, ``m1_p2.html``, one parameter more), so it is to be believed
    only of lists that have the same name.
    """
    parts = split(url)
    found: dict[str, None] = {}
    if parts.query:
        pairs = parts.query.split("&")
        for left in range(len(pairs) - 1, -1, -1):
            found[urlunsplit(parts._replace(query="&".join(pairs[:left] + pairs[left + 1 :])))] = None
        return tuple(found)
    for pattern in (_DIRECTORY, _FILE):
        match = pattern.match(parts.path)
        if match is not None:
            heads = (match["head"], match["head"] + "/")
            found.update(dict.fromkeys(urlunsplit(parts._replace(path=head)) for head in heads if head))
    match = _SUFFIX.match(parts.path)
    if match is not None:
        found[urlunsplit(parts._replace(path=match["head"] + match["tail"]))] = None
    return tuple(found)


def digests(columns: Sequence[tuple[str | None, Sequence[PageFact]]]) -> frozenset[int]:
    """Which columns, given with their names and pages, only show the items of others.

    Such is a page that puts the beginnings of several columns one below the other, so that its days rise where the
    next begins, and a ranking.  What merges several columns by day is a column.
    """
    owners: dict[str, set[int]] = defaultdict(set)
    for number, (_, pages) in enumerate(columns):
        for page in pages:
            for item in page.reading.items:
                if item.url is not None:
                    owners[item.url].add(number)
    found: set[int] = set()
    for number, (name, pages) in enumerate(columns):
        items = pages[0].reading.items
        if len(items) < _LEAST_ITEMS:
            continue
        others = [owners[item.url] - {number} if item.url is not None else set() for item in items]
        if not all(others):
            continue
        days = [item.date for item in items if item.date is not None and not item.pinned]
        rises = any(later > earlier for earlier, later in pairwise(days))
        # Of a digest no other column holds everything; a part of two digests is none itself.
        if (rises and not set.intersection(*others)) or _RANKING.search(name or ""):
            found.add(number)
    return frozenset(found)
