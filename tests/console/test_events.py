"""The queue of news events and the decisions on them."""

import re
from datetime import UTC, date, datetime

import pytest

from records.accounts import Role
from records.crawl import Exchange
from records.news import Article, LabelVerdict, NewsEvent, NewsFact, NewsLabel, NewsVerdict, Sentiment, Whose
from records.news_gathering import ArticleOrigin, ArticlePage, GatheredArticle
from storage.news import Judged, NewsRepository

AT = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
CITY = "linshui"


def verdict(*labels: NewsLabel, unsure: bool = False, because: tuple[str, ...] = ("受贿",)) -> NewsVerdict:
    said = tuple(
        LabelVerdict(
            one, one in labels and not unsure, 0.9 if one in labels else 0.1, because, one in labels and unsure
        )
        for one in NewsLabel
    )
    return NewsVerdict(Sentiment.NEGATIVE if labels else Sentiment.NEUTRAL, -0.7, because if labels else (), said, True)


def put(
    news: NewsRepository,
    ident: str,
    *articles: tuple[str, str],
    labels=(NewsLabel.MISCONDUCT,),
    unsure=False,
    day=date(2026, 11, 10),
    units=("dongcheng",),
    negative=True,
) -> None:
    """One event with its articles (title, text), judged and stored."""
    kept = []
    for place, (title, text) in enumerate(articles):
        article = Article(f"{ident}a{place}", title, text, day, "临水日报")
        news.save([GatheredArticle(article, "ribao", ArticleOrigin.IMPORTED, AT)])
        kept.append(
            Judged(NewsFact(article, verdict(*labels, unsure=unsure), Whose(units=units, because=("东城县：标题",))), 1)
        )
    news.save_judged(CITY, "model", kept, at=AT)
    event = NewsEvent(
        ident,
        articles[0][0],
        day,
        tuple(one.fact.article.id for one in kept),
        units,
        () if unsure else labels,
        negative and not unsure,
        0.9,
        persons=("李某",),
    )
    news.save_events(CITY, "model", [event])


@pytest.fixture
def news(desk) -> NewsRepository:
    return NewsRepository(desk.tools.engine)


def version(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def log_of(desk) -> list[str]:
    return [one.action for one in desk.tools.log.newest()]


def test_worst_and_oldest_stand_first_and_the_decided_last(desk, news):
    """An analyst's day begins with what costs a unit most, and what was decided is out of the way."""
    put(news, "e1", ("旧的受贿案", "受贿。"), day=date(2026, 10, 1))
    put(news, "e2", ("新的受贿案", "受贿。"), day=date(2026, 11, 9))
    put(news, "e3", ("重大失信事件", "失信。"), labels=(NewsLabel.MAJOR_DISHONESTY,), day=date(2026, 9, 1))
    put(news, "e4", ("拿不准的一件", "受贿？"), unsure=True)
    put(news, "e5", ("无关的新闻", "通车。"), labels=(), negative=False)
    browser = desk.as_role(Role.ANALYST)
    page = browser.get("/events")
    titles = ["重大失信事件", "旧的受贿案", "新的受贿案", "拿不准的一件"]
    assert [page.index(title) for title in titles] == sorted(page.index(title) for title in titles)
    assert "无关的新闻" not in page
    browser.post("/events/e3/confirm", seen=version(browser.get("/events/e3")))
    page = browser.get("/events")
    assert page.index("拿不准的一件") < page.index("重大失信事件")


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ("unit=xicheng", "西城的事", "东城的事"),
        ("unit=-", "没人的事", "东城的事"),
        ("label=major_dishonesty", "西城的事", "东城的事"),
        ("tone=other", "没人的事", "西城的事"),
        ("period=2026-10", "西城的事", "东城的事"),
        ("text=东城", "东城的事", "西城的事"),
        ("state=unsure", "没人的事", "东城的事"),
    ],
)
def test_filters_stay_in_the_address(desk, news, query, seen, unseen):
    """A queue that was narrowed down can be sent to a colleague."""
    put(news, "e1", ("东城的事", "受贿。"))
    put(
        news,
        "e2",
        ("西城的事", "失信。"),
        labels=(NewsLabel.MAJOR_DISHONESTY,),
        units=("xicheng",),
        day=date(2026, 10, 3),
    )
    put(news, "e3", ("没人的事", "失信。"), unsure=True, units=())
    page = desk.as_role(Role.ANALYST).get(f"/events?{query}")
    assert seen in page
    assert unseen not in page


@pytest.mark.parametrize("query", ["label=nothing", "state=maybe", "period=去年", "period=2026-13"])
def test_a_filter_that_is_none_is_told(desk, query):
    """A mistyped address answers with a sentence."""
    assert 'class="told' in desk.as_role(Role.ANALYST).get(f"/events?{query}", 422)


