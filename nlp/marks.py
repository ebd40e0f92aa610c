"""Words → marks (标记): which words belong to a class of the lexicon, in order, with clause and sentence ends.

A sentence such as “某县住建局局长张某被查” becomes place-organ-post-sanction; everything else only leaves a gap.
Patterns over such marks (``nlp.cues``) say what a thousand patterns over characters would.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

STOP: Final = "。"  # end of a sentence
PAUSE: Final = "，"  # end of a clause
GAP: Final = "…"  # a run of words that belong to no class
HEAD: Final = "长"  # 反贪局 + 长: dictionaries know few of these posts whole
_FIRST_LETTER: Final = 0xE000  # private use: one letter for each set of classes that some word has
_GAP_WORDS: Final = 6
_MEMORY: Final = 200_000  # words whose class is remembered
_STOPS: Final = frozenset("。！？!?\n…|｜丨")
_PAUSES: Final = frozenset("，,；;：: 、【】[]《》“”\"'()（）#—-")
_ENDS: Final = frozenset((STOP, PAUSE))
_TIGHT: Final = frozenset("、“”\"'《》")  # these end no clause: lists and names run on


class LexiconError(Exception):
    """A lexicon text that cannot be used; the text is one Chinese line."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Marks of a text: ``signs`` has one letter for each mark, ``words`` the word behind it ("" for ends and gaps)."""

    signs: str
    words: tuple[str, ...]

    def said(self, start: int, end: int) -> tuple[str, ...]:
        """The words behind a stretch of marks."""
        return tuple(word for word in self.words[start:end] if word)


class Lexicon:
    """Classes of words.  ``texts``: name → YAML text with ``class: words`` and ``endings: {class: endings}``."""

    def __init__(self, texts: Mapping[str, str], extra_classes: Iterable[str] = ()) -> None:
        words: dict[str, set[str]] = {}
        endings: dict[str, set[str]] = {}
        names: set[str] = set(extra_classes)
        for source, text in sorted(texts.items()):
            for name, value in _mapping(source, yaml.safe_load(text)).items():
                if name == "endings":
                    for ended, listed in _mapping(source, value).items():
                        names.add(ended)
                        for ending in _split(source, listed):
                            endings.setdefault(ending, set()).add(ended)
                    continue
                names.add(name)
                for word in _split(source, value):
                    words.setdefault(word, set()).add(name)
        self.classes: Final = frozenset(names)
        self._sets: dict[frozenset[str], str] = {}
        for name in sorted(names):
            self._letter(frozenset((name,)))
        self._endings = {ending: self._letter(frozenset(classes)) for ending, classes in sorted(endings.items())}
        self._longest_ending = max((len(ending) for ending in endings), default=0)
        self.words: Final = tuple(sorted(words))
        self._known = {word: self._letter(frozenset(classes)) for word, classes in sorted(words.items())}
        self._memory: dict[str, str] = dict(self._known)
        self._bodies = frozenset(self.letters(*({"organ", "supervisor"} & names)))
        self._post = self._letter(frozenset(("post",)))

    def _letter(self, classes: frozenset[str]) -> str:
        return self._sets.setdefault(classes, chr(_FIRST_LETTER + len(self._sets)))

    def letters(self, *classes: str) -> str:
        """Every letter whose words belong to one of the classes, in a fixed order."""
        unknown = set(classes) - self.classes
        if unknown:
            raise LexiconError(f"词典中没有类别：{'、'.join(sorted(unknown))}")
        return "".join(letter for held, letter in self._sets.items() if not held.isdisjoint(classes))

    def own_letter(self, name: str) -> str:
        """The letter of words that belong to this class alone."""
        return self._sets[frozenset((name,))]

    def _learn(self, word: str) -> str:
        if word in _STOPS:
            sign = STOP
        elif word in _PAUSES:
            sign = "" if word in _TIGHT else PAUSE
        elif word == HEAD:
            sign = HEAD
        else:
            sign = ""
            for length in range(min(self._longest_ending, len(word) - 1), 0, -1):
                if found := self._endings.get(word[-length:]):
                    sign = found
                    break
        if len(self._memory) > _MEMORY:
            self._memory = dict(self._known)
        self._memory[word] = sign
        return sign

    def mark(self, tokens: Sequence[str]) -> Marked:
        """The marks of a text that was cut into ``tokens``."""
        held = map(self._memory.get, tokens)
        known = [self._learn(token) if sign is None else sign for token, sign in zip(tokens, held, strict=True)]
        if HEAD in known:
            tokens = self._headed(known, list(tokens))
        places = [place for place, sign in enumerate(known) if sign]
        signs = [sign for sign in known if sign]
        words = ["" if sign in _ENDS else tokens[place] for place, sign in zip(places, signs, strict=True)]
        far = [
            at for at, (last, place) in enumerate(zip((-1, *places), places, strict=False)) if place - last > _GAP_WORDS
        ]
        for at in reversed(far):
            signs.insert(at, GAP)
            words.insert(at, "")
        return Marked("".join(signs), tuple(words))

    def _headed(self, known: list[str], tokens: list[str]) -> list[str]:
        """反贪局 + 长: the body becomes a post, and the two words one; ``known`` is changed in place."""
        for place in [place for place, sign in enumerate(known) if sign == HEAD]:
            known[place] = ""
            if place and known[place - 1] in self._bodies:
                known[place - 1], known[place] = "", self._post
                tokens[place] = tokens[place - 1] + tokens[place]
        return tokens


def _mapping(source: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise LexiconError(f"词典文件 {source} 应为“类别: 词语”的形式")
    return value


def _split(source: str, value: Any) -> list[str]:
    if not isinstance(value, str):
        raise LexiconError(f"词典文件 {source}：词语应写成以空格分开的一段文字")
    return value.split()
