"""Starts and watches the child processes of a night."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
import psutil

from records.visits import VisitEnd
from services.night.children import ChildEnd
from services.night.hours import Stop
from storage.encoding import from_json

_TAIL: Final = 4096  # bytes of a child's complaints that are looked at
_KEPT_SECONDS: Final = 30 * 86400


class ProcessChild:
    """One child process in a session of its own, so that what it started ends with it."""

    def __init__(self, process: asyncio.subprocess.Process, complaints: Path) -> None:
        self._process = process
        self._complaints = complaints

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait(self) -> ChildEnd:
        assert self._process.stdout is not None  # noqa: S101  started with a pipe
        answer = await self._process.stdout.read()
        status = await self._process.wait()
        self._end_group()  # a browser that outlived its child
        if self._process.stdin is not None:
            self._process.stdin.close()
        return self._read(answer, status)

    def _read(self, answer: bytes, status: int) -> ChildEnd:
        try:
            said = orjson.loads(answer.strip().rpartition(b"\n")[2]) if answer.strip() else None
            if isinstance(said, dict) and "end" in said:
                return ChildEnd(from_json(VisitEnd, said["end"].encode()))
            if isinstance(said, dict) and "told" in said:
                return ChildEnd(None, str(said["told"]), bool(said.get("lasting")))
        except (ValueError, TypeError, KeyError):
            pass  # half an answer of a process that died while it spoke
        return ChildEnd(None, _death(status, _last_line(self._complaints)))

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()

    def kill(self) -> None:
        self._end_group()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def _end_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def memory_mb(self) -> float:
        try:
            own = psutil.Process(self.pid)
            return sum(_resident(one) for one in (own, *own.children(recursive=True))) / 2**20
        except psutil.Error:
            return 0.0


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _death(status: int, complaint: str) -> str:
    how = f"被信号 {signal.Signals(-status).name} 终止" if status < 0 else f"以状态 {status} 退出"
    return f"子进程{how}" + (f"（{complaint}）" if complaint else "")


def _last_line(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _TAIL))
            lines = file.read().decode("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""
    return " ".join(lines[-1].split())[:200] if lines else ""


@dataclass(frozen=True, slots=True)
class Nursery:
    """Starts children with one environment and one folder for their complaints."""

    folder: Path
    policy: str
    environment: Mapping[str, str]  # with the database: an argument could be read by every user of the machine
    recheck_after: float
    command: Sequence[str] = (sys.executable, "-m", "chengjian.night_child")
    render: str = "auto"

    async def visit(self, stop: Stop, night: int) -> ProcessChild:
        """A child that visits one portal.  ``OSError`` where it cannot be started."""
        minutes = max(0.01, min(stop.pace.max_minutes, 24 * 60.0))
        job = {
            "unit": stop.unit,
            "url": stop.url,
            "night": night,
            "options": {
                "policy": self.policy,
                "max_pages": stop.pace.max_pages,
                "max_minutes": minutes,
                "rate": stop.pace.rate,
                "concurrency": stop.pace.concurrency,
                "render": self.render,
                "recheck_after": self.recheck_after,
            },
        }
        return await self._start({"visit": job}, f"night-{night}-{stop.unit}.log")

    async def run(self, words: Sequence[str], name: str) -> tuple[int, str]:
        """Run a command of the program to its end: its exit status and its last complaint."""
        child = await self._start({"run": list(words)}, name)
        process = child._process
        assert process.stdout is not None  # noqa: S101  started with a pipe
        try:
            await process.stdout.read()
            return await process.wait(), _last_line(self.folder / name)
        except asyncio.CancelledError:
            child.stop()
            raise

    async def _start(self, job: Mapping[str, object], name: str) -> ProcessChild:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._forget_old()
        path = self.folder / name.replace("/", "_")
        with path.open("ab") as complaints:
            process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=complaints,
                env=dict(self.environment),
                start_new_session=True,
            )
        assert process.stdin is not None  # noqa: S101  started with a pipe
        process.stdin.write(orjson.dumps(job) + b"\n")
        with contextlib.suppress(ConnectionError):  # it died at once: its end says so
            await process.stdin.drain()
        return ProcessChild(process, path)

    def _forget_old(self) -> None:
        limit = time.time() - _KEPT_SECONDS
        for path in self.folder.glob("*.log"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < limit:
                    path.unlink()
