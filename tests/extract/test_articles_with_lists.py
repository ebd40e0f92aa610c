# ruff: noqa: E501 - markup is easier to judge on one line, as portals write it
"""An article stays an article, whatever lists stand beside its text; read as a list it would be a stale column."""

import pytest

from records.page import PageReading
from records.verdicts import PageKind
from tests.extract.reading import column, listed, read

TITLE = "县交通运输局全力做好国庆假期公路保畅工作"
SENTENCE = (
    "各乡镇人民政府要按照统一部署认真组织实施，加强监督检查，及时报送工作进展情况，确保各项任务落到实处，取得实效。"
)
LONG = "".join(f"<p>　　{SENTENCE}{SENTENCE}</p>" for _ in range(6))
SHORT = f"<p>　　{SENTENCE}</p><p>　　{SENTENCE}</p>"
RELATED = [(f"关于第{i}批公路养护项目的情况说明", f"/c3/202604/t2026040{i}_12{i}.html") for i in range(1, 10)]
UNDATED = "".join(f"<li><a href='{href}'>{title}</a></li>" for title, href in RELATED)
DATED = "".join(
    f"<li><a href='{href}'>{title}</a><span>2026-04-0{i}</span></li>" for i, (title, href) in enumerate(RELATED, 1)
)
HEADS = [
    pytest.param(f"<h1>{TITLE}</h1><div class='meta'>发布时间：2026-04-05</div>", id="h1 and label"),
    pytest.param(f"<h1>{TITLE}</h1><p>2026-04-05 10:22</p>", id="h1 and bare day"),
    pytest.param(f"<div class='tt'>{TITLE}</div><div>日期：2026年4月5日 来源：办公室</div>", id="no heading element"),
    pytest.param(f"<h2>{TITLE}</h2><div>发布日期：2026-04-05</div><div>浏览次数：<span>56</span></div>", id="h2"),
]


def page(
    content: str, *, breadcrumb: bool = True, url: str = "http://www.x.gov.cn/c5/202604/t20260405_9.html"
) -> PageReading:
    markup = column(content, name="工作动态").replace("<title>工作动态", f"<title>{TITLE}")
    if not breadcrumb:
        start = markup.index('<div class="pos">')
        markup = markup[:start] + markup[markup.index("</div>", start) + 6 :]
    return read(markup, url=url)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("body", [pytest.param(LONG, id="long"), pytest.param(SHORT, id="short")])
@pytest.mark.parametrize(
    "rows", [pytest.param(UNDATED, id="days in addresses"), pytest.param(DATED, id="written days")]
)
@pytest.mark.parametrize("breadcrumb", [True, False])
@pytest.mark.parametrize(
    "url",
    [
        "http://www.x.gov.cn/c5/202604/t20260405_9.html",
        "http://www.x.gov.cn/show.php?id=7",
        "http://www.x.gov.cn/gk/a9.html",
    ],
)
def test_related_links_do_not_make_a_list_of_an_article(
    head: str, body: str, rows: str, breadcrumb: bool, url: str
) -> None:
    reading = page(f"{head}<div class='TRS_Editor'>{body}</div><ul>{rows}</ul>", breadcrumb=breadcrumb, url=url)
    assert (reading.kind, reading.items, reading.newest) == (PageKind.ARTICLE, (), None)
    assert str(reading.published) == "2026-04-05"


@pytest.mark.parametrize("head", HEADS)
def test_a_list_before_the_text_does_not_make_a_list_of_an_article(head: str) -> None:
    reading = page(f"<div class='l'><ul>{DATED}</ul></div><div class='r'>{head}{LONG}</div>")
    assert (reading.kind, reading.items, str(reading.published)) == (PageKind.ARTICLE, (), "2026-04-05")


