"""A broken link is an accusation: these cases say when it may be made and when not."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from checks.links import context_of, judge_link, judge_links, no_referrers
from records.crawl import Attempt, PageFact, Probe, TargetFact
from records.page import Look, Pager
from records.verdicts import (
    FetchError,
    LinkKind,
    LinkReason,
    LinkVerdict,
    Outcome,
    PageKind,
    PageVerdict,
)
from tests.checks.site_builder import (
    FINISHED,
    SITE,
    Met,
    absolute,
    first_look,
    home,
    items,
    later_look,
    look,
    page,
    site,
    target,
)

EMPTY = hashlib.sha256(b"").hexdigest()
R, V, E, P = LinkReason, LinkVerdict, FetchError, PageVerdict


def judged(*facts: TargetFact, **more: Any) -> tuple[LinkVerdict, LinkReason | None]:
    """What is said of the first of some targets."""
    whole = site(more.pop("pages", [home()]), facts, more.pop("probes", ()))
    one = judge_link(facts[0], context_of(whole))
    return one.verdict, one.reason


def twice(status: int | None = 200, error: FetchError | None = None, **more: Any) -> tuple[Attempt, Attempt]:
    return first_look(status, error, **more), later_look(status, error, **more)


@pytest.mark.parametrize(
    ("attempts", "verdict", "reason"),
    [
        (twice(200), V.OK, None),
        (twice(404), V.BROKEN, R.HTTP_404),
        (twice(410), V.BROKEN, R.HTTP_410),
        (twice(400), V.BROKEN, R.HTTP_4XX),
        (twice(405), V.BROKEN, R.HTTP_4XX),
        (twice(451), V.BROKEN, R.HTTP_4XX),
        (twice(401), V.BLOCKED, R.HTTP_401),
        (twice(403), V.BLOCKED, R.HTTP_403),
        (twice(429), V.BLOCKED, R.HTTP_429),
        (twice(412), V.BLOCKED, R.CHALLENGE),
        (twice(521, page_verdict=P.CHALLENGE), V.BLOCKED, R.CHALLENGE),
        (twice(521), V.UNREACHABLE, R.HTTP_5XX),
        (twice(202, page_verdict=P.CHALLENGE), V.BLOCKED, R.CHALLENGE),
        (twice(202, size=0, sha256=EMPTY), V.BLOCKED, R.CHALLENGE),
        (twice(200, page_verdict=P.CHALLENGE), V.BLOCKED, R.CHALLENGE),
        (twice(404, page_verdict=P.WAF), V.BLOCKED, R.WAF),
        (twice(500), V.UNREACHABLE, R.HTTP_5XX),
        (twice(503), V.UNREACHABLE, R.HTTP_5XX),
        (twice(200, page_verdict=P.MAINTENANCE), V.UNREACHABLE, R.HTTP_5XX),
        (twice(error=E.DNS), V.BROKEN, R.DNS),
        (twice(error=E.DNS_TEMPORARY), V.UNREACHABLE, R.TIMEOUT),
        (twice(error=E.REFUSED), V.BROKEN, R.REFUSED),
        (twice(error=E.TIMEOUT), V.UNREACHABLE, R.TIMEOUT),
        (twice(error=E.RESET), V.UNREACHABLE, R.RESET),
        (twice(error=E.BAD_RESPONSE), V.UNREACHABLE, R.RESET),
        (twice(error=E.TLS), V.UNREACHABLE, R.TLS),
        (twice(error=E.REDIRECT_LOOP), V.BROKEN, R.REDIRECT_LOOP),
        (twice(error=E.BAD_URL), V.BROKEN, R.BAD_URL),
        (twice(error=E.TOO_LARGE), V.SKIPPED, R.TOO_LARGE),
        (twice(200, page_verdict=P.SOFT_404), V.BROKEN, R.SOFT_404),
        (twice(200, page_verdict=P.EMPTY), V.BROKEN, R.EMPTY_BODY),
        (twice(200, size=0, sha256=EMPTY), V.BROKEN, R.EMPTY_BODY),
        (twice(200, size=0), V.OK, None),  # the body was not asked for
        (twice(204), V.BROKEN, R.EMPTY_BODY),
        (twice(200, page_verdict=P.DEFAULT_SERVER), V.BROKEN, R.SOFT_404),
        (twice(200, page_verdict=P.DEFAULT_SERVER, sign="IIS 程序出错"), V.UNREACHABLE, R.HTTP_5XX),
        (twice(200, page_verdict=P.HIJACKED), V.OK, None),  # a finding of its own, not a dead link
    ],
)
def test_each_answer_has_its_word(
    attempts: tuple[Attempt, ...], verdict: LinkVerdict, reason: LinkReason | None
) -> None:
    assert judged(target("zwgk/t20261101_1.html", *attempts)) == (verdict, reason)


@pytest.mark.parametrize(
    ("attempts", "verdict", "reason"),
    [
        ((first_look(404), later_look(200)), V.OK, None),
        ((first_look(200), later_look(404)), V.OK, None),
        ((first_look(404), later_look(None, E.TIMEOUT)), V.UNREACHABLE, R.TIMEOUT),
        ((first_look(None, E.TIMEOUT), later_look(404)), V.UNREACHABLE, R.TIMEOUT),
        ((first_look(404), later_look(403)), V.BLOCKED, R.HTTP_403),
        ((first_look(500), later_look(403)), V.BLOCKED, R.HTTP_403),
        ((first_look(404), later_look(410)), V.BROKEN, R.HTTP_410),
        ((first_look(404), later_look(None, E.DNS)), V.UNREACHABLE, R.TIMEOUT),
        ((first_look(None, E.REFUSED), later_look(None, E.DNS)), V.UNREACHABLE, R.TIMEOUT),
        ((first_look(None, E.REFUSED), later_look(None, E.TIMEOUT)), V.UNREACHABLE, R.TIMEOUT),
    ],
)
def test_one_success_makes_a_link_ok_and_mixed_failures_get_the_softer_word(
    attempts: tuple[Attempt, ...], verdict: LinkVerdict, reason: LinkReason | None
) -> None:
    assert judged(target("a/1.html", *attempts)) == (verdict, reason)


@pytest.mark.parametrize(
    "attempts",
    [
        (first_look(404),),
        (first_look(404), first_look(404)),
        (first_look(404), later_look(404, at=FINISHED)),
        (first_look(404), later_look(404, method="HEAD")),
        (first_look(404, method="HEAD"), later_look(404, method="HEAD")),
    ],
    ids=["one look", "two in the crawl", "at the very end", "only HEAD later", "only HEAD"],
)
def test_nothing_is_broken_without_a_later_full_look(attempts: tuple[Attempt, ...]) -> None:
    assert judged(target("a/1.html", *attempts)) == (V.SKIPPED, R.BUDGET)


def test_just_after_the_crawl_is_later() -> None:
    late = later_look(404, at=FINISHED + timedelta(microseconds=1))
    assert judged(target("a/1.html", first_look(404), late)) == (V.BROKEN, R.HTTP_404)


def test_servers_that_do_not_know_head_are_judged_by_get() -> None:
    head = first_look(404, method="HEAD")
    assert judged(target("a.pdf", head, first_look(200, method="GET"), kind=LinkKind.ATTACHMENT)) == (V.OK, None)
    assert judged(target("a/1.html", first_look(200, method="HEAD"), *twice(404))) == (V.BROKEN, R.HTTP_404)


@pytest.mark.parametrize(
    ("outcome", "skipped", "expected"),
    [
        (Outcome.SKIPPED, R.ROBOTS, (V.SKIPPED, R.ROBOTS)),
        (Outcome.SKIPPED, R.TRAP, (V.SKIPPED, R.TRAP)),
        (Outcome.NOT_REACHED, R.BUDGET, (V.SKIPPED, R.BUDGET)),
        (Outcome.NOT_REACHED, None, (V.SKIPPED, R.BUDGET)),
        (Outcome.SKIPPED, R.BAD_URL, (V.SKIPPED, R.SCHEME)),
        (Outcome.FETCHED, None, (V.OK, None)),
    ],
)
def test_what_was_never_asked_is_never_accused(
    outcome: Outcome, skipped: LinkReason | None, expected: tuple[LinkVerdict, LinkReason | None]
) -> None:
    assert judged(target("a/1.html", outcome=outcome, skipped=skipped)) == expected


# ---- redirects ------------------------------------------------------------------------------------------------------


def sent_on(to: str) -> tuple[Attempt, Attempt]:
    return twice(200, final_url=to, redirects=(to,))


@pytest.mark.parametrize(
    ("url", "landed", "expected"),
    [
        ("zwgk/t20261101_1.html", SITE, (V.BROKEN, R.REDIRECTED_HOME)),
        ("zwgk/t20261101_1.html", SITE + "index.html", (V.BROKEN, R.REDIRECTED_HOME)),
        ("zwgk/t20261101_1.html", "https://www.example.gov.cn/", (V.BROKEN, R.REDIRECTED_HOME)),
        ("zwgk/t20261101_1.html", "https://www.example.gov.cn/zwgk/t20261101_1.html", (V.OK, None)),
        ("zwgk/t20261101_1.html", SITE + "zwgk/", (V.OK, None)),
        ("show.asp?id=12", SITE, (V.BROKEN, R.REDIRECTED_HOME)),
        ("index.html", SITE, (V.OK, None)),
        ("default.aspx", SITE, (V.OK, None)),
        ("en/", SITE, (V.OK, None)),
        ("gk/en/", SITE, (V.OK, None)),
        ("zwgk/", SITE, (V.BROKEN, R.REDIRECTED_HOME)),
        ("zwgk/index.html", SITE, (V.BROKEN, R.REDIRECTED_HOME)),
        ("index.php?m=content&catid=5", SITE, (V.BROKEN, R.REDIRECTED_HOME)),
        ("?from=app", SITE, (V.OK, None)),
        ("wap/index.jsp", SITE, (V.OK, None)),
        ("portal/index.html", SITE, (V.OK, None)),
        ("a/1.html", SITE + "login.jsp", (V.BLOCKED, R.LOGIN)),
        ("login.jsp", SITE + "sso/login", (V.OK, None)),
        ("a/1.html", SITE + "403/", (V.BLOCKED, R.HTTP_403)),
        ("a/1.html", SITE + "404.html", (V.BROKEN, R.SOFT_404)),
        ("a/1.html", SITE + "error/404.htm", (V.BROKEN, R.SOFT_404)),
        ("http://www.other.gov.cn/a/1.html", "http://www.other.gov.cn/", (V.BROKEN, R.REDIRECTED_HOME)),
        ("http://www.other.gov.cn/", "http://www.other.gov.cn/index/", (V.OK, None)),
        ("http://old.other.gov.cn/a/1.html", "http://www.other.gov.cn/", (V.OK, None)),  # moved: not ours to judge
    ],
)
def test_where_a_link_lands(url: str, landed: str, expected: tuple[LinkVerdict, LinkReason | None]) -> None:
    assert judged(target(url, *sent_on(landed))) == expected


def test_a_link_that_calls_itself_home_may_land_there() -> None:
    fact = target("portal/site1/page.html", *sent_on(SITE))
    whole = site([home()], [fact])
    words = [("首页", V.OK), ("网站首页", V.OK), ("示例县人民政府门户网站", V.OK), ("通知公告", V.BROKEN)]
    for anchor, verdict in words:
        met = Met({fact.url: [("a.html", anchor)]})
        assert judge_links(whole, context_of(whole), referrers=met)[-1].verdict is verdict


def test_a_deep_page_that_refreshes_to_the_home_page_is_redirected_home() -> None:
    gone = page("a/1.html", PageKind.REDIRECT, redirect=SITE)
    assert judged(target("a/1.html", *twice(200)), pages=[home(), gone]) == (V.BROKEN, R.REDIRECTED_HOME)


# ---- attachments ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "more", "expected"),
    [
        ("a.pdf", {"file_type": "pdf"}, (V.OK, None)),
        ("a.pdf", {"file_type": "zip"}, (V.OK, None)),
        ("a.pdf", {"file_type": "html"}, (V.BROKEN, R.WRONG_CONTENT)),
        ("a.pdf", {"file_type": "html", "content_type": "application/pdf"}, (V.BROKEN, R.WRONG_CONTENT)),
        ("a.doc", {"content_type": "text/html; charset=utf-8"}, (V.BROKEN, R.WRONG_CONTENT)),
        ("a.doc", {"content_type": "text/html", "file_type": "doc"}, (V.OK, None)),
        ("a.doc", {}, (V.OK, None)),
        ("a.xls", {"content_type": "application/vnd.ms-excel", "file_type": "html"}, (V.OK, None)),
        (
            "a.xls",
            {"content_type": "application/vnd.ms-excel", "file_type": "html", "look": look("404", "没有此文件")},
            (V.BROKEN, R.WRONG_CONTENT),
        ),
        (
            "a.xls",
            {"content_type": "application/vnd.ms-excel", "file_type": "html", "look": look("", "姓名 张某")},
            (V.OK, None),
        ),
        (
            "a.xls",
            {"content_type": "text/html", "file_type": "html", "look": look("", "姓名 张某")},
            (V.BROKEN, R.WRONG_CONTENT),
        ),
        ("a.doc", {"file_type": "html", "onward": SITE + "up/real.pdf"}, (V.OK, None)),
        ("a.doc", {"file_type": "html", "onward": SITE + "up/list.html"}, (V.BROKEN, R.WRONG_CONTENT)),
        ("a.doc", {"file_type": "html", "onward": SITE}, (V.BROKEN, R.REDIRECTED_HOME)),
        ("a.pdf", {"file_type": "html", "page_verdict": P.CHALLENGE}, (V.BLOCKED, R.CHALLENGE)),
        ("a.pdf", {"file_type": "html", "page_verdict": P.SOFT_404}, (V.BROKEN, R.WRONG_CONTENT)),
        ("a.pdf", {"file_type": "html", "final_url": SITE + "view.html?file=a.pdf"}, (V.OK, None)),
    ],
)
def test_a_file_must_be_answered_with_a_file(
    url: str, more: dict[str, Any], expected: tuple[LinkVerdict, LinkReason | None]
) -> None:
    assert judged(target(url, *twice(200, **more), kind=LinkKind.ATTACHMENT)) == expected


def test_a_viewer_page_that_embeds_the_file_is_no_wrong_content() -> None:
    viewer = target("view/a.pdf", *twice(200, file_type="html"), kind=LinkKind.ATTACHMENT)
    file = target("files/a.pdf", first_look(200, file_type="pdf"), kind=LinkKind.ATTACHMENT, parent=viewer.url)
    assert judged(viewer, file) == (V.OK, None)


def test_pictures_of_others_may_be_kept_from_us() -> None:
    answer = twice(200, file_type="html", content_type="text/html")
    assert judged(target("a.jpg", *answer, kind=LinkKind.IMAGE)) == (V.BROKEN, R.WRONG_CONTENT)
    assert judged(target("http://img.other.cn/a.jpg", *answer, kind=LinkKind.IMAGE)) == (V.OK, None)


@pytest.mark.parametrize("kind", [LinkKind.STYLE, LinkKind.SCRIPT, LinkKind.FRAME])
def test_an_empty_style_sheet_is_a_style_sheet_and_a_blank_frame_a_frame(kind: LinkKind) -> None:
    assert judged(target("blank.asp", *twice(200, size=0, sha256=EMPTY), kind=kind)) == (V.OK, None)


# ---- the host and the resolver --------------------------------------------------------------------------------------


def test_404s_of_a_host_that_refuses_everything_are_refusals() -> None:
    wall = [target(f"http://wall.gov.cn/{n}.html", *twice(403)) for n in range(4)]
    dead = target("http://wall.gov.cn/gone.html", *twice(404))
    assert judged(dead, *wall) == (V.BLOCKED, R.WAF)
    assert judged(dead, *wall, target("http://wall.gov.cn/ok.html", first_look(200))) == (V.BROKEN, R.HTTP_404)
    assert judged(dead, *wall[:1]) == (V.BROKEN, R.HTTP_404)  # one refusal is no wall


def test_a_host_whose_pages_are_all_gone_is_no_wall() -> None:
    gone = [target(f"http://gone.gov.cn/{n}.html", *twice(404)) for n in range(5)]
    assert judged(*gone) == (V.BROKEN, R.HTTP_404)


def test_our_own_resolver_is_doubted_before_many_domains_are() -> None:
    names = ["http://www.a.gov.cn/", "http://www.b.gov.cn/", "http://www.c.com.cn/"]
    dead = [target(url, *twice(error=E.DNS)) for url in names]
    assert judged(*dead[:2]) == (V.BROKEN, R.DNS)
    assert judged(*dead) == (V.UNREACHABLE, R.TIMEOUT)
    assert judged(*dead, target("http://www.d.cn/", first_look(200))) == (V.BROKEN, R.DNS)
    assert judged(dead[0], dead[1], target("http://c.b.gov.cn/", *twice(error=E.DNS))) == (V.BROKEN, R.DNS)


def test_reserved_names_are_dead_whatever_the_resolver() -> None:
    others = [target(f"http://www.{name}.gov.cn/", *twice(error=E.DNS)) for name in "abc"]
    assert judged(target("http://no.such.invalid/", *twice(error=E.DNS)), *others) == (V.BROKEN, R.DNS)


# ---- soft 404 -------------------------------------------------------------------------------------------------------

NOTHING = look("提示", "您访问的内容走丢了，请返回上一页")
PROBE = Probe("www.example.gov.cn", "/a/*.html", first_look(200, look=NOTHING))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, (V.BROKEN, R.SOFT_404)),
        ({"items": ()}, (V.BROKEN, R.SOFT_404)),
        ({"says_empty": "暂无数据"}, (V.OK, None)),
        ({"needs_browser": True}, (V.OK, None)),
        ({"kind": PageKind.LIST}, (V.OK, None)),
        ({"kind": PageKind.SHELL}, (V.OK, None)),
    ],
)
def test_a_page_that_looks_like_nonsense_and_has_nothing_of_its_own(
    more: dict[str, Any], expected: tuple[LinkVerdict, LinkReason | None]
) -> None:
    read = page("a/1.html", more.pop("kind", PageKind.OTHER), look=NOTHING, **more)
    assert judged(target("a/1.html", *twice(200, look=NOTHING)), pages=[home(), read], probes=[PROBE]) == expected


def test_a_long_text_is_compared_exactly_and_only_where_no_program_may_show_its_default() -> None:
    near = look("提示", "您访问的内容走丢了，请返回上一面")
    near = replace(near, simhash=NOTHING.simhash)
    for url, family, seen, expected in [
        ("a/1.html", "/a/*.html", NOTHING, (V.BROKEN, R.SOFT_404)),
        ("a/1.html", "/a/*.html", near, (V.OK, None)),
        ("bszn.asp?tab=1", "/bszn.asp?tab=*", NOTHING, (V.OK, None)),
    ]:
        read = page(url, PageKind.OTHER, look=seen, body_length=800)
        probe = Probe("www.example.gov.cn", family, first_look(200, look=NOTHING))
        assert judged(target(url, *twice(200, look=seen)), pages=[home(), read], probes=[probe]) == expected


FORM = look("我要写信", "首页 我要写信 姓名 电话 内容 验证码 提交")
PROGRAM = Probe("www.example.gov.cn", "/write.do?box=*", first_look(200, look=FORM))


def test_a_text_without_a_name_that_takes_no_notice_of_its_parameters_is_a_page() -> None:
    read = page("write.do?box=3", PageKind.OTHER, look=FORM, name=None, body_length=150)
    link = target("write.do?box=3", *twice(200, look=FORM))
    assert judged(link, pages=[home(), read], probes=[PROGRAM]) == (V.OK, None)


@pytest.mark.parametrize(
    ("name", "others", "expected"),
    [
        ("我要写信", (), (V.OK, None)),  # a form has a name, and takes no notice of its parameter
        (None, (), (V.BROKEN, R.SOFT_404)),  # the bare template of an article that is gone has none
        ("示例县人民政府", (), (V.BROKEN, R.SOFT_404)),
        ("我要写信", (FORM,), (V.OK, None)),
        # To other numbers the program shows something else: here the parameter chooses.
        ("我要写信", (look("一件事的通知", "关于一件事的通知的全文" * 30),), (V.BROKEN, R.SOFT_404)),
    ],
)
def test_a_program_that_takes_no_notice_of_its_parameters_makes_no_page_dead(
    name: str | None, others: tuple[Look, ...], expected: tuple[LinkVerdict, LinkReason | None]
) -> None:
    """Forms, log-ins, counts, maps: that they show the same to an impossible number says nothing of the others."""
    read = page("write.do?box=3", PageKind.OTHER, look=FORM, name=name, site_name="示例县人民政府")
    more = [page(f"write.do?box={n}", PageKind.OTHER, look=one, name="一页") for n, one in enumerate(others, 4)]
    link = target("write.do?box=3", *twice(200, look=FORM))
    assert judged(link, pages=[home(), read, *more], probes=[PROGRAM]) == expected


def test_a_program_that_always_sends_on_makes_no_page_dead() -> None:
    """``/go.jsp?id=3`` leads to the hall of services whatever the number; one that leads elsewhere too has chosen."""
    hall = SITE + "fw/hall.html"
    seen = look("服务大厅", "服务大厅的全文" * 10)
    probe = Probe("www.example.gov.cn", "/go.jsp?id=*", first_look(200, final_url=hall, redirects=(hall,), look=seen))
    link = target("go.jsp?id=3", *sent_on(hall))
    assert judged(link, probes=[probe]) == (V.OK, None)
    chosen = page("go.jsp?id=4", PageKind.ARTICLE, name="一件事", look=look("一件事", "一件事的全文" * 40))
    assert judged(link, pages=[home(), chosen], probes=[probe]) == (V.BROKEN, R.SOFT_404)


def test_a_short_page_may_differ_from_nonsense_by_an_echo() -> None:
    near = replace(look("提示", "您访问的内容走丢了，请返回上一面"), simhash=NOTHING.simhash)
    read = page("a/1.html", PageKind.OTHER, look=near)
    assert judged(target("a/1.html", *twice(200, look=near)), pages=[home(), read], probes=[PROBE]) == (
        V.BROKEN,
        R.SOFT_404,
    )


LISTED = look("工作动态", "工作动态 县里召开会议 2026-11-01 县里举行演练 2026-10-30 " * 4)


@pytest.mark.parametrize(
    ("url", "anchor", "expected"),
    [
        ("a/2019-01/7.html", "关于开展春季防火工作的通知", (V.BROKEN, R.SOFT_404)),
        ("a/2019-01/7.html", "工作动态", (V.OK, None)),
        ("a/2019-01/7.html", "更多工作动态信息在这里", (V.OK, None)),
        ("a/index_2.html", "关于开展春季防火工作的通知", (V.OK, None)),
        ("a/show.asp?id=7", "关于开展春季防火工作的通知", (V.OK, None)),
        ("a/2019-01/", "关于开展春季防火工作的通知", (V.OK, None)),
    ],
)
def test_a_title_that_leads_to_the_list_that_nonsense_leads_to(
    url: str, anchor: str, expected: tuple[LinkVerdict, LinkReason | None]
) -> None:
    """What is gone is answered with a list that stands elsewhere: a soft 404 where a page of its own was promised."""
    entries = items("2026-11-01", "2026-10-30")
    pages = [home(), *(page(one, name="工作动态", items=entries, look=LISTED) for one in ("a/", url))]
    probe = Probe("www.example.gov.cn", "/*", first_look(200, look=LISTED))
    facts = site(pages, [target(url, *twice(200, look=LISTED)), target("a/", *twice(200, look=LISTED))], [probe])
    met = Met({url: [("", anchor)], "a/": [("", "工作动态首页栏目入口")]})
    found = {one.fact.url: (one.verdict, one.reason) for one in judge_links(facts, context_of(facts), referrers=met)}
    assert found[absolute(url)] == expected
    assert found[absolute("a/")] == (V.OK, None)
    facts = replace(facts, probes=())
    assert all(one.verdict is V.OK for one in judge_links(facts, context_of(facts), referrers=met))


def test_another_look_is_no_soft_404() -> None:
    own = look("公告", "关于某事的公告全文")
    read = page("a/1.html", PageKind.ARTICLE, look=own)
    assert judged(target("a/1.html", *twice(200, look=own)), pages=[home(), read], probes=[PROBE]) == (V.OK, None)


def test_a_refused_probe_says_nothing() -> None:
    refused = Probe("www.example.gov.cn", "/a/*.html", first_look(200, look=NOTHING, page_verdict=P.WAF))
    read = page("a/1.html", PageKind.OTHER, look=NOTHING)
    assert judged(target("a/1.html", *twice(200, look=NOTHING)), pages=[home(), read], probes=[refused]) == (V.OK, None)


def test_a_host_that_answers_nonsense_with_its_home_page_makes_no_healthy_page_dead() -> None:
    front = look("示例县人民政府", "首页的全文" * 50)
    probe = Probe("www.example.gov.cn", "/a/*.html", first_look(200, look=front))
    article = page("a/1.html", PageKind.ARTICLE, look=look("公告", "公告的全文"), body_length=60)
    other = target("a/1.html", *twice(200, look=article.reading.look))
    assert judged(other, pages=[home(look=front), article], probes=[probe]) == (V.OK, None)
    assert judged(target(SITE, *twice(200, look=front)), pages=[home(look=front)], probes=[probe]) == (V.OK, None)


def test_being_sent_where_nonsense_is_sent_is_a_soft_404() -> None:
    lost = SITE + "common/lost.jsp"
    probe = Probe("www.example.gov.cn", "/a/*.html", first_look(200, final_url=lost, redirects=(lost,)))
    assert judged(target("a/1.html", *sent_on(lost)), probes=[probe]) == (V.BROKEN, R.SOFT_404)
    assert judged(target("a/1.html", *sent_on(lost))) == (V.OK, None)


def test_dead_links_that_land_on_an_error_page_by_script_are_accused_and_the_error_page_is_not() -> None:
    """``location.href='/lost.html'``: nobody links to the error page; one that is linked is a link like another."""
    words = look("提示", "您访问的内容走丢了" * 3)
    lost = SITE + "lost.html"
    sends = page("a/1.html", PageKind.REDIRECT, redirect=lost, look=look("", ""))
    shown = page("lost.html", PageKind.ERROR, verdict=P.SOFT_404, look=words, depth=2, parent=sends.url)
    probe = Probe("www.example.gov.cn", "/a/*.html", first_look(200, onward=lost))
    for count, expected in [(0, V.OK), (3, V.BROKEN)]:
        landing = target("lost.html", *twice(200, page_verdict=P.SOFT_404, look=words), referrer_count=count)
        link = target("a/1.html", *twice(200, onward=lost))
        whole = site([home(), sends, shown], [link, landing], [probe])
        found = {one.fact.url: one.verdict for one in judge_links(whole, context_of(whole), referrers=no_referrers)}
        assert (found[link.url], found[lost]) == (V.BROKEN, expected)


def test_the_first_page_of_a_list_by_its_file_name_may_not_exist() -> None:
    """``createPageHTML`` reckons index.shtml for the list that stands at the name of its directory."""
    whole = site(
        [home(), page("tzgg/", pager=Pager(2, 0, (absolute("tzgg/index_1.shtml"),))),
         page("tzgg/index_1.shtml", pager=Pager(2, 1, (absolute("tzgg/index.shtml"),)))],
        [target("tzgg/index.shtml", *twice(404), referrer_count=0)],
    )  # fmt: skip
    found = {one.fact.url: one.verdict for one in judge_links(whole, context_of(whole), referrers=no_referrers)}
    assert found[absolute("tzgg/index.shtml")] is V.OK


def test_the_home_page_is_never_a_soft_404() -> None:
    assert judged(target(SITE, *twice(200, page_verdict=P.SOFT_404))) == (V.OK, None)


def test_only_what_is_not_ok_carries_referrers_and_the_store_is_asked_once() -> None:
    dead, alive = target("a/1.html", *twice(404)), target("a/2.html", first_look(200))
    whole = site([home()], [dead, alive])
    met = Met({dead.url: [("", "通知")], alive.url: [("", "公告")]})
    found = {one.fact.url: one for one in judge_links(whole, context_of(whole), referrers=met)}
    assert [referrer.anchor for referrer in found[dead.url].referrers] == ["通知"]
    assert found[alive.url].referrers == ()
    assert met.asked == 1
    assert no_referrers([dead.url]) == {}


@pytest.mark.parametrize(
    ("url", "anchor", "length", "expected"),
    [
        ("zt/", "专题专栏", 50, (V.BROKEN, R.SOFT_404)),
        ("gg/2020/88.html", "关于某事的通知", 50, (V.BROKEN, R.SOFT_404)),
        ("shouye.html", "返回首页", 50, (V.OK, None)),  # who asks for home and gets it is well served
        ("en/", "English", 50, (V.OK, None)),  # an entrance
        ("index.php?id=5", "关于某事的通知", 50, (V.OK, None)),  # a server that knows no queries
        ("zt/", "专题专栏", 5, (V.OK, None)),  # a shell shows the same everywhere
    ],
)
def test_a_deep_page_that_is_the_home_page_to_the_letter_as_nonsense_is(
    url: str, anchor: str, length: int, expected: tuple[LinkVerdict, LinkReason | None]
) -> None:
    front = look("示例县人民政府", "首页的全文" * length)
    shown = page(url, PageKind.HOME, items=items("2026-11-20"), look=front)
    probe = Probe("www.example.gov.cn", "/*", first_look(200, look=front))
    whole = site([home(look=front), shown], [target(url, *twice(200, look=front))], [probe])
    met = Met({url: [("", anchor)]})
    judged_links = judge_links(whole, context_of(whole), referrers=met)
    one = next(link for link in judged_links if link.fact.url == shown.url)
    assert (one.verdict, one.reason) == expected


@pytest.mark.parametrize(
    ("crumbs", "says", "expected"),
    [
        (("首页", "共 0 条"), "共 0 条", (V.BROKEN, R.SOFT_404)),
        (("首页",), "暂无数据", (V.BROKEN, R.SOFT_404)),
        (("首页", "政策解读"), "暂无数据", (V.OK, None)),  # an empty column is empty and not gone
        ((), "暂无数据", (V.OK, None)),  # a template that names no column names this one neither
    ],
)
def test_an_empty_list_of_nothing_is_what_nonsense_is_answered_with(
    crumbs: tuple[str, ...], says: str, expected: tuple[LinkVerdict, LinkReason | None]
) -> None:
    read = page("a/1.html", PageKind.LIST, look=NOTHING, breadcrumb=crumbs, says_empty=says)
    assert judged(target("a/1.html", *twice(200, look=NOTHING)), pages=[home(), read], probes=[PROBE]) == expected


@pytest.mark.parametrize(
    ("fields", "others", "referrers", "expected"),
    [
        ({"data_urls": (SITE + "api/search.aspx",)}, (), 0, (V.OK, None)),  # asked by a script in its own manner
        ({"data_urls": (SITE + "api/search.aspx",)}, (), 1, (V.BROKEN, R.HTTP_404)),  # it stands there as a link too
        ({"pager": Pager(3, 0, (SITE + "api/search.aspx",))}, (), 0, (V.OK, None)),  # worked out from a script
        (
            {"pager": Pager(3, 0, (SITE + "l/index_1.html", SITE + "api/search.aspx"))},
            (page("l/index_1.html", name="列表", depth=2),),
            0,
            (V.BROKEN, R.HTTP_404),  # and rightly: the page before it is there
        ),
    ],
    ids=["data", "data and link", "guessed pager", "proved pager"],
)
def test_an_address_that_nobody_wrote_as_a_link_is_no_broken_link(
    fields: dict[str, Any],
    others: tuple[PageFact, ...],
    referrers: int,
    expected: tuple[LinkVerdict, LinkReason | None],
) -> None:
    gone = target("api/search.aspx", *twice(404), referrer_count=referrers, depth=2)
    whole = site([home(), page("l/index.html", name="列表", **fields), *others], [gone])
    found = {one.fact.url: one for one in judge_links(whole, context_of(whole), referrers=no_referrers)}[gone.url]
    assert (found.verdict, found.reason) == expected


def test_a_page_that_leads_deeper_into_its_own_address_is_there() -> None:
    read = page("a/deep/", PageKind.OTHER, look=NOTHING)
    probe = Probe("www.example.gov.cn", "/a/*/", first_look(200, look=NOTHING))
    asked = target("a/deep/", *twice(200, look=NOTHING))
    for below, expected in [
        ("a/deep/sub/", (V.OK, None)),
        ("a/deep/index.html", (V.BROKEN, R.SOFT_404)),  # a relative menu on a page that is not there
        ("a/", (V.BROKEN, R.SOFT_404)),
    ]:
        met = target(below, first_look(200), parent=read.url, depth=2)
        assert judged(asked, met, pages=[home(), read], probes=[probe]) == expected


def test_a_route_that_only_the_browser_showed_to_be_dead_is_neither_ok_nor_broken() -> None:
    shown = first_look(200, via="chromium", page_verdict=P.SOFT_404)
    assert judged(target("nopage", first_look(200), shown)) == (V.SKIPPED, R.BUDGET)
    assert judged(target("nopage", first_look(200), replace(shown, page_verdict=P.OK))) == (V.OK, None)


@pytest.mark.parametrize(
    ("title", "length", "expected"),
    [
        ("登录", 30, (V.BLOCKED, R.LOGIN)),
        ("用户登录-某县人民政府", 30, (V.BLOCKED, R.LOGIN)),
        ("统一身份认证平台", 30, (V.BLOCKED, R.LOGIN)),
        ("某县人民政府", 900, (V.BROKEN, R.WRONG_CONTENT)),  # a home page that has a login box
        ("关于登录系统的通知", 30, (V.BROKEN, R.WRONG_CONTENT)),
        ("公告.pdf", 30, (V.OK, None)),  # a viewer
        ("公告.doc", 30, (V.BROKEN, R.WRONG_CONTENT)),
    ],
)
def test_a_file_behind_a_login_is_kept_back_and_one_in_a_viewer_is_shown(
    title: str, length: int, expected: tuple[LinkVerdict, LinkReason | None]
) -> None:
    shown = {"file_type": "html", "content_type": "text/html", "look": look(title, "文" * length)}
    assert judged(target("upload/l.pdf", *twice(200, **shown), kind=LinkKind.ATTACHMENT)) == expected


@pytest.mark.parametrize(("count", "expected"), [(3, (V.OK, None)), (2, (V.BROKEN, R.SOFT_404))])
def test_a_program_that_leads_on_to_more_of_itself_is_there(
    count: int, expected: tuple[LinkVerdict, LinkReason | None]
) -> None:
    read = page("f?type=1", PageKind.OTHER, look=NOTHING)
    probe = Probe("www.example.gov.cn", "/f?type=*", first_look(200, look=NOTHING))
    onward = [target(f"f?type=1&year={n}", first_look(200), parent=read.url, depth=2) for n in range(count)]
    asked = target("f?type=1", *twice(200, look=NOTHING))
    assert judged(asked, *onward, pages=[home(), read], probes=[probe]) == expected
