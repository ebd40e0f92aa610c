"""The log of our requests to a unit's hosts: when, how many, at what pace, and who we are (ANCHORS F8)."""

from typing import Final

from fastapi import Request
from fastapi.responses import Response

from console.acting import Acting, NotFoundError, Tools
from console.own_unit import own_unit
from console.rights import Right
from console.routing import PageRouter
from console.web import page
from extract.addresses import PortalHosts
from services.reports.wording import answer, asked_by
from services.unit_findings import sites_of
from storage.own_requests import OwnRequests

router = PageRouter()
VISITS: Final = 40
ADDRESSES: Final = 100


@router.page("/mine/requests", Right.SEE_OWN_UNIT)
def requests(request: Request, tools: Tools, actor: Acting) -> Response:
    own = own_unit(tools, actor)
    before = request.query_params.get("before", "")
    found = OwnRequests(tools.engine).visits(
        sites_of(own.unit), before=int(before[:9]) if before.isdecimal() else None, limit=VISITS + 1
    )
    return page(
        request, "mine_requests.html", unit=own.unit, visits=found[:VISITS],
        more=found[VISITS - 1].audit_id if len(found) > VISITS else None,
    )  # fmt: skip


@router.page("/mine/requests/{audit_id}", Right.SEE_OWN_UNIT)
def visit(request: Request, tools: Tools, actor: Acting, audit_id: int) -> Response:
    """Every request of one visit to the unit's own hosts; links to others were asked too and are not listed."""
    own = own_unit(tools, actor)
    kept = OwnRequests(tools.engine)
    found = kept.visit(sites_of(own.unit), audit_id)
    if found is None:
        raise NotFoundError
    after = request.query_params.get("after", "")
    asked = kept.asked(audit_id, after=int(after[:9]) if after.isdecimal() else 0, limit=ADDRESSES)
    hosts = [PortalHosts(portal.url) for portal in own.unit.portals]
    shown = [one for one in asked if any(host.covers(one.url) for host in hosts)]
    return page(
        request, "mine_visit.html", unit=own.unit, visit=found, asked=shown, asked_by=asked_by, answer=answer,
        more=asked[-1].position if len(asked) == ADDRESSES else None, left=len(asked) - len(shown),
    )  # fmt: skip
