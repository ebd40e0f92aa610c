"""What decisions on events teach the classifier, and how right it is said to have been."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from nlp.corpus_items import read_corpus
from nlp.model.training import split
from records.news import Article, LabelVerdict, NewsEvent, NewsFact, NewsLabel, NewsVerdict, Sentiment, Whose
from records.news_gathering import ArticleOrigin, GatheredArticle
from records.news_reviews import DismissGround
from services.news.corrections import lessons, own_labels, precision, since
from services.news.event_board import EventBoard
from services.news.reviewing import EventDesk, Reviewer
from services.registry import load_city
from storage.database import open_database
from storage.news import Judged, NewsRepository

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
WHO = Reviewer("张三", "看过", AT)
CITY = load_city("nanyang")
ABUSE, MISCONDUCT = NewsLabel.CREDIT_ABUSE, NewsLabel.MISCONDUCT


@pytest.fixture
def news(tmp_path: Path) -> Any:
    engine = open_database(f"sqlite:///{tmp_path / 'n.sqlite3'}")
    yield NewsRepository(engine)
    engine.dispose()


def put(news: NewsRepository, ident: str, *texts: str, refutes: str = "") -> None:
    """An event of misconduct, negative; one article for each text."""
    judged = []
    for place, text in enumerate(texts):
        article = Article(f"{ident}{place}", f"题{ident}{place}", text, date(2026, 11, 1), "日报")
        news.save([GatheredArticle(article, "", ArticleOrigin.IMPORTED, AT)])
        labels = tuple(LabelVerdict(one, one is MISCONDUCT and text != "旁", 0.9) for one in NewsLabel)
        verdict = NewsVerdict(Sentiment.NEGATIVE, -0.8, (), labels, True, refutes=text == refutes)
        judged.append(Judged(NewsFact(article, verdict, Whose()), 1))
    news.save_judged(CITY.id, "m", judged, at=AT)
    ids = tuple(one.fact.article.id for one in judged)
    news.save_events(CITY.id, "m", [NewsEvent(ident, "题", date(2026, 11, 1), ids, (), (MISCONDUCT,), True, 0.9)])


def taught(news: NewsRepository) -> dict[str, dict[str, Any]]:
    labels = own_labels(news, CITY.id, EventBoard(news, CITY.id).standing(), weight=1.0)
    return {row["id"]: row for row in map(json.loads, labels.text.splitlines())}


def test_a_confirmation_and_a_correction_teach(news: NewsRepository) -> None:
    """Labels are what the person left; an event weighs the same however many papers printed it."""
    desk = EventDesk(news, CITY)
    put(news, "e1", "甲", "乙", "旁")
    put(news, "e2", "丙")
    put(news, "e3", "丁")
    put(news, "e4", "戊")
    desk.confirm("e1", WHO)
    desk.relabel("e2", ["credit_abuse"], WHO, negative=False)
    desk.dismiss("e3", WHO, ground=DismissGround.NOT_SO)
    rows = taught(news)
    assert {key: row["weight"] for key, row in rows.items()} == {
        "own-e10": 0.5, "own-e11": 0.5, "own-e20": 1.0, "own-e30": 1.0,
    }  # fmt: skip
    assert rows["own-e10"]["misconduct"]
    assert rows["own-e10"]["sentiment"] == "negative"
    assert (rows["own-e20"]["misconduct"], rows["own-e20"]["credit_abuse"], rows["own-e20"]["sentiment"]) == (
        False, True, "neutral",
    )  # fmt: skip
    assert not any(rows["own-e30"][label.value] for label in NewsLabel)
    assert not read_corpus({}, reviewed={"own": "\n".join(map(json.dumps, rows.values()))}).faults


@pytest.mark.parametrize("ground", [None, *(one for one in DismissGround if one is not DismissGround.NOT_SO)])
def test_what_was_read_rightly_is_not_unlearned(news: NewsRepository, ground: DismissGround | None) -> None:
    """An event that is old, cleared or of another city was no error of the classifier."""
    put(news, "e1", "甲")
    EventDesk(news, CITY).dismiss("e1", WHO, ground=ground)
    found = lessons(EventBoard(news, CITY.id).standing())
    assert (found.taught, found.silent) == ((), 1)


def test_what_was_taken_back_teaches_nothing_and_denials_neither(news: NewsRepository) -> None:
    desk = EventDesk(news, CITY)
    put(news, "e1", "甲")
    put(news, "e2", "乙", "辟谣", refutes="辟谣")
    desk.dismiss("e1", WHO, ground=DismissGround.NOT_SO)
    desk.undo("e1", WHO)
    desk.confirm("e2", WHO)
    assert set(taught(news)) == {"own-e20"}


def test_precision_is_of_what_the_program_said_when_it_was_decided(news: NewsRepository) -> None:
    """A model that was trained on the corrections does not make the old one look right."""
    desk = EventDesk(news, CITY)
    for ident in ("e1", "e2", "e3"):
        put(news, ident, f"文{ident}")
    desk.confirm("e1", WHO)
    desk.dismiss("e2", WHO, ground=DismissGround.NOT_SO)
    desk.relabel("e3", ["credit_abuse"], WHO)
    news.save_events(CITY.id, "new", [NewsEvent("e2", "题", None, ("e20",), (), (), False, 0.9)])
    standing = desk.board.standing()
    labels, negative = precision(lessons(standing))
    assert (labels[MISCONDUCT].hits, labels[MISCONDUCT].of) == (1, 3)
    assert (labels[ABUSE].hits, labels[ABUSE].of) == (0, 0)
    assert labels[ABUSE].interval == (0.0, 1.0)
    assert (negative.hits, negative.of) == (2, 3)
    assert since(standing, standing.reviews[0].number) == 2


def test_own_labels_are_never_held_out() -> None:
    """What is measured is measured on our corpus alone, whatever an installation adds."""
    from chengjian.bootstrap_training import training_inputs

    texts, _, settings = training_inputs([])
    rows = [
        {"id": f"own-{n}", "title": f"题{n}", "text": "文", "sentiment": "neutral", "event": f"own-{n}",
         **{label.value: False for label in NewsLabel}}
        for n in range(60)
    ]  # fmt: skip
    plain = read_corpus(texts)
    own = read_corpus(texts, reviewed={"own": "\n".join(map(json.dumps, rows))})

    def tested(corpus: Any) -> set[str]:
        return {corpus.items[place].article.id for place in split(corpus.items, settings).tested}

    parts = split(own.items, settings)
    assert tested(own) == tested(plain)
    assert sum(own.items[place].reviewed for place in parts.trained) == 60


@pytest.mark.parametrize("weight", [0, -1, "2", 1000, None])
def test_a_weight_that_is_none_is_told(weight: object) -> None:
    row = {"id": 1, "title": "题", "text": "文", "sentiment": "neutral", "weight": weight}
    row |= {label.value: False for label in NewsLabel}
    (fault,) = read_corpus({}, reviewed={"own": json.dumps(row)}).faults
    assert "weight" in fault
