"""The queue of suspicions (疑点队列), one finding with its evidence, and the decisions about it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Form, Path, Request
from fastapi.responses import Response
from starlette.background import BackgroundTask

from checks.life import BAND_NAMES
from checks.registry import CHECKS
from console.acting import Acting, Actor, NotFoundError, Tools
from console.pages.archived import Ticket, address_of, origin_of
from console.rights import Right, roles_with
from console.routing import PageRouter
from console.tools import ConsoleTools
from console.web import PageOf, back_to, local_path, page, page_number, part
from records.desk import CardQuery, DeskAction, FindingCard, Pile
from records.sightings import LifeState
from records.verdicts import Severity
from services.desk.archived_page import Place
from services.desk.cards import CardKeeper
from services.desk.decide import MOST, USUAL_SILENCE, WORDS, Done, FlagDesk, Who
from services.desk.exhibit import Exhibit
from services.desk.stakes import stakes
from services.finding_list import LIFE_NAMES, REVIEW_NAMES
from services.reports.finding_text import SIGHT_NAMES, STEP_NAMES
from services.reports.titles import check_title
from services.reports.wording import SEVERITY, answer, asked_by
from services.schemes import WrongCallError
from storage.errors import StorageError

router = PageRouter()
CAUSES: Final = 40  # on one page
AT_ONCE: Final = 0.1  # seconds that a page may spend on what is behind
AFTERWARDS: Final = 30.0  # and after it was answered
PILE_NAMES: Final = {
    Pile.OPEN: "待复核",
    Pile.CONFIRMED: "已确认",
    Pile.RECOVERED: "已恢复",
    Pile.SUPPRESSED: "被抑制",
    Pile.UNVERIFIABLE: "无法核实",
    Pile.VOIDED: "已作废",
}
NIGHT_NAMES: Final = {
    "running": "正在进行",
    "paused": "暂停",
    "healthy": "自检合格",
    "held": "待人工决定",
    "voided": "已作废",
}
#: What a severity is shown as, beside its word.
SEVERITY_KINDS: Final = {Severity.MAJOR: "bad", Severity.MINOR: "warn", Severity.NOTICE: ""}
_FILTERS: Final = ("unit", "site", "check", "severity", "life", "mine", "unread", "from", "to", "text", "cause")
_CARD: Final = re.compile(r"(\d{1,9}):(\d{1,9})")
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
_Text = Annotated[str, Form()]
_Texts = Annotated[list[str], Form(default_factory=list)]


@router.page("/flags", Right.SEE_FLAGS)
def queue(request: Request, tools: Tools, actor: Acting) -> Response:
    """The worst and oldest first, one line for each cause."""
    desk = desk_of(tools)
    left = refreshed(desk.keeper)
    query = query_of(request.query_params, actor)
    number = page_number(request.query_params.get("page"))
    groups = desk.cards.groups(query, limit=CAUSES, offset=(number - 1) * CAUSES)
    shown = page(
        request,
        "flags_queue.html",
        groups=groups,
        list=PageOf(groups.items, groups.causes, number, CAUSES),
        piles=desk.cards.piles(query) if not query.text else {query.pile: groups.cards},
        pile=query.pile,
        unread=desk.cards.count(CardQuery(Pile.CONFIRMED, unread=True)) if query.pile is Pile.OPEN else 0,
        pile_names=PILE_NAMES,
        filters={name: request.query_params.get(name, "") for name in _FILTERS},
        units=[(one.id, one.name) for one in tools.city.units if one.portals],
        checks=[(one.id, one.title) for one in CHECKS],
        severity_choices=[(one.value, SEVERITY[one]) for one in Severity],
        life_choices=[(one.value, LIFE_NAMES[one]) for one in LifeState],
        undoable=desk.undoable(actor.account.login, tools.now()) if actor.has(Right.DECIDE_FLAGS) else (),
        analysts=analysts_of(tools) if actor.has(Right.DECIDE_FLAGS) else (),
        until=tools.today + USUAL_SILENCE,
        left=left,
        suffix=suffix_of(request),
        most=MOST,
        **words(),
    )
    if left:
        shown.background = BackgroundTask(_afterwards, desk.keeper)
    return shown


@router.page("/flags/cause", Right.SEE_FLAGS)
def cause(request: Request, tools: Tools, actor: Acting) -> Response:
    """The cards of one cause, as a part of the queue."""
    query = query_of(request.query_params, actor)
    cards = desk_of(tools).cards.page(query, limit=MOST)
    return part(
        request, "flags_cause.html", cards=cards, suffix=suffix_of(request, without=("cause",)), most=MOST, **words()
    )


@router.page("/flags/{number}", Right.SEE_FLAGS)
def one(request: Request, tools: Tools, actor: Acting, number: Number, show: str = "") -> Response:
    """One finding: the page as it was seen, beside every try and what it costs."""
    desk = desk_of(tools)
    card = card_of(desk, number)
    listed = desk.listed(card)
    if listed is None:
        raise NotFoundError("这一条发现已被清除")
    exhibit = tools.desk.exhibitor().of(listed)
    query = query_of(request.query_params, actor)
    before, after = desk.cards.beside(card, query)
    tab = show if show in _tabs(exhibit) else next(iter(_tabs(exhibit)))
    view = desk.keeper.view
    return page(
        request,
        "flags_one.html",
        card=card,
        one=listed,
        exhibit=exhibit,
        tabs=_tabs(exhibit),
        tab=tab,
        frame=_frame(request, tools, actor, exhibit, tab),
        before=before,
        after=after,
        suffix=suffix_of(request, without=("show",)),
        history=view.sources.reviewed.history(card.site, card.finding),
        steps=view.tries.steps((card.site,), card.finding),
        comments=desk.desk.comments(card.site, card.finding),
        analysts=analysts_of(tools),
        undoable=tuple(
            one
            for one in desk.undoable(actor.account.login, tools.now())
            if (one.site, one.finding) == (card.site, card.finding)
        ),
        same=desk.cards.count(CardQuery(card.pile, cause=card.cause)),
        until=tools.today + USUAL_SILENCE,
        left=0,
        **words(),
    )


@router.page("/flags/{number}/stakes", Right.SEE_FLAGS)
def at_stake(request: Request, tools: Tools, actor: Acting, number: Number) -> Response:
    """What the finding costs, and whom, as a part of its page: opening a large run takes a moment."""
    card = card_of(desk_of(tools), number)
    return part(request, "flags_stakes.html", card=card, stakes=stakes(card, tools.evaluation.shelf, tools.city.id))


@router.page("/flags/{number}/picture", Right.SEE_FLAGS)
def picture(request: Request, tools: Tools, actor: Acting, number: Number) -> Response:
    """The screenshot, where it is what it was when it was filed."""
    desk = desk_of(tools)
    listed = desk.listed(card_of(desk, number))
    file = tools.desk.exhibitor().of(listed).picture if listed is not None else None
    path = file.where(tools.desk.evidence) if file is not None else None
    if path is None:
        raise NotFoundError("没有这张截图，或它已到期清除")
    body = path.read_bytes()
    if not body.startswith(b"\x89PNG\r\n\x1a\n"):
        raise NotFoundError("这张截图不是图片")
    return Response(body, media_type="image/png")


@router.act("/flags/decide", Right.DECIDE_FLAGS)
def decide(
    request: Request, tools: Tools, actor: Acting, card: _Texts, action: _Text = "", why: _Text = "",
    until: _Text = "", back: _Text = "",
) -> Response:  # fmt: skip
    """One or many at once, each as it was shown."""
    target = local_path(back, "/flags")
    if action not in (DeskAction.CONFIRM, DeskAction.DISMISS, DeskAction.SUPPRESS):
        raise WrongCallError("请选择确认、否定或抑制")
    done = desk_of(tools).decide(
        read_cards(card), DeskAction(action), who=who_of(actor), at=tools.now(), why=why, until=read_day(until)
    )
    return back_to(target, told_of(done, WORDS[DeskAction(action)]), good=not done.refused, request=request)


@router.act("/flags/undo", Right.DECIDE_FLAGS)
def undo(request: Request, tools: Tools, actor: Acting, batch: _Text = "", back: _Text = "") -> Response:
    done = desk_of(tools).undo(batch, who=who_of(actor), at=tools.now())
    return back_to(local_path(back, "/flags"), told_of(done, "撤销"), good=not done.refused, request=request)


@router.act("/flags/assign", Right.DECIDE_FLAGS)
def assign(
    request: Request, tools: Tools, actor: Acting, card: _Texts, assigned: _Text = "", back: _Text = ""
) -> Response:
    known = dict(analysts_of(tools))
    if assigned and assigned not in known:
        raise WrongCallError(f"没有分析员账户 {assigned!r}")
    cards = desk_of(tools).assign(read_cards(card), assigned, who=who_of(actor), at=tools.now())
    told = f"已把 {len(cards)} 项分派给{known[assigned]}" if assigned else f"已取消 {len(cards)} 项的分派"
    return back_to(local_path(back, "/flags"), told, request=request)


@router.act("/flags/{number}/comment", Right.DECIDE_FLAGS)
def comment(
    request: Request, tools: Tools, actor: Acting, number: Number, text: _Text = "", back: _Text = ""
) -> Response:
    desk = desk_of(tools)
    card_of(desk, number)
    desk.comment(number, text, who=who_of(actor), at=tools.now())
    return back_to(local_path(back, f"/flags/{number}"), "备注已保存", request=request)


@router.act("/flags/{number}/notify", Right.DECIDE_FLAGS)
def notify(
    request: Request,
    tools: Tools,
    actor: Acting,
    number: Number,
    version: _Text = "",
    why: _Text = "",
    back: _Text = "",
) -> Response:
    desk = desk_of(tools)
    card_of(desk, number)
    known = int(version) if version.isascii() and version.isdigit() else 0
    desk.notify(number, known, who=who_of(actor), at=tools.now(), why=why)
    return back_to(local_path(back, f"/flags/{number}"), "已告知单位：单位的页面上可以看到这一项", request=request)


# -- what the pages and the API share ---------------------------------------------------------------------------------


def desk_of(tools: ConsoleTools) -> FlagDesk:
    """The desk on the day of the console."""
    return tools.desk.flags(replace(tools.view(), today=tools.today))


def refreshed(keeper: CardKeeper, seconds: float = AT_ONCE) -> int:
    """How many portals are still behind.  A database that is busy keeps nobody from looking at what is there."""
    try:
        return keeper.refresh(seconds=seconds) if keeper.is_behind() else 0
    except StorageError:
        return keeper.cards.due_count()


def _afterwards(keeper: CardKeeper) -> None:
    refreshed(keeper, AFTERWARDS)


def card_of(desk: FlagDesk, number: int) -> FindingCard:
    found = desk.cards.load(number)
    if found is None:
        raise NotFoundError("没有这一条发现，或它已被清除")
    return found


def who_of(actor: Actor) -> Who:
    return Who(actor.account.login, actor.by, actor.role.value)


def analysts_of(tools: ConsoleTools) -> list[tuple[str, str]]:
    """Who can be given findings: login and name."""
    return [(one.login, one.name) for one in tools.accounts.accounts.active(roles_with(Right.DECIDE_FLAGS))]


def query_of(given: Any, actor: Actor) -> CardQuery:
    """The filter in an address; what is no value there asks for nothing."""
    pile, severity, life = given.get("pile", ""), given.get("severity", ""), given.get("life", "")
    return CardQuery(
        pile=Pile(pile) if pile in list(Pile) else None if pile == "all" else Pile.OPEN,
        unit=given.get("unit") or None,
        site=given.get("site") or None,
        check=given.get("check") or None,
        severity=Severity(severity) if severity in list(Severity) else None,
        life=LifeState(life) if life in list(LifeState) else None,
        assigned=actor.account.login if given.get("mine") else None,
        first_from=_day_or_none(given.get("from", "")),
        first_to=_day_or_none(given.get("to", "")),
        text=given.get("text", "")[:100],
        cause=given.get("cause") or None,
        unread=bool(given.get("unread")),
    )


def suffix_of(request: Request, *, without: Sequence[str] = ()) -> str:
    """The filter of this address, to be carried on."""
    kept = [
        (name, value)
        for name in ("pile", *_FILTERS)
        if name not in without and (value := request.query_params.get(name))
    ]
    return f"?{urlencode(kept)}" if kept else ""


def read_cards(given: Sequence[str]) -> dict[int, int]:
    """Version by number, as the checkboxes say them (``12:3``).  ``WrongCallError``."""
    found: dict[int, int] = {}
    for one in given:
        match = _CARD.fullmatch(one)
        if match is None:
            raise WrongCallError("选中的条目看不懂，请刷新页面后重选")
        found[int(match[1])] = int(match[2])
    return found


def read_day(text: str) -> date | None:
    """``WrongCallError`` where it is no date."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise WrongCallError(f"日期应写作 2026-12-31，得到 {text!r}") from None


