"""The one clock of the program: the day and hour as they are at the portals.

Everything that is kept with an instant asks here.  The demo city plays three nights within minutes, and tells so:
``playing_at`` sets this clock for as long as a block lasts, in the demo's own processes and in tests.  No setting, no
option and no variable of the environment reaches it: the times of evidence cannot be configured.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8), "Asia/Shanghai")  # no summer time since 1991

_ahead = timedelta()


def now() -> datetime:
    """This instant, with the offset of China."""
    return datetime.now(CHINA) + _ahead


@contextmanager
def playing_at(instant: datetime) -> Iterator[None]:
    """Within the block the clock of this process stands at ``instant`` and goes on from there."""
    global _ahead
    before, _ahead = _ahead, instant - datetime.now(CHINA)
    try:
        yield
    finally:
        _ahead = before
