"""The API of units and verifiers: the same services as the pages, the same bounds of who sees what."""

from datetime import date

import pytest

from records.accounts import Role
from records.rounds import Stage
from tests.console.rounds_at_desk import advanced, opened
from tests.console.test_mine_answers import EAST, WEST, audited, confirm, dead
from tests.console.test_mine_filings import PDF, standing


class Program:
    """A program that acts for an account."""

    def __init__(self, browser):
        self.client = browser.client
        self.headers = {"x-csrf-token": browser.csrf}

    def get(self, path, status=200, **query):
        answer = self.client.get(f"/api/v1{path}", params=query)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path, body=None, status=200):
        answer = self.client.post(f"/api/v1{path}", json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def send(self, path, name, body, status=200):
        answer = self.client.post(f"/api/v1{path}", params={"name": name}, content=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
def round_id(desk):
    return opened(desk).plan.id


@pytest.fixture
def east(desk):
    return Program(desk.as_role(Role.UNIT, "dongcheng"))


@pytest.fixture
def verifier(desk):
    return Program(desk.as_role(Role.VERIFIER))


def test_a_row_is_filed_and_decided_by_programs(desk, round_id, east, verifier):
    """Rows, upload, filing, queue, decision: and the next filing may keep the file."""
    path = f"/mine/rounds/{round_id}/rows"
    rows = {one["indicator"]: one for one in east.get(path)}
    assert rows["NYC-13"]["standing"] == "待填报"
    upload = east.send(f"{path}/NYC-13/files", "../清单.pdf", PDF)
    assert (upload["name"], upload["kind"], upload["size"]) == ("清单.pdf", "pdf", len(PDF))
    form = {"value": 2, "items": ["教育", "医疗"], "uploads": [{"id": upload["id"], "note": "第3页"}]}
    receipt = east.post(f"{path}/NYC-13", form)
    assert receipt["filing"] is not None
    (filed,) = verifier.get("/filings", state="new")["filings"]
    assert (filed["unit"], filed["value"], filed["files"][0]["note"]) == ("dongcheng", 2, "第3页")
    chosen = [{"id": filed["id"]}]
    verifier.post("/filings/decisions", {"filings": chosen, "outcome": "returned"}, status=422)
    made = verifier.post("/filings/decisions", {"filings": chosen, "outcome": "returned", "reason": "缺章"})
    assert made == {"decided": [filed["id"]], "left": []}
    assert "没有改动" in verifier.post("/filings/decisions", {"filings": chosen, "outcome": "accepted"}, 422)["error"]
    row = next(one for one in east.get(path) if one["indicator"] == "NYC-13")
    assert (row["standing"], row["filed"]["decision"]["reason"]) == ("已退回", "缺章")
    east.post(f"{path}/NYC-13", {"value": 3, "keep": [upload["sha256"]]})
    (kept,) = standing(desk)
    assert (kept.filed.value, kept.filed.attachments[0].name, kept.supersedes) == (3, "清单.pdf", filed["id"])


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"value": -1}, "不小于 0"),
        ({"value": "2"}, "不小于 0"),
        ({}, "没有 value"),
        ({"state": "not_applicable"}, "没有写 reason"),
        ({"state": "not_measured", "value": 1}, "not_measured"),
        ({"value": 1, "uploads": [{"id": 77}]}, "没有编号为 77"),
        ({"value": 1, "keep": ["0" * 64]}, "没有附过"),
        ({"value": 1, "effective": "2027-01-01"}, "不晚于今天"),
    ],
)
def test_what_cannot_be_taken_is_one_sentence(desk, round_id, east, body, told):
    """422 with a Chinese sentence, and nothing filed."""
    assert told in east.post(f"/mine/rounds/{round_id}/rows/NYC-13", body, 422)["error"]
    assert standing(desk) == ()


def test_points_reviews_findings_and_requests(desk, round_id, east):
    """What the pages show and do, for programs."""
    one = dead(EAST)
    audited(desk, EAST, one)
    confirm(desk, one)
    assert east.get("/mine")["rounds"][0]["result"] is None
    advanced(desk, round_id, Stage.FEEDBACK, date(2026, 11, 20))
    mine = east.get("/mine")
    assert mine["rounds"][0]["may_answer"] is True
    assert len(mine["rounds"][0]["result"]["rows"]) == 28
    (found,) = east.get("/mine/findings")["findings"]
    assert (found["id"], found["counts"]) == (one.id, True)
    assert east.post("/mine/findings/rechecks", {"site": found["site"], "finding": one.id})["state"] == "waiting"
    east.send(f"/mine/rounds/{round_id}/reviews/NYC-10/files", "证明.pdf", PDF)
    asked = east.post(f"/mine/rounds/{round_id}/review", {"rows": [{"indicator": "NYC-10", "reason": "有文件"}]})
    assert asked["rows"] == ["NYC-10"]
    east.post(f"/mine/rounds/{round_id}/confirmation", status=422)
    (visit,) = east.get("/mine/requests")
    assert (visit["requests"], visit["robots_disallowed"]) == (30, 4)


def test_nothing_of_a_neighbour(desk, round_id, east):
    """By whatever number or name it is asked for."""
    other = dead(WEST)
    audited(desk, WEST, other)
    west = Program(desk.as_role(Role.UNIT, "xicheng"))
    path = f"/mine/rounds/{round_id}/rows/NYC-13"
    upload = west.send(f"{path}/files", "西城.pdf", PDF)
    assert "没有编号" in east.post(path, {"value": 1, "uploads": [{"id": upload["id"]}]}, 422)["error"]
    west.post(path, {"value": 987654})
    for question in ("/mine", f"/mine/rounds/{round_id}/rows", "/mine/findings", "/mine/requests"):
        text = str(east.get(question))
        assert "987654" not in text, question
        assert "xicheng" not in text, question
    east.get("/filings", 403)
    east.get("/mine/findings", 422, site="xicheng.example")
    east.post("/mine/findings/rechecks", {"site": "xicheng.example", "finding": other.id}, 404)


def test_who_is_no_unit_has_no_pages_of_one(desk, round_id, verifier):
    """The verifier files nothing, not even by the API."""
    verifier.get("/mine", 403)
    verifier.post(f"/mine/rounds/{round_id}/rows/NYC-13", {"value": 1}, 403)
