"""The day and hour as they are at the portals."""

from datetime import datetime, timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8), "Asia/Shanghai")  # no summer time since 1991


def now() -> datetime:
    """This instant, with the offset of China."""
    return datetime.now(CHINA)
