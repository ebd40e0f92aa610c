"""What goes wrong, in one sentence that says what to do; as a page, as a part of one, or as JSON."""

import logging
from typing import Final
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from console.acting import (
    API,
    FactorNeededError,
    NotAllowedError,
    NotFoundError,
    PasswordChangeNeededError,
    SecondFactorNeededError,
    SignInNeededError,
)
from console.web import is_partial, page, part
from services.run_shelf import StillOpeningError
from services.schemes import WrongCallError
from storage.errors import DatabaseFaultError, NotThereError, StorageError

_LOG: Final = logging.getLogger("chengjian.console")


def answer_fault(request: Request, status: int, lines: tuple[str, ...]) -> Response:
    """The same fault in the form that was asked for."""
    if request.url.path.startswith(API):
        return JSONResponse({"error": "；".join(lines)}, status)
    template = "fault_part.html" if is_partial(request) else "fault.html"
    return page(request, template, status=status, lines=lines, status_shown=status)


def install(app: FastAPI) -> None:
    """Make every fault of ``app`` answered."""

    @app.exception_handler(SignInNeededError)
    async def sign_in(request: Request, _error: Exception) -> Response:
        if request.url.path.startswith(API):
            return JSONResponse({"error": "请登录，或用令牌：Authorization: Bearer …"}, 401)
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if request.method != "GET" or is_partial(request):
            wanted = request.headers.get("hx-current-url") or request.headers.get("referer") or "/"
            wanted = "/" + wanted.split("://", 1)[-1].partition("/")[2]
        target = f"/login?next={quote(wanted)}" + ("&ended=1" if request.method != "GET" else "")
        return _lead(request, target)

    @app.exception_handler(SecondFactorNeededError)
    async def second_factor(request: Request, _error: Exception) -> Response:
        if request.url.path.startswith(API):
            return JSONResponse({"error": "还须输入动态验证码"}, 401)
        return _lead(request, "/login/code")

    @app.exception_handler(PasswordChangeNeededError)
    async def password_change(request: Request, _error: Exception) -> Response:
        return _first(request, "/me/password", "请先修改密码：现在的密码是别人设的")

    @app.exception_handler(FactorNeededError)
    async def factor(request: Request, _error: Exception) -> Response:
        return _first(request, "/me/second-factor", "请先设置动态验证码：这里要求有决定权的账户必须设置")

    @app.exception_handler(NotAllowedError)
    async def not_allowed(request: Request, error: NotAllowedError) -> Response:
        return answer_fault(request, 403, (str(error),))

    @app.exception_handler(NotFoundError)
    async def not_found(request: Request, error: NotFoundError) -> Response:
        return answer_fault(request, 404, (str(error),))

    @app.exception_handler(WrongCallError)
    async def wrong_call(request: Request, error: WrongCallError) -> Response:
        return answer_fault(request, 422, error.lines)

    @app.exception_handler(NotThereError)
    async def not_there(request: Request, error: NotThereError) -> Response:
        return answer_fault(request, 404, (str(error),))

    @app.exception_handler(StillOpeningError)
    async def opening(request: Request, _error: Exception) -> Response:
        """The page comes again by itself, as often as it takes."""
        if is_partial(request):
            if urlsplit(request.headers.get("hx-current-url", "")).path == request.url.path:
                return Response(status_code=202, headers={"HX-Refresh": "true"})  # the page asks for itself
            return part(request, "opening_part.html", status=202)
        shown = page(request, "opening.html", status=202)
        shown.headers["Refresh"] = "2"
        return shown

    @app.exception_handler(StorageError)
    async def storage(request: Request, error: StorageError) -> Response:
        _LOG.error("storage: %s %s: %s", request.method, request.url.path, error)
        told = type(error).__doc__ if isinstance(error, DatabaseFaultError) else str(error)  # not where it stands
        return answer_fault(request, 503, (f"{told}", "刚才的操作没有保存，请稍后再试一次"))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        places = "、".join(dict.fromkeys(str(one["loc"][-1]) for one in error.errors())) or "请求"
        return answer_fault(request, 422, (f"提交的内容不完整或不对：{places}",))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        told = {
            400: "提交的内容不完整或不对，没有保存，请返回后重新提交",
            404: "没有这个页面，或您无权查看",
            405: "这个地址不接受这样的请求",
        }
        return answer_fault(request, error.status_code, (told.get(error.status_code, str(error.detail)),))

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> Response:
        _LOG.error("%s %s", request.method, request.url.path, exc_info=error)
        return answer_fault(request, 500, ("程序出错，已记入日志，请告知运维；刚才的操作没有完成",))


def _first(request: Request, path: str, told: str) -> Response:
    """To what has to be done before anything else."""
    if request.url.path.startswith(API):
        return JSONResponse({"error": told}, 403)
    return _lead(request, path)


def _lead(request: Request, path: str) -> Response:
    if is_partial(request):
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)
