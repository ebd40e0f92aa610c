"""Five journeys through the console in a real Chromium, on a city that was crawled for three nights."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from chengjian.console_room import open_console
from chengjian.demo.errands import Errands, furnish
from chengjian.demo.people import Person, sign_up
from chengjian.settings import CHROMIUM_NAMES, Settings
from tests.demo_played import Played
from tests.journeys.at_desk import SCREEN, AtDesk
from tests.journeys.service import Service, copy_of, serving

CHROMIUM = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The play itself, where it was not played yet, takes its time on two cores that are shared."""
    for item in items:
        if item.path.parent == _HERE:
            item.add_marker(pytest.mark.timeout(600))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: make setup installs one"))


@dataclass
class Office:
    """A console that runs, and who works there: one browser context for each person, used again."""

    service: Service
    browser: Browser
    seen: set[str]
    people: dict[str, Person] = field(default_factory=dict)
    rounds: Errands | None = None
    desks: dict[str, AtDesk] = field(default_factory=dict)

    def visitor(self) -> AtDesk:
        """A browser in which nobody is signed in."""
        context = self.browser.new_context(viewport=SCREEN, locale="zh-CN")  # type: ignore[arg-type]  # a ViewportSize
        context.set_default_timeout(20_000)
        return AtDesk(context, self.service.address, self.seen)

    def as_(self, login: str) -> AtDesk:
        """That person, signed in."""
        if login not in self.desks:
            desk = self.visitor()
            desk.sign_in(login, self.people[login].password)
            self.desks[login] = desk
        return self.desks[login]


@pytest.fixture(scope="package")
def chromium(played: Played) -> Iterator[Browser]:
    """Closed before other tests go on: its event loop stands in the way of theirs.  The play needs one of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def seen() -> set[str]:
    """Kinds of pages that were looked at."""
    return set()


@pytest.fixture(scope="module")
def empty_office(
    played: Played, chromium: Browser, seen: set[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """A service that was just installed: nobody has an account."""
    home = copy_of(played.outcome.home, tmp_path_factory.mktemp("first") / "home")
    with serving(home) as service:
        yield Office(service, chromium, seen)


@pytest.fixture(scope="package")
def office(
    played: Played, chromium: Browser, seen: set[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """The demo's office: accounts of every role, a round that waits for answers and one that gathers."""
    home = copy_of(played.outcome.home, tmp_path_factory.mktemp("office") / "home")
    settings = Settings(home, f"sqlite:///{home / 'chengjian.sqlite3'}", "mailto:tests@example.invalid", None)
    tools = open_console(settings, str(home / "yunxi"))
    people = sign_up(tools)
    with serving(home) as service:
        rounds = furnish(service.address, people, tools.today)
        yield Office(service, chromium, seen, {one.login: one for one in people}, rounds)
    tools.engine.dispose()


@pytest.fixture(autouse=True)
def no_fault_in_the_browser(request: pytest.FixtureRequest) -> Iterator[Callable[[AtDesk], AtDesk]]:
    """No script failed and no policy of ours was broken by a page of ours."""
    watched: list[AtDesk] = []

    def watch(desk: AtDesk) -> AtDesk:
        watched.append(desk)
        return desk

    yield watch
    for name in ("office", "empty_office"):
        if name in request.fixturenames:
            watched += request.getfixturevalue(name).desks.values()
    assert [fault for desk in watched for fault in desk.faults] == []
