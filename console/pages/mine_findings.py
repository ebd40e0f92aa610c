"""A unit's findings: what was seen, what of it counts, how to mend it, and asking to look again."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from checks.life import BAND_NAMES
from console.acting import Acting, NotFoundError, Tools
from console.own_unit import OwnUnit, own_unit
from console.pages.archived import Ticket, origin_of
from console.pages.archived import address_of as archived_address
from console.rights import Right
from console.routing import PageRouter
from console.web import PageOf, back_to, page, page_number, part
from records.desk import CardQuery, Pile
from records.jobs import JOB_STATE_NAMES, Job
from records.sightings import LifeState, Step
from services.desk.archived_page import Place
from services.desk.cards import CardKeeper, units_of
from services.desk.exhibit import Exhibit
from services.desk.stakes import RowStake, row_stakes
from services.finding_list import ListedFinding, findings_of
from services.finding_steps import take_step
from services.findings import address_of, disclosure_of
from services.jobs import JobQueue, finding_subject
from services.reports.finding_text import SIGHT_NAMES
from services.reports.titles import check_title
from services.reports.wording import SEVERITY, answer, asked_by
from services.schemes import WrongCallError
from services.unit_findings import (
    CLAIMABLE,
    MOST_OF_ONE,
    ask_recheck,
    is_shown,
    refresh_cards,
    sites_of,
    weight_of,
    weight_of_card,
)
from storage.audit_results import AuditResults
from storage.audits import AuditRepository
from storage.jobs import UnknownJobError
from storage.own_requests import OwnRequests

router = PageRouter()
SIZE: Final = 50
MOST_TRIES: Final = 60  # shown of one finding
_Text = Annotated[str, Form()]
#: What a unit is shown; what was suppressed, dismissed or voided accuses nobody.
PILES: Final = {
    Pile.CONFIRMED: "已确认的",
    Pile.OPEN: "疑似的（不计分）",
    Pile.UNVERIFIABLE: "无法核实的（不计分）",
    Pile.RECOVERED: "已恢复的",
}


@router.page("/mine/findings", Right.SEE_OWN_UNIT)
def findings(request: Request, tools: Tools, actor: Acting) -> Response:
    own = own_unit(tools, actor)
    sites = sites_of(own.unit)
    keeper = CardKeeper(tools.view(), units_of(tools.city))
    refresh_cards(keeper, sites)
    site = request.query_params.get("site", "")
    site = site if site in sites else (sites[0] if sites else "")
    pile = next((one for one in PILES if one.value == request.query_params.get("pile")), Pile.CONFIRMED)
    number = page_number(request.query_params.get("page"))
    cards = keeper.cards.page(CardQuery(pile=pile, site=site), limit=SIZE, offset=(number - 1) * SIZE)
    counts = {one: keeper.cards.piles(CardQuery(pile=None, site=one)) for one in sites}
    total = counts[site][pile] if site else 0
    return page(
        request, "mine_findings.html", unit=own.unit, found=PageOf(cards, total, number, SIZE), counts=counts,
        piles=PILES, pile=pile, site=site, sites=sites, weight_of=weight_of_card, check_title=check_title,
    )  # fmt: skip


@router.page("/mine/findings/one", Right.SEE_OWN_UNIT)
def one_finding(request: Request, tools: Tools, actor: Acting, site: str = "", finding: str = "") -> Response:
    own = own_unit(tools, actor)
    one = own_finding(own, site, finding)
    kept = AuditResults(tools.engine).load(one.audit_id) if one.audit_id is not None else None
    address = address_of(one.finding)
    target = AuditRepository(tools.engine).target(one.audit_id, address) if one.audit_id is not None else None
    exhibit = tools.desk.exhibitor().of(one)
    return page(
        request,
        "mine_finding.html",
        unit=own.unit,
        one=one,
        weight=weight_of(one),
        title=check_title(one.finding.check),
        severity=SEVERITY[one.finding.severity],
        address=address,
        attempts=target.attempts if target is not None else (),
        asked_by=asked_by,
        answer=answer,
        disclosure=disclosure_of(one.finding, kept.audit.disclosures) if kept is not None else None,
        tries=one.life.sightings[-MOST_TRIES:],
        sights=SIGHT_NAMES,
        bands=BAND_NAMES,
        jobs=JobQueue(tools.engine).of_subject(finding_subject(site, finding)),
        job_states=JOB_STATE_NAMES,
        may_claim=one.finding.check in CLAIMABLE,
        may_ask=one.life.state is not LifeState.RECOVERED,
        may_appeal=one.life.state is LifeState.NOTIFIED,
        most=MOST_OF_ONE,
        archived=_archived(request, own, exhibit),
        marked=bool(exhibit.mark),
    )


@router.page("/mine/findings/stakes", Right.SEE_OWN_UNIT)
def at_stake(request: Request, tools: Tools, actor: Acting, site: str = "", finding: str = "") -> Response:
    """What the finding does to the unit's own points in the newest result that it may see, as a part of its page."""
    own = own_unit(tools, actor)
    own_finding(own, site, finding)
    keeper = CardKeeper(tools.view(), units_of(tools.city))
    refresh_cards(keeper, (site,))
    card = keeper.cards.of(site, finding)
    shown = next((one for one in own.rounds() if one.visible_run is not None), None)
    rows: tuple[RowStake, ...] = ()
    if card is not None and shown is not None and shown.visible_run is not None:
        run = tools.evaluation.shelf.open(shown.visible_run)
        rows = row_stakes(card, run) if own.unit.id in run.units else ()
    moved = {one.row: next((gain for gain in one.moved if gain.unit == own.unit.id), None) for one in rows}
    return part(request, "mine_stakes.html", unit=own.unit, shown=shown, rows=rows, moved=moved)


