"""How fast the overview answers with 3,000 units × 35 rows (12 of them ranked), and how many queries a page asks.

    .venv/bin/python bench/console_overview.py [--requests N]

Goal: every page under 200 ms (p95), with a bounded number of queries.  The first opening of a run is shown apart: it is
done in the background when the service starts and when a run is made.
"""

import argparse
import random
import statistics
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
from sqlalchemy import event
from starlette.testclient import TestClient

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
from services.run_changes import compare
from services.score_round import Sources
from storage.accounts import AccountRepository
from storage.audit_results import AuditResults

sys.path.insert(0, str(Path(__file__).parent))
from scoring_pace import drawn, ranked_scheme_text

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
    parser.add_argument("--requests", type=int, default=30)
    times = parser.parse_args().requests
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        tools, round_id = build(Path(folder))
        print(f"built in {time.perf_counter() - start:.1f} s")
        tools.accounts.create(
            login="office", name="信用办", role=Role.OFFICE, unit=None, password=PASSWORD, at=NOW,
            must_change=False,
        )  # fmt: skip
        newest = tools.evaluation.shelf.heads("bench")[0].id
        for what, call in (
            ("open a run", lambda: tools.evaluation.shelf.open(newest)),
            ("read the rounds", lambda: tools.evaluation.briefs()),
            ("trust", lambda: tools.evaluation.shelf.trust(tools.evaluation.shelf.open(newest), 120)),
            ("indexes", lambda: tools.evaluation.shelf._warm(newest)),
        ):
            start = time.perf_counter()
            call()
            print(f"first: {what:<40} {(time.perf_counter() - start) * 1000:8.0f} ms")
        old = tools.evaluation.shelf.open(tools.evaluation.shelf.heads("bench")[1].id)
        start = time.perf_counter()
        compare(tools.evaluation.shelf, old, tools.evaluation.shelf.open(newest), 600)
        print(f"first: {'difference of two runs':<40} {(time.perf_counter() - start) * 1000:8.0f} ms")
        print(f"memory: {psutil.Process().memory_info().rss / 1e6:.0f} MB with two runs open")
        measure(tools, round_id, newest, times)
        tools.evaluation.shelf.close()
        tools.engine.dispose()


def measure(tools: ConsoleTools, round_id: str, run: str, times: int) -> None:
    client = TestClient(console_app(tools), follow_redirects=True)
    client.post("/login", data={"login": "office", "password": PASSWORD})
    asked = [0]
    event.listen(tools.engine, "before_cursor_execute", lambda *_: asked.__setitem__(0, asked[0] + 1))
    event.listen(
        tools.evaluation.shelf.runs.engine, "before_cursor_execute", lambda *_: asked.__setitem__(0, asked[0] + 1)
    )
    paths = (
        "/overview", f"/overview/{run}", f"/overview/{run}?page=40&order=name", f"/overview/{run}?row=B-03",
        f"/overview/{run}?view=ranking", f"/overview/{run}?view=trend", f"/overview/{run}?view=basis",
        f"/overview/{run}/units/u1500", f"/overview/{run}/units/u1500/rows/B-03", f"/overview/{run}/changes",
        f"/overview/{run}/changes?unit=u7", f"/overview/{run}/evidence?kind=filing&ref=7-B-03", "/rounds",
        f"/rounds/{round_id}", f"/rounds/{round_id}/units", f"/rounds/{round_id}/log", "/reviews",
        f"/reviews/{round_id}/u41/B-03", "/precedents",
    )  # fmt: skip
    print(f"\n{'page':<52} {'first':>8} {'median':>8} {'p95':>8}  queries   KB")
    for path in paths:
        spent = []
        for _ in range(times + 1):
            asked[0] = 0
            start = time.perf_counter()
            answer = client.get(path)
            spent.append((time.perf_counter() - start) * 1000)
            assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
        first, rest = spent[0], sorted(spent[1:])
        p95 = rest[int(0.95 * (len(rest) - 1))]
        print(
            f"{path.replace(round_id, '…'):<52} {first:8.0f} {statistics.median(rest):8.0f} {p95:8.0f}  {asked[0]:7d} "
            f"{len(answer.content) / 1024:5.0f}"
        )


if __name__ == "__main__":
    main()
