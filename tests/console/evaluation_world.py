"""A city with audits and filings behind the console, and the people who take a round from its opening to its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from console.app import console_app
from records.accounts import Role
from records.crawl import Counts, CrawlEnd, CrawlPlan
from records.indicators import IndicatorValue
from records.judgement import Finding, SiteAudit
from records.verdicts import DisclosureVerdict, Requirement, SiteVerdict
from services.rounds.life import BEIJING
from services.score_round import Sources
from storage.audit_results import AuditResults
from storage.audits import AuditRepository
from storage.finding_reviews import FindingReviews
from tests.bridge.watch_builder import SECTION, disclosed, filed, finding
from tests.console.conftest import Browser, Desk

ROUND = "linshui-2026-nanyang-county"
DAY = date(2026, 11, 19)
STALE = finding("stale_column", "http://xicheng.example/zwgk/tzgg/")
COUNTS = Counts(requests=10, pages=10, addresses=10, fetched=10)


@dataclass
class Filed:
    """Filings as a list: ``storage.filings`` has tests of its own."""

    given: list[IndicatorValue] = field(default_factory=list)

    def periods(self, city: str, scheme_id: str) -> tuple[str, ...]:
        return ("2026",)

    def values(self, city: str, scheme_id: str, period: str) -> tuple[IndicatorValue, ...]:
        return tuple(self.given)


class World:
    """Three counties: one clean, one with a stale column, one whose portal refused us."""

    def __init__(self, desk: Desk) -> None:
        self.filed = Filed()
        self._signed_in: dict[str, Browser] = {}
        engine = desk.tools.engine
        sources = Sources(AuditResults(engine), self.filed, FindingReviews(engine).standing, lambda first, last: None)
        evaluation = replace(desk.tools.evaluation, sources=lambda: sources)
        desk.tools = replace(desk.tools, evaluation=evaluation)
        desk.app = console_app(desk.tools)
        self.desk = desk
        self.audit("dongcheng")
        self.audit("xicheng", STALE)
        self.audit("beicheng", verdict=SiteVerdict.BLOCKED)
        self.file("dongcheng", {"NYC-13": 12})

    def audit(
        self, unit: str, *findings: Finding, verdict: SiteVerdict = SiteVerdict.REACHABLE, day: date = DAY
    ) -> int:
        """Keep a judged audit of the unit's portal: lists and system are published, the section is there."""
        site = f"http://{unit}.example/"
        audits = AuditRepository(self.desk.tools.engine)
        number = audits.begin(CrawlPlan(site, "t"), policy="nanyang-monthly", as_of=day, program="0")
        at = datetime(day.year, day.month, day.day, 9, tzinfo=BEIJING)
        audits.finish_crawl(number, CrawlEnd(at, at + timedelta(minutes=1), None, COUNTS))
        columns = tuple(replace(one, fact=replace(one.fact, url=f"{site}zwgk/")) for one in SECTION)
        published = (Requirement.POWER_LIST, Requirement.RESPONSIBILITY_LIST, Requirement.DISCLOSURE_SYSTEM)
        rows = tuple(disclosed(one, DisclosureVerdict.PUBLISHED, site + one.value) for one in published)
        result = SiteAudit(
            site, unit, verdict, day, "nanyang-monthly", at.isoformat(), at.isoformat(), True, None, COUNTS, (),
            columns, rows, findings,
        )  # fmt: skip
        audits.save_judgement(number, result)
        return number

    def file(self, unit: str, values: Mapping[str, object]) -> None:
        kept = [one for one in self.filed.given if not (one.unit == unit and one.indicator in values)]
        kept += [replace(filed(indicator, value), unit=unit) for indicator, value in values.items()]
        self.filed.given = kept

    @property
    def office(self) -> Browser:
        return self.person("office", Role.OFFICE)

    @property
    def other_office(self) -> Browser:
        return self.person("other", Role.OFFICE)

    def person(self, login: str, role: Role, unit: str | None = None) -> Browser:
        """Somebody who stays signed in."""
        if login not in self._signed_in:
            self.desk.account(login, role, unit)
            self._signed_in[login] = self.desk.signed_in(login)
        return self._signed_in[login]

    def unit(self, unit: str) -> Browser:
        return self.person(f"unit-{unit}", Role.UNIT, unit)

    @property
    def state(self):
        return self.desk.tools.evaluation.load(ROUND).state

    def step(self, browser: Browser, status: int = 200, **fields: object) -> str:
        """One stage forward, from the page as it stands."""
        return browser.post(f"/rounds/{ROUND}/advance", status, seen=self.state.entries, **fields)

    def score(self, browser: Browser) -> str:
        """The number of the run that was made."""
        browser.post(f"/rounds/{ROUND}/score")
        return self.desk.tools.evaluation.shelf.heads("linshui")[0].id

    def to_preliminary(self) -> str:
        office = self.office
        office.post("/rounds/open", scheme="nanyang-county", period="2026")
        self.step(office)
        run = self.score(office)
        self.step(office, run=run)
        return run

    def to_feedback(self) -> str:
        run = self.to_preliminary()
        self.step(self.office, delivered="2026-11-20")
        return run

    def to_reviews(self) -> str:
        """West asked for review of its stale column; the others agreed."""
        run = self.to_feedback()
        office = self.office
        for unit in ("dongcheng", "beicheng"):
            office.post(f"/rounds/{ROUND}/answer", unit=unit, kind="confirm", received="2026-11-20")
        office.post(
            f"/rounds/{ROUND}/answer", unit="xicheng", kind="review", received="2026-11-20", rows="NYC-05",
            reason="栏目当天已更新，联系人 13812345678",
        )  # fmt: skip
        self.step(office)
        return run
