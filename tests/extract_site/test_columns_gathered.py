"""Which pages are columns, what they hold, and what day their newest item bears."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from extract.columns import gather_columns
from records.crawl import Attempt, PageFact
from records.judgement import ColumnFact
from records.page import Item, Pager
from records.verdicts import ColumnKind, FetchError, LinkKind, Outcome, PageKind, PageVerdict
from tests.checks.site_builder import AS_OF, SITE, Met, absolute, first_look, home, items, page, site, target

DAYS = ("2026-11-20", "2026-11-18", "2026-11-01")


def columns(*pages: PageFact, **more: Any) -> tuple[ColumnFact, ...]:
    targets = more.pop("targets", ())
    return gather_columns(site([home(), *pages], targets), **more)


def only(*pages: PageFact, **more: Any) -> ColumnFact:
    found = columns(*pages, **more)
    assert len(found) == 1
    return found[0]


def notices(url: str = "tzgg/", **more: Any) -> PageFact:
    return page(url, **{"name": "通知公告", "items": items(*DAYS), **more})


def test_a_list_is_a_column_with_its_newest_item_and_the_way_to_it() -> None:
    found = only(notices())
    assert (found.url, found.name, found.kind, found.items) == (absolute("tzgg/"), "通知公告", ColumnKind.NOTICE, 3)
    assert (found.newest, found.newest_title, found.dated_by) == (date(2026, 11, 20), "关于第0件事的通知", "list")
    assert found.newest_url == absolute("a/0.html")
    assert found.paths == (SITE, absolute("tzgg/"))
    assert found.readable
    assert found.newest_certain


@pytest.mark.parametrize(
    "other",
    [
        page("a.html", PageKind.ARTICLE, name="一篇文章", published=date(2026, 1, 1)),
        page("b/", PageKind.OTHER, name="专题", body_length=500),
        page("search.jsp?q=a", name="搜索结果", items=items(*DAYS)),
        page("jsearch/", name="站内检索", items=items(*DAYS)),
        page("map/", name="网站地图", items=items(*DAYS)),
        page("dead/", name="通知", items=items(*DAYS), verdict=PageVerdict.SOFT_404),
        page("d/", PageKind.GUIDE, name="信息公开指南", items=items(*DAYS), published=date(2026, 1, 1)),
        page("e/", PageKind.LIST, name="不懂的页面", items=(), body_length=400),
    ],
    ids=lambda one: one.url,
)
def test_what_is_no_column(other: PageFact) -> None:
    assert columns(other) == ()


@pytest.mark.parametrize("kind", [PageKind.DISCLOSURE, PageKind.ANNUAL_REPORT, PageKind.GUIDE, PageKind.POWER_LIST])
def test_lists_of_disclosures_are_columns(kind: PageKind) -> None:
    assert only(page("x/", kind, name="公开年报", items=items(*DAYS))).items == 3


@pytest.mark.parametrize(
    ("name", "above", "expected"),
    [
        ("王某某", "领导之窗", ColumnKind.STATIC),
        ("人口资源", "走进方城", ColumnKind.STATIC),
        ("乡镇街道", "公开年报", ColumnKind.NEWS),
        ("县直单位", "公开年报", ColumnKind.YEARLY),
        ("王某某", "政务动态", ColumnKind.OTHER),
        ("领导活动", "领导之窗", ColumnKind.NEWS),
    ],
)
def test_a_name_that_says_nothing_is_of_the_kind_of_what_it_stands_under(
    name: str, above: str, expected: ColumnKind
) -> None:
    """A leader's page with old activities on it is no neglected column; 领导活动 may be one."""
    assert only(page("x/", name=name, breadcrumb=("首页", above, name), items=items(*DAYS))).kind is expected


def test_the_home_page_is_no_column_even_if_it_lists() -> None:
    front = home(items=items(*DAYS))
    again = page("index.html", PageKind.LIST, name="首页", items=items(*DAYS), final_url=SITE)
    assert gather_columns(site([front, again])) == ()


