"""The API of the analyst's desk: findings, decisions, suppressions."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from console.acting import Acting, Tools
from console.pages.flags import Number, analysts_of, card_of, desk_of, query_of, refreshed, who_of
from console.pages.suppressions import SOON
from console.privacy import veiled
from console.rights import Right
from console.routing import PageRouter
from records.desk import DeskAction, FindingCard, Pile
from records.review import ReviewState
from records.sightings import LifeState
from records.verdicts import Severity
from services.desk.decide import MOST, Done
from services.desk.silence import lift_one, make_one
from services.schemes import WrongCallError
from storage.silences import SilenceList, Silences

router = PageRouter(tags=["疑点复核"])
_Why = Annotated[str, Field(max_length=2000, description="理由，一句话")]
_Limit = Annotated[int, Query(ge=1, le=200)]
_Offset = Annotated[int, Query(ge=0, le=10_000_000)]


class FlagOut(BaseModel):
    """One finding as the queue shows it."""

    id: int = Field(description="用于地址的编号")
    version: int = Field(description="决定时须一并给出：此后有变化的不会被覆盖")
    site: str
    finding: str
    unit: str
    unit_name: str
    site_name: str
    check: str
    severity: Severity
    subject: str
    message: str
    pile: Pile
    life: LifeState
    review: ReviewState | None
    standing: str
    since: datetime | None
    last_seen: datetime | None
    healed_at: datetime | None
    first: date
    tries: int
    lacking: str
    cause: str
    cause_title: str
    current: bool
    watched: bool
    assigned: str
    suppressed_until: date | None


class FlagsOut(BaseModel):
    total: int
    behind: int = Field(description="还有这么多门户的数据正在更新")
    flags: list[FlagOut]


class TryOut(BaseModel):
    at: datetime
    band: str
    sight: str
    counts: bool
    night: int | None
    night_state: str | None
    audit: int | None
    told: str
    requests: list[dict[str, Any]] = Field(description="每次请求：时间、方式、状态、错误、校验值")
    warc: str | None
    offset: int | None
    sha256: str | None
    screenshot: str | None


class FlagDetailOut(BaseModel):
    flag: FlagOut
    where: str
    how_seen: str
    remedy: str
    fails_when: str
    damage: list[str] = Field(description="证据被改动时不能据此决定")
    places: list[str]
    tries: list[TryOut]
    history: list[dict[str, Any]]
    comments: list[dict[str, Any]]


class DecideIn(BaseModel):
    flags: dict[int, int] = Field(max_length=MOST, description="编号 → 看到的版本（version）")
    action: Literal["confirm", "dismiss", "suppress"]
    why: _Why = ""
    until: date | None = Field(None, description="抑制的截止日（suppress 必填）")


class DoneOut(BaseModel):
    batch: str = Field(description="用于撤销")
    done: list[FlagOut]
    refused: list[str]


class AssignIn(BaseModel):
    flags: list[int] = Field(max_length=MOST)
    assigned: str = Field("", max_length=40, description="登录名；空为取消分派")


class CommentIn(BaseModel):
    text: Annotated[str, Field(min_length=1, max_length=2000)]


class NotifyIn(BaseModel):
    version: int
    why: _Why = ""


class SuppressionOut(BaseModel):
    id: int
    site: str
    check: str | None
    subject: str
    message: str
    reason: str
    owner: str
    begins: date
    ends: date
    lifted: date | None
    lifted_by: str
    lifted_why: str
    flag: int | None


class SuppressionIn(BaseModel):
    subject: Annotated[str, Field(min_length=1, max_length=2000, description="发现的编号，或一个地址")]
    site: str = Field("", max_length=2000, description="门户的网址：预先抑制一个地址时须给")
    check: str = Field("", max_length=40)
    why: _Why
    until: date


class LiftIn(BaseModel):
    why: _Why


@router.call("GET", "/api/v1/flags", Right.SEE_FLAGS, response_model=FlagsOut)
def flags(
    tools: Tools,
    actor: Acting,
    pile: str = "open",
    unit: str = "",
    site: str = "",
    check: str = "",
    severity: str = "",
    life: str = "",
    mine: bool = False,
    text: Annotated[str, Query(max_length=100)] = "",
    cause: str = "",
    limit: _Limit = 50,
    offset: _Offset = 0,
) -> FlagsOut:
    """The findings of a pile (``all``: of every pile), the worst and oldest first."""
    desk = desk_of(tools)
    left = refreshed(desk.keeper)
    given = {
        "pile": pile, "unit": unit, "site": site, "check": check, "severity": severity, "life": life,
        "mine": "1" if mine else "", "text": text, "cause": cause,
    }  # fmt: skip
    query = query_of(given, actor)
    found = desk.cards.page(query, limit=limit, offset=offset)
    answer = FlagsOut(total=desk.cards.count(query), behind=left, flags=[_flag(one) for one in found])
    return veiled(answer, actor, Right.DECIDE_FLAGS)


@router.call("GET", "/api/v1/flags/{number}", Right.SEE_FLAGS, response_model=FlagDetailOut)
def flag(tools: Tools, actor: Acting, number: Number) -> FlagDetailOut:
    """One finding with every try and where its evidence is filed."""
    desk = desk_of(tools)
    card = card_of(desk, number)
    listed = desk.listed(card)
    if listed is None:
        raise WrongCallError("这一条发现已被清除")
    exhibit = tools.desk.exhibitor().of(listed)
    history = desk.keeper.view.sources.reviewed.history(card.site, card.finding)
    answer = FlagDetailOut(
        flag=_flag(card),
        where=listed.finding.where,
        how_seen=listed.finding.how_seen,
        remedy=listed.finding.remedy,
        fails_when=listed.life.fails_when,
        damage=list(exhibit.damage),
        places=[one.page for one in exhibit.places],
        tries=[
            TryOut(
                at=one.sighting.at,
                band=one.sighting.band.value,
                sight=one.sighting.sight.value,
                counts=one.sighting.counts,
                night=one.sighting.night,
                night_state=one.night.state if one.night is not None else None,
                audit=one.sighting.audit,
                told=one.sighting.told,
                requests=[
                    {
                        "at": asked.at.isoformat(),
                        "method": asked.method,
                        "via": asked.via,
                        "http_status": asked.http_status,
                        "error": asked.error.value if asked.error is not None else None,
                        "sha256": asked.sha256,
                        "elapsed_ms": asked.elapsed_ms,
                    }
                    for asked in one.attempts
                ],
                warc=one.evidence.warc if one.evidence is not None else None,
                offset=one.evidence.offset if one.evidence is not None else None,
                sha256=one.evidence.sha256 if one.evidence is not None else None,
                screenshot=one.evidence.screenshot if one.evidence is not None else None,
            )
            for one in exhibit.tries
        ],
        history=[{"at": one.at.isoformat(), "by": one.by, "state": one.state.value, "why": one.why} for one in history],
        comments=[
            {"at": one.at.isoformat(), "by": one.by, "text": one.text}
            for one in desk.desk.comments(card.site, card.finding)
        ],
    )
    return veiled(answer, actor, Right.DECIDE_FLAGS)


@router.call("POST", "/api/v1/flags/decide", Right.DECIDE_FLAGS, response_model=DoneOut)
def decide(tools: Tools, actor: Acting, given: DecideIn) -> DoneOut:
    """Decide about findings as they were seen; what changed since is named and left alone."""
    done = desk_of(tools).decide(
        given.flags, DeskAction(given.action), who=who_of(actor), at=tools.now(), why=given.why, until=given.until
    )
    return _done(done)


@router.call("POST", "/api/v1/flags/decisions/{batch}/undo", Right.DECIDE_FLAGS, response_model=DoneOut)
def undo(tools: Tools, actor: Acting, batch: str) -> DoneOut:
    """Take back what was decided at once."""
    return _done(desk_of(tools).undo(batch, who=who_of(actor), at=tools.now()))


@router.call("POST", "/api/v1/flags/assign", Right.DECIDE_FLAGS, response_model=list[FlagOut])
def assign(tools: Tools, actor: Acting, given: AssignIn) -> list[FlagOut]:
    if given.assigned and given.assigned not in dict(analysts_of(tools)):
        raise WrongCallError(f"没有分析员账户 {given.assigned!r}")
    if any(not 0 < one < 2**31 for one in given.flags):
        raise WrongCallError("编号不对")
    cards = desk_of(tools).assign(given.flags, given.assigned, who=who_of(actor), at=tools.now())
    return [_flag(one) for one in cards]


@router.call("POST", "/api/v1/flags/{number}/comments", Right.DECIDE_FLAGS, response_model=FlagOut)
def comment(tools: Tools, actor: Acting, number: Number, given: CommentIn) -> FlagOut:
    desk = desk_of(tools)
    card = card_of(desk, number)
    desk.comment(number, given.text, who=who_of(actor), at=tools.now())
    return _flag(card)


@router.call("POST", "/api/v1/flags/{number}/notify", Right.DECIDE_FLAGS, response_model=FlagOut)
def notify(tools: Tools, actor: Acting, number: Number, given: NotifyIn) -> FlagOut:
    """Tell the unit of a confirmed finding."""
    desk = desk_of(tools)
    card_of(desk, number)
    return _flag(desk.notify(number, given.version, who=who_of(actor), at=tools.now(), why=given.why))


@router.call("GET", "/api/v1/suppressions", Right.SEE_FLAGS, response_model=list[SuppressionOut])
def suppressions(
    tools: Tools,
    actor: Acting,
    which: Literal["holding", "ending", "over", "all"] = "holding",
    limit: _Limit = 50,
    offset: _Offset = 0,
) -> list[SuppressionOut]:
    wanted = Silences(which, tools.today, tools.today + SOON)
    rows = SilenceList(tools.engine).page(wanted, limit=limit, offset=offset)
    listed = [
        SuppressionOut(
            id=one.id, site=one.site, check=one.check, subject=one.subject, message=message, reason=one.reason,
            owner=one.owner, begins=one.begins, ends=one.ends, lifted=one.lifted, lifted_by=one.lifted_by,
            lifted_why=one.lifted_why, flag=card,
        )
        for one, message, card in rows
    ]  # fmt: skip
    return [veiled(one, actor, Right.DECIDE_FLAGS) for one in listed]


@router.call("POST", "/api/v1/suppressions", Right.DECIDE_FLAGS, response_model=dict[str, int])
def make_suppression(tools: Tools, actor: Acting, given: SuppressionIn) -> dict[str, int]:
    made = make_one(
        desk_of(tools), subject=given.subject, site=given.site, check=given.check, why=given.why, until=given.until,
        who=who_of(actor), at=tools.now(),
    )  # fmt: skip
    return {"id": made.id}


@router.call("POST", "/api/v1/suppressions/{number}/lift", Right.DECIDE_FLAGS, response_model=dict[str, int])
def lift_suppression(tools: Tools, actor: Acting, number: Number, given: LiftIn) -> dict[str, int]:
    return {"id": lift_one(desk_of(tools), number, why=given.why, who=who_of(actor), at=tools.now()).id}


def _flag(card: FindingCard) -> FlagOut:
    return FlagOut(**{name: getattr(card, name) for name in FlagOut.model_fields})


def _done(done: Done) -> DoneOut:
    return DoneOut(batch=done.batch, done=[_flag(one) for one in done.cards], refused=list(done.refused))
