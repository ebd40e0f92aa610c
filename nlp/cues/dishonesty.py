"""Dishonesty of public bodies (重大失信): debts, broken promises, the enforcement list; and the clean-up of it."""

from typing import Final

from nlp.cues.grammar import Cue, Target

D, G, NEG, POS, GOV = (
    Target.MAJOR_DISHONESTY,
    Target.SPECIAL_GOVERNANCE,
    Target.NEGATIVE,
    Target.POSITIVE,
    Target.ABOUT_GOVERNMENT,
)
_WHO: Final = "<organ|post|place|soe^lawbody>"
_NOT: Final = "privatedebtor|campaign|publish|actsupon"

CUES: Final[tuple[Cue, ...]] = (
    Cue(
        "body_owes",
        f"{_WHO}-5!{_NOT}-<owe>-4-<duedebt|amount>",
        {D: 3.2, NEG: 2.2, GOV: 1.5},
        "政府拖欠",
    ),
    Cue("body_owes_far", f"{_WHO}~8!{_NOT}~<owe>~5~<duedebt|amount>", {D: 1.2, NEG: 1.0}, "政府拖欠"),
    Cue("body_owes_bare", f"{_WHO}-3!{_NOT}-<owe>", {D: 1.6, NEG: 1.4, GOV: 1.0}, "政府拖欠"),
    Cue("debt_unpaid", "<duedebt>-4!campaign-<owe>", {D: 1.0, NEG: 0.8}, "政府拖欠"),
    Cue("works_unpaid", "<undertaking>-3!campaign-<owe>", {D: 1.4, NEG: 1.2, GOV: 0.5}, "政府拖欠"),
    Cue(
        "public_work_unpaid",
        "<pubwork>~8!privatedebtor|campaign|settled~<owe>",
        {D: 1.4, NEG: 1.0, GOV: 0.4},
        "政府拖欠",
    ),
    Cue(
        "owed_for_public_work",
        "<owe>~5!privatedebtor|campaign~<pubwork>-4-<money|duedebt>",
        {D: 1.4, NEG: 1.0, GOV: 0.4},
        "政府拖欠",
    ),
    Cue("owes_debt", "<owe>-2!campaign-<duedebt>", {D: 0.6, NEG: 0.6}),
    Cue("money_of_body_unpaid", "<owe>-2-<organ|place^lawbody>-1-<money>", {D: 2.0, NEG: 1.6, GOV: 0.6}, "政府拖欠"),
    Cue(
        "agreement_breached",
        "<undertaking>-5!private|privatedebtor|campaign-<breach>",
        {D: 0.6, NEG: 0.4},
        "违约毁约",
    ),
    Cue("breaches_agreement", "<breach>-4!campaign-<undertaking>", {D: 1.0, NEG: 0.6}, "违约毁约"),
    Cue("debt_of_body", "<owe|duedebt>~6!campaign~<organ|post>", {D: 0.8, NEG: 0.6, GOV: 0.5}, "政府拖欠"),
    Cue(
        "body_enlisted",
        "<organ|place^lawbody>~6!privatedebtor|campaign|enforce|exhort|praise|publish|actsupon|taking~<enlisted>",
        {D: 2.2, NEG: 1.8, GOV: 1.5},
        "失信被执行",
    ),
    Cue(
        "body_becomes_debtor",
        "<organ^lawbody>-1!private|privatedebtor|campaign|citizen|publish|actsupon|taking-<becoming>-2!citizen|private-<listed>",
        {D: 2.4, NEG: 1.6, GOV: 0.8},
        "失信被执行",
    ),
    Cue(
        "body_made_debtor",
        "<organ^lawbody>-1!private|privatedebtor|campaign|citizen-<madedebtor>",
        {D: 1.6, NEG: 1.2, GOV: 0.6},
        "失信被执行",
    ),
    Cue("debtors_published", "<publish>-3!organ-<debtor>", {D: -2.2, NEG: -1.2}),
    Cue("body_in_dispute", "<organ^lawbody>-3-<dispute>", {D: 1.2, NEG: 0.4}, "政府拖欠"),
    Cue(
        "body_settles",
        "<organ^lawbody>-6!private|lawbody|citizen-<owe|duedebt>-4-<settled>",
        {D: 1.2, POS: 0.8, NEG: -0.6},
        "已清偿",
    ),
    Cue("enlisted_body", "<enlisted>-4!privatedebtor|campaign-<organ>", {D: 0.8, NEG: 0.6}, "失信被执行"),
    Cue(
        "body_listed",
        "<organ|place^lawbody>~8!privatedebtor|campaign|publish|actsupon|private|citizen|firm|taking~<creditverb^publish|actsupon>-2-<enlisted>",
        {D: 2.0, NEG: 1.8, GOV: 0.8},
        "失信被执行",
    ),
    Cue("judgment_unpaid", "<organ|place^lawbody>~8~<enlisted>~6~<enlisted|owe>", {D: 1.0, NEG: 0.8}, "失信被执行"),
    Cue(
        "body_breaks",
        "<organ|place|post^lawbody>~6!privatedebtor~<promise>",
        {D: 1.8, NEG: 1.8, GOV: 1.2},
        "违约毁约",
    ),
    Cue("promise_broken", "<undertaking>~6~<promise>", {D: 1.6, NEG: 1.2, GOV: 0.6}, "违约毁约"),
    Cue("breaks_promise", "<promise>~6~<undertaking>", {D: 1.0, NEG: 0.8, GOV: 0.5}, "违约毁约"),
    Cue("promise_unpaid", "<undertaking>~6~<owe>", {D: 1.0, NEG: 0.8}, "违约毁约"),
    Cue(
        "promised_more",
        "<pledged|undertaking>~6!private|privatedebtor~<shortpay>",
        {D: 2.0, NEG: 1.6, GOV: 0.3},
        "违约毁约",
    ),
    Cue(
        "land_paid_short", "<land|duedebt>~8!private|privatedebtor~<shortpay>", {D: 1.4, NEG: 1.0, GOV: 0.6}, "违约毁约"
    ),
    Cue("body_pays_short", f"{_WHO}-4!privatedebtor|campaign-<shortpay>", {D: 1.2, NEG: 1.4}, "违约毁约"),
    Cue("pledge_broken", "<pledged>~8!private|privatedebtor~<promise>", {D: 0.8, NEG: 1.2}, "违约毁约"),
    Cue(
        "body_pledged",
        f"{_WHO}~6!privatedebtor~<pledged>~8!campaign|settled|privatedebtor|private~<promise|owe>",
        {D: 1.4, NEG: 1.2},
        "违约毁约",
    ),
    Cue("body_gives_iou", "<organ|post^lawbody>-4!privatedebtor|campaign-<iou>", {D: 1.6, NEG: 1.2}, "政府拖欠"),
    Cue("iou_of_body", "<iou>~8!privatedebtor|campaign~<organ^lawbody>", {D: 1.2, NEG: 0.8}, "政府拖欠"),
    Cue(
        "settled_by_body",
        "<owe|duedebt>~5!private|lawbody~<settled>~8!private|lawbody~<organ^lawbody>",
        {D: 1.2, POS: 0.8, NEG: -0.6},
        "已清偿",
    ),
    Cue(
        "body_delisted",
        "<organ|place>-6!private|privatedebtor|citizen|firm-<delist>",
        {D: 1.8, G: 1.2, POS: 1.0, NEG: -0.8},
        "已清偿",
    ),
    Cue("empty_promises_cleaned", "<campaign>-3-<promise>", {G: 1.4, D: -0.8, NEG: -0.6}, "失信问题专项治理"),
    Cue("private_debtor", "<privatedebtor>", {D: -1.0, NEG: -0.4}),
    Cue("private_owes", "<privatedebtor>-4!organ-<owe|enlisted|promise>", {D: -1.6, NEG: -0.8}),
    Cue("court_enforces", "<organ>-3-<enforce>~4~<enlisted|owe>", {D: -1.6, NEG: -1.0, POS: 0.8}),
    Cue("settled", "<organ|place>~6~<settled>", {POS: 1.0, NEG: -0.8, G: 0.5}),
    Cue("debt_settled", "<owe|duedebt>~5~<settled>", {D: 0.5, POS: 1.0, NEG: -0.8, G: 0.4}, "已清偿"),
    Cue("settles_debt", "<settled>~5~<owe|duedebt>", {D: 0.5, POS: 1.0, NEG: -0.8, G: 0.4}, "已清偿"),
    Cue("clean_up", "<govdebt>~6~<campaign>", {G: 2.4, GOV: 1.5, POS: 0.6, D: -1.0, NEG: -1.2}, "失信问题专项治理"),
    Cue("clean_up_of", "<campaign>~6~<govdebt>", {G: 2.2, GOV: 1.5, POS: 0.6, D: -1.0, NEG: -1.2}, "失信问题专项治理"),
    Cue("clean_up_settled", "<govdebt>~8~<settled>", {G: 1.6, POS: 1.2, NEG: -1.0, D: 0.8}, "清欠"),
    Cue("delisted", "<enlisted>-3-<settled>", {D: 1.2, POS: 1.0, NEG: -1.0, G: 0.8}, "已清偿"),
    Cue("debt_clean_up", "<campaign>-4-<owe|duedebt>", {G: 1.0, D: -0.8, NEG: -0.8, POS: 0.5}, "清欠"),
    Cue("debt_cleaned_up", "<owe|duedebt>-4-<campaign>", {G: 1.0, D: -0.8, NEG: -0.6, POS: 0.4}, "清欠"),
    Cue("debt_meeting", "<govdebt|owe|duedebt>-4-<workmeeting>", {G: 1.2, D: -0.6}),
    Cue("govdebt", "<govdebt>", {G: 1.0, GOV: 1.2}),
)
