"""Rounds of evaluation: where each stands, what it waits for, and every step of it."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final

from fastapi import Form, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from console.acting import Acting, Actor, NotFoundError, Tools
from console.rights import Right
from console.routing import PageRouter
from console.run_choice import scheme_name
from console.tools import ConsoleTools
from console.web import PageOf, back_to, page, page_number
from records.jobs import JOB_STATE_NAMES, Job
from records.rounds import STAGE_NAMES, STAGES, Entry, ReviewRow, Stage
from services.rounds.next_steps import next_step
from services.rounds.round_text import entry_text
from services.rounds.standing import Round, scheme_of
from services.schemes import SCHEME_IDS, WrongCallError

router = PageRouter()
_Text = Annotated[str, Form()]

PAGE_SIZE: Final = 50
_NOTHING_GIVEN: Final = {"scheme": "", "period": "", "note": "", "again": "", "units": ()}
_STEP_BACK: Final = (Stage.COLLECTING, Stage.ARCHIVED)  # from here there is no way back


@router.page("/rounds", Right.SEE_ROUNDS)
def rounds(request: Request, tools: Tools, actor: Acting) -> Response:
    briefs = tools.evaluation.briefs()
    number = page_number(request.query_params.get("page"))
    some = briefs[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return page(
        request, "rounds_list.html", list=PageOf(some, len(briefs), number, PAGE_SIZE), stages=STAGE_NAMES,
        scheme_name=scheme_name,
    )  # fmt: skip


@router.page("/rounds/open", Right.RUN_ROUNDS)
def form(request: Request, tools: Tools, actor: Acting) -> Response:
    return page(request, "rounds_open.html", **_open_form(tools), given=_NOTHING_GIVEN, wrong=())


def _open_form(tools: ConsoleTools) -> dict[str, Any]:
    units = [one for one in tools.city.units if one.evaluated]
    return {
        "schemes": [(one, f"{scheme_name(one)}（{one}）") for one in SCHEME_IDS],
        "units": units,
        "year": tools.today.year,
    }


@router.act("/rounds/open", Right.RUN_ROUNDS)
def open_round(
    request: Request,
    tools: Tools,
    actor: Acting,
    scheme: _Text = "",
    period: _Text = "",
    note: _Text = "",
    again: _Text = "",
    units: Annotated[list[str] | None, Form()] = None,
) -> Response:
    if scheme not in SCHEME_IDS:  # never a path: that is for the command line
        raise WrongCallError("请选择一个方案")
    try:
        found = tools.rounds.open(
            scheme, period, tools.city, by=actor.by, units=units or (), note=note, again=again or None,
            beside=logged(tools, actor, "open_round"),
        )  # fmt: skip
    except WrongCallError as wrong:
        given = {"scheme": scheme, "period": period, "note": note, "again": again, "units": units or []}
        return page(request, "rounds_open.html", status=422, **_open_form(tools), given=given, wrong=wrong.lines)
    return back_to(f"/rounds/{found.plan.id}", "已建立", request=request)


@router.page("/rounds/{round_id}", Right.SEE_ROUNDS)
def show(request: Request, tools: Tools, actor: Acting, round_id: str) -> Response:
    found = _load(tools, round_id)
    return page(request, "rounds_page.html", **_view(tools, found))


def _load(tools: ConsoleTools, round_id: str) -> Round:
    try:
        return tools.evaluation.load(round_id)
    except WrongCallError:
        raise NotFoundError("没有这一轮评价") from None


def _view(tools: ConsoleTools, found: Round) -> dict[str, Any]:
    state, plan = found.state, found.plan
    stage = state.stage or Stage.COLLECTING
    step = next_step(state, tools.evaluation.calendar, tools.today)
    scores = stage in (Stage.COLLECTING, Stage.VERIFYING, Stage.REEVALUATING)
    runs = tools.evaluation.runs_of(found) if scores or (step is not None and step.needs_run) else ()
    jobs = tools.evaluation.jobs_of(found) if scores else ()
    running = next((job for job in jobs if not job.state.is_over), None)
    if jobs and jobs[0].result is not None:
        tools.evaluation.shelf.warm([str(jobs[0].result.get("run"))])
    answers = state.answers
    return {
        "round": found,
        "plan": plan,
        "state": state,
        "stage": stage,
        "stages": [(one, STAGE_NAMES[one], STAGES.index(one) - STAGES.index(stage)) for one in STAGES],
        "scheme_name": scheme_name(plan.scheme),
        "step": step,
        "may_go_back": stage not in _STEP_BACK,
        "scores": scores,
        "run_options": [(one.id, f"计分 {one.id} · {one.made_at:%Y-%m-%d %H:%M}") for one in _fitting(found, runs)],
        "job": running or next(iter(jobs), None),
        "job_words": JOB_STATE_NAMES,
        "confirmed": len(answers.confirmed),
        "asked": sum(len(one.rows) for one in answers.asked.values()),
        "silent": state.silent,
        "flags": _flags(found),
        "unit_options": [(one.id, one.name) for one in plan.units[:500]],
        "rows": plan.rows,
    }


def _fitting(found: Round, runs: Any) -> list[Any]:
    """The runs that the next step may rest on, newest first."""
    state = found.state
    if state.stage is not Stage.REEVALUATING:
        return list(runs[:20])
    if not state.answers.accepted:
        return [one for one in runs if one.id == state.preliminary_run]
    return [one for one in runs if int(one.id) > int(state.preliminary_run or 0)][:20]


def _flags(found: Round) -> list[tuple[str, str]]:
    return [(one.flag, one.name) for one in scheme_of(found).overrides]


@router.page("/rounds/{round_id}/units", Right.SEE_ROUNDS)
def units(request: Request, tools: Tools, actor: Acting, round_id: str) -> Response:
    """Who confirmed, who asked for review, who is silent."""
    found = _load(tools, round_id)
    answers = found.state.answers
    wanted, words = request.query_params.get("answer", ""), request.query_params.get("q", "").strip()
    lines = []
    for one in found.plan.units:
        confirmed, asked = answers.confirmed.get(one.id), answers.asked.get(one.id)
        told = "confirmed" if confirmed else "asked" if asked else "silent"
        if (not wanted or wanted == told) and (not words or words in one.name):
            lines.append((one, told, confirmed, asked))
    number = page_number(request.query_params.get("page"))
    some = lines[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return page(
        request, "rounds_units.html", round=found, plan=found.plan, list=PageOf(some, len(lines), number, PAGE_SIZE),
        wanted=wanted, words=words, answers={"confirmed": "已确认", "asked": "已申诉", "silent": "未答复"},
    )  # fmt: skip


@router.page("/rounds/{round_id}/log", Right.SEE_ROUNDS)
def log(request: Request, tools: Tools, actor: Acting, round_id: str) -> Response:
    found = _load(tools, round_id)
    entries = [(number, one, entry_text(found.plan, one)) for number, one in enumerate(found.stored.entries, 1)][::-1]
    number = page_number(request.query_params.get("page"))
    some = entries[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return page(
        request, "rounds_log.html", round=found, plan=found.plan, list=PageOf(some, len(entries), number, PAGE_SIZE)
    )


@router.act("/rounds/{round_id}/advance", Right.RUN_ROUNDS)
def advance(
    request: Request,
    tools: Tools,
    actor: Acting,
    round_id: str,
    seen: Annotated[int, Form()],
    run: _Text = "",
    delivered: _Text = "",
    note: _Text = "",
) -> Response:
    before = _load(tools, round_id)
    found = tools.rounds.advance(
        before.plan.id, by=actor.by, run=run or None, delivered=_day(delivered, "送达日期"), note=note, seen=seen,
        beside=logged(tools, actor, "advance_round", before),
    )  # fmt: skip
    stage = STAGE_NAMES[found.state.stage or Stage.COLLECTING]
    return back_to(f"/rounds/{round_id}", f"已进入“{stage}”", request=request)


@router.act("/rounds/{round_id}/back", Right.RUN_ROUNDS)
def step_back(
    request: Request, tools: Tools, actor: Acting, round_id: str, seen: Annotated[int, Form()], reason: _Text = ""
) -> Response:
    before = _load(tools, round_id)
    found = tools.rounds.back(
        before.plan.id, by=actor.by, reason=reason, seen=seen,
        beside=logged(tools, actor, "step_back_round", before),
    )  # fmt: skip
    stage = STAGE_NAMES[found.state.stage or Stage.COLLECTING]
    return back_to(f"/rounds/{round_id}", f"已退回到“{stage}”", request=request)


@router.act("/rounds/{round_id}/score", Right.RUN_ROUNDS)
def score(
    request: Request,
    tools: Tools,
    actor: Acting,
    round_id: str,
    flag_unit: _Text = "",
    flag: _Text = "",
) -> Response:
    found = _load(tools, round_id)
    flags = {flag_unit: (flag,)} if flag_unit and flag else {}
    made = tools.evaluation.score(found, by=actor.by, now=tools.now(), flags=flags)
    is_job = isinstance(made, Job)
    told = f"计分已排队（任务 {made.id}），完成后出现在本页" if is_job else f"已计分，编号 {made.id}"
    tools.log.add(
        at=tools.now(),
        by=actor.account.login,
        role=actor.role.value,
        action="score_round",
        subject=f"round:{round_id}",
        told=f"为评价轮次 {round_id} 计分：{told}",
        detail={"job" if is_job else "run": str(made.id)},
    )
    return back_to(f"/rounds/{round_id}", told, request=request)


@router.page("/rounds/{round_id}/job", Right.SEE_ROUNDS)
def job(request: Request, tools: Tools, actor: Acting, round_id: str) -> Response:
    """How a scoring that was asked for gets on: a part of the page."""
    found = _load(tools, round_id)
    jobs = tools.evaluation.jobs_of(found)
    running = next((one for one in jobs if not one.state.is_over), None)
    if running is None:
        return back_to(f"/rounds/{round_id}", request=request)
    return page(request, "rounds_job.html", plan=found.plan, job=running, job_words=JOB_STATE_NAMES)


@router.act("/rounds/{round_id}/answer", Right.RUN_ROUNDS)
def answer(
    request: Request,
    tools: Tools,
    actor: Acting,
    round_id: str,
    unit: _Text = "",
    kind: _Text = "",
    received: _Text = "",
    note: _Text = "",
    rows: Annotated[list[str] | None, Form()] = None,
    reason: _Text = "",
) -> Response:
    """Register what a unit answered on paper."""
    before = _load(tools, round_id)
    day = _day(received, "收到日期")
    if kind == "confirm":
        beside = logged(tools, actor, "register_confirmation", before)
        tools.rounds.confirm(before.plan.id, unit, by=actor.by, received=day, note=note, beside=beside)
        return back_to(f"/rounds/{round_id}", "已登记确认", request=request)
    if kind != "review":
        raise WrongCallError("请选择确认或申诉")
    if not rows:
        raise WrongCallError("请选择要求复核的指标")
    beside = logged(tools, actor, "register_review", before)
    found = tools.rounds.review(
        before.plan.id, unit, [ReviewRow(one, reason) for one in rows], by=actor.by, received=day, beside=beside
    )
    count = len(tools.evaluation.recheck(found, unit, rows, by=actor.by, at=tools.now()))
    told = f"已登记申诉，并立即重新测试 {count} 处发现" if count else "已登记申诉"
    return back_to(f"/rounds/{round_id}", told, request=request)


def _day(text: str, what: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise WrongCallError(f"{what}应写作 2026-11-21") from None


def logged(
    tools: ConsoleTools, actor: Actor, action: str, before: Round | None = None
) -> Callable[[Connection, Entry], None]:
    """An entry of the console's log in one unit of work with the entry of the round."""

    def write(connection: Connection, entry: Entry) -> None:
        was = before.state.stage if before is not None else None
        tools.log.add_within(
            connection,
            at=tools.now(),
            by=actor.account.login,
            role=actor.role.value,
            action=action,
            subject=f"round:{before.plan.id}" if before is not None else "round",
            told=entry_text(before.plan, entry) if before is not None else "建立评价轮次",
            detail={"stage_before": was.value} if was is not None else {},
        )

    return write
