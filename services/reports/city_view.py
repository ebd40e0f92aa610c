"""What the page that sets several audits side by side shows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from records.judgement import SiteAudit
from records.verdicts import ColumnVerdict, DisclosureVerdict, LinkVerdict, Severity, SiteVerdict
from services.reports import wording
from services.reports.audit_view import verdict_sentence


@dataclass(frozen=True, slots=True)
class CityReport:
    """One audit and where its report lies, as a relative address."""

    audit: SiteAudit
    href: str


@dataclass(frozen=True, slots=True)
class PortalRow:
    name: str
    url: str
    href: str
    state: str
    tone: str
    sentence: str
    problems: int | None  # None: nothing is said of a portal that could not be audited
    broken: int | None
    stale: int | None
    empty: int | None
    published: int | None
    requirements: int
    undecided: int
    pages: int
    complete: bool


@dataclass(frozen=True, slots=True)
class CityView:
    title: str
    days: str
    policies: str
    portals: tuple[PortalRow, ...]
    problems: int
    reachable: int
    pages: int


def city_view(reports: Sequence[CityReport], *, title: str) -> CityView:
    rows = tuple(_row(one) for one in reports)
    days = sorted({one.audit.as_of for one in reports})
    policies = sorted({one.audit.policy for one in reports})
    return CityView(
        title=title,
        days="、".join(wording.day(one) for one in days),
        policies="；".join(wording.policy_words(one)[0] for one in policies),
        portals=rows,
        problems=sum(row.problems or 0 for row in rows),
        reachable=sum(one.audit.site_verdict is SiteVerdict.REACHABLE for one in reports),
        pages=sum(row.pages for row in rows),
    )


def _row(report: CityReport) -> PortalRow:
    audit = report.audit
    judged = audit.site_verdict is SiteVerdict.REACHABLE
    problems = sum(one.severity is not Severity.NOTICE for one in audit.findings)
    links = Counter(one.verdict for one in audit.links)
    columns = Counter(one.verdict for one in audit.columns)
    published = sum(one.verdict is DisclosureVerdict.PUBLISHED for one in audit.disclosures)
    tone = "warn" if not judged else "bad" if problems else "good"
    return PortalRow(
        name=audit.site_name or audit.site_url,
        url=audit.site_url,
        href=report.href,
        state=wording.SITE[audit.site_verdict],
        tone=tone,
        sentence=verdict_sentence(audit),
        problems=problems if judged else None,
        broken=links[LinkVerdict.BROKEN] if judged else None,
        stale=columns[ColumnVerdict.STALE] if judged else None,
        empty=columns[ColumnVerdict.EMPTY] if judged else None,
        published=published if judged else None,
        requirements=len(audit.disclosures),
        undecided=links[LinkVerdict.BLOCKED] + links[LinkVerdict.UNREACHABLE],
        pages=audit.counts.pages,
        complete=audit.complete,
    )
