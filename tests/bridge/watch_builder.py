"""What was seen of a unit, made by hand: looks at its portal, findings, news events."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Any

from records.crawl import Attempt, Counts, Referrer, Target, TargetFact
from records.indicators import IndicatorValue, ValueSource, ValueState
from records.judgement import (
    ColumnFact,
    ColumnJudgement,
    DisclosureJudgement,
    Finding,
    LinkJudgement,
    SiteAudit,
)
from records.news import EventState, NewsEvent, NewsLabel
from records.registry import Portal, Unit, UnitKind
from records.review import FindingReview, ReviewState
from records.verdicts import (
    ColumnKind,
    ColumnVerdict,
    DisclosureVerdict,
    FetchError,
    LinkKind,
    LinkVerdict,
    Outcome,
    Requirement,
    Severity,
    SiteVerdict,
)
from scoring.model import Indicator, Scheme
from scoring_bridge.monitored import observe_row
from scoring_bridge.watch import Look, News, Observed, Watch
from services.schemes import load_scheme

BEIJING = timezone(timedelta(hours=8))
SITE = "http://www.qinghe.test/"
KEY = "www.qinghe.test"
DAY = date(2026, 11, 21)
UNIT = Unit("qinghe", "青禾县", UnitKind.COUNTY, portals=(Portal(SITE),))


@cache
def scheme(name: str = "nanyang-county") -> Scheme:
    return load_scheme(name)


def row(indicator: str, name: str = "nanyang-county") -> Indicator:
    return next(one for one in scheme(name).indicators if one.id == indicator)


def finding(check: str, subject: str, *, severity: Severity = Severity.MAJOR, since: date | None = DAY) -> Finding:
    return Finding(f"{check}:{subject}", check, severity, subject, f"{check} {subject}。", since=since)


def link(url: str, *pages: str, error: FetchError | None = None) -> LinkJudgement:
    attempt = Attempt(datetime(2026, 11, 21, tzinfo=BEIJING), "GET", None if error else 404, error)
    fact = TargetFact(Target(url, LinkKind.PAGE, url.startswith(SITE), 2), Outcome.FAILED, (attempt,))
    return LinkJudgement(fact, LinkVerdict.BROKEN, None, referrers=tuple(Referrer(page, "链接") for page in pages))


def column(
    name: str,
    url: str,
    verdict: ColumnVerdict = ColumnVerdict.FRESH,
    *,
    newest: date | None = DAY,
    paths: tuple[str, ...] = (),
    certain: bool = True,
) -> ColumnJudgement:
    fact = ColumnFact(url, name, ColumnKind.NOTICE, 10, newest, paths=paths, newest_certain=certain)
    return ColumnJudgement(fact, verdict, 0, 31)


def disclosed(requirement: Requirement, verdict: DisclosureVerdict, url: str | None = None) -> DisclosureJudgement:
    return DisclosureJudgement(requirement, verdict, url, "标题")


SECTION = (column("政务公开", SITE + "zwgk/"),)
COUNTS = Counts(requests=100, pages=80, addresses=100, fetched=95, failed=5)


def look(
    *findings: Finding,
    day: date = DAY,
    number: int = 1,
    links: Iterable[LinkJudgement] = (),
    columns: Iterable[ColumnJudgement] = SECTION,
    disclosures: Iterable[DisclosureJudgement] = (),
    verdict: SiteVerdict = SiteVerdict.REACHABLE,
    counts: Counts = COUNTS,
    policy: str = "nanyang-monthly",
    portal: str = SITE,
) -> Look:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=BEIJING).isoformat()
    audit = SiteAudit(
        portal, "青禾县人民政府", verdict, day, policy, at, at, True, None, counts,
        tuple(links), tuple(columns), tuple(disclosures), findings,
    )  # fmt: skip
    return Look(number, portal, portal.removeprefix("http://").rstrip("/"), day, audit)


def review(one: Finding, state: ReviewState, *, day: date = DAY, why: str = "已核对") -> FindingReview:
    return FindingReview(KEY, one.id, state, why, "张三", datetime(day.year, day.month, day.day, 12, tzinfo=BEIJING))


def event(
    number: int | str,
    *labels: NewsLabel,
    title: str = "事件",
    negative: bool = False,
    state: EventState = EventState.CONFIRMED,
    confidence: float = 0.99,
    persons: tuple[str, ...] = (),
    units: tuple[str, ...] = ("qinghe",),
) -> NewsEvent:
    return NewsEvent(f"e{number}", title, DAY, (f"a{number}",), units, labels, negative, confidence, state, persons)


def news(*events: NewsEvent, articles_read: int = 100) -> News:
    return News(events, articles_read)


def watch(
    *looks: Look,
    unit: Unit = UNIT,
    reviews: Iterable[FindingReview] = (),
    gathered: News | None = None,
    below: frozenset[str] = frozenset({"qinghe"}),
) -> Watch:
    standing: Mapping[tuple[str, str], FindingReview] = {(one.site, one.finding): one for one in reviews}
    return Watch(unit, looks, standing, below, gathered)


def seen(indicator: str, watched: Watch, name: str = "nanyang-county") -> Observed:
    return observe_row(scheme(name), row(indicator, name), watched)


def value(indicator: str, watched: Watch, name: str = "nanyang-county") -> tuple[str, Any]:
    """State and value, for tables."""
    found = seen(indicator, watched, name).value
    return found.state.value, found.value


def filed(indicator: str, given: Any, source: ValueSource = ValueSource.OFFICIAL, **more: Any) -> IndicatorValue:
    made = IndicatorValue("qinghe", indicator, ValueState.SUPPLIED, source, given, "表内所填", provider="市信用办")
    return replace(made, **more)
