"""The answers (exchanges with their bodies) that the database keeps for each audit, and their removal."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine, delete, func, select

from records.verdicts import Severity
from storage.addresses import chunks
from storage.canonical import canonical_json, digest
from storage.database import clear_errors, transaction
from storage.news_tables import news_page
from storage.tables import audit, body, exchange, finding, site


@dataclass(frozen=True, slots=True)
class KeptAudit:
    """An audit as retention sees it."""

    audit_id: int
    site: str  # storage.audits.site_key
    day: date
    judged: bool
    accusations: tuple[str, ...]  # ids of findings that stand in it, notices left out


@dataclass(frozen=True, slots=True)
class Answers:
    """What is kept of one audit: a hash over the hashes, how many, and bytes before compression."""

    sha256: str
    count: int
    size: int


class KeptAnswers:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def audits(self) -> tuple[KeptAudit, ...]:
        """Every audit, oldest first."""
        accused = select(finding.c.audit_id, finding.c.id).where(
            finding.c.state == "found", finding.c.severity != Severity.NOTICE.value
        )
        kept = select(audit.c.id, audit.c.as_of, audit.c.judged_at, site.c.key).join(site, site.c.id == audit.c.site_id)
        with clear_errors(self._engine), self._engine.connect() as connection:
            by_audit: dict[int, list[str]] = defaultdict(list)
            for number, identity in connection.execute(accused.order_by(finding.c.audit_id, finding.c.position)):
                by_audit[number].append(identity)
            return tuple(
                KeptAudit(row.id, row.key, row.as_of, row.judged_at is not None, tuple(by_audit[row.id]))
                for row in connection.execute(kept.order_by(audit.c.id))
            )

    def with_answers(self) -> frozenset[int]:
        """The audits of which answers are kept."""
        with clear_errors(self._engine), self._engine.connect() as connection:
            return frozenset(connection.scalars(select(exchange.c.audit_id).distinct()))

    def of(self, audit_id: int) -> Answers | None:
        """None where nothing is kept."""
        statement = (
            select(exchange.c.sha256, body.c.size)
            .join(body, body.c.sha256 == exchange.c.sha256)
            .where(exchange.c.audit_id == audit_id)
            .order_by(exchange.c.sha256, exchange.c.id)
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        if not rows:
            return None
        hashes = [row.sha256 for row in rows]
        return Answers(digest(canonical_json(hashes)), len(rows), sum(row.size for row in rows))

    def drop(self, audits: Collection[int]) -> int:
        """Remove the answers of these audits, and the bodies that nothing else needs; says how many bodies went."""
        with transaction(self._engine) as connection:
            for chunk in chunks(sorted(audits)):
                connection.execute(delete(exchange).where(exchange.c.audit_id.in_(chunk)))
            return drop_unused(connection)

    def body_bytes(self) -> tuple[int, int]:
        """Bodies in the database: how many, and bytes as they are stored."""
        statement = select(func.count(), func.coalesce(func.sum(func.length(body.c.content)), 0))
        with clear_errors(self._engine), self._engine.connect() as connection:
            count, size = connection.execute(statement).one()
        return int(count), int(size)


def drop_unused(connection: Connection) -> int:
    """Remove the bodies that no audit and no article needs; says how many."""
    used = select(exchange.c.id).where(exchange.c.sha256 == body.c.sha256)
    read = select(news_page.c.article_id).where(news_page.c.sha256 == body.c.sha256)
    return connection.execute(delete(body).where(~used.exists(), ~read.exists())).rowcount
