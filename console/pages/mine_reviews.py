"""A unit answers its preliminary result: it confirms it, or asks for review (申诉) row by row, once, at no cost."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from console.acting import Acting, Actor, NotFoundError, Tools
from console.downloads import attachment
from console.own_unit import OwnUnit, own_unit
from console.pages.mine_filings import typed_fields
from console.pages.mine_home import days_left, result_of
from console.rights import Right
from console.routing import PageRouter
from console.tools import ConsoleTools
from console.web import back_to, page
from records.rounds import STAGE_NAMES, Entry, Stage
from services.rounds.rechecks import ask_rechecks
from services.rounds.standing import Round
from services.run_shelf import OpenedRun
from services.schemes import WrongCallError
from services.unit_reviews import OUTCOME_NAMES, AskedRow, Outcome, outcome_of, review_rows
from services.unit_rounds import UnitRound, review_place

router = PageRouter()
REASON: Final = "reason-"
FREE: Final = "申诉不需要任何费用，也不影响任何得分：没有被采纳的申诉不改变任何数字"


@router.page("/mine/reviews", Right.SEE_OWN_UNIT)
def reviews(request: Request, tools: Tools, actor: Acting) -> Response:
    own = own_unit(tools, actor)
    rounds = [(one, outcomes(own, one), days_left(own, one)) for one in own.rounds() if one.state.delivered is not None]
    return page(
        request, "mine_reviews.html", unit=own.unit, rounds=rounds, stages=STAGE_NAMES, free=FREE,
        outcome_names=OUTCOME_NAMES,
    )  # fmt: skip


def outcomes(own: OwnUnit, one: UnitRound) -> dict[str, Outcome]:
    """The decisions on the unit's own application, with the points before and after."""
    if one.asked is None or one.state.preliminary_run is None or not one.decided:
        return {}
    preliminary, final = _runs(own, one)
    found = ((row.indicator, outcome_of(one, preliminary, final, row.indicator)) for row in one.asked.rows)
    return {indicator: outcome for indicator, outcome in found if outcome is not None}


def _runs(own: OwnUnit, one: UnitRound) -> tuple[OpenedRun, OpenedRun | None]:
    shelf = own.tools.evaluation.shelf
    if one.state.preliminary_run is None:
        raise NotFoundError("本轮还没有初评结果")
    is_over = one.stage in (Stage.FINAL, Stage.ARCHIVED) and one.state.final_run is not None
    return shelf.open(one.state.preliminary_run), shelf.open(one.state.final_run or "") if is_over else None


@router.page("/mine/reviews/{round_id}", Right.SEE_OWN_UNIT)
def answer(request: Request, tools: Tools, actor: Acting, round_id: str) -> Response:
    """The preliminary result of the unit, row by row, to be confirmed or asked about."""
    own = own_unit(tools, actor)
    return _answer(request, own, own.round(round_id))


def _answer(request: Request, own: OwnUnit, one: UnitRound, wrong: tuple[str, ...] = (), status: int = 200) -> Response:
    result = result_of(own, one)
    if result is None:
        raise NotFoundError("初评结果还没有反馈，反馈以后才能确认或申诉")
    drafts = own.drafts.load(own.unit.id, review_place(one.id, ""))
    uploads: dict[str, list[Any]] = {}
    for upload in own.drafts.uploads(own.unit.id, review_place(one.id, "")):
        uploads.setdefault(upload.place.removeprefix(review_place(one.id, "")), []).append(upload)
    return page(
        request, "mine_answer.html", status=status, unit=own.unit, one=one, result=result, stages=STAGE_NAMES,
        may_answer=one.may_answer(own.tools.today), left=days_left(own, one), free=FREE, uploads=uploads,
        fields=drafts.body if drafts is not None else {}, wrong=wrong, outcomes=outcomes(own, one),
        outcome_names=OUTCOME_NAMES,
    )  # fmt: skip


@router.act("/mine/reviews/{round_id}/confirm", Right.ASK_REVIEW)
def confirm(request: Request, tools: Tools, actor: Acting, round_id: str) -> Response:
    """The unit agrees with its preliminary result."""
    own = own_unit(tools, actor)
    one = own.round(round_id)
    confirm_result(own, one)
    return back_to("/mine/reviews", "已确认初评结果")


