"""Personal numbers that stood on a page, or that somebody typed, in every answer to every role that reviews nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from starlette.testclient import TestClient

from console import privacy
from console.rights import GRANTS, Right
from records.accounts import Role
from records.desk import CardQuery
from tests.console.conftest import UNITS, Desk, desk_in
from tests.console.evaluation_world import ROUND, World
from tests.console.flag_city import NIGHTS, FlagCity, at, dead, missing, stale
from tests.console.test_rights import GUARDED, Call

PHONE = "13987654321"
PERSON = "11010519491231002X"  # the example of GB 11643
SAID = f"“联系人张三{PHONE}，{PERSON}”所指的网页打不开"
OWN = "dongcheng"


@dataclass
class House:
    """Findings whose words quote a page, decided about with such words; and somebody of every role."""

    desk: Desk
    run: str
    finding: str
    clients: dict[Role, TestClient]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, empty_database) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("persons")
    city = folder / "linshui"
    city.mkdir()
    (city / "units.yml").write_text(UNITS, "utf-8")
    with desk_in(folder, city, empty_database) as desk:
        told = {"message": SAID, "where": SAID, "how_seen": SAID, "remedy": SAID}
        found = [replace(one, **told) for one in (dead(OWN), stale(OWN), dead(OWN, "zwgk/b.html"), missing(OWN))]
        page = f"<html><body><h1>{SAID}</h1><a href='{found[0].subject}'>139<b>8765</b>4321</a></body></html>".encode()
        for when in NIGHTS:
            FlagCity(desk.tools).night(at(when), {OWN: found}, body=page)
        run = World(desk).to_reviews()
        keeper = desk.tools.desk.keeper(replace(desk.tools.view(), today=desk.tools.today))
        keeper.refresh()
        analyst = desk.as_role(Role.ANALYST)
        for card, action in zip(keeper.cards.page(CardQuery(pile=None), limit=9), ("confirm", "dismiss"), strict=False):
            analyst.post(f"/flags/{card.id}/comment", text=SAID, back="/flags")
            analyst.post("/flags/decide", card=f"{card.id}:{card.version}", action=action, why=SAID, back="/flags")
        clients = {}
        for role in Role:
            browser = desk.as_role(role, OWN if role is Role.UNIT else None)
            clients[role] = TestClient(desk.app, follow_redirects=False)  # type: ignore[arg-type]
            clients[role].cookies.update(browser.client.cookies)
        yield House(desk, run, found[0].id, clients)


def told(house: House, role: Role) -> dict[str, bool]:
    """Every GET of that role with what exists; whether a number of a person stands in its answer."""
    client, found = house.clients[role], {}
    asked = [one for one in GUARDED if one.method == "GET" and one.guard.right in GRANTS[role]]  # type: ignore[union-attr]
    paths = [path for one in asked for path in _paths(house, one)]
    while paths:
        path = paths.pop()
        if path in found:
            continue
        answer = client.get(path)
        text = answer.content.decode("utf-8", "replace")
        found[path] = PHONE in text or PERSON in text or PHONE in re.sub(r"<[^>]*>", "", text)
        if answer.headers.get("content-type", "").startswith("text/html"):
            framed = re.findall(r'<iframe[^>]* src="([^"#]*)', text)
            paths += [one for one in framed if one.startswith("/")]
    return found


def _paths(house: House, one: Call) -> list[str]:
    known = {"unit": OWN, "run": house.run, "round_id": ROUND, "indicator": "NYC-05"}
    some = [one.filled(**known, **{name: number for name in one.names if name not in known}) for number in "1234"]
    lists = [f"{path}?{query}" for path in some[:1] for query in _FILTERS] if not one.names else []
    if one.path == "/mine/findings/one":
        lists.append(f"{one.path}?site={OWN}.example&finding={house.finding}")
    return [*dict.fromkeys(some), *lists]


_FILTERS = ("pile=confirmed", "pile=suppressed", "pile=recovered", "pile=all", "which=all")


@pytest.mark.parametrize("role", [one for one in Role if Right.DECIDE_FLAGS not in GRANTS[one]])
def test_who_reviews_no_finding_reads_no_number_of_a_person(house: House, role: Role) -> None:
    """In pages, in the API, in documents, in the archived page, in the log; also where tags part the number."""
    found = told(house, role)
    assert [path for path, there in found.items() if there] == []
    assert len(found) > 10


def test_who_reviews_findings_reads_them_whole(house: House) -> None:
    """The control: the numbers are there, in pages, in the API and in the archived page."""
    there = [path for path, number in told(house, Role.ANALYST).items() if number]
    for beginning in ("/flags/", "/api/v1/flags/", "/flags?", "/archived/"):
        assert any(path.startswith(beginning) for path in there), beginning


def test_without_the_mask_others_would_read_them(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard is what keeps them out."""
    monkeypatch.setattr(privacy, "mask", lambda text: text)
    there = [path for path, number in told(house, Role.AUDITOR).items() if number]
    assert any(path.startswith("/flags") for path in there)
    assert any(path.startswith("/api/v1/flags") for path in there)
