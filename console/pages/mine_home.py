"""A unit's own first page: what is due until when, its points as far as they may be seen, what would gain it most."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from console.acting import Acting, Tools
from console.own_unit import OwnUnit, own_unit
from console.rights import Right
from console.routing import PageRouter
from console.web import page
from records.rounds import STAGE_NAMES, Stage
from records.work_calendar import UnknownYearError
from services.rounds.review_queue import working_days_left
from services.unit_rounds import UnitRound
from services.unit_standing import OwnResult, own_result

router = PageRouter()
MOST_GAINS = 8


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that the unit has to do."""

    title: str
    until: str
    told: str
    path: str
    tone: str = "warn"


@router.page("/mine", Right.SEE_OWN_UNIT)
def home(request: Request, tools: Tools, actor: Acting) -> Response:
    own = own_unit(tools, actor)
    rounds = own.rounds()
    shown = next((one for one in rounds if one.visible_run is not None), None)
    draft = next((one for one in rounds if one.visible_run is None), None)
    return page(
        request, "mine_home.html", unit=own.unit, due=due_of(own, rounds), rounds=rounds, shown=shown, draft=draft,
        result=result_of(own, shown) if shown is not None else None, stages=STAGE_NAMES, most_gains=MOST_GAINS,
    )  # fmt: skip


def result_of(own: OwnUnit, one: UnitRound) -> OwnResult | None:
    """The unit's own part of the run that it may see."""
    if one.visible_run is None:
        return None
    run = own.tools.evaluation.shelf.open(one.visible_run)
    return own_result(one, run, is_final=one.stage in (Stage.FINAL, Stage.ARCHIVED))


def due_of(own: OwnUnit, rounds: tuple[UnitRound, ...]) -> tuple[Due, ...]:
    """What the unit has to do, the most urgent first."""
    found: list[Due] = []
    for one in rounds:
        if one.may_answer(own.tools.today) and one.state.deadline is not None:
            title = f"{one.title}：确认初评结果，或提出申诉"
            found.append(Due(title, f"{one.state.deadline}", days_left(own, one), f"/mine/reviews/{one.id}", "bad"))
        if one.takes_filings:
            found += _filings_due(own, one)
    return tuple(sorted(found, key=lambda due: due.until or "9999"))


def days_left(own: OwnUnit, one: UnitRound) -> str:
    """How long the unit may still answer, in words."""
    if one.state.deadline is None:
        return ""
    try:
        left = working_days_left(own.tools.evaluation.calendar, own.tools.today, one.state.deadline)
    except UnknownYearError:
        return "五个工作日内答复，期满未答复的以初评结果为准"
    when = "今天是最后一天" if left == 0 else f"还有 {left} 个工作日"
    return f"{when}；期满未答复的以初评结果为准"


def _filings_due(own: OwnUnit, one: UnitRound) -> list[Due]:
    rows = own.rows(one)
    returned = [row for row in rows if row.standing is not None and row.standing.returned]
    missing = [row for row in rows if row.standing is None]
    found = []
    if returned:
        names = "、".join(f"{row.id} {row.row.indicator.name}" for row in returned[:3])
        told = f"{len(returned)} 项被退回，请按理由改正后重新填报：{names}"
        found.append(Due(f"{one.title}：重新填报", "", told, "/mine/filings", "bad"))
    if missing:
        told = f"还有 {len(missing)} 项没有填报；截止日期以通知为准，信息核实结束以后提交的不再计入初评"
        found.append(Due(f"{one.title}：填报", "", told, "/mine/filings"))
    return found
