"""From the papers of the demo city to events: gathered over HTTP, judged, grouped, reviewed on the command line."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from chengjian.cli import main
from chengjian.demo.city import NEIGHBOUR, PRESS, City, serve
from chengjian.demo.press_round import PressRound, demo_city, read_the_papers
from chengjian.newsroom import NetworkNewsWalker
from chengjian.settings import read_settings
from crawler.clock import now
from records.crawl import CrawlPlan
from records.news import (
    Article,
    LabelVerdict,
    NewsEvent,
    NewsFact,
    NewsLabel,
    NewsVerdict,
    Sentiment,
    Whose,
)
from records.news_gathering import ArticleOrigin, GatheredArticle, ItemEnd
from records.registry import Portal
from services.news.gathering import gather_news, portal_outlets
from services.news.judging import Judges, StandingEvent, judge_news
from storage.audits import AuditRepository
from storage.news import NewsRepository

AS_OF = date(2026, 11, 21)
YUNXI = str(Path(__file__).parents[2] / "chengjian" / "demo" / "yunxi")


@pytest.fixture(scope="module")
def served() -> Iterator[City]:
    with serve(AS_OF) as city:
        yield city


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("press") / "press.sqlite3"


@pytest.fixture(scope="module")
def night(served: City, database: Path) -> PressRound:
    return read_the_papers(served, read_settings(), database)


def test_the_papers_are_read_whole_and_the_novel_is_not(served: City, night: PressRound) -> None:
    """Every piece of the last month, the second page of one, the old one not, the novel's host never."""
    daily, online, *others = night.end.outlets
    assert (daily.count(ItemEnd.NEW), daily.count(ItemEnd.TOO_OLD), daily.count(ItemEnd.OFF_LIST)) == (7, 1, 1)
    assert online.count(ItemEnd.NEW) == 6
    assert [one.count(ItemEnd.NEW) for one in others] == [8, 8, 8]
    assert served.served(PRESS[2]) == ()
    assert {entry.user_agent.partition("/")[0] for key in PRESS[:2] for entry in served.served(key)} == {"Chengjian"}


def test_each_matter_is_found_and_charged_to_its_own_county(night: PressRound) -> None:
    """The misconduct, the arrears and the training are found with their counties; the harmless pieces make no event."""
    found = {(label, unit) for event in night.events for label in event.labels for unit in event.units}
    assert (NewsLabel.MISCONDUCT, "qinghe") in found
    assert (NewsLabel.MAJOR_DISHONESTY, "yantang") in found
    assert (NewsLabel.INTEGRITY_EDUCATION, "liuwan") in found
    assert any(NewsLabel.SPECIAL_GOVERNANCE in event.labels for event in night.events)
    titles = " ".join(event.title for event in night.events)
    assert not any(word in titles for word in ("冰箱", "核桃节", "香菇", "公交", "锦旗", "书市"))
    assert night.line.startswith("新闻：5 家媒体，文章 37 篇")


def command(database: Path, capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["news", *words, "--city", YUNXI, "--db", f"sqlite:///{database}"])
    out, err = capfd.readouterr()
    return status, out, err


def events(database: Path, capfd: pytest.CaptureFixture[str], *words: str) -> list[dict[str, object]]:
    status, out, _ = command(database, capfd, "events", "--json", *words)
    assert status == 0
    return list(json.loads(out)["events"])


def test_an_event_is_shown_with_articles_reasons_and_its_place_in_the_review(
    night: PressRound, database: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    first = next(event for event in night.events if NewsLabel.MAJOR_DISHONESTY in event.labels)
    status, out, _ = command(database, capfd, "show", first.id[:8])
    assert status == 0
    for words in ("雁塘县", "重大失信", "SHA-256", "云溪日报", "待复核", "尚无复核"):
        assert words in out


def test_decisions_are_taken_and_listed(night: PressRound, database: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Confirm, dismiss, relabel, reattribute, split and merge back, each with who and why."""
    by = ("--by", "张三", "--why", "核对过原文")
    misconduct = max(
        (event for event in night.events if "qinghe" in event.units), key=lambda event: len(event.articles)
    )
    training = next(event for event in night.events if NewsLabel.INTEGRITY_EDUCATION in event.labels)
    assert command(database, capfd, "confirm", misconduct.id, *by)[0] == 0
    assert [one["id"] for one in events(database, capfd, "--state", "confirmed")] == [misconduct.id]
    assert command(database, capfd, "dismiss", training.id, *by)[0] == 0
    assert events(database, capfd, "--unit", "柳湾区", "--period", "2026Q4")[0]["state"] == "dismissed"
    assert command(database, capfd, "reattribute", training.id, "--unit", "雁塘县", *by)[0] == 0
    assert command(database, capfd, "relabel", training.id, "--label", "专项治理", "--not-negative", *by)[0] == 0
    (changed,) = [one for one in events(database, capfd) if one["id"] == training.id]
    assert (changed["units"], changed["labels"]) == (["yantang"], ["special_governance"])
    status, out, _ = command(database, capfd, "split", misconduct.id, "--article", misconduct.articles[-1], *by)
    assert status == 0
    new = out.split()[0]
    assert command(database, capfd, "merge", new, "--into", misconduct.id, *by)[0] == 0
    _, out, _ = command(database, capfd, "show", misconduct.id)
    assert out.count("张三") >= 3
    assert "拆分" in out
    assert "并入" in out


def test_judging_again_changes_no_decision(
    night: PressRound, database: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Stable from night to night: nothing new, nothing lost."""
    before = events(database, capfd)
    assert "没有需要研判" in command(database, capfd, "judge")[1]
    assert command(database, capfd, "judge", "--all")[0] == 0
    after = events(database, capfd)
    assert [(one["id"], one["state"], one["units"]) for one in after] == [
        (one["id"], one["state"], one["units"]) for one in before
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("show", "zzzzzz"), "没有事件"),
        (("confirm", "zzzzzz", "--by", "张三", "--why", "x"), "没有事件"),
        (("events", "--unit", "不存在的县"), "不存在的县"),
        (("events", "--period", "去年"), "看不懂期间"),
        (("events", "--label", "违章"), "不认识的标签"),
        (("events", "--state", "open"), "--state"),
        (("list", "--state", "open"), "--state"),
        (("confirm",), "缺少参数"),
    ],
)
def test_a_wrong_call_is_one_line_and_status_2(
    database: Path, capfd: pytest.CaptureFixture[str], words: tuple[str, ...], complaint: str
) -> None:
    status, out, err = command(database, capfd, *words)
    assert (status, out) == (2, "")
    assert complaint in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("words", [("--by", " ", "--why", "x"), ("--by", "张三", "--why", "")])
