"""Opening a database: SQLite in one file, or PostgreSQL on a server."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from storage.errors import DatabaseNotWritableError, NewerSchemaError, NotStorableError, StorageError, translate

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = [
    "StorageError",
    "address_of",
    "clear_errors",
    "dialect_of",
    "migration_config",
    "newest_revision",
    "open_database",
    "transaction",
    "wait_for_turn",
]

BUSY_TIMEOUT_MS = 5000

# Any number: it only has to be the same in every process that migrates one PostgreSQL database.
_MIGRATION_LOCK = 7_239_514


def open_database(url: str) -> Engine:
    """The database at ``url``, its tables brought up to date.

    ``sqlite:///path`` (the folder is made where it is missing) or ``postgresql://user@host/name``.  Raises
    ``StorageError``, one line that says what is wrong and what to do.
    """
    address = _parse(url)
    if address.get_backend_name() == "sqlite":
        _prepare_folder(address)
        engine = create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
        event.listen(engine, "connect", _prepare_connection)
        event.listen(engine, "begin", _begin)
    else:
        engine = create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    try:
        with clear_errors(engine):
            _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def address_of(engine: Engine) -> str:
    """What to call the database in a message: the file, or the address without its password."""
    if engine.dialect.name == "sqlite":
        return engine.url.database or ""
    return engine.url.render_as_string(hide_password=True)


@contextmanager
def clear_errors(engine: Engine) -> Iterator[None]:
    """Turn what the driver raises into a ``StorageError``."""
    try:
        yield
    except DBAPIError as error:
        raise translate(error, address_of(engine)) from error
    except (OverflowError, UnicodeEncodeError) as error:  # SQLite's driver raises them as they are
        raise NotStorableError from error


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A unit of work: committed at the end, rolled back by any exception.  Raises ``StorageError``."""
    with clear_errors(engine), engine.execution_options(writes=True).begin() as connection:
        yield connection


def wait_for_turn(connection: Connection, name: str) -> None:
    """Until the end of the transaction nobody else is in one that waits for ``name``.

    For what may be there once and no constraint of the database says so.  Writers of SQLite wait for each other anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def dialect_of(connection: Connection) -> Any:
    """SQLAlchemy's module for the database at hand: its ``insert`` knows what to do about a row that is there."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # here: it brings its drivers along

        return postgresql
    from sqlalchemy.dialects import sqlite

    return sqlite


def _parse(url: str) -> URL:
    try:
        address = make_url(url)
        backend = address.get_backend_name()
        if backend == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        address.get_dialect()
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise StorageError(
            f"看不懂数据库地址 {url!r}：应为 sqlite:///文件路径 或 postgresql://用户@主机/库名"
        ) from error
    if backend not in ("sqlite", "postgresql"):
        raise StorageError(f"不支持的数据库 {backend}：请用 sqlite:///文件路径 或 postgresql://用户@主机/库名")
    return address


def _prepare_folder(address: URL) -> None:
    if not address.database or address.database == ":memory:":
        raise StorageError("内存数据库留不住巡查结果：请给出文件，例如 sqlite:///chengjian.sqlite3")
    path = Path(address.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseNotWritableError(f"无法建立数据库文件夹 {path.parent}：{error.strerror or error}") from error
    if path.is_dir():
        raise DatabaseNotWritableError(f"无法打开数据库 {path}：它是一个文件夹，请给出文件名")
    # SQLite opens a file that it may not write without complaint and fails at the first statement.
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise DatabaseNotWritableError(f"数据库 {path} 不可写：请检查权限，或用 --db 另选位置")


def _prepare_connection(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the sqlite3 module would begin too late: not before DDL, not before a read
    cursor = connection.cursor()
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        _switch_to_wal(cursor)
    cursor.close()


def _switch_to_wal(cursor: sqlite3.Cursor) -> None:
    """Switch a new file to WAL, waiting for others that do the same: here SQLite's own waiting does not apply."""
    give_up = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once, without waiting, when another writer came between.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def migration_config(connection: Connection | None) -> "Config":
    """How Alembic finds the migrations, and the connection that they go over (None: only to look at them)."""
    from alembic.config import Config  # loaded when there is something to migrate: it costs half a second

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """The shape that this program writes: the number of its last migration."""
    return max(name[:4] for name in os.listdir(Path(__file__).parent / "migrations" / "versions") if name[:4].isdigit())


def _migrate(engine: Engine) -> None:
    newest = newest_revision()
    with engine.connect() as connection:  # a reader waits for nobody: most openings end here
        if _revision(connection) == newest:
            return
    from alembic import command

    with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        current = _revision(connection)  # another program may have migrated it meanwhile
        if current == newest:
            return
        if current is not None and current > newest:
            raise NewerSchemaError(
                f"数据库 {address_of(engine)} 由更新版本的程序写成（结构 {current}）：请升级本程序，或用 --db 另选"
            )
        command.upgrade(migration_config(connection), "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    number: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return number
