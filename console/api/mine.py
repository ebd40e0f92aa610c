"""The API of a unit: what it has to file, its points, findings, reviews and our requests; its own and nobody else's."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Path, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from console.acting import Acting, Tools
from console.api.filings import FiledOut, filed_out
from console.limits import UPLOAD
from console.own_unit import OwnUnit, own_unit
from console.pages.mine_filings import desk, finish
from console.pages.mine_findings import PILES, ask, own_finding
from console.pages.mine_home import due_of, result_of
from console.pages.mine_reviews import ask_review, confirm_result
from console.pages.mine_uploads import receive_body
from console.rights import Right
from console.routing import PageRouter
from records.desk import CardQuery, Pile
from records.indicators import ValueState
from records.jobs import JobState
from records.rounds import Stage
from services.desk.cards import CardKeeper, units_of
from services.file_rows import ChosenFile, file_row, kept_files, receipt_told
from services.masking import mask
from services.reading_room import ReadingRoom
from services.schemes import WrongCallError
from services.unit_findings import refresh_cards, sites_of, weight_of_card
from services.unit_rounds import UnitRound, filing_place, review_place
from storage.filing_drafts import Upload
from storage.own_requests import OwnRequests

router = PageRouter(tags=["本单位"])
_Identity = Annotated[str, Path(max_length=200)]


class DueOut(BaseModel):
    title: str
    until: str
    told: str


class RowOut(BaseModel):
    indicator: str
    name: str
    text: str = Field(description="规则原文")
    expected: str = Field(description="value 的形式，见 chengjian.values/1")
    standing: str
    filed: FiledOut | None


class PointsOut(BaseModel):
    indicator: str
    points: Decimal | None
    full: Decimal | None
    state: str
    because: str


class ResultOut(BaseModel):
    """The unit's own result; absent before the preliminary result was handed over."""

    total: Decimal | None
    rank: int | None
    grade: str | None
    rows: list[PointsOut]
    rank_because: str | None = None  # why there is no rank


class RoundOut(BaseModel):
    id: str
    title: str
    stage: Stage
    deadline: date | None
    takes_filings: bool
    may_answer: bool
    result: ResultOut | None


class MineOut(BaseModel):
    unit: str
    due: list[DueOut]
    rounds: list[RoundOut]


class UploadOut(BaseModel):
    """A file that waits to be handed in."""

    id: int
    name: str
    kind: str
    size: int
    sha256: str


class ChosenUpload(BaseModel):
    id: int = Field(ge=1, le=999_999_999)
    note: str = Field(default="", max_length=500)


class RowIn(BaseModel):
    """One row of ``chengjian.filing/1`` for the unit itself."""

    state: ValueState = ValueState.SUPPLIED
    value: Any = None
    items: list[Annotated[str, Field(max_length=300)]] = Field(default=[], max_length=500)
    reason: str = Field(default="", max_length=2000)
    effective: date | None = None
    uploads: list[ChosenUpload] = Field(default=[], max_length=100)
    keep: list[Annotated[str, Field(max_length=64)]] = Field(
        default=[], max_length=100, description="上次填报所附文件的 sha256，继续使用"
    )


class ReceiptOut(BaseModel):
    filing: int | None = Field(description="回执编号；内容与上次相同时为 null")
    told: str


class FindingOut(BaseModel):
    site: str
    id: str
    check: str
    subject: str
    message: str
    life: str
    counts: bool
    told: str
    since: datetime | None
    last_seen: datetime | None


class FindingsOut(BaseModel):
    counts: dict[str, int]
    findings: list[FindingOut]


class RecheckIn(BaseModel):
    site: str = Field(max_length=500)
    finding: str = Field(max_length=200)
    address: str = Field(default="", max_length=2000, description="“它在这里”的网址；只是复查时为空")


class RecheckOut(BaseModel):
    job: int
    state: JobState
    told: str


class ReviewRowIn(BaseModel):
    indicator: str = Field(max_length=100)
    reason: str = Field(min_length=1, max_length=4000)


class ReviewIn(BaseModel):
    """The whole application: it can be made once."""

    rows: list[ReviewRowIn] = Field(min_length=1, max_length=200)


class AnswerOut(BaseModel):
    told: str
    rows: list[str]


class VisitOut(BaseModel):
    id: int
    url: str
    started_at: datetime
    finished_at: datetime | None
    requests: int
    pages: int
    robots_disallowed: int
    pace: float | None = Field(description="平均每秒请求数")
    most: float = Field(description="每秒请求数的上限")
    user_agent: str


@router.call("GET", "/api/v1/mine", Right.SEE_OWN_UNIT, response_model=MineOut, summary="待办、轮次与得分")
def mine(tools: Tools, actor: Acting) -> MineOut:
    """What is due, and the unit's own points as far as they may be seen."""
    own = own_unit(tools, actor)
    rounds = own.rounds()
    due = [DueOut(title=one.title, until=one.until, told=one.told) for one in due_of(own, rounds)]
    return MineOut(unit=own.unit.id, due=due, rounds=[_round(own, one) for one in rounds])


