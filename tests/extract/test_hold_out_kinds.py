# ruff: noqa: E501 - markup is easier to judge on one line, as portals write it
"""Kinds of pages that were once misread: which group is the list, pages that move or refresh, days in odd forms."""

import pytest

from records.verdicts import PageKind, PageVerdict
from tests.extract.reading import column, listed, read

ROWS = listed(*((f"关于第{i}批重点事项办理情况的公示", f"/a/t{i}.html", f"2026-11-0{i}") for i in range(1, 10)))
ONE = "<div class='tip'><p><a href='/zt/1.html'>县政府门户网站适老化改造上线</a> 2025-06-01</p></div>"


@pytest.mark.parametrize(
    "box",
    [
        "<div class='menu'>{}</div>",
        "<div class='sidebar'><div>{}</div></div>",
        "<header>{}</header>",
        "<nav class='nav'>{}</nav>",
    ],
)
def test_one_entry_does_not_win_over_a_list_in_a_box_with_a_wrong_name(box: str) -> None:
    reading = read(column(ONE + box.format(ROWS)))
    assert (reading.kind, len(reading.items), str(reading.newest)) == (PageKind.LIST, 9, "2026-11-09")


def test_a_side_list_does_not_win_over_the_list_of_the_column() -> None:
    side = "<div class='sidebar'><h3>热门文章</h3>" + ROWS.replace("2026-11-0", "2026-10-0") + "</div>"
    main = listed(
        ("关于下达年度救灾资金的通知", "9.html", "2026-08-14"), ("社会组织评估结果的公告", "7.html", "2026-07-19")
    )
    reading = read(column(main, after=side))
    assert (len(reading.items), str(reading.newest)) == (2, "2026-08-14")


def test_written_days_win_over_days_in_the_addresses_of_offices() -> None:
    offices = "".join(
        f"<li><a href='/jg/202103/t2021030{i % 9 + 1}_{i}.html'>方城县第{i}镇人民政府办公室</a></li>" for i in range(24)
    )
    rows = listed(*((f"关于第{i}批重点事项办理情况的公示", f"/a/{i}.html", f"2026-11-0{i}") for i in range(1, 7)))
    reading = read(column(f"<div class='l'><ul>{offices}</ul></div><div class='r'>{rows}</div>"))
    assert (len(reading.items), str(reading.newest)) == (6, "2026-11-06")


SHORT_ROWS = listed(("救灾资金通知", "9.html", "2026-08-14"), ("评估结果公告", "7.html", "2026-07-19"))


@pytest.mark.parametrize(
    "refresh",
    [
        "<meta http-equiv='refresh' content='20;url=http://www.fangcheng.gov.cn/zwgk/tzgg/index.html'>",
        "<meta http-equiv='refresh' content='20;url=index.html'>",
        "<meta http-equiv='refresh' content='20;url=#top'>",
        "<script>setTimeout(function(){location.href='index.html'},60000)</script>",
        "<script>setInterval(function(){location.reload()},60000)</script>",
        "<script>setTimeout('location.href=location.href',60000)</script>",
    ],
)
def test_a_page_that_refreshes_itself_is_no_redirect(refresh: str) -> None:
    reading = read(f"<html><head>{refresh}<title>通知公告</title></head><body>{SHORT_ROWS}</body></html>")
    assert (reading.kind, reading.redirect, len(reading.items)) == (PageKind.LIST, None, 2)


def test_a_page_that_refreshes_itself_is_no_redirect_where_its_address_is_unknown() -> None:
    page = f"<html><head><meta http-equiv='refresh' content='20;url=list.html'><title>通知公告</title></head><body>{SHORT_ROWS}</body></html>"
    reading = read(page, url=None)
    assert (reading.kind, len(reading.items), str(reading.newest)) == (PageKind.LIST, 2, "2026-08-14")


