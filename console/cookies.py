"""The cookies of the console: the session, and by which a browser is known."""

from typing import Final

from fastapi import Request
from fastapi.responses import Response

from services.accounts import BROWSER_KNOWN, LONGEST, SignedIn

#: Over HTTPS a name that no other host and no plain connection can set (RFC 6265bis, section 4.1.3).
_HOST_ONLY: Final = "__Host-"
_SESSION: Final = "chengjian"
_BROWSER: Final = "chengjian-browser"


def session_of(request: Request, *, secure: bool) -> str:
    return request.cookies.get(_name(_SESSION, secure), "")


def browser_of(request: Request, *, secure: bool) -> str:
    return request.cookies.get(_name(_BROWSER, secure), "")


def keep(answer: Response, signed: SignedIn, *, secure: bool) -> Response:
    """Set what a sign-in gave."""
    _set(answer, _SESSION, signed.token, int(LONGEST.total_seconds()), secure)
    if signed.browser:
        _set(answer, _BROWSER, signed.browser, int(BROWSER_KNOWN.total_seconds()), secure)
    return answer


def forget(answer: Response, *, secure: bool) -> Response:
    """End the session in the browser, which stays known."""
    answer.delete_cookie(_name(_SESSION, secure), path="/", secure=secure, httponly=True, samesite="lax")
    return answer


def _set(answer: Response, name: str, value: str, age: int, secure: bool) -> None:
    answer.set_cookie(
        _name(name, secure), value, max_age=age, httponly=True, samesite="lax", secure=secure, path="/"
    )  # fmt: skip


def _name(name: str, secure: bool) -> str:
    return f"{_HOST_ONLY}{name}" if secure else name
