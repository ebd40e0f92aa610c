"""A score run as Word documents to hand in: the whole result, and one report for each unit."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from records.rounds import STAGE_NAMES, Stage
from scoring.points import plain
from scoring.rank_floor import UNRANKED
from scoring.result import State, UnitScore
from services.masking import mask
from services.overview import Blur, MatrixLine, blurs, matrix_line
from services.reports.run_text import exact, value_text
from services.reports.score_parts import (
    MOST_TRACES,
    THREE_NOUGHTS,
    names_text,
    ranked_lines,
    reading_texts,
    row_summaries,
    rows_text,
    trace_text,
)
from services.reports.word_file import WordFile
from services.rounds.book import RoundBrief
from services.row_view import RowLine, UnitView, unit_view
from services.run_changes import CAUSE_WORDS, Cause, ChangeLine, Comparison
from services.run_coverage import MISSING_WORDS, Coverage
from services.run_questions import Trust
from services.run_shelf import OpenedRun

_MOST_CHANGES: Final = 60


def round_of_run(briefs: Iterable[RoundBrief], run_id: str) -> RoundBrief | None:
    """The newest round that a run belongs to."""
    return next((one for one in briefs if run_id in (one.preliminary_run, one.audited_run, one.final_run)), None)


def standing_text(brief: RoundBrief | None, run_id: str) -> str:
    """What the result is: final, or not yet, and in which stage of which round."""
    if brief is None:
        return "本结果不属于任何一轮评价，仅供内部参考，不是评价结果。"
    where = f"评价轮次 {brief.id}，现处于“{STAGE_NAMES[brief.stage]}”"
    if brief.final_run == run_id:
        return f"本结果是最终结果（{where}）。"
    return f"本结果是初步结果，尚未审定，不得对外公布（{where}）。"


def run_docx(
    run: OpenedRun,
    trusted: Trust | None,
    brief: RoundBrief | None,
    today: date,
    since: tuple[OpenedRun, Comparison] | None = None,
) -> bytes:
    """The overall report.  ``since``: the run that it is set against, and the changes.  Personal numbers are masked."""
    inputs = run.stored.inputs
    word = WordFile(f"{inputs.city_name}政务诚信评价报告（{inputs.period}）", landscape=True)
    word.line(standing_text(brief, run.head.id), strong=True)
    word.points(_facts(run, today))
    word.heading("一、本结果看到了什么，没有看到什么")
    _coverage(word, run.coverage)
    word.heading("二、各单位结果")
    _ranking(word, run, trusted)
    word.heading("三、各项指标汇总")
    _rows(word, run)
    if since is not None:
        old, comparison = since
        word.heading(f"四、与计分 {old.head.id}（{old.head.made_at:%Y-%m-%d}）相比")
        _changes(word, comparison)
    word.heading("计分的假设")
    word.line("文件没有写明而按以下理解计分；换一种理解，得分和名次可能变动。")
    word.points(mask(text) for text in reading_texts(run))
    return word.body()


def _facts(run: OpenedRun, today: date) -> list[str]:
    head, inputs = run.head, run.stored.inputs
    document = run.scheme.document
    return [
        f"方案：{run.scheme.name}（{head.scheme} 版本 {head.scheme_version}）",
        f"依据：《{document.title}》{document.number}",
        f"评价期：{inputs.first} 至 {inputs.last}",
        f"计分编号 {head.id}，{head.made_at:%Y-%m-%d %H:%M} 由程序 {head.program} 作出",
        f"本文件于 {today} 生成；输入 SHA-256 {head.inputs_sha256}；结果 SHA-256 {head.result_sha256}",
        THREE_NOUGHTS,
    ]


def _coverage(word: WordFile, coverage: Coverage) -> None:
    word.line(coverage.sentence)
    word.line(coverage.basis)
    if not coverage.gaps:
        return
    rows = [
        (
            MISSING_WORDS[gap.missing],
            mask(gap.reason),
            names_text(gap.units, gap.unit_count),
            rows_text(gap.rows),
            str(gap.cells),
        )
        for gap in coverage.gaps
    ]
    word.table(("状态", "原因", "单位", "指标", "项次"), rows, (1.6, 9.5, 6.5, 6, 1.6))
    if coverage.other_gaps:
        word.line(f"另有 {coverage.other_gaps} 项次因其他原因待补，见工作簿。", small=True)


def _ranking(word: WordFile, run: OpenedRun, trusted: Trust | None) -> None:
    lines = ranked_lines(run, trusted)
    rows = [(_rank(one), one.name, one.kind, one.total or "—", _span(one), one.grade or "—") for one in lines]
    word.table(("名次", "单位", "类别", "总分", "可能范围与待补", "等级"), rows, (2.4, 7, 3, 2.4, 7.5, 2.6))
    for one in lines:
        if one.unranked:
            word.line(f"{one.name}：{one.unranked}")
    for text in blur_texts(blurs(run, trusted)):
        word.line(text)


def _rank(line: MatrixLine) -> str:
    if line.rank is None:
        return UNRANKED if line.unranked else "—"
    return f"{line.rank}（{line.ranks}）" if line.ranks else str(line.rank)


def _span(line: MatrixLine) -> str:
    return "，".join(filter(None, (line.span, line.open)))


def blur_texts(groups: Iterable[Blur]) -> list[str]:
    """第 3–5 名分不出高下：…"""
    return [
        f"第 {one.ranks} 名分不出高下：{'、'.join(one.names)}（未复核的情况若有另外的结论，名次会互换）"
        for one in groups
    ]


def _rows(word: WordFile, run: OpenedRun) -> None:
    rows = [
        (
            one.row.id, one.row.name, plain(one.row.weight), str(one.scored), _mean(one.mean), str(one.bad),
            str(one.not_supplied), str(one.not_measured), str(one.not_applicable),
        )
        for one in row_summaries(run)
    ]  # fmt: skip
    headers = ("编号", "指标", "分值", "已计分", "平均得分", "零分或扣分", "未报", "未测", "不适用")
    word.table(headers, rows, (2.2, 9, 1.8, 2, 2.2, 2.4, 1.8, 1.8, 2))


def _mean(mean: Decimal | None) -> str:
    return "—" if mean is None else f"{mean:.2f}"


def _changes(word: WordFile, comparison: Comparison) -> None:
    lines = comparison.lines
    if not lines:
        word.line("各单位总分都没有变动。")
        return
    headers = ("单位", "原总分", "现总分", "差", *CAUSE_WORDS.values())
    word.table(headers, [_change(one) for one in lines[:_MOST_CHANGES]], (5.5, 2, 2, 2, *(2.2,) * len(CAUSE_WORDS)))
    if len(lines) > _MOST_CHANGES:
        word.line(f"只列变动最大的 {_MOST_CHANGES} 个，共 {len(lines)} 个单位有变动。", small=True)


def _change(line: ChangeLine) -> list[str]:
    change = line.change
    if change.before is None or change.after is None:
        only = "只在现在的计分中" if change.before is None else "只在原来的计分中"
        return [
            change.name,
            *(f"{one:.2f}" if one is not None else "—" for one in (change.before, change.after)),
            only,
        ] + [""] * len(CAUSE_WORDS)
    amounts = [exact(line.causes[cause]) if line.causes[cause] else "" for cause in Cause]
    return [change.name, f"{change.before:.2f}", f"{change.after:.2f}", exact(change.total), *amounts]


def unit_docx(run: OpenedRun, unit: UnitScore, brief: RoundBrief | None, today: date, *, blind: bool = False) -> bytes:
    """One unit's report; in 反馈 it begins with the notice of the preliminary result.

    ``blind``: for the unit itself.
    """
    inputs = run.stored.inputs
    word = WordFile(f"{unit.name}政务诚信评价结果（{inputs.period}）")
    word.line(standing_text(brief, run.head.id), strong=True)
    for text in notice(brief, run.head.id, unit.name):
        word.line(text)
    word.points(_facts(run, today))
    word.heading("一、结果")
    line = matrix_line(run, unit, {}, cells=False)
    word.points(_result(unit, line))
    view = unit_view(run, unit, blind=blind)
    if gained := gain_texts(view):
        word.heading("二、最能提高得分的几项")
        word.points(mask(text) for text in gained)
    word.heading("三、逐项得分和依据")
    for section, lines in view.sections:
        word.heading(section, 2)
        rows = [_unit_row(one) for one in lines]
        word.table(("编号", "指标", "得分 / 分值", "依据"), rows, (1.9, 4.1, 2.4, 8.6))
    word.heading("四、未得满分的各项：规则和证据")
    for one in (one for _, lines in view.sections for one in lines if _is_short(one)):
        _row_evidence(word, run, unit, one, blind=blind)
    word.heading("计分的假设")
    own = {one.row.id for _, lines in view.sections for one in lines}
    word.points(mask(text) for text in reading_texts(run) if text.partition("：")[0] in own or "：" not in text)
    return word.body()


def notice(brief: RoundBrief | None, run_id: str, name: str) -> list[str]:
    """The notice of the preliminary result (初评结果告知), while units may answer it; else nothing."""
    if brief is None or brief.stage is not Stage.FEEDBACK or brief.preliminary_run != run_id:
        return []
    return [
        f"{name}：现将初步评价结果送达你单位（送达日期 {brief.delivered}）。",
        f"请于 {brief.deadline} 前（送达后五个工作日内）确认，或逐项说明理由并附材料，提出复评申请（申诉）。"
        "申诉只可提出一次，应一次写全；期满没有答复的，初评结果即作为最终结果"
        "（宛信用办〔2020〕10号 评价办法第十条（四））。",
        "申诉不影响得分：维持初评的，任何一项得分都不变动。",
    ]


def _result(unit: UnitScore, line: MatrixLine) -> list[str]:
    texts = []
    if unit.total is not None:
        rank = f"，同类第 {unit.rank} 名" if unit.rank else ""
        texts.append(f"总分 {unit.total:.2f} / {unit.full:.2f}{rank}" + (f"，等级 {unit.grade}" if unit.grade else ""))
    if line.span or line.open:
        texts.append(
            "待补：" + "，".join(filter(None, (line.open, f"补齐后总分在 {line.span} 之间" if line.span else "")))
        )
    if unit.rank_because:
        texts.append(f"名次：{unit.rank_because}")
    if unit.grade_because:
        texts.append(f"等级依据：{unit.grade_because}")
    texts += [f"调整 {one.points:+.2f}：{one.because}（{one.rule}）" for one in unit.adjustments]
    return [mask(text) for text in (*texts, *unit.notes)]


def gain_texts(view: UnitView) -> list[str]:
    """What would gain a unit most, and what the rest gains at most."""
    texts = [f"{row.id} {row.name}：最多 +{plain(gain.points)} 分。{gain.how}" for row, gain in view.gains]
    if view.rest and view.rest_most is not None:
        texts.append(f"其余 {view.rest} 项，每项至多 +{plain(view.rest_most)} 分")
    if view.open_rows:
        texts.append(f"尚无数据的 {view.open_rows} 项补齐后，合计最多可得 {plain(view.open_gain)} 分")
    return texts


def _unit_row(line: RowLine) -> tuple[str, str, str, str]:
    got = f"{line.cell.text} / {plain(line.row.weight)}"
    return line.row.id, line.row.name, got, mask(line.score.because)


def _is_short(line: RowLine) -> bool:
    full = line.score.full
    return line.score.state is State.PENDING or (
        line.score.points is not None and (line.score.points < 0 or (full is not None and line.score.points < full))
    )


def _row_evidence(word: WordFile, run: OpenedRun, unit: UnitScore, line: RowLine, *, blind: bool) -> None:
    row = line.row
    word.heading(f"{row.id} {row.name}（{line.cell.text} / {plain(row.weight)}）", 2)
    word.line(f"规则原文（{row.cite}）：{row.text}")
    word.line(f"我们的理解：{row.reading}" + (f"（假设：{row.assumption}）" if row.assumption else ""))
    value = run.value(unit.id, row.id)
    if value is None:
        return
    word.line(mask(f"取值：{value_text(value)}"))
    texts = [mask(trace_text(one)) for one in value.evidence[:MOST_TRACES]]
    if len(value.evidence) > MOST_TRACES:
        texts.append(f"……其余 {len(value.evidence) - MOST_TRACES} 件见系统")
    if not blind:
        texts += [mask(f"未计入：{trace_text(one)}") for one in value.left_out[:MOST_TRACES]]
    word.points(texts)
