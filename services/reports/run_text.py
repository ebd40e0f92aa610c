"""A stored run for people: its table, the walk from a total to the evidence, its tasks, and why two runs differ."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from records.indicators import IndicatorValue, Trace, TraceKind, ValueSource, ValueState
from scoring.attribution import UnitChange
from scoring.counterfactual import Gain
from scoring.points import cents_of_fraction, plain
from scoring.result import Missing, State, UnitScore
from scoring_bridge.part_names import part_name
from services.reports.score_text import WIDTH, explanation, overview, table
from services.reports.scores_document import points
from services.run_questions import TASK_NAMES, Task, TaskKind, Trust
from services.score_round import StoredRun, is_reproduced

TRACE_NAMES: Final = {
    TraceKind.PAGE: "网页",
    TraceKind.FINDING: "发现",
    TraceKind.EVENT: "事件",
    TraceKind.ARTICLE: "报道",
    TraceKind.FILING: "填报",
    TraceKind.ATTACHMENT: "附件",
    TraceKind.DECISION: "裁定",
}
SOURCE_WORDS: Final = {
    ValueSource.MONITORED: "监测",
    ValueSource.FILED: "填报",
    ValueSource.OFFICIAL: "部门提供",
    ValueSource.JUDGED: "裁定",
}
_GAINS_TOLD: Final = 5
_TRACES_TOLD: Final = 30


def run_overview(run: StoredRun, trust: Trust, tasks: Sequence[Task], width: int = WIDTH) -> str:
    """The table of units, the three noughts, what cannot be told apart, and how many tasks there are."""
    head = run.head
    lines = [
        f"评分存档 {head.id} · {run.inputs.city_name} · {run.inputs.period}（{run.inputs.first} 至 {run.inputs.last}）"
        f"· 程序 {head.program} · {head.made_at:%Y-%m-%d %H:%M}",
        f"输入 sha256 {head.inputs_sha256}",
        f"结果 sha256 {head.result_sha256}",
        "",
        overview(run.run, width).rstrip("\n"),
        "",
        *_noughts(run.run.units),
        *trust_lines(run, trust),
        *_task_counts(head.id, tasks),
    ]
    return "\n".join(lines) + "\n"


def _noughts(units: Sequence[UnitScore]) -> list[str]:
    """Measured bad, nothing supplied, not measured: never one number."""
    rows = [score for unit in units for score in unit.indicators]
    bad = sum(score.state is State.SCORED and score.points == 0 and bool(score.full) for score in rows)
    not_supplied = sum(score.missing is Missing.NOT_SUPPLIED for score in rows)
    not_measured = sum(score.missing is Missing.NOT_MEASURED for score in rows)
    return [f"三种零：有数据而得 0 分的 {bad} 项次，未提供数据的 {not_supplied} 项次，未测得的 {not_measured} 项次"]


def trust_lines(run: StoredRun, trust: Trust) -> list[str]:
    if not any(one.rank for one in trust.sensitivity.ranges):
        return ["没有单位参加排名"]
    if not trust.sensitivity.tried:
        return ["没有未复核而影响得分的情况，名次不受其影响"]
    lines = [
        f"未经人工复核的情况若有另外的结论（试算 {trust.sensitivity.tried} 种，"
        f"每种让一个单位或其余单位的此类情况全部成立或全部不成立）："
    ]
    names = {unit.id: unit.name for unit in run.inputs.units}
    ranks = {one.unit: one.rank or 0 for one in trust.sensitivity.ranges}
    groups = [
        f"第 {ranks_text([ranks[unit] for unit in group])} 名不可区分：{'、'.join(names[unit] for unit in group)}"
        for group in trust.sensitivity.groups
    ]
    lines += [f"  {text}" for text in groups or ["各单位名次不变"]]
    lines += [
        f"  {names[one.unit]}：现第 {one.rank} 名，可能在第 {one.low} 至 {one.high} 名"
        for one in trust.sensitivity.ranges
        if one.low != one.high
    ]
    if trust.untried:
        lines.append(f"  另有 {trust.untried} 种因数量过多没有试算")
    return lines


def ranks_text(ranks: Sequence[int]) -> str:
    """``3–5`` where the ranks lie side by side, else ``1、4、5``."""
    known = sorted(set(ranks))
    if known[-1] - known[0] == len(known) - 1:
        return f"{known[0]}–{known[-1]}"
    return "、".join(map(str, known))


def _task_counts(run_id: str, tasks: Sequence[Task]) -> list[str]:
    counts = [f"{TASK_NAMES[kind]} {sum(task.kind is kind for task in tasks)} 件" for kind in TaskKind]
    return [f"待办：{'，'.join(counts)}（chengjian score --run {run_id} --tasks）"]


def tasks_text(run: StoredRun, tasks: Sequence[Task]) -> str:
    lines = [f"评分存档 {run.head.id} 的待办，共 {len(tasks)} 件"]
    for kind in TaskKind:
        own = [task for task in tasks if task.kind is kind]
        if own:
            lines += ["", f"【{TASK_NAMES[kind]}】{len(own)} 件"]
        if kind is TaskKind.NOT_MEASURED:
            lines += _by_reason(own)
            continue
        for task in own:
            moves = f"，总分变动 {task.points:+.2f}" if task.points is not None else ""
            lines.append(f"  {task.name} {task.indicator}：{task.text}{moves}")
            lines += [f"      {text}" for text in _traces(task.evidence[:3])]
    return "\n".join(lines) + "\n"


def _by_reason(tasks: Sequence[Task]) -> list[str]:
    """One entry for each reason, for one cause keeps many rows of many units open."""
    reasons: dict[str, dict[str, list[str]]] = {}
    for task in tasks:
        reasons.setdefault(task.text, {}).setdefault(task.name, []).append(task.indicator)
    lines = []
    for reason, units in reasons.items():
        lines.append(f"  {reason}")
        by_rows: dict[str, list[str]] = {}
        for name, rows in units.items():
            by_rows.setdefault("、".join(rows), []).append(name)
        lines += [f"      {'、'.join(names)}：{rows}" for rows, names in by_rows.items()]
    return lines


def run_explanation(run: StoredRun, unit: UnitScore, gains: Sequence[Gain], trust: Trust) -> str:
    """From the total to each row, its value, the evidence, our reading and the words of the rule."""
    beside: dict[tuple[str, str], list[IndicatorValue]] = {}
    for one in run.inputs.beside:
        beside.setdefault((one.unit, one.indicator), []).append(one)

    def evidence(row: str) -> Sequence[str]:
        value = run.inputs.by_cell.get((unit.id, row))
        if value is None:
            return ()
        lines = [f"取值：{value_text(value)}"]
        lines += [f"证据 {text}" for text in _traces(value.evidence)]
        lines += [f"未计入 {text}" for text in _traces(value.left_out)]
        for other in beside.get((unit.id, row), ()):
            lines.append(f"另有{SOURCE_WORDS[other.source]}：{value_text(other)}")
            lines += [f"  证据 {text}" for text in _traces(other.evidence)]
        lines += [
            f"待裁定：{one.question}" for one in run.inputs.discrepancies if (one.unit, one.indicator) == (unit.id, row)
        ]
        return lines

    text = explanation(run.run, unit, evidence)
    lines = ["", *_gain_lines(run, unit, gains)]
    place = next((one for one in trust.sensitivity.ranges if one.unit == unit.id), None)
    if place is not None and place.low != place.high:
        lines.append(f"未复核的情况若有另外的结论，名次可能在第 {place.low} 至 {place.high} 名（现第 {place.rank} 名）")
    lines.append(
        f"存档 {run.head.id} · 程序 {run.head.program} · 输入 sha256 {run.head.inputs_sha256} · "
        f"结果 sha256 {run.head.result_sha256}"
    )
    return text + "\n".join(lines) + "\n"


def _gain_lines(run: StoredRun, unit: UnitScore, gains: Sequence[Gain]) -> list[str]:
    names = {row.id: row.name for row in run.inputs.scheme.indicators}
    known = [gain for gain in gains if not gain.open]
    still_open = [gain for gain in gains if gain.open]
    lines = []
    if known:
        lines.append("最能提高得分的几项（其他不变）：")
        lines += [
            f"  {gain.indicator} {names[gain.indicator]} +{gain.points}：{gain.how}" for gain in known[:_GAINS_TOLD]
        ]
        rest = known[_GAINS_TOLD:]
        if rest:
            lines.append(f"  其余 {len(rest)} 项每项至多 +{max(gain.points for gain in rest)}")
    if still_open:
        most = sum((gain.points for gain in still_open), Decimal(0))
        rows = "、".join(gain.indicator for gain in still_open)
        lines.append(f"尚无数据的 {len(still_open)} 项补齐后最多可得 {plain(most)} 分：{rows}")
    if any(adjustment.earned_total is not None for adjustment in unit.adjustments):
        lines.append("注意：总分受特别规定限制，上述各项在限制解除前不一定增加总分")
    return lines


def value_text(value: IndicatorValue) -> str:
    """What a row stands on and who says so, in one Chinese line."""
    who = SOURCE_WORDS[value.source] + (f"（{value.provider}）" if value.provider else "")
    match value.state:
        case ValueState.SUPPLIED:
            return f"{plain_value(value.value, value.indicator)}，{who}"
        case ValueState.NOT_SUPPLIED:
            return f"未提供，{value.because}"
        case ValueState.NOT_MEASURED:
            return f"未测得，{value.because}"
        case ValueState.NOT_APPLICABLE:
            return f"不适用，{who}，{value.because}"


def plain_value(value: object, indicator: str = "") -> str:
    """A value of a row as a person reads it: its parts by their Chinese names."""
    match value:
        case bool():
            return "有" if value else "没有"
        case Decimal():
            return plain(value)
        case list() | tuple():
            return "、".join(part_name(indicator, str(one)) for one in value) or "（空）"
        case dict():
            return "，".join(
                f"{part_name(indicator, name)} {plain_value(part, indicator)}" for name, part in value.items()
            )
        case _:
            return str(value)


def _traces(traces: Sequence[Trace]) -> list[str]:
    lines = [_trace(trace) for trace in traces[:_TRACES_TOLD]]
    if len(traces) > _TRACES_TOLD:
        lines.append(f"……其余 {len(traces) - _TRACES_TOLD} 件见 --json")
    return lines


def _trace(trace: Trace) -> str:
    parts = [f"[{TRACE_NAMES[trace.kind]} {trace.ref}] {trace.title}"]
    parts += [trace.url] if trace.url and trace.url != trace.ref else []
    parts += [f"sha256 {trace.sha256}"] if trace.sha256 and trace.sha256 != trace.ref else []
    parts += [trace.place] if trace.place else []
    parts += [f"看到于 {trace.seen_at}"] if trace.seen_at else []
    return " · ".join(parts)


def difference_text(old: StoredRun, new: StoredRun, changes: Iterable[UnitChange], width: int = WIDTH) -> str:
    """Each unit's change in parts that add up."""
    lines = [
        f"存档 {old.head.id}（{old.inputs.period}）→ 存档 {new.head.id}（{new.inputs.period}），方案 {new.head.scheme} "
        f"版本 {old.head.scheme_version} → {new.head.scheme_version}",
        "证据、规则、其他单位三者各占多少，取所有先后次序的平均（沙普利值），各部分之和恰为差额",
    ]
    lines += [
        f"注意：存档 {run.head.id} 由程序 {run.head.program} 计分，本程序重算的结果与它不同，差别计入“总分调整”"
        for run in (old, new)
        if not is_reproduced(run)
    ]
    rows = []
    details: list[str] = []
    for change in changes:
        if change.before is None or change.after is None:
            only = new.head.id if change.before is None else old.head.id
            details += ["", f"{change.name}：只在存档 {only} 中"]
            continue
        own, rule, others = (
            sum((getattr(part, part_name) for part in change.rows), Fraction(0))
            for part_name in ("by_own", "by_rule", "by_others")
        )
        rows.append(
            [
                change.name, points(change.before) or "", points(change.after) or "", exact(change.total), exact(own),
                exact(rule), exact(others), exact(change.by_adjustments),
            ]
        )  # fmt: skip
        if change.rows or change.by_adjustments:
            details += _change_lines(old, new, change)
    headers = ["单位", "原总分", "现总分", "差", "本单位证据", "规则", "其他单位", "总分调整"]
    lines.append(table("", headers, rows, width).rstrip("\n"))
    return "\n".join([*lines, *details]) + "\n"


