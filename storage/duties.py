"""The duties that portals which refuse us ask of people."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, insert, select, true, update

from records.duties import Duty, DutyAction, DutyEntry
from storage.addresses import chunks
from storage.database import clear_errors, transaction, wait_for_turn
from storage.errors import NotThereError, StorageError
from storage.night_tables import duty, duty_entry

Within = Callable[[Connection, Duty], object]


class UnknownDutyError(NotThereError):
    """没有这项任务。"""


class DutyClosedError(StorageError):
    """Nothing is added to what is closed."""


class DutyRepository:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def open(
        self, *, site: str, unit: str, url: str, at: datetime, due: date, told: str, night: int | None, audit: int
    ) -> Duty:
        """The open duty of a portal: the one that is there, or a new one."""
        row = {
            "site": site,
            "unit": unit,
            "url": url,
            "night_id": night,
            "audit_id": audit,
            "opened": at.isoformat(),
            "due": due,
            "told": told,
        }
        with transaction(self.engine) as connection:
            wait_for_turn(connection, f"duty {site}")
            found = connection.scalar(select(duty.c.id).where(duty.c.site == site, duty.c.closed.is_(None)))
            if found is None:
                key = connection.execute(insert(duty).values(row)).inserted_primary_key
                assert key is not None  # noqa: S101  one row was inserted
                found = int(key[0])
                self._add(connection, found, DutyEntry(DutyAction.OPENED, "程序", at, told))
            return self._load(connection, found)

    def add(self, number: int, entry: DutyEntry, within: Within | None = None) -> Duty:
        """Add what was done; ``CLOSED`` closes it.  ``UnknownDutyError``; ``DutyClosedError``.

        ``within`` writes in the same unit of work: both are kept, or neither.
        """
        with transaction(self.engine) as connection:
            connection.execute(select(duty.c.id).where(duty.c.id == number).with_for_update())  # closed once
            _still_open(self._load(connection, number))
            self._add(connection, number, entry)
            if entry.action is DutyAction.CLOSED:
                connection.execute(update(duty).where(duty.c.id == number).values(closed=entry.at.isoformat()))
            kept = self._load(connection, number)
            if within is not None:
                within(connection, kept)
            return kept

    def load(self, number: int) -> Duty:
        with clear_errors(self.engine), self.engine.connect() as connection:
            return self._load(connection, number)

    def load_open(self, number: int) -> Duty:
        """A duty that something may still be added to.  ``UnknownDutyError``; ``DutyClosedError``."""
        return _still_open(self.load(number))

    def open_at(self, site: str) -> Duty | None:
        """The open duty of a portal."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            mine = select(duty).where(duty.c.site == site, duty.c.closed.is_(None)).order_by(duty.c.id).limit(1)
            return next(iter(_duties(connection, mine)), None)

    def all(self, *, closed: bool = False) -> tuple[Duty, ...]:
        """The open duties, with ``closed`` all that ever were, oldest first."""
        wanted = true() if closed else duty.c.closed.is_(None)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return _duties(connection, select(duty).where(wanted).order_by(duty.c.id))

    def page(self, *, closed: bool, limit: int, offset: int) -> tuple[tuple[Duty, ...], int]:
        """Some of the open duties by their term, or of the closed ones, newest first; and how many there are."""
        wanted = duty.c.closed.is_not(None) if closed else duty.c.closed.is_(None)
        order = (duty.c.id.desc(),) if closed else (duty.c.due, duty.c.id)
        with clear_errors(self.engine), self.engine.connect() as connection:
            total = connection.scalar(select(func.count()).select_from(duty).where(wanted)) or 0
            some = select(duty).where(wanted).order_by(*order).limit(limit).offset(offset)
            return _duties(connection, some), total

    def _add(self, connection: Connection, number: int, entry: DutyEntry) -> None:
        row = {
            "duty_id": number,
            "action": entry.action.value,
            "by": entry.by,
            "at": entry.at.isoformat(),
            "note": entry.note,
            "sha256": entry.sha256,
            "name": entry.name,
        }
        connection.execute(insert(duty_entry).values(row))

    def _load(self, connection: Connection, number: int) -> Duty:
        row = connection.execute(select(duty).where(duty.c.id == number)).first()
        if row is None:
            raise UnknownDutyError(f"没有编号为 {number} 的任务")
        entries = connection.execute(select(duty_entry).where(duty_entry.c.duty_id == number).order_by(duty_entry.c.id))
        return _duty(row, [_entry(one) for one in entries])


def _duties(connection: Connection, wanted: Select[Any]) -> tuple[Duty, ...]:
    """Rows of duties with what was done for each, in a bounded number of statements."""
    rows = connection.execute(wanted).all()
    entries: dict[int, list[DutyEntry]] = defaultdict(list)
    for some in chunks([row.id for row in rows]):
        done = select(duty_entry).where(duty_entry.c.duty_id.in_(some)).order_by(duty_entry.c.id)
        for one in connection.execute(done):
            entries[one.duty_id].append(_entry(one))
    return tuple(_duty(row, entries[row.id]) for row in rows)


def _duty(row: Any, entries: Iterable[DutyEntry]) -> Duty:
    return Duty(
        id=row.id,
        site=row.site,
        unit=row.unit,
        url=row.url,
        opened=datetime.fromisoformat(row.opened),
        due=row.due,
        told=row.told,
        night=row.night_id,
        audit=row.audit_id,
        closed=None if row.closed is None else datetime.fromisoformat(row.closed),
        entries=tuple(entries),
    )


def _still_open(found: Duty) -> Duty:
    if found.closed is not None:
        raise DutyClosedError(f"任务 {found.id} 已于 {found.closed.date()} 办结，不能再登记")
    return found


def _entry(row: Any) -> DutyEntry:
    return DutyEntry(DutyAction(row.action), row.by, datetime.fromisoformat(row.at), row.note, row.sha256, row.name)
