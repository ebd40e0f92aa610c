"""Memory of a night over many portals: of the process that runs it, of the zygote, and of the children together.

``python bench/many_portals.py [--portals N] [--parallel N]``.  One server with a small portal on each of N loopback
addresses; ``chengjian night run --now`` goes through all of them, and its memory is looked at five times a second
(PSS: what processes share counts once).  The parent must stay flat however many portals there are.
"""

import argparse
import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

import psutil

PAGES = 6
EVERY = 20  # portals between two lines
_MAIN = "import sys; from chengjian.cli import main; sys.exit(main())"
UNITS = """format: chengjian.city/1
id: bench
name: 试验市
short_name: 试验
province: 试验省
units:
"""
WATCH = """format: chengjian.watch/1
canaries: [{{url: "http://127.0.0.1:{port}/"}}]
resolver: {{impossible: ["{{token}}.invalid"]}}
news: {{enabled: false}}
run: {{parallel: {parallel}, disk_mb: 0, recheck_after: 0.1}}
pace: {{rate: 500, concurrency: 4, max_pages: 100, max_minutes: 5}}
health: {{canary_tries: 1, canary_seconds: 5}}
report: {{at: 结束即发}}
"""


def answer(path: str) -> tuple[int, bytes]:
    """A home page with a list, and what it leads to."""
    name = path.strip("/").removesuffix(".html")
    if name and not name.isdigit():
        return 404, b"<html><title>404</title>404 Not Found</html>"
    links = "".join(f"<li><a href='/{n}.html'>第{n}号通知</a><span>2026-11-0{n}</span></li>" for n in range(1, PAGES))
    text = f"<p>第{name}号通知，请各单位遵照执行并及时报送工作进展情况。</p>" * 20 if name else ""
    return 200, f"<html><title>通知公告</title><body><ul>{links}</ul>{text}</body></html>".encode()


class Server(threading.Thread):
    """The same portal on many loopback addresses."""

    def __init__(self, hosts: list[str]) -> None:
        super().__init__(daemon=True)
        self.hosts = hosts
        self.port = 0
        self.ready = threading.Event()

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        first = await asyncio.start_server(self._one, "127.0.0.1", 0)
        self.port = first.sockets[0].getsockname()[1]
        others = await asyncio.start_server(self._one, self.hosts, self.port)
        self.ready.set()
        await asyncio.gather(first.serve_forever(), others.serve_forever())

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                status, body = answer(head.split(" ", 2)[1].partition("?")[0])
                fields = f"Content-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
                writer.write(f"HTTP/1.1 {status} X\r\n{fields}\r\n".encode() + (body if head[0] == "G" else b""))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / 2**20
    except psutil.Error:
        return 0.0


def judged(database: Path) -> int:
    """Portals that are through."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM audit WHERE judged_at IS NOT NULL").fetchone()[0])
    except sqlite3.OperationalError:  # not there yet
        return 0


def watch(night: "subprocess.Popen[bytes]", database: Path) -> None:
    parent = psutil.Process(night.pid)
    print(f"{'portals':>8}{'parent MiB':>12}{'zygote MiB':>12}{'children MiB':>14}", flush=True)
    told, most, highest = -1, 0.0, 0.0
    while night.poll() is None:
        below = parent.children()
        zygote = sum(resident(one) for one in below)
        highest = max(highest, resident(parent))
        most = max(most, sum(resident(one) for mother in below for one in mother.children(recursive=True)))
        done = judged(database)
        if done // EVERY > told:
            told = done // EVERY
            print(f"{done:8}{resident(parent):12.0f}{zygote:12.0f}{most:14.0f}", flush=True)
            most = 0.0
        time.sleep(0.2)
    print(f"{judged(database)} portals; the parent never had more than {highest:.0f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portals", type=int, default=100)
    parser.add_argument("--parallel", type=int, default=2)
    options = parser.parse_args()
    hosts = [f"127.0.{1 + number // 250}.{1 + number % 250}" for number in range(options.portals)]
    server = Server(hosts)
    server.start()
    server.ready.wait()
    port = server.port
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        city = home / "city"
        city.mkdir()
        rows = [
            f'  - {{id: u{number}, name: 第{number}县, kind: county, portals: [{{url: "http://{host}:{port}/"}}]}}\n'
            for number, host in enumerate(hosts)
        ]
        (city / "units.yml").write_text(UNITS + "".join(rows), "utf-8")
        (city / "watch.yml").write_text(WATCH.format(port=port, parallel=options.parallel), "utf-8")
        settings = {
            "CHENGJIAN_HOME": str(home),
            "CHENGJIAN_CONTACT": "mailto:bench@example.invalid",
            "CHENGJIAN_CHROMIUM": "",  # a browser's memory is its own, and would hide what is looked for
        }
        log = home / "log"
        with log.open("wb") as errors:
            night = subprocess.Popen(
                [sys.executable, "-c", _MAIN, "night", "run", "--now", "--city", str(city), "--quiet"],
                env=os.environ | settings,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        watch(night, home / "chengjian.sqlite3")
        print(f"exit status {night.returncode}")
        if night.returncode != 0:
            print(log.read_text("utf-8", "replace")[-500:])


if __name__ == "__main__":
    main()
