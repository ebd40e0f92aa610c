"""Menus and lists that external scripts write: which scripts are read, and what is read in them."""

from datetime import date

import pytest

from records.page import PageReading
from records.verdicts import PageKind, PageVerdict, Requirement
from tests.extract.reading import read

SCRIPT = "http://www.fangcheng.gov.cn/js/top.js"


def script(code: str, url: str = SCRIPT) -> PageReading:
    return read(code, url=url, content_type="application/javascript; charset=utf-8")


@pytest.mark.parametrize(
    ("src", "read_too"),
    [
        ("/js/top.js", True),
        ("/js/menu.js?v=1.2", True),
        ("/x/dh.js", True),
        ("data.js?20201", True),
        ("/js/jquery-1.8.js", False),
        ("/js/swiper.min.js", False),
        ("/static/js/app.8f3a9c1d.js", False),
        ("/static/js/chunk-vendors.js", False),
        ("/hits.js?id=73", False),
        ("/visit/top.jsp?id=73", False),
    ],
)
def test_scripts_that_may_write(src: str, read_too: bool) -> None:
    """Libraries, bundles and counters add no links to a page; each that is read costs a request."""
    written_by = read(f"<html><body><script src='{src}'></script><p>text</p></html>").written_by
    assert [url.rpartition("/")[2] for url in written_by] == ([src.rpartition("/")[2]] if read_too else [])


def test_a_large_program_is_no_menu() -> None:
    menu = "var m=[{name:'公开指南',url:'/gk/zn.html'},{name:'公开制度',url:'/gk/zd.html'}];"
    assert script(menu + " " * 400_000).links == ()


def test_a_menu_that_is_written() -> None:
    reading = script("document.write(\"<li><a href='/gk/zn.html'>政府信息公开指南</a></li>\");")
    assert [link.url for link in reading.links] == ["http://www.fangcheng.gov.cn/gk/zn.html"]
    assert [sign.requirement for sign in reading.signs] == [Requirement.DISCLOSURE_GUIDE]
    assert (reading.kind, reading.verdict, reading.url) == (PageKind.OTHER, PageVerdict.OK, SCRIPT)


def test_a_menu_that_is_held_as_data() -> None:
    reading = script("var m=[{name:'公开指南',url:'/gk/zn.html'},{name:'公开制度',url:'/gk/zd.html'}];")
    assert {link.url.rpartition("/")[2] for link in reading.links} == {"zn.html", "zd.html"}


@pytest.mark.parametrize("href", ["gk/zn.html", "../gk/zn.html", "?id=3"])
def test_relative_addresses_are_those_of_unknown_pages(href: str) -> None:
    """Taken from the script's own folder they would be dead links."""
    reading = script(f"document.write('<a href=\"{href}\">公开指南</a>');")
    assert reading.links == ()
    assert [sign.url for sign in reading.signs] == [None]


@pytest.mark.parametrize("code", ["var a=1;", "", "if(/x/.test(navigator.userAgent)){location.href='/wap/';}"])
def test_a_script_that_writes_nothing_is_neither_empty_nor_a_redirect(code: str) -> None:
    reading = script(code)
    assert (reading.verdict, reading.redirect, reading.needs_browser) == (PageVerdict.OK, None, False)


def test_a_list_that_is_called_back() -> None:
    reading = script(
        'callback({"list":[{"TITLE":"关于召开会议的通知","URL":"/a/1.html","PUBTIME":"2026-11-03 00:00:00"},'
        '{"TITLE":"关于召开大会的通知","URL":"/a/2.html","PUBTIME":"2026-11-01 00:00:00"}]})'
    )
    assert (reading.kind, len(reading.items), reading.newest) == (PageKind.LIST, 2, date(2026, 11, 3))
