"""Manifests: what evidence there is, each chained to the one before by its hash (ANCHORS §2b E1)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

FORMAT = "chengjian.manifest/1"
NO_PREVIOUS = "0" * 64  # what the first manifest names as the one before it


class FileKind(StrEnum):
    """What a file of the evidence folder is."""

    WARC = "warc"
    SCREENSHOT = "screenshot"
    DOCUMENT = "document"  # chengjian.audit/1, gzip
    FILED = "filed"  # a filed workbook or one of its attachments
    MATERIAL = "material"  # handed in with a review, or by a person who looked
    OTHER = "other"


class RowKind(StrEnum):
    """What of the database a manifest vouches for."""

    FINDINGS = "findings"  # of one audit, as it was judged
    RUN = "run"  # a score run with its documents
    ROUND = "round"  # a round's log up to an entry
    FINDING_REVIEWS = "finding_reviews"  # the first so many decisions
    EVENT_REVIEWS = "event_reviews"
    NEWS_PAGE = "news_page"  # one page of an article as it was answered
    CONSOLE_LOG = "console_log"  # the log of the console up to an entry


class ManifestKind(StrEnum):
    """Why a manifest was made."""

    NIGHT = "night"
    DAY = "day"  # on-demand audits, filings and whatever else came since
    PURGE = "purge"  # it names what is removed, and by which rule


@dataclass(frozen=True, slots=True)
class ManifestFile:
    path: str  # below the evidence folder, with "/"
    sha256: str
    size: int  # bytes
    kind: FileKind
    audit: int | None = None


@dataclass(frozen=True, slots=True)
class ManifestRow:
    kind: RowKind
    id: str
    sha256: str
    count: int = 1  # rows that the hash is over


@dataclass(frozen=True, slots=True)
class Purged:
    """A file, or the kept answers (exchanges) of an audit, removed by rule."""

    what: str  # path of a file, or audit:NUMBER for the answers in the database, or a news page's id
    sha256: str  # of the file; of the list of hashes for answers
    size: int
    rule: str  # id of the rule in services/retention.yml
    because: str  # Chinese: when the time of what was over
    sealed: int | None = None  # number of the manifest that vouched for it


@dataclass(frozen=True, slots=True)
class ManifestNight:
    """The night that a manifest closes, as it stood then."""

    id: int
    city: str
    day: date
    state: str  # records.nights.NightState
    audits: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """One link of the chain.  Its bytes are the canonical JSON; its hash is the SHA-256 of these bytes."""

    number: int  # from 1, without gaps
    previous: str  # SHA-256 of the manifest before
    made_at: datetime
    kind: ManifestKind
    database: str  # which database the rows are of
    program: str
    rules: str  # services.versions.rules_sha256
    night: ManifestNight | None = None
    files: tuple[ManifestFile, ...] = ()
    rows: tuple[ManifestRow, ...] = ()
    purged: tuple[Purged, ...] = ()
    retention: str = ""  # SHA-256 of the rules by which was purged
    format: str = FORMAT
