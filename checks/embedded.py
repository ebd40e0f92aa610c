"""What a page shows that is not its own markup: files, and pages in frames."""

from collections.abc import Callable
from typing import Final

from checks.links import Referrers
from extract.addresses import ATTACHMENT_EXTENSIONS, extension_of
from records.crawl import SiteFacts, TargetFact
from records.verdicts import LinkKind

_FEW_REFERRERS: Final = 5  # what stands on more pages belongs to the template


def files_of_pages(facts: SiteFacts, referrers: Referrers) -> dict[str, tuple[str, ...]]:
    """The files of each page, framed ones too, by the page's requested address."""
    return _held(facts, referrers, lambda fact: fact.target.kind is LinkKind.ATTACHMENT or _is_framed_file(fact))


def frames_of_pages(facts: SiteFacts, referrers: Referrers) -> dict[str, tuple[str, ...]]:
    """The pages that each page shows in a frame, those of the template aside, by the page's requested address."""
    framed = _held(facts, referrers, lambda fact: fact.target.kind is LinkKind.FRAME and not _is_framed_file(fact))
    common = {fact.url for fact in facts.targets if fact.referrer_count > _FEW_REFERRERS}
    return {page: kept for page, urls in framed.items() if (kept := tuple(url for url in urls if url not in common))}


def _is_framed_file(fact: TargetFact) -> bool:
    return fact.target.kind is LinkKind.FRAME and extension_of(fact.url) in ATTACHMENT_EXTENSIONS


def _held(facts: SiteFacts, referrers: Referrers, wanted: Callable[[TargetFact], bool]) -> dict[str, tuple[str, ...]]:
    """Targets by the pages on which they stand: the one on which they were met first, and a few more."""
    found: dict[str, dict[str, None]] = {}
    shared: list[TargetFact] = []
    for fact in facts.targets:
        if not wanted(fact):
            continue
        if fact.target.parent is not None:
            found.setdefault(fact.target.parent, {})[fact.url] = None
        if 1 < fact.referrer_count <= _FEW_REFERRERS:
            shared.append(fact)
    met = referrers([fact.url for fact in shared]) if shared else {}
    for url, pages in met.items():
        for referrer in pages:
            found.setdefault(referrer.page, {})[url] = None
    return {page: tuple(urls) for page, urls in found.items()}
