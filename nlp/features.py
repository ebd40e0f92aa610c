"""What is seen in an item: hits of cues by zone, evidence in log-odds, and its words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from nlp.cues.grammar import Cue, Reading, Target, compile_pattern
from nlp.cues.readings import MADE, READINGS
from nlp.cues.registry import ALL_CUES
from nlp.marks import Lexicon, Marked
from nlp.normalise import Normaliser
from nlp.tokens import Tokenizer
from nlp.zones import Zone, split
from records.news import Article

# What speaks for a target, by zone; what speaks against it counts less in the body, where a long report has room for
# everything: the official version, the law, praise.
WEIGHT: Final[Mapping[Zone, float]] = {Zone.HEADLINE: 1.0, Zone.LEAD: 0.85, Zone.BODY: 0.45}
WEIGHT_AGAINST: Final[Mapping[Zone, float]] = {Zone.HEADLINE: 1.0, Zone.LEAD: 0.85, Zone.BODY: 0.3}
_WORDS_SHOWN: Final = 6
_TARGETS: Final = tuple(Target)


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue that was found, where, and the words of the item."""

    cue: Cue
    key: str  # of the model's weights: cue@zone
    evidence: tuple[tuple[int, float], ...]  # place of the target among all, log-odds as weighed in this zone
    marked: Marked
    span: tuple[int, int]

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the match; of a long one the outer ones, which made it."""
        words = self.marked.said(*self.span)
        if len(words) <= _WORDS_SHOWN:
            return words
        half = _WORDS_SHOWN // 2
        return words[:half] + words[-half:]


@dataclass(frozen=True, slots=True)
class Features:
    """All that the model sees of an item."""

    hits: tuple[Hit, ...]
    evidence: Mapping[Target, float]  # log-odds from the cues alone
    tokens: Mapping[Zone, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Rewrite:
    search: re.Pattern[str]
    needs: int  # bits of ``_Needs``
    group_letters: str
    letter: str


@dataclass(frozen=True, slots=True)
class _Sought:
    """A cue as it is looked for in one zone."""

    place: int  # in the order of all cues
    cue: Cue
    search: re.Pattern[str]
    needs: int  # bits of ``_Needs``
    key: str
    evidence: tuple[tuple[int, float], ...]


class _Needs:
    """Which patterns cannot match a text, told by one ``and`` of bits: most of two hundred are ruled out so."""

    def __init__(self) -> None:
        self._bits: dict[frozenset[str], int] = {}
        self._of_letter: dict[str, int] = {}

    def mask(self, needs: tuple[frozenset[str], ...]) -> int:
        """The bits of a pattern, one for each set of letters of which it needs one."""
        mask = 0
        for letters in needs:
            bit = self._bits.setdefault(letters, 1 << len(self._bits))
            mask |= bit
            for letter in letters:
                self._of_letter[letter] = self._of_letter.get(letter, 0) | bit
        return mask

    def rarest(self, mask: int) -> int:
        """Of the bits in a mask the one with the fewest letters; 0 where there is none."""
        sizes = [(len(letters), bit) for letters, bit in self._bits.items() if bit & mask]
        return min(sizes)[1] if sizes else 0

    def held(self, signs: str) -> int:
        """The bits that a text has."""
        held = 0
        for letter in set(signs):
            held |= self._of_letter.get(letter, 0)
        return held


def build_lexicon(texts: Mapping[str, str]) -> Lexicon:
    """The lexicon with the classes that only readings make."""
    return Lexicon(texts, extra_classes=MADE)


class FeatureReader:
    """Reads the features of an item; pure and deterministic."""

    def __init__(self, tokenizer: Tokenizer, lexicon: Lexicon, normalise: Normaliser) -> None:
        self._tokenizer = tokenizer
        self._lexicon = lexicon
        self._normalise = normalise
        self._needs = _Needs()
        self._rewrites = tuple(self._rewrite(reading) for reading in READINGS)
        self._by_need: dict[Zone, dict[int, list[_Sought]]] = {zone: {} for zone in Zone}  # by the rarest need
        for place, cue in enumerate(ALL_CUES):
            search, needs = self._pattern(cue.pattern)
            rarest = self._needs.rarest(needs)
            for zone in (Zone.HEADLINE,) if cue.headline_only else Zone:
                sought = _Sought(place, cue, search, needs, f"{cue.name}@{zone.value}", _weighed(cue, zone))
                self._by_need[zone].setdefault(rarest, []).append(sought)

    def _pattern(self, pattern: str) -> tuple[re.Pattern[str], int]:
        compiled = compile_pattern(pattern, self._lexicon)
        return compiled.search, self._needs.mask(compiled.needs)

    def _rewrite(self, reading: Reading) -> _Rewrite:
        only = self._lexicon.letters(*reading.only) if reading.only else ""
        return _Rewrite(*self._pattern(reading.pattern), only, self._lexicon.own_letter(reading.becomes))

    def read(self, article: Article) -> Features:
        tokens: dict[Zone, Sequence[str]] = {}
        best: dict[str, Hit] = {}
        hits: list[Hit] = []
        for zone, text in split(article, self._normalise).items():
            cut = self._tokenizer.cut(text) if text else ()
            tokens[zone] = cut
            if not cut:
                continue
            for hit in self._hits(self._reread(self._lexicon.mark(cut)), zone):
                hits.append(hit)
                best.setdefault(hit.cue.name, hit)
        totals = [0.0] * len(_TARGETS)
        for hit in best.values():
            for place, value in hit.evidence:
                totals[place] += value
        return Features(tuple(hits), dict(zip(_TARGETS, totals, strict=True)), tokens)

    def _reread(self, marked: Marked) -> Marked:
        """The marks with every reading applied, in their order."""
        signs, held = marked.signs, self._needs.held(marked.signs)
        for rewrite in self._rewrites:
            if rewrite.needs & held != rewrite.needs:
                continue
            changed: list[str] = []
            for found in rewrite.search.finditer(signs):
                changed = changed or list(signs)
                for place in range(*found.span(1)):
                    if marked.words[place] and (not rewrite.group_letters or signs[place] in rewrite.group_letters):
                        changed[place] = rewrite.letter
            if changed:
                signs = "".join(changed)
                held |= self._needs.held(rewrite.letter)  # what went costs a vain search at most
        return Marked(signs, marked.words)

    def _hits(self, marked: Marked, zone: Zone) -> list[Hit]:
        signs, held = marked.signs, self._needs.held(marked.signs)
        possible = [
            sought
            for bit, group in self._by_need[zone].items()
            if bit & held == bit
            for sought in group
            if sought.needs & held == sought.needs
        ]
        possible.sort(key=attrgetter("place"))
        return [
            Hit(sought.cue, sought.key, sought.evidence, marked, found.span())
            for sought in possible
            if (found := sought.search.search(signs))
        ]


def _weighed(cue: Cue, zone: Zone) -> tuple[tuple[int, float], ...]:
    """What a hit of the cue in a zone says: place of the target, log-odds."""
    return tuple(
        (_TARGETS.index(target), (WEIGHT if value > 0 else WEIGHT_AGAINST)[zone] * value)
        for target, value in cue.evidence.items()
    )
