"""Events, articles and gatherings for other programs."""

from collections.abc import Mapping, Sequence
from typing import Any

from records.news import NewsEvent, NewsFact
from records.news_gathering import GatherEnd
from records.news_reviews import EventReview
from storage.news import StoredArticle


def event_document(event: NewsEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "title": event.title,
        "first_day": event.first_day.isoformat() if event.first_day is not None else None,
        "state": event.state.value,
        "units": list(event.units),
        "labels": [label.value for label in event.labels],
        "negative": event.negative,
        "confidence": event.confidence,
        "persons": list(event.persons),
        "articles": list(event.articles),
        "because": list(event.because),
    }


def events_document(city_id: str, period: str | None, events: Sequence[NewsEvent]) -> dict[str, Any]:
    return {
        "schema": "chengjian.news-events/1",
        "city": city_id,
        "period": period,
        "events": [event_document(event) for event in events],
    }


def article_document(stored: StoredArticle, fact: NewsFact | None) -> dict[str, Any]:
    article = stored.article
    document: dict[str, Any] = {
        "id": article.id,
        "title": article.title,
        "published": article.published.isoformat() if article.published is not None else None,
        "day_from": stored.day_from,
        "source": article.source,
        "author": article.author,
        "url": article.url,
        "origin": stored.origin.value,
        "outlet": stored.outlet,
        "version": stored.version,
        "seen_at": stored.seen_at.isoformat(),
        "notes": list(stored.notes),
        "judged": None,
    }
    if fact is not None:
        document["judged"] = {
            "sentiment": fact.verdict.sentiment.value,
            "sentiment_score": fact.verdict.sentiment_score,
            "labels": {
                label.label.value: {
                    "flag": label.flag,
                    "score": label.score,
                    "unsure": label.unsure,
                    "because": list(label.because),
                }
                for label in fact.verdict.labels
            },
            "refutes": fact.verdict.refutes,
            "places": list(fact.whose.places),
            "organisations": list(fact.whose.organisations),
            "units": list(fact.whose.units),
            "because": list(fact.whose.because),
            "event": fact.event,
        }
    return document


def event_page_document(
    event: NewsEvent,
    facts: Mapping[str, NewsFact],
    articles: Mapping[str, StoredArticle],
    reviews: Sequence[EventReview],
) -> dict[str, Any]:
    return {
        "schema": "chengjian.news-event/1",
        **event_document(event),
        "articles": [article_document(articles[key], facts.get(key)) for key in event.articles if key in articles],
        "reviews": [
            {
                "action": review.action.value,
                "by": review.by,
                "why": review.why,
                "at": review.at.isoformat(),
                "event": review.event,
                "into": review.into,
                "new_event": review.new_event,
                "labels": [label.value for label in review.labels],
                "units": list(review.units),
                "negative": review.negative,
                "ground": review.ground.value if review.ground is not None else None,
                "undone": None
                if review.undone is None
                else {"by": review.undone.by, "at": review.undone.at.isoformat()},
            }
            for review in reviews
        ],
    }


def gather_document(end: GatherEnd) -> dict[str, Any]:
    return {
        "schema": "chengjian.news-gather/1",
        "started_at": end.started_at.isoformat(),
        "finished_at": end.finished_at.isoformat(),
        "since": end.since.isoformat(),
        "requests": end.requests,
        "stopped_by": end.stopped_by or None,
        "notes": list(end.notes),
        "outlets": [
            {
                "id": outlet.outlet,
                "name": outlet.name,
                "blocked": outlet.blocked,
                "articles": {end_of.value: count for end_of, count in outlet.ends.items() if count},
                "entries": [
                    {
                        "url": entry.url,
                        "pages": entry.read,
                        "items": entry.items,
                        "trouble": entry.trouble or None,
                        "blocked": entry.blocked,
                    }
                    for entry in outlet.entries
                ],
            }
            for outlet in end.outlets
        ],
    }
