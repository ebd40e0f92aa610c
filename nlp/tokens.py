"""The one tokenizer (分词): what is trained on is cut exactly as what is judged."""

from collections.abc import Iterable, Sequence
from typing import Protocol


class Cutter(Protocol):
    """What is used of ``rjieba.Jieba``: a dictionary of its own, nothing global."""

    def cut(self, text: str, hmm: bool = True) -> list[str]: ...

    def add_word(self, word: str, freq: int | None, tag: str | None) -> int: ...

    def suggest_freq(self, segment: str) -> int: ...


# words of the general dictionary that swallow ours: 6名城管 is no 名城
_UNLIKELY = ("名城",)


class Tokenizer:
    """Cuts Chinese text into words, without guessing unknown ones: the same text always gives the same words."""

    def __init__(self, cutter: Cutter, words: Iterable[str] = ()) -> None:
        self._cutter = cutter
        for word in _UNLIKELY:
            cutter.add_word(word, 1, "n")
        for word in sorted(set(words)):
            if len(word) > 1:
                cutter.add_word(word, cutter.suggest_freq(word), "n")

    def cut(self, text: str) -> Sequence[str]:
        return self._cutter.cut(text, False)
