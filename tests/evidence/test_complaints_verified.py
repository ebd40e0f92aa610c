"""`chengjian verify` walks the chain of every complaint, and holds it against the sealed log of operations."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from chengjian.demo.content.files import pdf
from records.complaints import Channel, Complainant
from records.registry import City
from services.complaints.desk import ComplaintDesk, Draft, Handler, Paper
from services.complaints.office import paper_store
from services.complaints.rules import load_rules
from services.verify_evidence import Verification
from services.work_calendar import library_calendar
from storage.complaint_tables import complaint, complaint_standing, complaint_step
from storage.complaints import ComplaintRepository
from storage.console_log import ConsoleLog
from storage.database import open_database
from tests.evidence.evidence_builder import NOW, Watch

WHO = Handler("王办理", "wang", "office")
PLACE = "数据库：投诉举报 ts2026-0001"


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    """A complaint that was accepted, with a paper; the guards of the tables taken away."""
    made = Watch(open_database(f"sqlite:///{tmp_path / 'w.sqlite3'}"), tmp_path / "evidence")
    city = City("demo", "示范市", "示范", "河南省")
    desk = ComplaintDesk(
        ComplaintRepository(made.engine), city, load_rules(), library_calendar(), lambda: NOW,
        ConsoleLog(made.engine), paper_store(made.root),
    )  # fmt: skip
    draft = Draft(NOW.date(), Channel.LETTER, "promise", "补贴", "没有发", "某局", Complainant("钱", "138"))
    desk.register(draft, WHO)
    desk.do("ts2026-0001", "accept", {}, WHO)
    desk.attach("ts2026-0001", [Paper("来信.pdf", pdf(["来信"]))], "", WHO)
    made.seal()
    with made.engine.begin() as connection:
        for (name,) in connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'complaint%'")
        ).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
    yield made
    made.engine.dispose()


def told(done: Verification) -> list[str]:
    return [fault.line for fault in done.faults]


def test_a_complaint_that_nobody_touched_fits(watch: Watch) -> None:
    done = watch.verify()
    assert told(done) == []
    assert done.unsealed == 0


def run(statement: str) -> Callable[[Engine], None]:
    def change(engine: Engine) -> None:
        with engine.begin() as connection:
            connection.execute(text(statement))

    return change


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (run("UPDATE complaint_step SET sha256 = 'x' WHERE number = 1"), "第 1 条记录缺失或被改动过"),
        (run("DELETE FROM complaint_step WHERE number = 2"), "操作日志中有第 2 条办理记录，数据库中没有"),
        (run("UPDATE complaint_standing SET standing = 'archived'"), "清单所列与办理记录不符"),
    ],
)
def test_what_was_changed_is_named(watch: Watch, change: Callable[[Engine], None], line: str) -> None:
    """A changed entry, one that was cut off at the end (its chain has no gap), and a standing that hides it."""
    change(watch.engine)
    lines = told(watch.verify())
    assert any(one.startswith(PLACE) and line in one for one in lines), lines


def test_a_complaint_that_is_gone_is_missed(watch: Watch) -> None:
    with watch.engine.begin() as connection:
        for table in (complaint_step, complaint_standing, complaint):
            connection.execute(table.delete())
    assert f"{PLACE}：缺失：操作日志中有它，数据库中没有" in told(watch.verify())


def test_a_complaint_that_was_rewritten_whole_is_noticed(watch: Watch) -> None:
    """Every link of the new chain fits; the log, which is sealed, has the old ones."""
    with watch.engine.begin() as connection:
        for table in (complaint_step, complaint_standing, complaint):
            connection.execute(table.delete())
    desk = ComplaintDesk(
        ComplaintRepository(watch.engine), City("demo", "示范市", "示范", "河南省"), load_rules(), library_calendar(),
        lambda: NOW,
    )  # fmt: skip
    draft = Draft(date(2026, 1, 5), Channel.LETTER, "promise", "另一件", "另一件", "某局")
    desk.register(draft, WHO)
    lines = told(watch.verify())
    assert any(one.startswith(f"{PLACE}：登记的内容与操作日志所记的不同") for one in lines), lines


def test_a_paper_that_changed_on_the_disk_is_named(watch: Watch) -> None:
    (path,) = [one for one in (watch.root / "complaints").rglob("*") if one.is_file()]
    path.chmod(0o644)
    path.write_bytes(b"other")
    assert any(one.startswith(PLACE) and path.name in one for one in told(watch.verify()))
