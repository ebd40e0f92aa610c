"""Children that are forked off a loaded process: what they answer, and what is said when one of them is killed."""

import os
import signal
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from chengjian.children import Nursery, ProcessChild
from chengjian.forking import Forked
from chengjian.settings import child_environment, read_settings
from records.watch import Pace
from services.night.hours import SHANGHAI, Stop

FAST, SLOW = Pace(200.0, 4, 100, 1.0), Pace(1.0, 1, 100, 1.0)
LINKS = "".join(f"<a href='/{number}.html'>第{number}号通知</a>" for number in range(40))


def stop(url: str, pace: Pace = FAST) -> Stop:
    return Stop("jia", "甲县", url, pace, datetime.now(SHANGHAI) + timedelta(hours=1), date(2026, 11, 21), url)


@pytest.fixture
async def nursery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Nursery]:
    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path / "home"))
    kept = Nursery(tmp_path / "children", "nanyang-monthly", child_environment(read_settings()), 0.0, render="never")
    yield kept
    await kept.dismiss()


def mother_of(child: ProcessChild) -> psutil.Process:
    found = psutil.Process(child.pid).parent()
    assert found is not None
    return found


async def test_a_child_answers_as_one_that_was_started_anew(nursery: Nursery, web: Callable[..., Any]) -> None:
    """The answer, the standard streams and the session are those of a process of its own."""
    url = web().url
    child = await nursery.visit(stop(url), 1)
    assert os.getsid(child.pid) == child.pid
    how = await child.wait()
    assert how.end is not None
    assert (how.end.audit_id, how.end.paused) == (1, False)
    assert isinstance(child.process, Forked)
    assert 0 < child.process.cpu < 30


async def test_all_children_have_one_mother_and_each_its_own_answer(nursery: Nursery, web: Callable[..., Any]) -> None:
    """A wrong address ends in a word for the user; a child beside it is not touched."""
    good = await nursery.visit(stop(web({"/": (200, LINKS.encode())}).url, SLOW), 1)
    wrong = await nursery.visit(stop("ftp://x/"), 1)
    assert mother_of(good) == mother_of(wrong)
    how = await wrong.wait()
    assert (how.end, how.lasting) == (None, True)
    assert "不是网站地址" in how.told
    good.stop()
    paused = await good.wait()
    assert paused.end is not None
    assert paused.end.paused


async def test_a_child_that_was_killed_is_told_by_its_signal(nursery: Nursery, web: Callable[..., Any]) -> None:
    child = await nursery.visit(stop(web({"/": (200, LINKS.encode())}).url, SLOW), 1)
    child.kill()
    how = await child.wait()
    assert (how.end, how.lasting) == (None, False)
    assert "SIGKILL" in how.told


async def test_when_the_mother_is_killed_children_go_on_and_the_next_has_a_new_one(
    nursery: Nursery, web: Callable[..., Any]
) -> None:
    """Its death costs nobody a visit."""
    url = web({"/": (200, LINKS.encode())}).url
    first = await nursery.visit(stop(url, SLOW), 1)
    mother = mother_of(first)
    mother.send_signal(signal.SIGKILL)
    second = await nursery.visit(stop(web().url), 1)
    assert mother_of(second) != mother
    how = await second.wait()
    assert how.end is not None
    assert not how.end.paused
    assert psutil.pid_exists(first.pid)
    first.stop()
    left = await first.wait()
    assert left.end is not None
    assert left.end.paused


async def test_dismissed_it_leaves_no_process_behind(nursery: Nursery) -> None:
    """After a night nothing of it stays in memory."""
    child = await nursery.visit(stop("ftp://x/"), 1)
    mother = mother_of(child)
    await child.wait()
    await nursery.dismiss()
    assert not mother.is_running()
