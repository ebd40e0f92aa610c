"""The log of the console in the evidence: a manifest has its head, and a log that was rewritten whole is noticed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from records.accounts import Doer, LogLine
from records.evidence import RowKind
from storage.console_log import ConsoleLog
from storage.database import open_database
from tests.evidence.evidence_builder import NOW, Watch

GUARDS = ("no_update", "no_delete")


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    """Three entries, sealed, and the guards of the table taken away."""
    made = Watch(open_database(f"sqlite:///{tmp_path / 'w.sqlite3'}"), tmp_path / "evidence")
    write(made, 3)
    made.root.mkdir()
    made.seal()
    with made.engine.begin() as connection:
        for guard in GUARDS:
            connection.execute(text(f"DROP TRIGGER console_log_{guard}"))
    yield made
    made.engine.dispose()


def write(watch: Watch, count: int, word: str = "确认") -> None:
    log = ConsoleLog(watch.engine)
    for number in range(count):
        log.write(LogLine(NOW + timedelta(minutes=number), Doer("li", "analyst"), "confirm", "x", f"{word} {number}"))


def test_the_log_is_sealed_and_fits(watch: Watch) -> None:
    """Sealed up to its last entry; what comes later is sealed next, and nothing twice."""
    link = watch.chain.link(1)
    assert link is not None
    assert [(row.kind, row.count) for row in link.manifest.rows] == [(RowKind.CONSOLE_LOG, 3)]
    done = watch.verify()
    assert done.fits
    assert done.log == 3
    write(watch, 2)
    watch.seal()
    second = watch.chain.link(2)
    assert second is not None
    assert [(row.kind, row.count) for row in second.manifest.rows] == [(RowKind.CONSOLE_LOG, 5)]
    assert watch.verify().fits
    assert watch.seal() is None


def test_a_log_that_was_rewritten_whole_is_noticed(watch: Watch) -> None:
    """Every link of the new chain fits; the manifest has the head of the old one."""
    with watch.engine.begin() as connection:
        connection.execute(text("DELETE FROM console_log"))
    write(watch, 3, "从未确认")
    assert [fault.line.partition("，")[0] for fault in watch.verify().faults] == [
        "数据库：console_log console_log：与封存时不同"
    ]


@pytest.mark.parametrize("statement", ["DELETE FROM console_log WHERE number = 3", "DELETE FROM console_log"])
def test_entries_cut_off_at_the_end_are_noticed(watch: Watch, statement: str) -> None:
    """A chain that is too short has no gap: only the manifest knows."""
    with watch.engine.begin() as connection:
        connection.execute(text(statement))
    assert [fault.told for fault in watch.verify().faults] == ["缺失"]


def test_the_first_entry_that_does_not_fit_is_named(watch: Watch) -> None:
    """Where to begin to look."""
    with watch.engine.begin() as connection:
        connection.execute(
            text("UPDATE console_log SET body = (SELECT body FROM console_log WHERE number = 3) WHERE number = 2")
        )
    faults = watch.verify().faults
    assert faults[0].place == "数据库：操作日志第 2 条"
