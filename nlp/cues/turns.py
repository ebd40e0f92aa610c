"""What turns a text round: denial, condition, victims, impostors, other worlds (README's kinds 5 to 8, 15)."""

from typing import Final

from nlp.cues.grammar import Cue, Target

M, NEG, GOV, POS = Target.MISCONDUCT, Target.NEGATIVE, Target.ABOUT_GOVERNMENT, Target.POSITIVE
D, C, E, G, R = (
    Target.MAJOR_DISHONESTY,
    Target.CREDIT_ABUSE,
    Target.INTEGRITY_EDUCATION,
    Target.SPECIAL_GOVERNANCE,
    Target.REFUTES,
)

CUES: Final[tuple[Cue, ...]] = (
    Cue("refuted", "<refute>", {M: -2.6, NEG: -1.6, R: 3.5, D: -1.5, C: -1.5}),
    Cue("official_refutes", "<post|organ|supervisor>~8~<refute>", {M: -1.0, NEG: -0.6, R: 1.5}),
    Cue(
        "headline_answered_no",
        "。[^。]{0,5}<refute>[^。]{0,2}。?$",
        {M: -2.4, NEG: -2.4, D: -5.0, C: -3.0},
        headline_only=True,
    ),
    Cue("cleared", "<cleared>", {M: -1.4, NEG: -0.6, R: 0.8}),
    Cue("impostor", "<fake>", {M: -4.0, NEG: -2.5}),
    Cue("impostor_word", "<impostor>", {M: -1.5, NEG: -1.0}),
    Cue("abroad", "<alien>", {M: -4.0, NEG: -3.0, GOV: -3.0, POS: -2.0}),
    Cue("foreign", "<foreign>", {M: -2.0, NEG: -1.5, GOV: -1.8, POS: -1.0, D: -2.0}),
    Cue("fiction", "<fiction>", {M: -2.6, NEG: -2.0, GOV: -1.5, POS: -0.8}),
    Cue("staged", "<staged>", {M: -2.6, NEG: -2.0, GOV: -1.5, POS: -1.0, D: -1.5}),
    Cue("told_as_a_novel", "<narrative>.{0,60}?<narrative>", {M: -5.0, NEG: -4.5, GOV: -3.0, POS: -2.0, D: -4.0}),
    Cue(
        "told_as_a_story",
        "<story>.{0,30}?<story>.{0,30}?<story>",
        {M: -3.0, NEG: -2.6, GOV: -2.0, POS: -1.2, D: -2.6},
    ),
    Cue("shouted", "<shouted>", {M: -0.6, NEG: -0.6}),
    Cue("fictitious", "<character>", {M: -2.0, NEG: -1.5, GOV: -2.0}),
    Cue("taught", "<taught>", {M: -0.8, NEG: -0.8, E: 0.8}),
    Cue(
        "practitioner",
        "<practitioner>-4!post|postish|organ-<offence|misdeed|violence|discipline|sanction>",
        {M: -1.8, NEG: -0.6},
    ),
    Cue("pending", "<pending>", {M: -2.2, NEG: 0.2}),
    Cue("not_an_official", "<notofficial>", {M: -2.4, NEG: -1.2}),
    Cue("history", "<history>", {M: -3.0, NEG: -2.5, GOV: -2.0, POS: -1.0}),
    Cue("sport", "<sport>", {M: -2.2, NEG: -2.0, GOV: -1.8, POS: -0.8}),
    Cue("consumer", "<consumer>", {M: -0.7, NEG: -0.7, GOV: -0.8, POS: -0.4}),
    Cue("enforcers_at_work", "<onduty>", {M: -1.2, NEG: -0.6}),
    Cue("routine", "<post|organ|postish|place|supervisor>-4-<routine>", {M: -1.0, NEG: -1.0, GOV: 0.5}),
    Cue("citizen", "<citizen>", {M: -0.3}),
    Cue("victim", "<hurt>", {M: -2.2, NEG: -1.3}),
    Cue("victim_word", "<victim>", {M: -1.0, NEG: -0.6}),
    Cue("civil_act", "<civilact>", {M: -2.0, NEG: -1.5}),
    Cue("enforced", "<enforced>", {M: -1.8, NEG: -1.5, POS: 1.0}),
    Cue("hypothetical", "<hypothetical>", {M: -0.8, NEG: -0.6}),
    Cue("private_post", "<privatepost>", {M: -2.0, NEG: -2.0, GOV: -1.0}),
    Cue("family", "<post><relative>", {M: -0.3}),
    Cue("listing", "<listing>", {M: -1.8, NEG: -1.6, D: -2.0, C: -1.0, E: -0.8}),
    Cue("statistics", "<statistic>", {M: -0.9, NEG: -0.6}),
    Cue("rule_text", "<rule>", {M: -1.0, NEG: -0.9, POS: -0.5, E: -0.6, D: -1.0}),
    Cue("rule_issued", "<rule>-3-<rule>", {M: -1.2, NEG: -1.0, E: -1.0, D: -1.0, C: -0.5}),
)
