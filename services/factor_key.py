"""The key under which the secrets of the second factor are kept: who has the database alone makes no codes.

A file beside the database and never in it, made at the first run: one Fernet key (AES-128-CBC with HMAC-SHA-256) on a
line, the newest first.  The one before it stays for backups of before the change, and for a process that locked
something at that moment.  It is read each time, so that a change holds without a restart.
"""

import contextlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from services.schemes import WrongCallError, why

NAME: Final = "second-factor.key"  # in the home
LOCKED: Final = "fernet:"  # a Base32 secret that stands in clear has no colon
_OTHERS: Final = stat.S_IRWXO | stat.S_IWGRP  # a mounted secret may be readable by the group of the service
_KEPT: Final = 2  # keys: the one in force, and the one before


class KeyMissingError(WrongCallError):
    """There is no key file.  Chinese."""


class KeyUnfitError(WrongCallError):
    """A secret was locked under another key.  Chinese."""


def is_locked(kept: str) -> bool:
    """Whether a stored secret is one that a key locked, and not one that an earlier version kept in clear."""
    return kept.startswith(LOCKED)


@dataclass(frozen=True, slots=True)
class FactorKey:
    """Every method raises ``WrongCallError`` where the file cannot be used, ``KeyMissingError`` where there is none."""

    path: Path

    def lock(self, secret: str) -> str:
        """What is stored in the place of a secret."""
        return LOCKED + self._keys().encrypt(secret.encode("ascii")).decode("ascii")

    def open(self, kept: str) -> str:
        """The secret that was locked.  ``KeyUnfitError`` where it was under a key that is not in the file."""
        if not is_locked(kept):
            return kept
        try:
            return self._keys().decrypt(kept.removeprefix(LOCKED).encode()).decode("ascii")
        except InvalidToken:
            raise KeyUnfitError(
                f"动态验证码的密钥 {self.path} 与数据库不配套：请运维换回原来的密钥文件，"
                "或撤除这个账户的动态验证码后重新设置（chengjian accounts reset LOGIN --second-factor）"
            ) from None

    def check(self) -> None:
        """Whether the file can be used."""
        self._keys()

    def make(self) -> bool:
        """A first key, where there is no file; whether it was made here: of two processes at once one does."""
        if self.path.exists():
            return False
        return self._write([Fernet.generate_key().decode()], anew=False)

    def renew(self) -> None:
        """Put a new key in force; the one before it still opens."""
        try:
            before = self._lines()
        except KeyMissingError:
            before = []
        self._write([Fernet.generate_key().decode(), *before][:_KEPT], anew=True)

    def _keys(self) -> MultiFernet:
        try:
            return MultiFernet([Fernet(line) for line in self._lines()])
        except ValueError:
            raise WrongCallError(f"密钥文件 {self.path} 的内容不是密钥：请从备份恢复") from None

    def _lines(self) -> list[str]:
        try:
            with self.path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                text = file.read(4096).decode("ascii", "replace")
        except FileNotFoundError:
            raise KeyMissingError(
                f"动态验证码的密钥文件 {self.path} 不在：请运维从备份恢复，或运行 chengjian accounts rekey 另立"
            ) from None
        except OSError as error:
            raise WrongCallError(f"读不了动态验证码的密钥文件 {self.path}：{why(error)}") from None
        if mode & _OTHERS:
            raise WrongCallError(f"密钥文件 {self.path} 可被他人读写，不予使用：请运行 chmod 600 {self.path}")
        return [line.strip() for line in text.splitlines() if line.strip()]

    def _write(self, keys: list[str], *, anew: bool) -> bool:
        """All of the file or nothing; False where it is there and is not to be written ``anew``."""
        half = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write("\n".join(keys) + "\n")
                file.flush()
                os.fsync(file.fileno())
            if anew:
                os.replace(half, self.path)
                return True
            os.link(half, self.path)
            return True
        except FileExistsError:
            return False
        except OSError as error:
            raise WrongCallError(f"写不了动态验证码的密钥文件 {self.path}：{why(error)}") from None
        finally:
            with contextlib.suppress(OSError):
                half.unlink()
