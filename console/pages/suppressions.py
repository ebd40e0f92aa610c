"""Suppressions (抑制): what is not spoken of, whose word that is, until when; making and lifting one."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Final

from fastapi import Form, Request
from fastapi.responses import Response

from console.acting import Acting, Tools
from console.pages.flags import Number, desk_of, read_day, refreshed, who_of
from console.rights import Right
from console.routing import PageRouter
from console.web import PageOf, back_to, page, page_number
from services.desk.decide import USUAL_SILENCE
from services.desk.silence import LISTS, lift_one, make_one
from services.reports.titles import check_title
from storage.silences import SilenceList, Silences

router = PageRouter()
SIZE: Final = 50
SOON: Final = timedelta(days=14)
_Text = Annotated[str, Form()]


@router.page("/suppressions", Right.SEE_FLAGS)
def suppressions(
    request: Request, tools: Tools, actor: Acting, which: str = "", unit: str = "", text: str = ""
) -> Response:
    desk = desk_of(tools)
    refreshed(desk.keeper)
    chosen = which if which in LISTS else "holding"
    sites = tuple(site for site, (known, _) in tools.desk.units.of_site.items() if known == unit) if unit else None
    number = page_number(request.query_params.get("page"))
    known = SilenceList(tools.engine)
    wanted = Silences(chosen, tools.today, tools.today + SOON, sites, text[:100])
    rows = known.page(wanted, limit=SIZE, offset=(number - 1) * SIZE)
    counts = {name: known.count(replace(wanted, which=name)) for name in LISTS}
    return page(
        request,
        "suppressions.html",
        list=PageOf(rows, counts[chosen], number, SIZE),
        counts=counts,
        lists=LISTS,
        which=chosen,
        units=[(one.id, one.name) for one in tools.city.units if one.portals],
        of_site=tools.desk.units.of,
        filters={"unit": unit, "text": text},
        check_title=check_title,
        until=tools.today + USUAL_SILENCE,
        soon=tools.today + SOON,
    )


@router.act("/suppressions", Right.DECIDE_FLAGS)
def make(
    request: Request, tools: Tools, actor: Acting, subject: _Text = "", site: _Text = "", check: _Text = "",
    why: _Text = "", until: _Text = "",
) -> Response:  # fmt: skip
    made = make_one(
        desk_of(tools), subject=subject, site=site, check=check, why=why, until=read_day(until),
        who=who_of(actor), at=tools.now(),
    )  # fmt: skip
    return back_to("/suppressions", f"已抑制 {made.subject}（编号 {made.id}），到 {made.ends} 为止", request=request)


@router.act("/suppressions/{number}/lift", Right.DECIDE_FLAGS)
def lift(request: Request, tools: Tools, actor: Acting, number: Number, why: _Text = "") -> Response:
    lifted = lift_one(desk_of(tools), number, why=why, who=who_of(actor), at=tools.now())
    return back_to("/suppressions", f"已解除抑制 {lifted.id}（{lifted.subject}）", request=request)
