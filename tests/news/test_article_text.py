"""The article on a page: title, day, text."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.article_text import MAX_PARTS, ArticleText, read_article
from tests.news.conftest import FILLER, piece

AS_OF = date(2026, 11, 21)
HERE = "http://www.ribao.test/news/88.html"


def read(page: str, url: str = HERE, **of: object) -> ArticleText:
    return read_article(page.encode(), url=url, as_of=AS_OF, **of)  # type: ignore[arg-type]


def page(body: str, head: str = "") -> str:
    return f'<html><head><meta charset="utf-8"><title>村道通车_日报</title>{head}</head><body>{body}</body></html>'


TEXT = f"<h1>村道通车</h1><div class='c'><p>{FILLER}</p></div>"


@pytest.mark.parametrize(
    ("body", "head", "url", "listed", "day", "source"),
    [
        (
            TEXT.replace("</h1>", "</h1><p>2026-11-10 08:00 来源：日报</p>"),
            "",
            HERE,
            None,
            date(2026, 11, 10),
            "标题下方",
        ),
        (f"<div>今天是2026年11月21日</div>{TEXT}", "", HERE, None, None, ""),
        (f"<div>今天是2026年11月21日</div>{TEXT}", "", HERE, date(2026, 11, 3), date(2026, 11, 3), "列表"),
        (TEXT, '<meta name="PubDate" content="2026-11-09 08:00">', HERE, None, date(2026, 11, 9), "meta pubdate"),
        (TEXT, "", "http://www.ribao.test/2026/11-08/88.html", None, date(2026, 11, 8), "地址"),
        (TEXT + "<p>2026年11月1日</p>", "", HERE, date(2026, 11, 4), date(2026, 11, 4), "列表"),
        (TEXT.replace("</h1>", "</h1><p>发布时间：2027-01-01 来源：日报</p>"), "", HERE, None, None, ""),
    ],
)
def test_the_day_is_that_of_publication_and_never_todays_banner(
    body: str, head: str, url: str, listed: date | None, day: date | None, source: str
) -> None:
    """The day decides in which period an event counts."""
    found = read(page(body, head), url, listed_day=listed)
    assert (found.published, found.day_from) == (day, source)


def test_the_text_is_without_the_furniture_of_the_page() -> None:
    """A banner in the text would make a new version of every article every day."""
    foot = "<div>责任编辑：林小舟</div><div>上一篇：别的</div><div>技术支持：某公司</div><div>版权所有 日报</div>"
    found = read(piece("村道通车", FILLER, "第二段。" + FILLER, foot=foot))
    assert found.text == f"{FILLER}\n第二段。{FILLER}"


def test_a_sentence_that_begins_like_furniture_stays() -> None:
    """来源： and 阅读： may begin a sentence of the article."""
    sentence = "来源：这句话其实是正文的一部分，说的是水源地的来源。"
    assert sentence in read(piece("村道通车", FILLER, sentence)).text


@pytest.mark.parametrize(
    ("listed", "title"),
    [
        ("", "村道通车"),
        ("村道通车……", "村道通车"),
        ("图集", "村道通车"),
    ],
)
def test_the_title_is_the_pages_own(listed: str, title: str) -> None:
    """Lists shorten and decorate headlines."""
    assert read(page(TEXT), listed=listed).title == title


def test_without_a_heading_the_lists_title_is_taken() -> None:
    found = read(
        '<html><head><meta charset="utf-8"></head><body>' + f"<p>{FILLER}</p></body></html>", listed="村道通车"
    )
    assert found.title == "村道通车"


def test_author_and_reprinted_source_are_read() -> None:
    """Whom a paper reprints tells whose 我县 it is."""
    found = read(page(f"<h1>村道通车</h1><p>2026-11-10 来源：方城融媒 作者：王小明</p><p>{FILLER}</p>"))
    assert (found.author, found.source) == ("王小明", "方城融媒")


def test_where_the_library_finds_nothing_the_densest_element_is_taken() -> None:
    """Old pages put the text between <br> in a table cell."""
    lines = "<br>".join(f"第{number}段，村里的合作社今年又添了一条烘干线。" for number in range(5))
    found = read(page(f"<table><tr><td><a href='/'>首页</a></td></tr><tr><td>{lines}</td></tr></table>"))
    assert found.text.count("合作社") == 5
    assert "首页" not in found.text


@pytest.mark.parametrize(
    ("codec", "label", "title", "sentence"),
    [
        ("gb18030", "gb2312", "村道通车", "新修的村道已经通车，沿线的农户都来观看。"),
        ("utf-8", "utf-8", "村道通车", "新修的村道已经通车，沿线的农户都来观看。"),
        ("big5hkscs", "big5", "村道通車", "新修的村道已經通車，沿線的農戶都來觀看。"),
    ],
)
def test_pages_in_old_encodings_are_read(codec: str, label: str, title: str, sentence: str) -> None:
    body = (
        f'<html><head><meta charset="{label}"><title>{title}</title></head><body><h1>{title}</h1><p>{sentence * 5}</p>'
    )
    found = read_article(body.encode(codec), url=HERE, as_of=AS_OF)
    assert (found.title, found.text) == (title, sentence * 5)


def test_only_pages_of_the_same_article_are_its_parts() -> None:
    """下一篇 and the pager of a list beside the text are not the article's own."""
    pager = "".join(f'<a href="/news/88_{number}.html">{number}</a>' for number in range(2, 15))
    foot = f'<div>{pager}<a href="/news/88_2.html">下一页</a> <a href="/news/89_2.html">2</a></div>'
    parts = read(piece("村道通车", foot=foot)).parts
    assert parts == tuple(f"http://www.ribao.test/news/88_{n}.html" for n in range(2, MAX_PARTS + 1))


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["", "<html><body><h1>x</h1><p>", "<p>" * 300, "<table><td>"]))
def test_no_bytes_make_it_raise(body: bytes, head: str) -> None:
    """One sick page must not end a night."""
    found = read_article(head.encode() + body, url=HERE, as_of=AS_OF)
    assert found.published is None or found.published <= date(2026, 11, 22)
