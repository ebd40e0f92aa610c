"""YAML read as strings with their lines: nothing is guessed (`2.00`, `07`, `no`), doubled keys and aliases are refused.

`read_tree` makes the tree and collects every fault; `Fields` reads a mapping of it word by word and collects more, so
that a person sees all that is wrong at once.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import yaml
from yaml.resolver import Resolver

MAX_DEPTH: Final = 20
MAX_CHARACTERS: Final = 2_000_000
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER: Final[Any] = Resolver()
_DECIMAL: Final = re.compile(r"-?(0|[1-9]\d{0,6})(\.\d{1,4})?")
_NUMBER_OF_YAML_12: Final = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?|0o[0-7]+|0x[0-9a-fA-F]+")
_INTEGER: Final = re.compile(r"0|[1-9]\d{0,9}")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong in a scheme, with its line (from 1)."""

    source: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.source} 第 {self.line} 行：{' '.join(self.text.split())}"


def brief(text: str) -> str:
    """A word of the file as a message may quote it: bounded."""
    return text if len(text) <= 40 else text[:39] + "…"


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    plain: bool  # written without quotes
    source: str
    line: int


@dataclass(slots=True)
class Mapping:
    items: dict[str, "Tree"]
    source: str
    line: int
    lines: dict[str, int] = field(default_factory=dict)  # of the keys
    doubled: set[str] = field(default_factory=set)  # keys that stand twice: which one is meant nobody knows


@dataclass(slots=True)
class Items:
    items: list["Tree"]
    source: str
    line: int


Tree = Scalar | Mapping | Items


class _Builder:
    def __init__(self, text: str, source: str, faults: list[Fault]) -> None:
        self.source = source
        self.faults = faults
        self.events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)

    def fault(self, event: Any, text: str) -> None:
        self.faults.append(Fault(self.source, event.start_mark.line + 1, text))

    def document(self) -> Tree | None:
        root: Tree | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.fault(event, "一个文件只能有一个 YAML 文档（多了 ---）")
            elif isinstance(event, yaml.NodeEvent):
                node = self.node(event, 0)
                root = node if root is None else root
        return root

    def node(self, event: Any, depth: int) -> Tree:
        line = event.start_mark.line + 1
        if depth > MAX_DEPTH:
            raise _TooDeepError(line)
        if isinstance(event, yaml.AliasEvent):
            self.fault(event, f"不支持 YAML 别名 *{event.anchor}，请写全")
            return Scalar("", False, self.source, line)
        if event.anchor is not None:
            self.fault(event, f"不支持 YAML 锚点 &{event.anchor}")
        if event.tag is not None and event.tag != "!":
            self.fault(event, f"不支持 YAML 标签 {event.tag}")
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, not event.style, self.source, line)
        if isinstance(event, yaml.SequenceStartEvent):
            items = Items([], self.source, line)
            while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
                items.items.append(self.node(event, depth + 1))
            return items
        mapping = Mapping({}, self.source, line)
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            key_line = event.start_mark.line + 1
            value = self.node(next(self.events), depth + 1)
            if not isinstance(key, Scalar):
                self.faults.append(Fault(self.source, key_line, "键应为文字"))
            elif key.text in mapping.items:
                first = mapping.lines[key.text]
                self.faults.append(Fault(self.source, key_line, f"键 {brief(key.text)} 重复（第 {first} 行已有）"))
                mapping.doubled.add(key.text)
            else:
                mapping.items[key.text] = value
                mapping.lines[key.text] = key_line
        return mapping


# What the YAML library says in English, by a part of it → what a person has to look for.
_YAML_PROBLEMS: Final = (
    ("tab character", "缩进不能用制表符（Tab），请用空格"),
    ("cannot start any token", "有不能开头的字符（制表符、@、`、%），请用空格缩进，文字加引号"),
    ("mapping values are not allowed", "此处不应有冒号：文字里的冒号后有空格时须加引号，或缩进有误"),
    ("end of stream", "引号或括号没有闭合"),
    ("',' or ']'", "方括号没有闭合，或各项之间缺少逗号"),
    ("',' or '}'", "花括号没有闭合，或各项之间缺少逗号"),
    ("expected ':'", "缺少冒号，或冒号后缺少空格"),
    ("block sequence entries are not allowed", "此处不应有短横线“-”，请检查缩进"),
    ("expected key", "缩进与上下各行不一致"),
    ("expected '-' indicator", "缩进与上下各行不一致"),
    ("block end", "缩进与上下各行不一致"),
    ("escape character", "双引号里有不认识的反斜杠写法，反斜杠请写两个，或改用单引号"),
    ("not allowed", "有不允许的字符（控制字符），请删去"),
)


def _yaml_problem(problem: str) -> str:
    return next((told for part, told in _YAML_PROBLEMS if part in problem), "无法解析，请检查这一行和上一行")


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        self.line = line


