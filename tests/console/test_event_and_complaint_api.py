"""The API does what the pages do: events and complaints, with the same rights and the same manners."""

import json
from typing import get_args

import pytest

from console.api.complaints import StepWord
from records.accounts import Role
from services.complaints.steps import STEP_TITLES
from storage.news import NewsRepository
from tests.console.test_complaints import CONTACT, FORM, NAME
from tests.console.test_events import put


@pytest.fixture
def news(desk) -> NewsRepository:
    return NewsRepository(desk.tools.engine)


def call(browser, path: str, status: int = 200, **body):
    """POST as a page of ours would, with its token."""
    answer = browser.client.post(f"/api/v1{path}", json=body, headers={"X-CSRF-Token": browser.csrf})
    assert answer.status_code == status, answer.text
    return answer.json()


def ask(browser, path: str, status: int = 200):
    answer = browser.client.get(f"/api/v1{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


def test_an_event_is_decided_and_the_second_is_told(desk, news):
    """A program that decides on what it has not seen gets 409 and changes nothing."""
    put(news, "e1", ("县长被查", "受贿。"))
    put(news, "e2", ("县长被查处", "受贿。"), ("修路", "受贿。"))
    browser = desk.as_role(Role.ANALYST)
    (one, two) = ask(browser, "/events?label=misconduct")["events"]
    assert one["waiting"]
    done = call(browser, f"/events/{one['id']}/confirm", why="属实", version=one["version"])
    assert done["state"] == "confirmed"
    told = call(browser, f"/events/{one['id']}/dismiss", 409, why="不", version=one["version"], ground="old")
    assert "没有执行" in told["error"]
    undone = call(browser, f"/events/{one['id']}/undo", version=done["version"])
    assert undone["state"] == "suggested"
    call(
        browser,
        f"/events/{one['id']}/relabel",
        why="改",
        version=undone["version"],
        labels=["credit_abuse"],
        negative=False,
    )
    whole = ask(browser, f"/events/{one['id']}")
    assert (whole["labels"], whole["negative"]) == (["credit_abuse"], False)
    assert [review["undone"] for review in whole["reviews"]] == [True, False]
    call(browser, f"/events/{one['id']}/reattribute", 422, why="改", version=whole["version"], units=["没有这个单位"])
    version = ask(browser, "/events/e2")["version"]
    new = call(browser, "/events/e2/split", why="两件", version=version, articles=["e2a1"])
    assert new["articles"] == ["e2a1"]
    version = ask(browser, f"/events/{two['id']}")["version"]
    call(browser, f"/events/{new['id']}/merge", 409, why="一件", version=version, into="e1")
    assert call(browser, f"/events/{new['id']}/merge", why="一件", version=new["version"], into="e1")["id"] == "e1"
    ask(browser, "/events/nothing", 404)
    call(browser, "/events/nothing/confirm", 404, why="x", version="y")


def test_complaints_by_the_api(desk):
    """What is registered, stepped and due; an auditor gets everything but the complainant."""
    office = desk.as_role(Role.OFFICE)
    made = call(office, "/complaints", 201, **FORM)
    assert made["complainant"] == {"name": NAME, "contact": CONTACT}
    assert ask(office, "/complaints/due")[0]["term"]["kind"] == "decide"
    done = call(office, f"/complaints/{made['id']}/steps/accept", seen=0, values={})
    assert done["standing"] == "accepted"
    assert (
        "没有执行"
        in call(
            office, f"/complaints/{made['id']}/steps/refuse", 409, seen=0, values={"ground": "military", "why": "x"}
        )["error"]
    )
    call(office, f"/complaints/{made['id']}/steps/hand_on", 422, seen=1, values={"who": "x"})
    call(office, f"/complaints/{made['id']}/steps/nothing", 422, seen=1, values={})
    auditor = desk.as_role(Role.AUDITOR)
    whole = ask(auditor, f"/complaints/{made['id']}")
    assert whole["complainant"] is None
    assert NAME not in str(whole)
    assert NAME not in str(ask(auditor, "/complaints"))
    call(auditor, f"/complaints/{made['id']}/steps/hand_on", 403, seen=1, values={})
    ask(auditor, "/complaints/ts1-1", 404)
    ask(desk.as_role(Role.UNIT, "dongcheng"), "/complaints", 403)


def test_the_steps_of_the_api_are_those_of_the_forms():
    assert set(get_args(StepWord)) == set(STEP_TITLES)


def test_notes_model_and_circular(desk, news):
    put(news, "e1", ("县长被查", "受贿。"))
    browser = desk.as_role(Role.ANALYST)
    assert call(browser, "/events/e1/comment", text="等通报") == {"comments": ["等通报"], "assigned": ""}
    assert call(browser, "/events/e1/assign", login="analyst")["assigned"] == "analyst"
    call(browser, "/events/e1/assign", 422, login="nobody")
    assert ask(browser, "/model")["reviewed"]["misconduct"] == {"hits": 0, "of": 0, "low": 0.0, "high": 1.0}
    office = desk.as_role(Role.OFFICE)
    call(office, "/complaints", 201, **FORM)
    assert ask(office, "/complaints-circular?period=2026")["received"] == 1


@pytest.mark.parametrize("odd", ["\x00", "\ud800", "\\", "%", "'; DROP TABLE complaint", "〹" * 300])
def test_odd_characters_break_nothing(desk, news, odd):
    """What no keyboard types still comes: in texts, in addresses, in searches."""
    office = desk.as_role(Role.OFFICE)
    put(news, "e1", ("县长被查", "受贿。"))
    form = {
        **FORM,
        "title": f"题{odd}"[:300],
        "text": f"文{odd}",
        "accused": f"局{odd}"[:300],
        "name": f"某{odd}"[:300],
    }
    made = office.client.post(
        "/api/v1/complaints",
        content=json.dumps(form),
        headers={"X-CSRF-Token": office.csrf, "Content-Type": "application/json"},
    )
    assert made.status_code in (201, 422), made.text
    analyst = desk.as_role(Role.ANALYST)
    for browser, path in ((office, "/complaints"), (office, "/complaints/ts2026-0001"), (office, "/api/v1/complaints")):
        assert browser.client.get(path).status_code in (200, 404)
    for browser, path, names in (
        (office, "/complaints", ("text", "kind", "unit", "standing", "period")),
        (analyst, "/events", ("text", "unit", "label", "state", "period", "page", "tone")),
        (office, "/api/v1/complaints", ("text", "kind", "unit", "period")),
        (analyst, "/api/v1/events", ("text", "unit", "period")),
    ):
        for name in names:
            value = odd.encode("utf-8", "surrogatepass")
            assert browser.client.get(path, params={name: value}).status_code in (200, 422)
