"""What of a page matters: what may differ without the page having changed, and what may not."""

import pytest

from extract.essence import essence_of

BASE = "<html><body><div>{}</div><ul><li><a href='/a.html'>通知</a><span>2026-11-20</span></li></ul></body></html>"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("今天是2026年11月21日 星期六", "今天是2026年11月22日 星期日"),
        ("今天是2026年11月21日 访问量：1", "今天是2026年11月22日 星期日 访问量：2"),
        ("今天是：<b>2026-11-21 08:01:59</b>", "今天是：<b>2026-11-22 21:30:00</b>"),
        ("当前时间：2026/11/21 8:01", "当前时间：2026/11/21 8:02"),
        ("访问量：1,024", "访问量：1,025"),
        ("浏览次数：<span id='n'>7</span>", "浏览次数：<span id='n'>8</span>"),
        ("您是第 100 位访客", "您是第 101 位访客"),
        ("<a href='/x;jsessionid=AB12'>x</a>", "<a href='/x;jsessionid=CD34'>x</a>"),
        ("<input type='hidden' name='__VIEWSTATE' value='a1'>", "<input type='hidden' name='__VIEWSTATE' value='b2'>"),
        ("<meta name='csrf-token' content='a'>", "<meta name='csrf-token' content='b'>"),
        ("<script src='/a.js?v=1763712000'></script>", "<script src='/a.js?v=1763798400'></script>"),
        ("<!-- made 2026-11-21 03:00:01 in 12 ms -->", "<!-- made 2026-11-22 03:00:02 in 14 ms -->"),
    ],
)
def test_what_is_new_at_every_answer_does_not_matter(one: str, other: str, encoding: str) -> None:
    """Else every page of a portal that shows the day would be read every night."""
    assert essence_of(BASE.format(one).encode(encoding)) == essence_of(BASE.format(other).encode(encoding))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("发布时间：2026-11-21", "发布时间：2026-11-22"),  # a ghost update
        ("2026年11月21日", "2026年11月22日"),
        ("<a href='/a.html'>甲</a>", "<a href='/b.html'>甲</a>"),
        ("<a href='/show?id=1763712000'>甲</a>", "<a href='/show?id=1763798400'>甲</a>"),
        ("共 100 条", "共 101 条"),
        ("今天，县政府召开会议", "昨天，县政府召开会议"),
        ("<!-- <a href='/a.html'>甲 8:00</a> -->", "<!-- <a href='/b.html'>甲 8:00</a> -->"),
        ("访问量统计办法", "访问量公布办法"),
        ("电话：12345", "电话：12346"),
    ],
)
def test_what_is_published_matters(one: str, other: str) -> None:
    """A change that is taken for none would hide an update, or a fault."""
    assert essence_of(BASE.format(one).encode()) != essence_of(BASE.format(other).encode())


def test_a_body_that_is_no_text_is_compared_as_it_is() -> None:
    assert essence_of(b"\xff\xff\x00\x80" * 9) != essence_of(b"\xff\xff\x00\x81" * 9)
