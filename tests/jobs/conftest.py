from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from storage.database import open_database


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()
