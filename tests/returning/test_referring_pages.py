"""Every finding about a link has a page that shows it, archived in the same audit; a link that nobody shows is none."""

import json
import signal
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from checks.sight import sight_of
from chengjian.walkers import load_policy
from records.crawl import ReferrerLook
from records.judgement import Finding, SiteAudit
from records.sightings import Sight
from records.verdicts import LinkVerdict
from services.audit_site import judge_again
from storage.audit_results import AuditResults
from storage.audits import AuditRepository
from storage.database import open_database
from storage.encoding import Packer, from_json
from storage.tables import finding

Make = Callable[[str], Any]  # the program with a home of its own (conftest.Program)
DEAD = ("gone/0.html", "gone/1.html", "gone/2.html")


def notes_of(program: Any, audit_id: int) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What is filed of each broken link by its address, and the bodies of all responses by record id."""
    [path] = program.home.glob(f"evidence/*/audit-{audit_id}.warc.gz")
    notes: dict[str, Any] = {}
    bodies: dict[str, bytes] = {}
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            content = record.content_stream().read()
            if record.rec_type == "metadata":
                note = json.loads(content)
                if note["check"] == "broken_link":
                    notes[note["subject"]] = note
            elif record.rec_type == "response":
                bodies[record.rec_headers.get_header("WARC-Record-ID")] = content
    return notes, bodies


def looks_of(program: Any, audit_id: int) -> tuple[ReferrerLook, ...]:
    engine = open_database(program.database)
    looks = AuditRepository(engine).looks(audit_id)
    engine.dispose()
    return looks


def kept_findings(program: Any, audit_id: int, state: str) -> list[Finding]:
    engine = open_database(program.database)
    with engine.connect() as connection:
        blobs = connection.scalars(
            select(finding.c.fact).where(
                finding.c.audit_id == audit_id, finding.c.check == "broken_link", finding.c.state == state
            )
        ).all()
    engine.dispose()
    return [from_json(Finding, Packer().unpack(blob)) for blob in blobs]


def judged_again(program: Any, audit_id: int) -> SiteAudit:
    engine = open_database(program.database)
    audits = AuditRepository(engine)
    facts = audits.load_facts(audit_id)
    audit = judge_again(audit_id, audits=audits, policy=load_policy("nanyang-monthly"), as_of=facts.started_at.date())
    engine.dispose()
    return audit


def withdraw(portal: Any, *numbers: int) -> None:
    """Take the links to these dead addresses off all pages."""
    for path, text in portal.pages.items():
        for number in numbers:
            text = text.replace(f"<a href='/gone/{number}.html'>附件</a>", "")
        portal.pages[path] = text


def check_shown(program: Any, portal: Any, audit_id: int) -> None:
    notes, bodies = notes_of(program, audit_id)
    assert set(notes) == {portal.url + path for path in DEAD}
    for subject, note in notes.items():
        body = bodies[note["referring_record"]].decode()
        assert f"/{subject.removeprefix(portal.url)}" in body, "the archived page shows the very link"
        assert note["referring_at"] is not None
        assert len(note["referring_sha256"]) == 64


def test_each_dead_link_is_archived_with_a_page_that_shows_it(portal: Any, program: Make) -> None:
    """The links stand on plain articles, whose bodies the crawl does not keep: they are asked once more, no others."""
    own = program("own")
    own.crawl(portal.url)
    check_shown(own, portal, 1)
    articles = {path: count for path, count in portal.asked().items() if "/t2026" in path}
    assert sum(count - 1 for count in articles.values()) <= len(DEAD)
    assert max(articles.values()) == 2


@pytest.mark.parametrize("etags", [True, False])
def test_a_page_taken_over_is_asked_again_for_the_link_on_it(etags: bool, portal: Any, program: Make) -> None:
    """Another night carries the articles over: that the link still stands there is seen in that very night.

    By "not modified" the archived page is the one of the night before, and the look says when it was confirmed.
    """
    portal.etags = etags
    own = program("own")
    own.crawl(portal.url)
    own.days_pass(1)
    portal.forget()
    own.crawl(portal.url)
    check_shown(own, portal, 2)
    notes, _ = notes_of(own, 2)
    began = judged_again(own, 2).started_at
    for note in notes.values():
        [look] = note["referring_looks"]
        assert look["page"] == note["referring_page"]
        assert datetime.fromisoformat(look["attempt"]["at"]) >= datetime.fromisoformat(began)
        assert look["attempt"]["http_status"] == (304 if etags else 200)
        assert ("所见相同" in look["told"]) is etags
        assert (datetime.fromisoformat(note["referring_at"]) < datetime.fromisoformat(began)) is etags
    assert sum(count for path, count in portal.asked().items() if "/t2026" in path) <= len(DEAD)


def test_a_link_that_was_taken_off_its_pages_accuses_nobody(portal: Any, program: Make) -> None:
    """The office took the dead link down while the page was not due to be read: the fault is mended, and told so."""
    own = program("own")
    own.crawl(portal.url)
    assert len(kept_findings(own, 1, "found")) == 3
    withdraw(portal, 1)
    own.days_pass(1)
    own.crawl(portal.url)
    subject = portal.url + DEAD[1]
    assert subject not in {one.subject for one in kept_findings(own, 2, "found")}
    [mended] = kept_findings(own, 2, "gone")
    assert mended.subject == subject
    audit = judged_again(own, 2)
    assert audit.vanished == (subject,)
    [link] = [one for one in audit.links if one.fact.url == subject]
    assert link.verdict is LinkVerdict.SKIPPED
    engine = open_database(own.database)
    results = AuditResults(engine)
    kept = results.load(2)
    assert kept is not None
    seen = sight_of(mended, kept.audit, results.targets(2, {subject}).get(subject))
    engine.dispose()
    assert seen.sight is Sight.HEALED
    portal.forget()
    own.days_pass(1)
    own.crawl(portal.url)
    assert portal.asked()[f"/{DEAD[1]}"] == 0, "the pages were read anew: nothing leads there"
    left = {one.subject for one in kept_findings(own, 3, "found")}
    assert left == {portal.url + DEAD[0], portal.url + DEAD[2]}


def test_a_link_that_still_stands_on_another_page_is_accused_with_that_page(portal: Any, program: Make) -> None:
    """Taken off one page of several: the next one is asked, and is the evidence."""
    own = program("own")
    own.crawl(portal.url)
    one = next(look.page for look in looks_of(own, 1) if portal.url + DEAD[0] in look.standing)
    path = "/" + one.removeprefix(portal.url)
    portal.pages[path] = portal.pages[path].replace(f"<a href='/{DEAD[0]}'>附件</a>", "")
    own.days_pass(1)
    own.crawl(portal.url)
    check_shown(own, portal, 2)
    notes, _ = notes_of(own, 2)
    note = notes[portal.url + DEAD[0]]
    assert note["referring_page"] != one
    assert [portal.url + DEAD[0] in look["gone"] for look in note["referring_looks"]] == [True, False]
    assert judged_again(own, 2).vanished == ()


def test_an_answer_that_fails_changes_nothing_and_is_told(portal: Any, program: Make) -> None:
    """The pages are down when they are asked again: what was read in the crawl stands, and the evidence says so."""
    own = program("own")

    def fail(_: int) -> None:
        if any(path == f"/{DEAD[2]}" for path in portal.asked() if portal.asked()[path] > 1):
            portal.failing = frozenset(path for path in portal.pages if "/t2026" in path)

    portal.on_request = fail
    own.crawl(portal.url)
    portal.on_request = None
    found = {one.subject for one in kept_findings(own, 1, "found")}
    assert portal.url + DEAD[2] in found
    notes, _ = notes_of(own, 1)
    note = notes[portal.url + DEAD[2]]
    assert note["referring_record"] is None
    assert note["referring_looks"]
    assert all("HTTP 500" in look["told"] for look in note["referring_looks"])
    assert len(note["referring_looks"]) <= 3


@pytest.mark.timeout(180)
def test_killed_between_the_looks_nothing_is_asked_a_third_time(portal: Any, program: Make) -> None:
    """kill -9 while pages are asked again: what was kept is not asked again, and every finding has its page."""
    own = program("own")
    process = own.start("crawl", "--portal", portal.url, "--child", "--rate", "200", "--concurrency", "4",
                        "--render", "never", "--recheck-after", "0", "--as-of", "2026-11-21")  # fmt: skip

    def kill(_: int) -> None:
        if any("/t2026" in path and count > 1 for path, count in portal.asked().items()):
            portal.on_request = None
            process.send_signal(signal.SIGKILL)

    portal.on_request = kill
    process.communicate(timeout=90)
    assert process.returncode == -signal.SIGKILL
    assert own.crawl(portal.url).returncode == 1
    check_shown(own, portal, 1)
    articles = {path: count for path, count in portal.asked().items() if "/t2026" in path}
    assert max(articles.values()) <= 3
