"""Nights as they are looked at: many of them without their visits, or the visits of one a page at a time.

A night of a large city has thousands of visits: a list of nights never reads them.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select

from records.nights import NightHead, NightState, PortalVisit
from records.watch import WindowScope
from storage.database import clear_errors
from storage.night_tables import night, portal_visit
from storage.nights import visit_of


class NightBoard:
    """Every method is a bounded number of statements, and raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def heads(self, city: str, *, limit: int) -> tuple[NightHead, ...]:
        """The nights of a city, newest first."""
        newest = select(night).where(night.c.city == city).order_by(night.c.id.desc()).limit(limit)
        with clear_errors(self.engine), self.engine.connect() as connection:
            rows = connection.execute(newest).all()
            counted = (
                select(portal_visit.c.night_id, portal_visit.c.state, func.count())
                .where(portal_visit.c.night_id.in_([row.id for row in rows]))
                .group_by(portal_visit.c.night_id, portal_visit.c.state)
            )
            counts: dict[int, dict[str, int]] = {row.id: {} for row in rows}
            for number, state, count in connection.execute(counted):
                counts[number][state] = count
        return tuple(_head(row, counts[row.id]) for row in rows)

    def visits(
        self, number: int, *, states: Collection[str] | None = None, limit: int, offset: int = 0
    ) -> tuple[tuple[PortalVisit, ...], int]:
        """Visits of a night in the order of its plan, those of ``states`` alone where they are given; and how many."""
        wanted = portal_visit.c.night_id == number
        if states is not None:
            wanted &= portal_visit.c.state.in_(sorted(states))
        some = select(portal_visit).where(wanted).order_by(portal_visit.c.position).limit(limit).offset(offset)
        with clear_errors(self.engine), self.engine.connect() as connection:
            total = connection.scalar(select(func.count()).select_from(portal_visit).where(wanted)) or 0
            return tuple(visit_of(row) for row in connection.execute(some)), total


def _head(row: Any, visits: dict[str, int]) -> NightHead:
    return NightHead(
        id=row.id,
        city=row.city,
        day=row.day,
        state=NightState(row.state),
        began=datetime.fromisoformat(row.began),
        ended=None if row.ended is None else datetime.fromisoformat(row.ended),
        by=row.by,
        told=row.told,
        scope=WindowScope(row.scope),
        portals=sum(visits.values()),
        done=visits.get("done", 0),
    )
