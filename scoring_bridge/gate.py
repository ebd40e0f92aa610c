"""The gate: which of the findings and events that were seen count, and why the others do not."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from records.judgement import Finding
from records.news import EventState, NewsEvent
from records.review import FindingReview, ReviewState
from records.sightings import FindingLife, LifeState
from scoring.observation import Gate
from scoring.points import plain
from scoring_bridge.watch import Look, Watch


class Standing(StrEnum):
    """Where something that was seen stands before the gate."""

    CONFIRMED = "confirmed"  # by an analyst
    PASSED = "passed"  # nobody reviewed it, and it is certain enough
    SUSPECTED = "suspected"  # nobody reviewed it, and it is not certain enough
    OUT = "out"  # dismissed, refuted, mended

    @property
    def counts(self) -> bool:
        return self in (Standing.CONFIRMED, Standing.PASSED)

    @property
    def unreviewed(self) -> bool:
        return self in (Standing.PASSED, Standing.SUSPECTED)


@dataclass(frozen=True, slots=True)
class Passage:
    standing: Standing
    why: str  # Chinese


def finding_passage(finding: Finding, watch: Watch, look: Look, gate: Gate) -> Passage:
    """Whether a finding of ``look`` counts.

    A confirmation holds for as long as the finding has stood open since; one that was gone and has come back is new.
    A dismissal holds until somebody revokes it: what misled us once is likely to mislead us again.  Where nights watch
    the portal, the life of the finding decides, and a confirmation without a sighting in a healthy night is none.
    """
    review = watch.reviews.get((look.site, finding.id))
    life = watch.lives.get((look.site, finding.id))
    if life is not None:
        return _life_passage(finding, life, review, gate)
    if review is not None:
        match review.state:
            case ReviewState.DISMISSED:
                return Passage(Standing.OUT, f"经 {review.by} 复核否定：{review.why}")
            case ReviewState.CONFIRMED:
                if finding.since is None or review.at.date() >= finding.since:
                    return Passage(Standing.CONFIRMED, f"经 {review.by} 复核确认")
            case ReviewState.WITHDRAWN:  # no decision: what was seen speaks
                pass
            case _:
                assert_never(review.state)
    needed = gate.days_for(finding.check)
    if needed is None:
        return Passage(Standing.SUSPECTED, "未经人工确认")
    days = days_seen(finding, look, watch.looks)
    if days >= needed:
        return Passage(Standing.PASSED, f"在 {days} 个日期的巡查中看到，未经人工复核")
    return Passage(Standing.SUSPECTED, f"只在 {days} 个日期的巡查中看到（须 {needed} 个），未经人工确认")


def _life_passage(finding: Finding, life: FindingLife, review: FindingReview | None, gate: Gate) -> Passage:
    match life.state:
        case LifeState.SUPPRESSED:
            return Passage(Standing.OUT, _why_suppressed(life, review))
        case LifeState.RECOVERED if life.confirmed_at is None or not gate.mended:
            return Passage(Standing.OUT, "已恢复正常")
        case LifeState.SUSPECTED | LifeState.UNVERIFIABLE | LifeState.VOIDED:
            return Passage(Standing.SUSPECTED, f"未达到确认门槛：{life.lacking}" if life.lacking else "未达到确认门槛")
        case LifeState.RECOVERED | LifeState.CONFIRMED | LifeState.NOTIFIED | LifeState.UNDER_REVIEW | LifeState.FINAL:
            pass
        case _:
            assert_never(life.state)
    if life.confirmed_by:
        return Passage(Standing.CONFIRMED, f"经 {life.confirmed_by} 复核确认")
    if gate.days_for(finding.check) is None:
        return Passage(Standing.SUSPECTED, "未经人工确认")
    since = f"，首次 {life.since.date()}" if life.since is not None else ""
    return Passage(Standing.PASSED, f"在 {life.tries} 次自检合格的巡查中看到{since}，未经人工复核")


def _why_suppressed(life: FindingLife, review: FindingReview | None) -> str:
    if review is not None and review.state is ReviewState.DISMISSED:
        return f"经 {review.by} 复核否定：{review.why}"
    one = life.suppression
    return f"{one.owner} 抑制：{one.reason}" if one is not None else "已抑制"


def days_seen(finding: Finding, look: Look, looks: Iterable[Look]) -> int:
    """On how many days audits of the same portal found it, the first of them included where it lies before."""
    days = {
        other.day
        for other in looks
        if other.site == look.site and any(found.id == finding.id for found in other.audit.findings)
    }
    days.add(look.day)
    if finding.since is not None and finding.since <= look.day:
        days = {day for day in days if day >= finding.since} | {finding.since}
    return len(days)


def event_passage(event: NewsEvent, gate: Gate) -> Passage:
    match event.state:
        case EventState.CONFIRMED:
            return Passage(Standing.CONFIRMED, "经人工确认")
        case EventState.DISMISSED:
            return Passage(Standing.OUT, "经人工否定")
        case EventState.REFUTED:
            return Passage(Standing.OUT, "已辟谣或澄清")
        case EventState.SUGGESTED:
            pass
        case _:
            assert_never(event.state)
    certainty = Decimal(repr(event.confidence))
    if gate.confidence is None:
        return Passage(Standing.SUSPECTED, f"未经人工确认（判断把握 {plain(certainty)}）")
    if certainty >= gate.confidence:
        return Passage(Standing.PASSED, f"判断把握 {plain(certainty)}，未经人工复核")
    needed = plain(gate.confidence)
    return Passage(Standing.SUSPECTED, f"判断把握 {plain(certainty)}，低于 {needed}，未经人工确认")
