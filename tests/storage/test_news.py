"""The news in both databases: versions, pages, verdicts under several models, events and their reviews."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, inspect, text

from records.crawl import CrawlPlan, Exchange
from records.news import (
    Article,
    EventState,
    LabelVerdict,
    NewsEvent,
    NewsFact,
    NewsLabel,
    NewsVerdict,
    Sentiment,
    Whose,
)
from records.news_gathering import ArticleOrigin, ArticlePage, GatheredArticle, ItemEnd, KnownAddress, article_id
from records.news_reviews import EventReview, ReviewAction
from storage.audits import AuditRepository
from storage.database import migration_config, open_database, transaction
from storage.news import Judged, NewsRepository

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
VERDICT = NewsVerdict(
    Sentiment.NEGATIVE,
    -0.9,
    ("拖欠",),
    tuple(LabelVerdict(label, label is NewsLabel.MAJOR_DISHONESTY, 0.5, ("拖欠",)) for label in NewsLabel),
    about_government=True,
)


@pytest.fixture
def news(engine: Engine) -> NewsRepository:
    return NewsRepository(engine)


def exchange(body: bytes, url: str = "http://a.test/1") -> Exchange:
    return Exchange(url, AT, "GET", (), 200, (("content-type", "text/html"),), body)


def gathered(url: str | None = "http://a.test/1", body: bytes = b"<p>x", **of: Any) -> GatheredArticle:
    article = Article(
        **{
            "id": "",
            "title": "村道",
            "text": "通车。",
            "published": date(2026, 11, 10),
            "source": "日报",
            "url": url,
            **of,
        }
    )
    pages = (ArticlePage(exchange(body, url or "")),) if body else ()
    return GatheredArticle(article, "ribao", ArticleOrigin.CRAWLED, AT, "列表", pages, ("一句",))


def event(ident: str, *articles: str, **of: Any) -> NewsEvent:
    return NewsEvent(
        **{
            "id": ident,
            "title": "村道",
            "first_day": date(2026, 11, 10),
            "articles": articles,
            "units": ("fangcheng",),
            "labels": (NewsLabel.MISCONDUCT,),
            "negative": True,
            "confidence": 0.9,
            **of,
        }
    )


def review(of: NewsEvent, action: ReviewAction, **more: Any) -> EventReview:
    return EventReview(
        **{
            "event": of.id,
            "action": action,
            "by": "张三",
            "why": "核对过",
            "at": AT,
            "articles": of.articles,
            "labels": of.labels,
            "units": of.units,
            "negative": of.negative,
            **more,
        }
    )


def test_an_article_comes_back_as_it_was_with_its_page(news: NewsRepository) -> None:
    """Whoever contests an event must be shown what stood there, byte for byte."""
    ((key, end),) = news.save([gathered(body=b"\x00\xff<p>")])
    assert (key, end) == (article_id("http://a.test/1", "", ""), ItemEnd.NEW)
    (stored,) = news.articles()
    assert stored.article.id == key
    assert (stored.version, stored.outlet, stored.day_from, stored.notes) == (1, "ribao", "列表", ("一句",))
    (page,) = news.pages(key)
    assert news.page_body(page.sha256) == b"\x00\xff<p>"
    assert page.url == "http://a.test/1"


def test_a_changed_article_is_a_new_version_and_the_old_one_stays(news: NewsRepository) -> None:
    ((key, _),) = news.save([gathered()])
    assert news.save([gathered(title=" 村道 ")])[0][1] is ItemEnd.UNCHANGED  # white space is no change
    assert news.save([gathered(text="尚未通车。", body=b"<p>y")])[0] == (key, ItemEnd.CHANGED)
    assert [one.article.text for one in news.versions(key)] == ["通车。", "尚未通车。"]
    (stored,) = news.articles()
    assert (stored.version, stored.article.text) == (2, "尚未通车。")
    (page,) = news.pages(key)
    assert news.page_body(page.sha256) == b"<p>y"


def test_an_import_is_remembered_as_a_known_address(news: NewsRepository) -> None:
    """What a file brought is not fetched again."""
    news.save([gathered(body=b"")])
    assert news.known_addresses()["a.test/1"].content


def test_addresses_are_remembered_by_any_scheme(news: NewsRepository) -> None:
    for scheme, end in (("http", ItemEnd.TOO_OLD), ("https", ItemEnd.NO_ARTICLE)):
        news.remember([("ribao", KnownAddress(f"{scheme}://a.test/2", end, AT.isoformat(), ("题",)))])
    assert {key: one.end for key, one in news.known_addresses().items()} == {"a.test/2": ItemEnd.NO_ARTICLE}


def test_pages_outlive_the_audit_that_has_the_same_body(engine: Engine, news: NewsRepository) -> None:
    """Deleting an audit must not take away the evidence of an event."""
    audits = AuditRepository(engine)
    plan = CrawlPlan(url="http://a.test/", user_agent="t")
    audit = audits.begin(plan, policy="nanyang-monthly", as_of=date(2026, 11, 21), program="0")
    ((key, _),) = news.save([gathered(body=b"<p>shared")])
    audits.delete(audit)
    (page,) = news.pages(key)
    assert news.page_body(page.sha256) == b"<p>shared"


def judged(stored: Any, units: tuple[str, ...] = ("fangcheng",)) -> Judged:
    return Judged(NewsFact(stored.article, VERDICT, Whose(units=units)), stored.version)


def test_articles_are_judged_once_by_each_model_and_anew_when_they_change(news: NewsRepository) -> None:
    """Re-judging under another model needs no gathering; a new version is always judged."""
    news.save([gathered(), gathered("http://a.test/2", text="二")])
    waiting = news.unjudged("nanyang", limit=10)
    assert len(waiting) == 2
    news.save_judged("nanyang", "m1", [judged(one) for one in waiting], at=AT)
    assert news.unjudged("nanyang", limit=10) == ()
    assert len(news.unjudged("nanyang", model="m2", limit=10)) == 2
    assert len(news.unjudged("jiyuan", limit=10)) == 2
    news.save([gathered(text="改")])
    assert [one.version for one in news.unjudged("nanyang", limit=10)] == [2]
    news.forget_judged("nanyang", "m1")
    assert len(news.unjudged("nanyang", model="m1", limit=1)) == 1


def test_the_word_of_the_last_judge_counts(news: NewsRepository) -> None:
    ((key, _),) = news.save([gathered()])
    (stored,) = news.articles()
    news.save_judged("nanyang", "m1", [judged(stored, ("a",))], at=AT)
    news.save_judged("nanyang", "m2", [judged(stored, ("b",))], at=AT.replace(minute=31))
    assert news.facts("nanyang", [key])[key].whose.units == ("b",)
    assert news.facts("jiyuan", [key]) == {}
    assert news.facts("nanyang", []) == {}


@pytest.fixture
def three(news: NewsRepository) -> tuple[str, str, str]:
    """Three kept articles."""
    saved = news.save([gathered(f"http://a.test/{number}", text=str(number)) for number in (1, 2, 3)])
    a, b, c = (key for key, _ in saved)
    return a, b, c


def test_events_of_a_period_by_their_first_day(news: NewsRepository, three: tuple[str, str, str]) -> None:
    """Just inside and just outside of a quarter; an event without a day counts in none."""
    a, b, c = three
    events = [
        event("e1", a, first_day=date(2026, 9, 30)),
        event("e2", b, first_day=date(2026, 10, 1)),
        event("e3", c, first_day=None),
    ]
    news.save_events("nanyang", "m", events)
    assert [one.id for one in news.events("nanyang", date(2026, 10, 1), date(2026, 12, 31))] == ["e2"]
    assert [one.id for one in news.events("nanyang", date(2026, 7, 1), date(2026, 9, 30))] == ["e1"]
    assert [one.id for one in news.events("nanyang")] == ["e1", "e2", "e3"]
    assert news.events("jiyuan") == ()


def test_news_of_which_nothing_follows_is_left_out(news: NewsRepository, three: tuple[str, str, str]) -> None:
    plain = event("e1", three[0], labels=(), negative=False)
    news.save_events("nanyang", "m", [plain])
    assert news.events("nanyang") == ()
    assert news.events("nanyang", plain=True) == (plain,)


def test_saving_events_again_replaces_them_and_keeps_the_others(
    news: NewsRepository, three: tuple[str, str, str]
) -> None:
    a, b, c = three
    news.save_events("nanyang", "m", [event("e1", a), event("e2", b)])
    news.save_events("nanyang", "m", [event("e1", a, c)], gone=["e2"])
    assert news.suggested("nanyang") == (event("e1", a, c),)
    news.save_judged("nanyang", "m", [judged(one) for one in news.articles()], at=AT)
    assert {key: fact.event for key, fact in news.facts("nanyang", three).items()} == {a: "e1", b: None, c: "e1"}


def test_reviews_are_kept_in_order_and_applied(news: NewsRepository, three: tuple[str, str, str]) -> None:
    first = event("e1", three[0])
    news.save_events("nanyang", "m", [first])
    news.add_review("nanyang", review(first, ReviewAction.DISMISS))
    assert news.events("nanyang")[0].state is EventState.DISMISSED
    news.add_review("nanyang", review(first, ReviewAction.CONFIRM))
    assert news.events("nanyang")[0].state is EventState.CONFIRMED
    assert [one.action for one in news.reviews("nanyang")] == [ReviewAction.DISMISS, ReviewAction.CONFIRM]
    assert news.reviews("jiyuan") == ()


def test_the_news_migration_runs_on_a_database_with_data(engine: Engine, database_url: str) -> None:
    """A machine that has audits already gets the news tables and loses nothing."""
    with transaction(engine) as connection:
        command.downgrade(migration_config(connection), "0004")
        connection.execute(text("INSERT INTO site (key, url) VALUES ('k', 'u')"))
    assert not any(name.startswith("news_") for name in inspect(engine).get_table_names())
    again = open_database(database_url)
    assert NewsRepository(again).save([gathered()])[0][1] is ItemEnd.NEW
    with again.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM site")) == 1
    again.dispose()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_article_verdict_and_event_comes_back(
    news: NewsRepository, arbitrary: Callable[[Any], st.SearchStrategy[Any]], data: st.DataObject
) -> None:
    """Whatever characters stood on a page."""
    article: Article = replace(data.draw(arbitrary(Article)), id="")
    verdict: NewsVerdict = data.draw(arbitrary(NewsVerdict))
    whose: Whose = data.draw(arbitrary(Whose))
    one = GatheredArticle(article, "x", ArticleOrigin.IMPORTED, AT)
    ((key, _),) = news.save([GatheredArticle(article, "x", ArticleOrigin.IMPORTED, AT)])
    (stored,) = news.articles(ids=[key])
    assert stored.article.title == article.title
    news.save_judged("c", "m", [Judged(NewsFact(stored.article, verdict, whose), stored.version)], at=AT)
    fact = news.facts("c", [key])[key]
    assert (fact.verdict, fact.whose) == (verdict, whose)
    assert news.save([one])[0][1] is ItemEnd.UNCHANGED
