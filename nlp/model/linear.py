"""A linear model as JSON text: bias, weights of cues and words by zone, calibration and threshold of each target."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from nlp.cues.grammar import Target
from nlp.features import Features
from nlp.zones import Zone
from records.news import NewsLabel

FORMAT: Final = "chengjian.model/1"
TARGETS: Final[tuple[Target, ...]] = tuple(Target)
LABELS: Final = frozenset(Target(label.value) for label in NewsLabel)
_IN_ORDER: Final = sorted(enumerate(TARGETS), key=lambda item: item[1] not in LABELS)  # the tones lean on the labels
_PLAIN_LENGTH: Final = 300  # words of a text from which on each counts less
_FAR: Final = 30.0  # log-odds beyond which a probability is 0 or 1


Weights: TypeAlias = tuple[tuple[int, float], ...]  # place of the target among the model's targets, weight


class ModelError(Exception):
    """A model text that cannot be used; the text is one Chinese line."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Precision and recall of a label on the held-out part, as counts."""

    true_positive: int
    false_positive: int
    false_negative: int


@dataclass(frozen=True, slots=True)
class TargetModel:
    """What is decided for one target.

    ``p = σ(slope · z + shift + Σ leans[label] · p(label))``; flagged from ``threshold``, unsure from ``unsure``.
    """

    bias: float
    evidence: float  # weight of the cues' own evidence
    slope: float
    shift: float
    threshold: float
    unsure: float
    counts: bool  # False: it may suggest, but never flags
    measured: Measured | None
    leans: Mapping[Target, float]  # the tone leans on what kind of thing is reported; empty for the labels


@dataclass(frozen=True, slots=True)
class LinearModel:
    """All targets over the same features."""

    corpus: str  # sha-256 of the corpus it was trained on; "" for the rules alone
    targets: Mapping[Target, TargetModel]
    cues: Mapping[str, Weights]  # by cue@zone
    head_words: Mapping[str, Weights]
    body_words: Mapping[str, Weights]

    def probabilities(self, features: Features) -> dict[Target, float]:
        """The calibrated probability of each target."""
        totals = [model.bias + model.evidence * features.evidence[target] for target, model in self.targets.items()]
        for hit in features.hits:
            for place, weight in self.cues.get(hit.key, ()):
                totals[place] += weight
        for word in self.head_words.keys() & set(features.tokens.get(Zone.HEADLINE, ())):
            for place, weight in self.head_words[word]:
                totals[place] += weight
        share = text_share(features)
        text = {*features.tokens.get(Zone.LEAD, ()), *features.tokens.get(Zone.BODY, ())}
        for word in self.body_words.keys() & text:
            for place, weight in self.body_words[word]:
                totals[place] += share * weight
        chances: dict[Target, float] = {}
        for place, target in _IN_ORDER:
            model = self.targets[target]
            leaning = sum(weight * chances[label] for label, weight in model.leans.items())
            chances[target] = logistic(model.slope * totals[place] + model.shift + leaning)
        return chances

    def with_thresholds(self, thresholds: Mapping[str, float]) -> "LinearModel":
        """The model with other thresholds: target → probability, "" stands for every label."""
        unknown = thresholds.keys() - {"", *(target.value for target in TARGETS)}
        if unknown:
            known = "、".join(target.value for target in TARGETS)
            raise ModelError(f"没有种类 {'、'.join(sorted(unknown))}，可选：{known}")
        common = thresholds.get("")
        targets = {}
        for target, held in self.targets.items():
            wanted = thresholds.get(target.value, common if target in LABELS else None)
            targets[target] = (
                held if wanted is None else replace(held, threshold=wanted, unsure=min(held.unsure, wanted))
            )
        return replace(self, targets=targets)


def text_share(features: Features) -> float:
    """How much each word of the text counts: in a long one a word says less, and all of them not more."""
    words = len(features.tokens.get(Zone.LEAD, ())) + len(features.tokens.get(Zone.BODY, ()))
    return min(1.0, _PLAIN_LENGTH / max(1, words))


def logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-_FAR, min(_FAR, value))))


def read_model(text: str) -> LinearModel:
    """The model in a JSON text.  ``ModelError`` where it is none or of another format."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ModelError(f"模型文件不是有效的 JSON：{error}") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ModelError(f"模型文件的格式不是 {FORMAT}，请用 chengjian train 重新训练")
    try:
        return _model(document)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"模型文件内容不完整（{error}），请用 chengjian train 重新训练") from None


def _model(document: Mapping[str, Any]) -> LinearModel:
    targets = {}
    cues: dict[str, list[tuple[int, float]]] = {}
    head: dict[str, list[tuple[int, float]]] = {}
    body: dict[str, list[tuple[int, float]]] = {}
    for place, target in enumerate(TARGETS):
        held = document["targets"][target.value]
        measured = held.get("measured")
        targets[target] = TargetModel(
            bias=float(held["bias"]),
            evidence=float(held["evidence"]),
            slope=float(held["slope"]),
            shift=float(held["shift"]),
            threshold=float(held["threshold"]),
            unsure=float(held["unsure"]),
            counts=bool(held["counts"]),
            measured=None if measured is None else Measured(*(int(number) for number in measured)),
            leans={Target(label): float(weight) for label, weight in held.get("leans", {}).items()},
        )
        for key, weight in held.get("cues", {}).items():
            cues.setdefault(key, []).append((place, float(weight)))
        for words, store in ((held.get("headline", {}), head), (held.get("text", {}), body)):
            for word, weight in words.items():
                store.setdefault(word, []).append((place, float(weight)))
    return LinearModel(
        corpus=str(document["corpus"]),
        targets=targets,
        cues={key: tuple(value) for key, value in cues.items()},
        head_words={key: tuple(value) for key, value in head.items()},
        body_words={key: tuple(value) for key, value in body.items()},
    )
