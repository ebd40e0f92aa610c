"""Endless spaces end by themselves, and what only looks like one is walked whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.traps import CHAIN, TrapGuard, shape_of
from records.page import Look
from records.verdicts import LinkReason, Outcome

if TYPE_CHECKING:
    from tests.crawler.conftest import Crawl, Desk


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/sick/calendar/2026/5", 120),
        ("/sick/session/0?name=sid", 12),
        ("/sick/session/0?name=k", 60),
        ("/sick/deeper/", 30),
        ("/sick/counter?n=0", 25),
    ],
)
async def test_endless_space_is_left(crawl: Crawl, desk: Desk, path: str, most: int) -> None:
    done = await crawl(desk.host(path), max_pages=1000)
    assert done.end.counts.pages <= most
    assert done.end.stopped_by is None
    ends = {fact.outcome for fact in done.sink.targets.values()}
    assert ends <= {Outcome.FETCHED, Outcome.SKIPPED, Outcome.NOT_REACHED}
    reasons = {fact.skipped for fact in done.sink.targets.values() if fact.outcome is Outcome.SKIPPED}
    assert reasons <= {LinkReason.TRAP}


async def test_permuted_queries_do_not_keep_the_rest_from_being_read(crawl: Crawl, desk: Desk) -> None:
    """Breadth first: what the home page shows is read before the space of filters is."""
    done = await crawl(desk.host("/sick/permute?a=1", *(f"/sick/ok/{n}" for n in range(20))), max_pages=100)
    assert all(done[f"/sick/ok/{n}"].outcome is Outcome.FETCHED for n in range(20))


async def test_many_links_on_one_page(crawl: Crawl, desk: Desk) -> None:
    """20,000 links are 20,000 addresses in the books; time decides how many of them are asked."""
    done = await crawl(desk.host("/sick/many"), max_minutes=1.5 / 60)
    assert done.end.counts.addresses == 20_002
    assert done.seconds < 8


def look(simhash: int) -> Look:
    return Look("t", 100, simhash, f"{simhash:x}")


def test_permutation_is_the_same_page() -> None:
    guard = TrapGuard()
    assert not guard.is_trap("http://a/l?x=1&y=2")
    assert guard.is_trap("http://a/l?y=2&x=1")
    assert not guard.is_trap("http://a/l?y=3&x=1")


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("http://a/x;jsessionid=1", "http://a/x;jsessionid=2", True),
        ("http://a/x?PHPSESSID=ab", "http://a/x?PHPSESSID=cd", True),
        ("http://a/x?id=1&_t=1", "http://a/x?id=1&_t=2", True),
        ("http://a/x?id=1", "http://a/x?id=2", False),
        ("http://a/x?columnid=abcdef12", "http://a/x?columnid=abcdef13", False),
    ],
)
def test_session_is_no_part_of_a_page(first: str, second: str, same: bool) -> None:
    guard = TrapGuard()
    assert not guard.is_trap(first)
    assert guard.is_trap(second) is same


def test_session_of_unknown_name_is_found_out() -> None:
    """The same set of pages under ever new values of one parameter."""
    guard = TrapGuard()
    traps = [guard.is_trap(f"http://a/p{n}?q=token{visit:06}") for visit in range(8) for n in range(10)]
    assert not any(traps[:10])
    assert all(traps[-10:])


def test_column_ids_are_no_sessions() -> None:
    """Each column has its own articles: only the list itself comes again with another value."""
    guard = TrapGuard()
    for column in range(50):
        assert not guard.is_trap(f"http://a/list?columnid=column{column:04}")
        for article in range(20):
            assert not guard.is_trap(f"http://a/show?columnid=column{column:04}&id={column * 100 + article}")


@pytest.mark.parametrize(
    ("path", "trap"),
    [
        ("/a/b/c/d/e/f/g", False),
        ("/a/b/a/b", False),
        ("/a/b/a/b/a/b", True),
        ("/news/news/news/news", True),
        ("/2026/05/2026/05/2026/05/2026/05/1.html", False),  # numbers are dates and ids
        ("/" + "/".join(f"x{n}" for n in range(30)), True),
        ("/" + "x" * 3000, True),
    ],
)
def test_ever_deeper_paths(path: str, trap: bool) -> None:
    assert TrapGuard().is_trap(f"http://a{path}") is trap


def test_calendar_needs_three_signs() -> None:
    """Found only from itself, leads only to itself, looks the same: two of the three are a long list of articles."""
    cases = {
        "calendar": (lambda n: look(1), lambda n: f"http://a/cal/{n - 1}", False, True),
        "different texts": (lambda n: look(n), lambda n: f"http://a/cal/{n - 1}", False, False),
        "leads elsewhere": (lambda n: look(1), lambda n: f"http://a/cal/{n - 1}", True, False),
        "found from a list": (lambda n: look(1), lambda n: "http://a/list", False, False),
    }
    for name, (looks, parent, led_out, closed) in cases.items():
        guard = TrapGuard()
        for n in range(CHAIN + 1):
            guard.learn(f"http://a/cal/{n}", parent(n), looks(n), led_out)
        assert guard.is_trap("http://a/cal/9999") is closed, name


def test_one_parameter_may_have_thousands_of_values() -> None:
    guard = TrapGuard()
    assert not any(guard.is_trap(f"http://a/show.asp?id={n}") for n in range(5000))


def test_shape() -> None:
    assert shape_of("http://a/cal/2026/05?d=3") == shape_of("http://a/cal/2027/06?d=4")
    assert shape_of("http://a/cal/2026") == shape_of("http://a/cal/2026/05")
    assert shape_of("http://a/news/t20260501_12.html") != shape_of("http://a/cal/2026")
