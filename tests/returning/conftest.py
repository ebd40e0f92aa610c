"""A portal that remembers what it was asked, can change over night, and can kill the crawler at a given request."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from storage.crawl_tables import address_visit, crawl
from storage.database import open_database, transaction

ARTICLES, COLUMNS, PER_LIST = 60, 5, 6
CALL = ["--rate", "200", "--concurrency", "4", "--render", "never", "--recheck-after", "0", "--as-of", "2026-11-21"]
_MAIN = "import sys; from chengjian.cli import main; sys.exit(main())"


def frame(title: str, main: str) -> str:
    """A page of the portal: menu, the day as its readers see it, a counter, and what is its own."""
    menu = "".join(f"<li><a href='/c{column}/index.html'>栏目{column}</a></li>" for column in range(COLUMNS))
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body><ul>{menu}</ul>"
        f"<div>今天是{{today}} 访问量：{{count}}</div><div class='main'>{main}</div>"
        "<img src='/img/a.png'></body></html>"
    )


def article(number: int, text: str = "按照统一部署认真组织实施。") -> str:
    body = "".join(
        f"<p>{text}第{number}号文件第{part}段，请各单位遵照执行并及时报送工作进展情况。</p>" for part in range(8)
    )
    dead = f"<a href='/gone/{number % 3}.html'>附件</a>" if number % 7 == 0 else ""
    near = f"<a href='{address((number + 5) % ARTICLES)}'>下一篇</a>"
    return frame(
        f"第{number}号通知",
        f"<h1>第{number}号通知</h1><div>发布时间：2026-11-0{number % 9 + 1}</div>{body}{near}{dead}",
    )


def address(number: int) -> str:
    return f"/c{number % COLUMNS}/t2026110{number % 9 + 1}_{number}.html"


def first_pages() -> dict[str, str]:
    """All pages of the portal as they are in the first night."""
    pages = {"/": frame("云溪县人民政府", "<h1>云溪县人民政府</h1>")}
    for column in range(COLUMNS):
        own = [number for number in range(ARTICLES) if number % COLUMNS == column]
        for part in range(2):
            rows = "".join(
                f"<li><a href='{address(n)}'>第{n}号通知</a><span>2026-11-0{n % 9 + 1}</span></li>"
                for n in own[part * PER_LIST : (part + 1) * PER_LIST]
            )
            pager = f"<script>createPageHTML(2, {part}, 'index', 'html');</script>"
            name = f"/c{column}/index{'_1' if part else ''}.html"
            pages[name] = frame(f"栏目{column}-云溪县人民政府", f"<ul class='list'>{rows}</ul>{pager}")
    for number in range(ARTICLES):
        pages[address(number)] = article(number)
    return pages


@dataclass
class Portal:
    """``etags``: whether it knows "not modified".  ``on_request`` is called with the number of each request."""

    pages: dict[str, str] = field(default_factory=first_pages)
    today: str = "2026年11月21日"
    etags: bool = True
    failing: frozenset[str] = frozenset()  # paths that answer 500
    log: list[tuple[str, str, int, int]] = field(default_factory=list)  # method, path, status, bytes
    conditional: Counter[str] = field(default_factory=Counter)
    on_request: Callable[[int], None] | None = None
    url: str = ""

    def asked(self) -> Counter[str]:
        return Counter(path for _, path, _, _ in self.log)

    def sent(self) -> int:
        return sum(size for _, _, _, size in self.log)

    def forget(self) -> None:
        self.log.clear()
        self.conditional.clear()

    def answer(self, path: str, etag: str | None) -> tuple[int, dict[str, str], bytes]:
        if path in self.failing:
            return 500, {}, b"broken"
        if path == "/img/a.png":
            return 200, {"Content-Type": "image/png"}, b"\x89PNG\r\n\x1a\n" + b"\0" * 64
        text = self.pages.get(path)
        if text is None:
            return 404, {"Content-Type": "text/html"}, b"<html><title>404</title><h1>404 Not Found</h1></html>"
        mark = '"' + sha256(text.encode()).hexdigest()[:16] + '"'
        if etag is not None:
            self.conditional[path] += 1
        headers = {"Content-Type": "text/html; charset=utf-8"} | ({"ETag": mark} if self.etags else {})
        if self.etags and etag == mark:
            return 304, headers, b""
        return 200, headers, text.format(today=self.today, count=len(self.log)).encode()


@contextlib.contextmanager
def served(state: Portal) -> Iterator[Portal]:
    """Serve a portal on loopback; ``state.url`` says where."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            status, headers, body = state.answer(self.path, self.headers.get("If-None-Match"))
            with lock:
                state.log.append((self.command, self.path, status, len(body)))
                if state.on_request is not None:
                    state.on_request(len(state.log))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD" and status != 304:
                self.wfile.write(body)

        do_GET = do_HEAD = _serve  # noqa: N815  names that the library looks for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):  # the crawler was killed
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def portal() -> Iterator[Portal]:
    with served(Portal()) as state:
        yield state


@pytest.fixture
def three_portals() -> Iterator[list[Portal]]:
    with served(Portal()) as one, served(Portal()) as two, served(Portal()) as three:
        yield [one, two, three]


@dataclass
class Program:
    """``chengjian`` as a process with a home and database of its own."""

    home: Path

    @property
    def database(self) -> str:
        return f"sqlite:///{self.home / 'chengjian.sqlite3'}"

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", _MAIN, *words],
            env=os.environ | {"CHENGJIAN_HOME": str(self.home), "CHENGJIAN_DB": self.database},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def crawl(self, url: str, *words: str) -> "subprocess.CompletedProcess[str]":
        process = self.start("crawl", "--portal", url, "--child", *CALL, *words)
        out, err = process.communicate(timeout=90)
        return subprocess.CompletedProcess([], process.returncode, out, err)

    def days_pass(self, days: float) -> None:
        """Let all that is remembered be so many days older."""
        engine = open_database(self.database)
        with transaction(engine) as connection:
            for table, names in ((address_visit, ("asked_at", "read_at", "changed_at")), (crawl, ("full_since",))):
                keys = list(table.primary_key.columns)
                for row in connection.execute(select(table)).all():
                    older = {
                        name: (datetime.fromisoformat(getattr(row, name)) - timedelta(days=days)).isoformat()
                        for name in names
                    }
                    same = [key == getattr(row, key.name) for key in keys]
                    connection.execute(update(table).where(*same).values(older))
        engine.dispose()

    def crawl_until_killed(self, portal: Portal, after: int, how: int = signal.SIGKILL) -> int:
        """Start a crawl and send it a signal once the portal was asked ``after`` times more; its exit status."""
        process = self.start("crawl", "--portal", portal.url, "--child", *CALL)
        seen = len(portal.log)

        def watch(asked: int) -> None:
            if asked >= seen + after:
                portal.on_request = None
                process.send_signal(how)

        portal.on_request = watch
        process.communicate(timeout=90)
        portal.on_request = None
        return process.returncode


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Program]:
    def make(name: str) -> Program:
        home = tmp_path / name
        home.mkdir()
        return Program(home)

    return make
