"""The API of accounts: who asks, and for the operator the accounts of others."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from console.acting import Acting, NotFoundError, Tools
from console.pages.users import doer, office_of
from console.rights import GRANTS, Right
from console.routing import PageRouter
from records.accounts import Account, Role

router = PageRouter(tags=["账户"])
_Name = Field(min_length=1, max_length=40)


class MeOut(BaseModel):
    """Who asks."""

    login: str
    name: str
    role: Role
    unit: str | None = Field(description="被评单位的编号；其他角色没有")
    rights: list[Right] = Field(description="这个账户能做的事")
    reads_only: bool = Field(description="令牌是否只读")
    token_ends: datetime | None = Field(description="令牌何时到期；用网页登录时没有")


class AccountOut(BaseModel):
    """An account, without anything that would let somebody sign in."""

    id: int
    login: str
    name: str
    role: Role
    unit: str | None
    disabled: bool
    second_factor: bool
    must_change: bool
    created_at: datetime | None


class AccountsOut(BaseModel):
    total: int
    accounts: list[AccountOut]


class AccountIn(BaseModel):
    """A new account."""

    login: str = Field(min_length=2, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")
    name: str = _Name
    role: Role
    unit: str | None = Field(default=None, max_length=100, description="被评单位的编号，其他角色不写")


class ChangeIn(BaseModel):
    name: str = _Name
    role: Role
    unit: str | None = Field(default=None, max_length=100)


class PasswordOut(BaseModel):
    """A password that is told once."""

    account: AccountOut
    password: str = Field(description="一次性密码：只在这里给出一次，第一次登录时必须修改")


@router.call("GET", "/api/v1/me", Right.OWN_ACCOUNT, response_model=MeOut, summary="我是谁，能做什么")
def me(actor: Acting) -> MeOut:
    token = actor.token
    return MeOut(
        login=actor.account.login, name=actor.account.name, role=actor.role, unit=actor.unit,
        rights=sorted(GRANTS[actor.role]), reads_only=token is not None and token.reads_only,
        token_ends=token.ends if token is not None else None,
    )  # fmt: skip


@router.call("GET", "/api/v1/accounts", Right.MANAGE_USERS, response_model=AccountsOut, summary="账户")
def accounts(
    tools: Tools,
    words: Annotated[str, Query(max_length=100, description="登录名、姓名或单位编号中的文字")] = "",
    role: Role | None = None,
    disabled: bool | None = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AccountsOut:
    found, total = tools.accounts.accounts.find(
        words=words, role=role, disabled=disabled, start=(page - 1) * size, most=size
    )
    return AccountsOut(total=total, accounts=[_out(one) for one in found])


@router.call("GET", "/api/v1/accounts/{number}", Right.MANAGE_USERS, response_model=AccountOut, summary="一个账户")
def account(tools: Tools, number: int) -> AccountOut:
    found = tools.accounts.accounts.load(number)
    if found is None:
        raise NotFoundError("没有这个账户")
    return _out(found)


@router.call(
    "POST", "/api/v1/accounts", Right.MANAGE_USERS, response_model=PasswordOut, status_code=201, summary="建立账户"
)
def create(tools: Tools, actor: Acting, asked: AccountIn) -> PasswordOut:
    made, password = office_of(tools).create(
        login=asked.login, name=asked.name, role=asked.role, unit=asked.unit, by=doer(actor), at=tools.now()
    )
    return PasswordOut(account=_out(made), password=password)


@router.call(
    "POST", "/api/v1/accounts/{number}", Right.MANAGE_USERS, response_model=AccountOut, summary="修改姓名、角色、单位"
)
def change(tools: Tools, actor: Acting, number: int, asked: ChangeIn) -> AccountOut:
    _known(tools, number)
    return _out(
        office_of(tools).change(
            number, name=asked.name, role=asked.role, unit=asked.unit, by=doer(actor), at=tools.now()
        )
    )


@router.call(
    "POST", "/api/v1/accounts/{number}/password", Right.MANAGE_USERS, response_model=PasswordOut, summary="重置密码"
)
def reset_password(tools: Tools, actor: Acting, number: int) -> PasswordOut:
    _known(tools, number)
    changed, password = office_of(tools).reset_password(number, by=doer(actor), at=tools.now())
    return PasswordOut(account=_out(changed), password=password)


@router.call(
    "POST", "/api/v1/accounts/{number}/{what}", Right.MANAGE_USERS, response_model=AccountOut,
    summary="停用、启用、撤除动态验证码、解锁",
)  # fmt: skip
def act(
    tools: Tools, actor: Acting, number: int, what: Literal["disable", "enable", "second-factor", "unlock"]
) -> AccountOut:
    _known(tools, number)
    office, by, at = office_of(tools), doer(actor), tools.now()
    match what:
        case "disable":
            return _out(office.disable(number, by=by, at=at))
        case "enable":
            return _out(office.enable(number, by=by, at=at))
        case "second-factor":
            return _out(office.reset_factor(number, by=by, at=at))
        case "unlock":
            return _out(office.unlock(number, by=by, at=at))


def _known(tools: Tools, number: int) -> None:
    if tools.accounts.accounts.load(number) is None:
        raise NotFoundError("没有这个账户")


def _out(one: Account) -> AccountOut:
    return AccountOut(
        id=one.id, login=one.login, name=one.name, role=one.role, unit=one.unit, disabled=one.disabled,
        second_factor=one.second_factor, must_change=one.must_change, created_at=one.created_at,
    )  # fmt: skip
