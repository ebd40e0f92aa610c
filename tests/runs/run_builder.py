"""A city with portals, audits and filings in a database, scored through the service."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine

from records.crawl import Counts, CrawlEnd, CrawlPlan
from records.indicators import IndicatorValue
from records.judgement import Finding, SiteAudit
from records.registry import City, Portal, Unit, UnitKind
from records.verdicts import DisclosureVerdict, Requirement, SiteVerdict
from scoring.rank_floor import RankFloor
from scoring_bridge.watch import News
from services.score_round import Nights, Sources, StoredRun, score_round
from storage.audit_results import AuditResults
from storage.audits import AuditRepository
from storage.database import open_database
from storage.finding_reviews import FindingReviews
from storage.runs import RunRepository
from tests.bridge.watch_builder import SECTION, disclosed, filed

BEIJING = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 21, 12, tzinfo=BEIJING)
NAMES = ("青禾县", "柳湾区", "雁塘县")
IDS = ("qinghe", "liuwan", "yantang")
COUNTS = Counts(requests=10, pages=10, addresses=10, fetched=10)


def site(unit: str) -> str:
    return f"http://www.{unit}.test/"


CITY = City(
    "demo", "示范市", "示范", "河南省",
    units=tuple(
        Unit(one, name, UnitKind.COUNTY, portals=(Portal(site(one)),)) for one, name in zip(IDS, NAMES, strict=True)
    ),
)  # fmt: skip


@dataclass
class Filed:
    """Filings as a list: ``storage.filings`` has tests of its own."""

    given: list[IndicatorValue] = field(default_factory=list)

    def periods(self, city: str, scheme_id: str) -> tuple[str, ...]:
        return ("2026",)

    def values(self, city: str, scheme_id: str, period: str) -> tuple[IndicatorValue, ...]:
        return tuple(self.given)


class Round:
    """A database with a city in it."""

    def __init__(self, folder: Path) -> None:
        self.engine: Engine = open_database(f"sqlite:///{folder / 'round.sqlite3'}")
        self.filings = Filed()
        self.news: News | None = None
        self.runs = RunRepository(self.engine)
        self.reviews = FindingReviews(self.engine)
        self.city = CITY
        self.nights: Nights | None = None
        self.rank_floor = RankFloor(Decimal(0), "every total is ranked: little is filed here")

    @property
    def sources(self) -> Sources:
        audits, reviews = AuditResults(self.engine), self.reviews.standing
        return Sources(audits, self.filings, reviews, lambda first, last: self.news, self.nights, self.rank_floor)

    def audit(
        self,
        unit: str,
        *findings: Finding,
        day: date = date(2026, 11, 21),
        verdict: SiteVerdict = SiteVerdict.REACHABLE,
    ) -> int:
        """Keep a judged audit of the unit's portal: lists and system are published, the section is there."""
        audits = AuditRepository(self.engine)
        number = audits.begin(CrawlPlan(site(unit), "t"), policy="nanyang-monthly", as_of=day, program="0")
        at = datetime(day.year, day.month, day.day, 9, tzinfo=BEIJING)
        audits.finish_crawl(number, CrawlEnd(at, at + timedelta(minutes=1), None, COUNTS))
        columns = tuple(replace(one, fact=replace(one.fact, url=site(unit) + "zwgk/")) for one in SECTION)
        published = (Requirement.POWER_LIST, Requirement.RESPONSIBILITY_LIST, Requirement.DISCLOSURE_SYSTEM)
        rows = tuple(disclosed(one, DisclosureVerdict.PUBLISHED, site(unit) + one.value) for one in published)
        result = SiteAudit(
            site(unit), unit, verdict, day, "nanyang-monthly", at.isoformat(), at.isoformat(), True, None, COUNTS, (),
            columns, rows, findings,
        )  # fmt: skip
        audits.save_judgement(number, result)
        return number

    def file(self, unit: str, values: Mapping[str, object]) -> None:
        kept = [one for one in self.filings.given if not (one.unit == unit and one.indicator in values)]
        kept += [replace(filed(indicator, value), unit=unit) for indicator, value in values.items()]
        self.filings.given = kept

    def score(
        self, scheme: str = "nanyang-county", flags: Mapping[str, tuple[str, ...]] | None = None, now: datetime = NOW
    ) -> StoredRun:
        return score_round(
            scheme, self.city, "2026", sources=self.sources, runs=self.runs, program="0.1.0", now=now, flags=flags
        )


def totals(run: StoredRun) -> dict[str, str]:
    return {unit.id: str(unit.total) for unit in run.run.units}


def refs(values: Iterable[IndicatorValue], unit: str, indicator: str) -> list[str]:
    return [
        trace.ref for value in values if (value.unit, value.indicator) == (unit, indicator) for trace in value.evidence
    ]
