"""What else a city has on its desks: filed values with decisions, duties, news events.

``fill_papers(engine, units=3000)`` writes a filing of 35 rows for every unit, a third of them decided; a duty of every
second portal, a quarter of them open; an account of every unit; thirty nights over all portals; and 20,000 news events,
a tenth of them decided.
"""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Engine, insert

from bench.console_city import TODAY, write
from checks.life import LOCAL
from records.filings import FiledValue
from records.indicators import ValueState
from records.news import NewsEvent, NewsLabel
from records.news_reviews import EventReview, ReviewAction
from storage.account_tables import account
from storage.database import transaction
from storage.decision_tables import filing_decision
from storage.encoding import Packer, to_json
from storage.filing_facts import pack_fact
from storage.filing_tables import evidence_file, filed_value, filing
from storage.news_tables import news_change, news_event, news_review
from storage.night_tables import duty, duty_entry, night, portal_visit

ROWS: Final = 35
EVENTS: Final = 20_000
_AT: Final = datetime(2026, 11, 10, 9, tzinfo=LOCAL)
_FIRST_NIGHT: Final = 101
_SHA: Final = "0" * 64


def fill_papers(engine: Engine, *, units: int = 3000, seed: int = 7) -> None:
    draw, packer = random.Random(seed), Packer()
    with transaction(engine) as connection:
        _file(connection, units, draw, packer)
        write(connection, duty, (_duty(n) for n in range(0, units, 2)))
        write(connection, duty_entry, (_entry(n) for n in range(0, units, 2)))
        events = [_event(n, units, draw) for n in range(EVENTS)]
        write(
            connection, news_event,
            ({"city_id": "bench", "id": one.id, "model": "m", "first_day": one.first_day,
              "fact": packer.pack(to_json(one))} for one in events),
        )  # fmt: skip
        write(connection, news_review, (_review(one, packer) for one in events[::10]))
        _earlier_nights(connection, units)
        write(connection, account, (_account(n) for n in range(units)))
        connection.execute(insert(news_change).values(city_id="bench", number=1, judged=1))


def _earlier_nights(connection: Any, units: int) -> None:
    """A month of nights over all portals, older than those that saw something."""
    began = datetime(2026, 10, 15, 21, tzinfo=LOCAL)
    for number in range(_FIRST_NIGHT, _FIRST_NIGHT + 30):
        at = began + timedelta(days=number - _FIRST_NIGHT)
        row = {"id": number, "city": "bench", "day": at.date(), "began": at.isoformat(), "by": "bench", "told": ""}
        connection.execute(insert(night).values(row | {"state": "running"}))
        connection.execute(night.update().where(night.c.id == number).values(state="healthy", ended=at.isoformat()))
    write(
        connection, portal_visit,
        ({"night_id": number, "position": n + 1, "unit": f"u{n:04}", "url": f"http://u{n:04}.bench.test/",
          "audit_id": None, "state": "done", "told": ""}
         for number in range(_FIRST_NIGHT, _FIRST_NIGHT + 30) for n in range(units)),
    )  # fmt: skip


def _account(number: int) -> dict[str, Any]:
    return {
        "login": f"u{number:04}", "name": f"第{number:04}单位", "role": "unit", "unit": f"u{number:04}",
        "password": "-", "must_change": False, "created_at": _AT.isoformat(),
    }  # fmt: skip


def _file(connection: Any, units: int, draw: random.Random, packer: Packer) -> None:
    sheet = {
        "sha256": _SHA, "size": 1, "kind": "xlsx", "kept_at": _AT.isoformat(), "text": packer.pack(b""), "note": "",
    }  # fmt: skip
    connection.execute(insert(evidence_file).values(sheet))
    write(
        connection, filing,
        ({"id": n + 1, "scheme": "bench", "scheme_version": "1", "scheme_sha256": _SHA, "period": "2026年第4季度",
          "provider": f"第{n:04}单位", "source": "filed", "city": "bench", "template": "1", "file_name": "填报表.xlsx",
          "file_sha256": _SHA, "format": "xlsx", "supplied_at": _AT.isoformat(), "supplied_by": "量测",
          "effective": None} for n in range(units)),
    )  # fmt: skip
    write(
        connection, filed_value,
        ({"id": n * ROWS + row + 1, "filing_id": n + 1, "unit": f"u{n:04}", "indicator": f"B-{row:02}",
          "state": "supplied", "supersedes": None, "fact": packer.pack(pack_fact(_value(n, row, draw)))}
         for n in range(units) for row in range(ROWS)),
    )  # fmt: skip
    write(
        connection, filing_decision,
        ({"value_id": number, "number": 1, "outcome": "returned" if number % 9 == 0 else "accepted",
          "reason": "量测", "by": "量测", "at": _AT.isoformat()} for number in range(1, units * ROWS + 1, 3)),
    )  # fmt: skip


def _value(unit: int, row: int, draw: random.Random) -> FiledValue:
    number = Decimal(draw.randrange(10_000)) / 100
    return FiledValue(f"u{unit:04}", f"B-{row:02}", ValueState.SUPPLIED, number, sheet="表1", cell=f"C{row + 3}")


def _duty(number: int) -> dict[str, Any]:
    opened = _AT - timedelta(days=number % 90)
    return {
        "id": number + 1, "site": f"u{number:04}.bench.test", "unit": f"u{number:04}",
        "url": f"http://u{number:04}.bench.test/", "night_id": None, "audit_id": None, "opened": opened.isoformat(),
        "due": TODAY - timedelta(days=number % 40), "told": "GET 403",
        "closed": None if number % 8 == 0 else _AT.isoformat(),
    }  # fmt: skip


def _entry(number: int) -> dict[str, Any]:
    return {
        "duty_id": number + 1, "action": "opened", "by": "程序", "at": _AT.isoformat(), "note": "GET 403",
        "sha256": None, "name": None,
    }  # fmt: skip


def _event(number: int, units: int, draw: random.Random) -> NewsEvent:
    labels = tuple(label for label in NewsLabel if draw.random() < 0.15)
    day = date(2025, 12, 1) + timedelta(days=draw.randrange(350))
    return NewsEvent(
        f"e{number:06}", f"第{draw.randrange(units):04}单位的事情之{number}", day, (f"a{number}",),
        (f"u{draw.randrange(units):04}",), labels, draw.random() < 0.2, draw.random(),
    )  # fmt: skip


def _review(event: NewsEvent, packer: Packer) -> dict[str, Any]:
    review = EventReview(
        event.id, ReviewAction.CONFIRM, "量测", "量测", _AT, event.articles, event.labels, event.units, event.negative
    )
    return {
        "city_id": "bench", "event_id": event.id, "action": "confirm", "by": "量测", "why": "量测",
        "at": _AT.isoformat(), "fact": packer.pack(to_json(review)),
    }  # fmt: skip
