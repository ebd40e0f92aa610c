"""What was asked, what came of it, and the whole of a crawl."""

from dataclasses import dataclass
from datetime import datetime

from records.page import Link, Look, PageReading
from records.verdicts import (
    FetchError,
    LinkKind,
    LinkReason,
    Outcome,
    PageVerdict,
    StopReason,
)


def check_aware(at: datetime) -> datetime:
    """Refuse an instant without an offset: evidence that does not say in which zone is no evidence."""
    if at.tzinfo is None:
        raise ValueError(f"naive datetime: {at.isoformat()}")
    return at


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request and what came of it, redirects included."""

    at: datetime
    method: str
    http_status: int | None = None  # of the last response, None where there was none
    error: FetchError | None = None
    elapsed_ms: int = 0
    via: str = "scrapy"  # scrapy | httpx | chromium
    detail: str | None = None  # the library's own words about an error
    final_url: str | None = None
    redirects: tuple[str, ...] = ()  # addresses passed on the way, the first one excluded, final_url included
    content_type: str | None = None
    size: int = 0  # bytes of the body as received and decoded
    sha256: str | None = None
    page_verdict: PageVerdict | None = None  # where the body was read
    sign: str | None = None  # fingerprint of a challenge, firewall, default page …
    look: Look | None = None
    file_type: str | None = None  # of an attachment or image, told by its first bytes: "html", "pdf", "doc", "zip", …
    onward: str | None = None  # where the answer itself sends its reader by meta refresh or script

    def __post_init__(self) -> None:
        check_aware(self.at)


@dataclass(frozen=True, slots=True)
class Target:
    """An address that the crawl met."""

    url: str
    kind: LinkKind
    internal: bool
    depth: int
    parent: str | None = None  # the page on which it was met first


@dataclass(frozen=True, slots=True)
class TargetFact:
    """A target, where it ended, and every attempt in order."""

    target: Target
    outcome: Outcome
    attempts: tuple[Attempt, ...] = ()
    skipped: LinkReason | None = None  # why, for SKIPPED and NOT_REACHED
    referrer_count: int = 0

    @property
    def url(self) -> str:
        return self.target.url

    @property
    def last(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None


@dataclass(frozen=True, slots=True)
class PageFact:
    """A page that was read.  ``reading.links`` is empty once stored: the edges are kept apart."""

    url: str  # as it was requested
    final_url: str
    depth: int
    parent: str | None
    http_status: int
    fetched_at: datetime
    sha256: str
    rendered: bool
    reading: PageReading


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and response as they went over the wire, for the archive: content faithful, header case not."""

    url: str
    at: datetime
    method: str
    request_headers: tuple[tuple[str, str], ...]
    status: int
    response_headers: tuple[tuple[str, str], ...]
    body: bytes
    ip: str | None = None

    def __post_init__(self) -> None:
        check_aware(self.at)


@dataclass(frozen=True, slots=True)
class Probe:
    """What a host said to an address that cannot exist, for one family of addresses."""

    host: str  # host[:port]
    family: str  # see extract.addresses.family_of
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Referrer:
    page: str
    anchor: str | None


@dataclass(frozen=True, slots=True)
class ReferrerLook:
    """A page that was asked once more after the crawl, because links on it lead to what was found wrong."""

    page: str  # as the crawl asked for it
    attempt: Attempt | None  # None: robots.txt forbids it now, or its host is left alone
    standing: tuple[str, ...] = ()  # of the addresses that were looked for, those to which a link stands on the page
    gone: tuple[str, ...] = ()  # those to which none stands any more
    unsaid: tuple[str, ...] = ()  # those of which the answer says nothing
    told: str = ""  # Chinese: why it says nothing, or that the page is what was read before


@dataclass(frozen=True, slots=True)
class Counts:
    """Accounting of a crawl.  ``fetched + blocked + failed + skipped + not_reached == addresses`` always."""

    requests: int = 0
    pages: int = 0
    links: int = 0  # link occurrences on pages
    bytes: int = 0
    rendered: int = 0
    robots_disallowed: int = 0
    not_visited: int = 0  # skipped by budget
    addresses: int = 0
    fetched: int = 0
    blocked: int = 0
    failed: int = 0
    skipped: int = 0
    not_reached: int = 0

    @property
    def balanced(self) -> bool:
        ends = self.fetched + self.blocked + self.failed + self.skipped + self.not_reached
        return ends == self.addresses


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """How one portal is to be walked."""

    url: str
    user_agent: str
    max_pages: int = 2000
    max_minutes: float = 60.0
    rate: float = 5.0  # requests per second to one host, at most
    concurrency: int = 4  # requests at once to one host, at most
    render: str = "auto"  # auto | never | always
    recheck_after: float = 5.0  # seconds
    external: bool = True
    timeout: float = 30.0  # seconds for one response
    max_body: int = 20 * 1024 * 1024  # bytes; more is cut and called too large
    max_depth: int = 20
    chromium: str | None = None  # path of the browser, None where there is none


@dataclass(frozen=True, slots=True)
class CrawlEnd:
    """How a crawl ended."""

    started_at: datetime
    finished_at: datetime
    stopped_by: StopReason | None
    counts: Counts
    notes: tuple[str, ...] = ()  # Chinese sentences for the coverage statement


@dataclass(frozen=True, slots=True)
class Progress:
    """A snapshot for the terminal."""

    phase: str  # crawl | probe | recheck | judge
    pages: int = 0
    links: int = 0
    queue: int = 0
    suspects: int = 0
    requests: int = 0
    elapsed: float = 0.0
    eta: float | None = None


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """Everything that was seen in one audit: the only input of the checks besides policy and day."""

    site_url: str
    started_at: datetime
    finished_at: datetime
    stopped_by: StopReason | None
    counts: Counts
    pages: tuple[PageFact, ...]
    targets: tuple[TargetFact, ...]
    probes: tuple[Probe, ...] = ()
    notes: tuple[str, ...] = ()
    looks: tuple[ReferrerLook, ...] = ()


__all__ = [
    "Attempt",
    "Counts",
    "CrawlEnd",
    "CrawlPlan",
    "Exchange",
    "Link",
    "PageFact",
    "Probe",
    "Progress",
    "Referrer",
    "ReferrerLook",
    "SiteFacts",
    "Target",
    "TargetFact",
    "check_aware",
]
