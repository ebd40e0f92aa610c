"""A crawl that is killed, or asked to pause, goes on where it was: nothing lost, nothing twice."""

import json
import random
import signal
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from records.crawl import SiteFacts
from storage.audits import AuditRepository
from storage.crawl_recorder import ANSWERS_AT_STAKE
from storage.crawl_tables import met_address
from storage.database import open_database
from storage.tables import audit, finding, page_fact, target_fact

Make = Callable[[str], Any]  # the program with a home of its own (conftest.Program)


def kept(program: Any, audit_id: int = 1) -> tuple[SiteFacts, dict[str, set[tuple[str, str | None]]], list[str]]:
    """Facts, links by address with page and anchor, and ids of the findings."""
    engine = open_database(program.database)
    audits = AuditRepository(engine)
    facts = audits.load_facts(audit_id)
    links = audits.referrers(audit_id)([target.url for target in facts.targets])
    with engine.connect() as connection:
        found = sorted(
            connection.scalars(select(finding.c.id).where(finding.c.audit_id == audit_id, finding.c.state == "found"))
        )
    engine.dispose()
    return facts, {url: {(one.page, one.anchor) for one in ones} for url, ones in links.items()}, found


def check_same(one: Any, other: Any) -> None:
    """Two audits of the same portal say the same."""
    (facts, links, found), (others, other_links, other_found) = one, other
    pages = sorted(
        (page.url, page.http_status, page.reading.title, page.reading.kind, page.depth) for page in facts.pages
    )
    other_pages = sorted(
        (page.url, page.http_status, page.reading.title, page.reading.kind, page.depth) for page in others.pages
    )
    assert pages == other_pages
    assert links == other_links
    ends = {target.url: (target.outcome, target.skipped, target.target.kind) for target in facts.targets}
    assert ends == {target.url: (target.outcome, target.skipped, target.target.kind) for target in others.targets}
    assert found == other_found
    assert found, "an audit without findings would prove nothing"
    for each in (facts.counts, others.counts):
        assert each.balanced
    for name in ("addresses", "pages", "links", "fetched", "failed", "blocked", "skipped", "not_reached"):
        assert getattr(facts.counts, name) == getattr(others.counts, name), name


@pytest.mark.timeout(300)
def test_kill_9_at_any_moment_loses_nothing_and_judges_nothing_twice(portal: Any, program: Make) -> None:
    """Scrapy's JOBDIR ends at once with "finished" after a kill (TECH.md §2): here the audit comes out the same."""
    whole = program("whole")
    assert whole.crawl(portal.url).returncode == 1
    needed = portal.asked()
    portal.forget()

    draw = random.Random(20261121)
    broken = program("broken")
    kills = 0
    while broken.crawl_until_killed(portal, draw.randrange(15, 45)) == -signal.SIGKILL:
        kills += 1
        assert kills < 20, "the crawl does not come to an end"
    assert kills >= 2
    check_same(kept(broken), kept(whole))
    own = {path for path in needed if not path.startswith("/chengjian") and path != "/robots.txt"}
    again = {path: count - needed[path] for path, count in portal.asked().items() if path in own}
    assert max(again.values()) <= kills, "an address is asked at most once more for each kill"
    # The answers that were not committed yet, the batch that the writer had in hand, and what was under way.
    assert sum(extra for extra in again.values() if extra > 0) <= kills * (2 * ANSWERS_AT_STAKE + 4)
    engine = open_database(broken.database)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(audit)) == 1
        for table in (page_fact, target_fact, met_address):
            column = table.c.address_id
            assert connection.scalar(select(func.count(column) - func.count(column.distinct())).select_from(table)) == 0
    engine.dispose()


def test_a_signal_pauses_at_once_and_the_next_call_goes_on(portal: Any, program: Make) -> None:
    """A night's window closes: nothing is judged, nothing asked twice, and the next night ends it."""
    whole = program("whole")
    whole.crawl(portal.url)
    portal.forget()
    broken = program("broken")
    assert broken.crawl_until_killed(portal, 40, signal.SIGTERM) == 130
    engine = open_database(broken.database)
    with engine.connect() as connection:
        row = connection.execute(select(audit)).one()
    engine.dispose()
    assert row.finished_at is None
    assert row.judged_at is None
    done = broken.crawl(portal.url)
    said = json.loads(done.stdout)
    assert done.returncode == 1
    assert said["resumed"]
    assert not said["paused"]
    check_same(kept(broken), kept(whole))


def test_minutes_that_are_over_pause_and_do_not_end(portal: Any, program: Make) -> None:
    """``--max-minutes`` is the window of a visit, not the end of the audit."""
    own = program("own")
    done = own.crawl(portal.url, "--rate", "20", "--max-minutes", "0.02")
    said = json.loads(done.stdout)
    assert (done.returncode, said["paused"], said["stopped_by"]) == (130, True, None)
    assert json.loads(own.crawl(portal.url).stdout)["audit_id"] == said["audit_id"]


def test_in_one_night_a_portal_is_judged_once(portal: Any, program: Make) -> None:
    """The worker that was killed after the judgement and before it heard of it asks again."""
    own = program("own")
    first = json.loads(own.crawl(portal.url, "--night", "7").stdout)
    portal.forget()
    again = json.loads(own.crawl(portal.url, "--night", "7").stdout)
    assert (again["audit_id"], again["findings"]) == (first["audit_id"], first["findings"])
    assert not portal.log


def test_two_processes_do_not_visit_one_portal(portal: Any, program: Make) -> None:
    own = program("own")
    first = own.start("crawl", "--portal", portal.url, "--child", "--rate", "2", "--render", "never")
    try:
        while not portal.log:
            assert first.poll() is None
        second = own.crawl(portal.url)
        assert second.returncode == 2
        assert "正由另一个进程巡查" in second.stderr
    finally:
        first.kill()
        first.communicate()
