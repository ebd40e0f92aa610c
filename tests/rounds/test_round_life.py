"""The life of a round as the measures of 2020 prescribe it (articles 10 and 12)."""

from dataclasses import replace
from datetime import date

import pytest

from records.rounds import STAGE_NAMES, STAGES, Entry, ReviewRow, Stage
from services.rounds.life import RoundRuleError, RoundState, check, replay
from tests.rounds.round_entries import (
    DEADLINE,
    DELIVERED,
    PLAN,
    ask,
    at,
    back,
    confirm,
    decide,
    forward,
    opened,
    step,
    to_feedback,
)


def refused(state: RoundState, entry: Entry, words: str, entered_by: tuple[str, ...] = ()) -> None:
    with pytest.raises(RoundRuleError, match=words):
        check(state, entry, entered_by)


def reevaluating(*answers: Entry) -> RoundState:
    answers = answers or (confirm("east"), ask("west", "A-1", "A-2"))
    return step(to_feedback(), *answers, forward(Stage.REEVALUATING, days=8))


def audited() -> RoundState:
    return step(
        reevaluating(), decide("west", "A-1", 3), decide("west", "A-2"), forward(Stage.AUDITING, "复核人", run="2")
    )


def test_a_round_goes_all_the_way() -> None:
    """Collect, verify, preliminary, feedback, re-evaluate, audit, final, archive: and nothing after."""
    state = step(audited(), forward(Stage.FINAL, "信用办"), forward(Stage.ARCHIVED, "信用办"))
    assert (state.preliminary_run, state.audited_run, state.final_run) == ("1", "2", "2")
    for entry in (forward(Stage.ARCHIVED), back(Stage.FINAL)):
        refused(state, entry, "已归档")


@pytest.mark.parametrize("to", STAGES[2:])
def test_no_step_is_skipped(to: Stage) -> None:
    refused(opened(), forward(to, run="1"), STAGE_NAMES[Stage.VERIFYING])


@pytest.mark.parametrize("run", [None, "", "  "])
def test_the_preliminary_result_and_the_audit_rest_on_a_run(run: str | None) -> None:
    refused(step(opened(), forward(Stage.VERIFYING)), forward(Stage.PRELIMINARY, run=run), "计分编号")
    refused(reevaluating(confirm("east"), confirm("west")), forward(Stage.AUDITING, run=run), "计分编号")


def test_the_audit_is_another_person_s_and_of_that_run() -> None:
    """What was audited is what becomes final."""
    refused(audited(), forward(Stage.FINAL, " 复核 人 "), "另一人")
    refused(audited(), forward(Stage.FINAL, "信用办", run="3"), "审核的是计分 2")
    assert step(audited(), forward(Stage.FINAL, "信用办", run="2")).final_run == "2"


@pytest.mark.parametrize(
    ("received", "days", "words"),
    [
        (DEADLINE, 8, ""),  # received on the last day, entered later
        (date(2026, 12, 1), 8, "已过申诉期限"),
        (date(2026, 11, 22), 8, "早于初评结果送达"),
        (date(2026, 11, 24), 0, "还没有到"),
        (DELIVERED, 0, ""),
    ],
)
def test_the_term_is_judged_by_the_day_of_receipt(received: date, days: int, words: str) -> None:
    """Just in time, one day late, before it was possible, and not yet."""
    for entry in (ask("east", received=received, days=days), confirm("east", received=received, days=days)):
        if words:
            refused(to_feedback(), entry, words)
        else:
            assert step(to_feedback(), entry).entries == 5


def test_a_unit_asks_once() -> None:
    """复评申请仅可提出一次: not after the first, not after a confirmation, not in another row."""
    refused(step(to_feedback(), ask("east")), ask("east", "A-2"), "仅可提出一次")
    refused(step(to_feedback(), ask("east")), confirm("east"), "提出过申诉")
    refused(step(to_feedback(), confirm("east")), ask("east"), "确认初评结果")
    assert step(to_feedback(), ask("east"), ask("west")).silent == ()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((), "逐项写明"),
        ((ReviewRow("A-9", "x"),), "不在本轮方案中"),
        ((ReviewRow("B-1", "x"),), "不适用于东县"),
        ((ReviewRow("A-1", "x"), ReviewRow("A-1", "y")), "写了两次"),
        ((ReviewRow("A-1", "  "),), "理由不能为空"),
        ((ReviewRow("A-1", "长" * 5000),), "过长"),
    ],
)
def test_a_review_names_rows_and_reasons(rows: tuple[ReviewRow, ...], words: str) -> None:
    refused(to_feedback(), replace(ask("east"), rows=rows), words)


def test_units_that_are_silent_have_the_whole_term() -> None:
    """Nobody ends it early; when it is over silence is consent; when all have answered nobody waits."""
    refused(to_feedback(), forward(Stage.REEVALUATING, days=7), "还有 2 个单位没有答复")
    assert step(to_feedback(), forward(Stage.REEVALUATING, days=8)).stage is Stage.REEVALUATING
    both = step(to_feedback(), confirm("east"), ask("west"))
    assert step(both, forward(Stage.REEVALUATING)).stage is Stage.REEVALUATING