def read_tree(text: str, source: str, faults: list[Fault]) -> Mapping:
    """The document's mapping; what is wrong goes to `faults`, and then the mapping may be empty."""
    empty = Mapping({}, source, 1)
    if len(text) > MAX_CHARACTERS:
        faults.append(Fault(source, 1, f"文件过大（超过 {MAX_CHARACTERS} 个字符）"))
        return empty
    try:
        root = _Builder(text, source, faults).document()
    except _TooDeepError as deep:
        faults.append(Fault(source, deep.line, f"嵌套超过 {MAX_DEPTH} 层"))
        return empty
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "")
        faults.append(Fault(source, mark.line + 1 if mark else 1, f"不是合法的 YAML：{_yaml_problem(problem)}"))
        return empty
    if root is None:
        faults.append(Fault(source, 1, "文件是空的"))
        return empty
    if not isinstance(root, Mapping):
        faults.append(Fault(source, 1, "最外层应为“键: 值”的对象"))
        return empty
    return root


def _guessed(text: str) -> bool:
    """Whether a reader of YAML 1.1 or 1.2 takes a word without quotes for something else than a text."""
    tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))
    return tag != "tag:yaml.org,2002:str" or _NUMBER_OF_YAML_12.fullmatch(text) is not None


class Fields:
    """The words of one mapping, read one by one; `close` names those that nobody asked for."""

    def __init__(self, node: Mapping, where: str, faults: list[Fault], name: str = "") -> None:
        self.node = node
        self.where = where
        self.faults = faults
        self.name = name  # its key, where it is an entry of a mapping of mappings
        self._asked: set[str] = set()
        self._broken = False

    def _say(self, line: int, text: str, source: str | None = None) -> None:
        prefix = f"{self.where}：" if self.where else ""
        self.faults.append(Fault(source or self.node.source, line, prefix + text))

    def fault(self, word: str, text: str) -> None:
        """Say what is wrong with a word, at its line."""
        found = self.node.items.get(word)
        self._say(self.node.lines.get(word, self.node.line), text, found.source if found is not None else None)

    def doubled(self, *words: str) -> bool:
        """Whether one of the words (of any, where none is named) stands twice in the mapping."""
        return not self.node.doubled.isdisjoint(words or self.node.items)

    def line(self, word: str) -> int:
        return self.node.lines.get(word, self.node.line)

    def has(self, word: str) -> bool:
        return word in self.node.items

    def words(self) -> tuple[str, ...]:
        """The mapping's own words, where they are names and not a closed set."""
        return tuple(self.node.items)

    def is_text(self, word: str, text: str) -> bool:
        """Whether the word is there with exactly this text."""
        self._asked.add(word)
        found = self.node.items.get(word)
        return isinstance(found, Scalar) and found.text == text

    def _take(self, word: str, required: bool) -> Tree | None:
        self._asked.add(word)
        found = self.node.items.get(word)
        if found is None and required:
            self._say(self.node.line, f"缺少 {word}")
        return found

    def _scalar(self, word: str, required: bool) -> Scalar | None:
        found = self._take(word, required)
        if found is None or isinstance(found, Scalar):
            return found
        self.fault(word, f"{word} 应为单个值")
        return None

    def _as_text(self, word: str, scalar: Scalar) -> str:
        if scalar.plain and _guessed(scalar.text):
            shown = brief(scalar.text) or "（空）"
            self._say(
                scalar.line,
                f'{word} 应为文字，{shown} 会被别的程序读成其他类型，请加引号："{brief(scalar.text)}"',
                scalar.source,
            )
        return scalar.text

    def text(self, word: str, default: str | None = None) -> str:
        """A text; without a default it must be there and not empty."""
        scalar = self._scalar(word, default is None)
        if scalar is None:
            return default or ""
        if not scalar.text.strip():
            self._say(scalar.line, f"{word} 不能为空", scalar.source)
            return ""
        return self._as_text(word, scalar)

    def texts(self, word: str) -> tuple[str, ...]:
        """A list of texts, or one text."""
        found = self._take(word, True)
        match found:
            case Scalar():
                return (self._as_text(word, found),)
            case Items() if found.items and all(isinstance(item, Scalar) for item in found.items):
                texts = tuple(self._as_text(word, item) for item in found.items if isinstance(item, Scalar))
                if len(set(texts)) != len(texts):
                    self.fault(word, f"{word} 中有重复")
                return texts
            case None:
                return ()
            case _:
                self.fault(word, f"{word} 应为文字的列表")
                return ()

    def _as_decimal(
        self, word: str, scalar: Scalar, low: Decimal | None = None, high: Decimal | None = None
    ) -> Decimal:
        if not _DECIMAL.fullmatch(scalar.text):
            self._say(
                scalar.line,
                f"{word} 应为十进制数（如 2 或 0.5，至多四位小数），得到 {brief(scalar.text)!r}",
                scalar.source,
            )
            return low if low is not None else Decimal(0)
        number = Decimal(scalar.text)
        if (low is not None and number < low) or (high is not None and number > high):
            bounds = f"{low if low is not None else '…'} 到 {high if high is not None else '…'}"
            self._say(scalar.line, f"{word} 应在 {bounds} 之间，得到 {brief(scalar.text)}", scalar.source)
        return number

    def decimal(
        self, word: str, default: Decimal | None = None, *, low: Decimal | None = None, high: Decimal | None = None
    ) -> Decimal:
        scalar = self._scalar(word, default is None)
        if scalar is None:
            return default if default is not None else Decimal(0)
        return self._as_decimal(word, scalar, low, high)

    def as_integer(self, scalar: Scalar, *, low: int = 0) -> int:
        if not _INTEGER.fullmatch(scalar.text) or int(scalar.text) < low:
            self._say(scalar.line, f"应为不小于 {low} 的整数，得到 {brief(scalar.text)!r}", scalar.source)
            return low
        return int(scalar.text)

    def integer(self, word: str, default: int, *, low: int = 0) -> int:
        scalar = self._scalar(word, False)
        return default if scalar is None else self.as_integer(scalar, low=low)

    def as_flag(self, scalar: Scalar) -> bool:
        if scalar.text not in ("true", "false"):
            self._say(scalar.line, f"应为 true 或 false，得到 {brief(scalar.text)!r}", scalar.source)
        return scalar.text == "true"

    def flag(self, word: str, default: bool) -> bool:
        scalar = self._scalar(word, False)
        return default if scalar is None else self.as_flag(scalar)

    def choice(self, word: str, options: Sequence[str], default: str | None = None) -> str:
        """One of a closed set; the first of them stands in where it is wrong."""
        scalar = self._scalar(word, default is None)
        if scalar is not None and scalar.text in options:
            return scalar.text
        if scalar is not None:
            near = difflib.get_close_matches(scalar.text, options, 1)
            hint = f"，是不是 {near[0]}？" if near else f"，可用：{'、'.join(options)}"
            self._say(scalar.line, f"不认识的 {word}：{brief(scalar.text)}{hint}", scalar.source)
        elif default is not None:
            return default
        self._broken = True  # what follows depends on it: do not call the other words unknown
        return options[0]

    def sub(self, word: str, where: str, *, required: bool = True) -> "Fields | None":
        found = self._take(word, required)
        if found is None:
            return None
        if isinstance(found, Mapping):
            return Fields(found, where, self.faults)
        self.fault(word, f"{word} 应为“键: 值”的对象")
        return None

    def entries(self, word: str, *, required: bool = True) -> list["Fields"]:
        """A list of mappings."""
        found = self._take(word, required)
        if found is None:
            return []
        if (
            not isinstance(found, Items)
            or not found.items
            or not all(isinstance(item, Mapping) for item in found.items)
        ):
            self.fault(word, f"{word} 应为对象的列表")
            return []
        return [
            Fields(item, f"{self.where} {word}[{place}]".strip(), self.faults)
            for place, item in enumerate(found.items, start=1)
            if isinstance(item, Mapping)
        ]

    def named(self, word: str) -> list["Fields"]:
        """A mapping of mappings: each with its key as `name`."""
        found = self._take(word, True)
        if found is None:
            return []
        if not isinstance(found, Mapping) or not all(isinstance(item, Mapping) for item in found.items.values()):
            self.fault(word, f"{word} 应为“名称: 对象”的对象")
            return []
        return [
            Fields(item, f"{self.where} {name}".strip(), self.faults, name)
            for name, item in found.items.items()
            if isinstance(item, Mapping)
        ]

    def scalars(self, word: str, *, required: bool = False) -> list[tuple[str, Scalar]]:
        """A mapping of single values; where it is required, with at least one."""
        found = self._take(word, required)
        if found is None:
            return []
        if not isinstance(found, Mapping) or not all(isinstance(item, Scalar) for item in found.items.values()):
            self.fault(word, f"{word} 应为“名称: 值”的对象")
            return []
        if required and not found.items:
            self.fault(word, f"{word} 不能为空")
        return [(name, item) for name, item in found.items.items() if isinstance(item, Scalar)]

    def decimals(self, word: str) -> tuple[tuple[str, Decimal], ...]:
        """A mapping of names to numbers of at least nought, in the order of the file."""
        pairs = self.scalars(word, required=True)
        return tuple((name, self._as_decimal(f"{word}.{name}", scalar, Decimal(0))) for name, scalar in pairs)

    def choices(self, word: str, options: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """A mapping of names to members of a closed set."""
        pairs = []
        for name, scalar in self.scalars(word):
            if scalar.text not in options:
                self._say(
                    scalar.line,
                    f"{word}.{name} 应为 {' 或 '.join(options)}，得到 {brief(scalar.text)!r}",
                    scalar.source,
                )
            pairs.append((name, scalar.text))
        return tuple(pairs)

    def close(self) -> None:
        """Every word that nobody asked for is refused, with the nearest known one."""
        if self._broken:
            return
        for word in self.node.items:
            if word not in self._asked:
                near = difflib.get_close_matches(word, self._asked, 1)
                self.fault(word, f"不认识的词 {brief(word)}" + (f"，是不是 {near[0]}？" if near else ""))
