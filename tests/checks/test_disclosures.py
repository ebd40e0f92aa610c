"""The ten required disclosures: told by what a page is and holds, missing only after a search that can bear it."""

from collections.abc import Sequence
from typing import Any

import pytest

from checks.judge import judge_site
from records.crawl import Attempt, PageFact, TargetFact
from records.judgement import DisclosureJudgement
from records.verdicts import (
    DisclosureVerdict,
    FetchError,
    LinkKind,
    Outcome,
    PageKind,
    PageVerdict,
    Requirement,
    StopReason,
)
from tests.checks.site_builder import (
    AS_OF,
    SITE,
    Met,
    absolute,
    first_look,
    home,
    items,
    later_look,
    look,
    page,
    policy,
    sign,
    site,
    target,
)

R, V = Requirement, DisclosureVerdict
LISTS = (R.POWER_LIST, R.RESPONSIBILITY_LIST)
BOTH = tuple(sign(one, "权责清单") for one in LISTS)


def rows(
    *pages: PageFact, targets: Sequence[TargetFact] = (), met: Met | None = None, **more: Any
) -> dict[Requirement, DisclosureJudgement]:
    facts = site(pages if any(one.depth == 0 for one in pages) else [home(), *pages], targets, **more)
    audit = judge_site(facts, referrers=met or Met({}), policy=policy(), as_of=AS_OF)
    return {row.requirement: row for row in audit.disclosures}


def verdict(*pages: PageFact, requirement: Requirement = R.POWER_LIST, **more: Any) -> DisclosureVerdict:
    return rows(*pages, **more)[requirement].verdict


def power(url: str = "qzqd/", kind: PageKind = PageKind.POWER_LIST, **more: Any) -> PageFact:
    return page(url, kind, **{"name": "权责清单", "signs": BOTH, **more})


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        (("低保初审",), V.UNDETERMINED),
        (("本街道无行政许可事项。",), V.UNDETERMINED),
        (tuple(f"第{n}项职权" for n in range(12)), V.PUBLISHED),
        (("权责清单", "政务公开", "联系我们们"), V.EMPTY),
        ((), V.EMPTY),
    ],
)
def test_short_texts_that_no_other_disclosure_shows_are_content(runs: tuple[str, ...], expected: V) -> None:
    """Cells of a table and points of a promise are short; what stands on other disclosure pages too is template."""
    other = page(
        "zn.html",
        PageKind.GUIDE,
        name="公开指南",
        body_length=900,
        short_runs=("联系我们们", "政务公开"),
        signs=(sign(R.DISCLOSURE_GUIDE, "公开指南"),),
    )
    named = power(body_length=0, breadcrumb=("首页", "权责清单"), short_runs=runs)
    assert verdict(named, other) is expected


@pytest.mark.parametrize("url", ["up/nb.pdf", "up/qzqd.xlsx"])
def test_a_file_that_is_shown_in_a_frame_is_published(url: str) -> None:
    framed = target(url, first_look(200), kind=LinkKind.FRAME, parent=absolute("qzqd/"))
    assert verdict(power(body_length=0), targets=[framed]) is V.PUBLISHED
    broken = target(url, first_look(404), later_look(404), kind=LinkKind.FRAME, parent=absolute("qzqd/"))
    assert verdict(power(body_length=0), targets=[broken]) is V.BROKEN


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"body_length": 300}, V.PUBLISHED),
        ({"body_length": 300, "name": "示例县人民政府", "site_name": "示例县人民政府"}, V.PUBLISHED),
        ({"body_length": 20}, V.UNDETERMINED),
        ({"body_length": 300, "name": "财政预决算"}, V.UNDETERMINED),
        ({"body_length": 300, "kind": PageKind.HOME}, V.UNDETERMINED),
    ],
)
def test_a_page_without_a_name_is_what_the_menu_calls_it(more: dict[str, Any], expected: V) -> None:
    """Texts that a tree menu opens in a frame often have neither title nor heading."""
    read = page("list.jsp?c=3", more.pop("kind", PageKind.OTHER), title=None, **more)
    assert verdict(linking(read.url), read) is expected


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ({"body_length": 300}, V.PUBLISHED),
        ({"items": items("2026-05-01")}, V.PUBLISHED),
        ({"body_length": 5}, V.UNDETERMINED),
        ({"body_length": 300, "verdict": PageVerdict.WAF}, V.UNDETERMINED),
    ],
)
def test_a_page_that_is_shown_in_a_frame_is_what_the_reader_sees(inner: dict[str, Any], expected: V) -> None:
    """The text of a guide often stands in a page of its own, without a name, inside the page that is called guide."""
    framed = target("qzqd/text.html", first_look(200), kind=LinkKind.FRAME, parent=absolute("qzqd/"))
    text = page("qzqd/text.html", PageKind.OTHER, depth=2, parent=absolute("qzqd/"), **inner)
    assert verdict(power(body_length=0), text, targets=[framed]) is expected


