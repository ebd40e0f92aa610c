"""Columns whose list comes as data: what a page says before, and what was asked of the data."""

from typing import Any

import pytest

from records.crawl import PageFact
from tests.checks.site_builder import absolute, items, page
from tests.extract_site.test_columns_gathered import DAYS, only


def shell(data: str, **more: Any) -> PageFact:
    return page("gzdt/", name="工作动态", needs_browser=True, data_urls=(absolute(data),), **more)


def data(url: str, *days: str, says_empty: str | None = None) -> PageFact:
    return page(url, name=None, items=items(*days), says_empty=says_empty, depth=2, parent=absolute("gzdt/"))


def test_what_a_page_says_before_its_list_has_come_does_not_count() -> None:
    """One column with the items of the data, and no empty one beside it."""
    found = only(shell("api/list?id=7", says_empty="暂无数据"), data("api/list?id=7", *DAYS))
    assert (found.url, found.items, found.readable) == (absolute("gzdt/"), 3, True)


def test_what_the_browser_shows_stands_above_what_the_data_would_give() -> None:
    """The browser has asked for the data too: its empty list is what the reader sees."""
    found = only(shell("api/list?id=7", says_empty="暂无数据", rendered=True), data("api/list?id=7", *DAYS))
    assert (found.items, found.readable, found.says_empty) == (0, True, "暂无数据")


@pytest.mark.parametrize(
    ("url", "empty"),
    [
        ("api/list?id=7", True),
        ("data/gzdt.json", True),
        ("api/list", False),
        ("api/list?id=", False),
    ],
)
def test_data_that_was_asked_for_in_part_is_not_empty(url: str, empty: bool) -> None:
    """A script sends the channel beside the address; without it a service answers that it has nothing."""
    found = only(shell(url), data(url, says_empty="total: 0"))
    assert (found.name, found.items, found.readable) == ("工作动态", 0, empty)


@pytest.mark.parametrize(("url", "certain"), [("api/list?id=7", True), ("api/list", False)])
def test_data_that_was_asked_for_in_part_may_be_those_of_another_list(url: str, certain: bool) -> None:
    """Its old items make no column stale."""
    assert only(shell(url), data(url, *DAYS)).newest_certain is certain


def test_a_page_that_says_it_is_empty_until_a_browser_looks_is_unreadable() -> None:
    found = only(page("gzdt/", name="工作动态", says_empty="暂无数据", needs_browser=True))
    assert (found.items, found.readable) == (0, False)
