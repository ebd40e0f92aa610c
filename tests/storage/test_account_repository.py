"""Accounts in the database: one first administrator, never none, and counters that many cannot outrun."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from records.accounts import Account, Doer, LogLine, Role
from storage.accounts import AccountRefusedError, AccountRepository
from storage.api_tokens import TokenRepository
from storage.console_log import ConsoleLog
from storage.sign_in_gates import SignInGates

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SPAN = timedelta(minutes=15)


def line(action: str = "x") -> LogLine:
    return LogLine(AT, Doer("admin", "operator"), action, "s", "t")


def add(accounts: AccountRepository, login: str, role: Role = Role.OPERATOR, *, only_first: bool = False) -> Account:
    return accounts.add(
        login=login, name=login, role=role, unit="u" if role is Role.UNIT else None, password="hashed",
        must_change=False, line=line("account_created"), only_first=only_first,
    )  # fmt: skip


def test_two_that_set_up_at_once_make_one_administrator(engine: Engine) -> None:
    """Only one of many who press the button at the same moment is the first."""
    accounts = AccountRepository(engine)

    def try_it(number: int) -> bool:
        try:
            add(accounts, f"admin{number}", only_first=True)
        except AccountRefusedError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(try_it, range(8)))
    assert made.count(True) == 1
    assert len(accounts.all()) == 1
    assert len(ConsoleLog(engine).newest()) == 1  # what was refused is not written as done


def test_a_login_is_one_account(engine: Engine) -> None:
    """Whatever its letters."""
    accounts = AccountRepository(engine)
    add(accounts, "Admin")
    with pytest.raises(AccountRefusedError, match="admin 已被使用"):
        add(accounts, "ADMIN")


@pytest.mark.parametrize("values", [{"role": "analyst"}, {"disabled_at": AT.isoformat()}])
def test_the_last_operator_stays(engine: Engine, values: dict[str, str]) -> None:
    """Nobody is left before a console that nobody may manage, and the refused change is not in the log."""
    accounts = AccountRepository(engine)
    one, two = add(accounts, "one"), add(accounts, "two")
    accounts.change(one.id, line("changed"), **values)
    with pytest.raises(AccountRefusedError, match="至少要有一个"):
        accounts.change(two.id, line("refused"), **values)
    assert next(one.action for one in ConsoleLog(engine).newest()) == "changed"


def test_two_operators_do_not_disable_each_other(engine: Engine) -> None:
    """At the same moment each sees the other still there: one of them must not be believed."""
    accounts = AccountRepository(engine)
    numbers = [add(accounts, "one").id, add(accounts, "two").id]

    def disable(number: int) -> bool:
        try:
            accounts.change(number, line("account_disabled"), disabled_at=AT.isoformat())
        except AccountRefusedError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(disable, numbers)) == [False, True]


def test_a_code_is_taken_once_by_many_at_once(engine: Engine) -> None:
    """Two that send the same code at the same moment: one is let in."""
    accounts = AccountRepository(engine)
    number = add(accounts, "one").id
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: accounts.take_code(number, 100), range(4))) == [False, False, False, True]
    assert not accounts.take_code(number, 99)
    assert accounts.take_code(number, 101)


def test_tries_are_counted_before_they_are_made(engine: Engine) -> None:
    """Who sends a hundred guesses at once has as many tries as who sends one after another."""
    gates = SignInGates(engine)
    with ThreadPoolExecutor(4) as pool:
        until = list(pool.map(lambda _: gates.take({"login:x": 5, "address:y": 20}, at=AT, span=SPAN), range(12)))
    assert until.count(None) == 5
    assert set(until) - {None} == {AT + SPAN}
    assert gates.shut(at=AT) == {"login:x": AT + SPAN}
    assert gates.take({"login:x": 5}, at=AT + SPAN, span=SPAN) is None


def test_tries_long_apart_shut_nothing(engine: Engine) -> None:
    """Somebody who mistypes once a day is not locked out on the fifth."""
    gates = SignInGates(engine)
    for day in range(10):
        assert gates.take({"login:x": 5}, at=AT + timedelta(days=day), span=SPAN) is None
    assert gates.shut(at=AT + timedelta(days=9)) == {}


def test_counters_are_forgotten(engine: Engine) -> None:
    """What strangers typed as a login is not kept for ever."""
    gates = SignInGates(engine)
    gates.take({"login:a": 5}, at=AT, span=SPAN)
    gates.take({"login:b": 5}, at=AT + timedelta(days=1), span=SPAN)
    gates.forget(at=AT + timedelta(days=1, minutes=1))
    for _ in range(4):
        gates.take({"login:b": 5}, at=AT + timedelta(days=1), span=SPAN)
    assert set(gates.shut(at=AT + timedelta(days=1))) == {"login:b"}


def test_tokens_belong_to_one_account(engine: Engine) -> None:
    """Nobody revokes another's; a token that was revoked stays so; there are only so many."""
    accounts, tokens = AccountRepository(engine), TokenRepository(engine)
    one, two = add(accounts, "one"), add(accounts, "two")
    for number in range(2):
        tokens.add(f"{number}" * 64, one, name="t", reads_only=True, ends=AT + SPAN, line=line(), most=2)
    with pytest.raises(AccountRefusedError, match="最多有 2 个"):
        tokens.add("9" * 64, one, name="t", reads_only=True, ends=AT + SPAN, line=line(), most=2)
    made = tokens.of_account(one.id)
    assert not tokens.revoke(made[0].id, two, line())
    assert tokens.revoke(made[0].id, one, line())
    assert not tokens.revoke(made[0].id, one, line())


def test_accounts_are_found_by_part_of_a_word(engine: Engine) -> None:
    """Signs that mean something to the database mean themselves."""
    accounts = AccountRepository(engine)
    add(accounts, "li.wei_1")
    add(accounts, "liXwei21")
    add(accounts, "county", Role.UNIT)
    assert [one.login for one in accounts.find(words="wei_1")[0]] == ["li.wei_1"]
    assert accounts.find(words="%")[1] == 0
    assert [one.login for one in accounts.find(role=Role.UNIT)[0]] == ["county"]
    found, total = accounts.find(start=1, most=1)
    assert ([one.login for one in found], total) == (["li.wei_1"], 3)
