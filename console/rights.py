"""Who may do what: the one table of rights, and which role has which."""

from enum import StrEnum
from typing import Final

from records.accounts import Role


class Right(StrEnum):
    """What a route asks for.  Every route names one (``console.routing``)."""

    OWN_ACCOUNT = "own_account"  # one's own password, second factor, tokens
    SEE_OVERVIEW = "see_overview"  # matrix, unit pages, rows, as far as they are one's own
    SEE_FLAGS = "see_flags"  # findings of every unit, with evidence
    DECIDE_FLAGS = "decide_flags"
    SEE_EVENTS = "see_events"
    DECIDE_EVENTS = "decide_events"
    SEE_SAMPLES = "see_samples"
    JUDGE_SAMPLES = "judge_samples"
    SEE_OWN_UNIT = "see_own_unit"  # what is due, findings, log of requests of one's own unit
    FILE_VALUES = "file_values"
    ANSWER_FINDINGS = "answer_findings"  # "it is here", ask for a re-check
    ASK_REVIEW = "ask_review"  # confirm the preliminary score, or ask for review (申诉)
    SEE_FILINGS = "see_filings"
    VERIFY_FILINGS = "verify_filings"
    SEE_ROUNDS = "see_rounds"
    RUN_ROUNDS = "run_rounds"
    SEE_REVIEWS = "see_reviews"
    DECIDE_REVIEWS = "decide_reviews"
    SEE_COMPLAINTS = "see_complaints"
    HANDLE_COMPLAINTS = "handle_complaints"
    SEE_WATCH = "see_watch"  # portals, crawls, nights, jobs, storage, model
    RUN_WATCH = "run_watch"  # audit now, change the watch
    MANAGE_USERS = "manage_users"
    SEE_LOG = "see_log"


_READ_ALL: Final = frozenset(
    {
        Right.SEE_OVERVIEW,
        Right.SEE_FLAGS,
        Right.SEE_EVENTS,
        Right.SEE_SAMPLES,
        Right.SEE_FILINGS,
        Right.SEE_ROUNDS,
        Right.SEE_REVIEWS,
        Right.SEE_COMPLAINTS,
        Right.SEE_WATCH,
        Right.SEE_LOG,
    }
)
_OWN: Final = frozenset({Right.OWN_ACCOUNT})

GRANTS: Final = {
    Role.ANALYST: _OWN
    | {
        Right.SEE_OVERVIEW,
        Right.SEE_FLAGS,
        Right.DECIDE_FLAGS,
        Right.SEE_EVENTS,
        Right.DECIDE_EVENTS,
        Right.SEE_SAMPLES,
        Right.JUDGE_SAMPLES,
        Right.SEE_FILINGS,
        Right.SEE_ROUNDS,
        Right.SEE_WATCH,
    },
    Role.UNIT: _OWN
    | {
        Right.SEE_OVERVIEW,
        Right.SEE_OWN_UNIT,
        Right.FILE_VALUES,
        Right.ANSWER_FINDINGS,
        Right.ASK_REVIEW,
    },
    Role.VERIFIER: _OWN
    | {
        Right.SEE_OVERVIEW,
        Right.SEE_FLAGS,
        Right.SEE_EVENTS,
        Right.SEE_FILINGS,
        Right.VERIFY_FILINGS,
        Right.SEE_ROUNDS,
        Right.SEE_REVIEWS,
        Right.DECIDE_REVIEWS,
    },
    Role.OFFICE: _OWN
    | {
        Right.SEE_OVERVIEW,
        Right.SEE_FLAGS,
        Right.SEE_EVENTS,
        Right.SEE_FILINGS,
        Right.VERIFY_FILINGS,
        Right.SEE_ROUNDS,
        Right.RUN_ROUNDS,
        Right.SEE_REVIEWS,
        Right.DECIDE_REVIEWS,
        Right.SEE_COMPLAINTS,
        Right.HANDLE_COMPLAINTS,
        Right.SEE_LOG,
    },
    Role.OPERATOR: _OWN
    | {
        Right.SEE_OVERVIEW,
        Right.SEE_WATCH,
        Right.RUN_WATCH,
        Right.MANAGE_USERS,
        Right.SEE_LOG,
    },
    Role.AUDITOR: _OWN | _READ_ALL,
}


def has(role: Role, right: Right) -> bool:
    return right in GRANTS[role]


def roles_with(right: Right) -> tuple[Role, ...]:
    return tuple(role for role in Role if has(role, right))
