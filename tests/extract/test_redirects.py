# ruff: noqa: E501 - markup is easier to judge on one line, as portals write it
"""Where a page sends its reader by itself, and what only looks like it."""

import pytest

from records.verdicts import PageKind
from tests.extract.reading import column, listed, read

HERE = "http://www.fangcheng.gov.cn/zwgk/tzgg/"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<html><head><meta http-equiv="Refresh" content="0;URL=./ywyw/"></head></html>', HERE + "ywyw/"),
        (
            "<head><meta http-equiv=\"refresh\" content='0;URL=./201906/t1.html'><title></title></head><body></body>",
            HERE + "201906/t1.html",
        ),
        ("<meta http-equiv=refresh content=\"0; url='/a.html'\">", "http://www.fangcheng.gov.cn/a.html"),
        (
            '<script>document.write(\'<meta http-equiv="Refresh" content="0;URL=http://x.gov.cn/a/" />\');</script>',
            "http://x.gov.cn/a/",
        ),
        ("<script>window.location.href='/new/index.html';</script>", "http://www.fangcheng.gov.cn/new/index.html"),
        ('<script>location = "/new/";</script>', "http://www.fangcheng.gov.cn/new/"),
        ("<script>location.replace('/a.doc')</script>", "http://www.fangcheng.gov.cn/a.doc"),
        ("<script>top.location='/t/'</script>", "http://www.fangcheng.gov.cn/t/"),
        (
            "<script>setTimeout(function(){window.location.href='http://new.gov.cn'},1000);</script>",
            "http://new.gov.cn/",
        ),
        ("<script>function go(){location.href='/g/';} setTimeout(go, 100);</script>", "http://www.fangcheng.gov.cn/g/"),
        ("<body onload=\"location.href='/o/'\"></body>", "http://www.fangcheng.gov.cn/o/"),
        (
            "<p id='u' style='display:none'>http://x.gov.cn/a.doc</p><script>location.replace(document.getElementById('u').innerHTML)</script>",
            "http://x.gov.cn/a.doc",
        ),
        (
            "<script>var to = '/w/';document.write('<meta http-equiv=\"refresh\" content=\"0;url=' + to + '\">');</script>",
            "http://www.fangcheng.gov.cn/w/",
        ),
        ("<script>var u='/v/'; window.location.href=u;</script>", "http://www.fangcheng.gov.cn/v/"),
    ],
)
def test_a_redirect_is_followed_to_its_target(markup: str, expected: str) -> None:
    reading = read(markup)
    assert reading.redirect == expected
    assert reading.kind is PageKind.REDIRECT


@pytest.mark.parametrize(
    "script",
    [
        "function go(u){ location.href='/search?q='+u; }",
        "document.getElementById('b').onclick=function(){ location.href='/a/'; }",
        "if(/Android|iPhone/i.test(navigator.userAgent)){ location.href='/m/'; }",
        "var a = location.href;",
    ],
)
def test_scripts_of_healthy_pages_are_no_redirects(script: str) -> None:
    rows = listed(
        ("关于第一批重点事项的公示", "a.html", "2026-11-01"), ("关于第二批重点事项的公示", "b.html", "2026-10-01")
    )
    assert read(column(rows) + f"<script>{script}</script>").redirect is None
    assert read(f"<html><body><p>方城县人民政府</p><script>{script}</script></body></html>").redirect is None


def test_the_target_stays_as_written_where_the_page_has_no_address() -> None:
    assert read('<meta http-equiv="Refresh" content="0;URL=./ywyw/">', url=None).redirect == "./ywyw/"


def test_a_page_that_reloads_itself_with_its_content_is_not_a_redirect_page() -> None:
    rows = listed(
        ("关于第一批重点事项的公示", "a.html", "2026-11-01"), ("关于第二批重点事项的公示", "b.html", "2026-10-01")
    )
    assert read('<meta http-equiv="refresh" content="300">' + column(rows)).redirect is None


@pytest.mark.parametrize(
    "markup",
    [
        "<script>var to=a();document.write('<meta http-equiv=\"refresh\" content=\"0;url=' + to + '\">');</script>",
        "<script>document.write('<meta http-equiv=\"refresh\" content=\"0;url=/gk/' + n + '.html\">');</script>",
    ],
)
def test_a_written_refresh_to_a_computed_address_is_not_guessed(markup: str) -> None:
    reading = read(f"<html><head><title>目录</title>{markup}</head><body></body></html>")
    assert (reading.redirect, reading.kind, reading.needs_browser) == (None, PageKind.SHELL, True)
    assert reading.links == ()
