"""Signing in and out, and the first administrator."""

import secrets
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Request
from fastapi.responses import Response

from console import cookies
from console.acting import Acting, Tools, check_origin, check_token
from console.rights import Right
from console.routing import PageRouter
from console.tools import ConsoleTools
from console.web import back_to, local_path, page
from records.accounts import Role
from services.accounts import SignInRefusedError, Visitor
from services.schemes import WrongCallError
from storage.accounts import Session

router = PageRouter()
_Text = Annotated[str, Form()]
_Next = Annotated[str, Form(alias="next")]


@router.get("/login", include_in_schema=False)
def form(request: Request, tools: Tools, ended: str = "") -> Response:
    if not tools.accounts.accounts.any():
        return back_to("/first")
    told = "登录已失效，刚才的操作没有执行；登录后会回到原来的页面，填好的内容还在" if ended else ""
    return page(request, "login.html", login="", wrong=told, next=request.query_params.get("next", ""))


@router.post("/login", include_in_schema=False)
def sign_in(request: Request, tools: Tools, login: _Text = "", password: _Text = "", goes_on: _Next = "") -> Response:
    check_origin(request)
    try:
        signed = tools.accounts.sign_in(login, password, at=tools.now(), visitor=_visitor(request, tools))
    except SignInRefusedError as wrong:
        return page(request, "login.html", status=422, login=login, wrong="；".join(wrong.lines), next=goes_on)
    before = _session(request, tools)
    if before is not None:
        tools.accounts.sign_out(before, at=tools.now())
    target = local_path(goes_on, "/")
    target = f"/login/code?{urlencode({'next': target})}" if signed.waits else target
    return cookies.keep(back_to(target), signed, secure=tools.secure)


@router.get("/login/code", include_in_schema=False)
def code_form(request: Request, tools: Tools) -> Response:
    session = _session(request, tools)
    if session is None or not session.waits:
        return back_to("/login" if session is None else "/")
    return _code_page(request, session, "", request.query_params.get("next", ""))


@router.post("/login/code", include_in_schema=False)
async def give_code(request: Request, tools: Tools, code: _Text = "", goes_on: _Next = "") -> Response:
    from starlette.concurrency import run_in_threadpool

    check_origin(request)
    session = await run_in_threadpool(_session, request, tools)
    if session is None or not session.waits:
        return back_to("/login", "登录已失效，请重新登录", good=False)
    await check_token(request, session.csrf)
    try:
        signed = await run_in_threadpool(
            lambda: tools.accounts.give_code(session, code, at=tools.now(), visitor=_visitor(request, tools))
        )
    except SignInRefusedError as wrong:
        told = "；".join(wrong.lines)
        return back_to("/login", told, good=False) if wrong.ended else _code_page(request, session, told, goes_on, 422)
    return cookies.keep(back_to(local_path(goes_on, "/")), signed, secure=tools.secure)


def _code_page(request: Request, session: Session, wrong: str, goes_on: str, status: int = 200) -> Response:
    return page(request, "login_code.html", status=status, wrong=wrong, next=goes_on, token=session.csrf)


@router.act("/logout", Right.OWN_ACCOUNT, early=True)
def sign_out(tools: Tools, actor: Acting) -> Response:
    if actor.session is not None:
        tools.accounts.sign_out(actor.session, at=tools.now())
    return cookies.forget(back_to("/login", "已退出登录"), secure=tools.secure)


@router.get("/first", include_in_schema=False)
def first(request: Request, tools: Tools) -> Response:
    """The first-run administrator: there is no default password."""
    if tools.accounts.accounts.any():
        return back_to("/login")
    return page(request, "first.html", wrong="", login="", name="")


@router.post("/first", include_in_schema=False)
def make_first(
    request: Request, tools: Tools, login: _Text = "", name: _Text = "", password: _Text = "", token: _Text = ""
) -> Response:
    check_origin(request)
    try:
        if not tools.first_token or not secrets.compare_digest(token.strip().encode(), tools.first_token.encode()):
            raise WrongCallError("启动口令不对：它印在启动服务的终端里")
        tools.accounts.create(
            login=login, name=name, role=Role.OPERATOR, unit=None, password=password, at=tools.now(),
            must_change=False, only_first=True,
        )  # fmt: skip
    except WrongCallError as wrong:
        return page(request, "first.html", status=422, wrong="；".join(wrong.lines), login=login, name=name)
    return back_to("/login", "管理员账户已建立，请登录")


def _visitor(request: Request, tools: ConsoleTools) -> Visitor:
    return Visitor(
        address=request.client.host if request.client is not None else "",
        agent=request.headers.get("user-agent", ""),
        browser=cookies.browser_of(request, secure=tools.secure),
    )


def _session(request: Request, tools: ConsoleTools) -> Session | None:
    return tools.accounts.session(cookies.session_of(request, secure=tools.secure), at=tools.now())
