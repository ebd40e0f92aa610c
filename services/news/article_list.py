"""Which articles and events are meant by a unit, a label, a state and a period."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from records.news import EventState, NewsEvent, NewsFact
from records.registry import City
from services.news.judging import is_flagged, is_unsure
from services.news.reviewing import label_named
from services.registry.unit_search import find_unit
from services.schemes import WrongCallError
from storage.news import NewsRepository, StoredArticle

ARTICLE_STATES: Final = ("flagged", "unsure", "unjudged")


def listed_articles(
    news: NewsRepository,
    city: City,
    *,
    unit: str | None = None,
    label: str | None = None,
    state: str | None = None,
    first: date | None = None,
    last: date | None = None,
    limit: int,
) -> tuple[tuple[StoredArticle, ...], Mapping[str, NewsFact], int]:
    """Articles, newest first, what was said of them, and how many there are without the limit."""
    wanted_unit = find_unit(city, unit).id if unit is not None else None
    wanted_label = label_named(label) if label is not None else None
    if state is not None and state not in ARTICLE_STATES:
        raise WrongCallError(f"--state 的取值 {state!r} 无效，可选：{'、'.join(ARTICLE_STATES)}")
    articles = news.articles(first=first, last=last)
    facts = news.facts(city.id, [one.article.id for one in articles])

    def meant(fact: NewsFact | None) -> bool:
        if fact is None:
            return wanted_unit is None and wanted_label is None and state in (None, "unjudged")
        if wanted_unit is not None and wanted_unit not in fact.whose.units:
            return False
        if wanted_label is not None:
            verdict = fact.verdict.label(wanted_label)
            if not (verdict.flag or verdict.unsure):
                return False
        match state:
            case None:
                return True
            case "flagged":
                return is_flagged(fact.verdict)
            case "unsure":
                return is_unsure(fact.verdict)
            case _:
                return False

    found = [one for one in articles if meant(facts.get(one.article.id))]
    return tuple(found[:limit]), facts, len(found)


def listed_events(
    news: NewsRepository,
    city: City,
    *,
    unit: str | None = None,
    label: str | None = None,
    state: str | None = None,
    first: date | None = None,
    last: date | None = None,
    plain: bool = False,
) -> tuple[NewsEvent, ...]:
    """Events in the order of their days, with the decisions of analysts applied.

    ``plain``: also those with neither a label nor a negative tone.
    """
    wanted_unit = find_unit(city, unit).id if unit is not None else None
    wanted_label = label_named(label) if label is not None else None
    try:
        wanted_state = EventState(state) if state is not None else None
    except ValueError:
        raise WrongCallError(
            f"--state 的取值 {state!r} 无效，可选：{'、'.join(known.value for known in EventState)}"
        ) from None
    return tuple(
        event
        for event in news.events(city.id, first, last, plain=plain)
        if (wanted_unit is None or wanted_unit in event.units)
        and (wanted_label is None or wanted_label in event.labels)
        and (wanted_state is None or event.state is wanted_state)
    )
