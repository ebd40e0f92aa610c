"""Sightings, steps, suppressions and duties on both databases, and the migration that brought them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from records.duties import DutyAction, DutyEntry
from records.judgement import Finding
from records.nights import NightState
from records.oddities import ColumnItem, Oddity, OddityKind
from records.sightings import Band, FindingStep, Sight, Sighting, Step
from records.verdicts import Severity
from storage.column_items import ColumnItemRepository
from storage.database import migration_config, open_database, transaction
from storage.duties import DutyRepository, UnknownDutyError
from storage.errors import StorageError
from storage.nights import NightRepository
from storage.sightings import SightingRepository
from storage.suppressions import SuppressionRepository

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
DAY = date(2026, 11, 21)
SITE = "www.qinghe.test"
FINDING = Finding("f1", "broken_link", Severity.MAJOR, "http://www.qinghe.test/a", "打不开。")


@pytest.fixture
def tries(engine: Engine) -> SightingRepository:
    return SightingRepository(engine)


def seen(sight: Sight = Sight.FAULT, *, night: int | None = None, at: datetime = NOW) -> Sighting:
    return Sighting("f1", SITE, at, Band.NIGHT, sight, night, told="GET 404")


@pytest.mark.parametrize(
    ("state", "counts", "voided"),
    [
        (NightState.RUNNING, False, False),
        (NightState.PAUSED, False, False),
        (NightState.HEALTHY, True, False),
        (NightState.HELD, False, False),
        (NightState.VOIDED, False, True),
    ],
)
def test_whether_a_try_counts_follows_its_night(
    engine: Engine, tries: SightingRepository, begin: Callable[[], int], state: NightState, counts: bool, voided: bool
) -> None:
    nights = NightRepository(engine)
    night = nights.begin("qinghe", DAY, by="scheduler", now=NOW)
    if state is not NightState.RUNNING:
        nights.set_state(night.id, state, by="scheduler", why="测试", now=NOW)
    audit = begin()
    tries.record(SITE, audit, [(FINDING, seen(night=night.id))])
    (kept,) = tries.sightings((SITE,))
    assert (kept.counts, kept.voided, kept.night, kept.audit, kept.at) == (counts, voided, night.id, audit, NOW)


def test_what_an_audit_said_is_replaced_by_what_it_says(tries: SightingRepository, begin: Callable[[], int]) -> None:
    first, second = begin(), begin()
    tries.record(SITE, first, [(FINDING, seen())])
    tries.record(SITE, second, [(FINDING, seen(Sight.HEALED, at=NOW + timedelta(days=1)))])
    tries.record(SITE, first, [(FINDING, seen(Sight.UNKNOWN))])
    assert [(one.audit, one.sight) for one in tries.sightings()] == [(second, Sight.HEALED), (first, Sight.UNKNOWN)]


def test_a_finding_is_remembered_as_it_was_seen_last_as_a_fault(
    tries: SightingRepository, begin: Callable[[], int]
) -> None:
    later = Finding("f1", "broken_link", Severity.MAJOR, FINDING.subject, "还是打不开。")
    healed = Finding("f1", "broken_link", Severity.MAJOR, FINDING.subject, "好了。")
    tries.record(SITE, begin(), [(later, seen(at=NOW + timedelta(days=1)))])
    tries.record(SITE, begin(), [(FINDING, seen(at=NOW))])
    tries.record(SITE, begin(), [(healed, seen(Sight.HEALED, at=NOW + timedelta(days=2)))])
    (kept,) = tries.watched()
    assert (kept.finding.message, kept.seen_at) == ("还是打不开。", NOW + timedelta(days=1))
    assert tries.watched(("other.test",)) == ()


def test_steps_are_only_ever_added(engine: Engine, tries: SightingRepository) -> None:
    steps = [FindingStep(SITE, "f1", step, "王", NOW, "理由") for step in Step]
    tries.add_steps(steps)
    tries.add_steps([])
    assert tries.steps((SITE,)) == tuple(steps)
    for statement in ("UPDATE finding_step SET why = ''", "DELETE FROM finding_step"):
        with pytest.raises((StorageError, DBAPIError)), transaction(engine) as connection:
            connection.execute(text(statement))
    assert len(tries.steps()) == len(Step)


def test_a_suppression_comes_back_and_is_lifted_once(engine: Engine) -> None:
    kept = SuppressionRepository(engine)
    made = kept.add(site=SITE, check="broken_link", subject="f1", reason="因", owner="王", begins=DAY, ends=DAY)
    assert kept.all((SITE,)) == (made,)
    assert kept.all(("other.test",)) == ()
    lifted = kept.lift(made.id, by="李", why="已修", day=DAY)
    assert (lifted.lifted, lifted.lifted_by, lifted.lifted_why) == (DAY, "李", "已修")
    assert not lifted.holds_on(DAY)
    with pytest.raises(StorageError, match="已由 李"):
        kept.lift(made.id, by="李", why="再", day=DAY)
    with pytest.raises(StorageError, match="没有编号"):
        kept.lift(99, by="李", why="再", day=DAY)
    with pytest.raises(StorageError, match="早于"):
        kept.add(site=SITE, check=None, subject="f1", reason="因", owner="王", begins=DAY, ends=DAY - timedelta(days=1))


def test_a_portal_has_one_open_duty(engine: Engine, begin: Callable[[], int]) -> None:
    duties = DutyRepository(engine)
    audit = begin()

    def opened() -> int:
        return duties.open(
            site=SITE, unit="q", url="http://q.test/", at=NOW, due=DAY, told="403", night=None, audit=audit
        ).id

    assert opened() == opened()
    closed = duties.add(1, DutyEntry(DutyAction.CLOSED, "王", NOW, "好了"))
    assert closed.closed == NOW
    assert opened() == 2
    assert [one.id for one in duties.all()] == [2]
    assert [one.id for one in duties.all(closed=True)] == [1, 2]
    with pytest.raises(StorageError, match="已于"):
        duties.add(1, DutyEntry(DutyAction.LETTER, "王", NOW))
    with pytest.raises(UnknownDutyError):
        duties.load(9)


@pytest.mark.parametrize("simhash", [None, 0, 1, 2**63 - 1, 2**63, 2**64 - 1])
def test_a_fingerprint_of_64_bits_survives(engine: Engine, begin: Callable[[], int], simhash: int | None) -> None:
    """Databases have signed numbers."""
    items, audit = ColumnItemRepository(engine), begin()
    made = ColumnItem("http://q.test/a", "标题", DAY, NOW, audit, simhash, None)
    items.record(SITE, "http://q.test/", [made], [], at=NOW, night_id=None, audit_id=audit, looked=["http://q.test/"])
    assert items.known(SITE, "http://q.test/", besides=0) == {made.url: made}


def test_what_is_known_of_a_column_stays_as_it_was_first(engine: Engine, begin: Callable[[], int]) -> None:
    items = ColumnItemRepository(engine)
    first, second = begin(), begin()
    one = ColumnItem("http://q.test/a", "标题", DAY, NOW, first)
    changed = ColumnItem("http://q.test/a", "改过", None, NOW + timedelta(days=1), second)
    odd = Oddity(OddityKind.EARLY_DATE, "通知", "http://q.test/", "http://q.test/a", "标题", DAY, DAY, DAY)
    items.record(SITE, "http://q.test/", [one], [odd], at=NOW, night_id=None, audit_id=first, looked=["http://q.test/"])
    for _ in range(2):
        items.record(
            SITE, "http://q.test/", [changed], [odd],
            at=NOW + timedelta(days=1), night_id=None, audit_id=second, looked=["http://q.test/"],
        )  # fmt: skip
    assert items.known(SITE, "http://q.test/", besides=second) == {"http://q.test/a": one}
    assert items.known(SITE, "http://q.test/", besides=first) == {}
    assert items.looked_before(SITE, "http://q.test/", besides=second) == NOW
    assert items.looked_before(SITE, "http://q.test/", besides=first) is None
    assert [kept.oddity for kept in items.oddities((SITE,))] == [odd]


def test_a_database_with_data_is_migrated(engine: Engine, database_url: str, begin: Callable[[], int]) -> None:
    """From the state before the nights: audits stay, and every judged one waits to be taken in."""
    audit = begin()
    with transaction(engine) as connection:
        connection.execute(text("UPDATE audit SET judged_at = '2026-11-21T09:00:00+08:00'"))
        command.downgrade(migration_config(connection), "0005")
        columns = connection.execute(text("SELECT id, policy FROM audit")).all()
    assert [row.id for row in columns] == [audit]
    again = open_database(database_url)
    tries = SightingRepository(again)
    assert tries.waiting() == (audit,)
    assert (tries.sightings(), tries.watched_sites(), tries.unproven_audits()) == ((), frozenset(), frozenset())
    tries.record(SITE, audit, [])
    assert tries.waiting() == ()
    again.dispose()
