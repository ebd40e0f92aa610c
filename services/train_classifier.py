"""Train the news classifier anew, compare it with the one in use, and put it in its place where it is not worse."""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.classifier import Classifier
from nlp.corpus_items import Corpus, Item
from nlp.cues.grammar import Target
from nlp.features import FeatureReader
from nlp.model.linear import LABELS, Measured
from nlp.model.training import Settings, split, train
from records.news import NewsLabel, NewsVerdict
from services.model_card import NAMES, OwnPart
from services.schemes import WrongCallError, why

MEASURED = (Target.NEGATIVE, Target.POSITIVE, *(Target(label.value) for label in NewsLabel))
_WORSE_MEAN = 0.002  # F1: less is the noise of a few items
_WORSE_PRECISION = 0.02  # of misconduct: an accusation


@dataclass(frozen=True, slots=True)
class Comparison:
    """Counts of the old and the new model on the same held-out items."""

    items: int
    old: Mapping[Target, Measured]
    new: Mapping[Target, Measured]

    @property
    def worse(self) -> str:
        """Why the new one is worse, in Chinese; "" where it is not."""
        old, new = _mean(self.old), _mean(self.new)
        if new < old - _WORSE_MEAN:
            return f"各种类 F1 的均值由 {old:.3f} 降到 {new:.3f}"
        before, after = _precision(self.old[Target.MISCONDUCT]), _precision(self.new[Target.MISCONDUCT])
        if after < before - _WORSE_PRECISION:
            return f"违纪违法的准确率由 {before:.1%} 降到 {after:.1%}"
        return ""


def trained(
    corpus: Corpus, fingerprint: str, reader: FeatureReader, settings: Settings, own: OwnPart | None = None
) -> str:
    """The text of the new model.  ``nlp.model.training.TrainingError`` where the corpus does not suffice."""
    document = train(corpus.items, fingerprint, reader, settings)
    if own is not None and own.items:
        document["own"] = {"sha256": own.sha256, "items": own.items, "decision": own.decision}
    return model_text(document)


def model_text(document: Mapping[str, Any]) -> str:
    """A model file that can be read and compared: sorted, one weight a line."""
    return json.dumps(document, ensure_ascii=False, indent=0, sort_keys=True) + "\n"


def compare(corpus: Corpus, settings: Settings, old: Classifier, new: Classifier) -> Comparison:
    """Both models on the held-out part of our corpus; labels that came with the call do not judge themselves."""
    tested = [corpus.items[place] for place in split(corpus.items, settings).tested]
    items = [item for item in tested if not item.reviewed]
    return Comparison(len(items), _counts(items, old), _counts(items, new))


def _counts(items: Sequence[Item], classifier: Classifier) -> dict[Target, Measured]:
    verdicts = list(classifier.judge_many(item.article for item in items))
    return {target: _count(target, items, verdicts) for target in MEASURED}


def _count(target: Target, items: Sequence[Item], verdicts: Sequence[NewsVerdict]) -> Measured:
    pairs = [(said(target, verdict), bool(item.is_a(target))) for item, verdict in zip(items, verdicts, strict=True)]
    return Measured(
        sum(flag and there for flag, there in pairs),
        sum(flag and not there for flag, there in pairs),
        sum(there and not flag for flag, there in pairs),
    )


def said(target: Target, verdict: NewsVerdict) -> bool:
    """Whether a verdict says that the target holds."""
    if target in LABELS:
        return verdict.label(NewsLabel(target.value)).flag
    return verdict.sentiment.value == target.value


def _precision(counted: Measured) -> float:
    return counted.true_positive / max(1, counted.true_positive + counted.false_positive)


def _f1(counted: Measured) -> float:
    of = 2 * counted.true_positive + counted.false_positive + counted.false_negative
    return 2 * counted.true_positive / of if of else 1.0


def _mean(counts: Mapping[Target, Measured]) -> float:
    return sum(_f1(counted) for counted in counts.values()) / len(counts)


def comparison_text(comparison: Comparison) -> str:
    """The comparison as Chinese lines."""
    lines = [f"在未参加训练的 {comparison.items} 条上比较（准确率 / 召回率 / F1）："]
    for target in MEASURED:
        old, new = comparison.old[target], comparison.new[target]
        lines.append(f"  {NAMES[target]}：现用 {_shown(old)}　新训练 {_shown(new)}")
    return "\n".join(lines) + "\n"


def _shown(counted: Measured) -> str:
    recall = counted.true_positive / max(1, counted.true_positive + counted.false_negative)
    return f"{_precision(counted):.3f} / {recall:.3f} / {_f1(counted):.3f}"


def replace_model(path: Path, text: str) -> None:
    """Write the model whole or not at all.  ``WrongCallError`` where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise WrongCallError(f"写不了模型文件 {path}：{why(error)}，请检查路径和权限") from None
