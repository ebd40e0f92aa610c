"""What a finding speaks of."""

from collections.abc import Iterable
from typing import Final

from checks.hosts import root_of
from records.judgement import DisclosureJudgement, Finding, LinkJudgement, SiteAudit
from records.verdicts import LinkReason, LinkVerdict

#: Notices that speak of a host stand for all its links of one verdict; the first of them is the example.
_OF_HOSTS: Final = {"blocked_link": LinkVerdict.BLOCKED, "unreachable_link": LinkVerdict.UNREACHABLE}

# Reasons that rest on there being no answer: a status of an earlier try says nothing about them.
_UNANSWERED = frozenset(
    (LinkReason.DNS, LinkReason.REFUSED, LinkReason.BAD_URL, LinkReason.TIMEOUT, LinkReason.RESET, LinkReason.TLS)
)


def address_of(finding: Finding) -> str:
    """The address that the finding speaks of, without the requirement that its subject may name as a fragment."""
    return finding.subject.partition("#")[0]


def disclosure_of(finding: Finding, disclosures: Iterable[DisclosureJudgement]) -> DisclosureJudgement | None:
    """The requirement that a finding says is not met, None for a finding about something else."""
    requirement = finding.subject.partition("#")[2]
    return next((one for one in disclosures if one.requirement.value == requirement), None)


def status_of(link: LinkJudgement) -> int | None:
    """The HTTP status that the verdict rests on: of the last answer, where a later try may have brought none."""
    attempts = link.fact.attempts
    if link.reason in _UNANSWERED:
        attempts = attempts[-1:]
    return next((one.http_status for one in reversed(attempts) if one.http_status is not None), None)


def links_behind(audit: SiteAudit) -> dict[str, str]:
    """For each finding that rests on a link, by its id, the address to which the link leads.

    A hijacked address answers well, so that it is not among the links of the audit.
    """
    judged = {link.fact.url for link in audit.links}
    examples: dict[tuple[LinkVerdict, str], str] = {}
    for link in audit.links:
        examples.setdefault((link.verdict, root_of(link.fact.url)), link.fact.url)
    found: dict[str, str] = {}
    for one in audit.findings:
        address: str | None = address_of(one)
        if one.check in _OF_HOSTS:
            address = examples.get((_OF_HOSTS[one.check], root_of(one.subject)))
        elif one.check != "hijacked_link" and address not in judged:
            continue
        if address is not None:
            found[one.id] = address
    return found
