"""The life of a finding: a pure function of what was seen and decided (ANCHORS §2a F1, F2, F9, §6).

A try counts when it was made in a night that proved healthy.  A counted look that finds the fault healed closes its
life; if it comes back it begins a new one, and nothing that was counted or decided before is carried over.  The gate
stands before every state that may cost points: decisions of people move a finding behind it, never around it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

from records.review import FindingReview, ReviewState, standing_reviews
from records.sightings import (
    Band,
    ClosedLife,
    FindingLife,
    FindingStep,
    Gate,
    LifeState,
    Sight,
    Sighting,
    Step,
    Suppression,
    WatchedFinding,
)

LOCAL: Final = timezone(timedelta(hours=8))  # Asia/Shanghai, which has had no summer time since 1991
OFFICE_OPENS: Final = time(9)
OFFICE_CLOSES: Final = time(18)

BAND_NAMES: Final = {Band.OFFICE: "上班时间", Band.EVENING: "晚间", Band.NIGHT: "夜间和休息日"}
_OPENING: Final = ("broken_link", "broken_disclosure", "site_unreachable", "unreachable_link")
_DISMISSED_UNTIL: Final = date.max  # a dismissal holds until somebody revokes it


@dataclass(frozen=True, slots=True)
class _Life:
    """The tries of one life: counted faults, and how it ended."""

    faults: tuple[Sighting, ...]
    began_after: datetime | None  # the healing that closed the life before
    healed_at: datetime | None


def band_of(at: datetime, *, working_day: bool) -> Band:
    """The band of an instant; ``working_day`` is said of its day in local time."""
    clock = at.astimezone(LOCAL).time()
    if clock < OFFICE_OPENS:
        return Band.NIGHT
    if clock >= OFFICE_CLOSES:
        return Band.EVENING
    return Band.OFFICE if working_day else Band.NIGHT


def day_of(at: datetime) -> date:
    """The day to which a try belongs: from 09:00 to 09:00, so that one night is one day."""
    local = at.astimezone(LOCAL)
    return (local - timedelta(hours=OFFICE_OPENS.hour)).date()


def life_of(
    watched: WatchedFinding,
    sightings: Iterable[Sighting],
    *,
    suppressions: Iterable[Suppression] = (),
    reviews: Iterable[FindingReview] = (),
    steps: Iterable[FindingStep] = (),
    gate: Gate,
    as_of: date,
) -> FindingLife:
    """What is known of one finding on the evening of ``as_of``.

    What was seen later is left out; decisions are taken as they stand now, because people decide about a period when
    it is over.  Everything given about other findings is ignored.
    """
    finding = watched.finding
    mine = [one for one in sightings if (one.site, one.finding) == (watched.site, finding.id)]
    every = tuple(sorted(mine, key=lambda one: (one.at, one.sight is Sight.HEALED)))
    seen = tuple(one for one in every if one.at.astimezone(LOCAL).date() <= as_of)
    *closed, present = _lives(seen, gate)
    own = [one for one in reviews if (one.site, one.finding) == (watched.site, finding.id)]
    decided = standing_reviews(sorted(own, key=lambda one: one.at))
    taken = sorted((one for one in steps if (one.site, one.finding) == (watched.site, finding.id)), key=lambda s: s.at)
    recovered = not present.faults and bool(closed)
    shown = closed[-1] if recovered else present
    until = _next_life(every[len(seen) :], gate)
    shown_reviews = [one for one in decided if _within(one.at, shown.began_after, until)]
    shown_steps = [one for one in taken if _within(one.at, shown.began_after, until)]
    confirmation = _confirmation(shown.faults, shown_reviews)
    confirmed_at = _confirmed_at(shown.faults, confirmation, gate)
    suppression = _suppression(watched, suppressions, decided, shown_steps, as_of)
    state = _state(seen, present, recovered, confirmed_at is not None, shown_steps, suppression)
    earlier = closed[:-1] if recovered else closed
    return FindingLife(
        finding=finding.id,
        site=watched.site,
        check=finding.check,
        subject=finding.subject,
        state=state,
        since=shown.faults[0].at if shown.faults else None,
        last_seen=shown.faults[-1].at if shown.faults else None,
        healed_at=shown.healed_at,
        sightings=seen,
        suppression=suppression,
        lacking=_lacking(present.faults, seen, gate) if state in _BEFORE_THE_GATE else "",
        fails_when=_fails_when(finding.check, seen, gate),
        confirmed_at=confirmed_at,
        earlier=tuple(_closed(one, decided, gate) for one in earlier),
        confirmed_by=confirmation.by if confirmation is not None else "",
        tries=len(shown.faults),
    )


_BEFORE_THE_GATE: Final = (LifeState.SUSPECTED, LifeState.UNVERIFIABLE, LifeState.VOIDED)


def passes(faults: Sequence[Sighting], gate: Gate) -> bool:
    """Whether counted tries that saw the fault are enough."""
    bands = {one.band for one in faults}
    return (
        len(faults) >= gate.tries
        and len({day_of(one.at) for one in faults}) >= gate.days
        and len(bands) >= gate.bands
        and (Band.OFFICE in bands or not gate.office_hours)
    )


def _counts(one: Sighting, gate: Gate) -> bool:
    """A look that clears counts in any round that was not ill; one that accuses only where the round proved healthy."""
    if not one.counts:
        return False
    return one.night is not None or one.sight is Sight.HEALED or not gate.healthy_nights


def _lives(seen: Iterable[Sighting], gate: Gate) -> list[_Life]:
    """The lives that healing closed, and last the one that is open, without tries where nothing stands."""
    lives: list[_Life] = []
    faults: list[Sighting] = []
    began_after: datetime | None = None
    for one in seen:
        if not _counts(one, gate):
            continue
        if one.sight is Sight.FAULT:
            faults.append(one)
        elif one.sight is Sight.HEALED and faults:
            lives.append(_Life(tuple(faults), began_after, one.at))
            faults, began_after = [], one.at
        elif one.sight is Sight.HEALED:
            began_after = one.at
    lives.append(_Life(tuple(faults), began_after, None))
    return lives


def _next_life(later: Iterable[Sighting], gate: Gate) -> datetime | None:
    """When, after the day that is asked about, a new life began: what is decided from then on is about that one."""
    healed = False
    for one in later:
        if not _counts(one, gate):
            continue
        if one.sight is Sight.HEALED:
            healed = True
        elif one.sight is Sight.FAULT and healed:
            return one.at
    return None


def _within(at: datetime, after: datetime | None, until: datetime | None) -> bool:
    return (after is None or at > after) and (until is None or at < until)


def _confirmation(faults: Sequence[Sighting], reviews: Sequence[FindingReview]) -> FindingReview | None:
    """A person's confirmation of this life, which is none without a counted try that saw the fault."""
    last = reviews[-1] if reviews else None
    return last if faults and last is not None and last.state is ReviewState.CONFIRMED else None


