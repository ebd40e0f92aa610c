"""How long scoring takes: 3,000 units × 35 indicators with ranking, and loading and checking a scheme.  One core.

    .venv/bin/python bench/scoring_pace.py

Goals: scoring under 1 s, loading and checking under 50 ms.  Figures are the best and the median of several runs.
"""

import json
import random
import statistics
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from tempfile import TemporaryDirectory

from records.indicators import IndicatorValue, ValueSource, ValueState
from records.period import Period
from records.registry import City, Unit, UnitKind
from scoring.model import Scheme
from scoring.rules.base import Better
from scoring.scheme_text import parse_scheme
from scoring.scorer import score_units
from scoring.shapes import Choice, Count, Flag, Number, Parts
from scoring.values import read_values
from services.reports.scores_document import scores_json
from services.run_document import read_inputs
from services.schemes import SCHEME_IDS, load_scheme, scheme_text
from services.score_round import Sources, inputs_of, result_of
from services.score_values import ScoreRun
from storage.audit_results import AuditResults
from storage.database import open_database

UNITS = 3000


def timed(what: str, call: Callable[[], object], runs: int = 5) -> float:
    times = []
    for _ in range(runs):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    best, median = min(times) * 1000, statistics.median(times) * 1000
    print(f"{what:<58} best {best:8.1f} ms   median {median:8.1f} ms")
    return min(times)


def drawn(shape: object, rng: random.Random) -> object:
    """A random JSON value of a shape."""
    match shape:
        case Flag():
            return rng.random() < 0.5
        case Count(most=most):
            return rng.randint(0, min(most, 20))
        case Number(low=low, high=high):
            return round(rng.uniform(float(low), float(high if high is not None else 1000)), 4)
        case Choice(keys=keys):
            return rng.choice(keys)
        case Parts(parts=parts):
            return {name: drawn(part, rng) for name, part in parts}
        case _:
            raise AssertionError(shape)


def ranked_scheme_text() -> str:
    """35 rows, 12 of them ranked among 3,000 peers: the hardest mixture that our documents suggest."""
    rows = []
    kinds = [
        "kind: presence",
        "kind: absence",
        "kind: per_item_add\n          step: 0.4",
        "kind: rate",
        "kind: judged",
    ]
    for n in range(35):
        rule = (
            f"kind: interval_ranking\n          better: {list(Better)[n % 2]}" if n % 3 == 0 else kinds[n % len(kinds)]
        )
        rows.append(
            f"      - id: B-{n:02d}\n        name: 第{n}项\n        weight: 4\n        cite: 附件\n        text: 原文\n"
            f"        reading: 读法\n        rule:\n          {rule}\n"
        )
    head = (
        "format: chengjian.scheme/1\nid: bench\nname: 基准\nversion: \"1\"\ndocument: {title: 基准}\nfull: 140\n"
        "bands: [{below: 0.2, share: 1}, {below: 0.4, share: 0.8}, {below: 0.6, share: 0.6}, {share: 0.2}]\n"
        "sections:\n  - name: 甲\n    indicators:\n"
    )  # fmt: skip
    return head + "".join(rows)


def measure(scheme: Scheme) -> None:
    rng = random.Random(7)
    units = [
        {
            "id": f"u{n}",
            "name": f"单位{n}",
            "kind": "county",
            "values": {row.id: drawn(row.rule.shape, rng) for row in scheme.indicators},
        }
        for n in range(UNITS)
    ]
    text = json.dumps({"schema": "chengjian.values/1", "scheme": scheme.id, "period": "2026", "units": units})
    values, faults = read_values(text, scheme)
    assert values is not None, faults[:3]
    run = ScoreRun(scheme, "2026", score_units(scheme, values.units))
    ranked = sum(row.rule.ranked is not None for row in scheme.indicators)
    print(f"\n{scheme.id}: {UNITS} units × {len(scheme.indicators)} indicators, {ranked} of them ranked")
    timed("  read and validate the values (JSON)", partial(read_values, text, scheme))
    timed("  score, rank, grade", partial(score_units, scheme, values.units))
    timed("  write the document (JSON)", partial(scores_json, run))


class Filed:
    """Filings that are there already: how long a database takes is not the question."""

    def __init__(self, given: tuple[IndicatorValue, ...]) -> None:
        self._given = given

    def periods(self, city: str, scheme_id: str) -> tuple[str, ...]:
        return ("2026",)

    def values(self, city: str, scheme_id: str, period: str) -> tuple[IndicatorValue, ...]:
        return self._given


def measure_run(scheme: Scheme, text: str) -> None:
    """A stored run's two documents, from filings of every row of 3,000 units."""
    rng = random.Random(7)
    city = City(
        "bench", "基准市", "基准", "省", units=tuple(Unit(f"u{n}", f"单位{n}", UnitKind.TOWN) for n in range(UNITS))
    )
    given = tuple(
        IndicatorValue(unit.id, row.id, ValueState.SUPPLIED, ValueSource.OFFICIAL, exact(drawn(row.rule.shape, rng)))
        for unit in city.units
        for row in scheme.indicators
    )
    with TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/bench.sqlite3")
        sources = Sources(AuditResults(engine), Filed(given), dict, lambda first, last: None)
        gather = partial(inputs_of, scheme, text, city, Period.parse("2026"), sources=sources, program="bench")
        body = gather()
        size = f"{len(given)} filed values, {len(body) / 1e6:.1f} MB of inputs"
        print(f"\na stored run of {scheme.id}: {UNITS} units, {size}")
        timed("  gather, combine, write the inputs", gather, runs=2)
        timed("  read the inputs, score, write the result", lambda: result_of(read_inputs(body)), runs=2)
        engine.dispose()


def exact(value: object) -> object:
    return Decimal(repr(value)) if isinstance(value, float) else value


def main() -> None:
    for name in SCHEME_IDS:
        timed(f"load and check {name}", partial(parse_scheme, *scheme_text(name)))
    own = parse_scheme(ranked_scheme_text(), "bench").scheme
    assert own is not None
    measure(load_scheme("jiyuan"))
    measure(own)
    measure_run(load_scheme("jiyuan"), scheme_text("jiyuan")[0])


if __name__ == "__main__":
    main()
