# ruff: noqa: E501 - markup is easier to judge on one line, as portals write it
"""What a page is, and whether it is what its address promises."""

import pytest

from records.verdicts import PageKind, PageVerdict
from tests.extract.reading import URL, column, listed, read

BODY = (
    "为深入贯彻落实党中央、国务院决策部署，进一步优化营商环境，现就有关事项通知如下，请认真贯彻执行，确保取得实效。" * 4
)


def article(
    title: str, info: str = "发布时间：2026-11-03 来源：县政府办 字体：大 中 小", body: str = f"<p>{BODY}</p>"
) -> str:
    return column(f"<h1>{title}</h1><div class='info'>{info}</div>{body}<p>附件：<a href='a.doc'>附件1.doc</a></p>")


def titles(count: int, day: str = "2026-11-0{}") -> str:
    return listed(
        *((f"关于第{i}批重点事项办理情况的公示内容", f"{i}.html", day.format(i)) for i in range(1, count + 1))
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("通知公告", PageKind.LIST),
        ("政府信息公开指南", PageKind.GUIDE),
        ("公开指南", PageKind.GUIDE),
        ("政府信息公开年报", PageKind.ANNUAL_REPORT),
        ("公开年报", PageKind.ANNUAL_REPORT),
        ("权责清单", PageKind.POWER_LIST),
        ("责权清单", PageKind.POWER_LIST),
        ("行政权力清单", PageKind.POWER_LIST),
        ("权力和责任清单", PageKind.POWER_LIST),
        ("依申请公开", PageKind.DISCLOSURE),
        ("法定主动公开内容", PageKind.DISCLOSURE),
    ],
)
def test_a_column_is_what_its_name_says(name: str, expected: PageKind) -> None:
    reading = read(column(titles(5), name=name))
    assert reading.kind is expected
    assert len(reading.items) == 5


def test_an_article_has_a_day_and_no_items() -> None:
    reading = read(article("关于做好秋季防火工作的通知"))
    assert (reading.kind, str(reading.published), reading.items, reading.newest) == (
        PageKind.ARTICLE,
        "2026-11-03",
        (),
        None,
    )


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("方城县教育体育局权力清单和责任清单事项", PageKind.POWER_LIST),
        ("方城县教育局2025年政府信息公开工作年度报告", PageKind.ANNUAL_REPORT),
        ("方城县政府信息公开指南", PageKind.GUIDE),
        ("我县召开权责清单动态调整工作推进会议", PageKind.ARTICLE),
    ],
)
def test_an_article_may_be_a_disclosure_itself_but_not_by_a_headline(title: str, expected: PageKind) -> None:
    assert read(article(title)).kind is expected


@pytest.mark.parametrize(
    ("info", "url", "expected"),
    [
        ("发布时间：2026-11-03 来源：县政府办 浏览次数：3", URL, "2026-11-03"),
        ("来源：县政府办</div><div>发布日期</div><div>：2026年11月3日", URL, "2026-11-03"),
        ("2026-11-03 10:00 来源：县政府办 【字体：大 中 小】", URL, "2026-11-03"),
        ("成文日期：2026-10-20 发布日期：2026-11-03 来源：县政府办", URL, "2026-11-03"),
        ("发布时间： 来源：县政府办 字体：大 中 小", "http://x.gov.cn/a/202611/t20261103_1.html", "2026-11-03"),
        (
            "发布时间： 来源：县政府办 字体：大 中 小</div><p>方城县人民政府</p><p>2026年11月3日</p><div>",
            URL,
            "2026-11-03",
        ),
        ("来源：县政府办 字体：大 中 小</div><p>二〇二六年十一月三日</p><div>", URL, "2026-11-03"),
    ],
)
def test_the_day_of_publication(info: str, url: str, expected: str) -> None:
    body = f"<p>{BODY}本办法自2027年1月1日起施行，有效期至2031年12月31日。</p>"
    markup = column(f"<h1>关于做好秋季防火工作的通知</h1>{body}<div class='info'>{info}</div>")
    if "发布时间：2026" in info or "发布日期" in info or info.startswith("2026"):
        markup = article("关于做好秋季防火工作的通知", info, body)
    assert str(read(markup, url=url).published) == expected


