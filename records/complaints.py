"""Complaints about dishonest conduct of public bodies (政务失信投诉举报): what was received, and what was done with it.

Nothing is ever changed: a complaint is what was registered, with entries that are only added.  Days are those of the
deed (a letter that arrived on Monday may be entered on Tuesday); ``at`` is when the entry was made.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from records.crawl import check_aware
from records.filings import Attachment


class Channel(StrEnum):
    """How it came (article 2 of the measures of 2020)."""

    LETTER = "letter"  # 信件
    INTERNET = "internet"  # 互联网
    PHONE = "phone"  # 电话
    OTHER = "other"  # 等形式


class Standing(StrEnum):
    """Where a complaint stands; worked out from its entries."""

    RECEIVED = "received"  # to be accepted or refused
    ACCEPTED = "accepted"  # to be handed on
    HANDLING = "handling"  # a body looks into it
    REPORTED = "reported"  # the body has ended; the complainant is to be answered
    ANSWERED = "answered"  # the complainant knows the result
    OBJECTED = "objected"  # the complainant does not agree; the office decides whether it is looked into again
    REFUSED = "refused"  # not accepted
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"  # by the complainant; to be filed


class Outcome(StrEnum):
    """What the handling body found."""

    TRUE = "true"  # 属实
    PARTLY = "partly"  # 部分属实
    UNTRUE = "untrue"  # 不属实
    UNCLEAR = "unclear"  # 无法查实


class Opinion(StrEnum):
    """What the complainant said to the result (article 14)."""

    CONTENT = "content"
    NOT_CONTENT = "not_content"
    NONE = "none"  # said nothing, or could not be reached


class Told(StrEnum):
    """How somebody was told: in writing or otherwise (书面形式或其他适当方式)."""

    WRITTEN = "written"
    PHONE = "phone"
    MESSAGE = "message"
    IN_PERSON = "in_person"


CHANNEL_NAMES: Final = {
    Channel.LETTER: "信件",
    Channel.INTERNET: "互联网",
    Channel.PHONE: "电话",
    Channel.OTHER: "其他",
}
STANDING_NAMES: Final = {
    Standing.RECEIVED: "待决定受理",
    Standing.ACCEPTED: "已受理，待转办",
    Standing.HANDLING: "办理中",
    Standing.REPORTED: "已办结，待反馈",
    Standing.ANSWERED: "已反馈",
    Standing.OBJECTED: "对结果有异议",
    Standing.REFUSED: "不予受理",
    Standing.WITHDRAWN: "已撤回",
    Standing.ARCHIVED: "已归档",
}
OUTCOME_NAMES: Final = {
    Outcome.TRUE: "属实",
    Outcome.PARTLY: "部分属实",
    Outcome.UNTRUE: "不属实",
    Outcome.UNCLEAR: "无法查实",
}
OPINION_NAMES: Final = {Opinion.CONTENT: "满意", Opinion.NOT_CONTENT: "不满意", Opinion.NONE: "未表示意见"}
TOLD_NAMES: Final = {
    Told.WRITTEN: "书面",
    Told.PHONE: "电话",
    Told.MESSAGE: "短信或网上答复",
    Told.IN_PERSON: "当面",
}


@dataclass(frozen=True, slots=True)
class Complainant:
    """Who complains.  Kept apart from the complaint: only those who handle it are shown this."""

    name: str = ""  # empty: anonymous
    contact: str = ""  # telephone, address, mail; empty: unknown, nobody can be told anything

    @property
    def anonymous(self) -> bool:
        return not self.name.strip()


@dataclass(frozen=True, slots=True)
class Complaint:
    """What was registered, without who complains."""

    id: str  # ts2026-0001
    city: str
    received: date  # day of receipt: the term of article 11 runs from it
    channel: Channel
    kind: str  # id of a kind of conduct in the rules (article 7)
    title: str
    text: str
    accused: str  # the body as it is named
    unit: str | None  # its registry id; None where it is in no registry
    by: str  # who registered it
    at: datetime
    rules: str  # id of the rules that it is handled by
    reachable: bool = True  # whether a contact is known (article 11: else nobody need be told)
    anonymous: bool = False
    earlier: str = ""  # id of a complaint of the same matter

    def __post_init__(self) -> None:
        check_aware(self.at)


@dataclass(frozen=True, slots=True)
class Step:
    """One entry: ``by`` whom, ``at`` which instant it was entered, ``on`` which day it was done."""

    by: str
    at: datetime
    on: date

    def __post_init__(self) -> None:
        check_aware(self.at)


@dataclass(frozen=True, slots=True)
class Accepted(Step):
    """予以受理 (article 10, 11)."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Refused(Step):
    """不予受理 (article 8, 10, 11): the ground of the rules, and in words why it holds here."""

    ground: str
    why: str


