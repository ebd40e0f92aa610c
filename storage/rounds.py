"""The rounds of evaluation of one database: opened once, then only added to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, func, insert, select

from records.rounds import (
    Advanced,
    Confirmed,
    Entry,
    Opened,
    ReviewAsked,
    ReviewDecided,
    RoundPlan,
    SteppedBack,
)
from storage.database import clear_errors, transaction
from storage.encoding import Packer, from_json, to_json
from storage.errors import NotThereError, StorageError
from storage.round_tables import evaluation_round, round_entry

_ACTIONS: Final[dict[str, type[Entry]]] = {
    "opened": Opened,
    "advanced": Advanced,
    "stepped_back": SteppedBack,
    "confirmed": Confirmed,
    "review_asked": ReviewAsked,
    "review_decided": ReviewDecided,
}
_WORDS: Final = {kind: word for word, kind in _ACTIONS.items()}


class RoundDamagedError(StorageError):
    """评价轮次的记录缺失或被改动过。"""


class UnknownRoundError(NotThereError):
    """没有这一轮评价。"""


class RoundExistsError(StorageError):
    """这一轮评价已经建立。"""


@dataclass(frozen=True, slots=True)
class StoredRound:
    """A round with everything that was done in it."""

    plan: RoundPlan
    scheme_text: str
    entries: tuple[Entry, ...]


class RoundRepository:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._packer = Packer()

    def open(
        self,
        plan: RoundPlan,
        scheme_text: str,
        entry: Opened,
        beside: Callable[[Connection, Entry], None] = lambda _connection, _entry: None,
    ) -> None:
        """Keep a new round and the first entry of its log.  ``RoundExistsError`` where its id is taken."""
        body = to_json(plan)
        row = {
            "id": plan.id,
            "city": plan.city,
            "scheme": plan.scheme,
            "scheme_version": plan.scheme_version,
            "scheme_sha256": plan.scheme_sha256,
            "period": str(plan.period),
            "opened_at": entry.at.isoformat(),
            "scheme_text": self._packer.pack(scheme_text.encode("utf-8", "surrogatepass")),
            "plan": self._packer.pack(body),
        }
        with transaction(self.engine) as connection:
            taken = select(evaluation_round.c.id).where(evaluation_round.c.id == plan.id)
            if connection.scalar(taken) is not None:
                raise RoundExistsError(f"评价轮次 {plan.id} 已经建立")
            connection.execute(insert(evaluation_round).values(row))
            self._append(connection, plan.id, 1, _root(body, scheme_text), entry)
            beside(connection, entry)

    def append(
        self,
        round_id: str,
        make: Callable[[StoredRound], Entry],
        beside: Callable[[Connection, Entry], None] = lambda _connection, _entry: None,
    ) -> StoredRound:
        """Add the entry that ``make`` answers with, in one unit of work with the reading that it decides on.

        What ``make`` raises goes through, and nothing is written then.  Two that add at once wait for each other.
        ``beside`` may write in the same unit of work: both are kept, or neither.
        """
        with transaction(self.engine) as connection:
            lock = select(evaluation_round.c.id).where(evaluation_round.c.id == round_id).with_for_update()
            connection.execute(lock)
            stored, last = self._load(connection, round_id)
            entry = make(stored)
            self._append(connection, round_id, len(stored.entries) + 1, last, entry)
            beside(connection, entry)
        return StoredRound(stored.plan, stored.scheme_text, (*stored.entries, entry))

    def load(self, round_id: str) -> StoredRound:
        """A round, its log checked against the hashes.  ``UnknownRoundError``, ``RoundDamagedError``."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return self._load(connection, round_id)[0]

    def ids(self, city: str | None = None) -> tuple[str, ...]:
        """All rounds, or those of a city, in the order of opening."""
        query = select(evaluation_round.c.id).order_by(evaluation_round.c.opened_at, evaluation_round.c.id)
        if city is not None:
            query = query.where(evaluation_round.c.city == city)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(connection.scalars(query))

    def marks(self, city: str | None = None) -> dict[str, str]:
        """The hash of the last entry of every round, in the order of opening: a round with the same one is the same."""
        newest = (
            select(round_entry.c.round_id, func.max(round_entry.c.number).label("number"))
            .group_by(round_entry.c.round_id)
            .subquery()
        )
        query = (
            select(round_entry.c.round_id, round_entry.c.sha256)
            .join(newest, (newest.c.round_id == round_entry.c.round_id) & (newest.c.number == round_entry.c.number))
            .join(evaluation_round, evaluation_round.c.id == round_entry.c.round_id)
            .order_by(evaluation_round.c.opened_at, evaluation_round.c.id)
        )
        if city is not None:
            query = query.where(evaluation_round.c.city == city)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return {row.round_id: row.sha256 for row in connection.execute(query)}

    def _append(self, connection: Connection, round_id: str, number: int, before: str, entry: Entry) -> None:
        action, body = _WORDS[type(entry)], to_json(entry)
        row = {
            "round_id": round_id,
            "number": number,
            "action": action,
            "by": entry.by,
            "at": entry.at.isoformat(),
            "sha256": _link(before, action, body),
            "fact": self._packer.pack(body),
        }
        connection.execute(insert(round_entry).values(row))

    def _load(self, connection: Connection, round_id: str) -> tuple[StoredRound, str]:
        """The round, and the hash of its last entry."""
        query = select(evaluation_round.c.plan, evaluation_round.c.scheme_text)
        found = connection.execute(query.where(evaluation_round.c.id == round_id)).one_or_none()
        if found is None:
            raise UnknownRoundError(f"没有评价轮次 {round_id}")
        log = select(round_entry.c.number, round_entry.c.action, round_entry.c.sha256, round_entry.c.fact)
        rows = connection.execute(log.where(round_entry.c.round_id == round_id).order_by(round_entry.c.number)).all()
        try:
            body = self._packer.unpack(found.plan)
            scheme_text = self._packer.unpack(found.scheme_text).decode("utf-8", "surrogatepass")
            plan = from_json(RoundPlan, body)
            entries, last = self._entries(rows, _root(body, scheme_text))
        except StorageError:
            raise
        except Exception as error:  # damaged bytes make the decoders raise nearly anything
            raise RoundDamagedError(f"评价轮次 {round_id} 的记录已损坏，读不出来：请从备份恢复数据库") from error
        if not entries:
            raise RoundDamagedError(f"评价轮次 {round_id} 的记录缺失：请从备份恢复数据库")
        return StoredRound(plan, scheme_text, entries), last

    def _entries(self, rows: Sequence[Row[*tuple[Any, ...]]], link: str) -> tuple[tuple[Entry, ...], str]:
        entries: list[Entry] = []
        for place, row in enumerate(rows, start=1):
            body = self._packer.unpack(row.fact)
            link = _link(link, row.action, body)
            if row.number != place or row.sha256 != link:
                raise RoundDamagedError(f"评价轮次的第 {place} 条记录缺失或被改动过：请从备份恢复数据库")
            entries.append(from_json(_ACTIONS[row.action], body))
        return tuple(entries), link


def _root(plan: bytes, scheme_text: str) -> str:
    return sha256(plan + b"\0" + scheme_text.encode("utf-8", "surrogatepass")).hexdigest()


def _link(before: str, action: str, body: bytes) -> str:
    return sha256(f"{before} {action} ".encode() + body).hexdigest()
