"""Misconduct of public persons (公职人员违纪违法): who with what, and what became of it."""

from typing import Final

from nlp.cues.grammar import Cue, Target

M, NEG, GOV, POS = Target.MISCONDUCT, Target.NEGATIVE, Target.ABOUT_GOVERNMENT, Target.POSITIVE
_STRONG: Final = {M: 3.2, NEG: 2.6, GOV: 2.0}
_GOOD: Final = {M: 2.2, NEG: 1.8, GOV: 1.5}
_FAIR: Final = {M: 1.2, NEG: 1.2, GOV: 1.0}

CUES: Final[tuple[Cue, ...]] = (
    # said of public persons only
    Cue("official_caught", "<post|organ|soe|postish|executive^lawbody>~10!hurt|fake~<caught>", _STRONG, "违纪违法"),
    Cue("caught", "<caught>", {M: 1.4, NEG: 1.0, GOV: 1.0}, "违纪违法"),
    Cue("official_offence", "<post|organ|soe^lawbody>~8!hurt|fake~<offence>", _GOOD, "职务违法"),
    Cue("executive_offence", "<executive|postish>-6-<offence>", _FAIR, "职务违法"),
    Cue("offence_by_official", "<offence>-5-<post>", _FAIR, "职务违法"),
    Cue("offence_amount", "<offence>-3-<amount>", _GOOD, "受贿贪污"),
    Cue("offence_sanction", "<offence>~6~<sanction|procedure|discipline|charged>", _GOOD, "职务违法"),
    Cue("sanction_offence", "<sanction|procedure|discipline|charged>~6~<offence>", _FAIR, "职务违法"),
    Cue("offence", "<offence>", {M: 0.7, NEG: 0.5, GOV: 0.5}, "职务违法"),
    # an official with what came of it
    Cue("official_disciplined", "<post>~8!victim|fake~<discipline>", _STRONG, "被问责处分"),
    Cue("official_sanctioned", "<post^enforcer>~8!enforce|victim|fake~<sanction>", _STRONG, "被查处"),
    Cue("enforcer_sanctioned", "<enforcer^lawbody>-6!enforce|victim|fake|citizen-<sanction|charged>", _GOOD, "被查处"),
    Cue("official_charged", "<post^enforcer>~8!enforce|victim|fake|citizen~<charged>", _GOOD, "被查处"),
    Cue("official_procedure", "<post^enforcer>-6!enforce|victim|fake-<procedure>", _FAIR, "被查处"),
    Cue("place_official_sanction", "<place>-3-<post^enforcer>~6!private|victim~<sanction|discipline|offence>", _FAIR),
    Cue("state_firm_sanctioned", "<soe>-3-<post|postish|executive>-4-<sanction|discipline|misdeed>", _GOOD, "国企人员"),
    Cue("state_firm_executive", "<soe>-3-<post|postish|executive>", {M: 0.6, GOV: 0.6}),
    Cue("disciplined_official", "<discipline>-5!private-<post|postish>", _GOOD, "被问责处分"),
    Cue("sanctioned_official", "<sanction>-5!private-<post^enforcer>", _FAIR, "被查处"),
    Cue("body_disciplined", "<organ>-6!victim|private-<discipline>", _FAIR, "被问责处分"),
    Cue("head_disciplined", "<postish>-6!victim|private-<discipline>", {M: 1.8, NEG: 1.4, GOV: 1.0}, "被问责处分"),
    Cue("head_sanctioned", "<postish>-6!enforce|victim|private-<sanction|offence>", _FAIR, "被查处"),
    Cue("disciplined", "<discipline>", {M: 0.5, NEG: 0.4}, "被问责处分"),
    # an official with what was done
    Cue("official_misdeed", "<post^enforcer>-6!enforce|victim|fake|supervisor-<misdeed|violence>", _GOOD, "违法失德"),
    Cue(
        "official_misdeed_far",
        "<post^enforcer>~10!enforce|victim|fake|supervisor~<misdeed|violence>",
        _FAIR,
        "违法失德",
    ),
    Cue("enforcer_violence", "<enforcer>-4!enforce|victim|fake-<violence>", _GOOD, "粗暴执法"),
    Cue("enforcer_misdeed", "<enforcer^lawbody>-3!enforce|victim|fake|citizen-<misdeed>", _FAIR, "违法失德"),
    Cue("lawbody_misdeed", "<lawbody>-3!enforce|victim|fake|citizen-<misdeed|offence>", {M: 0.5, NEG: 0.6}, "违法失德"),
    Cue(
        "official_misdeed_sanction",
        "<post>~8!enforce|victim|fake~<misdeed|violence>~8~<sanction|discipline>",
        _GOOD,
        "违法失德",
    ),
    Cue(
        "head_misdeed",
        "<postish>-6!enforce|victim|private-<misdeed|violence>",
        {M: 0.8, NEG: 0.8, GOV: 0.4},
        "违法失德",
    ),
    Cue(
        "body_misdeed",
        "<organ^enforcer>-4!enforce|supervisor-<misdeed|violence>",
        {M: 1.5, NEG: 1.3, GOV: 1.0},
        "机关违规",
    ),
    Cue("official_graft", "<post|enforcer^lawbody>~10!enforce|victim|fake~<graft>", _GOOD, "受贿贪污"),
    Cue("graft_amount", "<post|enforcer>~12!victim|fake~<graft>-4-<amount>", _FAIR, "受贿贪污"),
    Cue("official_as_impostor", "<post>-1-<impostor>", {M: 4.0, NEG: 2.5}, "违法失德"),
    Cue("misdeed_disciplined", "<misdeed|violence>~6~<discipline>", {M: 0.8, NEG: 0.6}, "违法失德"),
    Cue("misdeed_by_official", "<misdeed|violence>-3-<post^enforcer>", {M: 0.6, NEG: 0.6, GOV: 0.4}),
    Cue(
        "done_by_official",
        "<passive>-1!citizen|private-<post|postish>-2!enforce-<violence>",
        {M: 1.6, NEG: 1.8, GOV: 0.6},
        "违法失德",
    ),
    Cue("official_confirmed", "<post>~12~<misdeed|violence|offence>~12~<confirm>", _FAIR, "经查属实"),
    Cue("official_gain", "<post^enforcer>-4!enforce-<gain>", {M: 0.9, NEG: 0.9, GOV: 0.4}, "违法失德"),
    Cue(
        "confirmed_of_official",
        "<confirm>~5~<post>~6!enforce|victim|fake~<misdeed|violence|offence>",
        {M: 0.8, NEG: 0.6},
    ),
    Cue("body_lost_in_court", "<organ^lawbody>~8!private~<ruled>", {NEG: 2.0, M: 0.6, GOV: 0.8}, "机关违规"),
    Cue("court_found_against_body", "<ruled>-3!private-<organ^lawbody>", {NEG: 1.4, M: 0.4}, "机关违规"),
    # told, not found: an allegation
    Cue("official_exposed", "<post|organ>-5-<exposed^publish>", {NEG: 1.4, GOV: 0.8}),
    Cue("accused", "<accuse>", {M: -0.9, NEG: 0.6}),
    Cue(
        "only_accused",
        "<accuse>(?![^。]*<confirm|sanction|discipline|caught|charged|procedure>)",
        {M: -1.8, NEG: 0.3},
        headline_only=True,
    ),
    Cue(
        "only_asked",
        "<misdeed|offence|violence|complaint|sanction>~3~<asking>",
        {M: -2.4, NEG: 0.2},
        headline_only=True,
    ),
    Cue(
        "body_suspected",
        "<organ^lawbody>-4!post|postish|executive|supervisor|lawbody|private-<suspected>",
        {M: -1.6, NEG: 0.2},
    ),
    Cue("question_for_a_headline", "<asking>。?$", {M: -1.6}, headline_only=True),
    Cue("accused_official", "<accuse>-5-<post|organ>", {M: -0.6, NEG: 0.8}),
    Cue("summoned", "<supervisor|organ>-2!exhort-<summon>-3-<post|postish|place|organ>", {NEG: 1.4, M: 0.4, GOV: 0.6}),
    Cue("found_wanting", "<supervisor>~12!exhort~<shortcoming>", {NEG: 2.2, GOV: 1.2}),
    Cue("body_found_wanting", "<organ|place>~5!exhort|private~<shortcoming>", {NEG: 0.8, GOV: 0.4}),
    # notices of the supervisors
    Cue("notice_of_cases", "<supervisor>~6~<notice>~8~<caught|offence|misdeed|notice>", _STRONG, "通报典型问题"),
    Cue(
        "case_handled", "<supervisor|organ>-3!exhort-<handled>-3-<post>~5~<misdeed|offence|caught>", _STRONG, "查处案件"
    ),
    Cue("supervisor_sanction", "<supervisor>~10!exhort~<sanction|caught|discipline>", _FAIR, "被查处"),
    Cue("supervisor_notice", "<supervisor>~4~<notice>", _FAIR, "通报典型问题"),
)
