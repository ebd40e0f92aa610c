"""What was seen of findings over time, and what was done with them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select

from records.crawl import Counts
from records.judgement import Finding
from records.nights import NightState
from records.sightings import Band, FindingStep, Sight, Sighting, Step, WatchedFinding
from records.verdicts import SiteVerdict
from storage.audits import site_key
from storage.crawl_tables import crawl
from storage.database import clear_errors, dialect_of, transaction
from storage.encoding import Packer, from_json, to_json
from storage.night_tables import finding_step, night, portal_visit, sighted_audit, sighting, watched_finding
from storage.tables import audit
from storage.tables import site as site_table


class SightingRepository:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._packer = Packer()

    def waiting(self, site: str | None = None) -> tuple[int, ...]:
        """Judged audits (of one portal) whose findings were not yet set against the known ones, oldest first.

        What a process that was killed left undone is found here.
        """
        done = (sighted_audit.c.audit_id == audit.c.id) & (sighted_audit.c.judged_at == audit.c.judged_at)
        statement = (
            select(audit.c.id)
            .where(audit.c.judged_at.is_not(None), ~select(sighted_audit.c.audit_id).where(done).exists())
            .order_by(audit.c.id)
        )
        if site is not None:
            statement = statement.where(
                audit.c.site_id == select(site_table.c.id).where(site_table.c.key == site).scalar_subquery()
            )
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(connection.scalars(statement))

    def night_of(self, audit_id: int) -> int | None:
        """The night in which an audit was made, None for one that was made by hand."""
        begun = select(crawl.c.night).where(crawl.c.audit_id == audit_id)
        visited = select(func.max(portal_visit.c.night_id)).where(portal_visit.c.audit_id == audit_id)
        with clear_errors(self.engine), self.engine.connect() as connection:
            found = connection.scalar(begun) or connection.scalar(visited)
            known = connection.scalar(select(night.c.id).where(night.c.id == found))
        return None if known is None else int(known)

    def record(self, site: str, audit_id: int, seen: Sequence[tuple[Finding, Sighting]]) -> None:
        """Keep the tries of one audit, in the place of those that were kept of it before.

        A finding is remembered as it looked when it was last seen as a fault.
        """
        rows = [
            {
                "site": site,
                "finding": finding.id,
                "at": one.at.isoformat(),
                "band": one.band.value,
                "sight": one.sight.value,
                "night_id": one.night,
                "audit_id": audit_id,
                "told": one.told,
            }
            for finding, one in seen
        ]
        with transaction(self.engine) as connection:
            # two processes that take in the same audit wait for each other
            judged = connection.scalar(select(audit.c.judged_at).where(audit.c.id == audit_id).with_for_update())
            connection.execute(delete(sighting).where(sighting.c.audit_id == audit_id))
            if rows:
                connection.execute(insert(sighting), rows)
            self._remember(connection, site, audit_id, seen)
            connection.execute(delete(sighted_audit).where(sighted_audit.c.audit_id == audit_id))
            connection.execute(insert(sighted_audit).values(audit_id=audit_id, judged_at=judged or ""))

    def add_look(self, one: Sighting) -> None:
        """Keep a look that was made for one finding alone, and belongs to no audit and no night."""
        row = {
            "site": one.site,
            "finding": one.finding,
            "at": one.at.isoformat(),
            "band": one.band.value,
            "sight": one.sight.value,
            "told": one.told,
        }
        with transaction(self.engine) as connection:
            connection.execute(insert(sighting), [row])

    def _remember(
        self, connection: Connection, site: str, audit_id: int, seen: Sequence[tuple[Finding, Sighting]]
    ) -> None:
        known = {
            row.finding: datetime.fromisoformat(row.seen_at)
            for row in connection.execute(
                select(watched_finding.c.finding, watched_finding.c.seen_at).where(watched_finding.c.site == site)
            )
        }
        for finding, one in seen:
            before = known.get(finding.id)
            if before is not None and (one.sight is not Sight.FAULT or before > one.at):
                continue
            values = {
                "check": finding.check,
                "severity": finding.severity.value,
                "subject": finding.subject,
                "seen_at": one.at.isoformat(),
                "audit_id": audit_id,
                "fact": self._packer.pack(to_json(finding)),
            }
            statement = dialect_of(connection).insert(watched_finding).values(site=site, finding=finding.id, **values)
            connection.execute(statement.on_conflict_do_update(index_elements=["site", "finding"], set_=values))

    def watched(self, sites: Collection[str] | None = None, finding: str | None = None) -> tuple[WatchedFinding, ...]:
        """Every finding that was ever seen, as it was seen last."""
        statement = select(watched_finding).order_by(watched_finding.c.site, watched_finding.c.finding)
        if sites is not None:
            statement = statement.where(watched_finding.c.site.in_(list(sites)))
        if finding is not None:
            statement = statement.where(watched_finding.c.finding == finding)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(
                WatchedFinding(
                    row.site,
                    from_json(Finding, self._packer.unpack(row.fact)),
                    datetime.fromisoformat(row.seen_at),
                    row.audit_id,
                )
                for row in connection.execute(statement)
            )

    def sightings(self, sites: Collection[str] | None = None, finding: str | None = None) -> tuple[Sighting, ...]:
        """Every try, oldest first as it was kept.  Whether it counts follows the night in which it was made."""
        statement = select(sighting, night.c.state.label("night_state")).join(
            night, night.c.id == sighting.c.night_id, isouter=True
        )
        if sites is not None:
            statement = statement.where(sighting.c.site.in_(list(sites)))
        if finding is not None:
            statement = statement.where(sighting.c.finding == finding)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(_sighting(row) for row in connection.execute(statement.order_by(sighting.c.id)))

    def add_steps(self, steps: Iterable[FindingStep]) -> None:
        with transaction(self.engine) as connection:
            self.add_steps_within(connection, steps)

    def add_steps_within(self, connection: Connection, steps: Iterable[FindingStep]) -> None:
        """Add them in the unit of work of something else."""
        rows = [
            {
                "site": one.site,
                "finding": one.finding,
                "step": one.step.value,
                "by": one.by,
                "at": one.at.isoformat(),
                "why": one.why,
            }
            for one in steps
        ]
        if rows:
            connection.execute(insert(finding_step), rows)

    def steps(self, sites: Collection[str] | None = None, finding: str | None = None) -> tuple[FindingStep, ...]:
        """Every step that was ever taken, oldest first."""
        statement = select(finding_step).order_by(finding_step.c.id)
        if sites is not None:
            statement = statement.where(finding_step.c.site.in_(list(sites)))
        if finding is not None:
            statement = statement.where(finding_step.c.finding == finding)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(
                FindingStep(row.site, row.finding, Step(row.step), row.by, datetime.fromisoformat(row.at), row.why)
                for row in connection.execute(statement)
            )

    def watched_sites(self, first: date | None = None, last: date | None = None) -> frozenset[str]:
        """Keys of the portals that a night has visited, of the nights of those days where days are given."""
        statement = (
            select(portal_visit.c.url)
            .join(night, night.c.id == portal_visit.c.night_id)
            .where(portal_visit.c.state != "waiting")
            .distinct()
        )
        if first is not None:
            statement = statement.where(night.c.day >= first)
        if last is not None:
            statement = statement.where(night.c.day <= last)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return frozenset(site_key(url) for url in connection.scalars(statement))

    def unit_of(self, url: str) -> str:
        """Registry id of the unit whose portal a night visited at that address, empty where none did."""
        wanted = site_key(url)
        statement = select(portal_visit.c.unit, portal_visit.c.url).distinct()
        with clear_errors(self.engine), self.engine.connect() as connection:
            rows = connection.execute(statement)
            return next((row.unit for row in rows if site_key(row.url) == wanted), "")

    def usual_pages(self, site: str, before: int, count: int) -> tuple[int, ...]:
        """Pages of a portal in the last ``count`` healthy nights that reached it before an audit, the newest first."""
        statement = (
            select(audit.c.counts)
            .join(site_table, site_table.c.id == audit.c.site_id)
            .join(portal_visit, portal_visit.c.audit_id == audit.c.id)
            .join(night, night.c.id == portal_visit.c.night_id)
            .where(
                site_table.c.key == site,
                audit.c.id < before,
                audit.c.site_verdict == SiteVerdict.REACHABLE.value,
                night.c.state == NightState.HEALTHY.value,
            )
            .order_by(audit.c.id.desc())
            .limit(count)
        )
        with clear_errors(self.engine), self.engine.connect() as connection:
            found = connection.scalars(statement).all()
        return tuple(from_json(Counts, self._packer.unpack(blob)).pages for blob in found if blob is not None)

    def unproven_audits(self) -> frozenset[int]:
        """Audits of nights that did not (or not yet) prove healthy."""
        unproven = select(night.c.id).where(night.c.state != NightState.HEALTHY.value)
        begun = select(crawl.c.audit_id).where(crawl.c.night.in_(unproven))
        visited = select(portal_visit.c.audit_id).where(
            portal_visit.c.audit_id.is_not(None), portal_visit.c.night_id.in_(unproven)
        )
        with clear_errors(self.engine), self.engine.connect() as connection:
            return frozenset((*connection.scalars(begun), *connection.scalars(visited)))


def _sighting(row: Any) -> Sighting:
    return Sighting(
        finding=row.finding,
        site=row.site,
        at=datetime.fromisoformat(row.at),
        band=Band(row.band),
        sight=Sight(row.sight),
        night=row.night_id,
        audit=row.audit_id,
        counts=row.night_id is None or row.night_state == NightState.HEALTHY.value,
        told=row.told,
        voided=row.night_state == NightState.VOIDED.value,
    )
