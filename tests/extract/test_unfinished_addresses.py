"""What a script or a server was still to fill in is no address."""

import pytest

from tests.extract.reading import read


@pytest.mark.parametrize(
    "markup",
    [
        "<a href='/list/${item.id}'>标题</a>",
        "<a href='{{url}}'>标题</a>",
        "<a href='<%=url%>'>标题</a>",
        "<a href='{$vo.url}'>标题</a>",
        "<img src='{{pic}}'>",
        "<a onclick=\"location.href='/view.asp?id='+this.id\">查看</a>",
        "<a href=\"javascript:open('/v/'+id)\">看</a>",
        "<div onclick=\"window.open('/file/' + fid + '.doc')\">下载</div>",
        "<link rel=dns-prefetch href='//cdn.x.cn'>",
        "<link rel=preconnect href='//cdn.x.cn'>",
    ],
)
def test_no_link(markup: str) -> None:
    assert read(f"<p>{markup}</p>").links == ()


@pytest.mark.parametrize(
    ("markup", "path"),
    [
        ("<a onclick=\"location.href='/list.jsp?c=3&t='+Math.random()\">列表</a>", "/list.jsp?c=3&t="),
        ("<a onclick=\"window.open('/a.html', 'x')\">看</a>", "/a.html"),
        ("<link rel='stylesheet' href='/a.css'>", "/a.css"),
        ("<link rel='alternate stylesheet' href='/a.css'>", "/a.css"),
    ],
)
def test_a_link(markup: str, path: str) -> None:
    assert [link.url for link in read(f"<p>{markup}</p>").links] == [f"http://www.fangcheng.gov.cn{path}"]
