"""A night that a person starts: the same as one of the scheduler's, and never beside it."""

import asyncio
from datetime import timedelta

from chengjian.cli.manners import UserError
from chengjian.night_room import NightRoom
from chengjian.own_page import OwnPage
from records.nights import Night
from services.night.choosing import choices
from services.night.hours import Stop
from services.night.lease import Lease
from services.night.run import NightRun
from services.night.standing import STALE, night_lock
from storage.errors import StorageError

_BEAT_SECONDS = 10.0


async def run_by_hand(
    room: NightRoom, stop: asyncio.Event, *, by: str, by_hand: timedelta | None, beat_seconds: float = _BEAT_SECONDS
) -> Night | None:
    """Run a night or go on with one, and tell of it; None where there is nothing to do.

    ``by_hand``: for so long from now, whatever windows and rhythms say.  Raises ``UserError`` where another process
    runs a night, and ``StorageError``.
    """
    lease = Lease(
        room.nights,
        night_lock(room.city.id),
        f"{room.holder}:hand",
        now=room.clock.now,
        monotonic=room.clock.monotonic,
        stale_after=STALE,
    )
    if not lease.take():
        lock = room.nights.lock(night_lock(room.city.id))
        holder = lock.holder if lock is not None else "另一个进程"
        raise UserError(f"{room.city.name}的一夜正由 {holder} 在走：请等它结束，或用 chengjian status 查看")
    beating = asyncio.create_task(_beat(lease, beat_seconds))
    try:
        found = _night(room, by, by_hand)
        if found is None:
            return None
        night, stops = found
        async with OwnPage() as page:
            night = await NightRun(room.tools(page), room.plan, night, stops, mine=lease.held).run(stop)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        lease.drop()
    await asyncio.to_thread(room.reporter().report_due, room.city.id, now=room.clock.now(), at=None)
    return room.nights.load(night.id)


def _night(room: NightRoom, by: str, by_hand: timedelta | None) -> tuple[Night, tuple[Stop, ...]] | None:
    now, city = room.clock.now(), room.city
    choice = next(choices(room.nights, room.plan, city, now, suspects=room.suspects, by_hand=by_hand), None)
    if choice is None:
        return None
    if choice.night is not None:
        return choice.night, choice.stops
    portals = [(one.unit, one.url) for one in choice.stops]
    day = choice.stops[0].day
    return room.nights.begin(city.id, day, by=by, now=now, portals=portals, scope=choice.scope), choice.stops


async def _beat(lease: Lease, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await asyncio.to_thread(lease.take)
        except StorageError:  # it is ours until its last sign of life is too old
            continue
