"""Portals that refuse us (拒绝访问的门户): the letter, the look of a person with a picture, closing."""

from dataclasses import replace
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Form, Path, Request, UploadFile
from fastapi.responses import Response
from sqlalchemy import Connection

from console.acting import Acting, Actor, NotFoundError, Tools
from console.rights import Right
from console.routing import PageRouter
from console.tools import ConsoleTools
from console.web import PageOf, back_to, page, page_number
from records.crawl import CrawlPlan
from records.duties import Duty, DutyAction, DutyEntry
from services.desk.duty_list import duties_page
from services.duties import MOST_BYTES, SAW, add, close, look
from services.operator import read_operator
from services.reports.access_letter import Letter, access_letter, letter_document
from services.reports.duty_text import ACTION_NAMES
from services.staged_files import safe_name
from storage.audits import AuditRepository
from storage.duties import DutyRepository, UnknownDutyError, Within
from storage.errors import StorageError
from storage.evidence_store import EvidenceDamagedError, EvidenceStore

router = PageRouter()
SIZE: Final = 50
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KINDS: Final = {
    b"\x89PNG": ("image/png", "png"),
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
    b"%PDF": ("application/pdf", "pdf"),
}
_UNKNOWN: Final = ("application/octet-stream", "bin")
FORM: Final = MOST_BYTES + 1_000_000  # the picture and the fields beside it
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
    found = duty_of(tools, number)
    return page(
        request, "duties_one.html", duty=found, letter=letter_of(tools, found), names=_names(tools), saw=SAW,
        actions=ACTION_NAMES, most=MOST_BYTES // 1_048_576,
    )  # fmt: skip


@router.page("/duties/{number}/letter.docx", Right.SEE_FLAGS)
def letter(request: Request, tools: Tools, actor: Acting, number: Number) -> Response:
    found = duty_of(tools, number)
    name = quote(f"请求放行函-{number}.docx")
    return Response(
        letter_document(letter_of(tools, found)),
        media_type=WORD,
        headers={"Content-Disposition": f"attachment; filename=letter-{number}.docx; filename*=UTF-8''{name}"},
    )


@router.act("/duties/{number}/letter", Right.DECIDE_FLAGS)
def sent(request: Request, tools: Tools, actor: Acting, number: Number) -> Response:
    """Keep that the letter was made ready for the office."""
    note_letter(tools, actor, number)
    return back_to(f"/duties/{number}", "已登记：函已备好", request=request)


@router.act("/duties/{number}/look", Right.DECIDE_FLAGS, limit=FORM)
def looked(
    request: Request,
    tools: Tools,
    actor: Acting,
    number: Number,
    picture: UploadFile,
    saw: _Text = "",
    note: _Text = "",
) -> Response:
    keep_look(tools, actor, number, picture.file.read(MOST_BYTES + 1), picture.filename or "截图", saw, note)
    return back_to(f"/duties/{number}", "已登记人工查看", request=request)


@router.act("/duties/{number}/close", Right.DECIDE_FLAGS)
def closed(request: Request, tools: Tools, actor: Acting, number: Number, why: _Text = "") -> Response:
    found = close_it(tools, actor, number, why)
    return back_to("/duties", f"已办结任务 {number}（{found.url}）", request=request)


@router.page("/duties/{number}/pictures/{sha256}", Right.SEE_FLAGS)
def picture(request: Request, tools: Tools, actor: Acting, number: Number, sha256: str) -> Response:
    """A picture that somebody handed in for this duty, told by its content."""
    if sha256 not in {one.sha256 for one in duty_of(tools, number).entries}:
        raise NotFoundError("没有这张截图")
    try:
        body = _pictures(tools).read(sha256)
    except EvidenceDamagedError as error:
        raise NotFoundError(str(error)) from error
    kind, ending = next((known for mark, known in _KINDS.items() if body.startswith(mark)), _UNKNOWN)
    shown = "inline" if kind.startswith("image/") else "attachment"
    return Response(body, media_type=kind, headers={"Content-Disposition": f"{shown}; filename=look-{number}.{ending}"})


# -- what the pages and the API share ---------------------------------------------------------------------------------


def duty_of(tools: ConsoleTools, number: int) -> Duty:
    try:
        return DutyRepository(tools.engine).load(number)
    except UnknownDutyError as error:
        raise NotFoundError(f"没有编号为 {number} 的任务") from error


def note_letter(tools: ConsoleTools, actor: Actor, number: int) -> Duty:
    """Keep that the letter was made ready, and log it."""
    to = letter_of(tools, duty_of(tools, number)).to
    entry = DutyEntry(DutyAction.LETTER, actor.by, tools.now(), f"致{to}", None, f"letter-{number}.docx")
    return add(DutyRepository(tools.engine), number, entry, _logs(tools, actor, "duty_letter", "登记请求放行函"))


def keep_look(
    tools: ConsoleTools, actor: Actor, number: int, body: bytes, name: str, saw: str, note: str
) -> Duty:  # fmt: skip
    """Keep what a person saw with its picture, and log it.  ``WrongCallError``."""
    duty_of(tools, number)
    return look(
        DutyRepository(tools.engine), _pictures(tools), number, picture=body, name=safe_name(name), saw=saw, note=note,
        by=actor.by, at=tools.now(), within=_logs(tools, actor, "duty_look", f"人工查看：{SAW.get(saw, saw)}"),
    )  # fmt: skip


def close_it(tools: ConsoleTools, actor: Actor, number: int, why: str) -> Duty:
    """Close it, and log it.  ``WrongCallError``."""
    duty_of(tools, number)
    within = _logs(tools, actor, "duty_close", f"办结：{why}")
    return close(DutyRepository(tools.engine), number, by=actor.by, why=why, at=tools.now(), within=within)


def _names(tools: ConsoleTools) -> dict[str, str]:
    return {one.id: one.name for one in tools.city.units}


def _pictures(tools: ConsoleTools) -> EvidenceStore:
    return EvidenceStore(tools.home / "evidence" / "looks")


def letter_of(tools: ConsoleTools, duty: Duty) -> Letter:
    unit = next((one for one in tools.city.units if one.id == duty.unit), None)
    operator = read_operator(tools.home / "operator.yml")
    operator = replace(
        operator, name=operator.name or tools.city.office, contact=operator.contact or tools.contact
    )  # fmt: skip
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


def _logs(tools: ConsoleTools, actor: Actor, action: str, told: str) -> Within:
    """Writes the line of the log in the unit of work of what it tells of."""

    def within(connection: Connection, kept: Duty) -> None:
        tools.log.add_within(
            connection, at=tools.now(), by=actor.account.login, role=actor.role.value, action=action,
            subject=f"duty:{kept.id}", told=f"{told}（{kept.url}）",
        )  # fmt: skip

    return within
