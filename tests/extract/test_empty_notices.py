"""暂无数据: said to the reader, or only kept ready for a list that a script has still to bring."""

import pytest

from records.verdicts import PageKind
from tests.extract.reading import column, listed, read

# ruff: noqa: E501 - markup is easier to judge on one line, as portals write it

FETCHES = '<script>$.ajax({url:"/api/list?channel=7",success:function(r){$("#list").append("<li>"+r.rows[0].title+"</li>")}})</script>'
OWN_SCRIPT = '<script src="/js/article-loader.js"></script>'
LIBRARY = '<script src="/js/jquery-3.6.0.min.js"></script><script src="https://hm.baidu.com/hm.js?1"></script>'


@pytest.mark.parametrize(
    "notice",
    [
        '<div class="nodata" style="display:none">暂无数据</div>',
        '<div style="DISPLAY: none;"><p>暂无数据</p></div>',
        '<p v-if="!list.length">暂无信息</p>',
        '<div v-show="total == 0"><span>暂无信息</span></div>',
        "<div hidden>暂无数据</div>",
        '<div class="empty layui-hide">暂无数据</div>',
        '<template><p>暂无数据</p></template><script type="text/html"><p>暂无数据</p></script>',
    ],
)
def test_words_that_no_reader_sees_are_not_said(notice: str) -> None:
    """What a page keeps ready for the case that nothing comes accuses no column of being empty."""
    found = read(column(f'<ul id="list"></ul>{notice}{FETCHES}'))
    assert (found.says_empty, found.needs_browser) == (None, True)


def test_a_shown_notice_beside_a_hidden_one_is_said() -> None:
    found = read(column('<p>暂无信息</p><p style="display:none">暂无数据</p>'))
    assert (found.says_empty, found.needs_browser) == ("暂无信息", False)


@pytest.mark.parametrize(
    ("body", "script", "needs_browser"),
    [
        ('<ul id="list"><li>暂无数据</li></ul>', FETCHES, True),
        ('<ul id="list"><li>暂无数据</li></ul>', OWN_SCRIPT, True),
        ('<ul id="list"><li>暂无数据</li></ul>', LIBRARY, False),
        ("<ul><li>暂无数据</li></ul>", OWN_SCRIPT, False),
        ('<div id="content"><p>暂无数据</p></div>', OWN_SCRIPT, False),
        ('<p>共<span id="total">0</span>条</p>', OWN_SCRIPT, True),
        ('<p>共<span id="total">0</span>条</p>', "", False),
        ("<p>共 0 条</p>", OWN_SCRIPT, False),
    ],
)
def test_what_a_script_may_replace_is_seen_in_the_browser(body: str, script: str, needs_browser: bool) -> None:
    """Words that stand in the very place of the list may be those of the time before it has come."""
    found = read(
        column(
            body,
            after=f"<div>{script}<p>版权所有：方城县人民政府办公室 地址：方城县文化路一号，电话：0377-00000000</p></div>",
        )
    )
    assert found.says_empty is not None
    assert found.needs_browser is needs_browser


def test_a_list_that_is_there_needs_no_browser() -> None:
    rows = listed(
        ("关于做好秋收工作的通知", "/a/1.html", "2026-11-03"), ("关于防汛值守的通知", "/a/2.html", "2026-11-01")
    )
    found = read(column(f'{rows}<div id="tip">暂无数据</div>{FETCHES}{OWN_SCRIPT}'))
    assert (len(found.items), found.needs_browser) == (2, False)


@pytest.mark.parametrize(
    ("body", "script", "expected"),
    [
        ('<div class="list"><h2>通知公告</h2><ul></ul></div>', "", (PageKind.LIST, False)),
        ('<div class="list"><ul data-channel="12"></ul></div>', OWN_SCRIPT, (PageKind.LIST, True)),
        ('<ul id="newslist"></ul>', OWN_SCRIPT, (PageKind.LIST, True)),
        ('<ul id="newslist"></ul>', LIBRARY, (PageKind.LIST, False)),
        ('<ul id="newslist"></ul>', "<script>$.ajax({url:ctx+api,data:{cid:7}})</script>", (PageKind.LIST, True)),
        ('<div class="menu list"><ul></ul></div>', "", (PageKind.OTHER, False)),
        ('<div class="main"><ul></ul></div>', "", (PageKind.OTHER, False)),
    ],
)
def test_a_place_for_a_list_in_which_nothing_stands(body: str, script: str, expected: tuple[PageKind, bool]) -> None:
    """Empty, or still to be filled: what a script can name it may fill."""
    found = read(
        column(
            body,
            after=f"<div>{script}<p>版权所有：方城县人民政府办公室 地址：方城县文化路一号，电话：0377-00000000</p></div>",
        )
    )
    assert (found.kind, found.needs_browser) == expected
