"""What the crawl hands over is what is loaded; trouble with the database is waited out, then told once."""

import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, func, select

from records.crawl import Attempt, CrawlPlan, Exchange, PageFact, Probe, Referrer, Target, TargetFact
from records.page import Link, PageReading
from records.verdicts import LinkKind, Outcome, PageKind, PageVerdict
from storage.addresses import MAX_ANCHOR
from storage.audits import AuditRepository
from storage.database import open_database
from storage.errors import DatabaseFullError, DatabaseLockedError, StorageError
from storage.recorder import AuditRecorder
from storage.tables import address, anchor, body, exchange, page_fact

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HOME = "http://www.qinghe.test/"

Begin = Callable[[], int]


def page(url: str, *, kind: PageKind = PageKind.ARTICLE, verdict: PageVerdict = PageVerdict.OK) -> PageFact:
    reading = PageReading(url, "utf-8", "标题", kind, verdict)
    return PageFact(url, url, 1, HOME, 200, NOW, "0" * 64, False, reading)


def target(url: str, *attempts: Attempt) -> TargetFact:
    return TargetFact(Target(url, LinkKind.PAGE, True, 1, HOME), Outcome.FETCHED, attempts)


def link(url: str, text: str = "", raw: str = "") -> Link:
    return Link(url, text, LinkKind.PAGE, raw)


def answer(url: str, content: bytes = "<html>内容</html>".encode()) -> Exchange:
    return Exchange(
        url, NOW, "GET", (("User-Agent", "Chengjian"),), 200, (("Content-Type", "text/html"),), content, "127.0.0.1"
    )


def test_facts_come_back_as_they_were(
    engine: Engine, audits: AuditRepository, begin: Begin, arbitrary: Callable[[Any], st.SearchStrategy[Any]]
) -> None:
    """Checks judge from what was stored: a difference would be a difference in findings."""
    readings = arbitrary(PageReading).map(lambda reading: replace(reading, links=()))
    pages = st.builds(replace, arbitrary(PageFact), reading=readings)

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(pages, max_size=3),
        st.lists(arbitrary(TargetFact), max_size=3, unique_by=lambda fact: fact.url),
        st.lists(arbitrary(Probe), max_size=2),
    )
    def round_trip(pages: list[PageFact], targets: list[TargetFact], probes: list[Probe]) -> None:
        audit_id = begin()
        with AuditRecorder(engine, audit_id) as recorder:
            for fact in pages:
                recorder.page(fact, (), None)
            for one in targets:
                recorder.target(one)
            for probe in probes:
                recorder.probe(probe)
        facts = audits.load_facts(audit_id)
        assert facts.pages == tuple(pages)
        assert sorted(facts.targets, key=lambda fact: fact.url) == sorted(targets, key=lambda fact: fact.url)
        assert facts.probes == tuple(probes)

    round_trip()


def test_all_referrers_of_a_link_are_found(engine: Engine, audits: AuditRepository, begin: Begin) -> None:
    """A dead link in the footer of many pages is one finding with every page behind it."""
    pages = [f"{HOME}{number}.html" for number in range(300)]
    with AuditRecorder(engine, audit_id := begin()) as recorder:
        recorder.target(target(f"{HOME}dead.html"))
        for url in pages:
            footer = link(f"{HOME}dead.html", "权责清单")
            recorder.page(page(url), (link(HOME, "首页"), footer, footer, link(f"{HOME}dead.html")), None)
    found = audits.referrers(audit_id)([f"{HOME}dead.html", f"{HOME}nobody.html"])
    expected = [entry for url in pages for entry in (Referrer(url, "权责清单"), Referrer(url, None))]
    assert found == {f"{HOME}dead.html": tuple(expected)}
    [fact] = audits.load_facts(audit_id).targets
    assert fact.referrer_count == len(expected)


def test_a_link_that_is_no_address_is_found_by_what_was_written(
    engine: Engine, audits: AuditRepository, begin: Begin
) -> None:
    with AuditRecorder(engine, audit_id := begin()) as recorder:
        recorder.page(page(HOME), (link("", "坏地址", raw="http://[::1/"),), None)
    assert audits.referrers(audit_id)(["http://[::1/"]) == {"http://[::1/": (Referrer(HOME, "坏地址"),)}


@pytest.mark.parametrize("length", [1, 60_000])
def test_addresses_of_any_length_are_told_apart(
    engine: Engine, audits: AuditRepository, begin: Begin, length: int
) -> None:
    """PostgreSQL cannot index a long text, and a data: address can be very long."""
    one, other = (f"{HOME}?{'a' * length}{tail}" for tail in "xy")
    with AuditRecorder(engine, audit_id := begin()) as recorder:
        recorder.page(page(HOME), (link(one, "甲"), link(other, "乙")), None)
    assert audits.referrers(audit_id)([other]) == {other: (Referrer(HOME, "乙"),)}


