"""`chengjian.filing-report/1`: what became of each row of each filed file, for other programs."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

from scoring_bridge.filings import RowReport
from services.import_filing import FileReport
from storage.filings import FileUse


def report_json(reports: Sequence[FileReport], shared: Sequence[FileUse], at: datetime) -> bytes:
    document = {
        "schema": "chengjian.filing-report/1",
        "at": at.isoformat(timespec="seconds"),
        "files": [_file(report) for report in reports],
        "shared_files": [
            {
                "sha256": use.sha256,
                "uses": [{"unit": kept.filed.unit, "indicator": kept.filed.indicator} for kept in use.uses],
            }
            for use in shared
        ],
    }
    return orjson.dumps(document, default=_number, option=orjson.OPT_INDENT_2) + b"\n"


def _file(report: FileReport) -> dict[str, Any]:
    receipt = report.receipt
    known = {kept.cell for kept in receipt.known} if receipt is not None else set()
    taken = set(receipt.taken) if receipt is not None else set()
    return {
        "file": report.file,
        "sha256": report.sha256,
        "outcome": report.outcome,
        "scheme": report.scheme,
        "period": report.period,
        "provider": report.provider,
        "filing": receipt.filing_id if receipt is not None else None,
        "faults": [{"place": f.place, "problem": f.problem, "remedy": f.remedy} for f in report.faults],
        "remarks": list(report.remarks),
        "rows": [_row(row, taken, known) for row in report.rows],
    }


def _row(row: RowReport, taken: set[tuple[str, str]], known: set[tuple[str, str]]) -> dict[str, Any]:
    cell = (row.unit_id, row.indicator)
    outcome = "accepted" if row.accepted and cell in taken else "known" if row.accepted and cell in known else ""
    filed = row.filed
    return {
        "unit": row.unit_id or None,
        "unit_name": row.unit,
        "indicator": row.indicator,
        "sheet": row.sheet,
        "cell": row.cell,
        # a good row of a file that was refused for others is neither accepted nor at fault
        "outcome": outcome or ("not_taken" if row.accepted else "refused"),
        "state": filed.state if filed is not None else None,
        "value": filed.value if filed is not None else None,
        "problem": row.problem,
        "expected": row.expected,
        "remedy": row.remedy,
        "remarks": list(row.remarks),
        "attachments": [
            {"name": one.name, "sha256": one.sha256} for one in (filed.attachments if filed is not None else ())
        ],
    }


def _number(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"not JSON: {type(value).__name__}")
