"""Facts drawn together across pages, and what is said of them."""

from dataclasses import dataclass, field
from datetime import date

from records.crawl import Counts, Referrer, TargetFact
from records.verdicts import (
    ColumnKind,
    ColumnVerdict,
    DisclosureVerdict,
    LinkReason,
    LinkVerdict,
    Requirement,
    Severity,
    SiteVerdict,
    StopReason,
)


@dataclass(frozen=True, slots=True)
class ColumnFact:
    """A column (栏目): a page that lists items, with what it lists.  Seen, not judged."""

    url: str
    name: str
    kind: ColumnKind
    items: int
    newest: date | None
    newest_title: str | None = None
    newest_url: str | None = None
    dated_by: str | None = None  # list | address | title_attribute | script | data | article
    readable: bool = True  # False: the page was refused, failed, or shows nothing without a browser that we had not
    rendered: bool = False
    says_empty: str | None = None
    paths: tuple[str, ...] = ()  # from the home page to it
    items_read: int = 0  # items whose own pages were read in search of a day
    newest_certain: bool = True  # False: a newer item could lie on a page of the list that was not read
    note: str = ""  # Chinese: why it could not be read or dated


@dataclass(frozen=True, slots=True)
class ColumnJudgement:
    fact: ColumnFact
    verdict: ColumnVerdict
    age_days: int | None
    limit_days: int | None


@dataclass(frozen=True, slots=True)
class DisclosureJudgement:
    """One of the ten requirements: what was found, or where it was looked for."""

    requirement: Requirement
    verdict: DisclosureVerdict
    url: str | None = None
    title: str | None = None
    path: tuple[str, ...] = ()
    newest: date | None = None
    searched: tuple[str, ...] = ()  # Chinese: pages, menus, names tried
    because: str = ""


@dataclass(frozen=True, slots=True)
class LinkJudgement:
    fact: TargetFact
    verdict: LinkVerdict
    reason: LinkReason | None
    because: str = ""
    referrers: tuple[Referrer, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a third person finds what a finding rests on."""

    warc: str | None = None  # file name inside the evidence folder
    offset: int | None = None
    sha256: str | None = None
    screenshot: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """An accusation, or a thing that a person should look at."""

    id: str  # stable across runs for the same subject and check
    check: str
    severity: Severity
    subject: str  # the address
    message: str  # one Chinese sentence: what is wrong
    where: str = ""  # page, anchor, column
    how_seen: str = ""  # what was asked and answered
    remedy: str = ""  # how to mend it
    evidence: Evidence = field(default_factory=Evidence)
    since: date | None = None  # first audit in which it was found
    change: str | None = None  # new | known, against the audit before; None for a first audit


@dataclass(frozen=True, slots=True)
class SiteAudit:
    """The whole result of an audit, ready to be written out."""

    site_url: str
    site_name: str | None
    site_verdict: SiteVerdict
    as_of: date
    policy: str
    started_at: str
    finished_at: str
    complete: bool
    stopped_by: StopReason | None
    counts: Counts
    links: tuple[LinkJudgement, ...]  # every link whose verdict is not ok
    columns: tuple[ColumnJudgement, ...]
    disclosures: tuple[DisclosureJudgement, ...]
    findings: tuple[Finding, ...]
    gone: tuple[Finding, ...] = ()  # findings of the audit before that are no longer there
    notes: tuple[str, ...] = ()  # the coverage statement, Chinese sentences
    crawl_finished_at: str = ""  # what is called broken failed once more after this instant
    vanished: tuple[str, ...] = ()  # addresses to which no link stands any more: each page that had one was asked again

    @property
    def accusations(self) -> tuple[Finding, ...]:
        """What somebody is told to mend; notices are not among it."""
        return tuple(finding for finding in self.findings if finding.severity is not Severity.NOTICE)