@pytest.mark.parametrize(
    ("looks", "referrer_count", "expected"),
    [
        ((first_look(200), later_look(200)), 1, V.PUBLISHED),
        ((first_look(404), later_look(404)), 1, V.BROKEN),
        ((first_look(403),), 1, V.BLOCKED),
        ((first_look(503), later_look(503)), 1, V.UNDETERMINED),
        ((first_look(200), later_look(200)), 30, V.UNDETERMINED),  # weather, a map: a part of the template
    ],
)
def test_a_frame_of_another_site_holds_the_list(looks: tuple[Attempt, ...], referrer_count: int, expected: V) -> None:
    """Counties frame the power list of the provincial service network."""
    url = "http://qlqd.hnzwfw.gov.cn/list?area=411322"
    framed = target(url, *looks, kind=LinkKind.FRAME, parent=absolute("qzqd/"), referrer_count=referrer_count)
    assert verdict(power(body_length=0), targets=[framed]) is expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (target("js/top.js", first_look(200), kind=LinkKind.SCRIPT), V.UNDETERMINED),
        (target("js/top.js", first_look(404), later_look(404), kind=LinkKind.SCRIPT), V.MISSING),
        (target("http://cdn.example.com/top.js", first_look(200), kind=LinkKind.SCRIPT), V.MISSING),
    ],
)
def test_menus_in_a_script_that_was_not_read_may_lead_to_it(script: TargetFact, expected: V) -> None:
    front = home(written_by=(script.url,))
    assert verdict(front, targets=[script]) is expected


def linking(url: str | None, text: str = "权责清单", where: str = "link") -> PageFact:
    return home(signs=tuple(sign(one, text, where, url) for one in LISTS))


def dead(url: str, **more: Any) -> TargetFact:
    return target(url, first_look(404), later_look(404), **more)


def test_all_ten_are_always_there_in_order() -> None:
    assert list(rows()) == list(Requirement)
    assert {row.verdict for row in rows().values()} == {V.MISSING}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"items": items("2026-05-01", None)}, V.PUBLISHED),
        ({"body_length": 50}, V.PUBLISHED),
        ({"body_length": 49}, V.UNDETERMINED),
        ({"body_length": 13}, V.UNDETERMINED),  # 权责清单 本单位无行政权力
        ({"body_length": 12}, V.EMPTY),
        ({"body_length": 0}, V.EMPTY),
        ({"body_length": 30, "says_empty": "暂无数据"}, V.EMPTY),
        ({"body_length": 0, "needs_browser": True}, V.UNDETERMINED),
        ({"body_length": 0, "needs_browser": True, "rendered": True}, V.EMPTY),
    ],
)
def test_published_means_that_there_is_something_to_read(fields: dict[str, Any], expected: DisclosureVerdict) -> None:
    assert verdict(power(**fields)) is expected


def test_what_every_list_page_shows_beside_its_items_is_nothing_to_read() -> None:
    lists = [
        page(f"c{n}/", name=f"栏目{n}", items=items("2026-11-01", stem=f"c{n}"), body_length=108) for n in range(3)
    ]
    assert verdict(*lists, power(body_length=108)) is V.EMPTY
    assert verdict(*lists, power(body_length=157)) is V.UNDETERMINED
    assert verdict(*lists, power(body_length=158)) is V.PUBLISHED
    assert verdict(*lists[:2], power(body_length=108)) is V.PUBLISHED  # two lists do not show the template
    assert verdict(*lists, power(body_length=108, published=AS_OF)) is V.PUBLISHED  # articles are measured alone


