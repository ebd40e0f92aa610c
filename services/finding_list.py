"""The findings of a city's portals with their lives and reviews, for whoever has to decide about them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from records.judgement import Finding
from records.review import FindingReview, ReviewState
from records.sightings import FindingLife, LifeState
from services.lives import Key, Lived, lives
from services.night_view import NightView
from services.schemes import WrongCallError
from storage.audit_results import AuditResults, JudgedAudit
from storage.audits import site_key
from storage.finding_reviews import FindingReviews

REVIEW_NAMES: Final = {
    None: "未复核",
    ReviewState.CONFIRMED: "已确认",
    ReviewState.DISMISSED: "已否定",
    ReviewState.WITHDRAWN: "撤销上一决定",
}
LIFE_NAMES: Final = {
    LifeState.SUSPECTED: "疑似",
    LifeState.CONFIRMED: "已确认",
    LifeState.NOTIFIED: "已告知单位",
    LifeState.UNDER_REVIEW: "申诉复核中",
    LifeState.FINAL: "已定",
    LifeState.RECOVERED: "已恢复",
    LifeState.UNVERIFIABLE: "无法核实",
    LifeState.SUPPRESSED: "已抑制",
    LifeState.VOIDED: "所见作废",
}
#: What ``--state`` takes: where a finding stands in its life, or what people said of it.
STATES: Final = ("open", "dismissed", *(one.value for one in LifeState))
_ASIDE: Final = (LifeState.RECOVERED, LifeState.SUPPRESSED)


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """A finding with the review that holds, and its life."""

    site: str  # key of the portal
    site_name: str
    audit_id: int | None  # the newest audit of the portal where it found it, else the one that saw it last
    as_of: date | None
    finding: Finding
    review: FindingReview | None
    life: FindingLife
    watched: bool  # whether nights visit the portal: then the life decides, else the review and the scheme's days
    current: bool  # whether the newest audit of the portal found it

    @property
    def standing(self) -> str:
        """Where it stands, in Chinese."""
        if self.watched or (self.life.suppression is not None and self.life.suppression.id):
            return LIFE_NAMES[self.life.state]
        return REVIEW_NAMES[self.review.state if self.review is not None else None]

    def is_in(self, state: str | None) -> bool:
        """Whether a list of that state holds it; without one, the list holds what stands."""
        reviewed = self.review.state if self.review is not None else None
        life = self.life.state
        match state:
            case None:
                stands = self.watched or self.current
                return stands and (life not in _ASIDE or (reviewed is ReviewState.DISMISSED and self.current))
            case "open":
                return self.current and reviewed is None and life not in _ASIDE
            case "dismissed":
                return reviewed is ReviewState.DISMISSED
            case LifeState.CONFIRMED if reviewed is ReviewState.CONFIRMED and not self.watched:
                return True
            case LifeState.SUSPECTED if not self.watched:
                return self.current and reviewed is None and life is LifeState.SUSPECTED
            case _:
                return life.value == state


@dataclass(frozen=True, slots=True)
class FindingList:
    """What was asked for, and how much beside it is not shown."""

    found: tuple[ListedFinding, ...]
    suppressed: int = 0
    recovered: int = 0


def list_findings(
    audits: AuditResults,
    reviews: FindingReviews,
    view: NightView,
    *,
    site: str | None = None,
    sites: Collection[str] | None = None,
    check: str | None = None,
    state: str | None = None,
) -> FindingList:
    """Findings of the portals of ``sites`` (keys) and of ``site`` (an address, or a part of a name).

    ``WrongCallError`` for a state that is none (``STATES``), ``StorageError``.
    """
    if state is not None and state not in STATES:
        raise WrongCallError(f"不认识的状态 {state!r}，可用：{'、'.join(STATES)}")
    every = [
        one
        for one in _every(audits, reviews, view)
        if (site is None or is_site(site, one.site, one.site_name))
        and (sites is None or one.site in sites)
        and (check is None or one.finding.check == check)
    ]
    found = tuple(one for one in every if one.is_in(state))
    rest = [one for one in every if not one.is_in(state)]
    return FindingList(
        found,
        sum(one.life.state is LifeState.SUPPRESSED for one in rest),
        sum(one.life.state is LifeState.RECOVERED for one in rest),
    )


def find_finding(listed: Iterable[ListedFinding], finding_id: str) -> ListedFinding:
    """The one finding of that id.  ``WrongCallError`` where there is none, or one on several portals."""
    found = [one for one in listed if one.finding.id == finding_id]
    if not found:
        raise WrongCallError(f"没有编号为 {finding_id!r} 的发现，用 chengjian findings list 查看")
    if len(found) > 1:
        sites = "、".join(one.site for one in found)
        raise WrongCallError(f"编号 {finding_id} 在几个门户都有：{sites}，请用 --site 指明")
    return found[0]


def every_finding(audits: AuditResults, reviews: FindingReviews, view: NightView) -> tuple[ListedFinding, ...]:
    """Every finding that stands or stood, by portal and in the order of its audit."""
    return tuple(_every(audits, reviews, view))


def findings_of(
    audits: AuditResults, view: NightView, watched: Collection[str], site: str, finding: str | None = None
) -> tuple[ListedFinding, ...]:
    """The findings of one portal as ``every_finding`` lists them, or the one of that id.

    ``watched``: keys of the portals that nights visit.  Audits that were not yet taken in are not taken in here.
    """
    newest = audits.newest(site)
    found = newest.audit.findings if newest is not None else ()
    current = {(site, one.id): one for one in found if finding in (None, one.id)}
    also = [(site, one) for one in current.values()]
    known = lives(view.sources, as_of=view.today, sites=(site,), also=also, finding=finding)
    standing = view.sources.reviewed.standing((site,), finding)
    return tuple(_listed({site: newest} if newest is not None else {}, current, known, standing, watched))


def _every(audits: AuditResults, reviews: FindingReviews, view: NightView) -> Iterable[ListedFinding]:
    view.catch_up()
    kept = {one.site: one for one in audits.latest()}
    current = {(one.site, found.id): found for one in kept.values() for found in one.audit.findings}
    known = lives(view.sources, as_of=view.today, also=[(site, one) for (site, _), one in current.items()])
    yield from _listed(kept, current, known, reviews.standing(), view.tries.watched_sites())


def _listed(
    kept: Mapping[str, JudgedAudit],
    current: Mapping[Key, Finding],
    known: Mapping[Key, Lived],
    standing: Mapping[Key, FindingReview],
    watched: Collection[str],
) -> Iterable[ListedFinding]:
    order: list[Key] = [*current, *(key for key in known if key not in current)]
    for key in sorted(order, key=lambda one: one[0]):  # stable: the order of the audit within a portal
        site, _ = key
        newest = kept.get(site)
        lived = known[key]
        finding = current.get(key, lived.watched.finding)
        seen_by = newest.audit_id if newest is not None and key in current else lived.watched.audit
        yield ListedFinding(
            site=site,
            site_name=(newest.audit.site_name or newest.audit.site_url) if newest is not None else site,
            audit_id=seen_by,
            as_of=newest.audit.as_of if newest is not None and key in current else None,
            finding=finding,
            review=standing.get(key),
            life=lived.life,
            watched=site in watched,
            current=key in current,
        )


def is_site(wanted: str, key: str, name: str) -> bool:
    """Whether a person who writes ``wanted`` means this portal: its address, or a part of its name."""
    return wanted in name or site_key(wanted if "://" in wanted else f"http://{wanted}") == key
