"""The one clock: true, unless a play sets it, and true again afterwards."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from storage.clock import CHINA, now, playing_at

AT = datetime(2026, 3, 4, 20, 30, tzinfo=CHINA)


def _true() -> bool:
    return abs(now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_it_is_true_with_the_offset_of_china() -> None:
    assert _true()
    assert now().utcoffset() == timedelta(hours=8)


def test_a_play_sets_it_for_every_thread_and_only_for_its_block() -> None:
    """The writer of facts runs in a thread of its own: its instants must be those of the play."""
    seen: list[datetime] = []
    with playing_at(AT):
        thread = threading.Thread(target=lambda: seen.append(now()))
        thread.start()
        thread.join()
        with playing_at(AT + timedelta(days=1)):
            seen.append(now())
        seen.append(now())
    offsets = [one - AT for one in seen]
    assert all(timedelta() <= one % timedelta(days=1) < timedelta(seconds=5) for one in offsets)
    assert [one.days for one in offsets] == [0, 1, 0]
    assert _true()


def test_a_play_that_fails_leaves_it_true() -> None:
    with pytest.raises(ValueError, match="broke"), playing_at(AT):
        raise ValueError("broke")
    assert _true()
