"""The events of one city as they stand, kept in memory until the database says that something has changed."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from records.news import EventState, NewsEvent
from records.news_reviews import EventReview, ReviewAction
from services.settling import settle, settling
from storage.event_reviews import in_force, reviewed
from storage.news import NewsRepository, NewsSnapshot


@dataclass(frozen=True, slots=True)
class StandingEvents:
    """All events of a city at one instant, with the decisions on each."""

    change: int
    suggested: Mapping[str, NewsEvent]  # as the program has them, by id
    events: Mapping[str, NewsEvent]  # as they stand, by id
    reviews: tuple[EventReview, ...]  # in the order in which they were made; those taken back too
    by_event: Mapping[str, tuple[EventReview, ...]]
    merged: Mapping[str, str]  # event that is gone → the one that took it in
    unsure: frozenset[str]  # events without a finding, on which the classifier left an article to a person

    def history(self, event: str) -> tuple[EventReview, ...]:
        """Every decision on an event, and on those that went into it or left it."""
        ids, waiting = {event}, [event]
        while waiting:
            known = waiting.pop()
            taken = {one.event for one in self.by_event.get(known, ()) if one.into == known} - ids
            ids |= taken
            waiting += taken
        found = {review.number: review for one in ids for review in self.by_event.get(one, ())}
        return tuple(found[number] for number in sorted(found))

    def version(self, event: NewsEvent) -> str:
        """What somebody has seen who was shown this event: how many decisions, and what it was."""
        history = self.history(event.id)
        seen = len(history) + sum(review.undone is not None for review in history)
        what = (event.articles, event.labels, event.units, event.negative, event.state)
        return f"{seen}-{sha256(repr(what).encode()).hexdigest()[:10]}"

    def where(self, event: str) -> str:
        """The id under which an event is found now."""
        while event not in self.events and event in self.merged:
            event = self.merged[event]
        return event

    def needs_person(self, event: NewsEvent) -> bool:
        """Whether an event waits for a decision: something may follow of it, and nobody has looked."""
        if event.state is not EventState.SUGGESTED:
            return False
        if any(review.undone is None and review.event == event.id for review in self.by_event.get(event.id, ())):
            return bool(event.labels or event.negative)
        return bool(event.labels or event.negative) or event.id in self.unsure


class EventBoard:
    """Reads a city's events once for each change of them.  Raises ``StorageError``."""

    def __init__(self, news: NewsRepository, city_id: str) -> None:
        self._news = news
        self._city = city_id
        self._lock = Lock()
        self._kept: StandingEvents | None = None
        self._snapshot: NewsSnapshot | None = None
        self._unsure: tuple[int, frozenset[str]] | None = None  # with the change of the verdicts that it is of

    def standing(self) -> StandingEvents:
        """The events as they stand now."""
        kept = self._kept
        if kept is not None and kept.change == self._news.change(self._city):
            return kept
        with self._lock:
            if self._kept is None or self._kept.change != self._news.change(self._city):
                with settling() if self._kept is None else nullcontext():
                    self._kept = self._read()
            return self._kept

    def _read(self) -> StandingEvents:
        known = self._snapshot
        snapshot = self._snapshot = self._news.snapshot(self._city, known)
        unsure = self._unsure_articles(snapshot.judged)
        suggested = {event.id: event for event in snapshot.suggested}
        events = {event.id: event for event in reviewed(snapshot.suggested, snapshot.reviews)}
        by_event: dict[str, list[EventReview]] = defaultdict(list)
        for review in snapshot.reviews:
            for event in dict.fromkeys((review.event, review.into, review.new_event)):
                if event is not None:
                    by_event[event].append(review)
        merged = {
            review.event: review.into
            for review in in_force(snapshot.reviews)
            if review.action is ReviewAction.MERGE and review.into is not None and review.event not in events
        }
        if known is not None and snapshot.suggested is not known.suggested:
            settle()  # all events were read anew
        return StandingEvents(
            change=snapshot.change,
            suggested=suggested,
            events=events,
            reviews=snapshot.reviews,
            by_event={event: tuple(reviews) for event, reviews in by_event.items()},
            merged=merged,
            unsure=frozenset(
                event.id
                for event in events.values()
                if not event.labels and not event.negative and not unsure.isdisjoint(event.articles)
            ),
        )

    def _unsure_articles(self, judged: int) -> frozenset[str]:
        if self._unsure is None or self._unsure[0] != judged:
            self._unsure = judged, self._news.unsure(self._city)
        return self._unsure[1]
