"""Audits and their facts."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine, delete, insert, select, update

from records.crawl import (
    Attempt,
    Counts,
    CrawlEnd,
    CrawlPlan,
    Exchange,
    PageFact,
    Probe,
    Referrer,
    ReferrerLook,
    SiteFacts,
    TargetFact,
)
from records.judgement import Finding, SiteAudit
from records.verdicts import Outcome, StopReason
from storage.addresses import find_addresses, texts_of
from storage.clock import now
from storage.database import clear_errors, transaction
from storage.edges import unpack_edges
from storage.encoding import Packer, decoder, from_json, loads, to_json
from storage.errors import NotThereError, StorageError
from storage.exchanges import find_exchange
from storage.history import Comparison, compare
from storage.judgements import open_findings, write_judgement
from storage.news_tables import news_page
from storage.referrer_looks import kept_pages, looks_of, without_gone
from storage.tables import (
    address,
    anchor,
    audit,
    body,
    exchange,
    page_fact,
    probe,
    referrer_look,
    site,
    target_fact,
)

BEIJING = timezone(timedelta(hours=8))

_DEFAULT_PORTS = {"http": 80, "https": 443}


def site_key(url: str) -> str:
    """One key for one portal, however its address is written: host, port and folder, without scheme and page."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    try:
        port = parts.port
    except ValueError:
        port = None
    if port is not None and port != _DEFAULT_PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    folder, _, page = parts.path.rpartition("/")
    return host + (folder if "." in page or not page else f"{folder}/{page}").rstrip("/")


