"""Once (事件归并): reprints, rewrites and follow-ups form one event.

Every event has a representative and every article of it is like the representative itself: no chains.  The order of
the input does not matter; a known event keeps its id and its articles; a new id is derived from the representative.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

import rjieba

from nlp.fingerprints import letters, overlap
from nlp.matching import keys_of, same_event
from nlp.places import Cutter
from nlp.traits import Traits, read_traits
from records.news import EventState, NewsEvent, NewsFact, NewsLabel, Sentiment

_MOST_UNDER_KEY: Final = (
    24  # representatives looked at under one key, the latest: generic keys cost no more than rare ones
)
_MOST_REASONS: Final = 8
_LAST: Final = date.max


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event of an earlier night.  Without its representative it keeps its articles and takes no new ones."""

    event: NewsEvent
    representative: NewsFact | None
    members: Sequence[NewsFact] = ()  # articles of it that are at hand, the representative too or not


@dataclass(frozen=True, slots=True)
class Grouping:
    """The events after a night."""

    events: tuple[NewsEvent, ...]  # by first day and id
    event_of: Mapping[str, str]  # article id → event id
    refuted: Mapping[str, str]  # event id → id of the article that cleared it


class _Star:
    """An event in the making: its representative and what joined it."""

    def __init__(self, ident: str, centre: Traits | None, known: NewsEvent | None) -> None:
        self.ident = ident
        self.centre = centre
        self.known = known
        self.facts: dict[str, NewsFact] = {}
        self.reasons: list[str] = []
        self.copies: set[str] = set()  # article ids that repeat the representative's text

    def take(self, traits: Traits, reason: str) -> None:
        self.facts[traits.fact.article.id] = traits.fact
        if self.centre is not None and overlap(self.centre.mark, traits.mark)[0] > 0.3:
            self.copies.add(traits.fact.article.id)
        self.reasons.append(f"并入《{_headline(traits.fact)}》：{reason}")


@lru_cache(maxsize=1)
def _own_cutter() -> Cutter:
    cutter: Cutter = rjieba.Jieba()
    return cutter


def group(
    facts: Sequence[NewsFact],
    known: Sequence[KnownEvent] = (),
    *,
    script: Mapping[int, str] | None = None,
    cutter: Cutter | None = None,
) -> Grouping:
    """Articles of a night → events.

    ``facts``: distinct article ids; those that already belong to a known event stay in it.  ``script`` comes from
    :func:`nlp.reading.script_table`: with it, Traditional and simplified copies of one text meet.
    """
    table: Mapping[int, str] = script or {}
    cut = cutter or _own_cutter()
    index = _Index()
    stars: dict[str, _Star] = {}
    at_home: dict[str, _Star] = {}
    by_id = {fact.article.id: fact for fact in facts}
    for old in sorted(known, key=lambda k: k.event.id):
        centre = read_traits(old.representative, cut, table) if old.representative is not None else None
        star = _Star(old.event.id, centre, old.event)
        stars[star.ident] = star
        for fact in (*old.members, *([old.representative] if old.representative is not None else ())):
            star.facts[fact.article.id] = fact
        for ident in old.event.articles:
            at_home[ident] = star
            if ident in by_id:
                star.facts[ident] = by_id[ident]
        if centre is not None:
            index.add(star)
    fresh = [read_traits(fact, cut, table) for ident, fact in by_id.items() if ident not in at_home]
    for traits in sorted(fresh, key=_order):
        if not letters(traits.fact.article.title + traits.fact.article.text):
            continue  # nothing to compare: belongs to no event
        found = index.best(traits)
        if found is None:
            ident = _ident(traits)
            star = stars.get(ident) or _Star(ident, traits, None)
            star.facts[traits.fact.article.id] = traits.fact
            if ident not in stars:
                stars[ident] = star
                index.add(star)
        else:
            found[0].take(traits, found[1])
    return _told(stars.values())


