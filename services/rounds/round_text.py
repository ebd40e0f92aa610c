"""A round as a person reads it on a terminal, and as JSON for other programs."""

import json
from collections.abc import Sequence
from typing import Any, assert_never

from records.rounds import (
    STAGE_NAMES,
    Advanced,
    Confirmed,
    Entry,
    Opened,
    ReviewAsked,
    ReviewDecided,
    ReviewOutcome,
    RoundPlan,
    Stage,
    SteppedBack,
)
from services.rounds.carry_over import HeldRecord
from services.rounds.life import BEIJING, RoundState, next_stage
from services.rounds.standing import Round

OUTCOME_WORDS = {ReviewOutcome.ACCEPTED: "采纳", ReviewOutcome.REFUSED: "维持初评"}


def rounds_text(rounds: Sequence[Round]) -> str:
    """One line for each round."""
    if not rounds:
        return "还没有评价轮次；用 chengjian round open 建立\n"
    lines = []
    for found in rounds:
        plan, state = found.plan, found.state
        lines.append(f"{plan.id}\t{plan.period.name}\t{len(plan.units)} 个单位\t{_stage(state)}")
    return "\n".join(lines) + "\n"


def _stage(state: RoundState) -> str:
    return STAGE_NAMES[state.stage] if state.stage is not None else "未建立"


def round_text(found: Round) -> str:
    """Where a round stands, what the units answered, and what can be done next."""
    plan, state = found.plan, found.state
    lines = [
        f"{plan.id}  {plan.period.name}（{plan.period.first_day} 至 {plan.period.last_day}）",
        f"  方案：{plan.scheme} {plan.scheme_version}（{plan.scheme_sha256[:12]}）",
        f"  单位：{len(plan.units)} 个",
        f"  阶段：{_stage(state)}",
    ]
    runs = (("初评计分", state.preliminary_run), ("送审计分", state.audited_run), ("最终计分", state.final_run))
    lines += [f"  {title}：{run}" for title, run in runs if run is not None]
    if state.delivered is not None:
        lines.append(f"  初评结果送达：{state.delivered}，申诉期限：{state.deadline}（五个工作日）")
        lines += _answers(plan, state)
    lines.append(f"  下一步：{_what_next(state)}")
    return "\n".join(lines) + "\n"


def _answers(plan: RoundPlan, state: RoundState) -> list[str]:
    answers = state.answers
    lines = [
        f"  答复：确认 {len(answers.confirmed)} 个，申诉 {len(answers.asked)} 个，未答复 {len(state.silent)} 个",
    ]
    for identity, review in answers.asked.items():
        for row in review.rows:
            decision = answers.decided.get((identity, row.indicator))
            outcome = "待决定" if decision is None else f"{OUTCOME_WORDS[decision.outcome]}（{decision.by}）"
            lines.append(f"    {_name(plan, identity)} {row.indicator}：{outcome}  理由：{_line(row.reason)}")
    if state.silent and state.stage is Stage.FEEDBACK:
        lines.append(f"    未答复：{'、'.join(unit.name for unit in state.silent)}")
    return lines


def _name(plan: RoundPlan, identity: str) -> str:
    unit = plan.unit(identity)
    return unit.name if unit is not None else identity


def _what_next(state: RoundState) -> str:
    following = next_stage(state.stage) if state.stage is not None else None
    if following is None:
        return "已归档，不再变动"
    match following:
        case Stage.VERIFYING | Stage.ARCHIVED:
            needs = ""
        case Stage.PRELIMINARY:
            needs = "，先用 chengjian round score 计分，再写明计分编号（--run）"
        case Stage.FEEDBACK:
            needs = "，写明送达日期（--delivered，默认今天）"
        case Stage.REEVALUATING:
            needs = "，待各单位都已答复或申诉期满"
        case Stage.AUDITING:
            needs = "，各项申诉都已决定，并用 chengjian round score 得到送审的计分编号（--run）"
        case Stage.FINAL:
            needs = "，由送审人以外的人办理"
        case Stage.COLLECTING:
            needs = ""
        case _:
            assert_never(following)
    return f"chengjian round advance 进入“{STAGE_NAMES[following]}”{needs}"


