"""How long the pages of the desks take, with 100,000 findings and 3,000 units, and how much they ask.

    .venv/bin/python bench/console.py [--findings N] [--units N] [--times N] [--database URL]

A database that was filled before (--database) is measured as it is.  Answers come over ASGI from this process: what is
measured is the program and the database, not the network.  "cpu" is what a page costs this process, whatever else runs
on the machine.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import yaml
from sqlalchemy import Engine, func, select
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.console_city import TODAY, city_of, fill
from bench.console_pace import pace, server_of, tell
from bench.console_papers import fill_papers
from checks.life import LOCAL
from chengjian.console_room import open_console
from chengjian.settings import Settings
from console.app import console_app
from console.tools import ConsoleTools
from records.accounts import Role
from records.desk import CardQuery
from records.registry import City
from services.settling import settle
from storage.cards import CardRepository
from storage.database import open_database
from storage.desk_tables import finding_card

PASSWORD = "correct-horse-9"  # noqa: S105  of an account that lives as long as the measurement


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--findings", type=int, default=100_000)
    words.add_argument("--units", type=int, default=3_000)
    words.add_argument("--times", type=int, default=40)
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
        fill_papers(engine, units=units)
        sys.stdout.write(f"filled in {time.perf_counter() - began:.1f} s\n")
    tools = console_of(folder, url, city)
    began = time.perf_counter()
    keeper = tools.desk.keeper(replace(tools.view(), today=TODAY))
    keeper.refresh()
    spent = time.perf_counter() - began
    sys.stdout.write(f"cards made in {spent:.1f} s ({1000 * spent / units:.1f} ms a portal)\n")
    analyst, auditor = (signed_in(tools, role) for role in (Role.ANALYST, Role.AUDITOR))
    card = keeper.cards.page(CardQuery(), limit=1, offset=findings // 50)[0]
    group = keeper.cards.groups(CardQuery(), limit=1).items[0].lead
    flags = (
        "/flags", "/flags?page=40", "/flags?unit=u0010", "/flags?check=broken_link", "/flags?severity=major",
        "/flags?text=c3/s1", "/flags?text=打不开", "/flags?text=栏目77", "/flags?text=没有的字", "/flags?text=门",
        "/flags?mine=1", "/flags?from=2026-11-01", "/flags?pile=confirmed",
        "/flags?pile=recovered", "/flags?pile=suppressed", "/flags?pile=all",
        f"/flags/cause?cause={group.cause}", f"/flags/{card.id}",
        f"/flags/{card.id}?check=broken_link&severity=major", "/suppressions", "/suppressions?which=all&text=量测",
        f"/flags/{card.id}?text=打不开", f"/flags/{card.id}?text=没有的字", "/flags?text=打不开&pile=all",
        "/flags?text=打不开&severity=major", "/api/v1/flags?text=没有的字",
        "/duties", "/duties?which=closed", "/samples", "/api/v1/flags?limit=200", "/events", "/events?page=100",
        "/events?text=0777单位", "/events?label=misconduct",
    )  # fmt: skip
    rest = (
        "/", "/filings", "/filings?state=all", "/filings?state=accepted", "/filings?state=returned&page=40",
        "/filings?indicator=B-07", "/filings?indicator=B-07&state=accepted", "/filings?unit=0777", "/filings/777",
        "/portals", "/crawls/101", "/crawls/101?page=20", "/log", "/crawls", "/jobs", "/storage",
    )  # fmt: skip
    busiest = busiest_unit(engine)
    unit = signed_in(tools, Role.UNIT, busiest)
    mine = ("/mine", "/mine/findings", "/mine/findings?page=2", "/mine/filings", "/mine/reviews", "/mine/requests")
    settle()  # as ``chengjian serve`` does
    slow = tell(
        pace(((analyst, flags), (auditor, rest), (unit, mine)), (tools.engine,), times, server=server_of(tools.engine))
    )
    engine.dispose()
    tools.engine.dispose()
    return 1 if slow else 0


def busiest_unit(engine: Engine) -> str:
    """The unit with the most findings."""
    most = select(finding_card.c.unit).group_by(finding_card.c.unit).order_by(func.count().desc()).limit(1)
    with engine.connect() as connection:
        return str(connection.scalar(most))


def signed_in(tools: ConsoleTools, role: Role, unit: str | None = None) -> TestClient:
    """Somebody of that role, signed in; a database that was measured before knows the account."""
    login = f"bench-{role.value}"
    if tools.accounts.accounts.credentials(login) is None:
        tools.accounts.create(
            login=login, name="量测", role=role, unit=unit, password=PASSWORD, at=tools.now(), must_change=False
        )
    client = TestClient(console_app(tools), base_url="http://testserver")
    client.post("/login", data={"login": login, "password": PASSWORD})
    return client


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