def confirm_result(own: OwnUnit, one: UnitRound) -> Round:
    """``WrongCallError`` where it can no longer be confirmed; the log is written with it or not at all."""
    told = f"{own.unit.name}确认初评结果"
    return own.tools.rounds.confirm(
        one.id, own.unit.id, by=own.actor.by, beside=_logging(own, one, "confirm_result", told, {})
    )


@router.act("/mine/reviews/{round_id}/ask", Right.ASK_REVIEW)
async def ask(request: Request, tools: Tools, actor: Acting, round_id: str) -> Response:
    """Ask for review of the chosen rows; what cannot be taken comes back as it was typed."""
    sent = await request.form()
    rows = [str(one) for one in sent.getlist("row") if isinstance(one, str)]
    return await run_in_threadpool(_ask, request, tools, actor, round_id, rows, typed_fields(sent))


def _ask(
    request: Request, tools: ConsoleTools, actor: Actor, round_id: str, rows: list[str], fields: dict[str, Any]
) -> Response:
    own = own_unit(tools, actor)
    one = own.round(round_id)
    try:
        ask_review(own, one, [(row, str(fields.get(f"{REASON}{row}", ""))) for row in rows])
    except WrongCallError as wrong:
        kept = {**fields, "rows": rows}
        own.drafts.save(own.unit.id, review_place(one.id, ""), kept, by=actor.by, at=tools.now())
        return _answer(request, own, own.round(round_id), wrong.lines, status=422)
    return back_to("/mine/reviews", f"申诉已收到，共 {len(rows)} 项；{FREE}")


def ask_review(own: OwnUnit, one: UnitRound, rows: Iterable[tuple[str, str]]) -> Round:
    """Ask for review of rows with their reasons and what was uploaded for them; once.  ``WrongCallError``.

    What is monitored is tested again at once (ANCHORS O1).
    """
    tools, unit = own.tools, own.unit.id
    uploads = own.drafts.uploads(unit, review_place(one.id, ""))
    chosen = [
        AskedRow(row, reason, tuple(up for up in uploads if up.place == review_place(one.id, row)))
        for row, reason in rows
    ]
    kept = review_rows(chosen, own.staged, unit, tools.evaluation.materials)
    names = [row.indicator for row in kept]
    told = f"{own.unit.name}对 {'、'.join(names)} 提出申诉"
    made = tools.rounds.review(
        one.id, unit, kept, by=own.actor.by, beside=_logging(own, one, "ask_review", told, {"rows": names})
    )
    own.drafts.discard(unit, review_place(one.id, ""))
    own.staged.remove(unit, uploads)
    if one.state.preliminary_run is not None:
        run = tools.evaluation.shelf.open(one.state.preliminary_run)
        ask_rechecks(
            tools.evaluation.queue,
            run,
            unit,
            names,
            round_id=one.id,
            by=own.actor.by,
            at=tools.now(),
            asked_by_unit=unit,
        )
    return made


def _logging(own: OwnUnit, one: UnitRound, action: str, told: str, detail: Mapping[str, Any]) -> Any:
    def write(connection: Connection, _entry: Entry) -> None:
        own.tools.log.add_within(
            connection, at=own.tools.now(), by=own.actor.account.login, role=own.actor.role.value, action=action,
            subject=f"{one.id}:{own.unit.id}", told=told, detail=detail,
        )  # fmt: skip

    return write


@router.page("/mine/reviews/{round_id}/files/{indicator}/{position}", Right.SEE_OWN_UNIT)
def own_material(tools: Tools, actor: Acting, round_id: str, indicator: str, position: int) -> Response:
    """A file that the unit handed in with its application."""
    own = own_unit(tools, actor)
    asked = own.round(round_id).asked
    row = next((row for row in asked.rows if row.indicator == indicator), None) if asked is not None else None
    if row is None or not 0 <= position < len(row.attachments):
        raise NotFoundError
    found = row.attachments[position]
    return attachment(tools.evaluation.materials.read(found.sha256), found.name)
