"""Cells of one sheet of an Excel workbook, from its XML events."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from openpyxl.utils.datetime import from_excel

from extract.tables import Area, Cell, CellType, Sheet, TableError

MOST_CELLS: Final = 500_000  # that hold something, in all sheets
MOST_TEXT: Final = 50_000_000  # characters of all texts
LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
_REFERENCE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})\Z")
DAMAGED: Final = "文件已损坏或不完整，请重新导出或另存后再交"


@dataclass(slots=True)
class Budget:
    cells: int = MOST_CELLS
    text: int = MOST_TEXT

    def take(self, text: str) -> None:
        self.cells -= 1
        self.text -= len(text)
        if self.cells < 0 or self.text < 0:
            raise TableError(f"内容过多（超过 {MOST_CELLS} 个有内容的单元格），请只交填报表，不要附带原始数据")


class SheetParser:
    """Cells of one sheet from its XML events."""

    def __init__(self, texts: list[str], formats: list[CellType], epoch: datetime, budget: Budget) -> None:
        self._texts = texts
        self._formats = formats
        self._epoch = epoch
        self._budget = budget
        self._cells: dict[tuple[int, int], Cell] = {}
        self._hidden_rows: set[int] = set()
        self._hidden_columns: list[Area] = []
        self._merged: list[Area] = []
        self._row = self._column = 0
        self._row_hidden = False
        self._attributes: dict[str, str] = {}
        self._value: list[str] | None = None
        self._formula: list[str] | None = None
        self._taking: list[str] | None = None
        self._spoken = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        # Most cells of a formatted sheet are empty: until a value shows up nothing is worked out.
        if name == "c":
            if "r" not in attributes:
                self._column = self._last_column() + 1
            self._attributes, self._value, self._formula = attributes, None, None
        elif name == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            self._column, self._attributes = 0, {}
            self._row_hidden = attributes.get("hidden", "0") in ("1", "true")
        elif name == "v" or (name == "t" and not self._spoken):
            if self._value is None:
                self._value = []
            self._taking = self._value
        else:
            self._start_other(name, attributes)

    def _last_column(self) -> int:
        return _position(self._attributes["r"])[1] if "r" in self._attributes else self._column

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "f":
                self._formula = self._taking = []
            case "rPh":
                self._spoken = True
            case "mergeCell":
                self._merged.append(_area(attributes.get("ref", "")))
                self._budget.take("")
            case "col":
                if attributes.get("hidden", "0") in ("1", "true"):
                    self._hidden_columns.append(Area(1, int(attributes["min"]), LAST_ROW, int(attributes["max"])))
            case _:
                pass

    def end(self, name: str) -> None:
        if name == "c":
            if self._value is not None or self._formula is not None:
                self._end_cell()
        elif name in ("v", "t", "f"):
            self._taking = None
        elif name == "rPh":
            self._spoken = False

    def data(self, text: str) -> None:
        if self._taking is not None:
            self._taking.append(text)

    def _end_cell(self) -> None:
        if "r" in self._attributes:
            self._row, self._column = _position(self._attributes["r"])
        if not (1 <= self._row <= LAST_ROW and 1 <= self._column <= LAST_COLUMN):
            raise TableError(DAMAGED)
        cell = self._cell("".join(self._value or ()))
        if cell is None:
            return
        self._budget.take(cell.text)
        self._cells[self._row, self._column] = cell
        if self._row_hidden:
            self._hidden_rows.add(self._row)

    def _cell(self, value: str) -> Cell | None:
        if self._formula is not None:
            return Cell(CellType.FORMULA, "=" + "".join(self._formula))
        match self._attributes.get("t", "n"):
            case "s":
                text = self._shared(int(value)) if value else ""
            case "b":
                return Cell(CellType.FLAG, "TRUE" if value.strip() in ("1", "true") else "FALSE") if value else None
            case "e":
                return Cell(CellType.ERROR, value)
            case "d":
                return Cell(CellType.DATE, value) if value else None
            case "n":
                return self._number(value.strip()) if value.strip() else None
            case _:
                text = value
        return Cell(CellType.TEXT, text) if text.strip() else None

    def _shared(self, number: int) -> str:
        if not 0 <= number < len(self._texts):
            raise TableError(DAMAGED)
        return self._texts[number]

    def _number(self, value: str) -> Cell:
        # Excel writes a double with 17 digits and shows, and counts with, 15 of them: 7 % is 7.0000000000000007E-2 in
        # the file, 1 - 0.0559 is 0.94409999999999994.  Read to the end, a rate would lose its place to an equal one.
        number = Decimal(f"{float(value):.15g}") + 0  # never minus nought
        if not number.is_finite():
            raise TableError(DAMAGED)
        style = int(self._attributes.get("s", 0))
        shown = self._formats[style] if style < len(self._formats) else CellType.NUMBER
        match shown:
            case CellType.PERCENT:
                return Cell(shown, f"{_plain(number * 100)}%", number)
            case CellType.DATE:
                return Cell(shown, _day(float(value), self._epoch), number)
            case _:
                return Cell(CellType.NUMBER, _plain(number), number)

    def sheet(self, name: str, hidden: bool) -> Sheet:
        return Sheet(
            name,
            self._cells,
            hidden,
            frozenset(self._hidden_rows),
            tuple(self._hidden_columns),
            tuple(self._merged),
        )


def _position(reference: str) -> tuple[int, int]:
    found = _REFERENCE.match(reference)
    if found is None:
        raise TableError(DAMAGED)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def _area(reference: str) -> Area:
    first, _, last = reference.partition(":")
    top, left = _position(first)
    bottom, right = _position(last or first)
    return Area(top, left, bottom, right)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}" if abs(number.adjusted()) < 40 else str(number)


def _day(serial: float, epoch: datetime) -> str:
    try:
        moment = from_excel(serial, epoch)
    except (ValueError, OverflowError):
        return str(serial)
    if isinstance(moment, datetime) and (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date().isoformat()
    return str(moment)
