"""One event as it is looked at: its articles with the words that the verdicts rest on, and why it is whose."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from records.news import NewsEvent, NewsFact, Sentiment
from records.news_gathering import ArticleOrigin
from services.masking import mask
from services.news.event_words import LABEL_WORDS, TONE_WORDS
from services.news.marked_text import MarkedText, Piece, mark
from storage.news import NewsRepository, PageKept, StoredArticle

ORIGIN_WORDS = {
    ArticleOrigin.CRAWLED: "采集",
    ArticleOrigin.IMPORTED: "导入",
    ArticleOrigin.PORTAL: "门户新闻栏目",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that the classifier says of an article, and because of which words."""

    name: str
    score: float  # probability of a label, −1 … 1 of the tone
    certain: bool
    words: tuple[tuple[str, tuple[int, ...]], ...]  # word, sentences of the text that it stands in
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ArticleView:
    id: str
    title: tuple[Piece, ...]
    source: str
    day: date | None
    url: str | None
    version: int
    origin: str
    text: MarkedText
    said: tuple[Said, ...]
    judged: bool
    refutes: bool
    whose: tuple[str, ...]  # Chinese: why each unit
    pages: tuple[tuple[str, PageKept], ...]  # ARTICLE/VERSION/POSITION of the page as it was answered
    notes: tuple[str, ...]


def article_views(
    news: NewsRepository, city_id: str, event: NewsEvent, articles: Sequence[str], *, hide: bool
) -> tuple[ArticleView, ...]:
    """These articles of an event in their order; ``hide``: personal numbers are masked."""
    facts = news.facts(city_id, articles)
    stored = {one.article.id: one for one in news.articles(ids=articles)}
    pages = news.pages_of(articles)
    return tuple(_view(stored[key], facts.get(key), pages.get(key, ()), hide=hide) for key in articles if key in stored)


def _view(stored: StoredArticle, fact: NewsFact | None, pages: Sequence[PageKept], *, hide: bool) -> ArticleView:
    article = stored.article
    if hide:
        article = replace(article, title=mask(article.title), text=mask(article.text))
    words = _words(fact)
    text = mark(article.text, words)
    title = mark(article.title, words)
    return ArticleView(
        id=article.id,
        title=tuple(piece for sentence in title.sentences for piece in sentence.pieces),
        source=article.source or stored.outlet or "来源不明",
        day=article.published,
        url=article.url,
        version=stored.version,
        origin=ORIGIN_WORDS[stored.origin],
        text=text,
        said=() if fact is None else _said(fact, text),
        judged=fact is not None,
        refutes=fact is not None and fact.verdict.refutes,
        whose=() if fact is None else fact.whose.because,
        pages=tuple((f"{article.id}/{stored.version}/{place}", page) for place, page in enumerate(pages)),
        notes=stored.notes,
    )


def _words(fact: NewsFact | None) -> dict[str, tuple[str, ...]]:
    """What is spoken for → the words; a tone that is neutral is spoken for by none."""
    if fact is None:
        return {}
    words = {
        LABEL_WORDS[one.label]: one.because for one in fact.verdict.labels if one.because and (one.flag or one.unsure)
    }
    if fact.verdict.sentiment is not Sentiment.NEUTRAL and fact.verdict.sentiment_because:
        words[TONE_WORDS[fact.verdict.sentiment]] = fact.verdict.sentiment_because
    return words


def _said(fact: NewsFact, text: MarkedText) -> tuple[Said, ...]:
    def where(words: Sequence[str]) -> tuple[tuple[str, tuple[int, ...]], ...]:
        return tuple((word, text.where.get(word, ())) for word in words)

    verdict = fact.verdict
    tone = Said(
        f"语气{TONE_WORDS[verdict.sentiment]}",
        verdict.sentiment_score,
        not verdict.unsure,
        where(verdict.sentiment_because),
    )
    labels = (
        Said(LABEL_WORDS[one.label], one.score, one.flag, where(one.because), one.kind)
        for one in verdict.labels
        if one.flag or one.unsure
    )
    return (tone, *labels)
