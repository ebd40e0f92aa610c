"""The program as a user calls it: the whole way through ``main``, in this process."""

import contextlib
import io
from dataclasses import dataclass
from unittest.mock import patch

from chengjian.cli import main


@dataclass(frozen=True, slots=True)
class Called:
    """What a call left behind."""

    exit_code: int
    stdout_bytes: bytes
    stderr: str

    @property
    def stdout(self) -> str:
        return self.stdout_bytes.decode()

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


def called(*words: object, stdin: str | None = None) -> Called:
    """Call ``chengjian`` with these words.  A fault of ours, which the user is told of in a line, fails the test."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True) for _ in range(2))
    given = io.TextIOWrapper(io.BytesIO((stdin or "").encode()), "utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), patch("sys.stdin", given):
        status = main([str(word) for word in words])
    told = Called(status, _written(out), _written(err).decode())
    assert "程序内部错误" not in told.stderr, told.stderr
    return told


def _written(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue()
