# ruff: noqa: E501 - markup is easier to judge on one line, as portals write it
"""Lists that come as data."""

import json

import pytest

from records.verdicts import DateFrom, PageKind
from tests.extract.reading import URL, column, read

T = ("关于印发县级实施方案的通知", "关于组织申报年度项目的通知", "关于开展专项检查的公告")


def record(i: int) -> str:
    return f'<record><![CDATA[ <li><a href="/art/2026/6/1{i}/art_1_{i}.html" title="{T[i]}">{T[i]}</a><span>2026-06-1{i}</span></li> ]]></record>'


DATASTORE = f"<datastore><totalrecord>940</totalrecord><totalpage>63</totalpage><recordset>{record(0)}{record(1)}{record(2)}</recordset></datastore>"


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(DATASTORE, id="the answer itself"),
        pytest.param(column(f'<div id="1234"><script type="text/xml">{DATASTORE}</script></div>'), id="in the page"),
    ],
)
def test_records_are_rows(markup: str) -> None:
    reading = read(markup)
    assert reading.kind is PageKind.LIST
    assert [item.title for item in reading.items] == list(T)
    assert str(reading.newest) == "2026-06-12"
    assert "http://www.fangcheng.gov.cn/art/2026/6/10/art_1_0.html" in {link.url for link in reading.links}
    assert reading.pager is not None
    assert reading.pager.pages == 63


@pytest.mark.parametrize(
    ("document", "newest"),
    [
        (
            {
                "code": 200,
                "data": {
                    "records": [{"title": t, "publishTime": "2026-03-17", "url": "/a.html"} for t in T],
                    "total": 60,
                },
            },
            "2026-03-17",
        ),
        ({"rows": [{"infoTitle": t, "infoUrl": "b.html", "createTime": 1773705600000} for t in T]}, "2026-03-17"),
        ([{"bt": t, "fbsj": "20260317", "link": "/x"} for t in T], "2026-03-17"),
        ({"list": [{"name": f"<em>{t}</em>", "url": "/art/2026/3/17/1.html"} for t in T]}, "2026-03-17"),
    ],
)
def test_a_body_that_is_json_is_a_list(document: object, newest: str) -> None:
    reading = read(json.dumps(document, ensure_ascii=False), content_type="application/json")
    assert (reading.kind, str(reading.newest)) == (PageKind.LIST, newest)
    assert [item.title for item in reading.items] == list(T)
    assert all(item.url and item.url.startswith("http://www.fangcheng.gov.cn/") for item in reading.items)


def test_jsonp_is_json() -> None:
    assert len(read("callback(" + json.dumps([{"title": t, "date": "2026-03-01"} for t in T]) + ");").items) == 3


def test_json_without_a_list_is_no_list() -> None:
    assert read('{"code":500,"message":"系统错误"}').kind is PageKind.OTHER


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(
            "var list=["
            + ",".join(f"{{title:'{t}',url:'/a/{i}.html',date:'2026-06-1{i}'}}" for i, t in enumerate(T))
            + "];",
            id="objects",
        ),
        pytest.param(
            "var data="
            + json.dumps([{"title": t, "url": f"/a/{i}.html", "pubDate": f"2026-06-1{i}"} for i, t in enumerate(T)])
            + ";",
            id="escaped json",
        ),
        pytest.param("".join(f'arr[{i}]=["/a/{i}.html","{t}","2026-06-1{i}"];' for i, t in enumerate(T)), id="arrays"),
        pytest.param("".join(f"addItem('{t}','/a/{i}.html','2026-06-1{i}');" for i, t in enumerate(T)), id="calls"),
    ],
)
def test_a_list_in_a_script_is_read_where_the_page_shows_none(script: str) -> None:
    reading = read(column(f"<ul id='list'></ul><script>{script}</script>"))
    assert [item.title for item in reading.items] == list(T)
    assert str(reading.newest) == "2026-06-12"
    assert {item.date_from for item in reading.items} == {DateFrom.DATA}
    assert {item.url for item in reading.items} <= {link.url for link in reading.links}
    assert not reading.needs_browser
    assert reading.url == URL
