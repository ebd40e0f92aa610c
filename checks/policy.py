"""Policies as data: a YAML text in, a ``Policy`` out, every error at once with its line."""

import re
from collections.abc import Callable
from typing import TypeVar

import yaml

from records.policy import FreshnessLimit, Policy
from records.verdicts import ColumnKind

T = TypeVar("T")

EXEMPT = "exempt"
_WORDS = (
    "name",
    "title",
    "source",
    "limits",
    "undated_is_stale",
    "empty_is_finding",
    "blocked_share_voids",
    "max_plausible_future_days",
)
_LIMIT_WORDS = ("days", "source")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KINDS = tuple(kind.value for kind in ColumnKind)
_MAX_DAYS = 3660
_MAX_FUTURE_DAYS = 366


class PolicyError(ValueError):
    """A policy text that cannot be used.

    policy text
    └── PolicyError   one line for each fault, in ``errors``, with the line of the text
    """

    def __init__(self, errors: list[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(errors))


def parse_policy(text: str) -> Policy:
    """Read a policy.

    Values are taken as the text stands there and not as YAML would guess (``no`` is no truth value by itself, ``07``
    no octal number), doubled and unknown words are refused.

    Raises ``PolicyError`` with all faults of the text.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyError([f"line {line}: not YAML: {error.problem}"]) from error
    except yaml.YAMLError as error:
        raise PolicyError([f"line 1: not YAML: {error}"]) from error
    return _PolicyReader().read(root)


class _PolicyReader:
    """Walks the nodes of one text and gathers its faults."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def read(self, root: yaml.Node | None) -> Policy:
        top = self._mapping(root, "policy", _WORDS)
        name = self._value(top, "name", _name)
        title = self._value(top, "title", _text)
        source = self._value(top, "source", _text)
        limits = self._limits(top.get("limits"))
        undated = self._value(top, "undated_is_stale", _truth)
        empty = self._value(top, "empty_is_finding", _truth)
        share = self._value(top, "blocked_share_voids", _share)
        future = self._value(top, "max_plausible_future_days", _whole(0, _MAX_FUTURE_DAYS))
        if (
            self.errors
            or name is None
            or title is None
            or source is None
            or undated is None
            or empty is None
            or share is None
            or future is None
        ):
            raise PolicyError(self.errors)
        return Policy(
            name=name,
            title=title,
            source=source,
            limits=limits,
            undated_is_stale=undated,
            empty_is_finding=empty,
            blocked_share_voids=share,
            max_plausible_future_days=future,
        )

    def _limits(self, node: yaml.Node | None) -> dict[ColumnKind, FreshnessLimit]:
        if node is None:  # the missing word has been reported with the others
            return {}
        limits = {}
        for word, entry in self._mapping(node, "limits", _KINDS).items():
            fields = self._mapping(entry, f"limits.{word}", _LIMIT_WORDS)
            days = self._value(fields, "days", _days)
            source = self._value(fields, "source", _text)
            if days is not None and source is not None:
                limits[ColumnKind(word)] = FreshnessLimit(days=days[0], source=source)
        return limits

    def _mapping(self, node: yaml.Node | None, place: str, words: tuple[str, ...]) -> dict[str, yaml.Node]:
        """The entries of a mapping that must have exactly these words."""
        if not isinstance(node, yaml.MappingNode):
            line = node.start_mark.line + 1 if node is not None else 1
            self.errors.append(f"line {line}: {place}: expected a mapping with {', '.join(words)}")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            word = key.value if isinstance(key, yaml.ScalarNode) else ""
            if word not in words:
                self.errors.append(f"line {line}: {place}: unknown word {word!r}, expected one of {', '.join(words)}")
            elif word in found:
                self.errors.append(f"line {line}: {place}: {word} stands there twice")
            else:
                found[word] = value
        self.errors.extend(
            f"line {node.start_mark.line + 1}: {place}: {word} is missing" for word in words if word not in found
        )
        return found

    def _value(self, fields: dict[str, yaml.Node], word: str, convert: Callable[[str], T]) -> T | None:
        node = fields.get(word)
        if node is None:
            return None
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.ScalarNode):
            self.errors.append(f"line {line}: {word}: expected a single value")
            return None
        try:
            return convert(str(node.value).strip())
        except ValueError as error:
            self.errors.append(f"line {line}: {word}: {error}")
            return None


def _text(value: str) -> str:
    if not value:
        raise ValueError("expected some text")
    return value


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError(f"expected lower-case words joined by hyphens, got {value!r}")
    return value


def _truth(value: str) -> bool:
    if value not in ("true", "false"):
        raise ValueError(f"expected true or false, got {value!r}")
    return value == "true"


def _share(value: str) -> float:
    if not re.fullmatch(r"0\.\d+|1\.0+", value):
        raise ValueError(f"expected a share from 0.0 to 1.0, got {value!r}")
    return float(value)


def _whole(least: int, most: int) -> Callable[[str], int]:
    def convert(value: str) -> int:
        if not re.fullmatch(r"0|[1-9][0-9]{0,5}", value) or not least <= int(value) <= most:
            raise ValueError(f"expected a whole number from {least} to {most}, got {value!r}")
        return int(value)

    return convert


def _days(value: str) -> tuple[int | None]:
    """The limit in a tuple, so that "exempt" and "no value" stay apart."""
    if value == EXEMPT:
        return (None,)
    try:
        return (_whole(1, _MAX_DAYS)(value),)
    except ValueError as error:
        raise ValueError(f"{error} or {EXEMPT}") from None
