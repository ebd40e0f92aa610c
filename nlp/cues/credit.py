"""Credit measures where they do not belong (信用手段滥用、惩戒泛化): operative verb, matter outside the catalogue."""

from typing import Final

from nlp.cues.grammar import Cue, Target

C, NEG, GOV = Target.CREDIT_ABUSE, Target.NEGATIVE, Target.ABOUT_GOVERNMENT

CUES: Final[tuple[Cue, ...]] = (
    Cue(
        "trivial_into_credit",
        "<trivial>~5!creditoppose~<creditverb>-3-<creditobject>",
        {C: 3.0, NEG: 1.8, GOV: 1.2},
        "惩戒泛化",
    ),
    Cue(
        "credit_for_trivial",
        "<creditverb>-3!creditoppose-<creditobject>~5!creditoppose~<trivial>",
        {C: 2.0, NEG: 1.4},
        "惩戒泛化",
    ),
    Cue("credit_deducted", "<creditobject>-2-<creditverb>~6!creditoppose~<trivial>", {C: 1.8, NEG: 1.4}, "惩戒泛化"),
    Cue("trivial_deducts", "<trivial>~5!creditoppose~<creditobject>-2-<creditverb>", {C: 2.2, NEG: 1.4}, "惩戒泛化"),
    Cue("body_credit", "<organ|place>~8!creditoppose~<creditverb>-3-<creditobject>", {C: 0.8, GOV: 0.8}),
    Cue("credit_opposed", "<creditoppose>~6~<creditobject>", {C: -2.0}),
    Cue("credit_not", "<creditobject>~4~<creditoppose>", {C: -1.6}),
    Cue("trivial", "<trivial>", {C: 0.3}),
)
