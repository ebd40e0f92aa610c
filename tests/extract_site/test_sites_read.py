"""Small portals as bytes, through the Reader: columns, disclosures and links as a person would tell them."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from checks.judge import judge_site
from records.judgement import ColumnJudgement, SiteAudit
from records.verdicts import ColumnKind, ColumnVerdict, DisclosureVerdict, LinkReason, Requirement
from tests.checks.site_builder import AS_OF, absolute, policy
from tests.extract_site.read_site import read_pages

V, D, R = ColumnVerdict, DisclosureVerdict, Requirement

MENU = (
    ("/tzgg/", "通知公告"),
    ("/zwdt/", "政务动态"),
    ("/ghjh/", "规划计划"),
    ("/ldzc/", "领导之窗"),
    ("/xxgk/", "信息公开"),
)


def html(title: str, body: str, crumbs: str = "") -> str:
    menu = "".join(f'<li><a href="{url}">{name}</a></li>' for url, name in MENU)
    where = f'<div class="position">当前位置：<a href="/">首页</a> &gt; {crumbs or title}</div>' if title else ""
    return (
        f"<html><head><meta charset='utf-8'><title>{title + '-' if title else ''}示例县人民政府</title></head><body>"
        f"<div class='header'><h1>示例县人民政府</h1><ul class='nav'><li><a href='/'>首页</a></li>{menu}</ul></div>"
        f"{where}<div class='main'>{body}</div>"
        f"<div class='footer'>主办单位：示例县人民政府办公室 备案号：豫ICP备00000001号 今天是2026年11月21日</div>"
        f"</body></html>"
    )


def listing(name: str, stem: str, days: tuple[str | None, ...], more: str = "") -> str:
    rows = "".join(
        f"<li><a href='{stem}{n}.html'>关于做好{name}第{n}项工作有关事项的说明</a>"
        + (f"<span>{day}</span>" if day else "")
        + "</li>"
        for n, day in enumerate(days)
    )
    return html(name, f"<h2>{name}</h2><ul class='list'>{rows}</ul>{more}")


def article(title: str, day: str | None, text: str = "") -> str:
    when = f"<div class='info'>发布时间：{day} 来源：办公室</div>" if day else ""
    body = text or f"<p>{'现将有关事项说明如下，请各单位认真遵照执行。' * 8}</p>"
    return html("", f"<h1>{title}</h1>{when}<div class='content'>{body}</div>")


def days(newest: int, count: int = 6, step: int = 9) -> tuple[str, ...]:
    return tuple(str(AS_OF - timedelta(days=newest + step * n)) for n in range(count))


def front(extra: str = "") -> str:
    blocks = "".join(
        f"<div class='box'><h3><a href='{url}'>{name}</a><a class='more' href='{url}'>更多&gt;&gt;</a></h3></div>"
        for url, name in MENU
    )
    return html("", f"{blocks}{extra}<p>示例县人民政府门户网站欢迎您。</p>")


def portal(**changed: str | bytes) -> dict[str, str | bytes]:
    """A portal with two columns of news, an empty one, a page about leaders and a disclosure section."""
    pages: dict[str, str | bytes] = {
        "/": front(),
        "/tzgg/": listing("通知公告", "t", days(110)),
        "/zwdt/": listing("政务动态", "z", days(3)),
        "/ghjh/": html("规划计划", "<h2>规划计划</h2><ul class='list'></ul><div>共 0 条</div>"),
        "/ldzc/": html("领导之窗", "<h2>领导之窗</h2><p>" + "县长：某某，主持县政府全面工作。" * 5 + "</p>"),
        "/xxgk/": html(
            "信息公开",
            "<ul><li><a href='/xxgk/zn.html'>政府信息公开指南</a></li><li><a href='/xxgk/qzqd.html'>权责清单</a></li>"
            "<li><a href='/xxgk/nb/'>政府信息公开年报</a></li></ul>",
        ),
        "/xxgk/zn.html": article("政府信息公开指南", "2025-03-01"),
        "/xxgk/qzqd.html": article("权责清单", "2026-05-01", "<p>附件：<a href='/f/qzqd.doc'>权责清单.doc</a></p>"),
        "/xxgk/nb/": listing("政府信息公开年报", "n", ("2026-01-20", "2025-01-21")),
        "/f/qzqd.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    }
    for stem, name, newest in (("/tzgg/t", "通知公告", 110), ("/zwdt/z", "政务动态", 3)):
        for n, day in enumerate(days(newest)):
            pages[f"{stem}{n}.html"] = article(f"关于做好{name}第{n}项工作有关事项的说明", day)
    for n, year in enumerate((2025, 2024)):
        pages[f"/xxgk/nb/n{n}.html"] = article(f"示例县{year}年政府信息公开工作年度报告", f"{year + 1}-01-20")
    pages.update({path.replace("__", "/"): body for path, body in changed.items()})
    return pages


def audit(pages: Mapping[str, str | bytes], as_of: date = AS_OF) -> SiteAudit:
    read = read_pages(pages, as_of)
    return judge_site(read.facts, referrers=read.referrers, policy=policy(), as_of=as_of)


def by_name(result: SiteAudit) -> dict[str, ColumnJudgement]:
    return {column.fact.name: column for column in result.columns}


def disclosed(result: SiteAudit) -> dict[Requirement, DisclosureVerdict]:
    return {row.requirement: row.verdict for row in result.disclosures}


def test_the_columns_of_a_portal() -> None:
    columns = by_name(audit(portal()))
    stale, fresh, empty = columns["通知公告"], columns["政务动态"], columns["规划计划"]
    assert (stale.verdict, stale.fact.kind, stale.age_days, stale.fact.items) == (V.STALE, ColumnKind.NOTICE, 110, 6)
    assert (fresh.verdict, fresh.fact.kind, fresh.age_days) == (V.FRESH, ColumnKind.NEWS, 3)
    assert (empty.verdict, empty.fact.kind) == (V.EMPTY, ColumnKind.YEARLY)
    assert set(columns) <= {"通知公告", "政务动态", "规划计划", "政府信息公开年报", "领导之窗"}


def test_the_disclosures_of_a_portal() -> None:
    result = audit(portal())
    told = disclosed(result)
    published = {requirement for requirement, verdict in told.items() if verdict is D.PUBLISHED}
    assert {R.POWER_LIST, R.RESPONSIBILITY_LIST, R.DISCLOSURE_GUIDE, R.DISCLOSURE_ANNUAL_REPORT} == published
    assert told[R.INTEGRITY_COMMITMENT] is D.MISSING
    assert "annual_report_late" not in {finding.check for finding in result.findings}
    power = next(row for row in result.disclosures if row.requirement is R.POWER_LIST)
    assert power.path[0] == absolute("")
    assert power.path[-1] == power.url


def test_a_power_list_whose_file_is_gone_is_broken() -> None:
    pages = portal()
    del pages["/f/qzqd.doc"]
    result = audit(pages)
    assert disclosed(result)[R.POWER_LIST] is D.BROKEN
    [dead] = result.links
    assert (dead.fact.url, dead.reason) == (absolute("f/qzqd.doc"), LinkReason.HTTP_404)


def test_a_dead_menu_entry_is_a_broken_disclosure() -> None:
    pages = portal()
    del pages["/xxgk/zn.html"]
    assert disclosed(audit(pages))[R.DISCLOSURE_GUIDE] is D.BROKEN


def test_a_report_that_did_not_appear_is_late() -> None:
    pages = portal()
    pages["/xxgk/nb/"] = listing("政府信息公开年报", "o", ("2024-01-20",))
    pages["/xxgk/nb/o0.html"] = article("示例县2023年政府信息公开工作年度报告", "2024-01-20")
    assert "annual_report_late" in {finding.check for finding in audit(pages).findings}


def test_later_pages_of_a_list_are_no_columns() -> None:
    pages = portal()
    pager = '<div class="page"><script>createPageHTML(2, 0, "index", "html");</script></div>'
    later = '<div class="page"><script>createPageHTML(2, 1, "index", "html");</script></div>'
    pages["/zwdt/"] = listing("政务动态", "z", days(3), pager)
    pages["/zwdt/index_1.html"] = listing("政务动态", "z", days(200), later)
    assert [one.fact.url for one in audit(pages).columns if one.fact.name == "政务动态"] == [absolute("zwdt/")]


def test_a_list_in_a_frame_is_the_column_of_the_page_around_it() -> None:
    pages = portal()
    pages["/zwdt/"] = html("政务动态", "<h2>政务动态</h2><iframe src='/frame/zwdt.html'></iframe>")
    rows = "".join(
        f"<li><a href='/zwdt/z{n}.html'>政务动态第{n}条工作</a><span>{day}</span></li>" for n, day in enumerate(days(3))
    )
    pages["/frame/zwdt.html"] = f"<html><body><ul class='list'>{rows}</ul></body></html>"
    [column] = [one for one in audit(pages).columns if one.fact.newest == AS_OF - timedelta(days=3)]
    assert (column.fact.url, column.fact.name) == (absolute("zwdt/"), "政务动态")


def test_a_list_without_days_is_dated_by_its_articles() -> None:
    pages = portal()
    pages["/tzgg/"] = listing("通知公告", "t", (None,) * 6)
    column = by_name(audit(pages))["通知公告"]
    assert (column.verdict, column.fact.newest, column.fact.dated_by) == (
        V.STALE,
        AS_OF - timedelta(days=110),
        "article",
    )


@pytest.mark.parametrize(("newest", "verdict"), [(31, V.FRESH), (32, V.STALE)])
def test_the_edge_of_the_month(newest: int, verdict: ColumnVerdict) -> None:
    pages = portal()
    pages["/tzgg/"] = listing("通知公告", "t", days(newest))
    assert by_name(audit(pages))["通知公告"].verdict is verdict


def test_another_day_needs_no_other_reading() -> None:
    pages = portal()
    read = read_pages(pages, AS_OF)
    early = judge_site(read.facts, referrers=read.referrers, policy=policy(), as_of=AS_OF - timedelta(days=80))
    assert by_name(early)["通知公告"].verdict is V.FRESH


def test_words_in_headlines_and_notices_publish_nothing() -> None:
    pages = portal()
    pages["/xxgk/"] = html("信息公开", "<ul><li><a href='/xxgk/nb/'>政府信息公开年报</a></li></ul>")
    pages["/zwdt/z0.html"] = article(
        "我县召开权责清单编制工作推进会", str(AS_OF), "<p>会议要求各单位签订诚信承诺书、健康承诺书。</p>" * 5
    )
    told = disclosed(audit(pages))
    assert told[R.POWER_LIST] is D.MISSING
    assert told[R.INTEGRITY_COMMITMENT] is D.MISSING


def test_the_service_network_is_a_form_of_publication() -> None:
    pages = portal()
    pages["/xxgk/"] = html(
        "信息公开", "<ul><li><a href='https://www.hnzwfw.gov.cn/qzqd'>权责清单</a></li><li>其他公开内容</li></ul>"
    )
    row = next(row for row in audit(pages).disclosures if row.requirement is R.POWER_LIST)
    assert row.verdict is D.PUBLISHED
    assert "政务服务网" in row.because
