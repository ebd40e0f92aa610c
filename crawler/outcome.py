"""What an attempt amounts to: got there, was refused, failed."""

from typing import assert_never

from records.crawl import Attempt
from records.verdicts import FetchError, LinkReason, Outcome, PageVerdict

_REFUSED_STATUS = {
    401: LinkReason.HTTP_401,
    403: LinkReason.HTTP_403,
    407: LinkReason.HTTP_403,
    412: LinkReason.CHALLENGE,  # "precondition failed", to a request that names none: only a wall says so
    429: LinkReason.HTTP_429,
}


def wall_of(attempt: Attempt) -> LinkReason | None:
    """The wall that an attempt ran into, ``None`` where there was none."""
    match attempt.page_verdict:
        case PageVerdict.CHALLENGE:
            return LinkReason.CHALLENGE
        case PageVerdict.WAF:
            return LinkReason.WAF
        case (
            None
            | PageVerdict.OK
            | PageVerdict.SOFT_404
            | PageVerdict.MAINTENANCE
            | PageVerdict.DEFAULT_SERVER
            | PageVerdict.HIJACKED
            | PageVerdict.EMPTY
        ):
            return None if attempt.error is not None else _REFUSED_STATUS.get(attempt.http_status or 0)
        case unknown:
            assert_never(unknown)


def outcome_of(attempt: Attempt) -> tuple[Outcome, LinkReason | None]:
    """Where an address ends whose last attempt was this one, and why if it was skipped."""
    if attempt.error is FetchError.TOO_LARGE:
        return Outcome.SKIPPED, LinkReason.TOO_LARGE
    if attempt.error is not None:
        return Outcome.FAILED, None
    if wall_of(attempt) is not None:
        return Outcome.BLOCKED, None
    if attempt.http_status is not None and attempt.http_status < 400:
        return Outcome.FETCHED, None
    return Outcome.FAILED, None
