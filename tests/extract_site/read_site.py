"""A site given as bytes, walked from its home page and read by the Reader: no network, no clock."""

import hashlib
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import unquote, urlsplit

from extract.file_type import sniff
from extract.reader import Reader
from extract.writers import may_write
from records.crawl import Attempt, Counts, PageFact, Referrer, SiteFacts, Target, TargetFact
from records.verdicts import LinkKind, Outcome
from tests.checks.site_builder import FINISHED, SITE, STARTED, first_look, later_look

PAGES = (LinkKind.PAGE, LinkKind.FRAME)


class ReadSite:
    """Facts of a site and the edges between its pages."""

    def __init__(self, fetch: Callable[[str], bytes | None], as_of: date) -> None:
        """``fetch`` gives the body for a path with its query, ``None`` for 404."""
        self._reader = Reader(as_of)
        self._fetch = fetch
        self._edges: dict[str, list[Referrer]] = defaultdict(list)
        self._met: dict[str, Target] = {}
        self._queue: deque[Target] = deque()
        self._pages: list[PageFact] = []
        self._targets: list[TargetFact] = []
        self._meet(Target(SITE, LinkKind.PAGE, True, 0))
        while self._queue:
            self._visit(self._queue.popleft())

    def referrers(self, urls: object) -> Mapping[str, tuple[Referrer, ...]]:
        return {url: tuple(self._edges[url]) for url in urls if url in self._edges}  # type: ignore[attr-defined]

    @property
    def facts(self) -> SiteFacts:
        targets = tuple(replace(fact, referrer_count=len(self._edges[fact.url])) for fact in self._targets)
        failed = sum(fact.outcome is Outcome.FAILED for fact in targets)
        counts = Counts(pages=len(self._pages), addresses=len(targets), fetched=len(targets) - failed, failed=failed)
        return SiteFacts(SITE, STARTED, FINISHED, None, counts, tuple(self._pages), targets)

    def _meet(self, target: Target) -> None:
        if target.url and target.url not in self._met:
            self._met[target.url] = target
            self._queue.append(target)

    def _visit(self, target: Target) -> None:
        parts = urlsplit(target.url)
        if not target.internal:
            self._targets.append(TargetFact(target, Outcome.FETCHED, (first_look(200),)))
            return
        body = self._fetch(unquote(parts.path) + (f"?{parts.query}" if parts.query else ""))
        if body is None:
            self._targets.append(TargetFact(target, Outcome.FAILED, (first_look(404), later_look(404))))
            return
        kind = sniff(body)
        attempt: Attempt = first_look(200, size=len(body), sha256=hashlib.sha256(body).hexdigest(), file_type=kind)
        if target.kind in PAGES or (target.kind is LinkKind.SCRIPT and may_write(target.url)):
            attempt = self._read(target, body, attempt)
        self._targets.append(TargetFact(target, Outcome.FETCHED, (attempt,)))

    def _read(self, target: Target, body: bytes, attempt: Attempt) -> Attempt:
        url = target.url
        reading = self._reader.read(body, url=url)
        self._pages.append(
            PageFact(url, url, target.depth, target.parent, 200, STARTED, attempt.sha256 or "", False, reading)
        )
        found = [(link.url, link.anchor, link.kind) for link in reading.links]
        more = [reading.redirect, *reading.data_urls, *(reading.pager.urls if reading.pager is not None else ())]
        found += [(address, "", LinkKind.PAGE) for address in more if address is not None]
        for address, anchor, kind in found:
            self._edges[address].append(Referrer(url, anchor or None))
            self._meet(Target(address, kind, address.startswith(SITE), target.depth + 1, url))
        # As stored: the edges are kept apart from the reading.
        self._pages[-1] = replace(self._pages[-1], reading=replace(reading, links=()))
        return replace(attempt, page_verdict=reading.verdict, sign=reading.sign, look=reading.look)


def read_pages(pages: Mapping[str, str | bytes], as_of: date) -> ReadSite:
    """A site given as path → body."""
    bodies = {path: body.encode() if isinstance(body, str) else body for path, body in pages.items()}
    return ReadSite(lambda path: bodies.get(path), as_of)
