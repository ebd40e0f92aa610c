"""Signing in and out: who gets in, who is kept out, and for how long."""

import re
from datetime import timedelta

import pyotp
import pytest

from records.accounts import Role

PASSWORD = "correct-horse-9"


def sign_in(client, login="analyst", password=PASSWORD, **fields):
    return client.post("/login", data={"login": login, "password": password, **fields})


def actions(desk):
    return [one.action for one in reversed(desk.tools.log.newest(limit=100))]


def secret_on(page):
    found = re.search(r"密钥：<code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    return found[1].replace(" ", "")


def code_of(desk, secret):
    return pyotp.TOTP(secret).at(desk.clock())


def with_factor(desk, role=Role.ANALYST):
    """A browser of somebody with a second factor, and the secret."""
    browser = desk.as_role(role)
    secret = secret_on(browser.get("/me/second-factor"))
    browser.post("/me/second-factor", code=code_of(desk, secret))
    desk.clock.pass_by(timedelta(minutes=2))
    return browser, secret


def test_nobody_sees_a_page_without_signing_in(desk):
    """Whoever is not signed in is sent to the sign-in, and back to where they wanted to go."""
    answer = desk.visitor().get("/me?x=1")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=/me")


def test_first_administrator_needs_the_word_of_the_terminal(desk):
    """There is no default password, and the first visitor is not the administrator by being first."""
    visitor = desk.visitor()
    form = {"login": "admin", "name": "管理", "password": PASSWORD}
    assert visitor.get("/login").headers["location"] == "/first"
    assert visitor.post("/first", data={**form, "token": "guess"}).status_code == 422
    assert visitor.post("/first", data={**form, "token": desk.tools.first_token}).status_code == 303
    assert desk.signed_in("admin")
    again = visitor.post("/first", data={**form, "login": "two", "token": desk.tools.first_token})
    assert again.status_code == 422
    assert "已经有账户" in again.text
    assert [one.login for one in desk.tools.accounts.accounts.all()] == ["admin"]


def test_idle_session_ends(desk):
    """A desk that was left is not open for who passes by; a page that asks by itself does not keep it open."""
    browser = desk.as_role(Role.ANALYST)
    for _ in range(3):
        desk.clock.pass_by(timedelta(minutes=20))
        assert browser.client.get("/me").status_code == 200
    desk.clock.pass_by(timedelta(minutes=20))
    assert browser.client.get("/me", headers={"X-Background": "1"}).status_code == 200
    desk.clock.pass_by(timedelta(minutes=11))
    assert browser.client.get("/me").status_code == 303


def test_every_session_ends_after_twelve_hours(desk):
    """A cookie that was taken is not good for ever, however busy its owner is."""
    browser = desk.as_role(Role.ANALYST)
    for _ in range(35):
        desk.clock.pass_by(timedelta(minutes=20))
        assert browser.client.get("/me").status_code == 200
    desk.clock.pass_by(timedelta(minutes=20))
    assert browser.client.get("/me").status_code == 303


def test_wrong_login_and_wrong_password_are_answered_alike(desk):
    """Nobody learns by trying which logins there are, nor by how a login is shut."""
    desk.account("analyst", Role.ANALYST)
    answers = {}
    for login in ("analyst", "nobody"):
        visitor = desk.visitor()
        answers[login] = [sign_in(visitor, login, "wrong-wrong-1") for _ in range(6)]
    seen = {login: [(one.status_code, one.text.replace(login, "")) for one in all_] for login, all_ in answers.items()}
    assert seen["analyst"] == seen["nobody"]
    assert "登录名或密码不对" in seen["nobody"][0][1]
    assert "连续输错次数过多" in seen["nobody"][5][1]


def test_an_unknown_login_takes_as_long(desk, monkeypatch):
    """The password of an unknown login is hashed too, at the same cost: the time tells nothing."""
    desk.account("analyst", Role.ANALYST)
    passwords, costs = desk.tools.accounts.passwords, []
    hasher = passwords._hasher

    class Noting:
        def verify(self, kept, password):
            costs.append(kept.rsplit("$", 2)[0])  # algorithm, version, memory and rounds
            return hasher.verify(kept, password)

    monkeypatch.setattr(passwords, "_hasher", Noting())
    for login in ("analyst", "nobody"):
        sign_in(desk.visitor(), login, "wrong-wrong-1")
    assert len(costs) == 2
    assert costs[0] == costs[1]


def test_tries_run_out_and_come_back(desk):
    """Five wrong passwords shut a login for strangers; the right one does not open it before its time."""
    desk.account("analyst", Role.ANALYST)
    visitor = desk.visitor()
    for _ in range(5):
        assert "登录名或密码不对" in sign_in(visitor, password="wrong-wrong-1").text
    refused = sign_in(visitor)
    assert refused.status_code == 422
    assert "连续输错次数过多" in refused.text
    desk.clock.pass_by(timedelta(minutes=16))
    assert sign_in(visitor).status_code == 303


def test_strangers_do_not_lock_an_office_out(desk):
    """Whoever signed in with this browser before gets in, however often strangers guess."""
    browser = desk.as_role(Role.ANALYST)
    browser.post("/logout")
    for _ in range(8):
        sign_in(desk.visitor(), password="wrong-wrong-1")
    assert "连续输错次数过多" in sign_in(desk.visitor()).text
    assert sign_in(browser.client).status_code == 303


def test_a_known_browser_guesses_no_more_than_others(desk):
    """The cookie of one's browser is no way around the limit, and is worth nothing for another's account."""
    browser = desk.as_role(Role.ANALYST)
    browser.post("/logout")
    desk.account("other", Role.ANALYST)
    for _ in range(5):
        sign_in(browser.client, password="wrong-wrong-1")
    assert "连续输错次数过多" in sign_in(browser.client).text
    for _ in range(5):
        sign_in(browser.client, "other", "wrong-wrong-1")
    assert "连续输错次数过多" in sign_in(desk.visitor(), "other").text


def test_one_address_is_slowed_down_over_many_logins(desk):
    """Who tries one password on many logins runs out of tries too."""
    desk.account("analyst", Role.ANALYST)
    for number in range(20):
        sign_in(desk.visitor(), f"somebody{number}", "wrong-wrong-1")
    assert "连续输错次数过多" in sign_in(desk.visitor()).text


def test_an_office_signs_in_from_one_address(desk):
    """Colleagues behind one address who know their passwords are no guessers; and their success excuses none."""
    for number in range(25):
        desk.account(f"colleague-{number}", Role.ANALYST)
        assert sign_in(desk.visitor(), f"colleague-{number}").status_code == 303
    for number in range(20):
        assert sign_in(desk.visitor(), f"nobody-{number}").status_code == 422
    assert "连续输错次数过多" in sign_in(desk.visitor(), "colleague-0").text


def test_what_was_typed_as_login_is_not_written_down(desk):
    """People type their password into the wrong field: the log has only logins that exist."""
    desk.account("analyst", Role.ANALYST)
    sign_in(desk.visitor(), "my-secret-password", "x")
    sign_in(desk.visitor(), "analyst", "x")
    refused = [one for one in desk.tools.log.newest() if one.action == "login_refused"]
    assert [one.by for one in refused] == ["analyst", ""]
    assert not any("my-secret-password" in str(one) for one in desk.tools.log.newest())


def test_a_session_is_another_after_signing_in(desk):
    """A cookie that somebody put into the browser before is worth nothing after (session fixation)."""
    desk.account("analyst", Role.ANALYST)
    visitor = desk.visitor()
    visitor.cookies.set("chengjian", "put-there-by-another")
    assert sign_in(visitor).status_code == 303
    assert visitor.cookies.get("chengjian", domain="testserver.local") != "put-there-by-another"
    stranger = desk.visitor()
    stranger.cookies.set("chengjian", "put-there-by-another")
    assert stranger.get("/me").status_code == 303


def test_signing_in_again_ends_the_session_before(desk):
    """One browser has one session."""
    browser = desk.as_role(Role.ANALYST)
    before = dict(browser.client.cookies)
    assert sign_in(browser.client).status_code == 303
    thief = desk.visitor()
    thief.cookies.set("chengjian", before["chengjian"])
    assert thief.get("/me").status_code == 303


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/me?x=1", "/me?x=1"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/\tevil", "/"),
        ("javascript:alert(1)", "/"),
        ("me", "/"),
    ],
)
def test_the_sign_in_leads_nowhere_else(desk, wanted, leads_to):
    """A link to our sign-in sends nobody to another site."""
    desk.account("analyst", Role.ANALYST)
    assert sign_in(desk.visitor(), next=wanted).headers["location"] == leads_to


