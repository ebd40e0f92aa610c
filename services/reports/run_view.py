"""What the HTML overview of a score run shows: units × indicators, and under each number what it rests on."""

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from checks.life import BAND_NAMES
from records.evidence import FileKind
from records.indicators import IndicatorValue, Trace
from records.sightings import FindingLife, Sight
from scoring.model import Indicator, Role, Scheme
from scoring.points import plain
from scoring.rank_floor import UNRANKED
from scoring.result import IndicatorScore, Missing, State, UnitScore
from services.portal_coverage import WatchCoverage
from services.reports import wording
from services.reports.finding_view import AttemptRow, attempt_rows
from services.reports.run_text import TRACE_NAMES, trust_lines, value_text
from services.reports.scores_document import assumed, points
from services.run_coverage import Coverage, coverage_of, is_bad
from services.run_exhibits import Exhibit
from services.run_questions import TASK_NAMES, Task, TaskKind, Trust
from services.score_round import StoredRun
from storage.evidence_pieces import EvidencePiece

MOST_TRACES: Final = 30  # of one row; the rest is in the JSON
MOST_TRIES: Final = 40  # of one finding, the newest
_MOST_PICTURE: Final = 512 * 1024
_MOST_PICTURES: Final = 16 * 1024 * 1024
_SIGHTS: Final = {Sight.FAULT: "有问题", Sight.HEALED: "正常", Sight.UNKNOWN: "说不清"}


class Tone(StrEnum):
    """How a cell looks.  The three noughts never look alike."""

    FULL = "full"
    PART = "part"
    ZERO = "zero"  # measured or supplied, and nought points
    UNSUPPLIED = "unsupplied"  # somebody was asked and gave nothing
    UNMEASURED = "unmeasured"  # we could not look
    PENDING = "pending"  # open for another reason
    ASIDE = "aside"  # does not apply


@dataclass(frozen=True, slots=True)
class Cell:
    anchor: str
    text: str
    tone: Tone
    told: str  # Chinese: said by a reader of the screen, and as a hint


@dataclass(frozen=True, slots=True)
class TryRow:
    at: str
    band: str
    sight: str
    tone: str
    told: str


@dataclass(frozen=True, slots=True)
class FileRow:
    kind: str
    name: str
    folder: str
    offset: int | None
    sha256: str
    size: str


@dataclass(frozen=True, slots=True)
class ExhibitView:
    """One thing that a value rests on."""

    kind: str
    ref: str
    title: str
    url: str
    seen_at: str
    place: str
    sha256: str
    standing: str
    since: str
    tries: tuple[TryRow, ...]
    tries_left: int
    attempts: tuple[AttemptRow, ...]
    files: tuple[FileRow, ...]
    picture: str  # data: URI


@dataclass(frozen=True, slots=True)
class RowView:
    """One indicator of one unit."""

    anchor: str
    id: str
    name: str
    content: str
    points: str
    full: str
    tone: Tone
    state: str
    because: str
    value: str
    exhibits: tuple[ExhibitView, ...]
    left_out: tuple[ExhibitView, ...]
    beside: tuple[tuple[str, tuple[ExhibitView, ...]], ...]
    more: int  # traces that are not shown
    questions: tuple[str, ...]
    cite: str
    words: str  # of the rule
    reading: str
    assumption: str


@dataclass(frozen=True, slots=True)
class UnitView:
    anchor: str
    name: str
    rank: str
    total: str
    full: str
    pending: str
    spread: str
    grade: str
    cells: tuple[Cell, ...]
    rows: tuple[RowView, ...]
    adjustments: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    unranked: str  # why it gets no rank


@dataclass(frozen=True, slots=True)
class ColumnHead:
    id: str
    short: str
    title: str


@dataclass(frozen=True, slots=True)
class SectionHead:
    name: str
    span: int


@dataclass(frozen=True, slots=True)
class RunView:
    title: str
    run: str
    city: str
    period: str
    made_at: str
    program: str
    scheme: str
    document: str
    inputs_sha256: str
    result_sha256: str
    sections: tuple[SectionHead, ...]
    columns: tuple[ColumnHead, ...]
    units: tuple[UnitView, ...]
    counts: Mapping[Tone, int]
    trust: tuple[str, ...]
    coverage: Coverage
    watched: WatchCoverage
    tasks: tuple[tuple[str, tuple[str, ...]], ...]
    assumptions: tuple[tuple[str, str], ...]


