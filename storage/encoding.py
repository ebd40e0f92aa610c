"""Records ↔ JSON ↔ compressed bytes: the only place that knows how a record looks when it is stored.

Enums are written by value, days and instants in ISO 8601, tuples as arrays.  Reading is driven by the types of the
records: a field that is absent takes its default, so that what an older program wrote can still be read.
"""

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar

import orjson
import zstandard

T = TypeVar("T")

_Decode = Callable[[Any], Any]

# Reading stops here: a stored record is far smaller, and a damaged length field must not ask for all memory.
_MAX_UNPACKED = 256 * 1024 * 1024


def to_json(record: object) -> bytes:
    """JSON of a record, or of a sequence or mapping of records."""
    try:
        return orjson.dumps(record, default=_plain)
    except TypeError:
        # Lone surrogates, which broken pages do contain: UTF-8 cannot say them, an escaped JSON string can.
        return json.dumps(_tree(record), ensure_ascii=True, separators=(",", ":")).encode("ascii")


def from_json(kind: type[T], data: bytes) -> T:
    """The record of type ``kind`` (also ``tuple[X, ...]``) that ``to_json`` wrote.

    Raises ValueError, TypeError or KeyError if the data are not of that type.
    """
    decode: Callable[[Any], T] = decoder(typing.cast(Any, kind))
    return decode(loads(data))


def loads(data: bytes) -> Any:
    """Plain JSON values; lone surrogates included.  Raises ValueError."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data)


class Packer:
    """Compression of small and large blobs.  One for each thread: a zstd context must not be shared."""

    def __init__(self, level: int = 3) -> None:
        self._compress = zstandard.ZstdCompressor(level=level, write_content_size=True).compress
        self._decompress = zstandard.ZstdDecompressor().decompress

    def pack(self, data: bytes) -> bytes:
        return self._compress(data)

    def unpack(self, blob: bytes) -> bytes:
        """Raises zstandard.ZstdError on damaged data."""
        return self._decompress(blob, max_output_size=_MAX_UNPACKED)


def _plain(value: object) -> object:
    """What orjson does not know by itself: named tuples and frozen mappings."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"not a record: {type(value).__name__}")


def _tree(value: object) -> object:
    """The same as orjson makes, as plain Python values."""
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _tree(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [_tree(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): _tree(one) for key, one in value.items()}
    if isinstance(value, date):  # also instants
        return value.isoformat()
    return value


@cache
def decoder(kind: Any) -> _Decode:
    """A function that makes a value of type ``kind`` from plain JSON values."""
    if kind in (str, int, float, bool, type(None), Any):
        return _keep
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _optional(kind)
    if origin is tuple:
        return _sequence(typing.get_args(kind))
    if kind is datetime:
        return datetime.fromisoformat
    if kind is date:
        return date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if isinstance(kind, type) and issubclass(kind, tuple):
        return _named_tuple(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _record(kind)
    raise TypeError(f"no JSON form for {kind!r}")


def _keep(value: Any) -> Any:
    return value


def _optional(kind: Any) -> _Decode:
    inner = [one for one in typing.get_args(kind) if one is not type(None)]
    if len(inner) != 1:
        raise TypeError(f"no JSON form for {kind!r}")
    decode = decoder(inner[0])
    if decode is _keep:
        return _keep
    return lambda value: None if value is None else decode(value)


def _sequence(arguments: tuple[Any, ...]) -> _Decode:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        decode = decoder(arguments[0])
        return tuple if decode is _keep else lambda value: tuple(map(decode, value))
    decodes = tuple(decoder(one) for one in arguments)
    return lambda value: tuple(decode(one) for decode, one in zip(decodes, value, strict=True))


def _named_tuple(kind: type) -> _Decode:
    hints = typing.get_type_hints(kind)
    decodes = tuple(decoder(hints[name]) for name in kind._fields)  # type: ignore[attr-defined]
    return lambda value: kind(*(decode(one) for decode, one in zip(decodes, value, strict=True)))


def _record(kind: type) -> _Decode:
    hints = typing.get_type_hints(kind)
    decodes = {field.name: decoder(hints[field.name]) for field in dataclasses.fields(kind)}
    made = tuple((name, decode) for name, decode in decodes.items() if decode is not _keep)

    def decode(value: Any) -> Any:
        if value.keys() <= decodes.keys():
            fields = value.copy()
        else:  # written by a program that knew more
            fields = {name: one for name, one in value.items() if name in decodes}
        for name, decode_field in made:
            if name in fields:
                fields[name] = decode_field(fields[name])
        return kind(**fields)

    return decode
