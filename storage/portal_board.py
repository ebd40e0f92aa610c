"""How each portal of a city stands: its newest audit, its last visits, whether it refuses us.  Three queries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select

from records.crawl import Counts
from records.verdicts import Severity, SiteVerdict, StopReason
from storage.audits import site_key
from storage.database import clear_errors
from storage.encoding import Packer, from_json
from storage.night_tables import duty, night, portal_visit
from storage.tables import audit, finding, site


@dataclass(frozen=True, slots=True)
class PortalAudit:
    """The newest judged audit of a portal."""

    id: int
    began: datetime
    ended: datetime | None
    verdict: SiteVerdict | None
    pages: int
    requests: int
    accusations: int
    complete: bool
    stopped_by: StopReason | None


@dataclass(frozen=True, slots=True)
class LastVisit:
    """A portal in one night."""

    night: int
    state: str  # of the visit
    night_state: str
    began: datetime | None
    told: str
    verdict: SiteVerdict | None = None  # what came of it: a visit that was refused is as done as one that read all


@dataclass(frozen=True, slots=True)
class PortalStanding:
    audit: PortalAudit | None = None
    visits: tuple[LastVisit, ...] = field(default=())  # newest first
    duty: int | None = None  # the open task of a portal that refuses us


class PortalBoard:
    """Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._packer = Packer()

    def of(self, urls: Collection[str], *, nights: int = 7) -> Mapping[str, PortalStanding]:
        """By address of the portal; ``nights``: how many of the last ones are told."""
        keys = {url: site_key(url) for url in urls}
        if not keys:
            return {}
        with clear_errors(self._engine), self._engine.connect() as connection:
            newest = (
                select(func.max(audit.c.id).label("id"))
                .join(site, site.c.id == audit.c.site_id)
                .where(site.c.key.in_(set(keys.values())), audit.c.judged_at.is_not(None))
                .group_by(site.c.key)
                .subquery()
            )
            accusations = (
                select(func.count())
                .where(
                    finding.c.audit_id == audit.c.id,
                    finding.c.state == "found",
                    finding.c.severity != Severity.NOTICE.value,
                )
                .scalar_subquery()
            )
            rows = connection.execute(
                select(audit, site.c.key, accusations.label("accusations"))
                .join(newest, newest.c.id == audit.c.id)
                .join(site, site.c.id == audit.c.site_id)
            ).all()
            last = [row.id for row in connection.execute(select(night.c.id).order_by(night.c.id.desc()).limit(nights))]
            visits = connection.execute(
                select(portal_visit, night.c.state.label("night_state"), audit.c.site_verdict)
                .join(night, night.c.id == portal_visit.c.night_id)
                .outerjoin(audit, audit.c.id == portal_visit.c.audit_id)
                .where(portal_visit.c.night_id.in_(last), portal_visit.c.url.in_(list(keys)))
                .order_by(portal_visit.c.night_id.desc())
            ).all()
            duties = {
                row.site: row.id
                for row in connection.execute(
                    select(duty.c.site, duty.c.id).where(duty.c.site.in_(set(keys.values())), duty.c.closed.is_(None))
                )
            }
        audits = {row.key: self._audit(row) for row in rows}
        return {
            url: PortalStanding(
                audits.get(key), tuple(_visit(row) for row in visits if row.url == url), duties.get(key)
            )
            for url, key in keys.items()
        }

    def history(self, url: str, limit: int = 20) -> tuple[PortalAudit, ...]:
        """The audits of a portal, newest first, judged or not."""
        accusations = (
            select(func.count())
            .where(
                finding.c.audit_id == audit.c.id,
                finding.c.state == "found",
                finding.c.severity != Severity.NOTICE.value,
            )
            .scalar_subquery()
        )
        statement = (
            select(audit, accusations.label("accusations"))
            .join(site, site.c.id == audit.c.site_id)
            .where(site.c.key == site_key(url))
            .order_by(audit.c.id.desc())
            .limit(limit)
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            return tuple(self._audit(row) for row in connection.execute(statement))

    def _audit(self, row: Any) -> PortalAudit:
        counts = from_json(Counts, self._packer.unpack(row.counts)) if row.counts is not None else Counts()
        return PortalAudit(
            id=row.id,
            began=datetime.fromisoformat(row.started_at),
            ended=datetime.fromisoformat(row.finished_at) if row.finished_at else None,
            verdict=SiteVerdict(row.site_verdict) if row.site_verdict else None,
            pages=counts.pages,
            requests=counts.requests,
            accusations=row.accusations,
            complete=bool(row.complete),
            stopped_by=StopReason(row.stopped_by) if row.stopped_by else None,
        )


def _visit(row: Any) -> LastVisit:
    return LastVisit(
        night=row.night_id,
        state=row.state,
        night_state=row.night_state,
        began=datetime.fromisoformat(row.began) if row.began else None,
        told=row.told,
        verdict=SiteVerdict(row.site_verdict) if row.site_verdict else None,
    )
