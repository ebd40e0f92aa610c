"""A filed value ↔ JSON.  Numbers keep every digit: a rate of 0.1 must score as 0.1 and not as the nearest double."""

import json
from datetime import date
from decimal import Decimal
from typing import Any, Final

from records.filings import FiledValue
from records.indicators import ValueState

_DECIMAL: Final = "$decimal"  # no part of a compound value can be called so: part names are words of a scheme


def pack_fact(filed: FiledValue) -> bytes:
    """Everything but the attachments, which have a table of their own."""
    fact = {
        "unit": filed.unit,
        "indicator": filed.indicator,
        "state": filed.state.value,
        "value": _plain(filed.value),
        "reason": filed.reason,
        "effective": filed.effective.isoformat() if filed.effective is not None else None,
        "sheet": filed.sheet,
        "cell": filed.cell,
        "items": list(filed.items),
        "remarks": list(filed.remarks),
    }
    return json.dumps(fact, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def unpack_fact(body: bytes) -> FiledValue:
    fact = json.loads(body)
    return FiledValue(
        unit=fact["unit"],
        indicator=fact["indicator"],
        state=ValueState(fact["state"]),
        value=_value(fact["value"]),
        reason=fact["reason"],
        effective=date.fromisoformat(fact["effective"]) if fact["effective"] is not None else None,
        sheet=fact["sheet"],
        cell=fact["cell"],
        items=tuple(fact["items"]),
        remarks=tuple(fact["remarks"]),
    )


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return {_DECIMAL: str(value)}
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value


def _value(plain: Any) -> Any:
    match plain:
        case {"$decimal": str(digits)}:
            return Decimal(digits)
        case dict():
            return {name: _value(one) for name, one in plain.items()}
        case list():
            return [_value(one) for one in plain]
        case _:
            return plain
