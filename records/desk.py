"""The analyst's desk: cards of findings, what is done with them, and the blind samples that measure ourselves."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from records.crawl import check_aware
from records.review import ReviewState
from records.sightings import LifeState
from records.verdicts import Severity


class Pile(StrEnum):
    """Where a card lies on the desk.  Each lies in one."""

    OPEN = "open"  # 待复核: waits for a person
    CONFIRMED = "confirmed"
    RECOVERED = "recovered"
    SUPPRESSED = "suppressed"  # dismissed ones among them
    UNVERIFIABLE = "unverifiable"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class FindingCard:
    """One finding as the queue shows it."""

    id: int  # for addresses
    site: str  # storage.audits.site_key
    finding: str  # the stable id
    site_name: str
    unit: str  # registry id, empty for a portal on no list
    unit_name: str
    check: str
    severity: Severity
    subject: str
    message: str
    life: LifeState
    review: ReviewState | None
    standing: str  # Chinese
    pile: Pile
    rank: str  # sorts a pile: the worst and oldest first
    since: datetime | None
    last_seen: datetime | None
    healed_at: datetime | None
    first: date  # since when it is known, counted or not
    tries: int
    lacking: str  # Chinese: what the gate still asks for
    cause: str  # the same for findings that one mistake explains
    cause_title: str  # Chinese
    watched: bool
    current: bool
    audit: int | None
    assigned: str  # login, empty for nobody
    suppressed_until: date | None  # None: not suppressed, or dismissed for good
    turns_on: date | None  # the first later day on which it may read otherwise without anything being written
    version: int  # of what a person decides on


@dataclass(frozen=True, slots=True)
class CardQuery:
    """Which cards are asked for; what is None or empty does not matter."""

    pile: Pile | None = Pile.OPEN
    unit: str | None = None
    site: str | None = None
    check: str | None = None
    severity: Severity | None = None
    life: LifeState | None = None
    assigned: str | None = None
    first_from: date | None = None
    first_to: date | None = None
    text: str = ""
    cause: str | None = None
    unread: bool = False  # only those that no person has decided about


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """Cards of one cause, with the first of them."""

    lead: FindingCard
    count: int


@dataclass(frozen=True, slots=True)
class Comment:
    by: str
    at: datetime
    text: str

    def __post_init__(self) -> None:
        check_aware(self.at)


@dataclass(frozen=True, slots=True)
class Assignment:
    assigned: str  # login, empty for nobody
    by: str
    at: datetime

    def __post_init__(self) -> None:
        check_aware(self.at)


class DeskAction(StrEnum):
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    SUPPRESS = "suppress"  # dismissed until a day
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class DeskDecision:
    """What was decided at the desk about one finding.  Decisions are only ever added; an UNDO names what it undoes."""

    id: int
    batch: str  # what was decided at once is taken back at once
    site: str
    finding: str
    action: DeskAction
    by: str  # login
    name: str  # as it stands in the decision
    at: datetime
    why: str = ""
    review: int | None = None
    suppression: int | None = None
    undoes: int | None = None

    def __post_init__(self) -> None:
        check_aware(self.at)


class SampleKind(StrEnum):
    LINK = "link"
    COLUMN = "column"
    DISCLOSURE = "disclosure"


class SampleAnswer(StrEnum):
    GOOD = "good"
    BAD = "bad"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class BlindSample:
    """One thing that we judged, to be judged again by a person who does not see our verdict."""

    id: int  # 0: not kept yet
    city: str
    day: date
    position: int
    kind: SampleKind
    failed: bool  # our verdict
    said: str  # our verdict in Chinese
    site: str
    site_name: str
    audit: int
    subject: str
    asked: str  # Chinese: what is to be judged
    finding: str = ""  # id, empty for a pass


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    sample: int
    answer: SampleAnswer
    by: str
    at: datetime
    note: str = ""

    def __post_init__(self) -> None:
        check_aware(self.at)
