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


class DismissGround(StrEnum):
    """Why an event counts for nobody.  Only what is wrong with the label teaches the classifier."""

    NOT_SO = "not_so"  # the text does not report this kind of thing: the classifier erred
    ELSEWHERE = "elsewhere"  # no unit of this city, or not in its charge
    OLD = "old"  # an old matter told again, or outside the period
    CLEARED = "cleared"  # it was refuted or cleared since
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Undone:
    """A decision that was taken back."""

    by: str
    at: datetime


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
    ground: DismissGround | None = None  # DISMISS: of what kind the reason is
    said: tuple[NewsLabel, ...] | None = None  # what the program suggested when it was decided: None in old reviews
    said_negative: bool | None = None
    number: int = 0  # given by the storage, in the order of the decisions; 0 before that
    undone: Undone | None = None  # it holds no longer


@dataclass(frozen=True, slots=True)
class EventNote:
    """A comment on an event, or whose task it is from now on.  Notes decide nothing and are only ever added."""

    event: str
    by: str
    at: datetime
    text: str = ""
    assigned: str | None = None  # login, empty for nobody; None: a comment
