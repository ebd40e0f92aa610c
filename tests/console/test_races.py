"""Two at the same instant, in threads and on both databases: one does it, the other is told, nothing is done twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pyotp
import pytest
from sqlalchemy import func, select

from chengjian import console_room, score_room
from chengjian.console_room import open_console
from chengjian.settings import Settings
from console.app import console_app
from records.accounts import Doer, LogLine, Role
from records.desk import CardQuery
from services.account_office import AccountOffice
from services.accounts import AccountDesk, SignInRefusedError, Visitor
from services.schemes import WrongCallError
from storage.account_tables import account_session, console_log
from storage.accounts import AccountRepository
from storage.database import open_database
from storage.finding_reviews import FindingReviews
from tests.console.conftest import FAST, PASSWORD, Clock, Desk
from tests.console.evaluation_world import ROUND, World
from tests.console.flag_city import FlagCity, at, dead

HERE = Visitor("10.0.0.1")


@pytest.fixture
def desk(tmp_path: Path, city_folder: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A console on either database, all of it by one engine."""
    engine = open_database(database_url)
    for module in (console_room, score_room):
        monkeypatch.setattr(module, "open_database", lambda _url: engine)
    settings = Settings(
        home=tmp_path / "home", database=database_url, contact="a@b.example", chromium=None, hosts=("testserver",)
    )
    clock = Clock()
    tools = open_console(settings, str(city_folder), now=clock)
    tools = replace(tools, accounts=AccountDesk(AccountRepository(tools.engine), FAST, tools.accounts.key))
    yield Desk(tools, clock, console_app(tools))
    engine.dispose()


def at_once(*doing: Callable[[], object]) -> list[object]:
    """All of them in the same instant; what each came to, or the sentence with which it was refused."""
    start = Barrier(len(doing))

    def do(one: Callable[[], object]) -> object:
        start.wait()
        try:
            return one()
        except WrongCallError as refused:
            return str(refused)

    with ThreadPoolExecutor(len(doing)) as pool:
        return list(pool.map(do, doing))


def logged(desk: Desk, action: str) -> int:
    with desk.tools.engine.connect() as connection:
        entries = select(func.count()).select_from(console_log).where(console_log.c.action == action)
        return connection.scalar(entries) or 0


def with_factor(desk: Desk, login: str = "analyst") -> str:
    """An account with a second factor; its secret."""
    desk.account(login, Role.ANALYST)
    owner = desk.tools.accounts.accounts.credentials(login)
    assert owner is not None
    before = desk.clock() - timedelta(hours=1)
    secret = desk.tools.accounts.begin_factor(owner.account)
    desk.tools.accounts.prove_factor(owner.account, pyotp.TOTP(secret).at(before), at=before, but=None)
    return secret


def test_the_same_code_twice_at_once(desk: Desk) -> None:
    """Of eight sign-ins that wait and give the same code, one is in."""
    code = pyotp.TOTP(with_factor(desk)).at(desk.clock())
    accounts = desk.tools.accounts
    waiting = [accounts.sign_in("analyst", PASSWORD, at=desk.clock(), visitor=HERE) for _ in range(4)]
    sessions = [accounts.session(one.token, at=desk.clock()) for one in waiting]
    told = at_once(
        *(lambda one=one: accounts.give_code(one, code, at=desk.clock(), visitor=HERE).token for one in sessions)
    )
    assert sum("验证码" not in str(one) for one in told) == 1
    with desk.tools.engine.connect() as connection:
        open_ones = select(func.count()).select_from(account_session).where(~account_session.c.waits)
        assert connection.scalar(open_ones) == 1


def test_many_guesses_at_once_are_many(desk: Desk) -> None:
    """Twelve wrong passwords in one instant: five are looked at, and the right one afterwards is not."""
    desk.account("analyst", Role.ANALYST)
    guesses = [
        lambda number=number: desk.tools.accounts.sign_in("analyst", f"wrong-{number}", at=desk.clock(), visitor=HERE)
        for number in range(12)
    ]
    told = [str(one) for one in at_once(*guesses)]
    assert sum("登录名或密码不对" in one for one in told) == 5
    assert sum("次数过多" in one for one in told) == 7
    with pytest.raises(SignInRefusedError, match="次数过多"):
        desk.tools.accounts.sign_in("analyst", PASSWORD, at=desk.clock(), visitor=HERE)