def test_an_event_shows_its_words_in_their_sentences(desk, news):
    """An analyst sees because of which words, and where they stand."""
    put(news, "e1", ("县长被查", "天气晴。李某受　贿五万元。完。"), ("跟进报道", "李某一审。"))
    page = desk.as_role(Role.ANALYST).get("/events/e1")
    assert '<mark title="违纪违法、负面">受　贿</mark>' in page
    assert "第 2 句" in page
    assert "跟进报道" in page
    assert "东城县：标题" in page


def test_a_decision_is_logged_and_can_be_taken_back_by_who_made_it(desk, news):
    """Undo is for slips of one's own; everybody else decides anew, with a reason."""
    put(news, "e1", ("县长被查", "受贿。"))
    first = desk.as_role(Role.ANALYST)
    desk.account("second", Role.ANALYST)
    second = desk.signed_in("second")
    page = first.post("/events/e1/dismiss", seen=version(first.get("/events/e1")), why="同名的人", ground="not_so")
    assert "已排除" in page
    assert "同名的人" in page
    assert "只有本人能撤销" in second.post("/events/e1/undo", seen=version(second.get("/events/e1")))
    page = first.post("/events/e1/undo", seen=version(first.get("/events/e1")))
    assert "已撤销" in page
    assert desk.tools.events.find("e1").state.value == "suggested"
    assert log_of(desk)[:1] + [one for one in log_of(desk) if one == "event_dismiss"] == ["event_undo", "event_dismiss"]
    assert "没有可以撤销" in first.post("/events/e1/undo")


def test_two_people_decide_the_same_event(desk, news):
    """The second gets a sentence who did what, and nothing of the first is overwritten."""
    put(news, "e1", ("县长被查", "受贿。"))
    first = desk.as_role(Role.ANALYST)
    desk.account("second", Role.ANALYST)
    second = desk.signed_in("second")
    seen = version(second.get("/events/e1"))
    first.post("/events/e1/confirm", seen=version(first.get("/events/e1")))
    page = second.post("/events/e1/dismiss", seen=seen, why="不是他", ground="not_so")
    assert "测analyst（analyst） 已于" in page
    assert "没有执行" in page
    assert desk.tools.events.find("e1").state.value == "confirmed"
    again = first.client.post("/events/e1/confirm", data={"csrf": first.csrf, "seen": seen}, follow_redirects=True)
    assert "没有执行" in again.text  # a double click, or the back button
    assert len(news.reviews(CITY)) == 1


def test_what_changed_overnight_is_looked_at_before_it_is_decided(desk, news):
    """An article that joined since the page was opened was seen by nobody."""
    put(news, "e1", ("县长被查", "受贿。"))
    browser = desk.as_role(Role.ANALYST)
    seen = version(browser.get("/events/e1"))
    put(news, "e1", ("县长被查", "受贿。"), ("又一篇", "受贿。"))
    assert "又有新的报道" in browser.post("/events/e1/confirm", seen=seen)
    assert news.reviews(CITY) == ()


def test_many_at_once_leave_what_somebody_else_decided(desk, news):
    """One event that was decided meanwhile does not stop the others."""
    for ident in ("e1", "e2", "e3"):
        put(news, ident, (f"事件{ident}", "受贿。"))
    browser = desk.as_role(Role.ANALYST)
    ticks = re.findall(r'name="event" value="([^"]+)"', browser.get("/events"))
    assert len(ticks) == 3
    browser.post("/events/e2/dismiss", seen=version(browser.get("/events/e2")), why="旧事", ground="old")
    page = browser.post("/events/decide", event=ticks, action="confirm", why="看过", back="/events?label=misconduct")
    assert "已确认 2 件；1 件没有处理" in page
    assert [desk.tools.events.find(one).state.value for one in ("e1", "e2", "e3")] == [
        "confirmed",
        "dismissed",
        "confirmed",
    ]


def test_kind_and_unit_are_put_right(desk, news):
    """A wrong charge is taken away, and the event confirmed as it is then."""
    put(news, "e1", ("县长被查", "受贿。"))
    browser = desk.as_role(Role.ANALYST)
    browser.post(
        "/events/e1/relabel",
        seen=version(browser.get("/events/e1")),
        label=["major_dishonesty"],
        negative="1",
        why="拖欠",
    )
    browser.post(
        "/events/e1/reattribute", seen=version(browser.get("/events/e1")), unit=["xicheng"], why="是西城", confirms="1"
    )
    event = desk.tools.events.find("e1")
    assert (event.labels, event.units, event.state.value) == ((NewsLabel.MAJOR_DISHONESTY,), ("xicheng",), "confirmed")


