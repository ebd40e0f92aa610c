"""Rounds are added to and never changed, a log changed behind our back is seen, the migration goes both ways."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from records.period import Period
from records.registry import UnitKind
from records.rounds import (
    Advanced,
    Confirmed,
    Entry,
    Opened,
    ReviewAsked,
    ReviewDecided,
    ReviewOutcome,
    RoundPlan,
    RoundRow,
    RoundUnit,
    Stage,
    SteppedBack,
)
from storage.database import migration_config, transaction
from storage.rounds import RoundDamagedError, RoundExistsError, RoundRepository, UnknownRoundError

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SCHEME = "format: chengjian.scheme/1\n名: \\u0000 \ud800\n"
ENTRY_KINDS = (Opened, Advanced, SteppedBack, Confirmed, ReviewAsked, ReviewDecided)


def plan(identity: str = "demo-2026Q4-x") -> RoundPlan:
    return RoundPlan(
        id=identity,
        city="demo",
        scheme="x",
        scheme_version="1",
        scheme_sha256="0" * 64,
        period=Period.parse("2026Q4"),
        units=(RoundUnit("east", "东县", UnitKind.COUNTY),),
        rows=(RoundRow("A-1", "甲", (UnitKind.COUNTY,)),),
    )


@pytest.fixture
def rounds(engine: Engine) -> RoundRepository:
    repository = RoundRepository(engine)
    repository.open(plan(), SCHEME, Opened("甲", AT, "说明"))
    return repository


def forward(_stored: object) -> Entry:
    return Advanced("乙", AT, Stage.VERIFYING)


def test_a_round_comes_back_as_it_was(rounds: RoundRepository) -> None:
    rounds.append(plan().id, forward)
    stored = rounds.load(plan().id)
    assert stored.plan == plan()
    assert stored.scheme_text == SCHEME
    assert stored.entries == (Opened("甲", AT, "说明"), Advanced("乙", AT, Stage.VERIFYING))
    assert rounds.ids() == rounds.ids("demo") == (plan().id,)
    assert rounds.ids("other") == ()


def test_every_kind_of_entry_is_kept_exactly(
    rounds: RoundRepository, arbitrary: Callable[[Any], st.SearchStrategy[Any]]
) -> None:
    """Reasons in any characters, days, hashes, new values: nothing is lost between program and database."""
    decided = st.builds(
        ReviewDecided,
        by=arbitrary(str),
        at=arbitrary(datetime),
        unit=arbitrary(str),
        indicator=arbitrary(str),
        outcome=st.sampled_from(ReviewOutcome),
        reason=arbitrary(str),
        value=st.sampled_from([None, True, 3, 0.004, ["a"], {"dishonest": 0}]),
    )
    kinds = [arbitrary(kind) for kind in ENTRY_KINDS if kind is not ReviewDecided]

    @given(st.one_of(decided, *kinds))
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    def kept(entry: Entry) -> None:
        rounds.append(plan().id, lambda _stored: entry)
        assert rounds.load(plan().id).entries[-1] == entry

    kept()


def test_a_round_is_opened_once(rounds: RoundRepository) -> None:
    with pytest.raises(RoundExistsError, match="已经建立"):
        rounds.open(plan(), SCHEME, Opened("乙", AT))
    assert rounds.load(plan().id).entries[0].by == "甲"


def test_a_round_that_is_not_there_is_said(rounds: RoundRepository) -> None:
    with pytest.raises(UnknownRoundError, match="没有评价轮次"):
        rounds.load("other")
    with pytest.raises(UnknownRoundError, match="没有评价轮次"):
        rounds.append("other", forward)


def test_what_may_not_be_done_writes_nothing(rounds: RoundRepository) -> None:
    """The rule is asked inside the unit of work: its refusal leaves the log as it was."""

    def refuse(_stored: object) -> Entry:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        rounds.append(plan().id, refuse)
    assert len(rounds.load(plan().id).entries) == 1


def test_two_who_add_at_once_wait_for_each_other(rounds: RoundRepository) -> None:
    """Each sees what the other wrote before it decides: eight entries, numbered without gap, chain unbroken."""
    seen: list[int] = []

    def add() -> None:
        def make(stored: Any) -> Entry:
            seen.append(len(stored.entries))
            return SteppedBack("乙", AT, Stage.COLLECTING, "x")

        for _ in range(2):
            rounds.append(plan().id, make)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(1, 9))
    assert len(rounds.load(plan().id).entries) == 9


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE round_entry SET \"by\" = 'x'",
        "DELETE FROM round_entry",
        "UPDATE evaluation_round SET period = '2026'",
        "DELETE FROM evaluation_round",
    ],
)
def test_the_database_itself_refuses_a_change(rounds: RoundRepository, statement: str) -> None:
    """Whoever opens the database by hand is stopped, too."""
    with pytest.raises(DBAPIError, match="never changed or deleted"), rounds.engine.begin() as connection:
        connection.execute(text(statement))
    assert len(rounds.load(plan().id).entries) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE round_entry SET fact = (SELECT fact FROM round_entry WHERE number = 1) WHERE number = 2",
        "UPDATE round_entry SET action = 'confirmed' WHERE number = 2",
        "UPDATE round_entry SET sha256 = '00' WHERE number = 2",
        "DELETE FROM round_entry WHERE number = 2",
        "DELETE FROM round_entry",
        "UPDATE round_entry SET fact = plan FROM evaluation_round WHERE number = 1",
        "UPDATE evaluation_round SET plan = fact FROM round_entry WHERE number = 1",
        "UPDATE evaluation_round SET scheme_text = plan",
    ],
)
def test_a_change_behind_our_back_is_seen(rounds: RoundRepository, change: str) -> None:
    """Whoever takes the guards away first is found out by the chain of hashes."""
    rounds.append(plan().id, forward)
    rounds.append(plan().id, lambda _stored: SteppedBack("乙", AT, Stage.COLLECTING, "有误"))
    _unguard(rounds.engine)
    with rounds.engine.begin() as connection:
        connection.execute(text(change))
    with pytest.raises(RoundDamagedError, match="备份"):
        rounds.load(plan().id)


def _unguard(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            for table in ("evaluation_round", "round_entry"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            return
        for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))


def test_the_migration_goes_there_and_back_with_data(engine: Engine) -> None:
    """From 0003 with rows in it to 0004, back and again: what was there stays, and rounds work after it."""
    with transaction(engine) as connection:
        connection.execute(text("INSERT INTO site (key, url) VALUES ('k', 'http://k.test/')"))
        command.downgrade(migration_config(connection), "0003")
    assert "round_entry" not in inspect(engine).get_table_names()
    for _ in range(2):
        with transaction(engine) as connection:
            command.upgrade(migration_config(connection), "0004")
        rounds = RoundRepository(engine)
        rounds.open(plan(), SCHEME, Opened("甲", AT))
        assert rounds.append(plan().id, forward).entries[1].by == "乙"
        with transaction(engine) as connection:
            command.downgrade(migration_config(connection), "0003")
            assert connection.scalar(text("SELECT count(*) FROM site")) == 1


def test_a_deadline_is_kept_as_a_day(rounds: RoundRepository) -> None:
    """A later calendar must not move the term of a unit."""
    entry = Advanced("乙", AT, Stage.FEEDBACK, delivered=date(2026, 11, 23), deadline=date(2026, 11, 30))
    rounds.append(plan().id, lambda _stored: entry)
    assert rounds.load(plan().id).entries[1] == entry
