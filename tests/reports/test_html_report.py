"""The page for people: what it says, that it loads nothing, and that no page of a portal can take it over."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from checks.registry import CHECKS
from records.crawl import Referrer
from records.judgement import Evidence, SiteAudit
from records.verdicts import (
    ColumnVerdict,
    DisclosureVerdict,
    LinkVerdict,
    PageVerdict,
    Severity,
    SiteVerdict,
    StopReason,
)
from services.reports import wording
from services.reports.audit_view import audit_view
from services.reports.finding_view import MAX_FINDINGS, MAX_REFERRERS
from services.reports.html_report import CityReport, render_audit, render_city
from services.reports.titles import ORDER

MakeAudit = Callable[..., SiteAudit]

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}\x00\x08\ud800\u202e"


def text_of(html: str) -> str:
    body = LexborHTMLParser(html).body
    assert body is not None
    return " ".join(body.text(separator=" ").split())


@pytest.mark.parametrize(
    ("words", "members"),
    [
        (wording.SITE, SiteVerdict),
        (wording.STOPPED, StopReason),
        (wording.SEVERITY, Severity),
        (wording.LINK_VERDICT, LinkVerdict),
        (wording.PAGE_VERDICT, PageVerdict),
        (wording.COLUMN_VERDICT, ColumnVerdict),
        (wording.DISCLOSURE_VERDICT, DisclosureVerdict),
    ],
)
def test_every_outcome_has_a_word(words: dict[object, str], members: type) -> None:
    """A new outcome without a word would end a report in a traceback."""
    assert set(words) == set(members)  # type: ignore[call-overload]


def test_every_check_has_its_place_in_a_report() -> None:
    assert set(ORDER) == {check.id for check in CHECKS}


def test_the_report_says_what_where_since_when_and_how_to_mend(make_audit: MakeAudit) -> None:
    shown = text_of(render_audit(make_audit()))
    for words in (
        "清河县人民政府",
        "发现问题 4 项",
        "坏链 2 项",
        "2026年11月21日",
        "南阳市政务诚信监测评价",
        "链接“权责清单”打不开",
        "http://www.qinghe.test/zwgk/qzqd.html",
        "http://www.qinghe.test/zwgk/11.html",
        "2026年10月3日",
        "复核程序 GET HTTP 404",
        "巡查程序 GET 超时",
        "恢复该网页，或从所在网页删去这个链接。",
        "audit-1.warc.gz",
        "9f" * 32,
        "最新一条为 2026 年 8 月 3 日",
        "看过网页 412 个",
        "未认定为问题",
        "本次没有查完全站（达到页数上限）",
        "新增 1 项",
        "仍在 3 项",
        "已消除 1 项",
        "政务服务质量承诺 未找到",
    ):
        assert words in shown, words


def test_a_notice_is_not_shown_as_a_problem(make_audit: MakeAudit) -> None:
    """An office that reads "blocked" among its faults would rightly complain."""
    page = LexborHTMLParser(render_audit(make_audit()))
    holding = [
        " ".join(head.text(strip=True) for head in section.css("h2"))
        for section in page.css("main section")
        if "zwfw.test 拒绝自动访问" in section.text()
    ]
    assert holding == ["未认定为问题"]


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [(SiteVerdict.BLOCKED, "拒绝了自动巡查"), (SiteVerdict.UNREACHABLE, "无法访问")],
)
def test_a_portal_that_could_not_be_audited_is_neither_blamed_nor_praised(
    make_audit: MakeAudit, verdict: SiteVerdict, sentence: str
) -> None:
    view = audit_view(make_audit(site_verdict=verdict, findings=(), gone=()), lambda _: "")
    assert sentence in view.sentence
    assert {tile.tone for tile in view.tiles[:4]} == {"plain"}
    assert {tile.figure for tile in view.tiles[:4]} == {"—"}


def test_the_page_loads_nothing_and_runs_only_our_script(make_audit: MakeAudit) -> None:
    """It is sent by mail and opened in offices without a network."""
    html = render_audit(make_audit())
    page = LexborHTMLParser(html)
    assert page.css("link, iframe, object, embed, base, form") == []
    assert not re.search(r"url\(|@import|src=\"(?!data:)", html)
    [script] = page.css("script")
    digest = base64.b64encode(hashlib.sha256(script.text().encode()).digest()).decode()
    [policy] = [node.attributes["content"] or "" for node in page.css("meta[http-equiv]")]
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert [node.attributes["lang"] for node in page.css("html")] == ["zh-CN"]


def test_text_of_a_page_stays_text(make_audit: MakeAudit) -> None:
    audit = make_audit()
    link = replace(audit.links[0], referrers=(Referrer("javascript:alert(1)", HOSTILE),))
    fact = replace(audit.columns[0].fact, name=HOSTILE, url="javascript:alert(3)", newest_title=HOSTILE)
    hostile = replace(
        audit,
        site_name=HOSTILE,
        site_url="data:text/html,<script>alert(4)</script>",
        links=(link,),
        columns=(replace(audit.columns[0], fact=fact),),
        disclosures=tuple(replace(one, title=HOSTILE, because=HOSTILE, path=(HOSTILE,)) for one in audit.disclosures),
        findings=(replace(audit.findings[0], message=HOSTILE, where=HOSTILE, remedy=HOSTILE, how_seen=HOSTILE),),
        notes=(HOSTILE,),
    )
    for html in (render_audit(hostile), render_city([CityReport(hostile, "a.html")], title=HOSTILE)):
        html.encode("utf-8")
        page = LexborHTMLParser(html)
        assert len(page.css("script")) == 1
        assert page.css("img, [onerror]") == []
        links = [node.attributes.get("href") or "" for node in page.css("a")]
        assert [href for href in links if href.startswith(("javascript:", "data:"))] == []
        assert "{{ 7*7 }}" in html
        assert not re.search("[\x00\x08\u202e]", html)


def test_long_lists_are_cut_and_say_so(make_audit: MakeAudit) -> None:
    audit = make_audit()
    many = tuple(Referrer(f"http://a.test/{number}", "甲") for number in range(10_000))
    link = replace(audit.links[0], referrers=many)
    findings = tuple(replace(audit.findings[0], id=str(number)) for number in range(MAX_FINDINGS + 7))
    html = render_audit(replace(audit, links=(link,), findings=findings[:1]))
    assert f"只列前 {MAX_REFERRERS} 处，共 10000 处" in html
    assert len(html) < 200_000
    html = render_audit(replace(audit, findings=findings))
    assert f"只列前 {MAX_FINDINGS} 项，共 {MAX_FINDINGS + 7} 项" in html


PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.mark.parametrize(
    ("name", "content", "shown"),
    [
        ("a.png", PNG, True),
        ("a.png", b"<svg onload=alert(1)>", False),
        ("../a.png", PNG, False),
        ("gone.png", None, False),
        ("a.png", PNG + bytes(3_000_000), False),
        ("a\x00.png", None, False),
    ],
)
def test_a_screenshot_is_shown_inside_the_page(
    make_audit: MakeAudit, tmp_path: Path, name: str, content: bytes | None, shown: bool
) -> None:
    """Only a picture, only from the evidence folder, and never so large that the page cannot be opened."""
    folder = tmp_path / "evidence"
    folder.mkdir()
    if content is not None:
        (folder / name).write_bytes(content)
    audit = make_audit()
    finding = replace(audit.findings[0], evidence=Evidence("w", 0, "0" * 64, name))
    html = render_audit(replace(audit, findings=(finding,)), evidence_folder=folder)
    assert ("data:image/png;base64," in html) is shown
    assert "data:image/png" not in render_audit(replace(audit, findings=(finding,)))


def test_an_unknown_policy_is_shown_by_its_name(make_audit: MakeAudit) -> None:
    assert "my-own" in text_of(render_audit(make_audit(policy="my-own")))
    assert wording.policy_words("../policy") == ("../policy", "")


def test_the_city_page_leads_to_every_report(make_audit: MakeAudit) -> None:
    blocked = make_audit(site_name="柳河县", site_verdict=SiteVerdict.BLOCKED, findings=())
    html = render_city([CityReport(make_audit(), "a.html"), CityReport(blocked, "b/b.html")], title="青川市")
    page = LexborHTMLParser(html)
    assert {node.attributes["href"] for node in page.css("a")} == {"a.html", "b/b.html"}
    rows = [" ".join(row.text(separator=" ").split()) for row in page.css("tbody tr")]
    assert "4" in rows[0].split()
    assert rows[1].count("未判定") == 5


def test_an_audit_of_nothing_is_rendered(make_audit: MakeAudit) -> None:
    bare = make_audit(links=(), columns=(), disclosures=(), findings=(), gone=(), notes=(), complete=True)
    assert "在已检查的范围内没有发现问题" in text_of(render_audit(bare))
    assert "没有识别出栏目" in text_of(render_audit(bare))
    render_city([], title="空")
