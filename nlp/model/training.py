"""Training: items with labels → the JSON of a linear model, and its counts on the held-out part.  Pure."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import yaml
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nlp.corpus_items import Item, groups, held_out
from nlp.cues.grammar import Target
from nlp.features import FeatureReader, Features
from nlp.model.linear import FORMAT, LABELS, TARGETS, Measured, text_share
from nlp.zones import Zone

Numbers: TypeAlias = npt.NDArray[np.float64]
Truths: TypeAlias = npt.NDArray[np.bool_]
_UNLABELLED_BIAS: Final = {Target.ABOUT_GOVERNMENT: -1.2, Target.REFUTES: -2.5}  # no label: the cues decide alone
_DEAR: Final = frozenset({Target.MAJOR_DISHONESTY, Target.CREDIT_ABUSE})
_Z: Final = 1.959964
_CJK: Final = ("\u4e00", "\u9fff")


class TrainingError(Exception):
    """What keeps a model from being trained; the text is one Chinese line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The numbers of ``training.yml``."""

    held_out_one_in: int
    folds: int
    cost: float
    cue_scale: float
    word_scale: float
    evidence_scale: float
    least_groups: int
    least_weight: float
    beta: float
    lowest_threshold: float
    lowest_threshold_tone: float
    lowest_threshold_dear: float
    unsure_share: float
    precision_bound: float


def read_settings_of_training(text: str) -> Settings:
    """The settings in a YAML text.  ``TrainingError`` where one is missing or is no number."""
    held = yaml.safe_load(text)
    try:
        return Settings(**{name: kind(held[name]) for name, kind in Settings.__annotations__.items()})
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"训练参数文件有误：{error}") from None


@dataclass(frozen=True, slots=True)
class Split:
    """Places of the items in the trained and in the held-out part, and the group of every item."""

    trained: tuple[int, ...]
    tested: tuple[int, ...]
    groups: tuple[str, ...]


def split(items: Sequence[Item], settings: Settings) -> Split:
    """The split by group: no template and no event is on both sides.

    An installation's own labels are never held out, so that what is measured stays the same; those that share a group
    with a held-out item of ours are used by neither.
    """
    names = groups(items)
    ours = {name for item, name in zip(items, names, strict=True) if not item.reviewed}
    sides = [
        held_out(name, settings.held_out_one_in) and (not item.reviewed or name in ours)
        for item, name in zip(items, names, strict=True)
    ]
    return Split(
        tuple(place for place, out in enumerate(sides) if not out),
        tuple(place for place, out in enumerate(sides) if out and not items[place].reviewed),
        names,
    )


def train(items: Sequence[Item], corpus: str, reader: FeatureReader, settings: Settings) -> dict[str, Any]:
    """The model document, trained on the trained part and measured on the held-out one.

    Raises ``TrainingError`` where a label has too few examples to learn from.
    """
    parts = split(items, settings)
    seen = [reader.read(item.article) for item in items]
    columns = _columns(seen, parts, settings)
    matrix = _matrix(seen, columns, settings)
    fits = {
        target: _Fit(target, items, seen, matrix, columns, parts, settings)
        for target in TARGETS
        if target not in _UNLABELLED_BIAS
    }
    labels = {target: fit.chances for target, fit in fits.items() if target in LABELS}
    targets = {
        target.value: fits[target].document({} if target in LABELS else labels)
        if target in fits
        else _by_hand(_UNLABELLED_BIAS[target])
        for target in TARGETS
    }
    return {"format": FORMAT, "corpus": corpus, "items": len(items), "targets": targets}


def _by_hand(bias: float) -> dict[str, Any]:
    return {
        "bias": bias,
        "evidence": 1.0,
        "slope": 1.0,
        "shift": 0.0,
        "threshold": 0.5,
        "unsure": 0.3,
        "counts": True,
        "measured": None,
    }


def _names(features: Features) -> Iterator[str]:
    """The names of the columns that an item has: ``c:cue@zone``, ``h:word``, ``t:word``."""
    yield from {f"c:{hit.key}" for hit in features.hits}
    yield from {f"h:{word}" for word in features.tokens[Zone.HEADLINE] if _tells(word)}
    text = {word for zone in (Zone.LEAD, Zone.BODY) for word in features.tokens.get(zone, ())}
    yield from {f"t:{word}" for word in text if _tells(word)}


def _tells(word: str) -> bool:
    """Whether a word may tell something: single characters (的, 了, 为) tell the writer and the length."""
    return len(word) > 1 and all(_CJK[0] <= character <= _CJK[1] for character in word)


def _columns(seen: Sequence[Features], parts: Split, settings: Settings) -> dict[str, int]:
    users: dict[str, set[str]] = defaultdict(set)
    for place in parts.trained:
        for name in _names(seen[place]):
            users[name].add(parts.groups[place])
    kept = sorted(name for name, used in users.items() if len(used) >= settings.least_groups)
    return {name: place + 1 for place, name in enumerate(kept)}  # column 0 is the evidence


def _matrix(seen: Sequence[Features], columns: Mapping[str, int], settings: Settings) -> csr_matrix:
    values: list[float] = []
    indices: list[int] = []
    ends = [0]
    of_text = {place for name, place in columns.items() if name[0] == "t"}
    scale = {place: settings.cue_scale if name[0] == "c" else settings.word_scale for name, place in columns.items()}
    for features in seen:
        own = sorted(columns[name] for name in _names(features) if name in columns)
        share = text_share(features)
        indices += [0, *own]
        # the evidence of each target is set in its fit
        values += [0.0, *(scale[place] * (share if place in of_text else 1.0) for place in own)]
        ends.append(len(indices))
    return csr_matrix(
        (np.array(values), np.array(indices, dtype=np.int32), np.array(ends, dtype=np.int32)),
        shape=(len(seen), len(columns) + 1),
    )


class _Fit:
    """One target: fitted, calibrated, its threshold chosen on folds, counted on the held-out part."""

    def __init__(
        self,
        target: Target,
        items: Sequence[Item],
        seen: Sequence[Features],
        matrix: csr_matrix,
        columns: Mapping[str, int],
        parts: Split,
        settings: Settings,
    ) -> None:
        self._target = target
        self._settings = settings
        self._columns = columns
        self._parts = parts
        self._truth: Truths = np.array([bool(item.is_a(target)) for item in items])
        self._weights: Numbers = np.array([item.weight for item in items])
        self._matrix = matrix.copy()
        own = np.array([features.evidence[target] for features in seen]) * settings.evidence_scale
        self._matrix.data[self._matrix.indptr[:-1]] = own
        trained = np.array(parts.trained)
        if self._truth[trained].sum() < 2 * settings.folds or (~self._truth[trained]).sum() < 2 * settings.folds:
            count = int(self._truth[trained].sum())
            raise TrainingError(f"{target.value} 的样本太少（{count} 条），正反两面都至少要 {2 * settings.folds} 条")
        self._model = self._fitted(trained)
        # the odds of each item from a model that has not seen its group
        self._odds: Numbers = np.asarray(self._model.decision_function(self._matrix), dtype=np.float64)
        self._odds[trained] = self._out_of_fold(trained)
        weights = self._weights[trained]
        slope, shift = _calibrate(self._odds[trained].reshape(-1, 1), self._truth[trained], weights)
        self.chances: Numbers = _sigmoid(slope[0] * self._odds + shift)

    def document(self, labels: Mapping[Target, Numbers]) -> dict[str, Any]:
        """The target's part of the model; the tone leans on the chances of ``labels``."""
        settings, trained, tested = self._settings, np.array(self._parts.trained), np.array(self._parts.tested)
        inputs = np.column_stack([self._odds, *labels.values()])
        slopes, shift = _calibrate(inputs[trained], self._truth[trained], self._weights[trained])
        chances = _sigmoid(inputs @ slopes + shift)
        lowest = _lowest(self._target, settings)
        threshold = _threshold(chances[trained], self._truth[trained], settings.beta, lowest)
        measured = _count(chances[tested] >= threshold, self._truth[tested])
        weights = self._model.coef_[0]
        document: dict[str, Any] = {
            "bias": round(float(self._model.intercept_[0]), 5),
            "evidence": round(float(weights[0]) * settings.evidence_scale, 5),
            "slope": round(float(slopes[0]), 5),
            "shift": round(shift, 5),
            "leans": {label.value: round(float(weight), 4) for label, weight in zip(labels, slopes[1:], strict=True)},
            "threshold": round(threshold, 3),
            "unsure": round(threshold * settings.unsure_share, 3),
            "counts": self._target not in LABELS or _upper(measured) >= settings.precision_bound,
            "measured": [measured.true_positive, measured.false_positive, measured.false_negative],
            "cues": {},
            "headline": {},
            "text": {},
        }
        homes = {"c": ("cues", settings.cue_scale), "h": ("headline", settings.word_scale)}
        for name, place in self._columns.items():
            home, scale = homes.get(name[0], ("text", settings.word_scale))
            if abs(weight := float(weights[place]) * scale) >= settings.least_weight:
                document[home][name[2:]] = round(weight, 4)
        return document

    def _fitted(self, places: npt.NDArray[np.int64]) -> LogisticRegression:
        model = LogisticRegression(C=self._settings.cost, solver="liblinear", random_state=0)
        return model.fit(self._matrix[places], self._truth[places], sample_weight=self._weights[places])

    def _out_of_fold(self, trained: npt.NDArray[np.int64]) -> Numbers:
        """Log-odds of each trained item from a model that has not seen its group."""
        names = sorted({self._parts.groups[place] for place in trained})
        fold_of = {name: place % self._settings.folds for place, name in enumerate(names)}
        folds = np.array([fold_of[self._parts.groups[place]] for place in trained])
        odds = np.zeros(len(trained))
        for fold in range(self._settings.folds):
            away = folds == fold
            odds[away] = self._fitted(trained[~away]).decision_function(self._matrix[trained[away]])
        return odds


