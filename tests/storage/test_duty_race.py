"""Two processes at one duty: two schedulers, or a person beside a night."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

from sqlalchemy import Engine

from records.duties import DutyAction, DutyEntry
from storage.duties import DutyRepository
from storage.errors import StorageError

SITE = "www.qinghe.test"
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
AT_ONCE = 6


def at_once(engine: Engine, act: Callable[[DutyRepository], int]) -> list[int]:
    """What that many connections answer when they begin together."""
    begin = Barrier(AT_ONCE)

    def one(_: int) -> int:
        begin.wait(30)
        return act(DutyRepository(engine))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_a_portal_gets_one_duty_and_it_is_closed_once(engine: Engine, begin: Callable[[], int]) -> None:
    """Taking in the same wall in two processes makes one letter to the office and not two."""
    audit = begin()

    def opened(duties: DutyRepository) -> int:
        day = date(2026, 11, 30)
        return duties.open(
            site=SITE, unit="q", url="http://q.test/", at=NOW, due=day, told="403", night=None, audit=audit
        ).id

    def closed(duties: DutyRepository) -> int:
        try:
            return len(duties.add(1, DutyEntry(DutyAction.CLOSED, "王", NOW, "好了")).entries)
        except StorageError:
            return 0

    assert set(at_once(engine, opened)) == {1}
    assert sorted(at_once(engine, closed)) == [0] * (AT_ONCE - 1) + [2]
    [kept] = DutyRepository(engine).all(closed=True)
    assert [one.action for one in kept.entries] == [DutyAction.OPENED, DutyAction.CLOSED]
