"""Who works at the demo's console: an account of every role, with passwords that are made when it is opened."""

from dataclasses import dataclass, field, replace
from typing import Final

from console.tools import ConsoleTools
from records.accounts import Doer, LogLine, Role
from services.accounts import gate_of_login
from services.passwords import make_password

#: The county that has an account: lists are missing there, links are dead, and it was down for a night.
UNIT: Final = "liuwan"
_BY: Final = Doer("chengjian-demo")


@dataclass(frozen=True, slots=True)
class Person:
    """One account; the password is nowhere but here and, hashed, in the database."""

    login: str
    name: str
    role: Role
    unit: str | None = None
    password: str = field(default="", repr=False)


#: Two of the credit office: who sends a result to its audit may not audit it.
ROSTER: Final = (
    Person("fenxi", "林一", Role.ANALYST),
    Person(UNIT, "周二", Role.UNIT, UNIT),
    Person("shenhe", "吴三", Role.VERIFIER),
    Person("xinyong", "郑四", Role.OFFICE),
    Person("xinyong-2", "王五", Role.OFFICE),
    Person("yunwei", "冯六", Role.OPERATOR),
    Person("jiandu", "陈七", Role.AUDITOR),
)


def sign_up(tools: ConsoleTools) -> tuple[Person, ...]:
    """Everybody of the roster with a new password: made where there is no account yet, else let in anew.

    Raises ``WrongCallError`` and ``StorageError``.
    """
    return tuple(_with_password(tools, person) for person in ROSTER)


def _with_password(tools: ConsoleTools, person: Person) -> Person:
    desk, at, password = tools.accounts, tools.now(), make_password()
    known = desk.accounts.credentials(person.login)
    if known is None:
        desk.create(
            login=person.login, name=person.name, role=person.role, unit=person.unit, password=password, at=at,
            must_change=False, by=_BY,
        )  # fmt: skip
    else:
        line = LogLine(at, _BY, "password_reset", person.login, f"重开示范工作台，重置账户 {person.login} 的密码")
        desk.accounts.change(
            known.account.id, line, password=desk.passwords.hash(password), must_change=False, totp=None,
            totp_pending=None, totp_used=None, disabled_at=None, ends_sessions=True,
        )  # fmt: skip
        desk.gates.open([gate_of_login(person.login)])
    return replace(person, password=password)
