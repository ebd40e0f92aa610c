"""The second night: what has not changed is neither sent nor read again, and what has is seen."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from records.crawl import SiteFacts
from records.verdicts import Outcome
from storage.audits import AuditRepository
from storage.crawl_tables import address_visit
from storage.database import open_database
from storage.tables import address, finding

Make = Callable[[str], Any]  # the program with a home of its own (conftest.Program)
CHANGED = "/c3/t20261104_3.html"


def facts_of(program: Any, audit_id: int) -> SiteFacts:
    engine = open_database(program.database)
    facts = AuditRepository(engine).load_facts(audit_id)
    engine.dispose()
    return facts


def findings_of(program: Any, audit_id: int) -> set[str]:
    engine = open_database(program.database)
    with engine.connect() as connection:
        rows = connection.scalars(
            select(finding.c.id).where(finding.c.audit_id == audit_id, finding.c.state == "found")
        )
        found = set(rows)
    engine.dispose()
    return found


def intervals(program: Any, audit_id: int) -> dict[str, float]:
    engine = open_database(program.database)
    with engine.connect() as connection:
        rows = connection.execute(
            select(address.c.url, address_visit.c.interval)
            .join(
                address, (address.c.audit_id == address_visit.c.audit_id) & (address.c.id == address_visit.c.address_id)
            )
            .where(address_visit.c.audit_id == audit_id)
        ).all()
    engine.dispose()
    return dict(rows)


@pytest.mark.parametrize("etags", [True, False])
def test_an_unchanged_portal_is_carried_over(etags: bool, portal: Any, program: Make) -> None:
    """By "not modified", and without it by the hash of what matters: the day shown and the counter are aside."""
    portal.etags = etags
    own = program("own")
    first = json.loads(own.crawl(portal.url).stdout)
    sent = portal.sent()
    portal.forget()
    own.days_pass(1)
    portal.today = "2026年11月22日 星期日"
    second = json.loads(own.crawl(portal.url).stdout)
    one, two = facts_of(own, 1), facts_of(own, 2)
    assert {
        page.url: (page.http_status, page.fetched_at) for page in two.pages if page.depth and page.http_status == 200
    } == {
        page.url: (page.http_status, page.fetched_at) for page in one.pages if page.depth and page.http_status == 200
    }, "no page but the home page was read again"
    assert two.counts.addresses == one.counts.addresses
    assert two.counts.pages == one.counts.pages
    assert two.counts.links == one.counts.links
    # The first pages of the columns are asked each night, some of the later ones, and no article.
    assert 5 <= second["confirmed"] <= 10
    assert second["carried"] + second["confirmed"] == first["counts"]["pages"] - 1 - 3, "home and dead pages aside"
    assert findings_of(own, 2) == findings_of(own, 1)
    assert any("沿用此前所见" in note for note in two.notes)
    if etags:
        assert portal.sent() * 15 <= sent
    asked = [path for path in portal.asked() if "/t2026" in path]
    dead = [path for path in asked if "/gone/" in portal.pages[path]]
    assert asked == dead, "articles of yesterday are not asked for, but for the dead links on them"
    assert len(dead) <= 3


def test_what_was_not_asked_keeps_the_instant_at_which_it_was(portal: Any, program: Make) -> None:
    """A sighting counts only when it was asked again: carried attempts are as old as they are."""
    own = program("own")
    own.crawl(portal.url)
    own.days_pass(1)
    own.crawl(portal.url)
    facts = facts_of(own, 2)
    article = next(target for target in facts.targets if target.url.endswith(CHANGED))
    column = next(target for target in facts.targets if target.url.endswith("/c0/index.html"))
    dead = [target for target in facts.targets if "/gone/" in target.url]
    assert article.last is not None
    assert article.last.at < facts.started_at
    assert column.last is not None
    assert column.last.at >= facts.started_at
    assert column.last.http_status == 304
    assert len(dead) == 3
    for target in dead:
        assert target.outcome is Outcome.FAILED
        assert all(attempt.at >= facts.started_at for attempt in target.attempts), "a failure is never reused"
        assert len(target.attempts) >= 2, "and asked again the same night"


def test_what_has_changed_is_read_and_what_is_new_found(portal: Any, program: Make) -> None:
    """A column with a new item is read, the new article too; a page to which nothing leads any more is gone."""
    own = program("own")
    own.crawl(portal.url)
    own.days_pass(1)
    new = "/c0/t20261121_99.html"
    gone = "/c0/t20261101_0.html"
    row = f"<li><a href='{new}'>第99号通知</a><span>2026-11-21</span></li>"
    column = portal.pages["/c0/index.html"]
    portal.pages["/c0/index.html"] = column.replace("<ul class='list'>", f"<ul class='list'>{row}")
    portal.pages[new] = portal.pages[gone].replace("第0号", "第99号")
    portal.forget()
    own.crawl(portal.url)
    facts = facts_of(own, 2)
    urls = {page.url for page in facts.pages}
    assert portal.url + new[1:] in urls
    listed = next(page for page in facts.pages if page.url.endswith("/c0/index.html"))
    assert listed.fetched_at >= facts.started_at
    assert any(item.title == "第99号通知" for item in listed.reading.items)
    assert listed.reading.newest is not None
    assert listed.reading.newest.isoformat() == "2026-11-21"
    one, two = intervals(own, 1), intervals(own, 2)
    spared = {url for url in one.keys() & two.keys() if url.removeprefix(portal.url[:-1]) not in portal.asked()}
    assert len(spared) > 40  # which pages of the lists are asked depends on their addresses, and so on the port
    assert {url: two[url] for url in spared} == {url: one[url] for url in spared}, "not asked: they stay as they were"


@pytest.mark.timeout(240)
def test_each_page_is_seen_within_its_period_and_more_often_where_it_changes(portal: Any, program: Make) -> None:
    """Eight days later every article is due; one that has changed comes sooner the next time, the others later."""
    own = program("own")
    own.crawl(portal.url)
    own.days_pass(8)
    portal.pages[CHANGED] = portal.pages[CHANGED].replace("认真组织实施", "抓好贯彻落实")
    portal.forget()
    own.crawl(portal.url)
    asked = portal.asked()
    articles = {path for path in portal.pages if "/t2026" in path}
    assert articles <= set(asked)
    assert not portal.conditional[CHANGED], "after a week the whole page is asked for, whatever the server would say"
    facts = facts_of(own, 2)
    changed = [page.url for page in facts.pages if page.fetched_at >= facts.started_at and page.http_status == 200]
    assert sorted(changed) == sorted([portal.url, portal.url + CHANGED[1:]])
    now = intervals(own, 2)
    assert now[portal.url + CHANGED[1:]] == 2.0
    assert now[portal.url + "c4/t20261105_4.html"] == 7.0


def test_a_page_that_fails_tonight_is_a_failure_and_not_what_it_was(portal: Any, program: Make) -> None:
    """Nothing is carried over an answer that says otherwise, and no failure into the night after."""
    own = program("own")
    own.crawl(portal.url)
    own.days_pass(1)
    portal.failing = frozenset({"/c1/index.html"})
    own.crawl(portal.url)
    facts = facts_of(own, 2)
    failed = next(target for target in facts.targets if target.url.endswith("/c1/index.html"))
    assert failed.outcome is Outcome.FAILED
    portal.failing = frozenset()
    own.days_pass(1)
    own.crawl(portal.url)
    healed = next(target for target in facts_of(own, 3).targets if target.url.endswith("/c1/index.html"))
    assert healed.outcome is Outcome.FETCHED
    assert {page.url for page in facts_of(own, 3).pages} == {page.url for page in facts_of(own, 1).pages}


def test_a_full_crawl_takes_nothing_over(portal: Any, program: Make) -> None:
    """``--full`` is the way out when something is doubted."""
    own = program("own")
    own.crawl(portal.url)
    second = json.loads(own.crawl(portal.url, "--full").stdout)
    assert (second["carried"], second["confirmed"]) == (0, 0)
    facts = facts_of(own, 2)
    assert all(page.fetched_at >= facts.started_at for page in facts.pages)