def test_merge_leads_to_where_the_event_went_and_split_makes_a_new_one(desk, news):
    """The back button after a merge finds the event; a split can be taken back."""
    put(news, "e1", ("县长被查", "受贿。"))
    put(news, "e2", ("县长被查处", "受贿。"), ("修路", "受贿。"))
    browser = desk.as_role(Role.ANALYST)
    assert "县长被查处" in browser.get("/events/e1/alike")
    browser.post("/events/e1/merge", seen=version(browser.get("/events/e1")), into="e2", why="一件事")
    assert "已并入这一件" in browser.get("/events/e1")
    page = browser.post("/events/e2/split", seen=version(browser.get("/events/e2")), article=["e2a1"], why="另一件")
    assert "修路" in page
    assert "新事件" in page
    browser.post("/events/e2/undo", seen=version(browser.get("/events/e2")))
    assert desk.tools.events.find("e2").articles == ("e2a0", "e2a1", "e1a0")
    browser.post("/events/e2/undo", seen=version(browser.get("/events/e2")))
    assert desk.tools.events.find("e1").articles == ("e1a0",)


def test_personal_numbers_are_for_the_reviewer(desk, news):
    """Who only reads has no need of them."""
    put(news, "e1", ("举报", "受贿，电话13812345678。"))
    assert "13812345678" in desk.as_role(Role.ANALYST).get("/events/e1")
    assert "13812345678" not in desk.as_role(Role.AUDITOR).get("/events/e1")


def test_who_may(desk, news):
    """An auditor reads and decides nothing; a unit sees no events."""
    put(news, "e1", ("县长被查", "受贿。"))
    auditor = desk.as_role(Role.AUDITOR)
    seen = desk.tools.events.board.standing()
    auditor.post("/events/e1/confirm", 403, seen=seen.version(seen.events["e1"]))
    assert "排除勾选的" not in auditor.get("/events")
    desk.as_role(Role.UNIT, "dongcheng").get("/events", 403)
    desk.as_role(Role.ANALYST).get("/events/nothing", 404)


def test_comments_and_assignment(desk, news):
    """Work is shared out, and what a colleague should know stays with the event."""
    put(news, "e1", ("县长被查", "受贿。"))
    put(news, "e2", ("局长被查", "受贿。"))
    browser = desk.as_role(Role.ANALYST)
    browser.post("/events/e1/comment", text="<b>等通报</b>")
    page = browser.post("/events/e1/assign", login="analyst")
    assert "&lt;b&gt;等通报" in page
    assert "交给 测analyst" in page
    mine = browser.get("/events?mine=1")
    assert "县长被查" in mine
    assert "局长被查" not in mine
    browser.post("/events/e1/assign", 422, login="nobody")
    browser.post("/events/e1/comment", 422, text=" ")
    browser.post("/events/e1/assign", login="")
    assert "县长被查" not in browser.get("/events?mine=1")


def test_the_archived_page_is_harmless(desk, news):
    """What a paper's page did then it does not do in ours: no script, nothing loaded, a sandbox around it."""
    body = "<html><body><script>steal()</script><p onclick=steal()>李某受贿 13812345678</p><img src=http://x/></body></html>"
    page = ArticlePage(
        Exchange(
            "http://ribao.example/1", AT, "GET", (), 200, (("content-type", "text/html; charset=utf-8"),), body.encode()
        )
    )
    article = Article("", "县长被查", "受贿。", date(2026, 11, 10), "日报", "http://ribao.example/1")
    ((key, _),) = news.save([GatheredArticle(article, "ribao", ArticleOrigin.CRAWLED, AT, "", (page,))])
    news.save_events(CITY, "model", [NewsEvent("e1", "县长被查", None, (key,), (), (NewsLabel.MISCONDUCT,), True, 0.9)])
    browser = desk.as_role(Role.ANALYST)
    assert f"/events/archived/{key}/1/0" in browser.get("/events/e1")
    answer = browser.client.get(f"/events/archived/{key}/1/0")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "李某受贿" in answer.text
    assert "steal" not in answer.text
    assert "<img" not in answer.text
    assert "13812345678" not in desk.as_role(Role.AUDITOR).client.get(f"/events/archived/{key}/1/0").text
    browser.get(f"/events/archived/{key}/2/0", 404)
    browser.get(f"/events/archived/{key}/x/0", 422)
    desk.as_role(Role.UNIT, "dongcheng").get(f"/events/archived/{key}/1/0", 403)


def test_the_model_page_tells_what_it_is_worth_and_what_was_decided_since(desk, news):
    """An operator sees the card, and how often analysts left what the program had said."""
    put(news, "e1", ("县长被查", "受贿。"))
    put(news, "e2", ("局长被查", "受贿。"))
    browser = desk.as_role(Role.ANALYST)
    browser.post("/events/e1/confirm", seen=version(browser.get("/events/e1")))
    browser.post("/events/e2/dismiss", seen=version(browser.get("/events/e2")), why="不是", ground="not_so")
    page = desk.as_role(Role.OPERATOR).get("/model")
    assert "公职人员违纪违法失信" in page
    assert "50.0% <small>9.5–90.5%" in page
    desk.as_role(Role.UNIT, "dongcheng").get("/model", 403)
