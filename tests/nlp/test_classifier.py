"""What every verdict keeps: reasons, determinism, bounds, and time."""

import json
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengjian.bootstrap_news import classifier_of, news_normaliser, packaged_model_text
from nlp.classifier import Classifier
from nlp.model.linear import ModelError, read_model
from records.news import Article, NewsLabel

TITLE = "某县住建局原局长张某受贿案一审宣判 获刑八年"
BODY = (
    "近日，某县人民法院对该县住房和城乡建设局原党组书记、局长张某受贿一案公开宣判。经审理查明，张某利用职务便利，"
    "在工程承揽、款项拨付等方面为他人谋取利益，先后多次非法收受他人财物。张某当庭表示服判，不上诉。"
)


def test_every_flag_says_why(classifier: Classifier) -> None:
    """An accusation without its words cannot be contested; the words are those of the item."""
    verdict = classifier.judge(Article("1", TITLE, BODY))
    flagged = [label for label in verdict.labels if label.flag]
    assert [label.label for label in flagged] == [NewsLabel.MISCONDUCT]
    read = news_normaliser()(TITLE + BODY)
    assert flagged[0].because
    assert all(word in read for word in flagged[0].because)
    assert all(word in read for word in verdict.sentiment_because)
    assert flagged[0].kind


def test_the_same_item_gives_the_same_verdict(classifier: Classifier) -> None:
    """Order and company of the items do not matter, nor does a second program."""
    articles = [Article(str(n), title, BODY) for n, title in enumerate((TITLE, "县长走访", "双开门", "", TITLE))]
    once = list(classifier.judge_many(articles))
    shuffled = list(range(len(articles)))
    random.Random(1).shuffle(shuffled)
    other = classifier_of(packaged_model_text())
    again = {place: other.judge(articles[place]) for place in shuffled}
    assert once == [again[place] for place in range(len(articles))]


@settings(max_examples=60, deadline=None)
@given(title=st.text(max_size=60), text=st.text(max_size=300))
def test_any_text_is_judged(title: str, text: str) -> None:
    """Mojibake, surrogate-free noise of every script: bounded scores, never an error."""
    verdict = classifier_of(packaged_model_text()).judge(Article("1", title, text))
    assert -1.0 <= verdict.sentiment_score <= 1.0
    assert all(0.0 <= label.score <= 1.0 for label in verdict.labels)
    assert [label.label for label in verdict.labels] == list(NewsLabel)
    assert not any(label.flag and label.unsure for label in verdict.labels)


def test_two_megabytes_take_bounded_time(classifier: Classifier) -> None:
    """One monster must not hold up the night."""
    for filling in (BODY, "镇长", "，", "被", "<b>县</b>"):
        start = time.perf_counter()
        classifier.judge(Article("1", TITLE, filling * (2_000_000 // len(filling))))
        assert time.perf_counter() - start < 3.0, filling[:10]


def test_a_label_below_its_bound_suggests_but_never_counts() -> None:
    """The data of the model file decides it, not the caller."""
    document = json.loads(packaged_model_text())
    document["targets"]["misconduct"]["counts"] = False
    label = classifier_of(json.dumps(document)).judge(Article("1", TITLE, BODY)).label(NewsLabel.MISCONDUCT)
    assert (label.flag, label.unsure) == (False, True)
    assert label.because


def test_the_band_below_the_threshold_abstains(classifier: Classifier) -> None:
    """Unsure is for a person: it is no flag, and it says its words."""
    score = classifier.judge(Article("1", TITLE, BODY)).label(NewsLabel.MISCONDUCT).score
    strict = classifier_of(packaged_model_text(), {"misconduct": min(1.0, score + 0.0002)})
    label = strict.judge(Article("1", TITLE, BODY)).label(NewsLabel.MISCONDUCT)
    assert (label.flag, label.unsure) == (False, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [("{", "JSON"), ("[]", "格式"), ('{"format": "other/1"}', "格式"), ('{"format": "chengjian.model/1"}', "不完整")],
)
def test_a_damaged_model_is_told(text: str, told: str) -> None:
    """A broken file is one Chinese line that says what to do."""
    with pytest.raises(ModelError, match=told):
        read_model(text)


def test_the_packaged_model_is_small_and_names_its_corpus() -> None:
    """A person must be able to read it, and to tell what it was trained on."""
    text = packaged_model_text()
    assert len(text.encode()) < 1_500_000
    assert len(read_model(text).corpus) == 64