@pytest.mark.parametrize(("start", "other"), [("kfq/", "kfq/index.html"), ("kfq/default.asp", "kfq/")])
def test_an_index_file_in_the_place_of_the_home_page_is_the_home_page(start: str, other: str) -> None:
    """Though it shows a little more or less than the page that the audit started from."""
    front = page(start, PageKind.LIST, depth=0, items=items(*DAYS))
    again = page(other, PageKind.LIST, name="某区管委会", items=items(*DAYS))
    facts = replace(site([front, again]), site_url=absolute(start))
    assert gather_columns(facts) == ()


# ---- one list, several addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("tzgg/index.html", "tzgg/index_1.html"),
        ("tzgg/", "tzgg/index_1.html"),
        ("list.jsp?id=3", "list.jsp?id=3&page=2"),
        ("channels/18105.html", "channels/18105_2.html"),
    ],
)
def test_later_pages_belong_to_the_first(first: str, second: str) -> None:
    later = notices(second, items=items("2026-10-01", "2026-09-01", stem="b"), pager=Pager(2, 1))
    for pages in ([notices(first), later], [later, notices(first)]):
        found = only(*pages)
        assert (found.url, found.items, found.newest) == (absolute(first), 3, date(2026, 11, 20))


def test_pages_of_a_pager_are_one_column_whatever_their_addresses() -> None:
    start = notices("tz/a.html", pager=Pager(2, 0, (absolute("tz/zz.html"),)))
    later = notices("tz/zz.html", items=items("2026-10-01", stem="b"), pager=Pager(2, 1))
    assert only(later, start).url == absolute("tz/a.html")


def test_numbers_that_are_no_page_numbers_keep_columns_apart() -> None:
    one = page("list_1.html", name="通知公告", items=items(*DAYS))
    two = page("list_2.html", name="政策文件", items=items(*DAYS, stem="b"))
    base = page("list.html", name="要闻", items=items(*DAYS, stem="c"))
    assert {found.name for found in columns(base, one, two)} == {"通知公告", "政策文件", "要闻"}


def test_a_list_whose_first_page_was_not_read_is_unreadable() -> None:
    found = only(notices("tzgg/index_5.html", pager=Pager(9, 5)))
    assert not found.readable
    assert found.note


def test_the_last_page_of_a_column_that_was_read_is_no_column_of_its_own() -> None:
    last = notices("channels/18105_163.html", items=items("2019-01-01", stem="z"), pager=Pager(163, 162))
    assert only(notices("channels/18105.html"), last).url == absolute("channels/18105.html")


def test_the_same_list_at_two_addresses_is_one_column() -> None:
    assert only(notices("tzgg/"), notices("tzgg/index.html")).url == absolute("tzgg/")
    assert only(notices("tzgg/", sha256="aa"), notices("gg/index.html", sha256="aa")).url == absolute("tzgg/")


def test_columns_with_the_same_name_and_other_items_are_two() -> None:
    other = notices("bm/tzgg/", items=items("2026-11-19", stem="b"))
    assert len(columns(notices(), other)) == 2


# ---- frames and data ------------------------------------------------------------------------------------------------


def framed(inner: str, *outers: str) -> tuple[Met, list[Any]]:
    fact = target(inner, first_look(200), kind=LinkKind.FRAME, parent=absolute(outers[0]))
    return Met({inner: [(outer, None) for outer in outers]}), [fact]


def test_a_list_in_a_frame_belongs_to_the_page_that_shows_it() -> None:
    outer = page("tzgg/", PageKind.OTHER, name="通知公告", body_length=5)
    inner = page("frame/list.jsp", name=None, items=items(*DAYS), depth=2, parent=absolute("tzgg/"))
    met, targets = framed("frame/list.jsp", "tzgg/")
    for referrers in (met, None):  # the store knows the edge; without it the page on which the frame was met first
        found = only(outer, inner, targets=targets, referrers=referrers)
        assert (found.url, found.name, found.items) == (absolute("tzgg/"), "通知公告", 3)