def _round(own: OwnUnit, one: UnitRound) -> RoundOut:
    result = result_of(own, one)
    score = result.score if result is not None else None
    rows = [
        PointsOut(
            indicator=row.row.id, points=row.score.points, full=row.score.full, state=row.score.state.value,
            because=row.score.because,
        )
        for row in (result.rows if result is not None else ())
    ]  # fmt: skip
    shown = None
    if score is not None:
        because = score.rank_because or None
        shown = ResultOut(total=score.total, rank=score.rank, grade=score.grade, rows=rows, rank_because=because)
    return RoundOut(
        id=one.id, title=one.title, stage=one.stage, deadline=one.state.deadline, takes_filings=one.takes_filings,
        may_answer=one.may_answer(own.tools.today),
        result=shown,
    )  # fmt: skip


@router.call(
    "GET",
    "/api/v1/mine/rounds/{round_id}/rows",
    Right.SEE_OWN_UNIT,
    response_model=list[RowOut],
    summary="要填报的各项",
)
def rows(tools: Tools, actor: Acting, round_id: _Identity) -> list[RowOut]:
    """The rows that the unit supplies itself."""
    own = own_unit(tools, actor)
    return [
        RowOut(
            indicator=row.id, name=row.row.indicator.name, text=row.row.indicator.text,
            expected=row.row.indicator.rule.shape.expected, standing=row.word,
            filed=filed_out(row.standing, actor, whole=True) if row.standing is not None else None,
        )
        for row in own.rows(own.round(round_id))
    ]  # fmt: skip


@router.call(
    "POST", "/api/v1/mine/rounds/{round_id}/rows/{indicator}/files", Right.FILE_VALUES, response_model=UploadOut,
    limit=UPLOAD, summary="上传佐证材料（请求体即文件）",
)  # fmt: skip
async def upload(
    request: Request,
    tools: Tools,
    actor: Acting,
    round_id: _Identity,
    indicator: _Identity,
    name: Annotated[str, Query(max_length=1000, description="文件名")] = "",
) -> UploadOut:
    """The body of the request is the file; it takes effect when the row is handed in."""
    own = await run_in_threadpool(own_unit, tools, actor)
    one = await run_in_threadpool(own.round, round_id)
    row = await run_in_threadpool(own.row, one, indicator)
    await run_in_threadpool(own.staged.check_room, own.unit.id)
    return _upload(await receive_body(request, own, filing_place(one.id, row.form.provider.name, row.id)))


@router.call(
    "POST", "/api/v1/mine/rounds/{round_id}/reviews/{indicator}/files", Right.ASK_REVIEW, response_model=UploadOut,
    limit=UPLOAD, summary="上传申诉材料（请求体即文件）",
)  # fmt: skip
async def upload_material(
    request: Request,
    tools: Tools,
    actor: Acting,
    round_id: _Identity,
    indicator: _Identity,
    name: Annotated[str, Query(max_length=1000, description="文件名")] = "",
) -> UploadOut:
    """The body of the request is the file; it goes with the row when review is asked for."""
    own = await run_in_threadpool(own_unit, tools, actor)
    one = await run_in_threadpool(own.round, round_id)
    if indicator not in [row.id for row in one.found.plan.rows]:
        raise WrongCallError("本轮没有这一项指标")
    await run_in_threadpool(own.staged.check_room, own.unit.id)
    return _upload(await receive_body(request, own, review_place(one.id, indicator)))


def _upload(one: Upload) -> UploadOut:
    return UploadOut(id=one.id, name=one.name, kind=one.kind, size=one.size, sha256=one.sha256)


@router.call(
    "POST", "/api/v1/mine/rounds/{round_id}/rows/{indicator}", Right.FILE_VALUES, response_model=ReceiptOut,
    summary="填报一项",
)  # fmt: skip
def file(tools: Tools, actor: Acting, round_id: _Identity, indicator: _Identity, given: RowIn) -> ReceiptOut:
    """The same document as ``chengjian filing import`` takes."""
    own = own_unit(tools, actor)
    one = own.round(round_id)
    row = own.row(one, indicator)
    uploads = {
        up.id: up for up in own.drafts.uploads(own.unit.id, filing_place(one.id, row.form.provider.name, row.id))
    }
    if lost := [str(chosen.id) for chosen in given.uploads if chosen.id not in uploads]:
        raise WrongCallError(f"没有编号为 {'、'.join(lost)} 的上传文件，可能已随上一次提交存档")
    earlier = {old.digest: old for old in kept_files(row.standing)}
    if strange := [digest for digest in given.keep if digest not in earlier]:
        raise WrongCallError(f"上次填报没有附过 {strange[0]}")
    chosen = [ChosenFile(up.note, uploads[up.id]) for up in given.uploads]
    chosen += [earlier[digest] for digest in dict.fromkeys(given.keep) if digest not in {up.digest for up in chosen}]
    told: dict[str, Any] = {"state": given.state.value, "reason": given.reason, "items": given.items}
    if given.value is not None:
        told["value"] = given.value
    if given.effective is not None:
        told["effective"] = given.effective.isoformat()
    with ReadingRoom() as room:
        report = file_row(desk(own, one, room), row.form, row.row, told, chosen)
    finish(own, one, row, report)
    number = report.receipt.filing_id if report.receipt is not None else None
    return ReceiptOut(filing=number, told=receipt_told(report))


