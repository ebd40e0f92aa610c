"""The API of the overview: runs, units, rows, evidence and changes, as far as they are one's own."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from fastapi import Query
from pydantic import BaseModel

from console.acting import Acting, NotFoundError, Tools
from console.rights import Right
from console.routing import PageRouter
from console.run_choice import look_at, run_choice
from records.indicators import IndicatorValue, Trace
from scoring.result import Missing, State, UnitScore
from services.masking import mask
from services.overview import Chosen, chosen_units
from services.reports.run_text import exact
from services.rounds.visible import Sight
from services.row_view import moved_by, row_view
from services.run_changes import Cause, compare, earlier_run, row_changes

router = PageRouter(tags=["评价总览"])


class RunOut(BaseModel):
    """A score run.  ``part``: what it is to a round, empty where it belongs to none."""

    id: str
    scheme: str
    scheme_version: str
    period: str
    made_at: datetime
    program: str
    inputs_sha256: str
    result_sha256: str
    part: str
    round: str | None


class RunsOut(BaseModel):
    total: int
    runs: list[RunOut]


class RowOut(BaseModel):
    """One row.  ``points`` is null unless scored; ``missing`` says which kind of nought it is not."""

    id: str
    points: Decimal | None
    full: Decimal | None
    state: State
    missing: Missing | None
    because: str


class AdjustmentOut(BaseModel):
    rule: str
    points: Decimal
    because: str


class UnitOut(BaseModel):
    """A unit's total with its range; ``rows`` are left out of lists and of what is only public."""

    id: str
    name: str
    kind: str
    total: Decimal | None
    full: Decimal | None
    pending_points: Decimal | None
    low: Decimal | None
    high: Decimal | None
    rank: int | None
    grade: str | None
    rows: list[RowOut] | None = None
    adjustments: list[AdjustmentOut] | None = None
    rank_withheld: bool = False
    rank_because: str | None = None  # why there is no rank, where the reader may know it


class UnitsOut(BaseModel):
    total: int
    units: list[UnitOut]


class CoverageOut(BaseModel):
    """What a run saw; every count is of cells (units × rows)."""

    units: int
    rows: int
    scored: int
    bad: int
    not_supplied: int
    not_measured: int
    not_applicable: int
    told: str
    basis: str


class TraceOut(BaseModel):
    kind: str
    ref: str
    title: str
    url: str | None
    sha256: str | None
    seen_at: str | None
    place: str


class ValueOut(BaseModel):
    state: str
    source: str
    value: Any
    because: str
    provider: str
    effective: date | None
    evidence: list[TraceOut]


class CellOut(BaseModel):
    """One number with everything that it rests on."""

    row: RowOut
    name: str
    rule_text: str
    cite: str
    reading: str
    assumption: str
    rule: str
    value: ValueOut | None
    beside: list[ValueOut]
    questions: list[str]


class PartOut(BaseModel):
    """One cause's part of a change; exact: a decimal, or a fraction like ``1/3``."""

    cause: Cause
    amount: str


class RowChangeOut(BaseModel):
    id: str
    parts: list[PartOut]


class ChangeOut(BaseModel):
    """``parts`` add up to ``difference`` exactly."""

    unit: str
    name: str
    before: Decimal | None
    after: Decimal | None
    difference: str | None
    parts: list[PartOut]
    rows: list[RowChangeOut]


class ChangesOut(BaseModel):
    """``ready``: false while it is still being worked out; ask again."""

    old: str | None
    new: str
    ready: bool
    total: int
    changes: list[ChangeOut]


class MovedOut(BaseModel):
    unit: str
    row: str
    counted: bool
    points: Decimal | None
    full: Decimal | None
    because: str


@router.call("GET", "/api/v1/runs", Right.SEE_OVERVIEW, response_model=RunsOut, summary="计分存档")
def runs(
    tools: Tools, actor: Acting, offset: int = Query(0, ge=0, le=1_000_000), limit: int = Query(50, ge=1, le=200)
) -> RunsOut:
    choice = run_choice(tools, actor)
    some = choice.heads[offset : offset + limit]
    return RunsOut(
        total=len(choice.heads),
        runs=[
            RunOut(
                id=one.id, scheme=one.scheme, scheme_version=one.scheme_version, period=one.period, made_at=one.made_at,
                program=one.program, inputs_sha256=one.inputs_sha256, result_sha256=one.result_sha256,
                part=choice.parts.get(one.id, ""), round=choice.rounds.get(one.id),
            )
            for one in some
        ],
    )  # fmt: skip


@router.call("GET", "/api/v1/runs/{run}/coverage", Right.SEE_OVERVIEW, response_model=CoverageOut, summary="覆盖说明")
def coverage(tools: Tools, actor: Acting, run: str) -> CoverageOut:
    looking = look_at(tools, actor, run)
    if not looking.sees_all:
        raise NotFoundError
    found = looking.run.coverage
    return CoverageOut(
        units=found.units, rows=found.rows, scored=found.scored, bad=found.bad, not_supplied=found.not_supplied,
        not_measured=found.not_measured, not_applicable=found.not_applicable, told=found.sentence, basis=found.basis,
    )  # fmt: skip


@router.call("GET", "/api/v1/runs/{run}/units", Right.SEE_OVERVIEW, response_model=UnitsOut, summary="各单位得分")
def units(
    tools: Tools,
    actor: Acting,
    run: str,
    q: str = Query("", max_length=40),
    offset: int = Query(0, ge=0, le=1_000_000),
    limit: int = Query(50, ge=1, le=200),
) -> UnitsOut:
    looking = look_at(tools, actor, run)
    found = chosen_units(looking.run, Chosen(words=q))
    if looking.sight is Sight.OWN:
        found = [one for one in found if one.id == looking.own]
    some = found[offset : offset + limit]
    return UnitsOut(
        total=len(found), units=[unit_out(one, own=looking.sees_all or one.id == looking.own) for one in some]
    )


