"""What may be done with a complaint and when, and that no order of steps gets around the measures."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.complaints import (
    Accepted,
    Answered,
    Archived,
    Attached,
    Channel,
    Complaint,
    Entry,
    Extended,
    HandedOn,
    Notified,
    Objected,
    Opinion,
    Outcome,
    Recused,
    Refused,
    Reported,
    Standing,
    TermKind,
    TermState,
    Told,
    UrgeAnswered,
    Urged,
    Visited,
    Withdrawn,
)
from records.filings import Attachment
from services.complaints.life import ComplaintRuleError, ComplaintState, check, fold, replay
from services.complaints.rules import load_rules
from services.complaints.steps import possible
from services.complaints.terms import TermCalendar, terms_of
from services.work_calendar import library_calendar

RULES = load_rules()
CALENDAR = library_calendar()
COUNTING = TermCalendar(CALENDAR)
RECEIVED = date(2026, 3, 2)  # a Monday
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
BY = "王办理"
BASE = Complaint(
    "ts2026-0001",
    "nanyang",
    RECEIVED,
    Channel.LETTER,
    "promise",
    "承诺未兑现",
    "说好的补贴没有发。",
    "某局",
    "bureau",
    BY,
    AT,
    RULES.id,
)


def step(kind: Any, on: date = RECEIVED, **of: Any) -> Any:
    usual: dict[Any, dict[str, Any]] = {
        Accepted: {},
        Archived: {},
        Refused: {"ground": "military", "why": "涉及部队"},
        Notified: {"how": Told.PHONE},
        HandedOn: {"body": "某县政府", "unit": "county"},
        Extended: {"days": 10, "approved_by": "李", "why": "复杂"},
        Urged: {"case": "late", "advice": "请尽快"},
        UrgeAnswered: {"adopted": True, "text": "照办"},
        Reported: {"outcome": Outcome.TRUE, "result": "已补发"},
        Answered: {"how": Told.PHONE, "opinion": Opinion.CONTENT},
        Objected: {"why": "没有发全"},
        Visited: {"said": "满意"},
        Recused: {"who": "赵某", "why": "亲属"},
        Withdrawn: {"why": "本人电话提出"},
        Attached: {"files": (Attachment("来信.pdf", "a" * 64),)},
    }
    return kind(**{"by": BY, "at": AT, "on": on, **usual[kind], **of})


WORDS: dict[str, Any] = {
    "accept": step(Accepted),
    "refuse": step(Refused),
    "notify": step(Notified),
    "hand_on": step(HandedOn),
    "again": step(HandedOn, again=True),
    "extend": step(Extended),
    "urge": step(Urged),
    "answer_urge": step(UrgeAnswered),
    "report": step(Reported),
    "answer": step(Answered),
    "object": step(Objected),
    "visit": step(Visited),
    "recuse": step(Recused),
    "withdraw": step(Withdrawn),
    "archive": step(Archived),
}


def allowed(state: ComplaintState, entry: Entry) -> bool:
    try:
        check(state, entry, RULES)
    except ComplaintRuleError:
        return False
    return True


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([*sorted(WORDS), *range(6)]), st.integers(0, 3)), max_size=40), st.booleans())
def test_nothing_gets_around_the_measures(tried: list[tuple[str | int, int]], reachable: bool) -> None:
    """Everything is tried in every order: what is offered is what may be done, and the order of the measures holds."""
    state = ComplaintState(replace(BASE, reachable=reachable))
    done: list[Entry] = []
    for place, (chosen, days) in enumerate(tried):
        offers = possible(state)
        word = chosen if isinstance(chosen, str) else offers[chosen % len(offers)]  # a number goes on, a word tries
        day = (state.last or RECEIVED) + timedelta(days=days)
        entry = replace(WORDS[word], on=day)
        if word == "recuse":
            entry = replace(entry, who=f"赵{place}")
        ok = allowed(state, entry)
        offered = word in offers
        if word == "extend":
            assert ok == (offered and state.extended + 10 <= 30)
        else:
            assert ok == offered, (word, state.standing)
        if ok:
            state = fold(state, entry)
            done.append(entry)
    assert replay(state.complaint, done) == state
    assert not (state.accepted and state.refused)
    assert state.extended <= 30
    if state.handlings or state.answered:
        assert state.accepted is not None
    if state.standing is Standing.ARCHIVED and state.refused:
        assert state.notified is not None or not reachable
    if state.standing is Standing.ARCHIVED and state.accepted and not state.withdrawn:
        assert state.answered
    assert len(state.answered) <= len(state.objected) + 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"by": " "}, "由谁办理"),
        ({"on": date(2026, 12, 2)}, "还没有到"),
        ({"on": date(2026, 3, 1)}, "早于"),
        ({"note": "字" * 4001}, "过长"),
    ],
)
def test_bad_entries_are_told(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ComplaintRuleError, match=told):
        check(ComplaintState(BASE), replace(step(Accepted), **change), RULES)


@pytest.mark.parametrize("by", ["赵某", "赵 某", "赵某（zhao）"])
def test_who_is_recused_does_nothing_more(by: str) -> None:
    """Article 15: a person with a direct interest does not handle it, under no account of theirs."""
    state = replay(BASE, [step(Recused)])
    with pytest.raises(ComplaintRuleError, match="回避"):
        check(state, step(Accepted, by=by), RULES)


def test_a_ground_must_be_one_of_the_measures() -> None:
    with pytest.raises(ComplaintRuleError, match="只能依据"):
        check(ComplaintState(BASE), step(Refused, ground="not_my_job"), RULES)


def kinds(state: ComplaintState, today: date) -> dict[TermKind, tuple[date | None, TermState]]:
    return {term.kind: (term.due, term.state) for term in terms_of(state, RULES, COUNTING, today)}


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 3, 6), TermState.RUNNING),
        (date(2026, 3, 9), TermState.DUE_TODAY),
        (date(2026, 3, 10), TermState.OVERDUE),
    ],
)
def test_five_working_days_to_decide(today: date, state: TermState) -> None:
    """Article 11: the day of receipt is not counted, weekends are not worked."""
    assert kinds(ComplaintState(BASE), today)[TermKind.DECIDE] == (date(2026, 3, 9), state)


def test_holidays_and_worked_weekends_move_a_term() -> None:
    """The spring festival of 2026 (15 to 23 February) is not worked, 14 February, a Saturday, is."""
    state = ComplaintState(replace(BASE, received=date(2026, 2, 12)))
    assert kinds(state, date(2026, 2, 12))[TermKind.DECIDE][0] == date(2026, 2, 26)


def test_two_clocks_and_what_lengthens_them() -> None:
    """Thirty days run from the body's receipt, sixty from acceptance (article 12, 16); an extension moves both."""
    entries = [step(Accepted, date(2026, 3, 3)), step(HandedOn, date(2026, 3, 10))]
    short = kinds(replay(BASE, entries), date(2026, 3, 10))
    longer = kinds(replay(BASE, [*entries, step(Extended, date(2026, 3, 11))]), date(2026, 3, 11))
    count = CALENDAR.add_working_days
    assert short[TermKind.HANDLE][0] == count(date(2026, 3, 10), 30)
    assert short[TermKind.WHOLE][0] == count(date(2026, 3, 3), 60)
    assert longer[TermKind.HANDLE][0] == count(date(2026, 3, 10), 40)
    assert longer[TermKind.WHOLE][0] == count(date(2026, 3, 3), 70)


