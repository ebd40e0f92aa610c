"""Every storage test runs on both databases: a fresh SQLite file, and a fresh schema of one PostgreSQL server."""

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum

import pytest
from hypothesis import strategies as st
from sqlalchemy import Engine

from records.crawl import CrawlPlan
from storage.audits import AuditRepository
from storage.database import open_database

PLAN = CrawlPlan(url="http://www.qinghe.test/", user_agent="Chengjian/0 (+mailto:a@b.test)")
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def audits(engine: Engine) -> AuditRepository:
    return AuditRepository(engine)


@pytest.fixture
def begin(audits: AuditRepository) -> Callable[[], int]:
    """A function that opens a new audit of one and the same portal."""
    return lambda: audits.begin(PLAN, policy="nanyang-monthly", as_of=date(2026, 11, 21), program="0.1.0")


def _arbitrary(kind: typing.Any, name: str = "") -> st.SearchStrategy[typing.Any]:
    """Any value of a record type: every field given, text of any characters, instants of any offset."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([st.none() if one is type(None) else _arbitrary(one, name) for one in arguments])
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(_arbitrary(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(_arbitrary, arguments))
    if name == "sha256":
        return st.binary(min_size=32, max_size=32).map(bytes.hex)
    if kind is str:
        return st.text(st.characters(exclude_categories=()), max_size=20)
    if kind is int:
        bounds = {"simhash": (0, 2**64 - 1), "http_status": (0, 999)}
        return st.integers(*bounds.get(name, (-(2**63), 2**63 - 1)))
    if kind is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    if kind is datetime:
        zones = st.integers(-720, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))
        return st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=zones)  # noqa: DTZ001
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if isinstance(kind, type) and (dataclasses.is_dataclass(kind) or issubclass(kind, tuple)):
        hints = typing.get_type_hints(kind)
        return st.builds(kind, **{field: _arbitrary(hint, field) for field, hint in hints.items()})
    return st.from_type(kind)


@pytest.fixture(scope="session")
def arbitrary() -> Callable[[typing.Any], st.SearchStrategy[typing.Any]]:
    """A function from a record type to a strategy for any of its values."""
    return _arbitrary
