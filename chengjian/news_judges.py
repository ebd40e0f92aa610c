"""Those who judge the news for one city: apart, because model and dictionaries take a moment to load."""

import hashlib
from collections.abc import Sequence

from chengjian.bootstrap_news import attributor, classifier_of, gazetteer_text, lexicon_texts, model_text, script
from nlp.events import KnownEvent, group
from records.news import NewsEvent, NewsFact
from records.registry import City
from services.news.judging import Judges, StandingEvent


def news_judges(city: City) -> Judges:
    """Classifier, attribution and grouping for one city.  Raises ``UserError`` where the model cannot be used."""
    model = model_text()
    return Judges(_hash(model), classifier_of(model), attributor(city), _grouped)


def _hash(model: str) -> str:
    """What a verdict rests on: the model, the dictionaries and the gazetteer."""
    digest = hashlib.sha256(model.encode())
    for name, text in sorted({**lexicon_texts(), "divisions.txt": gazetteer_text()}.items()):
        digest.update(f"\0{name}\0{text}".encode())
    return digest.hexdigest()[:32]


def _grouped(facts: Sequence[NewsFact], standing: Sequence[StandingEvent]) -> Sequence[NewsEvent]:
    known = [KnownEvent(one.event, one.representative, one.members) for one in standing]
    return group(facts, known, script=script()).events
