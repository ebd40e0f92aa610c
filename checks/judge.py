"""Facts → the whole audit of one site, under a policy and a day."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from checks.columns import judge_column
from checks.coverage import check_counts, is_complete, judge_site_verdict, state_coverage
from checks.disclosures import judge_disclosures
from checks.findings import JudgedSite
from checks.links import Referrers, context_of, judge_links
from checks.registry import CHECKS
from checks.withdrawn import withdrawn
from extract.columns import gather_columns
from extract.disclosures import search_disclosures
from extract.site_index import SiteIndex
from records.crawl import SiteFacts
from records.judgement import ColumnFact, Finding, LinkJudgement, SiteAudit
from records.policy import Policy
from records.verdicts import LinkReason, LinkVerdict, PageVerdict, Severity, SiteVerdict

_WEBSITE = re.compile(r"(?:[-_—|\s]*(?:官方)?(?:门户)?(?:网站|官网)(?:首页)?|[-_—|\s]*首页)$")
_SEVERITY_ORDER: Final = (Severity.MAJOR, Severity.MINOR, Severity.NOTICE)


def judge_site(facts: SiteFacts, *, referrers: Referrers, policy: Policy, as_of: date) -> SiteAudit:
    """Judge one site.

    ``referrers`` gives, for addresses, the pages on which they stand; it is asked a few times with many addresses.
    The same facts, policy and day always give the same audit.

    Raises ``checks.coverage.UnbalancedCountsError`` for facts that do not add up.
    """
    check_counts(facts.counts)
    index = SiteIndex.of(facts)
    context = context_of(facts)
    verdict = judge_site_verdict(facts, index, context, policy)
    taken_off = withdrawn(facts.looks, referrers)
    links = tuple(taken_off.soften(link) for link in judge_links(facts, context, referrers=referrers))
    columns = gather_columns(
        facts, not_after=as_of + timedelta(days=policy.max_plausible_future_days), referrers=referrers
    )
    dead = {link.fact.url for link in links if link.verdict is LinkVerdict.BROKEN}
    columns = tuple(column for column in columns if column.url not in dead)  # one fault, one entry: the link
    if verdict is SiteVerdict.BLOCKED:
        links = tuple(_unaccused(link) for link in links)
        columns = tuple(_unread(column) for column in columns)
    traces = search_disclosures(facts)
    site = JudgedSite(
        facts=facts,
        verdict=verdict,
        policy=policy,
        as_of=as_of,
        links=links,
        columns=tuple(judge_column(column, policy, as_of) for column in columns),
        disclosures=judge_disclosures(traces, facts, index, links, verdict, referrers=referrers),
        traces=traces,
        pages=index.pages,
    )
    return SiteAudit(
        site_url=facts.site_url,
        site_name=_site_name(index),
        site_verdict=verdict,
        as_of=as_of,
        policy=policy.name,
        started_at=facts.started_at.isoformat(),
        finished_at=_last_look(facts).isoformat(),
        crawl_finished_at=facts.finished_at.isoformat(),
        complete=is_complete(facts),
        stopped_by=facts.stopped_by,
        counts=facts.counts,
        links=tuple(link for link in links if link.verdict is not LinkVerdict.OK),
        columns=site.columns,
        disclosures=site.disclosures,
        findings=_findings(site),
        notes=state_coverage(facts, verdict),
        vanished=tuple(sorted(taken_off.vanished)),
    )


def _site_name(index: SiteIndex) -> str | None:
    """The office's name: the site's without "网站" and the like behind it.

    A wall, an error page or somebody else's page in the place of the first one names itself and not the office.
    """
    if index.home is None or index.home.http_status >= 400 or index.home.reading.verdict is not PageVerdict.OK:
        return None
    name = index.home.reading.site_name or index.home.reading.title
    return (_WEBSITE.sub("", name) or name) if name is not None else None


def _last_look(facts: SiteFacts) -> datetime:
    """The end of the audit: of the crawl, or of the last attempt of the re-check."""
    return max(facts.finished_at, *(fact.attempts[-1].at for fact in facts.targets if fact.attempts), facts.finished_at)


def _findings(site: JudgedSite) -> tuple[Finding, ...]:
    """The findings of all checks, the gravest first.  A site that could not be audited is accused of nothing."""
    found = [finding for check in CHECKS for finding in check.find(site)]
    if site.verdict is not SiteVerdict.REACHABLE:
        found = [finding for finding in found if finding.severity is Severity.NOTICE]
    return tuple(sorted(found, key=lambda finding: _SEVERITY_ORDER.index(finding.severity)))


def _unaccused(link: LinkJudgement) -> LinkJudgement:
    """A link of a site that refused most requests: what looks dead to us may be alive for others."""
    if link.verdict is not LinkVerdict.BROKEN:
        return link
    because = "网站拒绝了大部分访问，不作坏链认定"
    if link.fact.target.internal:
        return replace(link, verdict=LinkVerdict.BLOCKED, reason=LinkReason.WAF, because=because)
    return replace(link, verdict=LinkVerdict.SKIPPED, reason=LinkReason.BUDGET, because=because)


def _unread(column: ColumnFact) -> ColumnFact:
    return replace(column, readable=False, note="网站拒绝了大部分访问")
