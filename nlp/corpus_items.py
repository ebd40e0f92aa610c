"""The training corpus (语料): items read, checked, joined into groups, and split so that no group is on both sides."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from nlp.cues.grammar import Target
from records.news import Article, NewsLabel, Sentiment

KEYS: Final = (
    "id",
    "title",
    "text",
    "source",
    "published_at",
    "sentiment",
    *(label.value for label in NewsLabel),
    "places",
    "organisations",
    "event",
    "template",
    "hard",
)
_REVIEWED: Final = ("id", "title", "text", "sentiment", *(label.value for label in NewsLabel))
_SHINGLE: Final = 4  # characters
_ALIKE: Final = 0.8  # share of common shingles from which two items are near-duplicates
_FEW_SHINGLES: Final = 8
_HEAVIEST: Final = 100.0


@dataclass(frozen=True, slots=True)
class Item:
    """One labelled item and where it stands."""

    where: str  # file:line
    article: Article
    sentiment: Sentiment
    labels: frozenset[NewsLabel]
    event: str
    template: str
    hard: str
    reviewed: bool = False  # an installation's own label, not of our corpus
    weight: float = 1.0  # how much it counts in the training; only an own label has another

    def is_a(self, target: Target) -> bool | None:
        """Whether the target holds; None where the labels do not say."""
        if target is Target.NEGATIVE:
            return self.sentiment is Sentiment.NEGATIVE
        if target is Target.POSITIVE:
            return self.sentiment is Sentiment.POSITIVE
        if target in (Target.ABOUT_GOVERNMENT, Target.REFUTES):
            return None
        return NewsLabel(target.value) in self.labels


@dataclass(frozen=True, slots=True)
class Corpus:
    """The items that can be used, what is wrong with the others, and what a person should look at."""

    items: tuple[Item, ...]
    faults: tuple[str, ...]  # Chinese, one line each: lines that were left out
    remarks: tuple[str, ...]  # near-duplicates and conflicts: used, but doubtful


def corpus_hash(texts: Mapping[str, str]) -> str:
    """The fingerprint of a corpus: it changes with any character of any file."""
    digest = hashlib.sha256()
    for name, text in sorted(texts.items()):
        digest.update(f"{name}\n{len(text)}\n{text}".encode())
    return digest.hexdigest()


def read_corpus(texts: Mapping[str, str], *, reviewed: Mapping[str, str] | None = None) -> Corpus:
    """The corpus in ``texts`` and an installation's own ``reviewed`` labels (file name → JSON Lines text each).

    Reviewed items need no template, event, places and the like; those of one event are a group, each other is its own.
    They may have a ``weight``.
    """
    items: list[Item] = []
    faults: list[str] = []
    seen: dict[str, str] = {}
    for own, sources in ((False, texts), (True, reviewed or {})):
        for name, text in sorted(sources.items()):
            for number, line in enumerate(text.splitlines(), start=1):
                if not line.strip():
                    continue
                where = f"{name}:{number}"
                item, fault = _item(line, where, own=own)
                if item is not None and (first := seen.setdefault(item.article.id, where)) != where:
                    fault = f"编号 {item.article.id} 与 {first} 重复"
                if item is None or fault:
                    faults.append(f"{where}：{fault}")
                else:
                    items.append(item)
    return Corpus(tuple(items), tuple(faults), tuple(_doubts(items)))


def _item(line: str, where: str, *, own: bool) -> tuple[Item | None, str]:
    try:
        row = json.loads(line)
    except ValueError as error:
        return None, f"不是有效的 JSON（{error}）"
    if not isinstance(row, dict):
        return None, "不是 JSON 对象"
    if missing := [key for key in (_REVIEWED if own else KEYS) if key not in row]:
        return None, f"缺少 {'、'.join(missing)}"
    if wrong := _wrong_types(row):
        return None, wrong
    if not row["title"].strip() and not row["text"].strip():
        return None, "标题和正文都为空"
    try:
        sentiment = Sentiment(row["sentiment"])
    except ValueError:
        return None, f"sentiment 应为 negative、neutral 或 positive：{row['sentiment']!r}"
    labels = frozenset(label for label in NewsLabel if row[label.value])
    if NewsLabel.MISCONDUCT in labels and own is False and not row["template"]:
        return None, "template 为空"
    published, fault = _published(row.get("published_at") or "")
    weight = row.get("weight", 1.0) if own else 1.0
    if not fault and (not isinstance(weight, int | float) or not 0 < weight <= _HEAVIEST):
        fault = f"weight 应为大于 0、不超过 {_HEAVIEST:g} 的数：{weight!r}"
    if fault:
        return None, fault
    item_id = str(row["id"])
    article = Article(item_id, row["title"], row["text"], published, str(row.get("source") or ""))
    event = str(row.get("event") or f"solo-{item_id}")
    template = str(row.get("template") or f"own-{item_id}")
    return Item(where, article, sentiment, labels, event, template, str(row.get("hard") or ""), own, float(weight)), ""


def _wrong_types(row: Mapping[str, Any]) -> str:
    for key in ("title", "text", "sentiment"):
        if not isinstance(row[key], str):
            return f"{key} 应为文字"
    for label in NewsLabel:
        if not isinstance(row[label.value], bool):
            return f"{label.value} 应为 true 或 false"
    if not isinstance(row["id"], str | int) or isinstance(row["id"], bool) or row["id"] == "":
        return "id 应为文字或整数"
    return ""


def _published(text: object) -> tuple[date | None, str]:
    if text == "":
        return None, ""
    try:
        return date.fromisoformat(str(text)), ""
    except ValueError:
        return None, f"published_at 应为 YYYY-MM-DD：{text!r}"


def _doubts(items: Sequence[Item]) -> Iterable[str]:
    """Pairs of nearly the same text: with other labels a conflict, in another group a leak."""
    by_shingle: dict[str, list[int]] = {}
    shingles: list[frozenset[str]] = []
    for place, item in enumerate(items):
        text = f"{item.article.title}{item.article.text}"
        own = frozenset(text[at : at + _SHINGLE] for at in range(max(0, len(text) - _SHINGLE + 1)))
        shingles.append(own)
        rare = sorted(own, key=lambda piece: hashlib.md5(piece.encode(), usedforsecurity=False).digest())
        near: set[int] = set()
        for piece in rare[:_FEW_SHINGLES]:
            near.update(by_shingle.setdefault(piece, []))
            by_shingle[piece].append(place)
        for other in sorted(near):
            both = len(own & shingles[other])
            if both < _ALIKE * max(1, len(own | shingles[other])):
                continue
            first = items[other]
            if (item.labels, item.sentiment) != (first.labels, first.sentiment):
                yield f"{item.where} 与 {first.where} 几乎相同，标注却不同"
            elif item.event != first.event and item.template != first.template:
                yield f"{item.where} 与 {first.where} 几乎相同，却不属于同一事件或写法"


def groups(items: Sequence[Item]) -> tuple[str, ...]:
    """The group of each item: items that share a template or an event, directly or by way of others, are one group."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = name = parent[parent[name]]
        return name

    for item in items:
        template, event = root(f"template:{item.template}"), root(f"event:{item.event}")
        parent[max(template, event)] = min(template, event)
    return tuple(root(f"template:{item.template}") for item in items)


def held_out(group: str, one_in: int) -> bool:
    """Whether a group belongs to the test part: by its hash, so that it stays where it is when others are added."""
    return int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) % one_in == 0
