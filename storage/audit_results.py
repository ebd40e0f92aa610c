"""Judged audits as they were kept: what was said of a portal, without the facts that it was said on."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from records.crawl import Counts, CrawlPlan, Referrer, TargetFact
from records.judgement import ColumnJudgement, DisclosureJudgement, Finding, LinkJudgement, SiteAudit
from records.verdicts import FetchError, LinkReason, LinkVerdict, Outcome, SiteVerdict, StopReason
from storage.addresses import chunks, find_addresses
from storage.audits import BEIJING, AuditRepository, site_key
from storage.database import clear_errors
from storage.encoding import Packer, from_json
from storage.tables import audit, column_judgement, disclosure_judgement, finding, site, target_fact

_LINK_CHECKS = ("broken_link", "hijacked_link")
_HOST_REASONS = {FetchError.DNS: LinkReason.DNS, FetchError.REFUSED: LinkReason.REFUSED}


@dataclass(frozen=True, slots=True)
class JudgedAudit:
    """One judged audit.

    ``audit.links`` hold the targets of the findings about links with the pages that lead to them, and nothing else;
    their ``reason`` is given only where the host as a whole did not answer.
    """

    audit_id: int
    site: str  # storage.audits.site_key
    day: date  # on which it began, Beijing time
    audit: SiteAudit


class AuditResults:
    """Reads what audits said.  Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._audits = AuditRepository(engine)
        self._packer = Packer()

    def of_portal(self, url: str, first: date, last: date) -> tuple[JudgedAudit, ...]:
        """The judged audits of a portal whose day (``as_of``) lies in the period, oldest first."""
        statement = (
            select(audit, site.c.name)
            .join(site, site.c.id == audit.c.site_id)
            .where(
                site.c.key == site_key(url), audit.c.judged_at.is_not(None), audit.c.as_of >= first,
                audit.c.as_of <= last,
            )
            .order_by(audit.c.id)
        )  # fmt: skip
        with clear_errors(self._engine), self._engine.connect() as connection:
            return tuple(self._read(connection, row) for row in connection.execute(statement).all())

    def count(self, first: date, last: date) -> int:
        """How many judged audits there are in a period: what gathering a run's inputs will cost."""
        wanted = (audit.c.judged_at.is_not(None), audit.c.as_of >= first, audit.c.as_of <= last)
        with clear_errors(self._engine), self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(audit).where(*wanted)) or 0

    def load(self, audit_id: int) -> JudgedAudit | None:
        """One judged audit, None where it was never judged or was purged."""
        statement = (
            select(audit, site.c.name)
            .join(site, site.c.id == audit.c.site_id)
            .where(audit.c.id == audit_id, audit.c.judged_at.is_not(None))
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            row = connection.execute(statement).first()
            return None if row is None else self._read(connection, row, links=False)

    def targets(self, audit_id: int, urls: Collection[str]) -> Mapping[str, TargetFact]:
        """What came of those addresses in an audit, asked for by themselves or reached by a redirect.

        One that it did not meet has no entry.
        """
        with clear_errors(self._engine), self._engine.connect() as connection:
            numbers = {number: url for url, number in find_addresses(connection, audit_id, set(urls)).items()}
            found: dict[str, TargetFact] = {}
            for some in chunks(list(numbers)):
                for row in connection.execute(_facts_of(audit_id).where(target_fact.c.address_id.in_(some))):
                    found[numbers[row.address_id]] = from_json(TargetFact, self._packer.unpack(row.fact))
            missing = set(urls) - found.keys()
            if missing:
                fetched = _facts_of(audit_id).where(target_fact.c.outcome == Outcome.FETCHED.value)
                for row in connection.execute(fetched):
                    fact = from_json(TargetFact, self._packer.unpack(row.fact))
                    if fact.last is not None and fact.last.final_url in missing:
                        found.setdefault(fact.last.final_url, fact)
            return found

    def latest(self) -> tuple[JudgedAudit, ...]:
        """The last judged audit of every portal, in the order of the portals' keys."""
        with clear_errors(self._engine), self._engine.connect() as connection:
            rows = connection.execute(
                select(audit, site.c.name, site.c.key)
                .join(site, site.c.id == audit.c.site_id)
                .where(audit.c.judged_at.is_not(None))
                .order_by(site.c.key, audit.c.id)
            ).all()
            newest = {row.key: row for row in rows}
            return tuple(self._read(connection, row, links=False) for row in newest.values())

    def newest(self, key: str) -> JudgedAudit | None:
        """The last judged audit of one portal."""
        statement = (
            select(audit, site.c.name)
            .join(site, site.c.id == audit.c.site_id)
            .where(site.c.key == key, audit.c.judged_at.is_not(None))
            .order_by(audit.c.id.desc())
            .limit(1)
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            row = connection.execute(statement).first()
            return None if row is None else self._read(connection, row, links=False)

    def _read(self, connection: Connection, row: Any, *, links: bool = True) -> JudgedAudit:
        plan = from_json(CrawlPlan, self._packer.unpack(row.plan))
        findings = self._facts(connection, finding, Finding, row.id, finding.c.state == "found")
        gone = self._facts(connection, finding, Finding, row.id, finding.c.state == "gone")
        counts = from_json(Counts, self._packer.unpack(row.counts)) if row.counts is not None else Counts()
        finished = row.finished_at or row.started_at
        judged = SiteAudit(
            site_url=plan.url,
            site_name=row.name,
            site_verdict=SiteVerdict(row.site_verdict),
            as_of=row.as_of,
            policy=row.policy,
            started_at=row.started_at,
            finished_at=finished,
            complete=bool(row.complete),
            stopped_by=StopReason(row.stopped_by) if row.stopped_by else None,
            counts=counts,
            links=self._links(connection, row.id, findings) if links else (),
            columns=self._facts(connection, column_judgement, ColumnJudgement, row.id),
            disclosures=self._facts(connection, disclosure_judgement, DisclosureJudgement, row.id),
            findings=findings,
            gone=gone,
            crawl_finished_at=finished,
            vanished=from_json(tuple[str, ...], self._packer.unpack(row.vanished)) if row.vanished is not None else (),
        )
        day = datetime.fromisoformat(row.started_at).astimezone(BEIJING).date()
        return JudgedAudit(row.id, site_key(plan.url), day, judged)

    def _facts(self, connection: Connection, table: Any, kind: type, audit_id: int, *where: Any) -> tuple[Any, ...]:
        order = table.c.position if "position" in table.c else table.c.requirement
        blobs = connection.scalars(select(table.c.fact).where(table.c.audit_id == audit_id, *where).order_by(order))
        return tuple(from_json(kind, self._packer.unpack(blob)) for blob in blobs)

    def _links(self, connection: Connection, audit_id: int, findings: Collection[Finding]) -> tuple[LinkJudgement, ...]:
        wanted = [one.subject for one in findings if one.check in _LINK_CHECKS]
        if not wanted:
            return ()
        referrers: Callable[[Collection[str]], Mapping[str, tuple[Referrer, ...]]] = self._audits.referrers(audit_id)
        leading = referrers(wanted)
        numbers = find_addresses(connection, audit_id, set(wanted))
        links = []
        for url in wanted:
            blob = connection.scalar(
                select(target_fact.c.fact).where(
                    target_fact.c.audit_id == audit_id, target_fact.c.address_id == numbers.get(url, 0)
                )
            )
            if blob is None:
                continue
            fact = from_json(TargetFact, self._packer.unpack(blob))
            error = fact.last.error if fact.last is not None else None
            reason = _HOST_REASONS.get(error) if error is not None else None
            links.append(LinkJudgement(fact, LinkVerdict.BROKEN, reason, referrers=leading.get(url, ())))
        return tuple(links)


def _facts_of(audit_id: int) -> Select[tuple[int, bytes]]:
    return select(target_fact.c.address_id, target_fact.c.fact).where(target_fact.c.audit_id == audit_id)
