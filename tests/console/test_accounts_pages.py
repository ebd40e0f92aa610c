"""The operator's accounts, the log page, the tokens: what is shown, what is done, what is refused."""

import re

import pytest

from records.accounts import Role
from tests.console.conftest import PASSWORD, Desk


def one_time(page: str) -> str:
    found = re.search(r'<code id="secret">([^<]+)</code>', page)
    assert found is not None
    return found[1]


def number_of(desk: Desk, login: str) -> int:
    found = desk.tools.accounts.accounts.credentials(login)
    assert found is not None
    return found.account.id


def can_sign_in(desk: Desk, login: str, password: str = PASSWORD) -> bool:
    return desk.visitor().post("/login", data={"login": login, "password": password}).status_code == 303


def test_an_account_is_made_with_a_password_that_is_shown_once(desk: Desk) -> None:
    """It lets in, has to be changed first, and stands nowhere afterwards."""
    operator = desk.as_role(Role.OPERATOR)
    page = operator.post("/users", login="Li.Wei", name="李 伟", role="unit", unit="xicheng")
    password = one_time(page)
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", password)
    visitor = desk.visitor()
    assert visitor.post("/login", data={"login": "li.wei", "password": password}).status_code == 303
    assert visitor.get("/mine").headers["location"] == "/me/password"
    listed = operator.get("/users?words=李")
    assert "西城县" in listed
    assert "待改密码" in listed
    for path in ("/users", f"/users/{number_of(desk, 'li.wei')}", "/log"):
        assert password not in operator.get(path)
    assert password not in str(desk.tools.log.newest())


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"login": "x", "name": "甲", "role": "analyst"}, "2—40 个字符"),
        ({"login": "a b", "name": "甲", "role": "analyst"}, "字母、数字"),
        ({"login": "abc", "name": "", "role": "analyst"}, "姓名"),
        ({"login": "abc", "name": "甲", "role": ""}, "请选择角色"),
        ({"login": "abc", "name": "甲", "role": "unit"}, "须指明单位"),
        ({"login": "abc", "name": "甲", "role": "analyst", "unit": "xicheng"}, "其他账户不写单位"),
        ({"login": "abc", "name": "甲", "role": "unit", "unit": "nowhere"}, "登记表中没有单位"),
        ({"login": "operator", "name": "甲", "role": "analyst"}, "已被使用"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_typed_is_lost(desk: Desk, fields: dict[str, str], told: str) -> None:
    """One sentence, and the form as it was."""
    operator = desk.as_role(Role.OPERATOR)
    page = operator.post("/users", status=422, **fields)
    assert told in page
    assert f'name="login" type="text" value="{fields["login"]}"' in page
    assert len(desk.tools.accounts.accounts.all()) == 1


def test_sent_twice_it_is_made_once(desk: Desk) -> None:
    """The back button and a double click make no second account."""
    operator = desk.as_role(Role.OPERATOR)
    form = {"login": "once", "name": "甲", "role": "analyst"}
    one_time(operator.post("/users", **form))
    assert "已被使用" in operator.post("/users", status=422, **form)


def test_a_reset_ends_everything_that_the_account_had(desk: Desk) -> None:
    """Sessions, tokens and the lock; the old password opens nothing."""
    operator, analyst = desk.as_role(Role.OPERATOR), desk.as_role(Role.ANALYST)
    number = number_of(desk, "analyst")
    token = one_time(analyst.post("/me/tokens", name="程序", days="9"))
    for _ in range(5):
        can_sign_in(desk, "analyst", "wrong-wrong-1")
    assert "锁定到" in operator.get("/users")
    password = one_time(operator.post(f"/users/{number}/password"))
    assert analyst.client.get("/me").status_code == 303
    assert desk.visitor().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert not can_sign_in(desk, "analyst")
    assert can_sign_in(desk, "analyst", password)


def test_unlocking_lets_the_owner_try_again(desk: Desk) -> None:
    """And nobody is unlocked who is not locked."""
    operator = desk.as_role(Role.OPERATOR)
    desk.account("analyst", Role.ANALYST)
    number = number_of(desk, "analyst")
    assert "没有锁定" in operator.post(f"/users/{number}/unlock", status=422)
    for _ in range(5):
        can_sign_in(desk, "analyst", "wrong-wrong-1")
    assert not can_sign_in(desk, "analyst")
    operator.post(f"/users/{number}/unlock")
    assert can_sign_in(desk, "analyst")


def test_a_disabled_account_is_out_at_once(desk: Desk) -> None:
    """Sessions and tokens end with it; enabled again, it signs in as before."""
    operator, analyst = desk.as_role(Role.OPERATOR), desk.as_role(Role.ANALYST)
    number = number_of(desk, "analyst")
    token = one_time(analyst.post("/me/tokens", name="程序", days="9"))
    operator.post(f"/users/{number}/disable")
    assert analyst.client.get("/me").status_code == 303
    assert desk.visitor().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert not can_sign_in(desk, "analyst")
    assert "已经停用" in operator.post(f"/users/{number}/disable", status=422)
    operator.post(f"/users/{number}/enable")
    assert can_sign_in(desk, "analyst")


def test_an_operator_does_nothing_to_the_own_account_here(desk: Desk) -> None:
    """Nobody locks the last one out, and an open desk is no way around the own password and code."""
    operator = desk.as_role(Role.OPERATOR)
    number = number_of(desk, "operator")
    desk.tools.accounts.accounts.change(number, totp="JBSWY3DPEHPK3PXP")
    for what in ("disable", "password", "second-factor"):
        assert "自己的" in operator.post(f"/users/{number}/{what}", status=422)
    assert "自己的角色" in operator.post(f"/users/{number}/change", status=422, name="测operator", role="analyst")


def test_a_change_of_unit_holds_from_the_next_request(desk: Desk) -> None:
    """Whoever moves to another office sees that one's and no longer the old one's."""
    operator, unit = desk.as_role(Role.OPERATOR), desk.as_role(Role.UNIT, "dongcheng")
    number = number_of(desk, "unit-dongcheng")
    operator.post(f"/users/{number}/change", name="新人", role="unit", unit="xicheng")
    assert unit.client.get("/api/v1/me").json()["unit"] == "xicheng"
    entry = desk.tools.log.newest()[0]
    assert entry.detail["before"] == {"name": "测unit-dongcheng", "role": "unit", "unit": "dongcheng"}
    assert entry.detail["after"] == {"name": "新人", "role": "unit", "unit": "xicheng"}


def test_a_token_is_shown_once_and_revoked_by_its_owner(desk: Desk) -> None:
    """It speaks for the account until then; when it was used last is told."""
    analyst, office = desk.as_role(Role.ANALYST), desk.as_role(Role.OFFICE)
    token = one_time(analyst.post("/me/tokens", name="月报程序", days="30"))
    assert token not in analyst.get("/me")
    headers = {"Authorization": f"Bearer {token}"}
    told = desk.visitor().get("/api/v1/me", headers=headers).json()
    assert (told["login"], told["role"], told["reads_only"]) == ("analyst", "analyst", True)
    assert "没有用过" not in analyst.get("/me")
    revoke = re.search(r'action="(/me/tokens/\d+/revoke)"', analyst.get("/me"))
    assert revoke is not None
    assert "没有这个令牌" in office.post(revoke[1], status=422)
    assert desk.visitor().get("/api/v1/me", headers=headers).status_code == 200
    analyst.post(revoke[1])
    assert desk.visitor().get("/api/v1/me", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("days", "status"), [("0", 422), ("1", 200), ("366", 200), ("367", 422), ("x", 422), ("９", 422)]
)
def test_a_token_has_an_end(desk: Desk, days: str, status: int) -> None:
    """Between a day and a year."""
    desk.as_role(Role.ANALYST).post("/me/tokens", status=status, name="程序", days=days)


def test_a_token_ends_on_its_day(desk: Desk) -> None:
    """Not a moment later."""
    from datetime import timedelta

    desk.account("analyst", Role.ANALYST)
    owner = desk.tools.accounts.accounts.load(number_of(desk, "analyst"))
    assert owner is not None
    token, _ = desk.tools.accounts.tokens.make(owner, name="程序", days=1, reads_only=True, at=desk.clock())
    desk.clock.pass_by(timedelta(days=1, seconds=-1))
    assert desk.tools.accounts.of_token(token, at=desk.clock()) is not None
    desk.clock.pass_by(timedelta(seconds=1))
    assert desk.tools.accounts.of_token(token, at=desk.clock()) is None


def test_the_log_is_read_and_filtered(desk: Desk) -> None:
    """Filters stay in the address; a page goes on where the last ended; an entry opens with before and after."""
    office = desk.as_role(Role.OFFICE)
    for number in range(60):
        desk.tools.log.add(
            at=desk.clock(), by="li", role="analyst", action="confirm_finding", subject=f"发现 {number}",
            told=f"确认第 {number} 项", detail={"before": {"state": "open"}, "after": {"state": "confirmed"}},
        )  # fmt: skip
    page = office.get("/log?by=li&action=confirm_finding")
    assert "确认第 59 项" in page
    assert "确认第 9 项" not in page
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older is not None
    assert "by=li" in older[1]
    assert "确认第 9 项" in office.get(older[1].replace("&amp;", "&"))
    assert "没有这样的记录" in office.get("/log?by=nobody")
    assert "确认第 59 项" in office.get("/log?since=2026-11-20&until=2026-11-20")
    assert "没有这样的记录" in office.get("/log?until=2026-11-19")
    assert "应写作 2026-11-21" in office.get("/log?since=gestern", status=422)
    entry = office.get(f"/log/{desk.tools.log.newest()[0].number}")
    assert "after.state" in entry
    assert "confirmed" in entry
    office.get("/log/999", status=404)


def test_who_has_no_right_sees_no_log(desk: Desk) -> None:
    """The log names everybody."""
    desk.as_role(Role.ANALYST).get("/log", status=403)
    desk.as_role(Role.AUDITOR).get("/log")
