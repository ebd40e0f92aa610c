"""When and how a city is watched at night: what cities/<name>/watch.yml says."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum


class WindowScope(StrEnum):
    """Which portals a window is for."""

    ALL = "all"
    SUSPECTS = "suspects"  # only portals with a suspicion that waits for another look: the look in office hours


@dataclass(frozen=True, slots=True)
class Window:
    """Hours in which portals may be visited, Asia/Shanghai.  ``closes`` at or before ``opens`` is on the next day."""

    opens: time
    closes: time
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)  # weekdays on which it opens, Monday 0
    scope: WindowScope = WindowScope.ALL


@dataclass(frozen=True, slots=True)
class Pace:
    """How one portal is walked in a night."""

    rate: float  # requests per second to one host, at most
    concurrency: int  # requests at once to one host, at most
    max_pages: int
    max_minutes: float


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is different for a portal."""

    unit: str  # registry id
    url: str = ""  # one portal of the unit; empty: all of them
    every_days: int = 1
    windows: tuple[Window, ...] = ()  # empty: those of the city
    pace: Pace | None = None  # None: that of the city
    why: str = ""


@dataclass(frozen=True, slots=True)
class Maintenance:
    """An announced maintenance: nothing is asked in it."""

    unit: str  # registry id; empty: the whole city
    begins: datetime
    ends: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Canary:
    """A page of which we know how it answers when our own network is well."""

    url: str
    gone: bool = False  # True: it must answer 404 or 410
    contains: str = ""  # a text that its body must hold: a gateway's own page does not


@dataclass(frozen=True, slots=True)
class KnownName:
    """A host name of which the addresses are known."""

    name: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HealthNumbers:
    """From where on a night is called ill.  Data: services/night/defaults.yml gives each with its source."""

    canaries_up: float  # share of the canaries that must answer
    canary_tries: int
    canary_seconds: float  # between tries, and for one answer
    clock_seconds: float  # how far our clock may be from the Date headers, and how far it may jump
    unreachable_share: float  # of the visited portals: from here on it is our network
    unreachable_least: int  # fewer visited portals say nothing about our network
    pages_share: float  # of the usual pages: below, the night is held
    findings_factor: float  # times the usual new findings: beyond, the night is held
    findings_least: int  # so few new findings are never too many
    nights: int  # healthy nights that make the usual
    nights_least: int  # fewer nights make no usual


@dataclass(frozen=True, slots=True)
class WatchPlan:
    """How a city is watched."""

    windows: tuple[Window, ...]
    rhythms: tuple[Rhythm, ...]
    maintenance: tuple[Maintenance, ...]
    canaries: tuple[Canary, ...]
    impossible_names: tuple[str, ...]  # host names that cannot exist; {token} is drawn anew for each question
    known_names: tuple[KnownName, ...]
    own_page: str  # address of a page of our own elsewhere; empty: the worker serves one on loopback
    health: HealthNumbers
    pace: Pace
    parallel: int  # portals at once
    recheck_after: float  # seconds between a crawl and the second look at what is doubtful
    memory_mb: int  # of one child process; beyond, it is stopped and goes on anew
    restarts: int  # of a child that died, in one window
    disk_mb: int  # with less room no portal is begun
    windows_at_most: int  # a night that is not through after so many windows ends as it is
    news: bool
    news_minutes: float
    news_rate: float
    check_minutes: float  # between two looks at our own health
    digest: bool
    report_at: time | None  # when the digest goes out; None: as soon as the night is over
    deadline: time  # by when a night must have reported
    policy: str  # checks/policies
