"""A city of any size in a database, written straight into the tables: what the console is measured on.

``fill(engine, units=3000, findings=100_000)`` writes portals with one judged audit each, findings of every check, three
nights of sightings, some decisions, and says which city that is.  The same numbers give the same city.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final

from sqlalchemy import Engine, insert

from checks.findings import finding_id
from checks.life import LOCAL
from records.crawl import Counts, CrawlPlan
from records.judgement import Finding
from records.registry import City, Portal, Unit, UnitKind
from records.verdicts import Severity
from storage.database import transaction
from storage.encoding import Packer, to_json
from storage.night_tables import night, portal_visit, sighted_audit, sighting, suppression, watched_finding
from storage.run_tables import finding_review
from storage.tables import audit, finding, site

TODAY: Final = date(2026, 11, 20)
NIGHTS: Final = (datetime(2026, 11, 17, 21, tzinfo=LOCAL), datetime(2026, 11, 18, 10, tzinfo=LOCAL),
                 datetime(2026, 11, 18, 21, tzinfo=LOCAL))  # fmt: skip
_BANDS: Final = ("evening", "office", "evening")
_CHECKS: Final = (
    ("broken_link", Severity.MAJOR, 60),
    ("broken_link", Severity.MINOR, 10),
    ("stale_column", Severity.MAJOR, 12),
    ("empty_column", Severity.MAJOR, 5),
    ("missing_disclosure", Severity.MAJOR, 5),
    ("unreachable_link", Severity.NOTICE, 8),
)
_ROWS: Final = 20_000  # of one statement


def city_of(units: int) -> City:
    """The registry of the city that ``fill`` writes."""
    return City(
        "bench", "量测市", "量测", "河南省",
        units=tuple(
            Unit(f"u{number:04}", f"第{number:04}单位", UnitKind.COUNTY if number % 10 == 0 else UnitKind.DEPARTMENT,
                 portals=(Portal(_home(number), verified=True),))
            for number in range(units)
        ),
    )  # fmt: skip


def fill(engine: Engine, *, units: int = 3000, findings: int = 100_000, seed: int = 7) -> City:
    """Write the city into an empty database.  The cards are behind then, as after a night."""
    draw = random.Random(seed)
    packer = Packer()
    counts = packer.pack(to_json(Counts(requests=100, pages=100, addresses=100, fetched=100)))
    share = _shares(units, findings, draw)
    with transaction(engine) as connection:
        for number, when in enumerate(NIGHTS, 1):
            connection.execute(
                insert(night).values(
                    id=number,
                    city="bench",
                    day=when.date(),
                    state="running",
                    began=when.isoformat(),
                    by="bench",
                    told="",
                )
            )
            connection.execute(night.update().where(night.c.id == number).values(state="healthy"))
        write(
            connection,
            site,
            ({"id": n + 1, "key": _key(n), "url": _home(n), "name": f"第{n:04}单位门户"} for n in range(units)),
        )
        write(connection, audit, (_audit(n, counts, packer) for n in range(units)))
        write(
            connection, portal_visit,
            ({"night_id": 3, "position": n + 1, "unit": f"u{n:04}", "url": _home(n), "audit_id": n + 1, "state": "done",
              "told": ""} for n in range(units)),
        )  # fmt: skip
        rows = [one for n in range(units) for one in _findings(n, share[n], draw)]
        write(connection, finding, (_finding_row(n, place, one, packer) for n, place, one in rows))
        write(connection, watched_finding, (_watched_row(n, one, packer) for n, _, one in rows))
        write(connection, sighting, (row for n, _, one in rows for row in _sightings(n, one, draw)))
        write(connection, sighted_audit, ({"audit_id": n + 1, "judged_at": _JUDGED} for n in range(units)))
        write(connection, finding_review, (_review(n, one) for n, _, one in rows if draw.random() < 0.03))
        write(connection, suppression, (_suppression(n, one) for n, _, one in rows if draw.random() < 0.01))
    return city_of(units)


_JUDGED: Final = (NIGHTS[-1] + timedelta(hours=2)).isoformat()


def _home(number: int) -> str:
    return f"http://u{number:04}.bench.test/"


def _key(number: int) -> str:
    return f"u{number:04}.bench.test"


def _shares(units: int, findings: int, draw: random.Random) -> list[int]:
    """How many findings each portal has: most have few, some have hundreds."""
    weights = [draw.paretovariate(1.2) for _ in range(units)]
    whole = sum(weights)
    shares = [int(findings * one / whole) for one in weights]
    for number in range(findings - sum(shares)):
        shares[number % units] += 1
    return shares


def _findings(number: int, count: int, draw: random.Random) -> Iterator[tuple[int, int, Finding]]:
    kinds = [(check, severity) for check, severity, _ in _CHECKS]
    weights = [weight for _, _, weight in _CHECKS]
    for place in range(count):
        check, severity = draw.choices(kinds, weights)[0]
        if severity is Severity.MINOR:
            subject = f"http://gone{draw.randrange(200):03}.other.test/{number}/{place}.html"
        elif check == "missing_disclosure":
            subject = f"{_home(number)}#power_list{place}"
        else:
            subject = f"{_home(number)}c{draw.randrange(8)}/s{draw.randrange(3)}/{place}.html"
        first = TODAY - timedelta(days=draw.randrange(40))
        yield number, place, Finding(
            finding_id(check, subject), check, severity, subject, f"“栏目{place}”所指的网页打不开：返回 404。",
            where="出现在 3 处", how_seen="GET 404，再试 404", remedy="恢复该页面。", since=first,
        )  # fmt: skip


def _audit(number: int, counts: bytes, packer: Packer) -> dict[str, Any]:
    plan = CrawlPlan(_home(number), "bench")
    began = NIGHTS[-1]
    return {
        "id": number + 1, "site_id": number + 1, "policy": "nanyang-monthly", "as_of": began.date(), "program": "bench",
        "plan": packer.pack(to_json(plan)), "started_at": began.isoformat(), "counts": counts,
        "finished_at": (began + timedelta(hours=1)).isoformat(), "judged_at": _JUDGED, "complete": True,
        "site_verdict": "reachable",
    }  # fmt: skip


def _finding_row(number: int, place: int, one: Finding, packer: Packer) -> dict[str, Any]:
    return {
        "audit_id": number + 1, "id": one.id, "position": place, "state": "found", "check": one.check,
        "severity": one.severity.value, "subject": one.subject, "since": one.since, "fact": packer.pack(to_json(one)),
    }  # fmt: skip


def _watched_row(number: int, one: Finding, packer: Packer) -> dict[str, Any]:
    return {
        "site": _key(number), "finding": one.id, "check": one.check, "severity": one.severity.value,
        "subject": one.subject, "seen_at": NIGHTS[-1].isoformat(), "audit_id": number + 1,
        "fact": packer.pack(to_json(replace(one, change=None))),
    }  # fmt: skip


def _sightings(number: int, one: Finding, draw: random.Random) -> Iterator[dict[str, Any]]:
    """One to three tries; some were seen healed at the end."""
    tries = draw.choice((1, 1, 2, 2, 3))
    for index in range(3 - tries, 3):
        healed = index == 2 and draw.random() < 0.08
        yield {
            "site": _key(number), "finding": one.id, "at": NIGHTS[index].isoformat(), "band": _BANDS[index],
            "sight": "healed" if healed else "fault", "night_id": index + 1,
            "audit_id": number + 1 if index == 2 else None, "told": "GET 404",
        }  # fmt: skip


def _review(number: int, one: Finding) -> dict[str, Any]:
    state = "confirmed" if number % 2 else "dismissed"
    at = (NIGHTS[-1] + timedelta(hours=12)).isoformat()
    return {"site": _key(number), "finding": one.id, "state": state, "why": "量测", "by": "量测", "at": at}


def _suppression(number: int, one: Finding) -> dict[str, Any]:
    return {
        "site": _key(number), "check": None, "subject": one.id, "reason": "量测", "owner": "量测",
        "begins": NIGHTS[0].date(), "ends": TODAY + timedelta(days=number % 60),
    }  # fmt: skip


def write(connection: Any, table: Any, rows: Iterator[dict[str, Any]]) -> None:
    """Rows of a table, some at a time."""
    rows = iter(rows)
    while some := list(islice(rows, _ROWS)):
        connection.execute(insert(table), some)
