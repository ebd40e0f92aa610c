"""Each guard keeps an attack out, and the same attack comes through where the guard is off: the test can fail."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from starlette.testclient import TestClient

from console import acting, headers, limits, web
from records.accounts import Role
from services import accounts, api_tokens, passwords
from services.factor_key import FactorKey
from services.schemes import WrongCallError
from storage import accounts as stored_accounts
from storage import database, sign_in_gates
from storage.accounts import AccountRepository
from tests.console.conftest import PASSWORD, Desk
from tests.console.evaluation_world import World

Switch = Callable[[pytest.MonkeyPatch], object]


@dataclass(frozen=True)
class Attack:
    """What somebody tries, answered with whether it came through; and how its guard is switched off."""

    name: str
    try_it: Callable[[Desk], bool]
    off: Switch = field(repr=False)


def sign_in(client: TestClient, login: str = "analyst", password: str = PASSWORD, **told: Any) -> Any:
    return client.post("/login", data={"login": login, "password": password, **told})


def nothing(*_: object, **__: object) -> None:
    """In the place of a check."""


def unchecked(*_: object) -> tuple[()]:
    """In the place of conditions."""
    return ()


async def later(*_: object, **__: object) -> None:
    """In the place of a check that is waited for."""


# -- what is tried -------------------------------------------------------------------------------------------------


def a_form_of_another_site(desk: Desk) -> bool:
    client = desk.as_role(Role.ANALYST).client
    return client.post("/me/tokens", data={"name": "x", "days": "9"}).status_code == 200


def a_form_with_a_stolen_token(desk: Desk) -> bool:
    browser = desk.as_role(Role.ANALYST)
    form = {"csrf": browser.csrf, "name": "x", "days": "9"}
    return browser.client.post("/me/tokens", data=form, headers={"Origin": "https://evil.example"}).status_code == 200


def signing_a_victim_in(desk: Desk) -> bool:
    desk.account("analyst", Role.ANALYST)
    form = {"login": "analyst", "password": PASSWORD}
    return desk.visitor().post("/login", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 303


def a_page_of_another_role(desk: Desk) -> bool:
    return desk.as_role(Role.ANALYST).client.get("/users").status_code == 200


def a_page_of_another_unit(desk: Desk) -> bool:
    world = World(desk)
    run = world.to_feedback()
    return world.unit("dongcheng").client.get(f"/overview/{run}/units/xicheng").status_code == 200


def framing_our_pages(desk: Desk) -> bool:
    answer = desk.visitor().get("/first")
    refused = answer.headers.get("x-frame-options") == "DENY"
    return not refused and "frame-ancestors 'none'" not in answer.headers.get("content-security-policy", "")


def a_script_in_our_pages(desk: Desk) -> bool:
    answer = desk.visitor().get("/first")
    return "script-src 'self'" not in answer.headers.get("content-security-policy", "script-src 'none' is missing")


def reading_a_page_from_the_cache(desk: Desk) -> bool:
    return "no-store" not in desk.as_role(Role.ANALYST).client.get("/me").headers.get("cache-control", "")


def the_page_of_a_fault_without_headers(desk: Desk) -> bool:
    """A fault of ours is answered outside of everything: its page must be guarded as well."""

    def fail(_request: object) -> None:
        raise RuntimeError("ours")

    desk.app.router.add_route("/fails", fail)  # type: ignore[attr-defined]
    client = TestClient(desk.app, raise_server_exceptions=False)  # type: ignore[arg-type]
    answer = client.get("/fails")
    assert answer.status_code == 500
    assert "RuntimeError" not in answer.text
    return "content-security-policy" not in answer.headers


def another_name_for_our_address(desk: Desk) -> bool:
    """DNS rebinding: a page of evil.example whose name leads to this machine."""
    return desk.visitor().get("/first", headers={"Host": "evil.example"}).status_code == 200


def a_form_that_is_too_large(desk: Desk) -> bool:
    desk.account("analyst", Role.ANALYST)
    padding = {f"field{number}": "x" * 400_000 for number in range(4)}
    return "登录名或密码不对" in sign_in(desk.visitor(), password="wrong", **padding).text


def a_body_without_length_that_does_not_end(desk: Desk) -> bool:
    desk.account("analyst", Role.ANALYST)
    taken = 0

    def pieces() -> Any:
        nonlocal taken
        yield b"login=analyst&password="
        for _ in range(30):
            taken += 1
            yield b"x" * 100_000

    answer = desk.visitor().post(
        "/login", content=pieces(), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    return answer.status_code != 413


def guessing_a_password(desk: Desk) -> bool:
    desk.account("analyst", Role.ANALYST)
    for number in range(10):
        sign_in(desk.visitor(), password=f"wrong-guess-{number}")
    return sign_in(desk.visitor()).status_code == 303


def a_session_that_was_left_open(desk: Desk) -> bool:
    client = desk.as_role(Role.ANALYST).client
    desk.clock.pass_by(timedelta(hours=2))
    return client.get("/me").status_code == 200


def a_session_that_never_ends(desk: Desk) -> bool:
    client = desk.as_role(Role.ANALYST).client
    for _ in range(40):
        desk.clock.pass_by(timedelta(minutes=20))
        client.get("/me")
    return client.get("/me").status_code == 200


def a_code_seen_over_the_shoulder(desk: Desk) -> bool:
    desk.account("analyst", Role.ANALYST)
    tools = desk.tools
    owner = tools.accounts.accounts.credentials("analyst")
    assert owner is not None
    secret = tools.accounts.begin_factor(owner.account)
    tools.accounts.prove_factor(owner.account, pyotp.TOTP(secret).at(desk.clock()), at=desk.clock(), but=None)
    desk.clock.pass_by(timedelta(minutes=5))
    code, done = pyotp.TOTP(secret).at(desk.clock()), []
    for _ in range(2):
        visitor = desk.visitor()
        sign_in(visitor)
        page = visitor.get("/login/code").text
        csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
        done.append(visitor.post("/login/code", data={"csrf": csrf, "code": code}).status_code == 303)
    assert done[0]
    return done[1]


def only_the_password_of_two(desk: Desk) -> bool:
    desk.account("analyst", Role.ANALYST)
    owner = desk.tools.accounts.accounts.credentials("analyst")
    assert owner is not None
    desk.tools.accounts.accounts.change(owner.account.id, totp="JBSWY3DPEHPK3PXP")
    visitor = desk.visitor()
    sign_in(visitor)
    return visitor.get("/me").status_code == 200


def a_password_that_another_knows(desk: Desk) -> bool:
    desk.tools.accounts.create(
        login="analyst", name="新", role=Role.ANALYST, unit=None, password=PASSWORD, at=desk.clock()
    )
    visitor = desk.visitor()
    sign_in(visitor)
    return visitor.get("/me").status_code == 200


def a_weak_password(desk: Desk) -> bool:
    try:
        desk.tools.accounts.create(
            login="analyst", name="新", role=Role.ANALYST, unit=None, password="1", at=desk.clock()
        )
    except WrongCallError:
        return False
    return True


def leading_to_another_site(desk: Desk) -> bool:
    desk.account("analyst", Role.ANALYST)
    return bool(sign_in(desk.visitor(), next="//evil.example/").headers["location"] == "//evil.example/")


def markup_in_a_name(desk: Desk) -> bool:
    desk.tools.accounts.create(
        login="x1", name="<script>alert(1)</script>", role=Role.ANALYST, unit=None, password=PASSWORD, at=desk.clock()
    )
    return "<script>alert(1)" in desk.as_role(Role.OPERATOR).get("/users")


def what_a_thief_of_the_database_reads(desk: Desk) -> bool:
    """The stored form of a session is tried as the cookie."""
    desk.as_role(Role.ANALYST)
    owner = desk.tools.accounts.accounts.credentials("analyst")
    assert owner is not None
    stored = desk.tools.accounts.accounts.sessions(owner.account.id)[0].sha256
    thief = desk.visitor()
    thief.cookies.set("chengjian", stored)
    return thief.get("/me").status_code == 200


def codes_made_from_the_database(desk: Desk) -> bool:
    """What stands there as the secret of the second factor is fed to an authenticator."""
    from sqlalchemy import select

    from storage.account_tables import account

    desk.account("analyst", Role.ANALYST)
    owner = desk.tools.accounts.accounts.credentials("analyst")
    assert owner is not None
    secret = desk.tools.accounts.begin_factor(owner.account)
    desk.tools.accounts.prove_factor(owner.account, pyotp.TOTP(secret).at(desk.clock()), at=desk.clock(), but=None)
    desk.clock.pass_by(timedelta(minutes=5))
    with desk.tools.engine.connect() as connection:
        stored = str(connection.scalar(select(account.c.totp)))
    return pyotp.TOTP(secret).at(desk.clock()) in _codes_of(stored, desk)


def _codes_of(stored: str, desk: Desk) -> list[str]:
    """Of everything in it that an authenticator takes for a secret."""
    found = []
    for one in [stored, *stored.split(":")]:
        try:
            found.append(pyotp.TOTP(one).at(desk.clock()))
        except ValueError:
            continue
    return found


def a_password_that_was_just_changed(desk: Desk) -> bool:
    """Somebody who has it is being let in while its owner changes it."""
    desk.account("analyst", Role.ANALYST)
    tools = desk.tools.accounts
    found = tools.accounts.credentials("analyst")
    assert found is not None
    tools.accounts.change(found.account.id, password=tools.passwords.hash("another-horse-7"), ends_sessions=True)
    try:
        tools._begin(found, at=desk.clock(), visitor=accounts.Visitor("10.0.0.66"), waits=False)
    except WrongCallError:
        return False
    return True


def a_secret_seen_on_the_page_before(desk: Desk) -> bool:
    """Taken down at an open desk, before its owner sets the second factor up."""
    browser = desk.as_role(Role.ANALYST)
    owner = desk.tools.accounts.accounts.credentials("analyst")
    assert owner is not None
    seen = desk.tools.accounts.begin_factor(owner.account)
    shown = browser.get("/me/second-factor")
    return " ".join(seen[start : start + 4] for start in range(0, len(seen), 4)) in shown


def a_stored_token_of_the_api(desk: Desk) -> bool:
    from sqlalchemy import select

    from storage.account_tables import api_token

    desk.account("analyst", Role.ANALYST)
    owner = desk.tools.accounts.accounts.credentials("analyst")
    assert owner is not None
    desk.tools.accounts.tokens.make(owner.account, name="x", days=9, reads_only=False, at=desk.clock())
    with desk.tools.engine.connect() as connection:
        stored = str(connection.scalar(select(api_token.c.sha256)))
    return desk.visitor().get("/api/v1/me", headers={"Authorization": f"Bearer {stored}"}).status_code == 200


def a_token_that_only_reads(desk: Desk) -> bool:
    desk.account("operator", Role.OPERATOR)
    owner = desk.tools.accounts.accounts.credentials("operator")
    assert owner is not None
    token, _ = desk.tools.accounts.tokens.make(owner.account, name="x", days=9, reads_only=True, at=desk.clock())
    answer = desk.visitor().post(
        "/api/v1/accounts", json={"login": "new", "name": "新", "role": "operator"},
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    return answer.status_code == 201


def a_number_of_a_person(desk: Desk) -> bool:
    desk.tools.log.add(at=desk.clock(), by="li", role="", action="x", subject="y", told="联系电话13812345678，请回复")
    return "13812345678" in desk.as_role(Role.OFFICE).get("/log")


def a_number_that_no_database_takes(desk: Desk) -> bool:
    client = TestClient(desk.app, raise_server_exceptions=False, follow_redirects=False)  # type: ignore[arg-type]
    client.cookies.update(desk.as_role(Role.OPERATOR).client.cookies)
    return client.get("/users/99999999999999999999").status_code == 500


def undo_escape(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(web, "select_autoescape", lambda **_: False)
    web.environment.cache_clear()
    patch.setattr(web, "environment", web.environment.__wrapped__)


def plain_digest(patch: pytest.MonkeyPatch) -> None:
    """Keep the tokens themselves."""
    patch.setattr(accounts, "digest", lambda token: token[:64])
    patch.setattr(api_tokens, "_digest", lambda token: token[:64])


def no_frames(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(headers, "CONTENT_SECURITY", "default-src 'none'; script-src 'self'{evidence}")
    patch.setattr(headers, "ALWAYS", {})


async def bare(self: headers.SecurityHeaders, scope: Any, receive: Any, send: Any) -> None:
    await self.app(scope, receive, send)


def own_check(name: str) -> Switch:
    return lambda patch: patch.setattr(acting, name, later if name == "check_token" else nothing)


def at_login(patch: pytest.MonkeyPatch) -> None:
    from console.pages import login

    patch.setattr(login, "check_origin", nothing)


def at_next(patch: pytest.MonkeyPatch) -> None:
    from console.pages import login

    patch.setattr(login, "local_path", lambda text, _otherwise: text)


def waiting_opens(patch: pytest.MonkeyPatch) -> None:
    plain = AccountRepository.begin

    def begin(self: AccountRepository, *given: Any, **told: Any) -> None:
        plain(self, *given, **(told | {"waits": False}))

    patch.setattr(AccountRepository, "begin", begin)


def codes_again(patch: pytest.MonkeyPatch) -> None:
    from services import second_factor

    plain = second_factor.step_of
    patch.setattr(second_factor, "step_of", lambda *given, at, after: plain(*given, at=at, after=None))
    patch.setattr(AccountRepository, "take_code", lambda *_: True)


def in_clear(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(FactorKey, "lock", lambda _self, secret: secret)


def the_same_secret(patch: pytest.MonkeyPatch) -> None:
    from services import second_factor

    secret = second_factor.new_secret()
    patch.setattr(second_factor, "new_secret", lambda: secret)


def no_limit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(limits.LimitedBody, "_refuse", later)


def no_mask(patch: pytest.MonkeyPatch) -> None:
    from console import privacy

    patch.setattr(privacy, "mask", lambda text: text)


def any_unit(patch: pytest.MonkeyPatch) -> None:
    from console.run_choice import Looking

    patch.setattr(Looking, "unit", lambda self, unit: self.run.units[unit])


def any_number(patch: pytest.MonkeyPatch) -> None:
    from console import routing

    patch.setattr(routing, "_stands_in_a_column", lambda _text: True)
    patch.setattr(database, "NotStorableError", RuntimeError)


ATTACKS = (
    Attack("csrf", a_form_of_another_site, own_check("check_token")),
    Attack("origin", a_form_with_a_stolen_token, own_check("check_origin")),
    Attack("login csrf", signing_a_victim_in, at_login),
    Attack("role", a_page_of_another_role, lambda patch: patch.setattr(acting, "has", lambda *_: True)),
    Attack("unit", a_page_of_another_unit, any_unit),
    Attack("frame", framing_our_pages, no_frames),
    Attack("script", a_script_in_our_pages, lambda patch: patch.setattr(headers.SecurityHeaders, "__call__", bare)),
    Attack("cache", reading_a_page_from_the_cache, lambda p: p.setattr(headers.SecurityHeaders, "__call__", bare)),
    Attack("500", the_page_of_a_fault_without_headers, lambda p: p.setattr(headers.SecurityHeaders, "__call__", bare)),
    Attack("host", another_name_for_our_address, lambda p: p.setattr(headers.AllowedHosts, "_ours", lambda *_: True)),
    Attack("size", a_form_that_is_too_large, no_limit),
    Attack("chunks", a_body_without_length_that_does_not_end, no_limit),
    Attack("guess", guessing_a_password, lambda p: p.setattr(sign_in_gates.SignInGates, "take", nothing)),
    Attack("idle", a_session_that_was_left_open, lambda p: p.setattr(accounts, "IDLE", timedelta(days=9))),
    Attack("endless", a_session_that_never_ends, lambda p: p.setattr(accounts, "LONGEST", timedelta(days=9))),
    Attack("code twice", a_code_seen_over_the_shoulder, codes_again),
    Attack("second factor", only_the_password_of_two, waiting_opens),
    Attack("must change", a_password_that_another_knows, own_check("check_ready")),
    Attack("weak", a_weak_password, lambda p: p.setattr(accounts, "check_password", nothing)),
    Attack("redirect", leading_to_another_site, at_next),
    Attack("markup", markup_in_a_name, undo_escape),
    Attack("stolen session", what_a_thief_of_the_database_reads, plain_digest),
    Attack("stolen secret", codes_made_from_the_database, in_clear),
    Attack(
        "overtaken", a_password_that_was_just_changed, lambda p: p.setattr(stored_accounts, "_unchanged", unchecked)
    ),
    Attack("seen secret", a_secret_seen_on_the_page_before, the_same_secret),
    Attack("stolen token", a_stored_token_of_the_api, plain_digest),
    Attack("read-only", a_token_that_only_reads, own_check("check_sender")),
    Attack("personal number", a_number_of_a_person, no_mask),
    Attack("large number", a_number_that_no_database_takes, any_number),
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.name)
def test_the_guard_keeps_it_out(desk: Desk, attack: Attack) -> None:
    """With everything as it is."""
    assert not attack.try_it(desk)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.name)
def test_without_the_guard_it_comes_through(desk: Desk, attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the attack is one, and it is this guard that keeps it out."""
    try:
        attack.off(monkeypatch)
        desk.app.middleware_stack = None  # type: ignore[attr-defined]  # built anew
        assert attack.try_it(desk)
    finally:
        monkeypatch.undo()
        web.environment.cache_clear()


def test_a_hash_is_made_by_argon2id() -> None:
    """And by no other: the hasher that is built without being told is the recommended one (RFC 9106)."""
    kept = passwords.Passwords().hash(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
