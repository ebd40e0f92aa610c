# ruff: noqa: E501, UP031 - markup is easier to judge on one line, as portals write it
"""The newest day of a list: in every form of real portals, and from nothing that is not the day of an item."""

from datetime import date

import pytest

from extract.lists import newest_of
from records.page import Item
from records.verdicts import DateFrom, PageKind
from tests.extract.reading import column, listed, read

A, B, C = "关于公布2026年度政务公开工作要点的通知", "关于开展安全生产大检查的公告内容", "关于征集民生实事项目的公告事项"


def rows(*days: str) -> str:
    return listed(*((title, f"./a{i}.html", day) for i, (title, day) in enumerate(zip((A, B, C), days, strict=True))))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("2026-11-03", "2026-11-03", id="iso"),
        pytest.param("2026/11/03", "2026-11-03", id="slashes"),
        pytest.param("2026.11.03", "2026-11-03", id="dots"),
        pytest.param("2026年11月3日", "2026-11-03", id="chinese"),
        pytest.param("[2026-11-03]", "2026-11-03", id="square brackets"),
        pytest.param("（2026-11-03）", "2026-11-03", id="full-width brackets"),
        pytest.param("２０２６－１１－０３", "2026-11-03", id="full-width digits"),
        pytest.param("２０２６．１１．０３", "2026-11-03", id="full-width dots"),
        pytest.param("26-11-03", "2026-11-03", id="two-digit year"),
        pytest.param("2026-11-03 10:20:30", "2026-11-03", id="with a time"),
        pytest.param("2026-11-0310:20", "2026-11-03", id="time glued on"),
        pytest.param("发布时间：2026-11-03", "2026-11-03", id="labelled"),
        pytest.param("2026-11-03阅读次数：12", "2026-11-03", id="glued to the next word"),
        pytest.param("2026-1-3", "2026-01-03", id="no leading noughts"),
        pytest.param("11-03", "2026-11-03", id="no year"),
        pytest.param("(11-03)", "2026-11-03", id="no year in brackets"),
        pytest.param("11月03日", "2026-11-03", id="no year in Chinese"),
        pytest.param("11-3", "2026-11-03", id="month and day of ASP"),
        pytest.param("[11/3]", "2026-11-03", id="month and day of ASP in brackets"),
        pytest.param("11/3/2026", "2026-11-03", id="year last, month first"),
        pytest.param("15/10/2026", "2026-10-15", id="year last, day first"),
        pytest.param("04/15/2025", "2025-04-15", id="year last, not of this year"),
        pytest.param("04/10/2026", "2026-10-04", id="year last, in doubt for the office"),
        pytest.param("15/Oct/2026", "2026-10-15", id="English with slashes"),
        pytest.param("Oct-15-2026", "2026-10-15", id="English with hyphens"),
        pytest.param("November 3rd, 2026", "2026-11-03", id="English ordinal"),
        pytest.param("2026-Nov-03", "2026-11-03", id="English, year first"),
        pytest.param("3 Nov", "2026-11-03", id="English without a year"),
        pytest.param("2026‐11‐03", "2026-11-03", id="typographic hyphens"),
        pytest.param("1个月前", "2026-10-22", id="months ago"),
        pytest.param("昨日", "2026-11-20", id="yesterday, formal"),
        pytest.param("昨天", "2026-11-20", id="yesterday"),
        pytest.param("今天", "2026-11-21", id="today"),
        pytest.param("3天前", "2026-11-18", id="days ago"),
        pytest.param("20261103", "2026-11-03", id="compact"),
        pytest.param("<i>03</i><b>2026-11</b>", "2026-11-03", id="day and month split"),
        pytest.param("<b>2026-11</b><i>03</i>", "2026-11-03", id="month and day split"),
        pytest.param("<b>03</b><i>Nov.2026</i>", "2026-11-03", id="split in English"),
        pytest.param("<b>2026</b><i>11-03</i>", "2026-11-03", id="year split off"),
        pytest.param("<i>03</i><b>2026年11月</b>", "2026-11-03", id="split in Chinese"),
    ],
)
def test_a_day_is_read_in_every_form_of_real_portals(written: str, expected: str) -> None:
    reading = read(column(rows(written, written, written)))
    assert reading.kind is PageKind.LIST
    assert len(reading.items) == 3
    assert str(reading.newest) == expected


