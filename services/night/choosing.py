"""Which night is to be walked now: of all portals, or of suspects in the hours that are theirs.

A city has at most one open night of each scope.  The look at suspects does not wait for a night that was paused, and
takes nothing of what that night has left: a portal may be visited by both, one after the other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from records.nights import Night, NightState, PortalVisit
from records.registry import City
from records.watch import WatchPlan, WindowScope
from services.night.hours import Stop, openings_at, stops_of
from storage.nights import NightRepository

_PAST_NIGHTS: Final = 60  # that tell when a portal was visited last
_ORDER: Final = (WindowScope.ALL, WindowScope.SUSPECTS)


@dataclass(frozen=True, slots=True)
class Choice:
    """A night to go on with, or ``None``: one to begin; and what may be visited now."""

    scope: WindowScope
    night: Night | None
    stops: tuple[Stop, ...]


def choices(
    nights: NightRepository,
    plan: WatchPlan,
    city: City,
    now: datetime,
    *,
    suspects: Callable[[], frozenset[str]],
    by_hand: timedelta | None = None,
) -> Iterator[Choice]:
    """The nights that have something to do now, that of all portals first.  Raises ``StorageError``.

    ``suspects``: portals with a suspicion that waits; asked only while a window for those is open.
    """
    watching = any(one.window.scope is WindowScope.SUSPECTS for one in openings_at(plan.windows, now))
    suspected = suspects() if watching and by_hand is None else frozenset()
    for scope in _ORDER if by_hand is None else _ORDER[:1]:
        night = nights.open_night(city.id, scope)
        if night is None:
            past = nights.nights(city.id, limit=_PAST_NIGHTS)
            stops = stops_of(plan, city, now, past=past, suspects=suspected, by_hand=by_hand, scope=scope)
            if stops:
                yield Choice(scope, None, stops)
            continue
        left = {(one.unit, one.url) for one in listed(night, city)}
        asked = frozenset(url for _, url in left)  # what was begun as a look is looked at, or the night would not end
        stops = stops_of(plan, city, now, past=(), suspects=asked, by_hand=by_hand, scope=scope)
        stops = tuple(one for one in stops if (one.unit, one.url) in left)
        if stops or not left or night.state is NightState.RUNNING:  # else it waits for its next window
            yield Choice(scope, night, stops)


def listed(night: Night, city: City) -> tuple[PortalVisit, ...]:
    """The portals of a night that wait, and are still in the registry."""
    known = {(unit.id, portal.url) for unit in city.units for portal in unit.portals}
    waiting = (one for one in night.visits if one.state not in ("done", "failed"))
    return tuple(one for one in waiting if (one.unit, one.url) in known)