@pytest.mark.parametrize(
    "content",
    [
        "<body><script>var p='/';location.href=p+\"gk/\"</script></body>",
        "<script>window['location']['href']=a+b</script>",
        '<script>window["location"].replace(u())</script>',
        "<script>window.navigate('/gk/')</script>",
        "<body onload='document.forms[0].submit()'><form action='/gk/'><input type='hidden' name='a' value='1'></form></body>",
        "<form id='f' action='/gk/'></form><script>document.getElementById('f').submit();</script>",
        "<script>eval(function(p,a,c){return p}('0',1,2))</script>",
        "<p>正在跳转，请稍候</p><script>location.href=base()+'gk/';</script>",
    ],
)
def test_what_moves_by_a_computed_script_is_not_empty(content: str) -> None:
    reading = read(f"<html><head><title></title></head>{content}</html>")
    assert reading.verdict is PageVerdict.OK
    assert reading.kind in (PageKind.SHELL, PageKind.REDIRECT)
    assert reading.needs_browser or reading.redirect


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<body></body>",
        "<script>var _hmt=_hmt||[];(function(){var h=document.createElement('script');h.src='https://hm.baidu.com/hm.js?1';})();</script>",
        "<script>var a=1;</script>",
    ],
)
def test_nothing_is_nothing(content: str) -> None:
    assert read(f"<html><head><title></title></head>{content}</html>").verdict is PageVerdict.EMPTY


@pytest.mark.parametrize(
    "text",
    [
        "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '' at line 1",
        "Warning: mysqli_connect(): (HY000/2002): Connection refused in /www/include/db.php on line 12",
        "Error establishing a database connection",
        "MySQL Error: Too many connections Errno.: 1040",
        "Microsoft OLE DB Provider for ODBC Drivers 错误 '80004005' [Microsoft][ODBC Microsoft Access Driver] 未找到 /inc/conn.asp，行 12",
        "java.lang.NullPointerException at cn.gov.Site.show(Site.java:31)",
        "Fatal error: Uncaught Error: Call to a member function fetch() on null in /www/view.php:7",
    ],
)
def test_a_bare_error_of_the_program_is_an_error_that_may_pass(text: str) -> None:
    reading = read(f"<html><body>{text}</body></html>")
    assert (reading.kind, reading.verdict) == (PageKind.ERROR, PageVerdict.MAINTENANCE)


_DAYS = (
    "【2020-12-08】",
    "[2020-12-08]",
    "2020 年 12 月 08 日",
    "2020年 12月 8日",
    "（2020.12.08）",
    "〔2020-12-08〕",
    "2020 - 12 - 08",
)
_ROWS = (
    "<a href='{u}'><p>{t}</p><span>{d}</span></a>",
    "<a href='{u}'><h4>{t}</h4><p>{d}</p></a>",
    "<div class='box'><a href='{u}'><em>{d}</em><b>{t}</b></a></div>",
    "<li><a href='{u}'>{t}{d}</a></li>",
    "<li><a href='{u}'>{t}</a>{d}</li>",
    "<li><a href='{u}'><span>{t}</span><i>{d}</i><p>各乡镇人民政府要按照统一部署认真组织实施</a></li>",
)


@pytest.mark.parametrize(
    ("day", "row"),
    # A Chinese date that runs on from the title without a gap may belong to it: nothing is promised there.
    [(day, row) for day in _DAYS for row in _ROWS if not ("年" in day and "{t}{d}" in row)],
)
def test_days_in_odd_forms_in_the_box_of_an_anchor(day: str, row: str) -> None:
    rows = "".join(row.format(u=f"/a/{i}.html", t=f"关于第{i}批重点事项办理情况的公示", d=day) for i in range(1, 5))
    reading = read(column(f"<div class='lb'>{rows}</div>"))
    assert (reading.kind, len(reading.items), str(reading.newest)) == (PageKind.LIST, 4, "2020-12-08")
    assert reading.items[0].title.startswith("关于第1批重点事项办理情况的公示")


@pytest.mark.parametrize("count", [2, 3, 6])
def test_boxes_with_an_unclosed_paragraph_are_counted_once(count: int) -> None:
    rows = "".join(
        f"<a href='/a/{i}.html'><p>关于第{i}批重点事项办理情况的公示<div class='d'>2020-12-0{i}</div></a>"
        for i in range(1, count + 1)
    )
    reading = read(column(f"<div class='lb'>{rows}</div>"))
    assert (len(reading.items), str(reading.newest)) == (count, f"2020-12-0{count}")


@pytest.mark.parametrize(
    ("query", "home"),
    [
        ("index.php?m=content&c=index&a=lists&catid=9", False),
        ("default.aspx?tid=3", False),
        ("index.jsp?colId=7", False),
        ("index.asp?id=3", False),
        ("index.html?from=singlemessage", True),
        ("index.php", True),
    ],
)
def test_an_index_file_asked_for_a_page_is_no_home_page(query: str, home: bool) -> None:
    menu = "".join(f"<a href='/m{i}/'>栏目{i}</a>" for i in range(10))
    reading = read(column(menu + ROWS), url=f"http://www.fangcheng.gov.cn/{query}")
    assert (reading.kind is PageKind.HOME) is home
    assert home or len(reading.items) == 9