def test_a_list_in_a_frame_of_a_frame_belongs_to_the_page_that_has_a_name() -> None:
    outer = page("tzgg/", PageKind.OTHER, name="通知公告", body_length=5)
    between = page("f1.htm", PageKind.OTHER, name=None, depth=2, parent=absolute("tzgg/"))
    inner = page("f2.htm", name=None, items=items(*DAYS), depth=3, parent=absolute("f1.htm"))
    facts = [
        target(one, first_look(200), kind=LinkKind.FRAME, parent=absolute(above))
        for one, above in (("f1.htm", "tzgg/"), ("f2.htm", "f1.htm"))
    ]
    found = only(outer, between, inner, targets=facts)
    assert (found.url, found.name, found.items) == (absolute("tzgg/"), "通知公告", 3)


def test_a_frame_of_the_template_or_of_the_home_page_is_no_column() -> None:
    outers = [page(f"p{n}/", PageKind.OTHER, name=f"栏目{n}") for n in range(4)]
    inner = page("frame/side.jsp", name="热点", items=items(*DAYS))
    met, targets = framed("frame/side.jsp", *(outer.url for outer in outers))
    assert columns(*outers, inner, targets=targets, referrers=met) == ()
    met, targets = framed("frame/side.jsp", SITE)
    assert columns(inner, targets=targets, referrers=met) == ()


def test_a_sidebar_frame_does_not_speak_for_a_column_with_a_list_of_its_own() -> None:
    inner = page("frame/side.jsp", name="热点", items=items("2020-01-01", stem="s"))
    met, targets = framed("frame/side.jsp", "tzgg/")
    assert only(notices(), inner, targets=targets, referrers=met).newest == date(2026, 11, 20)


def test_a_list_that_comes_as_data_belongs_to_the_page_that_fetches_it() -> None:
    shell = page("zwdt/", PageKind.SHELL, name="政务动态", needs_browser=True, data_urls=(absolute("api/list.json"),))
    data = page("api/list.json", name=None, items=items(*DAYS), depth=2, parent=absolute("zwdt/"))
    found = only(shell, data)
    assert (found.url, found.name, found.items, found.readable) == (absolute("zwdt/"), "政务动态", 3, True)


# ---- days -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "expected"),
    [(date(2025, 11, 20), date(2026, 11, 5)), (date(2026, 11, 20), date(2026, 11, 20)), (None, date(2026, 11, 20))],
)
def test_the_year_of_a_day_that_was_shown_without_one_is_that_of_the_article(
    published: date | None, expected: date
) -> None:
    """``11-20`` in a list is the latest one that can be, until the article says otherwise."""
    entries = items("2026-11-20", "2026-11-05", stem="t")
    assert entries[0].url is not None
    article = page(entries[0].url, PageKind.ARTICLE, name="某文章", depth=2, published=published)
    assert only(notices(items=entries), article).newest == expected


def test_items_later_than_the_day_are_not_the_newest() -> None:
    listed = notices(items=items("2027-06-01", "2026-11-20", "2026-10-01"))
    assert only(listed, not_after=AS_OF + timedelta(days=7)).newest == date(2026, 11, 20)
    assert only(listed).newest == date(2027, 6, 1)


def test_only_future_days_leave_the_column_undecided() -> None:
    found = only(notices(items=items("2027-06-01", "2027-05-01")), not_after=AS_OF)
    assert found.newest is None
    assert not found.newest_certain


def test_a_pinned_item_alone_is_not_the_newest() -> None:
    listed = items("2026-11-20", "2026-05-01", "2026-04-01", pinned=1)
    assert only(notices(items=listed)).newest == date(2026, 5, 1)


def test_undated_items_are_dated_by_their_own_pages() -> None:
    listed = items(None, None, None)
    articles = [
        page(f"a/{n}.html", PageKind.ARTICLE, name="文", published=day, depth=2)
        for n, day in enumerate((date(2026, 3, 1), date(2026, 9, 9)))
    ]
    found = only(notices(items=listed), *articles)
    assert (found.newest, found.dated_by, found.newest_url, found.items_read) == (
        date(2026, 9, 9),
        "article",
        absolute("a/1.html"),
        2,
    )


