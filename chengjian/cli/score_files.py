"""The documents of a score run (Word, Excel) as the command line writes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.reports.score_report import unit_docx
from services.reports.whole_report import ReportKind, whole_report
from services.rounds.book import RoundBrief
from services.run_shelf import OpenedRun, RunShelf
from services.schemes import WrongCallError
from services.score_round import StoredRun
from storage.runs import RunRepository

Write = Callable[[Path, bytes], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents; ``unit`` (id or name): that unit's report and no other."""

    docx: Path | None = None
    xlsx: Path | None = None
    unit: str | None = None

    def __bool__(self) -> bool:
        return self.docx is not None or self.xlsx is not None


def write_documents(
    wanted: Wanted, stored: StoredRun, runs: RunRepository, brief: RoundBrief | None, now: datetime, write: Write
) -> None:
    """The same documents as the console gives.  Raises ``WrongCallError``."""
    run = OpenedRun(stored)
    if wanted.unit is None:
        shelf = RunShelf(runs)
        try:
            for kind, path in ((ReportKind.DOCX, wanted.docx), (ReportKind.XLSX, wanted.xlsx)):
                if path is not None:
                    write(path, whole_report(kind, run, shelf, brief, now))
        finally:
            shelf.close()
        return
    if wanted.xlsx is not None:
        raise WrongCallError("单位报告只有 Word：--xlsx 不能与单位同用")
    found = [one for one in stored.run.units if wanted.unit in (one.id, one.name)]
    if not found:
        raise WrongCallError(f"评分存档 {stored.head.id} 中没有单位 {wanted.unit!r}，请写单位的编号或名称")
    if wanted.docx is not None:
        write(wanted.docx, unit_docx(run, found[0], brief, now.date()))
