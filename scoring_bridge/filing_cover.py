"""The cover (封面) of a filed workbook: for which period it was filled in, by whom, and until which day the data go."""

from datetime import date
from typing import Final

from extract.tables import Cell, Sheet, place
from records.period import Period
from scoring_bridge.filing_cells import CellFaultError, read_day, read_text
from scoring_bridge.filings import Fault

COVER: Final = "封面"
PERIOD, FILLED_BY, EFFECTIVE = "评价期间", "填报人", "数据截止日"
_LONGEST_NAME: Final = 60


def read_cover(sheet: Sheet, period: str, today: date, faults: list[Fault]) -> tuple[date | None, str]:
    """The day that the values hold for, and who filled the form in; both may be left empty.

    A cover that names another period than the form was made for is a fault: somebody has filled in an old form again.
    """
    effective, filled_by = None, ""
    for row, cells in sheet.rows().items():
        label, *rest = cells.items()
        if not rest:
            continue
        column, cell = rest[0]
        where = f"{sheet.name}!{place(row, column)}"
        try:
            match "".join(label[1].text.split()).rstrip(":："):
                case "数据截止日":
                    effective = read_day(cell, today)
                case "填报人":
                    filled_by = read_text(cell, "姓名")[:_LONGEST_NAME]
                case "评价期间" if not _same_period(cell, period):
                    shown = cell.text.strip()[:_LONGEST_NAME]
                    faults.append(
                        Fault(where, f"封面写的评价期间是“{shown}”，这张填报表是 {period} 的", "请领取该期的填报表重填")
                    )
                case _:
                    pass
        except CellFaultError as fault:
            faults.append(Fault(where, fault.problem, fault.remedy))
    return effective, filled_by


def _same_period(cell: Cell, period: str) -> bool:
    try:
        return str(Period.parse(cell.text)) == period
    except ValueError:
        return False
