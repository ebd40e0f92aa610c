"""Every route × role × own and foreign unit: generated from the routes of the application, whoever wrote them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import Mount
from starlette.testclient import TestClient

from console.acting import Guard
from console.app import console_app
from console.rights import GRANTS, Right
from console.routing import PUBLIC, guard_of
from records.accounts import Role
from tests.console.conftest import UNITS, Desk, desk_in
from tests.console.evaluation_world import ROUND, World

OWN, FOREIGN = "dongcheng", "xicheng"
#: What only the foreign unit and who reviews it may read: it stands in its request for review.
SECRET = "栏目当天已更新"


@dataclass(frozen=True)
class Call:
    """One method of one route."""

    method: str
    path: str
    route: RouteContext

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def guard(self) -> Guard | None:
        return guard_of(self.route)

    @property
    def names(self) -> list[str]:
        return re.findall(r"{(\w+)(?::\w+)?}", self.path)

    def filled(self, **values: str) -> str:
        """The path with its parameters; what is not given does not exist."""
        return re.sub(
            r"{(\w+)(?::\w+)?}",
            lambda found: quote(values.get(found[1], _NOTHING.get(found[1], "0")), safe=""),
            self.path,
        )


_NOTHING = {"unit": "nowhere"}


def calls() -> list[Call]:
    """Every route as it stands in the application."""
    app = console_app(SimpleNamespace(program="0", hosts=(), evidence_origin="", secure=False))  # type: ignore[arg-type]
    found = []
    for one in iter_route_contexts(app.routes):
        if isinstance(one.original_route, APIRoute):
            found += [Call(method, str(one.path), one) for method in sorted(one.methods or ())]
        else:
            assert isinstance(one.original_route, Mount), one.path
            assert one.path in PUBLIC
    return found


ALL = calls()
GUARDED = [one for one in ALL if one.guard is not None]


@dataclass
class House:
    """A round in which a unit asked for review, and somebody of every role."""

    desk: Desk
    run: str
    clients: dict[Role, TestClient]
    csrf: dict[Role, str]

    def ask(self, role: Role, call: Call, path: str, *, token: bool = True, **headers: str):
        client = self.clients[role]
        client.cookies.delete("told")
        form = {"csrf": self.csrf[role]} if token and not path.startswith("/api/") else {}
        if token:
            headers["X-CSRF-Token"] = self.csrf[role]
        if call.method == "GET":
            return client.get(path, headers=headers)
        if path.startswith("/api/"):
            return client.request(call.method, path, headers=headers, json={})
        return client.request(call.method, path, headers=headers, data=form)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, empty_database) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    city = folder / "linshui"
    city.mkdir()
    (city / "units.yml").write_text(UNITS, "utf-8")
    with desk_in(folder, city, empty_database) as desk:
        run = World(desk).to_reviews()
        clients, csrf = {}, {}
        for role in Role:
            browser = desk.as_role(role, OWN if role is Role.UNIT else None)
            csrf[role] = browser.csrf
            clients[role] = TestClient(desk.app, follow_redirects=False, raise_server_exceptions=False)
            clients[role].cookies.update(browser.client.cookies)
        yield House(desk, run, clients, csrf)


def kept(house: House) -> None:
    """Whoever signed out in between is signed in again."""
    for role in Role:
        if house.clients[role].get("/me").status_code != 200:
            login = role.value if role is not Role.UNIT else f"unit-{OWN}"
            browser = house.desk.signed_in(login)
            house.csrf[role] = browser.csrf
            house.clients[role].cookies.clear()
            house.clients[role].cookies.update(browser.client.cookies)


def test_every_route_is_public_by_name_or_guarded() -> None:
    """A route that somebody forgot to guard is found here."""
    assert [str(one) for one in ALL if (one.guard is None) != (one.path in PUBLIC)] == []
    assert len(GUARDED) > 50


def test_what_changes_something_is_no_get() -> None:
    """A link or a picture on another site changes nothing: a GET has no token."""
    assert {one.method for one in GUARDED} <= {"GET", "POST", "PUT", "DELETE", "PATCH"}
    reads = {right for right in Right if right.value.startswith("see_") or right is Right.OWN_ACCOUNT}
    changing = {
        Right.HANDLE_COMPLAINTS,
        Right.RUN_ROUNDS,
        Right.DECIDE_EVENTS,
        Right.MANAGE_USERS,
        Right.VERIFY_FILINGS,
    }
    odd = [str(one) for one in GUARDED if one.method == "GET" and one.guard.right not in reads | changing]  # type: ignore[union-attr]
    assert odd == []


def test_the_auditor_changes_nothing() -> None:
    """Reads all: of what changes something, only the own account is open to it."""
    open_to_it = {one.guard.right for one in GUARDED if one.method != "GET"} & GRANTS[Role.AUDITOR]  # type: ignore[union-attr]
    assert open_to_it <= {Right.OWN_ACCOUNT}


def test_every_right_is_asked_for_and_granted() -> None:
    """A right that nobody has, or that opens nothing, is a mistake in one of the two tables."""
    granted = {right for rights in GRANTS.values() for right in rights}
    assert granted == set(Right)


def test_nobody_is_let_in_without_signing_in(house: House) -> None:
    """Pages lead to the sign-in, the API answers 401, whatever the path."""
    visitor = TestClient(house.desk.app, follow_redirects=False, raise_server_exceptions=False)
    odd = []
    for call in GUARDED:
        answer = visitor.request(call.method, call.filled(unit=OWN, run=house.run, round_id=ROUND))
        good = answer.status_code == 401 if call.path.startswith("/api/") else _to_login(answer)
        odd += [] if good else [f"{call}: {answer.status_code}"]
    assert odd == []


def _to_login(answer) -> bool:
    return answer.status_code == 303 and answer.headers["location"].startswith("/login?")


@pytest.mark.parametrize("role", Role)
def test_a_role_without_the_right_is_refused(house: House, role: Role) -> None:
    """403, before anything is looked up: with the form's token, for things that are there and that are not."""
    kept(house)
    odd = []
    for call in GUARDED:
        if call.guard.right in GRANTS[role]:  # type: ignore[union-attr]
            continue
        for values in ({}, {"unit": OWN, "run": house.run, "round_id": ROUND}):
            answer = house.ask(role, call, call.filled(**values))
            odd += [] if answer.status_code == 403 else [f"{call} {values}: {answer.status_code}"]
    assert odd == []