def _confirmed_at(faults: Sequence[Sighting], confirmation: FindingReview | None, gate: Gate) -> datetime | None:
    """When the gate was passed: by tries, or by a person."""
    found = [faults[n - 1].at for n in range(1, len(faults) + 1) if passes(faults[:n], gate)][:1]
    if confirmation is not None:
        found.append(max(confirmation.at, faults[0].at))
    return min(found, default=None)


def _suppression(
    watched: WatchedFinding,
    suppressions: Iterable[Suppression],
    reviews: Sequence[FindingReview],
    steps: Sequence[FindingStep],
    as_of: date,
) -> Suppression | None:
    """Why nothing is said of the finding: somebody's suppression, a dismissal, or a review that took it back."""
    for one in suppressions:
        if one.holds_on(as_of) and covers(one, watched):
            return one
    last = reviews[-1] if reviews else None
    taken_back = next((one for one in reversed(steps) if one.step is Step.WITHDRAWN), None)
    if last is not None and last.state is ReviewState.DISMISSED:
        return _for_ever(watched, last.why, last.by, last.at)
    if taken_back is not None and (last is None or last.at < taken_back.at):
        return _for_ever(watched, f"申诉成立：{taken_back.why}", taken_back.by, taken_back.at)
    return None


def covers(one: Suppression, watched: WatchedFinding) -> bool:
    """Whether a suppression speaks of a finding: by its id, or by its address and, where it names one, its check."""
    finding = watched.finding
    if one.site != watched.site:
        return False
    if one.subject == finding.id:
        return True
    return one.subject == finding.subject and one.check in (None, finding.check)


def _for_ever(watched: WatchedFinding, reason: str, owner: str, at: datetime) -> Suppression:
    finding = watched.finding
    begins = at.astimezone(LOCAL).date()
    return Suppression(0, watched.site, finding.check, finding.id, reason, owner, begins, _DISMISSED_UNTIL)