@dataclass(frozen=True, slots=True)
class Notified(Step):
    """The complainant was told that it is accepted or refused (article 11)."""

    how: Told
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandedOn(Step):
    """转办、交办 (article 5, 12): ``on`` is the day on which the body received it; its term runs from there."""

    body: str  # as it is named
    unit: str | None = None  # its registry id
    note: str = ""
    again: bool = False  # 二次调查 (article 14)


@dataclass(frozen=True, slots=True)
class Extended(Step):
    """延长办理期限 (article 16): working days, approved by the head of the handling body, the office told why."""

    days: int
    approved_by: str
    why: str


@dataclass(frozen=True, slots=True)
class Urged(Step):
    """督促并提出改进建议 (article 19): one of its cases, and the advice."""

    case: str  # id in the rules
    advice: str


@dataclass(frozen=True, slots=True)
class UrgeAnswered(Step):
    """The body's written answer to the advice (article 19); where it does not follow it, why."""

    adopted: bool
    text: str


@dataclass(frozen=True, slots=True)
class Reported(Step):
    """办理结果 (article 12): what the handling body found and did."""

    outcome: Outcome
    result: str


@dataclass(frozen=True, slots=True)
class Answered(Step):
    """结果反馈 (article 14): the complainant was told the result and asked for an opinion."""

    how: Told
    opinion: Opinion
    said: str = ""


@dataclass(frozen=True, slots=True)
class Objected(Step):
    """The complainant does not agree with the result and complains to the office (article 14)."""

    why: str


@dataclass(frozen=True, slots=True)
class Visited(Step):
    """回访 (article 17)."""

    said: str


@dataclass(frozen=True, slots=True)
class Recused(Step):
    """回避 (article 15): somebody with a direct interest no longer handles it."""

    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Archived(Step):
    """立卷归档 (article 20)."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawn(Step):
    """撤回: the complainant asked for it.  The measures do not speak of it; nothing of the file is taken away."""

    why: str


@dataclass(frozen=True, slots=True)
class Attached(Step):
    """Letters, scans and other papers that belong to the file (article 20): kept by the hash of their content."""

    files: tuple[Attachment, ...]
    note: str = ""


Entry = (
    Accepted
    | Refused
    | Notified
    | HandedOn
    | Extended
    | Urged
    | UrgeAnswered
    | Reported
    | Answered
    | Objected
    | Visited
    | Recused
    | Archived
    | Withdrawn
    | Attached
)


class TermKind(StrEnum):
    """The terms of the rules; how long each is stands in them."""

    DECIDE = "decide"  # article 11: accept or refuse
    TELL_ACCEPTANCE = "tell_acceptance"  # article 11
    TELL_REFUSAL = "tell_refusal"  # article 11
    HANDLE = "handle"  # article 12
    WHOLE = "whole"  # article 16
    EXTENSION = "extension"  # article 16: the most that it may be lengthened by
    ANSWER_URGE = "answer_urge"  # article 19


class TermState(StrEnum):
    RUNNING = "running"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    MET = "met"
    MET_LATE = "met_late"
    WAIVED = "waived"  # the rules ask for nothing: contact unknown
    ENDED = "ended"  # the complaint was withdrawn: nobody owes anything any more
    UNKNOWN = "unknown"  # the working days of a year are not known yet: nobody is called late


@dataclass(frozen=True, slots=True)
class TermRule:
    """One term of the rules, in working days."""

    kind: TermKind
    days: int
    article: str
    name: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A kind of conduct, a ground of refusal or a case of urging, with where it is written."""

    id: str
    article: str
    text: str


@dataclass(frozen=True, slots=True)
class ComplaintRules:
    """The measures that complaints are handled by."""

    id: str
    title: str
    number: str  # document number
    kinds: tuple[Ground, ...]
    conditions: tuple[Ground, ...]  # of acceptance: all must hold
    grounds: tuple[Ground, ...]  # of refusal
    urging: tuple[Ground, ...]
    terms: tuple[TermRule, ...]

    def term(self, kind: TermKind) -> TermRule:
        return next(one for one in self.terms if one.kind is kind)

    def find(self, among: tuple[Ground, ...], wanted: str) -> Ground | None:
        return next((one for one in among if one.id == wanted), None)


@dataclass(frozen=True, slots=True)
class Term:
    """One term of one complaint."""

    kind: TermKind
    name: str
    article: str
    begins: date
    days: int
    due: date | None  # None: the working days of a year are not known
    met: date | None
    state: TermState
    left: int | None = None  # working days until it is due, negative when it is past; of those that still run
    unknown_year: int | None = None
