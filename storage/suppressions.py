"""What is not to be spoken of, for a reason, by somebody, until a day.  Nothing is deleted: a wrong one is found."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from records.sightings import Suppression
from storage.database import clear_errors, transaction
from storage.errors import NotThereError, StorageError
from storage.night_tables import suppression


class SuppressionRepository:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(
        self, *, site: str, check: str | None, subject: str, reason: str, owner: str, begins: date, ends: date
    ) -> Suppression:
        """``subject`` is the id of a finding, or an address; ``check`` None means every check on that address.

        ``StorageError`` where it would end before it begins.
        """
        with transaction(self.engine) as connection:
            return self.add_within(
                connection,
                site=site,
                check=check,
                subject=subject,
                reason=reason,
                owner=owner,
                begins=begins,
                ends=ends,
            )

    def add_within(
        self,
        connection: Connection,
        *,
        site: str,
        check: str | None,
        subject: str,
        reason: str,
        owner: str,
        begins: date,
        ends: date,
    ) -> Suppression:
        """Add one in the unit of work of something else."""
        if ends < begins:
            raise StorageError(f"抑制的截止日 {ends} 早于开始日 {begins}")
        row = {
            "site": site,
            "check": check,
            "subject": subject,
            "reason": reason,
            "owner": owner,
            "begins": begins,
            "ends": ends,
        }
        number = connection.execute(insert(suppression).values(row).returning(suppression.c.id)).scalar_one()
        return self._one(connection.execute(select(suppression).where(suppression.c.id == number)).one())

    def lift(self, number: int, *, by: str, why: str, day: date) -> Suppression:
        """End one before its day.  ``StorageError`` where there is none or it was lifted before."""
        with transaction(self.engine) as connection:
            return self.lift_within(connection, number, by=by, why=why, day=day)

    def lift_within(self, connection: Connection, number: int, *, by: str, why: str, day: date) -> Suppression:
        """End one in the unit of work of something else."""
        row = connection.execute(select(suppression).where(suppression.c.id == number).with_for_update()).first()
        if row is None:
            raise NotThereError(f"没有编号为 {number} 的抑制")
        if row.lifted is not None:
            raise StorageError(f"抑制 {number} 已由 {row.lifted_by} 于 {row.lifted} 解除")
        changes = {"lifted": day, "lifted_by": by, "lifted_why": why}
        connection.execute(update(suppression).where(suppression.c.id == number).values(changes))
        return self._one(connection.execute(select(suppression).where(suppression.c.id == number)).one())

    def all(self, sites: Collection[str] | None = None) -> tuple[Suppression, ...]:
        """Every suppression that was ever made, ended and lifted ones among them, oldest first."""
        statement = select(suppression).order_by(suppression.c.id)
        if sites is not None:
            statement = statement.where(suppression.c.site.in_(list(sites)))
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(self._one(row) for row in connection.execute(statement))

    def _one(self, row: Any) -> Suppression:
        return Suppression(
            row.id,
            row.site,
            row.check,
            row.subject,
            row.reason,
            row.owner,
            row.begins,
            row.ends,
            row.lifted,
            row.lifted_by or "",
            row.lifted_why or "",
        )
