"""The values file (`chengjian.values/1`): JSON text → the units' values, or every fault at once.

Numbers are read as `int` and `Decimal`; NaN, Infinity, doubled keys and absurdly long numbers are refused.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from records.registry import UnitKind
from scoring.model import Indicator, Scheme
from scoring.result import Missing
from scoring.shapes import MOST_CHARACTERS, NotANumber, Shape, WrongValueError, shown

SCHEMA: Final = "chengjian.values/1"
# Flags of the contract: known everywhere, so that a slip is refused; a scheme without a rule for one says so.
KNOWN_FLAGS: Final = ("enforcement_listed", "serious")
MAX_NUMBER_LENGTH: Final = 400
MAX_NAME: Final = 200
_TEXT_EXPECTED: Final = f"非空的一行文字（至多 {MAX_NAME} 字，无控制字符）"


@dataclass(frozen=True, slots=True)
class ValueFault:
    """One thing that is wrong in the values file: where, and what was expected (Chinese)."""

    unit: str
    indicator: str
    text: str

    def __str__(self) -> str:
        parts = [f"单位 {self.unit}"] if self.unit else []
        parts += [f"指标 {self.indicator}"] if self.indicator else []
        return (" · ".join(parts) + "：" if parts else "") + self.text


@dataclass(frozen=True, slots=True)
class UnitValues:
    """What is known of one unit: read values by indicator, rows that do not apply to it (and why), flags."""

    id: str
    name: str
    kind: UnitKind
    values: Mapping[str, Any] = field(default_factory=dict)
    not_applicable: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)  # where each value comes from: page, file, official sheet
    missing: Mapping[str, tuple[Missing, str]] = field(default_factory=dict)  # why a row has no value (Chinese)


@dataclass(frozen=True, slots=True)
class Values:
    period: str
    units: tuple[UnitValues, ...]


class _Doubled(dict[str, Any]):
    """A JSON object that had a key twice."""

    keys_doubled: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    doubled = _Doubled(made)
    seen: set[str] = set()
    twice = [key for key, _item in pairs if key in seen or seen.add(key)]  # type: ignore[func-returns-value]
    doubled.keys_doubled = tuple(dict.fromkeys(twice))
    return doubled


TOO_LONG: Final = NotANumber("位数过多或超出范围的数")


def _integer(text: str) -> object:
    return int(text) if len(text) <= MAX_NUMBER_LENGTH else TOO_LONG


def _number(text: str) -> object:
    if len(text) > MAX_NUMBER_LENGTH:
        return TOO_LONG
    try:
        number = Decimal(text)
    except ArithmeticError:  # an exponent that no decimal can hold
        return TOO_LONG
    # 1E+999999 is one short word and would be a million digits as soon as somebody printed it
    return number if number == 0 or -2000 < number.adjusted() < 2000 else TOO_LONG


def read_values(text: str, scheme: Scheme) -> tuple[Values | None, tuple[ValueFault, ...]]:
    """The values for a scheme.  With any fault there are no values: nothing is half taken."""
    faults: list[ValueFault] = []
    constants: list[str] = []

    def constant(name: str) -> object:
        constants.append(name)
        return NotANumber(name)

    try:
        document = json.loads(
            text, parse_int=_integer, parse_float=_number, parse_constant=constant, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        return None, (ValueFault("", "", f"不是合法的 JSON：第 {error.lineno} 行第 {error.colno} 列无法解析"),)
    except RecursionError:
        return None, (ValueFault("", "", "不是合法的值文件：嵌套过深"),)
    values = _document(document, scheme, faults)
    if constants and not faults:  # where nobody reads it, it is still no JSON
        faults.append(ValueFault("", "", f"不是合法的 JSON：不允许 {constants[0]}"))
    return (None if faults else values), tuple(faults)


def _document(document: object, scheme: Scheme, faults: list[ValueFault]) -> Values:
    empty = Values("", ())
    if not isinstance(document, dict):
        faults.append(ValueFault("", "", f"值文件应为 JSON 对象，得到 {shown(document)}"))
        return empty
    _doubled(document, "", faults)
    if document.get("schema") != SCHEMA:
        faults.append(ValueFault("", "", f'schema 应为 "{SCHEMA}"，得到 {shown(document.get("schema"))}'))
    if document.get("scheme") != scheme.id:
        faults.append(ValueFault("", "", f'scheme 应为 "{scheme.id}"，得到 {shown(document.get("scheme"))}'))
    period = document.get("period")
    if not _is_text(period):
        faults.append(ValueFault("", "", f"period 应为{_TEXT_EXPECTED}，得到 {shown(period)}"))
    raw_units = document.get("units")
    if not isinstance(raw_units, list):
        faults.append(ValueFault("", "", f"units 应为单位的列表，得到 {shown(raw_units)}"))
        return empty
    rows = {indicator.id: indicator for indicator in scheme.indicators}
    flags = {*KNOWN_FLAGS, *(override.flag for override in scheme.overrides)}
    units: list[UnitValues] = []
    seen: dict[str, int] = {}
    for place, raw in enumerate(raw_units, start=1):
        unit = _unit(raw, place, rows, flags, faults)
        if unit is None:
            continue
        if unit.id in seen:
            faults.append(ValueFault(unit.id, "", f"单位编号重复：第 {seen[unit.id]} 个与第 {place} 个单位相同"))
        seen.setdefault(unit.id, place)
        units.append(unit)
    return Values(period if isinstance(period, str) else "", tuple(units))


def _is_text(raw: object, most: int = MAX_NAME) -> bool:
    """A text that can be written out again: not empty, not endless, no lone surrogate."""
    if not isinstance(raw, str) or not raw.strip() or len(raw) > most:
        return False
    return not any("\ud800" <= character <= "\udfff" or ord(character) < 32 for character in raw)


def _doubled(raw: dict[str, Any], unit: str, faults: list[ValueFault], *, rows: bool = False) -> None:
    if isinstance(raw, _Doubled):
        faults.extend(
            ValueFault(unit, shown(key)[1:-1] if rows else "", f"键 {shown(key)} 出现两次，应只写一次")
            for key in raw.keys_doubled
        )


def _unit(
    raw: object, place: int, rows: Mapping[str, Indicator], flags: set[str], faults: list[ValueFault]
) -> UnitValues | None:
    if not isinstance(raw, dict):
        faults.append(ValueFault(f"（第 {place} 个）", "", f"应为对象，得到 {shown(raw)}"))
        return None
    identity = raw.get("id")
    if not _is_text(identity) or not isinstance(identity, str):
        faults.append(ValueFault(f"（第 {place} 个）", "", f"id 应为{_TEXT_EXPECTED}，得到 {shown(identity)}"))
        identity = f"（第 {place} 个）"
    before = len(faults)
    _doubled(raw, identity, faults)
    name = raw.get("name", identity)
    if not _is_text(name) or not isinstance(name, str):
        faults.append(ValueFault(identity, "", f"name 应为{_TEXT_EXPECTED}，得到 {shown(name)}"))
        name = identity
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in tuple(UnitKind):
        expected = "、".join(UnitKind)
        faults.append(ValueFault(identity, "", f"不认识的 kind，应为 {expected} 之一，得到 {shown(kind)}"))
        kind = UnitKind.COUNTY
    given_flags = raw.get("flags", [])
    if not isinstance(given_flags, list) or not all(isinstance(flag, str) for flag in given_flags):
        faults.append(ValueFault(identity, "", f"flags 应为文字的列表，得到 {shown(given_flags)}"))
        given_flags = []
    for flag in given_flags:
        if flag not in flags:
            expected = "、".join(sorted(flags))
            faults.append(ValueFault(identity, "", f"不认识的标记 {shown(flag)}，应为 {expected} 之一"))
    not_applicable = _texts(raw.get("not_applicable", {}), "not_applicable", "不适用的理由", identity, rows, faults)
    sources = _texts(raw.get("sources", {}), "sources", "取值来源", identity, rows, faults)
    missing = _missing(raw.get("missing", {}), identity, rows, faults)
    values = _values(raw.get("values"), identity, rows, faults)
    faults.extend(
        ValueFault(identity, indicator, "既写了值又列为不适用，应只写一种")
        for indicator in not_applicable
        if indicator in values
    )
    faults.extend(
        ValueFault(identity, indicator, "既写了值又列为缺值，应只写一种")
        for indicator in missing
        if indicator in values
    )
    if len(faults) > before:
        values = {}
    return UnitValues(
        identity, name, UnitKind(kind), values, not_applicable, tuple(dict.fromkeys(given_flags)), sources, missing
    )


def _missing(
    raw: object, unit: str, rows: Mapping[str, Indicator], faults: list[ValueFault]
) -> dict[str, tuple[Missing, str]]:
    """Why rows have no value: `{"NYC-05": {"state": "not_measured", "because": "…"}}`."""
    if not isinstance(raw, dict):
        faults.append(ValueFault(unit, "", f"missing 应为“指标: 缺值的说明”的对象，得到 {shown(raw)}"))
        return {}
    _doubled(raw, unit, faults, rows=True)
    found: dict[str, tuple[Missing, str]] = {}
    for indicator, told in raw.items():
        state = told.get("state") if isinstance(told, dict) else None
        because = told.get("because") if isinstance(told, dict) else None
        if indicator not in rows:
            faults.append(ValueFault(unit, shown(indicator)[1:-1], _no_such_row(rows)))
        elif state not in tuple(Missing) or not _is_text(because, MOST_CHARACTERS):
            expected = '{"state": ' + " | ".join(Missing) + ', "because": 非空文字}'
            faults.append(ValueFault(unit, indicator, f"缺值的说明应为 {expected}，得到 {shown(told)}"))
        else:
            found[indicator] = (Missing(str(state)), str(because))
    return found


def _texts(
    raw: object, word: str, meaning: str, unit: str, rows: Mapping[str, Indicator], faults: list[ValueFault]
) -> dict[str, str]:
    """A mapping of indicators to texts: reasons, sources."""
    if not isinstance(raw, dict):
        faults.append(ValueFault(unit, "", f"{word} 应为“指标: {meaning}”的对象，得到 {shown(raw)}"))
        return {}
    _doubled(raw, unit, faults, rows=True)
    texts: dict[str, str] = {}
    for indicator, text in raw.items():
        if indicator not in rows:
            faults.append(ValueFault(unit, shown(indicator)[1:-1], _no_such_row(rows)))
        elif not _is_text(text, MOST_CHARACTERS) or not isinstance(text, str):
            faults.append(ValueFault(unit, indicator, f"{meaning}应为非空文字，得到 {shown(text)}"))
        else:
            texts[indicator] = text
    return texts


def _values(raw: object, unit: str, rows: Mapping[str, Indicator], faults: list[ValueFault]) -> dict[str, Any]:
    if not isinstance(raw, dict):
        faults.append(ValueFault(unit, "", f"values 应为“指标: 值”的对象，得到 {shown(raw)}"))
        return {}
    _doubled(raw, unit, faults, rows=True)
    values: dict[str, Any] = {}
    for indicator, value in raw.items():
        row = rows.get(indicator)
        if row is None:
            faults.append(ValueFault(unit, shown(indicator)[1:-1], _no_such_row(rows)))
            continue
        shape = row.rule.shape
        if isinstance(value, _Doubled):
            keys = "、".join(shown(key) for key in value.keys_doubled)
            faults.append(ValueFault(unit, indicator, f"{_should_be(shape)}；键 {keys} 出现两次"))
            continue
        try:
            values[indicator] = shape.read(value)
        except WrongValueError as wrong:
            inner = f"（{wrong}）" if str(wrong) else ""
            absent = "；尚无数据时请不写这一项" if value is None else ""
            faults.append(ValueFault(unit, indicator, f"{_should_be(shape)}，得到 {shown(value)}{inner}{absent}"))
    return values


def _should_be(shape: Shape[Any]) -> str:
    expected = shape.expected
    return f"应为 {expected}" if expected[0].isascii() else f"应为{expected}"


def _no_such_row(rows: Mapping[str, Indicator]) -> str:
    ids = list(rows)
    return f"方案中没有这个指标，应为 {ids[0]} 至 {ids[-1]} 之一" if ids else "方案中没有指标"
