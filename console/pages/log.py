"""The log of what was done (操作日志): who, when, what, before and after.  Nothing in it is ever changed."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from fastapi import Request
from fastapi.responses import Response

from console.acting import NotFoundError, Tools
from console.rights import Right
from console.routing import PageRouter
from console.web import page
from records.accounts import ROLE_NAMES
from services.log_words import ACTION_NAMES
from services.rounds.life import BEIJING
from services.schemes import WrongCallError

router = PageRouter()
SIZE: Final = 50


@router.page("/log", Right.SEE_LOG)
def log(request: Request, tools: Tools) -> Response:
    """Newest first; ``before`` is the number from which a page goes on, so that what is added moves nothing."""
    query = request.query_params
    given = {name: query.get(name, "").strip()[:200] for name in ("by", "action", "subject", "since", "until")}
    before = query.get("before", "")
    found = tools.log.newest(
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None,
        by=given["by"] or None,
        action=given["action"] or None,
        subject=given["subject"] or None,
        since=day_of(given["since"], "起始日期"),
        until=_after(day_of(given["until"], "截止日期")),
        limit=SIZE + 1,
    )
    return page(
        request, "log.html", entries=found[:SIZE], more=found[SIZE - 1].number if len(found) > SIZE else None,
        given=given, paged=bool(before), names=ACTION_NAMES,
        actions=[(one, ACTION_NAMES.get(one, one)) for one in tools.log.actions()],
        roles={role.value: name for role, name in ROLE_NAMES.items()},
    )  # fmt: skip


@router.page("/log/{number}", Right.SEE_LOG)
def entry(request: Request, tools: Tools, number: int) -> Response:
    found = tools.log.load(number)
    if found is None:
        raise NotFoundError("日志中没有这一条")
    return page(
        request, "log_entry.html", entry=found, name=ACTION_NAMES.get(found.action, found.action),
        role={role.value: name for role, name in ROLE_NAMES.items()}.get(found.role, ""),
        facts=list(_flat(found.detail)),
    )  # fmt: skip


def day_of(text: str, what: str) -> datetime | None:
    """The beginning of a day; ``WrongCallError`` for what is none."""
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), BEIJING)
    except ValueError:
        raise WrongCallError(f"{what}“{text}”应写作 2026-11-21") from None


def _after(day: datetime | None) -> datetime | None:
    return None if day is None or day.date() == date.max else day + timedelta(days=1)


def _flat(value: Any, name: str = "") -> Any:
    """Every leaf of a detail with the path that leads to it."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value, start=1):
            yield from _flat(inner, f"{name}[{place}]")
    else:
        yield name, "—" if value in (None, {}, []) else str(value)