def test_two_first_administrators(desk: Desk) -> None:
    """Both know the start word; one account is made."""
    visitors = [desk.visitor() for _ in range(4)]
    forms = [{"login": f"op{n}", "name": "王", "password": PASSWORD, "token": desk.tools.first_token} for n in range(4)]
    told = at_once(
        *(lambda v=v, f=f: v.post("/first", data=f).status_code for v, f in zip(visitors, forms, strict=True))
    )
    assert sorted(told) == [303, 422, 422, 422]  # type: ignore[type-var]
    assert len(desk.tools.accounts.accounts.all()) == 1


def test_two_operators_put_each_other_away(desk: Desk) -> None:
    """One is left, however close they are."""
    for login in ("op1", "op2"):
        desk.account(login, Role.OPERATOR)
    office = AccountOffice(desk.tools.accounts, {})
    one, two = office.find("op1"), office.find("op2")
    told = at_once(
        lambda: office.disable(two.id, by=Doer("op1", "operator"), at=desk.clock()).login,
        lambda: office.disable(one.id, by=Doer("op2", "operator"), at=desk.clock()).login,
    )
    assert sum("至少要有一个可用的运维账户" in str(one) for one in told) == 1
    assert sum(not one.disabled for one in desk.tools.accounts.accounts.all()) == 1
    assert logged(desk, "account_disabled") == 1


def test_a_password_that_is_changed_while_it_is_checked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner changes it because somebody has it: who is just being let in by the old one is not."""
    desk.account("analyst", Role.ANALYST)
    accounts = desk.tools.accounts
    owner = accounts.session(
        accounts.sign_in("analyst", PASSWORD, at=desk.clock(), visitor=HERE).token, at=desk.clock()
    )
    fits = accounts.passwords.fits

    def slowly(kept: str | None, password: str) -> bool:
        good = fits(kept, password)
        monkeypatch.undo()
        accounts.change_password(owner, PASSWORD, "another-horse-7", at=desk.clock())
        return good

    monkeypatch.setattr(accounts.passwords, "fits", slowly)
    with pytest.raises(SignInRefusedError, match="刚刚被改动"):
        accounts.sign_in("analyst", PASSWORD, at=desk.clock(), visitor=Visitor("10.0.0.66"))
    assert [one.sha256 for one in accounts.accounts.sessions(owner.account.id)] == [owner.sha256]


@pytest.mark.parametrize("what", ["disabled", "second factor", "reset"])
def test_what_ends_all_sessions_ends_the_one_that_begins(
    desk: Desk, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account that is disabled, gets a second factor or another password while somebody signs in to it."""
    desk.account("op", Role.OPERATOR)
    desk.account("analyst", Role.ANALYST)
    accounts, office = desk.tools.accounts, AccountOffice(desk.tools.accounts, {})
    person, by = office.find("analyst"), Doer("op", "operator")
    fits = accounts.passwords.fits

    def slowly(kept: str | None, password: str) -> bool:
        good = fits(kept, password)
        monkeypatch.undo()
        if what == "disabled":
            office.disable(person.id, by=by, at=desk.clock())
        elif what == "reset":
            office.reset_password(person.id, by=by, at=desk.clock())
        else:
            secret = accounts.begin_factor(person)
            accounts.prove_factor(person, pyotp.TOTP(secret).at(desk.clock()), at=desk.clock(), but=None)
        return good

    monkeypatch.setattr(accounts.passwords, "fits", slowly)
    with pytest.raises(SignInRefusedError):
        accounts.sign_in("analyst", PASSWORD, at=desk.clock(), visitor=HERE)
    assert accounts.accounts.sessions(person.id) == ()