@router.call("GET", "/api/v1/runs/{run}/units/{unit}", Right.SEE_OVERVIEW, response_model=UnitOut, summary="一个单位")
def unit(tools: Tools, actor: Acting, run: str, unit: str) -> UnitOut:
    return unit_out(look_at(tools, actor, run).unit(unit), own=True, rows=True)


def unit_out(score: UnitScore, *, own: bool, rows: bool = False) -> UnitOut:
    """``own``: what may be said beyond the public total."""
    return UnitOut(
        id=score.id,
        name=score.name,
        kind=score.kind.value,
        total=score.total,
        full=score.full,
        pending_points=score.pending_points if own else None,
        low=score.low if own else None,
        high=score.high if own else None,
        rank=score.rank,
        grade=score.grade,
        rows=[row_out(one) for one in score.indicators] if own and rows else None,
        adjustments=[AdjustmentOut(rule=one.rule, points=one.points, because=one.because) for one in score.adjustments]
        if own and rows
        else None,
        rank_withheld=bool(score.rank_because),
        rank_because=score.rank_because or None if own else None,
    )


def row_out(score: Any) -> RowOut:
    return RowOut(
        id=score.id, points=score.points, full=score.full, state=score.state, missing=score.missing,
        because=mask(score.because),
    )  # fmt: skip


@router.call(
    "GET",
    "/api/v1/runs/{run}/units/{unit}/rows/{indicator}",
    Right.SEE_OVERVIEW,
    response_model=CellOut,
    summary="一项得分和它的依据",
)
def cell(tools: Tools, actor: Acting, run: str, unit: str, indicator: str) -> CellOut:
    looking = look_at(tools, actor, run)
    found = looking.unit(unit)
    if indicator not in looking.run.rows:
        raise NotFoundError("本方案没有这项指标")
    view = row_view(looking.run, found, indicator, blind=not looking.sees_all)
    row = view.row
    return CellOut(
        row=row_out(view.score),
        name=row.name,
        rule_text=row.text,
        cite=row.cite,
        reading=row.reading,
        assumption=row.assumption,
        rule=row.rule.summary,
        value=_value(view.value) if view.value is not None else None,
        beside=[_value(one) for one in view.beside],
        questions=[mask(one.question) for one in view.discrepancies],
    )


def _value(value: IndicatorValue) -> ValueOut:
    return ValueOut(
        state=value.state.value, source=value.source.value, value=value.value, because=mask(value.because),
        provider=value.provider, effective=value.effective, evidence=[trace_out(one) for one in value.evidence],
    )  # fmt: skip


def trace_out(trace: Trace) -> TraceOut:
    return TraceOut(
        kind=trace.kind.value, ref=trace.ref, title=mask(trace.title), url=trace.url, sha256=trace.sha256,
        seen_at=trace.seen_at, place=trace.place,
    )  # fmt: skip


@router.call(
    "GET", "/api/v1/runs/{run}/evidence", Right.SEE_OVERVIEW, response_model=list[MovedOut], summary="证据影响的得分"
)
def evidence(
    tools: Tools, actor: Acting, run: str, kind: str = Query(max_length=40), ref: str = Query(max_length=4000)
) -> list[MovedOut]:
    looking = look_at(tools, actor, run)
    return [
        MovedOut(
            unit=one.unit.id, row=one.row.id, counted=one.counted, points=one.score.points, full=one.score.full,
            because=mask(one.because),
        )
        for one in moved_by(looking.run, kind, ref)
        if looking.sees_all or one.unit.id == looking.own
    ]  # fmt: skip


@router.call("GET", "/api/v1/runs/{run}/changes", Right.SEE_OVERVIEW, response_model=ChangesOut, summary="变化和原因")
def changes(
    tools: Tools,
    actor: Acting,
    run: str,
    since: str = Query("", max_length=20, description="计分编号，previous 或 yesterday"),
    offset: int = Query(0, ge=0, le=1_000_000),
    limit: int = Query(50, ge=1, le=200),
) -> ChangesOut:
    looking = look_at(tools, actor, run)
    old = earlier_run(looking.choice.heads, looking.head, since, tools.now())
    if old is None:
        return ChangesOut(old=None, new=run, ready=True, total=0, changes=[])
    before = tools.evaluation.shelf.open(old.id)
    found = compare(tools.evaluation.shelf, before, looking.run, 5.0)
    if found is None:
        return ChangesOut(old=old.id, new=run, ready=False, total=0, changes=[])
    lines = [one for one in found.lines if looking.sees_all or one.change.id == looking.own]
    return ChangesOut(
        old=old.id,
        new=run,
        ready=True,
        total=len(lines),
        changes=[
            ChangeOut(
                unit=one.change.id,
                name=one.change.name,
                before=one.change.before,
                after=one.change.after,
                difference=None if one.is_only else exact(one.change.total, sign=False),
                parts=[
                    PartOut(cause=cause, amount=exact(amount, sign=False))
                    for cause, amount in one.causes.items()
                    if amount
                ],
                rows=[
                    RowChangeOut(
                        id=row.id,
                        parts=[PartOut(cause=cause, amount=exact(amount, sign=False)) for cause, amount in row.parts],
                    )
                    for row in row_changes(before, looking.run, one.change)
                ],
            )
            for one in lines[offset : offset + limit]
        ],
    )
