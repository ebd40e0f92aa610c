"""A round from its opening to the archive without a terminal, and what it refuses."""

import pytest

from records.accounts import Role
from records.rounds import Stage
from tests.console.conftest import Desk
from tests.console.evaluation_world import ROUND, World


@pytest.fixture
def world(desk: Desk) -> World:
    return World(desk)


def test_a_round_runs_to_its_archive(world: World) -> None:
    """Opened, scored, delivered, reviewed, decided, audited by another person, published, archived: all by pages."""
    run = world.to_reviews()
    verifier = world.person("zheng", Role.VERIFIER)
    here = f"/reviews/{ROUND}/xicheng/NYC-05"
    assert "栏目当天已更新" in verifier.get(here)
    verifier.post(f"{here}/decide", outcome="accepted", value="0", clause="第5项", reason="当日已更新")
    office = world.office
    final = world.score(office)
    assert final != run
    world.step(office, run=final)
    assert "由 测office（office） 送审" in world.step(office, 422)
    other = world.other_office
    world.step(other)
    world.step(other)
    assert world.state.stage is Stage.ARCHIVED
    assert "本轮已归档" in other.get(f"/rounds/{ROUND}")
    log = other.get(f"/rounds/{ROUND}/log")
    assert "西城县 NYC-05 的申诉：采纳，新值 0" in log
    told = [one.action for one in world.desk.tools.log.newest(limit=50)]
    assert told.count("advance_round") == 7
    assert told.count("decide_review") == 1


def test_the_same_form_twice_is_one_step(world: World) -> None:
    """A double click, and the back button, move a round by one stage and say what was done meanwhile."""
    office = world.office
    assert "建立一轮评价" in office.get("/rounds/open")
    office.post("/rounds/open", scheme="nanyang-county", period="2026")
    seen = world.state.entries
    world.step(office)
    told = office.post(f"/rounds/{ROUND}/advance", 422, seen=seen)
    assert "本轮在此期间有了 1 条新记录" in told
    assert "刚才的操作没有执行" in told
    assert world.state.stage is Stage.VERIFYING
    office.post(f"/rounds/{ROUND}/back", 422, seen=seen, reason="重来")
    assert world.state.stage is Stage.VERIFYING


def test_a_step_back_needs_a_reason_and_stays_in_the_log(world: World) -> None:
    """Nothing is undone without a trace."""
    world.to_preliminary()
    office = world.office
    entries = world.state.entries
    assert "退回的理由不能为空" in office.post(f"/rounds/{ROUND}/back", 422, seen=entries, reason=" ")
    office.post(f"/rounds/{ROUND}/back", seen=entries, reason="东城县漏报")
    assert world.state.stage is Stage.VERIFYING
    assert "退回到“信息核实”：东城县漏报" in office.get(f"/rounds/{ROUND}/log")


def test_stages_are_not_skipped(world: World) -> None:
    """A preliminary result needs a run, and feedback does not end before the term while somebody is silent."""
    office = world.office
    office.post("/rounds/open", scheme="nanyang-county", period="2026")
    world.step(office)
    assert "要指明依据的计分" in world.step(office, 422)
    run = world.score(office)
    world.step(office, run=run)
    world.step(office, delivered="2026-11-20")
    page = office.get(f"/rounds/{ROUND}")
    assert "期限到 2026-11-27，还有 5 个工作日" in page
    assert "期满之前不能进入复评" in world.step(office, 422)


@pytest.mark.parametrize("period", ["", "2026年", "13月", "2026Q9", "../x"])
def test_a_wrong_period_keeps_what_was_typed(world: World, period: str) -> None:
    """A wrong form comes back filled in, with one sentence for each thing."""
    office = world.office
    status = 200 if period == "2026年" else 422
    page = office.post("/rounds/open", status, scheme="nanyang-county", period=period, note="第一轮")
    if status == 422:
        assert "看不懂期间" in page
        assert "第一轮" in page


def test_a_second_round_needs_a_reason(world: World) -> None:
    """One round for a scheme and period, another one only with a reason."""
    office = world.office
    office.post("/rounds/open", scheme="nanyang-county", period="2026")
    assert "已经建立" in office.post("/rounds/open", 422, scheme="nanyang-county", period="2026")
    office.post("/rounds/open", scheme="nanyang-county", period="2026", again="原轮次数据有误")
    assert [one.id for one in world.desk.tools.evaluation.briefs()] == [f"{ROUND}-2", ROUND]


def test_a_scheme_file_of_the_server_is_not_opened(world: World) -> None:
    """A path is for the command line: nobody reads the server's files through a form."""
    told = world.office.post("/rounds/open", 422, scheme="/etc/passwd.yml", period="2026")
    assert "请选择一个方案" in told


@pytest.mark.parametrize("role", [Role.ANALYST, Role.VERIFIER, Role.AUDITOR])
def test_who_may_see_may_not_move(world: World, role: Role) -> None:
    """Only the credit office moves a round; who evaluates and who audits see it."""
    world.to_preliminary()
    browser = world.person(role.value, role)
    assert "接下来" in browser.get(f"/rounds/{ROUND}")
    assert "/advance" not in browser.get(f"/rounds/{ROUND}")
    world.step(browser, 403)
    assert world.state.stage is Stage.PRELIMINARY


def test_who_answered_and_who_is_silent(world: World) -> None:
    """The list of units says who confirmed, who asked and who is silent."""
    world.to_feedback()
    office = world.office
    office.post(f"/rounds/{ROUND}/answer", unit="dongcheng", kind="confirm", received="2026-11-20")
    assert "东城县" in office.get(f"/rounds/{ROUND}/units?answer=confirmed")
    silent = office.get(f"/rounds/{ROUND}/units?answer=silent")
    assert "东城县" not in silent
    assert "西城县" in silent
    again = office.post(f"/rounds/{ROUND}/answer", 422, unit="dongcheng", kind="confirm")
    assert "已于 2026-11-20 确认" in again


def test_a_large_round_is_scored_by_the_worker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes longer than somebody should wait is queued, once, however often it is asked for."""
    monkeypatch.setattr("services.rounds.score_runs.MOST_CELLS_AT_ONCE", 10)
    office = world.office
    office.post("/rounds/open", scheme="nanyang-county", period="2026")
    assert "计分已排队" in office.post(f"/rounds/{ROUND}/score")
    office.post(f"/rounds/{ROUND}/score")
    jobs = world.desk.tools.evaluation.queue.of_subject(f"round:{ROUND}")
    assert len(jobs) == 1
    assert world.desk.tools.evaluation.shelf.heads("linshui") == ()
    assert "排队" in office.get(f"/rounds/{ROUND}/job")
