"""The machine-readable audit, ``chengjian.audit/1``: the only place that knows its shape (docs/contracts)."""

from datetime import date
from typing import Any

import orjson

from records.crawl import Attempt, Referrer
from records.judgement import (
    ColumnJudgement,
    DisclosureJudgement,
    Evidence,
    Finding,
    LinkJudgement,
    SiteAudit,
)
from services.findings import status_of

SCHEMA = "chengjian.audit/1"


def audit_document(audit: SiteAudit) -> dict[str, Any]:
    """The document as plain values.  Raises ValueError for a link without a reason, which the contract forbids."""
    counts = audit.counts
    return {
        "schema": SCHEMA,
        "site": {"url": audit.site_url, "name": audit.site_name, "verdict": audit.site_verdict.value},
        "as_of": audit.as_of.isoformat(),
        "policy": audit.policy,
        "started_at": audit.started_at,
        "finished_at": audit.finished_at,
        "crawl_finished_at": audit.crawl_finished_at,
        "complete": audit.complete,
        "stopped_by": audit.stopped_by.value if audit.stopped_by else None,
        "counts": {
            "requests": counts.requests,
            "pages": counts.pages,
            "links": counts.links,
            "bytes": counts.bytes,
            "rendered": counts.rendered,
            "robots_disallowed": counts.robots_disallowed,
            "not_visited": counts.not_visited,
            "addresses": counts.addresses,
            "fetched": counts.fetched,
            "blocked": counts.blocked,
            "failed": counts.failed,
            "skipped": counts.skipped,
            "not_reached": counts.not_reached,
        },
        "links": [_link(one) for one in audit.links],
        "columns": [_column(one) for one in audit.columns],
        "disclosures": [_disclosure(one) for one in audit.disclosures],
        "findings": [_finding(one) for one in audit.findings],
        "gone": [_finding(one) for one in audit.gone],
        "notes": list(audit.notes),
    }


def audit_json(audit: SiteAudit) -> bytes:
    """The document as UTF-8.  Lone surrogates, which no UTF-8 can carry, become U+FFFD."""
    document = audit_document(audit)
    try:
        return orjson.dumps(document, option=orjson.OPT_INDENT_2)
    except TypeError:
        return orjson.dumps(_well_formed(document), option=orjson.OPT_INDENT_2)


def _link(link: LinkJudgement) -> dict[str, Any]:
    if link.reason is None:
        raise ValueError(f"no reason for the verdict {link.verdict} of {link.fact.url!r}")
    return {
        "url": link.fact.url,
        "kind": link.fact.target.kind.value,
        "internal": link.fact.target.internal,
        "verdict": link.verdict.value,
        "reason": link.reason.value,
        "http_status": status_of(link),
        "attempts": [_attempt(one) for one in link.fact.attempts],
        "referrers": [_referrer(one) for one in link.referrers],
        "referrer_count": max(len(link.referrers), link.fact.referrer_count),
        "because": link.because,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "at": attempt.at.isoformat(),
        "method": attempt.method,
        "http_status": attempt.http_status,
        "error": attempt.error.value if attempt.error else None,
        "elapsed_ms": attempt.elapsed_ms,
        "via": attempt.via,
        "detail": attempt.detail,
        "redirects": list(attempt.redirects),
        "content_type": attempt.content_type,
        "size": attempt.size,
        "sha256": attempt.sha256,
        "page_verdict": attempt.page_verdict.value if attempt.page_verdict else None,
        "sign": attempt.sign,
    }


def _referrer(referrer: Referrer) -> dict[str, Any]:
    return {"page": referrer.page, "anchor": referrer.anchor}


def _column(column: ColumnJudgement) -> dict[str, Any]:
    fact = column.fact
    return {
        "url": fact.url,
        "name": fact.name,
        "kind": fact.kind.value,
        "verdict": column.verdict.value,
        "newest": _day(fact.newest),
        "items": fact.items,
        "age_days": column.age_days,
        "limit_days": column.limit_days,
        "rendered": fact.rendered,
        "newest_title": fact.newest_title,
        "newest_url": fact.newest_url,
        "dated_by": fact.dated_by,
        "says_empty": fact.says_empty,
        "note": fact.note,
        "path": list(fact.paths),
    }


def _disclosure(disclosure: DisclosureJudgement) -> dict[str, Any]:
    return {
        "requirement": disclosure.requirement.value,
        "verdict": disclosure.verdict.value,
        "url": disclosure.url,
        "title": disclosure.title,
        "path": list(disclosure.path),
        "newest": _day(disclosure.newest),
        "searched": list(disclosure.searched),
        "because": disclosure.because,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "check": finding.check,
        "severity": finding.severity.value,
        "subject": finding.subject,
        "message": finding.message,
        "evidence": _evidence(finding.evidence),
        "where": finding.where,
        "how_seen": finding.how_seen,
        "remedy": finding.remedy,
        "since": _day(finding.since),
        "change": finding.change,
    }


def _evidence(evidence: Evidence) -> dict[str, Any] | None:
    if evidence == Evidence():
        return None
    return {
        "warc": evidence.warc,
        "offset": evidence.offset,
        "sha256": evidence.sha256,
        "screenshot": evidence.screenshot,
    }


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _well_formed(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if isinstance(value, list):
        return [_well_formed(one) for one in value]
    if isinstance(value, dict):
        return {key: _well_formed(one) for key, one in value.items()}
    return value
