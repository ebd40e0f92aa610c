"""The worker's side of ``chengjian.zygote``: children that are forked off a process that has loaded the crawler."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from chengjian.zygote import NUMBER

T = TypeVar("T")
ZYGOTE: Final = (sys.executable, "-m", "chengjian.zygote")
Gone = tuple[int | None, float]  # exit status, CPU seconds


class Forked:
    """A child of the zygote; for us much like an ``asyncio.subprocess.Process``."""

    def __init__(self, pid: int, stdin: BinaryIO, stdout: asyncio.StreamReader, gone: asyncio.Future[Gone]) -> None:
        self.pid = pid
        self.stdin = stdin
        self.stdout = stdout
        self._gone = gone

    async def wait(self) -> int | None:
        """Its exit status; None where the zygote died before it, and nobody knows."""
        return (await self._gone)[0]

    @property
    def cpu(self) -> float:
        """Seconds of CPU that it used, once it has ended."""
        return self._gone.result()[1]

    def terminate(self) -> None:
        if not self._send(signal.SIGTERM):
            self.stdin.close()  # if it outlived the zygote, this ends it in good order too

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> bool:
        """Whether its number is still known to be its own."""
        if self._gone.done():
            return False
        os.kill(self.pid, number)
        return True


class Zygote:
    """Started with the first child, let go by ``dismiss``; one that died is started anew with the next child."""

    def __init__(self, command: Sequence[str] = ZYGOTE) -> None:
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._line: socket.socket | None = None
        self._listening: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._last = 0
        self._born: dict[int, asyncio.Future[int]] = {}
        self._gone: dict[int, asyncio.Future[Gone]] = {}

    async def fork(self, job: bytes, environment: Mapping[str, str], complaints: Path) -> Forked:
        """A child with ``job`` (less than a pipe holds) on its standard input.  ``OSError`` where there is none.

        ``environment`` is that of the first child.
        """
        try:
            return await self._fork(job, environment, complaints)
        except ConnectionError:  # the zygote has died, and what it said last was not yet read to its end
            if self._listening is not None:
                await asyncio.shield(self._listening)
        except ChildProcessError:  # it died, or its child did, between the question and the answer
            pass
        return await self._fork(job, environment, complaints)

    async def _fork(self, job: bytes, environment: Mapping[str, str], complaints: Path) -> Forked:
        loop = asyncio.get_running_loop()
        async with self._starting:
            if self._line is None:
                await self._start(environment, complaints)
        assert self._line is not None  # noqa: S101  just started
        self._last += 1
        number = self._last
        born, gone = loop.create_future(), loop.create_future()
        self._born[number], self._gone[number] = born, gone
        theirs_in, ours_in = os.pipe()
        ours_out, theirs_out = os.pipe()
        stdin, output = os.fdopen(ours_in, "wb", 0), os.fdopen(ours_out, "rb", 0)
        try:
            with complaints.open("ab") as errors:
                socket.send_fds(self._line, [number.to_bytes(NUMBER, "big")], [theirs_in, theirs_out, errors.fileno()])
            stdin.write(job)
            pid = await born
        except BaseException:
            stdin.close()
            output.close()
            self._born.pop(number, None)
            self._gone.pop(number, None)
            raise
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        stdout = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdout), output)
        return Forked(pid, stdin, stdout, gone)

    async def dismiss(self) -> None:
        """Let it go; children that still run are not touched."""
        process, listening = self._process, self._listening
        if process is None or listening is None:
            return
        if self._line is not None:
            self._line.close()
            self._line = None
        await listening
        await process.wait()
        self._process = self._listening = None

    async def _start(self, environment: Mapping[str, str], complaints: Path) -> None:
        await self.dismiss()  # one that died
        ours, theirs = socket.socketpair()
        try:
            with theirs, complaints.open("ab") as errors:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=theirs.fileno(),
                    stdout=asyncio.subprocess.PIPE,
                    stderr=errors,
                    env=dict(environment),
                    start_new_session=True,
                )
        except BaseException:
            ours.close()
            raise
        self._line = ours
        self._listening = asyncio.create_task(self._listen(self._process))

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101  started with a pipe
        with contextlib.suppress(ValueError):  # half a line of one that was killed
            async for line in process.stdout:
                word, number, *rest = line.decode("ascii").split()
                if word == "born":
                    _settle(self._born.pop(int(number), None), int(rest[0]))
                else:
                    _fail(self._born.pop(int(number), None))
                    _settle(self._gone.pop(int(number), None), (int(rest[0]), float(rest[1])))
        if self._line is not None:
            self._line.close()
            self._line = None
        for waiting in self._born.values():
            _fail(waiting)
        for left in self._gone.values():
            _settle(left, (None, 0.0))
        self._born.clear()
        self._gone.clear()


def _fail(waiting: "asyncio.Future[int] | None") -> None:
    if waiting is not None and not waiting.done():
        waiting.set_exception(ChildProcessError("巡查子进程在开始前中断"))


def _settle(waiting: "asyncio.Future[T] | None", value: T) -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(value)
