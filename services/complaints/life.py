"""How a complaint moves: what may be done when, and what it changes.  Pure: days and instants are in the entries.

``check`` says why an entry may not be made; ``fold`` makes the state from entries that were made.  What is stored is
only folded, so that a complaint stays readable when a later program is stricter.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, assert_never

from records.complaints import (
    STANDING_NAMES,
    Accepted,
    Answered,
    Archived,
    Attached,
    Complaint,
    ComplaintRules,
    Entry,
    Extended,
    HandedOn,
    Notified,
    Objected,
    Opinion,
    Recused,
    Refused,
    Reported,
    Standing,
    TermKind,
    UrgeAnswered,
    Urged,
    Visited,
    Withdrawn,
)
from services.rounds.life import BEIJING, same_person

LONGEST: Final = 4000
MOST_FILES: Final = 20  # of one entry
WITHDRAWABLE: Final = (
    Standing.RECEIVED,
    Standing.ACCEPTED,
    Standing.HANDLING,
    Standing.REPORTED,
    Standing.OBJECTED,
)
_AT_WORK: Final = (Standing.ACCEPTED, Standing.HANDLING, Standing.REPORTED, Standing.OBJECTED)


class ComplaintRuleError(Exception):
    """The measures do not allow it: one Chinese line that says why, and what is possible instead."""


@dataclass(frozen=True, slots=True)
class Handling:
    """One handing-on, with what came of it."""

    handed: HandedOn
    reported: Reported | None = None


@dataclass(frozen=True, slots=True)
class ComplaintState:
    """Where a complaint stands after some entries.  Make one with ``replay``."""

    complaint: Complaint
    standing: Standing = Standing.RECEIVED
    accepted: Accepted | None = None
    refused: Refused | None = None
    notified: Notified | None = None
    handlings: tuple[Handling, ...] = ()
    extensions: tuple[Extended, ...] = ()
    urges: tuple[tuple[Urged, UrgeAnswered | None], ...] = ()
    answered: tuple[Answered, ...] = ()
    objected: tuple[Objected, ...] = ()
    recused: tuple[Recused, ...] = ()
    last: date | None = None  # day of the newest deed
    entries: int = 0
    withdrawn: Withdrawn | None = None

    @property
    def handling(self) -> Handling | None:
        """The one that holds now."""
        return self.handlings[-1] if self.handlings else None

    @property
    def extended(self) -> int:
        """Working days that the first handling was lengthened by."""
        return sum(one.days for one in self.extensions)

    @property
    def open_urge(self) -> Urged | None:
        return next((urged for urged, answer in self.urges if answer is None), None)

    @property
    def open(self) -> bool:
        """Whether somebody still has something to do."""
        return self.standing is not Standing.ARCHIVED

    @property
    def own_handler(self) -> bool:
        """Whether the accused body handles the complaint about itself: it must not learn who complains."""
        handling = self.handling
        return handling is not None and is_accused(self.complaint, handling.handed)


def is_accused(complaint: Complaint, handed: HandedOn) -> bool:
    """Whether a body that a complaint is handed to is the one that it is about."""
    if complaint.unit is not None and complaint.unit == handed.unit:
        return True
    return "".join(handed.body.split()) == "".join(complaint.accused.split())


def check(state: ComplaintState, entry: Entry, rules: ComplaintRules) -> None:
    """Raise ``ComplaintRuleError`` where the entry may not be made now."""
    _check_who_and_when(state, entry)
    standing = state.standing
    match entry:
        case Accepted():
            _only(state, Standing.RECEIVED)
            _words("说明", entry.note, required=False)
        case Refused():
            _only(state, Standing.RECEIVED)
            if rules.find(rules.grounds, entry.ground) is None:
                known = "、".join(f"{one.id}（{one.text}）" for one in rules.grounds)
                raise ComplaintRuleError(f"不予受理只能依据规定的情形，没有 {entry.ground[:40]!r}；可用：{known}")
            _words("不予受理的理由", entry.why)
        case Notified():
            if standing in (Standing.RECEIVED, Standing.ARCHIVED, Standing.WITHDRAWN):
                withdrawn = standing is Standing.WITHDRAWN
                none = "已经撤回，不再告知" if withdrawn else "还没有作出受理或不予受理的决定，没有什么可告知的"
                raise ComplaintRuleError(none)
            if state.notified is not None:
                raise ComplaintRuleError(f"已于 {state.notified.on} 告知过投诉举报人")
            _words("说明", entry.note, required=False)
        case HandedOn():
            _check_handing(state, entry)
        case Extended():
            _check_extension(state, entry, rules)
        case Urged():
            if standing not in _AT_WORK or not state.handlings:
                raise ComplaintRuleError("督促是对正在办理的承办单位的，现在没有承办单位")
            if rules.find(rules.urging, entry.case) is None:
                known = "、".join(f"{one.id}（{one.text}）" for one in rules.urging)
                raise ComplaintRuleError(f"督促须属于规定的情形，没有 {entry.case[:40]!r}；可用：{known}")
            if state.open_urge is not None:
                raise ComplaintRuleError(f"{state.open_urge.on} 的改进建议还没有答复")
            _words("改进建议", entry.advice)
        case UrgeAnswered():
            if state.open_urge is None:
                raise ComplaintRuleError("没有等待答复的改进建议")
            _words("答复" if entry.adopted else "未采纳的理由", entry.text)
        case Reported():
            _only(state, Standing.HANDLING)
            _words("办理结果", entry.result)
        case Answered():
            _only(state, Standing.REPORTED)
            _words("投诉举报人的意见", entry.said, required=entry.opinion is Opinion.NOT_CONTENT)
        case Objected():
            _only(state, Standing.ANSWERED)
            _words("异议", entry.why)
        case Visited():
            if standing not in (Standing.ANSWERED, Standing.ARCHIVED):
                raise ComplaintRuleError("回访在反馈结果之后进行")
            _words("回访结果", entry.said)
        case Recused():
            _words("回避的人", entry.who)
            _words("回避的原因", entry.why)
            if any(same_person(one.who, entry.who) for one in state.recused):
                raise ComplaintRuleError(f"{entry.who} 已经回避")
        case Archived():
            _check_filing(state)
            _words("说明", entry.note, required=False)
        case Withdrawn():
            if standing not in WITHDRAWABLE:
                raise ComplaintRuleError(f"本件现在是“{STANDING_NAMES[standing]}”，没有什么可撤回的")
            _words("撤回的情况", entry.why)
        case Attached():
            if not 1 <= len(entry.files) <= MOST_FILES:
                raise ComplaintRuleError(f"一次存入 1 到 {MOST_FILES} 个文件")
            _words("说明", entry.note, required=False)
        case _:
            assert_never(entry)


def fold(state: ComplaintState, entry: Entry) -> ComplaintState:
    """The state after one more entry."""
    state = replace(state, entries=state.entries + 1)
    if not isinstance(entry, Attached):  # papers are put in at any time: what was done before may still be entered
        state = replace(state, last=max(entry.on, state.last or entry.on))
    match entry:
        case Accepted():
            return replace(state, standing=Standing.ACCEPTED, accepted=entry)
        case Refused():
            return replace(state, standing=Standing.REFUSED, refused=entry)
        case Notified():
            return replace(state, notified=entry)
        case HandedOn():
            return replace(state, standing=Standing.HANDLING, handlings=(*state.handlings, Handling(entry)))
        case Extended():
            return replace(state, extensions=(*state.extensions, entry))
        case Urged():
            return replace(state, urges=(*state.urges, (entry, None)))
        case UrgeAnswered():
            answered = tuple((urged, answer or entry) for urged, answer in state.urges)
            return replace(state, urges=answered)
        case Reported():
            *before, last = state.handlings
            handlings = (*before, replace(last, reported=entry))
            return replace(state, standing=Standing.REPORTED, handlings=handlings)
        case Answered():
            return replace(state, standing=Standing.ANSWERED, answered=(*state.answered, entry))
        case Objected():
            return replace(state, standing=Standing.OBJECTED, objected=(*state.objected, entry))
        case Visited():
            return state
        case Recused():
            return replace(state, recused=(*state.recused, entry))
        case Archived():
            return replace(state, standing=Standing.ARCHIVED)
        case Withdrawn():
            return replace(state, standing=Standing.WITHDRAWN, withdrawn=entry)
        case Attached():
            return state
        case _:
            assert_never(entry)


def replay(complaint: Complaint, entries: Iterable[Entry]) -> ComplaintState:
    """The state after all entries."""
    state = ComplaintState(complaint)
    for entry in entries:
        state = fold(state, entry)
    return state


def _check_who_and_when(state: ComplaintState, entry: Entry) -> None:
    if not entry.by.strip() or not entry.by.isprintable():
        raise ComplaintRuleError("要写明由谁办理，姓名中不能有控制字符")
    if state.standing is Standing.ARCHIVED and not isinstance(entry, Visited):
        raise ComplaintRuleError("已立卷归档，不再变动；还有新情况的，请另行登记并写明前一件的编号")
    for one in state.recused:
        if _is_he(one.who, entry.by):
            raise ComplaintRuleError(f"{one.who} 与本件有利害关系，已经回避，不能办理")
    if entry.on > entry.at.astimezone(BEIJING).date():
        raise ComplaintRuleError(f"日期 {entry.on} 还没有到")
    before = state.last or state.complaint.received
    if entry.on < before:
        raise ComplaintRuleError(f"日期 {entry.on} 早于前一步的 {before}，请核对")


def _is_he(who: str, by: str) -> bool:
    """Whether a name is that of an account: ``by`` may carry its login (``console.acting.Actor.by``)."""
    return same_person(who, by) or same_person(who, by.partition("（")[0])


def _only(state: ComplaintState, wanted: Standing) -> None:
    if state.standing is not wanted:
        raise ComplaintRuleError(
            f"本件现在是“{STANDING_NAMES[state.standing]}”，这一步只能在“{STANDING_NAMES[wanted]}”时办理"
        )


def _check_handing(state: ComplaintState, entry: HandedOn) -> None:
    _words("承办单位", entry.body)
    _words("说明", entry.note, required=False)
    if entry.again:
        _only(state, Standing.OBJECTED)
        return
    if state.standing is Standing.HANDLING:
        return  # handed to another body, which begins anew
    if state.standing is Standing.OBJECTED:
        raise ComplaintRuleError("投诉举报人有异议时，只能要求二次调查或归档")
    _only(state, Standing.ACCEPTED)


def _check_extension(state: ComplaintState, entry: Extended, rules: ComplaintRules) -> None:
    if state.standing not in (Standing.ACCEPTED, Standing.HANDLING, Standing.REPORTED) or state.answered:
        raise ComplaintRuleError("只有受理之后、首次反馈之前才能延长办理期限")
    most = rules.term(TermKind.EXTENSION)
    if entry.days < 1 or state.extended + entry.days > most.days:
        already = f"，已延长 {state.extended} 日" if state.extended else ""
        raise ComplaintRuleError(f"延长期限合计不得超过 {most.days} 个工作日（{most.article}）{already}")
    _words("批准人（承办单位负责人）", entry.approved_by)
    _words("延长的理由", entry.why)


def _check_filing(state: ComplaintState) -> None:
    if state.standing is Standing.WITHDRAWN:
        return
    if state.standing is Standing.REFUSED:
        if state.notified is None and state.complaint.reachable:
            raise ComplaintRuleError("不予受理还没有告知投诉举报人，告知之后才能归档")
        return
    if state.standing not in (Standing.ANSWERED, Standing.OBJECTED):
        raise ComplaintRuleError(f"本件现在是“{STANDING_NAMES[state.standing]}”，反馈结果之后才能归档")
    if state.open_urge is not None:
        raise ComplaintRuleError(f"{state.open_urge.on} 的改进建议还没有答复，答复之后才能归档")


def _words(what: str, text: str, *, required: bool = True) -> None:
    if required and not text.strip():
        raise ComplaintRuleError(f"{what}不能为空")
    if len(text) > LONGEST:
        raise ComplaintRuleError(f"{what}过长（超过 {LONGEST} 字），请写要点")
