"""Keeps the cards of findings as ``services.finding_list`` lists them; what is behind is made again, by portal."""

import hashlib
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Final

from checks.life import LOCAL, covers
from records.desk import FindingCard, Pile
from records.registry import City
from records.review import ReviewState
from records.sightings import LifeState, Suppression, WatchedFinding
from records.verdicts import Severity
from services.desk.causes import cause_of
from services.finding_list import ListedFinding, findings_of
from services.night_view import NightView
from services.sight_findings import sight_audit
from storage.audits import site_key
from storage.cards import ADDRESS, WHOLE, CardRepository
from storage.desk import DeskRepository

_SEVERITIES: Final = {Severity.MAJOR: "0", Severity.MINOR: "1", Severity.NOTICE: "2"}
_LAST: Final = "9999-12-31"
_AT_ONCE: Final = 64  # portals that are read of those behind at once
_SINGLY: Final = 5  # more findings of one portal are made again with the whole of it
_MADE_AS: Final = "2"  # goes on where cards are made otherwise: then all are made again


@dataclass(frozen=True, slots=True)
class SiteUnits:
    """Whose each portal is."""

    of_site: Mapping[str, tuple[str, str]]  # registry id and name, by key of the portal
    digest: str

    def of(self, site: str) -> tuple[str, str]:
        return self.of_site.get(site, ("", ""))


def units_of(city: City) -> SiteUnits:
    found: dict[str, tuple[str, str]] = {}
    for unit in city.units:
        for portal in unit.portals:
            found.setdefault(site_key(portal.url), (unit.id, unit.name))
    told = "\n".join(f"{site}\t{unit}\t{name}" for site, (unit, name) in sorted(found.items()))
    return SiteUnits(found, hashlib.sha256(told.encode()).hexdigest())


class CardKeeper:
    """The cards of one database, for one city and one day.  Every method raises ``StorageError``."""

    def __init__(self, view: NightView, units: SiteUnits) -> None:
        self.view = view
        self.units = units
        self.cards = CardRepository(view.tries.engine)
        self.desk = DeskRepository(view.tries.engine)

    def refresh(self, *, seconds: float | None = None) -> int:
        """Make again what is behind, for about so long (None: until nothing is); how much is left.

        At least one portal is done: whoever calls often enough gets to the end.
        """
        ends = None if seconds is None else time.monotonic() + seconds
        self._turn()
        watched: Collection[str] | None = None
        while due := self.cards.due(_AT_ONCE):
            if watched is None:
                watched = self.view.tries.watched_sites()
            for site in due:
                self._settle(site, watched)
                if ends is not None and time.monotonic() > ends:
                    return self.cards.due_count()
        return 0

    def is_behind(self) -> bool:
        """Whether anything is to be made again."""
        return self._is_another_day() or bool(self.cards.due(1))

    def refresh_all(self) -> int:
        """Make every card again; of how many portals."""
        self._turn()
        portals = self.cards.mark_all()
        self.refresh()
        return portals

    def refresh_one(self, site: str, finding: str) -> None:
        """One card, now."""
        self.make(site, (finding,), self.view.tries.watched_sites())

    def make(self, site: str, findings: Collection[str] | None, watched: Collection[str]) -> None:
        """The cards of a portal (None), or of some of its findings; ``watched``: the portals that nights visit."""
        for finding in (None,) if findings is None else findings:
            self._make(site, finding, watched)

    def _is_another_day(self) -> bool:
        known = self.cards.state()
        return (known.get("day"), known.get("basis")) != (self.view.today.isoformat(), self._basis)

    @cached_property
    def _basis(self) -> str:
        """What cards are made from and is not in the database: the gate and the registry."""
        told = f"{_MADE_AS}\n{self.view.sources.gate!r}\n{self.units.digest}"
        return hashlib.sha256(told.encode()).hexdigest()

    def _turn(self) -> None:
        """Lives depend on the day: what reads otherwise from today on is behind."""
        if not self._is_another_day():
            return
        known, today = self.cards.state(), self.view.today
        everything = known.get("basis") != self._basis or known.get("day", "") > today.isoformat()
        self.cards.turn(today, basis=self._basis, everything=everything)

    def _settle(self, behind: str, watched: Collection[str]) -> None:
        due = self.cards.due_of(behind)
        if not due:  # done with the address, or the key, of the same portal
            return
        site = site_key(behind) if any(one.finding == ADDRESS for one in due) else behind
        for audit_id in self.view.tries.waiting(site):
            self._take_in(audit_id)
        due = tuple(one for name in dict.fromkeys((behind, site)) for one in self.cards.due_of(name))
        findings = {one.finding for one in due}
        whole = len(findings) > _SINGLY or not findings.isdisjoint((WHOLE, ADDRESS))
        self.make(site, None if whole else findings, watched)
        self.cards.settle(due)

    def _take_in(self, audit_id: int) -> None:
        view = self.view
        sight_audit(
            audit_id,
            results=view.results,
            sightings=view.tries,
            calendar=view.calendar,
            gate=view.sources.gate,
            readers=view.readers,
        )

    def _make(self, site: str, finding: str | None, watched: Collection[str]) -> None:
        listed = findings_of(self.view.results, self.view, watched, site, finding)
        suppressions = self.view.sources.suppressed.all((site,))
        assigned = self.desk.assigned(site, finding)
        unit, name = self.units.of(site)
        made = []
        for one in listed:
            card = card_of(one, suppressions, self.view.today)
            made.append(replace(card, unit=unit, unit_name=name, assigned=assigned.get(one.finding.id, "")))
        self.cards.put(site, made, finding=finding)