def test_another_site_signs_nobody_in(desk):
    """Login CSRF: nobody works in an account that a stranger chose."""
    desk.account("analyst", Role.ANALYST)
    form = {"login": "analyst", "password": PASSWORD}
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Referer": "https://evil.example/x"},
    ):
        answer = desk.visitor().post("/login", data=form, headers=headers)
        assert answer.status_code == 403
        assert "chengjian" not in answer.cookies
    ours = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    assert desk.visitor().post("/login", data=form, headers=ours).status_code == 303


# -- the second factor ---------------------------------------------------------------------------------------------


def test_the_second_factor_is_proved_before_it_holds(desk):
    """A secret that was only shown locks nobody out; a wrong code puts nothing in force."""
    browser = desk.as_role(Role.ANALYST)
    before = browser.get("/me/second-factor")
    page = browser.get("/me/second-factor")
    assert "data:image/svg+xml" in page
    assert secret_on(page) != secret_on(before)  # whoever saw it there before has nothing
    again = browser.post("/me/second-factor", status=422, code="000000")
    assert not desk.tools.accounts.accounts.credentials("analyst").account.second_factor
    assert secret_on(again) == secret_on(page)  # the phone has it already
    browser.post("/me/second-factor", code=code_of(desk, secret_on(page)))
    assert desk.tools.accounts.accounts.credentials("analyst").account.second_factor


