"""Hashes over what the database keeps and a manifest vouches for."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, func, select

from records.evidence import ManifestRow, RowKind
from storage.account_tables import console_log
from storage.canonical import canonical_json, digest
from storage.database import clear_errors
from storage.encoding import Packer
from storage.errors import StorageError
from storage.evidence_ledger import NEWS, Ledger
from storage.news_tables import news_page, news_review
from storage.round_tables import round_entry
from storage.rounds import RoundRepository
from storage.run_tables import finding_review, score_run
from storage.runs import RunRepository
from storage.tables import audit, body, finding

_DECISIONS: Final = {RowKind.FINDING_REVIEWS: finding_review, RowKind.EVENT_REVIEWS: news_review}


class SealedRows:
    """Reads one database.  Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._packer = Packer()

    def new(self, ledger: Ledger) -> tuple[ManifestRow, ...]:
        """What no manifest vouches for yet, in a fixed order."""
        with clear_errors(self._engine), self._engine.connect() as connection:
            return tuple(self._new(connection, ledger))

    def fault(self, row: ManifestRow) -> tuple[str, str] | None:
        """What was expected and found (Chinese or a hash), None where all is as it was sealed."""
        try:
            with clear_errors(self._engine), self._engine.connect() as connection:
                found = self._found(connection, row)
        except StorageError as error:
            return row.sha256, str(error)
        except Exception as error:  # altered bytes make the decoders raise nearly anything
            return row.sha256, f"读不出来（{type(error).__name__}）"
        if found is None:
            return row.sha256, "缺失"
        return None if found == row.sha256 else (row.sha256, found)

    def _new(self, connection: Connection, ledger: Ledger) -> Iterator[ManifestRow]:
        def unknown(kind: RowKind, ids: Iterable[Any]) -> Iterator[str]:
            return (str(one) for one in ids if (kind, str(one)) not in ledger.rows)

        judged = connection.scalars(select(audit.c.id).where(audit.c.judged_at.is_not(None)).order_by(audit.c.id))
        for one in unknown(RowKind.FINDINGS, judged.all()):
            yield self._sealed(connection, RowKind.FINDINGS, one)
        for one in unknown(RowKind.RUN, connection.scalars(select(score_run.c.id).order_by(score_run.c.id)).all()):
            yield self._sealed(connection, RowKind.RUN, one)
        rounds = select(round_entry.c.round_id, func.count()).group_by(round_entry.c.round_id)
        for identity, count in connection.execute(rounds.order_by(round_entry.c.round_id)).all():
            if count > _count(ledger, RowKind.ROUND, identity):
                yield self._sealed(connection, RowKind.ROUND, identity, count)
        for kind, table in _DECISIONS.items():
            count = connection.scalar(select(func.count()).select_from(table)) or 0
            if count > _count(ledger, kind, kind.value):
                yield self._sealed(connection, kind, kind.value, count)
        entries = connection.scalar(select(func.max(console_log.c.number))) or 0
        if entries > _count(ledger, RowKind.CONSOLE_LOG, RowKind.CONSOLE_LOG.value):
            yield self._sealed(connection, RowKind.CONSOLE_LOG, RowKind.CONSOLE_LOG.value, entries)
        pages = select(news_page.c.article_id, news_page.c.version, news_page.c.position, news_page.c.sha256)
        for page in connection.execute(pages.order_by(*news_page.primary_key.columns)):
            identity = f"{page.article_id}/{page.version}/{page.position}"
            if (RowKind.NEWS_PAGE, identity) not in ledger.rows and NEWS + identity not in ledger.purged:
                yield ManifestRow(RowKind.NEWS_PAGE, identity, page.sha256)

    def _sealed(self, connection: Connection, kind: RowKind, identity: str, count: int = 1) -> ManifestRow:
        row = ManifestRow(kind, identity, "", count)
        found = self._found(connection, row)
        assert found is not None  # noqa: S101  it was read a moment ago in the same transaction
        return ManifestRow(kind, identity, found, count)

    def _found(self, connection: Connection, row: ManifestRow) -> str | None:
        match row.kind:
            case RowKind.FINDINGS:
                return self._findings(connection, int(row.id))
            case RowKind.RUN:
                return self._run(row.id)
            case RowKind.ROUND:
                return self._round(connection, row.id, row.count)
            case RowKind.FINDING_REVIEWS | RowKind.EVENT_REVIEWS:
                return self._decisions(connection, _DECISIONS[row.kind], row.count)
            case RowKind.NEWS_PAGE:
                return self._page(connection, row.id)
            case RowKind.CONSOLE_LOG:  # its hash vouches for every entry before
                found = connection.scalar(select(console_log.c.sha256).where(console_log.c.number == row.count))
                return None if found is None else str(found)

    def _findings(self, connection: Connection, audit_id: int) -> str | None:
        """Over what was judged of an audit: its head, and every finding, also those that are gone."""
        head = connection.execute(
            select(audit.c.policy, audit.c.as_of, audit.c.program, audit.c.started_at, audit.c.judged_at)
            .where(audit.c.id == audit_id, audit.c.judged_at.is_not(None))
        ).first()  # fmt: skip
        if head is None:
            return None
        rows = connection.execute(
            select(finding).where(finding.c.audit_id == audit_id).order_by(finding.c.state, finding.c.position)
        )
        listed = [
            [row.id, row.position, row.state, row.check, row.severity, row.subject, row.since,
             digest(self._packer.unpack(row.fact))]
            for row in rows
        ]  # fmt: skip
        return digest(canonical_json([list(head), listed]))

    def _run(self, run_id: str) -> str | None:
        if run_id not in {head.id for head in RunRepository(self._engine).heads()}:
            return None
        return digest(canonical_json(RunRepository(self._engine).load(run_id).head))

    def _round(self, connection: Connection, round_id: str, count: int) -> str | None:
        """The hash of the entry up to which the log was sealed, every link before it checked."""
        if round_id not in RoundRepository(self._engine).ids():
            return None
        RoundRepository(self._engine).load(round_id)
        found = connection.scalar(
            select(round_entry.c.sha256).where(round_entry.c.round_id == round_id, round_entry.c.number == count)
        )
        return None if found is None else str(found)

    def _decisions(self, connection: Connection, table: Table, count: int) -> str | None:
        rows = connection.execute(select(table).order_by(table.c.id).limit(count)).all()
        plain = [
            [self._packer.unpack(value).hex() if isinstance(value, bytes) else value for value in row] for row in rows
        ]
        return digest(canonical_json(plain)) if len(rows) == count else None

    def _page(self, connection: Connection, identity: str) -> str | None:
        article, version, position = identity.split("/")
        content = connection.scalar(
            select(body.c.content)
            .join(news_page, news_page.c.sha256 == body.c.sha256)
            .where(
                news_page.c.article_id == article, news_page.c.version == int(version),
                news_page.c.position == int(position),
            )
        )  # fmt: skip
        return None if content is None else sha256(self._packer.unpack(content)).hexdigest()


def _count(ledger: Ledger, kind: RowKind, identity: str) -> int:
    known = ledger.rows.get((kind, identity))
    return known.row.count if known is not None else 0
