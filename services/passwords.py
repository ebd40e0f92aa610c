"""Passwords: how they are kept (argon2id), which are refused, and those that are made for somebody."""

import secrets
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.schemes import WrongCallError

SHORTEST: Final = 10  # characters
LONGEST: Final = 200
_DIFFERENT: Final = 5  # characters
_AT_ONCE: Final = 4  # a hash takes 64 MiB: many that sign in at once wait for each other
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another when it is read out


class Passwords:
    """Hashes and compares."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = BoundedSemaphore(_AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        with self._turns:
            return self._hasher.hash(_bytes(password))

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is the one that is kept; where none is (no such account) it takes as long to say no."""
        with self._turns:
            try:
                return self._hasher.verify(kept or self._nobody, _bytes(password)) and kept is not None
            except (VerificationError, InvalidHashError):
                return False

    def is_old(self, kept: str) -> bool:
        """Whether it was hashed more weakly than it would be today."""
        return self._hasher.check_needs_rehash(kept)


def check_password(password: str, login: str) -> None:
    """``WrongCallError`` for a password that is too easily guessed."""
    if len(password) < SHORTEST:
        raise WrongCallError(f"密码至少 {SHORTEST} 个字符")
    if len(password) > LONGEST:
        raise WrongCallError(f"密码最长 {LONGEST} 个字符")
    if login in password.lower() or len(set(password)) < _DIFFERENT:
        raise WrongCallError("密码太简单：不能含登录名，也不能只用几个字符")


def make_password() -> str:
    """A password to hand over once: four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
