"""The secrets of the second factor are locked with a key that is not in the database; its loss has a clear end."""

import os
import stat
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pyotp
import pytest
from sqlalchemy import select, text

from chengjian.console_room import lock_factors, open_accounts
from chengjian.settings import Settings
from records.accounts import Role
from services.accounts import AccountDesk, SignInRefusedError, Visitor
from services.factor_key import FactorKey, KeyMissingError, KeyUnfitError
from services.schemes import WrongCallError
from storage.account_tables import account
from storage.accounts import AccountRepository
from storage.database import open_database
from tests.console.conftest import FAST, NOW, PASSWORD

CLEAR = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HERE = Visitor("10.0.0.1")


@pytest.fixture
def desk(tmp_path: Path, database_url: str):
    """The accounts on either database, with one analyst whose second factor is in force."""
    settings = Settings(home=tmp_path / "home", database=database_url, contact="a@b.example", chromium=None)
    engine = open_database(database_url)
    made = open_accounts(settings, AccountRepository(engine))
    made = AccountDesk(made.accounts, FAST, made.key)
    assert lock_factors(made) == ""
    person = made.create(
        login="analyst", name="张", role=Role.ANALYST, unit=None, password=PASSWORD, at=NOW, must_change=False
    )
    secret = made.begin_factor(person)
    made.prove_factor(person, pyotp.TOTP(secret).at(_ago()), at=_ago(), but=None)
    yield SimpleNamespace(it=made, secret=secret, person=person, key=made.key.path, settings=settings)
    engine.dispose()


def _ago() -> datetime:
    return NOW - timedelta(hours=1)


def _stored(desk) -> str:
    with desk.it.accounts.engine.connect() as connection:
        return str(connection.scalar(select(account.c.totp)))


def _gets_in(desk, secret: str | None = None) -> bool:
    """Password, then the code that the phone shows."""
    waiting = desk.it.sign_in("analyst", PASSWORD, at=NOW, visitor=HERE)
    session = desk.it.session(waiting.token, at=NOW)
    return not desk.it.give_code(
        session, pyotp.TOTP(secret or desk.secret).at(NOW), at=NOW, visitor=HERE
    ).waits  # fmt: skip


def test_who_has_the_database_alone_has_no_secret(desk) -> None:
    """In no column and no file of it stands the secret; the key is not in it either, and is nobody else's to read."""
    with desk.it.accounts.engine.connect() as connection:
        rows = [str(row) for row in connection.execute(text("SELECT * FROM account")).all()]
    assert desk.secret not in "".join(rows)
    assert _stored(desk).startswith("fernet:")
    assert desk.key.read_text("ascii").strip() not in "".join(rows)
    assert stat.S_IMODE(os.stat(desk.key).st_mode) == 0o600
    assert _gets_in(desk)


def test_what_is_shown_and_not_proved_is_locked_as_well(desk) -> None:
    """A secret is worth the same before its first code."""
    other = desk.it.create(login="other", name="李", role=Role.OFFICE, unit=None, password=PASSWORD, at=NOW)
    secret = desk.it.begin_factor(other)
    with desk.it.accounts.engine.connect() as connection:
        kept = connection.scalar(select(account.c.totp_pending).where(account.c.login == "other"))
    assert kept.startswith("fernet:")
    assert secret not in kept


def test_a_secret_that_was_seen_on_the_page_before_is_not_put_in_force(desk) -> None:
    """Somebody opened the page at an open desk and took the secret down: its owner is shown another."""
    other = desk.it.create(login="other", name="李", role=Role.OFFICE, unit=None, password=PASSWORD, at=NOW)
    taken_down = desk.it.begin_factor(other)
    shown = desk.it.begin_factor(other)
    assert shown != taken_down
    assert desk.it.pending_factor(other) == shown  # after a wrong code the phone has it already
    with pytest.raises(WrongCallError, match="验证码不对"):
        desk.it.prove_factor(other, pyotp.TOTP(taken_down).at(NOW), at=NOW, but=None)
    desk.it.prove_factor(other, pyotp.TOTP(shown).at(NOW), at=NOW, but=None)


def test_old_rows_are_taken_over(desk) -> None:
    """What an earlier version kept in clear is locked at the start, and the phone goes on."""
    desk.it.accounts.change(desk.person.id, totp=CLEAR, totp_used=None)
    assert lock_factors(desk.it) == ""
    assert _stored(desk).startswith("fernet:")
    assert CLEAR not in _stored(desk)
    assert _gets_in(desk, CLEAR)