def test_days_without_a_year_cross_the_turn_of_the_year() -> None:
    markup = column(rows("01-05", "12-28", "12-20"))
    assert [str(i.date) for i in read(markup, as_of=date(2026, 1, 10)).items] == [
        "2026-01-05",
        "2025-12-28",
        "2025-12-20",
    ]


def test_a_day_without_a_year_is_never_put_into_the_future() -> None:
    assert str(read(column(rows("12-28", "12-20", "12-01"))).newest) == "2025-12-28"


def test_the_year_of_a_day_comes_from_the_address_of_its_item() -> None:
    markup = column(
        listed((A, "./202406/t20240630_1.html", "06-29"), (B, "./201909/t20190917_2.html", "09-17"), (C, "c.html", "x"))
    )
    assert [str(i.date) for i in read(markup).items[:2]] == ["2024-06-29", "2019-09-17"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("./202611/t20261103_12345.html", "2026-11-03"),
        ("/art/2026/11/3/art_12_345.html", "2026-11-03"),
        ("/2026-11/03/c_1.htm", "2026-11-03"),
        ("/2026/1103/1.html", "2026-11-03"),
        ("/content/20261103/x.shtml", "2026-11-03"),
        ("/info/20261103093012.htm", "2026-11-03"),
    ],
)
def test_where_no_day_is_shown_the_address_tells_it(address: str, expected: str) -> None:
    reading = read(
        column(listed((A, address, ""), (B, address.replace("3", "4", 0) + "?a=1", ""), (C, "/x/y.html", "")))
    )
    assert str(reading.newest) == expected
    assert reading.items[0].date_from is DateFrom.ADDRESS


def test_the_shown_day_wins_over_that_in_the_address() -> None:
    reading = read(column(listed((A, "./202607/t20260706_1.html", "2026-07-18"), (B, "b.html", "2026-07-01"))))
    assert str(reading.newest) == "2026-07-18"
    assert reading.items[0].date_from is DateFrom.LIST


def test_a_new_badge_leaves_the_day_to_the_title_attribute() -> None:
    markup = column(
        '<div><div class="t"><em>NEW</em><a href="a.html" title="标题：%s 发表时间：2026-11-04">%s</a></div>'
        '<div class="t"><a href="b.html">%s</a><span>2026-11-01</span></div>'
        '<div class="t"><a href="c.html">%s</a><span>2026-10-01</span></div></div>' % (A, A, B, C)
    )
    reading = read(markup)
    assert str(reading.newest) == "2026-11-04"
    assert reading.items[0].date_from is DateFrom.TITLE_ATTRIBUTE


