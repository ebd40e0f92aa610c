"""Plays three nights of the demo city in fast time: the watch itself, with a clock that jumps from act to act."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Final

from chengjian.children import Nursery, ProcessChild
from chengjian.demo.city import City
from chengjian.demo.site import Mood
from chengjian.demo.stage import EVENING, OFFICE, Days
from chengjian.forking import Zygote
from chengjian.night_by_hand import run_by_hand
from chengjian.night_room import NightRoom
from chengjian.settings import child_environment
from records.nights import Night
from services.night.digest import STATE_WORDS
from services.night.hours import Stop
from storage.clock import CHINA, now, playing_at

_BY: Final = "示范"
_SEEN_BY_BROWSERS: Final = frozenset({"shayu"})  # units whose pages only a browser shows
_PHOTOGRAPHED: Final = frozenset({"liuwan", "qinghe"})  # in the last night: the pictures take most of a visit's time

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Act:
    """One time that the watch goes round."""

    name: str  # Chinese
    day: int  # of the play: 1, 2, 3
    hour: time
    told: str  # Chinese: what was changed in the city
    moods: tuple[tuple[str, Mood], ...] = ()  # portals that are not well
    news: bool = False  # whether the papers are read, too
    pictures: bool = False  # whether a browser photographs what is found


_GUARDED: Final = ("yantang", Mood.GUARDED)

#: Three nights, and the looks in office hours between them without which no fault may be called confirmed.
ACTS: Final = (
    Act(
        "第一夜",
        1,
        EVENING,
        "七个门户都在，缺陷事先写明：有打不开的网页，有空白的栏目，一个藏在人机验证之后。",
        news=True,
    ),
    Act("第二天上班时间", 2, OFFICE, "青禾县“政策解读”一直没有新内容，今天满 32 天。只再看有疑点的门户。"),
    Act(
        "第二夜",
        2,
        EVENING,
        "柳湾区的网站断了；雁塘县的防火墙醒了，什么都不让看。",
        moods=(("liuwan", Mood.DOWN), _GUARDED),
    ),
    Act(
        "第三天上班时间",
        3,
        OFFICE,
        "多数缺陷已在两天、两个时段、看到三次；只剩还差一次的，才再去看。",
        moods=(_GUARDED,),
    ),
    Act(
        "第三夜",
        3,
        EVENING,
        "柳湾区的网站恢复了；雁塘县仍被防火墙挡着，坏了的网页还坏着。",
        moods=(_GUARDED,),
        news=True,
        pictures=True,
    ),
)


@dataclass(frozen=True, slots=True)
class _Nursery(Nursery):
    """Sends a browser where it is needed, and forks by the clock of the play."""

    browsers: frozenset[str] = frozenset()  # units

    async def visit(self, stop: Stop, night: int) -> ProcessChild:
        render = "auto" if stop.unit in self.browsers else "never"
        return await Nursery.visit(replace(self, command=None, render=render), stop, night)


def play(act: Act, room: NightRoom, served: City, days: Days, say: Say) -> Night:
    """One act, by the watch's own code.  Not within a running event loop.  Raises ``UserError``, ``StorageError``."""
    say(f"\n【{act.name}】{days.at(act.day, act.hour):%Y-%m-%d %H:%M}　{act.told}")
    served.moods.clear()
    served.moods.update(act.moods)
    with playing_at(days.at(act.day, act.hour)):
        ahead = (now() - datetime.now(CHINA)).total_seconds()
        clock = (sys.executable, "-m", "chengjian.demo.night_child", repr(ahead))
        wanted = _SEEN_BY_BROWSERS | (_PHOTOGRAPHED if act.pictures else frozenset())
        nursery = _Nursery(
            room.settings.home / "logs" / "children",
            room.plan.policy,
            child_environment(room.settings),
            room.plan.recheck_after,
            command=(*clock, "child"),
            zygote=Zygote((*clock, "zygote")),
            browsers=wanted if room.settings.chromium is not None else frozenset(),
        )
        watch = replace(room, nursery=nursery, plan=replace(room.plan, news=act.news))
        night = asyncio.run(run_by_hand(watch, asyncio.Event(), by=_BY, by_hand=None))
    if night is None:
        raise ValueError(f"{act.name}: no portal was due")
    say(_of_night(night, room))
    return night


def _of_night(night: Night, room: NightRoom) -> str:
    """What a night came to, in Chinese lines."""
    digest = room.digest_of(night)
    lines = [f"　　{STATE_WORDS[night.state]}：{len(night.visits)} 个门户"]
    lines += [f"　　{one.name}：{one.outcome}，网页 {one.pages}，问题 {one.standing}" for one in digest.portals]
    return "\n".join(lines)
