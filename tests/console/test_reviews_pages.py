"""Reviews: tested again at once, tried before they are decided, decided by a second person, kept as precedents."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from records.accounts import Role
from records.jobs import JobKind, JobState
from records.rounds import ReviewOutcome
from records.sightings import Band, Sight, Sighting
from services.rounds.precedents import similar
from storage.sightings import SightingRepository
from tests.console.conftest import Desk
from tests.console.evaluation_world import ROUND, STALE, World

HERE = f"/reviews/{ROUND}/xicheng/NYC-05"


@pytest.fixture
def world(desk: Desk) -> World:
    return World(desk)


def test_a_review_of_a_monitored_row_is_tested_at_once(world: World) -> None:
    """The finding behind the row is queued to be tested when the review is asked for, once, and stands beside it."""
    world.to_reviews()
    queue = world.desk.tools.evaluation.queue
    (job,) = queue.of_subject(f"finding:xicheng.example:{STALE.id}")
    assert job.kind is JobKind.RECHECK_FINDING
    page = world.office.get(HERE)
    assert "申诉之后的重新测试" in page
    assert "排队" in page
    world.office.post(f"{HERE}/recheck")
    assert len(queue.of_subject(f"finding:xicheng.example:{STALE.id}")) == 1


def test_before_and_after_are_shown_and_nothing_is_changed(world: World) -> None:
    """The trial says what the new value would do to row, total and rank; it decides nothing."""
    run = world.to_reviews()
    page = world.office.post(f"{HERE}/trial", value="0")
    assert "采纳前后" in page
    unit = world.desk.tools.evaluation.shelf.open(run).units["xicheng"]
    assert str(unit.total) in page
    assert str(unit.total + Decimal(2)) in page
    assert world.state.answers.decided == {}
    assert "新值应为" in world.office.post(f"{HERE}/trial", 422, value="很多")


def test_the_term_is_counted_in_working_days(world: World) -> None:
    """Received on Friday the 20th: five working days end on Friday the 27th."""
    world.to_reviews()
    page = world.office.get("/reviews")
    assert "还有 5 个工作日" in page
    assert "2026-11-27" in page


def test_decided_by_a_second_person(world: World) -> None:
    """Who verified, or registered the application, does not decide; who has not the right does not either."""
    world.to_reviews()
    told = world.office.post(f"{HERE}/decide", 422, outcome="refused", clause="第5项", reason="未更新")
    assert "这项申诉应由另一人决定" in told
    for role in (Role.ANALYST, Role.AUDITOR):
        world.person(role.value, role).post(f"{HERE}/decide", 403, outcome="refused", clause="第5项", reason="未更新")
    assert world.state.answers.decided == {}


def test_two_decide_the_same_row(world: World) -> None:
    """The second is told who decided, and nothing is overwritten."""
    world.to_reviews()
    one, two = world.person("jia", Role.VERIFIER), world.person("yi", Role.VERIFIER)
    one.post(f"{HERE}/decide", outcome="refused", clause="第5项", reason="未更新")
    told = two.post(f"{HERE}/decide", 422, outcome="accepted", value="0", clause="第5项", reason="已更新")
    assert "这一项已由 测jia（jia） 决定" in told
    assert world.state.answers.decided["xicheng", "NYC-05"].outcome is ReviewOutcome.REFUSED


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"outcome": "", "clause": "第5项", "reason": "x"}, "请选择采纳或维持初评"),
        ({"outcome": "refused", "clause": " ", "reason": "x"}, "请写明依据的条款和理由"),
        ({"outcome": "refused", "clause": "第5项", "reason": ""}, "请写明依据的条款和理由"),
        ({"outcome": "accepted", "clause": "第5项", "reason": "x"}, "采纳申诉要写明新的数值"),
        ({"outcome": "accepted", "clause": "第5项", "reason": "x", "value": "-1"}, "新值应为"),
    ],
)
def test_a_wrong_decision_is_refused_with_one_sentence(world: World, fields: dict[str, str], told: str) -> None:
    """A decision names its outcome, its clause and its reason, and a new value where it accepts."""
    world.to_reviews()
    assert told in world.person("jia", Role.VERIFIER).post(f"{HERE}/decide", 422, **fields)
    assert world.state.answers.decided == {}


def test_a_refused_review_moves_no_number(world: World) -> None:
    """Asking costs nothing: the audited result of a round with a refused review is the preliminary one, byte for byte,
    and the same as that of a round in which nobody asked."""
    run = world.to_reviews()
    world.person("jia", Role.VERIFIER).post(f"{HERE}/decide", outcome="refused", clause="第5项", reason="未更新")
    office = world.office
    world.score(office)
    world.step(office, run=run)
    world.step(world.other_office)
    assert world.state.final_run == run
    runs = world.desk.tools.evaluation.shelf.runs
    assert [one.id for one in runs.heads("linshui")] == [run]
    asked = json.loads(runs.load(run).result)
    office.post("/rounds/open", scheme="nanyang-county", period="2026", again="对照")
    twin = f"{ROUND}-2"
    office.post(f"/rounds/{twin}/advance", seen=1)
    office.post(f"/rounds/{twin}/score")
    newest = runs.heads("linshui")[-1].id
    assert newest != run
    assert json.loads(runs.load(newest).result)["units"] == asked["units"]


def test_a_decision_is_a_precedent(world: World) -> None:
    """Decided rows are found by row, outcome and words, with how many like them were accepted."""
    world.to_reviews()
    jia = world.person("jia", Role.VERIFIER)
    jia.post(f"{HERE}/decide", outcome="accepted", value="0", clause="第5项", reason="网页快照证明当日更新")
    page = jia.get("/precedents?indicator=NYC-05&q=快照")
    assert "1 件：1 件采纳，0 件维持初评" in page
    assert "没有这样的先例" in jia.get("/precedents?outcome=refused")
    known = world.desk.tools.evaluation.book.precedents("linshui")
    assert similar(known, "nanyang-county", "NYC-05").sentence == "1 件类似：1 件采纳，0 件维持初评"
    assert similar(known, "nanyang-county", "NYC-04").sentence == "没有类似的先例"


def test_personal_numbers_are_masked_for_all_but_who_decides(world: World) -> None:
    """The telephone number in a reason is for who decides; an auditor sees it with its middle hidden."""
    world.to_reviews()
    assert "13812345678" in world.person("jia", Role.VERIFIER).get(HERE)
    hidden = world.person("auditor", Role.AUDITOR).get(HERE)
    assert "13812345678" not in hidden
    assert "138****5678" in hidden


def test_a_unit_sees_no_queue(world: World) -> None:
    """Reviews of others, and precedents, are not a unit's."""
    world.to_reviews()
    for path in ("/reviews", HERE, "/precedents", "/rounds", f"/rounds/{ROUND}"):
        world.unit("dongcheng").get(path, 403)