def test_a_day_that_a_script_in_the_row_writes_is_read() -> None:
    row = "<li><a href='{n}.html'>{t}</a><span><script>document.write('2026-11-0{n} 10:00'.substring(0,10))</script></span></li>"
    reading = read(column("<ul>" + "".join(row.format(n=n, t=t) for n, t in ((3, A), (2, B), (1, C))) + "</ul>"))
    assert str(reading.newest) == "2026-11-03"
    assert reading.items[0].date_from is DateFrom.SCRIPT


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(
            "<div><a href='a.html'>{0}</a> 2026-11-03<br><a href='b.html'>{1}</a> 2026-10-01<br></div>", id="breaks"
        ),
        pytest.param(
            "<dl><dt><a href='a.html'>{0}</a></dt><dd>2026-11-03</dd><dt><a href='b.html'>{1}</a></dt><dd>2026-10-01</dd></dl>",
            id="dl",
        ),
        pytest.param(
            "<dl><dt>2026-11-03</dt><dd><a href='a.html'>{0}</a></dd><dt>2026-10-01</dt><dd><a href='b.html'>{1}</a></dd></dl>",
            id="dl, days first",
        ),
        pytest.param(
            "<table><tr><td>1</td><td><a href='a.html'>{0}</a></td><td>2026-11-03</td></tr><tr><td>2</td><td><a href='b.html'>{1}</a></td><td>2026-10-01</td></tr></table>",
            id="table",
        ),
        pytest.param(
            "<ul><li><span>2026-11-03</span><a href='a.html'>{0}</a></li><li><span>2026-10-01</span><a href='b.html'>{1}</a></li></ul>",
            id="before",
        ),
        pytest.param(
            "<ul><li><a href='a.html'>{0}<span>2026-11-03</span></a></li><li><a href='b.html'>{1}<span>2026-10-01</span></a></li></ul>",
            id="inside the anchor",
        ),
        pytest.param(
            "<ul><a href='a.html'>{0}(2026-11-03)<p>{0}</p></a><a href='b.html'>{1}(2026-10-01)<p>{1}</p></a></ul>",
            id="text twice",
        ),
        pytest.param(
            "<ul><li><a href='a.html'>{0}</a><a href='a.html'>详情</a><i>2026-11-03</i></li><li><a href='b.html'>{1}</a><a href='b.html'>详情</a><i>2026-10-01</i></li></ul>",
            id="title and details",
        ),
        pytest.param(
            "<ul><li><a href='/c/'>[公告]</a><a href='a.html'>{0}</a><i>2026-11-03</i></li><li><a href='/c/'>[公告]</a><a href='b.html'>{1}</a><i>2026-10-01</i></li><li><a href='/d/'>[通知]</a><a href='c.html'>{0}二</a><i>2026-09-01</i></li></ul>",
            id="column before title",
        ),
        pytest.param(
            "<ul><li><a href='a.html'>{0}</a><i>2026-11-03</i></li></ul><div class=l></div><ul><li><a href='b.html'>{1}</a><i>2026-10-01</i></li></ul>",
            id="list cut into pieces",
        ),
        pytest.param(
            "<ul><li onclick=\"openUrl('a.html')\"><b>{0}</b><i>2026-11-03</i></li><li onclick=\"openUrl('b.html')\"><b>{1}</b><i>2026-10-01</i></li></ul>",
            id="opened by click",
        ),
        pytest.param(
            "<ul><li><a href=\"javascript:openUrl('a.html')\">{0}</a><i>2026-11-03</i></li><li><a href=\"javascript:openUrl('b.html')\">{1}</a><i>2026-10-01</i></li></ul>",
            id="javascript calls",
        ),
        pytest.param(
            "<ul><li><a href='a.html'><h3>{0}</h3><p>{1}自2025年1月1日起施行，有效期至2030年12月31日，请各单位遵照执行。</p><span>时间：2026-11-03</span></a></li><li><a href='b.html'><h3>{1}</h3><p>摘要文字写在这里，足够长，以便像一段话一样。</p><span>时间：2026-10-01</span></a></li></ul>",
            id="summaries with other days",
        ),
    ],
)
def test_rows_are_found_in_any_markup(markup: str) -> None:
    reading = read(column(markup.format(A, B)))
    assert len(reading.items) in (2, 3)
    assert str(reading.newest) == "2026-11-03"
    assert reading.items[0].title.startswith("关于公布2026年度政务公开工作要点的通知")
    assert reading.items[0].url == "http://www.fangcheng.gov.cn/zwgk/tzgg/a.html"


def test_two_rows_with_the_same_title_and_target_are_two_items() -> None:
    assert len(read(column(listed((A, "a.html", "2026-05-06"), (A, "a.html", "2026-05-06")))).items) == 2


