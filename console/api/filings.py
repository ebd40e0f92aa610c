"""The API of the verifier: what was filed, and what is decided of it."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, Field

from console.acting import Acting, Actor, Tools
from console.pages.filings import decide_values, value_of
from console.privacy import shown
from console.rights import Right
from console.routing import PageRouter
from records.filings import FilingOutcome
from services.reports.filing_text import value_text
from storage.canonical import canonical_json, read_canonical
from storage.filed_values import KeptValue
from storage.filing_queue import FilingQueue, QueueFilter, QueueState, state_of

router = PageRouter(tags=["填报审核"])


class FileOut(BaseModel):
    name: str
    sha256: str
    note: str


class DecisionOut(BaseModel):
    number: int = Field(description="这一项的第几次审核决定；审核时须带上看到的那一次")
    outcome: FilingOutcome
    reason: str
    by: str
    at: datetime


class FiledOut(BaseModel):
    """One filed value."""

    id: int
    unit: str
    indicator: str
    scheme: str
    period: str
    provider: str
    state: str = Field(description="supplied、not_supplied 或 not_applicable")
    value: Any = Field(description="chengjian.values/1 的形式；没有数据时为 null")
    text: str
    reason: str
    effective: date | None
    supplied_at: datetime
    supplied_by: str
    filing: int
    replaces: int | None
    files: list[FileOut]
    standing: QueueState
    decision: DecisionOut | None


class FiledPage(BaseModel):
    total: int = Field(description="最多数到 10000")
    filings: list[FiledOut]


class Chosen(BaseModel):
    id: int = Field(ge=1, le=999_999_999)
    seen: int = Field(default=0, ge=0, le=999_999, description="看到的审核决定的 number，没有决定时为 0")


class DecideIn(BaseModel):
    """What is decided of several filed values."""

    filings: list[Chosen] = Field(min_length=1, max_length=500)
    outcome: FilingOutcome
    reason: str = Field(default="", max_length=1000, description="退回必须写")


class DecidedOut(BaseModel):
    decided: list[int]
    left: list[str] = Field(description="没有处理的，各一句理由")


def filed_out(kept: KeptValue, actor: Actor, *, whole: bool = False) -> FiledOut:
    """``whole``: for the unit whose own it is; else personal numbers are for the reviewer alone."""

    def text(given: str) -> str:
        return given if whole else shown(given, actor, Right.VERIFY_FILINGS)

    filed, head, decision = kept.filed, kept.head, kept.decision
    return FiledOut(
        id=kept.id, unit=filed.unit, indicator=filed.indicator, scheme=head.scheme, period=head.period,
        provider=head.provider, state=filed.state.value,
        value=read_canonical(text(canonical_json(filed.value).decode()).encode()) if filed.value is not None else None,
        text=text(value_text(kept)), reason=text(filed.reason), effective=filed.effective or head.effective,
        supplied_at=head.supplied_at, supplied_by=head.supplied_by, filing=kept.filing_id, replaces=kept.supersedes,
        files=[FileOut(name=one.name, sha256=one.sha256, note=text(one.note)) for one in filed.attachments],
        standing=state_of(kept),
        decision=DecisionOut(
            number=decision.number, outcome=decision.outcome, reason=decision.reason, by=decision.by, at=decision.at
        ) if decision is not None else None,
    )  # fmt: skip


_Word = Annotated[str | None, Query(max_length=100)]


@router.call("GET", "/api/v1/filings", Right.SEE_FILINGS, response_model=FiledPage, summary="现行的填报")
def filings(
    tools: Tools,
    actor: Acting,
    state: QueueState | None = None,
    scheme: _Word = None,
    period: _Word = None,
    provider: _Word = None,
    indicator: _Word = None,
    unit: _Word = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> FiledPage:
    """Values that no later filing replaced, oldest first."""
    wanted = QueueFilter(tools.city.id, state, scheme, period, provider, indicator, unit)
    found = FilingQueue(tools.engine).page(wanted, number=page, size=size)
    return FiledPage(total=found.total, filings=[filed_out(kept, actor) for kept in found.values])


@router.call("GET", "/api/v1/filings/{value_id}", Right.SEE_FILINGS, response_model=FiledOut, summary="一项填报")
def filing(tools: Tools, actor: Acting, value_id: Annotated[int, Path(ge=1, le=999_999_999)]) -> FiledOut:
    """One value, replaced ones too."""
    return filed_out(value_of(tools, value_id), actor)


@router.call(
    "POST", "/api/v1/filings/decisions", Right.VERIFY_FILINGS, response_model=DecidedOut, summary="审核通过或退回"
)
def decide(tools: Tools, actor: Acting, asked: DecideIn) -> DecidedOut:
    """What another decided meanwhile is left as it is, and named."""
    seen = {one.id: one.seen for one in asked.filings}
    made = decide_values(tools, actor, seen, asked.outcome, asked.reason)
    return DecidedOut(decided=[one.value_id for one in made.made], left=list(made.left))
