"""What the audit covered: whether the site could be audited at all, and what was not visited and why."""

from collections import Counter
from typing import Final, assert_never

from checks.attempts import LinkContext, fault_of
from checks.links import counted_attempts
from checks.places import place_of
from checks.wording import REASON_WORDS, STOP_WORDS, unreachable_words
from extract.site_index import SiteIndex
from records.crawl import Counts, SiteFacts
from records.policy import Policy
from records.verdicts import (
    VERDICT_OF_REASON,
    LinkKind,
    LinkReason,
    LinkVerdict,
    Outcome,
    PageVerdict,
    SiteVerdict,
    StopReason,
)

_ENOUGH_TRIED: Final = 4  # pages: of fewer a share says nothing


class UnbalancedCountsError(ValueError):
    """Addresses of a crawl that ended nowhere or twice: a fault of ours, and no statement can be made on it."""


def check_counts(counts: Counts) -> None:
    """Every address ended in exactly one outcome.

    Raises ``UnbalancedCountsError`` otherwise.
    """
    if not counts.balanced:
        ends = counts.fetched + counts.blocked + counts.failed + counts.skipped + counts.not_reached
        raise UnbalancedCountsError(f"{counts.addresses} addresses, but {ends} outcomes: {counts}")


def judge_site_verdict(facts: SiteFacts, index: SiteIndex, context: LinkContext, policy: Policy) -> SiteVerdict:
    """Whether the site could be audited: the home page decides, then the share of pages that refused us."""
    match facts.stopped_by:
        case StopReason.SITE_UNREACHABLE:
            return SiteVerdict.UNREACHABLE
        case StopReason.SITE_BLOCKED:
            return SiteVerdict.BLOCKED
        case StopReason.MAX_PAGES | StopReason.MAX_MINUTES | StopReason.INTERRUPTED | None:
            pass
        case _:
            assert_never(facts.stopped_by)
    home = _home_verdict(facts, index, context)
    if home is not SiteVerdict.REACHABLE:
        return home
    return SiteVerdict.BLOCKED if is_mostly_blocked(facts, policy) else SiteVerdict.REACHABLE


def _home_verdict(facts: SiteFacts, index: SiteIndex, context: LinkContext) -> SiteVerdict:
    if index.home is not None:
        match index.home.reading.verdict:
            case PageVerdict.CHALLENGE | PageVerdict.WAF:
                return SiteVerdict.BLOCKED
            case PageVerdict.OK | PageVerdict.HIJACKED | PageVerdict.SOFT_404:
                return SiteVerdict.REACHABLE
            case PageVerdict.MAINTENANCE | PageVerdict.DEFAULT_SERVER | PageVerdict.EMPTY:
                return SiteVerdict.UNREACHABLE
            case _:
                assert_never(index.home.reading.verdict)
    start = next((fact for fact in facts.targets if place_of(fact.url) == place_of(facts.site_url)), None)
    attempts = counted_attempts(start) if start is not None else ()
    if start is None or not attempts:
        return SiteVerdict.UNREACHABLE if not facts.pages else SiteVerdict.REACHABLE
    faults = [fault_of(attempt, start.target, context) for attempt in attempts]
    if None in faults:
        return SiteVerdict.REACHABLE
    verdicts = {VERDICT_OF_REASON[fault] for fault in faults if fault is not None}
    return SiteVerdict.BLOCKED if LinkVerdict.BLOCKED in verdicts else SiteVerdict.UNREACHABLE


def is_mostly_blocked(facts: SiteFacts, policy: Policy) -> bool:
    """Whether more than the policy's share of the portal's pages that were tried refused us."""
    tried = blocked = 0
    for fact in facts.targets:
        if not fact.target.internal or fact.target.kind not in (LinkKind.PAGE, LinkKind.FRAME):
            continue
        tried += fact.outcome in (Outcome.FETCHED, Outcome.BLOCKED, Outcome.FAILED)
        blocked += fact.outcome is Outcome.BLOCKED
    return tried >= _ENOUGH_TRIED and blocked > policy.blocked_share_voids * tried


def is_complete(facts: SiteFacts) -> bool:
    """Whether every address that was met was also asked for, as far as robots.txt and good sense allow."""
    return facts.stopped_by is None and facts.counts.not_visited == 0 and facts.counts.not_reached == 0


def _why_unvisited(facts: SiteFacts) -> str:
    left = [fact.target for fact in facts.targets if fact.outcome is Outcome.NOT_REACHED]
    return "均为站外地址" if left and not any(target.internal for target in left) else "超出限额"


def state_coverage(facts: SiteFacts, verdict: SiteVerdict) -> tuple[str, ...]:
    """The coverage statement: Chinese sentences, the numbers of which add up."""
    counts = facts.counts
    sentences = [
        f"共发现 {counts.addresses:,} 个地址：取得 {counts.fetched:,} 个，被拒绝 {counts.blocked:,} 个，"
        f"访问失败 {counts.failed:,} 个，按规则跳过 {counts.skipped:,} 个，未到达 {counts.not_reached:,} 个。"
    ]
    unvisited = counts.not_visited or counts.not_reached
    if unvisited:
        why = STOP_WORDS[facts.stopped_by] if facts.stopped_by is not None else _why_unvisited(facts)
        sentences.append(f"共发现 {counts.addresses:,} 个地址，其中 {unvisited:,} 个未访问：{why}。")
    elif facts.stopped_by is not None:
        sentences.append(f"检查提前结束：{STOP_WORDS[facts.stopped_by]}。")
    reasons = Counter(
        fact.skipped
        for fact in facts.targets
        if fact.outcome is Outcome.SKIPPED and fact.skipped not in (None, LinkReason.BUDGET)
    )
    if reasons:
        told = "，".join(f"{REASON_WORDS[reason]} {count:,} 个" for reason, count in reasons.most_common() if reason)
        sentences.append(f"跳过的地址：{told}。")
    if verdict is SiteVerdict.BLOCKED:
        sentences.append("网站拒绝了大部分自动访问，本次结果不作任何问题认定；可请网站管理单位放行后复查。")
    elif verdict is SiteVerdict.UNREACHABLE:
        sentences.append(unreachable_words(facts))
    return (*sentences, *facts.notes)
