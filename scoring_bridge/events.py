"""News events → counts of events, persons in cases, or fields (NYC-02, 03, 18, 19, 20, 22, 24, NYD-02).

An event counts once for a unit, however many papers print it and however many bodies of the unit it names.  One event
may be counted by several rows: the document has no rule against it (NYC-18, 19 and 20).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from records.indicators import IndicatorValue, Trace, ValueSource, ValueState
from records.news import NewsEvent
from scoring.model import Indicator
from scoring.observation import Counting, EventsSeen, Gate
from scoring_bridge.gate import Passage, Standing, event_passage
from scoring_bridge.traces import event_trace
from scoring_bridge.watch import Doubt, News, Observed, Suspect, Watch


@dataclass(frozen=True, slots=True)
class _Item:
    """One thing to count: an event, a person in it, or a field; ``keys`` are what makes two of them the same."""

    event: NewsEvent
    passage: Passage
    keys: tuple[str, ...]


def observe(row: Indicator, seen: EventsSeen, gate: Gate, watch: Watch) -> Observed:
    unit = watch.unit.id
    if watch.news is None or watch.news.articles_read == 0:
        because = "本期没有采集舆情，未能监测"
        return Observed(IndicatorValue(unit, row.id, ValueState.NOT_MEASURED, ValueSource.MONITORED, None, because))
    events = [event for event in _own(watch.news.events, watch) if _wanted(event, seen)]
    items = [_Item(event, event_passage(event, gate), _keys(event, seen)) for event in events]
    counted: dict[str, _Item] = {}
    traces: dict[str, Trace] = {}
    left_out: list[Trace] = []
    for item in sorted(items, key=_order):
        new = [key for key in item.keys if key not in counted]
        if item.passage.standing.counts and new:
            counted.update(dict.fromkeys(new, item))
            traces[item.event.id] = event_trace(item.event, item.passage.why)
            continue
        why = item.passage.why
        if item.passage.standing.counts:
            why = "认不出领域，由人判断" if not item.keys else _same(seen.count)
        left_out.append(event_trace(item.event, why))
    number = len(counted)
    because = _because(number, seen.count, watch.news)
    suspected = [item for item in items if item.passage.standing is Standing.SUSPECTED]
    if suspected:
        because += f"，另有 {len(suspected)} 件未达到计入条件"
    evidence = tuple(_with_articles(traces, counted.values(), watch.news))
    if watch.news.articles_read < gate.articles and (number == 0 or row.rule.ranked is not None):
        # few reports say neither that there was nothing nor who had more; one that accuses stands by itself
        because += f"；读取的报道不足 {gate.articles} 篇，不能断言没有，也不作排序"
        value = IndicatorValue(
            unit, row.id, ValueState.NOT_MEASURED, ValueSource.MONITORED, None, because,
            left_out=(*evidence, *left_out),
        )  # fmt: skip
        return Observed(value)
    value = IndicatorValue(
        unit, row.id, ValueState.SUPPLIED, ValueSource.MONITORED, number, because, evidence, left_out=tuple(left_out)
    )
    return Observed(value, _doubt(row, watch, items, number))


def _order(item: _Item) -> tuple[bool, str]:
    return item.passage.standing is not Standing.CONFIRMED, item.event.id


def _own(events: Iterable[NewsEvent], watch: Watch) -> Iterable[NewsEvent]:
    """Events charged to the unit or to a body below it, each once whatever it is stored as."""
    known: dict[str, NewsEvent] = {}
    for event in events:
        if not watch.below.isdisjoint(event.units):
            known.setdefault(event.id, event)
    return known.values()


def _wanted(event: NewsEvent, seen: EventsSeen) -> bool:
    if not (event.negative if seen.label is None else seen.label in event.labels):
        return False
    text = "\n".join((event.title, *event.because))
    if seen.words and not any(word in text for word in seen.words):
        return False
    return not any(word in text for word in seen.except_words)


def _keys(event: NewsEvent, seen: EventsSeen) -> tuple[str, ...]:
    match seen.count:
        case Counting.EVENTS:
            return (event.id,)
        case Counting.PERSONS:
            # 王某 of two cases may be two people; a full name in two reports of one unit is one person and one case
            return tuple(
                dict.fromkeys(person if _is_full(person) else f"{event.id}:{person}" for person in event.persons)
            ) or (f"{event.id}:?",)
        case Counting.FIELDS:
            text = "\n".join((event.title, *event.because))
            return tuple(name for name, words in seen.fields if any(word in text for word in words))
        case _:
            assert_never(seen.count)


def _is_full(person: str) -> bool:
    return len(person) > 1 and not any(mark in person for mark in "某×*xX○")


def _same(count: Counting) -> str:
    match count:
        case Counting.EVENTS:
            return "同一事件已计"
        case Counting.PERSONS:
            return "同一人同一案已计"
        case Counting.FIELDS:
            return "同一领域已计"
        case _:
            assert_never(count)


def _because(number: int, count: Counting, news: News) -> str:
    read = f"本期读取报道 {news.articles_read} 篇"
    match count:
        case Counting.EVENTS:
            return f"{read}，计入 {number} 件"
        case Counting.PERSONS:
            return f"{read}，计入 {number} 人次"
        case Counting.FIELDS:
            return f"{read}，计入 {number} 个领域"
        case _:
            assert_never(count)


def _with_articles(traces: dict[str, Trace], items: Iterable[_Item], news: News) -> Iterable[Trace]:
    """Each event followed by the reports of it that are kept."""
    told: set[str] = set()
    for item in items:
        if item.event.id in told:
            continue
        told.add(item.event.id)
        yield traces[item.event.id]
        yield from (news.articles[article] for article in item.event.articles if article in news.articles)


def _count(items: Iterable[_Item]) -> int:
    return len({key for item in items for key in item.keys})


def _doubt(row: Indicator, watch: Watch, items: list[_Item], number: int) -> Doubt | None:
    unreviewed = [item for item in items if item.passage.standing.unreviewed and item.keys]
    if not unreviewed:
        return None
    sure = [item for item in items if item.passage.standing is Standing.CONFIRMED]
    counting = [item for item in items if item.passage.standing.counts]
    suspects = []
    for item in unreviewed:
        counted = item.passage.standing.counts
        value = _count(other for other in counting if other is not item) if counted else _count([*counting, item])
        if value != number:
            suspects.append(Suspect(event_trace(item.event, item.passage.why), counted, value))
    if not suspects:
        return None
    return Doubt(watch.unit.id, row.id, tuple(suspects), _count([*sure, *unreviewed]), _count(sure))
