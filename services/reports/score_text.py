"""A score run and a scheme for people: the table of units, the walk from a total to the words of the rule."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from io import StringIO

from rich import box
from rich.console import Console
from rich.table import Table

from scoring.model import PERIOD_NAMES, UNIT_KIND_NAMES, Combination, Indicator, Scheme
from scoring.points import plain
from scoring.rank_floor import UNRANKED
from scoring.result import STATE_NAMES, State, UnitScore
from scoring.rules.status_ledger import STATUS_NAMES
from scoring.scorer import assumptions
from services.reports.scores_document import assumed, points
from services.score_values import ScoreRun, WhatIf

WIDTH = 160


def table(title: str, headers: Sequence[str], rows: Iterable[Sequence[str]], width: int) -> str:
    table = Table(title=title, box=box.SQUARE, show_lines=False, title_justify="left")
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console = Console(file=StringIO(), width=width, force_terminal=False, color_system=None, markup=False, emoji=False)
    console.print(table)
    out = console.file
    return out.getvalue() if isinstance(out, StringIO) else ""


def _assumption_lines(readings: Iterable[tuple[str, str]]) -> list[str]:
    rows: dict[str, list[str]] = {}  # one reading of several rows is printed once
    for indicator, text in readings:
        rows.setdefault(text, []).extend([indicator] if indicator else [])
    return ["按以下理解计分（文件未写明，可用 --what-if 换一种理解）："] + [
        f"  {number}. {'、'.join(indicators) + '：' if indicators else ''}{text}"
        for number, (text, indicators) in enumerate(rows.items(), start=1)
    ]


def overview(run: ScoreRun, width: int = WIDTH) -> str:
    """The table of units with the assumptions below it."""
    scheme = run.scheme
    title = f"{scheme.name} · {run.period} · 方案版本 {scheme.version}（{scheme.sha256[:12]}）"
    if scheme.combination is Combination.LEDGER:
        headers = ["单位", *STATUS_NAMES.values(), STATE_NAMES[State.PENDING], STATE_NAMES[State.NOT_APPLICABLE]]
        rows = [[unit.name, *(str(count) for count in unit.states.values())] for unit in run.units]
    else:
        headers = ["名次", "单位", "类别", "总分", "满分", "待补", "可能范围", "等级"]
        rows = [_unit_row(unit) for unit in run.units]
    lines = [table(title, headers, rows, width), *_assumption_lines(assumed(run))]
    lines += [f"注意：{unit.name} {unit.rank_because}" for unit in run.units if unit.rank_because]
    lines += [f"注意：{unit.name} {note}" for unit in run.units for note in unit.notes]
    return "\n".join(lines) + "\n"


def _unit_row(unit: UnitScore) -> list[str]:
    spread = f"{points(unit.low)}～{points(unit.high)}" if unit.low != unit.high else ""
    place = str(unit.rank or (UNRANKED if unit.rank_because else ""))
    return [
        place, unit.name, UNIT_KIND_NAMES[unit.kind], points(unit.total) or "", points(unit.full) or "",
        points(unit.pending_points) or "", spread, unit.grade or ("未定" if unit.grade_because else "—"),
    ]  # fmt: skip


def what_if_text(run: ScoreRun, what_if: WhatIf, width: int = WIDTH) -> str:
    """Whose points and ranks move under the other reading."""
    moved = [move for move in what_if.moves if move.moved]
    rows = []
    for move in moved:
        details = "、".join(f"{row.id} {points(row.before)}→{points(row.after)}" for row in move.rows)
        change = _change(move.total)
        rows.append(
            [
                move.name, f"{points(move.total[0])}→{points(move.total[1])}", change,
                f"{move.rank[0]}→{move.rank[1]}", f"{move.grade[0] or '—'}→{move.grade[1] or '—'}", details,
            ]
        )  # fmt: skip
    title = f"换一种理解：{len(run.units)} 个单位中 {len(moved)} 个有变动"
    body = table(title, ["单位", "总分", "变动", "名次", "等级", "变动的指标"], rows, width)
    return body + "".join(f"注意：假设的方案中 {remark}\n" for remark in what_if.remarks)


def _change(total: tuple[Decimal | None, Decimal | None]) -> str:
    before, after = total
    return "" if before is None or after is None else f"{after - before:+.2f}"


def explanation(run: ScoreRun, unit: UnitScore, evidence: Callable[[str], Sequence[str]] = lambda row: ()) -> str:
    """From the unit's total to its rows, the values, our reading, and the words of the rule.

    ``evidence`` gives further lines for a row: what its value rests on, where that is known.
    """
    rows = {indicator.id: indicator for indicator in run.scheme.indicators}
    lines = [f"{unit.name}（{unit.id}，{UNIT_KIND_NAMES[unit.kind]}）· {run.scheme.name} · {run.period}"]
    if unit.total is not None:
        place = f"，同类第 {unit.rank} 名" if unit.rank else ""
        grade = f"，等级 {unit.grade}" if unit.grade else ""
        lines.append(f"总分 {points(unit.total)} / {points(unit.full)}{place}{grade}")
        if unit.low != unit.high:
            open_points = points(unit.pending_points)
            lines.append(f"待补 {open_points} 分，补齐后总分在 {points(unit.low)} 到 {points(unit.high)} 之间")
        if unit.rank_because:
            lines.append(f"名次：{unit.rank_because}")
        if unit.grade_because:
            lines.append(f"等级依据：{unit.grade_because}")
    for adjustment in unit.adjustments:
        lines.append(f"调整 {adjustment.points:+.2f}：{adjustment.because}（{adjustment.rule}）")  # noqa: PERF401
    section = ""
    for score in unit.indicators:
        row = rows[score.id]
        if row.section != section:
            section = row.section
            lines += ["", f"【{section}】"]
        got = f"{points(score.points)} / {points(score.full)}" if score.points is not None else STATE_NAMES[score.state]
        share = f"（占总分 {unit.shares[score.id]}）" if score.id in unit.shares else ""
        lines.append(f"{score.id} {row.name}：{got}{share}")
        source = [f"取值来源：{unit.sources[score.id]}"] if score.id in unit.sources else []
        told = [f"依据：{score.because}", *source, *evidence(score.id), *_row_lines(row)]
        lines += [f"    {text}" for text in told]
    return "\n".join(lines) + "\n"


def _row_lines(row: Indicator) -> list[str]:
    lines = [f"规则原文（{row.cite}）：{row.text}", f"我们的理解：{row.reading}"]
    lines += [f"假设（文件未写明）：{row.assumption}"] if row.assumption else []
    lines += [f"文件自身矛盾：{row.conflict}"] if row.conflict else []
    lines += [f"结转规定：{row.carry_over}"] if row.carry_over else []
    lines += [f"责任单位：{'、'.join(row.responsible)}"] if row.responsible else []
    lines += [f"数据来源：{row.source}，{PERIOD_NAMES[row.period]}"] if row.source else []
    return lines


def scheme_table(scheme: Scheme, width: int = WIDTH) -> str:
    """The table as the documents print it, with our reading beside the rule's own words."""
    document = scheme.document
    lines = [
        scheme.name,
        f"依据：《{document.title}》{document.number}{' ' + document.issuer if document.issuer else ''}",
        f"方案 {scheme.id} 版本 {scheme.version}（{scheme.sha256[:12]}）",
        "对象：" + ("、".join(UNIT_KIND_NAMES[kind] for kind in scheme.objects) or "各类单位"),
    ]
    if scheme.combination is not Combination.LEDGER:
        fulls = {kind: scheme.full_for(kind) for kind in scheme.objects or UNIT_KIND_NAMES}
        lines.append(
            "满分：" + "、".join(f"{UNIT_KIND_NAMES[k]} {plain(f)}" for k, f in fulls.items() if f is not None)
        )
    if scheme.reporting:
        lines.append("报送：" + "、".join(PERIOD_NAMES[period] for period in scheme.reporting))
    ledger = scheme.combination is Combination.LEDGER
    headers = [
        "一级指标",
        "编号",
        "二级指标",
        "责任单位" if ledger else "分值",
        "评分说明（原文）",
        "我们的理解",
        "数据来源",
        "周期",
    ]
    rows = []
    section = ""
    for row in scheme.indicators:
        third = "、".join(row.responsible) if ledger else plain(row.weight)
        kinds = f"（{'、'.join(UNIT_KIND_NAMES[kind] for kind in row.kinds)}）" if row.kinds else ""
        mark = " ※" if row.assumption or row.conflict or row.lost else ""
        name = row.name + (f"：{row.content}" if row.content else "") + kinds
        first = row.section if row.section != section else ""
        section = row.section
        rows.append([first, row.id, name, third, row.text, row.reading + mark, row.source, PERIOD_NAMES[row.period]])
    body = table("", headers, rows, width)
    tail = []
    if scheme.grades is not None:
        tail.append("等级：" + "、".join(level.name for level in scheme.grades.levels) + f"（{scheme.grades.text}）")
    tail += [f"特别规定（{override.cite}）：{override.text}" for override in scheme.overrides]
    if scheme.records is not None:
        life = scheme.records
        tail.append(
            f"记录：参与评价 {life.valid_years} 年，保存 {life.kept_years} 年，自 {life.since} 起（{life.cite}）"
        )
    return "\n".join([*lines, body, *tail, *_assumption_lines(assumptions(scheme))]) + "\n"