def _archived(request: Request, own: OwnUnit, exhibit: Exhibit) -> str:
    """Where the page is shown as it was seen, with the place marked and personal numbers hidden; empty: not kept."""
    if exhibit.page is None:
        return ""
    place = Place(exhibit.mark, exhibit.words) if exhibit.mark else Place()
    return archived_address(own.tools, Ticket(exhibit.page, place, masked=True, frames=origin_of(request)))


@router.act("/mine/findings/recheck", Right.ANSWER_FINDINGS)
def recheck(
    request: Request, tools: Tools, actor: Acting, site: _Text = "", finding: _Text = "", address: _Text = ""
) -> Response:
    """“已修复，请复查”, or “它在这里” with an address: a job that looks once, politely."""
    own = own_unit(tools, actor)
    job = ask(own, own_finding(own, site, finding), address)
    told = f"已排队复查（任务 {job.id}），结果会显示在本页"
    return back_to(f"/mine/findings/one?{_query(site, finding)}#recheck", told, request=request)


def ask(own: OwnUnit, one: ListedFinding, address: str) -> Job:
    """Ask for a recheck, and log that it was asked for.  ``WrongCallError``."""
    tools, claimed, at = own.tools, address.strip()[:2000], own.tools.now()
    queue, hosts = JobQueue(tools.engine), OwnRequests(tools.engine)
    job = ask_recheck(queue, hosts, own.unit, one, claimed=claimed, by=own.actor.by, at=at)
    told = f"{own.unit.name}指明内容在 {claimed[:200]}，请复查" if claimed else f"{own.unit.name}申请复查"
    tools.log.add(
        at=at,
        by=own.actor.account.login,
        role=own.actor.role.value,
        action="ask_recheck",
        subject=finding_subject(one.site, one.finding.id),
        told=told,
        detail={"job": job.id, "address": claimed},
    )
    return job


@router.page("/mine/findings/jobs/{number}", Right.SEE_OWN_UNIT)
def job_state(request: Request, tools: Tools, actor: Acting, number: int) -> Response:
    """How a recheck stands; the page asks again until it is over."""
    own = own_unit(tools, actor)
    try:
        job = JobQueue(tools.engine).load(number)
    except UnknownJobError:
        raise NotFoundError("没有这项任务") from None
    if str(job.argument.get("site", "")) not in sites_of(own.unit):
        raise NotFoundError("没有这项任务")
    return part(request, "mine_job.html", job=job, job_states=JOB_STATE_NAMES)


@router.page("/mine/findings/{site:path}/{finding}", Right.SEE_OWN_UNIT)
def finding_by_path(tools: Tools, actor: Acting, site: str, finding: str) -> Response:
    """The address by which other pages name a finding."""
    own_finding(own_unit(tools, actor), site, finding)
    return RedirectResponse(f"/mine/findings/one?{_query(site, finding)}", 303)


@router.act("/mine/findings/appeal", Right.ASK_REVIEW)
def appeal(
    request: Request, tools: Tools, actor: Acting, site: _Text = "", finding: _Text = "", why: _Text = ""
) -> Response:
    """Ask for review (申诉) of a finding that the unit was told of."""
    own = own_unit(tools, actor)
    one = own_finding(own, site, finding)
    if not why.strip():
        raise WrongCallError("请写明申诉理由")
    take_step((one,), tools.view().tries, finding, Step.REVIEW_ASKED, by=actor.by, why=why[:2000], at=tools.now())
    tools.log.add(
        at=tools.now(),
        by=actor.account.login,
        role=actor.role.value,
        action="appeal_finding",
        subject=finding_subject(site, finding),
        told=f"{own.unit.name}对一项发现提出申诉",
        detail={"why": why.strip()[:2000]},
    )
    return back_to(f"/mine/findings/one?{_query(site, finding)}", "申诉已收到；复核期间照常巡查，申诉不影响任何得分")


def own_finding(own: OwnUnit, site: str, finding_id: str) -> ListedFinding:
    """``NotFoundError`` for what is not on the unit's portals, or is not shown to it."""
    if site not in sites_of(own.unit):
        raise NotFoundError
    view = own.tools.view()
    watched = view.tries.watched_sites()
    found = findings_of(AuditResults(own.tools.engine), view, watched, site, finding_id)
    one = next((one for one in found if one.finding.id == finding_id and is_shown(one)), None)
    if one is None:
        raise NotFoundError
    return one


def _query(site: str, finding_id: str) -> str:
    return urlencode({"site": site, "finding": finding_id})