def test_a_meta_element_gives_the_day_where_the_page_shows_none() -> None:
    markup = article("关于批准发行特别国债的决议", "字号：默认 大 超大").replace(
        "<head>",
        '<head><meta name="firstpublishedtime" content="2007-08-20-23:59:59"><meta name="lastmodifiedtime" content="2023-10-23">',
    )
    assert str(read(markup).published) == "2007-08-20"


def home(extra: str = "") -> str:
    block = "".join(
        f"<div class='box'><div class='t'><h3>{name}</h3><a href='/{i}/'>更多</a></div>{titles(6, '2026-11-0{}')}</div>"
        for i, name in enumerate(("政务要闻", "通知公告", "政策文件", "部门动态"))
    )
    menu = "".join(f"<a href='/m{i}/'>栏目{i}</a>" for i in range(20))
    return f"<html><head><title>方城县人民政府</title></head><body><div>今天是：2026年11月21日</div>{menu}{block}{extra}</body></html>"


@pytest.mark.parametrize("url", [None, "http://www.fangcheng.gov.cn/", "http://www.fangcheng.gov.cn/index.html"])
def test_a_home_page_has_a_newest_day_and_no_list_of_its_own(url: str | None) -> None:
    reading = read(home(), url=url)
    assert (reading.kind, reading.items, str(reading.newest)) == (PageKind.HOME, (), "2026-11-06")


def test_a_hidden_farm_of_links_does_not_make_a_home_page_hijacked() -> None:
    farm = (
        "<div style='display:none'>"
        + "".join(f"<a href='http://s{i}.com/'>彩票平台 言情小说</a>" for i in range(40))
        + "</div>"
    )
    reading = read(home(farm))
    assert (reading.kind, reading.verdict) == (PageKind.HOME, PageVerdict.OK)


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(
            column("<form>错别字 图片显示错误 页面格式错误 出错页面地址：<input type=text></form>", name="网站纠错"),
            id="correction form",
        ),
        pytest.param(
            column(
                "<form>申请人信息<div style='display:none'>依申请公开提交失败，页面不存在</div></form>",
                name="依申请公开",
            ),
            id="hidden failure",
        ),
        pytest.param(
            column(
                listed(
                    ("系统维护期间暂停办理业务的公告通知", "a.html", "2026-11-01"),
                    ("关于网站升级改版的公告以及说明", "b.html", "2026-10-01"),
                )
            ),
            id="maintenance in headlines",
        ),
        pytest.param(
            column(
                listed(
                    ("您访问的页面不存在？县政务网完成改版", "a.html", "2026-11-01"),
                    ("404页面公益行动走进方城县", "b.html", "2026-10-01"),
                )
            ),
            id="soft 404 in headlines",
        ),
        pytest.param(
            column(titles(3), after="<div class='layer'>您访问的链接即将离开“方城县人民政府”网站 继续访问 放弃</div>"),
            id="overlay",
        ),
        pytest.param(article("关于网站系统维护暂停服务的公告"), id="an article about maintenance"),
        pytest.param(article("公安机关打击网络赌博，捣毁一个博彩平台"), id="an article about gambling"),
        pytest.param(
            "<html><head><title>体彩公益金使用情况公告-方城县财政局</title></head><body><h1>公告</h1><p>"
            + BODY
            + "</p>主办单位：方城县财政局</body></html>",
            id="lottery funds",
        ),
    ],
)
def test_error_words_in_healthy_pages_accuse_nobody(markup: str) -> None:
    assert read(markup).verdict is PageVerdict.OK


