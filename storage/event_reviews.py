"""Events as they stand after the decisions of analysts: the program's suggestion with every review applied in order.

A review speaks of an event by its id and remembers the articles that it was about.  Where a later grouping has given
these articles to another event, the review follows them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import assert_never

from records.news import EventState, NewsEvent
from records.news_reviews import EventReview, ReviewAction

_WORDS = {
    ReviewAction.CONFIRM: "确认",
    ReviewAction.DISMISS: "排除",
    ReviewAction.RELABEL: "改标签",
    ReviewAction.MERGE: "并入",
    ReviewAction.SPLIT: "拆分",
    ReviewAction.REATTRIBUTE: "改归属",
}


def in_force(reviews: Iterable[EventReview]) -> tuple[EventReview, ...]:
    """The decisions that were not taken back."""
    return tuple(review for review in reviews if review.undone is None)


def split_id(event: str, articles: Iterable[str]) -> str:
    """The id of the event that leaves another with these articles: the same for the same split."""
    return sha256("\n".join((event, *sorted(articles))).encode()).hexdigest()[:20]


def regrouped(suggested: Sequence[NewsEvent], reviews: Sequence[EventReview]) -> tuple[NewsEvent, ...]:
    """The events after merging and splitting alone, otherwise as the program suggests them.

    This is what the next night's articles are grouped with.
    """
    events = {event.id: event for event in suggested}
    for review in in_force(reviews):
        match review.action:
            case ReviewAction.MERGE:
                _merge(events, review)
            case ReviewAction.SPLIT:
                _split(events, review)
            case ReviewAction.CONFIRM | ReviewAction.DISMISS | ReviewAction.RELABEL | ReviewAction.REATTRIBUTE:
                pass
            case unknown:
                assert_never(unknown)
    return tuple(events.values())


def reviewed(suggested: Sequence[NewsEvent], reviews: Sequence[EventReview]) -> tuple[NewsEvent, ...]:
    """The events as they stand.  ``reviews`` in the order in which they were made."""
    reviews = in_force(reviews)
    cleared = {event.id for event in suggested if event.state is EventState.REFUTED}
    merged = {review.event for review in reviews if review.action is ReviewAction.MERGE}
    events = {event.id: event for event in suggested}
    for review in reviews:
        if review.action is ReviewAction.MERGE:
            _merge(events, review)
            continue
        if review.event in merged and review.event not in events:
            continue  # it went into another, of which this was not said
        if review.action is ReviewAction.SPLIT:
            _split(events, review)
        event = _find(events, review)
        if event is not None:
            refuted_since = event.id in cleared and not set(event.articles) <= set(review.articles)
            events[event.id] = _decided(event, review, refuted_since=refuted_since)
    return tuple(events.values())


def _decided(event: NewsEvent, review: EventReview, *, refuted_since: bool) -> NewsEvent:
    """One decision applied.  What was cleared by an article that the reviewer had not seen stays refuted."""
    because = (*event.because, _trace(review))
    match review.action:
        case ReviewAction.CONFIRM:
            state = EventState.REFUTED if refuted_since else EventState.CONFIRMED
            return replace(
                event,
                state=state,
                labels=review.labels,
                units=review.units,
                negative=review.negative,
                because=because,
            )
        case ReviewAction.DISMISS:
            return replace(event, state=EventState.DISMISSED, because=because)
        case ReviewAction.RELABEL:
            return replace(event, labels=review.labels, negative=review.negative, because=because)
        case ReviewAction.REATTRIBUTE:
            return replace(event, units=review.units, because=because)
        case ReviewAction.SPLIT | ReviewAction.MERGE:
            return replace(event, because=because)
        case unknown:
            assert_never(unknown)


def _trace(review: EventReview) -> str:
    return f"{review.at:%Y-%m-%d} {review.by}{_WORDS[review.action]}：{review.why}"


def _find(events: Mapping[str, NewsEvent], review: EventReview) -> NewsEvent | None:
    """The event that a review speaks of: by its id, else the one that now holds the article it was about."""
    found = events.get(review.event)
    if found is not None or not review.articles:
        return found
    about = review.articles[0]
    return next((event for event in events.values() if about in event.articles), None)


def _merge(events: dict[str, NewsEvent], review: EventReview) -> None:
    """The articles of one event go over to another; nothing where one of them is gone already."""
    into = events.get(review.into or "")
    taken = events.get(review.event)
    if into is None or taken is None or into.id == taken.id:
        return
    del events[taken.id]
    days = [day for day in (into.first_day, taken.first_day) if day is not None]
    events[into.id] = replace(
        into,
        first_day=min(days, default=None),
        articles=tuple(dict.fromkeys((*into.articles, *taken.articles))),
        units=tuple(dict.fromkeys((*into.units, *taken.units))),
        labels=tuple(dict.fromkeys((*into.labels, *taken.labels))),
        negative=into.negative or taken.negative,
        persons=tuple(dict.fromkeys((*into.persons, *taken.persons))),
        because=(*into.because, f"{_trace(review)}（并入事件 {taken.id}）"),
    )


def _split(events: dict[str, NewsEvent], review: EventReview) -> None:
    """Some articles leave an event and become one of their own: of the same kind, and still to be decided on."""
    event = _find(events, review)
    if event is None or review.new_event is None:
        return
    leaving = tuple(article for article in event.articles if article in review.taken_out)
    staying = tuple(article for article in event.articles if article not in review.taken_out)
    if not leaving or not staying:
        return
    events[event.id] = replace(event, articles=staying)
    before = events.get(review.new_event)
    if before is None:
        own = replace(
            event,
            id=review.new_event,
            title=review.new_title or event.title,
            first_day=review.new_day or event.first_day,
            articles=leaving,
            state=EventState.SUGGESTED,
            because=(_trace(review),),
        )
    else:
        own = replace(before, articles=tuple(dict.fromkeys((*before.articles, *leaving))))
    events[review.new_event] = own