@pytest.mark.parametrize(("visible", "expected"), [(260, V.PUBLISHED), (210, V.EMPTY)])
def test_the_content_of_a_catalogue_is_its_links(visible: int, expected: DisclosureVerdict) -> None:
    lists = [
        page(f"c{n}/", name=f"栏目{n}", items=items("2026-11-01", stem=f"c{n}"), look=look("栏目", "文" * 218))
        for n in range(3)
    ]  # an item of 8 characters and a day of 10: 200 characters of navigation
    catalogue = power(signs=(sign(R.DISCLOSURE_CATALOGUE, "主动公开目录"),), look=look("目录", "字" * visible))
    assert verdict(*lists, catalogue, requirement=R.DISCLOSURE_CATALOGUE) is expected


def test_columns_speak_before_their_articles() -> None:
    article = power("a.html", body_length=500, published=AS_OF)
    column = power("z/longer/", items=items("2026-05-01"), depth=2)
    assert rows(article, column)[R.POWER_LIST].url == absolute("z/longer/")


def test_one_combined_list_answers_both_and_a_power_list_alone_only_one() -> None:
    found = rows(power(body_length=500))
    assert [found[one].verdict for one in LISTS] == [V.PUBLISHED, V.PUBLISHED]
    found = rows(power(body_length=500, signs=(sign(R.POWER_LIST, "权力清单"),)))
    assert [found[one].verdict for one in LISTS] == [V.PUBLISHED, V.MISSING]


def test_the_way_and_the_newest_day_are_told() -> None:
    list_page = page("zwgk/", name="政务公开", items=items("2026-01-01"))
    row = rows(list_page, power("zwgk/qzqd/", items=items("2026-05-01"), parent=absolute("zwgk/"), depth=2))[
        R.POWER_LIST
    ]
    assert row.path == (SITE, absolute("zwgk/"), absolute("zwgk/qzqd/"))
    assert (str(row.newest), row.url, row.title) == ("2026-05-01", absolute("zwgk/qzqd/"), "权责清单")


# ---- attachments and items ------------------------------------------------------------------------------------------


def file_of(url: str, *attempts: Any, parent: str = "qzqd/", **more: Any) -> TargetFact:
    return target(url, *attempts, kind=LinkKind.ATTACHMENT, parent=absolute(parent), depth=2, **more)


GONE = (first_look(404), later_look(404))
REFUSED = (first_look(403), later_look(403))


@pytest.mark.parametrize(
    ("files", "body", "expected"),
    [
        ([(first_look(200, file_type="doc"),)], 30, V.PUBLISHED),
        ([GONE], 30, V.BROKEN),
        ([GONE, (first_look(200, file_type="doc"),)], 30, V.PUBLISHED),
        ([REFUSED], 30, V.BLOCKED),
        ([GONE, REFUSED], 30, V.BLOCKED),
        ([GONE], 900, V.PUBLISHED),  # the text itself is there to read
        ([(first_look(200, file_type="html"), later_look(200, file_type="html"))], 30, V.BROKEN),
    ],
)
def test_attachments_must_open(files: list[tuple[Any, ...]], body: int, expected: DisclosureVerdict) -> None:
    targets = [file_of(f"f/{n}.doc", *attempts) for n, attempts in enumerate(files)]
    assert verdict(power(body_length=body), targets=targets) is expected


def test_an_attachment_that_was_met_elsewhere_first_counts_too() -> None:
    shared = file_of("f/1.doc", first_look(200), parent="other/", referrer_count=2)
    met = Met({"f/1.doc": [("other/", "附件"), ("qzqd/", "附件")]})
    assert verdict(power(body_length=5), targets=[shared], met=met) is V.PUBLISHED
    assert verdict(power(body_length=5), targets=[shared]) is V.EMPTY


