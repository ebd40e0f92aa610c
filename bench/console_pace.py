"""Visiting pages in mixed order, often enough that a p95 is one, and telling which of them miss the goal.

Wall time is what somebody waits here and now; CPU time is what a page costs this process, whatever else runs on the
machine, and the least that it can take anywhere.  A page that misses by CPU misses on a quiet machine too; one that
misses by wall time alone was kept waiting by something else.
"""

import gc
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import psutil
from sqlalchemy import Engine, event
from starlette.testclient import TestClient

LIMIT_MS: Final = 200


@dataclass(slots=True)
class Paced:
    """What the visits of one page took, in milliseconds; the first visit apart."""

    path: str
    first: float = 0.0
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    collecting: float = 0.0  # the longest time that one visit spent in the garbage collector
    statements: int = 0  # of the visit that asked most
    size: int = 0  # bytes
    server: float = 0.0  # CPU time of the database's own processes for all visits; its clock ticks every 10 ms

    @property
    def misses(self) -> str:
        """How the page misses the goal; empty where it keeps it."""
        by_cpu, by_wall = p95(self.cpu) > LIMIT_MS, p95(self.wall) > LIMIT_MS
        return "MISSES (CPU)" if by_cpu else "misses (wall alone)" if by_wall else ""


def p95(spent: Sequence[float]) -> float:
    return statistics.quantiles(spent, n=20, method="inclusive")[-1]


def pace(
    readers: Sequence[tuple[TestClient, Sequence[str]]],
    engines: Sequence[Engine],
    times: int,
    *,
    server: Callable[[], float] = lambda: 0.0,
    seed: int = 7,
) -> list[Paced]:
    """Have each reader visit its pages once, then ``times`` times, all of them in ever new order.

    ``server``: the CPU time of the database's processes until now, in milliseconds.
    """
    draw = random.Random(seed)
    visits = [(client, path) for client, paths in readers for path in paths]
    paced = {path: Paced(path) for _, path in visits}
    with _counted(engines) as asked, _collected() as collecting:
        for turn in range(times + 1):
            for client, path in draw.sample(visits, len(visits)):
                asked[0], collecting[0], served = 0, 0.0, server()
                began, worked = time.perf_counter(), time.process_time()
                answer = client.get(path)
                wall, cpu = 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)
                if answer.status_code not in (200, 202):  # 202: what takes long is being made meanwhile
                    raise SystemExit(f"{path}: {answer.status_code} {answer.text[:500]}")
                one = paced[path]
                one.statements, one.size = max(one.statements, asked[0]), len(answer.content)
                if not turn:
                    one.first = wall
                    continue
                one.wall.append(wall)
                one.cpu.append(cpu)
                one.server += server() - served
                one.collecting = max(one.collecting, collecting[0])
    return list(paced.values())


def tell(paced: Sequence[Paced], name: str = "") -> int:
    """Print a line for each page and which of them miss; how many miss by CPU."""
    out = sys.stdout.write
    width = max(len(one.path) for one in paced)
    out(
        f"\n{name or 'page':{width}}  {'wall: first':>11} {'median':>7} {'p95':>7} {'worst':>7}   "
        f"{'CPU: median':>11} {'p95':>7} {'worst':>7}  {'GC':>5}  {'server':>6}  {'SQL':>4} {'kB':>5}\n"
    )
    for one in paced:
        out(
            f"{one.path:{width}}  {one.first:11.0f} {statistics.median(one.wall):7.0f} {p95(one.wall):7.0f} "
            f"{max(one.wall):7.0f}   {statistics.median(one.cpu):11.0f} {p95(one.cpu):7.0f} {max(one.cpu):7.0f}  "
            f"{one.collecting:5.0f}  {one.server / len(one.wall):6.0f}  {one.statements:4} {one.size / 1024:5.0f}  "
            f"{one.misses}\n"
        )
    times = len(paced[0].wall)
    late = [one for one in paced if one.misses]
    by_cpu = sum(p95(one.cpu) > LIMIT_MS for one in late)
    out(
        f"{times} visits a page, mixed; p95 over {LIMIT_MS} ms: {by_cpu} of {len(paced)} by CPU time, "
        f"{sum(p95(one.wall) > LIMIT_MS for one in late)} by wall time\n"
    )
    return by_cpu


def server_of(engine: Engine) -> Callable[[], float]:
    """What counts the CPU time of PostgreSQL's processes, where it runs on this machine; nought for SQLite."""
    if engine.dialect.name == "sqlite":
        return lambda: 0.0
    with engine.connect() as connection:
        backend = psutil.Process(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
    postmaster = backend.parent()

    def spent() -> float:
        if postmaster is None:
            return 0.0
        own = postmaster.cpu_times()
        seconds = own.children_user + own.children_system  # of those that ended, such as parallel workers
        for child in postmaster.children():
            with suppress(psutil.NoSuchProcess):
                times = child.cpu_times()
                seconds += times.user + times.system
        return 1000 * seconds

    return spent


@contextmanager
def _counted(engines: Sequence[Engine]) -> Iterator[list[int]]:
    asked = [0]

    def count(*_: Any) -> None:
        asked[0] += 1

    for engine in engines:
        event.listen(engine, "before_cursor_execute", count)
    try:
        yield asked
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", count)


@contextmanager
def _collected() -> Iterator[list[float]]:
    """Milliseconds spent in the garbage collector since the value was set to nought."""
    spent, began = [0.0], 0.0

    def note(phase: str, _info: dict[str, int]) -> None:
        nonlocal began
        if phase == "start":
            began = time.perf_counter()
        else:
            spent[0] += 1000 * (time.perf_counter() - began)

    gc.callbacks.append(note)
    try:
        yield spent
    finally:
        gc.callbacks.remove(note)
