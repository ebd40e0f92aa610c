"""Education of public servants (诚信、职业道德、警示教育): an activity, held, for public servants."""

from typing import Final

from nlp.cues.grammar import Cue, Target

E, M, NEG, POS, GOV = (
    Target.INTEGRITY_EDUCATION,
    Target.MISCONDUCT,
    Target.NEGATIVE,
    Target.POSITIVE,
    Target.ABOUT_GOVERNMENT,
)

CUES: Final[tuple[Cue, ...]] = (
    Cue("activity_held", "<eduact>~4~<edutopic>", {E: 2.0, M: -1.6, NEG: -1.4, POS: 1.3, GOV: 0.8}, "廉政警示教育"),
    Cue("topic_held", "<edutopic>~3~<eduact>", {E: 1.6, M: -1.2, NEG: -1.2, POS: 1.1, GOV: 0.6}, "廉政警示教育"),
    Cue("for_servants", "<eduwho>~5~<edutopic>", {E: 1.2, M: -0.3, NEG: -0.5, GOV: 0.5}),
    Cue("topic_for_servants", "<edutopic>~5~<eduwho>", {E: 1.0, M: -0.3, NEG: -0.5, GOV: 0.5}),
    Cue("topic", "<edutopic>", {E: 1.0, M: -0.3, NEG: -0.5, GOV: 0.6}),
    Cue("cases_told", "<notice>~6~<caught|offence>", {E: -1.6}),
    Cue("caught_told", "<caught>", {E: -1.2}),
    Cue("headline_of_cases", "<notice|caught|offence|discipline>", {E: -1.6}, headline_only=True),
    Cue("headline_of_rules", "<rule|listing|statistic|decree>", {E: -1.4}, headline_only=True),
    Cue("headline_of_education", "<edutopic>", {E: 0.8}, headline_only=True),
    Cue(
        "case_before_the_lesson",
        "<post|staff|enforcer>~6!exhort~<discipline>.{0,20}?<edutopic>",
        {E: -2.6, M: 1.6, NEG: 1.4, POS: -1.0},
    ),
    Cue("only_planned", "<planned>~6~<edutopic|eduact>", {E: -1.6, POS: -0.6}),
    Cue("attends_trial", "<eduwho|organ|post>~6~<attend>", {E: 2.2, M: -1.5, NEG: -1.4, POS: 0.5}, "廉政警示教育"),
    Cue("trial_attended_by", "<attend>~6~<eduwho|post>", {E: 2.0, M: -1.5, NEG: -1.4, POS: 0.5}, "廉政警示教育"),
    Cue("meeting_on_clean_work", "<cleanwork>-2-<workmeeting>", {E: -2.2}),
    Cue("other_topic", "<othertopic>", {E: -2.0}),
    Cue("other_audience", "<eduother>", {E: -1.4}),
)
