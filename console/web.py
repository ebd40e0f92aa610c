"""Answering with pages: templates, messages that survive a redirect, and the words for dates and numbers."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import ceil
from typing import Any, Final, Generic, TypeVar
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from console.acting import Actor, tools_of
from console.navigation import home_of, menu_of
from console.privacy import masked
from console.rights import Right
from records.accounts import ROLE_NAMES

_TOLD: Final = "told"
_MOST_TOLD: Final = 600  # characters: a browser drops a cookie of more than 4096 bytes, and the sentence with it
_PAGE_DIGITS: Final = 9
_BEIJING: Final = ZoneInfo("Asia/Shanghai")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class PageOf(Generic[Item]):
    """One page of a list."""

    items: Sequence[Item]
    total: int
    number: int  # from 1
    size: int

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total / self.size))


def page_number(text: str | None) -> int:
    """The number of a page from the address: 1 for what is none, and for what no list is long enough for."""
    plain = text is not None and text.isascii() and text.isdigit() and len(text) <= _PAGE_DIGITS
    return max(1, int(text)) if text is not None and plain else 1


@lru_cache(maxsize=1)
def environment() -> Environment:
    found = Environment(
        loader=PackageLoader("console"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["moment"] = moment
    found.filters["day"] = day
    found.filters["host"] = lambda url: urlsplit(str(url)).netloc
    found.filters["short"] = short
    found.filters["masked"] = masked
    found.globals["Right"] = Right
    return found


def moment(at: datetime | str | None) -> str:
    """An instant in local time, to the minute."""
    if at is None or at == "":
        return "—"
    known = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{known.astimezone(_BEIJING):%Y-%m-%d %H:%M}"


def day(at: datetime | date | str | None) -> str:
    if at is None or at == "":
        return "—"
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    return f"{at.astimezone(_BEIJING):%Y-%m-%d}" if isinstance(at, datetime) else f"{at:%Y-%m-%d}"


def short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def with_query(request: Request, **changes: Any) -> str:
    """This address with other filters; None takes one away.  A change of a filter begins at the first page."""
    query = [(key, value) for key, value in request.query_params.multi_items() if key not in changes and key != "page"]
    query += [(key, str(value)) for key, value in changes.items() if value not in (None, "")]
    return f"{request.url.path}?{urlencode(query)}" if query else request.url.path


def is_partial(request: Request) -> bool:
    """Whether HTMX asks for a part of a page."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page for whoever is signed in, or for nobody."""
    actor: Actor | None = getattr(request.state, "actor", None)
    tools = tools_of(request)
    told = _told(request)
    body = environment().get_template(template).render(
        request=request,
        path=request.url.path,
        actor=actor,
        role_name=ROLE_NAMES[actor.role] if actor is not None else "",
        menu=menu_of(actor) if actor is not None else (),
        home=home_of(actor) if actor is not None else "/login",
        csrf=actor.session.csrf if actor is not None and actor.session is not None else "",
        city=tools.city,
        today=tools.today,
        told=told,
        query=lambda **changes: with_query(request, **changes),
        **values,
    )  # fmt: skip
    answer = HTMLResponse(body, status)
    if told:
        answer.delete_cookie(_TOLD)
    return answer


def part(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A part of a page, for HTMX: the template must not extend the frame."""
    return page(request, template, status=status, **values)


def back_to(path: str, told: str = "", *, good: bool = True, request: Request | None = None) -> Response:
    """See other: the answer to every form, so that a reload does nothing twice.  ``told`` is shown there once."""
    answer: Response
    if request is not None and is_partial(request):
        answer = Response(status_code=204, headers={"HX-Redirect": path})
    else:
        answer = RedirectResponse(path, 303)
    if told:
        text = json.dumps([good, short(told, _MOST_TOLD)], ensure_ascii=False)
        answer.set_cookie(
            _TOLD, base64.urlsafe_b64encode(text.encode()).decode(), max_age=300, httponly=True, samesite="strict"
        )
    return answer


def local_path(text: str | None, otherwise: str) -> str:
    """A path of ours from a form or an address: nobody is sent to another site."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")) or any(ord(c) < 32 for c in text):
        return otherwise
    return text


def _told(request: Request) -> tuple[bool, str] | None:
    kept = request.cookies.get(_TOLD)
    if not kept:
        return None
    try:
        good, text = json.loads(base64.urlsafe_b64decode(kept))
    except (ValueError, TypeError, RecursionError):  # anybody can write a cookie
        return None
    return bool(good), str(text)
