"""What the second night costs: CPU and bytes of an unchanged portal, and of one with 2 % changed, against the first.

``python bench/second_night.py [--pages N] [--no-etags]``.  The portal of ``bench/site.py`` with the ETags that any file
server gives.  Each visit is a child process as the night starts it, forked off the zygote; a day is taken off what is
remembered between them.  CPU is the operating system's accounting of the finished child, bytes are the bodies that the
portal sent.  "By hand" adds what loading the program costs a process that is started anew for one portal.  Without
ETags whole bodies are sent, and compared by what matters of them.
"""

import argparse
import asyncio
import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from chengjian.children import Nursery
from chengjian.forking import Forked
from records.visits import VisitEnd
from records.watch import Pace
from services.night.hours import SHANGHAI, Stop
from storage.crawl_tables import address_visit, crawl
from storage.database import open_database, transaction

HERE = Path(__file__).parent
CHANGED = 50  # every fiftieth page
PACE = Pace(rate=1000.0, concurrency=16, max_pages=20_000, max_minutes=60.0)


def portal(pages: int) -> Any:
    """The site of ``bench/site.py``: its file is called as a module of Python's own, and is loaded by its path."""
    spec = importlib.util.spec_from_file_location("bench_site", HERE / "site.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Site(pages)


class Server(threading.Thread):
    """Serves the portal from memory and counts what it sends."""

    def __init__(self, site: Any, *, etags: bool) -> None:
        super().__init__(daemon=True)
        self.site = site
        self.etags = etags
        self.sent = self.requests = 0
        self.port = 0
        self.ready = threading.Event()

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._one, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await server.serve_forever()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                method, path, _ = head.split("\r\n", 1)[0].split(" ")
                status, kind, body = self.site.answer(path.split("?")[0])
                mark = '"' + hashlib.blake2b(body, digest_size=8).hexdigest() + '"'
                fields = f"Content-Type: {kind}\r\n" + (f"ETag: {mark}\r\n" if self.etags and status == 200 else "")
                self.requests += 1
                if self.etags and f"If-None-Match: {mark}" in head:
                    writer.write(f"HTTP/1.1 304 X\r\n{fields}\r\n".encode())
                    continue
                writer.write(f"HTTP/1.1 {status} X\r\n{fields}Content-Length: {len(body)}\r\n\r\n".encode())
                if method != "HEAD":
                    writer.write(body)
                    self.sent += len(body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def night(server: Server, nursery: Nursery) -> tuple[float, int, int, VisitEnd]:
    """CPU seconds, bytes, requests and what the visit said."""
    before = server.sent, server.requests
    now = datetime.now(SHANGHAI)
    url = f"http://127.0.0.1:{server.port}/"
    stop = Stop("bench", "bench", url, PACE, now + timedelta(hours=1), date(now.year, now.month, now.day), url)
    child = await nursery.visit(stop, 1)
    how = await child.wait()
    assert how.end is not None, how.told
    assert isinstance(child.process, Forked)
    return child.process.cpu, server.sent - before[0], server.requests - before[1], how.end


def start_up(home: Path) -> float:
    """CPU seconds of a process that loads all that ``chengjian crawl`` needs, and does nothing."""
    load = "import chengjian.cli; from chengjian.zygote import load; load()"
    child = subprocess.Popen([sys.executable, "-c", load], env=os.environ | {"CHENGJIAN_HOME": str(home)})
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    return usage.ru_utime + usage.ru_stime


def a_day_passes(home: Path) -> None:
    engine = open_database(f"sqlite:///{home / 'bench.sqlite3'}")
    with transaction(engine) as connection:
        for row in connection.execute(select(address_visit)).all():
            older = {
                name: (datetime.fromisoformat(getattr(row, name)) - timedelta(days=1)).isoformat()
                for name in ("asked_at", "read_at", "changed_at")
            }
            same = (address_visit.c.audit_id == row.audit_id) & (address_visit.c.address_id == row.address_id)
            connection.execute(update(address_visit).where(same).values(older))
        connection.execute(update(crawl).values(night=None))
    engine.dispose()


def change(site: Any) -> None:
    """Two in a hundred pages of each sort say something else."""
    for number, path in enumerate(sorted(site.bodies)):
        if number % CHANGED == 0:
            site.bodies[path] = site.bodies[path].replace("施行".encode(), "实行".encode())


async def compare(server: Server, home: Path) -> None:
    environment = os.environ | {"CHENGJIAN_HOME": str(home), "CHENGJIAN_DB": f"sqlite:///{home / 'bench.sqlite3'}"}
    nursery = Nursery(home / "children", "nanyang-monthly", environment, 0.0, render="never")
    loading = start_up(home)
    print(f"{'':28}{'CPU s':>8}{'MB':>9}{'requests':>10}{'CPU':>9}{'bytes':>9}{'by hand':>9}", flush=True)
    first: tuple[float, int] | None = None
    for name in ("first night", "second night, unchanged", "third night, 2 % changed"):
        if first is not None:
            a_day_passes(home)
        if name.startswith("third"):
            change(server.site)
        cpu, sent, requests, end = await night(server, nursery)
        first = first or (cpu, sent)
        ratios = (first[0] / cpu, first[1] / max(sent, 1), (first[0] + loading) / (cpu + loading))
        shares = "".join(f"{f'1/{ratio:.1f}':>9}" for ratio in ratios)
        print(f"{name:28}{cpu:8.2f}{sent / 1e6:9.2f}{requests:10}{shares}", flush=True)
        print(f"{'':28}{end.told}")
    await nursery.dismiss()
    print(
        f"by hand: with {loading:.2f} s of CPU for loading the program, which a night spends once for all its portals"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--no-etags", action="store_true")
    options = parser.parse_args()
    server = Server(portal(options.pages), etags=not options.no_etags)
    server.start()
    server.ready.wait()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(compare(server, Path(folder)))


if __name__ == "__main__":
    main()