@pytest.mark.parametrize("role", Role)
def test_a_role_with_the_right_gets_through(house: House, role: Role) -> None:
    """No 403, and never a fault of ours: with what is there, what is not, and what no database takes."""
    kept(house)
    odd = []
    for call in GUARDED:
        if call.guard.right not in GRANTS[role] or call.path in ("/logout",):  # type: ignore[union-attr]
            continue
        for values in _fillings(call, house):
            answer = house.ask(role, call, call.filled(**values))
            fine = answer.status_code < 500 and answer.status_code not in (401, 403)
            odd += [] if fine else [f"{call} {values}: {answer.status_code} {answer.text[-300:]}"]
    assert odd == []


def _fillings(call: Call, house: House) -> list[dict[str, str]]:
    known = {"unit": OWN, "run": house.run, "round_id": ROUND, "indicator": "NYC-05"}
    strange = ["99999999999999999999", "-1", "../../etc/passwd", "' OR 1=1 --", "x" * 300, "\x00", "𝟙", "٣"]
    if not call.names:
        return [{}]
    return [known, {}, *(dict.fromkeys(call.names, value) for value in strange)]


def test_a_change_without_the_token_of_the_form_is_refused(house: House) -> None:
    """CSRF: each change by a session needs the token of one of its own pages."""
    kept(house)
    odd = []
    for call in GUARDED:
        if call.method == "GET":
            continue
        role = next(role for role in Role if call.guard.right in GRANTS[role])  # type: ignore[union-attr]
        path = call.filled(unit=OWN, run=house.run, round_id=ROUND)
        for token, headers in ((False, {}), (True, {"Origin": "https://evil.example"})):
            answer = house.ask(role, call, path, token=token, **headers)
            odd += [] if answer.status_code == 403 else [f"{call} {headers}: {answer.status_code}"]
    assert odd == []


def test_a_foreign_unit_is_not_there(house: House) -> None:
    """404 for what is another unit's, as for what is nowhere; the own one is found."""
    kept(house)
    odd, opened = [], 0
    for call in GUARDED:
        if "unit" not in call.names or call.guard.right not in GRANTS[Role.UNIT]:  # type: ignore[union-attr]
            continue
        for unit in (FOREIGN, "nowhere"):
            values = {"unit": unit, "run": house.run, "round_id": ROUND, "indicator": "NYC-05"}
            answer = house.ask(Role.UNIT, call, call.filled(**values))
            odd += [] if answer.status_code == 404 else [f"{call} {unit}: {answer.status_code}"]
        own = {"unit": OWN, "run": house.run, "round_id": ROUND, "indicator": "NYC-05"}
        opened += house.ask(Role.UNIT, call, call.filled(**own)).status_code == 200
    assert odd == []
    assert opened > 0  # the own unit gets through: the 404 is not for everybody