def _state(
    seen: Sequence[Sighting],
    present: _Life,
    recovered: bool,
    confirmed: bool,
    steps: Iterable[FindingStep],
    suppression: Suppression | None,
) -> LifeState:
    if suppression is not None:
        return LifeState.SUPPRESSED
    if recovered:
        return LifeState.RECOVERED
    if not present.faults:
        return _unseen(seen, present)
    if not confirmed:
        return LifeState.UNVERIFIABLE if _lost(seen, present) else LifeState.SUSPECTED
    return _after_the_gate(steps)


def _unseen(seen: Sequence[Sighting], present: _Life) -> LifeState:
    """Where no try counts."""
    since = [one for one in seen if present.began_after is None or one.at > present.began_after]
    faults = [one for one in since if one.sight is Sight.FAULT]
    if faults and all(one.voided for one in faults):
        return LifeState.VOIDED
    if not faults and present.began_after is not None:
        return LifeState.RECOVERED
    if not faults and since:
        return LifeState.UNVERIFIABLE
    return LifeState.SUSPECTED


def _lost(seen: Sequence[Sighting], present: _Life) -> bool:
    """Whether every look since the last counted one could say nothing: there has been one, and none saw anything."""
    later = [one for one in seen if one.at > present.faults[-1].at and one.counts]
    return bool(later) and all(one.sight is Sight.UNKNOWN for one in later)


def _after_the_gate(steps: Iterable[FindingStep]) -> LifeState:
    """Steps that are out of order change nothing: nobody is heard or judged who was not told."""
    state = LifeState.CONFIRMED
    for one in steps:
        match one.step:
            case Step.NOTIFIED if state is LifeState.CONFIRMED:
                state = LifeState.NOTIFIED
            case Step.REVIEW_ASKED if state is LifeState.NOTIFIED:
                state = LifeState.UNDER_REVIEW
            case Step.UPHELD if state is LifeState.UNDER_REVIEW:
                state = LifeState.FINAL
            case Step.CLOSED if state is LifeState.NOTIFIED:
                state = LifeState.FINAL
            case _:
                pass
    return state


def _closed(life: _Life, reviews: Sequence[FindingReview], gate: Gate) -> ClosedLife:
    if life.healed_at is None:
        raise ValueError("a life that is open")
    own = [one for one in reviews if _within(one.at, life.began_after, life.healed_at)]
    confirmed_at = _confirmed_at(life.faults, _confirmation(life.faults, own), gate)
    return ClosedLife(life.faults[0].at, life.faults[-1].at, life.healed_at, len(life.faults), confirmed_at)


def _lacking(faults: Sequence[Sighting], seen: Iterable[Sighting], gate: Gate) -> str:
    """What the gate still asks for, in one Chinese sentence."""
    bands = {one.band for one in faults}
    days = len({day_of(one.at) for one in faults})
    wants = []
    if len(faults) < gate.tries:
        wants.append(f"再看到 {gate.tries - len(faults)} 次（须 {gate.tries} 次，已 {len(faults)} 次）")
    if days < gate.days:
        wants.append(f"再有 {gate.days - days} 天（须 {gate.days} 天，已 {days} 天）")
    if len(bands) < gate.bands:
        wants.append(f"再有 {gate.bands - len(bands)} 个时段（须 {gate.bands} 个，已 {len(bands)} 个）")
    if gate.office_hours and Band.OFFICE not in bands:
        wants.append("须有一次在上班时间")
    uncounted = [one for one in seen if one.sight is Sight.FAULT and not _counts(one, gate)]
    told = f"（另有 {len(uncounted)} 次不计：所在的夜作废、待定、未结束，或为人工巡查）" if uncounted else ""
    return "、".join(wants) + told


def _fails_when(check: str, seen: Iterable[Sighting], gate: Gate) -> str:
    """In which bands the fault is seen, where it is well in others: over all lives, for who comes back is one fault."""
    bad: dict[Band, int] = {}
    good: dict[Band, int] = {}
    for one in seen:
        if _counts(one, gate):
            if one.sight is Sight.FAULT:
                bad[one.band] = bad.get(one.band, 0) + 1
            elif one.sight is Sight.HEALED:
                good[one.band] = good.get(one.band, 0) + 1
    failing = [band for band in Band if bad.get(band)]
    only_good = [band for band in Band if good.get(band) and not bad.get(band)]
    if not failing or not only_good or any(good.get(band) for band in failing):
        return "时好时坏" if failing and sum(good.values()) > 1 else ""
    what = "打不开" if check in _OPENING else "出现"
    names = "、".join(BAND_NAMES[band] for band in failing)
    return f"只在{names}{what}，{'、'.join(BAND_NAMES[band] for band in only_good)}正常"
