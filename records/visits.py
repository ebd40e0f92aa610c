"""Coming back to a portal: what a crawl needs to go on after a break, and what is remembered of each address."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from records.crawl import Attempt, Counts
from records.verdicts import LinkKind, LinkReason, Outcome, SiteVerdict, StopReason


@dataclass(frozen=True, slots=True)
class VisitEnd:
    """One portal in one night, as far as it came."""

    audit_id: int | None  # None: it could not be begun
    paused: bool  # interrupted, and to be gone on with
    stopped_by: StopReason | None
    counts: Counts
    told: str  # one Chinese line
    findings: int = 0  # accusations of the judgement; 0 while paused
    site_verdict: SiteVerdict | None = None  # None while paused
    resumed: bool = False  # it went on where an earlier process had left off
    carried: int = 0  # pages taken over from the audit before without being asked
    confirmed: int = 0  # pages asked tonight and found unchanged
    seconds: float = 0.0  # of this process
    evidence: str | None = None  # folder of the evidence, where there is one


class PageRole(StrEnum):
    """What an address is to the portal, as far as it decides how often it is looked at."""

    FRONT = "front"  # home, first pages of lists, disclosure pages and what else shows what is new
    CONTINUATION = "continuation"  # later pages of a list
    ARTICLE = "article"
    FILE = "file"  # attachments, pictures, styles and scripts of the portal
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class PageVisit:
    """What is remembered of an address that answered well: enough to ask whether it has changed.

    ``essence`` is the hash of what matters (``extract.essence``), empty where a body says nothing about what its reader
    sees (a page that a browser fills).  ``asked_at`` is the last answer, ``read_at`` the last whole one, ``changed_at``
    when it last differed.
    """

    role: PageRole
    asked_at: datetime
    read_at: datetime
    changed_at: datetime
    interval: float  # days until it is looked at again
    essence: str = ""
    etag: str | None = None
    last_modified: str | None = None
    visits: int = 1
    changes: int = 0
    links: int = 0  # link occurrences on the page
    found: tuple[str, ...] = ()  # addresses that the page leads to without showing them as links
    is_page: bool = True  # False: only seen to be there


class Lead(NamedTuple):
    """An address to which a page leads, as an earlier audit met it."""

    url: str
    kind: LinkKind
    failed: bool  # it ended in failure then


@dataclass(frozen=True, slots=True)
class HostState:
    """How we stand with one host (``crawler.hosts.Host``)."""

    name: str
    origin: str
    cookies: tuple[tuple[str, str], ...] = ()
    resting: LinkReason | None = None
    first_good: str | None = None
    closed: tuple[str, ...] = ()
    refused_in: tuple[str, ...] = ()
    seen: int = 0
    walls: int = 0
    wall_row: int = 0
    silences: int = 0
    asked_home: int = 0


@dataclass(frozen=True, slots=True)
class TrapState:
    """What cannot be worked out again from the addresses that were met (``crawler.traps``)."""

    closed: tuple[str, ...] = ()
    chains: tuple[tuple[str, int, tuple[int, ...]], ...] = ()  # shape, pages without a way out, their looks


@dataclass(frozen=True, slots=True)
class HalfDone:
    """An address that was asked and is not done: it waits for a repetition or for the browser."""

    url: str
    attempts: tuple[Attempt, ...]
    render: str | None = None  # the address that the browser is to open


@dataclass(frozen=True, slots=True)
class EndCount:
    outcome: Outcome
    reason: LinkReason | None
    count: int


@dataclass(frozen=True, slots=True)
class CrawlState:
    """A crawl at one moment, beside the pages, targets and met addresses that are stored apart."""

    started_at: datetime
    seconds: float = 0.0  # spent crawling so far, breaks aside
    requests: int = 0
    pages: int = 0
    carried: int = 0
    confirmed: int = 0
    links: int = 0
    bytes: int = 0
    rendered: int = 0
    overflow: int = 0
    unrendered: int = 0
    not_external: int = 0
    private: int = 0
    ends: tuple[EndCount, ...] = ()
    stopped_by: StopReason | None = None
    adopted: tuple[str, ...] = ()  # addresses whose hosts were taken in as the portal's own
    home_hosts: tuple[str, ...] = ()
    doors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    hosts: tuple[HostState, ...] = ()
    traps: TrapState = field(default_factory=TrapState)
    half_done: tuple[HalfDone, ...] = ()