def run_view(
    run: StoredRun, *, trust: Trust, tasks: Sequence[Task], watched: WatchCoverage, exhibit: Callable[[Trace], Exhibit]
) -> RunView:
    """Everything that the page shows.  Raises what ``exhibit`` raises."""
    scheme = run.inputs.scheme
    builder = _Builder(run, exhibit)
    units = tuple(builder.unit(unit) for unit in sorted(run.run.units, key=lambda one: one.rank or 10**6))
    tones = [cell.tone for unit in units for cell in unit.cells]
    document = scheme.document
    return RunView(
        title=f"{run.inputs.city_name}　{scheme.name}",
        run=run.head.id,
        city=run.inputs.city_name,
        period=f"{run.inputs.period}（{run.inputs.first} 至 {run.inputs.last}）",
        made_at=wording.clock(run.head.made_at),
        program=run.head.program,
        scheme=f"{scheme.id}，版本 {scheme.version}，SHA-256 {scheme.sha256}",
        document=f"{document.title} {document.number}".strip(),
        inputs_sha256=run.head.inputs_sha256,
        result_sha256=run.head.result_sha256,
        sections=tuple(SectionHead(one.name, len(one.indicators)) for one in scheme.sections),
        columns=tuple(_column(row, scheme) for row in scheme.indicators),
        units=units,
        counts={tone: tones.count(tone) for tone in Tone},
        trust=tuple(line.strip() for line in trust_lines(run, trust)),
        coverage=coverage_of(run),
        watched=watched,
        tasks=tuple(
            (TASK_NAMES[kind], tuple(f"{one.name} {one.indicator}：{one.text}" for one in tasks if one.kind is kind))
            for kind in TaskKind
        ),
        assumptions=tuple((indicator, text) for indicator, text in assumed(run.run)),
    )


def _column(row: Indicator, scheme: Scheme) -> ColumnHead:
    prefix, _, short = row.id.rpartition("-")
    same = all(one.id.startswith(f"{prefix}-") for one in scheme.indicators)
    weight = f"，{plain(row.weight)} 分" if row.weight else ""
    return ColumnHead(row.id, short if same and prefix else row.id, f"{row.name}：{row.content}{weight}")


@dataclass(slots=True)
class _Builder:
    run: StoredRun
    exhibit: Callable[[Trace], Exhibit]
    _pictures: int = 0
    _rows: dict[str, Indicator] = field(default_factory=dict)
    _beside: dict[tuple[str, str], list[IndicatorValue]] = field(default_factory=dict)
    _questions: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        inputs = self.run.inputs
        self._rows = {row.id: row for row in inputs.scheme.indicators}
        for value in inputs.beside:
            self._beside.setdefault((value.unit, value.indicator), []).append(value)
        for one in inputs.discrepancies:
            self._questions.setdefault((one.unit, one.indicator), []).append(one.question)

    def unit(self, unit: UnitScore) -> UnitView:
        scores = {one.id: one for one in unit.indicators}
        return UnitView(
            anchor=f"u-{unit.id}",
            name=unit.name,
            rank=f"第 {unit.rank} 名" if unit.rank else (UNRANKED if unit.rank_because else "—"),
            unranked=unit.rank_because,
            total=points(unit.total) or "—",
            full=points(unit.full) or "—",
            pending=points(unit.pending_points) or "—",
            spread=f"{points(unit.low)}～{points(unit.high)}" if unit.low != unit.high else "",
            grade=unit.grade or unit.grade_because,
            cells=tuple(self._cell(unit.id, row, scores.get(row)) for row in self._rows),
            rows=tuple(self._row(unit.id, one) for one in unit.indicators),
            adjustments=tuple((f"{one.points:+.2f}", one.because) for one in unit.adjustments),
            notes=unit.notes,
        )

    def _cell(self, unit: str, row: str, score: IndicatorScore | None) -> Cell:
        if score is None:  # the row is for units of another kind
            return Cell("", "—", Tone.ASIDE, f"{row}：不适用于这类单位")
        tone = tone_of(score, self._rows[row].role)
        return Cell(_anchor(unit, row), _short(score, tone), tone, f"{row}：{score.because}")

    def _row(self, unit: str, score: IndicatorScore) -> RowView:
        row = self._rows[score.id]
        value = self.run.inputs.by_cell.get((unit, score.id))
        tone = tone_of(score, row.role)
        evidence, left_out = (value.evidence, value.left_out) if value is not None else ((), ())
        return RowView(
            anchor=_anchor(unit, score.id),
            id=score.id,
            name=row.name,
            content=row.content,
            points=_short(score, tone),
            full=points(score.full) or "—",
            tone=tone,
            state=_STATES[tone],
            because=score.because,
            value=value_text(value) if value is not None else "",
            exhibits=self._exhibits(evidence),
            left_out=self._exhibits(left_out),
            beside=tuple(
                (value_text(one), self._exhibits(one.evidence)) for one in self._beside.get((unit, score.id), ())
            ),
            more=max(len(evidence) - MOST_TRACES, 0) + max(len(left_out) - MOST_TRACES, 0),
            questions=tuple(self._questions.get((unit, score.id), ())),
            cite=row.cite,
            words=row.text,
            reading=row.reading,
            assumption=row.assumption,
        )

    def _exhibits(self, traces: Iterable[Trace]) -> tuple[ExhibitView, ...]:
        return tuple(self._exhibit(self.exhibit(one)) for one in tuple(traces)[:MOST_TRACES])

    def _exhibit(self, one: Exhibit) -> ExhibitView:
        trace, life = one.trace, one.life
        sightings = life.sightings[-MOST_TRIES:] if life is not None else ()
        return ExhibitView(
            kind=TRACE_NAMES[trace.kind],
            ref=trace.ref,
            title=trace.title,
            url=trace.url or "",
            seen_at=_instant(trace.seen_at),
            place=trace.place,
            sha256=trace.sha256 or "",
            standing=one.standing,
            since=_since(life) if life is not None else "",
            tries=tuple(
                TryRow(
                    wording.clock(sighting.at),
                    BAND_NAMES[sighting.band]
                    + (f"，第 {sighting.night} 夜" if sighting.night is not None else "，人工"),
                    _SIGHTS[sighting.sight] + ("" if sighting.counts else "（不计）"),
                    "bad" if sighting.sight is Sight.FAULT and sighting.counts else "plain",
                    sighting.told,
                )
                for sighting in sightings
            ),
            tries_left=len(life.sightings) - len(sightings) if life is not None else 0,
            attempts=attempt_rows(one.attempts),
            files=tuple(_file(piece, one) for piece in one.files),
            picture=next((self._picture(piece) for piece in one.files if piece.kind is FileKind.SCREENSHOT), ""),
        )

    def _picture(self, piece: EvidencePiece) -> str:
        """A screenshot as a data: URI, up to a sum that a browser still opens well."""
        if piece.size > _MOST_PICTURE or self._pictures + piece.size > _MOST_PICTURES:
            return ""
        try:
            content = Path(piece.path).read_bytes()
        except OSError:
            return ""
        self._pictures += len(content)
        return "data:image/png;base64," + base64.b64encode(content).decode("ascii")


