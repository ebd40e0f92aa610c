"""How a round moves: what may be done in which stage, by whom, and what it changes.  Pure: the clock is in the entries.

`check` says why an entry may not be made; `fold` makes the state from entries that were made.  A stored log is only
folded, so that a round stays readable when a later program is stricter.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta, timezone
from types import MappingProxyType
from typing import Final, assert_never

from records.rounds import (
    STAGE_NAMES,
    STAGES,
    Advanced,
    Confirmed,
    Entry,
    Opened,
    ReviewAsked,
    ReviewDecided,
    ReviewOutcome,
    RoundPlan,
    RoundRow,
    RoundUnit,
    Stage,
    SteppedBack,
)

BEIJING: Final = timezone(timedelta(hours=8))
MAX_TEXT: Final = 4000


class RoundRuleError(Exception):
    """The measures do not allow it: one Chinese line that says why, and what is possible instead."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the units said to one preliminary result, and what was decided on it."""

    confirmed: Mapping[str, Confirmed] = field(default_factory=dict)  # by unit
    asked: Mapping[str, ReviewAsked] = field(default_factory=dict)  # by unit
    decided: Mapping[tuple[str, str], ReviewDecided] = field(default_factory=dict)  # by unit and indicator
    reopened: frozenset[tuple[str, str]] = frozenset()  # decided before a step back: may be decided again

    @property
    def open_rows(self) -> tuple[tuple[str, str], ...]:
        """Rows that were asked for and have no decision yet, in the order of asking."""
        asked = ((unit, row.indicator) for unit, review in self.asked.items() for row in review.rows)
        return tuple(pair for pair in asked if pair not in self.decided)

    @property
    def accepted(self) -> tuple[ReviewDecided, ...]:
        return tuple(one for one in self.decided.values() if one.outcome is ReviewOutcome.ACCEPTED)


@dataclass(frozen=True, slots=True)
class RoundState:
    """Where a round stands after some entries.  Make one with `replay`."""

    plan: RoundPlan
    stage: Stage | None = None  # None: not opened yet
    preliminary_run: str | None = None
    audited_run: str | None = None
    final_run: str | None = None
    delivered: date | None = None
    deadline: date | None = None
    preliminary_on: date | None = None  # the day on which the preliminary result was made
    verified_by: tuple[str, ...] = ()  # all who ever ended a verification of this round
    submitted_by: str | None = None  # who sent the result to the audit
    all_answers: Mapping[str, Answers] = field(default_factory=dict)  # by preliminary run: answers belong to a result
    entries: int = 0

    @property
    def answers(self) -> Answers:
        """The answers to the preliminary result that is valid now."""
        return self.all_answers.get(self.preliminary_run or "", Answers())

    @property
    def silent(self) -> tuple[RoundUnit, ...]:
        """Units that have neither confirmed nor asked for review."""
        answers = self.answers
        return tuple(one for one in self.plan.units if one.id not in answers.confirmed and one.id not in answers.asked)

    @property
    def materials(self) -> tuple[str, ...]:
        """The hashes of the files that were handed in with the reviews of the valid result."""
        rows = (row for review in self.answers.asked.values() for row in review.rows)
        return tuple(dict.fromkeys(file.sha256 for row in rows for file in row.attachments))