@pytest.mark.parametrize(
    ("delivered", "deadline", "words"),
    [
        (date(2026, 11, 22), DEADLINE, "早于作出初评"),  # a delivery dated back would shorten the term
        (date(2026, 11, 24), DEADLINE, "还没有到"),
        (DELIVERED, DELIVERED, "晚于送达"),
        (None, None, "送达日期和申诉期限"),
    ],
)
def test_a_delivery_has_its_day_and_its_term(delivered: date | None, deadline: date | None, words: str) -> None:
    state = step(opened(), forward(Stage.VERIFYING), forward(Stage.PRELIMINARY, run="1"))
    refused(state, replace(forward(Stage.FEEDBACK), delivered=delivered, deadline=deadline), words)


@pytest.mark.parametrize("by", ["核实人", "登记人", " 登 记人", "填报人"])
def test_a_review_is_decided_by_another_person(by: str) -> None:
    """Not by who verified, who registered the review, or who entered the value, however the name is typed."""
    refused(reevaluating(), decide("west", by=by), "另一人", ("填报人",))
    check(reevaluating(), decide("west"), ("填报人",))


def test_who_verified_before_a_step_back_is_still_no_judge() -> None:
    """Handing the last step to a colleague does not make one's own verification another's."""
    state = step(
        opened(),
        forward(Stage.VERIFYING),
        forward(Stage.PRELIMINARY, "先前的人", run="1"),
        back(Stage.VERIFYING),
        forward(Stage.PRELIMINARY, run="1"),
        forward(Stage.FEEDBACK),
        ask("east"),
        confirm("west"),
        forward(Stage.REEVALUATING),
    )
    refused(state, decide("east", by="先前的人"), "另一人")


def test_a_decision_has_its_place_and_is_made_once() -> None:
    state = reevaluating()
    refused(state, decide("east"), "没有就指标")
    refused(state, decide("west", "A-9"), "没有就指标")
    refused(state, decide("west", reason=" "), "理由不能为空")
    refused(state, replace(decide("west"), value=3), "不能写数值")
    refused(state, replace(decide("west", value=3), value=None), "新的数值")
    refused(step(state, decide("west")), decide("west", value=3), "须先退回")
    refused(to_feedback(), decide("west"), "阶段才作决定")


def test_nothing_goes_to_the_audit_undecided() -> None:
    refused(step(reevaluating(), decide("west", "A-1")), forward(Stage.AUDITING, run="1"), "还有 1 项申诉没有决定")


def test_without_an_accepted_review_the_preliminary_result_is_final() -> None:
    """A refused review moves no number: another run cannot take its place."""
    state = step(reevaluating(), decide("west", "A-1"), decide("west", "A-2"))
    refused(state, forward(Stage.AUDITING, run="2"), "初评结果即最终结果")
    assert step(state, forward(Stage.AUDITING, run="1")).audited_run == "1"


def test_an_accepted_review_asks_for_a_new_run() -> None:
    state = step(reevaluating(), decide("west", "A-1", 3), decide("west", "A-2"))
    refused(state, forward(Stage.AUDITING, run="1"), "重新计分")


def test_steps_back_are_single_and_have_a_reason() -> None:
    state = to_feedback()
    refused(state, back(Stage.VERIFYING), "一步一步")
    refused(state, back(Stage.PRELIMINARY, reason=" "), "理由不能为空")
    refused(opened(), back(Stage.COLLECTING), "第一步")
    after = step(state, back(Stage.PRELIMINARY))
    assert (after.stage, after.deadline, after.entries) == (Stage.PRELIMINARY, None, 5)


def test_answers_belong_to_the_result_that_they_answer() -> None:
    """The same result sent again: the one review was used.  Another result: the units may look at it anew."""
    answered = step(to_feedback(), ask("east"), back(Stage.PRELIMINARY))
    same = step(answered, forward(Stage.FEEDBACK))
    refused(same, ask("east", "A-2"), "仅可提出一次")
    other = step(answered, back(Stage.VERIFYING), forward(Stage.PRELIMINARY, run="5"), forward(Stage.FEEDBACK))
    assert step(other, ask("east", "A-2")).answers.open_rows == (("east", "A-2"),)


def test_a_step_back_opens_decisions_again() -> None:
    """The audit sends it back: a decision may be made anew, until then the old one holds."""
    state = step(audited(), back(Stage.REEVALUATING))
    assert state.audited_run is None
    assert len(state.answers.accepted) == 1
    again = step(state, decide("west", "A-1"))
    assert again.answers.accepted == ()
    refused(again, decide("west", "A-1", 3), "须先退回")


def test_the_term_does_not_open_again_by_a_step_back() -> None:
    state = step(reevaluating(confirm("west"), confirm("east")), back(Stage.FEEDBACK))
    assert (state.stage, state.deadline) == (Stage.FEEDBACK, DEADLINE)


@pytest.mark.parametrize("by", ["", "  ", "\u3000", "甲\n乙", "\x1b[2J甲"])
def test_nobody_acts_without_a_name(by: str) -> None:
    refused(opened(), forward(Stage.VERIFYING, by), "控制字符" if by.strip() else "由谁办理")


def test_a_unit_that_takes_no_part_has_no_say() -> None:
    refused(to_feedback(), confirm("north"), "不参加本轮")
    refused(opened(), confirm("east"), "期间才能确认或申诉")


def test_a_round_is_opened_once() -> None:
    from records.rounds import Opened

    refused(opened(), Opened("甲", at()), "已经建立")
    refused(RoundState(PLAN), forward(Stage.VERIFYING), "还没有建立")


def test_replaying_the_log_gives_the_state() -> None:
    from records.rounds import Opened

    log: list[Entry] = [Opened("甲", at()), forward(Stage.VERIFYING), forward(Stage.PRELIMINARY, run="1")]
    assert replay(PLAN, log) == step(opened(), *log[1:])