def test_a_start_changes_nothing_that_is_locked(desk) -> None:
    """Every start looks; only what is in clear is written."""
    before, key = _stored(desk), desk.key.read_bytes()
    assert lock_factors(desk.it) == ""
    assert (_stored(desk), desk.key.read_bytes()) == (before, key)


def test_a_key_that_is_lost_lets_nobody_in_and_is_not_made_anew(desk) -> None:
    """A new one would stand in the way of the old one that comes back from the backup."""
    kept = desk.key.read_bytes()
    desk.key.unlink()
    assert "不在" in lock_factors(desk.it)
    assert not desk.key.exists()
    with pytest.raises(SignInRefusedError, match="密钥不可用"):
        _gets_in(desk)
    desk.key.write_bytes(kept)
    desk.key.chmod(0o600)
    assert _gets_in(desk)


def test_a_missing_key_is_no_guess(desk) -> None:
    """Who could not be checked is not shut out when the key is back."""
    kept = desk.key.read_bytes()
    desk.key.unlink()
    for _ in range(8):
        with pytest.raises(SignInRefusedError, match="密钥不可用"):
            _gets_in(desk)
    desk.key.write_bytes(kept)
    desk.key.chmod(0o600)
    assert _gets_in(desk)


def test_another_key_is_told_at_the_start(desk) -> None:
    """Two homes on one database: the one whose key does not fit names the accounts and the file."""
    desk.key.unlink()
    FactorKey(desk.key).make()
    told = lock_factors(desk.it)
    assert "analyst" in told
    assert str(desk.key) in told
    with pytest.raises(SignInRefusedError) as refused:
        _gets_in(desk)
    assert str(desk.key) not in str(refused.value)  # a stranger with a password learns no path of ours
    told_in_log = desk.it._log.newest(action="code_unchecked")
    assert len(told_in_log) == 1


def test_a_new_key_for_all(desk) -> None:
    """Rotation: all is locked anew, the phone goes on, and a backup of the day before opens with the same file."""
    before, old = _stored(desk), desk.key.read_text("ascii").split()
    assert desk.it.renew_key() == ()
    new = desk.key.read_text("ascii").split()
    assert new[1:] == old
    assert _stored(desk) != before
    alone = desk.key.with_name("alone")
    alone.write_text(new[0], "ascii")
    alone.chmod(0o600)
    assert FactorKey(alone).open(_stored(desk)) == desk.secret
    with pytest.raises(KeyUnfitError):
        FactorKey(alone).open(before)
    assert FactorKey(desk.key).open(before) == desk.secret
    assert _gets_in(desk)


def test_a_new_key_after_a_loss_names_who_has_to_begin_anew(desk) -> None:
    """And those can: the operator takes the factor away, the owner sets up another."""
    desk.key.unlink()
    assert desk.it.renew_key() == ("analyst",)
    desk.it.accounts.change(desk.person.id, totp=None, totp_pending=None, totp_used=None)
    assert lock_factors(desk.it) == ""
    person = replace(desk.person, second_factor=False)
    secret = desk.it.begin_factor(person)
    desk.it.prove_factor(person, pyotp.TOTP(secret).at(_ago()), at=_ago(), but=None)
    assert _gets_in(desk, secret)


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o660, 0o602])
def test_a_key_that_others_can_read_or_write_is_not_used(tmp_path: Path, mode: int) -> None:
    """It would be no secret; the sentence says how it is mended."""
    key = FactorKey(tmp_path / "key")
    assert key.make()
    key.path.chmod(mode)
    with pytest.raises(WrongCallError, match="chmod 600"):
        key.lock("A")
    key.path.chmod(0o640)  # a mounted secret, read by the group of the service
    assert key.open(key.lock("A")) == "A"


def test_a_key_file_that_is_none(tmp_path: Path) -> None:
    """Empty, cut off, or something else: told, and never taken for a key."""
    key = FactorKey(tmp_path / "key")
    with pytest.raises(KeyMissingError):
        key.check()
    for content in (b"", b"not a key\n", b"\xff\xfe"):
        key.path.write_bytes(content)
        key.path.chmod(0o600)
        with pytest.raises(WrongCallError, match="不是密钥"):
            key.check()


def test_the_first_key_is_made_once(tmp_path: Path) -> None:
    """Of two services that start at once one makes it; the other's is not written over it."""
    first, second = FactorKey(tmp_path / "key"), FactorKey(tmp_path / "key")
    assert first.make()
    kept = first.path.read_bytes()
    assert not second.make()
    assert not second._write(["x"], anew=False)  # both had looked before
    assert first.path.read_bytes() == kept
    assert [one.name for one in tmp_path.iterdir()] == ["key"]