def test_with_a_second_factor_the_password_alone_opens_nothing(desk):
    """Between the password and the code nothing is shown, by page or by API."""
    _, secret = with_factor(desk)
    visitor = desk.visitor()
    answer = sign_in(visitor, next="/me")
    assert answer.headers["location"] == "/login/code?next=%2Fme"
    assert visitor.get("/me").headers["location"] == "/login/code"
    assert visitor.get("/api/v1/me").status_code == 401
    page = visitor.get("/login/code?next=/me")
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
    waiting = dict(visitor.cookies)
    assert visitor.post("/login/code", data={"code": code_of(desk, secret)}).status_code == 403  # no token of the form
    done = visitor.post("/login/code", data={"csrf": csrf, "code": code_of(desk, secret), "next": "/me"})
    assert done.headers["location"] == "/me"
    assert visitor.get("/me").status_code == 200
    thief = desk.visitor()
    thief.cookies.set("chengjian", waiting["chengjian"])
    assert thief.get("/me").headers["location"].startswith("/login?")  # the session that waited is over


def give_code(desk, code):
    visitor = desk.visitor()
    assert sign_in(visitor).status_code == 303
    csrf = re.search(r'name="csrf" value="([^"]+)"', visitor.get("/login/code").text)[1]
    return visitor.post("/login/code", data={"csrf": csrf, "code": code})


def test_a_code_is_taken_once(desk):
    """Whoever looks over a shoulder cannot use the code again."""
    _, secret = with_factor(desk)
    code = code_of(desk, secret)
    assert give_code(desk, code).status_code == 303
    assert "已经用过" in give_code(desk, code).text


