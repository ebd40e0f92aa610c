"""News events (新闻事件): the queue, one event with its articles, and the decisions on it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Form, Path, Query, Request
from fastapi.responses import Response

from console.acting import Acting, Actor, NotFoundError, Tools
from console.rights import Right, roles_with
from console.routing import PageRouter
from console.tools import ConsoleTools
from console.web import PageOf, back_to, local_path, page, page_number, part
from records.news import NewsEvent, NewsLabel
from records.period import Period
from services.desk import archived_page
from services.desk.archive import Answered
from services.desk.archived_page import POLICY, is_page, show
from services.news.event_board import StandingEvents
from services.news.event_queue import QUEUE_WORDS, QueueFilter, QueueState, alike, queued
from services.news.event_view import article_views
from services.news.event_words import ACTION_WORDS, GROUND_WORDS, LABEL_WORDS, STATE_WORDS
from services.news.reviewing import DecidedMeanwhileError, Reviewer, ground_named, told_decision
from services.period import read_period
from services.schemes import WrongCallError
from storage.news_exchanges import DamagedPageError, NewsExchanges

router = PageRouter()
SIZE: Final = 40
SIDE_BY_SIDE: Final = 6  # articles on one page of an event
MOST_AT_ONCE: Final = 100
OWN_LATEST: Final = 8
#: What a decision is for somebody who looks at the event again later.
STATE_KINDS: Final = {"suggested": "warn", "confirmed": "bad", "dismissed": "", "refuted": "good"}
Place = Annotated[int, Path(ge=0, le=2**31 - 1)]
_Text = Annotated[str, Form()]
_Texts = Annotated[list[str], Form(default_factory=list)]


@router.page("/events", Right.SEE_EVENTS)
def queue(
    request: Request,
    tools: Tools,
    actor: Acting,
    label: str = "",
    unit: str = "",
    tone: str = "",
    state: str = "",
    period: str = "",
    text: str = "",
    mine: str = "",
    number: Annotated[str, Query(alias="page")] = "",
) -> Response:
    """The events that wait for a person first, the worst and newest of them first."""
    standing = tools.events.board.standing()
    assigned = tools.events.notes.assigned(tools.city.id)
    wanted_events = read_filter(label, unit, tone, state, period, text)
    if mine:
        own_events = frozenset(event for event, login in assigned.items() if login == actor.account.login)
        wanted_events = replace(wanted_events, only=own_events)
    found = queued(standing, wanted_events)
    wanted = page_number(number)
    shown = PageOf(found[(wanted - 1) * SIZE : wanted * SIZE], len(found), wanted, SIZE)
    own = [one for one in reversed(standing.reviews) if one.by == actor.by and one.undone is None][:OWN_LATEST]
    return page(
        request, "events_queue.html", list=shown, standing=standing, waiting=sum(map(standing.needs_person, found)),
        filters={
            "label": label, "unit": unit, "tone": tone, "state": state, "period": period, "text": text, "mine": mine,
        },
        assigned=assigned, words=STATE_WORDS, kinds=STATE_KINDS,
        states=[(one.value, told) for one, told in QUEUE_WORDS.items()],
        labels=[(one.value, told) for one, told in LABEL_WORDS.items()], label_words=LABEL_WORDS,
        units=[("-", "未归属"), *((one.id, one.name) for one in tools.city.units)], names=names_of(tools),
        grounds=[(one.value, told) for one, told in GROUND_WORDS.items()], own=own, actions=ACTION_WORDS,
    )  # fmt: skip


@router.page("/events/{event_id}", Right.SEE_EVENTS)
def event(
    request: Request, tools: Tools, actor: Acting, event_id: str, number: Annotated[str, Query(alias="page")] = ""
) -> Response:
    """One event: its articles beside each other, why, whose, and what was decided."""
    standing = tools.events.board.standing()
    here = standing.where(event_id)
    found = standing.events.get(here)
    if found is None:
        raise NotFoundError("没有这个事件")
    if here != event_id:
        return back_to(f"/events/{quote(here)}", "原来的事件已并入这一件")
    wanted = page_number(number)
    keys = found.articles[(wanted - 1) * SIDE_BY_SIDE : wanted * SIDE_BY_SIDE]
    hide = not actor.has(Right.DECIDE_EVENTS)
    notes = tools.events.notes.of(tools.city.id, found.id)
    return page(
        request, "events_event.html", event=found, version=standing.version(found), standing=standing,
        articles=article_views(tools.events.news, tools.city.id, found, keys, hide=hide),
        list=PageOf(keys, len(found.articles), wanted, SIDE_BY_SIDE), history=standing.history(found.id),
        next=_next(standing, found), last=_own_last(standing, found, actor), words=STATE_WORDS, kinds=STATE_KINDS,
        label_words=LABEL_WORDS, names=names_of(tools), units=tools.city.units, hidden=hide,
        grounds=[(one.value, told) for one, told in GROUND_WORDS.items()], ground_words=GROUND_WORDS,
        actions=ACTION_WORDS, suggested=standing.suggested.get(found.id),
        notes=notes, analysts=analysts_of(tools),
        assigned=next((one.assigned for one in reversed(notes) if one.assigned is not None), ""),
    )  # fmt: skip


@router.page("/events/{event_id}/alike", Right.DECIDE_EVENTS)
def candidates(request: Request, tools: Tools, actor: Acting, event_id: str, text: str = "") -> Response:
    """The events that this one may be merged into, as a part of its page."""
    standing = tools.events.board.standing()
    found = standing.events.get(event_id)
    if found is None:
        raise NotFoundError("没有这个事件")
    return part(
        request, "events_alike.html", found=alike(standing, found, text), names=names_of(tools), words=STATE_WORDS,
        label_words=LABEL_WORDS, text=text,
    )  # fmt: skip


@router.page("/events/archived/{article}/{version}/{position}", Right.SEE_EVENTS)
def archived(request: Request, tools: Tools, actor: Acting, article: str, version: Place, position: Place) -> Response:
    """The page of an article as it was answered then: harmless, in a sandbox, nothing is loaded."""
    try:
        kept, _ = NewsExchanges(tools.engine).load(f"{article}/{version}/{position}")
    except DamagedPageError as error:
        raise NotFoundError(str(error)) from None
    kind = next((value for name, value in kept.response_headers if name.lower() == "content-type"), "")
    answered = Answered(kept.url, kept.status, kind, "", kept.at.isoformat(), kept.body)
    if not is_page(answered):
        raise NotFoundError("存档的不是网页，不能在这里显示；请运维从证据中导出")
    shown = show(answered, archived_page.Place(), masked=not actor.has(Right.DECIDE_EVENTS))
    return Response(shown.body, media_type="text/html", headers={"Content-Security-Policy": POLICY})


@router.act("/events/decide", Right.DECIDE_EVENTS)
def decide_many(
    request: Request, tools: Tools, actor: Acting, event: _Texts, action: _Text = "", why: _Text = "",
    ground: _Text = "", back: _Text = "",
) -> Response:  # fmt: skip
    """Confirm or dismiss several at once, each as it was shown: what somebody else decided meanwhile is left alone."""
    target = local_path(back, "/events")
    if not event:
        return back_to(target, "没有勾选任何事件", good=False, request=request)
    if len(event) > MOST_AT_ONCE:
        raise WrongCallError(f"一次最多处理 {MOST_AT_ONCE} 件")
    if action not in ("confirm", "dismiss"):
        raise WrongCallError("请选择确认或排除")
    reviewer = reviewer_of(tools, actor, why)
    chosen = None if action == "confirm" else ground_named(ground)
    done, left = 0, []
    for one in dict.fromkeys(event):
        identity, _, seen = one.partition("@")
        try:
            if action == "confirm":
                tools.events.confirm(identity, reviewer, seen=seen)
            else:
                tools.events.dismiss(identity, reviewer, ground=chosen, seen=seen)
            done += 1
        except WrongCallError as wrong:
            left.append(f"{identity[:10]}：{'；'.join(wrong.lines)}")
    told = f"已{'确认' if action == 'confirm' else '排除'} {done} 件"
    if left:
        told += f"；{len(left)} 件没有处理：" + "；".join(left[:5])
    return back_to(target, told, good=not left, request=request)


@router.act("/events/{event_id}/confirm", Right.DECIDE_EVENTS)
def confirm(request: Request, tools: Tools, actor: Acting, event_id: str, seen: _Text, why: _Text = "") -> Response:
    reviewer = reviewer_of(tools, actor, why or "看过报道，研判和归属无误")
    return _decided(request, tools, event_id, lambda: tools.events.confirm(event_id, reviewer, seen=seen), "已确认")


@router.act("/events/{event_id}/dismiss", Right.DECIDE_EVENTS)
def dismiss(
    request: Request, tools: Tools, actor: Acting, event_id: str, seen: _Text, why: _Text = "", ground: _Text = ""
) -> Response:
    reviewer, chosen = reviewer_of(tools, actor, why), ground_named(ground)
    told = "已排除，不计入任何单位" + ("；下次训练会学到" if chosen.value == "not_so" else "")
    return _decided(
        request, tools, event_id, lambda: tools.events.dismiss(event_id, reviewer, ground=chosen, seen=seen), told
    )


@router.act("/events/{event_id}/relabel", Right.DECIDE_EVENTS)
def relabel(
    request: Request, tools: Tools, actor: Acting, event_id: str, seen: _Text, label: _Texts, why: _Text = "",
    negative: _Text = "", confirms: _Text = "",
) -> Response:  # fmt: skip
    reviewer = reviewer_of(tools, actor, why)

    def decide() -> NewsEvent:
        found = tools.events.relabel(event_id, label, reviewer, negative=bool(negative), seen=seen)
        return _confirmed(tools, found, reviewer) if confirms else found

    return _decided(request, tools, event_id, decide, "种类已改")


@router.act("/events/{event_id}/reattribute", Right.DECIDE_EVENTS)
def reattribute(
    request: Request, tools: Tools, actor: Acting, event_id: str, seen: _Text, unit: _Texts, why: _Text = "",
    confirms: _Text = "",
) -> Response:  # fmt: skip
    reviewer = reviewer_of(tools, actor, why)

    def decide() -> NewsEvent:
        found = tools.events.reattribute(event_id, unit, reviewer, seen=seen)
        return _confirmed(tools, found, reviewer) if confirms else found

    return _decided(request, tools, event_id, decide, "归属已改")


@router.act("/events/{event_id}/merge", Right.DECIDE_EVENTS)
def merge(
    request: Request, tools: Tools, actor: Acting, event_id: str, seen: _Text, into: _Text = "", why: _Text = ""
) -> Response:
    if not into:
        raise WrongCallError("请选择并入哪个事件")
    reviewer = reviewer_of(tools, actor, why)
    return _decided(request, tools, event_id, lambda: tools.events.merge(event_id, into, reviewer, seen=seen), "已并入")


@router.act("/events/{event_id}/split", Right.DECIDE_EVENTS)
def split(
    request: Request, tools: Tools, actor: Acting, event_id: str, seen: _Text, article: _Texts, why: _Text = ""
) -> Response:
    if not article:
        raise WrongCallError("请在讲另一件事的文章上打勾")
    reviewer = reviewer_of(tools, actor, why)
    told = "已拆出，成为这个新事件"
    return _decided(request, tools, event_id, lambda: tools.events.split(event_id, article, reviewer, seen=seen), told)


@router.act("/events/{event_id}/undo", Right.DECIDE_EVENTS)
def undo(request: Request, tools: Tools, actor: Acting, event_id: str, seen: _Text = "", back: _Text = "") -> Response:
    reviewer = reviewer_of(tools, actor, "撤销")
    try:
        found = tools.events.undo(event_id, reviewer, seen=seen or None)
    except WrongCallError as wrong:
        target = local_path(back, _page_of(tools, event_id))
        return back_to(target, "；".join(wrong.lines), good=False, request=request)
    return back_to(local_path(back, f"/events/{quote(found.id)}"), "已撤销", request=request)


@router.act("/events/{event_id}/comment", Right.DECIDE_EVENTS)
def comment(request: Request, tools: Tools, actor: Acting, event_id: str, text: _Text = "") -> Response:
    tools.events.comment(event_id, text, reviewer_of(tools, actor, "留言"))
    return back_to(_page_of(tools, event_id), "已留言", request=request)


@router.act("/events/{event_id}/assign", Right.DECIDE_EVENTS)
def assign(request: Request, tools: Tools, actor: Acting, event_id: str, login: _Text = "") -> Response:
    if login and login not in analysts_of(tools):
        raise WrongCallError("没有这个分析员账户，或已停用")
    tools.events.assign(event_id, login, reviewer_of(tools, actor, "指派"))
    return back_to(_page_of(tools, event_id), "已指派" if login else "不再指定由谁处理", request=request)


# ----- what the API uses, too


def analysts_of(tools: ConsoleTools) -> dict[str, str]:
    """Login → name of those who may decide on events."""
    return {one.login: one.name for one in tools.accounts.accounts.active(roles_with(Right.DECIDE_EVENTS))}


def names_of(tools: ConsoleTools) -> dict[str, str]:
    return {unit.id: unit.name for unit in tools.city.units}


def reviewer_of(tools: ConsoleTools, actor: Actor, why: str) -> Reviewer:
    return Reviewer(actor.by, why, tools.now(), actor.account.login, actor.role.value)


def read_filter(label: str, unit: str, tone: str, state: str, period: str, text: str) -> QueueFilter:
    """The filters of an address.  ``WrongCallError``."""
    try:
        of_label = NewsLabel(label) if label else None
        of_state = QueueState(state) if state else None
    except ValueError:
        raise WrongCallError("筛选条件不对：请从列表中选择种类和状态") from None
    first, last = _days(period)
    return QueueFilter(
        label=of_label,
        unit="" if unit == "-" else unit or None,
        negative={"negative": True, "other": False}.get(tone),
        state=of_state,
        first=first,
        last=last,
        text=text[:100],
    )


# ----- inside


def _days(period: str) -> tuple[date | None, date | None]:
    if not period.strip():
        return None, None
    found: Period = read_period(period.strip())
    return found.first_day, found.last_day


def _next(standing: StandingEvents, event: NewsEvent) -> NewsEvent | None:
    """The event to look at after this one."""
    waiting = queued(standing, QueueFilter(state=QueueState.WAITING))
    return next((one for one in waiting if one.id != event.id), None)


def _own_last(standing: StandingEvents, event: NewsEvent, actor: Actor) -> str:
    """What this account decided last on the event, where it is the newest decision: it may be taken back."""
    last = next((one for one in reversed(standing.history(event.id)) if one.undone is None), None)
    return ACTION_WORDS[last.action] if last is not None and last.by == actor.by else ""


def _confirmed(tools: ConsoleTools, event: NewsEvent, reviewer: Reviewer) -> NewsEvent:
    seen = tools.events.board.standing().version(event)
    return tools.events.confirm(event.id, reviewer, seen=seen)


def _page_of(tools: ConsoleTools, event_id: str) -> str:
    return f"/events/{quote(tools.events.board.standing().where(event_id))}"


def _decided(
    request: Request, tools: ConsoleTools, event_id: str, decide: Callable[[], NewsEvent], told: str
) -> Response:
    """Do it and show the event as it is now; where somebody was first, show what they did."""
    try:
        found = decide()
    except DecidedMeanwhileError as late:
        return back_to(_page_of(tools, event_id), "；".join(late.lines), good=False, request=request)
    return back_to(f"/events/{quote(found.id)}", f"{told}。{told_decision(tools.city, found)}", request=request)
