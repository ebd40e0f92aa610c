"""The documents of a whole run, Word and Excel: made at once where that is quick, else by the worker and kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from records.jobs import Job, JobKind, JobState
from services.jobs import JobQueue, report_subject
from services.overview import is_ledger
from services.reports.score_report import run_docx
from services.reports.score_workbook import run_xlsx
from services.rounds.book import RoundBrief
from services.rounds.score_runs import MOST_CELLS_AT_ONCE
from services.run_changes import compare, earlier_run
from services.run_shelf import OpenedRun, RunShelf
from services.schemes import WrongCallError
from storage.runs import RunHead

_PATIENCE: Final = 600.0  # seconds that a document waits for what is still being worked out
_AGAIN_AFTER: Final = timedelta(minutes=10)  # a document that could not be made is tried again


class ReportKind(StrEnum):
    DOCX = "docx"
    XLSX = "xlsx"


def is_large(run: OpenedRun) -> bool:
    """Whether its documents take longer than somebody should wait for a page."""
    return run.cells > MOST_CELLS_AT_ONCE


def whole_report(kind: ReportKind, run: OpenedRun, shelf: RunShelf, brief: RoundBrief | None, now: datetime) -> bytes:
    """The document itself; ``brief`` of the round that the run belongs to.  ``WrongCallError``, ``StorageError``."""
    trusted = None if is_ledger(run) else shelf.trust(run, _PATIENCE)
    match kind:
        case ReportKind.XLSX:
            return run_xlsx(run, trusted)
        case ReportKind.DOCX:
            old = earlier_run(shelf.heads(run.head.city), run.head, "previous", now)
            since = None
            if old is not None and not is_ledger(run):
                before = shelf.open(old.id)
                found = compare(shelf, before, run, _PATIENCE)
                since = (before, found) if found is not None else None
            return run_docx(run, trusted, brief, now.date(), since)


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A document that the worker made, or the job that is to make it."""

    job: Job
    path: Path | None  # None: not made yet


def kept_report(
    kind: ReportKind, run: RunHead, brief: RoundBrief | None, queue: JobQueue, home: Path, *, by: str, at: datetime
) -> KeptReport:
    """The document as it would be made today, or the one job that makes it: whoever asks gets the same.

    A document says where its round stands and what day it is: when these go on it is made anew.  ``WrongCallError``
    where it could not be made a moment ago.
    """
    basis = f"{at.date()} {brief.stage.value if brief is not None else ''}".strip()
    known = [job for job in queue.of_subject(report_subject(run.id, kind)) if job.argument["basis"] == basis]
    newest = known[0] if known else None
    if newest is not None:
        if not newest.state.is_over:
            return KeptReport(newest, None)
        path = home / "jobs" / str(newest.id) / f"report.{kind}"
        if newest.state is JobState.DONE and path.is_file():
            return KeptReport(newest, path)
        if newest.state is JobState.FAILED and newest.ended is not None and at - newest.ended < _AGAIN_AFTER:
            raise WrongCallError(f"报告没有生成：{newest.told.removeprefix('未成：')}。请过几分钟再试，或告知运维")
    argument = {"run": run.id, "format": kind.value, "basis": basis}
    once = f"{report_subject(run.id, kind)}:{basis}:{len(known)}"
    return KeptReport(queue.ask(JobKind.RUN_REPORT, argument, by=by, at=at, once=once), None)
