"""How fast the overview answers with 3,000 units × 35 rows (12 of them ranked), and how many queries a page asks.

    .venv/bin/python bench/console_overview.py [--times N]

Goal: every page under 200 ms (p95), with a bounded number of queries.  What somebody meets who comes before a run was
opened is told first: usually it is opened in the background, when the service starts and when a run is made.
"""

import argparse
import random
import sys
import time
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from argon2 import PasswordHasher
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.console_pace import pace, tell
from bench.scoring_pace import drawn, ranked_scheme_text
from chengjian.console_room import open_console
from chengjian.settings import Settings
from console.app import console_app
from console.tools import ConsoleTools
from records.accounts import Role
from records.indicators import IndicatorValue, Trace, TraceKind, ValueSource, ValueState
from records.rounds import ReviewRow
from services.accounts import AccountDesk
from services.rounds.life import BEIJING
from services.rounds.score_runs import preliminary_run
from services.rounds.standing import scheme_of
from services.score_round import Sources
from services.settling import settle
from storage.accounts import AccountRepository
from storage.audit_results import AuditResults

UNITS = 3000
MISSING = 0.08  # cells that nobody filed
PASSWORD = "-".join(random.Random(7).choices("abcdefgh23456789", k=20))
NOW = datetime(2026, 11, 20, 10, tzinfo=BEIJING)


class Filed:
    """Filings that are there already."""

    def __init__(self) -> None:
        self.given: tuple[IndicatorValue, ...] = ()

    def periods(self, city: str, scheme_id: str) -> tuple[str, ...]:
        return ("2026",)

    def values(self, city: str, scheme_id: str, period: str) -> tuple[IndicatorValue, ...]:
        return self.given


def draw(scheme: Any, rng: random.Random) -> tuple[IndicatorValue, ...]:
    values = []
    for n in range(UNITS):
        for row in scheme.indicators:
            if rng.random() < MISSING:
                continue
            raw = drawn(row.rule.shape, rng)
            value = Decimal(repr(raw)) if isinstance(raw, float) else raw
            traces = (Trace(TraceKind.FILING, f"{n}-{row.id}", f"填报 {row.id}", sha256="0" * 64, place="表1!C7"),)
            values.append(
                IndicatorValue(
                    f"u{n}", row.id, ValueState.SUPPLIED, ValueSource.OFFICIAL, value, "据报表", traces, "市信用办"
                )
            )
    return tuple(values)


def build(folder: Path) -> tuple[ConsoleTools, str]:
    """A console with one round of 3,000 units in feedback and three runs; the id of the round."""
    city = folder / "bench"
    city.mkdir()
    units = "\n".join(
        f'  - {{id: u{n}, name: 第{n}单位, kind: town, portals: [{{url: "http://u{n}.example/", verified: true}}]}}'
        for n in range(UNITS)
    )
    head = "format: chengjian.city/1\nid: bench\nname: 基准市\nshort_name: 基准\nprovince: 某省\nunits:\n"
    (city / "units.yml").write_text(head + units + "\n", "utf-8")
    scheme = folder / "bench.yml"
    scheme.write_text(ranked_scheme_text(), "utf-8")
    settings = Settings(
        home=folder / "home", database=f"sqlite:///{folder / 'bench.sqlite3'}", contact="a@b.example", chromium=None,
        hosts=("testserver",),
    )  # fmt: skip
    tools = open_console(settings, str(city), now=lambda: NOW)
    tools = replace(tools, accounts=AccountDesk(AccountRepository(tools.engine), PasswordHasher(1, 8, 1)))
    filed = Filed()
    sources = Sources(AuditResults(tools.engine), filed, dict, lambda first, last: None)
    found = tools.rounds.open(str(scheme), "2026", tools.city, by="甲")
    tools.rounds.advance(found.plan.id, by="甲")
    rng = random.Random(7)
    runs = tools.evaluation.shelf.runs
    for _ in range(3):
        filed.given = draw(scheme_of(found), rng)
        found = tools.rounds.load(found.plan.id)
        head_ = preliminary_run(found, tools.city, sources=sources, runs=runs, program="bench", now=NOW, flags={})
    tools.rounds.advance(found.plan.id, by="甲", run=head_.id)
    tools.rounds.advance(found.plan.id, by="甲", delivered=NOW.date())
    for n in range(40):
        tools.rounds.confirm(found.plan.id, f"u{n}", by="乙")
    for n in range(40, 60):
        tools.rounds.review(found.plan.id, f"u{n}", (ReviewRow("B-03", "漏计"),), by="乙")
    return tools, found.plan.id


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=40)
    times = parser.parse_args().times
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        tools, round_id = build(Path(folder))
        print(f"built in {time.perf_counter() - start:.1f} s")
        for login, role, unit in (("office", Role.OFFICE, None), ("unit", Role.UNIT, "u1500")):
            tools.accounts.create(
                login=login, name=login, role=role, unit=unit, password=PASSWORD, at=NOW, must_change=False
            )
        settle()  # as ``chengjian serve`` does
        cold(tools)
        late = measure(tools, round_id, times)
        print(f"memory: {psutil.Process().memory_info().rss / 1e6:.0f} MB with the runs open")
        tools.evaluation.shelf.close()
        tools.engine.dispose()
        raise SystemExit(1 if late else 0)


