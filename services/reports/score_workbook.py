"""A score run as an Excel workbook."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from io import BytesIO
from typing import Final

from openpyxl import Workbook

from scoring.points import cents_of_fraction
from scoring.rank_floor import UNRANKED
from services.masking import mask
from services.overview import MatrixLine, matrix_cell
from services.reports.run_text import SOURCE_WORDS, value_text
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
from services.reports.workbook import Row, SheetColumn, add_sheet
from services.run_coverage import MISSING_WORDS, Coverage
from services.run_questions import Trust
from services.run_shelf import OpenedRun

#: Cells whose reasons are written out in the workbook; a larger run has its matrix there, and its reasons in the JSON.
MOST_REASONS: Final = 30_000


def run_xlsx(run: OpenedRun, trusted: Trust | None) -> bytes:
    """The workbook of a run: ranking, matrix, rows, coverage, assumptions, and reasons where they are not too many."""
    book = Workbook(write_only=True)
    lines = ranked_lines(run, trusted)
    add_sheet(book, "排名", _RANKING, _ranking_rows(run, lines))
    add_sheet(book, "得分矩阵", _matrix_columns(run), _matrix_rows(run, lines))
    add_sheet(book, "指标汇总", _SUMMARY, _summary_rows(run))
    add_sheet(book, "覆盖说明", _COVERAGE, _coverage_rows(run.coverage))
    add_sheet(book, "计分假设", (SheetColumn("假设", 120),), [(mask(text),) for text in reading_texts(run)])
    if run.cells <= MOST_REASONS:
        add_sheet(book, "逐项依据", _REASONS, _reason_rows(run))
    add_sheet(book, "说明", (SheetColumn("项目", 16), SheetColumn("内容", 110)), _about_rows(run))
    content = BytesIO()
    book.save(content)
    return content.getvalue()


_RANKING: Final = (
    SheetColumn("名次", 7),
    SheetColumn("名次可能范围", 13),
    SheetColumn("单位", 26),
    SheetColumn("编号", 16),
    SheetColumn("类别", 12),
    SheetColumn("总分", 9),
    SheetColumn("满分", 9),
    SheetColumn("最低", 9),
    SheetColumn("最高", 9),
    SheetColumn("待补", 22),
    SheetColumn("等级", 10),
    SheetColumn("等级依据", 40),
    SheetColumn("不予排名的理由", 40),
)
_SUMMARY: Final = (
    SheetColumn("编号", 11),
    SheetColumn("一级指标", 16),
    SheetColumn("指标", 34),
    SheetColumn("分值", 8),
    SheetColumn("已计分", 9),
    SheetColumn("平均得分", 10),
    SheetColumn("最高", 8),
    SheetColumn("最低", 8),
    SheetColumn("零分或扣分", 11),
    SheetColumn("未报", 8),
    SheetColumn("未测", 8),
    SheetColumn("不适用", 8),
    SheetColumn("规则原文", 70),
)
_COVERAGE: Final = tuple(
    SheetColumn(title, width) for title, width in (("状态", 8), ("原因", 60), ("单位", 44), ("指标", 40), ("项次", 8))
)
_REASONS: Final = (
    SheetColumn("单位", 22),
    SheetColumn("编号", 11),
    SheetColumn("指标", 28),
    SheetColumn("得分", 8),
    SheetColumn("分值", 8),
    SheetColumn("依据", 60),
    SheetColumn("取值", 40),
    SheetColumn("来源", 12),
    SheetColumn("证据", 70),
)


def _ranking_rows(run: OpenedRun, lines: Iterable[MatrixLine]) -> Iterable[Row]:
    for one in lines:
        unit = run.units[one.id]
        place = unit.rank or (UNRANKED if unit.rank_because else None)
        yield (
            place, one.ranks, unit.name, unit.id, one.kind, unit.total, unit.full, unit.low, unit.high, one.open,
            one.grade, unit.grade_because, unit.rank_because,
        )  # fmt: skip


def _matrix_columns(run: OpenedRun) -> tuple[SheetColumn, ...]:
    rows = (SheetColumn(f"{row.id} {row.name}", 12) for row in run.scheme.indicators)
    return (SheetColumn("单位", 24), SheetColumn("总分", 9), *rows)


def _matrix_rows(run: OpenedRun, lines: Iterable[MatrixLine]) -> Iterable[Row]:
    for one in lines:
        unit = run.units[one.id]
        cells = [matrix_cell(score, run.rows[score.id]) for score in unit.indicators]
        points = zip(unit.indicators, cells, strict=True)
        yield (
            unit.name,
            unit.total,
            *(score.points if score.points is not None else cell.text for score, cell in points),
        )


def _summary_rows(run: OpenedRun) -> Iterable[Row]:
    for one in row_summaries(run):
        mean = cents_of_fraction(Fraction(one.mean)) if one.mean is not None else None
        yield (
            one.row.id, one.row.section, one.row.name, one.row.weight, one.scored, mean, one.best, one.worst, one.bad,
            one.not_supplied, one.not_measured, one.not_applicable, one.row.text,
        )  # fmt: skip


def _coverage_rows(coverage: Coverage) -> Iterable[Row]:
    for gap in coverage.gaps:
        yield (
            MISSING_WORDS[gap.missing],
            mask(gap.reason),
            names_text(gap.units, gap.unit_count),
            rows_text(gap.rows),
            gap.cells,
        )
    if coverage.other_gaps:
        yield "", "其他原因", "", "", coverage.other_gaps


def _reason_rows(run: OpenedRun) -> Iterable[Row]:
    for unit in run.stored.run.units:
        for score in unit.indicators:
            row, value = run.rows[score.id], run.value(unit.id, score.id)
            traces = value.evidence[:MOST_TRACES] if value is not None else ()
            yield (
                unit.name, row.id, row.name, score.points if score.points is not None else matrix_cell(score, row).text,
                row.weight, mask(score.because), mask(value_text(value)) if value is not None else "",
                SOURCE_WORDS[value.source] if value is not None else "",
                "\n".join(mask(trace_text(one)) for one in traces),
            )  # fmt: skip


def _about_rows(run: OpenedRun) -> Iterable[Row]:
    head = run.head
    facts: Mapping[str, str] = {
        "方案": f"{run.scheme.name}（{head.scheme} 版本 {head.scheme_version}）",
        "评价期": f"{run.stored.inputs.first} 至 {run.stored.inputs.last}",
        "计分": f"{head.id}，{head.made_at:%Y-%m-%d %H:%M}，程序 {head.program}",
        "输入 SHA-256": head.inputs_sha256,
        "结果 SHA-256": head.result_sha256,
        "覆盖": run.coverage.sentence + run.coverage.basis,
        "三种零": THREE_NOUGHTS,
    }
    return list(facts.items())
