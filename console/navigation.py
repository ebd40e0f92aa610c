"""The menu: what each role finds where."""

from dataclasses import dataclass
from typing import Final

from console.acting import Actor
from console.rights import Right
from records.accounts import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu; shown to whoever has the right."""

    path: str
    title: str
    right: Right


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    entries: tuple[Entry, ...]


MENU: Final = (
    Group(
        "本单位",
        (
            Entry("/mine", "待办与得分", Right.SEE_OWN_UNIT),
            Entry("/mine/filings", "填报", Right.SEE_OWN_UNIT),
            Entry("/mine/findings", "本单位的发现", Right.SEE_OWN_UNIT),
            Entry("/mine/reviews", "确认与申诉", Right.SEE_OWN_UNIT),
            Entry("/mine/requests", "访问记录", Right.SEE_OWN_UNIT),
        ),
    ),
    Group(
        "监测复核",
        (
            Entry("/flags", "疑点队列", Right.SEE_FLAGS),
            Entry("/events", "新闻事件", Right.SEE_EVENTS),
            Entry("/samples", "每日抽检", Right.SEE_SAMPLES),
            Entry("/suppressions", "抑制", Right.SEE_FLAGS),
            Entry("/duties", "拒绝访问的门户", Right.SEE_FLAGS),
        ),
    ),
    Group(
        "评价",
        (
            Entry("/overview", "评价总览", Right.SEE_OVERVIEW),
            Entry("/rounds", "评价轮次", Right.SEE_ROUNDS),
            Entry("/filings", "填报审核", Right.SEE_FILINGS),
            Entry("/reviews", "申诉复核", Right.SEE_REVIEWS),
            Entry("/precedents", "先例", Right.SEE_REVIEWS),
            Entry("/complaints", "投诉举报", Right.SEE_COMPLAINTS),
        ),
    ),
    Group(
        "运行",
        (
            Entry("/portals", "门户", Right.SEE_WATCH),
            Entry("/crawls", "巡查", Right.SEE_WATCH),
            Entry("/jobs", "任务", Right.SEE_WATCH),
            Entry("/schedule", "时间表", Right.SEE_WATCH),
            Entry("/storage", "存储与证据", Right.SEE_WATCH),
            Entry("/model", "分类模型", Right.SEE_WATCH),
            Entry("/users", "账户", Right.MANAGE_USERS),
            Entry("/log", "操作日志", Right.SEE_LOG),
        ),
    ),
)


def menu_of(actor: Actor) -> tuple[Group, ...]:
    """The menu as this account sees it."""
    shown = (Group(group.title, tuple(one for one in group.entries if actor.has(one.right))) for group in MENU)
    return tuple(group for group in shown if group.entries)


def home_of(actor: Actor) -> str:
    """Where this account's day begins."""
    if actor.role is Role.OPERATOR:
        return "/crawls"
    for group in menu_of(actor):
        return group.entries[0].path
    return "/me"
