"""Tables as they were handed in: cells with what a reader must know of them, nothing interpreted."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class TableError(Exception):
    """The file cannot be read as a table; the text (Chinese) says why and what to do."""


class CellType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"  # a number that is shown as a percentage: 0.5 shown as 50%
    DATE = "date"  # a number that is shown as a day or a time
    FLAG = "flag"  # TRUE / FALSE
    FORMULA = "formula"
    ERROR = "error"  # #DIV/0! …


@dataclass(frozen=True, slots=True)
class Cell:
    """`text` is what a person recognises it by; `number` is set for NUMBER, PERCENT and DATE (the serial number)."""

    type: CellType
    text: str
    number: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """Cells of a rectangle, from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def covers(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    @property
    def name(self) -> str:
        return f"{place(self.top, self.left)}:{place(self.bottom, self.right)}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells that hold something, by row and column from 1; an empty cell is not there."""

    name: str
    cells: dict[tuple[int, int], Cell]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()  # of those that hold something
    hidden_columns: tuple[Area, ...] = ()
    merged: tuple[Area, ...] = ()

    def row(self, number: int) -> dict[int, Cell]:
        return self.rows().get(number, {})

    def rows(self) -> dict[int, dict[int, Cell]]:
        """Rows that hold something, from the top, their cells from the left."""
        rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(self.cells.items()):
            rows.setdefault(row, {})[column] = cell
        return rows


@dataclass(frozen=True, slots=True)
class Book:
    sheets: tuple[Sheet, ...]
    remarks: tuple[str, ...] = field(default=())  # Chinese: how it was read where that was not plain


def column_name(column: int) -> str:
    """1 → A, 27 → AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def place(row: int, column: int) -> str:
    """The name of a cell: F7."""
    return f"{column_name(column)}{row}"
