"""`chengjian.filing/1`: what another system supplies, as JSON.  Its JSON Schema: docs/contracts/filing.schema.json."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from records.indicators import ValueState
from scoring.model import Indicator
from scoring.shapes import NotANumber, WrongValueError, shown
from scoring_bridge.filing_form import Form
from scoring_bridge.filings import Entry, Fault, FilingReading, NamedFile, settle
from scoring_bridge.unit_names import UnitNames

SCHEMA: Final = "chengjian.filing/1"
_HEAD: Final = ("schema", "scheme", "period", "provider", "supplied_by", "effective", "rows")
_ROW: Final = ("unit", "indicator", "value", "state", "reason", "effective", "items", "attachments")
_FILE: Final = ("name", "note", "sha256")
_STATES: Final = (ValueState.SUPPLIED, ValueState.NOT_SUPPLIED, ValueState.NOT_APPLICABLE)
_MOST_ROWS: Final = 200_000
_LONGEST_NUMBER: Final = 400
_LONGEST_TEXT: Final = 2000


@dataclass(frozen=True, slots=True)
class FilingDocument:
    """A document whose head could be read; its rows wait for the form that the head names."""

    scheme: str
    period: str
    provider: str
    body: Mapping[str, Any]


def open_document(text: str) -> tuple[FilingDocument | None, tuple[Fault, ...]]:
    """The head of a document, or all that is wrong with it."""
    try:
        document = json.loads(
            text, parse_int=_integer, parse_float=_number, parse_constant=NotANumber, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        return None, (Fault("", f"不是合法的 JSON：第 {error.lineno} 行第 {error.colno} 列无法解析", "请检查导出程序"),)
    except RecursionError:
        return None, (Fault("", "不是合法的 JSON：嵌套过深", "请检查导出程序"),)
    except _DoubledKeyError as doubled:
        return None, (Fault("", f"键 {shown(str(doubled))} 出现两次", "每个键只写一次"),)
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        got = shown(document.get("schema")) if isinstance(document, dict) else shown(document)
        return None, (Fault("", f'schema 应为 "{SCHEMA}"，得到 {got}', "见 docs/filings.md"),)
    faults = [Fault("", f"不认识的键 {shown(key)}", "见 docs/filings.md") for key in document if key not in _HEAD]
    faults += [
        Fault("", f"{key} 应为非空文字，得到 {shown(document.get(key))}", "请补全")
        for key in ("scheme", "period", "provider")
        if not _is_text(document.get(key))
    ]
    rows = document.get("rows")
    if not isinstance(rows, list) or len(rows) > _MOST_ROWS:
        faults.append(Fault("", f"rows 应为至多 {_MOST_ROWS} 行的列表，得到 {shown(rows)}", "请补全"))
    if faults:
        return None, tuple(faults)
    return FilingDocument(document["scheme"], document["period"], document["provider"], document), ()


def read_document(
    document: FilingDocument, form: Form, names: UnitNames, *, only: tuple[str, ...] = (), today: date
) -> FilingReading:
    """The rows of a document, read as the form that its head names."""
    body = document.body
    faults: list[Fault] = []
    effective = None
    if body.get("effective") is not None:
        effective = _day(body["effective"], today)
        if effective is None:
            faults.append(Fault("effective", f"{shown(body['effective'])} 不是不晚于今天的日期", "应如 2026-11-21"))
    filled_by = body.get("supplied_by", "")
    if not isinstance(filled_by, str) or len(filled_by) > _LONGEST_TEXT:
        faults.append(Fault("supplied_by", f"应为文字，得到 {shown(filled_by)}"))
        filled_by = ""
    indicators = {row.indicator.id: row.indicator for row in form.rows}
    entries = [_entry(raw, f"第 {n} 条", indicators, today) for n, raw in enumerate(body["rows"], 1)]
    if not entries and not faults:
        faults.append(Fault("rows", "没有任何一行"))
    return FilingReading(settle(entries, form, names, only), tuple(faults), (), effective, filled_by)


def _entry(raw: object, where: str, indicators: Mapping[str, Indicator], today: date) -> Entry:
    if not isinstance(raw, dict):
        return Entry("", "", "", where, problem=f"应为对象，得到 {shown(raw)}")
    unit, indicator = raw.get("unit"), raw.get("indicator")
    entry = Entry(unit if isinstance(unit, str) else "", indicator if isinstance(indicator, str) else "", "", where)
    try:
        return _filled(entry, raw, indicators, today)
    except _WrongRowError as wrong:
        return _refused(entry, *wrong.args)


class _WrongRowError(Exception):
    """Problem and what was expected."""


def _refused(entry: Entry, problem: str, expected: str = "") -> Entry:
    return Entry(entry.unit, entry.indicator, "", entry.cell, problem=problem, expected=expected, remedy="请改正后重交")


def _filled(entry: Entry, raw: dict[str, Any], indicators: Mapping[str, Indicator], today: date) -> Entry:
    if strange := [key for key in raw if key not in _ROW]:
        raise _WrongRowError(f"不认识的键 {'、'.join(shown(key) for key in strange[:5])}", "、".join(_ROW))
    row = indicators.get(entry.indicator)
    if row is None:
        raise _WrongRowError(f"该提供单位没有指标 {shown(raw.get('indicator'))}", "、".join(indicators))
    state = raw.get("state", "supplied")
    if state not in tuple(_STATES):
        raise _WrongRowError(f"state 为 {shown(state)}", "、".join(_STATES))
    reason = raw.get("reason", "")
    if not isinstance(reason, str) or len(reason) > _LONGEST_TEXT:
        raise _WrongRowError(f"reason 为 {shown(reason)}", f"至多 {_LONGEST_TEXT} 字的文字")
    effective = None
    if raw.get("effective") is not None:
        effective = _day(raw["effective"], today)
        if effective is None:
            raise _WrongRowError(f"effective 为 {shown(raw['effective'])}", "不晚于今天的日期，如 2026-11-21")
    value, items = None, _items(raw.get("items", []))
    if state == ValueState.SUPPLIED:
        value = _value(row, raw)
        if items and len(items) != value:
            raise _WrongRowError(f"value 为 {shown(value)}，items 列了 {len(items)} 个", "个数与名称一致")
    elif raw.get("value") is not None:
        raise _WrongRowError(f"state 为 {state} 时不应有 value", "两者取一")
    elif not reason.strip():
        raise _WrongRowError(f"state 为 {state} 时没有写 reason", "一句话说明理由")
    return Entry(
        entry.unit,
        entry.indicator,
        "",
        entry.cell,
        state=ValueState(state),
        value=value,
        reason=reason.strip(),
        effective=effective,
        items=items,
        files=tuple(_file(one, entry.cell) for one in _list(raw.get("attachments", []), "attachments")),
    )


def _value(row: Indicator, raw: dict[str, Any]) -> Any:
    if "value" not in raw:
        raise _WrongRowError("没有 value", row.rule.shape.expected)
    try:
        row.rule.shape.read(raw["value"])
    except WrongValueError as wrong:
        inner = f"（{wrong}）" if str(wrong) else ""
        raise _WrongRowError(f"value 为 {shown(raw['value'])}{inner}", row.rule.shape.expected) from None
    return raw["value"]


def _items(raw: object) -> tuple[str, ...]:
    items = _list(raw, "items")
    if not all(_is_text(item) for item in items) or len(set(items)) != len(items):
        raise _WrongRowError(f"items 为 {shown(raw)}", "不重复的名称")
    return tuple(items)


def _file(raw: object, where: str) -> NamedFile:
    if not isinstance(raw, dict) or not _is_text(raw.get("name")) or any(key not in _FILE for key in raw):
        raise _WrongRowError(f"attachments 中有 {shown(raw)}", '对象 {"name", "note"（可省）, "sha256"（可省）}')
    note, digest = raw.get("note", ""), raw.get("sha256", "")
    if not isinstance(note, str) or len(note) > _LONGEST_TEXT or not isinstance(digest, str):
        raise _WrongRowError(f"attachments 中有 {shown(raw)}", "note 和 sha256 为文字")
    if digest and (len(digest) != 64 or set(digest.lower()) - set("0123456789abcdef")):
        raise _WrongRowError(f"sha256 为 {shown(digest)}", "64 位十六进制")
    return NamedFile(raw["name"], note, digest.lower(), where)


def _list(raw: object, word: str) -> list[Any]:
    if not isinstance(raw, list) or len(raw) > 500:
        raise _WrongRowError(f"{word} 为 {shown(raw)}", "至多 500 项的列表")
    return raw


def _day(raw: object, today: date) -> date | None:
    try:
        day = date.fromisoformat(raw) if isinstance(raw, str) and len(raw) == 10 else None
    except ValueError:
        return None
    return day if day is not None and day <= today else None


def _is_text(raw: object) -> bool:
    return isinstance(raw, str) and bool(raw.strip()) and len(raw) <= 300 and not any(ord(c) < 32 for c in raw)


class _DoubledKeyError(Exception):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise _DoubledKeyError(key)
        made[key] = value
    return made


def _integer(text: str) -> object:
    return int(text) if len(text) <= _LONGEST_NUMBER else NotANumber("位数过多的数")


def _number(text: str) -> object:
    if len(text) > _LONGEST_NUMBER:
        return NotANumber("位数过多的数")
    try:
        number = Decimal(text)
    except ArithmeticError:
        return NotANumber("超出范围的数")
    return number if number == 0 or -2000 < number.adjusted() < 2000 else NotANumber("超出范围的数")
