"""An article that shows related articles is no column: a second defence, where the reader takes it for a list."""

from dataclasses import replace
from datetime import timedelta

import pytest

from extract.column_entries import has_entry_address
from extract.columns import gather_columns
from records.crawl import PageFact
from records.page import Item
from records.verdicts import DateFrom
from tests.checks.site_builder import AS_OF, absolute, home, page, site


def row(url: str, age: int, how: DateFrom | None = DateFrom.LIST) -> Item:
    day = AS_OF - timedelta(days=age) if how is not None else None
    return Item(f"关于{url}的说明", absolute(url), day, how)


def column(*rows: Item, url: str = "tzgg/", **more: object) -> PageFact:
    return page(url, **{"name": "通知公告", "items": rows, **more})  # type: ignore[arg-type]


def urls(*pages: PageFact) -> set[str]:
    return {found.url.removeprefix(absolute("")) for found in gather_columns(site([home(), *pages]))}


@pytest.mark.parametrize("stem", ["tzgg/{}.html", "show.asp?id={}", "tzgg/202604/t20260405_{}.html"])
@pytest.mark.parametrize("how", [DateFrom.LIST, DateFrom.ADDRESS, None])
def test_a_site_whose_articles_all_show_related_articles_has_one_column(stem: str, how: DateFrom | None) -> None:
    known = [stem.format(n) for n in range(12)]
    articles = [
        page(url, name=f"文章{n}", depth=2, items=[row(known[(n + step) % 12], 40 + n, how) for step in (1, 2, 3, 4)])
        for n, url in enumerate(known)
    ]
    assert urls(column(*(row(url, 3 + n) for n, url in enumerate(known))), *articles) == {"tzgg/"}


def test_an_article_shown_by_the_program_of_the_entries_is_one_though_no_list_that_was_read_enters_it() -> None:
    entered = [row(f"show.asp?id={n}", n) for n in range(3)]
    other = page("show.asp?id=99", name="旧文章", depth=2, items=entered)
    assert urls(column(*entered, url="list.asp?id=1"), other) == {"list.asp?id=1"}


def test_lists_and_entries_shown_by_different_files_with_parameters_are_different_programs() -> None:
    """``list.html?code=a`` of a portal that is built in the browser is no entry because ``detail.html?id=1`` is one."""
    entered = [row(f"detail.html?id={n}", n) for n in range(3)]
    assert urls(column(*entered, url="list.html?code=a")) == {"list.html?code=a"}
    met = home(items=entered)
    lists = [
        column(*entered, url="list.html?code=a"),
        column(*entered, row("detail.html?id=9", 9), url="list.html?code=b"),
    ]
    found = gather_columns(site([met, *lists]))
    assert {one.url.removeprefix(absolute("")) for one in found} == {"list.html?code=a", "list.html?code=b"}


def test_a_column_that_another_list_enters_stays_one_where_it_lists_things_of_its_own() -> None:
    below = column(*(row(f"zt/a/{n}.html", 50 + n) for n in range(3)), url="zt/a/", name="某专栏", depth=2)
    above = column(row("zt/a/", 3), row("zt/b/", 9), url="zt/", name="栏目集")
    assert urls(above, below) == {"zt/", "zt/a/"}
    undated = tuple(replace(item, date=None, date_from=None) for item in below.reading.items)
    assert urls(above, column(*undated, url="zt/a/", name="某专栏", depth=2)) == {"zt/"}


def test_one_row_that_leads_home_or_up_makes_no_column_of_an_entry() -> None:
    listed = column(*(row(f"gg/{n}.html", 0, None) for n in range(5)), url="gg/")
    article = page("gg/0.html", name="某文章", depth=2, items=[row("", 60)])
    assert urls(listed, article) == {"gg/"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("a/202604/t20260405_1236.html", True),
        ("art/2026/4/5/art_21_1000.html", True),
        ("zwgk/content_3045.html", True),
        ("contents/12/3045.html", True),
        ("info/1024/3045.htm", True),
        ("2026/04-05/3045.html", True),
        ("xw/202604/abc.shtml", True),
        ("zwgk/", False),
        ("zt/20260405/", False),
        ("zt/20260405/index.html", False),
        ("xw/202604/list_2.html", False),
        ("col/col21/index.html", False),
        ("channels/2045.html", False),
        ("list.asp?id=20260405", False),
    ],
)
def test_addresses_of_articles(url: str, expected: bool) -> None:
    assert has_entry_address(absolute(url)) is expected