class TestWhatIsNoDayOfAnItem:
    """Each of these would make a dead column look alive."""

    OLD = listed((A, "a.html", "2024-03-01"), (B, "b.html", "2024-02-01"), (C, "c.html", "2024-01-05"))

    def test_banner_and_footer(self) -> None:
        assert str(read(column(self.OLD)).newest) == "2024-03-01"

    @pytest.mark.parametrize(
        "extra",
        [
            '<meta name="PubDate" content="2026-11-20 08:00:00">',
            '<meta name="others" content="页面生成时间 2026-11-20 10:12:42">',
            "<!-- make time: 2026-11-20 -->",
            "<p>页面生成时间：2026-11-20</p>",
        ],
    )
    def test_the_time_of_generation(self, extra: str) -> None:
        assert str(read(column(self.OLD, before=extra)).newest) == "2024-03-01"

    def test_a_sidebar_that_shows_another_column(self) -> None:
        side = '<div class="side"><h3>热点推荐</h3>%s</div>' % listed(
            *((f"县领导调研重点项目建设情况之{i}", f"/xw/{i}.html", "2026-11-20") for i in range(5))
        )
        assert str(read(column(self.OLD, after=side)).newest) == "2024-03-01"

    def test_a_preview_of_another_column_beside_an_empty_list(self) -> None:
        other = '<div class="box"><div><h3>工作动态</h3><a href="/gzdt/">更多&gt;&gt;</a></div>%s</div>' % listed(
            *((f"县领导调研重点项目建设情况之{i}", f"/xw/{i}.html", "2026-11-20") for i in range(5))
        )
        reading = read(column('<ul class="list"></ul><div>共 0 条 当前第 1 / 1 页</div>', after=other))
        assert (reading.kind, reading.items, reading.newest) == (PageKind.LIST, (), None)
        assert reading.says_empty is not None

    def test_a_date_inside_a_title(self) -> None:
        rows = "".join(
            f"<li><a href='{i}.html'>{t}</a></li>"
            for i, t in enumerate(
                ("2026年11月18日教育体育报道", "县政府令自2027年1月1日起施行", "将于2026年12月11日公布录取结果")
            )
        )
        reading = read(column(f"<ul class='list'>{rows}</ul>"))
        assert len(reading.items) == 3
        assert reading.newest is None

    def test_a_future_day_beside_the_title(self) -> None:
        reading = read(
            column(listed((A, "a.html", "2027-12-31"), (B, "b.html", "2026-02-01"), (C, "c.html", "2026-01-05")))
        )
        assert str(reading.newest) == "2026-02-01"
        assert any("评判日之后" in sentence for sentence in reading.because)

    def test_a_deadline_beside_the_day(self) -> None:
        rows = "".join(
            f"<li><a href='{i}.html'>{t}</a><span>发布时间：2026-0{i}-01</span><span>截止时间：2026-10-01</span></li>"
            for i, t in ((3, A), (2, B), (1, C))
        )
        assert str(read(column(f"<ul>{rows}</ul>")).newest) == "2026-03-01"


def test_the_first_row_is_not_the_newest() -> None:
    reading = read(column(rows("2026-01-05", "2026-09-09", "2026-03-01")))
    assert str(reading.newest) == "2026-09-09"
    assert any("第一条并非最新" in sentence for sentence in reading.because)


def test_pinned_items_are_marked_and_do_not_stand_for_the_column_alone() -> None:
    pinned = Item("长期有效的公告", None, date(2026, 11, 1), DateFrom.LIST, pinned=True)
    assert newest_of([pinned, Item("甲", None, None, None)], date(2026, 11, 21))[0] is None
    markup = column(
        listed(("置顶：" + A, "a.html", "2026-06-08"), (B, "b.html", "2026-11-02"), (C, "c.html", "2026-10-02"))
    )
    reading = read(markup)
    assert [item.pinned for item in reading.items] == [True, False, False]
    assert reading.items[0].title == A
    assert str(reading.newest) == "2026-11-02"


def test_a_list_that_is_a_select() -> None:
    options = "".join(f"<option value='{i}'>价格监测2025年第{i}期</option>" for i in range(1, 9))
    reading = read(column(f"<select name='q'><option>请选择期刊</option>{options}</select>"))
    assert (reading.kind, len(reading.items), reading.newest) == (PageKind.LIST, 8, None)


def test_rows_without_anchors_are_items() -> None:
    trs = "".join(f"<tr><td>{i}</td><td>行政处罚决定书第{i}号</td><td>2026-10-0{i}</td></tr>" for i in range(1, 6))
    reading = read(column(f"<table><tr><th>序号</th><th>名称</th><th>日期</th></tr>{trs}</table>"))
    assert (len(reading.items), str(reading.newest)) == (5, "2026-10-05")
