"""The small language in which cues are written, over the marks of ``nlp.marks``.

``<post|organ>``    one word of either class
``<post^enforcer>`` one word of the first that is none of the second
``-4-``             at most four marks in between, within the clause
``~4~``             the same within the sentence
``-4!enforce-``     the same with no word of class ``enforce`` among them (several: ``!a|b``)
everything else is an ordinary regular expression: ``( )``, ``?``, ``+``, ``(?:…)``, ``(?!…)``, ``^``, ``$``
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from nlp.marks import PAUSE, STOP, Lexicon

_CLASSES: Final = re.compile(r"<([a-z|]+)(?:\^([a-z|]+))?>")
_BETWEEN: Final = re.compile(r"([-~])(\d+)(?:!([a-z|]+))?\1")


class Target(StrEnum):
    """What evidence speaks for."""

    NEGATIVE = "negative"
    POSITIVE = "positive"
    ABOUT_GOVERNMENT = "about_government"
    REFUTES = "refutes"
    MISCONDUCT = "misconduct"
    MAJOR_DISHONESTY = "major_dishonesty"
    CREDIT_ABUSE = "credit_abuse"
    INTEGRITY_EDUCATION = "integrity_education"
    SPECIAL_GOVERNANCE = "special_governance"


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern of marks and what it speaks for: evidence in log-odds, negative where it speaks against."""

    name: str
    pattern: str
    evidence: Mapping[Target, float]
    kind: str = ""  # Chinese, finer than the label: 受贿贪污 …
    headline_only: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A pattern with groups whose words are read as another class from then on (“未实施殴打”: no beating)."""

    name: str
    pattern: str
    becomes: str
    only: tuple[str, ...] = ()  # of the words in the group, those of these classes (default: all words)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A pattern over signs, and the letters without one of which it cannot match."""

    search: re.Pattern[str]
    needs: tuple[frozenset[str], ...] = field(default=())


def compile_pattern(pattern: str, lexicon: Lexicon) -> Compiled:
    """The regular expression over signs.  ``nlp.marks.LexiconError`` where a class is unknown."""

    def between(found: re.Match[str]) -> str:
        most, barred = found[2], found[3]
        ends = STOP + (PAUSE if found[1] == "-" else "")
        ends += lexicon.letters(*barred.split("|")) if barred else ""
        return f"[^{ends}]{{0,{most}}}?"

    def one(found: re.Match[str]) -> str:
        return f"[{_letters(found[1], found[2], lexicon)}]"

    text = _CLASSES.sub(one, _BETWEEN.sub(between, pattern))
    return Compiled(re.compile(text), _needs(pattern, lexicon))


def _letters(classes: str, without: str | None, lexicon: Lexicon) -> str:
    letters = lexicon.letters(*classes.split("|"))
    barred = lexicon.letters(*without.split("|")) if without else ""
    return "".join(letter for letter in letters if letter not in barred)


def _needs(pattern: str, lexicon: Lexicon) -> tuple[frozenset[str], ...]:
    """Classes that every match has: those outside brackets and not optional."""
    flat, previous = pattern, ""
    while flat != previous:
        previous, flat = flat, re.sub(r"\((?:\?[:!=]|\?<[!=])?[^()]*\)[?*]|\(\?(?:[!=]|<[!=])[^()]*\)", "", flat)
    if "|" in re.sub(r"<[^>]*>|![a-z|]+", "", flat):
        return ()
    return tuple(
        frozenset(_letters(found[1], found[2], lexicon))
        for found in re.finditer(r"<([a-z|]+)(?:\^([a-z|]+))?>([?*]?)", flat)
        if not found[3]
    )
