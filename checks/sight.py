"""What one audit says of one finding: the fault is there, it has healed, or nobody can say.

To say nothing is the rule: only an address that was asked in this very audit accuses or clears.  What an incremental
crawl took over from an earlier night was not asked, and what refused us or timed out says nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from checks.places import place_of
from records.crawl import Attempt, TargetFact
from records.judgement import Finding, SiteAudit
from records.sightings import Sight
from records.verdicts import ColumnVerdict, DisclosureVerdict, Outcome, SiteVerdict

_SITE_CHECKS = ("site_blocked", "site_unreachable", "bogus_host")
_UNDECIDED = (DisclosureVerdict.UNDETERMINED, DisclosureVerdict.BLOCKED)


@dataclass(frozen=True, slots=True)
class Seen:
    sight: Sight
    at: datetime
    told: str  # Chinese
    by_absence: bool = False  # healed because what was wrong was no longer met, and not because it was asked


def sight_of(finding: Finding, audit: SiteAudit, target: TargetFact | None, *, held: str = "") -> Seen:
    """``target`` is what came of the finding's address in this audit, None where the audit did not meet it.

    ``held``: why the audit as a whole may not speak (``checks.portal_brake``).  Then it accuses of nothing, and clears
    only what was asked and answered well.
    """
    seen = _sight(finding, audit, target)
    if not held:
        held = "首页已不是原来网站的内容" if _is_taken_over(finding, audit) else ""
    if not held or seen.sight is Sight.UNKNOWN or (seen.sight is Sight.HEALED and not seen.by_absence):
        return seen
    return Seen(Sight.UNKNOWN, seen.at, held)


def _is_taken_over(finding: Finding, audit: SiteAudit) -> bool:
    """Whether somebody else's page stands where the portal's first page was, this finding being another."""
    home = place_of(audit.site_url)
    return any(
        one.check == "hijacked_link" and one.id != finding.id and place_of(one.subject) == home
        for one in audit.findings
    )


def _sight(finding: Finding, audit: SiteAudit, target: TargetFact | None) -> Seen:
    began = datetime.fromisoformat(audit.started_at)
    ended = datetime.fromisoformat(audit.finished_at)
    asked = _last_asked(target, began)
    found = next((one for one in audit.findings if one.id == finding.id), None)
    if found is not None:
        return _fault(found, target, asked, ended)
    if finding.check in _SITE_CHECKS:
        return _of_site(audit, ended)
    if audit.site_verdict is not SiteVerdict.REACHABLE:
        return Seen(Sight.UNKNOWN, ended, "网站没有正常答复，无从判断")
    _, mark, requirement = finding.subject.partition("#")
    if mark:
        for row in audit.disclosures:
            if row.requirement.value == requirement:
                return _of_disclosure(row.verdict, audit, ended)
    return _of_address(finding, audit, target, asked, ended)


def _last_asked(target: TargetFact | None, began: datetime) -> Attempt | None:
    attempts = [one for one in target.attempts if one.at >= began] if target is not None else []
    return attempts[-1] if attempts else None


def _fault(found: Finding, target: TargetFact | None, asked: Attempt | None, ended: datetime) -> Seen:
    if target is not None and asked is None:
        return Seen(Sight.UNKNOWN, ended, "本次没有访问该地址，沿用以前的结果")
    return Seen(Sight.FAULT, asked.at if asked is not None else ended, found.how_seen or found.message)


def _of_site(audit: SiteAudit, ended: datetime) -> Seen:
    if audit.site_verdict is SiteVerdict.REACHABLE:
        return Seen(Sight.HEALED, ended, "网站正常答复")
    return Seen(Sight.UNKNOWN, ended, "网站没有正常答复，无从判断")


def _of_disclosure(verdict: DisclosureVerdict, audit: SiteAudit, ended: datetime) -> Seen:
    if verdict is DisclosureVerdict.PUBLISHED:
        return Seen(Sight.HEALED, ended, "已看到公开的内容")
    if audit.complete and verdict not in _UNDECIDED:
        return Seen(Sight.HEALED, ended, "原来的问题不再存在", by_absence=True)
    return Seen(Sight.UNKNOWN, ended, "未能判定")


def _of_address(
    finding: Finding, audit: SiteAudit, target: TargetFact | None, asked: Attempt | None, ended: datetime
) -> Seen:
    if finding.subject in audit.vanished:
        return Seen(Sight.HEALED, ended, "有这个链接的页面已再次访问，链接已撤下", by_absence=True)
    if target is None:
        if audit.complete:
            return Seen(Sight.HEALED, ended, "全部页面已看过，不再有这个地址", by_absence=True)
        return Seen(Sight.UNKNOWN, ended, "本次没有到达该地址")
    if asked is None:
        return Seen(Sight.UNKNOWN, ended, "本次没有访问该地址")
    if target.outcome is not Outcome.FETCHED or _is_doubted(finding, audit):
        return Seen(Sight.UNKNOWN, asked.at, f"{_answer(asked)}，不能说明好坏")
    return Seen(Sight.HEALED, asked.at, f"{_answer(asked)}，正常")


def _is_doubted(finding: Finding, audit: SiteAudit) -> bool:
    """Whether something else is wrong with the address, so that nobody can say that it is well."""
    address = finding.subject.partition("#")[0]
    others = (one.subject for one in audit.findings if one.check.endswith("_link"))
    unreadable = (one.fact.url for one in audit.columns if one.verdict is ColumnVerdict.UNREADABLE)
    links = (one.fact.url for one in audit.links)
    return any(address == one for one in (*others, *unreadable, *links))


def _answer(asked: Attempt) -> str:
    if asked.error is not None:
        return f"访问出错（{asked.error.value}）"
    return f"HTTP {asked.http_status}" if asked.http_status is not None else "没有答复"
