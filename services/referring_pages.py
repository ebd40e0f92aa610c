"""The pages on which the links stand that findings speak of: each finding has one, archived as it was in this audit.

A link that leads nowhere is a fault only where a page still shows it.  The crawl keeps lists, menus and what a browser
built; the plain articles are too many.  Where no page that was asked in this audit is kept for a finding, its pages are
asked once more at the pace of the portal.  The answer is archived, and tells whether the link still stands there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from checks.withdrawn import LOOKS_EACH
from records.crawl import Attempt, Exchange, Referrer, ReferrerLook, SiteFacts
from records.judgement import SiteAudit
from records.verdicts import SiteVerdict
from services.findings import links_behind
from storage.audits import AuditRepository
from storage.recorder import AuditRecorder

MOST: Final = 1000  # pages asked again in one audit: a request each, as the second look at a dead link costs one
PLACES: Final = 20  # of a link's pages, in the order of reading, that are considered


@dataclass(frozen=True, slots=True)
class PageAgain:
    """A page that was asked once more.  ``links`` is None where the answer says nothing of them; ``told`` says why."""

    page: str
    attempt: Attempt | None  # None: it may not be asked any more
    exchange: Exchange | None
    links: frozenset[str] | None
    told: str = ""
    unchanged: bool = False  # it is the answer that was at hand; ``links`` is None where they are known from it


class PageReader(Protocol):
    """What asks pages again, at the pace of the walk."""

    async def read_again(self, pages: Sequence[tuple[str, Exchange | None, bool]]) -> tuple[PageAgain, ...]:
        """Each page with the last answer that is kept of it, if any, and whether the crawl read that very one.

        Pages that were not reached before the audit was stopped have no answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """A page that shows a link, as it is archived."""

    place: Referrer
    look: ReferrerLook | None  # the look after the crawl that archived it; None: as the crawl read it


def places_of(audit_id: int, audit: SiteAudit, audits: AuditRepository) -> dict[str, tuple[Referrer, ...]]:
    """The pages on which the links behind the findings stand, by the addresses to which they lead."""
    behind = frozenset(links_behind(audit).values())
    found = {link.fact.url: link.referrers for link in audit.links if link.fact.url in behind}
    others = behind - found.keys()  # what answers well and was hijacked
    return {**found, **(audits.referrers(audit_id)(others) if others else {})}


def places_shown(
    audit_id: int,
    places: Mapping[str, Sequence[Referrer]],
    audits: AuditRepository,
    looks: Sequence[ReferrerLook] | None = None,
) -> dict[str, Shown]:
    """For each address that has places a page that is archived with a link to it; without one it has no entry.

    A page that was asked after the crawl goes before the others.  ``looks``: of the audit, where they are at hand.
    """
    if not places:
        return {}
    looks = audits.looks(audit_id) if looks is None else looks
    kept = audits.kept_as_read(audit_id, {one.page for met in places.values() for one in met[:PLACES]})
    standing = {(address, one.page): one for one in looks for address in one.standing}
    found: dict[str, Shown] = {}
    for url, met in places.items():
        shown = [Shown(one, standing.get((url, one.page))) for one in met[:PLACES]]
        shown = [one for one in shown if one.look is not None or one.place.page in kept]
        if shown:
            found[url] = min(shown, key=lambda one: one.look is None)  # stable
    return found


async def look_at_referrers(
    audit_id: int,
    audit: SiteAudit,
    facts: SiteFacts,
    *,
    reader: PageReader,
    audits: AuditRepository,
    recorder: AuditRecorder,
) -> tuple[ReferrerLook, ...]:
    """Ask pages again until every finding about a link has one, or nothing is left to ask.

    What was asked already, by a process that was killed, is not asked again.  Returns the looks that were added.  An
    answer that says nothing changes nothing.  Raises ``StorageError``.
    """
    places = places_of(audit_id, audit, audits)
    if not places or audit.site_verdict is not SiteVerdict.REACHABLE:  # a portal that refuses us is left in peace
        return ()
    asked = _asked_in(facts)
    kept = audits.kept_as_read(audit_id, {one.page for met in places.values() for one in met[:PLACES]})
    built = {page.url for page in facts.pages if page.rendered}
    open_ = {}
    for url in dict.fromkeys(links_behind(audit).values()):  # the gravest first
        pages = tuple(dict.fromkeys(one.page for one in places.get(url, ())[:PLACES]))
        if not any(page in asked and page in kept for page in pages):
            open_[url] = [page for page in pages if page not in built]
    looks = list(facts.looks)
    before = len(looks)
    for _ in range(LOOKS_EACH):
        plan = _next_pages(open_, looks)
        if not plan:
            break
        added = []
        asking = tuple((page, audits.exchange(audit_id, page), page in kept) for page in plan)
        for again in await reader.read_again(asking):
            if again.links is not None and again.exchange is not None:
                recorder.exchange(again.exchange, asked=again.page)
            added.append(_look_of(again, plan[again.page]))
        if not added:  # stopped
            break
        recorder.flush()
        audits.add_looks(audit_id, added)
        looks += added
    return tuple(looks[before:])


def _asked_in(facts: SiteFacts) -> set[str]:
    """The addresses that were asked in this very audit, and not only taken over from an earlier one."""
    return {one.url for one in facts.targets if one.last is not None and one.last.at >= facts.started_at}


def _next_pages(open_: Mapping[str, Sequence[str]], looks: Sequence[ReferrerLook]) -> dict[str, tuple[str, ...]]:
    """The pages to ask next, each with the addresses to look for on it: as few pages as cover all addresses."""
    tried: Counter[str] = Counter()
    done: set[str] = {address for one in looks for address in one.standing}
    seen = {one.page for one in looks}
    for one in looks:
        tried.update((*one.standing, *one.gone, *one.unsaid))
    waiting = {
        url: left
        for url, pages in open_.items()
        if url not in done and tried[url] < LOOKS_EACH and (left := [page for page in pages if page not in seen])
    }
    leading: dict[str, list[str]] = defaultdict(list)
    for url, pages in waiting.items():
        for page in pages:
            leading[page].append(url)
    plan: dict[str, tuple[str, ...]] = {}
    for pages in waiting.values():
        if len(seen) + len(plan) >= MOST:
            break
        if not any(page in plan for page in pages):
            best = max(pages, key=lambda page: len(leading[page]))  # the first of equals
            plan[best] = tuple(leading[best])
    return plan


def _look_of(again: PageAgain, addresses: Iterable[str]) -> ReferrerLook:
    asked = tuple(addresses)
    if again.unchanged and again.links is None:
        return ReferrerLook(again.page, again.attempt, standing=asked, told=again.told)
    if again.links is None:
        return ReferrerLook(again.page, again.attempt, unsaid=asked, told=again.told)
    standing = tuple(one for one in asked if one in again.links)
    gone = tuple(one for one in asked if one not in again.links)
    return ReferrerLook(again.page, again.attempt, standing=standing, gone=gone, told=again.told)