def test_a_decision_without_name_or_reason_is_refused(
    night: PressRound, database: Path, capfd: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """An accusation that nobody signs for is none."""
    status, _, err = command(database, capfd, "confirm", night.events[0].id, *words)
    assert status == 2
    assert "复核须写明" in err


def test_gathering_and_importing_on_the_command_line(
    served: City, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A list of outlets in a folder, a gathering, an import, and what is listed."""
    base = served.base_urls[PRESS[0]]
    (tmp_path / "units.yml").write_text(Path(YUNXI, "units.yml").read_text("utf-8"), "utf-8")
    (tmp_path / "outlets.yml").write_text(
        "format: chengjian.outlets/1\noutlets:\n"
        f'  - {{id: ribao, name: 云溪日报, place: 云溪市, level: city, hosts: ["{base[7:-1]}"], '
        f'entries: [{{kind: list, url: "{base}list.html"}}]}}\n'
        '  - {id: bi, name: 闭门报, level: city, hosts: ["127.0.0.1:9"], enabled: false,'
        ' entries: [{kind: list, url: "http://127.0.0.1:9/"}]}\n',
        "utf-8",
    )
    (tmp_path / "a.csv").write_text(
        "标题,正文,来源,发布时间\n村道,通车。,云溪日报,2026-11-10\n坏,小说,夜读,\n", "utf-8"
    )
    place = ("--city", str(tmp_path), "--db", f"sqlite:///{tmp_path / 'n.sqlite3'}")
    assert (
        main(["news", "gather", "--since", "2026-11-01", "--rate", "100", "--render", "never", "--json", *place]) == 0
    )
    document = json.loads(capfd.readouterr().out)
    assert document["outlets"][0]["articles"]["new"] == 7
    assert main(["news", "gather", "--outlet", "bi", "--since", "2026-11-01", "--quiet", *place]) == 3
    capfd.readouterr()
    report = tmp_path / "r.json"
    assert main(["news", "import", str(tmp_path / "a.csv"), "--report", str(report), *place]) == 1
    assert "收入 1" in capfd.readouterr().out
    assert json.loads(report.read_bytes())["counts"]["refused"] == 1
    assert main(["news", "list", "--state", "unjudged", "--json", *place]) == 0
    assert json.loads(capfd.readouterr().out)["total"] == 8
    for words, complaint in (
        (["gather", "--outlet", "nobody"], "媒体名单中没有"),
        (["gather", "--since", "上周"], "--since"),
        (["gather", "--since", "2999-01-01"], "今天之后"),
        (["gather", "--render", "often"], "--render"),
        (["import", str(tmp_path / "a.csv"), "--report", "r.txt"], "--report"),
        (["import", str(tmp_path / "none.csv")], "none.csv"),
    ):
        assert main(["news", *words, *place]) == 2
        assert complaint in capfd.readouterr().err


class Keyword:
    """A judge for tests: a piece with the word is misconduct, and is charged to 青禾县."""

    def __init__(self, word: str) -> None:
        self._word = word

    def judge(self, article: Article) -> NewsVerdict:
        hit = self._word in article.text
        labels = tuple(LabelVerdict(label, hit and label is NewsLabel.MISCONDUCT, float(hit)) for label in NewsLabel)
        return NewsVerdict(Sentiment.NEGATIVE if hit else Sentiment.NEUTRAL, 0.0, (), labels, hit)

    def attribute(self, article: Article, verdict: NewsVerdict) -> Whose:
        return Whose(units=("qinghe",) if verdict.about_government else ())


def each_alone(facts: Sequence[NewsFact], standing: Sequence[StandingEvent]) -> list[NewsEvent]:
    """A grouping for tests: every article is an event, known ones are judged by their members anew."""
    kept = {one.event.articles: replace(one.event, labels=_labels(one.members)) for one in standing}
    new = {
        (fact.article.id,): NewsEvent(
            f"e{fact.article.id}",
            fact.article.title,
            fact.article.published,
            (fact.article.id,),
            fact.whose.units,
            _labels([fact]),
            negative=False,
            confidence=1.0,
        )
        for fact in facts
    }
    return list({**new, **kept}.values())


def _labels(facts: Sequence[NewsFact]) -> tuple[NewsLabel, ...]:
    return tuple({label.label: None for fact in facts for label in fact.verdict.labels if label.flag})


def judges(model: str, word: str) -> Judges:
    keyword = Keyword(word)
    return Judges(model, keyword, keyword, each_alone)


def saved(news: NewsRepository, number: int, text: str) -> str:
    article = Article("", f"第{number}条", text, date(2026, 11, 10), "日报", f"http://a.test/{number}")
    ((key, _),) = news.save([GatheredArticle(article, "ribao", ArticleOrigin.CRAWLED, now())])
    return key


def test_only_what_is_new_is_judged_and_all_under_another_model(news: NewsRepository) -> None:
    """A new model judges what is kept without gathering anew, and events that it does not flag lose their label."""
    saved(news, 1, "镇长被查")
    saved(news, 2, "核桃丰收")
    first = judge_news(news, "yunxi", judges("m1", "被查"), at=now())
    assert (first.articles, first.flagged, len(first.new_events)) == (2, 1, 2)
    assert judge_news(news, "yunxi", judges("m1", "被查"), at=now()).articles == 0
    saved(news, 3, "又一名镇长被查")
    assert judge_news(news, "yunxi", judges("m1", "被查"), at=now()).articles == 1
    assert judge_news(news, "yunxi", judges("m2", "核桃"), at=now()).articles == 0
    again = judge_news(news, "yunxi", judges("m2", "核桃"), at=now(), again=True)
    assert (again.articles, again.flagged, again.new_events) == (3, 1, ())
    assert [event.title for event in news.events("yunxi")] == ["第2条"]


def test_a_corrected_article_is_judged_by_its_new_version(news: NewsRepository) -> None:
    """What a paper takes back must not go on counting."""
    saved(news, 1, "镇长被查")
    judge_news(news, "yunxi", judges("m1", "被查"), at=now())
    assert len(news.events("yunxi")) == 1
    saved(news, 1, "更正：并无此事")
    assert judge_news(news, "yunxi", judges("m1", "被查"), at=now()).articles == 1
    assert news.events("yunxi") == ()


def test_what_is_flagged_and_nobodys_is_counted(news: NewsRepository) -> None:
    """A matter that cannot be attributed is said, and charged to nobody."""
    saved(news, 1, "镇长被查")
    nobody = judges("m", "被查")

    class Nobody:
        def attribute(self, article: Article, verdict: NewsVerdict) -> Whose:
            return Whose()

    end = judge_news(news, "yunxi", replace(nobody, attributor=Nobody()), at=now())
    assert (end.flagged, end.unattributed) == (1, 1)
    assert news.events("yunxi")[0].units == ()


def test_a_portals_news_columns_come_in_from_its_audit(
    served: City, tmp_path: Path, news: NewsRepository, capfd: pytest.CaptureFixture[str]
) -> None:
    """What a county publishes of itself counts too: found by its audit, read without walking the portal again."""
    url = served.url("qinghe")
    database = news.engine.url.render_as_string()
    main(["audit", url, "--rate", "300", "--concurrency", "8", "--recheck-after", "0", "--no-external", "--quiet",
          "--render", "never", "--db", database, "--evidence", str(tmp_path), "--as-of", str(AS_OF)])  # fmt: skip
    capfd.readouterr()
    city = demo_city()
    unit = replace(city.units[1], portals=(Portal(url),))
    city = replace(city, units=(unit, city.units[0]))
    since = AS_OF - timedelta(days=31)
    (outlet,) = portal_outlets(city, AuditRepository(news.engine), since=since)
    assert (outlet.place, outlet.portal) == ("青禾县", True)
    assert len(outlet.items) >= 3
    before = len(served.served("qinghe"))
    plan = CrawlPlan(url="", user_agent="Chengjian/0.1 (tests)", rate=300.0, render="never")
    walker = NetworkNewsWalker(plan, as_of=AS_OF, on_progress=lambda _: None, stop=asyncio.Event())
    end = asyncio.run(gather_news([outlet], walker=walker, news=news, since=since))
    (told,) = end.outlets
    assert told.count(ItemEnd.NEW) >= 3
    assert sum(told.ends.values()) == len(outlet.items)
    assert len(served.served("qinghe")) - before <= len(outlet.items) + 5
    assert {one.origin for one in news.articles()} == {ArticleOrigin.PORTAL}
    assert all(one.article.text for one in news.articles())
    assert NEIGHBOUR not in {one.outlet for one in news.articles()}
