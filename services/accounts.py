"""Signing in: a password, the second factor, tries that run out, sessions that end; and one's own account."""

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from argon2 import PasswordHasher

from records.accounts import Account, Doer, LogLine, Role
from services import second_factor
from services.api_tokens import Bearer, TokenDesk
from services.factor_key import LOCKED, FactorKey, KeyUnfitError, is_locked
from services.passwords import Passwords, check_password
from services.schemes import WrongCallError
from storage.accounts import AccountRefusedError, AccountRepository, Credentials, OvertakenError, Session
from storage.console_log import ConsoleLog
from storage.sign_in_gates import SignInGates

IDLE: Final = timedelta(minutes=30)  # a session without a request ends
LONGEST: Final = timedelta(hours=12)  # and so does every session
BROWSER_KNOWN: Final = timedelta(days=180)
SPAN: Final = timedelta(minutes=15)  # in which tries are counted, and for which a gate is shut
TRIES: Final = 5  # of one login by strangers, of one known browser, of one code
TRIES_OF_ADDRESS: Final = 20  # an office is behind one address
_SEEN_EVERY: Final = timedelta(minutes=1)  # how exactly the last request is kept
_WRONG: Final = "登录名或密码不对"


def digest(token: str) -> str:
    """What is stored in the place of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class SignInRefusedError(WrongCallError):
    """Nobody is signed in by this.  ``ended`` where the session that waited for the code is over too."""

    def __init__(self, told: str, *, ended: bool = False) -> None:
        super().__init__(told)
        self.ended = ended


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a sign-in comes from."""

    address: str
    agent: str = ""
    browser: str = ""  # the cookie of a browser that somebody signed in with before


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the tokens go into cookies, and are stored nowhere."""

    token: str
    account: Account
    waits: bool  # for the second factor
    browser: str = ""  # by which this browser will be known; "" while the second factor is not given


class AccountDesk:
    """Every method raises ``WrongCallError`` with one Chinese sentence, and ``StorageError``."""

    def __init__(
        self, accounts: AccountRepository, hasher: PasswordHasher | None = None, key: FactorKey | None = None
    ) -> None:
        """``key`` locks the secrets of the second factor; without it none is set up and none is checked."""
        self.accounts = accounts
        self.key = key
        self.passwords = Passwords(hasher)
        self.gates = SignInGates(accounts.engine)
        self.tokens = TokenDesk(accounts.engine)
        self._log = ConsoleLog(accounts.engine)

    # -- signing in ------------------------------------------------------------------------------------------------

    def sign_in(self, login: str, password: str, *, at: datetime, visitor: Visitor) -> SignedIn:
        """Check a password and begin a session.  The answer is the same whatever was wrong, and takes as long."""
        login = login.strip().lower()
        gates = self._gates(login, visitor)
        if (until := self.gates.take(gates, at=at, span=SPAN)) is not None:
            raise SignInRefusedError(_shut(until, at))
        found = self.accounts.credentials(login)
        if not self.passwords.fits(found.password if found is not None else None, password) or found is None:
            known = found is not None  # what is no login may be a password in the wrong field: it is not written down
            self._log_refusal(login if known else "", visitor, at, "密码不对" if known else "没有这个登录名")
            raise SignInRefusedError(_WRONG)
        account = found.account
        if account.disabled:
            self._log_refusal(login, visitor, at, "账户已停用")
            raise SignInRefusedError("账户已停用，请联系运维")
        self.gates.open(key for key in gates if not key.startswith("address:"))
        # An office is behind one address, and all of it signs in at half past eight.
        self.gates.give_back(key for key in gates if key.startswith("address:"))
        self.gates.forget(at=at)
        signed = self._begin(found, at=at, visitor=visitor, waits=found.totp is not None)
        if self.passwords.is_old(found.password):
            self.accounts.rehash(account.id, found.password, self.passwords.hash(password))
        return signed

    def give_code(self, session: Session, code: str, *, at: datetime, visitor: Visitor) -> SignedIn:
        """The second step.  The session that waited is over: another begins, or none after too many codes."""
        found = self._take_code(session.account, code, at=at, visitor=visitor, session=session)
        return self._begin(found, at=at, visitor=visitor, waits=False, instead=session.sha256)

    def session(self, token: str, *, at: datetime, background: bool = False) -> Session | None:
        """Who holds this cookie; None where the session ended, or the account was disabled.

        ``background``: a page asked by itself, which keeps nobody signed in.
        """
        if not token:
            return None
        found = self.accounts.session(digest(token))
        if found is None:
            return None
        if found.account.disabled or at >= found.ends or at - found.seen > IDLE:
            self.accounts.end(sha256=found.sha256, number=found.account.id)
            return None
        if not background and at - found.seen > _SEEN_EVERY:
            self.accounts.touch(found.sha256, seen=at)
        return found

    def of_token(self, token: str, *, at: datetime) -> Bearer | None:
        """Who a program's token stands for; None where it ended, was revoked, or its account was disabled."""
        return self.tokens.bearer(token, at=at)

    def sign_out(self, session: Session, *, at: datetime) -> None:
        line = LogLine(at, _doer(session.account), "logout", session.address, "退出登录")
        self.accounts.end(sha256=session.sha256, number=session.account.id, line=line)

    def _begin(
        self, found: Credentials, *, at: datetime, visitor: Visitor, waits: bool, instead: str | None = None
    ) -> SignedIn:
        """A session by what was checked: where that was changed in the meantime there is none."""
        account, token, browser = found.account, secrets.token_urlsafe(32), ""
        told = "密码正确，等待动态验证码" if waits else "登录"
        action = "login_waits" if waits else "login"
        try:
            self.accounts.begin(
                digest(token),
                found,
                csrf=secrets.token_urlsafe(24),
                at=at,
                ends=at + LONGEST,
                waits=waits,
                address=visitor.address,
                agent=visitor.agent,
                stale=at - IDLE,
                line=LogLine(at, _doer(account), action, visitor.address, told),
                instead=instead,
            )
        except OvertakenError:
            raise SignInRefusedError("账户刚刚被改动，请重新登录", ended=True) from None
        if not waits:
            browser = visitor.browser if self._knows(visitor, account.login) else secrets.token_urlsafe(32)
            self.accounts.remember_browser(digest(browser), account.id, at=at)
        return SignedIn(token, account, waits, browser)

    def _gates(self, login: str, visitor: Visitor) -> dict[str, int]:
        """What a try is counted by: a known browser by itself, so that strangers who guess shut nobody out."""
        if self._knows(visitor, login):
            return {f"browser:{digest(visitor.browser)}": TRIES}
        return {gate_of_login(login): TRIES, f"address:{_network(visitor.address)}": TRIES_OF_ADDRESS}

    def _knows(self, visitor: Visitor, login: str) -> bool:
        return bool(visitor.browser) and self.accounts.knows_browser(digest(visitor.browser), login)

    def _log_refusal(self, login: str, visitor: Visitor, at: datetime, why: str) -> None:
        by = Doer(login)
        self._log.write(LogLine(at, by, "login_refused", visitor.address, f"登录未成：{why}"))

    # -- the second factor -----------------------------------------------------------------------------------------

    def begin_factor(self, account: Account) -> str:
        """A new secret to be shown and proved; the one that is in force stays so until then.

        New each time: one that somebody saw on this page before is never put in force.
        """
        if self._credentials(account).totp is not None:
            raise WrongCallError("已经设有动态验证码：更换手机时请先撤除再设")
        secret = second_factor.new_secret()
        self.accounts.change(account.id, totp_pending=self._key().lock(secret))
        return secret

    def pending_factor(self, account: Account) -> str:
        """The secret that was shown and not yet proved; a new one where there is none, or none that opens."""
        pending = self._credentials(account).totp_pending
        try:
            return self._key().open(pending) if pending is not None else self.begin_factor(account)
        except KeyUnfitError:
            return self.begin_factor(account)

    def prove_factor(self, account: Account, code: str, *, at: datetime, but: str | None) -> None:
        """Put the secret in force: whoever shows its code has it.  Other sessions, which never gave one, end."""
        found = self._credentials(account)
        if found.totp is not None or found.totp_pending is None:
            raise WrongCallError("没有待验证的动态验证码，请重新打开设置页")
        secret = self._key().open(found.totp_pending)
        step = second_factor.step_of(secret, code, at=at, after=None)
        if step is None:
            raise WrongCallError("验证码不对：请输入手机上此刻显示的 6 位数字；若一直不对，请校准手机时间")
        self.accounts.change(
            account.id,
            LogLine(at, _doer(account), "second_factor_set", account.login, "设置了动态验证码"),
            totp=self._key().lock(secret), totp_pending=None, totp_used=step, ends_sessions=True, but=but,
        )  # fmt: skip

    def any_locked(self) -> bool:
        """Whether there are secrets that the key file has to be there for."""
        return self.accounts.any_locked(LOCKED)

    def lock_factors(self, *, anew: bool = False) -> tuple[str, ...]:
        """Lock what an earlier version kept in clear, and ``anew`` everything; the logins whose secret does not open.

        Those can sign in again when their second factor was taken away, or the old key is back.
        """
        key = self._key()

        def locked(kept: str) -> str | None:
            try:
                secret = key.open(kept)
            except KeyUnfitError:
                return None
            return kept if is_locked(kept) and not anew else key.lock(secret)

        return self.accounts.relock(locked)

    def renew_key(self) -> tuple[str, ...]:
        """Another key for all secrets; the logins whose secret opened under none that is left."""
        self._key().renew()
        return self.lock_factors(anew=True)

    def _key(self) -> FactorKey:
        if self.key is None:
            raise WrongCallError("这里没有动态验证码的密钥")
        return self.key

    def remove_factor(self, session: Session, password: str, code: str, *, at: datetime, visitor: Visitor) -> None:
        self._check_own_password(session, password, at=at)
        self._take_code(session.account, code, at=at, visitor=visitor, session=session)
        self.accounts.change(
            session.account.id,
            LogLine(at, _doer(session.account), "second_factor_removed", session.account.login, "撤除了动态验证码"),
            totp=None, totp_pending=None, totp_used=None,
        )  # fmt: skip

    def _take_code(
        self, account: Account, code: str, *, at: datetime, visitor: Visitor, session: Session
    ) -> Credentials:
        """Each code once, and only so many tries.  What it was checked against."""
        who = digest(visitor.browser) if self._knows(visitor, account.login) else "new"
        gate = f"code:{account.id}:{who}"
        line = LogLine(at, _doer(account), "code_refused", visitor.address, "动态验证码错误次数过多，登录已中止")
        if (until := self.gates.take({gate: TRIES}, at=at, span=SPAN)) is not None:
            self.accounts.end(sha256=session.sha256, number=account.id, line=line)
            raise SignInRefusedError(_shut(until, at), ended=True)
        found = self._credentials(account)
        step = None
        if found.totp is not None:
            secret = self._opened(found.totp, account, gate, visitor, at)
            step = second_factor.step_of(secret, code, at=at, after=found.totp_used)
        if step is None or not self.accounts.take_code(account.id, step):
            raise SignInRefusedError("验证码不对或已经用过：请输入手机上此刻显示的 6 位数字，用过的请等下一个")
        self.gates.open([gate])
        return found

    def _opened(self, kept: str, account: Account, gate: str, visitor: Visitor, at: datetime) -> str:
        """The secret; where the key is missing nobody gets in by that, and whoever keeps the machine reads why."""
        try:
            return self._key().open(kept)
        except WrongCallError as wrong:
            self.gates.give_back([gate])  # it was no guess
            why = "；".join(wrong.lines)
            self._log.write(LogLine(at, _doer(account), "code_unchecked", visitor.address, why))
            raise SignInRefusedError("服务器上的动态验证码密钥不可用，验证码无法核对：请联系运维") from None

    # -- one's own account -----------------------------------------------------------------------------------------

    def change_password(self, session: Session, old: str, new: str, *, at: datetime) -> None:
        """The other sessions of the account end; this one goes on."""
        account = session.account
        self._check_own_password(session, old, at=at)
        check_password(new, account.login)
        if new == old:
            raise WrongCallError("新密码与原密码相同，请换一个")
        self.accounts.change(
            account.id,
            LogLine(at, _doer(account), "password_changed", account.login, "修改了密码，其他登录已结束"),
            password=self.passwords.hash(new), must_change=False, ends_sessions=True, but=session.sha256,
        )  # fmt: skip

    def _check_own_password(self, session: Session, password: str, *, at: datetime) -> None:
        """Who sits at an open desk does not thereby know the password, and may not guess it."""
        gate = f"own:{session.account.id}"
        if (until := self.gates.take({gate: TRIES}, at=at, span=SPAN)) is not None:
            raise WrongCallError(_shut(until, at))
        if not self.passwords.fits(self._credentials(session.account).password, password):
            raise WrongCallError("原密码不对")
        self.gates.open([gate])

    def end_session(self, session: Session, sha256: str, *, at: datetime) -> None:
        """End another session of one's own."""
        line = LogLine(at, _doer(session.account), "session_ended", session.account.login, "结束了自己的另一处登录")
        if not self.accounts.end(sha256=sha256, number=session.account.id, line=line):
            raise WrongCallError("那一处登录已经结束")

    def create(
        self, *, login: str, name: str, role: Role, unit: str | None, password: str, at: datetime,
        must_change: bool = True, only_first: bool = False, by: Doer | None = None,
    ) -> Account:  # fmt: skip
        """A new account.  ``must_change``: whoever has it chooses another password first."""
        login, name = login.strip().lower(), " ".join(name.split())
        if not login.isascii() or not login.replace("-", "").replace("_", "").replace(".", "").isalnum():
            raise WrongCallError("登录名须由字母、数字、点、横线组成")
        if not 2 <= len(login) <= 40:
            raise WrongCallError("登录名须为 2—40 个字符")
        check_name(name)
        check_unit(role, unit)
        check_password(password, login)
        detail = {"name": name, "role": role, "unit": unit or None}
        line = LogLine(at, by or Doer(login, role.value), "account_created", login, f"建立账户 {login}", detail)
        try:
            return self.accounts.add(
                login=login, name=name, role=role, unit=unit or None, password=self.passwords.hash(password),
                must_change=must_change, line=line, only_first=only_first,
            )  # fmt: skip
        except AccountRefusedError as refused:
            raise WrongCallError(str(refused)) from refused

    def _credentials(self, account: Account) -> Credentials:
        found = self.accounts.credentials_of(account.id)
        if found is None:
            raise WrongCallError("没有这个账户")
        return found


def gate_of_login(login: str) -> str:
    """What strangers' tries of a login are counted by, whether there is such an account or not."""
    return f"login:{login}" if len(login) <= 40 else f"login:{digest(login)}"


def check_name(name: str) -> None:
    if not 1 <= len(name) <= 40 or not name.isprintable():
        raise WrongCallError("姓名须为 1—40 个字符")


def check_unit(role: Role, unit: str | None) -> None:
    if (role is Role.UNIT) != bool(unit):
        raise WrongCallError("被评单位的账户须指明单位，其他账户不写单位")


def _doer(account: Account) -> Doer:
    return Doer(account.login, account.role.value)


def _shut(until: datetime, at: datetime) -> str:
    minutes = int((until - at).total_seconds() // 60) + 1
    return f"连续输错次数过多，请 {minutes} 分钟后再试，或换用曾经登录过的电脑；也可请运维解锁"


def _network(address: str) -> str:
    """Who is behind an address: of IPv6 the network of a household or an office, which has addresses without end."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:100]
    if isinstance(known, ipaddress.IPv6Address):
        mapped = known.ipv4_mapped
        return str(mapped) if mapped is not None else str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)
