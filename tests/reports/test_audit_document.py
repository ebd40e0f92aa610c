"""The JSON of the contract: its schema, its completeness, its endurance."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from records.crawl import Referrer
from records.judgement import Evidence, SiteAudit
from records.verdicts import VERDICT_OF_REASON, LinkReason, LinkVerdict, SiteVerdict
from services.reports.audit_document import audit_document, audit_json

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "docs" / "contracts" / "audit.schema.json"
SHARED = Path(os.environ.get("CHENGJIAN_SHARED", ROOT.parent / "shared")) / "contracts" / "audit.schema.json"

MakeAudit = Callable[..., SiteAudit]


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(OURS.read_text("utf-8")), format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_our_schema_is_the_contract() -> None:
    """A drift of our copy would let us break the contract with all tests green."""
    if not SHARED.is_file():
        pytest.skip(f"no {SHARED}: set CHENGJIAN_SHARED to compare with the contract")
    assert json.loads(OURS.read_text("utf-8")) == json.loads(SHARED.read_text("utf-8"))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"complete": True, "stopped_by": None, "site_name": None},
        {"site_verdict": SiteVerdict.BLOCKED, "links": (), "columns": (), "findings": (), "gone": ()},
    ],
)
def test_the_document_is_valid(make_audit: MakeAudit, validator: Draft202012Validator, changes: Any) -> None:
    document = json.loads(audit_json(make_audit(**changes)))
    assert [error.message for error in validator.iter_errors(document)] == []


def test_a_finding_says_where_its_evidence_lies(make_audit: MakeAudit) -> None:
    findings = audit_document(make_audit())["findings"]
    assert findings[0]["evidence"] == {
        "warc": "audit-1.warc.gz",
        "offset": 1042,
        "sha256": "9f" * 32,
        "screenshot": None,
    }
    assert findings[-1]["evidence"] is None


def test_all_referrers_are_in_the_document(make_audit: MakeAudit) -> None:
    """The reports cap, the document keeps all."""
    audit = make_audit()
    many = tuple(Referrer(f"http://a.test/{number}", None) for number in range(10_000))
    link = replace(audit.links[0], referrers=many)
    [document] = audit_document(replace(audit, links=(link,)))["links"]
    assert len(document["referrers"]) == document["referrer_count"] == 10_000


def test_a_link_without_a_reason_is_refused(make_audit: MakeAudit) -> None:
    """An accusation without a reason must not leave the house."""
    audit = make_audit()
    link = replace(audit.links[0], verdict=LinkVerdict.BROKEN, reason=None)
    with pytest.raises(ValueError, match="no reason"):
        audit_document(replace(audit, links=(link,)))


@pytest.mark.parametrize(
    ("reason", "statuses", "expected"),
    [
        (LinkReason.HTTP_404, (404, 404), 404),
        (LinkReason.HTTP_404, (404, None), 404),  # a later try that brought no answer takes nothing away
        (LinkReason.DNS, (None,), None),
        (LinkReason.TIMEOUT, (503, None), None),
        (LinkReason.HTTP_5XX, (None, 503), 503),
        (LinkReason.SCHEME, (), None),
    ],
)
def test_the_status_is_the_one_that_the_verdict_rests_on(
    make_audit: MakeAudit, reason: LinkReason, statuses: tuple[int | None, ...], expected: int | None
) -> None:
    audit = make_audit()
    sample = audit.links[0]
    attempts = tuple(replace(sample.fact.attempts[0], http_status=status) for status in statuses)
    fact = replace(sample.fact, attempts=attempts)
    link = replace(sample, fact=fact, reason=reason, verdict=VERDICT_OF_REASON[reason])
    assert audit_document(replace(audit, links=(link,)))["links"][0]["http_status"] == expected


def test_hostile_text_makes_valid_utf_8(make_audit: MakeAudit, validator: Draft202012Validator) -> None:
    audit = make_audit(site_name="甲\ud800\x00<script>")
    finding = replace(audit.findings[0], message="\udfff=1+1", evidence=Evidence())
    document = json.loads(audit_json(replace(audit, findings=(finding,))).decode("utf-8"))
    assert document["site"]["name"].startswith("甲�")
    assert document["site"]["name"].endswith("\x00<script>")
    assert list(validator.iter_errors(document)) == []
