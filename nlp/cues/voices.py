"""Whose voice it is, and what is told without an accusing word: pleas, doubts, connivance, help, legal questions."""

from typing import Final

from nlp.cues.grammar import Cue, Target

M, NEG, GOV, POS = Target.MISCONDUCT, Target.NEGATIVE, Target.ABOUT_GOVERNMENT, Target.POSITIVE
D, E = Target.MAJOR_DISHONESTY, Target.INTEGRITY_EDUCATION

CUES: Final[tuple[Cue, ...]] = (
    # a citizen pleads or asks: it speaks against somebody, but nobody has found anything
    Cue("pleads", "<petition>", {M: -2.2, NEG: 0.6}),
    Cue("pleads_in_headline", "<petition>", {M: -2.2, NEG: 0.4}, headline_only=True),
    Cue("pleads_with_body", "<petition>~8~<post|organ|place|supervisor>", {NEG: 1.4, GOV: 0.6, POS: -0.8}),
    Cue("body_pleaded_with", "<post|organ|place|supervisor>~8~<petition>", {NEG: 1.4, GOV: 0.6, POS: -0.8}),
    Cue("asks_a_lawyer", "<lawsite>", {M: -1.6, NEG: -1.0}),
    Cue("asks_a_lawyer_in_headline", "<lawsite>", {M: -2.0, NEG: -1.2}, headline_only=True),
    Cue("asked_in_headline", "<rhetoric>", {NEG: 0.5}, headline_only=True),
    Cue("asked_of_body", "<post|organ|place|school>~10!praise|award~<rhetoric>", {NEG: 0.9}),
    Cue("rhetoric_about_body", "<rhetoric>~8!praise|award~<post|organ|place>", {NEG: 0.7}),
    Cue("excused", "<post|organ|place|school>~8!praise|award|settled~<excuse>", {NEG: 1.6, GOV: 0.3, POS: -0.8}),
    Cue("grumbled_at", "<grumble>-3!praise-<organ|school|soe>", {NEG: 1.4, GOV: 0.4, POS: -0.6}),
    Cue("facility_broken", "<facility>~5!praise|result|fixed|enforcer~<broken>(?!~4~<fixed>)", {NEG: 0.9, GOV: 0.5}),
    Cue("broken_unheard", "<facility>~8!praise|result|fixed|enforcer~<complaint>(?!~4~<fixed>)", {NEG: 0.9, GOV: 0.4}),
    Cue("counter_complained_of", "<counter>~6!praise|private~<complaint>", {NEG: 1.0, GOV: 1.2, POS: -0.6}),
    Cue("complaint_at_counter", "<complaint>~5!praise|private~<counter>", {NEG: 0.8, GOV: 1.0, POS: -0.6}),
    Cue("private_complained_of", "<private|firm>-3!post|organ|place-<complaint>", {NEG: -1.2}),
    # a death in their hands, and doubts how it came
    Cue("death_in_custody", "<custody>-5!crash|citizen-<death>", {NEG: 2.4, GOV: 1.8, POS: -1.0}),
    Cue("death_after_custody", "<custody>~8!crash|citizen~<death>", {NEG: 1.2, GOV: 0.6}),
    Cue("handling_doubted", "<enforcer|organ|custody>~8~<doubt>", {NEG: 1.4, GOV: 0.4, POS: -0.8}),
    Cue("doubted_handling", "<doubt>~6~<enforcer|organ>", {NEG: 1.0, POS: -0.6}),
    Cue("death_doubted", "<death>~8~<doubt>", {NEG: 0.8}),
    Cue("body_responds", "<organ|place|enforcer>-6!post-<responds>", {NEG: -0.9, M: -0.4}, headline_only=True),
    # they let it happen or took part
    Cue(
        "official_connives", "<post^lawbody>-2!enforce|victim|fake-<connive>", {M: 2.2, NEG: 2.2, GOV: 1.0}, "违法失德"
    ),
    Cue("body_connives", "<school|organ^lawbody>-2!enforce|supervisor-<connive>", {NEG: 2.0, GOV: 1.0}),
    # they help: whatever bad is told was there before them
    Cue("helper", "<helper>", {POS: 2.4, GOV: 2.2, M: -1.0, NEG: -1.2}),
    Cue(
        "awarded",
        "<post|organ|place|helper>~8!misdeed|complaint|discipline|caught|sanction|offence~<award>",
        {POS: 1.9, NEG: -0.6},
    ),
    Cue("result_of_work", "<enforcer|organ|post|helper>~5!misdeed|complaint~<result>", {POS: 1.2, NEG: -0.6}),
    # cases of bad style are cases
    Cue(
        "notice_of_style",
        "<notice>~4!praise|award~<stylematter>~3!praise|award~<ill|notice>",
        {M: 2.4, NEG: 2.2, GOV: 1.4},
        "通报典型问题",
    ),
    Cue(
        "style_cases_exposed",
        "<stylematter^praise>-2!praise|award|rule-<notice>~4~<exposed|charged>",
        {M: 2.2, NEG: 2.0, GOV: 1.4},
        "通报典型问题",
    ),
    Cue(
        "supervisor_publishes",
        "<supervisor>-2-<publish|notice>-4!praise|award-<stylematter>-3!praise|award-<notice>",
        {M: 1.4, NEG: 1.2, GOV: 1.0},
        "通报典型问题",
    ),
    Cue(
        "style_cases",
        "<stylematter>-2-<ill>-3!praise|award|rule-<notice>",
        {M: 2.2, NEG: 2.0, GOV: 1.4},
        "通报典型问题",
    ),
)