def _day_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def told_of(done: Done, word: str) -> str:
    told = f"已{word} {len(done.cards)} 项" if done.cards or not done.refused else ""
    if done.refused:
        more = f"等 {len(done.refused)} 项" if len(done.refused) > 3 else ""
        told += ("；" if told else "") + "；".join(done.refused[:3]) + more
    return told


def words() -> dict[str, Any]:
    """The words that templates of findings need."""
    return {
        "check_title": check_title,
        "severities": SEVERITY,
        "severity_kinds": SEVERITY_KINDS,
        "lives": LIFE_NAMES,
        "reviews": REVIEW_NAMES,
        "sights": SIGHT_NAMES,
        "bands": BAND_NAMES,
        "step_names": STEP_NAMES,
        "night_names": NIGHT_NAMES,
        "asked_by": asked_by,
        "answer": answer,
    }


def _tabs(exhibit: Exhibit) -> dict[str, str]:
    """What can be looked at on the left: name and title."""
    found = {}
    if exhibit.page is not None:
        found["page"] = "页面（存档）"
    if exhibit.answer is not None:
        found["answer"] = "该地址的答复"
    if exhibit.picture is not None:
        found["picture"] = "截图"
    if exhibit.searched or exhibit.pages_searched:
        found["searched"] = "检索范围"
    return found or {"none": "没有存档"}


def _frame(request: Request, tools: ConsoleTools, actor: Actor, exhibit: Exhibit, tab: str) -> str:
    """Where the archived page of a tab is, empty where it has none."""
    seen = exhibit.page if tab == "page" else exhibit.answer if tab == "answer" else None
    if seen is None:
        return ""
    place = Place(exhibit.mark, exhibit.words) if tab == "page" and exhibit.mark else Place()
    masked = not actor.has(Right.DECIDE_FLAGS)
    return address_of(tools, Ticket(seen, place, masked, origin_of(request)))
