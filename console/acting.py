"""Who acts: the account behind a request, and what it may do."""

import secrets
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request

from console.cookies import session_of
from console.limits import FORM
from console.rights import Right, has
from console.tools import ConsoleTools
from records.accounts import Account, Role
from services.second_factor import DECIDING
from storage.accounts import Session
from storage.api_tokens import ApiToken

API: Final = "/api/"
BACKGROUND: Final = "x-background"  # set by what a page asks by itself, such as progress: it keeps nobody signed in
_SAFE: Final = ("GET", "HEAD", "OPTIONS")


class SignInNeededError(Exception):
    """Nobody is signed in, or the session ended."""


class SecondFactorNeededError(Exception):
    """The password was right, the code is still to be given."""


class PasswordChangeNeededError(Exception):
    """The password was set by somebody else: nothing is done before it is another."""


class FactorNeededError(Exception):
    """A second factor is demanded of this role: nothing is done before it is set up."""


class NotAllowedError(Exception):
    """The role has not this right, or what is asked for is another unit's.  The sentence is Chinese."""

    def __init__(self, told: str = "您的账户没有这项权限") -> None:
        super().__init__(told)


class NotFoundError(Exception):
    """There is no such thing, or none that this account may know of: both are answered alike.  Chinese."""

    def __init__(self, told: str = "没有这个页面，或您无权查看") -> None:
        super().__init__(told)


@dataclass(frozen=True, slots=True)
class Actor:
    """The account behind one request."""

    account: Account
    session: Session | None  # None: a program with a token
    token: ApiToken | None = None

    @property
    def by(self) -> str:
        """How the account is named in decisions: two accounts of one name are still two."""
        return f"{self.account.name}（{self.account.login}）"

    @property
    def role(self) -> Role:
        return self.account.role

    @property
    def unit(self) -> str | None:
        return self.account.unit

    def has(self, right: Right) -> bool:
        return has(self.account.role, right)

    def sees_unit(self, unit: str) -> bool:
        """Whether what belongs to this unit may be shown: a unit sees its own, everybody else sees all."""
        return self.account.role is not Role.UNIT or self.account.unit == unit

    def check_unit(self, unit: str) -> None:
        """``NotFoundError`` for what belongs to another unit: that it exists is none of its business either."""
        if not self.sees_unit(unit):
            raise NotFoundError


def tools_of(request: Request) -> ConsoleTools:
    tools: ConsoleTools = request.app.state.tools
    return tools


async def actor_of(request: Request) -> Actor:
    """The actor of this request (kept on it).  ``SignInNeededError`` where there is none."""
    known: Actor | None = getattr(request.state, "actor", None)
    if known is not None:
        return known
    from starlette.concurrency import run_in_threadpool

    tools = tools_of(request)
    actor = await run_in_threadpool(_actor, request, tools)
    if actor is None:
        raise SignInNeededError
    request.state.actor = actor
    return actor


def _actor(request: Request, tools: ConsoleTools) -> Actor | None:
    given = request.headers.get("authorization")
    if given is not None and request.url.path.startswith(API):  # pages are for people
        kind, _, token = given.partition(" ")
        bearer = tools.accounts.of_token(token.strip(), at=tools.now()) if kind.lower() == "bearer" else None
        return None if bearer is None else Actor(bearer.account, None, bearer.token)
    session = tools.accounts.session(
        session_of(request, secure=tools.secure), at=tools.now(), background=BACKGROUND in request.headers
    )
    return None if session is None else Actor(session.account, session)


@dataclass(frozen=True, slots=True)
class Guard:
    """The dependency of every route that is not public: signed in, with this right, and no forged request."""

    right: Right
    limit: int = FORM  # bytes that may be sent
    early: bool = False  # open before a password that somebody else set was changed, or a factor that is demanded set

    async def admit(self, request: Request) -> Actor:
        """All that can be known before the body is read."""
        actor = await actor_of(request)
        if actor.session is not None and actor.session.waits:
            raise SecondFactorNeededError
        if not self.early:
            check_ready(actor, tools_of(request))
        if not actor.has(self.right):
            raise NotAllowedError
        if request.method not in _SAFE:
            check_sender(request, actor)
        return actor

    async def __call__(self, request: Request) -> Actor:
        actor = await self.admit(request)
        if request.method not in _SAFE and actor.session is not None:
            await check_token(request, actor.session.csrf)
        return actor


def check_ready(actor: Actor, tools: ConsoleTools) -> None:
    """``PasswordChangeNeededError`` and ``FactorNeededError``: what comes before any work."""
    if actor.account.must_change:
        raise PasswordChangeNeededError
    if tools.factor_needed and actor.role in DECIDING and not actor.account.second_factor:
        raise FactorNeededError


def check_sender(request: Request, actor: Actor) -> None:
    """``NotAllowedError`` for a change by another site's page, or with a token that only reads."""
    if actor.session is not None:
        check_origin(request)
    elif actor.token is not None and actor.token.reads_only:
        raise NotAllowedError("这个令牌是只读的，不能做更改")


def check_origin(request: Request) -> None:
    """Refuse what another site made the browser send.  ``NotAllowedError``.

    Every browser says where a form came from, by at least one of three headers.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    came_from = origin if origin is not None else request.headers.get("referer")
    if site not in (None, "same-origin", "none") or (
        came_from is not None and _netloc(came_from) != request.headers.get("host", "")
    ):
        raise NotAllowedError("请求来自别的网站，已拒绝")


def _netloc(address: str) -> str | None:
    """Host and port of an address; None for what is none."""
    try:
        return urlsplit(address).netloc or None
    except ValueError:
        return None


async def check_token(request: Request, csrf: str) -> None:
    """Refuse a form that no page of this session made.  ``NotAllowedError``."""
    given: Any = request.headers.get("x-csrf-token")
    if given is None:
        given = (await request.form()).get("csrf")
    if not isinstance(given, str) or not secrets.compare_digest(given.encode(), csrf.encode()):
        raise NotAllowedError("页面已过期，请返回刷新后再提交一次；刚才的操作没有执行")


Acting = Annotated[Actor, Depends(actor_of)]
Tools = Annotated[ConsoleTools, Depends(tools_of)]
