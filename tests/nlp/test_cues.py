"""The cue language, and that no family, class or reading is forgotten."""

import pkgutil

import pytest

import nlp.cues
from chengjian.bootstrap_news import lexicon_texts
from nlp.cues.grammar import Target, compile_pattern
from nlp.cues.readings import MADE, READINGS
from nlp.cues.registry import ALL_CUES, FAMILIES
from nlp.features import build_lexicon
from nlp.marks import Lexicon, LexiconError

SMALL = Lexicon(
    {"a.yml": "post: 局长\nsanction: 被查 被抓\nvictim: 被打\nboth: 被抓\norgan: 反贪局"}, extra_classes=("odd",)
)


def found(pattern: str, *tokens: str) -> bool:
    return compile_pattern(pattern, SMALL).search.search(SMALL.mark(tokens).signs) is not None


@pytest.mark.parametrize(
    ("pattern", "tokens", "matches"),
    [
        ("<post>-4-<sanction>", ("局长", "被查"), True),
        ("<post>-4-<sanction>", ("局长", "，", "被查"), False),
        ("<post>~4~<sanction>", ("局长", "，", "被查"), True),
        ("<post>~4~<sanction>", ("局长", "。", "被查"), False),
        ("<post>~4!victim~<sanction>", ("局长", "被打", "被查"), False),
        ("<post>~4!victim~<sanction>", ("局长", "被查", "被打"), True),
        ("<post>~0~<sanction>", ("局长", "被打", "被查"), False),
        ("<sanction^both>", ("被抓",), False),
        ("<sanction^both>", ("被查",), True),
        ("<post|victim>-1-<sanction>", ("被打", "被查"), True),
        ("<post>-1-<sanction>", ("反贪局", "长", "被查"), True),
        ("<post>-1-<sanction>", ("反贪局", "增", "长", "被查"), False),
    ],
)
def test_the_language(pattern: str, tokens: tuple[str, ...], matches: bool) -> None:
    """Clause, sentence, barred classes, exclusions and posts cut in two: what every cue rests on."""
    assert found(pattern, *tokens) is matches


def test_a_prefilter_never_hides_a_match() -> None:
    """What a pattern needs must be in every text that it matches, or cues would silently vanish."""
    lexicon = build_lexicon(lexicon_texts())
    for name, pattern in [*((r.name, r.pattern) for r in READINGS), *((c.name, c.pattern) for c in ALL_CUES)]:
        compiled = compile_pattern(pattern, lexicon)
        assert compiled.needs, name


def test_every_family_is_registered() -> None:
    """A file of cues that nobody lists would do nothing."""
    modules = {name for _, name, _ in pkgutil.iter_modules(nlp.cues.__path__)} - {"grammar", "readings", "registry"}
    assert modules == {name for name, _ in FAMILIES}


def test_names_are_unique_and_evidence_is_known() -> None:
    """Weights are kept by a cue's name."""
    names = [cue.name for cue in ALL_CUES]
    assert len(names) == len(set(names))
    assert all(cue.evidence and set(cue.evidence) <= set(Target) for cue in ALL_CUES)


def test_every_made_class_is_made() -> None:
    """A class that no reading gives would make its cue a dead letter."""
    assert {reading.becomes for reading in READINGS} >= set(MADE)


def test_an_unknown_class_is_told() -> None:
    """A slip in a pattern must not pass as a pattern that never matches."""
    with pytest.raises(LexiconError, match="nosuch"):
        compile_pattern("<nosuch>", SMALL)


@pytest.mark.parametrize("text", ["- a", "post: [局长]", "1: 局长"])
def test_a_lexicon_of_the_wrong_shape_is_told(text: str) -> None:
    """A damaged dictionary is one Chinese line, not a traceback."""
    with pytest.raises(LexiconError, match=r"a\.yml"):
        Lexicon({"a.yml": text})