def test_a_list_whose_entries_are_all_dead_is_broken() -> None:
    listed = power(items=items("2026-05-01", "2026-04-01"))
    targets = [dead("a/0.html"), dead("a/1.html")]
    assert verdict(listed, targets=targets) is V.BROKEN
    assert verdict(listed, targets=targets[:1]) is V.PUBLISHED


# ---- entries --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (dead("qzqd/"), V.BROKEN),
        (target("qzqd/", *REFUSED, outcome=Outcome.BLOCKED), V.BLOCKED),
        (target("qzqd/", first_look(error=FetchError.TIMEOUT), later_look(error=FetchError.TIMEOUT)), V.UNDETERMINED),
        (target("qzqd/", first_look(404)), V.UNDETERMINED),  # one look is no look
        (target("qzqd/", first_look(200), kind=LinkKind.ATTACHMENT), V.PUBLISHED),
        (target("http://www.hnzwfw.gov.cn/qz", first_look(200)), V.PUBLISHED),
        (target("http://www.hnzwfw.gov.cn/qz", *REFUSED, outcome=Outcome.BLOCKED), V.BLOCKED),
        (target("http://www.fangcheng.gov.cn/qz/", first_look(200)), V.PUBLISHED),
        (target("http://www.fangcheng.gov.cn/qz/", outcome=Outcome.NOT_REACHED), V.UNDETERMINED),
    ],
    ids=str,
)
def test_an_entry_speaks_by_what_it_leads_to(fact: TargetFact, expected: DisclosureVerdict) -> None:
    assert verdict(linking(fact.url), targets=[fact]) is expected


def test_the_form_is_told_where_the_service_network_holds_the_list() -> None:
    fact = target("http://zwfw.example.gov.cn/qz", first_look(200))
    assert "政务服务网" in rows(linking(fact.url), targets=[fact])[R.POWER_LIST].because


def test_a_menu_entry_without_an_address_is_not_enough_for_either_word() -> None:
    assert verdict(linking(None)) is V.UNDETERMINED


def test_a_menu_that_leads_to_something_else_is_left_to_a_person() -> None:
    other = page("xzql/", PageKind.LIST, name="行政处罚", items=items("2026-11-01"))
    row = rows(linking("xzql/"), other)[R.POWER_LIST]
    assert row.verdict is V.UNDETERMINED
    assert "行政处罚" in row.because


def test_an_article_that_a_list_names_counts_and_a_list_does_not() -> None:
    article = page("a/0.html", PageKind.ARTICLE, name="公告", body_length=300)
    assert verdict(linking("a/0.html", "权责清单事项", "item"), article) is V.PUBLISHED
    assert verdict(linking("a/0.html", "权责清单事项", "link"), article) is V.UNDETERMINED


def test_what_speaks_for_the_office_is_believed_first() -> None:
    front = linking("old/")
    assert verdict(front, power(body_length=500), targets=[dead("old/")]) is V.PUBLISHED
    assert verdict(front, power(body_length=0), targets=[dead("old/")]) is V.EMPTY


def test_words_on_pages_that_are_not_ok_say_nothing() -> None:
    assert verdict(power(body_length=500, verdict=PageVerdict.HIJACKED)) is V.MISSING


def test_an_article_is_what_its_title_says_and_not_what_its_column_is_called() -> None:
    article = page(
        "a/1.html",
        PageKind.POWER_LIST,
        name="信息公开指南",
        body_length=400,
        published=AS_OF,
        signs=(sign(R.POWER_LIST, "某局权力清单"), sign(R.DISCLOSURE_GUIDE, "信息公开指南")),
    )
    assert verdict(article) is V.PUBLISHED
    assert verdict(article, requirement=R.DISCLOSURE_GUIDE) is V.MISSING


# ---- missing or undetermined ----------------------------------------------------------------------------------------


def unread(depth: int, count: int) -> list[TargetFact]:
    return [target(f"d{depth}/{n}/", outcome=Outcome.NOT_REACHED, depth=depth) for n in range(count)]