def pile_of(one: ListedFinding) -> Pile:
    """Where a finding lies on the desk."""
    match one.life.state:
        case LifeState.SUPPRESSED:
            return Pile.SUPPRESSED
        case LifeState.RECOVERED:
            return Pile.RECOVERED
        case LifeState.VOIDED:
            return Pile.VOIDED
        case LifeState.CONFIRMED | LifeState.NOTIFIED | LifeState.UNDER_REVIEW | LifeState.FINAL:
            return Pile.CONFIRMED
        case LifeState.UNVERIFIABLE:
            return Pile.UNVERIFIABLE
        case LifeState.SUSPECTED:
            if one.review is not None and one.review.state is ReviewState.CONFIRMED:
                return Pile.CONFIRMED
            return Pile.OPEN if one.watched or one.current else Pile.UNVERIFIABLE


def card_of(one: ListedFinding, suppressions: Collection[Suppression], today: date) -> FindingCard:
    """The card of a listed finding; its unit, assignment and number are the desk's."""
    life, finding = one.life, one.finding
    pile = pile_of(one)
    cause = cause_of(finding.check, one.site, one.site_name, finding.subject, finding.id)
    first = _first(one, today)
    until = life.suppression.ends if life.suppression is not None and life.suppression.id else None
    return FindingCard(
        id=0,
        site=one.site,
        finding=finding.id,
        site_name=one.site_name,
        unit="",
        unit_name="",
        check=finding.check,
        severity=finding.severity,
        subject=finding.subject,
        message=finding.message,
        life=life.state,
        review=one.review.state if one.review is not None else None,
        standing=one.standing,
        pile=pile,
        rank=_rank(one, pile, first, until),
        since=_local(life.since),
        last_seen=_local(life.last_seen),
        healed_at=_local(life.healed_at),
        first=first,
        tries=life.tries,
        lacking=life.lacking,
        cause=cause.key,
        cause_title=cause.title,
        watched=one.watched,
        current=one.current,
        audit=one.audit_id,
        assigned="",
        suppressed_until=until,
        turns_on=_turns_on(one, suppressions, today),
        version=0,
    )


def _local(at: datetime | None) -> datetime | None:
    """In local time: then texts sort as instants do."""
    return None if at is None else at.astimezone(LOCAL)


def _first(one: ListedFinding, today: date) -> date:
    known = [seen.at.astimezone(LOCAL).date() for seen in one.life.sightings[:1]]
    if one.life.since is not None:
        known.append(one.life.since.astimezone(LOCAL).date())
    if one.finding.since is not None:
        known.append(one.finding.since)
    return min(known, default=one.as_of or today)


def _rank(one: ListedFinding, pile: Pile, first: date, until: date | None) -> str:
    """The worst and oldest first; of what was mended the newest, of what is suppressed what ends soonest."""
    own = f"{one.site}|{one.finding.id}"
    severity = _SEVERITIES[one.finding.severity]
    if pile is Pile.RECOVERED and one.life.healed_at is not None:
        ago = 10**10 - int(one.life.healed_at.astimezone(UTC).timestamp())
        return f"{ago:011d}|{severity}|{own}"
    if pile is Pile.SUPPRESSED:
        return f"{until.isoformat() if until is not None else _LAST}|{severity}|{own}"
    return f"{severity}|{first.isoformat()}|{own}"


def _turns_on(one: ListedFinding, suppressions: Collection[Suppression], today: date) -> date | None:
    """The first day after ``today`` on which a suppression of it begins or ends."""
    watched = WatchedFinding(one.site, one.finding)
    days = [
        day
        for held in suppressions
        if covers(held, watched)
        for day in (held.begins, held.ends + timedelta(days=1), held.lifted)
        if day is not None and day > today
    ]
    return min(days, default=None)
