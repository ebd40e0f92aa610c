"""Where the addresses of a gathering ended, and why, in the words of its account."""

from collections.abc import Callable
from typing import Final, assert_never

from records.crawl import TargetFact
from records.news_gathering import ItemEnd
from records.verdicts import LinkReason, Outcome, PageVerdict

_WALLS: Final = frozenset(
    {LinkReason.CHALLENGE, LinkReason.WAF, LinkReason.HTTP_401, LinkReason.HTTP_403, LinkReason.HTTP_429}
)
_TROUBLE: Final = {
    PageVerdict.SOFT_404: "页面已不存在",
    PageVerdict.CHALLENGE: "要求人机验证",
    PageVerdict.WAF: "被防火墙拦截",
    PageVerdict.MAINTENANCE: "正在维护",
    PageVerdict.DEFAULT_SERVER: "只有服务器缺省页",
    PageVerdict.HIJACKED: "页面疑被篡改",
    PageVerdict.EMPTY: "页面没有内容",
}
_REFUSED: Final = {
    LinkReason.CHALLENGE: "要求人机验证",
    LinkReason.WAF: "被防火墙拦截",
    LinkReason.HTTP_401: "要求登录",
    LinkReason.HTTP_403: "拒绝访问",
    LinkReason.HTTP_429: "限制访问频率",
}


def end_of(fact: TargetFact) -> ItemEnd:
    """Where an article ended of which nothing could be read."""
    match fact.outcome:
        case Outcome.BLOCKED:
            return ItemEnd.BLOCKED
        case Outcome.FAILED:
            return ItemEnd.FAILED
        case Outcome.SKIPPED:
            return ItemEnd.SKIPPED
        case Outcome.NOT_REACHED:
            return ItemEnd.BLOCKED if fact.skipped in _WALLS else ItemEnd.NOT_REACHED
        case Outcome.FETCHED:
            last = fact.last
            verdict = last.page_verdict if last is not None else None
            empty = last is not None and last.http_status == 200 and last.size == 0
            return ItemEnd.FAILED if empty or verdict not in (None, PageVerdict.OK) else ItemEnd.NO_ARTICLE
        case unknown:
            assert_never(unknown)


def trouble_of(fact: TargetFact, *, lacks_robots: Callable[[str], bool]) -> tuple[str, bool]:
    """Why a list could not be read, in Chinese, and whether it was refused to us.

    ``lacks_robots``: whether the robots.txt of an address could not be had; such a host refused nothing.
    """
    last = fact.last
    match fact.outcome:
        case Outcome.FETCHED:
            verdict = last.page_verdict if last is not None else None
            return _TROUBLE.get(verdict, "") if verdict is not None else "", verdict in (
                PageVerdict.CHALLENGE,
                PageVerdict.WAF,
            )
        case Outcome.BLOCKED:
            verdict = last.page_verdict if last is not None else None
            status = last.http_status if last is not None else None
            why = _TROUBLE.get(verdict, "拒绝访问") if verdict is not None else "拒绝访问"
            return (why if verdict in (PageVerdict.CHALLENGE, PageVerdict.WAF) else f"拒绝访问（HTTP {status}）"), True
        case Outcome.FAILED:
            if last is None:
                return "未能读取", False
            return (f"未能读取（{last.error}）" if last.error else f"未能读取（HTTP {last.http_status}）"), False
        case Outcome.SKIPPED:
            if fact.skipped is LinkReason.ROBOTS and lacks_robots(fact.target.url):
                return "robots.txt 无法取得，按规定暂不读取", False
            if fact.skipped is LinkReason.ROBOTS:
                return "robots.txt 不允许读取", True
            return "未读取（文件过大）" if fact.skipped is LinkReason.TOO_LARGE else "未读取", False
        case Outcome.NOT_REACHED:
            if fact.skipped in _REFUSED:
                return f"该网站{_REFUSED[fact.skipped]}，已停止访问", True
            return "时间或数量用尽，未读到", False
        case unknown:
            assert_never(unknown)