def _change_lines(old: StoredRun, new: StoredRun, change: UnitChange) -> list[str]:
    lines = ["", f"{change.name}：{points(change.before)} → {points(change.after)}（{exact(change.total)}）"]
    for part in change.rows:
        causes = [("本单位证据", part.by_own), ("规则", part.by_rule), ("其他单位变动", part.by_others)]
        told = "，".join(f"{word} {exact(amount)}" for word, amount in causes if amount)
        lines.append(f"  {part.id} {exact(part.before, sign=False)} → {exact(part.after, sign=False)}：{told}")
        lines += [f"      {text}" for text in _evidence_moves(old, new, change.id, part.id)]
    if change.by_adjustments:
        lines.append(f"  总分调整（初始分、特别规定、分摊、平均的舍入）{exact(change.by_adjustments)}")
    return lines


def _evidence_moves(old: StoredRun, new: StoredRun, unit: str, row: str) -> list[str]:
    """Which evidence appeared and which is gone, by what it is and not by how it was told."""
    before, after = (run.inputs.by_cell.get((unit, row)) for run in (old, new))
    lines = []
    if before is not None and after is not None and (before.state, before.value) != (after.state, after.value):
        lines.append(f"取值：{value_text(before)} → {value_text(after)}")
    traces = [{(t.kind, t.ref): t for t in value.evidence} if value is not None else {} for value in (before, after)]
    appeared = [trace for key, trace in traces[1].items() if key not in traces[0]]
    gone = [trace for key, trace in traces[0].items() if key not in traces[1]]
    lines += [f"新增 {text}" for text in _traces(appeared)]
    lines += [f"不再有 {text}" for text in _traces(gone)]
    return lines


def exact(amount: Fraction, *, sign: bool = True) -> str:
    """A number that loses nothing: a decimal where it is one of at most four places, else a fraction."""
    if amount * 10000 == int(amount * 10000):
        text = plain(Decimal(int(amount * 10000)) / 10000)
        if amount * 100 == int(amount * 100):
            text = str(cents_of_fraction(amount))
    else:
        text = str(amount)
    return f"+{text}" if sign and amount > 0 else text
