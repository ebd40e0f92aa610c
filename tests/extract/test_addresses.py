"""Addresses: what a browser would request, one form for one resource, kinds, hosts of a portal, families."""

import pytest

from extract.addresses import PortalHosts, absolute, canonical, family_of, is_address, kind_of
from records.verdicts import LinkKind

BASE = "http://www.x.gov.cn/a/b/c.html"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("d.html", "http://www.x.gov.cn/a/b/d.html"),
        ("./d.html", "http://www.x.gov.cn/a/b/d.html"),
        ("../d.html", "http://www.x.gov.cn/a/d.html"),
        ("../../../../d.html", "http://www.x.gov.cn/d.html"),
        ("/x/../y/./z.html", "http://www.x.gov.cn/y/z.html"),
        ("//h.cn/p", "http://h.cn/p"),
        ("https://H.CN:443/p#top", "https://h.cn/p"),
        ("http:\\\\www.a.cn\\b", "http://www.a.cn/b"),
        ("?q=1", "http://www.x.gov.cn/a/b/c.html?q=1"),
        ("?q=中文", "http://www.x.gov.cn/a/b/c.html?q=%D6%D0%CE%C4"),
        ("/中文/文件 一.doc", "http://www.x.gov.cn/%E4%B8%AD%E6%96%87/%E6%96%87%E4%BB%B6%20%E4%B8%80.doc"),
        ("/a%20b.html?x=%D6%D0", "http://www.x.gov.cn/a%20b.html?x=%D6%D0"),
        (" \n/a/\nb.html ", "http://www.x.gov.cn/a/b.html"),
        ("http://www.x.gov.cn", "http://www.x.gov.cn/"),
        ("http://中文.cn/", "http://xn--fiq228c.cn/"),
        ("login;JSESSIONID=1fe2", "http://www.x.gov.cn/a/b/login;JSESSIONID=1fe2"),
        ("www.y.cn/p", "http://www.x.gov.cn/a/b/www.y.cn/p"),
        ("http://10.0.0.1:8080/x", "http://10.0.0.1:8080/x"),
        ("http://[::1]/x", "http://[::1]/x"),
        ("javascript:;", None),
        ("#", None),
        ("", None),
        ("mailto:a@b.cn", None),
        ("tel:12345", None),
        ("http://", None),
        ("http://a b.cn/", None),
        ("http://a.cn:99999/", None),
        ("http://[::1/", None),
    ],
)
def test_absolute_is_what_a_browser_would_request(raw: str, expected: str | None) -> None:
    assert absolute(BASE, raw, "gb18030") == expected


def test_without_a_base_only_whole_addresses_are_made() -> None:
    assert absolute(None, "a.html") is None
    assert absolute(None, "HTTP://A.cn") == "http://a.cn/"


@pytest.mark.parametrize(
    "raw", ["javascript:void(0)", "JavaScript:", "#a", "mailto:x", "data:image/png;base64,xx", " "]
)
def test_what_is_no_address_is_not_taken_for_a_bad_one(raw: str) -> None:
    assert not is_address(raw)


