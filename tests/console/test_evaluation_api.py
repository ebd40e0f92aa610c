"""The JSON API of overview, rounds and reviews: all that the pages do, and no more than the account may."""

import pytest

from records.accounts import Role
from tests.console.conftest import Browser, Desk
from tests.console.evaluation_world import ROUND, STALE, World


@pytest.fixture
def world(desk: Desk) -> World:
    return World(desk)


def get(browser: Browser, path: str, status: int = 200, **query: str):
    answer = browser.client.get(f"/api/v1{path}", params=query)
    assert answer.status_code == status, answer.text
    return answer.json()


def post(browser: Browser, path: str, body: dict[str, object], status: int = 200):
    answer = browser.client.post(f"/api/v1{path}", json=body, headers={"X-CSRF-Token": browser.csrf})
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_round_by_the_api(world: World) -> None:
    """Open, advance, score and go back without a page; what was decided on an older state is refused."""
    office = world.person("office", Role.OFFICE)
    opened = post(office, "/rounds", {"scheme": "nanyang-county", "period": "2026"})
    assert (opened["id"], opened["stage"]) == (ROUND, "collecting")
    seen = opened["entries"]
    assert post(office, f"/rounds/{ROUND}/advance", {"seen": seen})["stage"] == "verifying"
    assert "新记录" in post(office, f"/rounds/{ROUND}/advance", {"seen": seen}, 422)["error"]
    run = post(office, f"/rounds/{ROUND}/score", {})["run"]
    step = post(office, f"/rounds/{ROUND}/advance", {"seen": seen + 1, "run": run})
    assert (step["stage"], step["preliminary_run"]) == ("preliminary", run)
    back = post(office, f"/rounds/{ROUND}/back", {"seen": seen + 2, "reason": "补报"})
    assert back["stage"] == "verifying"
    assert [one["told"] for one in get(office, f"/rounds/{ROUND}/log")][-1] == "退回到“信息核实”：补报"
    assert get(office, f"/rounds/{ROUND}")["who"] == "审核员、分析员；信用办推进"
    post(office, "/rounds", {"scheme": "/etc/passwd.yml", "period": "2026"}, 422)
    get(office, "/rounds/nowhere", 404)
    post(world.person("auditor", Role.AUDITOR), f"/rounds/{ROUND}/advance", {"seen": 9}, 403)


def test_numbers_open_and_lead_back(world: World) -> None:
    """A cell says its value, evidence, reading and the rule's words; evidence says its cells."""
    run = world.to_preliminary()
    office = world.office
    assert get(office, "/runs")["runs"][0]["part"] == "初评，初步评价"
    assert get(office, f"/runs/{run}/coverage")["not_measured"] > 0
    units = get(office, f"/runs/{run}/units", q="城县")
    assert units["total"] == 3
    cell = get(office, f"/runs/{run}/units/xicheng/rows/NYC-05")
    assert cell["row"]["points"] == "0.00"
    assert cell["value"]["evidence"][0]["ref"] == STALE.id
    assert cell["rule_text"]
    moved = get(office, f"/runs/{run}/evidence", kind="finding", ref=STALE.id)
    assert [(one["unit"], one["row"], one["counted"]) for one in moved] == [("xicheng", "NYC-05", True)]
    assert get(office, f"/runs/{run}/changes") == {"old": None, "new": run, "ready": True, "total": 0, "changes": []}


def test_a_unit_asks_for_its_own_alone(world: World) -> None:
    """Draft, others' rows and others' evidence do not exist for it."""
    run = world.to_preliminary()
    east = world.unit("dongcheng")
    assert get(east, "/runs")["total"] == 0
    get(east, f"/runs/{run}/units", 404)
    world.step(world.office, delivered="2026-11-20")
    assert [one["id"] for one in get(east, f"/runs/{run}/units")["units"]] == ["dongcheng"]
    assert get(east, f"/runs/{run}/units/dongcheng")["rows"]
    get(east, f"/runs/{run}/units/xicheng", 404)
    get(east, f"/runs/{run}/units/xicheng/rows/NYC-05", 404)
    get(east, f"/runs/{run}/coverage", 404)
    assert get(east, f"/runs/{run}/evidence", kind="finding", ref=STALE.id) == []
    get(east, "/rounds", 403)
    get(east, "/reviews", 403)
    get(east, "/precedents", 403)


def test_a_review_is_tried_and_decided(world: World) -> None:
    """Before and after, the decision, the precedent; a second decision is refused."""
    world.to_reviews()
    jia = world.person("jia", Role.VERIFIER)
    (waiting,) = get(jia, "/reviews")
    assert (waiting["unit"], waiting["days_left"], waiting["can_be_decided"]) == ("xicheng", 5, True)
    here = f"/reviews/{ROUND}/xicheng/NYC-05"
    tried = post(jia, f"{here}/trial", {"value": "0"})
    assert (tried["points_before"], tried["points_after"]) == ("0.00", "2.00")
    body = {"outcome": "accepted", "clause": "第5项", "reason": "当日更新", "value": "0"}
    assert post(jia, f"{here}/decide", body)["outcome"] == "accepted"
    assert "已由" in post(world.person("yi", Role.VERIFIER), f"{here}/decide", body, 422)["error"]
    assert get(jia, "/reviews") == []
    assert get(jia, "/precedents", q="当日")["accepted"] == 1
    auditor = world.person("auditor", Role.AUDITOR)
    assert "13812345678" not in str(get(auditor, "/precedents"))
    post(jia, f"/reviews/{ROUND}/xicheng/NYC-01/trial", {"value": "0"}, 404)
