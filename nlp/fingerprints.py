"""Near-duplicates (近似重复): how much of one text stands in another, told from hashes of its letters.

A text is its set of five-letter shingles, without digits, punctuation and blanks, so that copies with stripped digits
or another layout are the same.  MinHash signatures find candidates in linear time; the sets themselves decide.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

_LETTERS: Final = re.compile(r"[^\u4e00-\u9fffA-Za-z]+")
_WIDTH: Final = 5
_MOST_LETTERS: Final = 1_500  # the head of an article tells it; bounds memory
_ROWS: Final = 2
_BANDS: Final = 16  # two rows each: pairs that share a quarter of their shingles are met nine times in ten and more
_RANDOM: Final = np.random.default_rng(20_260_101)  # fixed: the same text has the same signature on every machine
_FACTORS: Final = _RANDOM.integers(1, 2**62, size=_ROWS * _BANDS, dtype=np.uint64) | np.uint64(1)
_OFFSETS: Final = _RANDOM.integers(0, 2**62, size=_ROWS * _BANDS, dtype=np.uint64)
_POWERS: Final = np.array([pow(0x9E3779B97F4A7C15, n, 2**64) for n in range(_WIDTH)], dtype=np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """The shingles of a text, sorted and without doubles, and the bands of its signature."""

    shingles: npt.NDArray[np.uint32]
    bands: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.shingles)


def letters(text: str) -> str:
    """What is compared of a text."""
    return _LETTERS.sub("", text[: 3 * _MOST_LETTERS])[:_MOST_LETTERS]


def fingerprint(text: str) -> Fingerprint:
    """Of a text in any script; empty for less than five letters."""
    plain = letters(text)
    if len(plain) < _WIDTH:
        return Fingerprint(np.empty(0, dtype=np.uint32), ())
    codes = np.frombuffer(plain.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    count = len(codes) - _WIDTH + 1
    mixed = np.zeros(count, dtype=np.uint64)
    for n in range(_WIDTH):
        mixed += codes[n : n + count] * _POWERS[n]
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    shingles = np.unique((mixed >> np.uint64(32)).astype(np.uint32))
    rows = (shingles.astype(np.uint64)[None, :] * _FACTORS[:, None] + _OFFSETS[:, None]) >> np.uint64(32)
    least = rows.min(axis=1)
    bands = tuple(
        int(least[at]) * 0x1_0000_0001 + int(least[at + 1]) * 31 + at for at in range(0, _ROWS * _BANDS, _ROWS)
    )
    return Fingerprint(shingles, bands)


def overlap(one: Fingerprint, other: Fingerprint) -> tuple[float, float]:
    """Share of common shingles among all (Jaccard), and among those of the shorter text (containment)."""
    if not len(one) or not len(other):
        return 0.0, 0.0
    common = len(np.intersect1d(one.shingles, other.shingles, assume_unique=True))
    return common / (len(one) + len(other) - common), common / min(len(one), len(other))


def band_keys(mark: Fingerprint) -> Iterator[tuple[str, int]]:
    """Keys under which near-duplicates are met."""
    for band in mark.bands:
        yield ("band", band)
