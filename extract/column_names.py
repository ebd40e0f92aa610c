"""The name of a column: what its page calls itself, and only then what others call it."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from records.crawl import PageFact, Referrer

_MOST = 24  # characters: what is longer is a sentence
_MORE = re.compile(r"(?:查看|点击|阅读|了解)?更多(?:内容|信息)?|more|详细?情?|[>＞»›·.…\s+\-]*", re.IGNORECASE)
_NO_NAME: Final = frozenset(
    (
        *(
            "首页",
            "主页",
            "网站首页",
            "返回",
            "当前位置",
            "无标题",
            "无标题文档",
            "untitleddocument",
            "index",
            "home",
            "list",
        ),
        *("列表", "列表页", "栏目列表", "文章列表", "信息列表", "新闻列表"),
    )
)
_BRACKETS = re.compile(r"^[\[【「\s]+|[\]】」\s]+$")
_PARTS = re.compile(r"\s*(?:[-_|｜—–>»·]+|--+)\s*")
_PAGE_NUMBER = re.compile(r"\s*[（(]?第\s*\d+\s*页[）)]?$")


def is_name(text: str | None) -> bool:
    """Whether a text can be the name of a column: not 更多, not 首页, not a sentence."""
    if text is None or not 0 < len(text) <= _MOST:
        return False
    return not _MORE.fullmatch(text) and text.lower() not in _NO_NAME


@lru_cache(maxsize=8192)
def clean_name(text: str | None) -> str | None:
    """A name without brackets, arrows and page numbers; ``None`` where nothing is left that is one."""
    if text is None:
        return None
    name = re.sub(r"\s+", "", _PAGE_NUMBER.sub("", text))
    name = re.sub(r"[>＞»›:：]+$", "", _BRACKETS.sub("", name))
    return name if is_name(name) else None


def own_name(page: PageFact) -> str | None:
    """What a page calls itself: its heading, the end of its breadcrumb, its title without the site's name."""
    reading = page.reading
    site = reading.site_name or ""
    # A list is not called like one of its items, unless its own title says so (体育产业科 with an item of that name).
    listed = {clean_name(item.title) for item in reading.items} - {
        clean_name(part) for part in _PARTS.split(reading.title or "")[:1]
    }
    for text in (reading.name, *reversed(reading.breadcrumb)):
        name = clean_name(text)
        if name is not None and name not in listed:
            return _without_site(name, site)
    for part in _PARTS.split(reading.title or ""):
        name = clean_name(part)
        if name is not None and not (site and (name in site or site in name)):
            return name
    return None


def _without_site(name: str, site: str) -> str:
    """某县人民政府信息公开制度 is 信息公开制度 on the site of 某县人民政府."""
    rest = name.removeprefix(re.sub(r"\s+", "", site)) if site else name
    return rest if is_name(rest) and len(rest) > 1 else name


def anchor_name(referrers: Iterable[Referrer]) -> str | None:
    """What most links to a page call it, 更多 and the like aside."""
    names = Counter(name for referrer in referrers if (name := clean_name(referrer.anchor)) is not None)
    return names.most_common(1)[0][0] if names else None
