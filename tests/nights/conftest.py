"""A watched portal in a fresh database, copied from one that was migrated once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import open_database
from tests.nights.watched_city import WatchedCity


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("watch") / "empty.sqlite3"
    engine = open_database(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def city(migrated: Path, tmp_path: Path) -> Iterator[WatchedCity]:
    path = tmp_path / "watch.sqlite3"
    shutil.copy(migrated, path)
    made = WatchedCity(path)
    yield made
    made.engine.dispose()
