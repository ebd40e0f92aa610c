"""How often somebody may try to sign in: counters that shut for a while."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, delete, insert, select, update

from storage.account_tables import sign_in_gate
from storage.console_log import lock_log
from storage.database import clear_errors, transaction

_FORGOTTEN: Final = timedelta(days=1)  # a counter that nobody touched: what strangers typed is not kept


class SignInGates:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def take(self, most: Mapping[str, int], *, at: datetime, span: timedelta) -> datetime | None:
        """Take one try of every gate, before it is known how it ends: who tries many at once has no more of them.

        ``most`` is how many tries each gate has in a ``span``; the last one shuts it for a span.  Answers until when
        one of them is shut, and takes none then; None where the try may be made.
        """
        with transaction(self.engine) as connection:
            lock_log(connection)
            rows = {
                row.key: row
                for row in connection.execute(select(sign_in_gate).where(sign_in_gate.c.key.in_(list(most))))
            }
            shut = [datetime.fromisoformat(row.until) for row in rows.values() if row.until is not None]
            if shut and max(shut) > at:
                return max(shut)
            for key, tries in most.items():
                row = rows.get(key)
                if row is None:
                    values = {"key": key, "tries": 1, "since": at.isoformat(), "until": _until(1, tries, at, span)}
                    connection.execute(insert(sign_in_gate).values(values))
                    continue
                fresh = row.until is not None or at - datetime.fromisoformat(row.since) > span
                made, since = (1, at.isoformat()) if fresh else (row.tries + 1, row.since)
                values = {"tries": made, "since": since, "until": _until(made, tries, at, span)}
                connection.execute(update(sign_in_gate).where(sign_in_gate.c.key == key).values(values))
        return None

    def give_back(self, keys: Iterable[str]) -> None:
        """Return one try: it was good.  Those before it still count: one good password excuses no guesses."""
        with transaction(self.engine) as connection:
            lock_log(connection)
            for key in keys:
                connection.execute(
                    update(sign_in_gate)
                    .where(sign_in_gate.c.key == key, sign_in_gate.c.tries > 0)
                    .values(tries=sign_in_gate.c.tries - 1, until=None)
                )

    def open(self, keys: Iterable[str]) -> None:
        """Forget the tries: one was good, or somebody who may do so opened it."""
        with transaction(self.engine) as connection:
            connection.execute(delete(sign_in_gate).where(sign_in_gate.c.key.in_(list(keys))))

    def shut(self, *, at: datetime) -> dict[str, datetime]:
        """Every gate that is shut, and until when."""
        statement = select(sign_in_gate.c.key, sign_in_gate.c.until).where(sign_in_gate.c.until.is_not(None))
        with clear_errors(self.engine), self.engine.connect() as connection:
            rows = connection.execute(statement).all()
        found = {row.key: datetime.fromisoformat(row.until) for row in rows}
        return {key: until for key, until in found.items() if until > at}

    def forget(self, *, at: datetime) -> None:
        """Remove the counters that nobody touched for a day."""
        with transaction(self.engine) as connection:
            rows = connection.execute(select(sign_in_gate.c.key, sign_in_gate.c.since)).all()
            old = [row.key for row in rows if at - datetime.fromisoformat(row.since) > _FORGOTTEN]
            for start in range(0, len(old), 500):
                connection.execute(delete(sign_in_gate).where(sign_in_gate.c.key.in_(old[start : start + 500])))


def _until(made: int, most: int, at: datetime, span: timedelta) -> str | None:
    return (at + span).isoformat() if made >= most else None
