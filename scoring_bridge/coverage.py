"""Which look at a portal may speak for the period, and what it may say."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never
from urllib.parse import urlsplit

from records.verdicts import SiteVerdict
from scoring.observation import Gate
from scoring_bridge.watch import Look, Watch


@dataclass(frozen=True, slots=True)
class PortalView:
    """One portal in the period: the last look that can be used, or why there is none."""

    portal: str
    look: Look | None  # the last one at a site that answered us, judged by the gate's policy
    looks: tuple[Look, ...]  # all such looks of the period, oldest first
    complete: bool  # whether "none found" may be said on ``look``
    why_not: str = ""  # Chinese, where ``look`` is None or not complete


def portal_views(watch: Watch, gate: Gate) -> tuple[PortalView, ...]:
    """One entry for each registered portal, in the order of the registry."""
    by_portal: dict[str, list[Look]] = {portal.url: [] for portal in watch.unit.portals}
    for look in watch.looks:
        by_portal.setdefault(look.portal, []).append(look)
    return tuple(
        _view(portal, sorted(looks, key=lambda look: (look.day, look.audit_id)), gate)
        for portal, looks in by_portal.items()
        if looks or not any(_within(portal, other) for other in by_portal if other != portal)
    )


def _within(portal: str, other: str) -> bool:
    """Whether a portal is a section of another, which is looked at with it."""
    inner, outer = urlsplit(portal), urlsplit(other)
    folder = outer.path.rstrip("/") + "/"
    return inner.netloc.lower() == outer.netloc.lower() and inner.path.startswith(folder) and inner.path != outer.path


def _view(portal: str, looks: Sequence[Look], gate: Gate) -> PortalView:
    if not looks:
        return PortalView(portal, None, (), False, f"本期没有巡查 {portal}")
    judged = [look for look in looks if not gate.policy or look.audit.policy == gate.policy]
    if not judged:
        return PortalView(portal, None, (), False, f"{portal} 的巡查没有按 {gate.policy} 口径研判")
    usable = tuple(look for look in judged if look.audit.site_verdict is SiteVerdict.REACHABLE)
    if not usable:
        return PortalView(portal, None, (), False, _unusable(portal, judged[-1]))
    last = usable[-1]
    reached = coverage(last)
    if reached < Fraction(gate.coverage):
        share = f"{float(reached):.1%}"
        return PortalView(portal, last, usable, False, f"{portal} 只到达了 {share} 的地址，不能断言没有问题")
    return PortalView(portal, last, usable, True)


def _unusable(portal: str, look: Look) -> str:
    match look.audit.site_verdict:
        case SiteVerdict.BLOCKED:
            return f"{portal} 拒绝了自动巡查（{look.day}），请网站管理单位放行后复查"
        case SiteVerdict.UNREACHABLE:
            return f"{portal} 巡查时首页无法打开（{look.day}），未能检查"
        case SiteVerdict.REACHABLE:
            return ""
        case _:
            assert_never(look.audit.site_verdict)


def coverage(look: Look) -> Fraction:
    """The share of the addresses that were met and could have been asked for which answered or failed by themselves."""
    counts = look.audit.counts
    wanted = counts.fetched + counts.failed + counts.blocked + max(counts.not_reached, counts.not_visited)
    return Fraction(counts.fetched + counts.failed, wanted) if wanted else Fraction(0)
