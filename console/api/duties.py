"""The API of portals that refuse us: the letter, the look of a person with a picture, closing."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from console.acting import Acting, Tools
from console.pages.duties import FORM, WORD, Number, close_it, duty_of, keep_look, letter_of, note_letter
from console.rights import Right
from console.routing import PageRouter
from records.duties import Duty, DutyAction
from services.desk.duty_list import duties_page
from services.duties import SAW
from services.reports.access_letter import letter_document
from storage.duties import DutyRepository

router = PageRouter(tags=["拒绝访问的门户"])
_Limit = Annotated[int, Query(ge=1, le=200)]
_Offset = Annotated[int, Query(ge=0, le=10_000_000)]
_Note = Annotated[str, Query(max_length=2000)]


class DutyEntryOut(BaseModel):
    """One thing that was done about it."""

    action: DutyAction
    by: str
    at: datetime
    note: str
    picture: str | None = Field(description="截图的 sha256")


class DutyOut(BaseModel):
    """One portal that refuses us, until it answers; it costs the unit nothing."""

    id: int
    site: str
    unit: str
    url: str
    opened: datetime
    due: date = Field(description="须在这一天以前由人查看")
    told: str = Field(description="问了什么、答了什么")
    looked: bool
    closed: datetime | None
    entries: list[DutyEntryOut]


class DutiesOut(BaseModel):
    total: int
    duties: list[DutyOut]


class LetterOut(BaseModel):
    """The letter that asks to be let in."""

    title: str
    to: str
    paragraphs: list[str]
    signed: str
    day: date


class CloseIn(BaseModel):
    why: Annotated[str, Field(min_length=1, max_length=2000, description="理由，一句话")]


@router.call("GET", "/api/v1/duties", Right.SEE_FLAGS, response_model=DutiesOut, summary="拒绝访问的门户")
def duties(
    tools: Tools,
    actor: Acting,
    which: Annotated[Literal["open", "closed"], Query(description="open 待办，closed 已办结")] = "open",
    limit: _Limit = 50,
    offset: _Offset = 0,
) -> DutiesOut:
    """The open ones by their term; the closed ones, newest first."""
    found, total = duties_page(DutyRepository(tools.engine), closed=which == "closed", limit=limit, offset=offset)
    return DutiesOut(total=total, duties=[_duty(one) for one in found])


@router.call("GET", "/api/v1/duties/{number}", Right.SEE_FLAGS, response_model=DutyOut, summary="一项任务")
def duty(tools: Tools, actor: Acting, number: Number) -> DutyOut:
    """One of them, with all that was done."""
    return _duty(duty_of(tools, number))


@router.call("GET", "/api/v1/duties/{number}/letter", Right.SEE_FLAGS, response_model=LetterOut, summary="请求放行的函")
def letter(tools: Tools, actor: Acting, number: Number) -> LetterOut:
    """Who we are, how we ask, what was answered, and what is asked for."""
    made = letter_of(tools, duty_of(tools, number))
    return LetterOut(
        title=made.title, to=made.to, paragraphs=list(made.paragraphs), signed=made.signed, day=made.day
    )  # fmt: skip


@router.call(
    "GET", "/api/v1/duties/{number}/letter.docx", Right.SEE_FLAGS, response_class=Response,
    summary="请求放行的函（Word）",
    responses={200: {"content": {WORD: {}}, "description": "Word 文档"}},
)  # fmt: skip
def letter_file(tools: Tools, actor: Acting, number: Number) -> Response:
    """The same letter as a document."""
    return Response(letter_document(letter_of(tools, duty_of(tools, number))), media_type=WORD)


@router.call(
    "POST", "/api/v1/duties/{number}/letter", Right.DECIDE_FLAGS, response_model=DutyOut, summary="登记函已备好"
)
def sent(tools: Tools, actor: Acting, number: Number) -> DutyOut:
    """Keep that the letter was made ready for the office."""
    return _duty(note_letter(tools, actor, number))


@router.call(
    "POST", "/api/v1/duties/{number}/look", Right.DECIDE_FLAGS, response_model=DutyOut, limit=FORM,
    summary="登记人工查看（请求体即截图）",
)  # fmt: skip
async def look(
    request: Request,
    tools: Tools,
    actor: Acting,
    number: Number,
    saw: Annotated[str, Query(max_length=40, description=f"看到什么：{'、'.join(SAW)}")] = "",
    note: _Note = "",
    name: Annotated[str, Query(max_length=1000, description="截图的文件名")] = "截图",
) -> DutyOut:
    """The body of the request is the picture (PNG, JPEG or PDF), told by its content."""
    body = await request.body()
    return _duty(await run_in_threadpool(keep_look, tools, actor, number, body, name, saw, note))


@router.call(
    "POST", "/api/v1/duties/{number}/close", Right.DECIDE_FLAGS, response_model=DutyOut, summary="办结一项任务"
)
def close(tools: Tools, actor: Acting, number: Number, given: CloseIn) -> DutyOut:
    """Once; where the portal still refuses us, the next visit opens another."""
    return _duty(close_it(tools, actor, number, given.why))


def _duty(one: Duty) -> DutyOut:
    entries = [
        DutyEntryOut(action=done.action, by=done.by, at=done.at, note=done.note, picture=done.sha256)
        for done in one.entries
    ]
    return DutyOut(
        id=one.id, site=one.site, unit=one.unit, url=one.url, opened=one.opened, due=one.due, told=one.told,
        looked=one.looked, closed=one.closed, entries=entries,
    )  # fmt: skip
