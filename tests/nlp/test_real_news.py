"""The classifier on real items that nobody here wrote: floors under which no change may fall."""

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from nlp.classifier import Classifier
from records.news import Article, NewsLabel, NewsVerdict

NEWS = Path(os.environ.get("CHENGJIAN_SHARED", Path(__file__).parents[3] / "shared")) / "news"
Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    file = NEWS / "labelled.jsonl"
    if not file.is_file():
        pytest.skip(f"没有共享资料 {file}")
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def verdicts(rows: Sequence[Row], classifier: Classifier) -> list[NewsVerdict]:
    return list(classifier.judge_many(Article(row["id"], row["title"], row["text"]) for row in rows))


def shares(said: Sequence[bool], true: Sequence[bool]) -> tuple[float, float]:
    hit = sum(a and b for a, b in zip(said, true, strict=True))
    return hit / max(1, sum(said)), hit / max(1, sum(true))


@pytest.mark.parametrize(
    ("label", "precision", "recall"),
    [
        (NewsLabel.MISCONDUCT, 0.90, 0.82),
        (NewsLabel.MAJOR_DISHONESTY, 0.75, 0.60),
        (NewsLabel.INTEGRITY_EDUCATION, 0.80, 0.60),
        (NewsLabel.SPECIAL_GOVERNANCE, 0.85, 0.65),
    ],
)
def test_labels(
    rows: list[Row], verdicts: list[NewsVerdict], label: NewsLabel, precision: float, recall: float
) -> None:
    """Figures measured when it was written, less the noise of two or three items."""
    said = [verdict.label(label).flag for verdict in verdicts]
    found = shares(said, [bool(row[label.value]) for row in rows])
    assert found[0] >= precision
    assert found[1] >= recall


def test_tone(rows: list[Row], verdicts: list[NewsVerdict]) -> None:
    """Negative towards public conduct, not the mood of the item."""
    found = shares(
        [verdict.sentiment.value == "negative" for verdict in verdicts],
        [row["sentiment"] == "negative" for row in rows],
    )
    assert found[0] >= 0.88
    assert found[1] >= 0.80


def test_credit_abuse_is_rare(verdicts: list[NewsVerdict]) -> None:
    """None of the items is labelled so: what is flagged here is wrong."""
    assert sum(verdict.label(NewsLabel.CREDIT_ABUSE).flag for verdict in verdicts) <= 1


def test_broad_text_is_left_alone(classifier: Classifier) -> None:
    """Sport, films, science and health name offices and crimes too: hardly any of it is misconduct."""
    file = NEWS / "raw" / "weibo21.jsonl"
    if not file.is_file():
        pytest.skip(f"没有共享资料 {file}")
    posts = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    apart = [post["content"] for post in posts if post["category"] in ("科技", "文体娱乐", "医药健康", "灾难事故")]
    flagged = sum(
        verdict.label(NewsLabel.MISCONDUCT).flag
        for verdict in classifier.judge_many(Article(str(n), "", text) for n, text in enumerate(apart))
    )
    assert len(apart) > 500
    assert flagged / len(apart) < 0.01


def test_pace(rows: list[Row], classifier: Classifier) -> None:
    """Far below the 2,000 a second of a quiet core, so that a busy machine passes and a slip of tenfold does not."""
    stream = "".join(row["text"] for row in rows if len(row["text"]) > 200)
    articles = [Article(str(at), "", stream[at : at + 800]) for at in range(0, len(stream) - 800, 800)]
    start = time.process_time()
    for _ in range(3):
        for article in articles:
            classifier.judge(article)
    assert 3 * len(articles) / (time.process_time() - start) > 300
