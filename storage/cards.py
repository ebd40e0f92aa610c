"""Cards of findings: kept, filtered, grouped by cause, paged; and what of them is behind."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, and_, bindparam, case, delete, func, select, update

from records.desk import CardQuery, CauseGroup, FindingCard, Pile
from records.review import ReviewState
from records.sightings import LifeState
from records.verdicts import Severity
from storage.addresses import chunks
from storage.database import clear_errors, dialect_of, transaction
from storage.desk_tables import card_due, desk_state, finding_card
from storage.night_tables import watched_finding
from storage.tables import audit, site

WHOLE: Final = ""  # every finding of a portal
ADDRESS: Final = "@"  # ``site`` is the address of the portal, not its key

_C: Final = finding_card.c
# What a person decides on: a card on which one of these changed is another card.
_DECIDED_ON: Final = ("severity", "message", "life", "review", "pile", "healed_at", "suppressed_until", "assigned")
_NOT_COMPARED: Final = ("id", "site", "finding", "version")


@dataclass(frozen=True, slots=True)
class Due:
    """Cards that are behind: of a portal, or one of them."""

    site: str
    finding: str  # WHOLE, ADDRESS or an id
    mark: int


@dataclass(frozen=True, slots=True)
class Groups:
    """One page of causes, how many causes there are, and how many cards."""

    items: tuple[CauseGroup, ...]
    causes: int
    cards: int


class CardRepository:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    # -- reading ----------------------------------------------------------------------------------------------------

    def load(self, number: int) -> FindingCard | None:
        return next(iter(self._cards(_C.id == number)), None)

    def of(self, key: str, finding: str) -> FindingCard | None:
        return next(iter(self._cards(and_(_C.site == key, _C.finding == finding))), None)

    def about(self, subject: str) -> FindingCard | None:
        """A card of that finding id, or about that address."""
        wanted = _C.subject == subject if "://" in subject else _C.finding == subject
        return next(iter(self._cards(wanted, 1)), None)

    def some(self, numbers: Collection[int]) -> tuple[FindingCard, ...]:
        """The cards of these numbers, in the order of their rank."""
        found = [card for some in chunks(sorted(set(numbers))) for card in self._cards(_C.id.in_(some))]
        return tuple(sorted(found, key=lambda one: one.rank))

    def page(self, query: CardQuery, *, limit: int, offset: int = 0) -> tuple[FindingCard, ...]:
        if not query.text:
            return self._cards(self._wanted(query), limit, offset)
        with clear_errors(self.engine), self.engine.connect() as connection:
            # SQLite would go through the ranks and fetch every card to see its words: a text keeps it from that.
            rank = _C.rank if connection.dialect.name == "postgresql" else _C.rank.concat("")
            found = select(_C.id).where(self._wanted(query)).order_by(rank).limit(limit).offset(offset or None)
            numbers = list(connection.scalars(found))
        return self.some(numbers)

    def count(self, query: CardQuery) -> int:
        with clear_errors(self.engine), self.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(finding_card).where(self._wanted(query))) or 0

    def piles(self, query: CardQuery) -> dict[Pile, int]:
        """How many cards each pile has of what is asked for, whatever pile is asked for."""
        statement = select(_C.pile, func.count()).where(self._wanted(query, pile=False)).group_by(_C.pile)
        with clear_errors(self.engine), self.engine.connect() as connection:
            found = {Pile(pile): number for pile, number in connection.execute(statement)}
        return {pile: found.get(pile, 0) for pile in Pile}

    def groups(self, query: CardQuery, *, limit: int, offset: int = 0) -> Groups:
        """Causes in the order of their first cards."""
        first = func.min(_C.rank).label("first")
        grouped = (
            select(
                first,
                func.count().label("cards"),
                func.count().over().label("causes"),
                func.sum(func.count()).over().label("every"),
            )
            .where(self._wanted(query))
            .group_by(_C.cause)
            .order_by(first)
        )
        with clear_errors(self.engine), self.engine.connect() as connection:
            rows = connection.execute(grouped.limit(limit).offset(offset)).all()
            if not rows:
                return Groups((), 0, 0)
            leads = select(finding_card).where(_C.pile.in_(_piles(query)), _C.rank.in_([row.first for row in rows]))
            cards = {row.rank: _card(row) for row in connection.execute(leads)}
        items = tuple(CauseGroup(cards[row.first], row.cards) for row in rows if row.first in cards)
        return Groups(items, rows[0].causes, int(rows[0].every))

    def beside(self, card: FindingCard, query: CardQuery) -> tuple[int | None, int | None]:
        """The numbers of the cards before and after ``card`` among what is asked for."""
        wanted = self._wanted(query)
        lower = select(_C.id).where(wanted, _C.rank < card.rank).order_by(_C.rank.desc()).limit(1)
        higher = select(_C.id).where(wanted, _C.rank > card.rank).order_by(_C.rank).limit(1)
        with clear_errors(self.engine), self.engine.connect() as connection:
            if query.text:  # one look through the words of all, not a card at a time until one has them
                around = select(
                    func.max(case((_C.rank < card.rank, _C.rank))), func.min(case((_C.rank > card.rank, _C.rank)))
                )
                ranks = connection.execute(around.where(wanted)).one()
                before, after = (_of_rank(connection, rank, query) for rank in ranks)
                return before, after
            return connection.scalar(lower), connection.scalar(higher)

    def _cards(self, wanted: ColumnElement[bool], limit: int | None = None, offset: int = 0) -> tuple[FindingCard, ...]:
        statement = select(finding_card).where(wanted).order_by(_C.rank).limit(limit).offset(offset or None)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(_card(row) for row in connection.execute(statement))

    def _wanted(self, query: CardQuery, *, pile: bool = True) -> ColumnElement[bool]:
        parts: list[ColumnElement[bool]] = []
        if pile and query.pile is not None:
            parts.append(_C.pile == query.pile.value)
        elif query.text:
            parts.append(_C.pile.in_([one.value for one in Pile]))
        few = ((_C.unit, query.unit), (_C.site, query.site), (_C.assigned, query.assigned), (_C.cause, query.cause))
        parts += [column == str(value) for column, value in few if value is not None]
        many = ((_C.check, query.check), (_C.severity, query.severity), (_C.life, query.life))
        # Half of all cards may be of one severity: SQLite would fetch each of them to see its words, rather than go
        # through the index that has them.  A column in an expression keeps it from its own index.
        hidden = bool(query.text) and self.engine.dialect.name == "sqlite"
        parts += [
            (column.concat("") if hidden else column) == str(value) for column, value in many if value is not None
        ]
        if query.unread:
            parts.append(_C.review.is_(None))
        if query.first_from is not None:
            parts.append(_C.first >= query.first_from)
        if query.first_to is not None:
            parts.append(_C.first <= query.first_to)
        for word in query.text.casefold().split():  # as the words of a card are kept
            like = "%" + "".join(f"!{c}" if c in "!%_" else c for c in word) + "%"
            parts.append(_C.words.like(like, escape="!"))
        return and_(True, *parts)

    # -- what is behind ---------------------------------------------------------------------------------------------

    def due(self, limit: int) -> tuple[str, ...]:
        """Portals of which something is behind: keys, and addresses of such as a night came to."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(connection.scalars(select(card_due.c.site).distinct().order_by(card_due.c.site).limit(limit)))

    def due_of(self, site: str) -> tuple[Due, ...]:
        """All that is behind of one portal."""
        statement = select(card_due).where(card_due.c.site == site)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(Due(row.site, row.finding, row.mark) for row in connection.execute(statement))

    def due_count(self) -> int:
        """How many portals have something behind."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return connection.scalar(select(func.count(card_due.c.site.distinct()))) or 0

    def state(self) -> dict[str, str]:
        with clear_errors(self.engine), self.engine.connect() as connection:
            return {row.name: row.value for row in connection.execute(select(desk_state))}

    def turn(self, today: date, *, basis: str, everything: bool) -> None:
        """Begin a day: what reads otherwise from it on is behind, and ``everything`` where the basis is another."""
        with transaction(self.engine) as connection:
            if everything:
                _note_all(connection)
            else:
                turning = select(_C.site, _C.finding).where(_C.turns_on <= today)
                _note(connection, [(row.site, row.finding) for row in connection.execute(turning)])
            for name, value in (("day", today.isoformat()), ("basis", basis)):
                statement = dialect_of(connection).insert(desk_state).values(name=name, value=value)
                connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))

    def mark_all(self) -> int:
        """Every card is behind; of how many portals."""
        with transaction(self.engine) as connection:
            return _note_all(connection)

    def settle(self, done: Sequence[Due]) -> None:
        """What was due is done, save where something was written meanwhile."""
        if not done:
            return
        same = and_(
            card_due.c.site == bindparam("of_site"),
            card_due.c.finding == bindparam("of_finding"),
            card_due.c.mark == bindparam("of_mark"),
        )
        rows = [{"of_site": one.site, "of_finding": one.finding, "of_mark": one.mark} for one in done]
        with transaction(self.engine) as connection:
            connection.execute(delete(card_due).where(same), rows)

    # -- writing ----------------------------------------------------------------------------------------------------

    def put(self, key: str, cards: Sequence[FindingCard], *, finding: str | None = None) -> int:
        """The cards of a portal (or of one finding) as they are now; how many changed.

        Numbers stay.  The version goes on where something changed that a person decides on.
        """
        mine = _C.site == key if finding is None else and_(_C.site == key, _C.finding == finding)
        changed = 0
        with transaction(self.engine) as connection:
            known = {row.finding: row for row in connection.execute(select(finding_card).where(mine).with_for_update())}
            new: list[dict[str, Any]] = []
            for card in cards:
                values = _values(card)
                before = known.pop(card.finding, None)
                if before is None:
                    new.append({**values, "version": 1})
                    continue
                old = _values(_card(before))
                if all(values[name] == old[name] for name in values if name not in _NOT_COMPARED):
                    continue
                again = any(values[name] != old[name] for name in _DECIDED_ON)
                version = before.version + 1 if again else before.version
                connection.execute(
                    update(finding_card).where(_C.id == before.id).values({**values, "version": version})
                )
                changed += 1
            if new:
                statement = dialect_of(connection).insert(finding_card).on_conflict_do_nothing()
                connection.execute(statement, new)
            gone = [row.id for row in known.values()]
            for some in chunks(gone):
                connection.execute(delete(finding_card).where(_C.id.in_(some)))
        return changed + len(new) + len(gone)

    def take(self, connection: Connection, wanted: Mapping[int, int]) -> tuple[FindingCard, ...]:
        """Of these cards (version by number) those that are still as they were; each goes on one version.

        In the unit of work of the decision about them: of two who decide at once, one gets the card.
        """
        taken = []
        for number, version in sorted(wanted.items()):
            same = and_(_C.id == number, _C.version == version)
            if connection.execute(update(finding_card).where(same).values(version=version + 1)).rowcount == 1:
                row = connection.execute(select(finding_card).where(_C.id == number)).one()
                taken.append(_card(row))
        return tuple(taken)

    def touch(self, connection: Connection, keys: Iterable[tuple[str, str]]) -> None:
        """These cards go on one version, in the unit of work of what changes them."""
        for key, finding in keys:
            mine = and_(_C.site == key, _C.finding == finding)
            connection.execute(update(finding_card).where(mine).values(version=_C.version + 1))


def _of_rank(connection: Connection, rank: str | None, query: CardQuery) -> int | None:
    """The number of the card of that rank; ranks name the finding, so there is one."""
    if rank is None:
        return None
    return connection.scalar(select(_C.id).where(_C.pile.in_(_piles(query)), _C.rank == rank))


def _note_all(connection: Connection) -> int:
    """Every portal that was judged, or that has cards, is behind; how many these are."""
    judged = select(site.c.key).where(site.c.id.in_(select(audit.c.site_id).where(audit.c.judged_at.is_not(None))))
    sites = {
        *connection.scalars(judged),
        *connection.scalars(select(watched_finding.c.site).distinct()),
        *connection.scalars(select(_C.site).distinct()),
    }
    _note(connection, [(key, WHOLE) for key in sorted(sites)])
    return len(sites)


def _note(connection: Connection, behind: Iterable[tuple[str, str]]) -> None:
    rows = [{"site": key, "finding": finding, "mark": 1} for key, finding in behind]
    if rows:
        statement = dialect_of(connection).insert(card_due)
        connection.execute(
            statement.on_conflict_do_update(index_elements=["site", "finding"], set_={"mark": card_due.c.mark + 1}),
            rows,
        )


def _piles(query: CardQuery) -> list[str]:
    """The piles that are asked for, all of them by name: indexes of ranks and of words begin with the pile."""
    return [one.value for one in Pile if query.pile in (None, one)]


def words_of(card: FindingCard) -> str:
    """What a search looks through: large and small letters are one."""
    return "\n".join((card.message, card.subject, card.unit_name, card.site_name, card.finding)).casefold()


def _values(card: FindingCard) -> dict[str, Any]:
    return {
        "site": card.site,
        "finding": card.finding,
        "site_name": card.site_name,
        "unit": card.unit,
        "unit_name": card.unit_name,
        "check": card.check,
        "severity": card.severity.value,
        "subject": card.subject,
        "message": card.message,
        "life": card.life.value,
        "review": card.review.value if card.review is not None else None,
        "standing": card.standing,
        "pile": card.pile.value,
        "rank": card.rank,
        "since": _text(card.since),
        "last_seen": _text(card.last_seen),
        "healed_at": _text(card.healed_at),
        "first": card.first,
        "tries": card.tries,
        "lacking": card.lacking,
        "cause": card.cause,
        "cause_title": card.cause_title,
        "watched": card.watched,
        "current": card.current,
        "audit": card.audit,
        "assigned": card.assigned,
        "suppressed_until": card.suppressed_until,
        "turns_on": card.turns_on,
        "words": words_of(card),
    }


def _card(row: Any) -> FindingCard:
    return FindingCard(
        id=row.id,
        site=row.site,
        finding=row.finding,
        site_name=row.site_name,
        unit=row.unit,
        unit_name=row.unit_name,
        check=row.check,
        severity=Severity(row.severity),
        subject=row.subject,
        message=row.message,
        life=LifeState(row.life),
        review=ReviewState(row.review) if row.review is not None else None,
        standing=row.standing,
        pile=Pile(row.pile),
        rank=row.rank,
        since=_instant(row.since),
        last_seen=_instant(row.last_seen),
        healed_at=_instant(row.healed_at),
        first=row.first,
        tries=row.tries,
        lacking=row.lacking,
        cause=row.cause,
        cause_title=row.cause_title,
        watched=row.watched,
        current=row.current,
        audit=row.audit,
        assigned=row.assigned,
        suppressed_until=row.suppressed_until,
        turns_on=row.turns_on,
        version=row.version,
    )


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
