"""What an audit says against the one before: new, still there, gone — and what cannot be told."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from records.judgement import Finding, SiteAudit
from records.verdicts import ColumnVerdict, DisclosureVerdict, SiteVerdict


@dataclass(frozen=True, slots=True)
class Comparison:
    found: tuple[Finding, ...]  # of this audit, with since and change
    gone: tuple[Finding, ...]  # of before, looked at again, and no longer so
    unseen: tuple[Finding, ...]  # of before, and this audit could not look: neither gone nor found


def compare(audit: SiteAudit, before: Iterable[Finding] | None, fetched: Collection[str]) -> Comparison:
    """Set the findings of ``audit`` against the open ones of the audit before, None for a first audit.

    ``fetched`` are the addresses that answered in this audit.  A finding is gone only if what it speaks of was looked
    at again: a blocked page or a crawl that was cut short heals nothing.
    """
    today = datetime.fromisoformat(audit.started_at).date()
    if before is None:
        found = tuple(replace(one, since=one.since or today, change=None) for one in audit.findings)
        return Comparison(found, (), ())
    known = {one.id: one for one in before}
    found = tuple(_dated(one, known.get(one.id), today) for one in audit.findings)
    missing = [one for identity, one in known.items() if identity not in {one.id for one in found}]
    unread = _unread(audit)
    gone = [one for one in missing if _looked_at(one, audit, unread, fetched)]
    unseen = [one for one in missing if one not in gone]
    return Comparison(found, tuple(replace(one, change=None) for one in gone), tuple(unseen))


def _dated(finding: Finding, before: Finding | None, today: date) -> Finding:
    if before is None:
        return replace(finding, since=finding.since or today, change="new")
    return replace(finding, since=before.since or finding.since or today, change="known")


def _unread(audit: SiteAudit) -> frozenset[str]:
    """Addresses of which this audit can say nothing good: links that are not ok, columns that could not be read."""
    links = (link.fact.url for link in audit.links)
    columns = (one.fact.url for one in audit.columns if one.verdict is ColumnVerdict.UNREADABLE)
    return frozenset((*links, *columns))


_UNDECIDED = (DisclosureVerdict.UNDETERMINED, DisclosureVerdict.BLOCKED)


def _looked_at(finding: Finding, audit: SiteAudit, unread: frozenset[str], fetched: Collection[str]) -> bool:
    if audit.site_verdict is not SiteVerdict.REACHABLE:
        return False
    address, _, requirement = finding.subject.partition("#")
    for one in audit.disclosures:
        if one.requirement.value == requirement:
            return one.verdict is DisclosureVerdict.PUBLISHED or (audit.complete and one.verdict not in _UNDECIDED)
    return address in audit.vanished or (address not in unread and (audit.complete or address in fetched))
