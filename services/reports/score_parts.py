"""What the documents of a run are written from: its units in order, its rows over all units, its readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from records.indicators import Trace
from scoring.model import UNIT_KIND_NAMES, Indicator
from scoring.result import Missing, State
from services.overview import MatrixLine, matrix_line, rank_spans
from services.reports.run_text import TRACE_NAMES
from services.reports.scores_document import assumed
from services.run_coverage import is_bad
from services.run_questions import Trust
from services.run_shelf import OpenedRun

THREE_NOUGHTS: Final = (
    "三种零分开表示：有数据而得零分或扣分的写作数字；未提供数据的写作“未报”；未测得的写作“未测”。"
    "后两种既不计零分，也不计满分，总分因此可能有一个范围。"
)
MOST_TRACES: Final = 20  # of one row; the rest is in the console and in the JSON


@dataclass(frozen=True, slots=True)
class RowSummary:
    """One row over all units."""

    row: Indicator
    scored: int
    mean: Decimal | None  # of those that were scored
    best: Decimal | None
    worst: Decimal | None
    bad: int
    not_supplied: int
    not_measured: int
    not_applicable: int


def row_summaries(run: OpenedRun) -> tuple[RowSummary, ...]:
    found = []
    for place, row in enumerate(run.scheme.indicators):
        scores = [unit.indicators[place] for unit in run.stored.run.units]
        points = [one.points for one in scores if one.points is not None]
        found.append(
            RowSummary(
                row=row,
                scored=sum(one.state is State.SCORED for one in scores),
                mean=sum(points, Decimal(0)) / len(points) if points else None,
                best=max(points, default=None),
                worst=min(points, default=None),
                bad=sum(is_bad(one, row.role) for one in scores),
                not_supplied=sum(one.missing is Missing.NOT_SUPPLIED for one in scores),
                not_measured=sum(one.missing is Missing.NOT_MEASURED for one in scores),
                not_applicable=sum(one.state is State.NOT_APPLICABLE for one in scores),
            )
        )
    return tuple(found)


def names_text(names: Sequence[str], count: int) -> str:
    return "、".join(names) + (f"等 {count} 个" if count > len(names) else "")


def rows_text(rows: Sequence[str]) -> str:
    return "、".join(rows[:12]) + (f"等 {len(rows)} 项" if len(rows) > 12 else "")


def ranked_lines(run: OpenedRun, trusted: Trust | None) -> list[MatrixLine]:
    kinds = list(UNIT_KIND_NAMES)
    units = sorted(run.stored.run.units, key=lambda one: (kinds.index(one.kind), one.rank or 10**9))
    places = rank_spans(trusted)
    return [matrix_line(run, one, places, cells=False) for one in units]


def reading_texts(run: OpenedRun) -> list[str]:
    rows: dict[str, list[str]] = {}
    for indicator, text in assumed(run.stored.run):
        rows.setdefault(text, []).extend([indicator] if indicator else [])
    return [(f"{'、'.join(ids)}：" if ids else "") + text for text, ids in rows.items()]


def trace_text(trace: Trace) -> str:
    """A piece of evidence with everything by which a third person finds it."""
    parts = [f"[{TRACE_NAMES[trace.kind]} {trace.ref}] {trace.title}", trace.url or "", trace.place]
    parts += [f"SHA-256 {trace.sha256}"] if trace.sha256 and trace.sha256 != trace.ref else []
    parts += [f"看到于 {trace.seen_at}"] if trace.seen_at else []
    return "；".join(part for part in parts if part)
