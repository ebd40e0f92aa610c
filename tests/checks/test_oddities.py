"""First seen against the claimed day: what is shown, what is a move or a longer list, and what is nothing at all."""

from datetime import UTC, date, datetime, timedelta

import pytest

from checks.oddities import GRACE, MANY, ListedItem, oddities_of, plain_title
from records.oddities import ColumnItem, Oddity, OddityKind

TODAY = date(2026, 6, 29)
BEFORE = date(2026, 6, 28)


def item(
    name: str, claimed: date | None, *, title: str = "", simhash: int | None = None, text: str | None = None
) -> ListedItem:
    return ListedItem(f"http://q.test/{name}", title or f"关于{name}的一则通知公告", claimed, simhash, text)


def old(name: str, claimed: date | None, **more: object) -> ColumnItem:
    one = item(name, claimed, **more)  # type: ignore[arg-type]  # what a case declares
    first = datetime(2026, 1, 1, tzinfo=UTC)
    return ColumnItem(one.url, one.title, one.claimed, first, None, one.simhash, one.text_sha256)


def odd(listed: list[ListedItem], *known: ColumnItem, before: date | None = BEFORE) -> tuple[Oddity, ...]:
    return oddities_of(
        "通知公告", "http://q.test/tz/", listed, {one.url: one for one in known}, seen=TODAY, looked_before=before
    )


KNOWN = old("known", date(2026, 6, 1))
HERE = item("known", date(2026, 6, 1))


def test_an_old_day_that_appears_above_what_was_known_is_shown_as_a_pair() -> None:
    (found,) = odd([item("late", date(2026, 3, 3)), HERE], KNOWN)
    assert (found.kind, found.claimed, found.seen, found.looked_before) == (
        OddityKind.EARLY_DATE,
        date(2026, 3, 3),
        TODAY,
        BEFORE,
    )
    assert "2026-03-03" in found.told
    assert "2026-06-28" in found.told


@pytest.mark.parametrize(("days", "shown"), [(0, False), (1, True), (-30, False)])
def test_days_of_grace_before_the_last_look(days: int, shown: bool) -> None:
    """An item may wait for its release; and what is dated after our last look is simply new."""
    claimed = BEFORE - GRACE - timedelta(days=days)
    assert bool(odd([item("new", claimed), HERE], KNOWN)) is shown


def test_after_a_long_pause_of_ours_nothing_is_odd() -> None:
    """What was released while we did not look could not be seen by us."""
    assert odd([item("new", date(2026, 4, 1)), HERE], KNOWN, before=date(2026, 3, 30)) == ()


def test_many_at_once_are_a_move() -> None:
    listed = [item(str(number), date(2026, 1, number + 1)) for number in range(MANY)]
    (found,) = odd([*listed, HERE], KNOWN)
    assert (found.kind, found.count, found.url) == (OddityKind.MIGRATION, MANY, "")
    assert [one.kind for one in odd([*listed[:-1], HERE], KNOWN)] == [OddityKind.EARLY_DATE] * (MANY - 1)


def test_what_lies_below_what_was_known_is_our_own_reach() -> None:
    listed = [HERE, *(item(str(number), date(2026, 1, number + 1)) for number in range(MANY))]
    (found,) = odd(listed, KNOWN)
    assert (found.kind, found.count) == (OddityKind.NEW_REACH, MANY)


def test_a_list_of_which_nothing_was_known_was_rebuilt() -> None:
    listed = [item(str(number), date(2026, 1, number + 1)) for number in range(MANY)]
    assert [one.kind for one in odd(listed, KNOWN)] == [OddityKind.MIGRATION]
    assert [one.kind for one in odd(listed[:2], KNOWN)] == [OddityKind.NEW_REACH]


def test_a_first_look_finds_nothing() -> None:
    assert odd([item("a", date(2020, 1, 1))], before=None) == ()
    assert odd([item("a", date(2020, 1, 1))]) == ()


def test_the_same_address_with_a_later_day() -> None:
    (found,) = odd([item("known", date(2026, 6, 20))], KNOWN)
    assert (found.kind, found.other_claimed) == (OddityKind.REDATED, date(2026, 6, 1))
    assert odd([item("known", date(2026, 6, 4))], KNOWN) == ()
    assert odd([item("known", None)], KNOWN) == ()


TITLE = "关于开展安全生产专项检查的通知"


@pytest.mark.parametrize(
    ("new", "before", "shown"),
    [
        ({"title": TITLE}, {"title": TITLE}, True),
        ({"title": f" {TITLE}！"}, {"title": TITLE}, True),
        ({"title": TITLE, "simhash": 0, "text": "a"}, {"title": TITLE, "simhash": 0b111111, "text": "b"}, True),
        ({"title": TITLE, "simhash": 0, "text": "a"}, {"title": TITLE, "simhash": 0b1111111, "text": "b"}, False),
        ({"title": "另一个完全不同的标题", "text": "a"}, {"title": TITLE, "text": "a"}, True),
        ({"title": "值班表"}, {"title": "值班表"}, False),
        ({"title": "工作简报2026年第4期"}, {"title": "工作简报2026年第3期"}, False),
    ],
)
def test_an_old_text_with_a_new_day(new: dict[str, object], before: dict[str, object], shown: bool) -> None:
    """Serials differ by their number, short titles are the same by nature, and texts that were read decide."""
    listed = [item("again", TODAY, **new), HERE]  # type: ignore[arg-type]  # what a case declares
    found = odd(listed, KNOWN, old("once", date(2026, 1, 10), **before))
    assert [one.kind for one in found] == ([OddityKind.GHOST] if shown else [])
    assert all(one.other_url == "http://q.test/once" for one in found)


def test_a_second_release_within_a_month_is_no_ghost() -> None:
    listed = [item("again", TODAY, title=TITLE), HERE]
    assert odd(listed, KNOWN, old("once", TODAY - timedelta(days=29), title=TITLE)) == ()


def test_titles_are_compared_without_spaces_and_signs_and_with_digits() -> None:
    assert plain_title("【通知】 关于 A-1_事项！") == "通知关于A1事项"
