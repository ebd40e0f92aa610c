"""The API of the complaints: what is due, one complaint, its steps."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from console.acting import Acting, Actor, Tools
from console.limits import UPLOAD
from console.pages.complaints import case_of, handler_of, paper_of, read_search
from console.rights import Right
from console.routing import PageRouter
from console.tools import ConsoleTools
from records.complaints import Channel, Complainant, Standing, TermKind, TermState
from services.complaints.circular import circular
from services.complaints.desk import Case, ChangedMeanwhileError, Draft, Paper
from services.complaints.views import case_document, term_document
from services.period import read_period
from storage.complaints import ComplaintSearch

router = PageRouter(tags=["投诉举报"])
_Id = Annotated[str, Path(max_length=32)]
#: The steps of services.complaints.steps: a test holds the two together.
StepWord = Literal[
    "accept", "refuse", "notify", "hand_on", "extend", "urge", "answer_urge", "report", "answer", "object", "again",
    "visit", "recuse", "withdraw", "archive",
]  # fmt: skip


class TermOut(BaseModel):
    """One term in working days; ``due`` is null where the working days of a year are not known yet."""

    kind: TermKind
    name: str
    article: str
    begins: date
    working_days: int
    due: date | None
    met: date | None
    state: TermState
    left: int | None


class ComplaintOut(BaseModel):
    """A complaint; texts are without the complainant for those who do not handle it."""

    id: str
    received: date
    channel: Channel
    kind: str
    title: str
    accused: str
    unit: str | None
    anonymous: bool
    standing: Standing
    entries_count: int
    running: list[TermOut]


class EntryOut(BaseModel):
    step: str
    title: str
    by: str
    at: str
    on: date
    facts: dict[str, str]


class PaperOut(BaseModel):
    """A letter, scan or other paper of the file; its content goes to those who handle the complaint."""

    name: str
    sha256: str


class ComplainantOut(BaseModel):
    name: str
    contact: str


class ComplaintWholeOut(ComplaintOut):
    text: str
    earlier: str | None
    registered_by: str
    registered_at: str
    rules: str
    complainant: ComplainantOut | None = Field(description="只给办理人；其余为 null")
    terms: list[TermOut]
    entries: list[EntryOut]
    papers: list[PaperOut] = []


class ComplaintsOut(BaseModel):
    total: int
    complaints: list[ComplaintOut]


class DueOut(BaseModel):
    complaint: str
    accused: str
    term: TermOut


class ComplaintIn(BaseModel):
    """What came in."""

    received: date
    channel: Channel
    kind: str = Field(max_length=40)
    title: str = Field(max_length=300)
    text: str = Field(max_length=20_000)
    accused: str = Field(max_length=300)
    name: str = Field(default="", max_length=300)
    contact: str = Field(default="", max_length=300)
    earlier: str = Field(default="", max_length=32)


class StepIn(BaseModel):
    """One step; ``values`` are the fields of its form, as ``GET /complaints/{id}`` on the page shows them."""

    seen: int = Field(ge=0, le=100_000, description="看到的办理步数（entries_count）")
    values: dict[str, Annotated[str, Field(max_length=4000)]] = Field(default_factory=dict, max_length=12)


class ConflictOut(BaseModel):
    error: str


_CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": ConflictOut, "description": "别人已先办理，没有执行"}}


@router.call("GET", "/api/v1/complaints", Right.SEE_COMPLAINTS, response_model=ComplaintsOut, summary="投诉举报")
def complaints(
    tools: Tools,
    actor: Acting,
    standing: Standing | None = None,
    unit: Annotated[str, Query(max_length=200)] = "",
    kind: Annotated[str, Query(max_length=40)] = "",
    period: Annotated[str, Query(max_length=20)] = "",
    text: Annotated[str, Query(max_length=100)] = "",
    offset: int = Query(0, ge=0, le=1_000_000),
    limit: int = Query(50, ge=1, le=200),
) -> ComplaintsOut:
    wanted = read_search(tools, standing or "", unit, kind, period, text)
    cases = tools.complaints.search(wanted, offset=offset, limit=limit)
    known, sees = tools.complaints.complainants(cases), actor.has(Right.HANDLE_COMPLAINTS)
    rows = [
        case_document(case, tools.complaints.rules, complainant=known[case.complaint.id], sees=sees, whole=False)
        for case in cases
    ]
    return ComplaintsOut(
        total=tools.complaints.count(wanted), complaints=[ComplaintOut.model_validate(row) for row in rows]
    )


@router.call(
    "GET", "/api/v1/complaints/due", Right.SEE_COMPLAINTS, response_model=list[DueOut], summary="未结期限，最紧迫的在前"
)
def due(tools: Tools, limit: int = Query(100, ge=1, le=1000)) -> list[DueOut]:
    return [
        DueOut(
            complaint=case.complaint.id,
            accused=case.complaint.accused,
            term=TermOut.model_validate(term_document(term)),
        )
        for case, term in tools.complaints.due()[:limit]
    ]


@router.call(
    "GET",
    "/api/v1/complaints/{identity}",
    Right.SEE_COMPLAINTS,
    response_model=ComplaintWholeOut,
    summary="一件投诉举报",
)
def complaint(tools: Tools, actor: Acting, identity: _Id) -> ComplaintWholeOut:
    return _whole(tools, actor, case_of(tools, identity))


@router.call(
    "POST",
    "/api/v1/complaints",
    Right.HANDLE_COMPLAINTS,
    response_model=ComplaintWholeOut,
    status_code=201,
    summary="登记",
)
def register(tools: Tools, actor: Acting, given: ComplaintIn) -> ComplaintWholeOut:
    draft = Draft(
        received=given.received, channel=given.channel, kind=given.kind, title=given.title, text=given.text,
        accused=given.accused, complainant=Complainant(given.name, given.contact), earlier=given.earlier,
    )  # fmt: skip
    return _whole(tools, actor, tools.complaints.register(draft, handler_of(actor)))


@router.call(
    "POST", "/api/v1/complaints/{identity}/steps/{word}", Right.HANDLE_COMPLAINTS, response_model=ComplaintWholeOut,
    responses=_CONFLICT, summary="办理一步",
)  # fmt: skip
def step(tools: Tools, actor: Acting, identity: _Id, word: StepWord, given: StepIn) -> ComplaintWholeOut | JSONResponse:
    case = case_of(tools, identity)
    try:
        done = tools.complaints.do(case.complaint.id, word, given.values, handler_of(actor), seen=given.seen)
    except ChangedMeanwhileError as late:
        return JSONResponse({"error": "；".join(late.lines)}, 409)
    return _whole(tools, actor, done)


@router.call(
    "POST", "/api/v1/complaints/{identity}/papers", Right.HANDLE_COMPLAINTS, response_model=ComplaintWholeOut,
    limit=UPLOAD, status_code=201, summary="存入材料（请求体即文件）",
)  # fmt: skip
async def attach(
    request: Request,
    tools: Tools,
    actor: Acting,
    identity: _Id,
    name: Annotated[str, Query(max_length=1000, description="文件名")],
    note: Annotated[str, Query(max_length=4000, description="说明")] = "",
) -> ComplaintWholeOut:
    """The body of the request is the file."""
    paper = Paper(name, await request.body())
    case = await run_in_threadpool(case_of, tools, identity)
    done = await run_in_threadpool(tools.complaints.attach, case.complaint.id, [paper], note, handler_of(actor))
    return await run_in_threadpool(_whole, tools, actor, done)


@router.call(
    "GET", "/api/v1/complaints/{identity}/papers/{digest}", Right.HANDLE_COMPLAINTS, response_class=Response,
    response_model=None, responses={200: {"content": {"application/octet-stream": {}}}}, summary="一份材料",
)  # fmt: skip
def paper(tools: Tools, actor: Acting, identity: _Id, digest: Annotated[str, Path(max_length=64)]) -> Response:
    return paper_of(tools, identity, digest)


class BodyOut(BaseModel):
    """One handling body in the circular."""

    body: str
    handled: int
    in_time: int
    late: int
    waiting: int
    urged: int
    ended: int = 0  # withdrawn


class CircularOut(BaseModel):
    """The figures for a circular: no complainant, no text."""

    first: date
    last: date
    received: int
    standings: dict[str, int]
    kinds: dict[str, int]
    refused: dict[str, int]
    outcomes: dict[str, int]
    bodies: list[BodyOut]


@router.call(
    "GET", "/api/v1/complaints-circular", Right.SEE_COMPLAINTS, response_model=CircularOut, summary="供通报的数字"
)
def circular_figures(tools: Tools, period: Annotated[str, Query(max_length=20)] = "") -> CircularOut:
    found = read_period(period or str(tools.today.year))
    cases = tools.complaints.search(ComplaintSearch(first=found.first_day, last=found.last_day))
    figures = circular(cases, tools.complaints.rules, found.first_day, found.last_day)
    return CircularOut.model_validate(asdict(figures))


def _whole(tools: ConsoleTools, actor: Actor, case: Case) -> ComplaintWholeOut:
    desk = tools.complaints
    document = case_document(
        case, desk.rules, complainant=desk.complainant(case), sees=actor.has(Right.HANDLE_COMPLAINTS)
    )
    return ComplaintWholeOut.model_validate(document)
