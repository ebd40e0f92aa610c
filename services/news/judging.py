"""Judge what was gathered: labels and tone, whose it is, and which articles tell of one event."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from records.news import Article, NewsEvent, NewsFact, NewsVerdict, Whose
from storage.news import Judged, NewsRepository, StoredArticle

_BATCH: Final = 500
# An event that is older than this takes no new articles: a case is reported on until its trial, the weather is not.
_NEAR: Final = timedelta(days=400)
_NEAR_PLAIN: Final = timedelta(days=45)  # without a label, and not negative


class Judging(Protocol):
    """What says of what kind an article is (``nlp.classifier.Classifier``)."""

    def judge(self, article: Article) -> NewsVerdict: ...


class Attributing(Protocol):
    """What says whose an article is (``nlp.attribution.Attributor``)."""

    def attribute(self, article: Article, verdict: NewsVerdict) -> Whose: ...


@dataclass(frozen=True, slots=True)
class StandingEvent:
    """An event of earlier nights with what is kept of its articles, the representative first."""

    event: NewsEvent
    representative: NewsFact | None  # None where its article is gone
    members: tuple[NewsFact, ...]


Grouping = Callable[[Sequence[NewsFact], Sequence[StandingEvent]], Sequence[NewsEvent]]
"""New facts and the events that stand → all events that are new or may have changed (``nlp.events.group``)."""


@dataclass(frozen=True, slots=True)
class Judges:
    """The three who judge, and by which name the verdicts are kept."""

    model: str  # hash of the classifier's model and dictionaries
    classifier: Judging
    attributor: Attributing
    grouping: Grouping


@dataclass(frozen=True, slots=True)
class JudgeEnd:
    """What came of one judging."""

    model: str
    articles: int  # judged now
    flagged: int  # with a label, or negative about government
    unsure: int  # on which the classifier abstained: for an analyst
    unattributed: int  # flagged, and nobody's in this city
    new_events: tuple[str, ...]
    changed_events: tuple[str, ...]


def judge_news(
    news: NewsRepository,
    city_id: str,
    judges: Judges,
    *,
    at: datetime,
    again: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> JudgeEnd:
    """Judge all articles that were not judged for this city in their newest version, then group them.

    ``again``: judge every article by this model, whatever was said of it before (a new model, another registry).
    What other models said stays in the database.
    """
    if again:
        news.forget_judged(city_id, judges.model)
    facts: list[NewsFact] = []
    while batch := news.unjudged(city_id, model=judges.model if again else None, limit=_BATCH):
        judged = [_judge(stored, judges) for stored in batch]
        news.save_judged(city_id, judges.model, judged, at=at)
        facts += [one.fact for one in judged]
        if on_progress is not None:
            on_progress(len(facts))
    new, changed = _group(news, city_id, judges, facts)
    flagged = [fact for fact in facts if is_flagged(fact.verdict)]
    return JudgeEnd(
        model=judges.model,
        articles=len(facts),
        flagged=len(flagged),
        unsure=sum(1 for fact in facts if is_unsure(fact.verdict)),
        unattributed=sum(1 for fact in flagged if not fact.whose.units),
        new_events=new,
        changed_events=changed,
    )


def is_flagged(verdict: NewsVerdict) -> bool:
    """Whether an article is one that an event may be made of."""
    return any(label.flag for label in verdict.labels)


def is_unsure(verdict: NewsVerdict) -> bool:
    """Whether the classifier left the article to a person."""
    return verdict.unsure or any(label.unsure for label in verdict.labels)


def _judge(stored: StoredArticle, judges: Judges) -> Judged:
    verdict = judges.classifier.judge(stored.article)
    whose = judges.attributor.attribute(stored.article, verdict)
    return Judged(NewsFact(stored.article, verdict, whose), stored.version)


def _group(
    news: NewsRepository, city_id: str, judges: Judges, facts: Sequence[NewsFact]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Group new facts with the events that stand; the ids of events that are new, and of those that have changed."""
    if not facts:
        return (), ()
    suggested = {event.id: event for event in news.suggested(city_id)}
    regrouped = {event.id: event for event in news.regrouped(city_id)}
    days = [fact.article.published for fact in facts if fact.article.published is not None]
    near = [event for event in regrouped.values() if _is_near(event, min(days, default=None))]
    known = news.facts(city_id, [article for event in near for article in event.articles])
    # A changed article speaks by its new version: what was judged just now goes before what was kept.
    known |= {fact.article.id: fact for fact in facts}
    events = judges.grouping(facts, [_standing(event, known) for event in near])
    grouped = {event.id: event for event in events}
    kept = {**{key: event for key, event in regrouped.items() if suggested.get(key) != event}, **grouped}
    changed = [event for event in kept.values() if suggested.get(event.id) != event]
    gone = suggested.keys() - regrouped.keys()
    news.save_events(city_id, judges.model, changed, gone=gone)
    return (
        tuple(event.id for event in changed if event.id not in suggested),
        tuple(event.id for event in changed if event.id in suggested),
    )


def _is_near(event: NewsEvent, earliest: date | None) -> bool:
    reach = _NEAR if event.labels or event.negative else _NEAR_PLAIN
    return event.first_day is None or earliest is None or event.first_day >= earliest - reach


def _standing(event: NewsEvent, known: Mapping[str, NewsFact]) -> StandingEvent:
    members = tuple(known[article] for article in event.articles if article in known)
    representative = known.get(event.articles[0]) if event.articles else None
    return StandingEvent(event, representative, members)
