"""Every target on a page, wherever it is written."""

import pytest

from records.page import Link
from records.verdicts import LinkKind
from tests.extract.reading import URL, column, listed, read

ROOT = "http://www.fangcheng.gov.cn"


def targets(markup: str) -> dict[str, LinkKind]:
    page = f"<html><head><title>方城县</title></head><body><p>方城县人民政府门户网站</p>{markup}</body></html>"
    return {link.url: link.kind for link in read(page).links}


@pytest.mark.parametrize(
    ("markup", "url", "kind"),
    [
        ("<a href='/a.html'>甲</a>", "/a.html", LinkKind.PAGE),
        ("<map><area href='/area.html' alt='乙'></map>", "/area.html", LinkKind.PAGE),
        ("<a onclick=\"window.open('/o.html')\">甲</a>", "/o.html", LinkKind.PAGE),
        ("<a href='javascript:;' onclick=\"location.href='/l.html'\">甲</a>", "/l.html", LinkKind.PAGE),
        ("<a href=\"javascript:openUrl('/j.html')\">甲</a>", "/j.html", LinkKind.PAGE),
        ("<a href=\"javascript:window.open('/w.jsp?id=1','_blank')\">甲</a>", "/w.jsp?id=1", LinkKind.PAGE),
        ("<div onclick=\"openUrl(1, '/d.html')\">甲</div>", "/d.html", LinkKind.PAGE),
        ("<select><option value='/s.html'>甲</option></select>", "/s.html", LinkKind.PAGE),
        ("<iframe src='/f.html'></iframe>", "/f.html", LinkKind.FRAME),
        ("<img src='/i.png'>", "/i.png", LinkKind.IMAGE),
        ("<img src='/blank.gif' data-src='/lazy.jpg'>", "/lazy.jpg", LinkKind.IMAGE),
        ("<img srcset='/s1.jpg 1x, /s2.jpg 2x'>", "/s2.jpg", LinkKind.IMAGE),
        ("<table background='/bg.gif'><tr><td>x</td></tr></table>", "/bg.gif", LinkKind.IMAGE),
        ("<div style=\"background:url('/st.jpg')\">x</div>", "/st.jpg", LinkKind.IMAGE),
        ("<script src='/a.js'></script>", "/a.js", LinkKind.SCRIPT),
        ("<link rel=stylesheet href='/a.css'>", "/a.css", LinkKind.STYLE),
        ("<link rel='shortcut icon' href='/favicon.ico'>", "/favicon.ico", LinkKind.IMAGE),
        ("<a href='/a.docx'>附件</a>", "/a.docx", LinkKind.ATTACHMENT),
        ("<embed src='/a.swf'>", "/a.swf", LinkKind.ATTACHMENT),
        ("<script>document.write('<a href=\"/written.html\">x</a>')</script>", "/written.html", LinkKind.PAGE),
    ],
)
def test_a_target_is_found(markup: str, url: str, kind: LinkKind) -> None:
    assert targets(markup).get(ROOT + url) is kind


def test_a_frameset_has_no_body_and_still_has_links() -> None:
    page = "<html><frameset><frame src='top.html'><frame src='/main.html'></frameset></html>"
    assert {link.url for link in read(page).links} == {ROOT + "/zwgk/tzgg/top.html", ROOT + "/main.html"}


@pytest.mark.parametrize("href", ["javascript:;", "javascript:void(0)", "#", "#top", "mailto:a@b.cn", "tel:110", ""])
def test_what_is_no_address_is_no_link(href: str) -> None:
    assert targets(f"<a href='{href}'>甲</a>") == {}


def test_what_cannot_be_an_address_is_kept_as_it_is_written() -> None:
    links = read("<html><body><a href='http://a b/x'>坏链接</a></body></html>").links
    assert links == (Link("", "坏链接", LinkKind.PAGE, "http://a b/x"),)


def test_the_base_element_counts() -> None:
    page = "<html><head><base href='/other/'></head><body><a href='a.html'>甲</a></body></html>"
    assert [link.url for link in read(page).links] == [ROOT + "/other/a.html"]


def test_chinese_in_a_query_is_encoded_as_the_page_is() -> None:
    page = (
        "<html><head><meta charset=gb2312></head><body>中文中文中文<a href='/s.asp?q=通知'>甲</a></body></html>".encode(
            "gbk"
        )
    )
    assert [link.url for link in read(page).links] == [ROOT + "/s.asp?q=%CD%A8%D6%AA"]


def test_one_link_is_named_once() -> None:
    assert len(read("<a href='/a.html'>甲</a><a href='/a.html'>甲</a><a href='/a.html'>乙</a>").links) == 2


def test_share_buttons_do_not_hide_addresses_in_their_queries() -> None:
    found = targets("<a href='https://connect.qq.com/widget/?url=http%3A%2F%2Fwww.fangcheng.gov.cn%2Fa.html'>分享</a>")
    assert list(found) == ["https://connect.qq.com/widget/?url=http%3A%2F%2Fwww.fangcheng.gov.cn%2Fa.html"]


def test_without_an_address_of_its_own_a_page_keeps_links_as_written() -> None:
    reading = read(
        column(
            listed(
                ("关于第一批重点事项的公示", "./a.html", "2026-11-01"),
                ("关于第二批重点事项的公示", "b.html", "2026-10-01"),
            )
        ),
        url=None,
    )
    assert [item.url for item in reading.items] == ["./a.html", "b.html"]
    assert reading.url is None


def test_anchors_carry_text_else_title_else_the_alt_of_a_picture() -> None:
    page = "<a href='/1'> 甲 \n 乙 </a><a href='/2' title='丙'></a><a href='/3'><img src=x.png alt='丁'></a>"
    assert [link.anchor for link in read(page, url=URL).links][:3] == ["甲 乙", "丙", "丁"]
