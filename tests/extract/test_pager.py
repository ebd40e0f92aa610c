"""How a list goes on."""

import pytest

from tests.extract.reading import column, listed, read

ROWS = listed(
    ("关于第一批重点事项的公示", "a.html", "2026-11-01"), ("关于第二批重点事项的公示", "b.html", "2026-10-01")
)
HERE = "http://www.fangcheng.gov.cn/zwgk/tzgg/"


@pytest.mark.parametrize(
    ("markup", "pages", "first"),
    [
        ('<script>createPageHTML(4, 0, "index", "html");</script>', 4, HERE + "index_1.html"),
        ("<script>createPageHTML('page_div',16, 1,'list','shtml',237);</script>", 16, None),
        ("<div>共 160 条 当前第 1 / 16 页</div>", 16, None),
        ("<div>第1页/共8页</div>", 8, None),
        ("<div>共5页</div>", 5, None),
        ("<div>当前第1页 共26页 <a href='1751_2.html'>下一页</a></div>", 26, HERE + "1751_2.html"),
        (
            "<div>1 <a href='l_2.html'>2</a> <a href='l_3.html'>3</a> <a href='l_2.html'>下一页</a></div>",
            3,
            HERE + "l_2.html",
        ),
        ("<script>var pageCount = 12;</script>", 12, None),
    ],
)
def test_pagers(markup: str, pages: int, first: str | None) -> None:
    pager = read(column(ROWS + markup)).pager
    assert pager is not None
    assert pager.pages == pages
    if first is not None:
        assert pager.urls[0] == first


def test_a_list_without_a_pager_has_none() -> None:
    assert read(column(ROWS)).pager is None


def test_made_addresses_are_the_nearest_pages() -> None:
    pager = read(column(ROWS + '<script>createPageHTML(900, 2, "index", "html");</script>')).pager
    assert pager is not None
    assert pager.index == 2
    assert len(pager.urls) <= 20
    assert HERE + "index.html" in pager.urls
    assert HERE + "index_3.html" in pager.urls
