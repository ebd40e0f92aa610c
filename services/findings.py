"""What a finding speaks of."""

from collections.abc import Iterable

from records.judgement import DisclosureJudgement, Finding, LinkJudgement
from records.verdicts import LinkReason

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
