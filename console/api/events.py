"""The API of the news events: the queue, one event, and every decision."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from console.acting import Acting, NotFoundError, Tools
from console.pages.events import analysts_of, read_filter, reviewer_of
from console.privacy import veiled
from console.rights import Right
from console.routing import PageRouter
from console.tools import ConsoleTools
from records.news import EventState, NewsEvent, NewsLabel
from records.news_reviews import DismissGround, ReviewAction
from services.news.event_board import StandingEvents
from services.news.event_queue import QueueState, queued
from services.news.event_view import article_views
from services.news.reviewing import DecidedMeanwhileError
from services.schemes import WrongCallError

router = PageRouter(tags=["新闻事件"])
_Event = Annotated[str, Path(max_length=64)]
_Why = Annotated[str, Field(max_length=2000, description="理由，一句话")]
_Version = Annotated[str, Field(max_length=64, description="看到的版本（version）")]


class EventOut(BaseModel):
    """What happened once, however many papers print it."""

    id: str
    version: str
    title: str
    first_day: date | None
    state: EventState
    waiting: bool = Field(description="等待人来决定")
    units: list[str]
    labels: list[NewsLabel]
    negative: bool
    confidence: float
    persons: list[str]
    articles: list[str]
    because: list[str]


class EventsOut(BaseModel):
    total: int
    events: list[EventOut]


class SaidOut(BaseModel):
    """What the classifier says of an article, and because of which words (with the sentences that they stand in)."""

    name: str
    score: float
    certain: bool
    words: dict[str, list[int]]


class ArticleOut(BaseModel):
    id: str
    title: str
    source: str
    day: date | None
    url: str | None
    version: int
    text: str
    said: list[SaidOut]
    whose: list[str]


class DecisionOut(BaseModel):
    number: int
    action: ReviewAction
    by: str
    at: str
    why: str
    ground: DismissGround | None
    undone: bool


class EventWholeOut(EventOut):
    reviews: list[DecisionOut]
    shown: list[ArticleOut] = Field(description="这一页的报道；其余用 offset 取")


class Decision(BaseModel):
    """What every decision says."""

    why: _Why
    version: _Version


class Dismissal(Decision):
    ground: DismissGround


class Relabelling(Decision):
    labels: list[NewsLabel] = Field(max_length=5)
    negative: bool


class Reattribution(Decision):
    units: list[Annotated[str, Field(max_length=200)]] = Field(max_length=200)


class Merging(Decision):
    into: str = Field(max_length=64)


class Splitting(Decision):
    articles: list[Annotated[str, Field(max_length=64)]] = Field(min_length=1, max_length=1000)


class Undoing(BaseModel):
    version: _Version


class ConflictOut(BaseModel):
    error: str


Answer = EventOut | JSONResponse
_CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": ConflictOut, "description": "别人已先作出决定，没有执行"}}


@router.call("GET", "/api/v1/events", Right.SEE_EVENTS, response_model=EventsOut, summary="新闻事件，待复核的在前")
def events(
    tools: Tools,
    actor: Acting,
    label: NewsLabel | None = None,
    unit: Annotated[str, Query(max_length=200, description="单位编号；- 为未归属")] = "",
    tone: Annotated[str, Query(pattern="^(negative|other|)$")] = "",
    state: QueueState | None = None,
    period: Annotated[str, Query(max_length=20)] = "",
    text: Annotated[str, Query(max_length=100)] = "",
    offset: int = Query(0, ge=0, le=1_000_000),
    limit: int = Query(50, ge=1, le=200),
) -> EventsOut:
    standing = tools.events.board.standing()
    wanted = read_filter(label or "", unit, tone, state or "", period, text)
    found = queued(standing, wanted)
    answer = EventsOut(total=len(found), events=[_out(standing, one) for one in found[offset : offset + limit]])
    return veiled(answer, actor, Right.DECIDE_EVENTS)


@router.call("GET", "/api/v1/events/{event_id}", Right.SEE_EVENTS, response_model=EventWholeOut, summary="一个事件")
def event(
    tools: Tools,
    actor: Acting,
    event_id: _Event,
    offset: int = Query(0, ge=0, le=100_000),
    limit: int = Query(10, ge=1, le=50),
) -> EventWholeOut:
    standing = tools.events.board.standing()
    found = standing.events.get(standing.where(event_id))
    if found is None:
        raise NotFoundError("没有这个事件")
    keys = found.articles[offset : offset + limit]
    hide = not actor.has(Right.DECIDE_EVENTS)
    views = article_views(tools.events.news, tools.city.id, found, keys, hide=hide)
    answer = EventWholeOut(
        **_out(standing, found).model_dump(),
        reviews=[
            DecisionOut(
                number=one.number,
                action=one.action,
                by=one.by,
                at=one.at.isoformat(),
                why=one.why,
                ground=one.ground,
                undone=one.undone is not None,
            )
            for one in standing.history(found.id)
        ],
        shown=[
            ArticleOut(
                id=one.id,
                title="".join(piece.text for piece in one.title),
                source=one.source,
                day=one.day,
                url=one.url,
                version=one.version,
                text="".join(piece.text for sentence in one.text.sentences for piece in sentence.pieces),
                said=[
                    SaidOut(
                        name=said.name,
                        score=said.score,
                        certain=said.certain,
                        words={w: list(n) for w, n in said.words},
                    )
                    for said in one.said
                ],
                whose=list(one.whose),
            )
            for one in views
        ],
    )
    return veiled(answer, actor, Right.DECIDE_EVENTS)


@router.call(
    "POST",
    "/api/v1/events/{event_id}/confirm",
    Right.DECIDE_EVENTS,
    response_model=EventOut,
    responses=_CONFLICT,
    summary="确认",
)
def confirm(tools: Tools, actor: Acting, event_id: _Event, said: Decision) -> Answer:
    reviewer = reviewer_of(tools, actor, said.why)
    return _decided(tools, event_id, lambda: tools.events.confirm(event_id, reviewer, seen=said.version))


@router.call(
    "POST",
    "/api/v1/events/{event_id}/dismiss",
    Right.DECIDE_EVENTS,
    response_model=EventOut,
    responses=_CONFLICT,
    summary="排除",
)
def dismiss(tools: Tools, actor: Acting, event_id: _Event, said: Dismissal) -> Answer:
    reviewer = reviewer_of(tools, actor, said.why)
    return _decided(
        tools, event_id, lambda: tools.events.dismiss(event_id, reviewer, ground=said.ground, seen=said.version)
    )


@router.call(
    "POST",
    "/api/v1/events/{event_id}/relabel",
    Right.DECIDE_EVENTS,
    response_model=EventOut,
    responses=_CONFLICT,
    summary="改种类",
)
def relabel(tools: Tools, actor: Acting, event_id: _Event, said: Relabelling) -> Answer:
    reviewer = reviewer_of(tools, actor, said.why)
    return _decided(
        tools,
        event_id,
        lambda: tools.events.relabel(event_id, said.labels, reviewer, negative=said.negative, seen=said.version),
    )


@router.call(
    "POST",
    "/api/v1/events/{event_id}/reattribute",
    Right.DECIDE_EVENTS,
    response_model=EventOut,
    responses=_CONFLICT,
    summary="改归属",
)
def reattribute(tools: Tools, actor: Acting, event_id: _Event, said: Reattribution) -> Answer:
    reviewer = reviewer_of(tools, actor, said.why)
    return _decided(
        tools, event_id, lambda: tools.events.reattribute(event_id, said.units, reviewer, seen=said.version)
    )


@router.call(
    "POST",
    "/api/v1/events/{event_id}/merge",
    Right.DECIDE_EVENTS,
    response_model=EventOut,
    responses=_CONFLICT,
    summary="并入另一件",
)
def merge(tools: Tools, actor: Acting, event_id: _Event, said: Merging) -> Answer:
    reviewer = reviewer_of(tools, actor, said.why)
    return _decided(tools, event_id, lambda: tools.events.merge(event_id, said.into, reviewer, seen=said.version))


@router.call(
    "POST",
    "/api/v1/events/{event_id}/split",
    Right.DECIDE_EVENTS,
    response_model=EventOut,
    responses=_CONFLICT,
    summary="拆分",
)
def split(tools: Tools, actor: Acting, event_id: _Event, said: Splitting) -> Answer:
    reviewer = reviewer_of(tools, actor, said.why)
    return _decided(tools, event_id, lambda: tools.events.split(event_id, said.articles, reviewer, seen=said.version))


@router.call(
    "POST",
    "/api/v1/events/{event_id}/undo",
    Right.DECIDE_EVENTS,
    response_model=EventOut,
    responses=_CONFLICT,
    summary="撤销自己最近的决定",
)
def undo(tools: Tools, actor: Acting, event_id: _Event, said: Undoing) -> Answer:
    reviewer = reviewer_of(tools, actor, "撤销")
    return _decided(tools, event_id, lambda: tools.events.undo(event_id, reviewer, seen=said.version))


class Comment(BaseModel):
    text: str = Field(min_length=1, max_length=2000)


class Assigning(BaseModel):
    login: str = Field(max_length=40, description="分析员的登录名；空为不指定")


class NotesOut(BaseModel):
    comments: list[str]
    assigned: str


@router.call("POST", "/api/v1/events/{event_id}/comment", Right.DECIDE_EVENTS, response_model=NotesOut, summary="留言")
def comment(tools: Tools, actor: Acting, event_id: _Event, said: Comment) -> NotesOut:
    found = _there(tools, event_id)
    tools.events.comment(found, said.text, reviewer_of(tools, actor, "留言"))
    return _notes(tools, found)


@router.call("POST", "/api/v1/events/{event_id}/assign", Right.DECIDE_EVENTS, response_model=NotesOut, summary="指派")
def assign(tools: Tools, actor: Acting, event_id: _Event, said: Assigning) -> NotesOut:
    found = _there(tools, event_id)
    if said.login and said.login not in analysts_of(tools):
        raise WrongCallError("没有这个分析员账户，或已停用")
    tools.events.assign(found, said.login, reviewer_of(tools, actor, "指派"))
    return _notes(tools, found)


def _notes(tools: ConsoleTools, event_id: str) -> NotesOut:
    notes = tools.events.notes.of(tools.city.id, event_id)
    assigned = next((one.assigned for one in reversed(notes) if one.assigned is not None), "")
    return NotesOut(comments=[one.text for one in notes if one.assigned is None], assigned=assigned)


def _there(tools: ConsoleTools, event_id: str) -> str:
    """Where the event is now.  ``NotFoundError``."""
    standing = tools.events.board.standing()
    here = standing.where(event_id)
    if here not in standing.events:
        raise NotFoundError("没有这个事件")
    return here


def _decided(tools: ConsoleTools, event_id: str, decide: Callable[[], NewsEvent]) -> Answer:
    _there(tools, event_id)
    try:
        found = decide()
    except DecidedMeanwhileError as late:
        return JSONResponse({"error": "；".join(late.lines)}, 409)
    return _out(tools.events.board.standing(), found)


def _out(standing: StandingEvents, event: NewsEvent) -> EventOut:
    return EventOut(
        id=event.id,
        version=standing.version(event),
        title=event.title,
        first_day=event.first_day,
        state=event.state,
        waiting=standing.needs_person(event),
        units=list(event.units),
        labels=list(event.labels),
        negative=event.negative,
        confidence=event.confidence,
        persons=list(event.persons),
        articles=list(event.articles),
        because=list(event.because),
    )
