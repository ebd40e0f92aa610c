"""Notices about hosts: one for each host and not one for each of its addresses."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from checks.findings import JudgedSite, make_finding
from checks.places import place_of
from checks.wording import REASON_WORDS, tell_attempts, tell_referrers
from extract.addresses import split
from records.crawl import Attempt
from records.judgement import Finding, LinkJudgement
from records.verdicts import LinkVerdict, Severity

_ADDRESSES_TOLD: Final = 3


def root_of(url: str) -> str:
    """The root of the host of an address."""
    parts = split(url)
    return f"{parts.scheme}://{parts.netloc}/"


def home_attempts(site: JudgedSite) -> tuple[Attempt, ...]:
    """What was asked of the home page and what came back."""
    home = place_of(site.facts.site_url)
    return next((fact.attempts for fact in site.facts.targets if place_of(fact.url) == home), ())


def notices_by_host(check: str, site: JudgedSite, verdict: LinkVerdict, what: str, remedy: str) -> Iterator[Finding]:
    """A notice for each host that has links of one verdict."""
    hosts: dict[str, list[LinkJudgement]] = defaultdict(list)
    for link in site.links:
        if link.verdict is verdict:
            hosts[root_of(link.fact.url)].append(link)
    for root, links in hosts.items():
        reasons = Counter(REASON_WORDS[link.reason] for link in links if link.reason is not None)
        told = "、".join(f"{words} {count} 个" for words, count in reasons.most_common())
        addresses = "；".join(link.fact.url for link in links[:_ADDRESSES_TOLD])
        first = links[0]
        yield make_finding(
            check,
            Severity.NOTICE,
            root,
            f"{split(root).netloc} 有 {len(links)} 个地址{what}：{told}。",
            where=f"{addresses}{'等' if len(links) > _ADDRESSES_TOLD else ''}；"
            + tell_referrers(first.fact, first.referrers),
            how_seen=tell_attempts(first.fact.attempts),
            remedy=remedy,
        )
