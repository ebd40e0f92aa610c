"""After an audit: what it says of every finding of the portal that stands, or stood not long ago."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from checks.life import LOCAL, band_of
from checks.portal_brake import braked
from checks.sight import Seen, sight_of
from records.judgement import Finding
from records.sightings import Band, Gate, Sight, Sighting
from records.verdicts import SiteVerdict
from records.work_calendar import UnknownYearError, WorkCalendar
from services.findings import address_of
from storage.audit_results import AuditResults, JudgedAudit
from storage.sightings import SightingRepository

#: A fault that healed is looked for again for so long: the same fault coming back is told with its history.
REMEMBERED: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Sighted:
    """How many findings an audit saw, saw healed, and could say nothing of."""

    faults: int = 0
    healed: int = 0
    unknown: int = 0


class Reader(Protocol):
    """What else is read from an audit: duties of blocked portals, items first seen."""

    def read(self, kept: JudgedAudit, night: int | None) -> None:
        """Reading the same audit again must change nothing."""
        ...


def sight_new(
    *,
    results: AuditResults,
    sightings: SightingRepository,
    calendar: WorkCalendar,
    gate: Gate,
    readers: Sequence[Reader] = (),
) -> Sighted:
    """Keep what every judged audit says that was not yet kept: after each visit, and after a crash.

    Raises ``StorageError``; what was kept until then stays.
    """
    said = Sighted()
    for audit_id in sightings.waiting():
        one = sight_audit(audit_id, results=results, sightings=sightings, calendar=calendar, gate=gate, readers=readers)
        said = Sighted(said.faults + one.faults, said.healed + one.healed, said.unknown + one.unknown)
    return said


def sight_audit(
    audit_id: int,
    *,
    results: AuditResults,
    sightings: SightingRepository,
    calendar: WorkCalendar,
    gate: Gate,
    readers: Sequence[Reader] = (),
) -> Sighted:
    """Keep what a judged audit says.  Doing it again replaces what was kept of the same audit.

    An audit that was never judged says nothing.  Raises ``StorageError``.
    """
    kept = results.load(audit_id)
    if kept is None:
        return Sighted()
    began = datetime.fromisoformat(kept.audit.started_at)
    night_id = sightings.night_of(audit_id)
    wanted = _wanted(kept, sightings, began)
    targets = results.targets(audit_id, {address_of(one) for one in wanted})
    verdict, pages = kept.audit.site_verdict, kept.audit.counts.pages
    held = held_by_brake(kept.site, audit_id, verdict, pages, sightings=sightings, gate=gate)
    seen = [
        (
            one,
            _sighting(
                one, kept, sight_of(one, kept.audit, targets.get(address_of(one)), held=held), night_id, calendar
            ),
        )
        for one in wanted
    ]
    for reader in readers:
        reader.read(kept, night_id)
    sightings.record(kept.site, audit_id, seen)  # last: it marks the audit as done
    said = [one.sight for _, one in seen]
    return Sighted(said.count(Sight.FAULT), said.count(Sight.HEALED), said.count(Sight.UNKNOWN))


def held_by_brake(
    site: str, audit_id: int, verdict: SiteVerdict, pages: int, *, sightings: SightingRepository, gate: Gate
) -> str:
    """Why an audit that reached its portal says nothing of its findings, in Chinese; empty where it does."""
    if verdict is not SiteVerdict.REACHABLE:
        return ""
    return braked(pages, sightings.usual_pages(site, audit_id, gate.pages_nights), gate)


def _wanted(kept: JudgedAudit, sightings: SightingRepository, began: datetime) -> Collection[Finding]:
    """The findings of the audit, and those known before that stand or stood within ``REMEMBERED``."""
    wanted = {one.id: one for one in kept.audit.findings}
    for known in sightings.watched((kept.site,)):
        if known.seen_at is not None and began - known.seen_at <= REMEMBERED:
            wanted.setdefault(known.finding.id, known.finding)
    return wanted.values()


def _sighting(
    finding: Finding, kept: JudgedAudit, seen: Seen, night_id: int | None, calendar: WorkCalendar
) -> Sighting:
    band, note = local_band(seen.at, calendar)
    return Sighting(
        finding=finding.id,
        site=kept.site,
        at=seen.at,
        band=band,
        sight=seen.sight,
        night=night_id,
        audit=kept.audit_id,
        told=seen.told + note,
    )


def local_band(at: datetime, calendar: WorkCalendar) -> tuple[Band, str]:
    """The band of an instant, and a Chinese remark where the calendar does not know its year.

    A day of an unknown year is no working day: nothing is then counted as seen in office hours that may not be.
    """
    try:
        return band_of(at, working_day=calendar.is_working_day(at.astimezone(LOCAL).date())), ""
    except UnknownYearError as error:
        return band_of(at, working_day=False), f"（{error.year} 年节假日未录入，不按上班时间计）"