@pytest.mark.parametrize(("seconds", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phone_may_be_half_a_minute_off(desk, seconds, taken):
    """One step before and after, and no more."""
    _, secret = with_factor(desk)
    code = pyotp.TOTP(secret).at(desk.clock() + timedelta(seconds=seconds))
    assert (give_code(desk, code).status_code == 303) is taken


def test_codes_run_out(desk):
    """Six digits are soon guessed by who may try for ever: then the password has to be given again, later."""
    _, secret = with_factor(desk)
    for _ in range(5):
        assert give_code(desk, "12345").status_code == 422
    refused = give_code(desk, code_of(desk, secret))
    assert refused.headers["location"] == "/login"
    assert "code_refused" in actions(desk)
    desk.clock.pass_by(timedelta(minutes=16))
    assert give_code(desk, code_of(desk, secret)).status_code == 303


def test_removing_the_second_factor_takes_password_and_code(desk):
    """Who sits down at an open desk does not take it away."""
    browser, secret = with_factor(desk)
    browser.post("/me/second-factor/remove", status=422, password="wrong", code=code_of(desk, secret))
    browser.post("/me/second-factor/remove", status=422, password=PASSWORD, code="000000")
    browser.post("/me/second-factor/remove", password=PASSWORD, code=code_of(desk, secret))
    assert not desk.tools.accounts.accounts.credentials("analyst").account.second_factor
    assert actions(desk)[-1] == "second_factor_removed"


def test_setting_it_up_ends_sessions_that_gave_no_code(desk):
    """Somebody else who had the password is out."""
    other = desk.as_role(Role.ANALYST)
    with_factor(desk)
    assert other.client.get("/me").status_code == 303


# -- one's own account ---------------------------------------------------------------------------------------------


def test_a_password_that_another_set_is_changed_first(desk):
    """Until then nothing is shown, nothing is done, and no token is made; afterwards everything is."""
    desk.tools.accounts.create(
        login="new", name="新人", role=Role.ANALYST, unit=None, password="given-by-hand-1", at=desk.clock()
    )
    visitor = desk.visitor()
    assert sign_in(visitor, "new", "given-by-hand-1").status_code == 303
    for path in ("/", "/me", "/log"):
        assert visitor.get(path).headers["location"] == "/me/password"
    assert visitor.get("/api/v1/me").status_code == 403
    csrf = re.search(r'name="csrf" content="([^"]+)"', visitor.get("/me/password").text)[1]
    refused = visitor.post("/me/tokens", data={"csrf": csrf, "name": "x", "days": "9"})
    assert refused.headers["location"] == "/me/password"
    form = {"csrf": csrf, "old": "given-by-hand-1", "new": "my-own-word-7", "again": "my-own-word-7"}
    assert (
        visitor.post("/me/password", data={**form, "new": "given-by-hand-1", "again": "given-by-hand-1"}).status_code
        == 422
    )
    assert visitor.post("/me/password", data=form).status_code == 303
    assert visitor.get("/me").status_code == 200


@pytest.mark.parametrize(
    ("new", "told"),
    [("short-1", "至少 10 个字符"), ("aaaaaaaaaaaa", "太简单"), ("xx-analyst-99", "太简单"), ("y" * 201, "最长 200")],
)
def test_weak_passwords_are_refused(desk, new, told):
    """A password that is soon guessed is none, and the old one stays."""
    browser = desk.as_role(Role.ANALYST)
    assert told in browser.post("/me/password", status=422, old=PASSWORD, new=new, again=new)
    assert desk.signed_in("analyst")


def test_changing_the_password_ends_the_other_sessions(desk):
    """Whoever took a session loses it, and the one at the desk goes on."""
    browser, other = desk.as_role(Role.ANALYST), desk.as_role(Role.ANALYST)
    new = {"new": "another-horse-8", "again": "another-horse-8"}
    browser.post("/me/password", status=422, old="wrong", **new)
    assert other.client.get("/me").status_code == 200
    browser.post("/me/password", old=PASSWORD, **new)
    assert other.client.get("/me").status_code == 303
    assert browser.client.get("/me").status_code == 200
    assert sign_in(desk.visitor()).status_code == 422


def test_the_old_password_is_not_guessed_from_an_open_desk(desk):
    """Five tries."""
    browser = desk.as_role(Role.ANALYST)
    new = {"new": "another-horse-8", "again": "another-horse-8"}
    for _ in range(5):
        assert "原密码不对" in browser.post("/me/password", status=422, old="wrong", **new)
    assert "连续输错次数过多" in browser.post("/me/password", status=422, old=PASSWORD, **new)


def test_one_sees_and_ends_ones_own_sessions_only(desk):
    """A session that one does not know is ended here; another's can not be."""
    browser, second = desk.as_role(Role.ANALYST), desk.as_role(Role.ANALYST)
    stranger = desk.as_role(Role.OFFICE)
    accounts = desk.tools.accounts.accounts
    mine = accounts.sessions(accounts.credentials("analyst").account.id)
    assert len(mine) == 2
    page = browser.get("/me")
    ends = re.findall(r'action="(/me/sessions/[0-9a-f]{64}/end)"', page)
    assert len(ends) == 1  # not the one at this desk
    assert "已经结束" in stranger.post(ends[0], status=422)
    assert second.client.get("/me").status_code == 200
    browser.post(ends[0])
    assert second.client.get("/me").status_code == 303


def test_every_step_stands_in_the_log(desk):
    """Signing in and out, the factor, the password: all of it can be looked up later."""
    browser, secret = with_factor(desk)
    browser.post("/me/second-factor/remove", password=PASSWORD, code=code_of(desk, secret))
    browser.post("/me/password", old=PASSWORD, new="another-horse-8", again="another-horse-8")
    browser.post("/logout")
    assert actions(desk) == [
        "account_created", "login", "second_factor_set", "second_factor_removed", "password_changed", "logout",
    ]  # fmt: skip


def test_a_second_factor_can_be_demanded(desk):
    """Who decides sets it up before anything else; a unit may go on without."""
    object.__setattr__(desk.tools, "factor_needed", True)
    desk.account("analyst", Role.ANALYST)
    browser = desk.signed_in("analyst")
    assert browser.client.get("/me").headers["location"] == "/me/second-factor"
    assert browser.client.get("/api/v1/me").status_code == 403
    page = browser.get("/me/second-factor")
    csrf = re.search(r'name="csrf" content="([^"]+)"', page)[1]
    done = browser.client.post("/me/second-factor", data={"csrf": csrf, "code": code_of(desk, secret_on(page))})
    assert done.status_code == 303
    assert browser.client.get("/me").status_code == 200
    assert desk.as_role(Role.UNIT, "dongcheng").client.get("/me").status_code == 200
