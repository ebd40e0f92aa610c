"""When portals may be visited: windows, rhythms and announced maintenance, at a given instant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from records.nights import Night, NightState
from records.registry import City
from records.watch import Maintenance, Pace, Rhythm, WatchPlan, Window, WindowScope

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """A window on one of its days."""

    window: Window
    opens: datetime
    closes: datetime

    @property
    def day(self) -> date:
        """The day on which it opened: the name of the night."""
        return self.opens.date()


@dataclass(frozen=True, slots=True)
class Stop:
    """A portal on the way of a night."""

    unit: str
    unit_name: str
    url: str
    pace: Pace
    closes: datetime  # until when it may be visited
    day: date  # on which its window opened
    host: str  # two portals on one host are never visited at once
    scope: WindowScope = WindowScope.ALL  # of the window in which it is visited


def opening_on(window: Window, day: date) -> Opening | None:
    """The window on that day, None where it does not open on it."""
    if day.weekday() not in window.days:
        return None
    opens = datetime.combine(day, window.opens, SHANGHAI)
    closes = datetime.combine(day, window.closes, SHANGHAI)
    return Opening(window, opens, closes if closes > opens else closes + _DAY)


def openings_at(windows: Iterable[Window], instant: datetime) -> tuple[Opening, ...]:
    """The windows that are open at an instant."""
    local = instant.astimezone(SHANGHAI)
    found = (opening_on(window, day) for window in windows for day in (local.date(), local.date() - _DAY))
    return tuple(one for one in found if one is not None and one.opens <= local < one.closes)


def next_opening(windows: Iterable[Window], instant: datetime) -> Opening | None:
    """The window that opens next after an instant, within a week."""
    local = instant.astimezone(SHANGHAI)
    days = [local.date() + _DAY * step for step in range(8)]
    found = (opening_on(window, day) for window in windows for day in days)
    return min((one for one in found if one is not None and one.opens > local), key=lambda one: one.opens, default=None)


def last_closed(windows: Iterable[Window], instant: datetime) -> Opening | None:
    """The window of the whole city that closed last before an instant, within nine days."""
    local = instant.astimezone(SHANGHAI)
    days = [local.date() - _DAY * step for step in range(9)]
    found = (opening_on(window, day) for window in windows if window.scope is WindowScope.ALL for day in days)
    past = (one for one in found if one is not None and one.closes <= local)
    return max(past, key=lambda one: one.closes, default=None)


def all_windows(plan: WatchPlan) -> tuple[Window, ...]:
    """The windows of the city and those of its portals, each once."""
    own = [window for rhythm in plan.rhythms for window in rhythm.windows]
    return tuple(dict.fromkeys([*plan.windows, *own]))


def rhythm_of(plan: WatchPlan, unit: str, url: str) -> Rhythm | None:
    """What is different for a portal: what is said of its address goes before what is said of its unit."""
    own = [one for one in plan.rhythms if one.unit == unit and one.url in ("", url)]
    return max(own, key=lambda one: bool(one.url), default=None)


def maintenance_of(plan: WatchPlan, unit: str, instant: datetime) -> Maintenance | None:
    """The announced maintenance in which a portal is at an instant."""
    return next((one for one in plan.maintenance if one.unit in ("", unit) and one.begins <= instant < one.ends), None)


def stops_of(
    plan: WatchPlan,
    city: City,
    instant: datetime,
    *,
    past: Sequence[Night],
    suspects: frozenset[str] = frozenset(),
    by_hand: timedelta | None = None,
    scope: WindowScope | None = None,
) -> tuple[Stop, ...]:
    """The portals that may and should be visited at an instant, in the order of the registry.

    ``past``: nights of the city, from which it is known when a portal was visited last; ``suspects``: addresses of
    portals with a suspicion that waits for another look.  ``by_hand``: a person starts now whatever the window and the
    rhythm say, for so long; an announced maintenance holds all the same.  ``scope``: only in windows for these.
    """
    stops: list[Stop] = []
    for unit in city.units:
        for portal in unit.portals:
            rhythm = rhythm_of(plan, unit.id, portal.url)
            if maintenance_of(plan, unit.id, instant) is not None:
                continue
            if by_hand is not None:
                closes, day, kind = instant + by_hand, instant.astimezone(SHANGHAI).date(), WindowScope.ALL
            else:
                opening = _opening_for(plan, rhythm, instant, portal.url in suspects, scope)
                if opening is None or not _due(opening, rhythm, portal.url, past):
                    continue
                closes, day, kind = opening.closes, opening.day, opening.window.scope
            closes = _before_maintenance(plan, unit.id, instant, closes)
            pace = rhythm.pace if rhythm is not None and rhythm.pace is not None else plan.pace
            stops.append(Stop(unit.id, unit.name, portal.url, pace, closes, day, host_key(portal.url), kind))
    return tuple(stops)


def host_key(url: str) -> str:
    """Host and port of an address, as the pace to a host is kept by."""
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2].lower()


def _opening_for(
    plan: WatchPlan, rhythm: Rhythm | None, instant: datetime, suspect: bool, scope: WindowScope | None
) -> Opening | None:
    windows = rhythm.windows if rhythm is not None and rhythm.windows else plan.windows
    fit = [
        one
        for one in openings_at(windows, instant)
        if scope in (None, one.window.scope) and (one.window.scope is WindowScope.ALL or suspect)
    ]
    return max(fit, key=lambda one: one.closes, default=None)


def _due(opening: Opening, rhythm: Rhythm | None, url: str, past: Sequence[Night]) -> bool:
    """Whether a portal was not yet through in this window, nor within its own rhythm.

    A night that was voided does not count for the rhythm, but it is not begun again in the same window either.  A look
    at suspects takes the place of no night.
    """
    looks = opening.window.scope is WindowScope.SUSPECTS
    ended = [
        (visit.ended, night)
        for night in past
        if looks or night.scope is WindowScope.ALL
        for visit in night.visits
        if visit.url == url and visit.state in ("done", "failed") and visit.ended is not None
    ]
    if any(at >= opening.opens for at, _ in ended):
        return False
    if looks or rhythm is None:
        return True
    counted = (night for _, night in ended if night.state is not NightState.VOIDED)
    return all((opening.day - night.day).days >= rhythm.every_days for night in counted)


def _before_maintenance(plan: WatchPlan, unit: str, instant: datetime, closes: datetime) -> datetime:
    begins = [one.begins for one in plan.maintenance if one.unit in ("", unit) and one.begins > instant]
    return min([closes, *begins])
