"""Portals that refuse us (拒绝访问的门户): the letter, the look of a person with a picture, closing."""

from dataclasses import replace
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Form, Path, Request, UploadFile
from fastapi.responses import Response

from console.acting import Acting, Actor, NotFoundError, Tools
from console.rights import Right
from console.routing import PageRouter
from console.tools import ConsoleTools
from console.web import PageOf, back_to, page, page_number
from records.crawl import CrawlPlan
from records.duties import Duty, DutyAction, DutyEntry
from services.desk.duty_list import duties_page
from services.duties import MOST_BYTES, SAW, close, look
from services.operator import read_operator
from services.reports.access_letter import Letter, access_letter, letter_document
from services.reports.duty_text import ACTION_NAMES
from storage.audits import AuditRepository
from storage.duties import DutyRepository, UnknownDutyError
from storage.errors import StorageError
from storage.evidence_store import EvidenceDamagedError, EvidenceStore

router = PageRouter()
SIZE: Final = 50
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KINDS: Final = {
    b"\x89PNG": ("image/png", "png"),
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
    b"%PDF": ("application/pdf", "pdf"),
}
_UNKNOWN: Final = ("application/octet-stream", "bin")
_FORM: Final = MOST_BYTES + 1_000_000  # the picture and the fields beside it
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
_Text = Annotated[str, Form()]


@router.page("/duties", Right.SEE_FLAGS)
def duties(request: Request, tools: Tools, actor: Acting, which: str = "") -> Response:
    closed = which == "closed"
    number = page_number(request.query_params.get("page"))
    found, total = duties_page(DutyRepository(tools.engine), closed=closed, limit=SIZE, offset=(number - 1) * SIZE)
    return page(
        request, "duties.html", list=PageOf(found, total, number, SIZE), closed=closed, names=_names(tools),
        actions=ACTION_NAMES,
    )  # fmt: skip


@router.page("/duties/{number}", Right.SEE_FLAGS)
def duty(request: Request, tools: Tools, actor: Acting, number: Number) -> Response:
    found = _duty(tools, number)
    return page(
        request, "duties_one.html", duty=found, letter=_letter(tools, found), names=_names(tools), saw=SAW,
        actions=ACTION_NAMES, most=MOST_BYTES // 1_048_576,
    )  # fmt: skip


@router.page("/duties/{number}/letter.docx", Right.SEE_FLAGS)
def letter(request: Request, tools: Tools, actor: Acting, number: Number) -> Response:
    found = _duty(tools, number)
    name = quote(f"请求放行函-{number}.docx")
    return Response(
        letter_document(_letter(tools, found)),
        media_type=_WORD,
        headers={"Content-Disposition": f"attachment; filename=letter-{number}.docx; filename*=UTF-8''{name}"},
    )


@router.act("/duties/{number}/letter", Right.DECIDE_FLAGS)
def sent(request: Request, tools: Tools, actor: Acting, number: Number) -> Response:
    """Keep that the letter was made ready for the office."""
    found = _duty(tools, number)
    to = _letter(tools, found).to
    entry = DutyEntry(DutyAction.LETTER, actor.by, tools.now(), f"致{to}", None, f"letter-{number}.docx")
    DutyRepository(tools.engine).add(number, entry)
    _log(tools, actor, found, "duty_letter", "登记请求放行函")
    return back_to(f"/duties/{number}", "已登记：函已备好", request=request)


@router.act("/duties/{number}/look", Right.DECIDE_FLAGS, limit=_FORM)
def looked(
    request: Request,
    tools: Tools,
    actor: Acting,
    number: Number,
    picture: UploadFile,
    saw: _Text = "",
    note: _Text = "",
) -> Response:
    found = _duty(tools, number)
    look(
        DutyRepository(tools.engine), _pictures(tools), number, picture=picture.file.read(MOST_BYTES + 1),
        name=(picture.filename or "截图")[-120:], saw=saw, note=note, by=actor.by, at=tools.now(),
    )  # fmt: skip
    _log(tools, actor, found, "duty_look", f"人工查看：{SAW[saw]}")
    return back_to(f"/duties/{number}", "已登记人工查看", request=request)


@router.act("/duties/{number}/close", Right.DECIDE_FLAGS)
def closed(request: Request, tools: Tools, actor: Acting, number: Number, why: _Text = "") -> Response:
    found = _duty(tools, number)
    close(DutyRepository(tools.engine), number, by=actor.by, why=why, at=tools.now())
    _log(tools, actor, found, "duty_close", f"办结：{why}")
    return back_to("/duties", f"已办结任务 {number}（{found.url}）", request=request)


@router.page("/duties/{number}/pictures/{sha256}", Right.SEE_FLAGS)
def picture(request: Request, tools: Tools, actor: Acting, number: Number, sha256: str) -> Response:
    """A picture that somebody handed in for this duty, told by its content."""
    if sha256 not in {one.sha256 for one in _duty(tools, number).entries}:
        raise NotFoundError("没有这张截图")
    try:
        body = _pictures(tools).read(sha256)
    except EvidenceDamagedError as error:
        raise NotFoundError(str(error)) from error
    kind, ending = next((known for mark, known in _KINDS.items() if body.startswith(mark)), _UNKNOWN)
    shown = "inline" if kind.startswith("image/") else "attachment"
    return Response(body, media_type=kind, headers={"Content-Disposition": f"{shown}; filename=look-{number}.{ending}"})


def _duty(tools: ConsoleTools, number: int) -> Duty:
    try:
        return DutyRepository(tools.engine).load(number)
    except UnknownDutyError as error:
        raise NotFoundError(f"没有编号为 {number} 的任务") from error


def _names(tools: ConsoleTools) -> dict[str, str]:
    return {one.id: one.name for one in tools.city.units}


def _pictures(tools: ConsoleTools) -> EvidenceStore:
    return EvidenceStore(tools.home / "evidence" / "looks")


def _letter(tools: ConsoleTools, duty: Duty) -> Letter:
    unit = next((one for one in tools.city.units if one.id == duty.unit), None)
    operator = read_operator(tools.home / "operator.yml")
    operator = replace(operator, name=operator.name or tools.city.office)
    return access_letter(
        duty,
        to=unit.full_name or unit.name if unit is not None else f"{duty.url} 网站管理单位",
        operator=operator,
        plan=_plan(tools, duty),
        purpose=f"{tools.city.name}政务诚信监测评价",
        day=tools.today,
    )


def _plan(tools: ConsoleTools, duty: Duty) -> CrawlPlan:
    """How the portal was asked; as a visit asks today where that audit was purged."""
    if duty.audit is not None:
        try:
            return AuditRepository(tools.engine).load_plan(duty.audit)
        except StorageError:
            pass
    return CrawlPlan(duty.url, f"Chengjian/{tools.program}")


def _log(tools: ConsoleTools, actor: Actor, duty: Duty, action: str, told: str) -> None:
    tools.log.add(
        at=tools.now(), by=actor.account.login, role=actor.role.value, action=action, subject=f"duty:{duty.id}",
        told=f"{told}（{duty.url}）",
    )  # fmt: skip
