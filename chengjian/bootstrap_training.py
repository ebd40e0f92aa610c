"""The composition root of the training (apart: scikit-learn takes a second to load)."""

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from chengjian.bootstrap_news import corpus_texts
from chengjian.cli.manners import UserError
from nlp.model.training import Settings, TrainingError, read_settings_of_training


def training_inputs(labels: Sequence[Path]) -> tuple[Mapping[str, str], Mapping[str, str], Settings]:
    """Corpus, an installation's own reviewed labels, and the numbers of the training.  Raises ``UserError``."""
    reviewed = {}
    for path in labels:
        try:
            reviewed[str(path)] = path.read_text("utf-8-sig")
        except (OSError, ValueError) as error:
            raise UserError(f"不能读取标注文件 {path}：{getattr(error, 'strerror', None) or error}") from None
    try:
        numbers = read_settings_of_training((resources.files("nlp") / "model" / "training.yml").read_text("utf-8"))
    except TrainingError as error:
        raise UserError(str(error)) from None
    return corpus_texts(), reviewed, numbers