def test_undated_items_stay_undated_where_their_pages_say_nothing() -> None:
    article = page("a/0.html", PageKind.ARTICLE, name="文", depth=2)
    found = only(notices(items=items(None, None)), article)
    assert (found.newest, found.items_read, found.items) == (None, 1, 2)


def dated(*numbers: int) -> list[PageFact]:
    return [page(f"a/{n}.html", PageKind.ARTICLE, name="文", published=date(2020, 1, 1 + n), depth=2) for n in numbers]


@pytest.mark.parametrize(
    ("days", "read", "certain"),
    [
        ((None, None, None, None), (0, 1), True),
        ((None, None, None, None), (0,), False),  # half of them must be known
        ((None, None, None, None), (1, 2, 3), False),  # and the first of all
        ((None, "2020-01-01", "2019-01-01"), (), False),  # a NEW badge stands where the newest day would
        ((None, "2020-01-01", "2019-01-01"), (0,), True),
        (("2020-01-01", None, "2019-01-01"), (), True),
    ],
)
def test_the_newest_may_be_an_undated_item_that_was_not_read(
    days: tuple[str | None, ...], read: tuple[int, ...], certain: bool
) -> None:
    assert only(notices(items=items(*days)), *dated(*read)).newest_certain is certain


@pytest.mark.parametrize(
    ("days", "pager", "certain"),
    [
        (("2020-01-01", "2021-01-01", "2022-01-01"), Pager(3, 0), False),  # oldest first, more pages
        (("2020-01-01", "2021-01-01", "2022-01-01"), Pager(1, 0), True),
        (("2020-01-01", "2021-01-01", "2022-01-01"), None, True),
        (("2022-01-01", "2021-01-01", "2020-01-01"), Pager(3, 0), True),  # newest first: it stands on this page
        (("2022-01-01", "2022-01-01", "2022-01-01"), Pager(3, 0), True),
        (("2022-01-01", "2020-01-01", "2021-01-01"), Pager(None, 0, (absolute("b"),)), False),
    ],
)
def test_the_newest_may_lie_on_a_page_that_was_not_read(
    days: tuple[str, ...], pager: Pager | None, certain: bool
) -> None:
    assert only(notices(items=items(*days), pager=pager)).newest_certain is certain


# ---- empty, bare, shells --------------------------------------------------------------------------------------------


def test_a_page_that_says_it_is_empty_is_an_empty_column() -> None:
    found = only(page("x/", name="意见征集", says_empty="共 0 条"))
    assert (found.items, found.says_empty, found.readable) == (0, "共 0 条", True)


@pytest.mark.parametrize("name", ["局长信箱", "信件查询", "网上调查", "投诉举报"])
def test_a_mailbox_without_letters_is_no_empty_column(name: str) -> None:
    assert columns(page("x/", name=name, says_empty="共 0 条")) == ()


def test_items_speak_louder_than_an_empty_tab() -> None:
    assert only(notices(says_empty="暂无数据")).says_empty is None


def test_a_page_that_says_it_is_empty_and_shows_the_items_of_another_column_is_empty() -> None:
    other = page("yjzj/", name="意见征集", says_empty="共 0 条", items=items(*DAYS[:2]))
    found = {one.name: one for one in columns(notices(), other)}
    assert (found["意见征集"].items, found["通知公告"].items) == (0, 3)


FULL = [notices(f"c{n}/index.html", name=f"栏目{n}", items=items(*DAYS, stem=f"c{n}"), body_length=108) for n in (1, 2)]


def bare(**more: Any) -> PageFact:
    return page("zwgk/index.html", **{"name": "规划计划", "pager": Pager(1, 0), "body_length": 108, **more})


def names(*pages: PageFact, **more: Any) -> set[str]:
    return {found.name for found in columns(*pages, **more)}