def test_what_a_test_could_not_decide_is_told_by_the_crawl_that_followed(world: World) -> None:
    """The decision rests on what was seen since: the newest look at the finding stands beside the test."""
    world.to_reviews()
    desk = world.desk
    queue, at = desk.tools.evaluation.queue, desk.clock()
    job = queue.jobs.claim("w", at, [JobKind.RECHECK_FINDING])
    assert job is not None
    queue.jobs.end(job.id, "w", JobState.DONE, at=at, told="复查不能判定，已安排巡查")
    looks = SightingRepository(desk.tools.engine)
    for minutes, sight, told in ((9, Sight.HEALED, "最新一条今天"), (5, Sight.FAULT, "还没有更新")):
        seen = Sighting(STALE.id, "xicheng.example", at + timedelta(minutes=minutes), Band.OFFICE, sight, told=told)
        looks.add_look(seen)
    page = world.office.get(HERE)
    assert "复查不能判定" in page
    assert "又看" in page
    assert "最新一条今天" in page
    assert "还没有更新" not in page


def test_whoever_decides_may_have_it_tested_once_more(world: World) -> None:
    """A test that is over says how it was then; while one waits, the button asks for no second one."""
    world.to_reviews()
    queue, subject = world.desk.tools.evaluation.queue, f"finding:xicheng.example:{STALE.id}"
    job = queue.jobs.claim("w", world.desk.clock(), [JobKind.RECHECK_FINDING])
    assert job is not None
    queue.jobs.end(job.id, "w", JobState.DONE, at=world.desk.clock(), told="仍未更新")
    world.office.post(f"{HERE}/recheck")
    world.office.post(f"{HERE}/recheck")
    assert [one.state for one in queue.of_subject(subject)] == [JobState.WAITING, JobState.DONE]