def test_a_long_anchor_is_cut(engine: Engine, audits: AuditRepository, begin: Begin) -> None:
    """A whole article inside one link must not be stored with every page that shows it."""
    texts = ["甲" * MAX_ANCHOR, "甲" * (MAX_ANCHOR + 1)]
    with AuditRecorder(engine, audit_id := begin()) as recorder:
        recorder.page(page(HOME), [link(f"{HOME}a", text) for text in texts], None)
    anchors = [one.anchor for one in audits.referrers(audit_id)([f"{HOME}a"])[f"{HOME}a"]]
    assert anchors == [texts[0], "甲" * (MAX_ANCHOR - 1) + "…"]


def test_anchors_that_were_forgotten_are_still_right(
    engine: Engine, audits: AuditRepository, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The memory for anchor texts is bounded; what is written stays true."""
    monkeypatch.setattr("storage.addresses.MAX_REMEMBERED_ANCHORS", 3)
    links = [link(f"{HOME}{number}", f"文字{number % 7}") for number in range(40)]
    with AuditRecorder(engine, audit_id := begin()) as recorder:
        recorder.page(page(HOME), links, None)
        recorder.page(page(f"{HOME}2"), links, None)
    found = audits.referrers(audit_id)([one.url for one in links])
    assert all({entry.anchor for entry in found[one.url]} == {one.anchor} for one in links)


def test_one_address_and_one_anchor_are_stored_once(engine: Engine, begin: Begin) -> None:
    """The size of the database follows distinct addresses and not links."""
    links = [link(f"{HOME}{number % 10}", f"文字{number % 5}") for number in range(1000)]
    with AuditRecorder(engine, begin()) as recorder:
        for number in range(20):
            recorder.page(page(f"{HOME}{number % 10}"), links, None)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(address)) == 10
        assert connection.scalar(select(func.count()).select_from(anchor)) == 5


@pytest.mark.parametrize(
    ("fact", "kept"),
    [
        (page(HOME), False),
        (page(HOME, kind=PageKind.LIST), True),
        (page(HOME, kind=PageKind.HOME), True),
        (page(HOME, verdict=PageVerdict.SOFT_404), True),
        (replace(page(HOME), http_status=404), True),
    ],
)
def test_bodies_are_kept_where_a_finding_may_need_them(
    engine: Engine, audits: AuditRepository, begin: Begin, fact: PageFact, kept: bool
) -> None:
    """Articles are the bulk of a portal and prove nothing; what a finding rests on must be there."""
    with AuditRecorder(engine, audit_id := begin()) as recorder:
        recorder.page(fact, (), answer(HOME))
    assert audits.exchange(audit_id, HOME) == (answer(HOME) if kept else None)


def test_an_answer_after_a_redirect_is_found_by_both_addresses(
    engine: Engine, audits: AuditRepository, begin: Begin
) -> None:
    """A column is named by where it was found, its page by where it lies."""
    fact = replace(page(HOME, kind=PageKind.LIST), final_url=f"{HOME}index.html")
    with AuditRecorder(engine, audit_id := begin()) as recorder:
        recorder.page(fact, (), answer(f"{HOME}index.html"))
    for url in (HOME, f"{HOME}index.html"):
        assert audits.exchange(audit_id, url) == answer(f"{HOME}index.html")


def test_an_answer_of_a_later_look_is_the_one_that_counts(
    engine: Engine, audits: AuditRepository, begin: Begin
) -> None:
    with AuditRecorder(engine, audit_id := begin()) as recorder:
        recorder.page(page(HOME, kind=PageKind.LIST), (), answer(HOME))
        recorder.exchange(answer(HOME, b"later"))
    assert audits.exchange(audit_id, HOME) == answer(HOME, b"later")


def test_a_body_is_stored_once_for_all_audits(engine: Engine, audits: AuditRepository, begin: Begin) -> None:
    ids = [begin(), begin()]
    for audit_id in ids:
        with AuditRecorder(engine, audit_id) as recorder:
            for number in range(3):
                recorder.page(page(f"{HOME}{number}", kind=PageKind.LIST), (), answer(f"{HOME}{number}"))
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(body)) == 1
        assert connection.scalar(select(func.count()).select_from(exchange)) == 6
    audits.delete(ids[0])
    assert audits.exchange(ids[1], f"{HOME}2") == answer(f"{HOME}2")
    audits.delete(ids[1])
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(body)) == 0
        assert connection.scalar(select(func.count()).select_from(page_fact)) == 0


def test_the_later_word_on_a_target_counts(engine: Engine, audits: AuditRepository, begin: Begin) -> None:
    with AuditRecorder(engine, audit_id := begin()) as recorder:
        recorder.target(target(HOME))
        recorder.flush()
        last = replace(target(HOME, Attempt(NOW, "GET", 200)), outcome=Outcome.BLOCKED)
        recorder.target(last)
    assert audits.load_facts(audit_id).targets == (last,)


def test_a_second_recorder_goes_on_where_the_first_ended(engine: Engine, audits: AuditRepository, begin: Begin) -> None:
    """Facts of a later look join those of the crawl, and addresses keep their numbers."""
    audit_id = begin()
    for number in range(2):
        with AuditRecorder(engine, audit_id) as recorder:
            recorder.page(page(f"{HOME}{number}"), (link(f"{HOME}dead", "甲"),), None)
    assert [fact.url for fact in audits.load_facts(audit_id).pages] == [f"{HOME}0", f"{HOME}1"]
    assert len(audits.referrers(audit_id)([f"{HOME}dead"])[f"{HOME}dead"]) == 2


def test_pages_are_committed_while_the_crawl_goes_on(
    engine: Engine, audits: AuditRepository, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crawl that is killed loses at most the last moments."""
    monkeypatch.setattr("storage.recorder.BATCH_SECONDS", 0.02)
    recorder = AuditRecorder(engine, audit_id := begin())
    deadline = time.monotonic() + 5
    number = 0
    while not audits.pages_seen(audit_id):
        assert time.monotonic() < deadline, "nothing was committed"
        recorder.page(page(f"{HOME}{number}"), (), None)
        number += 1
        time.sleep(0.01)
    recorder.close()
    assert len(audits.pages_seen(audit_id)) == number


def test_an_error_in_the_crawl_is_not_hidden_by_closing(engine: Engine, audits: AuditRepository, begin: Begin) -> None:
    """What was handed over before the error is kept, and the error goes on its way."""
    audit_id = begin()

    def crawl() -> None:
        with AuditRecorder(engine, audit_id) as recorder:
            recorder.page(page(HOME), (), None)
            raise RuntimeError("crawl")

    with pytest.raises(RuntimeError, match="crawl"):
        crawl()
    assert [seen.url for seen in audits.pages_seen(audit_id)] == [HOME]


def test_closing_twice_does_no_harm(engine: Engine, begin: Begin) -> None:
    recorder = AuditRecorder(engine, begin())
    recorder.close()
    recorder.close()
    assert not recorder.writing


@pytest.fixture
def sqlite_audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Engine, int, Path]:
    """An audit in a SQLite file that gives up on a lock after 50 ms."""
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT_MS", 50)
    path = tmp_path / "a.db"
    engine = open_database(f"sqlite:///{path}")
    plan = CrawlPlan(url=HOME, user_agent="test")
    return engine, AuditRepository(engine).begin(plan, policy="p", as_of=date(2026, 11, 21), program="0"), path


