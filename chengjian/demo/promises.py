"""The nouns in which the faults of the demo city are declared (``faults.py``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urljoin

from chengjian.demo.content.days import days_before, last_anniversary
from records.verdicts import (
    VERDICT_OF_REASON,
    ColumnVerdict,
    DisclosureVerdict,
    LinkKind,
    LinkReason,
    LinkVerdict,
    Requirement,
    SiteVerdict,
)


class Matter(StrEnum):
    """What a column is filled with."""

    NEWS = "news"
    NOTICE = "notice"
    POLICY = "policy"
    READING = "reading"
    BUDGET = "budget"
    REPORT = "report"
    RULES = "rules"
    ORGANS = "organs"
    SUPERVISION = "supervision"
    SERVICE_ITEMS = "service_items"


@dataclass(frozen=True, slots=True)
class LinkFault:
    """A link of a portal that does not work, by our will."""

    key: str
    address: str  # within the portal ("/a"), at another server of the city ("{refused}a"), or absolute
    kind: LinkKind
    reason: LinkReason
    anchor: str  # the words of the link; of an image its alternative text

    @property
    def verdict(self) -> LinkVerdict:
        return VERDICT_OF_REASON[self.reason]

    @property
    def internal(self) -> bool:
        return self.address.startswith("/")

    def url(self, base_urls: Mapping[str, str], portal: str) -> str:
        return urljoin(base_urls[portal], self.address.format(**base_urls))


@dataclass(frozen=True, slots=True)
class ColumnPromise:
    """A column of a portal: how it is filled, and what an audit must say of it under ``nanyang-monthly``.

    ``age`` is how many days before the day of the city its newest item was published; a yearly column names instead
    the day of the year (``anniversary``: month, day) on which its items come out; with neither, nothing is dated.
    """

    key: str
    path: str
    name: str
    matter: Matter
    verdict: ColumnVerdict
    items: int
    age: int | None = None
    anniversary: tuple[int, int] | None = None
    also: tuple[str, ...] = ()  # other paths under which the same column may be named: its frame

    def newest(self, as_of: date) -> date | None:
        if self.anniversary is not None:
            return last_anniversary(as_of, *self.anniversary)
        return None if self.age is None else days_before(as_of, self.age)


@dataclass(frozen=True, slots=True)
class DisclosurePromise:
    """One of the ten requirements: where the portal has it (if it has it), and what an audit must say."""

    requirement: Requirement
    verdict: DisclosureVerdict
    paths: tuple[str, ...] = ()  # addresses that an audit may rightly give; none: not compared


@dataclass(frozen=True, slots=True)
class Refusal:
    """A part of a portal that a firewall shuts after some requests: which of its addresses, depends on their order."""

    prefix: str
    reasons: frozenset[LinkReason]
    at_least: int


@dataclass(frozen=True, slots=True)
class PortalPromise:
    """All that an audit of one portal must find, and by silence: all that it must not."""

    key: str
    name: str  # of the office
    make: str  # Chinese: what kind of portal it is
    site: SiteVerdict = SiteVerdict.REACHABLE
    links: tuple[LinkFault, ...] = ()
    columns: tuple[ColumnPromise, ...] = ()
    disclosures: tuple[DisclosurePromise, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    def link(self, key: str) -> LinkFault:
        return next(fault for fault in self.links if fault.key == key)

    def column(self, key: str) -> ColumnPromise:
        return next(column for column in self.columns if column.key == key)
