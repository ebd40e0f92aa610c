"""A text with the words marked that a verdict rests on, cut into its sentences."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_ENDS: Final = re.compile(r"(?<=[。！？!?；;])[”’」』）)\"']*|\n+")
_LONGEST: Final = 20_000  # characters of a text that are shown


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters: marked with what it speaks for, or plain."""

    text: str
    speaks_for: tuple[str, ...] = ()  # Chinese names of kinds and tones


@dataclass(frozen=True, slots=True)
class Sentence:
    number: int  # from 1
    pieces: tuple[Piece, ...]

    @property
    def marked(self) -> bool:
        return any(piece.speaks_for for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class MarkedText:
    sentences: tuple[Sentence, ...]
    where: Mapping[str, tuple[int, ...]]  # word → numbers of the sentences that it stands in
    cut: int  # characters that are not shown


def mark(text: str, words: Mapping[str, Sequence[str]]) -> MarkedText:
    """``words``: what it speaks for → the words.  Full and half width and spaces within a word are the same."""
    shown, cut = text[:_LONGEST], max(0, len(text) - _LONGEST)
    folded, places = _folded(shown)
    spans: list[tuple[int, int, str, str]] = []
    for kind, of_kind in words.items():
        for word in dict.fromkeys(of_kind):
            for begin, end in _found(word, folded, places):
                spans.append((begin, end, kind, word))
    sentences: list[Sentence] = []
    where: dict[str, list[int]] = {}
    for begin, end in _sentences(shown):
        inside = [span for span in spans if span[0] < end and span[1] > begin]
        number = len(sentences) + 1
        for span in inside:
            numbers = where.setdefault(span[3], [])
            if number not in numbers:
                numbers.append(number)
        sentences.append(Sentence(number, _pieces(shown, begin, end, inside)))
    return MarkedText(tuple(sentences), {word: tuple(numbers) for word, numbers in where.items()}, cut)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text without spaces and in half width, and the place of each of its characters in the original."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for plain in unicodedata.normalize("NFKC", character).casefold():
            if not plain.isspace():
                characters.append(plain)
                places.append(place)
    return "".join(characters), places


def _found(word: str, folded: str, places: Sequence[int]) -> list[tuple[int, int]]:
    """Spans of the original text; a word with an ellipsis is found by its parts."""
    spans = []
    for part in re.split(r"…+|\.{3,}", word):
        sought, _ = _folded(part)
        at = folded.find(sought) if sought else -1
        while at >= 0:
            spans.append((places[at], places[at + len(sought) - 1] + 1))
            at = folded.find(sought, at + len(sought))
    return spans


def _sentences(text: str) -> list[tuple[int, int]]:
    ends = [found.end() for found in _ENDS.finditer(text)]
    begins = [0, *ends]
    spans = zip(begins, [*ends, len(text)], strict=True)
    return [(begin, end) for begin, end in spans if text[begin:end].strip()]


def _pieces(text: str, begin: int, end: int, spans: Sequence[tuple[int, int, str, str]]) -> tuple[Piece, ...]:
    edges = sorted({begin, end, *(max(begin, one[0]) for one in spans), *(min(end, one[1]) for one in spans)})
    pieces = []
    for first, last in pairwise(edges):
        kinds = tuple(dict.fromkeys(kind for left, right, kind, _ in spans if left <= first and right >= last))
        pieces.append(Piece(text[first:last], kinds))
    return tuple(pieces)
