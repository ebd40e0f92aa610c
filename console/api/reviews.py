"""The API of reviews (申诉) and precedents."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from fastapi import Query
from pydantic import BaseModel, Field

from console.acting import Acting, Actor, Tools
from console.pages.reviews import decide_review, load_item, try_value
from console.privacy import shown
from console.rights import Right
from console.routing import PageRouter
from records.rounds import ReviewOutcome
from services.rounds.precedents import search
from services.rounds.review_queue import ReviewItem, sorted_queue, term_of

router = PageRouter(tags=["申诉复核"])


class ReviewOut(BaseModel):
    """One row that a unit asked to have reviewed.  ``days_left``: working days, below nought where the term is over."""

    round: str
    unit: str
    unit_name: str
    indicator: str
    indicator_name: str
    reason: str
    received: date
    due: date | None
    days_left: int | None
    can_be_decided: bool
    outcome: ReviewOutcome | None
    files: list[str]


class TrialIn(BaseModel):
    """The new value as JSON text, in the form of the row."""

    value: str = Field(max_length=2000)


class TrialOut(BaseModel):
    points_before: Decimal | None
    points_after: Decimal | None
    total_before: Decimal | None
    total_after: Decimal | None
    rank_before: int | None
    rank_after: int | None
    others: int


class DecideIn(BaseModel):
    outcome: ReviewOutcome
    clause: str = Field(max_length=400)
    reason: str = Field(max_length=3000)
    value: str = Field(default="", max_length=2000)


class PrecedentOut(BaseModel):
    round: str
    scheme: str
    period: str
    unit_name: str
    indicator: str
    asked: str
    outcome: ReviewOutcome
    reason: str
    value: Any
    by: str
    decided_at: datetime
    is_valid: bool


class PrecedentsOut(BaseModel):
    total: int
    accepted: int
    precedents: list[PrecedentOut]


@router.call("GET", "/api/v1/reviews", Right.SEE_REVIEWS, response_model=list[ReviewOut], summary="申诉")
def queue(
    tools: Tools, actor: Acting, open_only: bool = True, limit: int = Query(200, ge=1, le=1000)
) -> list[ReviewOut]:
    items = tools.evaluation.book.items(tools.city.id)
    chosen = [one for one in sorted_queue(items) if one.is_open or not open_only]
    return [_out(tools, actor, one) for one in chosen[:limit]]


def _out(tools: Tools, actor: Actor, one: ReviewItem) -> ReviewOut:
    term = term_of(one, tools.evaluation.calendar, tools.today)
    return ReviewOut(
        round=one.round_id,
        unit=one.unit,
        unit_name=one.unit_name,
        indicator=one.indicator,
        indicator_name=one.indicator_name,
        reason=shown(one.reason, actor, Right.DECIDE_REVIEWS),
        received=one.received,
        due=term.due if term is not None else None,
        days_left=term.left if term is not None else None,
        can_be_decided=one.can_be_decided,
        outcome=one.decision.outcome if one.decision is not None and not one.reopened else None,
        files=[file.name for file in one.files],
    )


@router.call(
    "POST",
    "/api/v1/reviews/{round_id}/{unit}/{indicator}/trial",
    Right.DECIDE_REVIEWS,
    response_model=TrialOut,
    summary="试算：采纳前后的得分",
)
def trial(tools: Tools, round_id: str, unit: str, indicator: str, wanted: TrialIn) -> TrialOut:
    tried = try_value(tools, load_item(tools, round_id, unit, indicator), wanted.value)
    return TrialOut(
        points_before=tried.row_before.points, points_after=tried.row_after.points, total_before=tried.before.total,
        total_after=tried.after.total, rank_before=tried.before.rank, rank_after=tried.after.rank,
        others=len(tried.others),
    )  # fmt: skip


@router.call(
    "POST",
    "/api/v1/reviews/{round_id}/{unit}/{indicator}/decide",
    Right.DECIDE_REVIEWS,
    response_model=ReviewOut,
    summary="决定一项申诉",
)
def decide(tools: Tools, actor: Acting, round_id: str, unit: str, indicator: str, wanted: DecideIn) -> ReviewOut:
    found = load_item(tools, round_id, unit, indicator)
    decide_review(tools, actor, found, wanted.outcome, wanted.clause, wanted.reason, wanted.value)
    return _out(tools, actor, load_item(tools, round_id, unit, indicator))


@router.call("GET", "/api/v1/precedents", Right.SEE_REVIEWS, response_model=PrecedentsOut, summary="先例")
def precedents(
    tools: Tools,
    actor: Acting,
    scheme: str = Query("", max_length=64),
    indicator: str = Query("", max_length=40),
    outcome: ReviewOutcome | None = None,
    q: str = Query("", max_length=200),
    limit: int = Query(50, ge=1, le=200),
) -> PrecedentsOut:
    known = tools.evaluation.book.precedents(tools.city.id)
    found = search(known, scheme=scheme, indicator=indicator, outcome=outcome, words=q)
    return PrecedentsOut(
        total=len(found),
        accepted=sum(one.outcome is ReviewOutcome.ACCEPTED for one in found),
        precedents=[
            PrecedentOut(
                round=one.round_id,
                scheme=one.scheme,
                period=str(one.period),
                unit_name=one.unit_name,
                indicator=one.indicator,
                asked=shown(one.asked, actor, Right.DECIDE_REVIEWS),
                outcome=one.outcome,
                reason=shown(one.reason, actor, Right.DECIDE_REVIEWS),
                value=one.value,
                by=one.by,
                decided_at=one.decided_at,
                is_valid=one.is_valid,
            )
            for one in found[:limit]
        ],
    )
