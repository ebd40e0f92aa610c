"""When a finding of before may be called gone."""

from datetime import date

import pytest

from records.crawl import Counts, Target, TargetFact
from records.judgement import ColumnFact, ColumnJudgement, DisclosureJudgement, Finding, LinkJudgement, SiteAudit
from records.verdicts import (
    ColumnKind,
    ColumnVerdict,
    DisclosureVerdict,
    LinkKind,
    LinkReason,
    LinkVerdict,
    Outcome,
    Requirement,
    Severity,
    SiteVerdict,
)
from storage.history import compare

HOME = "http://www.qinghe.test/"
PAGE = f"{HOME}a.html"
MISSING = f"{HOME}#power_list"
REACHED = SiteVerdict.REACHABLE


def audit(
    *,
    complete: bool = True,
    verdict: SiteVerdict = REACHED,
    blocked: bool = False,
    unreadable: bool = False,
    disclosure: DisclosureVerdict | None = None,
) -> SiteAudit:
    fact = TargetFact(Target(PAGE, LinkKind.PAGE, True, 1), Outcome.BLOCKED)
    column = ColumnFact(PAGE, "通知", ColumnKind.NOTICE, 0, None, readable=False)
    return SiteAudit(
        site_url=HOME,
        site_name=None,
        site_verdict=verdict,
        as_of=date(2026, 11, 21),
        policy="p",
        started_at="2026-11-21T01:00:00+08:00",
        finished_at="2026-11-21T01:00:00+08:00",
        complete=complete,
        stopped_by=None,
        counts=Counts(),
        links=(LinkJudgement(fact, LinkVerdict.BLOCKED, LinkReason.WAF),) if blocked else (),
        columns=(ColumnJudgement(column, ColumnVerdict.UNREADABLE, None, None),) if unreadable else (),
        disclosures=(DisclosureJudgement(Requirement.POWER_LIST, disclosure),) if disclosure else (),
        findings=(),
    )


@pytest.mark.parametrize(
    ("subject", "now", "fetched", "gone"),
    [
        (PAGE, audit(), (), True),  # looked everywhere, and it is not there any more
        (PAGE, audit(complete=False), (), False),
        (PAGE, audit(complete=False), (PAGE,), True),
        (PAGE, audit(blocked=True), (), False),
        (PAGE, audit(blocked=True, complete=False), (PAGE,), False),
        (PAGE, audit(unreadable=True), (PAGE,), False),
        (PAGE, audit(verdict=SiteVerdict.BLOCKED), (PAGE,), False),
        (PAGE, audit(verdict=SiteVerdict.UNREACHABLE), (), False),
        (MISSING, audit(disclosure=DisclosureVerdict.PUBLISHED), (), True),
        (MISSING, audit(disclosure=DisclosureVerdict.PUBLISHED, complete=False), (), True),
        (MISSING, audit(disclosure=DisclosureVerdict.UNDETERMINED), (HOME,), False),
        (MISSING, audit(disclosure=DisclosureVerdict.BLOCKED), (HOME,), False),
        (MISSING, audit(disclosure=DisclosureVerdict.EMPTY), (HOME,), True),  # said in another way now
        (MISSING, audit(disclosure=DisclosureVerdict.MISSING, complete=False), (HOME,), False),
    ],
)
def test_gone_is_said_only_of_what_was_looked_at_again(
    subject: str, now: SiteAudit, fetched: tuple[str, ...], gone: bool
) -> None:
    """已消除 is a statement too, and a firewall must not make one."""
    before = Finding("f", "check", Severity.MAJOR, subject, "有问题。", since=date(2026, 10, 1), change="known")
    compared = compare(now, (before,), frozenset(fetched))
    assert [one.id for one in compared.gone] == (["f"] if gone else [])
    assert [one.id for one in compared.unseen] == ([] if gone else ["f"])
