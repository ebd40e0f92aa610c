"""The accounts (账户): the operator makes them, changes them, and helps who forgot or lost something."""

from typing import Annotated, Final

from fastapi import Form, Request
from fastapi.responses import Response

from console.acting import Acting, Actor, NotFoundError, Tools
from console.rights import Right
from console.routing import PageRouter
from console.tools import ConsoleTools
from console.web import PageOf, back_to, page, page_number
from records.accounts import ROLE_NAMES, Account, Doer, Role
from services.account_office import AccountOffice
from services.schemes import WrongCallError

router = PageRouter()
SIZE: Final = 50
_Text = Annotated[str, Form()]


def office_of(tools: ConsoleTools) -> AccountOffice:
    return AccountOffice(tools.accounts, {unit.id: unit.name for unit in tools.city.units})


@router.page("/users", Right.MANAGE_USERS)
def users(request: Request, tools: Tools) -> Response:
    return _list(request, tools)


def _list(request: Request, tools: ConsoleTools, *, wrong: str = "", **typed: str) -> Response:
    query = request.query_params
    words, number = query.get("words", "").strip()[:100], page_number(query.get("page"))
    states = {"able": False, "disabled": True}
    found, total = tools.accounts.accounts.find(
        words=words, role=_role(query.get("role", "")), disabled=states.get(query.get("state", "")),
        start=(number - 1) * SIZE, most=SIZE,
    )  # fmt: skip
    office = office_of(tools)
    return page(
        request, "users.html", status=422 if wrong else 200, list=PageOf(found, total, number, SIZE), wrong=wrong,
        words=words, role=query.get("role", ""), state=query.get("state", ""), roles=_ROLES, role_names=ROLE_NAMES,
        units=office.units, locked=office.locked(at=tools.now()), typed=typed,
    )  # fmt: skip


@router.act("/users", Right.MANAGE_USERS)
def create(
    request: Request, tools: Tools, actor: Acting,
    login: _Text = "", name: _Text = "", role: _Text = "", unit: _Text = "",
) -> Response:  # fmt: skip
    try:
        chosen = _role(role)
        if chosen is None:
            raise WrongCallError("请选择角色")
        made, password = office_of(tools).create(
            login=login, name=name, role=chosen, unit=unit or None, by=doer(actor), at=tools.now()
        )
    except WrongCallError as wrong:
        told = "；".join(wrong.lines)
        return _list(request, tools, wrong=told, login=login, name=name, role=role, unit=unit)
    return _password_page(request, made, password, "账户已建立")


@router.page("/users/{number}", Right.MANAGE_USERS)
def user(request: Request, tools: Tools, number: int) -> Response:
    return _one(request, tools, number)


def _one(request: Request, tools: ConsoleTools, number: int, wrong: str = "") -> Response:
    account = tools.accounts.accounts.load(number)
    if account is None:
        raise NotFoundError("没有这个账户")
    office = office_of(tools)
    return page(
        request, "user.html", status=422 if wrong else 200, account=account, wrong=wrong, roles=_ROLES,
        role_names=ROLE_NAMES, units=office.units, until=office.locked(at=tools.now()).get(account.login),
        sessions=[one for one in tools.accounts.accounts.sessions(number) if not one.waits],
        tokens=tools.accounts.tokens.tokens.of_account(number),
        entries=tools.log.newest(subject=account.login, limit=20),
    )  # fmt: skip


@router.act("/users/{number}/change", Right.MANAGE_USERS)
def change(
    request: Request, tools: Tools, actor: Acting, number: int,
    name: _Text = "", role: _Text = "", unit: _Text = "",
) -> Response:  # fmt: skip
    chosen = _role(role)
    try:
        if chosen is None:
            raise WrongCallError("请选择角色")
        office_of(tools).change(number, name=name, role=chosen, unit=unit or None, by=doer(actor), at=tools.now())
    except WrongCallError as wrong:
        return _one(request, tools, number, "；".join(wrong.lines))
    return back_to(f"/users/{number}", "账户已修改")


@router.act("/users/{number}/password", Right.MANAGE_USERS)
def reset_password(request: Request, tools: Tools, actor: Acting, number: int) -> Response:
    changed, password = office_of(tools).reset_password(number, by=doer(actor), at=tools.now())
    return _password_page(request, changed, password, "密码已重置")


@router.act("/users/{number}/{what}", Right.MANAGE_USERS)
def act(tools: Tools, actor: Acting, number: int, what: str) -> Response:
    """Disable, enable, take away the second factor, unlock."""
    office, by, at = office_of(tools), doer(actor), tools.now()
    match what:
        case "disable":
            office.disable(number, by=by, at=at)
            told = "账户已停用，其登录和令牌都已失效"
        case "enable":
            office.enable(number, by=by, at=at)
            told = "账户已启用"
        case "second-factor":
            office.reset_factor(number, by=by, at=at)
            told = "动态验证码已撤除，请其重新设置"
        case "unlock":
            office.unlock(number, by=by, at=at)
            told = "账户已解锁"
        case _:
            raise NotFoundError
    return back_to(f"/users/{number}", told)


def doer(actor: Actor) -> Doer:
    """How the log names this account."""
    return Doer(actor.account.login, actor.role.value)


_ROLES: Final = tuple((role.value, name) for role, name in ROLE_NAMES.items())


def _role(text: str) -> Role | None:
    return next((role for role in Role if role.value == text), None)


def _password_page(request: Request, account: Account, password: str, title: str) -> Response:
    return page(
        request, "secret.html", title=title, secret=password, back=f"/users/{account.id}",
        lines=(
            f"账户 {account.login}（{account.name}，{ROLE_NAMES[account.role]}）的一次性密码如下。",
            "它只在这里显示一次：请当面或电话告知本人。本人第一次登录时必须改成自己的密码。",
        ),
    )  # fmt: skip
