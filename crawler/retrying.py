"""When a failed request is made once more, and how long is waited before."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from records.crawl import Attempt
from records.verdicts import FetchError, PageVerdict

_TWICE: Final = frozenset({FetchError.TIMEOUT, FetchError.RESET, FetchError.BAD_RESPONSE, FetchError.DNS_TEMPORARY})
_ONCE: Final = frozenset({FetchError.REFUSED})
MAX_HOPS: Final = 20  # as browsers do: beyond, a reader sees nothing either
_CLOCK: Final = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?\Z")


@dataclass(frozen=True, slots=True)
class Manners:
    """How patient the crawl is.  All times in seconds."""

    retry_delay: float = 1.0  # before the first repetition; doubles with each
    connect_timeout: float = 10.0
    max_retry_after: float = 300.0  # a host that asks for a longer pause is left alone for the rest of the audit
    walls_in_row: int = 5  # firewall or challenge answers in a row after which a host rests
    refusals_in_row: int = 15  # plain 401/403 in a row: a closed directory looks like this too
    wall_share: float = 0.2  # share of refused answers above which a host rests …
    wall_sample: int = 50  # … once this many answers were seen
    canaries: int = 3  # how often what worked before is asked again to tell a closed corner from a closed host
    silences_in_row: int = 3  # time-outs in a row from a host that never answered
    settle: float = 1.5  # how long requests under way may still finish when a crawl is ended early


def repetitions(attempt: Attempt) -> int:
    """How many times an address whose try ended so is asked again at once: by cause, never by number of hopes."""
    if attempt.error is not None:
        return 2 if attempt.error in _TWICE else 1 if attempt.error in _ONCE else 0
    status = attempt.http_status or 0
    if attempt.page_verdict in (PageVerdict.CHALLENGE, PageVerdict.WAF) and status != 429:
        return 0  # a recognised wall does not open by knocking again
    return 2 if status == 429 or (status >= 500 and status != 501) else 0


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` header asks for: a number, an HTTP date, or ``1m1s``.  ``None`` if unreadable."""
    value = value.strip()
    try:
        seconds = float(value)
    except ValueError:
        pass
    else:
        return seconds if 0 <= seconds < 10**9 else None
    clock = _CLOCK.match(value.lower())
    if value and clock is not None:
        hours, minutes, rest = clock.groups()
        return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(rest or 0)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    if until.tzinfo is None:
        return None
    return max(0.0, (until - now).total_seconds())
