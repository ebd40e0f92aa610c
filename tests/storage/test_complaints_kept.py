"""Complaints, notes and decisions taken back, in both databases."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from records.complaints import Accepted, Archived, Channel, Complainant, Complaint, Refused, Standing
from records.news import EventState, NewsEvent, NewsLabel
from records.news_reviews import DismissGround, EventNote, EventReview, ReviewAction, Undone
from storage.all_tables import metadata
from storage.complaints import (
    ACTION_OF,
    ComplaintDamagedError,
    ComplaintRepository,
    ComplaintSearch,
    StoredComplaint,
    UnknownComplaintError,
)
from storage.database import migration_config, open_database, transaction
from storage.encoding import from_json, to_json
from storage.errors import StorageError
from storage.event_notes import EventNotes
from storage.event_reviews import reviewed
from storage.news import NewsRepository, OutdatedError

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
DAY = date(2026, 11, 20)
WHO = Complainant("钱某", "138")
ACCEPTED = Accepted("王", AT, DAY)


@pytest.fixture
def complaints(engine: Engine) -> ComplaintRepository:
    return ComplaintRepository(engine)


def register(complaints: ComplaintRepository, year: int = 2026, **of: Any) -> Complaint:
    def make(identity: str) -> tuple[Complaint, Complainant]:
        usual: dict[str, Any] = {
            "id": identity,
            "city": "nanyang",
            "received": DAY,
            "channel": Channel.LETTER,
            "kind": "promise",
            "title": "补贴",
            "text": "没有发",
            "accused": "某局",
            "unit": "bureau",
            "by": "王",
            "at": AT,
            "rules": "r",
        }
        return Complaint(**(usual | of)), WHO

    return complaints.register("nanyang", year, make)


def accept(complaints: ComplaintRepository, identity: str) -> StoredComplaint:
    return complaints.append(identity, lambda _stored: (ACCEPTED, Standing.ACCEPTED))


def test_numbers_go_on_by_year_and_come_back_whole(complaints: ComplaintRepository) -> None:
    ids = [register(complaints).id, register(complaints).id, register(complaints, 2027).id]
    assert ids == ["ts2026-0001", "ts2026-0002", "ts2027-0001"]
    accept(complaints, ids[0])
    stored = complaints.load(ids[0])
    assert (stored.complaint.accused, stored.entries) == ("某局", (ACCEPTED,))
    assert complaints.complainants([ids[0]]) == {ids[0]: WHO}
    with pytest.raises(UnknownComplaintError):
        complaints.load("ts2026-0009")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ComplaintSearch(), {"ts2026-0001", "ts2026-0002"}),
        (ComplaintSearch(standings=(Standing.ACCEPTED,)), {"ts2026-0001"}),
        (ComplaintSearch(unit="other"), {"ts2026-0002"}),
        (ComplaintSearch(text="路_"), {"ts2026-0002"}),
        (ComplaintSearch(text="%"), set()),
        (ComplaintSearch(last=date(2026, 11, 19)), {"ts2026-0002"}),
        (ComplaintSearch(kind="promise", first=DAY), {"ts2026-0001"}),
    ],
)
def test_lists(complaints: ComplaintRepository, wanted: ComplaintSearch, found: set[str]) -> None:
    """A list is made by the database, and what stands in it is the newest."""
    register(complaints)
    register(complaints, unit="other", title="修路_的事", received=date(2026, 11, 1))
    assert {one.complaint.id for one in complaints.search("nanyang", ComplaintSearch())} == {
        "ts2026-0001",
        "ts2026-0002",
    }
    accept(complaints, "ts2026-0001")
    kept = complaints.search("nanyang", wanted)
    assert {one.complaint.id for one in kept} == found
    assert complaints.count("nanyang", wanted) == len(found)
    assert complaints.search("elsewhere", wanted) == ()
    assert all(len(one.entries) == (one.complaint.id == "ts2026-0001") for one in kept)


def test_what_is_archived_is_open_no_more(complaints: ComplaintRepository) -> None:
    register(complaints)
    assert len(complaints.open("nanyang")) == 1
    complaints.append("ts2026-0001", lambda _s: (Archived("王", AT, DAY), Standing.ARCHIVED))
    assert complaints.open("nanyang") == ()


def test_what_is_refused_by_the_measures_is_not_written(complaints: ComplaintRepository) -> None:
    register(complaints)

    def refuse(_stored: StoredComplaint) -> Any:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        complaints.append("ts2026-0001", refuse)
    assert complaints.load("ts2026-0001").entries == ()


def test_of_two_that_decide_at_once_one_sees_the_other(complaints: ComplaintRepository, database_url: str) -> None:
    """Nobody accepts and refuses the same complaint, however near together."""
    register(complaints)
    late: list[int] = []

    def decide(entry: Any) -> None:
        own = ComplaintRepository(open_database(database_url))

        def make(stored: StoredComplaint) -> Any:
            late.append(len(stored.entries))
            return entry, Standing.ACCEPTED

        own.append("ts2026-0001", make)
        own.engine.dispose()

    entries = (ACCEPTED, Refused("李", AT, DAY, "military", "部队"))
    threads = [threading.Thread(target=decide, args=(entry,)) for entry in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(late) == [0, 1]
    assert len(complaints.load("ts2026-0001").entries) == 2


@pytest.mark.parametrize("table", ["complaint", "complaint_step", "news_undo", "news_note"])
def test_the_database_refuses_to_change_or_delete(engine: Engine, complaints: ComplaintRepository, table: str) -> None:
    register(complaints)
    accept(complaints, "ts2026-0001")
    news = NewsRepository(engine)
    news.add_review("nanyang", review("e1"))
    news.undo_review("nanyang", 1, Undone("王", AT))
    EventNotes(engine).add("nanyang", EventNote("e1", "王", AT, "话"))
    column = {"complaint": "title", "complaint_step": "action"}.get(table, "at")
    kept = metadata.tables[table]
    for statement in (kept.update().values({column: "x"}), kept.delete()):
        with pytest.raises(StorageError, match="never changed"), transaction(engine) as connection:
            connection.execute(statement)


def test_a_step_that_is_missing_is_found(engine: Engine, complaints: ComplaintRepository) -> None:
    register(complaints)
    accept(complaints, "ts2026-0001")
    accept(complaints, "ts2026-0001")
    with transaction(engine) as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER complaint_step_no_delete"))
        else:
            connection.execute(text("ALTER TABLE complaint_step DISABLE TRIGGER USER"))
        connection.execute(text("DELETE FROM complaint_step WHERE number = 1"))
    with pytest.raises(ComplaintDamagedError):
        complaints.load("ts2026-0001")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_entry_comes_back_as_it_was(
    arbitrary: Callable[[Any], st.SearchStrategy[Any]], data: st.DataObject
) -> None:
    for kind in (*ACTION_OF, Complaint, Complainant, EventReview, EventNote):
        entry = data.draw(arbitrary(kind))
        assert from_json(kind, to_json(entry)) == entry


def review(event: str, action: ReviewAction = ReviewAction.DISMISS, **of: Any) -> EventReview:
    made = EventReview(event, action, "王", "看过", AT, ("a",), (NewsLabel.MISCONDUCT,), (), True)
    return replace(made, **of)


def test_a_decision_that_was_taken_back_holds_no_longer(engine: Engine) -> None:
    """It stays in the record, once, and the event is as it was before."""
    news = NewsRepository(engine)
    event = NewsEvent("e1", "题", DAY, (), (), (NewsLabel.MISCONDUCT,), True, 0.9)
    news.save_events("nanyang", "m", [event])
    news.add_review("nanyang", review("e1", ReviewAction.CONFIRM))
    news.add_review("nanyang", review("e1", ground=DismissGround.OLD))
    first, second = news.reviews("nanyang")
    news.undo_review("nanyang", second.number, Undone("王", AT))
    kept = news.reviews("nanyang")
    assert [one.undone for one in kept] == [None, Undone("王", AT)]
    assert reviewed([event], kept)[0].state is EventState.CONFIRMED
    with pytest.raises(StorageError):
        news.undo_review("nanyang", second.number, Undone("李", AT))
    assert first.number < second.number


def test_a_decision_on_what_has_changed_is_refused(engine: Engine) -> None:
    """Whatever changes a city's events is counted; nothing of a refused decision is kept."""
    news = NewsRepository(engine)
    before = news.change("nanyang")
    news.add_review("nanyang", review("e1"), after=before)
    snapshot = news.snapshot("nanyang")
    told: list[int] = []
    with pytest.raises(OutdatedError):
        news.add_review("nanyang", review("e1"), after=before, within=lambda _c: told.append(1))
    assert told == []
    assert len(news.reviews("nanyang")) == 1
    news.save_events("nanyang", "m", [NewsEvent("e1", "题", DAY, (), (), (), True, 0.9)])
    newer = news.snapshot("nanyang", snapshot)
    assert newer.change == snapshot.change + 1
    assert [event.id for event in newer.suggested] == ["e1"]
    assert newer.reviews == snapshot.reviews
    assert news.change("elsewhere") == 0


