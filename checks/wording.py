"""The Chinese words in which findings tell what was asked, what came back, and where it stands."""

from collections.abc import Mapping, Sequence
from datetime import timedelta, timezone
from typing import Final

from records.crawl import Attempt, Referrer, SiteFacts, TargetFact
from records.judgement import ColumnFact
from records.verdicts import ColumnKind, FetchError, LinkKind, LinkReason, Requirement, StopReason

_BEIJING: Final = timezone(timedelta(hours=8))
_ATTEMPTS_TOLD: Final = 6
_REFERRERS_TOLD: Final = 3
_ANCHOR_LENGTH: Final = 30  # characters

REASON_WORDS: Final[Mapping[LinkReason, str]] = {
    LinkReason.HTTP_404: "返回 404（页面不存在）",
    LinkReason.HTTP_410: "返回 410（页面已删除）",
    LinkReason.HTTP_4XX: "返回 4xx（请求被拒绝）",
    LinkReason.SOFT_404: "返回成功状态，但页面内容为“不存在”",
    LinkReason.REDIRECTED_HOME: "跳转到网站首页，未到达所指页面",
    LinkReason.DNS: "域名不存在",
    LinkReason.REFUSED: "服务器拒绝连接",
    LinkReason.EMPTY_BODY: "返回空白内容",
    LinkReason.WRONG_CONTENT: "应为文件，实际返回网页",
    LinkReason.REDIRECT_LOOP: "循环跳转，无法打开",
    LinkReason.BAD_URL: "地址书写错误，无法访问",
    LinkReason.TIMEOUT: "超时或暂时无法解析",
    LinkReason.HTTP_5XX: "返回 5xx 或维护页面（服务器故障）",
    LinkReason.RESET: "连接被中断",
    LinkReason.TLS: "安全证书或加密连接有问题",
    LinkReason.CHALLENGE: "要求通过浏览器验证",
    LinkReason.WAF: "被防火墙拦截",
    LinkReason.LOGIN: "要求登录",
    LinkReason.HTTP_401: "返回 401（要求认证）",
    LinkReason.HTTP_403: "返回 403（拒绝访问）",
    LinkReason.HTTP_429: "返回 429（访问过于频繁）",
    LinkReason.ROBOTS: "robots.txt 不允许访问",
    LinkReason.SCHEME: "不是网页地址",
    LinkReason.TRAP: "疑似无穷页面",
    LinkReason.TOO_LARGE: "文件过大",
    LinkReason.BUDGET: "超出本次检查的限额",
}

KIND_WORDS: Final[Mapping[LinkKind, str]] = {
    LinkKind.PAGE: "网页",
    LinkKind.IMAGE: "图片",
    LinkKind.ATTACHMENT: "附件",
    LinkKind.FRAME: "内嵌页面",
    LinkKind.STYLE: "样式文件",
    LinkKind.SCRIPT: "脚本文件",
}

ERROR_WORDS: Final[Mapping[FetchError, str]] = {
    FetchError.DNS: "域名不存在",
    FetchError.DNS_TEMPORARY: "域名暂时无法解析",
    FetchError.REFUSED: "连接被拒绝",
    FetchError.TIMEOUT: "超时无响应",
    FetchError.RESET: "连接中断",
    FetchError.TLS: "证书或加密连接错误",
    FetchError.REDIRECT_LOOP: "循环跳转",
    FetchError.TOO_LARGE: "内容过大",
    FetchError.BAD_URL: "地址无法请求",
    FetchError.BAD_RESPONSE: "响应不完整",
}

STOP_WORDS: Final[Mapping[StopReason, str]] = {
    StopReason.MAX_PAGES: "达到页数上限",
    StopReason.MAX_MINUTES: "达到时间上限",
    StopReason.INTERRUPTED: "检查被中断",
    StopReason.SITE_UNREACHABLE: "网站无法打开",
    StopReason.SITE_BLOCKED: "网站拒绝自动访问",
}