def test_a_lock_that_passes_is_waited_out(sqlite_audit: tuple[Engine, int, Path]) -> None:
    """Somebody looks into the database with another program while the crawl runs."""
    engine, audit_id, path = sqlite_audit
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.5, lambda: other.execute("ROLLBACK"))
    release.start()
    with AuditRecorder(engine, audit_id, patience=10) as recorder:
        recorder.page(page(HOME), (), None)
        recorder.flush()
    release.join()
    other.close()
    assert [seen.url for seen in AuditRepository(engine).pages_seen(audit_id)] == [HOME]
    engine.dispose()


def test_a_lock_that_stays_is_told_once_and_keeps_what_was_committed(sqlite_audit: tuple[Engine, int, Path]) -> None:
    engine, audit_id, path = sqlite_audit
    recorder = AuditRecorder(engine, audit_id, patience=0.3)
    recorder.page(page(HOME), (), None)
    recorder.flush()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    recorder.page(page(f"{HOME}2"), (), None)
    with pytest.raises(DatabaseLockedError, match="占用"):
        recorder.flush()
    with pytest.raises(DatabaseLockedError):
        recorder.page(page(f"{HOME}3"), (), None)
    with pytest.raises(DatabaseLockedError):
        recorder.close()
    other.execute("ROLLBACK")
    other.close()
    assert not recorder.writing
    assert [seen.url for seen in AuditRepository(engine).pages_seen(audit_id)] == [HOME]
    engine.dispose()


def test_a_full_disk_is_told_and_keeps_what_was_committed(
    sqlite_audit: tuple[Engine, int, Path],
) -> None:
    """SQLite's own limit on pages gives the same error as a disk without space."""
    engine, audit_id, _ = sqlite_audit

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count=100")

    engine.dispose()
    event.listen(engine, "connect", limit)
    recorder = AuditRecorder(engine, audit_id, patience=0.2)
    recorder.page(page(HOME), (), None)
    recorder.flush()
    recorder.page(page(f"{HOME}2", kind=PageKind.LIST), (), answer(f"{HOME}2", Random(1).randbytes(2_000_000)))
    with pytest.raises(DatabaseFullError, match="磁盘已满"):
        recorder.flush()
    with pytest.raises(DatabaseFullError):
        recorder.close()
    assert [seen.url for seen in AuditRepository(engine).pages_seen(audit_id)] == [HOME]
    engine.dispose()


def test_a_defect_in_writing_reaches_the_caller(
    sqlite_audit: tuple[Engine, int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that dies with the thread would be a crawl into nothing."""
    engine, audit_id, _ = sqlite_audit

    def fail(*_: object) -> None:
        raise KeyError("column")

    monkeypatch.setattr("storage.recorder._write", fail)
    recorder = AuditRecorder(engine, audit_id)
    recorder.page(page(HOME), (), None)
    with pytest.raises(StorageError, match="KeyError"):
        recorder.flush()
    with pytest.raises(StorageError):
        recorder.close()
    engine.dispose()