def test_notes_are_of_their_event_and_city(engine: Engine) -> None:
    notes = EventNotes(engine)
    notes.add("nanyang", EventNote("e1", "王", AT, "话"))
    notes.add("nanyang", EventNote("e1", "王", AT, assigned="li"))
    notes.add("nanyang", EventNote("e2", "王", AT, assigned="li"))
    notes.add("nanyang", EventNote("e2", "王", AT, assigned=""))
    notes.add("elsewhere", EventNote("e1", "王", AT, assigned="wang"))
    assert [one.text for one in notes.of("nanyang", "e1")] == ["话", ""]
    assert notes.assigned("nanyang") == {"e1": "li"}


def test_what_was_there_before_stays_and_can_be_taken_back(engine: Engine, database_url: str) -> None:
    """Decisions that were made by an older program are read by this one."""
    with transaction(engine) as connection:
        command.downgrade(migration_config(connection), "0010")
        connection.execute(
            text(
                "INSERT INTO news_review (city_id, event_id, action, by, why, at, fact) "
                "VALUES ('nanyang', 'e1', 'dismiss', 'w', 'y', '2026-11-20T00:00:00+00:00', :fact)"
            ),
            {"fact": NewsRepository(engine).packer.pack(_old_review())},
        )
    again = open_database(database_url)
    news = NewsRepository(again)
    (kept,) = news.reviews("nanyang")
    assert (kept.by, kept.ground, kept.said, kept.number, kept.undone) == ("王", None, None, 1, None)
    news.undo_review("nanyang", kept.number, Undone("王", AT))
    again.dispose()


def _old_review() -> bytes:
    return (
        '{"event":"e1","action":"dismiss","by":"王","why":"旧","at":"2026-11-20T00:00:00+00:00","articles":["a"],'
        '"labels":["misconduct"],"units":[],"negative":true}'
    ).encode()