COLUMN_KIND_WORDS: Final[Mapping[ColumnKind, str]] = {
    ColumnKind.NEWS: "动态要闻",
    ColumnKind.NOTICE: "通知公告",
    ColumnKind.POLICY: "政策文件",
    ColumnKind.YEARLY: "年度",
    ColumnKind.STATIC: "长期有效",
    ColumnKind.OTHER: "其他",
}

REQUIREMENT_NAMES: Final[Mapping[Requirement, str]] = {
    Requirement.POWER_LIST: "权力清单",
    Requirement.RESPONSIBILITY_LIST: "责任清单",
    Requirement.DISCLOSURE_GUIDE: "政府信息公开指南",
    Requirement.DISCLOSURE_SYSTEM: "政府信息公开制度",
    Requirement.DISCLOSURE_CATALOGUE: "法定主动公开内容（目录）",
    Requirement.DISCLOSURE_ANNUAL_REPORT: "政府信息公开年度报告",
    Requirement.SERVICE_COMMITMENT: "政务服务质量承诺",
    Requirement.INTEGRITY_COMMITMENT: "政务诚信承诺",
    Requirement.CREDIT_COMMITMENT_LIST: "使用信用承诺的行政许可事项清单",
    Requirement.GRADED_SUPERVISION_RESULT: "分级分类监管结果公示",
}

#: What asked, as a person knows it: the ways are named after libraries.
VIA_NAMES: Final = {"scrapy": "巡查程序", "httpx": "复核程序", "chromium": "浏览器"}


def tell_attempts(attempts: Sequence[Attempt]) -> str:
    """What was asked and what came back, in order of time; of many attempts the first and the last ones."""
    told = [_tell_attempt(attempt) for attempt in attempts]
    if len(told) > _ATTEMPTS_TOLD:
        told = [*told[:2], f"（略去 {len(told) - _ATTEMPTS_TOLD + 1} 次）", *told[-3:]]
    return "；".join(told)


def _tell_attempt(attempt: Attempt) -> str:
    at = attempt.at.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    if attempt.error is not None:
        came = ERROR_WORDS[attempt.error]
    else:
        came = f"返回 {attempt.http_status}"
        if attempt.final_url is not None and attempt.redirects:
            came += f"，跳转到 {attempt.final_url}"
        if attempt.sign is not None:
            came += f"（{attempt.sign}）"
    return f"{at} {VIA_NAMES.get(attempt.via, attempt.via)}以 {attempt.method} 访问，{came}"


def unreachable_words(facts: SiteFacts) -> str:
    """What is said of a portal that did not answer: from the beginning, or from some moment on."""
    opened = any(page.depth == 0 and page.http_status < 400 and page.reading.is_ok for page in facts.pages)
    if opened and len(facts.pages) > 1:
        return "网站在检查途中停止答复，本次未能查完。"
    return "网站首页无法打开，本次未能检查。"


def tell_referrers(fact: TargetFact, referrers: Sequence[Referrer]) -> str:
    """On which pages a link stands, and with which words."""
    count = max(fact.referrer_count, len(referrers))
    told = [
        f"{referrer.page}" + (f"（链接文字“{shorten(referrer.anchor)}”）" if referrer.anchor else "")
        for referrer in referrers[:_REFERRERS_TOLD]
    ]
    if not told:
        if count:
            return f"出现在 {count} 处"
        parent = fact.target.parent
        return f"由页面 {parent} 的跳转、翻页或脚本指向" if parent is not None else ""
    return f"出现在 {count} 处：" + "；".join(told) + ("等" if count > len(told) else "")


def tell_column(fact: ColumnFact) -> str:
    """Which column, and the way to it from the home page."""
    way = tell_path(fact.paths)
    return f"栏目“{fact.name}”，{way}" if way else f"栏目“{fact.name}”"


def tell_path(path: Sequence[str]) -> str:
    """The way from the home page."""
    return "路径：" + " → ".join(path) if path else ""


def anchor_of(referrers: Sequence[Referrer]) -> str | None:
    """The words of the first link that has some."""
    return next((shorten(referrer.anchor) for referrer in referrers if referrer.anchor), None)


def shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _ANCHOR_LENGTH else text[: _ANCHOR_LENGTH - 1] + "…"
