"""Reading strangers' files in a process of its own, with bounds on time and memory.

A PDF can be written so that a library never comes back, or takes all memory.  The process is killed then, and the
next file gets a new one.  Run as ``python -m services.reading_room`` it is that process.
"""

import json
import resource
import subprocess
import sys
import threading
from types import TracebackType
from typing import IO, Final, Self

MOST_SECONDS: Final = 20.0  # for one file
MOST_MEMORY: Final = 2 * 1024 * 1024 * 1024  # bytes of address space
_TOO_SLOW: Final = "提取文字超时，未取"
_FAILED: Final = "文字提取失败（文件可能损坏或有密码）"


class ReadingRoom:
    """Texts of attachments.  The process starts with the first file and ends with the ``with`` block."""

    def __init__(self, seconds: float = MOST_SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def text_of(self, body: bytes, kind: str) -> tuple[str, str]:
        """Text and a Chinese note; never raises for what is in the file, and comes back within the time."""
        process = self._process or self._start()
        self._process = process
        late = threading.Event()

        def kill() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._seconds, kill)
        timer.start()
        try:
            answer = _ask(process, body, kind)
        finally:
            timer.cancel()
        if answer is None or late.is_set():
            self._end()
        return answer or ("", _TOO_SLOW if late.is_set() else _FAILED)

    def _start(self) -> subprocess.Popen[bytes]:
        # -P: never a module from the folder that the user happens to stand in
        command = [sys.executable, "-P", "-W", "ignore", "-m", "services.reading_room"]
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module, no word of it from outside
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close(pipe)


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # what was still to be written has no reader any more
        return


def _ask(process: subprocess.Popen[bytes], body: bytes, kind: str) -> tuple[str, str] | None:
    """The answer; None where the process is gone."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        process.stdin.write(json.dumps({"kind": kind, "size": len(body)}).encode() + b"\n")
        process.stdin.write(body)
        process.stdin.flush()
        line = process.stdout.readline()
        answer = json.loads(line)
        return str(answer["text"]), str(answer["note"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Answer one file after the other until there are no more."""
    from extract.attachment_text import text_of

    while line := source.readline():
        wanted = json.loads(line)
        body = source.read(wanted["size"])
        try:
            text, note = text_of(body, wanted["kind"])
        except Exception:  # whatever a library raises on a damaged file
            text, note = "", _FAILED
        answer = {"text": text.encode("utf-8", "replace").decode(), "note": note}
        target.write(json.dumps(answer).encode() + b"\n")
        target.flush()


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit_memory()
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # a library that prints must not break the conversation
    serve(sys.stdin.buffer, answers)
