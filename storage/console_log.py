"""The append-only log of the console (操作日志): each entry vouches for the one before it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, insert, select, text

from records.accounts import Doer, LogEntry, LogLine
from records.evidence import NO_PREVIOUS
from storage.account_tables import console_log
from storage.canonical import canonical_json, digest, read_canonical
from storage.database import clear_errors, transaction

# Any number: PostgreSQL's writers of the log wait for each other by it.  SQLite has one writer anyway.
_LOG_LOCK: Final = 7_239_515


class ConsoleLog:
    """Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(
        self,
        *,
        at: datetime,
        by: str,
        role: str,
        action: str,
        subject: str,
        told: str,
        detail: Mapping[str, Any] | None = None,
    ) -> LogEntry:
        """Add one entry in a unit of work of its own."""
        return self.write(LogLine(at, Doer(by, role), action, subject, told, detail or {}))

    def write(self, line: LogLine) -> LogEntry:
        """Add one entry in a unit of work of its own."""
        with transaction(self.engine) as connection:
            return add_line(connection, line)

    def add_within(
        self,
        connection: Connection,
        *,
        at: datetime,
        by: str,
        role: str,
        action: str,
        subject: str,
        told: str,
        detail: Mapping[str, Any] | None = None,
    ) -> LogEntry:
        """Add one entry in the unit of work of what it tells of: both are kept, or neither."""
        return add_line(connection, LogLine(at, Doer(by, role), action, subject, told, detail or {}))

    def load(self, number: int) -> LogEntry | None:
        with clear_errors(self.engine), self.engine.connect() as connection:
            row = connection.execute(select(console_log).where(console_log.c.number == number)).first()
        return None if row is None else _entry(row.body, row.sha256)

    def head(self) -> tuple[int, str] | None:
        """Number and hash of the newest entry; None where there is none."""
        statement = select(console_log.c.number, console_log.c.sha256).order_by(console_log.c.number.desc()).limit(1)
        with clear_errors(self.engine), self.engine.connect() as connection:
            row = connection.execute(statement).first()
        return None if row is None else (int(row.number), str(row.sha256))

    def sha256_of(self, number: int) -> str | None:
        """The hash of an entry as it is kept, whatever became of its body; None where it is not there."""
        statement = select(console_log.c.sha256).where(console_log.c.number == number)
        with clear_errors(self.engine), self.engine.connect() as connection:
            found: str | None = connection.scalar(statement)
        return found

    def actions(self) -> tuple[str, ...]:
        """Every action that the log knows."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(connection.scalars(select(console_log.c.action).distinct().order_by(console_log.c.action)))

    def newest(
        self,
        *,
        before: int | None = None,
        by: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
    ) -> tuple[LogEntry, ...]:
        """Entries, newest first; ``before`` is the number from which a page goes on, ``until`` is not in the span.

        Instants are compared as they are written: every entry is written in one and the same zone.
        """
        statement = select(console_log).order_by(console_log.c.number.desc()).limit(limit)
        if before is not None:
            statement = statement.where(console_log.c.number < before)
        if by is not None:
            statement = statement.where(console_log.c.by == by)
        if action is not None:
            statement = statement.where(console_log.c.action == action)
        if subject is not None:
            statement = statement.where(console_log.c.subject == subject)
        if since is not None:
            statement = statement.where(console_log.c.at >= since.isoformat())
        if until is not None:
            statement = statement.where(console_log.c.at < until.isoformat())
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(_entry(row.body, row.sha256) for row in connection.execute(statement))

    def rows(self) -> Iterator[Any]:
        """The rows as they are, by number, with nothing checked."""
        number = 0
        while True:
            statement = select(console_log).where(console_log.c.number > number).order_by(console_log.c.number)
            with clear_errors(self.engine), self.engine.connect() as connection:
                rows = connection.execute(statement.limit(1000)).all()
            if not rows:
                return
            yield from rows
            number = rows[-1].number


def lock_log(connection: Connection) -> None:
    """Wait for whoever writes the log, till the end of this unit of work."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOG_LOCK})


def add_line(connection: Connection, line: LogLine) -> LogEntry:
    """Add one entry in the unit of work of what it tells of: both are kept, or neither."""
    lock_log(connection)
    last = connection.execute(
        select(console_log.c.number, console_log.c.sha256).order_by(console_log.c.number.desc()).limit(1)
    ).first()
    number, previous = (last.number + 1, last.sha256) if last is not None else (1, NO_PREVIOUS)
    body = canonical_json(
        {
            "number": number,
            "at": line.at.isoformat(),
            "by": line.by.login,
            "role": line.by.role,
            "action": line.action,
            "subject": line.subject,
            "told": line.told,
            "detail": dict(line.detail),
            "previous": previous,
        }
    )
    row = {
        "number": number,
        "sha256": digest(body),
        "at": line.at.isoformat(),
        "by": line.by.login,
        "action": line.action,
        "subject": line.subject,
        "body": body,
    }
    connection.execute(insert(console_log).values(row))
    return _entry(body, digest(body))


def _entry(body: bytes, sha256: str) -> LogEntry:
    told = read_canonical(body)
    return LogEntry(
        number=told["number"],
        at=datetime.fromisoformat(told["at"]),
        by=told["by"],
        role=told["role"],
        action=told["action"],
        subject=told["subject"],
        told=told["told"],
        detail=told["detail"],
        previous=told["previous"],
        sha256=sha256,
    )
