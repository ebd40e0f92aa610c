# ruff: noqa: E501 - markup is easier to judge on one line, as portals write it
"""Pages made to mislead: boxes with wrong names, error words in titles, moves that are commented out."""

from datetime import date

import pytest

from extract.reader import Reader
from records.verdicts import PageKind, PageVerdict
from tests.extract.reading import column, listed, read

ROWS = listed(
    ("关于下达年度救灾资金的通知", "/t/9.html", "2026-08-14"), ("社会组织评估结果的公告", "/t/7.html", "2026-07-19")
)
PLACE = "<div>当前位置：<a href='/'>首页</a> &gt; {}</div>"


def bare(name: str, content: str) -> str:
    menu = "<div class='nav'><ul><li><a href='/'>首页</a></li><li><a href='/a/'>机构职能</a></li><li><a href='/b/'>办事服务</a></li></ul></div>"
    return f"<html><head><meta charset='utf-8'><title>{name}</title></head><body>{menu}{PLACE.format(name)}{content}<div class='foot'>主办：县民政局 网站标识码：0000000000</div></body></html>"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            f"<div class='page'><div class='slideTxtBox'><h2>通知公告</h2><div class='mobile_list'>{ROWS}</div></div></div>",
            id="boxes named after other things",
        ),
        pytest.param(f"<div class='header'><div class='top_nav'>{ROWS}", id="a header that is never closed"),
    ],
)
def test_a_list_in_a_box_with_a_wrong_name_is_still_the_list(content: str) -> None:
    reading = read(bare("通知公告", content))
    assert (reading.kind, len(reading.items), str(reading.newest)) == (PageKind.LIST, 2, "2026-08-14")


def test_a_column_may_be_called_as_sidebars_are() -> None:
    reading = read(bare("图片新闻", ROWS))
    assert (reading.kind, len(reading.items)) == (PageKind.LIST, 2)


def test_products_and_error_words_as_titles() -> None:
    rows = listed(
        ("雷池WAF升级维护通知", "1.html", "2026-05-06"),
        ("网站安全狗拦截日志分析报告", "2.html", "2026-04-11"),
        ("关于“您访问的页面不存在”问题的整改情况", "3.html", "2026-03-09"),
    )
    assert read(bare("安全通告", rows)).verdict is PageVerdict.OK


def test_an_article_that_quotes_error_words() -> None:
    text = "<h1>政府网站错别字和死链整改情况通报</h1><p>发布日期：2026-04-08 来源：办公室</p><p>部分链接打开后提示“404错误”“页面不存在或已删除”“网站正在维护中”。</p>"
    reading = read(bare("通报", text))
    assert (reading.kind, reading.verdict, str(reading.published)) == (PageKind.ARTICLE, PageVerdict.OK, "2026-04-08")


def test_moves_that_are_commented_out() -> None:
    code = '<script>//window.location.href="/old.html";\n/* location.href="/x.html"; */</script>'
    assert read(bare("提醒", code + "<p>请家长加强监护。</p>")).redirect is None


def test_telephones_go_elsewhere_and_browsers_go_here() -> None:
    code = '<script>var u=navigator.userAgent;if(u.match(/Android/)){location.href="/wap/";}else{location.href="/web/index.html";}</script>'
    assert (
        read(f"<html><head>{code}</head><body></body></html>").redirect == "http://www.fangcheng.gov.cn/web/index.html"
    )


def test_a_program_that_says_by_alert_that_nothing_is_there() -> None:
    reading = read("<script>alert('信息不存在或者未审核！');history.back();</script>")
    assert reading.verdict is PageVerdict.SOFT_404


def test_a_maintenance_strip_above_a_full_page() -> None:
    strip = "<div>公告：本网站将于10月20日0时至6时进行系统维护，届时将暂停访问，请谅解！</div>"
    boxes = "".join(f"<div><h3>{name}</h3>{ROWS}</div>" for name in ("交通要闻", "通知公告"))
    menu = "".join(f"<a href='/{i}/'>栏目{i}</a>" for i in range(6))
    reading = read(f"<html><title>某县交通运输局</title><body>{strip}{menu}{boxes}</body></html>", url=None)
    assert (reading.kind, reading.verdict) == (PageKind.HOME, PageVerdict.OK)


def test_a_program_that_fails_aloud() -> None:
    body = "<br /><b>Warning</b>: mysqli_connect(): (HY000/2002): Connection refused in <b>/www/conn.php</b><br />数据库连接失败"
    assert read(body).verdict is PageVerdict.MAINTENANCE


def test_rows_that_hold_lists_of_their_own() -> None:
    rows = "".join(
        f"<li><a href='d{i}.html'>县政府第{i}号令管理办法</a><div><h3>相关解读</h3><ul>{'<li><a href=j.html>一图读懂管理办法</a></li>' * (i % 2)}</ul></div><span>2026/07/{10 + i}</span></li>"
        for i in range(1, 6)
    )
    reading = read(column(f"<ul class='u-list'>{rows}</ul>", name="政府令"))
    assert (len(reading.items), str(reading.newest)) == (5, "2026-07-15")


def test_days_under_month_headings() -> None:
    content = "<h3>2026年5月</h3><ul><li><em>26日</em><a href='5.html'>全县社会救助工作会召开</a></li><li><em>11日</em><a href='4.html'>民政局长接访活动</a></li></ul>"
    reading = read(bare("大事记", content))
    assert (len(reading.items), str(reading.newest)) == (2, "2026-05-26")


@pytest.mark.parametrize(
    "text",
    [
        "近期开展“访问被拦截”“您的请求疑似攻击”等问题清理，各单位应当认真整改。",
        "部分网站误拦截正常访问，访问请求被防火墙拦截的，由主办单位调整。",
    ],
)
def test_a_short_news_item_about_walls_is_no_wall(text: str) -> None:
    """It tells where it stands and of which day it is; a wall tells neither."""
    page = (
        "<html><head><meta charset=utf-8><title>我市清理网站死链</title></head><body><div>您的位置：<a href='/'>首页</a> &gt; "
        f"<a href='/dt/'>工作动态</a></div><h1>我市清理网站死链</h1><p>日期：2026-09-20　作者：电子政务科</p><p>{text}</p></body></html>"
    )
    reading = Reader(date(2026, 11, 21)).read(page.encode(), url="http://www.example.gov.cn/dt/2026/0920/12.html")
    assert (reading.kind, reading.verdict) == (PageKind.ARTICLE, PageVerdict.OK)
    assert reading.published == date(2026, 9, 20)
