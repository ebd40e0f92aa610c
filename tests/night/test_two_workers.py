"""Two workers on one database, real processes, both databases: one schedules, and its death costs nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from records.nights import NightState
from services.night.standing import scheduler_lock
from storage.database import open_database
from storage.nights import NightRepository

ROOT = Path(__file__).resolve().parents[2]

# A child that says which portal it was given, takes its time, and ends with its parent as the real one does.
CHILD = """
import json, os, sys, threading, time
job = json.loads(sys.stdin.buffer.readline())["visit"]
book = open(os.environ["BOOK"], "a", buffering=1)
book.write(f"begin {job['url']} {os.getpid()}\\n")
def follow():
    while os.read(0, 4096):
        pass
    book.write(f"orphan {job['url']}\\n")
    os._exit(9)
threading.Thread(target=follow, daemon=True).start()
time.sleep(float(os.environ["SECONDS"]))
counts = {}
end = {"audit_id": None, "paused": False, "stopped_by": None, "counts": counts, "told": "走完"}
book.write(f"end {job['url']}\\n")
print(json.dumps({"end": json.dumps(end)}), flush=True)
os._exit(0)
"""

WORKER = """
import asyncio, signal, sys
from dataclasses import replace
from datetime import timedelta
from chengjian.children import Nursery
from chengjian.night_room import open_night_room
from chengjian.settings import child_environment, read_settings
from chengjian.worker import Worker
room = open_night_room(read_settings(), sys.argv[1])
nursery = Nursery(room.settings.home / "logs" / "children", "nanyang-monthly", child_environment(room.settings), 0.1,
                  command=(sys.executable, sys.argv[2]))
room = replace(room, nursery=nursery, clock=replace(room.clock, tick=0.1, grace=2.0))
async def main():
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await Worker(room, beat_seconds=0.3, stale_after=timedelta(seconds=2)).run(stop)
asyncio.run(main())
"""

UNITS = """format: chengjian.city/1
id: testcity
name: 试验市
short_name: 试验
province: 试验省
units:
  - {id: one, name: 甲县, kind: county, portals: [{url: "http://127.0.0.1:1/"}]}
  - {id: two, name: 乙县, kind: county, portals: [{url: "http://127.0.0.2:1/"}]}
  - {id: three, name: 丙县, kind: county, portals: [{url: "http://127.0.0.3:1/"}]}
"""

WATCH = """format: chengjian.watch/1
windows: [{opens: "00:00", closes: "00:00"}]
run: {parallel: 2, disk_mb: 0}
news: {enabled: false}
resolver: {impossible: ["{token}.invalid"]}
report: {at: 结束即发}
"""


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "units.yml").write_text(UNITS, "utf-8")
    # All day, whatever the hour of the test: two windows that overlap.
    both = '[{opens: "00:00", closes: "13:00"}, {opens: "11:00", closes: "01:00"}]'
    (folder / "watch.yml").write_text(WATCH.replace('[{opens: "00:00", closes: "00:00"}]', both), "utf-8")
    return folder


Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(tmp_path: Path, database_url: str, city: Path) -> Iterator[Start]:
    """A function that starts a worker."""
    child, started = tmp_path / "child.py", []
    child.write_text(CHILD, "utf-8")
    environment = os.environ | {
        "CHENGJIAN_DB": database_url,
        "CHENGJIAN_HOME": str(tmp_path / "home"),
        "BOOK": str(tmp_path / "book"),
        "SECONDS": "2.5",
        "PYTHONPATH": str(ROOT),
    }

    def one() -> "subprocess.Popen[bytes]":
        with (tmp_path / f"worker{len(started)}.err").open("wb") as complaints:
            process = subprocess.Popen(
                [sys.executable, "-c", WORKER, str(city), str(child)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaints, env=environment, cwd=tmp_path,
            )  # fmt: skip
        started.append(process)
        return process

    yield one
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def until(holds: Callable[[], bool], seconds: float = 40) -> None:
    """Wait for something that other processes do."""
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, "nothing happened"
        time.sleep(0.1)


def lines(tmp_path: Path, word: str) -> list[str]:
    book = tmp_path / "book"
    text = book.read_text("utf-8") if book.exists() else ""
    return [line.split()[1] for line in text.splitlines() if line.startswith(f"{word} ")]


@pytest.mark.timeout(180)
def test_one_of_two_workers_watches_and_the_other_takes_over(start: Start, tmp_path: Path, database_url: str) -> None:
    """Started twice, done once; the one that works is killed with -9, and the other finishes the same night."""
    engine = open_database(database_url)
    nights = NightRepository(engine)
    first = start()
    until(lambda: len(lines(tmp_path, "begin")) == 2)
    second = start()
    time.sleep(3)  # longer than a beat and than the staleness: the second must not begin anything
    lock = nights.lock(scheduler_lock("testcity"))
    assert lock is not None
    assert lock.holder.endswith(f":{first.pid}")
    assert len(nights.nights("testcity")) == 1
    until(lambda: len(lines(tmp_path, "begin")) == 3)
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: nights.latest("testcity").state not in (NightState.RUNNING, NightState.PAUSED))  # type: ignore[union-attr]
    (night,) = nights.nights("testcity")
    lock = nights.lock(scheduler_lock("testcity"))
    assert lock is not None
    assert lock.holder.endswith(f":{second.pid}")
    assert night.state is NightState.HEALTHY
    assert {one.state for one in night.visits} == {"done"}
    begun, ended, orphans = (lines(tmp_path, word) for word in ("begin", "end", "orphan"))
    assert sorted(ended) == ["http://127.0.0.1:1/", "http://127.0.0.2:1/", "http://127.0.0.3:1/"]  # each once
    assert len(begun) == len(ended) + len(orphans)  # what the killed one left behind ended with it
    second.terminate()
    assert second.wait(20) == 0
    assert nights.lock(scheduler_lock("testcity")) is None  # in good order: the next one need not wait
    engine.dispose()


@pytest.mark.timeout(120)
def test_a_killed_child_is_replaced(start: Start, tmp_path: Path, database_url: str) -> None:
    """kill -9 of one child: its portal is visited again, the others do not notice."""
    engine = open_database(database_url)
    nights = NightRepository(engine)
    start()
    until(lambda: len(lines(tmp_path, "begin")) >= 1)
    victim = (tmp_path / "book").read_text("utf-8").split()[1:3]
    os.kill(int(victim[1]), signal.SIGKILL)
    until(lambda: (night := nights.latest("testcity")) is not None and night.ended is not None)
    night = nights.latest("testcity")
    assert night is not None
    assert night.state is NightState.HEALTHY
    assert {one.state for one in night.visits} == {"done"}
    assert lines(tmp_path, "begin").count(victim[0]) == 2
    assert lines(tmp_path, "end").count(victim[0]) == 1
    engine.dispose()
