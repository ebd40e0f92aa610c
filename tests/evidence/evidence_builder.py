"""Audits with their evidence, nights and manifests, as the program makes them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy import Engine

from chengjian.evidence_room import EvidenceRoom
from records.crawl import Attempt, Counts, CrawlEnd, CrawlPlan, Exchange, PageFact, Target, TargetFact
from records.judgement import DisclosureJudgement, Finding, SiteAudit
from records.nights import Night, NightState, PortalVisit
from records.page import PageReading
from records.verdicts import (
    DisclosureVerdict,
    LinkKind,
    Outcome,
    PageKind,
    PageVerdict,
    Requirement,
    Severity,
    SiteVerdict,
)
from services.file_evidence import file_evidence
from services.finding_gate import load_gate
from services.lives import LifeSources
from services.night_manifest import Sealed, close_day, close_night
from services.verify_evidence import Verification, verify_evidence_folder
from storage.audits import AuditRepository
from storage.finding_reviews import FindingReviews
from storage.manifest_chain import ManifestChain
from storage.nights import NightRepository
from storage.recorder import AuditRecorder
from storage.sightings import SightingRepository
from storage.suppressions import SuppressionRepository

BEIJING = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 21, 6, 0, tzinfo=BEIJING)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


def site(name: str) -> str:
    return f"http://www.{name}.test/"


def broken(name: str, number: int = 1) -> Finding:
    url = f"{site(name)}gone-{number}.html"
    return Finding(f"broken_link:{url}", "broken_link", Severity.MAJOR, url, f"链接 {number} 打不开。")


def missing(name: str) -> Finding:
    subject = f"{site(name)}#{Requirement.POWER_LIST.value}"
    return Finding(f"missing_disclosure:{subject}", "missing_disclosure", Severity.MAJOR, subject, "未找到权力清单。")


@dataclass
class Watch:
    """A database and the evidence that belongs to it."""

    engine: Engine
    root: Path
    city: str = "demo"
    made: int = field(default=0)

    @property
    def audits(self) -> AuditRepository:
        return AuditRepository(self.engine)

    @property
    def nights(self) -> NightRepository:
        return NightRepository(self.engine)

    @property
    def chain(self) -> ManifestChain:
        return ManifestChain(self.root, self.engine)

    @property
    def room(self) -> EvidenceRoom:
        """The evidence under the packaged gate."""
        engine = self.engine
        sources = LifeSources(
            SightingRepository(engine), SuppressionRepository(engine), FindingReviews(engine), load_gate()
        )
        return EvidenceRoom(self.chain, sources)

    def audit(
        self,
        name: str,
        *findings: Finding,
        day: date = date(2026, 11, 20),
        png: bytes | None = None,
        body: bytes = "<html>未找到</html>".encode(),
    ) -> int:
        """A judged audit of a portal with its evidence filed in a folder of its own."""
        self.made += 1
        at = datetime(day.year, day.month, day.day, 21, tzinfo=BEIJING)
        plan = CrawlPlan(site(name), "Chengjian/0")
        number = self.audits.begin(plan, policy="nanyang-monthly", as_of=day, program="0.1.0")
        with AuditRecorder(self.engine, number) as recorder:
            for url in (site(name), *(one.subject.partition("#")[0] for one in findings)):
                reading = PageReading(url, "utf-8", "标题", PageKind.ERROR, PageVerdict.OK)
                headers = (("Content-Type", "text/html; charset=utf-8"),)
                exchange = Exchange(url, at, "GET", (("User-Agent", "Chengjian/0"),), 404, headers, body, "127.0.0.1")
                recorder.page(PageFact(url, url, 1, None, 404, at, "ab" * 32, False, reading), (), exchange)
                recorder.target(
                    TargetFact(Target(url, LinkKind.PAGE, True, 1), Outcome.FAILED, (Attempt(at, "GET", 404),))
                )
        self.audits.finish_crawl(number, CrawlEnd(at, at + timedelta(minutes=5), None, Counts(requests=2, pages=2)))
        absent = DisclosureJudgement(Requirement.POWER_LIST, DisclosureVerdict.MISSING, searched=("看过网页 2 个",))
        audit = SiteAudit(
            site(name), name, SiteVerdict.REACHABLE, day, "nanyang-monthly", at.isoformat(),
            (at + timedelta(minutes=5)).isoformat(), True, None, Counts(requests=2, pages=2), (), (), (absent,),
            findings,
        )  # fmt: skip
        pictures = {findings[0].id: png} if png is not None and findings else {}
        folder = self.root / f"www.{name}.test-{day:%Y%m%d}-{self.made}"
        audit = file_evidence(
            audit, audits=self.audits, audit_id=number, folder=folder, program="0.1.0", screenshots=pictures
        )
        self.audits.save_judgement(number, audit)
        return number

    def night(self, audits: Iterable[int], day: date = date(2026, 11, 20), *, now: datetime = NOW) -> Night:
        """A healthy night in which these audits were made."""
        night = self.nights.begin(self.city, day, by="scheduler", now=now)
        for audit in audits:
            self.nights.visit(night.id, PortalVisit(f"unit-{audit}", f"http://{audit}.test/", audit, "done", now, now))
        return self.nights.set_state(night.id, NightState.HEALTHY, by="scheduler", why="自检合格", now=now)

    def close(self, night: Night, *, now: datetime = NOW) -> Sealed:
        return close_night(night.id, chain=self.chain, nights=self.nights, program="0.1.0", now=now)

    def seal(self, *, now: datetime = NOW) -> Sealed | None:
        return close_day(chain=self.chain, program="0.1.0", now=now)

    def verify(self, *, offline: bool = False, head: str | None = None) -> Verification:
        return verify_evidence_folder(self.root, chain=None if offline else self.chain, head=head)

    def two_nights(self) -> tuple[Sealed, Sealed]:
        """Two portals, two nights, everything that a folder may hold."""
        first = [self.audit("qinghe", broken("qinghe"), missing("qinghe"), png=PNG), self.audit("liuwan")]
        one = self.close(self.night(first))
        second = [self.audit("qinghe", broken("qinghe", 2), day=date(2026, 11, 21), png=PNG + b"2")]
        later = NOW + timedelta(days=1)
        two = self.close(self.night(second, date(2026, 11, 21), now=later), now=later)
        return one, two


def renamed(finding: Finding, identity: str) -> Finding:
    return replace(finding, id=identity)
