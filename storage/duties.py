"""The duties that portals which refuse us ask of people."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, true, update

from records.duties import Duty, DutyAction, DutyEntry
from storage.database import clear_errors, transaction, wait_for_turn
from storage.errors import NotThereError, StorageError
from storage.night_tables import duty, duty_entry


class UnknownDutyError(NotThereError):
    """没有这项任务。"""


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

    def add(self, number: int, entry: DutyEntry) -> Duty:
        """Add what was done; ``CLOSED`` closes it.  ``UnknownDutyError``; ``StorageError`` where it is closed."""
        with transaction(self.engine) as connection:
            connection.execute(select(duty.c.id).where(duty.c.id == number).with_for_update())  # closed once
            _still_open(self._load(connection, number))
            self._add(connection, number, entry)
            if entry.action is DutyAction.CLOSED:
                connection.execute(update(duty).where(duty.c.id == number).values(closed=entry.at.isoformat()))
            return self._load(connection, number)

    def load(self, number: int) -> Duty:
        with clear_errors(self.engine), self.engine.connect() as connection:
            return self._load(connection, number)

    def load_open(self, number: int) -> Duty:
        """A duty that something may still be added to.  ``UnknownDutyError``; ``StorageError`` where it is closed."""
        return _still_open(self.load(number))

    def open_at(self, site: str) -> Duty | None:
        """The open duty of a portal."""
        return next((one for one in self.all() if one.site == site), None)

    def all(self, *, closed: bool = False) -> tuple[Duty, ...]:
        """The open duties, with ``closed`` all that ever were, oldest first."""
        wanted = true() if closed else duty.c.closed.is_(None)
        entries: dict[int, list[DutyEntry]] = defaultdict(list)
        with clear_errors(self.engine), self.engine.connect() as connection:
            done = select(duty_entry).join(duty, duty.c.id == duty_entry.c.duty_id).where(wanted)
            for one in connection.execute(done.order_by(duty_entry.c.id)):
                entries[one.duty_id].append(_entry(one))
            rows = connection.execute(select(duty).where(wanted).order_by(duty.c.id)).all()
        return tuple(_duty(row, entries[row.id]) for row in rows)

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
            raise UnknownDutyError(f"没有编号为 {number} 的任务，用 chengjian duties list 查看")
        entries = connection.execute(select(duty_entry).where(duty_entry.c.duty_id == number).order_by(duty_entry.c.id))
        return _duty(row, [_entry(one) for one in entries])


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
        raise StorageError(f"任务 {found.id} 已于 {found.closed.date()} 办结")
    return found


def _entry(row: Any) -> DutyEntry:
    return DutyEntry(DutyAction(row.action), row.by, datetime.fromisoformat(row.at), row.note, row.sha256, row.name)
