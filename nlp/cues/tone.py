"""The tone towards public conduct: praise and complaint only count beside a public body or person."""

from typing import Final

from nlp.cues.grammar import Cue, Target

NEG, POS, GOV, M = Target.NEGATIVE, Target.POSITIVE, Target.ABOUT_GOVERNMENT, Target.MISCONDUCT

CUES: Final[tuple[Cue, ...]] = (
    Cue("public_person", "<post>", {GOV: 2.2}),
    Cue("public_body", "<organ|supervisor>", {GOV: 2.2}),
    Cue("public_place", "<place>", {GOV: 0.6}),
    Cue("state_firm", "<soe>", {GOV: 0.6}),
    Cue("praised", "<post|organ|place|supervisor>~6!misdeed|complaint~<praise>", {POS: 1.6, NEG: -0.6}),
    Cue("praise", "<praise>", {POS: 0.5}),
    Cue("praise_twice", "<praise>~5~<praise>", {POS: 0.6, NEG: -0.4}),
    Cue("complained", "<post|organ|place>~6!praise~<complaint>", {NEG: 1.6, POS: -1.2}),
    Cue("complaint_to", "<complaint>~5!praise~<post|organ|place>", {NEG: 1.2, POS: -0.8}),
    Cue("complaint_twice", "<complaint>~5~<complaint>", {NEG: 0.7, POS: -0.6}),
    Cue("enforcement", "<organ|post>-4-<enforce>", {POS: 0.9, NEG: -0.8, M: -0.4}),
)
