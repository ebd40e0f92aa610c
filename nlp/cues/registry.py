"""Every family of cues; a forgotten one is found by ``tests/nlp/test_cues.py``."""

from typing import Final

from nlp.cues import credit, dishonesty, education, officials, tone, turns, voices
from nlp.cues.grammar import Cue

FAMILIES: Final[tuple[tuple[str, tuple[Cue, ...]], ...]] = (
    ("officials", officials.CUES),
    ("turns", turns.CUES),
    ("dishonesty", dishonesty.CUES),
    ("credit", credit.CUES),
    ("education", education.CUES),
    ("tone", tone.CUES),
    ("voices", voices.CUES),
)
ALL_CUES: Final[tuple[Cue, ...]] = tuple(cue for _, cues in FAMILIES for cue in cues)
