"""The ASGI application of the console."""

from typing import Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp

from console import faults
from console.api import account, document, watch
from console.api import complaints as complaints_api
from console.api import duties as duties_api
from console.api import events as events_api
from console.api import filings as filings_api
from console.api import flags as flags_api
from console.api import log as log_api
from console.api import mine as mine_api
from console.api import model as model_api
from console.api import overview as overview_api
from console.api import reviews as reviews_api
from console.api import rounds as rounds_api
from console.api import samples as samples_api
from console.evidence_host import EvidenceHost
from console.headers import AllowedHosts, SecurityHeaders
from console.pages import (
    archived,
    complaints,
    crawls,
    duties,
    events,
    filings,
    flags,
    front,
    holdings,
    jobs,
    log,
    login,
    me,
    mine_filings,
    mine_findings,
    mine_home,
    mine_requests,
    mine_reviews,
    mine_uploads,
    model,
    overview,
    portals,
    reviews,
    rounds,
    samples,
    schedule,
    suppressions,
    users,
)
from console.routing import PageRouter
from console.tools import ConsoleTools

#: Every noun of the console.  A new one is a file and a line here.
ROUTERS: Final[tuple[PageRouter, ...]] = (
    login.router,
    front.router,
    me.router,
    users.router,
    log.router,
    account.router,
    log_api.router,
    document.router,
    portals.router,
    crawls.router,
    jobs.router,
    schedule.router,
    holdings.router,
    watch.router,
    events.router,
    complaints.router,
    events_api.router,
    complaints_api.router,
    model.router,
    model_api.router,
    mine_home.router,
    mine_uploads.router,
    mine_filings.router,
    mine_findings.router,
    mine_reviews.router,
    mine_requests.router,
    filings.router,
    overview.router,
    rounds.router,
    reviews.router,
    overview_api.router,
    rounds_api.router,
    reviews_api.router,
    flags.router,
    suppressions.router,
    duties.router,
    samples.router,
    archived.router,
    flags_api.router,
    duties_api.router,
    samples_api.router,
    mine_api.router,
    filings_api.router,
)


class ConsoleApp(FastAPI):
    """What every answer carries stands around all of it: also around the page that tells of a fault of ours."""

    def build_middleware_stack(self) -> ASGIApp:
        tools: ConsoleTools = self.state.tools
        archived_host = EvidenceHost(super().build_middleware_stack(), tools.evidence_origin)
        inner = AllowedHosts(archived_host, (*tools.hosts, *archived_host.names))
        return SecurityHeaders(inner, tools.evidence_origin, tools.secure)


def console_app(tools: ConsoleTools) -> FastAPI:
    """Plain functions answer in threads: the database never holds the event loop up."""
    app = ConsoleApp(
        title="诚鉴工作台",
        version=tools.program,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        description="政务诚信监测评价：页面能做的，接口都能做。令牌在“我的账户”中生成。",
    )
    app.state.tools = tools
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(packages=[("console", "static")]), name="static")
    faults.install(app)
    return app
