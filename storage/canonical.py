"""Canonical JSON: the same values give the same bytes, decimals are kept exact, and the hash is over these bytes."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from hashlib import sha256
from typing import Any


def canonical_json(value: object) -> bytes:
    """UTF-8, keys sorted, no white space, no exponents.  TypeError for what has no JSON form, NaN included."""
    return "".join(_tokens(value)).encode("utf-8", "surrogatepass")


def read_canonical(body: bytes) -> Any:
    """What ``canonical_json`` wrote: objects, lists, texts, ``int`` and ``Decimal``."""
    return json.loads(body.decode("utf-8", "surrogatepass"), parse_float=Decimal)


def digest(body: bytes) -> str:
    return sha256(body).hexdigest()


def _tokens(value: object) -> list[str]:
    match value:
        case Enum():
            return _tokens(value.value)
        case None | bool() | int():
            return [json.dumps(value)]
        case str():
            return [json.dumps(value, ensure_ascii=False)]
        case float():
            return _tokens(Decimal(repr(value)))
        case Decimal():
            return [_number(value)]
        case date():  # also instants
            return [json.dumps(value.isoformat())]
        case Mapping():
            pairs = sorted((str(key), item) for key, item in value.items())
            inner = [f"{json.dumps(key, ensure_ascii=False)}:{''.join(_tokens(item))}" for key, item in pairs]
            return ["{", ",".join(inner), "}"]
        case list() | tuple():
            return ["[", ",".join("".join(_tokens(item)) for item in value), "]"]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return _tokens({name: getattr(value, name) for name in _names(type(value))})
        case _:
            raise TypeError(f"no JSON form for {type(value).__name__}")


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise TypeError("no JSON form for a number that is not finite")
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
