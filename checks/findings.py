"""What checks are given and what they give: the judged site in, findings out."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from extract.addresses import canonical
from extract.disclosures import DisclosureTrace
from records.crawl import PageFact, SiteFacts
from records.judgement import ColumnJudgement, DisclosureJudgement, Evidence, Finding, LinkJudgement
from records.policy import Policy
from records.verdicts import Severity, SiteVerdict


@dataclass(frozen=True, slots=True)
class JudgedSite:
    """A site with all that is said of it.  ``links`` holds the ok ones too."""

    facts: SiteFacts
    verdict: SiteVerdict
    policy: Policy
    as_of: date
    links: tuple[LinkJudgement, ...]
    columns: tuple[ColumnJudgement, ...]
    disclosures: tuple[DisclosureJudgement, ...]
    traces: tuple[DisclosureTrace, ...]
    pages: Mapping[str, PageFact]  # by requested and by final address

    def evidence_of(self, url: str) -> Evidence:
        """The hash of the body that was judged, where there was one."""
        page = self.pages.get(url)
        return Evidence(sha256=page.sha256 if page is not None else None)


def finding_id(check: str, subject: str) -> str:
    """The same for the same check and subject in every run: 16 hexadecimal digits."""
    address, mark, part = subject.partition("#")
    key = f"{check}\n{canonical(address)}{mark}{part}"
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def make_finding(
    check: str,
    severity: Severity,
    subject: str,
    message: str,
    *,
    where: str = "",
    how_seen: str = "",
    remedy: str = "",
    evidence: Evidence | None = None,
) -> Finding:
    return Finding(
        id=finding_id(check, subject),
        check=check,
        severity=severity,
        subject=subject,
        message=message,
        where=where,
        how_seen=how_seen,
        remedy=remedy,
        evidence=evidence if evidence is not None else Evidence(),
    )
