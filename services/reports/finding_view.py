"""How findings are shown: by check, each with where, how it was seen, how to mend it and the evidence."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from records.crawl import Attempt
from records.judgement import DisclosureJudgement, Finding, LinkJudgement, SiteAudit
from records.verdicts import Severity
from services.findings import address_of, disclosure_of
from services.reports import wording
from services.reports.titles import check_order, check_title

MAX_REFERRERS = 20  # shown for one finding
MAX_FINDINGS = 500  # shown for one check


@dataclass(frozen=True, slots=True)
class AttemptRow:
    at: str
    asked: str
    answered: str
    elapsed: str
    detail: str


@dataclass(frozen=True, slots=True)
class Place:
    """A page on which a link stands, with the words of the link."""

    page: str
    anchor: str


@dataclass(frozen=True, slots=True)
class FindingView:
    number: int
    severity: str
    tone: str
    change: str  # 新增 | 仍在 | ""
    message: str
    subject: str
    where: str
    since: str
    how_seen: str
    remedy: str
    attempts: tuple[AttemptRow, ...]
    places: tuple[Place, ...]
    place_count: int
    searched: tuple[str, ...]
    warc: str
    offset: int | None
    sha256: str
    screenshot: str  # file name in the evidence folder
    picture: str  # data: URI, empty where there is none


@dataclass(frozen=True, slots=True)
class FindingGroup:
    anchor: str
    title: str
    count: int
    findings: tuple[FindingView, ...]  # at most MAX_FINDINGS of them


FindPicture = Callable[[str], str]  # name of a screenshot file → data: URI, or "" where it cannot be shown


def finding_groups(audit: SiteAudit, chosen: Iterable[Finding], find_picture: FindPicture) -> tuple[FindingGroup, ...]:
    """The ``chosen`` findings of ``audit`` by check, in the order of the report."""
    by_check: dict[str, list[Finding]] = {}
    for one in chosen:
        by_check.setdefault(one.check, []).append(one)
    links = {link.fact.url: link for link in audit.links}
    groups = []
    for check in sorted(by_check, key=lambda check: (check_order(check), check)):
        found = by_check[check]
        views = tuple(
            _finding_view(index, one, links.get(one.subject), disclosure_of(one, audit.disclosures), find_picture)
            for index, one in enumerate(found[:MAX_FINDINGS], 1)
        )
        groups.append(FindingGroup(f"check-{check_order(check)}", check_title(check), len(found), views))
    return tuple(groups)


_CHANGES = {"new": "新增", "known": "仍在"}
_SEVERITY_TONES = {Severity.MAJOR: "bad", Severity.MINOR: "warn", Severity.NOTICE: "plain"}


def _finding_view(
    number: int,
    finding: Finding,
    link: LinkJudgement | None,
    disclosure: DisclosureJudgement | None,
    find_picture: FindPicture,
) -> FindingView:
    evidence = finding.evidence
    referrers = link.referrers if link else ()
    return FindingView(
        number=number,
        severity=wording.SEVERITY[finding.severity],
        tone=_SEVERITY_TONES[finding.severity],
        change=_CHANGES.get(finding.change or "", ""),
        message=finding.message,
        subject=address_of(finding),
        # Of a link, the tables of places and attempts tell in full what these sentences tell in short.
        where="" if referrers else finding.where,
        since=wording.day(finding.since) if finding.since else "",
        how_seen="" if link and link.fact.attempts else finding.how_seen,
        remedy=finding.remedy,
        attempts=attempt_rows(link.fact.attempts) if link else (),
        places=tuple(Place(one.page, one.anchor or "（无文字）") for one in referrers[:MAX_REFERRERS]),
        place_count=max(len(referrers), link.fact.referrer_count) if link else 0,
        searched=disclosure.searched if disclosure else (),
        warc=evidence.warc or "",
        offset=evidence.offset,
        sha256=evidence.sha256 or "",
        screenshot=evidence.screenshot or "",
        picture=find_picture(evidence.screenshot) if evidence.screenshot else "",
    )


def attempt_rows(attempts: Iterable[Attempt]) -> tuple[AttemptRow, ...]:
    """Requests and what came of them, as a table shows them."""
    return tuple(
        AttemptRow(
            at=wording.clock(one.at),
            asked=wording.asked_by(one),
            answered=wording.answer(one),
            elapsed=f"{one.elapsed_ms:,} 毫秒",
            detail=wording.shortened(one.detail or "", 200),
        )
        for one in attempts
    )
