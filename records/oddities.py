"""What is odd about the days that items give themselves.  Shown to a person, never concluded (ANCHORS §2e T2, T4)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class OddityKind(StrEnum):
    EARLY_DATE = "early_date"  # dated to a day on which we looked and it was not there
    MIGRATION = "migration"  # many of that kind at once: a column was moved or rebuilt
    NEW_REACH = "new_reach"  # first seen because the list shows more than before
    REDATED = "redated"  # the same address gives itself a later day
    GHOST = "ghost"  # an old text under a new address with a new day


@dataclass(frozen=True, slots=True)
class ColumnItem:
    """An item of a column as it was when it was first seen."""

    url: str
    title: str
    claimed: date | None
    first_at: datetime
    audit: int | None = None
    simhash: int | None = None  # of its page; None where that was not read
    text_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Oddity:
    kind: OddityKind
    column: str  # name of the column
    column_url: str
    url: str  # of the item; empty where the oddity is about the column as a whole
    title: str
    claimed: date | None  # the day that it gives itself
    seen: date  # when we first saw it so
    looked_before: date | None  # when we looked before and it was not so
    other_url: str = ""  # the older one that it resembles
    other_claimed: date | None = None
    count: int = 1
    told: str = ""  # one Chinese sentence


@dataclass(frozen=True, slots=True)
class KeptOddity:
    id: int
    site: str
    oddity: Oddity
    night: int | None
    audit: int | None
    voided: bool = False  # seen in a night that was voided
