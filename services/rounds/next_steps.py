"""What a round waits for and whose turn it is, in the words of the measures."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from records.rounds import STAGE_NAMES, Stage
from records.work_calendar import UnknownYearError, WorkCalendar
from services.rounds.life import RoundState, next_stage
from services.rounds.review_queue import working_days_left


@dataclass(frozen=True, slots=True)
class NextStep:
    """``blocked``: why the round cannot move on now, empty where it can.  ``act`` is what moving on is called."""

    what: str
    who: str
    act: str
    blocked: str = ""
    needs_run: bool = False
    needs_delivery: bool = False


def next_step(state: RoundState, calendar: WorkCalendar, today: date) -> NextStep | None:
    """None for a round in the archive."""
    following = next_stage(state.stage) if state.stage is not None else Stage.COLLECTING
    if following is None:
        return None
    act = f"进入“{STAGE_NAMES[following]}”"
    match following:
        case Stage.COLLECTING:
            return NextStep("建立本轮", "信用办", act)
        case Stage.VERIFYING:
            return NextStep("各单位填报，有关部门提供数据；采集完毕后转入核实", "被评单位、提供部门；信用办推进", act)
        case Stage.PRELIMINARY:
            return NextStep(
                "核实填报和发现，计分，以所得的计分作出初评", "审核员、分析员；信用办推进", act, needs_run=True
            )
        case Stage.FEEDBACK:
            return NextStep(
                "核对初评结果，送达各单位；从送达的次日起五个工作日内各单位确认或申诉",
                "信用办",
                act,
                needs_delivery=True,
            )
        case Stage.REEVALUATING:
            return _feedback(state, calendar, today, act)
        case Stage.AUDITING:
            waiting = len(state.answers.open_rows)
            blocked = f"还有 {waiting} 项申诉没有决定" if waiting else ""
            what = "逐项决定申诉（由没有核实、录入、登记过该项的人决定），计分，锁定送审"
            if not state.answers.asked:
                what = "没有申诉：初评结果即为送审的结果"
            return NextStep(what, "审核员或信用办的另一人", act, blocked, needs_run=True)
        case Stage.FINAL:
            who = f"送审人（{state.submitted_by}）以外的另一人" if state.submitted_by else "送审人以外的另一人"
            return NextStep("审核结果，定为最终结果并公布", who, act)
        case Stage.ARCHIVED:
            return NextStep("归档；归档之后不再变动", "信用办", act)
        case _:
            assert_never(following)


def _feedback(state: RoundState, calendar: WorkCalendar, today: date, act: str) -> NextStep:
    silent = len(state.silent)
    who = "被评单位；信用办推进"
    if not silent:
        return NextStep("各单位都已答复", who, act)
    if state.deadline is not None and today > state.deadline:
        return NextStep(f"申诉期限已满，{silent} 个单位没有答复，初评结果即为其最终结果", who, act)
    return NextStep(
        f"等待 {silent} 个单位确认或申诉，{_until(state.deadline, calendar, today)}",
        who,
        act,
        f"还有 {silent} 个单位没有答复，期满之前不能进入复评",
    )


def _until(deadline: date | None, calendar: WorkCalendar, today: date) -> str:
    if deadline is None:
        return "期限未定"
    try:
        left = working_days_left(calendar, today, deadline)
    except UnknownYearError:
        return f"期限到 {deadline}"
    return f"期限到 {deadline}，还有 {left} 个工作日" if left else f"今天（{deadline}）到期"