@pytest.mark.parametrize(
    ("markup", "verdict"),
    [
        (
            "<div><h3>404</h3><div>您访问的页面不存在，或请稍后重试！<a href='/'>返回首页</a></div></div>",
            PageVerdict.SOFT_404,
        ),
        (
            "<html><script src='//qzonestyle.gtimg.cn/qzone/hybrid/app/404/search_children.js'></script><body></body></html>",
            PageVerdict.SOFT_404,
        ),
        ("<html><title>页面不存在</title><body><p>3秒后返回首页</p></body></html>", PageVerdict.SOFT_404),
        (
            "<html><title>方城县人民政府</title><body><p>对不起，您要查看的文章已被删除或不存在！</p></body></html>",
            PageVerdict.SOFT_404,
        ),
        (
            "<html><title>提示信息</title><body><p>该信息不存在或已被删除</p><a href='/'>首页</a></body></html>",
            PageVerdict.SOFT_404,
        ),
        (
            "<html><title>网站域名变更公告</title><body><p>我单位网站已迁移至全省集约化平台，请使用新域名访问。</p></body></html>",
            PageVerdict.MAINTENANCE,
        ),
        (
            "<html><title>方城县统计局</title><body><h1>网站维护中</h1><p>网站正在升级改造，暂停服务，敬请谅解。</p></body></html>",
            PageVerdict.MAINTENANCE,
        ),
        (
            "<html><title>网上赚钱一天3000-0元投资赚钱-做任务赚钱</title><body><p>About</p></body></html>",
            PageVerdict.HIJACKED,
        ),
        (
            "<html><head><title>澳门新葡京娱乐城官网</title></head><body><a href='#'>真人视讯</a></body></html>",
            PageVerdict.HIJACKED,
        ),
        ("<title>提示信息</title><p>信息已过期或不存在！</p>", PageVerdict.SOFT_404),
        ("<title>提示</title><p>您查看的内容可能已被删除或者转移</p>", PageVerdict.SOFT_404),
        ("<title>404</title><a href='/'><img src='404.png'></a>", PageVerdict.SOFT_404),
        ("<title>方城县人民政府</title><img src='e.png' alt='页面找不到了'>", PageVerdict.SOFT_404),
        ("<html><body></body></html>", PageVerdict.EMPTY),
        ("", PageVerdict.EMPTY),
        ("  \r\n ", PageVerdict.EMPTY),
        ("<h1>Welcome to nginx!</h1>", PageVerdict.DEFAULT_SERVER),
    ],
)
def test_a_page_that_is_not_what_its_address_promises(markup: str, verdict: PageVerdict) -> None:
    reading = read(markup)
    assert reading.verdict is verdict
    assert reading.sign or verdict is PageVerdict.EMPTY
    assert reading.because


@pytest.mark.parametrize(
    ("markup", "shell"),
    [
        (
            "<html><head><title>方城县</title></head><body><noscript>请启用 JavaScript</noscript><div id='app'></div><script src='/js/app.8f.js'></script></body></html>",
            True,
        ),
        ("<html><body><div id=root></div><script src='/static/chunk.js'></script></body></html>", True),
        (column(titles(3)), False),
    ],
)
def test_a_shell_needs_a_browser(markup: str, shell: bool) -> None:
    reading = read(markup)
    assert reading.needs_browser is shell
    assert (reading.kind is PageKind.SHELL) is shell


def test_a_list_that_is_fetched_needs_a_browser_and_tells_from_where() -> None:
    code = "<script>$.ajax({url:'/api/list.do',data:{pageNo:1},success:function(d){$.each(d.rows,function(i,r){$('#list').append('<li>'+r.title+'</li>')})}})</script>"
    reading = read(column(f"<ul id='list' class='news-list'></ul>{code}"))
    assert (reading.kind, reading.items, reading.needs_browser) == (PageKind.LIST, (), True)
    assert reading.data_urls == ("http://www.fangcheng.gov.cn/api/list.do",)


def test_names_and_places() -> None:
    reading = read(column(titles(3)))
    assert (reading.name, reading.site_name) == ("通知公告", "方城县人民政府")
    assert reading.breadcrumb == ("首页", "政务公开", "通知公告")


def test_a_first_page_that_is_one_picture_is_no_error() -> None:
    assert (
        read("<title>方城县人民政府</title><a href='/main/'><img src='e.png' alt='进入网站'></a>").verdict
        is PageVerdict.OK
    )
