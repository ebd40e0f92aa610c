"""The Chinese words of the reports, and cleaning of text that came from pages.

Words that findings use too are in ``checks.wording``.  Every member of every set has a word; a test fails for one that
was forgotten.
"""

import re
from datetime import date, datetime, timedelta, timezone
from importlib import resources

from checks.policy import parse_policy
from checks.wording import COLUMN_KIND_WORDS, ERROR_WORDS, STOP_WORDS, VIA_NAMES
from records.crawl import Attempt
from records.policy import Policy
from records.verdicts import (
    ColumnVerdict,
    DisclosureVerdict,
    LinkVerdict,
    PageVerdict,
    Severity,
    SiteVerdict,
)

BEIJING = timezone(timedelta(hours=8))

SITE = {
    SiteVerdict.REACHABLE: "可以访问",
    SiteVerdict.UNREACHABLE: "无法访问",
    SiteVerdict.BLOCKED: "拒绝自动巡查",
}

STOPPED = STOP_WORDS

SEVERITY = {Severity.MAJOR: "严重", Severity.MINOR: "一般", Severity.NOTICE: "提示"}

LINK_VERDICT = {
    LinkVerdict.OK: "正常",
    LinkVerdict.BROKEN: "失效",
    LinkVerdict.UNREACHABLE: "暂时打不开",
    LinkVerdict.BLOCKED: "拒绝自动访问",
    LinkVerdict.SKIPPED: "未检查",
}

PAGE_VERDICT = {
    PageVerdict.OK: "正常网页",
    PageVerdict.SOFT_404: "“网页不存在”页面",
    PageVerdict.CHALLENGE: "人机验证页面",
    PageVerdict.WAF: "防火墙拦截页面",
    PageVerdict.MAINTENANCE: "维护公告页面",
    PageVerdict.DEFAULT_SERVER: "服务器默认页面",
    PageVerdict.HIJACKED: "与网站无关的页面",
    PageVerdict.EMPTY: "空白页面",
}

COLUMN_VERDICT = {
    ColumnVerdict.FRESH: "按期更新",
    ColumnVerdict.STALE: "超期未更新",
    ColumnVerdict.EMPTY: "空白栏目",
    ColumnVerdict.UNDATED: "未注明日期",
    ColumnVerdict.UNREADABLE: "未能读取",
    ColumnVerdict.EXEMPT: "不按期考核",
}

DISCLOSURE_VERDICT = {
    DisclosureVerdict.PUBLISHED: "已公开",
    DisclosureVerdict.EMPTY: "有栏目无内容",
    DisclosureVerdict.BROKEN: "链接失效",
    DisclosureVerdict.MISSING: "未找到",
    DisclosureVerdict.BLOCKED: "拒绝自动访问",
    DisclosureVerdict.UNDETERMINED: "未能判定",
}

# What no document format can show and what could turn a line around: C0 and C1 controls save tab and line feed, bidi
# controls, lone surrogates, non-characters.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """``text`` as it may stand in any report."""
    return _UNSHOWABLE.sub("", text)


def shortened(text: str, length: int) -> str:
    """At most ``length`` characters, the cut marked."""
    return text if len(text) <= length else text[: length - 1] + "…"


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def clock(value: datetime) -> str:
    """To the second, Beijing time."""
    return value.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def answer(attempt: Attempt) -> str:
    """What came of one request, in a few words."""
    words = []
    if attempt.http_status is not None:
        words.append(f"HTTP {attempt.http_status}")
    if attempt.error is not None:
        words.append(ERROR_WORDS[attempt.error])
    if attempt.page_verdict is not None and attempt.page_verdict is not PageVerdict.OK:
        words.append(PAGE_VERDICT[attempt.page_verdict])
    if attempt.redirects:
        words.append(f"跳转到 {shortened(attempt.redirects[-1], 200)}")
    return "，".join(words) or "没有回答"


def asked_by(attempt: Attempt) -> str:
    """How was asked: by which program, by which method."""
    return f"{VIA_NAMES.get(attempt.via, attempt.via)} {attempt.method}"


def policy_words(name: str) -> tuple[str, str]:
    """Title of a policy that comes with the program, and its limits in one sentence; else the name alone."""
    try:
        text = (resources.files("checks") / "policies" / f"{name}.yml").read_text("utf-8")
    except (OSError, ValueError):
        return name, ""
    policy = parse_policy(text)
    return policy.title, _limits(policy)


def _limits(policy: Policy) -> str:
    kinds_of: dict[int | None, list[str]] = {}
    for kind, limit in policy.limits.items():
        kinds_of.setdefault(limit.days, []).append(COLUMN_KIND_WORDS[kind])
    parts = [
        f"{'、'.join(kinds)}不考核更新期限" if days is None else f"{'、'.join(kinds)}超过 {days} 天"
        for days, kinds in kinds_of.items()
    ]
    timed = [part for part, days in zip(parts, kinds_of, strict=True) if days is not None]
    untimed = [part for part, days in zip(parts, kinds_of, strict=True) if days is None]
    return "；".join(("最新一条的日期距判断日，" + "，".join(timed) + "，即为超期未更新", *untimed)) + "。"
