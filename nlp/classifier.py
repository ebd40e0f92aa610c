"""The judge of one news item: three answers kept apart: the tone, about whom, and what kind (研判)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from nlp.cues.grammar import Target
from nlp.features import FeatureReader, Features, build_lexicon
from nlp.model.linear import LinearModel, TargetModel, read_model
from nlp.normalise import Normaliser
from nlp.tokens import Tokenizer
from records.news import Article, LabelVerdict, NewsLabel, NewsVerdict, Sentiment

_TARGET_OF: Final[Mapping[NewsLabel, Target]] = {label: Target(label.value) for label in NewsLabel}
_MOST_WORDS: Final = 8

# What a flagged fact says of public conduct however calmly it is told; a clean-up speaks either way.
_TONE_OF: Final[Mapping[NewsLabel, Sentiment]] = {
    NewsLabel.MISCONDUCT: Sentiment.NEGATIVE,
    NewsLabel.MAJOR_DISHONESTY: Sentiment.NEGATIVE,
    NewsLabel.CREDIT_ABUSE: Sentiment.NEGATIVE,
    NewsLabel.INTEGRITY_EDUCATION: Sentiment.POSITIVE,
}


class Classifier:
    """Judges items with cues and a linear model.  Deterministic; holds no state between items.

    Raises ``nlp.marks.LexiconError`` and ``nlp.model.linear.ModelError`` where a text handed in cannot be used.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        model_text: str,
        lexicon_texts: Mapping[str, str],
        normalise: Normaliser,
        thresholds: Mapping[str, float] | None = None,
    ) -> None:
        """``thresholds`` replaces those of the model: target → probability, "" stands for every label."""
        self.model: Final[LinearModel] = read_model(model_text).with_thresholds(thresholds or {})
        self._reader = FeatureReader(tokenizer, build_lexicon(lexicon_texts), normalise)

    def judge(self, article: Article) -> NewsVerdict:
        features = self._reader.read(article)
        chances = self.model.probabilities(features)
        labels = tuple(self._label(label, features, chances) for label in NewsLabel)
        return self._verdict(features, chances, labels)

    def judge_many(self, articles: Iterable[Article]) -> Iterator[NewsVerdict]:
        return map(self.judge, articles)

    def _label(self, label: NewsLabel, features: Features, chances: Mapping[Target, float]) -> LabelVerdict:
        target = _TARGET_OF[label]
        model = self.model.targets[target]
        chance = chances[target]
        because = _because(features, target) if chance >= model.unsure else ()
        flagged = chance >= model.threshold and bool(because)
        return LabelVerdict(
            label=label,
            flag=flagged and model.counts,
            score=round(chance, 4),
            because=because,
            unsure=(flagged and not model.counts) or (not flagged and chance >= model.unsure),
            kind=_kind(features, target) if flagged else "",
        )

    def _verdict(
        self, features: Features, chances: Mapping[Target, float], labels: tuple[LabelVerdict, ...]
    ) -> NewsVerdict:
        negative, positive = chances[Target.NEGATIVE], chances[Target.POSITIVE]
        bad, good = self.model.targets[Target.NEGATIVE], self.model.targets[Target.POSITIVE]
        about, government = chances[Target.ABOUT_GOVERNMENT], self.model.targets[Target.ABOUT_GOVERNMENT]
        sentiment, because = Sentiment.NEUTRAL, tuple[str, ...]()
        if about >= government.unsure:  # the tone is towards public conduct: without it there is none
            against = _because(features, Target.NEGATIVE) if negative >= bad.threshold else ()
            for_ = _because(features, Target.POSITIVE) if positive >= good.threshold else ()
            if against and negative - bad.threshold >= positive - good.threshold:
                sentiment, because = Sentiment.NEGATIVE, against
            elif for_:
                sentiment, because = Sentiment.POSITIVE, for_
        refutes = chances[Target.REFUTES] >= self.model.targets[Target.REFUTES].threshold
        score = positive - negative
        told = next((label for label in labels if label.flag and label.label in _TONE_OF), None)
        if sentiment is Sentiment.NEUTRAL and told is not None and not refutes:
            sentiment, because = _TONE_OF[told.label], told.because
            score = min(score, -told.score) if sentiment is Sentiment.NEGATIVE else max(score, told.score)
        return NewsVerdict(
            sentiment=sentiment,
            sentiment_score=round(score, 4),
            sentiment_because=because,
            labels=labels,
            about_government=about >= government.threshold or told is not None,
            refutes=refutes,
            unsure=sentiment is Sentiment.NEUTRAL and (_between(negative, bad) or _between(positive, good)),
        )


def _between(chance: float, model: TargetModel) -> bool:
    return model.unsure <= chance < model.threshold


def _because(features: Features, target: Target) -> tuple[str, ...]:
    """The words of the item that speak for a target, the strongest evidence first, each once."""
    speaking = sorted(
        (hit for hit in features.hits if hit.cue.evidence.get(target, 0.0) > 0),
        key=lambda hit: -hit.cue.evidence[target],
    )
    words = dict.fromkeys(word for hit in speaking for word in hit.words)
    return tuple(words)[:_MOST_WORDS]


def _kind(features: Features, target: Target) -> str:
    """The finer kind, of the cue that speaks most."""
    speaking = [hit.cue for hit in features.hits if hit.cue.kind and hit.cue.evidence.get(target, 0.0) > 0]
    return max(speaking, key=lambda cue: cue.evidence[target]).kind if speaking else ""
