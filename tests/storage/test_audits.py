"""The life of an audit in the database: opened, ended, asked again, compared, deleted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from records.crawl import Attempt, Counts, CrawlEnd, CrawlPlan, Probe, Target, TargetFact
from records.judgement import Finding, SiteAudit
from records.verdicts import LinkKind, Outcome, Severity, SiteVerdict, StopReason
from storage.audits import AuditRepository, site_key
from storage.errors import StorageError
from storage.recorder import AuditRecorder
from storage.tables import finding, metadata

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HOME = "http://www.qinghe.test/"
DEAD = f"{HOME}dead.html"

Begin = Callable[[], int]


def target(url: str, outcome: Outcome = Outcome.FETCHED, *attempts: Attempt) -> TargetFact:
    return TargetFact(Target(url, LinkKind.PAGE, True, 1, HOME), outcome, attempts)


def result(*findings: Finding, **changes: object) -> SiteAudit:
    audit = SiteAudit(
        site_url=HOME,
        site_name="清河县人民政府",
        site_verdict=SiteVerdict.REACHABLE,
        as_of=date(2026, 11, 21),
        policy="nanyang-monthly",
        started_at=NOW.isoformat(),
        finished_at=NOW.isoformat(),
        complete=True,
        stopped_by=None,
        counts=Counts(),
        links=(),
        columns=(),
        disclosures=(),
        findings=findings,
    )
    return replace(audit, **changes)  # type: ignore[arg-type]


def accusation(identity: str = "f1", subject: str = DEAD) -> Finding:
    return Finding(identity, "broken_link", Severity.MAJOR, subject, "打不开。")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.test/", "https://a.test", True),
        ("http://a.test/", "http://a.test/index.html", True),
        ("http://a.test:80/", "http://A.test./", True),
        ("http://a.test/x/", "http://a.test/x/default.aspx", True),
        ("http://a.test/x", "http://a.test/x/", True),
        ("http://a.test/", "http://www.a.test/", False),
        ("http://a.test/", "http://a.test:8080/", False),
        ("http://a.test/x/", "http://a.test/y/", False),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8002/", False),
    ],
)
def test_one_portal_has_one_key(one: str, other: str, same: bool) -> None:
    """What is new and what is gone is said against the same portal, however its address was typed."""
    assert (site_key(one) == site_key(other)) is same


def test_a_finished_crawl_is_loaded_as_it_ended(audits: AuditRepository, begin: Begin) -> None:
    audit_id = begin()
    counts = Counts(requests=3, pages=2, addresses=2, fetched=1, blocked=1)
    end = CrawlEnd(NOW, NOW + timedelta(minutes=3), StopReason.MAX_PAGES, counts, ("未查完。",))
    audits.finish_crawl(audit_id, end)
    facts = audits.load_facts(audit_id)
    assert (facts.site_url, facts.started_at, facts.finished_at) == (HOME, end.started_at, end.finished_at)
    assert (facts.stopped_by, facts.counts, facts.notes) == (end.stopped_by, counts, end.notes)


def test_a_crawl_that_was_killed_is_loaded_as_interrupted(
    engine: Engine, audits: AuditRepository, begin: Begin
) -> None:
    """kill -9 in the middle: what was gathered can be judged, and its accounting adds up."""
    with AuditRecorder(engine, audit_id := begin()) as recorder:
        recorder.target(target(HOME, Outcome.FETCHED, Attempt(NOW, "GET", 200, size=10)))
        recorder.target(target(DEAD, Outcome.BLOCKED, Attempt(NOW + timedelta(days=400), "GET", 403)))
    facts = audits.load_facts(audit_id)
    assert facts.stopped_by is StopReason.INTERRUPTED
    assert facts.counts.balanced
    assert (facts.counts.addresses, facts.counts.requests, facts.counts.bytes) == (2, 2, 10)
    assert facts.finished_at == NOW + timedelta(days=400)


def test_later_attempts_are_added_in_order(engine: Engine, audits: AuditRepository, begin: Begin) -> None:
    """The re-check joins the crawl's own attempts; the crawl's end stays, for what counts is that a try came later."""
    attempts = tuple(Attempt(NOW + timedelta(seconds=n), "GET", 404, via=via) for n, via in enumerate("abc"))
    with AuditRecorder(engine, audit_id := begin()) as recorder:
        recorder.target(target(DEAD, Outcome.FAILED, attempts[0]))
    audits.finish_crawl(audit_id, CrawlEnd(NOW, NOW, None, Counts(addresses=1, failed=1)))
    audits.add_attempts(audit_id, {DEAD: attempts[1:]})
    facts = audits.load_facts(audit_id)
    assert facts.targets[0].attempts == attempts
    assert facts.finished_at == NOW
    assert audits.target(audit_id, DEAD) == facts.targets[0]


def test_attempts_on_an_address_that_was_never_met_are_refused(audits: AuditRepository, begin: Begin) -> None:
    with pytest.raises(StorageError, match="没有记录过"):
        audits.add_attempts(begin(), {DEAD: (Attempt(NOW, "GET", 404),)})


def test_probes_are_added(audits: AuditRepository, begin: Begin) -> None:
    audit_id = begin()
    probes = (Probe("a.test", "/", Attempt(NOW, "GET", 404)), Probe("a.test", "/x", Attempt(NOW, "GET", 200)))
    audits.add_probes(audit_id, probes)
    audits.add_probes(audit_id, ())
    assert audits.load_facts(audit_id).probes == probes


def test_an_audit_that_is_not_there_is_told(audits: AuditRepository) -> None:
    with pytest.raises(StorageError, match="没有编号为 7 的巡查"):
        audits.load_facts(7)


def test_the_latest_audit_of_a_portal_is_found_by_any_spelling(audits: AuditRepository, begin: Begin) -> None:
    first, second = begin(), begin()
    audits.begin(CrawlPlan(url="http://other.test/", user_agent="x"), policy="p", as_of=date(2026, 1, 1), program="0")
    assert audits.latest_audit("https://www.qinghe.test/index.html") == second
    assert [one.audit_id for one in audits.latest(HOME, limit=9)] == [second, first]
    assert audits.latest_audit("http://nobody.test/") is None


def test_a_second_audit_says_what_is_new_still_there_and_gone(
    engine: Engine, audits: AuditRepository, begin: Begin
) -> None:
    """The office sees that mending is noticed, and the analyst since when a fault stands."""
    first = begin()
    said = audits.save_judgement(first, result(accusation("kept"), accusation("mended", f"{HOME}mended.html")))
    assert [(one.change, one.since) for one in said.findings] == [(None, NOW.date())] * 2
    second = begin()
    later = (NOW + timedelta(days=30)).isoformat()
    audit = audits.compare_with_previous(
        second, result(accusation("kept"), accusation("fresh", f"{HOME}fresh.html"), started_at=later)
    )
    assert [(one.id, one.change, one.since) for one in audit.findings] == [
        ("kept", "known", NOW.date()),
        ("fresh", "new", date(2026, 12, 21)),
    ]
    assert [one.id for one in audit.gone] == ["mended"]
    audits.save_judgement(second, audit)
    third = audits.save_judgement(begin(), result(accusation("kept"), accusation("fresh", f"{HOME}fresh.html")))
    assert [one.since for one in third.findings] == [NOW.date(), date(2026, 12, 21)]
    assert third.gone == ()


def test_what_could_not_be_looked_at_is_not_gone_and_keeps_its_day(
    engine: Engine, audits: AuditRepository, begin: Begin
) -> None:
    """A crawl that was cut short heals nothing, and an old fault does not come back as a new one."""
    audits.save_judgement(begin(), result(accusation()))
    cut = audits.save_judgement(begin(), result(complete=False))
    assert cut.gone == ()
    third = audits.save_judgement(begin(), result(accusation(), started_at="2027-01-01T00:00:00+08:00"))
    assert [(one.change, one.since) for one in third.findings] == [("known", NOW.date())]


def test_what_was_fetched_in_a_cut_crawl_is_gone(engine: Engine, audits: AuditRepository, begin: Begin) -> None:
    audits.save_judgement(begin(), result(accusation()))
    with AuditRecorder(engine, second := begin()) as recorder:
        recorder.target(target(DEAD))
    assert [one.id for one in audits.save_judgement(second, result(complete=False)).gone] == ["f1"]


def test_another_policy_is_not_compared_with(audits: AuditRepository, begin: Begin) -> None:
    """A laxer rule mends no column."""
    audits.save_judgement(begin(), result(accusation()))
    other = audits.compare_with_previous(begin(), result(accusation(), policy="national-2019"))
    assert [one.change for one in other.findings] == [None]


def test_judging_again_takes_the_place_of_the_first_judgement(
    engine: Engine, audits: AuditRepository, begin: Begin
) -> None:
    audit_id = begin()
    for identity in ("one", "two"):
        audits.save_judgement(audit_id, result(accusation(identity)))
    with engine.connect() as connection:
        assert connection.scalars(select(finding.c.id)).all() == ["two"]
    assert audits.previous_findings(audit_id, "nanyang-monthly") is None


def test_hostile_text_is_kept(audits: AuditRepository, begin: Begin) -> None:
    """NUL, lone surrogates and a subject longer than any index."""
    strange = Finding("f\x00", "c\ud800", Severity.MINOR, HOME + "a" * 50_000, "标题\x00\udfff\\u0000")
    audits.save_judgement(begin(), result(strange))
    found = audits.previous_findings(begin(), "nanyang-monthly")
    assert found is not None
    assert [(one.id, one.check, one.subject, one.message) for one in found] == [
        (strange.id, strange.check, strange.subject, strange.message)
    ]


def test_deleting_an_audit_leaves_nothing_of_it(engine: Engine, audits: AuditRepository, begin: Begin) -> None:
    audit_id = begin()
    with AuditRecorder(engine, audit_id) as recorder:
        recorder.target(target(DEAD))
    audits.add_probes(audit_id, (Probe("a.test", "/", Attempt(NOW, "GET", 404)),))
    audits.save_judgement(audit_id, result(accusation()))
    audits.delete(audit_id)
    with engine.connect() as connection:
        left = {
            table.name: connection.scalar(select(func.count()).select_from(table)) for table in metadata.sorted_tables
        }
    of_others = {"site", "evidence_database", "card_due"}  # the portal's cards are to be made anew
    assert {name for name, count in left.items() if count} == of_others
