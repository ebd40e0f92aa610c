"""Score runs and reviews: kept for ever, refused to be changed, on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from alembic import command
from sqlalchemy import Engine, text

from records.review import FindingReview, ReviewState
from storage.database import migration_config, transaction
from storage.errors import StorageError
from storage.finding_reviews import FindingReviews
from storage.runs import DamagedRunError, RunHead, RunRepository

AT = datetime(2026, 11, 21, 9, 30, tzinfo=timezone(timedelta(hours=8)))
Add = Callable[[], RunHead]


@pytest.fixture
def runs(engine: Engine) -> RunRepository:
    return RunRepository(engine)


@pytest.fixture
def add(runs: RunRepository) -> Add:
    return lambda: runs.add(
        city="nanyang", scheme="nanyang-county", scheme_version="2", scheme_sha256="s" * 64, period="2026",
        program="0.1.0", made_at=AT, inputs='{"甲":1}'.encode(), result=b"{}",
    )  # fmt: skip


def review(state: ReviewState = ReviewState.CONFIRMED, why: str = "") -> FindingReview:
    return FindingReview("www.qinghe.test", "abc", state, why, "张三", AT)


def test_a_run_comes_back_as_the_same_bytes(runs: RunRepository, add: Add) -> None:
    head = add()
    kept = runs.load(head.id)
    assert kept.head == head
    assert (kept.inputs, kept.result) == ('{"甲":1}'.encode(), b"{}")
    assert runs.heads() == (head,)
    assert runs.heads("elsewhere") == ()


@pytest.mark.parametrize("run_id", ["0", "99", "x", "", "-1", "１", "9" * 30, "1; DROP TABLE score_run"])
def test_a_number_that_is_none_is_told(runs: RunRepository, add: Add, run_id: str) -> None:
    add()
    with pytest.raises(StorageError, match="没有编号为"):
        runs.load(run_id)


@pytest.mark.parametrize("table", ["score_run", "finding_review"])
@pytest.mark.parametrize("change", ["UPDATE {0} SET id = id + 100", "DELETE FROM {0}"])
def test_the_database_refuses_changes(engine: Engine, add: Add, table: str, change: str) -> None:
    """Not the program's good manners but the database itself keeps a score from being rewritten."""
    add()
    FindingReviews(engine).add(review())
    with pytest.raises(StorageError, match="never changed"), transaction(engine) as connection:
        connection.execute(text(change.format(table)))
    with engine.connect() as connection:
        assert connection.scalar(text(f"SELECT count(*) FROM {table} WHERE id = 1")) == 1  # noqa: S608  a name of ours


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has no TRUNCATE
@pytest.mark.parametrize("table", ["score_run", "finding_review"])
def test_postgresql_refuses_to_empty_a_table(engine: Engine, add: Add, table: str) -> None:
    add()
    with pytest.raises(StorageError, match="never changed"), transaction(engine) as connection:
        connection.execute(text(f"TRUNCATE {table}"))


def test_a_run_that_was_altered_behind_our_back_is_fatal(engine: Engine, runs: RunRepository, add: Add) -> None:
    """Whoever may drop a trigger can change a row; the hash tells."""
    head = add()
    other = runs.add(
        city="n", scheme="s", scheme_version="1", scheme_sha256="s" * 64, period="2026", program="0", made_at=AT,
        inputs=b"{}", result=b"[1]",
    )  # fmt: skip
    table = "score_run"
    with transaction(engine) as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER score_run_no_update"))
        else:
            connection.execute(text("ALTER TABLE score_run DISABLE TRIGGER USER"))
        connection.execute(text(f"UPDATE {table} SET result = (SELECT result FROM {table} WHERE id = 2) WHERE id = 1"))  # noqa: S608
    with pytest.raises(DamagedRunError, match="哈希"):
        runs.load(head.id)
    assert runs.load(other.id).result == b"[1]"


def test_the_last_review_holds_and_every_one_is_kept(engine: Engine) -> None:
    reviews = FindingReviews(engine)
    for state, why in ((ReviewState.CONFIRMED, ""), (ReviewState.DISMISSED, "已恢复"), (ReviewState.CONFIRMED, "又坏")):
        reviews.add(review(state, why))
    reviews.add(FindingReview("other.test", "abc", ReviewState.DISMISSED, "不是本单位", "李四", AT))
    assert reviews.standing()["www.qinghe.test", "abc"] == review(ReviewState.CONFIRMED, "又坏")
    assert [one.why for one in reviews.history("www.qinghe.test", "abc")] == ["", "已恢复", "又坏"]
    assert len(reviews.standing()) == 2
    assert set(reviews.standing({"other.test"})) == {("other.test", "abc")}


def test_the_migration_keeps_what_was_there(engine: Engine, add: Add) -> None:
    """From the one before, with data in it, and back."""
    with transaction(engine) as connection:
        command.downgrade(migration_config(connection), "0002")
        connection.execute(text("INSERT INTO site (key, url) VALUES ('k', 'u')"))
        command.upgrade(migration_config(connection), "head")
        assert connection.scalar(text("SELECT url FROM site")) == "u"
    assert add().id == "1"
