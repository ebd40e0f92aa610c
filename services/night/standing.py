"""How the watch stands: the last night, what is overdue, who runs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from records.nights import Night, NightHead, NightState
from records.watch import WatchPlan, WindowScope
from services.night.hours import SHANGHAI, Opening, last_closed, next_opening, openings_at
from storage.night_board import NightBoard
from storage.nights import NightRepository

Ran = TypeVar("Ran", Night, NightHead)
STALE: Final = timedelta(seconds=90)  # a scheduler without a sign of life for so long is dead
MISSED: Final = "没有巡查：到了时间而服务没有运行"
_MINUTE: Final = timedelta(minutes=1)


def scheduler_lock(city: str) -> str:
    return f"scheduler:{city}"[:64]


def night_lock(city: str) -> str:
    return f"night:{city}"[:64]


def watching_since(city: str) -> str:
    return f"watching:{city}"


def last_report(city: str) -> str:
    """The mark of the last digest that everybody took: when, and of which night."""
    return f"last_report:{city}"


def idle_mark(city: str, opening: Opening) -> str:
    """The mark of a window in which no portal was due."""
    return f"idle:{city}:{opening.opens:%Y-%m-%dT%H:%M}"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the watch of one city stands at an instant."""

    city: str
    at: datetime
    last: Night | None  # the newest night
    overdue: str  # Chinese: why the last night that had to report did not; empty where it did
    holder: str  # the process that schedules; empty where there is none
    beat: datetime | None  # its last sign of life
    next_opening: datetime | None
    served: bool = False  # a scheduler was ever started for the city
    alarm: str = ""  # the last alarm of the last day

    @property
    def alive(self) -> bool:
        return self.beat is not None and self.at - self.beat < STALE

    @property
    def well(self) -> bool:
        """Whether nobody has to look: the scheduler lives, the last night reported and may be believed."""
        ill = self.last is not None and self.last.state in (NightState.VOIDED, NightState.HELD)
        return not self.overdue and not ill and (self.alive or not self.served)


def standing(city: str, plan: WatchPlan, nights: NightRepository, now: datetime) -> Standing:
    """How a city's watch stands.  Raises ``StorageError``."""
    lock = nights.lock(scheduler_lock(city))
    opening = next_opening([one for one in plan.windows if one.scope is WindowScope.ALL], now)
    alarm = nights.marked(f"alarm:{city}")
    recent = alarm is not None and now - alarm.at < timedelta(days=1)
    return Standing(
        city=city,
        at=now,
        last=nights.latest(city),
        overdue=overdue(city, plan, nights, now),
        holder=lock.holder if lock is not None else "",
        beat=lock.beat if lock is not None else None,
        next_opening=opening.opens if opening is not None else None,
        served=nights.marked(watching_since(city)) is not None,
        alarm=alarm.told if alarm is not None and recent else "",
    )


def overdue(city: str, plan: WatchPlan, nights: NightRepository, now: datetime) -> str:
    """Why the last night that had to report by now did not, one Chinese sentence; empty where it did.

    Windows that closed before the city was watched, and those in which no portal was due, ask for nothing.
    """
    opening = last_due(plan, now)
    since = nights.marked(watching_since(city))
    if opening is None or since is None or since.at >= opening.closes:
        return ""
    if nights.marked(idle_mark(city, opening)) is not None:
        return ""
    ran = nights_in(NightBoard(nights.engine).heads(city, limit=20), opening)
    if not ran or ran[0].told == MISSED:
        return not_run(opening)
    last = ran[0]
    if last.state is NightState.RUNNING and not openings_at(plan.windows, now):
        return f"第 {last.id} 夜（{last.day}）没有结束：窗口已关闭，它仍是“进行中”"
    if plan.digest and not _reported(nights, last, opening):
        return f"第 {last.id} 夜（{last.day}）到 {plan.deadline:%H:%M} 还没有发出早报"
    return ""


def not_run(opening: Opening) -> str:
    return f"{opening.day} 的夜间巡查没有进行（窗口 {opening.opens:%H:%M}–{opening.closes:%H:%M}）"


def last_due(plan: WatchPlan, now: datetime) -> Opening | None:
    """The last window whose night had to report by now."""
    opening = last_closed(plan.windows, now)
    while opening is not None and now < deadline_of(opening, plan):
        opening = last_closed(plan.windows, opening.closes - _MINUTE)
    return opening


def deadline_of(opening: Opening, plan: WatchPlan) -> datetime:
    """By when the night of a window must have reported."""
    local = opening.closes.astimezone(SHANGHAI)
    moment = datetime.combine(local.date(), plan.deadline, SHANGHAI)
    return moment if moment >= local else moment + timedelta(days=1)


def nights_in(nights: Sequence[Ran], opening: Opening) -> list[Ran]:
    """The nights of all portals that ran within a window, the newest first."""
    return [
        one
        for one in nights
        if one.scope is WindowScope.ALL
        and one.began < opening.closes
        and (one.ended is None or one.ended >= opening.opens)
    ]


def _reported(nights: NightRepository, last: NightHead, opening: Opening) -> bool:
    mark = nights.marked(last_report(last.city))
    return mark is not None and mark.at >= opening.opens and int(mark.told) >= last.id
