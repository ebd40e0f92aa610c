"""Tokens of the API: shown once, kept as a hash, each with an end."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import Engine

from records.accounts import Account, Doer, LogLine
from services.schemes import WrongCallError
from storage.accounts import AccountRefusedError
from storage.api_tokens import ApiToken, TokenRepository

PREFIX: Final = "cj_"  # by which one that leaked into a file is found
LONGEST: Final = 366  # days
MOST: Final = 20  # of one account
_USED_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a program speaks for."""

    account: Account
    token: ApiToken


class TokenDesk:
    """Every method raises ``WrongCallError`` with one Chinese sentence, and ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.tokens = TokenRepository(engine)

    def make(self, owner: Account, *, name: str, days: int, reads_only: bool, at: datetime) -> tuple[str, ApiToken]:
        """A new token and what is kept of it.  ``days`` from now it ends."""
        name = " ".join(name.split())
        if not 1 <= len(name) <= 40 or not name.isprintable():
            raise WrongCallError("令牌的名称须为 1—40 个字符：写明给哪个程序用")
        if not 1 <= days <= LONGEST:
            raise WrongCallError(f"令牌的有效期须为 1—{LONGEST} 天")
        token = PREFIX + secrets.token_urlsafe(32)
        what = "只读" if reads_only else "读写"
        line = LogLine(
            at, Doer(owner.login, owner.role.value), "token_made", owner.login,
            f"生成{what}令牌“{name}”，{days} 天有效", {"name": name, "days": days, "reads_only": reads_only},
        )  # fmt: skip
        try:
            kept = self.tokens.add(
                _digest(token), owner, name=name, reads_only=reads_only, ends=at + timedelta(days=days), line=line,
                most=MOST,
            )  # fmt: skip
        except AccountRefusedError as refused:
            raise WrongCallError(str(refused)) from refused
        return token, kept

    def revoke(self, owner: Account, number: int, *, at: datetime) -> None:
        line = LogLine(at, Doer(owner.login, owner.role.value), "token_revoked", owner.login, f"撤销令牌 {number}")
        if not self.tokens.revoke(number, owner, line):
            raise WrongCallError("没有这个令牌，或已经撤销")

    def bearer(self, token: str, *, at: datetime) -> Bearer | None:
        """None where the token ended, was revoked, or its account was disabled or has a password to change first."""
        found = self.tokens.find(_digest(token)) if token.startswith(PREFIX) else None
        if found is None:
            return None
        kept, owner = found
        if kept.revoked_at is not None or kept.ends <= at or owner.disabled or owner.must_change:
            return None
        if kept.used_at is None or at - kept.used_at > _USED_EVERY:
            self.tokens.used(kept.id, at=at)
        return Bearer(owner, kept)


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