@pytest.mark.parametrize("raw", ["http://", "http://a b/", "www.x.cn:8080/a", "a.html"])
def test_what_means_an_address_is_one_even_when_it_is_bad(raw: str) -> None:
    assert is_address(raw)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://WWW.X.gov.cn:80/a/../b.html#f", "http://www.x.gov.cn/b.html"),
        ("http://x.cn/a/login;JSESSIONID=1fe239b750e24dc.html", "http://x.cn/a/login"),
        ("http://x.cn/a;jsessionid=AA?x=1", "http://x.cn/a?x=1"),
        ("http://x.cn", "http://x.cn/"),
        ("not an address", "not an address"),
    ],
)
def test_canonical_is_one_form_for_one_resource(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    ("url", "tag", "kind"),
    [
        ("http://x.cn/a.html", "a", LinkKind.PAGE),
        ("http://x.cn/", "a", LinkKind.PAGE),
        ("http://x.cn", "a", LinkKind.PAGE),
        ("http://x.cn/a.PDF", "a", LinkKind.ATTACHMENT),
        ("http://x.cn/a.ofd", "a", LinkKind.ATTACHMENT),
        ("http://x.cn/a.wps?x=1", "a", LinkKind.ATTACHMENT),
        ("http://x.cn/down.jsp?filename=a.xlsx", "a", LinkKind.ATTACHMENT),
        ("http://x.cn/list.jsp?id=1", "a", LinkKind.PAGE),
        ("http://x.cn/a.jpg", "a", LinkKind.IMAGE),
        ("http://x.cn/pic?id=1", "img", LinkKind.IMAGE),
        ("http://x.cn/a.html", "iframe", LinkKind.FRAME),
        ("http://x.cn/a.css", "link", LinkKind.STYLE),
        ("http://x.cn/a.js", "script", LinkKind.SCRIPT),
        ("http://x.cn/a.mp4", "video", LinkKind.ATTACHMENT),
    ],
)
def test_kinds(url: str, tag: str, kind: LinkKind) -> None:
    assert kind_of(url, tag) is kind


@pytest.mark.parametrize(
    ("url", "family"),
    [
        ("http://x.cn/zwgk/gsgg/202012/t20201230_1.html", "/zwgk/*.html"),
        ("http://x.cn/zwgk/tzgg/", "/zwgk/*/"),
        ("http://x.cn/view.asp?id=1&b=2", "/view.asp?b=*&id=*"),
        ("http://x.cn/col123/index.html", "/col*/*.html"),
        ("http://x.cn/a.jsp", "/*.jsp"),
        ("http://x.cn/abc", "/*"),
    ],
)
def test_families_are_few(url: str, family: str) -> None:
    assert family_of(url) == family


@pytest.mark.parametrize(
    ("start", "url", "covered"),
    [
        ("http://www.fc.gov.cn/", "http://www.fc.gov.cn/a", True),
        ("http://www.fc.gov.cn/", "https://fc.gov.cn/a", True),
        ("http://www.fc.gov.cn/", "http://m.fc.gov.cn/a", True),
        ("http://www.fc.gov.cn/", "http://xxgk.fc.gov.cn/a", True),
        ("http://www.fc.gov.cn/", "http://rsj.fc.gov.cn/a", False),
        ("http://www.fc.gov.cn/", "http://zwfw.fc.gov.cn/a", False),
        ("http://www.fc.gov.cn/", "http://www.fc.gov.cn:8080/a", False),
        ("http://www.fc.gov.cn/", "http://fc.gov.cn.evil.com/", False),
        ("http://rsj.fc.gov.cn/", "http://www.fc.gov.cn/", False),
        ("http://rsj.fc.gov.cn/", "http://xxgk.fc.gov.cn/", False),
        ("http://rsj.fc.gov.cn/", "http://rsj.fc.gov.cn/x", True),
        ("http://www.gov.cn/", "http://xxgk.gov.cn/", False),
        ("http://www.gov.cn/", "http://www.gov.cn/a", True),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/x", True),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8001/x", False),
        ("http://127.0.0.1:8000/", "http://localhost:8000/x", False),
        ("http://localhost:8000/", "http://localhost:8000", True),
        ("http://www.fc.gov.cn/", "mailto:a@fc.gov.cn", False),
    ],
)
def test_a_portal_covers_its_own_hosts_and_no_others(start: str, url: str, covered: bool) -> None:
    assert PortalHosts(start).covers(url) is covered


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("http:/h/ok7", "http://www.x.gov.cn/h/ok7"),
        ("http:d.html", "http://www.x.gov.cn/a/b/d.html"),
        ("https:/h.cn/ok7", "https://h.cn/ok7"),
        ("http:///h.cn/ok7", "http://h.cn/ok7"),
    ],
)
def test_one_slash_after_the_scheme_of_the_page_is_relative(raw: str, expected: str) -> None:
    assert absolute(BASE, raw) == expected
