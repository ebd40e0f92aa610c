"""The comparison of an audit with the declaration: it must pass a perfect audit and see every kind of lie."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any, Final

import pytest

from chengjian.demo.city import NEIGHBOUR, REFUSED
from chengjian.demo.expected import ExpectedAudit, differences, expected
from chengjian.demo.faults import CITY
from records.verdicts import Requirement

AS_OF: Final = date(2026, 11, 21)
BASE_URLS: Final = {
    key: f"http://127.0.0.1:{8000 + place}/"
    for place, key in enumerate((*(portal.key for portal in CITY), NEIGHBOUR, REFUSED))
}
AUDITS: Final = expected(AS_OF, BASE_URLS)
Document = dict[str, Any]


def perfect(audit: ExpectedAudit) -> Document:
    """The document of an audit that found exactly what is declared."""
    links = [
        {"url": x.url, "kind": str(x.kind), "internal": x.internal, "verdict": str(x.verdict), "reason": str(x.reason)}
        for x in audit.links
    ]
    for refusal in audit.refusals:
        links += [
            {"url": f"{refusal.prefix}{n}", "kind": "page", "internal": True, "verdict": "blocked", "reason": "waf"}
            for n in range(refusal.at_least)
        ]
    return {
        "site": {"verdict": str(audit.site), "name": audit.name},
        "links": links,
        "columns": [
            {
                "url": column.urls[0],
                "name": column.name,
                "verdict": str(column.verdict),
                "newest": column.newest.isoformat() if column.newest else None,
            }
            for column in audit.columns
        ],
        "disclosures": [
            {"requirement": str(row.requirement), "verdict": str(row.verdict), "url": row.urls[0] if row.urls else None}
            for row in audit.disclosures
        ],
        "findings": [
            {"check": finding.check, "subject": finding.subject, "severity": "major"} for finding in audit.findings
        ],
    }


@pytest.mark.parametrize("audit", AUDITS.values(), ids=lambda audit: audit.portal)
def test_a_perfect_audit_has_no_differences(audit: ExpectedAudit) -> None:
    assert differences(perfect(audit), audit) == ()


def accuse_a_link(document: Document) -> None:
    document["links"].append(
        {"url": "http://127.0.0.1/x", "kind": "page", "internal": True, "verdict": "broken", "reason": "http_404"}
    )


def accuse_a_column(document: Document) -> None:
    document["columns"].append({"url": "http://127.0.0.1/y", "name": "某栏目", "verdict": "stale", "newest": None})


def accuse_in_a_finding(document: Document) -> None:
    document["findings"].append({"check": "broken_link", "subject": "http://127.0.0.1/z", "severity": "major"})


def rename(document: Document) -> None:
    document["columns"][0]["name"] = "改名"


def shift_a_day(document: Document) -> None:
    document["columns"][0]["newest"] = "2026-11-01"


def name_a_column_twice(document: Document) -> None:
    document["columns"].append(dict(document["columns"][0], url="http://127.0.0.1:8006/jtj/gzdt/list.html"))


CHANGES: Final[list[tuple[str, str, Callable[[Document], Any]]]] = [
    ("jiaotong", "false: link", accuse_a_link),
    ("jiaotong", "missed: link", lambda document: document["links"].pop(0)),
    ("jiaotong", "wrong: link", lambda document: document["links"][0].update(reason="soft_404")),
    ("jiaotong", "missed: 2 links refused", lambda document: document["links"].pop()),
    ("jiaotong", "false: column", accuse_a_column),
    ("jiaotong", "missed: column", lambda document: document["columns"].pop(0)),
    ("jiaotong", "wrong: column", rename),
    ("jiaotong", "wrong: column 工作动态 newest", shift_a_day),
    ("jiaotong", "wrong: column 工作动态 is reported 2 times", name_a_column_twice),
    ("jiaotong", "wrong: integrity_commitment", lambda document: document["disclosures"][0].update(verdict="missing")),
    ("jiaotong", "missed: disclosure row", lambda document: document["disclosures"].pop()),
    ("jiaotong", "false: finding", accuse_in_a_finding),
    ("jiaotong", "missed: finding", lambda document: document["findings"].pop()),
    ("jiaotong", "wrong: site verdict", lambda document: document["site"].update(verdict="blocked")),
    ("jiaotong", "wrong: site name", lambda document: document["site"].update(name=None)),
    ("shilan", "false: finding", accuse_in_a_finding),
]


@pytest.mark.parametrize(("portal", "said", "change"), CHANGES, ids=[f"{p}-{s}" for p, s, _ in CHANGES])
def test_every_kind_of_difference_is_told(portal: str, said: str, change: Callable[[Document], Any]) -> None:
    document = deepcopy(perfect(AUDITS[portal]))
    change(document)
    assert any(line.startswith(said) for line in differences(document, AUDITS[portal]))


def test_what_accuses_nobody_is_left_alone() -> None:
    """Skipped addresses, further columns in order and notices to the operator are no disagreement."""
    document = perfect(AUDITS["yunxi"])
    document["links"].append(
        {"url": "http://127.0.0.1/admin/", "kind": "page", "internal": True, "verdict": "skipped", "reason": "robots"}
    )
    document["columns"].append({"url": "http://127.0.0.1/t", "name": "专题", "verdict": "exempt", "newest": None})
    document["findings"].append({"check": "blocked_link", "subject": "http://127.0.0.1/u", "severity": "notice"})
    assert differences(document, AUDITS["yunxi"]) == ()


def test_one_dead_footer_link_is_one_accusation() -> None:
    findings = [finding for finding in AUDITS["jiaotong"].findings if "fwcx" in finding.subject]
    assert len(findings) == 1


def test_a_portal_behind_a_challenge_is_accused_of_nothing() -> None:
    assert AUDITS["shilan"].findings == ()
    assert len(AUDITS["shilan"].disclosures) == len(Requirement)
