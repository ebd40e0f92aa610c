"""The composition root of the news: classifier and tokenizer from the packaged files (apart: no crawler is loaded)."""

import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

import rjieba
from zhconv import zhconv

from chengjian.cli.manners import UserError
from chengjian.settings import read_settings
from nlp.attribution import Attributor
from nlp.classifier import Classifier
from nlp.events import group
from nlp.features import FeatureReader, build_lexicon
from nlp.marks import LexiconError
from nlp.model.linear import ModelError
from nlp.normalise import Normaliser
from nlp.reading import script_table
from nlp.tokens import Tokenizer
from records.news import NewsFact
from records.registry import City
from services.classify_news import Attributing, Grouping

MODEL_FILE = "news.json"
OWN_MODEL_FILE = "news-model.json"


def lexicon_texts() -> Mapping[str, str]:
    """Name → text of each packaged lexicon file."""
    return _texts("lexicon", ".yml")


def corpus_texts() -> Mapping[str, str]:
    """Name → text of each file of the training corpus that comes with the program."""
    return _texts("corpus", ".jsonl")


def _texts(folder: str, ending: str) -> Mapping[str, str]:
    entries = (resources.files("nlp") / folder).iterdir()
    return {entry.name: entry.read_text("utf-8") for entry in entries if entry.name.endswith(ending)}


def packaged_model_text() -> str:
    """The model that comes with the program."""
    return (resources.files("nlp") / "model" / MODEL_FILE).read_text("utf-8")


def own_model_file() -> Path:
    """Where `chengjian train` puts this installation's own model."""
    return read_settings().home / OWN_MODEL_FILE


def model_text(model_file: Path | None = None) -> str:
    """The model to judge with: the file given, else this installation's own, else the packaged one.

    Raises ``UserError`` where the file cannot be read.
    """
    own = own_model_file()
    chosen = model_file or (own if own.is_file() else None)
    if chosen is None:
        return packaged_model_text()
    try:
        return chosen.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise UserError(f"不能读取模型文件 {chosen}：{getattr(error, 'strerror', None) or error}") from None


@cache
def _simplified() -> tuple[Mapping[str, str], frozenset[str]]:
    """zhconv's table of simplified forms, and the characters that occur only in Traditional script."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # zhconv leaves its table file to the garbage collector
        table = zhconv.getdict("zh-hans")
    return table, frozenset(zhconv.zhcdicts["TRADONLY"])


@cache
def news_normaliser() -> Normaliser:
    """The normaliser with zhconv's tables loaded (once for the program)."""
    _, traditional = _simplified()
    return Normaliser(lambda text: str(zhconv.convert(text, "zh-hans")), traditional)


@cache
def news_tokenizer() -> Tokenizer:
    """The one tokenizer, with the domain dictionary (once for the program)."""
    try:
        return Tokenizer(rjieba.Jieba(), build_lexicon(lexicon_texts()).words)
    except LexiconError as error:
        raise UserError(str(error)) from None


def feature_reader() -> FeatureReader:
    """What the trainer reads items with: the same that judges."""
    return FeatureReader(news_tokenizer(), build_lexicon(lexicon_texts()), news_normaliser())


def news_classifier(model_file: Path | None = None, thresholds: Mapping[str, float] | None = None) -> Classifier:
    """The classifier with ``model_text(model_file)``, and with other thresholds where they are given.

    ``thresholds``: label or tone → probability; "" stands for every label.  Raises ``UserError``.
    """
    return classifier_of(model_text(model_file), thresholds)


def classifier_of(text: str, thresholds: Mapping[str, float] | None = None) -> Classifier:
    """The classifier with the model in ``text``.  Raises ``UserError``."""
    try:
        return Classifier(news_tokenizer(), text, lexicon_texts(), news_normaliser(), thresholds)
    except (LexiconError, ModelError) as error:
        raise UserError(str(error)) from None


def gazetteer_text() -> str:
    """The divisions of the country as packaged."""
    return (resources.files("nlp.gazetteer") / "divisions.txt").read_text("utf-8")


@cache
def script() -> Mapping[int, str]:
    """Each Traditional character to its simplified form."""
    table, _ = _simplified()
    return script_table(lambda character: table.get(character, character))


def attributor(city: City) -> Attributor:
    """Who says whose an item is, for the units of a city."""
    return Attributor([city], gazetteer_text(), script())


def news_attribution(city: City) -> tuple[Attributing, Grouping]:
    """Who says whose an item is, for the units of a city, and which items are one event."""

    def grouping(facts: Sequence[NewsFact]) -> Mapping[str, str]:
        return group(facts, script=script()).event_of

    return attributor(city), grouping
