"""One's own account (我的账户): password, second factor, where one is signed in, tokens for programs."""

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response

from console import cookies
from console.acting import Acting, Actor, NotAllowedError, Tools
from console.rights import Right
from console.routing import PageRouter
from console.web import back_to, page
from services import second_factor
from services.accounts import Visitor
from services.api_tokens import LONGEST
from services.schemes import WrongCallError
from storage.accounts import Session

router = PageRouter()
_Text = Annotated[str, Form()]
_USUAL_DAYS = 90


@router.page("/me", Right.OWN_ACCOUNT)
def me(request: Request, tools: Tools, actor: Acting) -> Response:
    accounts = tools.accounts.accounts
    return page(
        request, "me.html", account=actor.account, session=_session(actor), at=tools.now(),
        sessions=[one for one in accounts.sessions(actor.account.id) if not one.waits],
        tokens=tools.accounts.tokens.tokens.of_account(actor.account.id),
        unit_name=next((one.name for one in tools.city.units if one.id == actor.unit), ""),
        told_to=actor.role in second_factor.DECIDING and not actor.account.second_factor,
        days=_USUAL_DAYS, longest=LONGEST,
    )  # fmt: skip


@router.page("/me/password", Right.OWN_ACCOUNT, early=True)
def password_form(request: Request, actor: Acting) -> Response:
    return page(request, "me_password.html", must=actor.account.must_change, wrong="")


@router.act("/me/password", Right.OWN_ACCOUNT, early=True)
def change_password(
    request: Request, tools: Tools, actor: Acting, old: _Text = "", new: _Text = "", again: _Text = ""
) -> Response:
    try:
        if new != again:
            raise WrongCallError("两次输入的新密码不一样")
        tools.accounts.change_password(_session(actor), old, new, at=tools.now())
    except WrongCallError as wrong:
        must = actor.account.must_change
        return page(request, "me_password.html", status=422, must=must, wrong="；".join(wrong.lines))
    told = "密码已修改，其他登录都已结束；如果怀疑密码泄露，也请撤销不认识的令牌"
    return back_to("/" if actor.account.must_change else "/me", told)


@router.page("/me/second-factor", Right.OWN_ACCOUNT, early=True)
def factor_form(request: Request, tools: Tools, actor: Acting) -> Response:
    return _factor_page(request, tools, actor)


@router.act("/me/second-factor", Right.OWN_ACCOUNT, early=True)
def prove_factor(request: Request, tools: Tools, actor: Acting, code: _Text = "") -> Response:
    try:
        tools.accounts.prove_factor(actor.account, code, at=tools.now(), but=_session(actor).sha256)
    except WrongCallError as wrong:
        return _factor_page(request, tools, actor, wrong="；".join(wrong.lines))
    return back_to("/me", "动态验证码已设好，下次登录起需要它；其他登录都已结束")


@router.act("/me/second-factor/remove", Right.OWN_ACCOUNT)
def remove_factor(request: Request, tools: Tools, actor: Acting, password: _Text = "", code: _Text = "") -> Response:
    client = request.client
    visitor = Visitor(
        client.host if client is not None else "", browser=cookies.browser_of(request, secure=tools.secure)
    )
    try:
        tools.accounts.remove_factor(_session(actor), password, code, at=tools.now(), visitor=visitor)
    except WrongCallError as wrong:
        return _factor_page(request, tools, actor, wrong="；".join(wrong.lines))
    return back_to("/me", "动态验证码已撤除")


def _factor_page(request: Request, tools: Tools, actor: Actor, wrong: str = "") -> Response:
    secret = picture = ""
    if not actor.account.second_factor:
        # What was shown is shown again only where its code was wrong: the phone has it already.
        shown = tools.accounts.pending_factor if wrong else tools.accounts.begin_factor
        secret = shown(actor.account)
        issuer = f"诚鉴{tools.city.short_name or tools.city.name}"
        picture = second_factor.picture_of(second_factor.address_of(secret, login=actor.account.login, issuer=issuer))
    return page(
        request, "me_second_factor.html", status=422 if wrong else 200, wrong=wrong, account=actor.account,
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)), picture=picture,
        must=tools.factor_needed and actor.role in second_factor.DECIDING,
    )  # fmt: skip


@router.act("/me/sessions/{session}/end", Right.OWN_ACCOUNT)
def end_session(tools: Tools, actor: Acting, session: str) -> Response:
    tools.accounts.end_session(_session(actor), session, at=tools.now())
    return back_to("/me", "那一处登录已结束")


@router.act("/me/tokens", Right.OWN_ACCOUNT)
def make_token(
    request: Request, tools: Tools, actor: Acting, name: _Text = "", days: _Text = "", writes: _Text = ""
) -> Response:
    """Answers with the token itself: it is shown here and never again."""
    if not days.strip().isascii() or not days.strip().isdigit():
        raise WrongCallError("令牌的有效期须为天数")
    token, kept = tools.accounts.tokens.make(
        actor.account, name=name, days=int(days.strip()[:9]), reads_only=not writes, at=tools.now()
    )
    return page(
        request, "secret.html", title="新令牌", secret=token, back="/me",
        lines=(
            f"令牌“{kept.name}”{'只能读取' if kept.reads_only else '能读能改'}，到 {kept.ends:%Y-%m-%d} 为止有效。",
            "它只在这里显示一次，请现在复制到要用它的程序里，不要发给别人。",
        ),
    )  # fmt: skip


@router.act("/me/tokens/{number}/revoke", Right.OWN_ACCOUNT)
def revoke_token(tools: Tools, actor: Acting, number: int) -> Response:
    tools.accounts.tokens.revoke(actor.account, number, at=tools.now())
    return back_to("/me", "令牌已撤销")


def _session(actor: Actor) -> Session:
    if actor.session is None:
        raise NotAllowedError("请用网页登录后操作")
    return actor.session
