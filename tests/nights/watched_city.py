"""A portal that is watched night after night, with what each look sees declared by the test."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from checks.findings import finding_id
from checks.life import LOCAL
from records.crawl import Attempt, Counts, CrawlEnd, CrawlPlan, PageFact, Target, TargetFact
from records.judgement import ColumnJudgement, DisclosureJudgement, Finding, SiteAudit
from records.nights import NightState, PortalVisit
from records.page import Item, Look, PageReading
from records.sightings import FindingLife, Gate
from records.verdicts import DateFrom, LinkKind, Outcome, PageKind, PageVerdict, Severity, SiteVerdict
from services.column_oddities import OddityKeeper
from services.duties import DutyKeeper
from services.lives import LifeSources, lives
from services.night_view import NightView
from services.work_calendar import library_calendar
from storage.audit_results import AuditResults
from storage.audits import AuditRepository
from storage.column_items import ColumnItemRepository
from storage.database import open_database
from storage.duties import DutyRepository
from storage.finding_reviews import FindingReviews
from storage.nights import NightRepository
from storage.recorder import AuditRecorder
from storage.sightings import SightingRepository
from storage.suppressions import SuppressionRepository

URL = "http://www.qinghe.test/"
KEY = "www.qinghe.test"
DEAD = URL + "zwgk/a.html"
COUNTS = Counts(requests=10, pages=10, addresses=10, fetched=10)


def finding(check: str = "broken_link", subject: str = DEAD, severity: Severity = Severity.MAJOR) -> Finding:
    """The id is that of the check and the subject, as in the program."""
    return Finding(
        finding_id(check, subject), check, severity, subject, f"{subject} 打不开。", how_seen="GET 404，再试 404"
    )


def at(text: str) -> datetime:
    """``11-02 21:00`` of 2026, local time.  2026-11-02 is a Monday."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL)


def fetched(url: str, when: datetime, *, outcome: Outcome = Outcome.FETCHED, status: int = 200) -> TargetFact:
    return TargetFact(Target(url, LinkKind.PAGE, True, 1), outcome, (Attempt(when, "GET", status),))


def article_list(url: str, items: Iterable[tuple[str, str, date | None]], when: datetime) -> PageFact:
    """A column's page that lists (address, title, day)."""
    listed = tuple(Item(title, address, day, DateFrom.LIST if day else None) for address, title, day in items)
    reading = PageReading(url, "utf-8", "栏目", PageKind.LIST, PageVerdict.OK, items=listed)
    return PageFact(url, url, 1, URL, 200, when, "0" * 64, False, reading)


def article(url: str, when: datetime, *, simhash: int, text: str) -> PageFact:
    reading = PageReading(url, "utf-8", "文章", PageKind.ARTICLE, PageVerdict.OK, look=Look("文章", 500, simhash, text))
    return PageFact(url, url, 2, URL, 200, when, "1" * 64, False, reading)


@dataclass(frozen=True)
class Shown:
    """What a look shows beside its findings."""

    targets: tuple[TargetFact, ...] = ()
    pages: tuple[PageFact, ...] = ()
    columns: tuple[ColumnJudgement, ...] = ()
    disclosures: tuple[DisclosureJudgement, ...] = ()
    verdict: SiteVerdict = SiteVerdict.REACHABLE
    complete: bool = True
    counts: Counts = COUNTS


NOTHING = Shown()


def well(when: datetime, *urls: str) -> Shown:
    """A look that finds addresses well."""
    return Shown(targets=tuple(fetched(url, when + timedelta(minutes=1)) for url in urls or (DEAD,)))


class WatchedCity:
    """One portal in one database."""

    def __init__(self, path: Path, gate: Gate | None = None) -> None:
        self.path = path
        self.engine = open_database(f"sqlite:///{self.path}")
        self.audits = AuditRepository(self.engine)
        self.results = AuditResults(self.engine)
        self.nights = NightRepository(self.engine)
        self.tries = SightingRepository(self.engine)
        self.suppressions = SuppressionRepository(self.engine)
        self.reviews = FindingReviews(self.engine)
        self.duties = DutyRepository(self.engine)
        self.items = ColumnItemRepository(self.engine)
        self.gate = gate if gate is not None else Gate()

    def view(self, today: date = date(2026, 11, 30)) -> NightView:
        calendar = library_calendar()
        return NightView(
            results=self.results,
            tries=self.tries,
            sources=LifeSources(self.tries, self.suppressions, self.reviews, self.gate),
            calendar=calendar,
            today=today,
            readers=(
                DutyKeeper(self.duties, calendar, self.tries.unit_of),
                OddityKeeper(self.items, self.results),
            ),
        )

    def audit(self, when: datetime, *findings: Finding, shown: Shown = NOTHING) -> int:
        """A judged audit that begins at ``when`` and asks the subject of each finding one minute later."""
        number = self.audits.begin(
            CrawlPlan(URL, "Chengjian/1 (+mailto:a@b.test)"), policy="nanyang-monthly", as_of=when.date(), program="1"
        )
        asked = {one.url: one for one in shown.targets}
        for one in findings:
            if "#" not in one.subject:
                fact = fetched(one.subject, when + timedelta(minutes=1), outcome=Outcome.FAILED, status=404)
                asked.setdefault(one.subject, fact)
        with AuditRecorder(self.engine, number) as recorder:
            for page in shown.pages:
                asked.setdefault(page.url, fetched(page.url, when + timedelta(minutes=1)))
                recorder.page(page, (), None)
            for fact in asked.values():
                recorder.target(fact)
        end = when + timedelta(minutes=10)
        self.audits.finish_crawl(number, CrawlEnd(when, end, None, shown.counts))
        result = SiteAudit(
            URL, "青禾县人民政府", shown.verdict, when.date(), "nanyang-monthly", when.isoformat(), end.isoformat(),
            shown.complete, None, shown.counts, (), shown.columns, shown.disclosures, findings,
        )  # fmt: skip
        self.audits.save_judgement(number, result)
        return number

    def night(
        self, when: datetime, *findings: Finding, state: NightState = NightState.HEALTHY, shown: Shown = NOTHING
    ) -> tuple[int, int]:
        """A night with one visit, taken in and brought to ``state``; (night, audit)."""
        begun = self.nights.begin("qinghe", when.date(), by="scheduler", now=when, portals=(("qinghe", URL),))
        number = self.audit(when, *findings, shown=shown)
        self.nights.visit(begun.id, PortalVisit("qinghe", URL, number, "done", when, when))
        self.view().catch_up()
        if state is not NightState.RUNNING:
            self.nights.set_state(begun.id, state, by="scheduler", why="测试", now=when)
        return begun.id, number

    def life(self, wanted: str, today: date = date(2026, 11, 30)) -> FindingLife:
        """The life of one finding on the evening of ``today``."""
        return lives(self.view(today).sources, as_of=today)[KEY, wanted].life