def points_of(answer, unit: str) -> bool:
    """Whether JSON says what a unit got, while the round is a draft."""
    if not answer.headers.get("content-type", "").startswith("application/json"):
        return False
    left = [answer.json()]
    while left:
        one = left.pop()
        if isinstance(one, list):
            left += one
        elif isinstance(one, dict):
            left += one.values()
            if unit in (one.get("unit"), one.get("id")) and {"total", "points", "low", "high", "rank"} & set(one):
                return True
    return False


def test_a_unit_reads_nothing_of_another(house: House) -> None:
    """Whatever address it makes up from what exists, the other's words are in no answer."""
    kept(house)
    seen = house.clients[Role.OFFICE].get(f"/reviews/{ROUND}/{FOREIGN}/NYC-05")
    assert SECRET in seen.text  # who may read it does
    pool = {
        "unit": (OWN, FOREIGN), "run": (house.run, "1", "2"), "round_id": (ROUND,), "indicator": ("NYC-05", "NYC-13"),
        "number": ("1", "2", "3"), "kind": ("finding", "audit", "filed"),
    }  # fmt: skip
    odd, read = [], 0
    for call in GUARDED:
        if call.method != "GET" or call.guard.right not in GRANTS[Role.UNIT]:  # type: ignore[union-attr]
            continue
        choices = [pool.get(name, ("1", "2", "3")) for name in call.names]
        for values in product(*choices):
            for query in ("", f"?unit={FOREIGN}", f"?round={ROUND}&unit={FOREIGN}&row=NYC-05"):
                answer = house.ask(Role.UNIT, call, call.filled(**dict(zip(call.names, values, strict=True))) + query)
                read += answer.status_code == 200
                odd += [f"{call} {values} {query}"] if SECRET in answer.text or points_of(answer, FOREIGN) else []
    assert odd == []
    assert read > 5
    office = house.clients[Role.OFFICE].get(f"/api/v1/runs/{house.run}/units", headers={"X-CSRF-Token": ""})
    assert office.status_code != 200 or points_of(office, FOREIGN)  # what is looked for is there for who may see it


def test_a_session_that_waits_for_the_code_opens_nothing(house: House) -> None:
    """Between password and code: nothing, by any route."""
    accounts = house.desk.tools.accounts.accounts
    owner = accounts.credentials("operator").account  # type: ignore[union-attr]
    accounts.change(owner.id, totp="JBSWY3DPEHPK3PXP")
    visitor = TestClient(house.desk.app, follow_redirects=False, raise_server_exceptions=False)
    assert visitor.post("/login", data={"login": "operator", "password": "correct-horse-9"}).status_code == 303
    odd = []
    for call in GUARDED:
        answer = visitor.request(call.method, call.filled(unit=OWN, run=house.run, round_id=ROUND))
        good = (
            answer.status_code == 401
            if call.path.startswith("/api/")
            else answer.headers.get("location") == "/login/code"
        )
        odd += [] if good else [f"{call}: {answer.status_code}"]
    accounts.change(owner.id, totp=None)
    assert odd == []


def test_a_token_that_only_reads_changes_nothing(house: House) -> None:
    """And no token opens a page: pages are for people."""
    tools = house.desk.tools
    odd = []
    for role in Role:
        login = role.value if role is not Role.UNIT else f"unit-{OWN}"
        owner = tools.accounts.accounts.credentials(login).account  # type: ignore[union-attr]
        token, _ = tools.accounts.tokens.make(owner, name="t", days=1, reads_only=True, at=tools.now())
        client = TestClient(house.desk.app, follow_redirects=False, raise_server_exceptions=False)
        client.headers["Authorization"] = f"Bearer {token}"
        for call in GUARDED:
            if call.guard.right not in GRANTS[role]:  # type: ignore[union-attr]
                continue
            answer = client.request(call.method, call.filled(unit=OWN, run=house.run, round_id=ROUND))
            if not call.path.startswith("/api/"):
                good = _to_login(answer)
            elif call.method == "GET":
                good = answer.status_code < 500 and answer.status_code not in (401, 403)
            else:
                good = answer.status_code == 403
            odd += [] if good else [f"{role} {call}: {answer.status_code}"]
    assert odd == []
