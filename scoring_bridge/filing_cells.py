"""One cell → what it says, or why it cannot be taken.

What two careful readers would read differently is refused: 0.5 in a cell that is not shown as a percentage may mean
50 % or 0.5 %, and a rate that is wrong by a hundred accuses somebody.  What has one meaning only is taken and said:
digits written as text or in full width.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, assert_never

from extract.tables import Cell, CellType
from scoring.model import Indicator
from scoring.shapes import MOST_CHARACTERS, Elements, Parts, StatusNote, WrongValueError
from scoring_bridge.filing_form import ITEMS_PART, NOTE_PART, STATUS_PART, Field, FieldKind

_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\Z")
_NUMBER_IN_TEXT: Final = re.compile(r"\d+(?:\.\d+)?")
_DAY: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\Z")
_LONGEST_NUMBER: Final = 60
_MOST_ITEMS: Final = 500
_FIRST_SERIAL, _LAST_SERIAL = 36526, 55153  # 2000-01-01 … 2050-12-31 as Excel counts days
_AS_VALUES: Final = "请复制该格后“选择性粘贴—数值”再交"


class CellFaultError(Exception):
    """A cell that cannot be taken: what is wrong, what was expected, what to do (Chinese)."""

    def __init__(self, problem: str, expected: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.expected = expected
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class CellReading:
    value: Any
    remarks: tuple[str, ...] = ()


def read_cell(field: Field, cell: Cell) -> CellReading:
    """The value of one part.  ``CellFaultError``."""
    _refuse_unsettled(field.expected, cell)
    reading = _read(field, cell)
    if field.shape is not None:
        try:
            field.shape.read(reading.value)
        except WrongValueError as wrong:
            inner = f"，{wrong}" if str(wrong) else ""
            raise CellFaultError(f"“{_shown(cell)}”超出范围{inner}", field.expected, "请核对后改正") from None
    return reading


def _refuse_unsettled(expected: str, cell: Cell) -> None:
    if cell.type is CellType.FORMULA:
        raise CellFaultError(f"是公式 {_shown(cell)}", expected, f"公式的结果会变，不予采用：{_AS_VALUES}")
    if cell.type is CellType.ERROR:
        raise CellFaultError(f"是错误值 {_shown(cell)}", expected, "请填写核实后的值")


def _read(field: Field, cell: Cell) -> CellReading:
    match field.kind:
        case FieldKind.FLAG | FieldKind.CHOICE:
            return _choice(field, cell)
        case FieldKind.COUNT:
            return _count(field, cell)
        case FieldKind.NUMBER:
            number, remarks = _number(field, cell)
            return CellReading(number, remarks)
        case FieldKind.RATE:
            return _rate(field, cell)
        case FieldKind.TEXT:
            return CellReading(read_text(cell, field.expected))
        case FieldKind.ITEMS:
            return CellReading(_items(field, cell))
        case _:
            assert_never(field.kind)


def read_text(cell: Cell, expected: str) -> str:
    """Words as they were written; ``CellFaultError`` where they are a formula or endless."""
    _refuse_unsettled(expected, cell)
    text = cell.text.strip()
    if len(text) > MOST_CHARACTERS:
        raise CellFaultError(f"有 {len(text)} 个字", f"至多 {MOST_CHARACTERS} 个字", "请精简，细节写进佐证材料")
    return "".join(c for c in text if c.isprintable() or c == "\n")


def read_day(cell: Cell, today: date) -> date:
    """A day that is not in the future.  ``CellFaultError``."""
    expected = "日期，如 2026-11-21，不晚于今天"
    _refuse_unsettled(expected, cell)
    if cell.type is CellType.NUMBER:
        raise CellFaultError(f"“{_shown(cell)}”是数字，可能是日期的序列号", expected, "请写成 2026-11-21 的样子")
    text = unicodedata.normalize("NFKC", cell.text).strip()
    found = _DAY.match(text.partition(" ")[0] if cell.type is CellType.DATE else text)
    try:
        day = date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        day = None
    if day is None:
        raise CellFaultError(f"“{_shown(cell)}”不是日期", expected, "请写成 2026-11-21 的样子")
    if day > today:
        raise CellFaultError(f"{day} 还没有到", expected, "请填数据实际截止的日期")
    return day


def _choice(field: Field, cell: Cell) -> CellReading:
    if cell.type is CellType.FLAG and field.kind is FieldKind.FLAG:
        return CellReading(cell.text == "TRUE")
    text = "".join(unicodedata.normalize("NFKC", cell.text).split())
    for name, meaning in field.choices:
        if text == "".join(unicodedata.normalize("NFKC", name).split()):
            return CellReading(meaning)
    if field.kind is FieldKind.FLAG and text.upper() in ("TRUE", "FALSE"):
        return CellReading(text.upper() == "TRUE")
    raise CellFaultError(f"“{_shown(cell)}”不是可选项", field.expected, "请从下拉列表中选择")


def _count(field: Field, cell: Cell) -> CellReading:
    number, remarks = _number(field, cell)
    if number != number.to_integral_value():
        raise CellFaultError(f"“{_shown(cell)}”不是整数", field.expected, "请填个数")
    if _FIRST_SERIAL <= number <= _LAST_SERIAL and field.shape is not None:
        remarks = (*remarks, f"{number} 也可能是日期的序列号，请核对")
    return CellReading(int(number), remarks)


def _number(field: Field, cell: Cell) -> tuple[Decimal, tuple[str, ...]]:
    match cell.type:
        case CellType.NUMBER if cell.number is not None:
            return cell.number, ()
        case CellType.PERCENT:
            raise CellFaultError(f"“{_shown(cell)}”是百分比", field.expected, "请把单元格格式改为“常规”后重填")
        case CellType.DATE:
            raise CellFaultError(f"“{_shown(cell)}”是日期", field.expected, "请把单元格格式改为“常规”后重填")
        case CellType.FLAG:
            raise CellFaultError(f"“{_shown(cell)}”是逻辑值", field.expected, "请填数字")
        case _:
            return _number_of_text(field, cell)


def _number_of_text(field: Field, cell: Cell) -> tuple[Decimal, tuple[str, ...]]:
    text = unicodedata.normalize("NFKC", cell.text).strip().replace("−", "-")
    if len(text) <= _LONGEST_NUMBER and _NUMBER.match(text):
        number = Decimal(text.replace(",", ""))
        plain = f"{number:f}"
        return number, () if cell.text == plain else (f"“{_shown(cell)}”按数字 {plain} 读取",)
    inside = _NUMBER_IN_TEXT.findall(text) if len(text) <= _LONGEST_NUMBER else []
    remedy = f"请只填数字：{inside[0]}" if len(inside) == 1 else "请只填数字；没有请填 0，不适用请写在“不填说明”表"
    raise CellFaultError(f"“{_shown(cell)}”不是数字", field.expected, remedy)


def _rate(field: Field, cell: Cell) -> CellReading:
    match cell.type:
        case CellType.PERCENT if cell.number is not None:
            return CellReading(cell.number)
        case CellType.NUMBER | CellType.TEXT:
            text = unicodedata.normalize("NFKC", cell.text).strip().replace("−", "-")
            if text.endswith("%") and _NUMBER.match(bare := text[:-1].rstrip()) and len(text) <= _LONGEST_NUMBER:
                return CellReading(Decimal(bare.replace(",", "")).scaleb(-2))
            if len(text) <= _LONGEST_NUMBER and _NUMBER.match(text):
                return _bare_rate(field, cell, Decimal(text.replace(",", "")))
            raise CellFaultError(f"“{_shown(cell)}”不是百分比", field.expected, "请写成 98.5% 的样子")
        case _:
            raise CellFaultError(f"“{_shown(cell)}”不是百分比", field.expected, "请把单元格格式改为“百分比”后重填")


def _bare_rate(field: Field, cell: Cell, number: Decimal) -> CellReading:
    """A number without a percent sign: nought is nought in any reading, everything else has two."""
    if number == 0:
        return CellReading(Decimal(0))
    if number < 0 or number > 100:
        raise CellFaultError(f"“{_shown(cell)}”超出范围", field.expected, "请核对后写成 98.5% 的样子")
    as_fraction = f"{(number * 100).normalize():f}%" if number <= 1 else ""
    as_percent = f"{number.normalize():f}%"
    doubt = f"可能是 {as_fraction}，也可能是 {as_percent}" if as_fraction else f"没有百分号，可能是 {as_percent}"
    raise CellFaultError(f"“{_shown(cell)}”{doubt}", field.expected, f"请带上百分号，写成 {as_percent} 的样子")


def _items(field: Field, cell: Cell) -> tuple[str, ...]:
    text = read_text(cell, field.expected)
    strong = re.search(r"[\n；;]", text) is not None
    parts = re.split(r"[\n；;]" if strong else r"[、，,]", text)
    items = [" ".join(part.split()) for part in parts]
    items = [item for item in items if item]
    if len(items) > _MOST_ITEMS:
        raise CellFaultError(f"列了 {len(items)} 个名称", f"至多 {_MOST_ITEMS} 个", "请核对分隔符")
    keys = [unicodedata.normalize("NFKC", item).casefold() for item in items]
    if twice := [item for place, item in enumerate(items) if keys[place] in keys[:place]]:
        raise CellFaultError(f"“{twice[0][:30]}”列了两次", field.expected, "同一名称只列一次")
    return tuple(items)


def assemble(row: Indicator, parts: Mapping[str, Any]) -> Any:
    """The row's value in its JSON form, from the parts that were given.

    ``CellFaultError`` where a part is missing, the whole is no value of the row, or the names do not match the count.
    """
    shape = row.rule.shape
    value: Any
    match shape:
        case Parts():
            value = {name: parts[name] for name, _shape in shape.parts if name in parts}
        case Elements():
            value = [key for key in (*shape.keys, *shape.alone) if parts.get(key)]
        case StatusNote():
            value = {"status": parts[STATUS_PART]} if STATUS_PART in parts else {}
            if parts.get(NOTE_PART):
                value["note"] = parts[NOTE_PART]
        case _:
            value = parts.get("")
    try:
        shape.read(value)
    except WrongValueError as wrong:
        inner = f"（{wrong}）" if str(wrong) else ""
        raise CellFaultError(f"各列合起来不成立{inner}", shape.expected, "请核对本项各列") from None
    items = parts.get(ITEMS_PART, ())
    if items and len(items) != value:
        raise CellFaultError(
            f"所填数为 {value}，列出的名称有 {len(items)} 个：{'、'.join(items)[:80]}",
            "个数与名称一致",
            "请核对；名称里有顿号的，请用“；”或换行分隔",
        )
    return value


def _shown(cell: Cell, limit: int = 40) -> str:
    text = "".join(c if c.isprintable() else " " for c in cell.text[: limit * 2]).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"
