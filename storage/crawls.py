"""Crawls that can be gone on with, and the audits that they come back to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, select

from records.crawl import Counts, CrawlPlan, Target
from records.verdicts import LinkKind, Severity, SiteVerdict, StopReason
from records.visits import CrawlState
from storage.addresses import chunks
from storage.audits import AuditRepository, insert_audit, site_key
from storage.clock import now
from storage.crawl_memory import CrawlMemory
from storage.crawl_recorder import copy_rows
from storage.crawl_tables import crawl, met_address
from storage.database import clear_errors, transaction
from storage.encoding import Packer, from_json
from storage.errors import StorageError
from storage.referrer_looks import looks_of
from storage.tables import address, anchor, audit, finding, site, target_fact


@dataclass(frozen=True, slots=True)
class KeptCrawl:
    """A crawl that was begun, as far as it came."""

    audit_id: int
    plan: CrawlPlan
    policy: str
    as_of: date
    night: int | None
    unit: str
    earlier: int | None
    full_since: datetime
    begun_at: datetime
    crawled: bool  # the crawl itself has ended; second look or judgement may be due
    judged: bool
    counts: Counts | None  # once it has ended
    stopped_by: StopReason | None
    site_verdict: SiteVerdict | None  # once it was judged
    accusations: int  # findings that are no mere notices


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Where a crawl stood when it was left."""

    state: CrawlState | None  # None: nothing was committed yet
    met: tuple[Target, ...]  # every address, in the order in which they were met
    waiting: frozenset[str]  # those of them that have not reached their end


