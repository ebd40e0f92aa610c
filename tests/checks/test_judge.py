"""The whole judgement of a site: what is found, of whom nothing may be said, and that the numbers add up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from checks.annual_report_late import year_due
from checks.coverage import UnbalancedCountsError
from checks.judge import judge_site
from records.crawl import Counts, PageFact, Probe, SiteFacts, TargetFact
from records.judgement import Finding, SiteAudit
from records.page import Item
from records.verdicts import (
    ColumnVerdict,
    FetchError,
    LinkKind,
    LinkReason,
    LinkVerdict,
    Outcome,
    PageKind,
    PageVerdict,
    Requirement,
    Severity,
    SiteVerdict,
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
    page,
    policy,
    sign,
    site,
    target,
)


def audit(facts: SiteFacts, met: Met | None = None, name: str = "nanyang-monthly", as_of: date = AS_OF) -> SiteAudit:
    return judge_site(facts, referrers=met or Met({}), policy=policy(name), as_of=as_of)


def complete_site(
    *pages: PageFact, targets: Sequence[TargetFact] = (), probes: Sequence[Probe] = (), **more: Any
) -> SiteFacts:
    """A site that keeps all ten requirements, so that only what a test adds is found."""
    signs = tuple(sign(requirement, "公开2025年度", "self") for requirement in Requirement)
    kept = page("gk/", PageKind.OTHER, name="信息公开", signs=signs, title="2025年度", body_length=900)
    return site([home(), kept, *pages], targets, probes, **more)


def found(facts: SiteFacts, check: str, met: Met | None = None, **more: Any) -> list[Finding]:
    return [finding for finding in audit(facts, met, **more).findings if finding.check == check]


def test_a_site_in_order_is_accused_of_nothing() -> None:
    result = audit(complete_site(page("tzgg/", name="通知公告", items=items("2026-11-20"))))
    assert result.findings == ()
    assert not result.accusations
    assert (result.site_verdict, result.complete, result.site_name) == (SiteVerdict.REACHABLE, True, "示例县人民政府")


# ---- links ----------------------------------------------------------------------------------------------------------

GONE = (first_look(404), later_look(404))


def test_one_cause_is_one_entry_however_many_pages_show_it() -> None:
    dead = target("gone.html", *GONE, referrer_count=3000)
    met = Met({"gone.html": [(f"p{n}.html", "权责清单") for n in range(20)]})
    result = audit(complete_site(targets=[dead]), met)
    assert len(result.links) == len(result.findings) == 1
    finding = result.findings[0]
    assert (finding.check, finding.severity, finding.subject) == ("broken_link", Severity.MAJOR, dead.url)
    assert "权责清单" in finding.message
    assert "404" in finding.message
    assert "3000 处" in finding.where
    assert "巡查程序" in finding.how_seen
    assert "复核程序" in finding.how_seen
    assert finding.remedy


@pytest.mark.parametrize(
    ("url", "kind", "severity"),
    [
        ("a.html", LinkKind.PAGE, Severity.MAJOR),
        ("a.pdf", LinkKind.ATTACHMENT, Severity.MAJOR),
        ("f.html", LinkKind.FRAME, Severity.MAJOR),
        ("a.jpg", LinkKind.IMAGE, Severity.MINOR),
        ("a.css", LinkKind.STYLE, Severity.MINOR),
        ("a.js", LinkKind.SCRIPT, Severity.MINOR),
        ("http://www.other.gov.cn/a.html", LinkKind.PAGE, Severity.MINOR),
    ],
)
def test_what_a_reader_wanted_to_open_weighs_more(url: str, kind: LinkKind, severity: Severity) -> None:
    [finding] = found(complete_site(targets=[target(url, *GONE, kind=kind)]), "broken_link")
    assert finding.severity is severity


def test_refusals_and_outages_are_notices_once_for_a_host() -> None:
    refused = [target(f"http://wall.gov.cn/{n}", first_look(403), outcome=Outcome.BLOCKED) for n in range(5)]
    slow = [target(f"http://slow.gov.cn/{n}", first_look(error=FetchError.TIMEOUT)) for n in range(5)]
    result = audit(complete_site(targets=[*refused, *slow]))
    assert [(one.check, one.severity, one.subject) for one in result.findings] == [
        ("blocked_link", Severity.NOTICE, "http://wall.gov.cn/"),
        ("unreachable_link", Severity.NOTICE, "http://slow.gov.cn/"),
    ]
    assert not result.accusations
    assert len(result.links) == 10


@pytest.mark.parametrize(
    ("attempts", "severity"),
    [
        ((200, 200), Severity.MAJOR),
        ((200,), Severity.NOTICE),
    ],
)
def test_a_page_in_other_hands_is_accused_after_a_second_look(attempts: tuple[int, ...], severity: Severity) -> None:
    looks = (first_look(page_verdict=PageVerdict.HIJACKED), later_look(page_verdict=PageVerdict.HIJACKED))
    spam = target("http://old.gov.cn/", *looks[: len(attempts)])
    result = audit(complete_site(targets=[spam]))
    assert [(one.check, one.severity) for one in result.findings] == [("hijacked_link", severity)]
    assert result.links == ()


def test_a_page_that_recovered_is_not_in_other_hands() -> None:
    spam = target("http://old.gov.cn/", first_look(page_verdict=PageVerdict.HIJACKED), later_look(200))
    assert audit(complete_site(targets=[spam])).findings == ()


def test_a_host_that_lies_to_nonsense_is_told_once_as_a_notice() -> None:
    probes = [Probe("www.example.gov.cn", family, first_look(200)) for family in ("/*", "/a/*.html")]
    [finding] = found(complete_site(probes=probes), "bogus_host")
    assert (finding.severity, finding.subject) == (Severity.NOTICE, SITE)
    honest = Probe("www.example.gov.cn", "/*", first_look(404))
    refused = Probe("www.example.gov.cn", "/*", first_look(200, page_verdict=PageVerdict.WAF))
    assert found(complete_site(probes=[honest, refused]), "bogus_host") == []


# ---- columns --------------------------------------------------------------------------------------------------------


def test_stale_empty_and_undated_columns() -> None:
    result = audit(
        complete_site(
            page("a/", name="通知公告", items=items("2026-10-20")),
            page("b/", name="意见征集", says_empty="共 0 条"),
            page("c/", name="乡镇", items=items(None, None)),
            page("a/0.html", PageKind.ARTICLE, name="某文章", depth=2, body_length=300),
            page("d/", name="办事指南", items=items("2016-01-01")),
        )
    )
    told = {finding.check: finding for finding in result.findings}
    assert set(told) == {"stale_column", "empty_column", "undated_column"}
    assert told["stale_column"].severity is told["empty_column"].severity is Severity.MAJOR
    assert told["undated_column"].severity is Severity.MINOR
    assert "2026-10-20" in told["stale_column"].message
    assert "32 天" in told["stale_column"].message
    assert "NYC-05" in told["stale_column"].how_seen
    assert "共 0 条" in told["empty_column"].how_seen
    assert result.accusations


def test_the_same_facts_under_another_policy_and_day_need_no_new_crawl() -> None:
    facts = complete_site(page("a/", name="通知公告", items=items("2026-10-20")))
    assert found(facts, "stale_column")
    assert not found(facts, "stale_column", name="national-2019")
    assert not found(facts, "stale_column", as_of=date(2026, 11, 20))
    assert audit(facts) == audit(facts)


def test_a_future_date_beyond_reason_does_not_keep_a_column_fresh() -> None:
    limit = policy().max_plausible_future_days
    for beyond, stale in ((0, False), (1, True)):
        day = AS_OF + timedelta(days=limit + beyond)
        facts = complete_site(page("a/", name="通知公告", items=items(day, "2026-01-01")))
        assert bool(found(facts, "stale_column")) is stale


# ---- disclosures ----------------------------------------------------------------------------------------------------


def test_findings_about_disclosures_name_the_requirement_in_their_subject() -> None:
    empty = page("qz/", PageKind.POWER_LIST, name="权力清单", signs=(sign(Requirement.POWER_LIST, "权力清单"),))
    entry = home(signs=(sign(Requirement.DISCLOSURE_GUIDE, "公开指南", "link", "zn/"),))
    result = audit(site([entry, empty], [target("zn/", *GONE)]))
    about = {(one.check, one.subject) for one in result.findings if "disclosure" in one.check}
    assert ("empty_disclosure", absolute("qz/") + "#power_list") in about
    assert ("broken_disclosure", absolute("zn/") + "#disclosure_guide") in about
    assert ("missing_disclosure", SITE + "#integrity_commitment") in about
    assert len(about) == 10
    assert len({one.id for one in result.findings}) == len(result.findings)


@pytest.mark.parametrize(
    ("as_of", "due"),
    [
        (date(2026, 1, 1), 2024),
        (date(2026, 3, 31), 2024),
        (date(2026, 4, 15), 2024),
        (date(2026, 4, 16), 2025),
        (date(2026, 12, 31), 2025),
    ],
)
def test_the_report_of_last_year_is_due_after_31_march_and_a_margin(as_of: date, due: int) -> None:
    assert year_due(as_of) == due


@pytest.mark.parametrize(
    ("titles", "days", "late"),
    [
        (("2025年政府信息公开工作年度报告", "2024年政府信息公开工作年度报告"), (None, None), False),
        (("2024年政府信息公开工作年度报告",), (date(2026, 1, 20),), True),
        (("政府信息公开工作年度报告",), (date(2026, 1, 20),), False),
        (("政府信息公开工作年度报告",), (date(2025, 1, 20),), True),
        (("政府信息公开工作年度报告",), (None,), False),  # nothing is known
    ],
)
def test_a_late_annual_report(titles: tuple[str, ...], days: tuple[date | None, ...], late: bool) -> None:
    listed = tuple(Item(title, None, day, None) for title, day in zip(titles, days, strict=True))
    wanted = Requirement.DISCLOSURE_ANNUAL_REPORT
    report = page("nb/", PageKind.ANNUAL_REPORT, name="政府信息公开年报", items=listed, signs=(sign(wanted, "年报"),))
    told = found(site([home(), report]), "annual_report_late")
    assert bool(told) is late
    assert all(one.severity is Severity.MINOR and "2025" in one.message for one in told)


# ---- sites of which nothing can be said -----------------------------------------------------------------------------


def accusable(**more: Any) -> SiteFacts:
    """A site with a dead link, a stale column and nothing published."""
    stale = page("a/", name="通知公告", items=items("2020-01-01"))
    return site([home(), stale], [target("gone.html", *GONE), *more.pop("targets", ())], **more)


def test_the_accusable_site_is_accused_where_it_can_be_audited() -> None:
    assert audit(accusable()).accusations


def blocked(count: int) -> list[TargetFact]:
    return [target(f"w/{n}", first_look(403), outcome=Outcome.BLOCKED) for n in range(count)]


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        (accusable(targets=blocked(4)), SiteVerdict.BLOCKED),
        (accusable(stopped_by=StopReason.SITE_BLOCKED), SiteVerdict.BLOCKED),
        (accusable(stopped_by=StopReason.SITE_UNREACHABLE), SiteVerdict.UNREACHABLE),
    ],
    ids=["mostly blocked", "stopped as blocked", "stopped as unreachable"],
)
def test_a_site_that_could_not_be_audited_is_accused_of_nothing(facts: SiteFacts, verdict: SiteVerdict) -> None:
    result = audit(facts)
    assert result.site_verdict is verdict
    assert not result.accusations
    assert f"site_{verdict.value}" in {finding.check for finding in result.findings}
    if verdict is SiteVerdict.BLOCKED:
        assert not [link for link in result.links if link.verdict is LinkVerdict.BROKEN]
        assert {column.verdict for column in result.columns} == {ColumnVerdict.UNREADABLE}


def test_just_half_of_the_pages_blocked_is_not_mostly() -> None:
    assert audit(accusable(targets=blocked(3))).site_verdict is SiteVerdict.REACHABLE


@pytest.mark.parametrize(
    ("attempts", "verdict"),
    [
        ((first_look(412, page_verdict=PageVerdict.CHALLENGE),), SiteVerdict.BLOCKED),
        ((first_look(403),), SiteVerdict.BLOCKED),
        ((first_look(error=FetchError.DNS), later_look(error=FetchError.DNS)), SiteVerdict.UNREACHABLE),
        ((first_look(error=FetchError.TIMEOUT),), SiteVerdict.UNREACHABLE),
        ((first_look(503),), SiteVerdict.UNREACHABLE),
        ((first_look(404),), SiteVerdict.UNREACHABLE),
    ],
)
def test_the_home_page_decides_whether_a_site_could_be_audited(attempts: Any, verdict: SiteVerdict) -> None:
    result = audit(site([], [target(SITE, *attempts, depth=0, parent=None)]))
    assert (result.site_verdict, len(result.disclosures)) == (verdict, 10)
    assert not result.accusations
    assert result.findings[0].how_seen or len(result.findings) > 1


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (PageVerdict.CHALLENGE, SiteVerdict.BLOCKED),
        (PageVerdict.WAF, SiteVerdict.BLOCKED),
        (PageVerdict.MAINTENANCE, SiteVerdict.UNREACHABLE),
        (PageVerdict.DEFAULT_SERVER, SiteVerdict.UNREACHABLE),
        (PageVerdict.EMPTY, SiteVerdict.UNREACHABLE),
        (PageVerdict.OK, SiteVerdict.REACHABLE),
    ],
)
def test_a_home_page_that_answers_with_something_else(answer: PageVerdict, verdict: SiteVerdict) -> None:
    assert audit(site([home(verdict=answer)])).site_verdict is verdict


@pytest.mark.parametrize(
    ("name", "office"),
    [
        ("示例县人民政府", "示例县人民政府"),
        ("示例县人民政府网站", "示例县人民政府"),
        ("示例县人民政府门户网站", "示例县人民政府"),
        ("示例县人民政府-首页", "示例县人民政府"),
        ("网站", "网站"),
        (None, None),
    ],
)
def test_a_site_is_called_by_the_name_of_its_office(name: str | None, office: str | None) -> None:
    front = home()
    assert audit(site([replace(front, reading=replace(front.reading, site_name=name, title=None))])).site_name == office


@pytest.mark.parametrize(
    ("answer", "status"), [(PageVerdict.WAF, 403), (PageVerdict.HIJACKED, 200), (PageVerdict.OK, 503)]
)
def test_what_stands_in_the_place_of_the_home_page_does_not_name_the_office(answer: PageVerdict, status: int) -> None:
    """“访问拦截” is no county, and neither is the casino that bought its name."""
    front = home(verdict=answer)
    front = replace(front, http_status=status, reading=replace(front.reading, site_name=None, title="访问拦截"))
    assert audit(site([front])).site_name is None


def test_a_home_page_that_sends_its_reader_on_is_judged_by_where_it_sends_him() -> None:
    start = home(redirect=absolute("portal/index.html"))
    front = page("portal/index.html", PageKind.HOME, name="示例县人民政府", site_name="示例县人民政府")
    result = audit(site([start, front]))
    assert (result.site_verdict, result.site_name) == (SiteVerdict.REACHABLE, "示例县人民政府")


# ---- coverage -------------------------------------------------------------------------------------------------------


def test_the_numbers_add_up_and_are_told() -> None:
    facts = complete_site(
        targets=[
            target("x.html", outcome=Outcome.NOT_REACHED, skipped=LinkReason.BUDGET),
            target("r.html", outcome=Outcome.SKIPPED, skipped=LinkReason.ROBOTS),
        ],
        stopped_by=StopReason.MAX_PAGES,
    )
    result = audit(facts)
    told = "".join(result.notes)
    assert "共发现 4 个地址，其中 1 个未访问：达到页数上限。" in told
    assert "robots.txt" in told
    assert not result.complete
    assert {(link.verdict, link.reason) for link in result.links} == {
        (LinkVerdict.SKIPPED, LinkReason.BUDGET),
        (LinkVerdict.SKIPPED, LinkReason.ROBOTS),
    }


def test_thousands_are_readable() -> None:
    counts = Counts(addresses=1412, fetched=500, not_reached=912, not_visited=912)
    notes = audit(complete_site(counts=counts, stopped_by=StopReason.MAX_PAGES)).notes
    assert "共发现 1,412 个地址，其中 912 个未访问：达到页数上限。" in notes


def test_facts_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(UnbalancedCountsError):
        audit(complete_site(counts=Counts(addresses=5, fetched=4)))


def test_notes_of_the_crawl_are_kept() -> None:
    assert "浏览器不可用。" in audit(complete_site(notes=("浏览器不可用。",))).notes


# ---- ids ------------------------------------------------------------------------------------------------------------


def test_ids_are_stable_and_differ_by_check_and_subject() -> None:
    first = audit(accusable())
    again = audit(replace(accusable(), started_at=first_look().at - timedelta(days=30)))
    assert [one.id for one in first.findings] == [one.id for one in again.findings]
    assert len({one.id for one in first.findings}) == len(first.findings)
    assert all(len(one.id) == 16 for one in first.findings)


def test_the_gravest_findings_come_first() -> None:
    refused = target("http://wall.gov.cn/", first_look(403), outcome=Outcome.BLOCKED)
    pages = target("a.css", *GONE, kind=LinkKind.STYLE)
    order = [one.severity for one in audit(accusable(targets=[refused, pages])).findings]
    assert order == sorted(order, key=[Severity.MAJOR, Severity.MINOR, Severity.NOTICE].index)
    assert set(order) == set(Severity)


@pytest.mark.parametrize(("url", "why"), [("http://www.other.gov.cn/", "均为站外地址"), ("zwgk/", "超出限额")])
def test_the_coverage_statement_does_not_blame_a_limit_for_what_was_left_out_on_purpose(url: str, why: str) -> None:
    result = audit(complete_site(targets=[target(url, outcome=Outcome.NOT_REACHED)]))
    assert f"1 个未访问：{why}。" in result.notes[1]