@router.call("GET", "/api/v1/mine/findings", Right.SEE_OWN_UNIT, response_model=FindingsOut, summary="本单位的发现")
def findings(
    tools: Tools,
    actor: Acting,
    pile: Annotated[Pile, Query(description="confirmed、open、unverifiable 或 recovered")] = Pile.CONFIRMED,
    site: Annotated[str, Query(max_length=500, description="门户，缺省为第一个")] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> FindingsOut:
    """Findings of one portal of the unit; only those with ``counts`` can cost points."""
    own = own_unit(tools, actor)
    sites = sites_of(own.unit)
    if pile not in PILES:
        raise WrongCallError(f"可以查看的种类：{'、'.join(PILES)}")
    if site and site not in sites:
        raise WrongCallError("这不是本单位的门户")
    if not sites:
        return FindingsOut(counts={}, findings=[])
    keeper = CardKeeper(tools.view(), units_of(tools.city))
    refresh_cards(keeper, sites)
    wanted = site or sites[0]
    found = keeper.cards.page(CardQuery(pile=pile, site=wanted), limit=limit, offset=offset)
    piles = keeper.cards.piles(CardQuery(pile=None, site=wanted))
    listed = [(card, weight_of_card(card)) for card in found]
    return FindingsOut(
        counts={one.value: piles[one] for one in PILES},
        findings=[
            FindingOut(
                site=card.site, id=card.finding, check=card.check, subject=card.subject, message=mask(card.message),
                life=card.life.value, counts=weight.counts, told=weight.told, since=card.since,
                last_seen=card.last_seen,
            )
            for card, weight in listed
        ],
    )  # fmt: skip


@router.call(
    "POST", "/api/v1/mine/findings/rechecks", Right.ANSWER_FINDINGS, response_model=RecheckOut, summary="申请复查"
)
def recheck(tools: Tools, actor: Acting, given: RecheckIn) -> RecheckOut:
    """“已修复，请复查”, or with an address “它在这里”."""
    own = own_unit(tools, actor)
    job = ask(own, own_finding(own, given.site, given.finding), given.address)
    return RecheckOut(job=job.id, state=job.state, told=job.told)


@router.call(
    "POST", "/api/v1/mine/rounds/{round_id}/confirmation", Right.ASK_REVIEW, response_model=AnswerOut,
    summary="确认初评结果",
)  # fmt: skip
def confirm(tools: Tools, actor: Acting, round_id: _Identity) -> AnswerOut:
    """Once; afterwards no review can be asked for."""
    own = own_unit(tools, actor)
    confirm_result(own, own.round(round_id))
    return AnswerOut(told="已确认初评结果", rows=[])


@router.call(
    "POST", "/api/v1/mine/rounds/{round_id}/review", Right.ASK_REVIEW, response_model=AnswerOut, summary="提出申诉"
)
def review(tools: Tools, actor: Acting, round_id: _Identity, given: ReviewIn) -> AnswerOut:
    """All rows at once, with what was uploaded for each; it costs nothing."""
    own = own_unit(tools, actor)
    names = [row.indicator for row in given.rows]
    ask_review(own, own.round(round_id), [(row.indicator, row.reason) for row in given.rows])
    return AnswerOut(told=f"申诉已收到，共 {len(names)} 项", rows=names)


@router.call(
    "GET", "/api/v1/mine/requests", Right.SEE_OWN_UNIT, response_model=list[VisitOut], summary="对本单位网站的访问"
)
def requests(
    tools: Tools,
    actor: Acting,
    before: Annotated[int | None, Query(ge=1, le=999_999_999)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[VisitOut]:
    """Visits, newest first; ``before`` is the number from which a page goes on."""
    own = own_unit(tools, actor)
    found = OwnRequests(tools.engine).visits(sites_of(own.unit), before=before, limit=limit)
    return [
        VisitOut(
            id=one.audit_id, url=one.url, started_at=one.started_at, finished_at=one.finished_at,
            requests=one.counts.requests, pages=one.counts.pages, robots_disallowed=one.counts.robots_disallowed,
            pace=one.pace, most=one.rate, user_agent=one.user_agent,
        )
        for one in found
    ]  # fmt: skip
