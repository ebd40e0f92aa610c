"""The API of rounds: where they stand, and every step that the pages can take."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from console.acting import Acting, NotFoundError, Tools
from console.pages.rounds import logged
from console.rights import Right
from console.routing import PageRouter
from console.tools import ConsoleTools
from records.jobs import Job
from records.rounds import Stage
from services.masking import mask
from services.rounds.book import RoundBrief, brief_of
from services.rounds.next_steps import next_step
from services.rounds.round_text import entry_text
from services.rounds.standing import Round
from services.schemes import SCHEME_IDS, WrongCallError

router = PageRouter(tags=["评价轮次"])


class RoundOut(BaseModel):
    """A round.  ``entries`` is what a step has to send back as ``seen``."""

    id: str
    scheme: str
    period: str
    stage: Stage
    units: int
    preliminary_run: str | None
    audited_run: str | None
    final_run: str | None
    delivered: date | None
    deadline: date | None
    confirmed: int
    asked: int
    silent: int
    entries: int


class RoundDetailOut(BaseModel):
    round: RoundOut
    next: str | None
    who: str | None
    blocked: str
    silent: list[str]


class OpenIn(BaseModel):
    scheme: str = Field(max_length=64)
    period: str = Field(max_length=20)
    units: list[str] = Field(default=[], max_length=10_000)
    note: str = Field(default="", max_length=4000)
    again: str = Field(default="", max_length=4000)


class AdvanceIn(BaseModel):
    """``seen``: the ``entries`` of the round when it was decided; if somebody was quicker, nothing is done."""

    seen: int = Field(ge=0, le=10_000_000)
    run: str | None = Field(default=None, max_length=20)
    delivered: date | None = None
    note: str = Field(default="", max_length=4000)


class BackIn(BaseModel):
    seen: int = Field(ge=0, le=10_000_000)
    reason: str = Field(max_length=4000)


class ScoreIn(BaseModel):
    """Flags of the scheme's overrides by unit."""

    flags: dict[str, list[str]] = Field(default={}, max_length=10_000)


class ScoredOut(BaseModel):
    """``run`` where it was made at once, ``job`` where the worker makes it."""

    run: str | None = None
    job: int | None = None


class EntryOut(BaseModel):
    number: int
    at: datetime
    by: str
    told: str


@router.call("GET", "/api/v1/rounds", Right.SEE_ROUNDS, response_model=list[RoundOut], summary="评价轮次")
def rounds(tools: Tools) -> list[RoundOut]:
    return [round_out(one) for one in tools.evaluation.briefs()]


def round_out(brief: RoundBrief) -> RoundOut:
    return RoundOut(
        id=brief.id, scheme=brief.scheme, period=str(brief.period), stage=brief.stage, units=brief.units,
        preliminary_run=brief.preliminary_run, audited_run=brief.audited_run, final_run=brief.final_run,
        delivered=brief.delivered, deadline=brief.deadline, confirmed=brief.confirmed, asked=brief.asked,
        silent=brief.silent, entries=brief.entries,
    )  # fmt: skip


def _load(tools: ConsoleTools, round_id: str) -> Round:
    try:
        return tools.evaluation.load(round_id)
    except WrongCallError:
        raise NotFoundError("没有这一轮评价") from None


@router.call("POST", "/api/v1/rounds", Right.RUN_ROUNDS, response_model=RoundOut, summary="建立一轮评价")
def open_round(tools: Tools, actor: Acting, wanted: OpenIn) -> RoundOut:
    if wanted.scheme not in SCHEME_IDS:
        raise WrongCallError("没有这个方案")
    found = tools.rounds.open(
        wanted.scheme, wanted.period, tools.city, by=actor.by, units=wanted.units, note=wanted.note,
        again=wanted.again or None, beside=logged(tools, actor, "open_round"),
    )  # fmt: skip
    return round_out(brief_of(found))


@router.call("GET", "/api/v1/rounds/{round_id}", Right.SEE_ROUNDS, response_model=RoundDetailOut, summary="一轮评价")
def show(tools: Tools, round_id: str) -> RoundDetailOut:
    found = _load(tools, round_id)
    step = next_step(found.state, tools.evaluation.calendar, tools.today)
    return RoundDetailOut(
        round=round_out(brief_of(found)),
        next=step.what if step is not None else None,
        who=step.who if step is not None else None,
        blocked=step.blocked if step is not None else "",
        silent=[one.id for one in found.state.silent],
    )


@router.call(
    "POST", "/api/v1/rounds/{round_id}/advance", Right.RUN_ROUNDS, response_model=RoundOut, summary="进入下一步"
)
def advance(tools: Tools, actor: Acting, round_id: str, wanted: AdvanceIn) -> RoundOut:
    before = _load(tools, round_id)
    found = tools.rounds.advance(
        before.plan.id, by=actor.by, run=wanted.run, delivered=wanted.delivered, note=wanted.note, seen=wanted.seen,
        beside=logged(tools, actor, "advance_round", before),
    )  # fmt: skip
    return round_out(brief_of(found))


@router.call("POST", "/api/v1/rounds/{round_id}/back", Right.RUN_ROUNDS, response_model=RoundOut, summary="退回一步")
def step_back(tools: Tools, actor: Acting, round_id: str, wanted: BackIn) -> RoundOut:
    before = _load(tools, round_id)
    found = tools.rounds.back(
        before.plan.id, by=actor.by, reason=wanted.reason, seen=wanted.seen,
        beside=logged(tools, actor, "step_back_round", before),
    )  # fmt: skip
    return round_out(brief_of(found))


@router.call("POST", "/api/v1/rounds/{round_id}/score", Right.RUN_ROUNDS, response_model=ScoredOut, summary="计分")
def score(tools: Tools, actor: Acting, round_id: str, wanted: ScoreIn) -> ScoredOut:
    flags = {unit: tuple(words) for unit, words in wanted.flags.items() if words}
    made = tools.evaluation.score(_load(tools, round_id), by=actor.by, now=tools.now(), flags=flags)
    scored = ScoredOut(job=made.id) if isinstance(made, Job) else ScoredOut(run=made.id)
    tools.log.add(
        at=tools.now(),
        by=actor.account.login,
        role=actor.role.value,
        action="score_round",
        subject=f"round:{round_id}",
        told=f"为评价轮次 {round_id} 计分",
        detail=scored.model_dump(exclude_none=True),
    )
    return scored


@router.call(
    "GET", "/api/v1/rounds/{round_id}/log", Right.SEE_ROUNDS, response_model=list[EntryOut], summary="全部记录"
)
def log(tools: Tools, round_id: str) -> list[EntryOut]:
    found = _load(tools, round_id)
    return [
        EntryOut(number=number, at=one.at, by=one.by, told=mask(entry_text(found.plan, one)))
        for number, one in enumerate(found.stored.entries, 1)
    ]