def test_a_bare_page_among_full_siblings_is_an_empty_column() -> None:
    assert "规划计划" in names(*FULL, bare())


@pytest.mark.parametrize(
    "more",
    [
        {"body_length": 109},  # more text than the template
        {"pager": None},
        {"pager": Pager(3, 0)},
        {"pager": Pager(1, 0, (absolute("zwgk/index_1.html"),))},
        {"needs_browser": True},
        {"data_urls": (absolute("api"),)},
        {"kind": PageKind.OTHER},
    ],
)
def test_a_page_that_we_may_only_not_understand_is_not_called_empty(more: dict[str, Any]) -> None:
    found = columns(*FULL, bare(**more))
    assert not [one for one in found if one.name == "规划计划" and one.readable]


def test_a_bare_page_without_siblings_or_with_things_first_met_on_it_is_not_called_empty() -> None:
    assert "规划计划" not in names(FULL[0], bare())
    child = target("zwgk/pic.jpg", first_look(200), kind=LinkKind.IMAGE, parent=absolute("zwgk/index.html"))
    assert "规划计划" not in names(*FULL, bare(), targets=[child])
    below = notices("zwgk/a/index.html", name="五年规划", breadcrumb=("首页", "规划计划", "五年规划"), body_length=108)
    assert "规划计划" not in names(*FULL, below, bare())


def test_a_shell_that_is_called_like_a_column_is_unreadable_and_others_are_nothing() -> None:
    shell = page("x/", PageKind.SHELL, name="通知公告", needs_browser=True)
    found = only(shell)
    assert (found.name, found.readable, found.items) == ("通知公告", False, 0)
    assert columns(page("y/", PageKind.SHELL, name="某篇文章", needs_browser=True)) == ()


def test_a_rendered_shell_is_a_column_like_another() -> None:
    found = only(notices(needs_browser=True, rendered=True))
    assert (found.readable, found.rendered) == (True, True)


def test_a_menu_entry_that_refused_us_is_an_unreadable_column_and_a_dead_one_is_none() -> None:
    refused = target("zwgk/", first_look(403), outcome=Outcome.BLOCKED)
    dead = target("tzgg/", first_look(404), outcome=Outcome.FAILED)
    met = Met({"zwgk/": [(SITE, "政策文件")], "tzgg/": [(SITE, "通知公告")]})
    found = only(targets=[refused, dead], referrers=met)
    assert (found.name, found.kind, found.readable) == ("政策文件", ColumnKind.POLICY, False)


@pytest.mark.parametrize(
    ("attempt", "outcome", "count"),
    [
        (first_look(500), Outcome.FAILED, 0),  # a program that crashes: nobody has seen a column there
        (first_look(503, page_verdict=PageVerdict.CHALLENGE), Outcome.BLOCKED, 1),
        (first_look(error=FetchError.TIMEOUT), Outcome.FAILED, 1),
    ],
)
def test_a_menu_entry_that_answers_with_a_crash_is_a_matter_of_the_link(
    attempt: Attempt, outcome: Outcome, count: int
) -> None:
    entry = target("zwgk/", attempt, outcome=outcome)
    assert len(columns(targets=[entry], referrers=Met({"zwgk/": [(SITE, "政策文件")]}))) == count


@pytest.mark.parametrize(("body", "count"), [(68, 1), (100, 1), (101, 0)])
def test_a_disclosure_column_that_says_it_is_empty_is_an_empty_column(body: int, count: int) -> None:
    lists = [notices(f"c{n}/", items=items(*DAYS, stem=f"c{n}"), name=f"栏目{n}", body_length=51) for n in range(3)]
    empty = page("zd/", PageKind.DISCLOSURE, name="信息公开制度", says_empty="暂无信息", body_length=body)
    found = [one for one in columns(*lists, empty) if one.name == "信息公开制度"]
    assert [one.says_empty for one in found] == ["暂无信息"] * count


