"""Findings about required disclosures: the same shape for each verdict."""

from collections.abc import Iterator

from checks.findings import JudgedSite, make_finding
from checks.wording import REQUIREMENT_NAMES, tell_path
from records.judgement import Finding
from records.verdicts import DisclosureVerdict, Severity


def disclosure_findings(
    check: str, site: JudgedSite, verdict: DisclosureVerdict, message: str, remedy: str
) -> Iterator[Finding]:
    """One finding for each requirement of a verdict.

    ``message`` and ``remedy`` hold ``{name}``.  The subject is the page concerned, or the site where there is none,
    with the requirement as fragment: one page can fail two requirements.
    """
    for row in site.disclosures:
        if row.verdict is not verdict:
            continue
        name = REQUIREMENT_NAMES[row.requirement]
        yield make_finding(
            check,
            Severity.MAJOR,
            f"{row.url or site.facts.site_url}#{row.requirement.value}",
            message.format(name=name),
            where=tell_path(row.path) if row.path else "；".join(row.searched),
            how_seen=row.because,
            remedy=remedy.format(name=name),
            evidence=site.evidence_of(row.url or site.facts.site_url),
        )
