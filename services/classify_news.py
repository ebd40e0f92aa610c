"""Judge news items: labels and tone, whose they are, and which of them are one event."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import orjson

from nlp.classifier import Classifier
from records.news import Article, LabelVerdict, NewsFact, NewsVerdict, Whose
from services.news_lines import ReadLine, read_lines

Grouping = Callable[[Sequence[NewsFact]], Mapping[str, str]]
"""Facts with unique article ids → the event's id of each article that belongs to one."""


class Attributing(Protocol):
    """What says whose an item is (``nlp.attribution.Attributor``)."""

    def attribute(self, article: Article, verdict: NewsVerdict) -> Whose: ...


@dataclass(frozen=True, slots=True)
class Judged:
    """One line of the input with what was made of it; ``fact`` is None where it could not be read."""

    line: ReadLine
    fact: NewsFact | None


def classify(
    body: bytes,
    *,
    classifier: Classifier,
    attributor: Attributing | None = None,
    grouping: Grouping | None = None,
) -> tuple[Judged, ...]:
    """Each line of a JSON Lines file, judged, in order.  Ids that occur twice are judged each by itself."""
    read = tuple(read_lines(body))
    facts: dict[int, NewsFact] = {}
    for line in read:
        if line.article is None:
            continue
        verdict = classifier.judge(line.article)
        whose = Whose() if attributor is None else attributor.attribute(line.article, verdict)
        facts[line.number] = NewsFact(line.article, verdict, whose)
    if grouping is not None:
        facts = _grouped(facts, grouping)
    return tuple(Judged(line, facts.get(line.number)) for line in read)


def _grouped(facts: Mapping[int, NewsFact], grouping: Grouping) -> dict[int, NewsFact]:
    """The facts with their events; an id that occurs twice is made unique for the grouping."""
    seen: dict[str, int] = {}
    unique: dict[int, NewsFact] = {}
    for number, fact in facts.items():
        key = fact.article.id
        first = seen.setdefault(key, number)
        unique[number] = fact if first == number else replace(fact, article=replace(fact.article, id=f"{key}#{number}"))
    events = grouping(tuple(unique.values()))
    return {number: replace(facts[number], event=events.get(one.article.id)) for number, one in unique.items()}


def documents(judged: Sequence[Judged]) -> Iterator[bytes]:
    """One line of `chengjian.news/1` for each line of the input."""
    for one in judged:
        line = {"id": one.line.id, "error": one.line.error} if one.fact is None else _document(one.line, one.fact)
        yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def _document(line: ReadLine, fact: NewsFact) -> dict[str, Any]:
    verdict, whose = fact.verdict, fact.whose
    document: dict[str, Any] = {
        "id": line.id,
        "sentiment": verdict.sentiment.value,
        "sentiment_score": verdict.sentiment_score,
        "labels": {label.label.value: _label(label) for label in verdict.labels},
        "places": list(whose.places),
        "organisations": list(whose.organisations),
        "units": list(whose.units),
        "event": fact.event,
        "sentiment_because": list(verdict.sentiment_because),
        "about_government": verdict.about_government,
        "refutes": verdict.refutes,
        "unsure": verdict.unsure,
        "persons": list(whose.persons),
        "units_because": list(whose.because),
    }
    if line.remarks:
        document["remarks"] = list(line.remarks)
    return document


def _label(label: LabelVerdict) -> dict[str, Any]:
    return {
        "flag": label.flag,
        "score": label.score,
        "because": list(label.because),
        "unsure": label.unsure,
        "kind": label.kind,
    }
