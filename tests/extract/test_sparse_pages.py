"""Pages that show little: short texts are content too, and files are shown in frames."""

import pytest

from records.verdicts import LinkKind, PageKind, PageVerdict, Requirement
from tests.extract.reading import column, read


def disclosure(body: str, name: str = "权力清单") -> str:
    return column(f"<h2>{name}</h2>{body}", name=name)


@pytest.mark.parametrize(
    ("body", "runs"),
    [
        ("<table><tr><td>1</td><td>低保初审</td><td>其他职权</td></tr></table>", ("低保初审", "其他职权")),
        ("<ul><li>首问负责，全程跟踪</li><li>一次告知</li></ul>", ("首问负责，全程跟踪", "一次告知")),
        ("<p>本街道无行政许可事项。</p>", ("本街道无行政许可事项。",)),
        ("<div class='con'></div>", ()),
        ("<p>来源：办公室</p><p><a href='/x.html'>相关链接</a></p>", ()),
    ],
)
def test_the_short_runs_of_a_disclosure_are_kept(body: str, runs: tuple[str, ...]) -> None:
    """What is too short for the main text is kept for the judging, without anchors, labelled data and the footer."""
    assert read(disclosure(body)).short_runs == runs


def test_a_menu_beside_an_empty_disclosure_is_none_of_its_text() -> None:
    """Entries that a click opens are no anchors, and stand before the heading under which the text would be."""
    menu = "<ul><li><a href='/q/'>权力清单</a></li><li onclick=\"openUrl('/j/')\">机构职能</li><li>财政预决算</li></ul>"
    side = "<ul><li onclick=\"openUrl('/r/')\">人事信息</li></ul>"
    page = column(f"{menu}<h3>权力清单</h3><div></div>{side}", name="权力清单")
    assert read(page).short_runs == ()


def test_other_pages_keep_no_short_runs() -> None:
    assert read(column("<h2>机构地图</h2><p>办公楼二层</p>", name="机构地图")).short_runs == ()


def test_the_file_that_a_viewer_shows_is_a_link() -> None:
    """The address of the file stands in a parameter, relative to the viewer."""
    for src in ("/pdfjs/web/viewer.html?file=%2Fup%2Fzd.pdf", "/pdfjs/web/viewer.html?file=../../up/zd.pdf&zoom=1"):
        links = {link.url: link.kind for link in read(f"<iframe src='{src}'></iframe>").links}
        assert links["http://www.fangcheng.gov.cn/up/zd.pdf"] is LinkKind.ATTACHMENT


@pytest.mark.parametrize(
    "name",
    [
        "2025年度政府信息公开工作报告",
        "政府信息公开工作总结",
        "2025年政府信息公开工作情况报告",
        "2025年政府資訊公開年度報告".replace("資訊", "信息"),
    ],
)
def test_names_of_annual_reports(name: str) -> None:
    named = read(f"<p><a href='a.html'>{name}</a></p>" * 2).signs
    assert Requirement.DISCLOSURE_ANNUAL_REPORT in {sign.requirement for sign in named}


def test_a_notice_about_another_system_is_no_maintenance_of_this_one() -> None:
    day, text = "<div>发布时间：2026-10-30</div>", "<p>旧系统正在维护升级，暂停访问，请使用新系统。</p>"
    assert read(column(f"<h2>旧信访系统停止维护公告</h2>{day}{text}", name="通知公告")).verdict is PageVerdict.OK
    assert read("<p>系统正在维护升级，暂停访问，请稍后再来。</p>").verdict is PageVerdict.MAINTENANCE


@pytest.mark.parametrize(
    "info",
    [
        "<p>日期:26-10-16　作者:办公室</p>",
        "<span>Oct 16, 2026</span>",
        "<p>更新时间：10/16/2026</p>",
        "<p>[ 2026-10-16 ]</p>",
        "<p>(2026-10-16 10:11:12)</p>",
    ],
)
@pytest.mark.parametrize("heading", ["<h2>{0}</h2>", "<table><tr><td>{0}</td></tr></table>"])
def test_the_day_of_an_article_in_every_form(info: str, heading: str) -> None:
    """Else the column that lists it would be called undated."""
    title = "关于做好冬季供暖工作的通知"
    text = "<p>各乡镇人民政府要结合本地实际，细化工作措施，压实工作责任，确保各项任务按时保质完成，并于月底前报告。</p>"
    page = column(heading.format(title) + info + text * 3, name="工作动态").replace(
        "<title>工作动态-", f"<title>{title}-"
    )
    assert str(read(page).published) == "2026-10-16"


def test_the_element_for_times_tells_the_year_that_is_not_shown() -> None:
    text = (
        "<h2>关于做好冬季供暖工作的通知</h2><time datetime='2026-10-16T08:00'>10月16日</time>"
        + "<p>请认真执行。</p>" * 30
    )
    page = column(text, name="工作动态").replace("<title>工作动态-", "<title>关于做好冬季供暖工作的通知-")
    assert str(read(page).published) == "2026-10-16"


def test_the_header_that_sends_on_is_followed() -> None:
    reading = read("", refresh='0; url="/a/real.html"')
    assert (reading.kind, reading.redirect) == (PageKind.REDIRECT, "http://www.fangcheng.gov.cn/a/real.html")


def test_an_empty_box_above_a_long_footer_is_an_empty_list() -> None:
    """The footer is no text of the page, however long it is."""
    footer = (
        "<p>主办单位：鹤川县人民政府办公室　承办单位：鹤川县大数据中心　网站标识码：4113260033　"
        "豫公网安备 41132602000001号　联系电话：0377-6000000</p>"
    )
    reading = read(column("<div class='list'></div>", name="环境保护", after=footer))
    assert reading.kind is PageKind.LIST
