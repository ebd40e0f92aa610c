"""The API of the operator: portals, nights and jobs."""

from datetime import datetime

from fastapi import Query
from pydantic import BaseModel, Field

from console.acting import Acting, NotFoundError, Tools
from console.rights import Right
from console.routing import PageRouter
from records.jobs import Job, JobKind, JobState
from services.jobs import JobQueue
from storage.jobs import UnknownJobError
from storage.night_board import NightBoard
from storage.portal_board import PortalBoard

router = PageRouter(tags=["运行"])


class PortalOut(BaseModel):
    """A portal and its newest audit."""

    unit: str
    name: str
    url: str
    verdict: str | None = None
    audited_at: datetime | None = None
    pages: int | None = None
    findings: int | None = None


class PortalsOut(BaseModel):
    total: int
    portals: list[PortalOut]


class JobOut(BaseModel):
    """One thing that was asked of the worker."""

    id: int
    kind: JobKind
    state: JobState
    subject: str
    by: str
    asked_at: datetime
    began: datetime | None
    ended: datetime | None
    told: str
    progress: str


class AuditIn(BaseModel):
    """A site to be audited now."""

    url: str = Field(max_length=2000)
    max_pages: int = Field(default=500, ge=1, le=20_000)
    max_minutes: float = Field(default=20, ge=0.1, le=720)


class NightOut(BaseModel):
    id: int
    day: str
    state: str
    began: datetime
    ended: datetime | None
    portals: int
    done: int
    told: str


def job_out(job: Job) -> JobOut:
    return JobOut(
        id=job.id, kind=job.kind, state=job.state, subject=job.subject, by=job.by, asked_at=job.asked_at,
        began=job.began, ended=job.ended, told=job.told, progress=job.progress,
    )  # fmt: skip


@router.call("GET", "/api/v1/portals", Right.SEE_WATCH, response_model=PortalsOut, summary="门户")
def portals(
    tools: Tools, offset: int = Query(0, ge=0, le=1_000_000), limit: int = Query(50, ge=1, le=200)
) -> PortalsOut:
    known = [(unit, portal) for unit in tools.city.units for portal in unit.portals]
    shown = known[offset : offset + limit]
    board = PortalBoard(tools.engine).of([portal.url for _, portal in shown], nights=1)
    rows = []
    for unit, portal in shown:
        audit = board[portal.url].audit
        rows.append(
            PortalOut(
                unit=unit.id, name=unit.name, url=portal.url,
                verdict=audit.verdict.value if audit is not None and audit.verdict is not None else None,
                audited_at=audit.began if audit is not None else None,
                pages=audit.pages if audit is not None else None,
                findings=audit.accusations if audit is not None else None,
            )
        )  # fmt: skip
    return PortalsOut(total=len(known), portals=rows)


@router.call("GET", "/api/v1/nights", Right.SEE_WATCH, response_model=list[NightOut], summary="历次夜间巡查")
def nights(tools: Tools, limit: int = Query(30, ge=1, le=200)) -> list[NightOut]:
    return [
        NightOut(
            id=one.id, day=str(one.day), state=one.state.value, began=one.began, ended=one.ended,
            portals=one.portals, done=one.done, told=one.told,
        )
        for one in NightBoard(tools.engine).heads(tools.city.id, limit=limit)
    ]  # fmt: skip


@router.call("GET", "/api/v1/jobs", Right.SEE_WATCH, response_model=list[JobOut], summary="任务")
def jobs(
    tools: Tools,
    kind: JobKind | None = None,
    state: JobState | None = None,
    before: int | None = Query(None, ge=1, le=2**31 - 1),
    limit: int = Query(50, ge=1, le=200),
) -> list[JobOut]:
    found = JobQueue(tools.engine).newest(kind=kind, state=state, before=before, limit=limit)
    return [job_out(one) for one in found]


@router.call("GET", "/api/v1/jobs/{number}", Right.SEE_WATCH, response_model=JobOut, summary="一项任务")
def job(tools: Tools, number: int) -> JobOut:
    try:
        return job_out(JobQueue(tools.engine).load(number))
    except (UnknownJobError, OverflowError):
        raise NotFoundError("没有这项任务") from None


@router.call("POST", "/api/v1/jobs/audit", Right.RUN_WATCH, response_model=JobOut, summary="立即巡查一个网站")
def audit(tools: Tools, actor: Acting, asked: AuditIn) -> JobOut:
    made = JobQueue(tools.engine).ask(JobKind.AUDIT_SITE, asked.model_dump(), by=actor.by, at=tools.now())
    tools.log.add(
        at=tools.now(), by=actor.account.login, role=actor.role.value, action="ask_audit", subject=asked.url,
        told=f"要求立即巡查（任务 {made.id}）", detail={"job": made.id},
    )  # fmt: skip
    return job_out(made)
