"""The nights of one database: what was visited, whether it may be believed, and who said so."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from records.crawl import check_aware
from records.nights import HealthCheck, Night, NightEntry, NightState, PortalVisit, WorkerLock, WorkerMark
from records.watch import WindowScope
from storage.database import clear_errors, dialect_of, transaction
from storage.errors import NotThereError, StorageError
from storage.night_tables import health_check, night, night_entry, portal_visit, worker_lock, worker_mark

_OPEN: Final = (NightState.RUNNING, NightState.PAUSED)

#: Where a night may go from where it is.  What is over is never opened again; a person may judge it anew at any time.
MOVES: Final[dict[NightState, frozenset[NightState]]] = {
    NightState.RUNNING: frozenset({NightState.PAUSED, NightState.HEALTHY, NightState.HELD, NightState.VOIDED}),
    NightState.PAUSED: frozenset({NightState.RUNNING, NightState.HEALTHY, NightState.HELD, NightState.VOIDED}),
    NightState.HEALTHY: frozenset({NightState.HELD, NightState.VOIDED}),
    NightState.HELD: frozenset({NightState.HEALTHY, NightState.VOIDED}),
    NightState.VOIDED: frozenset({NightState.HEALTHY, NightState.HELD}),
}

_WORDS: Final = {
    NightState.RUNNING: "进行中",
    NightState.PAUSED: "暂停",
    NightState.HEALTHY: "有效",
    NightState.HELD: "待人工决定",
    NightState.VOIDED: "作废",
}


class NightOpenError(StorageError):
    """这个城市已有一夜巡查没有结束。"""


class UnknownNightError(NotThereError):
    """没有这一夜巡查。"""


class NightMoveError(StorageError):
    """这一夜的状态不能这样改。"""


class NightRepository:
    """Every method is one unit of work; each raises ``StorageError``.

    Instants must carry an offset (ValueError).  ``by`` is ``scheduler`` or the name of a person.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    # -- a night ------------------------------------------------------------------------------------------------

    def begin(
        self,
        city: str,
        day: date,
        *,
        by: str,
        now: datetime,
        portals: Sequence[tuple[str, str]] = (),
        scope: WindowScope = WindowScope.ALL,
    ) -> Night:
        """A new running night with its plan: (unit id, address) of each portal, all waiting.

        ``NightOpenError`` where the city has a night of that scope that is running or paused, whichever process holds
        it.
        """
        check_aware(now)
        row = {
            "city": city,
            "day": day,
            "state": NightState.RUNNING.value,
            "began": _text(now),
            "by": by,
            "told": "",
            "scope": scope.value,
        }
        with transaction(self.engine) as connection:
            opened = self._open(connection, city, scope)
            if opened is not None:
                raise _open_error(opened.id, opened.day, NightState(opened.state))
            try:
                key = connection.execute(insert(night).values(row)).inserted_primary_key
            except IntegrityError as error:  # PostgreSQL: another process came between
                raise NightOpenError(f"{city} 刚由另一个进程开始了一夜巡查，这里不再开始") from error
            assert key is not None  # noqa: S101  one row was inserted
            night_id = int(key[0])
            self._log(connection, night_id, NightState.RUNNING, by, now, "开始")
            self._plan(connection, night_id, portals)
            return self._load(connection, night_id)

    def open_night(self, city: str, scope: WindowScope = WindowScope.ALL) -> Night | None:
        """The night of a city that is running or paused: what a process that was killed left is found here."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            row = self._open(connection, city, scope)
            return None if row is None else self._load(connection, row.id)

    def plan_visits(self, night_id: int, portals: Sequence[tuple[str, str]]) -> Night:
        """Add (unit id, address) of portals that are not yet in the plan."""
        with transaction(self.engine) as connection:
            self._row(connection, night_id, lock=True)
            self._plan(connection, night_id, portals)
            return self._load(connection, night_id)

    def visit(self, night_id: int, visit: PortalVisit) -> None:
        """Keep where the visit of ``visit.unit`` at ``visit.url`` stands; it joins the plan where it was not in it."""
        for at in (visit.began, visit.ended):
            if at is not None:
                check_aware(at)
        with transaction(self.engine) as connection:
            self._row(connection, night_id, lock=True)
            self._plan(connection, night_id, [(visit.unit, visit.url)])
            connection.execute(
                update(portal_visit)
                .where(
                    portal_visit.c.night_id == night_id,
                    portal_visit.c.unit == visit.unit,
                    portal_visit.c.url == visit.url,
                )
                .values(
                    audit_id=visit.audit,
                    state=visit.state,
                    began=_text(visit.began),
                    ended=_text(visit.ended),
                    told=visit.told,
                )
            )

    def add_checks(self, night_id: int, checks: Iterable[HealthCheck]) -> None:
        """Append what was asked about ourselves.  Nothing is ever replaced: a later answer stands beside it."""
        rows = [
            {
                "night_id": night_id,
                "name": one.name,
                "passed": one.passed,
                "voids": one.voids,
                "at": _text(one.at),
                "told": one.told,
            }
            for one in checks
        ]
        with transaction(self.engine) as connection:
            self._row(connection, night_id)
            if rows:
                connection.execute(insert(health_check), rows)

    def set_state(self, night_id: int, state: NightState, *, by: str, why: str, now: datetime) -> Night:
        """Pause, resume, finish.  ``NightMoveError`` where the night is not where it could go there (``MOVES``)."""
        check_aware(now)
        with transaction(self.engine) as connection:
            row = self._row(connection, night_id, lock=True)
            before = NightState(row.state)
            if state not in MOVES[before]:
                raise NightMoveError(f"第 {night_id} 夜现在是“{_WORDS[before]}”，不能改为“{_WORDS[state]}”")
            ended = row.ended if row.ended is not None or state in _OPEN else _text(now)
            changes = {"state": state.value, "ended": ended, "told": why}
            connection.execute(update(night).where(night.c.id == night_id).values(changes))
            self._log(connection, night_id, state, by, now, why)
            return self._load(connection, night_id)

    def judge(self, night_id: int, state: NightState, *, by: str, why: str, now: datetime) -> Night:
        """A person's word about a night: HELD, HEALTHY (release) or VOIDED.  ``NightMoveError`` without name or reason.

        Only a night that is over can be held or released; one that runs may be voided, which ends it.
        """
        if not by.strip() or not why.strip():
            raise NightMoveError("决定一夜巡查是否算数，须写明由谁决定、理由是什么")
        if state in _OPEN:
            raise NightMoveError("人工只能把一夜巡查定为有效、待人工决定或作废")
        with transaction(self.engine) as connection:
            before = NightState(self._row(connection, night_id).state)
        if before in _OPEN and state is not NightState.VOIDED:
            raise NightMoveError(f"第 {night_id} 夜还没有结束（{_WORDS[before]}），结束后才能决定；要停止它，请作废")
        return self.set_state(night_id, state, by=by.strip(), why=why.strip(), now=now)

    def load(self, night_id: int) -> Night:
        """``UnknownNightError`` where there is none."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return self._load(connection, night_id)

    def nights(self, city: str | None = None, *, limit: int | None = None) -> tuple[Night, ...]:
        """The nights, newest first."""
        statement = select(night.c.id).order_by(night.c.id.desc())
        if city is not None:
            statement = statement.where(night.c.city == city)
        if limit is not None:
            statement = statement.limit(limit)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(self._load(connection, one) for one in connection.scalars(statement).all())

    def latest(self, city: str | None = None) -> Night | None:
        return next(iter(self.nights(city, limit=1)), None)

    def log(self, night_id: int) -> tuple[NightEntry, ...]:
        """Every change of state, oldest first."""
        statement = select(night_entry).where(night_entry.c.night_id == night_id).order_by(night_entry.c.number)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(
                NightEntry(row.number, NightState(row.state), row.by, datetime.fromisoformat(row.at), row.why)
                for row in connection.execute(statement)
            )

    def states(self) -> dict[int, NightState]:
        """Where every night stands, by its id."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return {row.id: NightState(row.state) for row in connection.execute(select(night.c.id, night.c.state))}

    # -- who does it ----------------------------------------------------------------------------------------------

    def take_lock(self, name: str, holder: str, *, now: datetime, stale_after: timedelta) -> bool:
        """Whether ``holder`` may do ``name`` from now on: nobody does, or who did gave no sign for ``stale_after``.

        The holder itself gets True, which counts as a sign of life.
        """
        check_aware(now)
        with transaction(self.engine) as connection:
            row = connection.execute(select(worker_lock).where(worker_lock.c.name == name).with_for_update()).first()
            if row is None:
                values = {"name": name, "holder": holder, "since": _text(now), "beat": _text(now)}
                statement = dialect_of(connection).insert(worker_lock).values(values)
                return bool(connection.execute(statement.on_conflict_do_nothing()).rowcount)
            fresh = now - datetime.fromisoformat(row.beat) < stale_after
            if row.holder != holder and fresh:
                return False
            since = row.since if row.holder == holder else _text(now)
            changes = {"holder": holder, "since": since, "beat": _text(now)}
            connection.execute(update(worker_lock).where(worker_lock.c.name == name).values(changes))
            return True

    def beat(self, name: str, holder: str, *, now: datetime) -> bool:
        """A sign of life.  False where another holder took the lock meanwhile: then stop at once."""
        check_aware(now)
        mine = (worker_lock.c.name == name) & (worker_lock.c.holder == holder)
        with transaction(self.engine) as connection:
            return bool(connection.execute(update(worker_lock).where(mine).values(beat=_text(now))).rowcount)

    def drop_lock(self, name: str, holder: str) -> None:
        """Give the lock up; nothing happens where another holds it."""
        with transaction(self.engine) as connection:
            connection.execute(delete(worker_lock).where(worker_lock.c.name == name, worker_lock.c.holder == holder))

    def lock(self, name: str) -> WorkerLock | None:
        with clear_errors(self.engine), self.engine.connect() as connection:
            row = connection.execute(select(worker_lock).where(worker_lock.c.name == name)).first()
        if row is None:
            return None
        return WorkerLock(row.name, row.holder, datetime.fromisoformat(row.since), datetime.fromisoformat(row.beat))

    def mark(self, name: str, *, now: datetime, told: str = "") -> None:
        """Keep that something which has to happen regularly (a digest, a start) happened."""
        check_aware(now)
        with transaction(self.engine) as connection:
            values = {"at": _text(now), "told": told}
            statement = dialect_of(connection).insert(worker_mark).values(name=name, **values)
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))

    def marked(self, name: str) -> WorkerMark | None:
        with clear_errors(self.engine), self.engine.connect() as connection:
            row = connection.execute(select(worker_mark).where(worker_mark.c.name == name)).first()
        return None if row is None else WorkerMark(row.name, datetime.fromisoformat(row.at), row.told)

    # -- inside one unit of work ------------------------------------------------------------------------------------

    def _open(self, connection: Connection, city: str, scope: WindowScope) -> Any:
        states = [one.value for one in _OPEN]
        same = (night.c.city == city) & (night.c.scope == scope.value)
        return connection.execute(select(night).where(same, night.c.state.in_(states))).first()

    def _row(self, connection: Connection, night_id: int, *, lock: bool = False) -> Any:
        statement = select(night).where(night.c.id == night_id)
        row = connection.execute(statement.with_for_update() if lock else statement).first()
        if row is None:
            raise UnknownNightError(f"数据库中没有第 {night_id} 夜巡查")
        return row

    def _log(self, connection: Connection, night_id: int, state: NightState, by: str, at: datetime, why: str) -> None:
        last = connection.scalar(select(func.max(night_entry.c.number)).where(night_entry.c.night_id == night_id))
        row = {"night_id": night_id, "number": (last or 0) + 1, "state": state.value, "by": by, "at": _text(at)}
        connection.execute(insert(night_entry).values(**row, why=why))

    def _plan(self, connection: Connection, night_id: int, portals: Sequence[tuple[str, str]]) -> None:
        rows = connection.execute(
            select(portal_visit.c.unit, portal_visit.c.url).where(portal_visit.c.night_id == night_id)
        )
        known = {(row.unit, row.url) for row in rows}
        new = [one for one in dict.fromkeys(portals) if one not in known]
        plan = [
            {"night_id": night_id, "position": position, "unit": unit, "url": url, "state": "waiting", "told": ""}
            for position, (unit, url) in enumerate(new, start=len(known) + 1)
        ]
        if plan:
            connection.execute(insert(portal_visit), plan)

    def _load(self, connection: Connection, night_id: int) -> Night:
        row = self._row(connection, night_id)
        visits = connection.execute(
            select(portal_visit).where(portal_visit.c.night_id == night_id).order_by(portal_visit.c.position)
        )
        checks = connection.execute(
            select(health_check).where(health_check.c.night_id == night_id).order_by(health_check.c.id)
        )
        return Night(
            id=row.id,
            city=row.city,
            day=row.day,
            state=NightState(row.state),
            began=datetime.fromisoformat(row.began),
            ended=_instant(row.ended),
            visits=tuple(visit_of(one) for one in visits),
            checks=tuple(
                HealthCheck(one.name, one.passed, one.told, datetime.fromisoformat(one.at), one.voids) for one in checks
            ),
            by=row.by,
            told=row.told,
            scope=WindowScope(row.scope),
        )


def visit_of(row: Any) -> PortalVisit:
    return PortalVisit(row.unit, row.url, row.audit_id, row.state, _instant(row.began), _instant(row.ended), row.told)


def _open_error(night_id: int, day: date, state: NightState) -> NightOpenError:
    return NightOpenError(f"第 {night_id} 夜巡查（{day}，{_WORDS[state]}）还没有结束：请让它继续，或先作废")


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
