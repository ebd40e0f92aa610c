"""Evidence over a real database: SQLite for most tests, both kinds where the schema matters."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import open_database
from tests.evidence.evidence_builder import Watch


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    """A city that is watched, with an evidence folder of its own."""
    engine = open_database(f"sqlite:///{tmp_path / 'watch.sqlite3'}")
    yield Watch(engine, tmp_path / "evidence")
    engine.dispose()
