"""Opened runs in memory: opened once, bounded, and what is worked out in the background."""

import contextvars
import gc
import threading

import pytest

from services.memo import Memo
from services.overview import CellLook, middle, spread
from services.row_view import moved_by, row_view, unit_view
from services.run_shelf import PATIENCE, RunShelf, StillOpeningError
from tests.bridge.watch_builder import finding
from tests.runs.run_builder import Round, site

STALE = finding("stale_column", site("liuwan") + "zwgk/tzgg/")


def test_the_least_lately_asked_for_goes_first() -> None:
    """The memory is bounded by weight, and what was asked for again stays."""
    made: list[str] = []
    memo: Memo[str, str] = Memo(4, len)

    def ask(key: str) -> str:
        return memo.get(key, lambda: made.append(key) or key)

    for key in ("aa", "bb", "aa", "cc", "aa", "bb"):
        ask(key)
    assert made == ["aa", "bb", "cc", "bb"]


def test_a_failure_is_told_and_not_kept() -> None:
    """The next who asks tries again."""
    memo: Memo[str, int] = Memo(4)
    with pytest.raises(ZeroDivisionError):
        memo.get("a", lambda: 1 // 0)
    assert memo.get("a", lambda: 7) == 7


def test_two_who_ask_at_once_have_it_made_once() -> None:
    """A run of seconds is not opened twice because two people came at the same moment."""
    memo: Memo[str, int] = Memo(4)
    began, go_on = threading.Event(), threading.Event()
    made: list[int] = []

    def slow() -> int:
        began.set()
        go_on.wait(10)
        made.append(1)
        return 1

    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(memo.get("a", slow))) for _ in range(3)]
    for one in threads:
        one.start()
    began.wait(10)
    go_on.set()
    for one in threads:
        one.join(10)
    assert (made, answers) == ([1], [1, 1, 1])


def test_a_run_leads_from_evidence_to_points_and_back(round_: Round) -> None:
    """The finding behind a lost row is found from the row, and the row from the finding; nobody else's."""
    for unit in ("qinghe", "yantang"):
        round_.audit(unit)
    round_.audit("liuwan", STALE)
    made = round_.score()
    shelf = RunShelf(round_.runs)
    run = shelf.open(made.head.id)
    assert shelf.open(made.head.id) is run
    (moved,) = moved_by(run, "finding", STALE.id)
    assert (moved.unit.id, moved.row.id, moved.counted, str(moved.lost)) == ("liuwan", "NYC-05", True, "2.00")
    view = row_view(run, run.units["liuwan"], "NYC-05", blind=False)
    assert (view.look, [one.ref for one in view.value.evidence]) == (CellLook.BAD, [STALE.id])
    assert view.doubt is not None
    assert row_view(run, run.units["liuwan"], "NYC-05", blind=True).doubt is None
    shelf.close()


def test_a_unit_is_not_told_the_value_of_a_peer(round_: Round) -> None:
    """What a ranked row can gain is told with the value to reach, but not to the unit: that is another's filing."""
    for number, unit in enumerate(("qinghe", "liuwan", "yantang")):
        round_.audit(unit)
        round_.file(unit, {"NYC-06": number / 10 + 0.0123})
    run = RunShelf(round_.runs).open(round_.score().head.id)
    unit = run.units["yantang"]
    told = {row.id: gain.how for row, gain in unit_view(run, unit, blind=False).gains}
    blind = {row.id: gain.how for row, gain in unit_view(run, unit, blind=True).gains}
    assert "0.1123" in told["NYC-06"]
    assert "0.1123" not in blind["NYC-06"]
    assert "0.0123" not in blind["NYC-06"]


def test_spread_and_middle() -> None:
    """Buckets have no gap, also below nought; each quartile is a total that some unit has."""
    from decimal import Decimal

    buckets = spread([Decimal("-1"), Decimal("4.99"), Decimal("5"), None, Decimal("17")])
    assert [(one.low, one.high, one.units) for one in buckets] == [
        (-5, 0, 1),
        (0, 5, 1),
        (5, 10, 1),
        (10, 15, 0),
        (15, 20, 1),
    ]
    assert spread([None]) == ()
    assert middle([]) is None
    known = middle([Decimal(n) for n in (9, 1, 5)])
    assert known is not None
    assert (known.low, known.median, known.high) == (1, 5, 9)


def test_who_has_no_patience_is_told_that_a_run_is_being_opened(round_: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page does not wait seconds for a large run; the run is opened all the same, once, and found open later."""
    made = round_.score()
    shelf = RunShelf(round_.runs)
    began, go_on = threading.Event(), threading.Event()
    load = round_.runs.load
    loads: list[str] = []

    def slow(run_id: str) -> object:
        loads.append(run_id)
        began.set()
        assert go_on.wait(30)
        return load(run_id)

    monkeypatch.setattr(type(round_.runs), "load", lambda _self, run_id: slow(run_id))
    context = contextvars.copy_context()
    context.run(PATIENCE.set, 0.01)
    with pytest.raises(StillOpeningError):
        context.run(shelf.open, made.head.id)
    assert began.wait(30)
    go_on.set()
    run = shelf.open(made.head.id)
    assert context.run(shelf.open, made.head.id) is run
    assert loads == [made.head.id]
    assert gc.isenabled()
    shelf.close()
