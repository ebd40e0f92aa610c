"""What is done to the accounts of others: by the operator in the console, and on the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records.accounts import ROLE_NAMES, Account, Doer, LogLine, Role
from services.accounts import AccountDesk, check_name, check_unit, gate_of_login
from services.passwords import make_password
from services.schemes import WrongCallError
from storage.accounts import AccountRefusedError


@dataclass(frozen=True, slots=True)
class AccountOffice:
    """``units`` are those of the registry, by id.  Every method raises ``WrongCallError`` and ``StorageError``."""

    desk: AccountDesk
    units: Mapping[str, str]  # id to name

    def create(
        self, *, login: str, name: str, role: Role, unit: str | None, by: Doer, at: datetime
    ) -> tuple[Account, str]:
        """A new account and its password, to be handed over once and changed at the first sign-in."""
        self._check_unit(unit)
        password = make_password()
        made = self.desk.create(login=login, name=name, role=role, unit=unit, password=password, at=at, by=by)
        return made, password

    def change(self, number: int, *, name: str, role: Role, unit: str | None, by: Doer, at: datetime) -> Account:
        """Another name, role or unit: it holds from the next request on."""
        before = self.load(number)
        name = " ".join(name.split())
        check_name(name)
        check_unit(role, unit)
        self._check_unit(unit)
        after = {"name": name, "role": role.value, "unit": unit or None}
        was = {"name": before.name, "role": before.role.value, "unit": before.unit}
        if after == was:
            raise WrongCallError("没有改动")
        if before.login == by.login and role is not before.role:
            raise WrongCallError("不能改自己的角色：请由另一位运维来改")
        told = f"修改账户 {before.login}：{name}，{ROLE_NAMES[role]}"
        return self._apply(before, by, at, "account_changed", told, {"before": was, "after": after}, **after)

    def disable(self, number: int, *, by: Doer, at: datetime) -> Account:
        """Nobody signs in with it any more; who is, is signed out, and its tokens hold no longer."""
        before = self.load(number)
        if before.login == by.login:
            raise WrongCallError("不能停用自己的账户：请由另一位运维来停用")
        if before.disabled:
            raise WrongCallError(f"账户 {before.login} 已经停用")
        return self._apply(
            before, by, at, "account_disabled", f"停用账户 {before.login}", disabled_at=at.isoformat(),
            ends_sessions=True, ends_tokens=True,
        )  # fmt: skip

    def enable(self, number: int, *, by: Doer, at: datetime) -> Account:
        before = self.load(number)
        if not before.disabled:
            raise WrongCallError(f"账户 {before.login} 没有停用")
        return self._apply(before, by, at, "account_enabled", f"启用账户 {before.login}", disabled_at=None)

    def reset_password(self, number: int, *, by: Doer, at: datetime) -> tuple[Account, str]:
        """Another password, to be handed over once.  Whoever has the account now is signed out everywhere."""
        before = self.load(number)
        if before.login == by.login:
            raise WrongCallError("自己的密码请在“我的账户”中修改")
        password = make_password()
        told = f"重置账户 {before.login} 的密码，结束其全部登录和令牌"
        after = self._apply(
            before, by, at, "password_reset", told, password=self.desk.passwords.hash(password), must_change=True,
            ends_sessions=True, ends_tokens=True,
        )  # fmt: skip
        self.desk.gates.open([gate_of_login(before.login)])
        return after, password

    def reset_factor(self, number: int, *, by: Doer, at: datetime) -> Account:
        """For somebody who lost the phone."""
        before = self.load(number)
        if not before.second_factor:
            raise WrongCallError(f"账户 {before.login} 没有设动态验证码")
        if before.login == by.login:
            raise WrongCallError("自己的动态验证码请在“我的账户”中撤除：须输入密码和验证码")
        told = f"撤除账户 {before.login} 的动态验证码，结束其全部登录"
        return self._apply(
            before, by, at, "second_factor_reset", told, totp=None, totp_pending=None, totp_used=None,
            ends_sessions=True,
        )  # fmt: skip

    def unlock(self, number: int, *, by: Doer, at: datetime) -> Account:
        """Tries are counted anew."""
        before = self.load(number)
        if before.login not in self.locked(at=at):
            raise WrongCallError(f"账户 {before.login} 没有锁定")
        after = self._apply(before, by, at, "account_unlocked", f"解锁账户 {before.login}")
        self.desk.gates.open([gate_of_login(before.login)])
        return after

    def locked(self, *, at: datetime) -> dict[str, datetime]:
        """Logins that strangers may not try for now, and until when."""
        shut = self.desk.gates.shut(at=at)
        return {key.removeprefix("login:"): until for key, until in shut.items() if key.startswith("login:")}

    def load(self, number: int) -> Account:
        found = self.desk.accounts.load(number)
        if found is None:
            raise WrongCallError("没有这个账户")
        return found

    def find(self, login: str) -> Account:
        found = self.desk.accounts.credentials(login)
        if found is None:
            raise WrongCallError(f"没有登录名为 {login} 的账户，请在账户清单中核对")
        return found.account

    def _check_unit(self, unit: str | None) -> None:
        if unit and unit not in self.units:
            raise WrongCallError(f"登记表中没有单位 {unit}，请写登记表中的单位编号")

    def _apply(
        self, account: Account, by: Doer, at: datetime, action: str, told: str,
        detail: Mapping[str, Any] | None = None, **values: Any,
    ) -> Account:  # fmt: skip
        line = LogLine(at, by, action, account.login, told, detail or {})
        try:
            return self.desk.accounts.change(account.id, line, **values)
        except AccountRefusedError as refused:
            raise WrongCallError(str(refused)) from refused