@dataclass(frozen=True, slots=True)
class AuditSummary:
    """One kept audit, without its facts."""

    audit_id: int
    site_url: str
    policy: str
    as_of: date
    started_at: datetime
    finished_at: datetime | None
    stopped_by: StopReason | None
    judged: bool


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page that was looked at, and what it was made of."""

    url: str
    http_status: int
    sha256: str


class AuditRepository:
    """The audits of one database.  Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._packer = Packer()

    def begin(self, plan: CrawlPlan, *, policy: str, as_of: date, program: str) -> int:
        """Open a new audit of the portal at ``plan.url``; ``program`` is the version that crawls."""
        with transaction(self.engine) as connection:
            return insert_audit(connection, plan, policy=policy, as_of=as_of, program=program)

    def finish_crawl(self, audit_id: int, end: CrawlEnd) -> None:
        """Keep how the crawl ended."""
        values = {
            "started_at": end.started_at.isoformat(),
            "finished_at": end.finished_at.isoformat(),
            "stopped_by": end.stopped_by.value if end.stopped_by else None,
            "counts": self._packer.pack(to_json(end.counts)),
            "notes": self._packer.pack(to_json(end.notes)),
        }
        with transaction(self.engine) as connection:
            connection.execute(update(audit).where(audit.c.id == audit_id).values(values))

    def add_probes(self, audit_id: int, probes: Sequence[Probe]) -> None:
        rows = [{"audit_id": audit_id, "fact": self._packer.pack(to_json(one))} for one in probes]
        if rows:
            with transaction(self.engine) as connection:
                connection.execute(insert(probe), rows)

    def probes(self, audit_id: int) -> tuple[Probe, ...]:
        """What hosts said to addresses that cannot exist."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return self._probes(connection, audit_id)

    def add_looks(self, audit_id: int, looks: Sequence[ReferrerLook]) -> None:
        """Append what came of asking pages again for the links on them."""
        rows = [{"audit_id": audit_id, "fact": self._packer.pack(to_json(one))} for one in looks]
        if rows:
            with transaction(self.engine) as connection:
                connection.execute(insert(referrer_look), rows)

    def add_attempts(self, audit_id: int, attempts: Mapping[str, Sequence[Attempt]]) -> None:
        """Append what came of asking these addresses again.  Their outcomes stay as the crawl left them."""
        if not attempts:
            return
        with transaction(self.engine) as connection:
            numbers = find_addresses(connection, audit_id, attempts.keys())
            for url, more in attempts.items():
                same = (target_fact.c.audit_id == audit_id) & (target_fact.c.address_id == numbers.get(url))
                blob = connection.scalar(select(target_fact.c.fact).where(same)) if url in numbers else None
                if blob is None:
                    raise StorageError(f"巡查 {audit_id} 没有记录过地址 {url}")
                fact = from_json(TargetFact, self._packer.unpack(blob))
                fact = replace(fact, attempts=(*fact.attempts, *more))
                connection.execute(update(target_fact).where(same).values(fact=self._packer.pack(to_json(fact))))

    def load_facts(self, audit_id: int) -> SiteFacts:
        """Everything that was seen: pages in the order of reading, targets in the order in which they were met.

        ``referrer_count`` is counted from the links of all pages that were read.  A crawl that was killed is given as
        interrupted.
        """
        with clear_errors(self.engine), self.engine.connect() as connection:
            row = self._row(connection, audit_id)
            pages = tuple(self._pages(connection, audit_id))
            targets = tuple(self._targets(connection, audit_id))
            probes = self._probes(connection, audit_id)
            looks = looks_of(connection, audit_id, self._packer)
        started = datetime.fromisoformat(row.started_at)
        if row.finished_at is None:
            finished = _last_instant(started, pages, targets)
            stopped: StopReason | None = StopReason.INTERRUPTED
            counts = _counted(pages, targets)
        else:
            finished = datetime.fromisoformat(row.finished_at)
            stopped = StopReason(row.stopped_by) if row.stopped_by else None
            counts = from_json(Counts, self._packer.unpack(row.counts))
        return SiteFacts(
            site_url=from_json(CrawlPlan, self._packer.unpack(row.plan)).url,
            started_at=started,
            finished_at=finished,
            stopped_by=stopped,
            counts=counts,
            pages=pages,
            targets=targets,
            probes=probes,
            notes=from_json(tuple[str, ...], self._packer.unpack(row.notes)) if row.notes else (),
            looks=looks,
        )

    def load_plan(self, audit_id: int) -> CrawlPlan:
        with clear_errors(self.engine), self.engine.connect() as connection:
            return from_json(CrawlPlan, self._packer.unpack(self._row(connection, audit_id).plan))

    def referrers(self, audit_id: int) -> Callable[[Collection[str]], Mapping[str, tuple[Referrer, ...]]]:
        """A function from addresses to all their referrers, in the order in which the pages were read.

        Pages on which a later look found the link gone are not among them.  An address to which no link leads has no
        entry.
        """

        def find(urls: Collection[str]) -> Mapping[str, tuple[Referrer, ...]]:
            with clear_errors(self.engine), self.engine.connect() as connection:
                looks = looks_of(connection, audit_id, self._packer)
                return without_gone(self._referrers(connection, audit_id, urls), looks)

        return find

    def exchange(self, audit_id: int, url: str, *, sha256: str | None = None) -> Exchange | None:
        """How ``url`` was answered, None where the answer was not kept.

        The last answer; with ``sha256`` the one with that body, where it is among them.
        """
        with clear_errors(self.engine), self.engine.connect() as connection:
            return find_exchange(connection, audit_id, url, self._packer, sha256)

    def looks(self, audit_id: int) -> tuple[ReferrerLook, ...]:
        """What came of asking pages again for the links on them."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return looks_of(connection, audit_id, self._packer)

    def kept_as_read(self, audit_id: int, urls: Collection[str]) -> frozenset[str]:
        """Those of these pages whose kept answer is the very body that was read in the crawl, links and all."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return kept_pages(connection, audit_id, urls)

    def target(self, audit_id: int, url: str) -> TargetFact | None:
        """One target with all its attempts."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            number = find_addresses(connection, audit_id, {url}).get(url)
            statement = select(target_fact.c.fact).where(
                target_fact.c.audit_id == audit_id, target_fact.c.address_id == number
            )
            blob = connection.scalar(statement) if number else None
        return None if blob is None else from_json(TargetFact, self._packer.unpack(blob))

    def pages_seen(self, audit_id: int) -> tuple[PageSeen, ...]:
        """Every page that was looked at: the searched set behind "not found"."""
        statement = (
            select(address.c.url, page_fact.c.http_status, page_fact.c.sha256)
            .join(address, (address.c.audit_id == page_fact.c.audit_id) & (address.c.id == page_fact.c.address_id))
            .where(page_fact.c.audit_id == audit_id)
            .order_by(page_fact.c.id)
        )
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(PageSeen(*row) for row in connection.execute(statement))

    def compare_with_previous(self, audit_id: int, result: SiteAudit) -> SiteAudit:
        """``result`` with since, change and gone, against the last judged audit of the portal under the same policy."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            compared = self._compare(connection, audit_id, result)
        return replace(result, findings=compared.found, gone=compared.gone)

    def previous_findings(self, audit_id: int, policy: str) -> tuple[Finding, ...] | None:
        """Open findings as the audit before left them, None where there is none under this policy."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return open_findings(connection, self._row(connection, audit_id).site_id, audit_id, policy)

    def save_judgement(self, audit_id: int, result: SiteAudit) -> SiteAudit:
        """Keep findings, columns and disclosures, in the place of an earlier judgement of the same audit.

        Returns ``result`` as ``compare_with_previous`` does.
        """
        with transaction(self.engine) as connection:
            compared = self._compare(connection, audit_id, result)
            write_judgement(connection, audit_id, result, compared, judged_at=now())
            if result.site_name:
                row = self._row(connection, audit_id)
                connection.execute(update(site).where(site.c.id == row.site_id).values(name=result.site_name))
        return replace(result, findings=compared.found, gone=compared.gone)

    def latest(self, url: str, limit: int = 1) -> tuple[AuditSummary, ...]:
        """The last audits of the portal at ``url``, newest first."""
        statement = (
            select(audit)
            .join(site, site.c.id == audit.c.site_id)
            .where(site.c.key == site_key(url))
            .order_by(audit.c.id.desc())
            .limit(limit)
        )
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(self._summary(row) for row in connection.execute(statement))

    def latest_audit(self, url: str) -> int | None:
        """The newest audit of the portal at ``url``, None where there is none."""
        return next((one.audit_id for one in self.latest(url)), None)

    def delete(self, audit_id: int) -> None:
        """Remove an audit with all its facts, and the bodies that no other audit and no article uses."""
        with transaction(self.engine) as connection:
            connection.execute(delete(audit).where(audit.c.id == audit_id))
            used = select(exchange.c.id).where(exchange.c.sha256 == body.c.sha256)
            read = select(news_page.c.article_id).where(news_page.c.sha256 == body.c.sha256)
            connection.execute(delete(body).where(~used.exists(), ~read.exists()))

    def _row(self, connection: Connection, audit_id: int) -> Any:
        row = connection.execute(select(audit).where(audit.c.id == audit_id)).first()
        if row is None:
            raise NotThereError(f"数据库中没有编号为 {audit_id} 的巡查")
        return row

    def _summary(self, row: Any) -> AuditSummary:
        return AuditSummary(
            audit_id=row.id,
            site_url=from_json(CrawlPlan, self._packer.unpack(row.plan)).url,
            policy=row.policy,
            as_of=row.as_of,
            started_at=datetime.fromisoformat(row.started_at),
            finished_at=datetime.fromisoformat(row.finished_at) if row.finished_at else None,
            stopped_by=StopReason(row.stopped_by) if row.stopped_by else None,
            judged=row.judged_at is not None,
        )

    def _pages(self, connection: Connection, audit_id: int) -> Iterator[PageFact]:
        blobs = connection.scalars(
            select(page_fact.c.fact).where(page_fact.c.audit_id == audit_id).order_by(page_fact.c.id)
        )
        return (from_json(PageFact, self._packer.unpack(blob)) for blob in blobs)

    def _probes(self, connection: Connection, audit_id: int) -> tuple[Probe, ...]:
        blobs = connection.scalars(select(probe.c.fact).where(probe.c.audit_id == audit_id).order_by(probe.c.id))
        return tuple(from_json(Probe, self._packer.unpack(blob)) for blob in blobs)

    def _targets(self, connection: Connection, audit_id: int) -> Iterator[TargetFact]:
        decode = decoder(TargetFact)
        counts: Counter[int] = Counter()
        for _, targets, _ in self._edges(connection, audit_id):
            counts.update(targets)
        rows = connection.execute(
            select(target_fact.c.address_id, target_fact.c.fact)
            .where(target_fact.c.audit_id == audit_id)
            .order_by(target_fact.c.address_id)
        )
        for number, blob in rows:
            fact = loads(self._packer.unpack(blob))
            if counted := counts.get(number, 0):
                fact["referrer_count"] = counted
            yield decode(fact)

    def _edges(self, connection: Connection, audit_id: int) -> Iterator[tuple[int, Sequence[int], Sequence[int]]]:
        rows = connection.execute(
            select(page_fact.c.address_id, page_fact.c.edges)
            .where(page_fact.c.audit_id == audit_id)
            .order_by(page_fact.c.id)
        )
        for number, blob in rows:
            yield number, *unpack_edges(blob, self._packer)

    def _referrers(
        self, connection: Connection, audit_id: int, urls: Collection[str]
    ) -> dict[str, tuple[Referrer, ...]]:
        wanted = {number: url for url, number in find_addresses(connection, audit_id, set(urls)).items()}
        found: dict[int, dict[tuple[int, int], None]] = {number: {} for number in wanted}
        for page, targets, anchors in self._edges(connection, audit_id):
            if not wanted.keys().isdisjoint(targets):
                for target, text in zip(targets, anchors, strict=True):
                    if target in wanted:
                        found[target][page, text] = None
        pairs = {pair for entries in found.values() for pair in entries}
        pages = texts_of(connection, audit_id, address, (page for page, _ in pairs))
        texts = texts_of(connection, audit_id, anchor, (text for _, text in pairs if text))
        return {
            wanted[number]: tuple(Referrer(pages[page], texts.get(text)) for page, text in entries)
            for number, entries in found.items()
            if entries
        }

    def _compare(self, connection: Connection, audit_id: int, result: SiteAudit) -> Comparison:
        before = open_findings(connection, self._row(connection, audit_id).site_id, audit_id, result.policy)
        subjects = {one.subject.partition("#")[0] for one in before or ()}
        numbers = {number: url for url, number in find_addresses(connection, audit_id, subjects).items()}
        rows = connection.execute(
            select(target_fact.c.address_id).where(
                target_fact.c.audit_id == audit_id,
                target_fact.c.outcome == Outcome.FETCHED.value,
                target_fact.c.address_id.in_(list(numbers)),
            )
        )
        return compare(result, before, frozenset(numbers[number] for (number,) in rows))


