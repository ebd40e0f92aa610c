"""How long the pages of the analyst's desk take, with 100 000 findings and 3 000 units, and how much they ask.

    .venv/bin/python bench/console.py [--findings N] [--units N] [--times N] [--database URL]

A database that was filled before (--database) is measured as it is.  Answers come over ASGI from this process: what is
measured is the program and the database, not the network.  "cpu" is what a page costs this process, whatever else runs
on the machine.
"""

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import yaml
from sqlalchemy import event
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.console_city import TODAY, city_of, fill
from checks.life import LOCAL
from chengjian.console_room import open_console
from chengjian.settings import Settings
from console.app import console_app
from console.tools import ConsoleTools
from records.accounts import Role
from records.desk import CardQuery
from records.registry import City
from storage.cards import CardRepository
from storage.database import open_database

PASSWORD = "correct-horse-9"  # noqa: S105  of an account that lives as long as the measurement
LIMIT_MS = 200


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--findings", type=int, default=100_000)
    words.add_argument("--units", type=int, default=3_000)
    words.add_argument("--times", type=int, default=20)
    words.add_argument("--database", default="")
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder), given.database, given.units, given.findings, given.times)


def measure(folder: Path, database: str, units: int, findings: int, times: int) -> int:
    url = database or f"sqlite:///{folder / 'bench.sqlite3'}"
    engine = open_database(url)
    if CardRepository(engine).count(CardQuery(pile=None)):
        city = city_of(units)
        sys.stdout.write("filled before\n")
    else:
        began = time.perf_counter()
        city = fill(engine, units=units, findings=findings)
        sys.stdout.write(f"filled in {time.perf_counter() - began:.1f} s\n")
    tools = console_of(folder, url, city)
    began = time.perf_counter()
    keeper = tools.desk.keeper(replace(tools.view(), today=TODAY))
    keeper.refresh()
    spent = time.perf_counter() - began
    sys.stdout.write(f"cards made in {spent:.1f} s ({1000 * spent / units:.1f} ms a portal)\n")
    browser = TestClient(console_app(tools), base_url="http://testserver")
    tools.accounts.create(
        login="bench", name="量测", role=Role.ANALYST, unit=None, password=PASSWORD, at=tools.now(), must_change=False
    )
    browser.post("/login", data={"login": "bench", "password": PASSWORD})
    card = keeper.cards.page(CardQuery(), limit=1, offset=findings // 50)[0]
    group = keeper.cards.groups(CardQuery(), limit=1).items[0].lead
    paths = (
        "/flags", "/flags?page=40", "/flags?unit=u0010", "/flags?check=broken_link", "/flags?severity=major",
        "/flags?text=c3/s1", "/flags?mine=1", "/flags?from=2026-11-01", "/flags?pile=confirmed",
        "/flags?pile=recovered", "/flags?pile=suppressed", "/flags?pile=all",
        f"/flags/cause?cause={group.cause}", f"/flags/{card.id}",
        f"/flags/{card.id}?check=broken_link&severity=major", "/suppressions", "/suppressions?which=all&text=量测",
        "/duties", "/samples", "/api/v1/flags?limit=200",
    )  # fmt: skip
    slow = 0
    for path in paths:
        asked = 0

        def count(*_: object) -> None:
            nonlocal asked
            asked += 1

        spent_ms: list[float] = []
        cpu_ms: list[float] = []
        event.listen(tools.engine, "before_cursor_execute", count)
        for _ in range(times + 1):
            began, worked = time.perf_counter(), time.process_time()
            answer = browser.get(path)
            spent_ms.append(1000 * (time.perf_counter() - began))
            cpu_ms.append(1000 * (time.process_time() - worked))
            if answer.status_code != 200:
                raise SystemExit(f"{path}: {answer.status_code} {answer.text[:500]}")
        event.remove(tools.engine, "before_cursor_execute", count)
        first, *rest = spent_ms
        p95 = statistics.quantiles(rest, n=20)[-1]
        slow += p95 > LIMIT_MS
        sys.stdout.write(
            f"{path:55} median {statistics.median(rest):6.1f}  p95 {p95:6.1f}  first {first:6.1f} ms  "
            f"cpu {statistics.median(cpu_ms[1:]):6.1f}  "
            f"{asked // (times + 1):3} statements  {len(answer.content) // 1024:4} kB\n"
        )
    sys.stdout.write(f"{slow} of {len(paths)} pages over {LIMIT_MS} ms\n")
    engine.dispose()
    tools.engine.dispose()
    return 1 if slow else 0


def console_of(folder: Path, url: str, city: City) -> ConsoleTools:
    """A console on the city, at noon of its day."""
    registry = folder / "bench"
    registry.mkdir(exist_ok=True)
    document = {
        "format": "chengjian.city/1", "id": city.id, "name": city.name, "short_name": city.short_name,
        "province": city.province,
        "units": [
            {"id": one.id, "name": one.name, "kind": one.kind.value,
             "portals": [{"url": portal.url, "verified": True} for portal in one.portals]}
            for one in city.units
        ],
    }  # fmt: skip
    (registry / "units.yml").write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    settings = Settings(home=folder / "home", database=url, contact="a@b.example", chromium=None, hosts=("testserver",))
    noon = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=LOCAL)
    return open_console(settings, str(registry), now=lambda: noon)


if __name__ == "__main__":
    raise SystemExit(main())
