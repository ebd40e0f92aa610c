"""Comments on news events, and to whom they are assigned."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select

from records.news_reviews import EventNote
from storage.database import clear_errors, transaction
from storage.news_tables import news_note


class EventNotes:
    """Only ever added to.  Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(self, city_id: str, note: EventNote, within: Callable[[Connection], object] | None = None) -> None:
        row = {
            "city_id": city_id,
            "event_id": note.event,
            "assigned": note.assigned,
            "text": note.text,
            "by": note.by,
            "at": note.at.isoformat(),
        }
        with transaction(self.engine) as connection:
            connection.execute(insert(news_note).values(row))
            if within is not None:
                within(connection)

    def of(self, city_id: str, event: str) -> tuple[EventNote, ...]:
        """The notes of an event, oldest first."""
        mine = (news_note.c.city_id == city_id, news_note.c.event_id == event)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(map(_note, connection.execute(select(news_note).where(*mine).order_by(news_note.c.id))))

    def assigned(self, city_id: str) -> dict[str, str]:
        """The login that each event is assigned to now; events that are nobody's are left out."""
        newest = (
            select(func.max(news_note.c.id))
            .where(news_note.c.city_id == city_id, news_note.c.assigned.is_not(None))
            .group_by(news_note.c.event_id)
        )
        statement = select(news_note.c.event_id, news_note.c.assigned).where(news_note.c.id.in_(newest))
        with clear_errors(self.engine), self.engine.connect() as connection:
            return {row.event_id: row.assigned for row in connection.execute(statement) if row.assigned}


def _note(row: Any) -> EventNote:
    return EventNote(row.event_id, row.by, datetime.fromisoformat(row.at), row.text, row.assigned)
