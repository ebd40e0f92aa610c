"""Who may sign in, and who is signed in."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, or_, select, update

from records.accounts import Account, LogLine, Role
from storage.account_tables import account, account_session, api_token, known_browser
from storage.console_log import add_line, lock_log
from storage.database import clear_errors, transaction

_MOST_BROWSERS: Final = 20  # known ones of one account; the oldest are forgotten


class AccountRefusedError(Exception):
    """A change that must not be.  The message is one Chinese sentence."""


class OvertakenError(Exception):
    """What a sign-in was checked against was changed before its session began."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against."""

    account: Account
    password: str  # argon2id
    totp: str | None
    totp_pending: str | None
    totp_used: int | None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in."""

    sha256: str
    account: Account
    csrf: str
    began: datetime
    seen: datetime
    ends: datetime
    waits: bool  # for the second factor
    address: str = ""
    agent: str = ""


class AccountRepository:
    """Every method is one unit of work; each raises ``StorageError``.  A change and its line in the log are one."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def any(self) -> bool:
        """Whether there is any account; without one, the first visitor sets up the administrator."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return connection.scalar(select(account.c.id).limit(1)) is not None

    def all(self) -> tuple[Account, ...]:
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(_account(row) for row in connection.execute(select(account).order_by(account.c.login)))

    def active(self, roles: Collection[Role]) -> tuple[Account, ...]:
        """The accounts of these roles that may sign in, by login."""
        wanted = account.c.role.in_([one.value for one in roles])
        statement = select(account).where(wanted, account.c.disabled_at.is_(None)).order_by(account.c.login)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(_account(row) for row in connection.execute(statement))

    def find(
        self, *, words: str = "", role: Role | None = None, disabled: bool | None = None, start: int = 0, most: int = 50
    ) -> tuple[tuple[Account, ...], int]:
        """A part of the accounts by login, and how many there are; ``words`` stand in login, name or unit."""
        statement = select(account)
        if words:
            places = (account.c.login, account.c.name, account.c.unit)
            statement = statement.where(or_(*(place.contains(words, autoescape=True) for place in places)))
        if role is not None:
            statement = statement.where(account.c.role == role.value)
        if disabled is not None:
            statement = statement.where(account.c.disabled_at.is_not(None) == disabled)
        with clear_errors(self.engine), self.engine.connect() as connection:
            total = connection.scalar(select(func.count()).select_from(statement.subquery())) or 0
            rows = connection.execute(statement.order_by(account.c.login).offset(start).limit(most))
            return tuple(_account(row) for row in rows), total

    def load(self, number: int) -> Account | None:
        with clear_errors(self.engine), self.engine.connect() as connection:
            row = connection.execute(select(account).where(account.c.id == number)).first()
        return None if row is None else _account(row)

    def credentials(self, login: str) -> Credentials | None:
        return self._credentials(account.c.login == login.strip().lower())

    def credentials_of(self, number: int) -> Credentials | None:
        return self._credentials(account.c.id == number)

    def _credentials(self, which: Any) -> Credentials | None:
        with clear_errors(self.engine), self.engine.connect() as connection:
            row = connection.execute(select(account).where(which)).first()
        if row is None:
            return None
        return Credentials(_account(row), row.password, row.totp, row.totp_pending, row.totp_used)

    def add(
        self,
        *,
        login: str,
        name: str,
        role: Role,
        unit: str | None,
        password: str,
        must_change: bool,
        line: LogLine,
        only_first: bool = False,
    ) -> Account:
        """A new account; ``password`` is hashed already.  ``AccountRefusedError`` where the login is taken; with
        ``only_first`` also where there is any account at all.
        """
        row = {
            "login": login.strip().lower(),
            "name": name,
            "role": role.value,
            "unit": unit,
            "password": password,
            "must_change": must_change,
            "created_at": line.at.isoformat(),
        }
        with transaction(self.engine) as connection:
            lock_log(connection)  # who adds an account waits for who does: two can not both be the first
            if only_first and connection.scalar(select(func.count()).select_from(account)):
                raise AccountRefusedError("系统已经有账户，请登录")
            if connection.scalar(select(account.c.id).where(account.c.login == row["login"])) is not None:
                raise AccountRefusedError(f"登录名 {row['login']} 已被使用，请换一个")
            connection.execute(insert(account).values(row))
            add_line(connection, line)
            return _account(connection.execute(select(account).where(account.c.login == row["login"])).one())

    def change(
        self,
        number: int,
        line: LogLine | None = None,
        *,
        ends_sessions: bool = False,
        but: str | None = None,
        ends_tokens: bool = False,
        **values: Any,
    ) -> Account:
        """Set columns of one account, and end its sessions (``but`` one) and tokens where that is asked.

        ``AccountRefusedError`` where no operator would be left who may sign in.
        """
        with transaction(self.engine) as connection:
            lock_log(connection)  # of two that take away the last two operators, one sees what the other did
            if line is not None:
                add_line(connection, line)
            operators = _operators(connection)
            if values:
                connection.execute(update(account).where(account.c.id == number).values(values))
            if operators and not _operators(connection):
                raise AccountRefusedError("至少要有一个可用的运维账户：请先建立或启用另一个")
            if ends_sessions:
                _end(connection, number=number, but=but)
                if but is None:
                    connection.execute(delete(known_browser).where(known_browser.c.account_id == number))
            if ends_tokens and line is not None:
                connection.execute(
                    update(api_token)
                    .where(api_token.c.account_id == number, api_token.c.revoked_at.is_(None))
                    .values(revoked_at=line.at.isoformat())
                )
            return _account(connection.execute(select(account).where(account.c.id == number)).one())

    def take_code(self, number: int, step: int) -> bool:
        """Whether a code of the second factor is the first of its time step: none is taken twice."""
        fresh = or_(account.c.totp_used.is_(None), account.c.totp_used < step)
        with transaction(self.engine) as connection:
            done = connection.execute(update(account).where(account.c.id == number, fresh).values(totp_used=step))
            return done.rowcount == 1

    def rehash(self, number: int, before: str, after: str) -> None:
        """Keep the same password under a stronger hash; not where it was changed in the meantime."""
        with transaction(self.engine) as connection:
            connection.execute(
                update(account).where(account.c.id == number, account.c.password == before).values(password=after)
            )

    def relock(self, locked: Callable[[str], str | None]) -> tuple[str, ...]:
        """Store what ``locked`` makes of each secret of a second factor; logins of those that it makes nothing of.

        What was only shown and never proved is dropped where it makes nothing of it.
        """
        lost = []
        some = or_(account.c.totp.is_not(None), account.c.totp_pending.is_not(None))
        with transaction(self.engine) as connection:
            lock_log(connection)
            for row in connection.execute(select(account).where(some).order_by(account.c.login)).all():
                totp = locked(row.totp) if row.totp is not None else None
                pending = locked(row.totp_pending) if row.totp_pending is not None else None
                if row.totp is not None and totp is None:
                    lost.append(row.login)
                    totp = row.totp
                if (totp, pending) != (row.totp, row.totp_pending):
                    mine = update(account).where(account.c.id == row.id)
                    connection.execute(mine.values(totp=totp, totp_pending=pending))
        return tuple(lost)

    def any_locked(self, beginning: str) -> bool:
        """Whether the secret of any second factor is stored with this beginning."""
        statement = select(account.c.id).where(account.c.totp.startswith(beginning, autoescape=True)).limit(1)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return connection.scalar(statement) is not None

    # -- sessions -------------------------------------------------------------------------------------------------

    def begin(
        self,
        sha256: str,
        known: Credentials,
        *,
        csrf: str,
        at: datetime,
        ends: datetime,
        waits: bool,
        address: str,
        agent: str,
        stale: datetime,
        line: LogLine | None = None,
        instead: str | None = None,
    ) -> None:
        """A new session, ``instead`` of another; those of this account that were not seen since ``stale`` are gone.

        ``known`` is what the sign-in was checked against.  ``OvertakenError`` where the account has another password or
        second factor by now, was disabled, or the session before was ended: what ends all sessions ends this one too.
        """
        number = known.account.id
        row = {
            "sha256": sha256,
            "account_id": number,
            "csrf": csrf,
            "began": at.isoformat(),
            "seen": at.isoformat(),
            "ends": ends.isoformat(),
            "waits": waits,
            "address": address[:100],
            "agent": agent[:300],
        }
        old = select(account_session.c.sha256, account_session.c.seen).where(account_session.c.account_id == number)
        with transaction(self.engine) as connection:
            lock_log(connection)  # who changes an account waits for who signs in to it
            if connection.scalar(select(account.c.id).where(account.c.id == number, *_unchanged(known))) is None:
                raise OvertakenError
            if instead is not None and not _end(connection, sha256=instead):
                raise OvertakenError
            if line is not None:
                add_line(connection, line)
            for one in connection.execute(old).all():
                if datetime.fromisoformat(one.seen) < stale:
                    _end(connection, sha256=one.sha256)
            connection.execute(insert(account_session).values(row))

    def session(self, sha256: str) -> Session | None:
        """The session of a cookie, ended or not; None where there is none."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            row = connection.execute(_SESSIONS.where(account_session.c.sha256 == sha256)).first()
        return None if row is None else _session(row)

    def sessions(self, number: int) -> tuple[Session, ...]:
        """Of one account, the one that was seen last first."""
        statement = _SESSIONS.where(account_session.c.account_id == number).order_by(account_session.c.seen.desc())
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(_session(row) for row in connection.execute(statement.limit(100)))

    def touch(self, sha256: str, *, seen: datetime) -> None:
        with transaction(self.engine) as connection:
            connection.execute(
                update(account_session).where(account_session.c.sha256 == sha256).values(seen=seen.isoformat())
            )

    def end(self, *, sha256: str, number: int, line: LogLine | None = None) -> bool:
        """End one session of an account; False where it has none of that name."""
        with transaction(self.engine) as connection:
            ended = _end(connection, sha256=sha256, number=number)
            if ended and line is not None:
                add_line(connection, line)
            return ended > 0

    # -- browsers that somebody signed in with before ----------------------------------------------------------------

    def knows_browser(self, sha256: str, login: str) -> bool:
        """Whether the account of that login signed in with this browser before."""
        statement = (
            select(known_browser.c.sha256)
            .join(account, account.c.id == known_browser.c.account_id)
            .where(known_browser.c.sha256 == sha256, account.c.login == login)
        )
        with clear_errors(self.engine), self.engine.connect() as connection:
            return connection.scalar(statement) is not None

    def remember_browser(self, sha256: str, number: int, *, at: datetime) -> None:
        mine = known_browser.c.account_id == number
        row = {"sha256": sha256, "account_id": number, "seen": at.isoformat()}
        with transaction(self.engine) as connection:
            connection.execute(delete(known_browser).where(known_browser.c.sha256 == sha256))
            connection.execute(insert(known_browser).values(row))
            newest = select(known_browser.c.sha256).where(mine).order_by(known_browser.c.seen.desc())
            kept = connection.scalars(newest.limit(_MOST_BROWSERS)).all()
            connection.execute(delete(known_browser).where(mine, known_browser.c.sha256.not_in(kept)))


