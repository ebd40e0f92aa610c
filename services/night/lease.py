"""A lock in the database that one process holds at a time, by giving signs of life."""

from collections.abc import Callable
from datetime import datetime, timedelta

from storage.nights import NightRepository


class Lease:
    """One named lock.  Methods that ask the database raise ``StorageError``."""

    def __init__(
        self,
        nights: NightRepository,
        name: str,
        holder: str,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        stale_after: timedelta,
    ) -> None:
        self._nights = nights
        self._name = name
        self._holder = holder
        self._now = now
        self._monotonic = monotonic
        self._stale = stale_after
        self._held = False
        self._beat_at = 0.0
        self._seen: tuple[datetime, float] | None = None  # a sign of life of another, and when it was new to us

    def held(self) -> bool:
        """Whether it is ours: the last sign of life was kept, and is not so old that another may have taken it."""
        return self._held and self._monotonic() - self._beat_at < self._stale.total_seconds()

    def take(self) -> bool:
        """Take it, or give a sign of life where it is ours already."""
        asked_at = self._monotonic()  # before the database answers: what it keeps is not younger than that
        if self._held:
            self._held = self._nights.beat(self._name, self._holder, now=self._now())
        if not self._held:
            self._held = self._nights.take_lock(
                self._name, self._holder, now=self._after_silence(), stale_after=self._stale
            )
        if self._held:
            self._beat_at, self._seen = asked_at, None
        return self._held

    def drop(self) -> None:
        if self._held:
            self._held = False
            self._nights.drop_lock(self._name, self._holder)

    def _after_silence(self) -> datetime:
        """This instant; or, where another's sign of life did not move for long enough by our own watch, one after it.

        A clock that was set back would else keep the lock of a dead process fresh until the clock has caught up.
        """
        now, watch = self._now(), self._monotonic()
        lock = self._nights.lock(self._name)
        if lock is None or lock.holder == self._holder:
            return now
        if self._seen is None or self._seen[0] != lock.beat:
            self._seen = (lock.beat, watch)
        silent = watch - self._seen[1] > self._stale.total_seconds()
        return max(now, lock.beat + self._stale) if silent else now
