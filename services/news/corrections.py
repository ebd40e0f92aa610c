"""What analysts' decisions teach: articles with labels for the next training, and how right the classifier was.

An event of many reprints counts as one: its articles share its weight.  Only what is wrong with the label teaches: an
event that was dismissed because it is old or of another city was read rightly.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from records.news import EventState, NewsEvent, NewsFact, NewsLabel, Sentiment
from records.news_reviews import DismissGround, EventReview, ReviewAction
from services.model_card import Share
from services.news.event_board import StandingEvents
from services.news.judging import is_flagged, is_unsure
from storage.news import NewsRepository

_TEACHING = (ReviewAction.CONFIRM, ReviewAction.DISMISS, ReviewAction.RELABEL)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a person said of one event."""

    event: NewsEvent
    labels: tuple[NewsLabel, ...]
    negative: bool
    said: tuple[NewsLabel, ...]  # what the program had suggested
    said_negative: bool


@dataclass(frozen=True, slots=True)
class Lessons:
    """The events that teach, and how many decided ones do not."""

    taught: tuple[Lesson, ...]
    silent: int
    last: int  # number of the newest decision that was read


@dataclass(frozen=True, slots=True)
class OwnLabels:
    """Items for the training, as JSON Lines: kept in memory, written nowhere."""

    text: str
    articles: int
    events: int
    silent: int  # decided events that teach nothing of the label
    last: int


def lessons(standing: StandingEvents) -> Lessons:
    """What the decisions in force say of the labels."""
    taught: list[Lesson] = []
    silent = 0
    for event in standing.events.values():
        last = _last(standing.by_event.get(event.id, ()), event.id)
        if last is None:
            continue
        lesson = _lesson(standing, event, last)
        if lesson is None:
            silent += 1
        else:
            taught.append(lesson)
    newest = max((review.number for review in standing.reviews), default=0)
    return Lessons(tuple(sorted(taught, key=lambda one: one.event.id)), silent, newest)


def own_labels(news: NewsRepository, city_id: str, standing: StandingEvents, *, weight: float) -> OwnLabels:
    """The articles of the events that teach; each event weighs ``weight`` in all."""
    found = lessons(standing)
    wanted = [article for lesson in found.taught for article in lesson.event.articles]
    facts = news.facts(city_id, wanted)
    rows: list[str] = []
    events = 0
    for lesson in found.taught:
        taken = _taken(lesson, facts)
        events += bool(taken)
        rows += [json.dumps(row, ensure_ascii=False) for row in _rows(lesson, taken, weight)]
    return OwnLabels("\n".join(rows), len(rows), events, found.silent, found.last)


def precision(found: Lessons) -> tuple[Mapping[NewsLabel, Share], Share]:
    """Of each kind: of the events that the program gave it, how many a person left it; the same for negative."""
    of = Counter(label for lesson in found.taught for label in lesson.said)
    right = Counter(label for lesson in found.taught for label in lesson.said if label in lesson.labels)
    negative = [lesson for lesson in found.taught if lesson.said_negative]
    labels = {label: Share(right[label], of[label]) for label in NewsLabel}
    return labels, Share(sum(lesson.negative for lesson in negative), len(negative))


def since(standing: StandingEvents, number: int) -> int:
    """How many decisions in force were made after the one of that number."""
    return sum(review.undone is None and review.number > number for review in standing.reviews)


def _last(reviews: Sequence[EventReview], event: str) -> EventReview | None:
    """The newest decision in force on the labels of an event."""
    mine = (one for one in reversed(reviews) if one.event == event and one.undone is None)
    return next((one for one in mine if one.action in _TEACHING), None)


def _lesson(standing: StandingEvents, event: NewsEvent, last: EventReview) -> Lesson | None:
    if event.state is EventState.REFUTED:
        return None
    suggested = standing.suggested.get(event.id)
    first = next(one for one in standing.by_event[event.id] if one.event == event.id)
    said = first.said if first.said is not None else suggested.labels if suggested is not None else event.labels
    told = first.said_negative
    said_negative = told if told is not None else suggested.negative if suggested is not None else event.negative
    if last.action is ReviewAction.DISMISS:
        if last.ground is not DismissGround.NOT_SO:
            return None
        return Lesson(event, (), False, said, said_negative)
    return Lesson(event, last.labels, last.negative, said, said_negative)


def _taken(lesson: Lesson, facts: Mapping[str, NewsFact]) -> list[NewsFact]:
    """The representative, and those of the others that the classifier had something to say of; no denials."""
    members = [facts[article] for article in lesson.event.articles if article in facts]
    return [
        fact
        for place, fact in enumerate(members)
        if not fact.verdict.refutes
        and (fact.article.title.strip() or fact.article.text.strip())
        and (place == 0 or is_flagged(fact.verdict) or is_unsure(fact.verdict))
    ]


def _rows(lesson: Lesson, taken: Sequence[NewsFact], weight: float) -> Iterator[dict[str, object]]:
    for fact in taken:
        tone = fact.verdict.sentiment
        if lesson.negative:
            tone = Sentiment.NEGATIVE
        elif tone is Sentiment.NEGATIVE:
            tone = Sentiment.NEUTRAL
        article = fact.article
        yield {
            "id": f"own-{article.id}",
            "title": article.title,
            "text": article.text,
            "source": article.source,
            "published_at": article.published.isoformat() if article.published is not None else "",
            "sentiment": tone.value,
            **{label.value: label in lesson.labels for label in NewsLabel},
            "event": f"own-{lesson.event.id}",
            "weight": round(weight / len(taken), 6),
        }
