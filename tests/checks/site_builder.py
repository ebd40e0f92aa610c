"""Small sites made by hand: facts as a crawl would have left them."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from checks.policy import parse_policy
from records.crawl import Attempt, Counts, PageFact, Probe, Referrer, SiteFacts, Target, TargetFact
from records.page import Item, Look, PageReading, Sign
from records.policy import Policy
from records.verdicts import DateFrom, FetchError, LinkKind, Outcome, PageKind, PageVerdict, Requirement

BEIJING = timezone(timedelta(hours=8))
STARTED = datetime(2026, 11, 21, 9, 0, tzinfo=BEIJING)
FINISHED = STARTED + timedelta(minutes=10)
AS_OF = date(2026, 11, 21)
SITE = "http://www.example.gov.cn/"
POLICIES = Path(__file__).parents[2] / "checks" / "policies"


def policy(name: str = "nanyang-monthly") -> Policy:
    return parse_policy((POLICIES / f"{name}.yml").read_text(encoding="utf-8"))


def first_look(status: int | None = 200, error: FetchError | None = None, **more: Any) -> Attempt:
    """An attempt made during the crawl."""
    return replace(Attempt(STARTED, "GET", status if error is None else None, error), **more)


def later_look(status: int | None = 200, error: FetchError | None = None, **more: Any) -> Attempt:
    """An attempt made after the crawl, by the other stack."""
    at = FINISHED + timedelta(seconds=5)
    return replace(Attempt(at, "GET", status if error is None else None, error, via="httpx"), **more)


def target(url: str, *attempts: Attempt, kind: LinkKind = LinkKind.PAGE, **more: Any) -> TargetFact:
    """A target of the portal (or of another host where the address says so) with its attempts."""
    url = absolute(url)
    failed = not any(attempt.http_status is not None and attempt.http_status < 400 for attempt in attempts)
    base = Target(
        url,
        kind,
        internal=more.pop("internal", url.startswith(SITE)),
        depth=more.pop("depth", 1),
        parent=more.pop("parent", SITE),
    )
    outcome = more.pop("outcome", Outcome.FAILED if failed else Outcome.FETCHED)
    return TargetFact(base, outcome, attempts, referrer_count=more.pop("referrer_count", 1), **more)


def absolute(url: str) -> str:
    return url if "://" in url else SITE + url.lstrip("/")


def look(title: str, text: str) -> Look:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Look(title, len(text), int(digest[:16], 16), digest[16:32])


def items(*days: date | str | None, stem: str = "a", pinned: int = 0) -> tuple[Item, ...]:
    """Items with these days; the first ``pinned`` of them are 置顶."""
    return tuple(
        Item(
            f"关于第{number}件事的通知",
            absolute(f"{stem}/{number}.html"),
            date.fromisoformat(day) if isinstance(day, str) else day,
            DateFrom.LIST if day is not None else None,
            pinned=number < pinned,
        )
        for number, day in enumerate(days)
    )


def page(url: str, kind: PageKind = PageKind.LIST, **more: Any) -> PageFact:
    """A page of the portal; fields of the reading by name, ``newest`` worked out from the items."""
    url = absolute(url)
    listed: tuple[Item, ...] = more.pop("items", ())
    depth = more.pop("depth", 0 if url == SITE else 1)
    fact = {
        "final_url": absolute(more.pop("final_url", url)),
        "parent": more.pop("parent", None if url == SITE else SITE),
        "http_status": more.pop("http_status", 200),
        "rendered": more.pop("rendered", False),
        "sha256": more.pop("sha256", hashlib.sha256(url.encode()).hexdigest()),
    }
    days = [item.date for item in listed if item.date is not None and not item.pinned]
    text = more.pop("text", url)
    reading = PageReading(
        url=url,
        charset="utf-8",
        title=more.pop("title", more.get("name")),
        kind=kind,
        verdict=more.pop("verdict", PageVerdict.OK),
        items=listed,
        newest=more.pop("newest", max(days, default=None)),
        look=more.pop("look", look(more.get("name") or url, text)),
        **more,
    )
    return PageFact(url=url, depth=depth, fetched_at=STARTED, reading=reading, **fact)


def sign(requirement: Requirement, text: str, where: str = "self", url: str | None = None) -> Sign:
    return Sign(requirement, where, text, absolute(url) if url is not None else None)


def home(**more: Any) -> PageFact:
    return page(SITE, PageKind.HOME, name="示例县人民政府", site_name="示例县人民政府", body_length=900, **more)


def site(
    pages: Collection[PageFact] = (), targets: Collection[TargetFact] = (), probes: Collection[Probe] = (), **more: Any
) -> SiteFacts:
    """Facts of a site: pages get a target of their own where none was given, and the counts add up."""
    given = {fact.url for fact in targets}
    own = [
        target(one.url, first_look(one.http_status), depth=one.depth, parent=one.parent)
        for one in pages
        if one.url not in given
    ]
    every = (*own, *targets)
    ends = {outcome: sum(fact.outcome is outcome for fact in every) for outcome in Outcome}
    counts = Counts(
        requests=sum(len(fact.attempts) for fact in every),
        pages=len(pages),
        addresses=len(every),
        fetched=ends[Outcome.FETCHED],
        blocked=ends[Outcome.BLOCKED],
        failed=ends[Outcome.FAILED],
        skipped=ends[Outcome.SKIPPED],
        not_reached=ends[Outcome.NOT_REACHED],
        not_visited=more.pop("not_visited", ends[Outcome.NOT_REACHED]),
    )
    return SiteFacts(
        site_url=SITE,
        started_at=STARTED,
        finished_at=FINISHED,
        stopped_by=more.pop("stopped_by", None),
        counts=more.pop("counts", counts),
        pages=tuple(pages),
        targets=every,
        probes=tuple(probes),
        **more,
    )


class Met:
    """Referrers by address, as the store would give them; counts how often it was asked."""

    def __init__(self, met: Mapping[str, Collection[tuple[str, str | None]]]) -> None:
        self._met = {
            absolute(url): tuple(Referrer(absolute(where), anchor) for where, anchor in referrers)
            for url, referrers in met.items()
        }
        self.asked = 0

    def __call__(self, urls: Collection[str]) -> Mapping[str, tuple[Referrer, ...]]:
        self.asked += 1
        return {url: self._met[url] for url in urls if url in self._met}
