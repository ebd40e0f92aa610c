"""What a person decided about a finding.  Decisions are only ever added: the last one that was not taken back holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from records.crawl import check_aware


class ReviewState(StrEnum):
    CONFIRMED = "confirmed"  # an analyst looked and it is so
    DISMISSED = "dismissed"  # an analyst looked and it is not so, or not the unit's
    WITHDRAWN = "withdrawn"  # 撤销: the decision before this one was taken back; what stood before that stands again


@dataclass(frozen=True, slots=True)
class FindingReview:
    """One decision.  ``site`` is the key of the portal (``storage.audits.site_key``), ``finding`` the stable id."""

    site: str
    finding: str
    state: ReviewState
    why: str
    by: str
    at: datetime

    def __post_init__(self) -> None:
        check_aware(self.at)


def standing_reviews(history: Iterable[FindingReview]) -> tuple[FindingReview, ...]:
    """The decisions about one finding that were not taken back, oldest first; ``history`` is in order of time.

    The last one holds.  No ``WITHDRAWN`` is among them: taking back is no decision about the finding.
    """
    standing: list[FindingReview] = []
    for one in history:
        if one.state is not ReviewState.WITHDRAWN:
            standing.append(one)
        elif standing:
            standing.pop()
    return tuple(standing)
