"""A person's decision about a finding."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from records.review import FindingReview, ReviewState
from services.finding_list import ListedFinding, find_finding
from services.schemes import WrongCallError
from storage.finding_reviews import FindingReviews

_MOST_WORDS: Final = 2000  # characters of a reason


def review_finding(
    listed: Iterable[ListedFinding],
    reviews: FindingReviews,
    finding_id: str,
    state: ReviewState,
    *,
    why: str,
    by: str,
    at: datetime,
) -> tuple[ListedFinding, FindingReview]:
    """Add a decision about a finding.  ``WrongCallError`` where it is not known, or where a reason is missing."""
    why, by = one_line(why), one_line(by)
    if state is ReviewState.DISMISSED and not why:
        raise WrongCallError("否定一项发现须写明理由")
    if not by:
        raise WrongCallError("须写明是谁复核的")
    found = find_finding(listed, finding_id)
    review = FindingReview(found.site, finding_id, state, why, by, at)
    reviews.add(review)
    return found, review


def take_back(found: ListedFinding, reviews: FindingReviews, *, why: str, by: str, at: datetime) -> FindingReview:
    """Take the decision back that holds about a finding, by a further entry; the decision that was taken back.

    ``WrongCallError`` where none holds, or without a name.
    """
    why, by = one_line(why), one_line(by)
    if not by:
        raise WrongCallError("须写明是谁撤销的")
    if found.review is None:
        raise WrongCallError(f"{found.finding.id} 没有可以撤销的决定")
    reviews.add(FindingReview(found.site, found.finding.id, ReviewState.WITHDRAWN, why, by, at))
    return found.review


def one_line(text: str) -> str:
    """One line without control characters, so that it can stand in any report.  ``WrongCallError`` where too long."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(clean) > _MOST_WORDS:
        raise WrongCallError(f"理由过长（超过 {_MOST_WORDS} 字）")
    return clean