def _lowest(target: Target, settings: Settings) -> float:
    if target not in LABELS:
        return settings.lowest_threshold_tone
    return settings.lowest_threshold_dear if target in _DEAR else settings.lowest_threshold


def _sigmoid(values: Numbers) -> Numbers:
    result: Numbers = 1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0)))
    return result


def _calibrate(inputs: Numbers, truth: Truths, weights: Numbers) -> tuple[Numbers, float]:
    """Platt's slopes and shift; the first input is the target's own odds, whose slope stays positive."""
    fitted = LogisticRegression(C=10.0, solver="lbfgs").fit(inputs, truth, sample_weight=weights)
    slopes = np.asarray(fitted.coef_[0], dtype=np.float64)
    slopes[0] = max(0.05, slopes[0])
    return slopes, float(fitted.intercept_[0])


def _threshold(chances: Numbers, truth: Truths, beta: float, lowest: float) -> float:
    """Where F-beta is best, from ``lowest`` on; among equals the lowest."""
    square = beta**2
    best, chosen = -1.0, lowest
    for threshold in np.arange(lowest, 0.951, 0.01):
        counted = _count(chances >= threshold, truth)
        wrong = counted.false_positive + square * counted.false_negative
        value = (1 + square) * counted.true_positive / max(1e-9, (1 + square) * counted.true_positive + wrong)
        if value > best + 1e-9:
            best, chosen = value, float(threshold)
    return chosen


def _count(flags: Truths, truth: Truths) -> Measured:
    return Measured(int((flags & truth).sum()), int((flags & ~truth).sum()), int((~flags & truth).sum()))


def _upper(measured: Measured) -> float:
    """Upper end of Wilson's interval of the precision; 1 where nothing was flagged."""
    of = measured.true_positive + measured.false_positive
    if of == 0:
        return 1.0
    share = measured.true_positive / of
    spread = _Z * math.sqrt(share * (1 - share) / of + _Z * _Z / (4 * of * of))
    return min(1.0, (share + _Z * _Z / (2 * of) + spread) / (1 + _Z * _Z / of))
