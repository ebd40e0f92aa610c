"""The news in the chain: the pages as WARC, and their hashes as the database has them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from records.crawl import Exchange
from records.evidence import FileKind, RowKind
from records.news import Article, NewsEvent, NewsLabel
from records.news_gathering import ArticleOrigin, ArticlePage, GatheredArticle
from records.news_reviews import EventReview, ReviewAction
from services.retention import load_retention
from storage.kept_news import KeptNews
from storage.news import NewsRepository
from tests.evidence.evidence_builder import NOW, Watch

AT = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)


def page(url: str, body: bytes, *, rendered: bool = False) -> ArticlePage:
    exchange = Exchange(url, AT, "GET", (), 200, (("content-type", "text/html"),), body)
    return ArticlePage(exchange, rendered=rendered)


@pytest.fixture
def read(watch: Watch) -> Watch:
    """One article of two pages, one of them as the browser built it."""
    url = "http://news.test/1"
    article = Article("", "村道", "通车。", date(2026, 11, 10), "日报", url)
    pages = (page(url, b"<p>one"), page(f"{url}_2", b"<p>two", rendered=True))
    NewsRepository(watch.engine).save([GatheredArticle(article, "daily", ArticleOrigin.CRAWLED, AT, pages=pages)])
    return watch


def test_the_pages_of_the_night_are_archived_and_sealed_once(read: Watch) -> None:
    """A third person has the pages on which an event rests, and sees which of them a server answered."""
    sealed = read.seal()
    assert sealed is not None
    assert [row.kind for row in sealed.manifest.rows] == [RowKind.NEWS_PAGE] * 2
    [file] = sealed.manifest.files
    assert (file.kind, file.path.startswith("news/")) == (FileKind.WARC, True)
    with (read.root / file.path).open("rb") as warc:
        records = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(warc)
        ]
    assert ("response", "http://news.test/1", b"<p>one") in records
    assert ("resource", "urn:rendered:http://news.test/1_2", b"<p>two") in records
    assert read.verify().fits
    assert read.seal() is None


def test_a_page_that_was_altered_in_the_database_is_told_and_found(read: Watch) -> None:
    """Before the sealing it is told; after it, verify names the page."""
    with read.engine.begin() as connection:
        before = connection.scalar(text("SELECT content FROM body LIMIT 1"))
        other = connection.scalar(text("SELECT content FROM body LIMIT 1 OFFSET 1"))
        swap = text("UPDATE body SET content = :new WHERE content = :old")
        connection.execute(swap, {"new": other, "old": before})
    sealed = read.seal()
    assert sealed is not None
    [told] = sealed.told
    assert "校验值不符" in told
    [fault] = read.verify().faults
    assert fault.place.startswith("数据库：news_page ")


def test_a_body_that_an_article_needs_outlives_the_answers_of_an_audit(read: Watch) -> None:
    """The portal and the paper gave the same bytes."""
    from storage.kept_answers import KeptAnswers

    number = read.audit("qinghe", body=b"<p>one")
    KeptAnswers(read.engine).drop([number])
    read.seal()
    assert read.verify().fits


@pytest.mark.parametrize(("confirmed", "left"), [(False, 0), (True, 2)])
def test_pages_go_when_no_event_needs_them(read: Watch, confirmed: bool, left: int) -> None:
    """From the reviews as they are stored to file, rows and bodies; the article itself stays."""
    news = NewsRepository(read.engine)
    [stored] = news.articles()
    ids = (stored.article.id,)
    event = NewsEvent("e1", "村道", date(2026, 11, 10), ids, ("a",), (NewsLabel.MISCONDUCT,), True, 0.9)
    news.save_events("demo", "m", [event])
    action = ReviewAction.CONFIRM if confirmed else ReviewAction.DISMISS
    news.add_review("demo", EventReview("e1", action, "甲", "看过", AT, ids, event.labels, event.units, True))
    sealed = read.seal()
    assert sealed is not None
    later = NOW + timedelta(days=120)
    done = read.room.purge(load_retention(), as_of=later.date(), now=later)
    assert [one.title for one in done.due] == ([] if confirmed else ["清单 1 的报道网页 2 个"])
    assert len([*read.root.glob("news/*")]) == (1 if confirmed else 0)
    assert len(KeptNews(read.engine).pages()) == left
    assert len(news.articles()) == 1
    assert read.verify().fits
    assert read.verify(offline=True).fits
