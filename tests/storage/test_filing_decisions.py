"""Decisions on filed values on both databases: only ever added, two at once, and what a queue of many shows."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, text

from records.filings import Attachment, EvidenceFile, FiledValue, FilingFormat, FilingHead, FilingOutcome
from records.indicators import TraceKind, ValueSource, ValueState
from storage.database import migration_config, open_database, transaction
from storage.errors import StorageError
from storage.evidence_store import EvidenceStore
from storage.filing_decisions import FilingDecisions
from storage.filing_drafts import FilingDrafts
from storage.filing_queue import FilingQueue, QueueFilter, QueueState
from storage.filings import FilingRepository, Receipt

AT = datetime(2026, 11, 21, 2, tzinfo=UTC)
VALUE = FiledValue("qing", "NYC-25", ValueState.SUPPLIED, 2)


@pytest.fixture
def filings(engine: Engine, tmp_path: Path) -> FilingRepository:
    return FilingRepository(engine, EvidenceStore(tmp_path / "store"))


@pytest.fixture
def file(filings: FilingRepository) -> Callable[..., Receipt]:
    """Record values as if they came from a file of that content."""
    count = iter(range(100))

    def filed(body: bytes, *values: FiledValue, provider: str = "县市区", period: str = "2026") -> Receipt:
        digest = filings.store.put(body)
        head = FilingHead(
            scheme="nanyang-county", scheme_version="1", scheme_sha256="0" * 64, period=period, provider=provider,
            source=ValueSource.FILED, city="nanyang", template="1", file_name="填报.json", file_sha256=digest,
            format=FilingFormat.JSON, supplied_at=AT + timedelta(minutes=next(count)), supplied_by="报送人",
            effective=date(2026, 10, 31),
        )  # fmt: skip
        named = {one.sha256 for value in values for one in value.attachments}
        return filings.record(
            head, values, [EvidenceFile(digest, len(body), "json"), *(EvidenceFile(one, 3, "pdf") for one in named)]
        )

    return filed


def decide(engine: Engine, number: int, outcome: FilingOutcome, reason: str = "", by: str = "审核员") -> None:
    FilingDecisions(engine).add([number], outcome, reason=reason, by=by, at=AT, allow=tuple)


def test_returned_is_no_value_and_says_why(
    engine: Engine, filings: FilingRepository, file: Callable[..., Receipt]
) -> None:
    """The row is open with the reason; the filing itself stays beside, for who wants to look."""
    file(b"one", replace(VALUE, value=1))
    file(b"two", VALUE)
    earlier, kept = filings.history()
    decide(engine, kept.id, FilingOutcome.RETURNED, "缺盖章")
    (value,) = filings.values("nanyang", "nanyang-county", "2026")
    assert (value.state, value.value, value.provider) == (ValueState.NOT_SUPPLIED, None, "县市区")
    assert "缺盖章" in value.because
    assert [trace.kind for trace in value.evidence] == [TraceKind.DECISION]
    assert [trace.ref for trace in value.left_out] == [str(kept.id), str(earlier.id)]


def test_accepted_changes_nothing(engine: Engine, filings: FilingRepository, file: Callable[..., Receipt]) -> None:
    """What a score is made of is byte for byte what it was before somebody looked."""
    file(b"one", VALUE)
    before = filings.values("nanyang", "nanyang-county", "2026")
    decide(engine, filings.history()[0].id, FilingOutcome.ACCEPTED)
    assert filings.values("nanyang", "nanyang-county", "2026") == before


def test_the_last_decision_holds_and_all_stay(
    engine: Engine, filings: FilingRepository, file: Callable[..., Receipt]
) -> None:
    """Sent back by mistake, accepted again: both are kept, with their numbers."""
    file(b"one", VALUE)
    number = filings.history()[0].id
    decide(engine, number, FilingOutcome.RETURNED, "看错了")
    decide(engine, number, FilingOutcome.ACCEPTED, by="另一人")
    kept = filings.history()[0]
    assert kept.decision is not None
    assert (kept.decision.number, kept.decision.outcome, kept.decision.by) == (2, FilingOutcome.ACCEPTED, "另一人")
    assert [one.number for one in FilingQueue(engine).decisions([number])] == [1, 2]
    assert filings.values("nanyang", "nanyang-county", "2026")[0].value == 2


@pytest.mark.parametrize("statement", ["UPDATE filing_decision SET reason = 'x'", "DELETE FROM filing_decision"])
def test_a_decision_cannot_be_changed(
    engine: Engine, filings: FilingRepository, file: Callable[..., Receipt], statement: str
) -> None:
    """Not even by somebody at the database's own prompt, unless the trigger is taken away first."""
    file(b"one", VALUE)
    decide(engine, filings.history()[0].id, FilingOutcome.RETURNED, "缺章")
    with pytest.raises(StorageError), transaction(engine) as connection:
        connection.execute(text(statement))
    assert filings.history()[0].returned


def test_two_who_decide_at_once_wait_for_each_other(
    engine: Engine, filings: FilingRepository, file: Callable[..., Receipt]
) -> None:
    """Each sees what the other did: the numbers go on without a gap and nobody's is lost."""
    file(b"one", VALUE)
    number = filings.history()[0].id
    threads = [
        threading.Thread(target=decide, args=(engine, number, FilingOutcome.RETURNED, f"{n}", f"{n}")) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.number for one in FilingQueue(engine).decisions([number])] == [1, 2, 3, 4]