@pytest.mark.parametrize(
    "words",
    [
        "栏目建设中，敬请期待",
        "页面建设中",
        "内容建设中...",
        "本栏目正在建设中",
        "该栏目正在建设中，敬请期待！",
        "栏目维护中",
    ],
)
def test_a_column_under_construction_is_empty_and_the_site_is_well(words: str) -> None:
    reading = read(column(f"<p>{words}</p>"))
    assert (reading.verdict, reading.kind) == (PageVerdict.OK, PageKind.LIST)
    assert reading.says_empty


@pytest.mark.parametrize(
    "words", ["网站建设中，敬请期待", "系统正在升级维护中，请稍后访问", "本网站正在维护中", "平台维护中"]
)
def test_a_site_under_construction_is_maintenance(words: str) -> None:
    assert read(f"<html><body><p>{words}</p></body></html>").verdict is PageVerdict.MAINTENANCE


def test_entries_with_bullets_are_no_crumbs() -> None:
    rows = "".join(
        f"<tr><td>·<a href='n.asp?id={i}'>柳湾区政府信息公开第{i}号制度</a></td><td></td></tr>" for i in range(1, 6)
    )
    markup = f"<html><head><title>政府信息公开制度-柳湾区网站</title></head><body><table><tr><td>当前位置：<a href='/'>首页</a> &gt;&gt; 政府信息公开制度</td></tr>{rows}</table></body></html>"
    reading = read(markup)
    assert (reading.breadcrumb, reading.name) == (("首页", "政府信息公开制度"), "政府信息公开制度")


@pytest.mark.parametrize(
    "content",
    [
        "<span>公开目录</span><span>发布者：管理员 发布时间：2026/1/15 10:22:31 点击数：56</span><div id=content></div>",
        "<div class=ft>主办单位：方城县民政局 网站标识码：4113220001 联系电话：0377-67200000</div>",
        "<div>版权所有 方城县人民政府 豫ICP备05000000号 技术支持：某某公司</div>",
        "<h2>方城县民政局政务服务质量公开承诺</h2><div></div>",
    ],
)
def test_labels_and_footers_are_no_main_text(content: str) -> None:
    menu = "<a href='/'>首页</a>"
    markup = f"<html><head><title>方城县民政局政务服务质量公开承诺</title></head><body>{menu}{content}</body></html>"
    assert read(markup).body_length == 0


def test_a_table_of_contacts_is_main_text() -> None:
    text = "受理机构：方城县民政局办公室，联系电话：0377-67200000，通信地址：方城县文化路1号，邮政编码：473200"
    assert read(column(f"<p>{text}</p>")).body_length >= len(text)


def test_links_with_another_scheme_are_kept_to_be_skipped() -> None:
    links = read(column("<a href='ftp://www.fangcheng.gov.cn/a.doc'>下载</a>")).links
    assert any(link.url == "ftp://www.fangcheng.gov.cn/a.doc" for link in links)


@pytest.mark.parametrize("heading", ["点击排行", "热点信息", "推荐阅读", "相关阅读"])
def test_a_ranking_with_one_entry_is_no_row_of_the_list_before_it(heading: str) -> None:
    rows = "".join(
        f"<div class=item><a href='/v/{i}.html'>方城县第{i}届运动会开幕式视频</a><p class=date>2026-09-2{i}</p></div>"
        for i in range(1, 4)
    )
    hot = f"<div class=hot><h4>{heading}</h4><ol><li><a href='/v/9.html'>全县安全生产大检查现场视频</a><em>2026-11-15</em></li></ol></div>"
    reading = read(column(rows + hot, name="视频新闻"))
    assert (len(reading.items), str(reading.newest)) == (3, "2026-09-23")


def test_a_login_page_in_the_place_of_a_file_is_a_refusal() -> None:
    reading = read("<title>登录</title>您还没有登录，请先登录<form><input name=u><input type=password></form>")
    assert (reading.verdict, reading.sign) == (PageVerdict.CHALLENGE, "login")


@pytest.mark.parametrize(
    "content",
    [
        "<ul id=ul></ul><script>function callback(d){}</script><script src='/api/cb.js?cid=2'></script>",
        "<h3>财政信息</h3><script src=data.js></script>",
    ],
)
def test_what_a_fetched_script_would_fill_needs_a_browser(content: str) -> None:
    assert read(column(content, name="财政信息")).needs_browser
