"""What analysts decide about events.  Decisions are only ever added; the newest that speaks of a thing counts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from records.news import NewsLabel


class ReviewAction(StrEnum):
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    RELABEL = "relabel"
    MERGE = "merge"
    SPLIT = "split"
    REATTRIBUTE = "reattribute"


@dataclass(frozen=True, slots=True)
class EventReview:
    """One decision about one event, with what the event was when it was taken.

    ``articles``, ``labels``, ``units`` and ``negative`` are the event's own after the decision: a confirmation is of
    this and of nothing that the program may suggest later.
    """

    event: str
    action: ReviewAction
    by: str
    why: str
    at: datetime
    articles: tuple[str, ...]  # of the event when it was decided on, the representative first
    labels: tuple[NewsLabel, ...]
    units: tuple[str, ...]
    negative: bool
    into: str | None = None  # MERGE: the event that takes it in
    taken_out: tuple[str, ...] = ()  # SPLIT: the articles that leave
    new_event: str | None = None  # SPLIT: the event that they become …
    new_title: str = ""  # … its title …
    new_day: date | None = None  # … and its first day
