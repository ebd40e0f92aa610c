"""Routes that name the right they ask for.  A route without one is public, and stands in ``PUBLIC``."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from console.acting import API, Guard, NotFoundError, tools_of
from console.limits import FORM, LimitedBody
from console.rights import Right
from services.run_shelf import PATIENCE

Handler = Callable[..., Any]
_GREATEST: Final = 2**31 - 1  # of PostgreSQL's INTEGER
_DIGITS: Final = 10  # of it

#: Routes that answer whoever asks.  A test walks every route: what is neither here nor guarded is a fault.
PUBLIC: Final = (
    "/login",
    "/login/code",  # asks for the session that waits for the code
    "/first",
    "/healthz",
    "/metrics",
    "/static",
    "/robots.txt",
    "/archived/{token}",  # asks for a signed ticket: from the other origin no cookie comes
)


class Fault(BaseModel):
    """What went wrong, as programs are told it."""

    error: str = Field(description="一句中文：错在哪里，怎么办")


#: What every route of the API may answer beside its own.
FAULTS: Final[dict[int | str, dict[str, Any]]] = {
    401: {"model": Fault, "description": "没有令牌，或令牌已失效"},
    403: {"model": Fault, "description": "这个账户没有这项权限"},
    404: {"model": Fault, "description": "没有，或不属于本单位"},
    422: {"model": Fault, "description": "内容不对：说明哪一处、怎么改"},
    503: {"model": Fault, "description": "数据库暂时不可用，没有保存"},
}


class GuardedRoute(APIRoute):
    """Asks who sends before it reads what is sent, and reads no more than the route takes."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]  # a Coroutine is one
        answer = super().get_route_handler()
        guard = guard_of(self)
        numbers = [one.name for one in self.dependant.path_params if one.field_info.annotation is int]

        async def handle(request: Request) -> Response:
            if guard is not None:
                await guard.admit(request)
            if not all(_stands_in_a_column(request.path_params[name]) for name in numbers):
                raise NotFoundError
            body = LimitedBody(request, FORM if guard is None else guard.limit, drains=guard is not None)
            await body.check_length()
            if request.method == "GET" and not request.url.path.startswith(API):
                PATIENCE.set(tools_of(request).patience)  # the rest waits: a form, or a program, cannot come again
            return await answer(Request(request.scope, body.receive))

        return handle


def _stands_in_a_column(text: str) -> bool:
    """Whether a number of a path can be one of a row, written as our pages write it.

    What else may be read as a number (``-9``, ``9.0``, ``9_0``) and is greater would be a fault of the database.  What
    is no number at all is told of elsewhere.
    """
    if text.isascii() and text.isdigit():
        return len(text) <= _DIGITS and int(text) <= _GREATEST
    try:
        float(text)
    except ValueError:
        return True
    return False


def guard_of(route: APIRoute) -> Guard | None:
    """The guard of a route; None where it is public."""
    return next((one.dependency for one in route.dependencies if isinstance(one.dependency, Guard)), None)


class PageRouter(APIRouter):
    """``page`` answers GET with HTML, ``act`` takes a form by POST, ``call`` is the JSON API.

    ``limit`` is the most bytes that may be sent: ``limits.UPLOAD`` for a form with files.  ``early`` routes are open
    before a password that somebody else set was changed, and before a second factor that is demanded was set up.
    """

    def __init__(self, **told: Any) -> None:
        super().__init__(route_class=GuardedRoute, **told)

    def page(self, path: str, right: Right, *, early: bool = False) -> Callable[[Handler], Handler]:
        return self._guarded(path, Guard(right, early=early), "GET")

    def act(self, path: str, right: Right, *, limit: int = FORM, early: bool = False) -> Callable[[Handler], Handler]:
        return self._guarded(path, Guard(right, limit=limit, early=early), "POST")

    def call(
        self, method: str, path: str, right: Right, *, limit: int = FORM, **told: Any
    ) -> Callable[[Handler], Handler]:
        responses = {**FAULTS, **told.pop("responses", {})}
        if method != "GET":
            responses = {413: {"model": Fault, "description": f"超过 {limit // 1_000_000} MB"}, **responses}

        def add(handler: Handler) -> Handler:
            self.add_api_route(
                path, handler, methods=[method], dependencies=[Depends(Guard(right, limit=limit))],
                responses=responses, **told,
            )  # fmt: skip
            return handler

        return add

    def _guarded(self, path: str, guard: Guard, method: str) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            self.add_api_route(
                path,
                handler,
                methods=[method],
                dependencies=[Depends(guard)],
                include_in_schema=False,
                response_class=HTMLResponse,
                response_model=None,
            )
            return handler

        return add
