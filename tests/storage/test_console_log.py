"""The log of the console: only ever added to, gapless, and every change of it is noticed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from records.accounts import Doer, LogLine
from records.evidence import NO_PREVIOUS
from services.verification.console_log import check_console_log
from storage.console_log import ConsoleLog, add_line
from storage.database import transaction

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TRIGGERS = {
    "sqlite": ("DROP TRIGGER console_log_no_update", "DROP TRIGGER console_log_no_delete"),
    "postgresql": ("DROP TRIGGER console_log_no_change ON console_log",),
}


def line(number: int, **told: str) -> LogLine:
    return LogLine(
        AT + timedelta(minutes=number), Doer(told.get("by", "li"), "analyst"), told.get("action", "confirm"),
        told.get("subject", f"finding {number}"), f"第 {number} 次", {"before": None, "after": {"字": number}},
    )  # fmt: skip


@pytest.fixture
def log(engine: Engine) -> ConsoleLog:
    made = ConsoleLog(engine)
    for number in range(1, 6):
        made.write(line(number))
    return made


def faults(log: ConsoleLog) -> list[str]:
    return [one.line for one in check_console_log(log.rows())]


def test_entries_are_numbered_and_chained(log: ConsoleLog) -> None:
    """Each entry names the hash of the one before, the first none."""
    entries = list(reversed(log.newest()))
    assert [one.number for one in entries] == [1, 2, 3, 4, 5]
    assert [one.previous for one in entries] == [NO_PREVIOUS, *(one.sha256 for one in entries[:-1])]
    assert faults(log) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE console_log SET subject = 'x' WHERE number = 3",
        "DELETE FROM console_log WHERE number = 5",
        "DELETE FROM console_log",
    ],
)
def test_the_database_refuses_to_change_it(log: ConsoleLog, statement: str) -> None:
    """Not even whoever writes SQL by hand changes an entry without first taking the guard away."""
    with pytest.raises(DatabaseError, match="never changed"), log.engine.begin() as connection:
        connection.execute(text(statement))
    assert len(log.newest()) == 5


def test_postgresql_refuses_to_empty_it(postgresql_url: str) -> None:
    """TRUNCATE asks no row trigger: it has one of its own."""
    from storage.database import open_database

    engine = open_database(postgresql_url)
    ConsoleLog(engine).write(line(1))
    with pytest.raises(DatabaseError, match="never changed"), engine.begin() as connection:
        connection.execute(text("TRUNCATE console_log"))
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE console_log SET body = (SELECT body FROM console_log WHERE number = 1) WHERE number = 3",
            "第 3 条：已被改动",
        ),
        ("UPDATE console_log SET sha256 = 'x' WHERE number = 2", "第 2 条：已被改动"),
        ('UPDATE console_log SET "by" = \'zhang\' WHERE number = 4', "第 4 条：by 一栏已被改动"),
        ("UPDATE console_log SET at = '2020' WHERE number = 4", "第 4 条：at 一栏已被改动"),
        ("DELETE FROM console_log WHERE number IN (2, 3)", "第 2—3 条：缺失"),
        ("DELETE FROM console_log WHERE number = 1", "第 1 条：缺失"),
    ],
)  # fmt: skip
def test_what_was_altered_behind_our_back_is_named(log: ConsoleLog, statement: str, told: str) -> None:
    """The first fault names the first entry that does not fit."""
    with log.engine.begin() as connection:
        for drop in TRIGGERS[log.engine.dialect.name]:
            connection.execute(text(drop))
        connection.execute(text(statement))
    assert told in faults(log)[0]


def test_an_entry_that_was_slipped_in_fits_nowhere(log: ConsoleLog) -> None:
    """Who makes an entry anew, with a hash that fits it, breaks the link of the next."""
    from storage.canonical import canonical_json, digest, read_canonical

    with log.engine.begin() as connection:
        for drop in TRIGGERS[log.engine.dialect.name]:
            connection.execute(text(drop))
        body = connection.scalar(text("SELECT body FROM console_log WHERE number = 3"))
        forged = canonical_json(read_canonical(bytes(body)) | {"told": "从未发生"})
        connection.execute(
            text("UPDATE console_log SET body = :body, sha256 = :sha256 WHERE number = 3"),
            {"body": forged, "sha256": digest(forged)},
        )
    assert [one.split("：")[2].split("，")[0] for one in faults(log)] == ["接不上前一条"]
    assert "第 4 条" in faults(log)[0]


def test_many_writers_leave_no_gap(engine: Engine) -> None:
    """Two that write at once wait for each other: no number twice, none missing."""
    log = ConsoleLog(engine)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: log.write(line(number)), range(20)))
    assert sorted(one.number for one in log.newest()) == list(range(1, 21))
    assert faults(log) == []


def test_what_was_not_done_is_not_written(engine: Engine) -> None:
    """The entry and what it tells of are kept together, or neither is."""

    def fail() -> None:
        with transaction(engine) as connection:
            add_line(connection, line(1))
            raise RuntimeError("the rest failed")

    with pytest.raises(RuntimeError):
        fail()
    assert ConsoleLog(engine).newest() == ()


def test_filters_and_pages(engine: Engine) -> None:
    """By whom, what, to what, when; a page goes on from a number, whatever was added meanwhile."""
    log = ConsoleLog(engine)
    for number in range(1, 9):
        log.write(
            line(
                number, by="li" if number % 2 else "zhang", action="a" if number < 5 else "b", subject=f"s{number % 4}"
            )
        )
    assert [one.number for one in log.newest(by="li")] == [7, 5, 3, 1]
    assert [one.number for one in log.newest(action="a", by="zhang")] == [4, 2]
    assert [one.number for one in log.newest(subject="s1")] == [5, 1]
    assert [one.number for one in log.newest(since=AT + timedelta(minutes=3), until=AT + timedelta(minutes=5))] == [
        4,
        3,
    ]
    first = log.newest(limit=3)
    log.write(line(9))
    assert [one.number for one in log.newest(before=first[-1].number, limit=3)] == [5, 4, 3]
    assert log.actions() == ("a", "b", "confirm")
