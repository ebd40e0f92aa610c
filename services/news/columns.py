"""Which column of an exported file is which field of an article: a small table, packaged or one's own."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from scoring.tree import Fault, Fields, read_tree
from services.schemes import WrongCallError, read_text

FORMAT: Final = "chengjian.news-columns/1"
PACKAGED: Final = "news_columns.yml"
FIELDS: Final = ("title", "text", "summary", "source", "published", "url", "author", "id")
CHINESE: Final = {
    "title": "标题",
    "text": "正文",
    "summary": "摘要",
    "source": "来源",
    "published": "发布时间",
    "url": "链接",
    "author": "作者",
    "id": "编号",
}
_MARKS: Final = re.compile(r"[\W_]+")


def folded(name: str) -> str:
    """A column's name as it is compared: narrow, lower case, without spaces and marks."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", name)).lower()


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Names of columns for each field, the first one that a file has counts."""

    names: dict[str, tuple[str, ...]]  # field → folded names
    ignored: frozenset[str] = frozenset()

    def places(self, header: Sequence[str]) -> dict[str, int]:
        """Field → place in the header, for the fields that the header has."""
        at: dict[str, int] = {}
        for place, name in enumerate(header):
            at.setdefault(folded(name), place)
        held = {field: [at[name] for name in names if name in at] for field, names in self.names.items()}
        return {field: places[0] for field, places in held.items() if places}

    def unknown(self, header: Sequence[str]) -> tuple[str, ...]:
        """Columns that are neither taken nor known to be of no use."""
        known = self.ignored.union(*self.names.values())
        return tuple(name for name in header if folded(name) and folded(name) not in known)


def parse_columns(text: str, source: str) -> tuple[ColumnMap | None, tuple[Fault, ...]]:
    """Read a table of columns, with every fault and its line."""
    faults: list[Fault] = []
    root = Fields(read_tree(text, source, faults), "", faults)
    names: dict[str, tuple[str, ...]] = {}
    ignored: tuple[str, ...] = ()
    if root.node.items:
        if root.text("format") != FORMAT:
            root.fault("format", f"format 应为 {FORMAT}")
        fields = root.sub("fields", "fields")
        if fields is not None:
            for field in FIELDS:
                if fields.has(field):
                    names[field] = tuple(folded(name) for name in fields.texts(field))
            fields.close()
            if not {"title", "text", "summary"} & names.keys():
                root.fault("fields", "fields 中至少要有 title 或 text")
        ignored = root.texts("ignored") if root.has("ignored") else ()
        root.close()
    if faults:
        return None, tuple(sorted(set(faults)))
    return ColumnMap(names, frozenset(folded(name) for name in ignored)), ()


def load_columns(path: Path | None = None) -> ColumnMap:
    """The packaged table, or one's own.  ``WrongCallError`` with every fault."""
    if path is None:
        text, source = files("services.news").joinpath(PACKAGED).read_text(encoding="utf-8"), PACKAGED
    else:
        text, source = read_text(path, "列名对照表"), path.name
    columns, faults = parse_columns(text, source)
    if columns is None:
        raise WrongCallError(*(str(fault) for fault in faults))
    return columns
