"""Nights: one at a time for a city, judged by the program or by a person with a reason, and never forgotten."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from records.nights import HealthCheck, Night, NightState, PortalVisit
from records.watch import WindowScope
from storage.audits import AuditRepository
from storage.database import transaction
from storage.errors import StorageError
from storage.nights import MOVES, NightMoveError, NightOpenError, NightRepository, UnknownNightError
from storage.sightings import SightingRepository

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
DAY = date(2026, 11, 21)
PORTALS = (("a", "http://a.test/"), ("b", "http://b.test/"), ("b", "http://b.test/en/"))


@pytest.fixture
def nights(engine: Engine) -> NightRepository:
    return NightRepository(engine)


def begin(nights: NightRepository, city: str = "qinghe") -> Night:
    return nights.begin(city, DAY, by="scheduler", now=NOW, portals=PORTALS)


def test_a_night_comes_back_as_it_was_begun(nights: NightRepository) -> None:
    begun = begin(nights)
    assert begun.state is NightState.RUNNING
    assert (begun.city, begun.day, begun.began, begun.ended, begun.by) == ("qinghe", DAY, NOW, None, "scheduler")
    assert [(one.unit, one.url, one.state, one.audit) for one in begun.visits] == [
        (unit, url, "waiting", None) for unit, url in PORTALS
    ]
    assert nights.load(begun.id) == begun == nights.latest("qinghe") == nights.open_night("qinghe")


@pytest.mark.parametrize("state", [NightState.RUNNING, NightState.PAUSED])
def test_a_second_night_of_a_city_is_refused_while_one_is_open(nights: NightRepository, state: NightState) -> None:
    """Two passes at once would double the load on every office and count each fault twice."""
    begun = begin(nights)
    if state is NightState.PAUSED:
        nights.set_state(begun.id, state, by="scheduler", why="时段结束", now=NOW)
    with pytest.raises(NightOpenError, match=f"第 {begun.id} 夜"):
        begin(nights)
    assert begin(nights, "jiyuan").city == "jiyuan"
    nights.set_state(begun.id, NightState.VOIDED, by="scheduler", why="网络中断", now=NOW)
    assert begin(nights).id > begun.id


def test_of_many_that_begin_at_once_one_gets_the_night(nights: NightRepository) -> None:
    """However many schedulers are started."""
    got: list[object] = []

    def attempt() -> None:
        try:
            got.append(begin(nights))
        except NightOpenError as error:
            got.append(error)

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [isinstance(one, Night) for one in got].count(True) == 1
    assert len(got) == 4
    assert len(nights.nights()) == 1


def test_the_database_itself_refuses_a_second_open_night(nights: NightRepository, engine: Engine) -> None:
    begin(nights)
    with pytest.raises(StorageError), transaction(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO night (city, day, state, began, by, told)"
                " VALUES ('qinghe', '2026-11-21', 'paused', 'x', 'x', '')"
            )
        )


def test_a_look_at_suspects_is_open_beside_a_night_and_only_one(nights: NightRepository) -> None:
    """The look in office hours does not wait for a night that was paused; two looks would visit a portal twice."""
    night = begin(nights)
    nights.set_state(night.id, NightState.PAUSED, by="scheduler", why="窗口已关闭", now=NOW)
    look = nights.begin("qinghe", DAY, by="scheduler", now=NOW, portals=PORTALS[:1], scope=WindowScope.SUSPECTS)
    assert look.scope is WindowScope.SUSPECTS
    assert nights.open_night("qinghe") == nights.load(night.id)
    assert nights.open_night("qinghe", WindowScope.SUSPECTS) == look
    with pytest.raises(NightOpenError):
        nights.begin("qinghe", DAY, by="scheduler", now=NOW, scope=WindowScope.SUSPECTS)
    nights.set_state(look.id, NightState.HEALTHY, by="scheduler", why="自检合格", now=NOW)
    assert nights.open_night("qinghe", WindowScope.SUSPECTS) is None
    assert nights.load(night.id).state is NightState.PAUSED


def test_a_visit_goes_on_with_its_audit(nights: NightRepository, audits: AuditRepository, begin_audit: int) -> None:
    begun = begin(nights)
    running = PortalVisit("a", "http://a.test/", begin_audit, "running", NOW)
    nights.visit(begun.id, running)
    nights.visit(begun.id, PortalVisit("c", "http://c.test/", None, "failed", NOW, NOW, "登记表外"))
    assert nights.load(begun.id).visits[0] == running
    assert nights.load(begun.id).visits[3].told == "登记表外"
    assert SightingRepository(nights.engine).night_of(begin_audit) == begun.id
    audits.delete(begin_audit)
    assert nights.load(begun.id).visits[0].audit is None


@pytest.fixture
def begin_audit(begin: object) -> int:
    assert callable(begin)
    return int(begin())


def test_planning_again_adds_only_what_is_new(nights: NightRepository) -> None:
    begun = begin(nights)
    nights.visit(begun.id, PortalVisit("a", "http://a.test/", None, "done", NOW, NOW))
    again = nights.plan_visits(begun.id, (*PORTALS, ("d", "http://d.test/")))
    assert [(one.unit, one.state) for one in again.visits] == [
        ("a", "done"),
        ("b", "waiting"),
        ("b", "waiting"),
        ("d", "waiting"),
    ]


def test_checks_are_kept_beside_each_other(nights: NightRepository, engine: Engine) -> None:
    """What was asked about ourselves is evidence too: no answer replaces another, and the database refuses it."""
    begun = begin(nights)
    checks = (
        HealthCheck("canary_up", False, "没有答复", NOW),
        HealthCheck("canary_up", True, "有答复", NOW + timedelta(minutes=1)),
        HealthCheck("pages_brake", False, "只看了平常的 60%", NOW, voids=False),
    )
    nights.add_checks(begun.id, checks[:2])
    nights.add_checks(begun.id, checks[2:])
    nights.add_checks(begun.id, ())
    assert nights.load(begun.id).checks == checks
    for statement in ("UPDATE health_check SET passed = passed", "DELETE FROM night_entry"):
        with pytest.raises((StorageError, DBAPIError)), transaction(engine) as connection:
            connection.execute(text(statement))


@pytest.mark.parametrize("before", list(NightState))
@pytest.mark.parametrize("after", list(NightState))
def test_a_night_moves_only_where_it_may(nights: NightRepository, before: NightState, after: NightState) -> None:
    begun = begin(nights)
    if before is not NightState.RUNNING:
        nights.set_state(begun.id, before, by="scheduler", why="测试", now=NOW)
    if after in MOVES[before]:
        moved = nights.set_state(begun.id, after, by="王", why="理由", now=NOW + timedelta(hours=1))
        assert (moved.state, moved.told) == (after, "理由")
        assert nights.log(begun.id)[-1].by == "王"
    else:
        with pytest.raises(NightMoveError):
            nights.set_state(begun.id, after, by="王", why="理由", now=NOW)
        assert nights.load(begun.id).state is before


def test_a_night_ends_once(nights: NightRepository) -> None:
    """A later word of a person changes whether it counts, not when it was."""
    begun = begin(nights)
    held = nights.set_state(begun.id, NightState.HELD, by="scheduler", why="少了一半", now=NOW + timedelta(hours=9))
    free = nights.judge(begun.id, NightState.HEALTHY, by="王", why="门户改版", now=NOW + timedelta(days=2))
    assert held.ended == free.ended == NOW + timedelta(hours=9)
    assert [(one.number, one.state, one.why) for one in nights.log(begun.id)] == [
        (1, NightState.RUNNING, "开始"),
        (2, NightState.HELD, "少了一半"),
        (3, NightState.HEALTHY, "门户改版"),
    ]


@pytest.mark.parametrize(("by", "why"), [("", "理由"), ("王", "  "), (" ", "")])
def test_a_person_gives_name_and_reason(nights: NightRepository, by: str, why: str) -> None:
    begun = begin(nights)
    nights.set_state(begun.id, NightState.HELD, by="scheduler", why="少", now=NOW)
    with pytest.raises(NightMoveError, match="理由"):
        nights.judge(begun.id, NightState.HEALTHY, by=by, why=why, now=NOW)
    assert nights.load(begun.id).state is NightState.HELD


def test_a_running_night_can_be_voided_and_not_released(nights: NightRepository) -> None:
    begun = begin(nights)
    with pytest.raises(NightMoveError, match="没有结束"):
        nights.judge(begun.id, NightState.HEALTHY, by="王", why="看过了", now=NOW)
    voided = nights.judge(begun.id, NightState.VOIDED, by="王", why="停电", now=NOW)
    assert (voided.state, voided.ended) == (NightState.VOIDED, NOW)


def test_nights_are_listed_newest_first(nights: NightRepository) -> None:
    first = begin(nights)
    nights.set_state(first.id, NightState.HEALTHY, by="scheduler", why="正常", now=NOW)
    second = begin(nights)
    other = begin(nights, "jiyuan")
    assert [one.id for one in nights.nights()] == [other.id, second.id, first.id]
    assert [one.id for one in nights.nights("qinghe", limit=1)] == [second.id]
    assert nights.latest("qinghe") == second
    assert nights.latest("nowhere") is None
    assert nights.states() == {
        first.id: NightState.HEALTHY,
        second.id: NightState.RUNNING,
        other.id: NightState.RUNNING,
    }


def test_an_unknown_night_is_told(nights: NightRepository) -> None:
    for call in (nights.load, lambda one: nights.add_checks(one, ()), lambda one: nights.plan_visits(one, PORTALS)):
        with pytest.raises(UnknownNightError, match="99"):
            call(99)


STALE = timedelta(seconds=60)


def test_one_holder_at_a_time(nights: NightRepository) -> None:
    """One scheduler, however many are started; a dead one is followed after its silence."""
    assert nights.take_lock("scheduler", "a", now=NOW, stale_after=STALE)
    assert not nights.take_lock("scheduler", "b", now=NOW + STALE / 2, stale_after=STALE)
    assert nights.beat("scheduler", "a", now=NOW + STALE / 2)
    assert not nights.take_lock("scheduler", "b", now=NOW + STALE, stale_after=STALE)
    assert nights.take_lock("scheduler", "b", now=NOW + STALE * 3 / 2, stale_after=STALE)
    assert not nights.beat("scheduler", "a", now=NOW + STALE * 2)
    nights.drop_lock("scheduler", "a")
    held = nights.lock("scheduler")
    assert held is not None
    assert (held.holder, held.since, held.beat) == ("b", NOW + STALE * 3 / 2, NOW + STALE * 3 / 2)
    nights.drop_lock("scheduler", "b")
    assert nights.lock("scheduler") is None


def test_the_holder_keeps_its_lock_by_taking_it_again(nights: NightRepository) -> None:
    nights.take_lock("scheduler", "a", now=NOW, stale_after=STALE)
    assert nights.take_lock("scheduler", "a", now=NOW + STALE * 9, stale_after=STALE)
    held = nights.lock("scheduler")
    assert held is not None
    assert held.since == NOW


def test_a_mark_says_when_something_happened_last(nights: NightRepository) -> None:
    assert nights.marked("digest:qinghe") is None
    nights.mark("digest:qinghe", now=NOW, told="3 项新发现")
    nights.mark("digest:qinghe", now=NOW + timedelta(days=1))
    found = nights.marked("digest:qinghe")
    assert found is not None
    assert (found.at, found.told) == (NOW + timedelta(days=1), "")


def test_an_instant_without_an_offset_is_refused(nights: NightRepository) -> None:
    with pytest.raises(ValueError, match="naive"):
        nights.begin("qinghe", DAY, by="scheduler", now=datetime(2026, 11, 21))  # noqa: DTZ001
