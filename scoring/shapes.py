"""What a value may look like: a closed set of shapes, each of which reads a raw JSON value or says what it expected.

Raw numbers are `int` or `Decimal` (the JSON reader makes no floats), so nothing is guessed and nothing is rounded on
the way in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Protocol, TypeVar

from scoring.points import plain

MOST_COUNTED: Final = 1_000_000_000  # a count beyond this is a slip of the pen, not a count
MOST_DIGITS: Final = 40  # significant digits of a number; a double has 17
MOST_CHARACTERS: Final = 2000  # of a note
FINEST_EXPONENT: Final = -1100  # below the smallest double that can be written

V_co = TypeVar("V_co", covariant=True)


class WrongValueError(Exception):
    """The value is of the wrong shape or out of range; the text (Chinese) says where inside a compound value."""


@dataclass(frozen=True, slots=True)
class NotANumber:
    """Stands for what JSON text may hold where a number is meant, and no shape accepts: NaN, or a million digits."""

    label: str


class Shape(Protocol[V_co]):
    @property
    def expected(self) -> str:
        """What is expected, in Chinese, for a message to the person who sent the value."""
        ...

    def read(self, raw: object) -> V_co:
        """The value, or WrongValueError."""
        ...


def shown(raw: object, limit: int = 60) -> str:
    """A raw value as a person may recognise it in a message: one line, bounded."""
    match raw:
        case None:
            text = "null"
        case bool():
            text = "true" if raw else "false"
        case str():
            text = '"' + raw + '"'
        case Decimal():
            text = str(raw)
        case int():
            text = str(raw) if abs(raw) < 10**30 else "极大的整数"
        case Mapping():
            text = "{" + ", ".join(f"{shown(key, 20)}: {shown(item, 20)}" for key, item in list(raw.items())[:4]) + "}"
        case list() | tuple():
            text = "[" + ", ".join(shown(item, 20) for item in list(raw)[:4]) + "]"
        case NotANumber():
            text = raw.label
        case _:
            text = type(raw).__name__
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[: limit * 2])
    return text if len(text) <= limit else text[: limit - 1] + "…"


@dataclass(frozen=True, slots=True)
class Flag:
    """有 / 无."""

    @property
    def expected(self) -> str:
        return "true 或 false"

    def read(self, raw: object) -> bool:
        if isinstance(raw, bool):
            return raw
        raise WrongValueError


@dataclass(frozen=True, slots=True)
class Count:
    """A count of cases: an integer, never a boolean, never 3.0."""

    unit: str = ""
    most: int = MOST_COUNTED

    @property
    def expected(self) -> str:
        unit = f"（{self.unit}）" if self.unit else ""
        return f"0 到 {self.most} 的整数{unit}" if self.most != MOST_COUNTED else f"不小于 0 的整数{unit}"

    def read(self, raw: object) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= self.most:
            raise WrongValueError
        return raw


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number within bounds, both included; no upper bound means that it measures something countable."""

    low: Decimal
    high: Decimal | None
    what: str = "数"

    @property
    def expected(self) -> str:
        if self.high is None:
            return f"不小于 {plain(self.low)} 的{self.what}"
        return f"{plain(self.low)} 到 {plain(self.high)} 之间的{self.what}"

    def read(self, raw: object) -> Decimal:
        if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
            raise WrongValueError
        number = Decimal(raw)
        high = MOST_COUNTED if self.high is None else self.high
        if not number.is_finite() or not self.low <= number <= high:
            raise WrongValueError
        _sign, digits, exponent = number.as_tuple()
        if len(digits) > MOST_DIGITS or (isinstance(exponent, int) and exponent < FINEST_EXPONENT):
            raise WrongValueError(f"有效数字至多 {MOST_DIGITS} 位")
        return number


RATE: Final = Number(Decimal(0), Decimal(1), "比率")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a row's named levels."""

    keys: tuple[str, ...]

    @property
    def expected(self) -> str:
        return "以下之一：" + "、".join(self.keys)

    def read(self, raw: object) -> str:
        if isinstance(raw, str) and raw in self.keys:
            return raw
        raise WrongValueError


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements that are there: a list without doubles, or one that stands alone (a statement of exemption)."""

    keys: tuple[str, ...]
    alone: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        text = "由 " + "、".join(self.keys) + " 中已具备者组成的列表，不重复"
        return text + "".join(f"，或单独的 {key}" for key in self.alone)

    def read(self, raw: object) -> tuple[str, ...]:
        if isinstance(raw, str) and raw in self.alone:
            return (raw,)
        if not isinstance(raw, list | tuple) or not all(isinstance(item, str) for item in raw):
            raise WrongValueError
        if len(raw) == 1 and raw[0] in self.alone:
            return (raw[0],)
        for item in raw:
            if item in self.alone:
                raise WrongValueError(f"{item} 只能单独出现")
            if item not in self.keys:
                raise WrongValueError(f"不认识 {shown(item)}")
        if len(set(raw)) != len(raw):
            raise WrongValueError("有重复的要素")
        return tuple(key for key in self.keys if key in raw)


@dataclass(frozen=True, slots=True)
class Parts:
    """A compound value: every named part, and no other.  A part that is left out is not nought: it is unknown."""

    parts: tuple[tuple[str, "Shape[Any]"], ...]

    @property
    def expected(self) -> str:
        return "对象 {" + "，".join(f"{name}: {shape.expected}" for name, shape in self.parts) + "}"

    def read(self, raw: object) -> dict[str, Any]:
        if not isinstance(raw, Mapping):
            raise WrongValueError
        known = {name for name, _shape in self.parts}
        if strange := [key for key in raw if key not in known]:
            raise WrongValueError("不认识 " + "、".join(shown(key) for key in strange[:5]))
        if missing := [name for name, _shape in self.parts if name not in raw]:
            raise WrongValueError("缺少 " + "、".join(missing))
        value: dict[str, Any] = {}
        for name, shape in self.parts:
            try:
                value[name] = shape.read(raw[name])
            except WrongValueError as wrong:
                inner = f"，{wrong}" if str(wrong) else ""
                raise WrongValueError(f"{name} 为 {shown(raw[name])}{inner}") from None
        return value


@dataclass(frozen=True, slots=True)
class StatusNote:
    """A status of a task with an optional note: `{"status": "done", "note": "…"}`."""

    statuses: tuple[str, ...]

    @property
    def expected(self) -> str:
        return '对象 {"status": ' + " | ".join(self.statuses) + ', "note": 文字（可省）}'

    def read(self, raw: object) -> dict[str, str]:
        if not isinstance(raw, Mapping) or any(key not in ("status", "note") for key in raw):
            raise WrongValueError
        status, note = raw.get("status"), raw.get("note", "")
        if not isinstance(status, str) or status not in self.statuses or not isinstance(note, str):
            raise WrongValueError
        if len(note) > MOST_CHARACTERS or any("\ud800" <= character <= "\udfff" for character in note):
            raise WrongValueError(f"note 应为至多 {MOST_CHARACTERS} 字的文字")
        return {"status": status, "note": note}
