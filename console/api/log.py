"""The API of the log (操作日志)."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, Field

from console.acting import NotFoundError, Tools
from console.rights import Right
from console.routing import PageRouter
from records.accounts import LogEntry
from services.masking import mask
from services.rounds.life import BEIJING

router = PageRouter(tags=["日志"])


class EntryOut(BaseModel):
    """One entry; personal numbers in its texts are masked, so that the hash is over other bytes where there are any."""

    number: int
    at: datetime
    by: str
    role: str
    action: str
    subject: str
    told: str
    detail: dict[str, Any]
    previous: str
    sha256: str


class EntriesOut(BaseModel):
    entries: list[EntryOut]
    before: int | None = Field(description="下一页从这个编号之前开始；没有时为空")


@router.call("GET", "/api/v1/log", Right.SEE_LOG, response_model=EntriesOut, summary="操作日志，新的在前")
def log(
    tools: Tools,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    by: Annotated[str | None, Query(max_length=100)] = None,
    action: Annotated[str | None, Query(max_length=100)] = None,
    subject: Annotated[str | None, Query(max_length=200)] = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> EntriesOut:
    found = tools.log.newest(
        before=before, by=by, action=action, subject=subject, since=_local(since), until=_local(until), limit=size + 1
    )
    more = found[size - 1].number if len(found) > size else None
    return EntriesOut(entries=[_out(one) for one in found[:size]], before=more)


@router.call("GET", "/api/v1/log/{number}", Right.SEE_LOG, response_model=EntryOut, summary="日志的一条")
def entry(tools: Tools, number: int) -> EntryOut:
    found = tools.log.load(number)
    if found is None:
        raise NotFoundError("日志中没有这一条")
    return _out(found)


def _local(at: datetime | None) -> datetime | None:
    """In the zone that entries are written in."""
    try:
        return None if at is None else at.astimezone(BEIJING)
    except OverflowError:  # the first and the last day of all
        return at


def _out(one: LogEntry) -> EntryOut:
    return EntryOut(
        number=one.number, at=one.at, by=one.by, role=one.role, action=one.action, subject=mask(one.subject),
        told=mask(one.told), detail=_masked(one.detail), previous=one.previous, sha256=one.sha256,
    )  # fmt: skip


def _masked(value: Any) -> Any:
    """The same with every text masked."""
    match value:
        case str():
            return mask(value)
        case dict():
            return {key: _masked(inner) for key, inner in value.items()}
        case list():
            return [_masked(inner) for inner in value]
        case _:
            return value
