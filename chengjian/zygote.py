"""A process that has loaded the crawler and is forked for each portal (a zygote, as in Android and Chromium).

A child that is started anew spends a second of CPU on loading the program; on a portal where nothing has changed that
would be half of its visit.  ``python -m chengjian.zygote``, started by ``chengjian.forking``:

- standard input is a socket: each message of four bytes (a number, big-endian) brings three descriptors, the standard
  input, output and error of a child to be forked;
- standard output says ``born NUMBER PID`` and ``gone NUMBER STATUS CPU_SECONDS`` (a status below 0 is a signal).

It ends when the socket is closed, as it is when the worker is killed; the children end by themselves then.
"""

import gc
import os
import select
import signal
import socket
import sys
from contextlib import closing
from importlib import import_module
from typing import Final

NUMBER: Final = 4  # bytes
_STREAMS: Final = 3
_LOADED: Final = (
    *("chengjian.night_child", "chengjian.crawl_room", "chengjian.settings", "storage.encoding", "storage.errors"),
    # what these libraries load only when they are used
    *("scrapy.core.engine", "scrapy.core.downloader.handlers", "scrapy.core.downloader.contextfactory"),
    *("sqlalchemy.dialects.sqlite", "httpcore", "anyio._backends._asyncio"),
)


def main() -> int:
    load()
    streams = serve(socket.socket(fileno=os.dup(0)))
    if streams is None:
        return 0
    _take(streams)
    from chengjian.night_child import main as visit

    return visit()


def load() -> None:
    """Load what a visit needs, so that children share it."""
    for module in _LOADED:
        import_module(module)
    gc.collect()
    gc.freeze()  # what is shared stays shared: no child walks through it


def serve(line: socket.socket) -> tuple[int, ...] | None:
    """Fork when asked to.  Returns in a child, with its streams; None when nobody asks any more."""
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken)
    children: dict[int, int] = {}  # pid: number
    with closing(line):
        while True:
            ready, _, _ = select.select([line.fileno(), wake], [], [])
            if wake in ready:
                os.read(wake, 4096)
                _bury(children)
            if line.fileno() not in ready:
                continue
            message, streams, _, _ = socket.recv_fds(line, NUMBER, _STREAMS)
            if not message:
                return None
            number = int.from_bytes(message, "big")
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.close(wake)
                os.close(woken)
                os.setsid()  # what it starts ends with it
                _say(f"born {number} {os.getpid()}")
                return tuple(streams)
            for one in streams:
                os.close(one)
            children[pid] = number


def _bury(children: dict[int, int]) -> None:
    while children:
        pid, status, usage = os.wait4(-1, os.WNOHANG)
        if pid == 0:
            return
        cpu = usage.ru_utime + usage.ru_stime
        _say(f"gone {children.pop(pid)} {os.waitstatus_to_exitcode(status)} {cpu:.3f}")


def _say(text: str) -> None:
    os.write(1, text.encode() + b"\n")


def _take(streams: tuple[int, ...]) -> None:
    """Make descriptors the standard streams."""
    for place, one in enumerate(streams):
        os.dup2(one, place)
        os.close(one)


if __name__ == "__main__":
    sys.exit(main())