def test_a_code_for_a_session_that_was_ended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """All sessions of the account were ended while the code was being checked: the code begins none."""
    code = pyotp.TOTP(with_factor(desk)).at(desk.clock())
    accounts = desk.tools.accounts
    waiting = accounts.session(
        accounts.sign_in("analyst", PASSWORD, at=desk.clock(), visitor=HERE).token, at=desk.clock()
    )
    take = accounts.accounts.take_code

    def slowly(number: int, step: int) -> bool:
        accounts.accounts.change(
            number, LogLine(desk.clock(), Doer("op"), "sessions_ended", "analyst", "结束"), ends_sessions=True
        )
        return take(number, step)

    monkeypatch.setattr(accounts.accounts, "take_code", slowly)
    with pytest.raises(SignInRefusedError, match="刚刚被改动"):
        accounts.give_code(waiting, code, at=desk.clock(), visitor=HERE)
    assert accounts.accounts.sessions(waiting.account.id) == ()


def test_a_stronger_hash_does_not_bring_an_old_password_back(desk: Desk) -> None:
    """The hash that was checked is no longer the one that is kept: it is left alone."""
    desk.account("analyst", Role.ANALYST)
    accounts = desk.tools.accounts.accounts
    found = accounts.credentials("analyst")
    assert found is not None
    accounts.change(found.account.id, password="newer")
    accounts.rehash(found.account.id, found.password, "rehashed")
    assert accounts.credentials("analyst").password == "newer"  # type: ignore[union-attr]
    accounts.rehash(found.account.id, "newer", "rehashed")
    assert accounts.credentials("analyst").password == "rehashed"  # type: ignore[union-attr]


def test_two_decide_the_same_flag_in_one_instant(desk: Desk) -> None:
    """One decision; the other reads who made it."""
    finding = dead("dongcheng")
    FlagCity(desk.tools).night(at("11-02 21:00"), {"dongcheng": [finding]})
    keeper = desk.tools.desk.keeper(replace(desk.tools.view(), today=desk.tools.today))
    keeper.refresh()
    card = keeper.cards.page(CardQuery(pile=None), limit=9)[0]
    desk.account("zhang", Role.ANALYST)
    people = [desk.as_role(Role.ANALYST), desk.signed_in("zhang")]
    forms = [
        {"csrf": one.csrf, "card": f"{card.id}:{card.version}", "back": "/flags", "action": action, "why": "看过"}
        for one, action in zip(people, ("confirm", "dismiss"), strict=True)
    ]
    told = at_once(
        *(
            lambda p=p, f=f: p.client.post("/flags/decide", data=f, follow_redirects=True).text
            for p, f in zip(people, forms, strict=True)
        )
    )
    assert len(FindingReviews(desk.tools.engine).history()) == 1
    assert sum("已由测" in str(one) for one in told) == 1


def test_a_unit_confirms_and_asks_for_review_in_one_instant(desk: Desk) -> None:
    """From two windows: one of the two holds, once, and the log has one."""
    world = World(desk)
    world.to_feedback()
    windows = [world.unit("xicheng"), desk.signed_in("unit-xicheng")]
    confirm = {"csrf": windows[0].csrf}
    ask = {"csrf": windows[1].csrf, "row": "NYC-05", "reason-NYC-05": "当天已更新"}
    told = at_once(
        lambda: windows[0].client.post(f"/mine/reviews/{ROUND}/confirm", data=confirm).status_code,
        lambda: windows[1].client.post(f"/mine/reviews/{ROUND}/ask", data=ask).status_code,
        lambda: windows[0].client.post(f"/mine/reviews/{ROUND}/confirm", data=confirm).status_code,
    )
    assert sorted(told) == [303, 422, 422]  # type: ignore[type-var]
    assert logged(desk, "confirm_result") + logged(desk, "ask_review") == 1


def test_one_review_is_decided_by_one_of_two(desk: Desk) -> None:
    """Two persons in the same instant: one decision, one precedent."""
    world = World(desk)
    world.to_reviews()
    desk.account("third", Role.OFFICE)
    people = [world.other_office, desk.signed_in("third")]
    path = f"/reviews/{ROUND}/xicheng/NYC-05/decide"
    common = {"clause": "第五条", "reason": "核对"}
    forms = [
        {"csrf": people[0].csrf, "outcome": "refused", **common},
        {"csrf": people[1].csrf, "outcome": "refused", **common},
    ]
    told = at_once(
        *(lambda p=p, f=f: p.client.post(path, data=f).status_code for p, f in zip(people, forms, strict=True))
    )
    assert sorted(told) == [303, 422]  # type: ignore[type-var]
    assert logged(desk, "decide_review") == 1