def read(depth: int, count: int) -> list[PageFact]:
    return [page(f"r{depth}/{n}/", PageKind.OTHER, name="页", depth=depth) for n in range(count)]


@pytest.mark.parametrize(
    ("pages", "targets", "stopped", "expected"),
    [
        ([], [], None, V.MISSING),
        (read(1, 9), unread(1, 1), StopReason.MAX_PAGES, V.MISSING),
        (read(1, 8), unread(1, 1), StopReason.MAX_PAGES, V.UNDETERMINED),
        (read(2, 5), unread(2, 5), StopReason.MAX_PAGES, V.MISSING),
        (read(2, 4), unread(2, 5), StopReason.MAX_PAGES, V.UNDETERMINED),
        (read(1, 9), unread(3, 900), StopReason.MAX_PAGES, V.MISSING),
        (read(1, 9), [], StopReason.INTERRUPTED, V.UNDETERMINED),
        ([], [dead("gone/")], None, V.MISSING),
        ([], [target("slow/", first_look(error=FetchError.TIMEOUT), outcome=Outcome.FAILED)], None, V.UNDETERMINED),
    ],
)
def test_missing_needs_the_menus_to_have_been_read(
    pages: list[PageFact], targets: list[TargetFact], stopped: StopReason | None, expected: DisclosureVerdict
) -> None:
    assert verdict(*pages, targets=targets, stopped_by=stopped) is expected


@pytest.mark.parametrize(
    "front",
    [home(verdict=PageVerdict.HIJACKED), home(needs_browser=True)],
    ids=["home in other hands", "home needs a browser"],
)
def test_nothing_is_missing_where_the_home_page_was_not_read(front: PageFact) -> None:
    assert verdict(front) is V.UNDETERMINED


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [("政府信息公开", V.UNDETERMINED), ("政务公开", V.UNDETERMINED), ("中国政府网", V.MISSING)],
)
def test_nothing_is_missing_where_the_disclosures_are_kept_on_another_site(
    anchor: str, expected: DisclosureVerdict
) -> None:
    away = target("http://www.county.gov.cn/rsj/", first_look(200))
    assert verdict(targets=[away], met=Met({away.url: [(SITE, anchor)]})) is expected


def test_a_menu_page_that_sends_its_reader_to_another_site_counts_as_kept_elsewhere() -> None:
    onward = page("zwgk/", PageKind.REDIRECT, redirect="http://www.county.gov.cn/rsj/")
    assert verdict(onward, met=Met({"zwgk/": [(SITE, "政务公开")]})) is V.UNDETERMINED


def test_missing_tells_where_was_looked() -> None:
    search = target("search/index.jsp", first_look(200), parent=SITE)
    row = rows(*read(1, 2), targets=[search])[R.POWER_LIST]
    told = "；".join(row.searched)
    assert "页面 3 个" in told
    assert "权责清单" in told
    assert search.url in told


def test_a_site_that_could_not_be_audited_has_ten_undetermined_rows() -> None:
    for more in ({"stopped_by": StopReason.SITE_BLOCKED}, {"stopped_by": StopReason.SITE_UNREACHABLE}):
        found = rows(power(body_length=500), **more)
        assert len(found) == 10
        assert {row.verdict for row in found.values()} == {V.UNDETERMINED}


@pytest.mark.parametrize(
    "attempts",
    [
        [first_look(error=FetchError.DNS), later_look(error=FetchError.DNS)],
        [first_look(error=FetchError.REDIRECT_LOOP), later_look(error=FetchError.REDIRECT_LOOP)],
        [first_look(200, page_verdict=PageVerdict.SOFT_404), later_look(200, page_verdict=PageVerdict.SOFT_404)],
    ],
    ids=["dns", "loop", "soft 404"],
)
def test_what_is_gone_for_certain_hides_no_disclosure(attempts: list[Attempt]) -> None:
    assert verdict(targets=[target("gone/", *attempts)]) is V.MISSING
    unsure = target("gone/", *attempts[:1], outcome=Outcome.FAILED)
    assert verdict(targets=[unsure]) is V.UNDETERMINED  # one look is no look