def test_an_unknown_contact_waives_the_notice() -> None:
    """Article 11: who cannot be reached need not be told."""
    state = replay(replace(BASE, reachable=False), [step(Refused)])
    assert kinds(state, date(2026, 5, 1))[TermKind.TELL_REFUSAL][1] is TermState.WAIVED


def test_a_year_without_a_calendar_makes_nobody_late() -> None:
    """The holidays of a year that is not announced cannot be guessed."""
    state = replay(replace(BASE, received=date(2026, 11, 20)), [step(Accepted, date(2026, 11, 20))])
    due, standing = kinds(state, date(2026, 12, 1))[TermKind.WHOLE]
    assert (due, standing) == (None, TermState.UNKNOWN)


def test_a_deed_of_the_last_day_is_in_time_and_of_the_next_is_late() -> None:
    for on, wanted in ((date(2026, 3, 9), TermState.MET), (date(2026, 3, 10), TermState.MET_LATE)):
        assert kinds(replay(BASE, [step(Accepted, on)]), date(2026, 6, 1))[TermKind.DECIDE][1] is wanted


def test_second_investigation_has_its_own_thirty_days() -> None:
    """What was lengthened before is not lengthened again; the sixty days ended with the first answer."""
    day = date(2026, 4, 1)
    entries = [
        step(Accepted, day),
        step(HandedOn, day),
        step(Extended, day),
        step(Reported, day),
        step(Answered, day),
        step(Objected, day),
        step(HandedOn, day, again=True),
    ]
    terms = [term for term in terms_of(replay(BASE, entries), RULES, COUNTING, day) if term.kind is TermKind.HANDLE]
    assert [(term.days, term.state) for term in terms] == [(40, TermState.MET), (30, TermState.RUNNING)]


@pytest.mark.parametrize(
    ("before", "ended"),
    [
        ((), [TermKind.DECIDE]),
        ((Accepted,), [TermKind.TELL_ACCEPTANCE, TermKind.WHOLE]),
        (
            (Accepted, HandedOn, Urged),
            [TermKind.TELL_ACCEPTANCE, TermKind.HANDLE, TermKind.WHOLE, TermKind.ANSWER_URGE],
        ),
    ],
)
def test_a_complaint_that_is_withdrawn_ends_every_term(before: tuple[Any, ...], ended: list[TermKind]) -> None:
    """Nobody is late with what nobody asks for any more; nothing but filing is left to do, and it may be filed."""
    state = replay(BASE, [*(step(kind) for kind in before), step(Withdrawn)])
    terms = kinds(state, date(2026, 11, 20))
    assert [kind for kind, (_due, standing) in terms.items() if standing is TermState.ENDED] == ended
    assert not any(standing is TermState.OVERDUE for _due, standing in terms.values())
    assert allowed(state, step(Archived))
    for kind in (Accepted, HandedOn, Reported, Notified, Extended, Withdrawn):
        assert not allowed(state, step(kind)), kind


@pytest.mark.parametrize("done", [[Refused], [Accepted, HandedOn, Reported, Answered]])
def test_what_is_decided_cannot_be_withdrawn(done: list[Any]) -> None:
    """A refusal and an answered result stand; a complainant who objected may let the objection be."""
    state = replay(BASE, [step(kind) for kind in done])
    with pytest.raises(ComplaintRuleError, match="没有什么可撤回"):
        check(state, step(Withdrawn), RULES)
    assert allowed(replay(BASE, [step(k) for k in (Accepted, HandedOn, Reported, Answered, Objected)]), step(Withdrawn))


def test_papers_do_not_move_the_day_of_the_newest_deed() -> None:
    """A scan that is put in today must not keep yesterday's acceptance from being entered."""
    state = replay(BASE, [step(Attached, date(2026, 3, 9))])
    assert state.standing is Standing.RECEIVED
    assert allowed(state, step(Accepted, date(2026, 3, 5)))
    assert not allowed(state, step(Attached, files=()))
    assert not allowed(replay(BASE, [step(Withdrawn), step(Archived)]), step(Attached))
