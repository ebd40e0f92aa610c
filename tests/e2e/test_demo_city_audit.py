"""The whole way on the demo city: exactly the declared faults are found, and no innocent is accused."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from chengjian.cli import main
from chengjian.demo.city import City, serve
from chengjian.demo.expected import differences, expected
from chengjian.demo.faults import CITY

AS_OF = date(2026, 11, 21)


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    with serve(AS_OF) as served:
        yield served


@pytest.mark.timeout(180)
@pytest.mark.parametrize("portal", CITY, ids=lambda portal: str(portal.key))
def test_the_declared_faults_are_found_and_nothing_else(
    portal: object, city: City, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    key = request.node.callspec.id
    out = tmp_path / "audit.json"
    main(
        [
            "audit",
            city.url(key),
            "--as-of",
            AS_OF.isoformat(),
            *("--rate", "200", "--concurrency", "8", "--recheck-after", "0.5"),
            *("--json", str(out), "--evidence", str(tmp_path / "evidence"), "--db", str(tmp_path / "db.sqlite3")),
            "--quiet",
        ]
    )
    document = json.loads(out.read_bytes())
    assert differences(document, expected(AS_OF, city.base_urls)[key]) == ()


def test_the_crawler_obeyed_robots_and_named_itself(city: City) -> None:
    """Runs after the audits of this module and reads the log of the city's own servers."""
    agents = {entry.user_agent for portal in CITY for entry in city.served(portal.key)}
    assert agents, "no portal was asked for anything"
    assert all(agent.startswith("Chengjian/") and "mailto:tests@example.invalid" in agent for agent in agents)