@pytest.mark.parametrize(
    "menu", ["", "<div class=nav><a href='/'>首页</a><a href='/gg/'>公告</a><a href='/dt/'>动态</a></div>"]
)
@pytest.mark.parametrize(
    "bread", ["", "<div class=bread>当前位置：<a href='/'>首页</a> &gt; <a href='/gg/'>通知公告</a></div>"]
)
@pytest.mark.parametrize("label", ["发布时间：2026-10-10", "发布日期：2026年10月10日", "日期：2026-10-10 来源：办公室"])
def test_the_name_of_the_site_in_the_header_is_no_item_with_the_day_of_the_article(
    menu: str, bread: str, label: str
) -> None:
    reading = read(
        f"<html><head><title>{TITLE}-双河县商务局</title></head><body><div class=hd><a href='/'>双河县商务局</a></div>{menu}{bread}"
        f"<div class=cont><h1>{TITLE}</h1><p>{label}</p><p>　　{SENTENCE}</p></div></body></html>",
        url="http://www.x.gov.cn/gg/7.html",
    )
    assert (reading.kind, reading.items, str(reading.published)) == (PageKind.ARTICLE, (), "2026-10-10")


ROWS = listed(*((f"关于第{i}批重点事项办理情况的公示", f"t2026110{i}_{i}.html", f"2026-11-0{i}") for i in range(1, 7)))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            f"<h1>通知公告</h1><div>更新时间：2026-11-20</div>{ROWS}", id="the column says when it was updated"
        ),
        pytest.param(
            "<h1>通知公告</h1>"
            + "".join(
                f"<dl><dt><a href='{i}.html'>关于第{i}批重点事项办理情况的公示</a></dt><dd>发布时间：2026-11-0{i}</dd><dd>{SENTENCE}{SENTENCE}</dd></dl>"
                for i in range(1, 7)
            ),
            id="rows with labelled days and summaries",
        ),
        pytest.param(f"<div class='intro'>{SENTENCE}</div>{ROWS}", id="an introduction"),
    ],
)
@pytest.mark.parametrize("url", ["http://www.x.gov.cn/tzgg/", "http://www.x.gov.cn/list.asp?id=5"])
def test_a_list_stays_a_list(content: str, url: str) -> None:
    reading = read(column(content), url=url)
    assert (reading.kind, len(reading.items), str(reading.newest)) == (PageKind.LIST, 6, "2026-11-06")


def test_a_list_dated_by_its_addresses_stays_a_list() -> None:
    reading = read(column(f"<ul>{UNDATED}</ul>"), url="http://www.x.gov.cn/list.asp?id=5")
    assert (reading.kind, len(reading.items)) == (PageKind.LIST, 9)


@pytest.mark.parametrize("body", [SHORT, "<p>特此公告。</p>"])
@pytest.mark.parametrize(
    "head",
    [
        pytest.param(f"<h1>{TITLE}</h1><p>发布时间：2026-04-05</p>", id="h1 and label"),
        pytest.param(f"<h1>{TITLE}</h1>", id="h1 and meta"),
    ],
)
def test_a_short_article_is_known_by_its_heading_and_day(head: str, body: str) -> None:
    meta = "<meta name='PubDate' content='2026-04-05 08:00'>"
    markup = f"<html><head>{meta}<title>{TITLE}</title></head><body><a href='/'>首页</a>{head}{body}</body></html>"
    if "发布时间" in head:
        markup = markup.replace(meta, "")
    reading = read(markup, url="http://www.x.gov.cn/a/b.html")
    assert (reading.kind, str(reading.published)) == (PageKind.ARTICLE, "2026-04-05")


@pytest.mark.parametrize("day", ["2026年11月21日 星期六", "今天是2026年11月21日", "更新时间：2026-11-20"])
def test_the_day_under_the_heading_of_a_column_without_items_makes_no_article(day: str) -> None:
    assert read(column(f"<h1>通知公告</h1><div>{day}</div><ul id='list'></ul>")).kind is not PageKind.ARTICLE
