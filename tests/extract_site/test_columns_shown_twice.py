"""One column that a portal shows at several addresses is one column, and one fault."""

from dataclasses import replace

import pytest

from records.crawl import PageFact
from records.page import Item
from records.verdicts import PageKind
from tests.checks.site_builder import absolute, items, page
from tests.extract_site.test_columns_gathered import DAYS, columns, only


def elsewhere(listed: tuple[Item, ...]) -> tuple[Item, ...]:
    return tuple(replace(item, url=(item.url or "").replace("/a/", "/m/a/")) for item in listed)


def test_editions_of_a_portal_are_one_portal() -> None:
    """For telephones, for the blind: the same titles and days, each linked to an article of its own."""
    plain = page("tzgg/", name="通知公告", items=items(*DAYS))
    phone = page("m/tzgg/", name="通知公告", items=elsewhere(items(*DAYS)), depth=2)
    assert only(plain, phone).url == absolute("tzgg/")


def test_the_same_name_with_other_titles_is_another_column() -> None:
    other = tuple(replace(item, title=f"另一个科室的{item.title}") for item in items(*DAYS))
    found = columns(
        page("a/tzgg/", name="通知公告", items=items(*DAYS)), page("b/tzgg/", name="通知公告", items=elsewhere(other))
    )
    assert len(found) == 2


def empty(url: str, name: str = "公开月报") -> PageFact:
    return page(url, name=name, says_empty="暂无信息")


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        # Months of one program, none of them with anything: one empty column.
        ((empty("yb?m=1"), empty("yb?m=2"), empty("yb?m=3")), ["yb?m=1"]),
        # Some month has something: the others are empty months and no empty columns.
        ((empty("yb?m=1"), page("yb?m=2", name="公开月报", items=items(*DAYS))), ["yb?m=2"]),
        # One program shows several columns: each has its name.
        ((empty("list?c=1", "工作动态"), empty("list?c=2", "通知公告")), ["list?c=1", "list?c=2"]),
        # A calendar is for looking things up: nobody failed to publish on a day.
        ((empty("rl?y=2026&m=11", "公开日历"),), []),
    ],
)
def test_an_empty_view_is_no_empty_column(pages: tuple[PageFact, ...], expected: list[str]) -> None:
    assert [one.url for one in columns(*pages)] == [absolute(url) for url in expected]


def test_an_empty_list_is_measured_without_the_footer_of_all_pages() -> None:
    """What every list page shows beside its items says nothing of this one."""
    full = [page(f"c{n}/", name=f"栏目{n}", items=items(*DAYS, stem=f"c{n}"), body_length=40) for n in range(3)]
    bare = page("c9/", PageKind.LIST, name="乡镇动态", body_length=40)
    more = page("c8/", PageKind.LIST, name="部门动态", body_length=90)
    assert [one.name for one in columns(*full, bare, more) if not one.items] == ["乡镇动态"]