def log_text(found: Round) -> str:
    """Every entry of the log, one a line."""
    lines = []
    for number, entry in enumerate(found.stored.entries, start=1):
        at = entry.at.astimezone(BEIJING).isoformat(sep=" ", timespec="seconds")
        lines.append(f"{number}\t{at}\t{entry.by}\t{entry_text(found.plan, entry)}")
    return "\n".join(lines) + "\n"


def entry_text(plan: RoundPlan, entry: Entry) -> str:
    """What an entry of the log says, on one line."""
    match entry:
        case Opened():
            return _with_note(f"建立本轮，{len(plan.units)} 个单位", entry.note)
        case Advanced():
            text = f"进入“{STAGE_NAMES[entry.to]}”"
            text += f"，计分 {entry.run}" if entry.run else ""
            text += f"，{entry.delivered} 送达，申诉期限 {entry.deadline}" if entry.delivered else ""
            return _with_note(text, entry.note)
        case SteppedBack():
            return _with_note(f"退回到“{STAGE_NAMES[entry.to]}”", entry.reason)
        case Confirmed():
            return _with_note(f"{_name(plan, entry.unit)}确认初评结果（{entry.received} 收到）", entry.note)
        case ReviewAsked():
            rows = "；".join(
                f"{row.indicator} {_line(row.reason)}"
                + "".join(f"〔{_line(file.name)} {file.sha256[:12]}〕" for file in row.attachments)
                for row in entry.rows
            )
            return f"{_name(plan, entry.unit)}提出申诉（{entry.received} 收到）：{rows}"
        case ReviewDecided():
            value = f"，新值 {json.dumps(entry.value, ensure_ascii=False)}" if entry.value is not None else ""
            text = f"{_name(plan, entry.unit)} {entry.indicator} 的申诉：{OUTCOME_WORDS[entry.outcome]}{value}"
            return _with_note(text, entry.reason)
        case _:
            assert_never(entry)


def _with_note(text: str, note: str) -> str:
    return f"{text}：{_line(note)}" if note.strip() else text


def _line(text: str) -> str:
    """What somebody wrote, on one line, without what a terminal would obey."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def held_text(held: Sequence[HeldRecord], has_rule: bool) -> str:
    """The records of earlier rounds that still hold; `has_rule`: the scheme says how long a record lives."""
    if not has_rule:
        return "方案没有规定以前各期记录的有效期，不结转\n"
    counting = [record for record in held if record.counts]
    kept = len(held) - len(counting)
    lines = [f"以前各期仍参与评价的记录 {len(counting)} 条，另有 {kept} 条只保存、不再参与评价"]
    for record in held:
        value, mark = record.value, "" if record.counts else "（只保存）"
        because = f"  {value.because}" if value.because else ""
        lines.append(f"  {record.produced}  {value.unit} {value.indicator}  {record.round_id}{mark}{because}")
    return "\n".join(lines) + "\n"


def round_json(found: Round) -> str:
    """A round for other programs: what it fixes, where it stands, the answers."""
    plan, state = found.plan, found.state
    document = {
        "id": plan.id,
        "city": plan.city,
        "scheme": {"id": plan.scheme, "version": plan.scheme_version, "sha256": plan.scheme_sha256},
        "period": str(plan.period),
        "units": [{"id": unit.id, "name": unit.name, "kind": unit.kind.value} for unit in plan.units],
        "stage": state.stage.value if state.stage is not None else None,
        "preliminary_run": state.preliminary_run,
        "audited_run": state.audited_run,
        "final_run": state.final_run,
        "delivered": state.delivered.isoformat() if state.delivered else None,
        "deadline": state.deadline.isoformat() if state.deadline else None,
        "confirmed": sorted(state.answers.confirmed),
        "silent": [unit.id for unit in state.silent],
        "reviews": [
            _review(state, unit, row.indicator) for unit, review in state.answers.asked.items() for row in review.rows
        ],
        "entries": state.entries,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _review(state: RoundState, unit: str, indicator: str) -> dict[str, Any]:
    decision = state.answers.decided.get((unit, indicator))
    if decision is None:
        return {"unit": unit, "indicator": indicator, "outcome": None}
    return {
        "unit": unit,
        "indicator": indicator,
        "outcome": decision.outcome.value,
        "by": decision.by,
        "reason": decision.reason,
        "value": decision.value,
    }
