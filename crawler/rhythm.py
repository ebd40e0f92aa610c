"""How often an address is looked at: an interval for each, which follows how often it changes (``visits.yml``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

import yaml

from records.page import PageReading
from records.verdicts import PageKind
from records.visits import PageRole, PageVisit

_DAY = 86_400.0
_ARTICLES = frozenset({PageKind.ARTICLE, PageKind.GUIDE, PageKind.ANNUAL_REPORT})


@dataclass(frozen=True, slots=True)
class Interval:
    """Days between two looks at addresses of one role."""

    first: float  # after the first look
    least: float
    most: float
    source: str


@dataclass(frozen=True, slots=True)
class VisitLimits:
    """One portal in one night, where the operator says nothing else."""

    rate: float  # requests per second to one host
    concurrency: int
    max_pages: int  # pages asked
    recheck_after: float  # seconds


@dataclass(frozen=True, slots=True)
class Rhythm:
    intervals: Mapping[PageRole, Interval]
    grow: float
    shrink: float
    spread: float
    slack_hours: float
    whole_days: float
    full_days: float
    limits: VisitLimits

    def is_due(self, url: str, visit: PageVisit, moment: datetime) -> bool:
        """Whether an address is to be asked at ``moment``.

        Those that were read in one night fall due over several, none later than its interval.
        """
        share = 1.0 - self.spread * (crc32(url.encode("utf-8", "surrogatepass")) % 1000) / 1000
        if visit.role is PageRole.EXTERNAL:
            share = 1.0  # a term, not a rhythm
            slack = 0.0
        else:
            slack = self.slack_hours / 24
        age = (moment - visit.asked_at).total_seconds() / _DAY
        return age < 0 or age >= visit.interval * share - slack

    def is_trusted(self, visit: PageVisit, moment: datetime) -> bool:
        """Whether "not modified" would still be believed."""
        return 0 <= (moment - visit.read_at).total_seconds() <= self.whole_days * _DAY

    def interval(self, role: PageRole, before: PageVisit | None, *, changed: bool) -> float:
        """Days until the next look, ``before`` being what was remembered before this one."""
        limits = self.intervals[role]
        if before is None or before.role is not role:
            return limits.first
        wanted = before.interval * (self.shrink if changed else self.grow)
        return min(limits.most, max(limits.least, wanted))


def role_of(reading: PageReading, depth: int) -> PageRole:
    """The role of a page of the portal that was read."""
    if depth == 0:
        return PageRole.FRONT
    if reading.kind in _ARTICLES:
        return PageRole.ARTICLE
    if reading.pager is not None and reading.pager.index:
        return PageRole.CONTINUATION
    return PageRole.FRONT


def parse_rhythm(text: str) -> Rhythm:
    """The rhythm of a ``visits.yml``.  Raises ``ValueError`` saying what is wrong with it."""
    try:
        raw = yaml.safe_load(text)
        if raw["format"] != 1:
            raise ValueError(f"format {raw['format']}")
        visit = {name: entry["value"] for name, entry in raw["visit"].items() if entry["source"]}
        rhythm = Rhythm(
            intervals={
                role: Interval(float(entry["first"]), float(entry["least"]), float(entry["most"]), str(entry["source"]))
                for role, entry in ((role, raw["roles"][role.value]) for role in PageRole)
            },
            grow=float(raw["grow"]),
            shrink=float(raw["shrink"]),
            spread=float(raw["spread"]),
            slack_hours=float(raw["slack_hours"]),
            whole_days=float(raw["whole_days"]),
            full_days=float(raw["full_days"]),
            limits=VisitLimits(
                rate=float(visit["rate"]),
                concurrency=int(visit["concurrency"]),
                max_pages=int(visit["max_pages"]),
                recheck_after=float(visit["recheck_after"]),
            ),
        )
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"visits.yml: {type(error).__name__}: {error}") from None
    for role, limits in rhythm.intervals.items():
        if not 0 <= limits.least <= limits.first <= limits.most:
            raise ValueError(f"visits.yml: {role.value}: 0 <= least <= first <= most")
    if rhythm.grow < 1 or not 0 < rhythm.shrink <= 1 or not 0 <= rhythm.spread < 1:
        raise ValueError("visits.yml: grow >= 1, 0 < shrink <= 1, 0 <= spread < 1")
    return rhythm
