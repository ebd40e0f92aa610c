"""Databases, a clock that a test turns, and servers on loopback."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from services.night.hours import SHANGHAI
from services.night.run import NightClock
from storage.database import open_database
from storage.nights import NightRepository


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path / 'nights.sqlite3'}")
    yield engine
    engine.dispose()


@pytest.fixture
def nights(engine: Engine) -> NightRepository:
    return NightRepository(engine)


@dataclass
class FastClock:
    """A clock on which an hour is as long as the test wants; wall and monotonic time may be moved apart."""

    at: datetime = datetime(2026, 11, 23, 20, 0, tzinfo=SHANGHAI)
    watch: float = 1000.0
    at_tick: list[Callable[[], None]] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.watch

    def turn(self, seconds: float) -> None:
        """Let time go by."""
        self.at += timedelta(seconds=seconds)
        self.watch += seconds

    async def sleep(self, seconds: float) -> None:
        self.turn(seconds)
        for act in list(self.at_tick):
            act()
        await asyncio.sleep(0)

    def as_clock(self, tick: float = 60.0, grace: float = 5.0) -> NightClock:
        return NightClock(self.now, self.monotonic, self.sleep, tick, grace)


@pytest.fixture
def clock() -> FastClock:
    """A clock at the opening of the window of a Monday evening."""
    return FastClock()


class QuietLog:
    """A log that remembers its events."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def info(self, event: str, **fields: Any) -> None:
        self.events.append((event, fields))

    warning = error = exception = info

    def names(self) -> list[str]:
        return [name for name, _ in self.events]


@pytest.fixture
def log() -> QuietLog:
    return QuietLog()


@dataclass
class WebServer:
    """A server on loopback; what it was asked is kept, what it answers can be changed while it runs."""

    server: ThreadingHTTPServer
    asked: list[tuple[str, str, bytes]]
    answers: dict[str, tuple[int, bytes]]
    closed: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.server.shutdown()
            self.server.server_close()


@pytest.fixture
def web() -> Iterator[Callable[..., WebServer]]:
    """A function that starts a server; answers by path, `*` for every other one (200 with a page)."""
    started: list[WebServer] = []

    def start(answers: dict[str, tuple[int, bytes]] | None = None, host: str = "127.0.0.1") -> WebServer:
        table = {"*": (200, b"<html><title>up</title></html>"), **(answers or {})}
        asked: list[tuple[str, str, bytes]] = []

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                asked.append((self.command, self.path, body))
                status, page = table.get(self.path, table["*"])
                self.send_response(status)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-length", str(len(page)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(page)

            do_GET = do_POST = do_HEAD = _answer  # noqa: N815  names of http.server

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer((host, 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made = WebServer(server, asked, table)
        started.append(made)
        return made

    yield start
    for one in started:
        one.close()