class CrawlRepository:
    """The crawls of one database.  Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.audits = AuditRepository(engine)
        self._packer = Packer()

    def begin(
        self,
        plan: CrawlPlan,
        *,
        policy: str,
        as_of: date,
        program: str,
        unit: str = "",
        night: int | None = None,
        earlier: KeptCrawl | None = None,
    ) -> int:
        """Open a new audit; with ``earlier`` its numbers of addresses and anchors go on, so that links can be taken
        over as they are stored."""
        with transaction(self.engine) as connection:
            number = insert_audit(connection, plan, policy=policy, as_of=as_of, program=program)
            since = earlier.full_since if earlier is not None else now()
            row = {
                "audit_id": number,
                "night": night,
                "unit": unit,
                "earlier": earlier.audit_id if earlier is not None else None,
                "full_since": since.isoformat(timespec="seconds"),
            }
            connection.execute(insert(crawl).values(row))
            if earlier is not None:
                for table in (address, anchor):
                    names, rows = copy_rows(table, earlier.audit_id, number)
                    connection.execute(insert(table).from_select(names, rows))
        return number

    def kept(self, audit_id: int) -> KeptCrawl:
        """A crawl by the number of its audit.  Raises ``StorageError`` where there is none."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            found = self._kept(connection, crawl.c.audit_id == audit_id)
        if not found:
            raise StorageError(f"巡查 {audit_id} 不存在，或不是可以接续的巡查")
        return found[0]

    def unfinished(self, url: str) -> KeptCrawl | None:
        """The newest crawl of the portal at ``url`` if it was not carried to its judgement."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            found = self._kept(connection, site.c.key == site_key(url))
        return found[0] if found and not found[0].judged else None

    def base(self, url: str, *, program: str) -> KeptCrawl | None:
        """The newest audit of the portal from which pages may be taken over: read by this very program, judged, and
        ended for no worse reason than its budget."""
        fair = audit.c.stopped_by.is_(None) | (audit.c.stopped_by == StopReason.MAX_PAGES.value)
        with clear_errors(self.engine), self.engine.connect() as connection:
            found = self._kept(
                connection,
                (site.c.key == site_key(url)) & audit.c.judged_at.is_not(None) & fair & (audit.c.program == program),
            )
        return found[0] if found else None

    def load(self, audit_id: int) -> Unfinished:
        """Where a crawl stood.  Memory grows with the number of addresses, not with that of pages."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            blob = connection.scalar(select(crawl.c.state).where(crawl.c.audit_id == audit_id))
            numbered = select(address.c.id, address.c.url).where(address.c.audit_id == audit_id)
            urls = dict(connection.execute(numbered).tuples().all())
            rows = connection.execute(
                select(
                    met_address.c.address_id,
                    met_address.c.kind,
                    met_address.c.internal,
                    met_address.c.depth,
                    met_address.c.parent_id,
                )
                .where(met_address.c.audit_id == audit_id)
                .order_by(met_address.c.position)
            ).all()
            ended = set(connection.scalars(select(target_fact.c.address_id).where(target_fact.c.audit_id == audit_id)))
        met = tuple(
            Target(urls[number], LinkKind(kind), internal, depth, urls.get(parent))
            for number, kind, internal, depth, parent in rows
        )
        return Unfinished(
            state=from_json(CrawlState, self._packer.unpack(blob)) if blob is not None else None,
            met=met,
            waiting=frozenset(urls[row[0]] for row in rows if row[0] not in ended),
        )

    def state(self, audit_id: int) -> CrawlState | None:
        """A crawl as it stood at its last commit."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            blob = connection.scalar(select(crawl.c.state).where(crawl.c.audit_id == audit_id))
        return from_json(CrawlState, self._packer.unpack(blob)) if blob is not None else None

    def memory(self, earlier: int) -> CrawlMemory:
        """What an audit knows of each address.

        Doubtful, and asked again, are the subjects of its findings, and pages on which a look found a link gone: they
        are others now than what is remembered of them.
        """
        with clear_errors(self.engine), self.engine.connect() as connection:
            subjects = connection.scalars(
                select(finding.c.subject).where(finding.c.audit_id == earlier, finding.c.state != "gone")
            )
            doubtful = {subject.partition("#")[0] for subject in subjects}
            doubtful.update(one.page for one in looks_of(connection, earlier, self._packer) if one.gone)
        return CrawlMemory(self.engine, earlier, frozenset(doubtful))

    def of_night(self, night: int) -> tuple[KeptCrawl, ...]:
        """The crawls of a night, newest first."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return self._kept(connection, crawl.c.night == night)

    def of_audits(self, audits: Collection[int]) -> dict[int, KeptCrawl]:
        """The crawls behind these audits, by audit."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return {
                one.audit_id: one
                for some in chunks(sorted(audits))
                for one in self._kept(connection, crawl.c.audit_id.in_(some))
            }

    def _kept(self, connection: Connection, condition: ColumnElement[bool]) -> tuple[KeptCrawl, ...]:
        rows = connection.execute(
            select(
                crawl,
                audit.c.plan,
                audit.c.policy,
                audit.c.as_of,
                audit.c.started_at,
                audit.c.finished_at,
                audit.c.judged_at,
                audit.c.counts,
                audit.c.stopped_by,
                audit.c.site_verdict,
                select(func.count())
                .where(
                    finding.c.audit_id == crawl.c.audit_id,
                    finding.c.state == "found",
                    finding.c.severity != Severity.NOTICE.value,
                )
                .scalar_subquery()
                .label("accusations"),
            )
            .join(audit, audit.c.id == crawl.c.audit_id)
            .join(site, site.c.id == audit.c.site_id)
            .where(condition)
            .order_by(crawl.c.audit_id.desc())
        )
        return tuple(
            KeptCrawl(
                audit_id=row.audit_id,
                plan=from_json(CrawlPlan, self._packer.unpack(row.plan)),
                policy=row.policy,
                as_of=row.as_of,
                night=row.night,
                unit=row.unit,
                earlier=row.earlier,
                full_since=datetime.fromisoformat(row.full_since),
                begun_at=datetime.fromisoformat(row.started_at),
                crawled=row.finished_at is not None,
                judged=row.judged_at is not None,
                counts=from_json(Counts, self._packer.unpack(row.counts)) if row.counts is not None else None,
                stopped_by=StopReason(row.stopped_by) if row.stopped_by else None,
                site_verdict=SiteVerdict(row.site_verdict) if row.site_verdict else None,
                accusations=row.accusations,
            )
            for row in rows
        )