_SESSIONS: Final = select(
    account,
    account_session.c.sha256,
    account_session.c.csrf,
    account_session.c.began,
    account_session.c.seen,
    account_session.c.ends,
    account_session.c.waits,
    account_session.c.address,
    account_session.c.agent,
).join(account_session, account_session.c.account_id == account.c.id)


def _end(
    connection: Connection, *, sha256: str | None = None, number: int | None = None, but: str | None = None
) -> int:
    statement = delete(account_session)
    if sha256 is not None:
        statement = statement.where(account_session.c.sha256 == sha256)
    if number is not None:
        statement = statement.where(account_session.c.account_id == number)
    if but is not None:
        statement = statement.where(account_session.c.sha256 != but)
    return connection.execute(statement).rowcount


def _unchanged(known: Credentials) -> tuple[ColumnElement[bool], ...]:
    """That an account can be signed in to by what was checked."""
    factor = account.c.totp.is_(None) if known.totp is None else account.c.totp.is_not(None)
    return account.c.password == known.password, factor, account.c.disabled_at.is_(None)


def _operators(connection: Connection) -> int:
    able = (account.c.role == Role.OPERATOR.value) & account.c.disabled_at.is_(None)
    return connection.scalar(select(func.count()).select_from(account).where(able)) or 0


def _session(row: Any) -> Session:
    return Session(
        sha256=row.sha256,
        account=_account(row),
        csrf=row.csrf,
        began=datetime.fromisoformat(row.began),
        seen=datetime.fromisoformat(row.seen),
        ends=datetime.fromisoformat(row.ends),
        waits=row.waits,
        address=row.address,
        agent=row.agent,
    )


def _account(row: Any) -> Account:
    return Account(
        id=row.id,
        login=row.login,
        name=row.name,
        role=Role(row.role),
        unit=row.unit,
        disabled=row.disabled_at is not None,
        second_factor=row.totp is not None,
        must_change=row.must_change,
        created_at=datetime.fromisoformat(row.created_at),
    )
