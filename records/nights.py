"""Nights: one pass over all portals of a city, and what it may be believed (ANCHORS §2a, §2b)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from records.watch import WindowScope


class NightState(StrEnum):
    """Whether what a night saw may count."""

    RUNNING = "running"
    PAUSED = "paused"  # its window closed: it goes on in the next one
    HEALTHY = "healthy"
    HELD = "held"  # the brake: a person decides whether it counts
    VOIDED = "voided"  # it was ill: shown, and its tries do not count


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One question about ourselves, asked before a night's findings count."""

    name: str  # canary_up | canary_404 | own_page | resolver | clock | accounting | pages_brake | findings_brake
    passed: bool
    told: str  # one Chinese sentence: what was asked, what came back
    at: datetime
    voids: bool = True  # False: it holds the night for a person


@dataclass(frozen=True, slots=True)
class PortalVisit:
    """One portal in one night."""

    unit: str  # registry id
    url: str
    audit: int | None  # id of the stored audit; None: never begun
    state: str  # waiting | running | paused | done | failed
    began: datetime | None = None
    ended: datetime | None = None
    told: str = ""  # Chinese: why it failed or was left


@dataclass(frozen=True, slots=True)
class Night:
    id: int
    city: str
    day: date  # the evening on which its window opened
    state: NightState
    began: datetime
    ended: datetime | None
    visits: tuple[PortalVisit, ...] = ()
    checks: tuple[HealthCheck, ...] = ()
    by: str = "scheduler"  # scheduler, or who started it by hand
    told: str = ""
    scope: WindowScope = WindowScope.ALL  # SUSPECTS: a look at portals with a suspicion, in hours of its own


@dataclass(frozen=True, slots=True)
class NightEntry:
    """One change of a night's state: who, when and why.  The last one holds."""

    number: int
    state: NightState
    by: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class WorkerLock:
    """Who holds a task that only one process may do, and its last sign of life."""

    name: str
    holder: str
    since: datetime
    beat: datetime


@dataclass(frozen=True, slots=True)
class WorkerMark:
    """When something that has to happen regularly happened last."""

    name: str
    at: datetime
    told: str


@dataclass(frozen=True, slots=True)
class NightHead:
    """What is known of a night without its visits."""

    id: int
    city: str
    day: date  # the evening on which its window opened
    state: NightState
    began: datetime
    ended: datetime | None
    by: str
    told: str
    scope: WindowScope
    portals: int  # that were to be visited
    done: int  # of them
