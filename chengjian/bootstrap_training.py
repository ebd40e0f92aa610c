"""The composition root of the training (apart: scikit-learn takes a second to load)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from chengjian.bootstrap_news import corpus_texts
from chengjian.cli.manners import UserError
from chengjian.news_store import open_news
from chengjian.settings import read_settings
from nlp.model.training import Settings, TrainingError, read_settings_of_training
from services.news.corrections import OwnLabels, own_labels
from services.news.event_board import EventBoard
from services.registry import load_city


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


@dataclass(frozen=True, slots=True)
class CityLabels:
    """What the decisions on the events of one city teach."""

    name: str
    labels: OwnLabels


def reviewed_labels(cities: Sequence[str], database: str | None, weight: float) -> Iterator[CityLabels]:
    """Labels of the analysts of each city.  Raises ``UserError``, ``WrongCallError``, ``StorageError``."""
    news = open_news(read_settings(), database)
    for one in dict.fromkeys(cities):
        city = load_city(one)
        standing = EventBoard(news, city.id).standing()
        yield CityLabels(city.name, own_labels(news, city.id, standing, weight=weight))
