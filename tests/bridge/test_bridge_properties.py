"""What holds whatever is seen: order and names are irrelevant, the dismissed moves nothing, doubles count once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from records.judgement import Finding
from records.news import EventState, NewsEvent, NewsLabel
from records.review import ReviewState
from records.verdicts import Severity
from scoring_bridge.monitored import observe_units
from tests.bridge.watch_builder import DAY, SITE, event, finding, link, look, news, review, scheme, seen, value, watch

ROWS = ("NYC-02", "NYC-03", "NYC-18", "NYC-19", "NYC-20", "NYC-22", "NYC-24")

findings = st.lists(
    st.builds(
        finding,
        st.sampled_from(["broken_link", "stale_column", "empty_column", "hijacked_link", "undated_column"]),
        st.sampled_from([f"{SITE}{place}/{n}" for place in ("zwgk", "xwzx") for n in range(4)]),
        severity=st.sampled_from([Severity.MAJOR, Severity.MINOR]),
        since=st.sampled_from([DAY, DAY - timedelta(days=3)]),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)
events = st.lists(
    st.builds(
        event,
        st.integers(0, 50),
        *(st.sampled_from(list(NewsLabel)) for _ in range(2)),
        title=st.sampled_from(["欠薪整治", "闯红灯纳入信用", "食品安全治理", "某局长被查"]),
        negative=st.booleans(),
        state=st.sampled_from(list(EventState)),
        confidence=st.sampled_from([0.2, 0.9, 0.95, 1.0]),
        persons=st.lists(st.sampled_from(["张建国", "王某", "李明"]), max_size=2, unique=True).map(tuple),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


def count(found: Sequence[Finding], **more: object) -> object:
    links = [link(one.subject, SITE + "zwgk/") for one in found if one.check == "broken_link"]
    return value("NYC-05", watch(look(*found, links=links), **more))[1]  # type: ignore[arg-type]


@given(findings, st.randoms())
def test_the_order_of_findings_is_irrelevant(found: list[Finding], random: st.DataObject) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert count(shuffled) == count(found)


@given(findings)
def test_a_dismissed_finding_moves_nothing(found: list[Finding]) -> None:
    extra = finding("stale_column", SITE + "zwgk/extra/")
    dismissed = [review(extra, ReviewState.DISMISSED)]
    assert count([*found, extra], reviews=dismissed) == count(found)


@given(findings)
def test_confirming_never_lowers_and_dismissing_never_raises_the_number(found: list[Finding]) -> None:
    plain = count(found)
    for one in found:
        assert count(found, reviews=[review(one, ReviewState.CONFIRMED)]) >= plain  # type: ignore[operator]
        assert count(found, reviews=[review(one, ReviewState.DISMISSED)]) <= plain  # type: ignore[operator]


@given(findings)
def test_nothing_that_was_seen_is_lost(found: list[Finding]) -> None:
    """Every finding that the row could count is counted or left out by name, never silently dropped."""
    result = seen("NYC-05", watch(look(*found))).value
    told = {trace.ref for trace in (*result.evidence, *result.left_out)}
    counted = ("broken_link", "stale_column", "empty_column", "hijacked_link")
    assert {one.id for one in found if one.check in counted} <= told


@given(events, st.randoms())
def test_order_and_doubles_of_events_are_irrelevant(found: list[NewsEvent], random: st.DataObject) -> None:
    shuffled = [*found, *found]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for row in ROWS:
        assert value(row, watch(gathered=news(*shuffled))) == value(row, watch(gathered=news(*found)))


@given(events)
def test_a_dismissed_or_refuted_event_moves_nothing(found: list[NewsEvent]) -> None:
    for state in (EventState.DISMISSED, EventState.REFUTED):
        extra = event("x", *NewsLabel, title="欠薪整治", negative=True, state=state, persons=("赵小明",))
        for row in ROWS:
            assert value(row, watch(gathered=news(*found, extra))) == value(row, watch(gathered=news(*found)))


@given(events)
def test_the_name_of_the_unit_is_irrelevant(found: list[NewsEvent]) -> None:
    mine = watch(gathered=news(*found))
    renamed = replace(mine, unit=replace(mine.unit, name="另一个名字"))
    assert [one.value.value for one in observe_units(scheme(), [mine])] == [
        one.value.value for one in observe_units(scheme(), [renamed])
    ]


@given(events)
def test_a_doubt_brackets_the_value(found: list[NewsEvent]) -> None:
    """Fewer than without the unreviewed, or more than with all of them, no value can be."""
    for row in ROWS:
        result = seen(row, watch(gathered=news(*found)))
        if result.doubt is not None:
            low, high = result.doubt.value_if_none, result.doubt.value_if_all
            assert isinstance(low, int)
            assert isinstance(high, int)
            assert low <= result.value.value <= high
