"""The complaints of one database: registered once, then only added to."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from threading import Lock
from typing import Any, Final

from sqlalchemy import Connection, Engine, Select, func, insert, or_, select, text, update

from records.complaints import (
    Accepted,
    Answered,
    Archived,
    Attached,
    Complainant,
    Complaint,
    Entry,
    Extended,
    HandedOn,
    Notified,
    Objected,
    Recused,
    Refused,
    Reported,
    Standing,
    UrgeAnswered,
    Urged,
    Visited,
    Withdrawn,
)
from storage.addresses import chunks
from storage.complaint_tables import complaint, complaint_standing, complaint_step
from storage.database import clear_errors, transaction
from storage.encoding import Packer, from_json, to_json
from storage.errors import NotThereError, StorageError

_ACTIONS: Final[dict[str, type[Any]]] = {
    "accepted": Accepted,
    "refused": Refused,
    "notified": Notified,
    "handed_on": HandedOn,
    "extended": Extended,
    "urged": Urged,
    "urge_answered": UrgeAnswered,
    "reported": Reported,
    "answered": Answered,
    "objected": Objected,
    "visited": Visited,
    "recused": Recused,
    "archived": Archived,
    "withdrawn": Withdrawn,
    "attached": Attached,
}
ACTION_OF: Final[Mapping[type[Any], str]] = {kind: word for word, kind in _ACTIONS.items()}
# Any number: PostgreSQL's registrars wait for each other by it.  SQLite has one writer anyway.
_NUMBER_LOCK: Final = 7_239_516
_MOST_KNOWN: Final = 5000


class ComplaintDamagedError(StorageError):
    """投诉举报的记录缺失或被改动过。"""


class UnknownComplaintError(NotThereError):
    """没有这件投诉举报。"""


@dataclass(frozen=True, slots=True)
class StoredComplaint:
    """A complaint with everything that was done with it; not who complains."""

    complaint: Complaint
    entries: tuple[Entry, ...]
    sha256: str = ""  # of the last entry in the chain, or of the complaint alone; empty in lists

    @property
    def papers(self) -> tuple[str, ...]:
        """The hashes of the files that were put into it."""
        return tuple(file.sha256 for entry in self.entries if isinstance(entry, Attached) for file in entry.files)


@dataclass(frozen=True, slots=True)
class ComplaintSearch:
    """Which complaints are meant; nothing of it is all of a city."""

    standings: tuple[Standing, ...] = ()
    unit: str | None = None
    kind: str | None = None
    text: str = ""  # in the title, the accused body or the id
    first: date | None = None  # day of receipt
    last: date | None = None


class ComplaintRepository:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._packer = Packer()
        self._lock = Lock()
        self._known: OrderedDict[tuple[str, int], StoredComplaint] = OrderedDict()  # by id and number of entries

    def register(
        self,
        city: str,
        year: int,
        make: Callable[[str], tuple[Complaint, Complainant]],
        within: Callable[[Connection, StoredComplaint], object] | None = None,
    ) -> Complaint:
        """Keep a new complaint under the next number of its year; ``make`` gets its id."""
        prefix = f"ts{year}-"
        with transaction(self.engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _NUMBER_LOCK})
            taken = connection.scalar(select(func.count()).where(complaint.c.id.startswith(prefix))) or 0
            registered, complainant = make(f"{prefix}{taken + 1:04}")
            body = to_json(registered)
            connection.execute(
                insert(complaint).values(
                    id=registered.id,
                    city=city,
                    received=registered.received,
                    unit=registered.unit,
                    accused=registered.accused,
                    kind=registered.kind,
                    title=registered.title,
                    fact=self._packer.pack(body),
                    complainant=self._packer.pack(to_json(complainant)),
                )
            )
            connection.execute(
                insert(complaint_standing).values(
                    complaint_id=registered.id, city=city, standing=Standing.RECEIVED.value, steps=0, open=1
                )
            )
            if within is not None:
                within(connection, StoredComplaint(registered, (), sha256(body).hexdigest()))
        return registered

    def append(
        self,
        identity: str,
        make: Callable[[StoredComplaint], tuple[Entry, Standing]],
        within: Callable[[Connection, StoredComplaint], object] | None = None,
    ) -> StoredComplaint:
        """Add the entry that ``make`` answers with, in one unit of work with the reading that it decides on.

        What ``make`` raises goes through, and nothing is written then.  Two that add at once wait for each other.
        """
        with transaction(self.engine) as connection:
            lock = select(complaint_standing.c.steps).where(complaint_standing.c.complaint_id == identity)
            connection.execute(lock.with_for_update())
            stored = self._load(connection, identity)
            entry, standing = make(stored)
            action, body = ACTION_OF[type(entry)], to_json(entry)
            link = _link(stored.sha256, action, body)
            after = StoredComplaint(stored.complaint, (*stored.entries, entry), link)
            connection.execute(
                insert(complaint_step).values(
                    complaint_id=identity,
                    number=len(after.entries),
                    action=action,
                    by=entry.by,
                    at=entry.at.isoformat(),
                    sha256=link,
                    fact=self._packer.pack(body),
                )
            )
            connection.execute(
                update(complaint_standing)
                .where(complaint_standing.c.complaint_id == identity)
                .values(standing=standing.value, steps=len(after.entries), open=int(standing is not Standing.ARCHIVED))
            )
            if within is not None:
                within(connection, after)
        return after

    def load(self, identity: str) -> StoredComplaint:
        """A complaint, its entries checked against their hashes.  ``UnknownComplaintError``."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return self._load(connection, identity)

    def links(self, identity: str) -> tuple[StoredComplaint, tuple[str, ...]]:
        """A complaint with the hashes of its chain: of what was registered, then of each entry, checked."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return self._linked_load(connection, identity)

    def standings(self) -> dict[str, tuple[str, int]]:
        """Of every complaint of every city, as the lists have it: standing, and number of entries."""
        query = select(complaint.c.id, complaint_standing.c.standing, complaint_standing.c.steps).outerjoin_from(
            complaint, complaint_standing, complaint_standing.c.complaint_id == complaint.c.id
        )
        with clear_errors(self.engine), self.engine.connect() as connection:
            rows = connection.execute(query.order_by(complaint.c.id))
            return {row.id: (row.standing or "", row.steps or 0) for row in rows}

    def complainants(self, ids: Collection[str]) -> dict[str, Complainant]:
        """Who complains, by complaint: to be shown to those who handle them, or to be hidden in the texts."""
        found: dict[str, Complainant] = {}
        with clear_errors(self.engine), self.engine.connect() as connection:
            for chunk in chunks(list(ids)):
                query = select(complaint.c.id, complaint.c.complainant).where(complaint.c.id.in_(chunk))
                for row in connection.execute(query):
                    found[row.id] = from_json(Complainant, self._packer.unpack(row.complainant))
        return found

    def count(self, city: str, wanted: ComplaintSearch) -> int:
        query = _meant(select(func.count()).select_from(_JOINED), city, wanted)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return int(connection.scalar(query) or 0)

    def search(
        self, city: str, wanted: ComplaintSearch, *, offset: int = 0, limit: int | None = None
    ) -> tuple[StoredComplaint, ...]:
        """Complaints with their entries, the newest first, in two queries."""
        order = (complaint.c.received.desc(), complaint.c.id.desc())
        query = _meant(select(*_HEAD).select_from(_JOINED), city, wanted)
        return self._many(query.order_by(*order).offset(offset).limit(limit))

    def open(self, city: str) -> tuple[StoredComplaint, ...]:
        """Every complaint in which somebody still has something to do, the oldest first."""
        query = (
            select(*_HEAD).select_from(_JOINED).where(complaint_standing.c.city == city, complaint_standing.c.open == 1)
        )
        return self._many(query.order_by(complaint.c.received, complaint.c.id))

    # ----- inside

    def _many(self, query: Select[Any]) -> tuple[StoredComplaint, ...]:
        """A complaint with so many entries never changes: it is unpacked once."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            heads = [(row.id, row.steps) for row in connection.execute(query)]
            with self._lock:
                found = {head: self._known[head] for head in heads if head in self._known}
            missing = [identity for identity, steps in heads if (identity, steps) not in found]
            facts: dict[str, bytes] = {}
            for chunk in chunks(missing):
                columns = select(complaint.c.id, complaint.c.fact).where(complaint.c.id.in_(chunk))
                facts |= {row.id: row.fact for row in connection.execute(columns)}
            steps = self._steps(connection, missing)
        with self._lock:
            for identity, fact in facts.items():
                stored = StoredComplaint(from_json(Complaint, self._packer.unpack(fact)), steps.get(identity, ()))
                self._known[identity, len(stored.entries)] = stored
                found[identity, len(stored.entries)] = stored
            while len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)
        newest = {identity: stored for (identity, _), stored in sorted(found.items(), key=lambda item: item[0])}
        return tuple(newest[identity] for identity, _ in heads)

    def _steps(self, connection: Connection, ids: Collection[str]) -> dict[str, tuple[Entry, ...]]:
        found: dict[str, list[Entry]] = {}
        for chunk in chunks(list(ids)):
            query = (
                select(complaint_step.c.complaint_id, complaint_step.c.action, complaint_step.c.fact)
                .where(complaint_step.c.complaint_id.in_(chunk))
                .order_by(complaint_step.c.complaint_id, complaint_step.c.number)
            )
            for row in connection.execute(query):
                found.setdefault(row.complaint_id, []).append(self._entry(row))
        return {identity: tuple(entries) for identity, entries in found.items()}

    def _entry(self, row: Any) -> Entry:
        entry: Entry = from_json(_ACTIONS[row.action], self._packer.unpack(row.fact))
        return entry

    def _load(self, connection: Connection, identity: str) -> StoredComplaint:
        return self._linked_load(connection, identity)[0]

    def _linked_load(self, connection: Connection, identity: str) -> tuple[StoredComplaint, tuple[str, ...]]:
        fact = connection.scalar(select(complaint.c.fact).where(complaint.c.id == identity))
        if fact is None:
            raise UnknownComplaintError(f"没有投诉举报 {identity[:40]}")
        rows = connection.execute(
            select(complaint_step).where(complaint_step.c.complaint_id == identity).order_by(complaint_step.c.number)
        ).all()
        try:
            body = self._packer.unpack(fact)
            registered = from_json(Complaint, body)
            entries, links = self._linked(rows, sha256(body).hexdigest())
        except StorageError:
            raise
        except Exception as error:  # damaged bytes make the decoders raise nearly anything
            raise ComplaintDamagedError(f"投诉举报 {identity} 的记录已损坏，读不出来：请从备份恢复数据库") from error
        return StoredComplaint(registered, entries, links[-1]), links

    def _linked(self, rows: Sequence[Any], link: str) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
        entries: list[Entry] = []
        links = [link]
        for place, row in enumerate(rows, start=1):
            link = _link(link, row.action, self._packer.unpack(row.fact))
            if row.number != place or row.sha256 != link:
                raise ComplaintDamagedError(f"投诉举报的第 {place} 条记录缺失或被改动过：请从备份恢复数据库")
            links.append(link)
            entries.append(self._entry(row))
        return tuple(entries), tuple(links)


_HEAD: Final = (complaint.c.id, complaint_standing.c.steps)
_JOINED: Final = complaint.join(complaint_standing, complaint_standing.c.complaint_id == complaint.c.id)


def _meant(query: Select[Any], city: str, wanted: ComplaintSearch) -> Select[Any]:
    query = query.where(complaint.c.city == city)
    if wanted.standings:
        query = query.where(complaint_standing.c.standing.in_(_values(wanted.standings)))
    if wanted.unit is not None:
        query = query.where(complaint.c.unit == wanted.unit)
    if wanted.kind is not None:
        query = query.where(complaint.c.kind == wanted.kind)
    if wanted.first is not None:
        query = query.where(complaint.c.received >= wanted.first)
    if wanted.last is not None:
        query = query.where(complaint.c.received <= wanted.last)
    sought = wanted.text.strip()
    if sought:
        columns = (complaint.c.title, complaint.c.accused, complaint.c.id)
        query = query.where(or_(*(column.contains(sought, autoescape=True) for column in columns)))
    return query


def _values(standings: Iterable[Standing]) -> list[str]:
    return [one.value for one in standings]


def _link(before: str, action: str, body: bytes) -> str:
    return sha256(f"{before} {action} ".encode() + body).hexdigest()