def insert_audit(connection: Connection, plan: CrawlPlan, *, policy: str, as_of: date, program: str) -> int:
    """A new row for an audit of the portal at ``plan.url``."""
    row = {
        "site_id": _site_id(connection, plan.url),
        "policy": policy,
        "as_of": as_of,
        "program": program,
        "plan": Packer().pack(to_json(plan)),
        "started_at": now().isoformat(timespec="seconds"),
    }
    key = connection.execute(insert(audit).values(row)).inserted_primary_key
    assert key is not None  # noqa: S101  one row was inserted
    return int(key[0])


def _site_id(connection: Connection, url: str) -> int:
    key = site_key(url)
    found = connection.scalar(select(site.c.id).where(site.c.key == key))
    if found is not None:
        return int(found)
    inserted = connection.execute(insert(site).values(key=key, url=url)).inserted_primary_key
    assert inserted is not None  # noqa: S101  one row was inserted
    return int(inserted[0])


def _last_instant(started: datetime, pages: Sequence[PageFact], targets: Sequence[TargetFact]) -> datetime:
    last_attempts = (fact.attempts[-1].at for fact in targets if fact.attempts)
    return max(started, *(page.fetched_at for page in pages), *last_attempts, started)


def _counted(pages: Sequence[PageFact], targets: Sequence[TargetFact]) -> Counts:
    """The accounting of a crawl that did not live to give it."""
    ends = Counter(fact.outcome for fact in targets)
    attempts = [attempt for fact in targets for attempt in fact.attempts]
    return Counts(
        requests=len(attempts),
        pages=len(pages),
        links=sum(fact.referrer_count for fact in targets),
        bytes=sum(attempt.size for attempt in attempts),
        rendered=sum(page.rendered for page in pages),
        not_visited=ends[Outcome.NOT_REACHED],
        addresses=len(targets),
        fetched=ends[Outcome.FETCHED],
        blocked=ends[Outcome.BLOCKED],
        failed=ends[Outcome.FAILED],
        skipped=ends[Outcome.SKIPPED],
        not_reached=ends[Outcome.NOT_REACHED],
    )
