"""A round in a fresh database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runs.run_builder import Round


@pytest.fixture
def round_(tmp_path: Path) -> Iterator[Round]:
    made = Round(tmp_path)
    yield made
    made.engine.dispose()