def _order(traits: Traits) -> tuple[date, int, str, str]:
    """Earliest first, the fuller text of a day first: it becomes the representative."""
    article = traits.fact.article
    return (traits.day or _LAST, -min(len(traits.mark) // 40, 20), article.title, article.id)


def _ident(traits: Traits) -> str:
    """Of a new event: the representative's title, text and day, hashed."""
    article = traits.fact.article
    day = traits.day.isoformat() if traits.day else ""
    content = f"{day}\0{letters(article.title)}\0{letters(article.text)}"
    return "e" + hashlib.sha256(content.encode()).hexdigest()[:15]


class _Index:
    """Representatives by what they are recognised by."""

    def __init__(self) -> None:
        self._under: dict[object, list[_Star]] = {}

    def add(self, star: _Star) -> None:
        if star.centre is None:
            return
        for key in keys_of(star.centre):
            filed = self._under.setdefault(key, [])
            filed.append(star)
            if len(filed) > _MOST_UNDER_KEY:
                del filed[0]

    def best(self, traits: Traits) -> tuple[_Star, str] | None:
        """The representative with the most in common of those that report the same event."""
        met: dict[str, tuple[int, _Star]] = {}
        for key in keys_of(traits):
            for star in self._under.get(key, ()):
                times, _ = met.get(star.ident, (0, star))
                met[star.ident] = (times + 1, star)
        for _, star in sorted(met.values(), key=lambda pair: (-pair[0], pair[1].ident)):
            if star.centre is not None:
                reason = same_event(star.centre, traits)
                if reason is not None:
                    return star, reason
        return None


def _told(stars: Iterable[_Star]) -> Grouping:
    events: list[NewsEvent] = []
    event_of: dict[str, str] = {}
    refuted: dict[str, str] = {}
    for star in stars:
        event, cleared_by = _event(star)
        events.append(event)
        event_of.update(dict.fromkeys(event.articles, event.id))
        if cleared_by is not None:
            refuted[event.id] = cleared_by
    events.sort(key=lambda event: (event.first_day or _LAST, event.id))
    return Grouping(tuple(events), event_of, refuted)


def _event(star: _Star) -> tuple[NewsEvent, str | None]:
    """What the articles say together, and the id of the one that clears it."""
    facts = sorted(star.facts.values(), key=lambda f: (f.article.published or _LAST, f.article.id))
    if star.known is not None and not star.facts:
        return star.known, None
    centre = star.centre.fact if star.centre is not None else facts[0]
    stated = star.known.articles if star.known is not None else (centre.article.id,)
    articles = tuple(dict.fromkeys((*stated, *(fact.article.id for fact in facts))))
    labels = _labels(centre, facts)
    negative = _negative(centre) or _half(sum(_negative(fact) for fact in facts), facts)
    days = [fact.article.published for fact in facts if fact.article.published is not None]
    if star.known is not None and star.known.first_day is not None:
        days.append(star.known.first_day)
    before = star.known.because if star.known is not None else ()
    because = tuple(dict.fromkeys((*before, *centre.whose.because, *star.reasons)))[-_MOST_REASONS:]
    event = NewsEvent(
        id=star.ident,
        title=star.known.title if star.known is not None else _headline(centre),
        first_day=min(days, default=None),
        articles=articles,
        units=_units(centre, facts) or (star.known.units if star.known is not None else ()),
        labels=labels,
        negative=negative,
        confidence=_confidence(facts, labels, negative),
        state=star.known.state if star.known is not None else EventState.SUGGESTED,
        persons=tuple(dict.fromkeys(p for f in (centre, *facts) for p in f.whose.persons)),
        because=because,
    )
    cleared_by = _cleared_by(facts, star.copies)
    if cleared_by is None or event.state is EventState.DISMISSED:
        return event, None
    trace = f"《{_headline(cleared_by)}》（{cleared_by.article.published or '无日期'}）澄清或撤销了此事，不再计入"
    told = tuple(dict.fromkeys((*because, trace)))[-_MOST_REASONS:]
    return replace(event, state=EventState.REFUTED, because=told), cleared_by.article.id


def _headline(fact: NewsFact) -> str:
    title = fact.article.title.strip()
    return title or fact.article.text.strip().split("。", maxsplit=1)[0][:40]


def _flagged(fact: NewsFact, label: NewsLabel) -> bool:
    return any(v.label is label and v.flag and not v.unsure for v in fact.verdict.labels)


def _negative(fact: NewsFact) -> bool:
    verdict = fact.verdict
    return verdict.sentiment is Sentiment.NEGATIVE and verdict.about_government and not verdict.unsure


def _half(times: int, facts: Sequence[NewsFact]) -> bool:
    """Whether at least half of the articles say so: one misread reprint decides nothing."""
    return 2 * times >= max(1, len(facts))


def _labels(centre: NewsFact, facts: Sequence[NewsFact]) -> tuple[NewsLabel, ...]:
    """What the representative is flagged as, and what half of the articles are."""
    return tuple(
        label
        for label in NewsLabel
        if _flagged(centre, label) or _half(sum(_flagged(fact, label) for fact in facts), facts)
    )


def _units(centre: NewsFact, facts: Sequence[NewsFact]) -> tuple[str, ...]:
    """Whom the representative charges; where it charges nobody, whom half of the articles that charge somebody do."""
    if centre.whose.units:
        return centre.whose.units
    charging = [fact for fact in facts if fact.whose.units]
    named = dict.fromkeys(unit for fact in charging for unit in fact.whose.units)
    return tuple(u for u in named if _half(sum(u in fact.whose.units for fact in charging), charging))


def _confidence(facts: Sequence[NewsFact], labels: Sequence[NewsLabel], negative: bool) -> float:
    """Of the least certain of what the event is counted for, each by the article that is surest of it."""
    sure = [max((f.verdict.label(label).score for f in facts if _flagged(f, label)), default=0.0) for label in labels]
    if negative:
        sure.append(max((abs(f.verdict.sentiment_score) for f in facts if _negative(f)), default=0.0))
    return round(min(sure, default=0.0), 4)


def _cleared_by(facts: Sequence[NewsFact], copies: set[str]) -> NewsFact | None:
    """The last article that clears the matter, unless a later one, no reprint of the first, reports it anew."""
    clearing = [fact for fact in facts if fact.verdict.refutes]
    if not clearing:
        return None
    last = clearing[-1]
    day = last.article.published
    for fact in facts:
        later = day is not None and fact.article.published is not None and fact.article.published > day
        if later and _reproaches(fact) and fact.article.id not in copies:
            return None
    return last


def _reproaches(fact: NewsFact) -> bool:
    flagged = _flagged(fact, NewsLabel.MISCONDUCT) or _flagged(fact, NewsLabel.MAJOR_DISHONESTY)
    return not fact.verdict.refutes and (flagged or _negative(fact))
