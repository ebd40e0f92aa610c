"""The form (填报表) of a provider: one column for each part of each row's value, and what a cell of it may hold."""

import json
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from scoring.model import PERIOD_NAMES, Indicator, Scheme
from scoring.rules.status_ledger import STATUS_NAMES
from scoring.shapes import MOST_COUNTED, RATE, Choice, Count, Elements, Flag, Number, Parts, Shape, StatusNote
from scoring_bridge.part_names import part_name
from scoring_bridge.providers import Provider, providers, rows_of

TEMPLATE_VERSION: Final = "1"
ITEMS_PART: Final = "名称"  # the column for what was counted, by name
NOTE_PART: Final = "note"
STATUS_PART: Final = "status"
_NAMED_UNITS: Final = ("领域", "类")  # what a count may be checked by: classes of things, not events or persons


class FieldKind(StrEnum):
    FLAG = "flag"  # 是 / 否
    COUNT = "count"
    NUMBER = "number"
    RATE = "rate"  # 0 … 100 %
    CHOICE = "choice"
    TEXT = "text"
    ITEMS = "items"  # names of what was counted


@dataclass(frozen=True, slots=True)
class Field:
    """One column."""

    indicator: str
    part: str  # "" where the value has no parts
    kind: FieldKind
    name: str  # header, without the row's id
    expected: str  # Chinese
    shape: Shape[Any] | None = None  # of the part; None for a text
    choices: tuple[tuple[str, Any], ...] = ()  # what is written, and what it means
    required: bool = True

    @property
    def key(self) -> str:
        """What import knows the column by, wherever it was moved to."""
        return f"{self.indicator}#{self.part}" if self.part else self.indicator

    @property
    def header(self) -> str:
        return f"{self.indicator} {self.name}"


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of the scheme with its columns."""

    indicator: Indicator
    fields: tuple[Field, ...]

    @property
    def hint(self) -> str:
        """The rule's own words, and how often it is asked."""
        row = self.indicator
        who = f"；责任单位：{'、'.join(row.responsible)}" if row.responsible else ""
        return f"{row.text}（{row.cite}；{PERIOD_NAMES[row.period]}；数据来源：{row.source or '文件未写'}{who}）"


@dataclass(frozen=True, slots=True)
class Form:
    scheme: Scheme
    period: str
    provider: Provider
    rows: tuple[FormRow, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for row in self.rows for field in row.fields)

    @property
    def digest(self) -> str:
        """Of what its columns mean: a workbook made from a form of another digest cannot be read as this one."""
        meaning = [(f.key, f.kind.value, f.name, f.expected, [name for name, _ in f.choices]) for f in self.fields]
        return sha256(json.dumps(meaning, ensure_ascii=False).encode()).hexdigest()


def form_of(scheme: Scheme, period: str, provider: str) -> Form | None:
    """The form that a provider fills in; None where the scheme names no such provider."""
    found = next((one for one in providers(scheme) if one.name == provider), None)
    if found is None:
        return None
    rows = tuple(FormRow(row, fields_of(row)) for row in rows_of(scheme, provider))
    return Form(scheme, period, found, rows)


def fields_of(row: Indicator) -> tuple[Field, ...]:
    """The columns of one row, by the shape of its value."""
    shape, title = row.rule.shape, _title(row)
    match shape:
        case Parts():
            return tuple(_field(row, part, f"{title}：{part_name(row.id, part)}", one) for part, one in shape.parts)
        case Elements():
            elements = [_field(row, key, f"{title}：{part_name(row.id, key)}", Flag()) for key in shape.keys]
            alone = [
                _field(row, key, f"{title}：{part_name(row.id, key)}", Flag(), required=False) for key in shape.alone
            ]
            return (*elements, *alone)
        case StatusNote():
            choices = tuple((STATUS_NAMES.get(status, status), status) for status in shape.statuses)
            return (
                Field(row.id, STATUS_PART, FieldKind.CHOICE, f"{title}：状态", _one_of(choices), None, choices),
                Field(row.id, NOTE_PART, FieldKind.TEXT, f"{title}：说明", "文字，可不填", required=False),
            )
        case Count() if row.rule.kind == "per_item_add" and shape.unit in _NAMED_UNITS:
            return (
                _field(row, "", title, shape),
                Field(
                    row.id,
                    ITEMS_PART,
                    FieldKind.ITEMS,
                    f"{title}：{shape.unit}名称",
                    f"各{shape.unit}的名称，用“；”或换行分隔，可不填；填了则个数须与所填数一致",
                    required=False,
                ),
            )
        case _:
            return (_field(row, "", title, shape),)


def _field(row: Indicator, part: str, name: str, shape: Shape[Any], *, required: bool = True) -> Field:
    match shape:
        case Flag():
            choices: tuple[tuple[str, Any], ...] = (("是", True), ("否", False))
            return Field(row.id, part, FieldKind.FLAG, name, "是 或 否", shape, choices, required)
        case Choice():
            choices = tuple((key, key) for key in shape.keys)
            return Field(row.id, part, FieldKind.CHOICE, name, _one_of(choices), shape, choices, required)
        case Count():
            unit = f"：有几{shape.unit}" if row.rule.kind == "absence" else f"（{shape.unit}）" if shape.unit else ""
            most = f"0 到 {shape.most} 的整数" if shape.most != MOST_COUNTED else "不小于 0 的整数，没有请填 0"
            return Field(row.id, part, FieldKind.COUNT, name + unit, most, shape, (), required)
        case Number() if shape == RATE:
            return Field(
                row.id, part, FieldKind.RATE, f"{name}（%）", "0% 到 100% 的百分比，如 98.5%", shape, (), required
            )
        case Number():
            return Field(row.id, part, FieldKind.NUMBER, name, shape.expected, shape, (), required)
        case _:
            raise TypeError(f"no column for {type(shape).__name__}")


def _title(row: Indicator) -> str:
    """What is asked: the content where the document has one, since several rows may share a name."""
    text = row.content or row.name
    return text if len(text) <= 40 else f"{text[:39]}…"


def _one_of(choices: tuple[tuple[str, Any], ...]) -> str:
    return "以下之一：" + "、".join(name for name, _meaning in choices)
