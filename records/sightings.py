"""The life of a finding: from a suspicion on one look to what may cost points (ANCHORS §2a, §6)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from records.crawl import check_aware
from records.judgement import Finding


class LifeState(StrEnum):
    """Where a finding stands.  Only CONFIRMED and what follows it may reach the score."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    NOTIFIED = "notified"
    UNDER_REVIEW = "under_review"
    FINAL = "final"
    RECOVERED = "recovered"
    UNVERIFIABLE = "unverifiable"  # blocked, or not reached any more: nobody can say
    SUPPRESSED = "suppressed"
    VOIDED = "voided"  # seen only in nights that were ill

    @property
    def may_count(self) -> bool:
        """Whether a finding in this state may cost points."""
        return self in (LifeState.CONFIRMED, LifeState.NOTIFIED, LifeState.UNDER_REVIEW, LifeState.FINAL)


class Band(StrEnum):
    """Band of the day, local time of the portal."""

    OFFICE = "office"  # 09:00–17:59 on a working day
    EVENING = "evening"  # 18:00–23:59
    NIGHT = "night"  # 00:00–08:59, and days off


class Sight(StrEnum):
    """What one try saw."""

    FAULT = "fault"
    HEALED = "healed"
    UNKNOWN = "unknown"  # blocked, timed out, not reached: says nothing


@dataclass(frozen=True, slots=True)
class Sighting:
    """One try at one subject of a finding, in a night or by hand."""

    finding: str  # Finding.id
    site: str  # site key, as in storage
    at: datetime
    band: Band
    sight: Sight
    night: int | None = None  # None: a re-check or an audit by hand
    audit: int | None = None
    counts: bool = True  # False: the night was voided or is held
    told: str = ""  # what was asked and answered, Chinese
    voided: bool = False  # True: the night was voided, and not merely still open or held

    def __post_init__(self) -> None:
        check_aware(self.at)


@dataclass(frozen=True, slots=True)
class Gate:
    """How often, on how many days and in how many bands a fault must be seen.  Data, with its source."""

    tries: int = 3
    days: int = 2
    bands: int = 2
    office_hours: bool = True  # one of them in office hours
    source: str = "ANCHORS §6"
    healthy_nights: bool = True  # only tries in nights that proved healthy count; False: also audits by hand
    pages_share: float = 0.85  # of a portal's usual pages: a look that read fewer says nothing; 0: every look speaks
    pages_nights: int = 5  # healthy nights that make a portal's usual
    pages_nights_least: int = 3  # fewer make none


@dataclass(frozen=True, slots=True)
class Suppression:
    """A finding or an address that is not to be spoken of, for a reason, by somebody, until a day."""

    id: int
    site: str
    check: str | None  # None: every check on that address
    subject: str  # finding id or address
    reason: str
    owner: str
    begins: date
    ends: date  # last day on which it holds
    lifted: date | None = None  # first day on which it no longer holds
    lifted_by: str = ""
    lifted_why: str = ""

    def holds_on(self, day: date) -> bool:
        return self.begins <= day <= self.ends and (self.lifted is None or day < self.lifted)


@dataclass(frozen=True, slots=True)
class FindingLife:
    """All that is known of one finding over time."""

    finding: str
    site: str
    check: str
    subject: str
    state: LifeState
    since: datetime | None  # first counted sighting of the present fault
    last_seen: datetime | None
    healed_at: datetime | None
    sightings: tuple[Sighting, ...] = ()
    suppression: Suppression | None = None
    lacking: str = ""  # Chinese: what the gate still asks for
    fails_when: str = ""  # Chinese: in which bands it fails, where it is not always
    confirmed_at: datetime | None = None  # when this life, or the one that healing closed, passed the gate
    earlier: tuple["ClosedLife", ...] = ()  # lives of the same fault that healing closed before, oldest first
    confirmed_by: str = ""  # who confirmed this life, empty where tries alone passed the gate
    tries: int = 0  # counted tries that saw the fault in this life


class Step(StrEnum):
    """What is done with a confirmed finding on its way to the score."""

    NOTIFIED = "notified"  # the unit was told
    REVIEW_ASKED = "review_asked"  # the unit disagrees (申诉)
    UPHELD = "upheld"  # the review left it standing
    WITHDRAWN = "withdrawn"  # the review took it back
    CLOSED = "closed"  # the term ended without a request for review


@dataclass(frozen=True, slots=True)
class FindingStep:
    """One step, by whom, when and why.  Steps are only ever added."""

    site: str
    finding: str
    step: Step
    by: str
    at: datetime
    why: str = ""

    def __post_init__(self) -> None:
        check_aware(self.at)


@dataclass(frozen=True, slots=True)
class ClosedLife:
    """A fault that was seen and healed."""

    since: datetime
    last_seen: datetime
    healed_at: datetime
    tries: int
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WatchedFinding:
    """A finding as it was seen last, whether it stands or not."""

    site: str
    finding: Finding
    seen_at: datetime | None = None  # None: no audit that was set against the known ones saw it yet
    audit: int | None = None  # None: the audit was purged
