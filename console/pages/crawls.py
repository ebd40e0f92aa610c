"""Nights and what runs now (巡查): progress, history, why something stopped, and whether a night counts."""

from typing import Annotated, Final

from fastapi import Form, Request
from fastapi.responses import Response

from console.acting import Acting, NotFoundError, Tools
from console.pages.portals import STOP_WORDS, VERDICT_WORDS, VISIT_WORDS
from console.rights import Right
from console.routing import PageRouter
from console.web import PageOf, back_to, page, page_number
from records.nights import NightState
from records.visits import CrawlState
from services.night.digest import STATE_WORDS
from services.night.standing import standing
from services.night.status import standing_lines
from services.night.watch_files import load_watch
from services.review_finding import one_line
from services.schemes import WrongCallError
from storage.crawls import CrawlRepository
from storage.errors import StorageError
from storage.night_board import NightBoard
from storage.nights import NightRepository

router = PageRouter()
NIGHTS: Final = 30
SIZE: Final = 100  # portals of a night on one page
MOST_OPEN: Final = 2  # a city has at most one night of all portals, and one of suspects
MOST_UNDERWAY: Final = 50  # portals of them whose progress is shown
_UNDERWAY: Final = ("running", "paused")
_JUDGED: Final = {"release": NightState.HEALTHY, "hold": NightState.HELD, "void": NightState.VOIDED}
STATE_KINDS: Final = {
    NightState.RUNNING: "main", NightState.PAUSED: "warn", NightState.HEALTHY: "good", NightState.HELD: "warn",
    NightState.VOIDED: "bad",
}  # fmt: skip


@router.page("/crawls", Right.SEE_WATCH)
def crawls(request: Request, tools: Tools, actor: Acting) -> Response:
    """How the watch stands, what runs, and the nights before."""
    nights = NightRepository(tools.engine)
    now = standing(tools.city.id, load_watch(tools.city_name, tools.city), nights, tools.now())
    board = NightBoard(tools.engine)
    shown = board.heads(tools.city.id, limit=NIGHTS)
    opened = [one for one in shown if one.state in (NightState.RUNNING, NightState.PAUSED)][:MOST_OPEN]
    running = [(one, board.visits(one.id, states=_UNDERWAY, limit=MOST_UNDERWAY)[0]) for one in opened]
    crawled = CrawlRepository(tools.engine)
    progress: dict[int, CrawlState | None] = {
        visit.audit: crawled.state(visit.audit) for _, visits in running for visit in visits if visit.audit is not None
    }
    return page(
        request, "crawls.html", standing=now, lines=standing_lines(now, tools.city.name), nights=shown,
        running=running, progress=progress, words=STATE_WORDS, kinds=STATE_KINDS, states=VISIT_WORDS,
        names={unit.id: unit.name for unit in tools.city.units},
    )  # fmt: skip


@router.page("/crawls/{number}", Right.SEE_WATCH)
def night(request: Request, tools: Tools, actor: Acting, number: int) -> Response:
    """One night: each portal, each check of ourselves, each change of its state."""
    nights = NightRepository(tools.engine)
    try:
        found = nights.load(number)
    except StorageError:
        raise NotFoundError("没有这一夜") from None
    if found.city != tools.city.id:
        raise NotFoundError("没有这一夜")
    shown = page_number(request.query_params.get("page"))
    visits = found.visits[(shown - 1) * SIZE : shown * SIZE]
    kept = CrawlRepository(tools.engine).of_audits([one.audit for one in visits if one.audit is not None])
    return page(
        request, "night.html", night=found, list=PageOf(visits, len(found.visits), shown, SIZE), kept=kept,
        log=nights.log(number), words=STATE_WORDS, kinds=STATE_KINDS,
        states=VISIT_WORDS, verdicts=VERDICT_WORDS, stops=STOP_WORDS,
        names={unit.id: unit.name for unit in tools.city.units},
    )  # fmt: skip


@router.page("/crawls/{number}/digest", Right.SEE_WATCH)
def digest(request: Request, tools: Tools, actor: Acting, number: int) -> Response:
    """The digest (早报) as it was sent; it needs no script and gets none."""
    found = sorted((tools.home / "digests" / tools.city.id).glob(f"*-night{number}.html"))
    if not found:
        raise NotFoundError("这一夜还没有早报")
    policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return Response(found[-1].read_bytes(), media_type="text/html", headers={"Content-Security-Policy": policy})


@router.act("/crawls/{number}/judge", Right.RUN_WATCH)
def judge(
    request: Request,
    tools: Tools,
    actor: Acting,
    number: int,
    verdict: Annotated[str, Form()] = "",
    why: Annotated[str, Form()] = "",
) -> Response:
    """Let a held night count, hold one, or void it."""
    why = one_line(why)
    if verdict not in _JUDGED:
        raise WrongCallError("请选择放行、待定或作废")
    if not why:
        raise WrongCallError("须写明理由")
    NightRepository(tools.engine).judge(number, _JUDGED[verdict], by=actor.by, why=why, now=tools.now())
    tools.log.add(
        at=tools.now(), by=actor.account.login, role=actor.role.value, action=f"{verdict}_night",
        subject=f"night:{number}", told=f"第 {number} 夜改为“{STATE_WORDS[_JUDGED[verdict]]}”：{why}",
    )  # fmt: skip
    return back_to(f"/crawls/{number}", f"第 {number} 夜现在是“{STATE_WORDS[_JUDGED[verdict]]}”")
