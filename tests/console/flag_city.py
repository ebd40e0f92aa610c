"""Findings of the console's city, with their pages, answers and evidence, written as the program writes them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from checks.findings import finding_id
from checks.life import LOCAL
from console.tools import ConsoleTools
from records.crawl import Attempt, Counts, CrawlEnd, CrawlPlan, Exchange, PageFact, Referrer, Target, TargetFact
from records.judgement import Finding, LinkJudgement, SiteAudit
from records.nights import NightState, PortalVisit
from records.page import Link, PageReading
from records.verdicts import (
    LinkKind,
    LinkReason,
    LinkVerdict,
    Outcome,
    PageKind,
    PageVerdict,
    Severity,
    SiteVerdict,
)
from services.file_evidence import file_evidence
from storage.audits import AuditRepository
from storage.nights import NightRepository
from storage.recorder import AuditRecorder

COUNTS = Counts(requests=10, pages=10, addresses=10, fetched=10)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
NIGHTS = ("11-02 21:00", "11-03 10:00", "11-03 21:00")


def at(text: str) -> datetime:
    """``11-02 21:00`` of 2026, local time."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL)


def portal(unit: str) -> str:
    return f"http://{unit}.example/"


def dead(unit: str, path: str = "zwgk/a.html", severity: Severity = Severity.MAJOR) -> Finding:
    url = path if "://" in path else portal(unit) + path
    return Finding(
        finding_id("broken_link", url), "broken_link", severity, url, f"“{path[-24:]}”所指的网页打不开：返回 404。",
        where="出现在 1 处", how_seen="GET 404，再试 404", remedy="恢复该页面。",
    )  # fmt: skip


def stale(unit: str, path: str = "zwgk/tz/") -> Finding:
    url = portal(unit) + path
    return Finding(finding_id("stale_column", url), "stale_column", Severity.MAJOR, url, f"栏目“{path}”超期未更新。")


def missing(unit: str, requirement: str = "power_list") -> Finding:
    subject = f"{portal(unit)}#{requirement}"
    return Finding(
        finding_id("missing_disclosure", subject), "missing_disclosure", Severity.MAJOR, subject, "未找到权力清单。"
    )


def home_page(findings: Sequence[Finding]) -> bytes:
    links = "".join(f'<li><a href="{one.subject}">指向{number}</a></li>' for number, one in enumerate(findings))
    return f"<html><head><title>首页</title></head><body><h1>首页</h1><ul>{links}</ul></body></html>".encode()


def _link(home: str, one: Finding) -> LinkJudgement:
    fact = TargetFact(Target(one.subject, LinkKind.PAGE, True, 1), Outcome.FAILED, referrer_count=1)
    return LinkJudgement(fact, LinkVerdict.BROKEN, LinkReason.HTTP_404, referrers=(Referrer(home, "权责清单"),))


class FlagCity:
    """Writes nights into the database of a console."""

    def __init__(self, tools: ConsoleTools) -> None:
        self.tools = tools
        self.audits = AuditRepository(tools.engine)
        self.nights = NightRepository(tools.engine)

    def audit(
        self, unit: str, when: datetime, *findings: Finding, body: bytes | None = None, kind: str = "text/html"
    ) -> int:
        """A judged audit of the unit's portal: its home page links to every finding's address."""
        home = portal(unit)
        number = self.audits.begin(
            CrawlPlan(home, "Chengjian/1 (+mailto:a@b.test)"), policy="nanyang-monthly", as_of=when.date(), program="1"
        )
        minute = when + timedelta(minutes=1)
        page = body if body is not None else home_page(findings)
        reading = PageReading(home, "utf-8", "首页", PageKind.HOME, PageVerdict.OK)
        with AuditRecorder(self.tools.engine, number) as recorder:
            links = tuple(
                Link(one.subject.partition("#")[0], f"指向{place}", LinkKind.PAGE) for place, one in enumerate(findings)
            )
            headers = (("Content-Type", kind),)
            exchange = Exchange(home, minute, "GET", (("User-Agent", "c"),), 200, headers, page)
            recorder.page(PageFact(home, home, 0, None, 200, minute, "0" * 64, False, reading), links, exchange)
            recorder.target(
                TargetFact(Target(home, LinkKind.PAGE, True, 0), Outcome.FETCHED, (Attempt(minute, "GET", 200),))
            )
            for one in findings:
                if "#" in one.subject or one.subject == home:
                    continue
                tries = (
                    Attempt(minute, "GET", 404, sha256="a" * 64),
                    Attempt(minute + timedelta(minutes=4), "GET", 404),
                )
                recorder.target(TargetFact(Target(one.subject, LinkKind.PAGE, True, 1), Outcome.FAILED, tries))
                gone = Exchange(
                    one.subject, minute, "GET", (), 404, headers, b"<html><body>404 not found</body></html>"
                )
                recorder.exchange(gone)
        end = when + timedelta(minutes=10)
        self.audits.finish_crawl(number, CrawlEnd(when, end, None, COUNTS))
        result = SiteAudit(
            home, f"{unit}人民政府", SiteVerdict.REACHABLE, when.date(), "nanyang-monthly", when.isoformat(),
            end.isoformat(), True, None, COUNTS, tuple(_link(home, one) for one in findings if "#" not in one.subject),
            (), (), findings,
        )  # fmt: skip
        filed = file_evidence(
            result, audits=self.audits, audit_id=number, folder=self.tools.home / "evidence" / f"{unit}-{number}",
            program="1", screenshots={one.id: PNG for one in findings[:1]},
        )  # fmt: skip
        self.audits.save_judgement(number, filed)
        return number

    def night(
        self, when: datetime, found: dict[str, Sequence[Finding]], *, state: NightState = NightState.HEALTHY,
        body: bytes | None = None, kind: str = "text/html",
    ) -> None:  # fmt: skip
        """A night that visits the portals of ``found``."""
        plan = tuple((unit, portal(unit)) for unit in found)
        begun = self.nights.begin("linshui", when.date(), by="scheduler", now=when, portals=plan)
        for unit, findings in found.items():
            number = self.audit(unit, when, *findings, body=body, kind=kind)
            self.nights.visit(begun.id, PortalVisit(unit, portal(unit), number, "done", when, when))
        replace(self.tools.view(), today=self.tools.today).catch_up()
        self.nights.set_state(begun.id, state, by="scheduler", why="测试", now=when)

    def nights_of(self, found: dict[str, Sequence[Finding]]) -> None:
        """Three healthy nights, which pass the gate."""
        for when in NIGHTS:
            self.night(at(when), found)
