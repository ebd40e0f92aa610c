"""What was asked of the worker (任务): asking for an audit of one site now, and how each went."""

from pathlib import Path
from typing import Annotated, Final

from fastapi import Form, Request
from fastapi.responses import Response

from console.acting import Acting, Actor, NotFoundError, Tools
from console.rights import Right
from console.routing import PageRouter
from console.tools import ConsoleTools
from console.web import back_to, local_path, page, part
from records.jobs import JOB_NAMES, JOB_STATE_NAMES, Job, JobKind, JobState
from services.jobs import JobQueue
from services.schemes import WrongCallError
from storage.jobs import UnknownJobError

router = PageRouter()
SIZE: Final = 50
_Text = Annotated[str, Form()]


@router.page("/jobs", Right.SEE_WATCH)
def jobs(request: Request, tools: Tools, actor: Acting) -> Response:
    """Jobs, newest first; ``before`` goes on from a number."""
    query = request.query_params
    before = query.get("before", "")
    kind = next((one for one in JobKind if one.value == query.get("kind")), None)
    state = next((one for one in JobState if one.value == query.get("state")), None)
    found = JobQueue(tools.engine).newest(
        kind=kind, state=state, before=int(before[:9]) if before.isdecimal() else None, limit=SIZE + 1
    )
    return page(
        request, "jobs.html", jobs=found[:SIZE], more=found[SIZE - 1].id if len(found) > SIZE else None,
        names=JOB_NAMES, states=JOB_STATE_NAMES, chosen_kind=query.get("kind", ""), chosen_state=query.get("state", ""),
        url=query.get("url", ""),
    )  # fmt: skip


@router.page("/jobs/{number}", Right.SEE_WATCH)
def job(request: Request, tools: Tools, actor: Acting, number: int) -> Response:
    """One job; it is looked at again every two seconds until it is over."""
    found = _load(tools, number)
    template = "job_part.html" if request.headers.get("hx-request") == "true" else "job.html"
    show = part if template == "job_part.html" else page
    return show(request, template, job=found, names=JOB_NAMES, states=JOB_STATE_NAMES)


@router.act("/jobs/audit", Right.RUN_WATCH)
def audit_now(
    request: Request, tools: Tools, actor: Acting, url: _Text = "", max_pages: _Text = "", max_minutes: _Text = ""
) -> Response:
    """Ask for an audit of one site.  Addresses of the inside are refused where the connection would be made."""
    try:
        pages, minutes = int(max_pages or 500), float(max_minutes or 20)
    except ValueError:
        raise WrongCallError("最多网页数和最多分钟数须为数字") from None
    queue = JobQueue(tools.engine)
    made = queue.ask(
        JobKind.AUDIT_SITE, {"url": url, "max_pages": pages, "max_minutes": minutes}, by=actor.by, at=tools.now()
    )
    _log(tools, actor, made.id, "ask_audit", url, "要求立即巡查")
    return back_to(f"/jobs/{made.id}", "已排队，稍后自动显示进度")


@router.act("/jobs/crawl", Right.RUN_WATCH)
def crawl_now(request: Request, tools: Tools, actor: Acting, url: _Text = "") -> Response:
    """Ask for a visit of a portal of the registry, as a night would visit it."""
    known = {portal.url for unit in tools.city.units for portal in unit.portals}
    if url not in known:
        raise WrongCallError("登记表中没有这个门户；登记表以外的网站请用“立即巡查”")
    queue = JobQueue(tools.engine)
    made = queue.ask(JobKind.CRAWL_PORTAL, {"url": url}, by=actor.by, at=tools.now())
    _log(tools, actor, made.id, "ask_crawl", url, "要求巡查门户")
    return back_to(f"/jobs/{made.id}", "已排队，稍后自动显示进度")


@router.act("/jobs/{number}/cancel", Right.RUN_WATCH)
def cancel(request: Request, tools: Tools, actor: Acting, number: int, to: _Text = "") -> Response:
    """Cancel what waits or runs."""
    before = _load(tools, number)
    after = JobQueue(tools.engine).jobs.cancel(number, at=tools.now(), told=f"由 {actor.by} 取消")
    if before.state.is_over:
        return back_to(f"/jobs/{number}", f"任务已经{JOB_STATE_NAMES[after.state]}，没有取消", good=False)
    _log(tools, actor, number, "cancel_job", before.subject, "取消任务")
    return back_to(local_path(to, f"/jobs/{number}"), "已取消")


@router.page("/jobs/{number}/report", Right.SEE_WATCH)
def report(request: Request, tools: Tools, actor: Acting, number: int) -> Response:
    """The report of an audit, as a page without scripts of its own rights."""
    found = _load(tools, number)
    path: Path = tools.home / "jobs" / str(found.id) / "audit.html"
    if found.kind is not JobKind.AUDIT_SITE or found.state is not JobState.DONE or not path.is_file():
        raise NotFoundError("这项任务没有报告，或报告已被清理")
    policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return Response(path.read_bytes(), media_type="text/html", headers={"Content-Security-Policy": policy})


def _load(tools: ConsoleTools, number: int) -> Job:
    try:
        return JobQueue(tools.engine).load(number)
    except UnknownJobError:
        raise NotFoundError("没有这项任务") from None


def _log(tools: ConsoleTools, actor: Actor, number: int, action: str, subject: str, told: str) -> None:
    tools.log.add(
        at=tools.now(), by=actor.account.login, role=actor.role.value, action=action, subject=subject,
        told=f"{told}（任务 {number}）", detail={"job": number},
    )  # fmt: skip
