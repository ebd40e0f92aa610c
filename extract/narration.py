"""Why a page was read as it was, in Chinese sentences for the analyst."""

from collections.abc import Sequence
from typing import Final, assert_never

from extract.articles import ArticleSigns
from extract.names import Names
from records.page import Item
from records.verdicts import DateFrom, PageKind, PageVerdict

_KINDS: Final = {
    PageKind.HOME: "首页",
    PageKind.LIST: "列表页",
    PageKind.ARTICLE: "文章页",
    PageKind.GUIDE: "信息公开指南",
    PageKind.DISCLOSURE: "信息公开页",
    PageKind.ANNUAL_REPORT: "信息公开年度报告",
    PageKind.POWER_LIST: "权责清单",
    PageKind.REDIRECT: "跳转页",
    PageKind.SHELL: "空壳页",
    PageKind.ERROR: "出错页",
    PageKind.OTHER: "其他页面",
}


def _verdict(verdict: PageVerdict, sign: str | None) -> str | None:
    match verdict:
        case PageVerdict.OK:
            return None
        case PageVerdict.SOFT_404:
            return f"页面自称所要的内容不存在（“{sign}”）"
        case PageVerdict.CHALLENGE:
            return f"这是访问质询（{sign}），不是原页面；浏览器或能通过，不能据此说页面已失效"
        case PageVerdict.WAF:
            return f"这是防火墙的拦截页（{sign}），不能据此说页面已失效"
        case PageVerdict.MAINTENANCE:
            return f"这是维护、迁移、关停公告或程序出错的提示（“{sign}”），所要的内容暂时看不到"
        case PageVerdict.DEFAULT_SERVER:
            return f"这是服务器软件或服务商的默认页面（{sign}），不是网站自己的内容"
        case PageVerdict.HIJACKED:
            return f"标题和关键词是垃圾广告（“{sign}”），域名可能已易主或网页被篡改"
        case PageVerdict.EMPTY:
            return "页面没有任何可见内容"
        case _:
            assert_never(verdict)


def _origin(origin: DateFrom | None) -> str:
    match origin:
        case DateFrom.LIST:
            return "列表中标题旁"
        case DateFrom.ADDRESS:
            return "条目的地址"
        case DateFrom.TITLE_ATTRIBUTE:
            return "链接的 title 属性"
        case DateFrom.SCRIPT:
            return "条目中的脚本"
        case DateFrom.DATA:
            return "页面所带的数据"
        case None:
            return "未知处"
        case _:
            assert_never(origin)


def tell(
    *,
    draft_kind: PageKind,
    verdict: PageVerdict,
    sign: str | None,
    redirect: str | None,
    items: tuple[Item, ...],
    newest: Item | None,
    future: Sequence[Item],
    left_out: tuple[str, ...],
    published: ArticleSigns | None,
    names: Names | None,
    source: str | None,
    says_empty: str | None,
    needs_browser: bool,
    future_count: int = 0,
) -> tuple[str, ...]:
    """The sentences behind kind, verdict, newest and publication day."""
    told: list[str] = []
    if source:
        told.append(source)
    said = _verdict(verdict, sign)
    if said is not None:
        told.append(said)
    told.append(_about_kind(draft_kind, items, names, redirect))
    if redirect is not None and draft_kind is not PageKind.REDIRECT:
        told.append(f"页面会把访问者带到 {redirect}")
    if newest is not None and newest.date is not None:
        told.append(f"最新日期 {newest.date.isoformat()} 取自“{newest.title[:40]}”，写在{_origin(newest.date_from)}")
    elif items:
        told.append("各条目都没有可靠的日期")
    if newest is not None and items and items[0].date != newest.date:
        told.append("第一条并非最新的一条，已按日期比较全部条目")
    pinned = sum(1 for item in items if item.pinned)
    if pinned:
        told.append(f"有 {pinned} 条置顶，置顶条目的位置不说明新旧")
    passed = len(future) or future_count
    if passed:
        told.append(f"有 {passed} 条的日期在评判日之后，未取作最新")
    told.extend(left_out)
    if published is not None and published.published is not None:
        told.append(f"发布日期 {published.published.day.isoformat()} 取自{published.published.source}")
    if says_empty and not items:
        told.append(f"页面自称没有内容（“{says_empty[:30]}”）")
    if needs_browser:
        told.append("内容由脚本在浏览器中生成，不用浏览器看不到")
    return tuple(told)


def _about_kind(kind: PageKind, items: tuple[Item, ...], names: Names | None, redirect: str | None) -> str:
    word = _KINDS[kind]
    if kind is PageKind.REDIRECT:
        return f"页面本身没有内容，跳转到 {redirect}"
    if kind is PageKind.SHELL:
        return "页面只有框架和脚本，没有可读的文字"
    name = f"“{names.name[:30]}”" if names is not None and names.name else "本页"
    if items:
        return f"{name}读作{word}，主列表有 {len(items)} 条"
    if kind is PageKind.LIST:
        return f"{name}读作{word}，其中没有条目"
    if kind is PageKind.ARTICLE:
        return f"{name}读作{word}：有标题、发布信息和正文"
    return f"{name}读作{word}"
