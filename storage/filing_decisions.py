"""Decisions on filed values: only ever added, each in one unit of work with the check that it is allowed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select, text

from records.filings import FilingDecision, FilingOutcome
from storage.database import transaction
from storage.decision_tables import filing_decision
from storage.filed_values import KeptValue
from storage.filing_tables import filed_value
from storage.filings import kept_values

# Any number: PostgreSQL's deciders wait for each other by it.  SQLite has one writer anyway.
_DECIDING_LOCK = 7_239_516


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be decided of one value, as it stands at the moment of deciding."""

    kept: KeptValue
    replaced: bool  # by a later filing of the same provider


class FilingDecisions:
    """Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        value_ids: Sequence[int],
        outcome: FilingOutcome,
        *,
        reason: str,
        by: str,
        at: datetime,
        allow: Callable[[Mapping[int, Asked]], Sequence[int]],
        within: Callable[[Connection, Sequence[Asked]], None] = lambda _connection, _asked: None,
    ) -> tuple[FilingDecision, ...]:
        """Decide the values that ``allow`` answers with, of those that are there.

        ``allow`` sees them as they are now, with nobody deciding beside us; what it or ``within`` (which writes in the
        same unit of work) raises goes through, and nothing is written then.
        """
        with transaction(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _DECIDING_LOCK})
            wanted = sorted(set(value_ids))
            found = kept_values(connection, filed_value.c.id.in_(wanted)) if wanted else ()
            later = select(filed_value.c.supersedes).where(filed_value.c.supersedes.in_(wanted))
            replaced = set(connection.scalars(later))
            asked = {one.id: Asked(one, one.id in replaced) for one in found}
            chosen = [asked[number] for number in allow(asked)]
            made = tuple(
                FilingDecision(
                    one.kept.id,
                    one.kept.decision.number + 1 if one.kept.decision is not None else 1,
                    outcome,
                    reason,
                    by,
                    at,
                )
                for one in chosen
            )
            if made:
                rows = [
                    {
                        "value_id": one.value_id,
                        "number": one.number,
                        "outcome": one.outcome.value,
                        "reason": one.reason,
                        "by": one.by,
                        "at": one.at.isoformat(timespec="seconds"),
                    }
                    for one in made
                ]
                connection.execute(insert(filing_decision), rows)
                within(connection, chosen)
            return made
