"""A console on a city of its own, and browsers of every role that speak to it over ASGI."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from chengjian.console_room import open_console
from chengjian.settings import Settings
from console.app import console_app
from console.tools import ConsoleTools
from records.accounts import Role
from services.accounts import AccountDesk
from services.rounds.life import BEIJING
from storage.accounts import AccountRepository
from storage.database import open_database

PASSWORD = "correct-horse-9"
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=BEIJING)
FAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # the cost of a hash is argon2's to test

UNITS = """\
format: chengjian.city/1
id: linshui
name: 临水市
short_name: 临水
province: 河南省
units:
  - {id: dongcheng, name: 东城县, kind: county, portals: [{url: "http://dongcheng.example/", verified: true}]}
  - {id: xicheng, name: 西城县, kind: county, portals: [{url: "http://xicheng.example/", verified: true}]}
  - {id: beicheng, name: 北城县, kind: county, portals: [{url: "http://beicheng.example/", verified: true}]}
"""


class Clock:
    """The time of a test; it goes on only when the test says so."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, span: timedelta) -> None:
        self.at += span


@dataclass
class Desk:
    """A console and who works at it."""

    tools: ConsoleTools
    clock: Clock
    app: object

    def account(self, login: str, role: Role, unit: str | None = None) -> None:
        self.tools.accounts.create(
            login=login, name=f"测{login}", role=role, unit=unit, password=PASSWORD, at=self.clock(), must_change=False
        )

    def visitor(self) -> TestClient:
        return TestClient(self.app, base_url="http://testserver", follow_redirects=False)  # type: ignore[arg-type]  # ASGI

    def signed_in(self, login: str) -> "Browser":
        client = self.visitor()
        answer = client.post("/login", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return Browser(client)

    def as_role(self, role: Role, unit: str | None = None) -> "Browser":
        """Somebody of that role; the account is made where there is none."""
        login = role.value if unit is None else f"{role.value}-{unit}"
        if self.tools.accounts.accounts.credentials(login) is None:
            self.account(login, role, unit)
        return self.signed_in(login)


@dataclass
class Browser:
    """Follows what a page offers: the token of its forms is read from the page."""

    client: TestClient

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path, follow_redirects=True)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:600]}"
        return answer.text

    @property
    def csrf(self) -> str:
        found = re.search(r'<meta name="csrf" content="([^"]*)"', self.get("/me"))
        assert found is not None
        return found[1]

    def post(self, path: str, status: int = 200, **fields: object) -> str:
        """Send a form and follow to where it leads."""
        answer = self.client.post(path, data={"csrf": self.csrf, **fields}, follow_redirects=True)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:600]}"
        return answer.text


@pytest.fixture
def city_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "linshui"
    folder.mkdir()
    (folder / "units.yml").write_text(UNITS, "utf-8")
    return folder


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and nothing in them, made once: the migrations take longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "console.sqlite3"
    open_database(f"sqlite:///{path}").dispose()
    return path


@contextmanager
def desk_in(folder: Path, city_folder: Path, empty_database: Path) -> Iterator[Desk]:
    """A console on SQLite below ``folder``, with nobody in it."""
    shutil.copy(empty_database, folder / "console.sqlite3")
    clock = Clock()
    settings = Settings(
        home=folder / "home", database=f"sqlite:///{folder / 'console.sqlite3'}", contact="a@b.example", chromium=None,
        hosts=("testserver",),
    )  # fmt: skip
    tools = open_console(settings, str(city_folder), now=clock)
    tools = replace(tools, accounts=AccountDesk(AccountRepository(tools.engine), FAST, tools.accounts.key), patience=30)
    yield Desk(tools, clock, console_app(tools))
    tools.engine.dispose()


@pytest.fixture
def desk(tmp_path: Path, city_folder: Path, empty_database: Path) -> Iterator[Desk]:
    """A console of one test."""
    with desk_in(tmp_path, city_folder, empty_database) as made:
        yield made


RoleBrowser = Callable[[Role], Browser]