def signed_in(tools: ConsoleTools, login: str) -> TestClient:
    client = TestClient(console_app(tools), follow_redirects=True)
    client.post("/login", data={"login": login, "password": PASSWORD})
    return client


def cold(tools: ConsoleTools) -> None:
    """What somebody meets who comes before a run was opened: how long each answer takes, and when the run is shown."""
    unit, office = signed_in(tools, "unit"), signed_in(tools, "office")
    heads = tools.evaluation.shelf.heads("bench")
    for client, path in (
        (unit, "/mine"), (office, f"/overview/{heads[1].id}"), (office, f"/overview/{heads[0].id}/changes"),
    ):  # fmt: skip
        began, longest = time.perf_counter(), 0.0
        while True:
            start = time.perf_counter()
            answer = client.get(path)
            longest = max(longest, time.perf_counter() - start)
            if answer.status_code == 200 and "算好后自动显示" not in answer.text:
                break
            time.sleep(0.5)
        told = f"shown after {time.perf_counter() - began:.1f} s; longest answer {1000 * longest:.0f} ms"
        print(f"cold: {path:<40} {told}")


def measure(tools: ConsoleTools, round_id: str, times: int) -> int:
    """How many pages miss the goal by their CPU time."""
    run = tools.evaluation.shelf.heads("bench")[0].id
    office = (
        "/overview", f"/overview/{run}", f"/overview/{run}?page=40&order=name", f"/overview/{run}?row=B-03",
        f"/overview/{run}?view=ranking", f"/overview/{run}?view=trend", f"/overview/{run}?view=basis",
        f"/overview/{run}/units/u1500", f"/overview/{run}/units/u1500/rows/B-03", f"/overview/{run}/changes",
        f"/overview/{run}/changes?unit=u7", f"/overview/{run}/evidence?kind=filing&ref=7-B-03", "/rounds",
        f"/rounds/{round_id}", f"/rounds/{round_id}/units", f"/rounds/{round_id}/log", "/reviews",
        f"/reviews/{round_id}/u41/B-03", "/precedents", f"/overview/{run}/report.docx", f"/overview/{run}/report.xlsx",
        f"/overview/{run}/units/u1500/report.docx",
    )  # fmt: skip
    unit = ("/mine", "/mine/findings", "/mine/filings", "/mine/reviews", f"/mine/reviews/{round_id}", "/mine/requests")
    readers = ((signed_in(tools, "office"), office), (signed_in(tools, "unit"), unit))
    return tell(pace(readers, (tools.engine, tools.evaluation.shelf.runs.engine), times))


if __name__ == "__main__":
    main()