def test_what_a_check_raises_leaves_nothing(
    engine: Engine, filings: FilingRepository, file: Callable[..., Receipt]
) -> None:
    """The log could not be written: the decision is not there either."""
    file(b"one", VALUE)
    number = filings.history()[0].id

    def fail(*_arguments: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        FilingDecisions(engine).add(
            [number], FilingOutcome.ACCEPTED, reason="", by="甲", at=AT, allow=tuple, within=fail
        )
    assert filings.history()[0].decision is None


def test_the_same_file_after_it_was_sent_back_is_a_new_filing(
    engine: Engine, filings: FilingRepository, file: Callable[..., Receipt]
) -> None:
    """Known stays known; what was sent back and is handed in again waits for its verifier anew."""
    file(b"one", VALUE)
    assert file(b"one", VALUE).filing_id is None
    decide(engine, filings.history()[0].id, FilingOutcome.RETURNED, "缺章")
    assert file(b"one", VALUE).filing_id is not None
    assert [kept.returned for kept in filings.standing()] == [False]


def test_the_queue_by_state_unit_and_page(
    engine: Engine, filings: FilingRepository, file: Callable[..., Receipt]
) -> None:
    """Replaced values are not in it; each state counts its own."""
    values = [replace(VALUE, unit=unit) for unit in ("a", "b", "c", "d")]
    file(b"one", *values)
    file(b"two", replace(values[0], value=9))
    file(b"three", *values, period="2025")
    kept = {(one.head.period, one.filed.unit): one.id for one in filings.standing()}
    decide(engine, kept["2026", "b"], FilingOutcome.RETURNED, "x")
    decide(engine, kept["2026", "c"], FilingOutcome.RETURNED, "x")
    decide(engine, kept["2026", "c"], FilingOutcome.ACCEPTED)
    queue = FilingQueue(engine)
    assert queue.counts("nanyang") == {QueueState.NEW: 6, QueueState.ACCEPTED: 1, QueueState.RETURNED: 1}
    found = queue.page(QueueFilter("nanyang", QueueState.NEW, period="2026"), number=1, size=1)
    assert (found.total, [one.filed.unit for one in found.values]) == (2, ["d"])
    found = queue.page(QueueFilter("nanyang", QueueState.NEW, period="2026"), number=2, size=1)
    assert [(one.filed.unit, one.filed.value) for one in found.values] == [("a", 9)]
    found = queue.page(QueueFilter("nanyang", QueueState.RETURNED), number=1, size=9)
    assert [one.filed.unit for one in found.values] == ["b"]
    assert queue.page(QueueFilter("elsewhere"), number=1, size=9).total == 0
    assert queue.choices("nanyang") == (
        ("nanyang-county", "2025", "县市区"), ("nanyang-county", "2026", "县市区")
    )  # fmt: skip


def test_where_a_file_is_used(engine: Engine, filings: FilingRepository, file: Callable[..., Receipt]) -> None:
    """By another unit and for another row; a use that was replaced is none."""
    digest = filings.store.put(b"pdf")
    named = replace(VALUE, attachments=(Attachment("a.pdf", digest),))
    file(b"one", named, replace(named, unit="bai"), replace(named, indicator="NYC-26"))
    file(b"two", replace(VALUE, unit="bai"))
    uses = FilingQueue(engine).uses([digest])
    assert {(one.unit, one.indicator) for one in uses} == {("qing", "NYC-25"), ("qing", "NYC-26")}


def test_drafts_and_uploads_belong_to_their_unit(engine: Engine) -> None:
    """One place, two units: neither sees, changes or removes the other's."""
    drafts = FilingDrafts(engine, "nanyang")
    drafts.save("a", "filing:r:x", {"p-": "1"}, by="甲", at=AT)
    drafts.save("a", "filing:r:x", {"p-": "2"}, by="甲", at=AT)
    drafts.save("b", "filing:r:x", {"p-": "9"}, by="乙", at=AT)
    found = drafts.load("a", "filing:r:x")
    assert found is not None
    assert found.body == {"p-": "2"}
    one = drafts.add_upload("a", "filing:r:x", name="a.pdf", sha256="0" * 64, size=3, kind="pdf", by="甲", at=AT)
    same = drafts.add_upload("a", "filing:r:x", name="a.pdf", sha256="0" * 64, size=3, kind="pdf", by="甲", at=AT)
    assert same.id == one.id
    assert drafts.remove_uploads("b", [one.id]) == ()
    assert drafts.used("a") == (1, 3)
    assert drafts.remove_uploads("a", [one.id]) == ("0" * 64,)
    drafts.discard("a", "filing:r:x")
    assert drafts.load("a", "filing:r:x") is None
    assert drafts.load("b", "filing:r:x") is not None


def test_the_migration_keeps_what_was_filed_before(
    engine: Engine, database_url: str, filings: FilingRepository, file: Callable[..., Receipt]
) -> None:
    """Down and up again with filings in the tables: they are there, and count as before."""
    file(b"one", VALUE)
    with transaction(engine) as connection:
        command.downgrade(migration_config(connection), "0011")
    engine.dispose()
    again = open_database(database_url)
    kept = FilingRepository(again, filings.store)
    assert [one.filed.value for one in kept.standing()] == [2]
    assert kept.values("nanyang", "nanyang-county", "2026")[0].value == 2
    again.dispose()
