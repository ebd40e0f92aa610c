"""What must be asked again before it is judged, and which addresses that cannot exist are to be asked."""

import re
from collections import Counter, defaultdict
from typing import Final

from checks.attempts import fault_of
from checks.links import context_of, counted_attempts
from checks.places import is_deep, place_of
from checks.soft_404 import can_be_filled
from extract.addresses import family_of, host_of
from records.crawl import SiteFacts, TargetFact
from records.page import PageReading
from records.verdicts import VERDICT_OF_REASON, LinkVerdict, PageKind, PageVerdict

_MOST_FAMILIES: Final = 24  # each costs a request
_SHORT: Final = 600  # characters of main text, template included: an error page is hardly longer
_SAME_LOOK: Final = 3  # so many addresses of one host with the same text are a pattern


def suspects(facts: SiteFacts) -> tuple[TargetFact, ...]:
    """Targets that failed on every try so far and were not asked again yet: ours first, as they were met.

    What refused us is not among them: asking a wall again is no evidence and no manners.
    """
    context = context_of(facts)
    found = []
    for fact in facts.targets:
        attempts = counted_attempts(fact)
        if not attempts or attempts[-1].at > context.finished_at:
            continue
        faults = [fault_of(attempt, fact.target, context) for attempt in attempts]
        if None in faults:
            if attempts[-1].page_verdict is PageVerdict.HIJACKED:
                found.append(fact)
            continue
        verdicts = {VERDICT_OF_REASON[fault] for fault in faults if fault is not None}
        if not verdicts & {LinkVerdict.BLOCKED, LinkVerdict.SKIPPED}:
            found.append(fact)
    return tuple(sorted(found, key=lambda fact: not fact.target.internal))


def families_to_probe(facts: SiteFacts) -> tuple[tuple[str, str], ...]:
    """Which families of addresses to ask with nonsense: ``(host[:port], family)``, those with most candidates first.

    The root of every portal host that answered is always among them; a family only where some page of it could be an
    error page in disguise: short, error-like, with a text that several addresses share, or sent on to the home page.
    """
    context = context_of(facts)
    hosts: dict[str, None] = {}
    looks: dict[tuple[str, str], list[str]] = defaultdict(list)
    candidates: Counter[tuple[str, str]] = Counter()
    for page in facts.pages:
        host = host_of(page.url)
        hosts.setdefault(host)
        if place_of(page.url) in context.homes:
            continue
        looks[host, page.reading.look.text_sha256].append(page.url)
        if _could_be_error(page.reading) or (page.final_url != page.url and is_deep(page.url)):
            candidates[host, family_of(page.url)] += 1
    for (host, _), urls in looks.items():
        if len(urls) >= _SAME_LOOK:
            candidates.update((host, family_of(url)) for url in urls)
    for fact in facts.targets:
        last = fact.last
        if fact.target.internal and last is not None and last.page_verdict is PageVerdict.SOFT_404:
            candidates[host_of(fact.url), family_of(fact.url)] += 1
    roots = [(host, "/*") for host in hosts]
    families = [pair for pair, _ in sorted(candidates.items(), key=lambda entry: (-entry[1], entry[0]))]
    return tuple(dict.fromkeys([*roots, *families[:_MOST_FAMILIES]]))


def _could_be_error(reading: PageReading) -> bool:
    if reading.kind is PageKind.ERROR or reading.verdict is PageVerdict.SOFT_404:
        return True
    return reading.body_length < _SHORT and not can_be_filled(reading)


def impossible_address(host: str, family: str, nonce: str, *, scheme: str = "http") -> str:
    """An address of a family that cannot exist.

    ``nonce`` is a word of letters and digits.  It stands where the name of a page stands; numbers of directories and
    parameters get a number made of it, because programs answer a word where they want a number with a crash, which
    says nothing.
    """
    number = str(int.from_bytes(nonce.encode(), "big") % 900_000_000 + 99_000_000_000)
    path, mark, query = family.partition("?")
    head, _, name = path.rstrip("/").rpartition("/")
    name = name.replace("*", number if mark else nonce, 1).replace("*", number)
    tail = "/" if path.endswith("/") else ""
    query = re.sub(r"\*", number, query)
    return f"{scheme}://{host}{head.replace('*', number)}/{name}{tail}{mark}{query}"