def test_what_three_lists_of_any_kind_share_is_the_template() -> None:
    kinds = (PageKind.LIST, PageKind.ANNUAL_REPORT, PageKind.DISCLOSURE)
    lists = [
        page(f"c{n}/", kind, name=f"栏目{n}", items=items("2026-11-01", stem=f"c{n}"), body_length=51)
        for n, kind in enumerate(kinds)
    ]
    assert verdict(*lists, power(body_length=51)) is V.EMPTY


def test_text_of_a_catalogue_page_that_is_no_link_is_no_catalogue() -> None:
    lists = [
        page(f"c{n}/", name=f"栏目{n}", items=items("2026-11-01", stem=f"c{n}"), look=look("栏目", "文" * 218))
        for n in range(3)
    ]
    named = (sign(R.DISCLOSURE_CATALOGUE, "公开目录"),)
    bare = power(signs=named, look=look("目录", "字" * 230), body_length=30, name="公开目录")
    assert verdict(*lists, bare, requirement=R.DISCLOSURE_CATALOGUE) is V.UNDETERMINED


@pytest.mark.parametrize(
    ("title", "column", "expected"),
    [
        ("全县政务诚信承诺签订仪式隆重举行", "工作动态", V.MISSING),
        ("示例县财政局政务诚信承诺书", "工作动态", V.PUBLISHED),  # filed there for want of a better place
        ("政务诚信承诺书（2026年）", "图片新闻", V.PUBLISHED),
        ("全县政务诚信承诺签订仪式隆重举行", "政务诚信", V.PUBLISHED),
    ],
)
def test_news_of_a_disclosure_is_no_disclosure(title: str, column: str, expected: DisclosureVerdict) -> None:
    commitment = R.INTEGRITY_COMMITMENT
    article = page(
        "a/1.html",
        PageKind.ARTICLE,
        name=title,
        body_length=400,
        breadcrumb=("首页", column),
        signs=(sign(commitment, title),),
    )
    front = home(signs=(sign(commitment, title, "item", "a/1.html"),))
    assert verdict(front, article, requirement=commitment) is expected


def test_the_column_called_like_the_requirement_answers_it_before_an_article_filed_there() -> None:
    name = "政府信息公开制度"
    rules = items("2023-08-05", "2023-01-05", stem="r")
    crumbs = ("首页", name)
    # The reader took the first entry for the heading.
    listed = page("c/", PageKind.DISCLOSURE, name=rules[0].title, title="某局", breadcrumb=crumbs, items=rules)
    article = page(
        "r/0.html",
        PageKind.ARTICLE,
        name=rules[0].title,
        breadcrumb=("首页", name),
        body_length=200,
        published=AS_OF,
        signs=(sign(R.DISCLOSURE_SYSTEM, name),),
        depth=2,
    )
    assert rows(article, listed)[R.DISCLOSURE_SYSTEM].url == listed.url


def test_a_menu_entry_without_an_address_says_nothing_beside_one_that_has_one() -> None:
    signs = [sign(R.DISCLOSURE_GUIDE, "公开指南", "link", url) for url in ("zn/", None)]
    front = home(signs=tuple(signs))
    assert verdict(front, targets=[dead("zn/")], requirement=R.DISCLOSURE_GUIDE) is V.BROKEN
    other = home(signs=(signs[0], sign(R.DISCLOSURE_GUIDE, "信息公开指南", "link")))  # another entry, perhaps alive
    assert verdict(other, targets=[dead("zn/")], requirement=R.DISCLOSURE_GUIDE) is V.UNDETERMINED


def test_an_article_is_told_by_its_title_and_not_by_the_name_of_its_column() -> None:
    title = "某局权力清单和责任清单事项"
    article = page(
        "a/1.html",
        PageKind.POWER_LIST,
        name="信息公开指南",
        breadcrumb=("首页", "信息公开指南"),
        body_length=400,
        published=AS_OF,
        signs=(sign(R.POWER_LIST, title), sign(R.DISCLOSURE_GUIDE, "信息公开指南")),
    )
    assert rows(article)[R.POWER_LIST].title == title