def next_stage(stage: Stage) -> Stage | None:
    place = STAGES.index(stage) + 1
    return STAGES[place] if place < len(STAGES) else None


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, however they were typed."""
    return _person(one) == _person(other)


def _day(entry: Entry) -> date:
    return entry.at.astimezone(BEIJING).date()


def _person(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def check(state: RoundState, entry: Entry, entered_by: Iterable[str] = ()) -> None:
    """Raise RoundRuleError where the entry may not be made now.

    `entered_by`: for a decision, those who entered the value that it is about, beside the people of the log.
    """
    if not _person(entry.by):
        raise RoundRuleError("要写明由谁办理")
    _check_text("姓名", entry.by)
    if not entry.by.isprintable():
        raise RoundRuleError("办理人的姓名中有换行等控制字符")
    match entry:
        case Opened():
            if state.stage is not None:
                raise RoundRuleError("本轮已经建立")
            _check_text("说明", entry.note, required=False)
        case Advanced():
            _check_advance(state, entry)
        case SteppedBack():
            _check_back(state, entry)
        case Confirmed():
            _check_answer(state, entry)
            _check_text("说明", entry.note, required=False)
        case ReviewAsked():
            unit = _check_answer(state, entry)
            _check_rows(state, entry, unit)
        case ReviewDecided():
            _check_decision(state, entry, entered_by)
        case _:
            assert_never(entry)


def fold(state: RoundState, entry: Entry) -> RoundState:
    """The state after one more entry."""
    state = replace(state, entries=state.entries + 1)
    answers = state.answers
    match entry:
        case Opened():
            return replace(state, stage=Stage.COLLECTING)
        case Advanced():
            return _advanced(state, entry)
        case SteppedBack():
            return _stepped_back(state, entry)
        case Confirmed():
            return _with(state, replace(answers, confirmed={**answers.confirmed, entry.unit: entry}))
        case ReviewAsked():
            return _with(state, replace(answers, asked={**answers.asked, entry.unit: entry}))
        case ReviewDecided():
            pair = (entry.unit, entry.indicator)
            decided = {**answers.decided, pair: entry}
            return _with(state, replace(answers, decided=decided, reopened=answers.reopened - {pair}))
        case _:
            assert_never(entry)


def replay(plan: RoundPlan, entries: Iterable[Entry]) -> RoundState:
    """The state after a whole log."""
    state = RoundState(plan)
    for entry in entries:
        state = fold(state, entry)
    return state


def _with(state: RoundState, answers: Answers) -> RoundState:
    return replace(state, all_answers=MappingProxyType({**state.all_answers, state.preliminary_run or "": answers}))


def _advanced(state: RoundState, entry: Advanced) -> RoundState:
    state = replace(state, stage=entry.to)
    match entry.to:
        case Stage.PRELIMINARY:
            return replace(
                state, preliminary_run=entry.run, preliminary_on=_day(entry), verified_by=(*state.verified_by, entry.by)
            )
        case Stage.FEEDBACK:
            return replace(state, delivered=entry.delivered, deadline=entry.deadline)
        case Stage.AUDITING:
            return replace(state, audited_run=entry.run, submitted_by=entry.by)
        case Stage.FINAL:
            return replace(state, final_run=state.audited_run)
        case Stage.COLLECTING | Stage.VERIFYING | Stage.REEVALUATING | Stage.ARCHIVED:
            return state
        case _:
            assert_never(entry.to)


def _stepped_back(state: RoundState, entry: SteppedBack) -> RoundState:
    """What belongs to the stage that is left is no longer valid; answers stay with the result that they answer."""
    state = replace(state, stage=entry.to)
    match entry.to:
        case Stage.VERIFYING:
            return replace(state, preliminary_run=None, preliminary_on=None)
        case Stage.PRELIMINARY:
            return replace(state, delivered=None, deadline=None)
        case Stage.FEEDBACK | Stage.REEVALUATING:
            answers = replace(state.answers, reopened=frozenset(state.answers.decided))
            return _with(replace(state, audited_run=None, submitted_by=None), answers)
        case Stage.AUDITING:
            return replace(state, final_run=None)
        case Stage.COLLECTING | Stage.FINAL | Stage.ARCHIVED:
            return state
        case _:
            assert_never(entry.to)


def _check_text(what: str, text: str, *, required: bool = True) -> None:
    if required and not text.strip():
        raise RoundRuleError(f"{what}不能为空")
    if len(text) > MAX_TEXT:
        raise RoundRuleError(f"{what}过长（超过 {MAX_TEXT} 字），请写要点，材料用附件")


def _stage(state: RoundState) -> Stage:
    if state.stage is None:
        raise RoundRuleError("本轮还没有建立")
    return state.stage


def _check_advance(state: RoundState, entry: Advanced) -> None:
    stage = _stage(state)
    following = next_stage(stage)
    if following is None:
        raise RoundRuleError("本轮已归档，不再变动")
    if entry.to is not following:
        raise RoundRuleError(
            f"本轮现在是“{STAGE_NAMES[stage]}”，下一步只能是“{STAGE_NAMES[following]}”，不能跳到“{STAGE_NAMES[entry.to]}”"
        )
    _check_text("说明", entry.note, required=False)
    needs_run = entry.to in (Stage.PRELIMINARY, Stage.AUDITING)
    if needs_run and not (entry.run or "").strip():
        raise RoundRuleError(f"进入“{STAGE_NAMES[entry.to]}”要指明依据的计分编号")
    match entry.to:
        case Stage.FEEDBACK:
            _check_delivery(state, entry)
        case Stage.REEVALUATING:
            _check_term_over(state, entry)
        case Stage.AUDITING:
            _check_reevaluated(state, entry)
        case Stage.FINAL:
            _check_audited(state, entry)
        case Stage.COLLECTING | Stage.VERIFYING | Stage.PRELIMINARY | Stage.ARCHIVED:
            pass
        case _:
            assert_never(entry.to)
    if entry.run is not None and not needs_run and entry.to is not Stage.FINAL:
        raise RoundRuleError(f"进入“{STAGE_NAMES[entry.to]}”不需要计分编号")


def _check_delivery(state: RoundState, entry: Advanced) -> None:
    if entry.delivered is None or entry.deadline is None:
        raise RoundRuleError("送交初评结果要有送达日期和申诉期限")
    if entry.delivered > _day(entry):
        raise RoundRuleError(f"送达日期 {entry.delivered} 还没有到")
    if state.preliminary_on is not None and entry.delivered < state.preliminary_on:
        raise RoundRuleError(f"送达日期 {entry.delivered} 早于作出初评的 {state.preliminary_on}，请核对")
    if entry.deadline <= entry.delivered:
        raise RoundRuleError("申诉期限应晚于送达日期")


def _check_term_over(state: RoundState, entry: Advanced) -> None:
    silent = state.silent
    if silent and state.deadline is not None and _day(entry) <= state.deadline:
        names = "、".join(unit.name for unit in silent[:5]) + ("等" if len(silent) > 5 else "")
        raise RoundRuleError(
            f"申诉期限到 {state.deadline} 为止，还有 {len(silent)} 个单位没有答复（{names}），期满之前不能进入复评"
        )


def _check_reevaluated(state: RoundState, entry: Advanced) -> None:
    answers = state.answers
    waiting = answers.open_rows
    if waiting:
        shown = "、".join(f"{unit} {indicator}" for unit, indicator in waiting[:5]) + ("等" if len(waiting) > 5 else "")
        raise RoundRuleError(f"还有 {len(waiting)} 项申诉没有决定（{shown}），请先逐项作出决定")
    if not answers.accepted and entry.run != state.preliminary_run:
        raise RoundRuleError(
            f"没有申诉被采纳，初评结果即最终结果：应以初评的计分 {state.preliminary_run} 送审，而不是 {entry.run}；"
            "数据确有变动的，请退回并说明理由"
        )
    if answers.accepted and entry.run == state.preliminary_run:
        raise RoundRuleError(f"有 {len(answers.accepted)} 项申诉被采纳，应重新计分后以新的计分送审")


def _check_audited(state: RoundState, entry: Advanced) -> None:
    if state.audited_run is None or (entry.run is not None and entry.run != state.audited_run):
        raise RoundRuleError(f"审核的是计分 {state.audited_run}，不能以 {entry.run} 作为最终结果")
    if state.submitted_by is not None and same_person(entry.by, state.submitted_by):
        raise RoundRuleError(f"结果由 {state.submitted_by} 送审，审核应由委托部门的另一人办理")


def _check_back(state: RoundState, entry: SteppedBack) -> None:
    stage = _stage(state)
    _check_text("退回的理由", entry.reason)
    if stage is Stage.ARCHIVED:
        raise RoundRuleError("本轮已归档，不再变动")
    place = STAGES.index(stage)
    if place == 0:
        raise RoundRuleError(f"本轮现在是“{STAGE_NAMES[stage]}”，已是第一步，没有可退回的步骤")
    if entry.to is not STAGES[place - 1]:
        raise RoundRuleError(
            f"只能一步一步退回：现在是“{STAGE_NAMES[stage]}”，先退到“{STAGE_NAMES[STAGES[place - 1]]}”"
        )


def _check_answer(state: RoundState, entry: Confirmed | ReviewAsked) -> RoundUnit:
    stage = _stage(state)
    unit = state.plan.unit(entry.unit)
    if unit is None:
        raise RoundRuleError(f"单位 {entry.unit} 不参加本轮评价")
    if stage is not Stage.FEEDBACK or state.delivered is None or state.deadline is None:
        raise RoundRuleError(
            f"本轮现在是“{STAGE_NAMES[stage]}”，只有在“{STAGE_NAMES[Stage.FEEDBACK]}”期间才能确认或申诉"
        )
    answers = state.answers
    if asked := answers.asked.get(entry.unit):
        raise RoundRuleError(f"{unit.name}已于 {asked.received} 提出过申诉；申诉仅可提出一次，要申诉的各项应一次写全")
    if confirmed := answers.confirmed.get(entry.unit):
        raise RoundRuleError(f"{unit.name}已于 {confirmed.received} 确认初评结果")
    if entry.received > _day(entry):
        raise RoundRuleError(f"收到日期 {entry.received} 还没有到")
    if entry.received < state.delivered:
        raise RoundRuleError(f"收到日期 {entry.received} 早于初评结果送达的 {state.delivered}，请核对")
    if entry.received > state.deadline:
        raise RoundRuleError(
            f"{unit.name}的答复于 {entry.received} 收到，已过申诉期限 {state.deadline}（送达后五个工作日），"
            "初评结果即作为最终结果"
        )
    return unit


def _check_rows(state: RoundState, entry: ReviewAsked, unit: RoundUnit) -> None:
    if not entry.rows:
        raise RoundRuleError("申诉要逐项写明：指标编号和理由")
    known = {row.id: row for row in state.plan.rows}
    seen: set[str] = set()
    for row in entry.rows:
        found = known.get(row.indicator)
        if found is None or not _applies(found, unit):
            raise RoundRuleError(f"指标 {row.indicator} 不在本轮方案中，或不适用于{unit.name}")
        if row.indicator in seen:
            raise RoundRuleError(f"指标 {row.indicator} 写了两次，请合为一项")
        seen.add(row.indicator)
        _check_text(f"指标 {row.indicator} 的申诉理由", row.reason)


def _applies(row: RoundRow, unit: RoundUnit) -> bool:
    return not row.kinds or unit.kind in row.kinds


def _check_decision(state: RoundState, entry: ReviewDecided, entered_by: Iterable[str]) -> None:
    stage = _stage(state)
    if stage is not Stage.REEVALUATING:
        raise RoundRuleError(f"本轮现在是“{STAGE_NAMES[stage]}”，申诉在“{STAGE_NAMES[Stage.REEVALUATING]}”阶段才作决定")
    answers = state.answers
    pair = (entry.unit, entry.indicator)
    review = answers.asked.get(entry.unit)
    if review is None or entry.indicator not in [row.indicator for row in review.rows]:
        raise RoundRuleError(f"单位 {entry.unit} 没有就指标 {entry.indicator} 提出申诉")
    made = answers.decided.get(pair)
    if made is not None and pair not in answers.reopened:
        raise RoundRuleError(f"这一项已由 {made.by} 决定；要更改，须先退回并说明理由")
    _check_text("决定的理由", entry.reason)
    roles = [(person, "核实信息并作出初评") for person in state.verified_by]
    roles += [(review.by, "登记了这份申诉"), *((person, "录入了这项数据") for person in entered_by)]
    for person, what in roles:
        if same_person(person, entry.by):
            raise RoundRuleError(f"{entry.by} {what}，这项申诉应由另一人决定")
    if (entry.outcome is ReviewOutcome.ACCEPTED) is (entry.value is None):
        raise RoundRuleError("采纳申诉要写明新的数值；维持初评则不能写数值")
