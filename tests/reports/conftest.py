"""Sample audits: a portal with one of everything that a report has to show."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from records.crawl import Attempt, Counts, Referrer, Target, TargetFact
from records.judgement import (
    ColumnFact,
    ColumnJudgement,
    DisclosureJudgement,
    Evidence,
    Finding,
    LinkJudgement,
    SiteAudit,
)
from records.verdicts import (
    VERDICT_OF_REASON,
    ColumnKind,
    ColumnVerdict,
    DisclosureVerdict,
    FetchError,
    LinkKind,
    LinkReason,
    LinkVerdict,
    Outcome,
    PageVerdict,
    Requirement,
    Severity,
    SiteVerdict,
    StopReason,
)

SITE = "http://www.qinghe.test/"
START = datetime(2026, 11, 21, 1, 0, tzinfo=timezone(timedelta(hours=8)))


def attempt(seconds: int, **fields: object) -> Attempt:
    return Attempt(**{"at": START + timedelta(seconds=seconds), "method": "GET", "elapsed_ms": 31, **fields})  # type: ignore[arg-type]


def link(
    path: str,
    reason: LinkReason,
    attempts: tuple[Attempt, ...] = (),
    *,
    kind: LinkKind = LinkKind.PAGE,
    referrers: int = 1,
) -> LinkJudgement:
    """A link that is not ok, standing on so many pages."""
    url = path if "://" in path else SITE + path
    target = Target(url, kind, url.startswith(SITE), 2, SITE)
    outcome = {
        LinkVerdict.BROKEN: Outcome.FAILED,
        LinkVerdict.UNREACHABLE: Outcome.FAILED,
        LinkVerdict.BLOCKED: Outcome.BLOCKED,
        LinkVerdict.SKIPPED: Outcome.SKIPPED,
    }[VERDICT_OF_REASON[reason]]
    return LinkJudgement(
        TargetFact(target, outcome, attempts, referrer_count=referrers),
        VERDICT_OF_REASON[reason],
        reason,
        because="两次请求都回答 404",
        referrers=tuple(
            Referrer(f"{SITE}zwgk/{number}.html", "权责清单" if number else None) for number in range(referrers)
        ),
    )


def column(name: str, verdict: ColumnVerdict, newest: date | None, **fields: object) -> ColumnJudgement:
    age = (date(2026, 11, 21) - newest).days if newest else None
    fact = ColumnFact(
        url=f"{SITE}{name}/index.html",
        name=name,
        kind=fields.get("kind", ColumnKind.NOTICE),  # type: ignore[arg-type]
        items=int(fields.get("items", 20)),  # type: ignore[call-overload]
        newest=newest,
        newest_title="关于做好岁末年初安全生产工作的通知" if newest else None,
    )
    return ColumnJudgement(fact, verdict, age, 31 if age is not None else None)


def finding(identity: str, check: str, subject: str, message: str, **fields: object) -> Finding:
    return Finding(
        **{  # type: ignore[arg-type]
            "id": identity,
            "check": check,
            "severity": Severity.MAJOR,
            "subject": subject,
            "message": message,
            "where": "首页 › 政务公开 › 权责清单",
            "how_seen": "巡查时请求一次，五秒后换一个程序再请求一次，都回答不存在。",
            "remedy": "恢复该网页，或从所在网页删去这个链接。",
            "evidence": Evidence("audit-1.warc.gz", 1042, "9f" * 32, None),
            "since": date(2026, 10, 3),
            "change": "known",
            **fields,
        }
    )


@pytest.fixture
def make_audit() -> Callable[..., SiteAudit]:
    """A function that makes the sample audit, with fields changed as asked."""

    def make(**changes: object) -> SiteAudit:
        broken = link(
            "zwgk/qzqd.html",
            LinkReason.HTTP_404,
            (
                attempt(10, http_status=404),
                attempt(95, http_status=404, via="httpx", method="GET", elapsed_ms=48),
                attempt(180, error=FetchError.TIMEOUT, detail="connection timed out after 30 s", elapsed_ms=30_000),
            ),
            referrers=12,
        )
        soft = link(
            "old/news_1.asp?id=7",
            LinkReason.SOFT_404,
            (attempt(12, http_status=200, page_verdict=PageVerdict.SOFT_404),),
            referrers=1,
        )
        disclosures = tuple(
            DisclosureJudgement(
                one,
                DisclosureVerdict.PUBLISHED,
                url=f"{SITE}zfxxgk/{one.value}.html",
                title="清河县" + one.value,
                path=(SITE, f"{SITE}zfxxgk/", f"{SITE}zfxxgk/{one.value}.html"),
                newest=date(2026, 5, 1),
            )
            for one in Requirement
        )
        missing = DisclosureJudgement(
            Requirement.SERVICE_COMMITMENT,
            DisclosureVerdict.MISSING,
            searched=(
                "看过网页 412 个",
                "查过菜单：政务公开、政务服务",
                "试过名称：政务服务质量承诺、服务承诺、承诺公示",
            ),
            because="在已读的 412 个网页中没有找到。",
        )
        open_one = DisclosureJudgement(
            Requirement.GRADED_SUPERVISION_RESULT, DisclosureVerdict.UNDETERMINED, because="有 3 个栏目未能读取。"
        )
        by_requirement = {one.requirement: one for one in (missing, open_one)}
        audit = SiteAudit(
            site_url=SITE,
            site_name="清河县人民政府",
            site_verdict=SiteVerdict.REACHABLE,
            as_of=date(2026, 11, 21),
            policy="nanyang-monthly",
            started_at=START.isoformat(),
            finished_at=(START + timedelta(minutes=7)).isoformat(),
            complete=False,
            stopped_by=StopReason.MAX_PAGES,
            counts=Counts(
                requests=1450,
                pages=412,
                links=51_500,
                bytes=23_000_000,
                rendered=3,
                not_visited=912,
                addresses=1412,
                fetched=470,
                blocked=6,
                failed=4,
                skipped=20,
                not_reached=912,
            ),
            links=(
                broken,
                soft,
                link("http://old.qinghe.test/", LinkReason.DNS, (attempt(20, error=FetchError.DNS),)),
                link("img/a.png", LinkReason.TIMEOUT, (attempt(30, error=FetchError.TIMEOUT),), kind=LinkKind.IMAGE),
                link("http://credit.test/", LinkReason.WAF, (attempt(31, http_status=403, sign="cdn"),)),
                link("http://zwfw.test/", LinkReason.CHALLENGE, (attempt(32, http_status=412),)),
                link("mailto:a@b.test", LinkReason.SCHEME),
                *(link(f"art/{number}.html", LinkReason.BUDGET) for number in range(130)),
            ),
            columns=(
                column("通知公告", ColumnVerdict.STALE, date(2026, 8, 3)),
                column("清河要闻", ColumnVerdict.FRESH, date(2026, 11, 20), kind=ColumnKind.NEWS),
                column("在线访谈", ColumnVerdict.EMPTY, None, items=0, kind=ColumnKind.OTHER),
                column("机构职能", ColumnVerdict.EXEMPT, None, kind=ColumnKind.STATIC),
                column("财政预决算", ColumnVerdict.FRESH, date(2026, 2, 10), kind=ColumnKind.YEARLY),
                column("政策解读", ColumnVerdict.UNREADABLE, None, items=0, kind=ColumnKind.POLICY),
            ),
            disclosures=tuple(by_requirement.get(one.requirement, one) for one in disclosures),
            findings=(
                finding(
                    "broken_link:1",
                    "broken_link",
                    broken.fact.url,
                    "链接“权责清单”打不开：网页不存在（404），12 个网页上有这个链接。",
                ),
                finding(
                    "broken_link:2",
                    "broken_link",
                    soft.fact.url,
                    "链接“旧闻”打开后显示“网页不存在”。",
                    change="new",
                    since=date(2026, 11, 21),
                ),
                finding(
                    "stale_column:1",
                    "stale_column",
                    f"{SITE}通知公告/index.html",
                    "栏目“通知公告”最新一条为 2026 年 8 月 3 日，已 110 天没有更新，超过 31 天。",
                    remedy="发布新的内容；确无内容可发的，说明原因或合并栏目。",
                ),
                finding(
                    "missing_disclosure:service_commitment",
                    "missing_disclosure",
                    f"{SITE}#service_commitment",
                    "未找到政务服务质量承诺。",
                    how_seen="看过 412 个网页的标题、菜单和列表，没有符合的内容。",
                    remedy="在政务公开或政务服务栏目发布，并从首页可以到达。",
                ),
                finding(
                    "blocked_link:1",
                    "blocked_link",
                    "http://zwfw.test/",
                    "zwfw.test 拒绝自动访问，未能核实（1 个地址）。",
                    severity=Severity.NOTICE,
                    remedy="请由人工用浏览器打开核实。",
                    evidence=Evidence(),
                ),
            ),
            gone=(finding("broken_link:9", "broken_link", f"{SITE}a.html", "链接“领导信息”打不开。", change=None),),
            notes=("共遇到地址 1412 个，其中 912 个因超出页数上限没有检查。", "6 个地址被拒绝，不作为问题。"),
        )
        return replace(audit, **changes)  # type: ignore[arg-type]

    return make
