"""Comments, assignments and decisions of the desk.  Only ever added to: triggers of migration 0010 refuse the rest."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, tuple_

from records.desk import Assignment, Comment, DeskAction, DeskDecision
from storage.database import clear_errors
from storage.desk_tables import desk_decision, finding_assignment, finding_comment
from storage.run_tables import finding_review


class DeskRepository:
    """Every method is one unit of work, save those that are given the connection; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    # -- comments and assignments -----------------------------------------------------------------------------------

    def comment(self, connection: Connection, site: str, finding: str, comment: Comment) -> None:
        row = {"site": site, "finding": finding, "by": comment.by, "at": comment.at.isoformat(), "text": comment.text}
        connection.execute(insert(finding_comment).values(row))

    def comments(self, site: str, finding: str) -> tuple[Comment, ...]:
        """Oldest first."""
        mine = (finding_comment.c.site == site, finding_comment.c.finding == finding)
        with clear_errors(self.engine), self.engine.connect() as connection:
            rows = connection.execute(select(finding_comment).where(*mine).order_by(finding_comment.c.id))
            return tuple(Comment(row.by, datetime.fromisoformat(row.at), row.text) for row in rows)

    def assign(self, connection: Connection, site: str, finding: str, assignment: Assignment) -> None:
        row = {
            "site": site,
            "finding": finding,
            "assigned": assignment.assigned,
            "by": assignment.by,
            "at": assignment.at.isoformat(),
        }
        connection.execute(insert(finding_assignment).values(row))

    def assigned(self, site: str, finding: str | None = None) -> dict[str, str]:
        """To whom each finding of a portal is assigned now."""
        statement = select(finding_assignment).where(finding_assignment.c.site == site)
        if finding is not None:
            statement = statement.where(finding_assignment.c.finding == finding)
        with clear_errors(self.engine), self.engine.connect() as connection:
            rows = connection.execute(statement.order_by(finding_assignment.c.id))
            return {row.finding: row.assigned for row in rows}

    # -- decisions --------------------------------------------------------------------------------------------------

    def decide(self, connection: Connection, decision: DeskDecision) -> DeskDecision:
        """Keep one; its number is the database's."""
        row = {
            "batch": decision.batch,
            "site": decision.site,
            "finding": decision.finding,
            "action": decision.action.value,
            "by": decision.by,
            "name": decision.name,
            "at": decision.at.isoformat(),
            "why": decision.why,
            "review": decision.review,
            "suppression": decision.suppression,
            "undoes": decision.undoes,
        }
        made = connection.execute(insert(desk_decision).values(row).returning(desk_decision)).one()
        return _decision(made)

    def last(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], DeskDecision]:
        """The last decision of the desk about each of these findings (site, id)."""
        if not keys:
            return {}
        about = tuple_(desk_decision.c.site, desk_decision.c.finding)
        newest = (
            select(func.max(desk_decision.c.id))
            .where(about.in_(sorted(set(keys))))
            .group_by(desk_decision.c.site, desk_decision.c.finding)
        )
        statement = select(desk_decision).where(desk_decision.c.id.in_(newest))
        with clear_errors(self.engine), self.engine.connect() as connection:
            rows = connection.execute(statement).all()
        return {(row.site, row.finding): _decision(row) for row in rows}

    def batch(self, batch: str) -> tuple[DeskDecision, ...]:
        with clear_errors(self.engine), self.engine.connect() as connection:
            return _batch(connection, batch)

    def standing_batch(self, connection: Connection, batch: str) -> tuple[DeskDecision, ...]:
        """The decisions of a batch that were not taken back yet, in the unit of work that takes them back."""
        done = set(
            connection.scalars(
                select(desk_decision.c.undoes).where(
                    desk_decision.c.undoes.in_(select(desk_decision.c.id).where(desk_decision.c.batch == batch))
                )
            )
        )
        return tuple(one for one in _batch(connection, batch) if one.id not in done)

    def newest_batch(self, by: str, since: datetime) -> tuple[DeskDecision, ...]:
        """What somebody decided last and may take back; nothing where it was taken back, or is older than ``since``."""
        statement = select(desk_decision).where(desk_decision.c.by == by).order_by(desk_decision.c.id.desc()).limit(1)
        with clear_errors(self.engine), self.engine.connect() as connection:
            row = connection.execute(statement).first()
            if row is None or row.action == DeskAction.UNDO.value or datetime.fromisoformat(row.at) < since:
                return ()
            return self.standing_batch(connection, row.batch)

    def last_review(self, connection: Connection, site: str, finding: str) -> int | None:
        """The number of the last review of a finding, whoever made it and wherever."""
        mine = (finding_review.c.site == site, finding_review.c.finding == finding)
        return connection.scalar(select(finding_review.c.id).where(*mine).order_by(finding_review.c.id.desc()).limit(1))


def _batch(connection: Connection, batch: str) -> tuple[DeskDecision, ...]:
    rows = connection.execute(select(desk_decision).where(desk_decision.c.batch == batch).order_by(desk_decision.c.id))
    return tuple(_decision(row) for row in rows)


def _decision(row: Any) -> DeskDecision:
    return DeskDecision(
        id=row.id,
        batch=row.batch,
        site=row.site,
        finding=row.finding,
        action=DeskAction(row.action),
        by=row.by,
        name=row.name,
        at=datetime.fromisoformat(row.at),
        why=row.why,
        review=row.review,
        suppression=row.suppression,
        undoes=row.undoes,
    )
