"""What a unit files: its rows in the words of the document, one form for each, and the whole workbook beside them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from console.acting import Acting, Actor, NotFoundError, Tools
from console.downloads import attachment
from console.own_unit import OwnUnit, filings_of, own_unit
from console.rights import Right
from console.routing import PageRouter
from console.tools import ConsoleTools
from console.web import back_to, page, part
from records.indicators import ValueState
from records.rounds import STAGE_NAMES
from scoring_bridge.filing_form import FieldKind
from scoring_bridge.filings import STATE_NAMES
from services.decide_filings import OUTCOME_NAMES
from services.file_rows import (
    ChosenFile,
    Desk,
    TypedRow,
    file_row,
    file_workbook,
    kept_files,
    receipt_told,
    typed_from,
    value_document,
)
from services.filing_template import make_templates
from services.import_filing import FileReport
from services.reading_room import ReadingRoom
from services.reports.filing_text import value_text
from services.schemes import WrongCallError
from services.unit_rounds import RowToFile, UnitRound, filing_place, forms_of, workbook_place
from storage.filing_drafts import Upload
from storage.filing_queue import FilingQueue

router = PageRouter()

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PART: Final = "p-"  # before the name of a part of the value
NOTE: Final = "note-"  # before an upload's number, or the hash of an earlier file
_STATE_WORDS: Final = {**STATE_NAMES, ValueState.SUPPLIED: "填报数据"}
_STATES: Final = (ValueState.SUPPLIED, ValueState.NOT_APPLICABLE, ValueState.NOT_SUPPLIED)


@router.page("/mine/filings", Right.SEE_OWN_UNIT)
def filings(request: Request, tools: Tools, actor: Acting) -> Response:
    own = own_unit(tools, actor)
    drafts = own.drafts.of_unit(own.unit.id, "filing:")
    waiting = {one.id: own.drafts.uploads(own.unit.id, workbook_place(one.id)) for one in own.rounds()}
    rounds = [(one, own.rows(one, drafts), forms_of(one), waiting[one.id]) for one in own.rounds()]
    return page(
        request, "mine_filings.html", unit=own.unit, rounds=rounds, stages=STAGE_NAMES, value_text=value_text,
        outcomes=OUTCOME_NAMES,
    )  # fmt: skip


@router.page("/mine/filings/receipts/{filing_id}", Right.SEE_OWN_UNIT)
def receipt(request: Request, tools: Tools, actor: Acting, filing_id: int) -> Response:
    """What was taken of one filing, to be printed."""
    own = own_unit(tools, actor)
    values = FilingQueue(tools.engine).of_filing(filing_id)
    if not values or any(not _own(own, one.filed.unit, one.head.city, one.head.source) for one in values):
        raise NotFoundError
    head = values[0].head
    of_round = next((one for one in own.rounds() if own.is_of(one, head.scheme, head.period)), None)
    return page(
        request, "mine_receipt.html", unit=own.unit, head=head, values=values, number=filing_id,
        title=of_round.title if of_round is not None else f"{head.scheme}，{head.period}", value_text=value_text,
    )  # fmt: skip


@router.page("/mine/filings/values/{value_id}/files/{position}", Right.SEE_OWN_UNIT)
def own_file(tools: Tools, actor: Acting, value_id: int, position: int) -> Response:
    """A file that the unit itself filed."""
    kept = own_unit(tools, actor).value(value_id)
    if not 0 <= position < len(kept.filed.attachments):
        raise NotFoundError
    found = kept.filed.attachments[position]
    return attachment(filings_of(tools).store.read(found.sha256), found.name)


@router.page("/mine/filings/{round_id}/workbook", Right.SEE_OWN_UNIT)
def workbook(tools: Tools, actor: Acting, round_id: str, provider: str = "") -> Response:
    """The form as a workbook, for this unit alone."""
    own = own_unit(tools, actor)
    one = own.round(round_id)
    forms = forms_of(one)
    form = next((form for form in forms if form.provider.name == provider), forms[0] if forms else None)
    alone = replace(tools.city, units=(own.unit,))
    made = make_templates(form, alone, until=None, apart=True) if form is not None else ()
    if not made:
        raise NotFoundError("本轮没有要本单位自己填报的项目")
    return attachment(made[0].body, made[0].name, XLSX)


@router.act("/mine/filings/{round_id}/workbook", Right.FILE_VALUES)
async def take_workbook(request: Request, tools: Tools, actor: Acting, round_id: str) -> Response:
    """File an uploaded workbook: one of the uploads is it, the others are its evidence."""
    form = await request.form()
    wanted = str(form.get("workbook", ""))
    return await run_in_threadpool(_take_workbook, tools, actor, round_id, wanted)


def _take_workbook(tools: ConsoleTools, actor: Actor, round_id: str, wanted: str) -> Response:
    own = own_unit(tools, actor)
    one = own.round(round_id)
    _check_open(one)
    uploads = own.drafts.uploads(own.unit.id, workbook_place(one.id))
    sheet = next((upload for upload in uploads if str(upload.id) == wanted), None)
    if sheet is None:
        raise WrongCallError("没有选择填报表，或它已随上一次提交存档：请在“填报”页查看结果")
    others = tuple(upload for upload in uploads if upload.id != sheet.id)
    with ReadingRoom() as room:
        desk = _desk(own, one, room)
        report = file_workbook(desk, sheet.name, own.staged.path(own.unit.id, sheet), others)
    own.staged.remove(own.unit.id, uploads)
    _log(own, one, report, "整本填报表")
    return back_to(_receipt_path(report), receipt_told(report))


@router.page("/mine/filings/{round_id}/{indicator}", Right.SEE_OWN_UNIT)
def form(request: Request, tools: Tools, actor: Acting, round_id: str, indicator: str) -> Response:
    own = own_unit(tools, actor)
    one = own.round(round_id)
    return _form(request, own, one, own.row(one, indicator))


def _form(
    request: Request, own: OwnUnit, one: UnitRound, row: RowToFile, wrong: tuple[str, ...] = (), status: int = 200
) -> Response:
    place = filing_place(one.id, row.form.provider.name, row.id)
    uploads = own.drafts.uploads(own.unit.id, place)
    versions = FilingQueue(own.tools.engine).versions(row.standing) if row.standing is not None else ()
    return page(
        request, "mine_row.html", status=status, unit=own.unit, one=one, row=row, fields=_fields(row), uploads=uploads,
        earlier=kept_files(row.standing), versions=versions, wrong=wrong, value_text=value_text, kinds=FieldKind,
        states=[(state.value, _STATE_WORDS[state]) for state in _STATES], part=PART, note=NOTE,
        outcomes=OUTCOME_NAMES,
    )  # fmt: skip


def _fields(row: RowToFile) -> dict[str, Any]:
    """What the form begins with: the draft, else what stands, else nothing."""
    if row.draft is not None:
        return dict(row.draft.body)
    kept = row.standing
    if kept is None:
        return {"state": ValueState.SUPPLIED.value}
    day = kept.filed.effective or kept.head.effective
    return {
        "state": kept.filed.state.value,
        "reason": kept.filed.reason,
        "effective": day.isoformat() if day is not None else "",
        **{f"{PART}{part}": text for part, text in typed_from(row.row, kept).items()},
        "kept": [one.sha256 for one in kept.filed.attachments],
    }


@router.act("/mine/filings/{round_id}/{indicator}/draft", Right.FILE_VALUES)
async def save_draft(request: Request, tools: Tools, actor: Acting, round_id: str, indicator: str) -> Response:
    """Keep what was typed so far: it survives the end of a session, and another desk."""
    sent = await request.form()
    at = await run_in_threadpool(_save_draft, tools, actor, round_id, indicator, typed_fields(sent))
    return part(request, "mine_saved.html", at=at)


def _save_draft(
    tools: ConsoleTools, actor: Actor, round_id: str, indicator: str, fields: Mapping[str, Any]
) -> datetime:
    own = own_unit(tools, actor)
    one = own.round(round_id)
    row = own.row(one, indicator)
    at = tools.now()
    place = filing_place(one.id, row.form.provider.name, row.id)
    own.drafts.save(own.unit.id, place, fields, by=actor.by, at=at)
    return at


def typed_fields(sent: FormData) -> dict[str, Any]:
    """The fields of a form as they were typed, bounded; several of one name as a list."""
    several = {"upload", "kept"}
    fields: dict[str, Any] = {}
    for name, value in list(sent.multi_items())[:600]:
        if name in ("csrf", "back") or not isinstance(value, str):
            continue
        if name in several:
            fields.setdefault(name, []).append(value[:100])
        else:
            fields[name[:200]] = value[:4000]
    return fields


@router.act("/mine/filings/{round_id}/{indicator}", Right.FILE_VALUES)
async def hand_in(request: Request, tools: Tools, actor: Acting, round_id: str, indicator: str) -> Response:
    """File one row.  What cannot be taken comes back with the form as it was typed."""
    sent = await request.form()
    return await run_in_threadpool(_hand_in, request, tools, actor, round_id, indicator, typed_fields(sent))


def _hand_in(
    request: Request, tools: ConsoleTools, actor: Actor, round_id: str, indicator: str, fields: Mapping[str, Any]
) -> Response:
    own = own_unit(tools, actor)
    one = own.round(round_id)
    row = own.row(one, indicator)
    place = filing_place(one.id, row.form.provider.name, row.id)
    try:
        _check_open(one)
        chosen = _chosen(own, row, place, fields)
        told = value_document(row.row, _typed(fields), tools.today)
        with ReadingRoom() as room:
            report = file_row(_desk(own, one, room), row.form, row.row, told, chosen)
    except WrongCallError as wrong:
        own.drafts.save(own.unit.id, place, fields, by=actor.by, at=tools.now())
        return _form(request, own, one, own.row(one, indicator), wrong.lines, status=422)
    finish(own, one, row, report)
    return back_to(_receipt_path(report), receipt_told(report))


def finish(own: OwnUnit, one: UnitRound, row: RowToFile, report: FileReport) -> None:
    """A row was taken: its draft and uploads have done their work."""
    place = filing_place(one.id, row.form.provider.name, row.id)
    own.drafts.discard(own.unit.id, place)
    own.staged.remove(own.unit.id, own.drafts.uploads(own.unit.id, place))
    _log(own, one, report, row.id)


def _typed(fields: Mapping[str, Any]) -> TypedRow:
    try:
        state = ValueState(str(fields.get("state", "")))
    except ValueError:
        state = ValueState.NOT_MEASURED
    if state not in _STATES:
        raise WrongCallError("请选择：填报数据、不适用，或无法提供")
    parts = {name.removeprefix(PART): str(text) for name, text in fields.items() if name.startswith(PART)}
    return TypedRow(state, parts, str(fields.get("reason", "")), str(fields.get("effective", "")))


def _chosen(own: OwnUnit, row: RowToFile, place: str, fields: Mapping[str, Any]) -> list[ChosenFile]:
    """The files that the form names: uploads of this row, and files of its earlier filing."""
    uploads: dict[str, Upload] = {str(one.id): one for one in own.drafts.uploads(own.unit.id, place)}
    chosen = []
    for number in fields.get("upload", ()):
        upload = uploads.get(str(number))
        if upload is None:
            raise WrongCallError("有附件已随上一次提交存档，或已被移除：请刷新页面核对后再提交")
        chosen.append(ChosenFile(str(fields.get(f"{NOTE}{number}", ""))[:500], upload))
    earlier = {one.digest: one for one in kept_files(row.standing)}
    known = {one.digest for one in chosen}
    for digest in fields.get("kept", ()):
        if digest in earlier and digest not in known:
            note = str(fields.get(f"{NOTE}{digest}", earlier[digest].note))[:500]
            chosen.append(ChosenFile(note, None, digest, earlier[digest].name))
    return chosen


def _desk(own: OwnUnit, one: UnitRound, room: ReadingRoom) -> Desk:
    return Desk(
        one.found, own.tools.city, own.unit, filings_of(own.tools), own.staged, room, own.actor.by, own.tools.now()
    )


def desk(own: OwnUnit, one: UnitRound, room: ReadingRoom) -> Desk:
    """Where the unit files, for the API."""
    _check_open(one)
    return _desk(own, one, room)


def _check_open(one: UnitRound) -> None:
    if not one.takes_filings:
        raise WrongCallError(
            f"本轮现在是“{STAGE_NAMES[one.stage]}”，信息采集和核实已经结束，不再接收填报；"
            "对初评结果有不同意见的，在“确认与申诉”中提出"
        )


def _log(own: OwnUnit, one: UnitRound, report: FileReport, what: str) -> None:
    receipt_ = report.receipt
    number = receipt_.filing_id if receipt_ is not None else None
    own.tools.log.add(
        at=own.tools.now(), by=own.actor.account.login, role=own.actor.role.value, action="file_values",
        subject=f"{one.id}:{own.unit.id}", told=f"{own.unit.name}填报{what}：{receipt_told(report)}",
        detail={"filing": number, "sha256": report.sha256, "rows": [row.indicator for row in report.rows]},
    )  # fmt: skip


def _receipt_path(report: FileReport) -> str:
    if report.receipt is None or report.receipt.filing_id is None:
        return "/mine/filings"
    return f"/mine/filings/receipts/{report.receipt.filing_id}"


def _own(own: OwnUnit, unit: str, city: str, source: str) -> bool:
    return unit == own.unit.id and city == own.tools.city.id and source == "filed"
