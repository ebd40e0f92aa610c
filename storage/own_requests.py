"""Our requests to the hosts of one unit, as the audits kept them: for the unit to see (ANCHORS F8)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from records.crawl import Attempt, Counts, CrawlPlan, TargetFact
from records.verdicts import Outcome, SiteVerdict
from storage.database import clear_errors
from storage.encoding import Packer, from_json
from storage.tables import address, audit, site, target_fact


@dataclass(frozen=True, slots=True)
class Visit:
    """One audit of a portal: when, how much was asked, at what pace."""

    audit_id: int
    site: str  # storage.audits.site_key
    url: str
    started_at: datetime
    finished_at: datetime | None  # None: still going on, or broken off
    counts: Counts
    user_agent: str
    rate: float  # requests per second to one host, at most
    concurrency: int
    verdict: SiteVerdict | None

    @property
    def seconds(self) -> float | None:
        return (self.finished_at - self.started_at).total_seconds() if self.finished_at is not None else None

    @property
    def pace(self) -> float | None:
        """Requests per second, on the mean."""
        seconds = self.seconds
        return self.counts.requests / seconds if seconds else None


@dataclass(frozen=True, slots=True)
class Asked:
    """One address of a visit, and every request for it."""

    position: int  # where a page of the list goes on
    url: str
    outcome: Outcome
    attempts: tuple[Attempt, ...]


class OwnRequests:
    """Each method is one bounded statement, and raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._packer = Packer()

    def visits(self, sites: Collection[str], *, before: int | None = None, limit: int = 50) -> tuple[Visit, ...]:
        """Audits of these portals (keys), newest first; ``before`` is the audit from which a page goes on."""
        statement = (
            select(audit, site.c.key)
            .join(site, site.c.id == audit.c.site_id)
            .where(site.c.key.in_(sorted(sites)))
            .order_by(audit.c.id.desc())
            .limit(limit)
        )
        if before is not None:
            statement = statement.where(audit.c.id < before)
        with clear_errors(self._engine), self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        found = []
        for row in rows:
            plan = from_json(CrawlPlan, self._packer.unpack(row.plan))
            found.append(
                Visit(
                    audit_id=row.id,
                    site=row.key,
                    url=plan.url,
                    started_at=datetime.fromisoformat(row.started_at),
                    finished_at=datetime.fromisoformat(row.finished_at) if row.finished_at else None,
                    counts=from_json(Counts, self._packer.unpack(row.counts)) if row.counts is not None else Counts(),
                    user_agent=plan.user_agent,
                    rate=plan.rate,
                    concurrency=plan.concurrency,
                    verdict=SiteVerdict(row.site_verdict) if row.site_verdict else None,
                )
            )
        return tuple(found)

    def visit(self, sites: Collection[str], audit_id: int) -> Visit | None:
        """One audit, None where it is of another portal."""
        found = self.visits(sites, before=audit_id + 1, limit=1)
        return found[0] if found and found[0].audit_id == audit_id else None

    def asked(self, audit_id: int, *, after: int = 0, limit: int = 100) -> tuple[Asked, ...]:
        """The addresses of a visit in the order in which they were met."""
        statement = (
            select(target_fact.c.address_id, target_fact.c.fact, address.c.url)
            .join(
                address,
                (address.c.audit_id == target_fact.c.audit_id) & (address.c.id == target_fact.c.address_id),
            )
            .where(target_fact.c.audit_id == audit_id, target_fact.c.address_id > after)
            .order_by(target_fact.c.address_id)
            .limit(limit)
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        return tuple(
            Asked(row.address_id, row.url, fact.outcome, fact.attempts)
            for row in rows
            for fact in (from_json(TargetFact, self._packer.unpack(row.fact)),)
        )

    def names_host(self, sites: Collection[str], host: str) -> bool:
        """Whether the newest finished audit of one of these portals met an address of that host (and port)."""
        newest = (
            select(audit.c.id)
            .join(site, site.c.id == audit.c.site_id)
            .where(site.c.key.in_(sorted(sites)), audit.c.finished_at.is_not(None))
            .order_by(audit.c.id.desc())
            .limit(len(sites) + 1)
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            audits = list(connection.scalars(newest))
            starts = [
                address.c.url.startswith(f"{scheme}://{host}{end}", autoescape=True)
                for scheme in ("http", "https")
                for end in ("/", "?", "#")
            ]
            bare = address.c.url.in_([f"http://{host}", f"https://{host}"])
            condition = starts[0]
            for one in (*starts[1:], bare):
                condition = condition | one
            met = select(address.c.id).where(address.c.audit_id.in_(audits), condition).limit(1)
            return connection.execute(met).first() is not None