def tone_of(score: IndicatorScore, role: Role) -> Tone:
    """How the number of one row is to look."""
    match score.state:
        case State.NOT_APPLICABLE:
            return Tone.ASIDE
        case State.PENDING:
            match score.missing:
                case Missing.NOT_SUPPLIED:
                    return Tone.UNSUPPLIED
                case Missing.NOT_MEASURED:
                    return Tone.UNMEASURED
                case None:
                    return Tone.PENDING
        case State.SCORED:
            if score.points is None or score.points == score.full:
                return Tone.FULL
            return Tone.ZERO if is_bad(score, role) else Tone.PART


_STATES: Final = {
    Tone.FULL: "满分",
    Tone.PART: "部分得分",
    Tone.ZERO: "有数据，得 0 分",
    Tone.UNSUPPLIED: "未提供",
    Tone.UNMEASURED: "未测得",
    Tone.PENDING: "待补",
    Tone.ASIDE: "不适用",
}
_SHORT: Final = {Tone.UNSUPPLIED: "未提供", Tone.UNMEASURED: "未测得", Tone.PENDING: "待补", Tone.ASIDE: "—"}


def _short(score: IndicatorScore, tone: Tone) -> str:
    return _SHORT.get(tone) or points(score.points) or "已记"


def _since(life: FindingLife) -> str:
    told = [f"自 {wording.clock(life.since)} 起" if life.since is not None else ""]
    told.append(f"{wording.clock(life.confirmed_at)} 通过确认门槛" if life.confirmed_at is not None else "")
    told.append(f"{wording.clock(life.healed_at)} 恢复" if life.healed_at is not None else "")
    told += [f"还差：{life.lacking}" if life.lacking else "", life.fails_when]
    return "，".join(filter(None, told))


def _instant(text: str | None) -> str:
    """An instant of a trace as people read it; as it stands where it is none."""
    try:
        return wording.clock(datetime.fromisoformat(text)) if text else ""
    except ValueError:
        return text or ""


def _file(piece: EvidencePiece, exhibit: Exhibit) -> FileRow:
    evidence = exhibit.finding.evidence if exhibit.finding is not None else None
    offset = evidence.offset if evidence is not None and evidence.warc == piece.name else None
    return FileRow(
        _FILES.get(piece.kind, "文件"), piece.name, str(piece.folder), offset, piece.sha256, f"{piece.size:,} 字节"
    )


_FILES: Final = {FileKind.WARC: "存档（WARC）", FileKind.SCREENSHOT: "截图"}


def _anchor(unit: str, row: str) -> str:
    return f"r-{unit}-{row}"
