"""What an audit of each portal must report, and the comparison with what one did report (``CONTRACTS`` §1).

Accusations are compared exactly: every declared fault must be found and nothing else may be.  What is no accusation
(addresses skipped, columns that were not declared and are in order, notices to the operator) is left alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, assert_never
from urllib.parse import urljoin

from chengjian.demo.faults import CITY
from chengjian.demo.promises import PortalPromise
from records.verdicts import (
    ColumnVerdict,
    DisclosureVerdict,
    LinkKind,
    LinkReason,
    LinkVerdict,
    Requirement,
    Severity,
    SiteVerdict,
)

Document = Mapping[str, Any]  # of the schema chengjian.audit/1


@dataclass(frozen=True, slots=True)
class ExpectedLink:
    url: str
    kind: LinkKind
    internal: bool
    verdict: LinkVerdict
    reason: LinkReason


@dataclass(frozen=True, slots=True)
class ExpectedColumn:
    urls: tuple[str, ...]  # any of them
    name: str
    verdict: ColumnVerdict
    newest: date | None


@dataclass(frozen=True, slots=True)
class ExpectedDisclosure:
    requirement: Requirement
    verdict: DisclosureVerdict
    urls: tuple[str, ...]  # any of them; none: not compared


@dataclass(frozen=True, slots=True)
class ExpectedRefusals:
    """Links under ``prefix`` that may be refused, at least so many of them, for one of the reasons."""

    prefix: str
    reasons: frozenset[LinkReason]
    at_least: int


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    check: str
    subject: str  # an address without fragment; of a missing disclosure the portal's own


@dataclass(frozen=True, slots=True)
class ExpectedAudit:
    """All of one portal, under the policy ``nanyang-monthly``."""

    portal: str
    url: str
    name: str
    site: SiteVerdict
    links: tuple[ExpectedLink, ...]  # every link whose verdict is neither ok nor skipped
    columns: tuple[ExpectedColumn, ...]
    disclosures: tuple[ExpectedDisclosure, ...]
    refusals: tuple[ExpectedRefusals, ...]

    @property
    def findings(self) -> tuple[ExpectedFinding, ...]:
        """The accusations, none more."""
        return tuple(_findings(self))


def expected(as_of: date, base_urls: Mapping[str, str]) -> dict[str, ExpectedAudit]:
    """What audits of the city's portals must report, by key of the portal.

    ``as_of`` and ``base_urls`` are those of the served city (``city.City``).
    """
    return {promise.key: _of_portal(promise, as_of, base_urls) for promise in CITY}


def _of_portal(promise: PortalPromise, as_of: date, base_urls: Mapping[str, str]) -> ExpectedAudit:
    home = base_urls[promise.key]

    def urls(*paths: str) -> tuple[str, ...]:
        return tuple(urljoin(home, path) for path in paths)

    return ExpectedAudit(
        portal=promise.key,
        url=home,
        name=promise.name,
        site=promise.site,
        links=tuple(
            ExpectedLink(fault.url(base_urls, promise.key), fault.kind, fault.internal, fault.verdict, fault.reason)
            for fault in promise.links
        ),
        columns=tuple(
            ExpectedColumn(urls(column.path, *column.also), column.name, column.verdict, column.newest(as_of))
            for column in promise.columns
        ),
        disclosures=tuple(
            ExpectedDisclosure(row.requirement, row.verdict, urls(*row.paths)) for row in promise.disclosures
        ),
        refusals=tuple(
            ExpectedRefusals(urljoin(home, refusal.prefix), refusal.reasons, refusal.at_least)
            for refusal in promise.refusals
        ),
    )


def _findings(audit: ExpectedAudit) -> Iterator[ExpectedFinding]:
    for link in audit.links:
        if link.verdict is LinkVerdict.BROKEN:
            yield ExpectedFinding("broken_link", link.url)
    for column in audit.columns:
        check = _check_of_column(column.verdict)
        if check is not None:
            yield ExpectedFinding(check, column.urls[0])
    for row in audit.disclosures:
        check = _check_of_disclosure(row.verdict)
        if check is not None:
            yield ExpectedFinding(check, row.urls[0] if row.urls else audit.url)


def _check_of_column(verdict: ColumnVerdict) -> str | None:
    match verdict:
        case ColumnVerdict.STALE:
            return "stale_column"
        case ColumnVerdict.EMPTY:
            return "empty_column"
        case ColumnVerdict.FRESH | ColumnVerdict.UNDATED | ColumnVerdict.UNREADABLE | ColumnVerdict.EXEMPT:
            return None
    assert_never(verdict)


def _check_of_disclosure(verdict: DisclosureVerdict) -> str | None:
    match verdict:
        case DisclosureVerdict.MISSING:
            return "missing_disclosure"
        case DisclosureVerdict.EMPTY:
            return "empty_disclosure"
        case DisclosureVerdict.BROKEN:
            return "broken_disclosure"
        case DisclosureVerdict.PUBLISHED | DisclosureVerdict.BLOCKED | DisclosureVerdict.UNDETERMINED:
            return None
    assert_never(verdict)


# ---- comparison


def differences(document: Document, audit: ExpectedAudit) -> tuple[str, ...]:
    """Where a ``chengjian.audit/1`` document and the declaration disagree; empty where they agree.

    Each line begins with ``false:`` (an accusation, or a verdict, that is not declared), ``missed:`` (declared and not
    reported) or ``wrong:`` (reported otherwise than declared).
    """
    return (
        *_site(document, audit),
        *_links(document, audit),
        *_columns(document, audit),
        *_disclosures(document, audit),
        *_accusations(document, audit),
    )


def _site(document: Document, audit: ExpectedAudit) -> Iterator[str]:
    site = document["site"]
    if site["verdict"] != audit.site:
        yield f"wrong: site verdict {site['verdict']}, declared {audit.site}"
    # Portals call themselves 某某人民政府, 某某人民政府网站 …
    if audit.site is SiteVerdict.REACHABLE and audit.name not in (site["name"] or ""):
        yield f"wrong: site name {site['name']}, declared {audit.name}"


def _links(document: Document, audit: ExpectedAudit) -> Iterator[str]:
    reported = {link["url"]: link for link in document["links"] if link["verdict"] != LinkVerdict.SKIPPED}
    refused: Counter[str] = Counter()
    declared = {link.url: link for link in audit.links}
    for url, link in reported.items():
        known = declared.get(url)
        if known is None:
            refusal = next((r for r in audit.refusals if url.startswith(r.prefix)), None)
            if refusal is not None and link["reason"] in refusal.reasons:
                refused[refusal.prefix] += 1
            elif audit.site is SiteVerdict.REACHABLE:
                yield f"false: link {url} {link['verdict']}/{link['reason']}"
            continue
        got = (link["kind"], link["internal"], link["verdict"], link["reason"])
        want = (known.kind, known.internal, known.verdict, known.reason)
        if got != want:
            yield f"wrong: link {url} {_joined(got)}, declared {_joined(want)}"
    for url in declared.keys() - reported.keys():
        yield f"missed: link {url} {declared[url].verdict}/{declared[url].reason}"
    for refusal in audit.refusals:
        if refused[refusal.prefix] < refusal.at_least:
            yield f"missed: {refused[refusal.prefix]} links refused under {refusal.prefix}, at least {refusal.at_least}"


def _columns(document: Document, audit: ExpectedAudit) -> Iterator[str]:
    reported = {column["url"]: column for column in document["columns"]}
    declared_urls = {url for column in audit.columns for url in column.urls}
    for column in audit.columns:
        met = [reported[url] for url in column.urls if url in reported]
        if not met:
            yield f"missed: column {column.name} {column.urls[0]}"
        for got in met:
            if (got["name"], got["verdict"]) != (column.name, column.verdict):
                yield (
                    f"wrong: column {got['url']} {got['name']} {got['verdict']} (newest {got['newest']}), "
                    f"declared {column.name} {column.verdict} (newest {column.newest})"
                )
            elif column.newest is not None and got["newest"] != column.newest.isoformat():
                yield f"wrong: column {column.name} newest {got['newest']}, declared {column.newest}"
        if len(met) > 1:
            yield f"wrong: column {column.name} is reported {len(met)} times"
    for url in reported.keys() - declared_urls:
        verdict = ColumnVerdict(reported[url]["verdict"])
        if verdict is ColumnVerdict.UNDATED or _check_of_column(verdict) is not None:
            yield f"false: column {url} {reported[url]['name']} {verdict}"


def _disclosures(document: Document, audit: ExpectedAudit) -> Iterator[str]:
    reported = {row["requirement"]: row for row in document["disclosures"]}
    for row in audit.disclosures:
        got = reported.get(row.requirement)
        if got is None:
            yield f"missed: disclosure row {row.requirement}"
        elif got["verdict"] != row.verdict:
            yield f"wrong: {row.requirement} {got['verdict']} ({got['url']}), declared {row.verdict}"
        elif row.urls and got["url"] not in row.urls:
            yield f"wrong: {row.requirement} at {got['url']}, declared {' '.join(row.urls)}"


_ACCUSING: Final = {Severity.MAJOR, Severity.MINOR}


def _accusations(document: Document, audit: ExpectedAudit) -> Iterator[str]:
    got = Counter(
        _key(finding["check"], finding["subject"])
        for finding in document["findings"]
        if finding["severity"] in _ACCUSING
    )
    want = Counter(_key(finding.check, finding.subject) for finding in audit.findings)
    for check, subject in (got - want).elements():
        yield f"false: finding {check} {subject}"
    for check, subject in (want - got).elements():
        yield f"missed: finding {check} {subject}"


def _key(check: str, subject: str) -> tuple[str, str]:
    """A disclosure's finding may name its requirement behind ``#``; of a missing one there is no address to compare."""
    return check, "" if check == "missing_disclosure" else subject.partition("#")[0]


def _joined(values: tuple[object, ...]) -> str:
    return "/".join(str(value) for value in values)
