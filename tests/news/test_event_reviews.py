"""What analysts decide, applied to what the program suggests."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from records.news import EventState, NewsEvent, NewsLabel
from records.news_reviews import EventReview, ReviewAction
from storage.event_reviews import regrouped, reviewed, split_id

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def event(ident: str, *articles: str, **of: Any) -> NewsEvent:
    return NewsEvent(
        **{
            "id": ident,
            "title": f"事件{ident}",
            "first_day": date(2026, 11, 10),
            "articles": articles,
            "units": ("fangcheng",),
            "labels": (NewsLabel.MISCONDUCT,),
            "negative": True,
            "confidence": 0.9,
            **of,
        }
    )


def review(of: NewsEvent, action: ReviewAction, **more: Any) -> EventReview:
    return EventReview(
        **{
            "event": of.id,
            "action": action,
            "by": "张三",
            "why": "核对过",
            "at": AT,
            "articles": of.articles,
            "labels": of.labels,
            "units": of.units,
            "negative": of.negative,
            **more,
        }
    )


E1 = event("e1", "a", "b", "c")
E2 = event("e2", "d", units=("xixia",), labels=(NewsLabel.MAJOR_DISHONESTY,), first_day=date(2026, 11, 8))


def only(events: tuple[NewsEvent, ...], ident: str) -> NewsEvent:
    (found,) = [one for one in events if one.id == ident]
    return found


@pytest.mark.parametrize(
    ("actions", "state"),
    [
        ((), EventState.SUGGESTED),
        ((ReviewAction.CONFIRM,), EventState.CONFIRMED),
        ((ReviewAction.DISMISS,), EventState.DISMISSED),
        ((ReviewAction.CONFIRM, ReviewAction.DISMISS), EventState.DISMISSED),
        ((ReviewAction.DISMISS, ReviewAction.CONFIRM), EventState.CONFIRMED),
        ((ReviewAction.RELABEL,), EventState.SUGGESTED),
        ((ReviewAction.CONFIRM, ReviewAction.REATTRIBUTE), EventState.CONFIRMED),
    ],
)
def test_the_last_decision_counts_and_leaves_its_trace(actions: tuple[ReviewAction, ...], state: EventState) -> None:
    found = only(reviewed([E1], [review(E1, action) for action in actions]), "e1")
    assert found.state is state
    assert len(found.because) == len(actions)
    assert all("张三" in line and "核对过" in line for line in found.because)


def test_a_confirmation_is_of_what_was_shown() -> None:
    """Units and labels that the program suggests only later were confirmed by nobody."""
    later = event("e1", "a", "b", "c", "x", units=("fangcheng", "neixiang"), labels=tuple(NewsLabel))
    found = only(reviewed([later], [review(E1, ReviewAction.CONFIRM)]), "e1")
    assert (found.units, found.labels) == (("fangcheng",), (NewsLabel.MISCONDUCT,))
    assert found.articles == ("a", "b", "c", "x")


def test_what_is_refuted_after_the_confirmation_counts_no_longer() -> None:
    """A later article clears the matter: the event is re-scored; whoever saw that article may still decide."""
    refuted = event("e1", "a", "b", "c", "x", state=EventState.REFUTED, because=("x 澄清",))
    confirmed_before = only(reviewed([refuted], [review(E1, ReviewAction.CONFIRM)]), "e1")
    assert confirmed_before.state is EventState.REFUTED
    assert confirmed_before.because[0] == "x 澄清"
    knowing = only(reviewed([refuted], [review(refuted, ReviewAction.CONFIRM)]), "e1")
    assert knowing.state is EventState.CONFIRMED


def test_merging_makes_one_event_of_two() -> None:
    (found,) = reviewed([E1, E2], [review(E2, ReviewAction.MERGE, into="e1")])
    assert found.id == "e1"
    assert found.articles == ("a", "b", "c", "d")
    assert found.units == ("fangcheng", "xixia")
    assert found.first_day == date(2026, 11, 8)


def test_a_merge_holds_when_the_events_are_grouped_anew() -> None:
    """The night after, the merged event is stored as one: applying the review again changes nothing."""
    merge = review(E2, ReviewAction.MERGE, into="e1")
    stored = regrouped([E1, E2], [merge])
    assert regrouped(stored, [merge]) == stored
    assert [one.articles for one in reviewed(stored, [merge])] == [("a", "b", "c", "d")]


def test_what_was_said_of_an_event_that_went_into_another_is_not_said_of_that() -> None:
    """A dismissal of a double must not dismiss the event that it was merged into."""
    reviews = [review(E2, ReviewAction.DISMISS), review(E2, ReviewAction.MERGE, into="e1")]
    for stored in ([E1, E2], regrouped([E1, E2], reviews)):
        assert only(reviewed(stored, reviews), "e1").state is EventState.SUGGESTED


def test_splitting_makes_two_events_of_one() -> None:
    """What leaves is an event that nobody has decided on; what stays keeps its state."""
    new = split_id("e1", ["b"])
    reviews = [
        review(E1, ReviewAction.CONFIRM),
        review(E1, ReviewAction.SPLIT, taken_out=("b",), new_event=new, new_title="别的事", new_day=date(2026, 11, 12)),
    ]
    events = reviewed([E1], reviews)
    assert only(events, "e1").articles == ("a", "c")
    assert only(events, "e1").state is EventState.CONFIRMED
    left = only(events, new)
    assert (left.articles, left.title, left.first_day) == (("b",), "别的事", date(2026, 11, 12))
    assert left.state is EventState.SUGGESTED


def test_a_split_holds_when_the_events_are_grouped_anew() -> None:
    split = review(E1, ReviewAction.SPLIT, taken_out=("b",), new_event="n")
    stored = regrouped([E1], [split])
    assert {one.id: one.articles for one in stored} == {"e1": ("a", "c"), "n": ("b",)}
    assert regrouped(stored, [split]) == stored
    # … and when a reprint of what left was put back into the old event
    again = regrouped([event("e1", "a", "c", "b"), only(stored, "n")], [split])
    assert {one.id: one.articles for one in again} == {"e1": ("a", "c"), "n": ("b",)}


@pytest.mark.parametrize("taken", [(), ("a", "b", "c"), ("z",)])
def test_a_split_of_nothing_or_of_all_changes_nothing(taken: tuple[str, ...]) -> None:
    events = regrouped([E1], [review(E1, ReviewAction.SPLIT, taken_out=taken, new_event="n")])
    assert events == (E1,)


def test_a_review_follows_its_articles_when_the_id_is_gone() -> None:
    """Another grouping may give the matter another id: the decision is not lost, and falls on nobody else."""
    renamed = event("new", "x", "a", "b")
    found = reviewed([renamed, E2], [review(E1, ReviewAction.DISMISS)])
    assert only(found, "new").state is EventState.DISMISSED
    assert only(found, "e2").state is EventState.SUGGESTED
    assert reviewed([E2], [review(E1, ReviewAction.DISMISS)]) == (E2,)


def test_the_id_of_a_split_does_not_depend_on_the_order() -> None:
    assert split_id("e", ["a", "b"]) == split_id("e", ["b", "a"])
    assert split_id("e", ["a"]) != split_id("f", ["a"])
