"""The end of the console's log, between two seals: what was cut off or written anew there is named."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from chengjian.log_watch import watch_log
from records.accounts import Doer, LogLine
from services.verification.log_witness import NAME, LogWitness
from services.verify_evidence import verify_evidence_folder
from storage.console_log import ConsoleLog
from storage.database import open_database
from storage.manifest_chain import ManifestChain
from tests.evidence.evidence_builder import NOW


class House:
    """A database whose guards are off, and the home beside it."""

    def __init__(self, engine: Engine, home: Path) -> None:
        self.engine, self.home = engine, home
        self.log = ConsoleLog(engine)
        self.witness = LogWitness(home / NAME)
        self.chain = ManifestChain(home / "evidence", engine)
        self.chain.root.mkdir(parents=True)
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                for guard in ("no_update", "no_delete"):
                    connection.execute(text(f"DROP TRIGGER console_log_{guard}"))
            else:
                connection.execute(text("ALTER TABLE console_log DISABLE TRIGGER USER"))
        self.write(3)

    def write(self, count: int, word: str = "确认") -> None:
        for number in range(count):
            self.log.write(LogLine(NOW + timedelta(minutes=number), Doer("li", "analyst"), "confirm", "x", word))

    def cut(self, after: int) -> None:
        with self.engine.begin() as connection:
            connection.execute(text("DELETE FROM console_log WHERE number > :n"), {"n": after})

    def note(self) -> str:
        fault = self.witness.note(self.log, self.chain.database)
        return "" if fault is None else fault.line

    def verify(self, *, witness: bool = True) -> list[str]:
        given = self.witness if witness else None
        return [one.line for one in verify_evidence_folder(self.chain.root, chain=self.chain, witness=given).faults]


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    engine = open_database(database_url)
    yield House(engine, tmp_path / "home")
    engine.dispose()


def test_a_log_that_grew_fits(house: House) -> None:
    """Noted again and again; what was written since is no fault."""
    assert house.note() == ""
    house.write(2)
    assert house.verify() == []
    assert house.note() == ""
    assert house.verify() == []


def test_a_tail_that_was_cut_off_is_named(house: House) -> None:
    """Every link that is left fits: without the witness nothing is noticed, with it the first lost entry is named."""
    house.note()
    house.cut(after=1)
    assert house.verify(witness=False) == []
    assert len(house.verify()) == 1
    assert "操作日志第 3 条：缺失" in house.verify()[0]


def test_a_tail_that_was_written_anew_is_named(house: House) -> None:
    """As many entries as before, every link fits, and the last has another hash."""
    house.note()
    house.cut(after=1)
    house.write(2, "从未确认")
    assert house.verify(witness=False) == []
    assert "操作日志第 3 条：与 console-log.heads 所记不同" in house.verify()[0]


def test_the_witness_is_not_written_over_by_what_it_contradicts(house: House) -> None:
    """Also when the shorter log grows past it: it keeps saying so."""
    house.note()
    house.cut(after=1)
    assert "缺失" in house.note()
    house.write(5, "别的")
    assert "所记不同" in house.note()
    assert house.verify() != []


def test_an_empty_log_is_noticed_too(house: House) -> None:
    house.note()
    house.cut(after=0)
    assert "操作日志第 3 条：缺失" in house.verify()[0]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"x": 1}', b'{"x": {"number": "a"}}', b"\xff"])
def test_a_witness_that_is_none_is_begun_anew(house: House, content: bytes) -> None:
    """A file that broke, or of another database, accuses nobody."""
    house.witness.path.write_bytes(content)
    assert house.verify() == []
    assert house.note() == ""
    house.cut(after=2)
    assert house.verify() != []


def test_two_databases_have_a_head_each(house: House, tmp_path: Path) -> None:
    """One home, two databases: the head of the one is not the other's."""
    house.note()
    house.witness.note(house.log, "another")
    house.cut(after=2)
    assert "缺失" in house.note()
    assert next(house.witness.faults(house.log, "another")) is not None
    assert list(house.witness.faults(house.log, "a third")) == []


async def test_the_service_notes_and_tells_once(house: House) -> None:
    """While it runs, once more when it stops; a cut is an error in its own log."""
    errors: list[str] = []

    class Log:
        def error(self, event: str, **told: str) -> None:
            errors.append(event)

    stop = asyncio.Event()
    task = asyncio.create_task(watch_log(house.engine, house.home, stop, Log(), every=0.02))
    await asyncio.sleep(0.3)
    assert house.witness.path.exists()
    assert errors == []
    house.cut(after=1)
    await asyncio.sleep(0.3)
    stop.set()
    await task
    assert errors == ["console_log_cut"]


async def test_the_last_entry_before_a_stop_is_noted(house: House) -> None:
    """A stop that comes first still writes down where the log stood."""
    stop = asyncio.Event()
    stop.set()
    await watch_log(house.engine, house.home, stop, None)
    house.cut(after=2)
    assert house.verify() != []
