"""Opening: what a user meets when the database is not as it should be, and that models and migrations agree."""

import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.schema import SchemaItem

from storage.all_tables import metadata
from storage.database import migration_config, newest_revision, open_database, transaction
from storage.errors import (
    DatabaseLockedError,
    DatabaseNotWritableError,
    DatabaseUnreachableError,
    NewerSchemaError,
    NotADatabaseError,
    StorageError,
)
from storage.migrations import versions


def _is_of(dialect: str) -> Callable[..., bool]:
    """Leaves out what the models say is for another database alone."""

    def include(one: SchemaItem, *_: object) -> bool:
        return one.info.get("only", dialect) == dialect

    return include


def test_models_and_migrations_give_the_same_schema(engine: Engine) -> None:
    """A table change without its migration would fail on every machine that has data already."""
    with engine.connect() as connection:
        seen = MigrationContext.configure(connection, opts={"include_object": _is_of(engine.dialect.name)})
        assert compare_metadata(seen, metadata) == []


def test_every_table_of_the_models_was_made(engine: Engine) -> None:
    assert set(metadata.tables) <= set(inspect(engine).get_table_names())


def test_migrations_can_be_taken_back_and_run_again(engine: Engine, database_url: str) -> None:
    """A downgrade that fails leaves an operator with no way back."""
    with transaction(engine) as connection:
        command.downgrade(migration_config(connection), "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    again = open_database(database_url)
    assert set(metadata.tables) <= set(inspect(again).get_table_names())
    again.dispose()


def test_migrations_form_one_line() -> None:
    """Two heads would make "upgrade to head" ambiguous."""
    script = ScriptDirectory.from_config(migration_config(None))
    assert script.get_heads() == [newest_revision()]
    files = {path.name for path in Path(str(versions.__path__[0])).glob("[0-9]*.py")}
    assert len(files) == len(list(script.walk_revisions()))


def test_opening_twice_keeps_what_is_there(engine: Engine, database_url: str) -> None:
    with transaction(engine) as connection:
        connection.execute(text("INSERT INTO site (key, url) VALUES ('k', 'u')"))
    again = open_database(database_url)
    with again.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM site")) == 1
    again.dispose()


def test_two_programs_may_open_a_new_database_at_once(database_url: str) -> None:
    """The worker and a person at the terminal start together: only one of them migrates."""
    failures: list[Exception] = []

    def open_and_close() -> None:
        try:
            open_database(database_url).dispose()
        except Exception as error:
            failures.append(error)

    for _ in range(5):
        threads = [threading.Thread(target=open_and_close) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []


def test_a_schema_from_the_future_is_refused(engine: Engine, database_url: str) -> None:
    with transaction(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchemaError, match="升级"):
        open_database(database_url)


def test_a_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    def insert_twice() -> None:
        with transaction(engine) as connection:
            for _ in range(2):
                connection.execute(text("INSERT INTO site (key, url) VALUES ('k', 'u')"))

    with pytest.raises(StorageError):
        insert_twice()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM site")) == 0


def _not_a_database(folder: Path) -> Path:
    path = folder / "letter.db"
    path.write_text("亲爱的读者：" * 200)
    return path


def _damaged(folder: Path) -> Path:
    path = folder / "damaged.db"
    open_database(f"sqlite:///{path}").dispose()
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996
    path.write_bytes(content)
    return path


def _folder(folder: Path) -> Path:
    return folder


def _below_a_file(folder: Path) -> Path:
    (folder / "file").write_text("x")
    return folder / "file" / "a.db"


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (_not_a_database, NotADatabaseError),
        (_damaged, NotADatabaseError),
        (_folder, DatabaseNotWritableError),
        (_below_a_file, DatabaseNotWritableError),
    ],
)
def test_a_bad_sqlite_file_is_told_in_one_line(
    tmp_path: Path, make: Callable[[Path], Path], kind: type[StorageError]
) -> None:
    path = make(tmp_path)
    with pytest.raises(kind) as caught:
        open_database(f"sqlite:///{path}")
    assert str(path) in str(caught.value) or str(path.parent) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write anywhere, so the answer of the system is replaced and not the folder's mode alone."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(DatabaseNotWritableError, match="权限"):
        open_database(f"sqlite:///{tmp_path / 'a.db'}")


def test_a_locked_sqlite_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT_MS", 50)
    path = tmp_path / "a.db"
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseLockedError, match="占用"):
            open_database(f"sqlite:///{path}")
        other.execute("ROLLBACK")
    other.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://h/d", "nonsense", "", "http://x/"])
def test_an_address_that_cannot_be_used_is_told(url: str) -> None:
    """An audit in memory would be lost; anything else is a slip of the pen."""
    with pytest.raises(StorageError, match="sqlite:///"):
        open_database(url)


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    with pytest.raises(DatabaseUnreachableError) as caught:
        open_database("postgresql://someone:secret@127.0.0.1:1/nothing")
    assert "secret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_sqlite_is_opened_for_one_writer_and_many_readers(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 5000}
    engine.dispose()
