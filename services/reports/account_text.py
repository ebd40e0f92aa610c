"""The accounts in words, and as JSON for other programs."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from records.accounts import ROLE_NAMES, Account
from storage.canonical import canonical_json


def accounts_text(accounts: Iterable[Account], units: Mapping[str, str], locked: Mapping[str, datetime]) -> str:
    """One account a line."""
    lines = []
    for one in accounts:
        who = ROLE_NAMES[one.role] + (f" {units.get(one.unit, one.unit)}" if one.unit else "")
        states = [
            "已停用" if one.disabled else "",
            f"锁定到 {locked[one.login]:%H:%M}" if one.login in locked else "",
            "待改密码" if one.must_change else "",
            "" if one.second_factor else "没有动态验证码",
        ]
        lines.append("\t".join([one.login, one.name, who, "，".join(filter(None, states)) or "可用"]))
    return "\n".join(lines or ["还没有账户"]) + "\n"


def accounts_json(accounts: Iterable[Account], locked: Mapping[str, datetime]) -> bytes:
    """``chengjian.accounts/1`` (docs/console-security.md)."""
    listed: list[dict[str, Any]] = [
        {
            "login": one.login,
            "name": one.name,
            "role": one.role,
            "unit": one.unit,
            "disabled": one.disabled,
            "second_factor": one.second_factor,
            "must_change": one.must_change,
            "locked_until": locked.get(one.login),
        }
        for one in accounts
    ]
    return canonical_json({"schema": "chengjian.accounts/1", "accounts": listed}) + b"\n"


def password_text(account: Account, password: str) -> str:
    """What is told once."""
    told = f"账户 {account.login}（{account.name}）的一次性密码：{password}"
    return f"{told}\n请告知本人，第一次登录时必须修改；这里只显示这一次\n"
