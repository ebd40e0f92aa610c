"""Second pages, filtered parts and digests of columns are judged with the column or not at all."""

from datetime import timedelta

import pytest

from extract.column_views import wider_addresses
from extract.columns import gather_columns
from records.crawl import PageFact
from records.page import Item
from records.verdicts import DateFrom
from tests.checks.site_builder import AS_OF, absolute, home, page, site


def rows(stem: str, *ages: int) -> tuple[Item, ...]:
    return tuple(
        Item(
            f"关于{stem}第{age}件事",
            absolute(f"n/{stem}{age}.html"),
            AS_OF - timedelta(days=age),
            DateFrom.LIST,
        )
        for age in ages
    )


def urls(*pages: PageFact) -> set[str]:
    return {found.url.removeprefix(absolute("")) for found in gather_columns(site([home(), *pages]))}


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("c.asp?id=3", "c.asp?id=3&p=2"),
        ("d/?cid=4", "d/?cid=4&currPage=2"),
        ("e", "e/2"),
        ("l/", "l/page/2/"),
        ("h/", "h/p2.html"),
        ("m/m1.html", "m/m1_p2.html"),
        ("zcwjk/", "zcwjk/?theme=1"),
        ("zcwjk/", "zcwjk/?sort=asc"),
    ],
)
def test_a_later_page_or_a_part_of_a_column_is_no_column_of_its_own(first: str, later: str) -> None:
    """Its items are old, and would make an office late that published yesterday."""
    start = page(first, name="工作动态", items=rows("a", 1, 20, 40))
    behind = page(later, name="工作动态", depth=2, items=rows("b", 200, 220))
    for pages in ([start, behind], [behind, start]):
        assert urls(*pages) == {first}
    assert urls(start, page(later, name="政策文件", depth=2, items=rows("b", 200, 220))) == {first, later}


def test_parts_of_parts_lead_to_the_column_step_by_step() -> None:
    pages = [
        page(url, name="政策文件库", items=rows(stem, age))
        for url, stem, age in (("k/", "a", 1), ("k/?theme=1", "b", 90), ("k/?theme=1&year=2024", "c", 700))
    ]
    assert urls(*pages) == {"k/"}


@pytest.mark.parametrize("url", ["tzgg/", "tzgg/index.html", "a/list.html", "n/2026-11/t20261103_2.html"])
def test_plain_addresses_have_nothing_wider(url: str) -> None:
    assert wider_addresses(absolute(url)) == ()


class TestDigests:
    news = page("yw/", name="要闻", items=rows("a", 50, 60, 70))
    reports = page("nb/", name="公开年报", items=rows("b", 300, 600))

    def test_a_page_of_beginnings_is_no_column(self) -> None:
        """The days rise where the next column begins."""
        hub = page("xxgk/", name="政府信息公开", items=(*rows("b", 300, 600), *rows("a", 50, 60)))
        assert urls(self.news, self.reports, hub) == {"yw/", "nb/"}

    def test_what_merges_columns_by_day_is_one(self) -> None:
        merged = page("all/", name="全部信息", items=(*rows("a", 50, 60, 70), *rows("b", 300)))
        assert urls(self.news, self.reports, merged) == {"yw/", "nb/", "all/"}

    def test_a_column_that_two_digests_show_stays_one(self) -> None:
        """Though its days rise: 置顶 is not always marked."""
        column = page("gg/", name="公告", items=rows("c", 90, 40, 50))
        one = page("x/", name="公开", items=(*rows("c", 90, 40, 50), *rows("a", 50, 60)))
        two = page("y/", name="公示", items=(*rows("c", 90, 40, 50), *rows("b", 300)))
        assert urls(self.news, self.reports, column, one, two) == {"yw/", "nb/", "gg/"}

    def test_a_ranking_is_no_column(self) -> None:
        assert urls(self.news, page("rank.html", name="点击排行", items=rows("a", 70, 60))) == {"yw/"}

    def test_items_of_its_own_make_a_column(self) -> None:
        mixed = page("zt/", name="某专栏", items=(*rows("b", 300), *rows("a", 50), *rows("d", 80)))
        assert "zt/" in urls(self.news, self.reports, mixed)
