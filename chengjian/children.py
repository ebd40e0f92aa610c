"""Starts and watches the child processes of a night."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import orjson
import psutil

from chengjian.forking import Zygote
from records.visits import VisitEnd
from services.night.children import ChildEnd
from services.night.hours import Stop
from storage.encoding import from_json

_TAIL: Final = 4096  # bytes of a child's complaints that are looked at
_KEPT_SECONDS: Final = 30 * 86400
_ANEW: Final = (sys.executable, "-m", "chengjian.night_child")


class Lifeline(Protocol):
    """The standard input of a child: it ends when this is closed."""

    def close(self) -> None: ...


class Process(Protocol):
    """What a child is for us: started anew, or forked."""

    @property
    def pid(self) -> int: ...

    @property
    def stdin(self) -> Lifeline | None: ...

    @property
    def stdout(self) -> asyncio.StreamReader | None: ...

    async def wait(self) -> int | None: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


class ProcessChild:
    """One child process in a session of its own, so that what it started ends with it."""

    def __init__(self, process: Process, complaints: Path) -> None:
        self.process = process
        self._complaints = complaints

    @property
    def pid(self) -> int:
        return self.process.pid

    async def wait(self) -> ChildEnd:
        assert self.process.stdout is not None  # noqa: S101  started with a pipe
        answer = await self.process.stdout.read()
        status = await self.process.wait()
        self._end_group()  # a browser that outlived its child
        if self.process.stdin is not None:
            self.process.stdin.close()
        return self._read(answer, status)

    def _read(self, answer: bytes, status: int | None) -> ChildEnd:
        try:
            said = orjson.loads(answer.strip().rpartition(b"\n")[2]) if answer.strip() else None
            if isinstance(said, dict) and "end" in said:
                return ChildEnd(from_json(VisitEnd, said["end"].encode()))
            if isinstance(said, dict) and "told" in said:
                return ChildEnd(None, str(said["told"]), bool(said.get("lasting")))
        except (ValueError, TypeError, KeyError):
            pass  # half an answer of a process that died while it spoke
        return ChildEnd(None, _death(status, last_line(self._complaints)))

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()

    def kill(self) -> None:
        self._end_group()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

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


def _death(status: int | None, complaint: str) -> str:
    if status is None:
        how = "中断"
    else:
        how = f"被信号 {signal.Signals(-status).name} 终止" if status < 0 else f"以状态 {status} 退出"
    return f"子进程{how}" + (f"（{complaint}）" if complaint else "")


def last_line(path: Path) -> str:
    """The last thing that a child complained of, shortened; empty where it was silent."""
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
    command: Sequence[str] | None = None  # None: forked off a loaded process
    render: str = "auto"
    zygote: Zygote = field(default_factory=Zygote)

    async def visit(self, stop: Stop, night: int) -> ProcessChild:
        """A child that visits one portal.  ``OSError`` where it cannot be started."""
        minutes = max(0.01, min(stop.pace.max_minutes, 24 * 60.0))
        options = {
            "policy": self.policy,
            "max_pages": stop.pace.max_pages,
            "max_minutes": minutes,
            "rate": stop.pace.rate,
            "concurrency": stop.pace.concurrency,
            "render": self.render,
            "recheck_after": self.recheck_after,
        }
        return await self.begin(stop.unit, stop.url, night, options, f"night-{night}-{stop.unit}.log")

    async def begin(
        self, unit: str, url: str, night: int | None, options: Mapping[str, object], name: str
    ) -> ProcessChild:
        """A child that visits a portal; ``options`` are those of ``crawl_room.VisitOptions``, ``name`` that of its log.

        ``OSError`` where it cannot be started.
        """
        job = {"visit": {"unit": unit, "url": url, "night": night, "options": options}}
        if self.command is not None:
            return await self._start(job, name)
        path = self._complaints(name)
        return ProcessChild(await self.zygote.fork(_line(job), self.environment, path), path)

    async def dismiss(self) -> None:
        """No more visits for now: let go of what is kept ready for them."""
        await self.zygote.dismiss()

    async def run(self, words: Sequence[str], name: str) -> tuple[int, str]:
        """Run a command of the program to its end: its exit status and its last complaint."""
        child = await self._start({"run": list(words)}, name)
        process = child.process
        assert process.stdout is not None  # noqa: S101  started with a pipe
        try:
            await process.stdout.read()
            return await process.wait() or 0, last_line(self.folder / name)
        except asyncio.CancelledError:
            child.stop()
            raise

    async def _start(self, job: Mapping[str, object], name: str) -> ProcessChild:
        path = self._complaints(name)
        with path.open("ab") as complaints:
            process = await asyncio.create_subprocess_exec(
                *(self.command or _ANEW),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=complaints,
                env=dict(self.environment),
                start_new_session=True,
            )
        assert process.stdin is not None  # noqa: S101  started with a pipe
        process.stdin.write(_line(job))
        with contextlib.suppress(ConnectionError):  # it died at once: its end says so
            await process.stdin.drain()
        return ProcessChild(process, path)

    def _complaints(self, name: str) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._forget_old()
        return self.folder / name.replace("/", "_")

    def _forget_old(self) -> None:
        limit = time.time() - _KEPT_SECONDS
        for path in self.folder.glob("*.log"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < limit:
                    path.unlink()


def _line(job: Mapping[str, object]) -> bytes:
    return orjson.dumps(job) + b"\n"
