"""NYC-02, 03, 18 … 20, 22, 24: events counted once each, by the unit of counting that the row names."""

import pytest

from records.news import EventState, NewsEvent, NewsLabel
from tests.bridge.watch_builder import event, news, seen, value, watch

L, S = NewsLabel, EventState


def count(indicator: str, *events: NewsEvent) -> object:
    state, number = value(indicator, watch(gathered=news(*events)))
    assert state == "supplied"
    return number


def test_no_news_is_not_no_events() -> None:
    assert value("NYC-19", watch(gathered=None)) == ("not_measured", None)
    assert value("NYC-19", watch(gathered=news(articles_read=0))) == ("not_measured", None)
    assert value("NYC-19", watch(gathered=news())) == ("supplied", 0)


@pytest.mark.parametrize(
    ("row", "label", "read", "expected"),
    [
        ("NYC-18", None, 29, ("not_measured", None)),
        ("NYC-18", None, 30, ("supplied", 0)),
        ("NYC-18", L.MAJOR_DISHONESTY, 29, ("supplied", 1)),  # what was confirmed stands, however little was read
        ("NYC-20", L.MISCONDUCT, 29, ("not_measured", None)),  # ranked alone, the accused would be the best
        ("NYC-20", L.MISCONDUCT, 30, ("supplied", 1)),
    ],
)
def test_few_reports_are_no_statement(
    row: str, label: NewsLabel | None, read: int, expected: tuple[str, object]
) -> None:
    events = [event(1, label)] if label else []
    assert value(row, watch(gathered=news(*events, articles_read=read))) == expected


def test_one_event_may_be_counted_by_three_rows() -> None:
    """A county arrears scandal with two officials caught: 18 → 1, 19 → 1, 20 → 2 (nothing in the rules forbids it)."""
    one = event(1, L.MAJOR_DISHONESTY, L.MISCONDUCT, negative=True, persons=("张建国", "李某"))
    assert [count(row, one) for row in ("NYC-18", "NYC-19", "NYC-20")] == [1, 1, 2]


def test_the_same_event_twice_counts_once() -> None:
    one = event(1, L.MISCONDUCT, negative=True, persons=("张建国",))
    assert [count(row, one, one) for row in ("NYC-19", "NYC-20")] == [1, 1]


@pytest.mark.parametrize(
    ("state", "confidence", "expected"),
    [
        (S.CONFIRMED, 0.1, 1),
        (S.SUGGESTED, 0.95, 1),
        (S.SUGGESTED, 0.949, 0),
        (S.DISMISSED, 0.99, 0),
        (S.REFUTED, 0.99, 0),
    ],
)
def test_the_gate_of_negative_events(state: EventState, confidence: float, expected: int) -> None:
    assert count("NYC-19", event(1, negative=True, state=state, confidence=confidence)) == expected


@pytest.mark.parametrize("row", ["NYC-02", "NYC-03", "NYC-18"])
def test_what_nobody_defined_counts_only_when_confirmed(row: str) -> None:
    """A certainty of 1 that an event is of a kind does not make it a 重大 one or an abuse in law."""
    label = L.MAJOR_DISHONESTY if row == "NYC-18" else L.CREDIT_ABUSE
    title = "将信访纳入信用记录" if row == "NYC-02" else "自设黑名单"
    assert count(row, event(1, label, title=title, state=S.SUGGESTED, confidence=1.0)) == 0
    assert count(row, event(1, label, title=title)) == 1


def test_an_abuse_of_credit_is_charged_to_one_row() -> None:
    """The six named behaviours are NYC-02, the rest NYC-03; no event is both."""
    named = event(1, L.CREDIT_ABUSE, title="闯红灯者被记入信用档案")
    other = event(2, L.CREDIT_ABUSE, title="某局无依据设立失信黑名单")
    assert (count("NYC-02", named, other), count("NYC-03", named, other)) == (1, 1)
    assert seen("NYC-02", watch(gathered=news(named, other))).value.evidence[0].ref == "e1"


def test_persons_in_cases() -> None:
    """NYC-20, worked by hand: 张建国 in two reports 1; 王某 of two cases 2; a case without a name 1 → 4."""
    events = (
        event(1, L.MISCONDUCT, persons=("张建国",)),
        event(2, L.MISCONDUCT, persons=("张建国",)),
        event(3, L.MISCONDUCT, persons=("王某",)),
        event(4, L.MISCONDUCT, persons=("王某",)),
        event(5, L.MISCONDUCT),
    )
    found = seen("NYC-20", watch(gathered=news(*events))).value
    assert found.value == 4
    assert [trace.ref for trace in found.left_out] == ["e2"]


def test_names_of_persons_are_not_repeated_in_the_evidence() -> None:
    """A13: minimum personal data: the trace names the event, and its title is the paper's."""
    found = seen(
        "NYC-20", watch(gathered=news(event(1, L.MISCONDUCT, title="一名干部被查", persons=("张建国",))))
    ).value
    assert all("张建国" not in trace.title for trace in found.evidence)


def test_fields_of_special_governance() -> None:
    """NYC-22, worked by hand: two on wages 1, one on food and tenders 2, one of no known field 0 → 3."""
    events = (
        event(1, L.SPECIAL_GOVERNANCE, title="开展农民工工资拖欠专项整治"),
        event(2, L.SPECIAL_GOVERNANCE, title="根治欠薪冬季行动"),
        event(3, L.SPECIAL_GOVERNANCE, title="食品安全和招投标领域专项治理"),
        event(4, L.SPECIAL_GOVERNANCE, title="专项治理动员会"),
    )
    found = seen("NYC-22", watch(gathered=news(*events))).value
    assert found.value == 3
    assert {trace.ref for trace in found.left_out} == {"e2", "e4"}


def test_activities_count_below_a_lower_edge() -> None:
    """NYC-24 has its own gate of 0.9: what speaks for a unit may be less certain than what speaks against it."""
    assert count("NYC-24", event(1, L.INTEGRITY_EDUCATION, state=S.SUGGESTED, confidence=0.9)) == 1
    assert count("NYC-24", event(1, L.INTEGRITY_EDUCATION, state=S.SUGGESTED, confidence=0.89)) == 0


def test_what_a_body_of_the_county_did_is_the_countys() -> None:
    below = frozenset({"qinghe", "qinghe-fgw"})
    own = event(1, negative=True, units=("qinghe-fgw", "qinghe"))
    strange = event(2, negative=True, units=("liuwan",))
    nobody = event(3, negative=True, units=())
    found = watch(gathered=news(own, strange, nobody), below=below)
    assert value("NYC-19", found) == ("supplied", 1)


def test_doubt_of_events() -> None:
    """One confirmed, one beyond the edge, one before it: as it stands 2, all 3, none but the confirmed 1."""
    events = (
        event(1, negative=True),
        event(2, negative=True, state=S.SUGGESTED),
        event(3, negative=True, state=S.SUGGESTED, confidence=0.5),
    )
    found = seen("NYC-19", watch(gathered=news(*events)))
    assert found.value.value == 2
    assert found.doubt is not None
    assert (found.doubt.value_if_all, found.doubt.value_if_none) == (3, 1)
    assert {(one.trace.ref, one.counted, one.value_if) for one in found.doubt.suspects} == {
        ("e2", True, 1),
        ("e3", False, 3),
    }
