"""Migration 0014 over a database that was used before it, on both databases."""

from datetime import UTC, date, datetime

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, text

from records.crawl import CrawlPlan
from records.nights import NightState
from records.watch import WindowScope
from storage.audits import AuditRepository
from storage.database import migration_config, transaction
from storage.nights import NightOpenError, NightRepository

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
DAY = date(2026, 11, 21)
PORTALS = (("a", "http://a.test/"), ("b", "http://b.test/"))


def move(engine: Engine, revision: str) -> None:
    with transaction(engine) as connection:
        config = migration_config(connection)
        (command.upgrade if revision == "head" else command.downgrade)(config, revision)


def test_nights_of_before_go_on_as_nights_of_all_portals(engine: Engine) -> None:
    """A night that was paused by the older program is gone on with, and a look is begun beside it."""
    nights, audits = NightRepository(engine), AuditRepository(engine)
    over = nights.begin("c", DAY, by="scheduler", now=NOW, portals=PORTALS)
    over = nights.set_state(over.id, NightState.HEALTHY, by="scheduler", why="自检合格", now=NOW)
    paused = nights.begin("c", DAY, by="scheduler", now=NOW, portals=PORTALS)
    paused = nights.set_state(paused.id, NightState.PAUSED, by="scheduler", why="窗口已关闭", now=NOW)
    number = audits.begin(CrawlPlan("http://a.test/", "t"), policy="nanyang-monthly", as_of=DAY, program="0")
    move(engine, "0013")
    assert "referrer_look" not in inspect(engine).get_table_names()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM night")) == 2
    move(engine, "head")
    assert nights.nights("c") == (paused, over)
    assert {one.scope for one in nights.nights("c")} == {WindowScope.ALL}
    assert audits.looks(number) == ()
    assert nights.open_night("c") == paused
    with pytest.raises(NightOpenError):
        nights.begin("c", DAY, by="scheduler", now=NOW)
    assert nights.begin("c", DAY, by="scheduler", now=NOW, scope=WindowScope.SUSPECTS).state is NightState.RUNNING


def test_going_back_ends_a_look_that_the_older_program_does_not_know(engine: Engine) -> None:
    """The older program allows one open night: the look is held for a person, and its log says why."""
    nights = NightRepository(engine)
    night = nights.begin("c", DAY, by="scheduler", now=NOW, portals=PORTALS)
    look = nights.begin("c", DAY, by="scheduler", now=NOW, portals=PORTALS[:1], scope=WindowScope.SUSPECTS)
    move(engine, "0013")
    move(engine, "head")
    assert nights.load(night.id) == night
    held = nights.load(look.id)
    assert (held.state, held.ended is not None, held.visits) == (NightState.HELD, True, look.visits)
    assert [(one.number, one.state) for one in nights.log(look.id)] == [(1, NightState.RUNNING), (2, NightState.HELD)]
