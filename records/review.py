"""What a person decided about a finding.  Decisions are only ever added: the last one holds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from records.crawl import check_aware


class ReviewState(StrEnum):
    CONFIRMED = "confirmed"  # an analyst looked and it is so
    DISMISSED = "dismissed"  # an analyst looked and it is not so, or not the unit's


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
