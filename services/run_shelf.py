"""Opened score runs, kept in memory: a run never changes, and a large one takes seconds to open."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, TypeVar

import orjson

from records.indicators import IndicatorValue, Trace
from scoring.counterfactual import Gain, Peerage
from scoring.model import Indicator
from scoring.result import UnitScore
from scoring.values import UnitValues
from scoring_bridge.traces import audit_of
from services.memo import Memo
from services.run_coverage import Coverage, coverage_of
from services.run_document import read_units
from services.run_questions import Task, Trust, tasks, trust
from services.schemes import WrongCallError
from services.score_round import StoredRun, open_run
from services.settling import settling
from storage.runs import RunHead, RunRepository

Cell = tuple[str, str]  # unit, row
Answer = TypeVar("Answer")
MOST_CELLS: Final = 330_000  # units × rows of all runs that are kept, some 3.5 kB each: three runs of 3,000 × 35
_MOST_TOTALS: Final = 400
_MOST_ANSWERS: Final = 24
#: Seconds that whoever asks in this context waits for a run to be opened; None: until it is.  Pages set it.
PATIENCE: Final[ContextVar[float | None]] = ContextVar("patience", default=None)


class StillOpeningError(Exception):
    """The run is being opened in the background: a large one takes seconds."""


class OpenedRun:
    """A run with the ways into it.  What takes long is worked out when it is asked for first."""

    def __init__(self, stored: StoredRun) -> None:
        self.stored = stored
        self.head = stored.head
        self.scheme = stored.inputs.scheme
        self.units: Mapping[str, UnitScore] = {one.id: one for one in stored.run.units}
        self.rows: Mapping[str, Indicator] = {one.id: one for one in self.scheme.indicators}

    @property
    def cells(self) -> int:
        return len(self.units) * len(self.rows)

    def prepare(self) -> None:
        """Work out now what pages ask for and takes long."""
        _ = self.coverage, self.beside, self._cells_of_trace, self._portals
        with suppress(WrongCallError):  # it is told where the values are asked for
            _ = self._own

    @cached_property
    def coverage(self) -> Coverage:
        return coverage_of(self.stored)

    @cached_property
    def values(self) -> tuple[UnitValues, ...]:
        """The units as they were scored."""
        return read_units(self.stored.inputs)

    @cached_property
    def beside(self) -> Mapping[Cell, tuple[IndicatorValue, ...]]:
        """What else was known of a cell and is not what the score stands on."""
        found: dict[Cell, list[IndicatorValue]] = {}
        for one in self.stored.inputs.beside:
            found.setdefault((one.unit, one.indicator), []).append(one)
        return {cell: tuple(ones) for cell, ones in found.items()}

    @cached_property
    def _cells_of_trace(self) -> Mapping[tuple[str, str], tuple[tuple[Cell, bool], ...]]:
        found: dict[tuple[str, str], list[tuple[Cell, bool]]] = {}
        for value in self.stored.inputs.values:
            cell = (value.unit, value.indicator)
            for traces, counted in ((value.evidence, True), (value.left_out, False)):
                for trace in traces:
                    found.setdefault((trace.kind.value, trace.ref), []).append((cell, counted))
        return {key: tuple(dict.fromkeys(cells)) for key, cells in found.items()}

    def cells_of(self, kind: str, ref: str) -> tuple[tuple[Cell, bool], ...]:
        """The cells that rest on a piece of evidence, and whether it counted there."""
        return self._cells_of_trace.get((kind, ref), ())

    def value(self, unit: str, row: str) -> IndicatorValue | None:
        return self.stored.inputs.by_cell.get((unit, row))

    def gains(self, unit: UnitScore) -> tuple[Gain, ...]:
        """What would gain a unit most, the greatest first."""
        return self._peerage.gains(self._own[unit.id], unit.indicators)

    @cached_property
    def _peerage(self) -> Peerage:
        return Peerage(self.scheme, self.values)

    @cached_property
    def _own(self) -> Mapping[str, UnitValues]:
        return {one.id: one for one in self.values}

    def portal_of(self, trace: Trace) -> str | None:
        """The address of the portal on which a thing was seen; None where the run does not say it."""
        number = audit_of(trace)
        return self._portals.get(number) if number is not None else None

    @cached_property
    def _portals(self) -> Mapping[int, str]:
        return {int(one["audit"]): str(one["portal"]) for one in self.stored.inputs.audits}


@dataclass(frozen=True, slots=True)
class RunTotals:
    """What a trend needs of a run."""

    head: RunHead
    totals: Mapping[str, Decimal]


def _settled(make: Callable[[], Answer]) -> Answer:
    with settling():
        return make()


class RunShelf:
    """The runs of one database, opened.  Every method raises ``StorageError``, ``open`` also ``WrongCallError``."""

    def __init__(self, runs: RunRepository, most_cells: int = MOST_CELLS) -> None:
        self.runs = runs
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="runs")  # one: it shares the interpreter with the pages
        self._opened: Memo[str, OpenedRun] = Memo(most_cells, lambda run: run.cells, self._pool)
        self._totals: Memo[str, RunTotals] = Memo(_MOST_TOTALS)
        self._answers: Memo[tuple[str, ...], Any] = Memo(_MOST_ANSWERS, pool=self._pool)

    def heads(self, city: str) -> tuple[RunHead, ...]:
        """The runs of a city, newest first."""
        return tuple(reversed(self.runs.heads(city)))

    def open(self, run_id: str) -> OpenedRun:
        """The run, prepared.  ``StillOpeningError`` where that takes longer than the asker's ``PATIENCE``."""

        def make() -> OpenedRun:
            run = OpenedRun(open_run(self.runs.load(run_id)))
            run.prepare()
            return run

        patience = PATIENCE.get()
        if patience is None:
            return self._opened.get(run_id, lambda: _settled(make))
        run = self._opened.soon(run_id, lambda: _settled(make), patience)
        if run is None:
            raise StillOpeningError(run_id)
        return run

    def totals(self, head: RunHead) -> RunTotals:
        """Totals by unit; a unit without one (a ledger) is not in it."""

        def make() -> RunTotals:
            units = orjson.loads(self.runs.result(head.id))["units"]
            return RunTotals(head, {one["id"]: Decimal(one["total"]) for one in units if one["total"] is not None})

        return self._totals.get(head.id, make)

    def worked_out(self, key: tuple[str, ...], make: Callable[[], Answer], wait: float) -> Answer | None:
        """An answer about runs that takes long: None while it is still being worked out."""

        answer: Answer | None = self._answers.soon(key, lambda: _settled(make), wait)
        return answer

    def trust(self, run: OpenedRun, wait: float = 0.1) -> Trust | None:
        """How far the ranking can be trusted; None while it is still being worked out."""
        return self.worked_out(("trust", run.head.id), lambda: trust(run.stored, run.values), wait)

    def tasks(self, run: OpenedRun, wait: float = 0.1) -> tuple[Task, ...] | None:
        """What the run leaves to people; None while it is still being worked out."""
        return self.worked_out(("tasks", run.head.id), lambda: tasks(run.stored, run.values), wait)

    def warm(self, run_ids: Iterable[str]) -> None:
        """Open runs in the background, so that nobody waits for them."""
        for run_id in run_ids:
            self._pool.submit(self._warm, run_id)

    def _warm(self, run_id: str) -> None:
        run = self.open(run_id)
        self._answers.get(("trust", run_id), lambda: _settled(lambda: trust(run.stored, run.values)))
        self.totals(run.head)

    def in_background(self, call: Callable[[], object]) -> None:
        """Something that nobody waits for."""
        self._pool.submit(call)

    def close(self) -> None:
        """Drop what is waiting in the background."""
        self._pool.shutdown(wait=False, cancel_futures=True)
