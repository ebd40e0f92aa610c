"""Portals and their health (门户), and one of them with its history."""

from dataclasses import dataclass
from typing import Final

from fastapi import Request
from fastapi.responses import Response

from console.acting import Acting, NotFoundError, Tools
from console.rights import Right
from console.routing import PageRouter
from console.web import PageOf, page, page_number
from records.jobs import JobKind
from records.registry import Portal, Unit
from records.verdicts import SiteVerdict, StopReason
from services.jobs import JobQueue
from storage.audits import site_key
from storage.portal_board import PortalBoard, PortalStanding

router = PageRouter()
SIZE: Final = 50
VERDICT_WORDS: Final = {
    SiteVerdict.REACHABLE: ("正常", "good"),
    SiteVerdict.UNREACHABLE: ("打不开", "bad"),
    SiteVerdict.BLOCKED: ("拒绝访问", "warn"),
}
STOP_WORDS: Final = {
    StopReason.MAX_PAGES: "到达网页数上限",
    StopReason.MAX_MINUTES: "到达时间上限",
    StopReason.INTERRUPTED: "被中断",
    StopReason.SITE_UNREACHABLE: "网站打不开",
    StopReason.SITE_BLOCKED: "网站拒绝访问",
}
VISIT_WORDS: Final = {
    "waiting": "未到达", "running": "正在访问", "paused": "未走完", "done": "已走完", "failed": "未完成",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PortalRow:
    unit: Unit
    portal: Portal
    standing: PortalStanding


@router.page("/portals", Right.SEE_WATCH)
def portals(request: Request, tools: Tools, actor: Acting) -> Response:
    """Every portal of the registry, a page at a time."""
    wanted = request.query_params.get("q", "").strip()
    known = [
        (unit, portal)
        for unit in tools.city.units
        for portal in unit.portals
        if not wanted or wanted in unit.name or wanted in portal.url or wanted in portal.name or wanted == unit.id
    ]
    number = page_number(request.query_params.get("page"))
    shown = known[(number - 1) * SIZE : number * SIZE]
    board = PortalBoard(tools.engine).of([portal.url for _, portal in shown])
    rows = [PortalRow(unit, portal, board[portal.url]) for unit, portal in shown]
    without = [unit for unit in tools.city.units if unit.evaluated and not unit.portals]
    return page(
        request, "portals.html", list=PageOf(rows, len(known), number, SIZE), wanted=wanted, without=without,
        verdicts=VERDICT_WORDS, stops=STOP_WORDS, states=VISIT_WORDS,
    )  # fmt: skip


@router.page("/portals/{unit}/{number}", Right.SEE_WATCH)
def portal(request: Request, tools: Tools, actor: Acting, unit: str, number: int) -> Response:
    """One portal: its audits, its last nights, what is being done with it now."""
    known = next((one for one in tools.city.units if one.id == unit), None)
    if known is None or not 0 < number <= len(known.portals):
        raise NotFoundError
    one = known.portals[number - 1]
    board = PortalBoard(tools.engine)
    standing = board.of([one.url], nights=30)[one.url]
    jobs = JobQueue(tools.engine).of_subject(f"site:{site_key(one.url)}", limit=10)
    return page(
        request, "portal.html", unit=known, portal=one, number=number, standing=standing, jobs=jobs,
        audits=board.history(one.url), verdicts=VERDICT_WORDS, stops=STOP_WORDS, states=VISIT_WORDS, kind=JobKind,
    )  # fmt: skip