def test_a_route_that_the_browser_filled_with_an_empty_list_is_an_empty_column() -> None:
    raw = page("list/3", PageKind.SHELL, name="某管委会", needs_browser=True)
    filled = {"needs_browser": True, "rendered": True, "sha256": "filled", "says_empty": "暂无数据"}
    found = columns(raw, page("list/3", PageKind.SHELL, name="政策文件", **filled))
    assert [(one.name, one.items, one.readable, one.says_empty) for one in found] == [("政策文件", 0, True, "暂无数据")]


def test_nothing_is_undated_before_the_pages_of_its_items_were_looked_at() -> None:
    listed = notices(items=items(None, None))
    assert not only(listed).newest_certain
    assert only(listed, page("a/1.html", PageKind.ARTICLE, depth=2)).newest_certain
    files = [target(f"a/{n}.html", first_look(200), kind=LinkKind.ATTACHMENT) for n in (0, 1)]
    assert only(listed, targets=files).newest_certain  # a file bears no day


def test_an_empty_account_of_letters_is_no_empty_column() -> None:
    assert columns(page("tj/", name="办理统计", says_empty="共 0 条")) == ()


# ---- portals of links, names, history -------------------------------------------------------------------------------


def test_a_page_of_links_to_columns_or_other_sites_is_no_column() -> None:
    entries = tuple(Item(f"栏目{n}", absolute(f"c{n}/index.html"), None, None) for n in (1, 2))
    assert names(*FULL, page("zwgk/", name="政务公开", items=entries)) == {"栏目1", "栏目2"}
    named = ("政府信息公开制度", "法定主动公开内容", "机构概况")  # two of three are called like a disclosure
    menu = tuple(Item(name, absolute(f"x{n}/"), None, None) for n, name in enumerate(named))
    assert columns(page("xxgk/", PageKind.DISCLOSURE, name="信息公开", items=menu)) == ()
    foreign = tuple(Item(name, f"http://{name}.gov.cn/", None, None) for name in "abc")
    assert columns(page("links/", name="部门网站", items=foreign)) == ()


def test_dated_items_on_another_host_are_still_a_column() -> None:
    foreign = tuple(replace(item, url=f"http://other.gov.cn/{n}") for n, item in enumerate(items(*DAYS)))
    assert only(notices(items=foreign)).items == 3


def test_a_page_without_a_name_is_called_by_its_anchors() -> None:
    nameless = page("x/", name=None, title=None, items=items(*DAYS))
    met = Met({"x/": [(SITE, "更多"), (SITE, "财政预决算")]})
    found = only(nameless, referrers=met)
    assert (found.name, found.kind) == ("财政预决算", ColumnKind.YEARLY)
    assert only(nameless).name == "（未命名栏目）"


@pytest.mark.parametrize(
    ("name", "crumbs", "kind"),
    [
        ("工作动态", ("首页", "专题专栏", "抗疫"), ColumnKind.STATIC),
        ("2020年民生实事专题", (), ColumnKind.STATIC),
        ("2019年部门预算", (), ColumnKind.YEARLY),
        ("工作动态", ("首页", "政务公开"), ColumnKind.NEWS),
    ],
)
def test_records_of_past_work_are_not_held_to_the_limits_of_news(
    name: str, crumbs: tuple[str, ...], kind: ColumnKind
) -> None:
    assert only(notices(name=name, breadcrumb=crumbs)).kind is kind


def test_a_section_that_lists_only_the_text_about_itself_is_not_held_to_an_age() -> None:
    about = replace(items("2020-06-23")[0], title="体育产业科")
    assert only(notices(name="体育产业科", title="体育产业科", items=(about,))).kind is ColumnKind.STATIC
    assert only(notices(name="体育产业科", items=(about, *items("2020-06-23")))).kind is ColumnKind.OTHER


def test_the_order_of_pages_does_not_change_what_is_found() -> None:
    pages = [*FULL, bare(), notices(), notices("tzgg/index_1.html", items=items("2026-01-01", stem="o"))]
    forward = {(found.url, found.newest, found.items) for found in columns(*pages)}
    assert forward == {(found.url, found.newest, found.items) for found in columns(*reversed(pages))}
