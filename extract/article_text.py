"""The article on a page: title, author, day, text, and where it goes on.

The text is found by trafilatura; where that finds nothing, by the element that holds most text outside of links.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from lxml import etree
from selectolax.lexbor import LexborNode
from trafilatura import bare_extraction
from trafilatura.settings import use_config

from extract.addresses import host_of, split
from extract.articles import find_published
from extract.charset import decode
from extract.dates import address_day
from extract.document import Addresses, Document, fold, gather_anchors, parse, read_text
from extract.names import find_names
from extract.pager import find_pager
from records.page import Headers

MAX_PARTS: Final = 10  # pages of one article that are joined
MAX_TEXT: Final = 400_000  # characters of a text; the longest law has less
_LONGEST: Final = 3_000_000  # characters of markup
_ENOUGH: Final = 60  # characters: what is shorter is looked for a second time
_WEAK: Final = ("脚本", "落款")  # days that a list's own day is believed before

_AUTHOR = re.compile(
    r"(?:作\s?者|本报记者|通讯员|记者|文字|撰稿)\s*[：:/]?\s*"
    r"([\u4e00-\u9fff·]{2,4}(?:[\s、/,，]{1,2}[\u4e00-\u9fff·]{2,4}){0,3})(?![\u4e00-\u9fff])"
)
_SOURCE = re.compile(r"来\s?源\s*[：:]\s*([^\s|：:【】\[\]（(]{2,30})")
_METAS_OF_TITLE: Final = ("articletitle", "og:title", "twitter:title")
_METAS_OF_AUTHOR: Final = ("author", "article:author", "author_article")
_BRANDED = re.compile(r"(.+?)\s*(?:[-_|–—]{1,2}|\s[·>]\s)\s*[^-_|–—]{2,24}$")
_PAGE_MARK = re.compile(r"(?:[_-](\d{1,2}|p\d{1,2})|[?&](?:page|p|pageno|pn)=(\d{1,2}))(?=\.\w{3,5}$|$|&)", re.I)
_FURNITURE = re.compile(
    r"^\W*(?:\d{1,3}\W*$|上一[篇条页]|下一[篇条页]|[首末尾]页$|返回(?:列表|首页|顶部)?$|(?:打印|关闭)(?:本页|窗口)?$|分享到|责任编辑|相关(?:阅读|新闻|链接)|扫一扫"
    r"|首页\s?(?:[>＞»]|$)|(?:您|你)?(?:现在|当前)?的?(?:所在)?位置\s*[：:]|今天是|现在是|欢迎您)"
    r"|^\W*(?:发布(?:者|人|时间|日期|机构|单位)|来\s?源|信息来源|作\s?者|编\s?辑|责编|校对|审核|点击|浏览|阅读|更新时间|发表时间|字\s?[体号]|日\s?期"
    r"|时\s?间)(?:数|量|率|次数)?\s*[：:]|版权所有|copyright|ICP备|公网安备|网站标识码|技术支持\s*[：:]",
    re.I,
)
_ABOVE: Final = 12  # lines that may stand above the title
_LONGEST_FURNITURE: Final = 120  # characters; a longer line is text, whatever it begins with


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What one page says of the article on it.  Empty strings where it says nothing."""

    title: str
    text: str  # paragraphs, one in a line
    author: str
    published: date | None
    day_from: str  # Chinese: where the day was read
    source: str  # 来源 as the page names it: whom it reprints
    parts: tuple[str, ...] = ()  # addresses of its further pages, in order
    found_by: str = ""  # trafilatura | density


def read_article(
    body: bytes,
    *,
    url: str,
    as_of: date,
    headers: Headers | None = None,
    listed: str = "",
    listed_day: date | None = None,
) -> ArticleText:
    """Read the article on a page.  Never raises on any bytes.

    ``listed`` and ``listed_day`` are what the list that led here said: the day is believed where the page shows none.
    """
    source, charset = decode(body, (headers or {}).get("content-type", ""))
    source = source[:_LONGEST]
    found = _by_library(source)
    document = parse(source, url=url, charset=charset or "utf-8")
    addresses = Addresses()
    gather_anchors(document, addresses)
    pager = find_pager(document, addresses)
    read_text(document)
    names = find_names(document)
    published = find_published(document, url, as_of, names.heading)
    title = _title(document, names.heading, names.titles, listed)
    text, by = _tidy(found, title), "trafilatura"
    if len(text) < _ENOUGH:
        denser = _tidy(_by_density(document), title)
        if len(denser) > 2 * len(text):
            text, by = denser, "density"
    day, day_from = (published.day, published.source) if published is not None else (None, "")
    if listed_day is not None and (day is None or day_from in _WEAK):
        day, day_from = listed_day, "列表"
    if day is not None and day > as_of + timedelta(days=1):
        day, day_from = address_day(url), "地址"
    return ArticleText(
        title=title,
        text=text,
        author=_author(document),
        published=day,
        day_from=day_from if day is not None else "",
        source=_reprinted(document),
        parts=_parts(url, pager.urls if pager is not None else ()),
        found_by=by if text else "",
    )


@cache
def _settings() -> Any:
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "80")  # Chinese says in 80 characters what English says in 250
    config.set("DEFAULT", "EXTRACTION_TIMEOUT", "0")  # it works by signals, which belong to the program
    return config


def _by_library(source: str) -> str:
    if not source.strip():
        return ""
    try:
        found = bare_extraction(
            source,
            include_comments=False,
            include_tables=True,
            include_images=False,
            include_links=False,
            with_metadata=False,
            config=_settings(),
        )
    except (ValueError, TypeError, AttributeError, AssertionError, RecursionError, etree.LxmlError):
        return ""  # markup on which the library stumbles: the second way is still open
    if found is None:
        return ""
    text = found["text"] if isinstance(found, dict) else found.text
    return str(text or "")


_BLOCKS: Final = "article,section,main,div,td"


def _by_density(document: Document) -> str:
    """The lines of the element that holds most text outside of links, by itself or in its paragraphs."""
    best: tuple[int, LexborNode | None] = (0, None)
    for node in document.tree.css(_BLOCKS):
        score = 0
        for child in node.iter(include_text=True):
            if child.tag == "-text":
                score += len((child.text() or "").strip())
            elif child.tag in ("p", "span", "font", "br", "strong", "b", "h2", "h3", "pre", "blockquote"):
                linked = sum(len(anchor.text().strip()) for anchor in child.css("a"))
                score += len(child.text().strip()) - 2 * linked
        if score > best[0]:
            best = (score, node)
    if best[1] is None:
        return ""
    return best[1].text(separator="\n")


def _tidy(text: str, title: str) -> str:
    """Folded lines without the page's furniture, and without the title and what stands above it; bounded."""
    lines: list[str] = []
    for raw in text[: 2 * MAX_TEXT].split("\n"):
        line = fold(raw.replace("|", " ")) if raw.startswith("|") else fold(raw)  # a row of a table
        if not line:
            continue
        if len(lines) < _ABOVE and line.strip("# ") == title:
            lines.clear()  # the way to the page, a menu
        elif not _is_furniture(line):
            lines.append(line)
    return "\n".join(lines)[:MAX_TEXT]


def _is_furniture(line: str) -> bool:
    """Whether a line is of the page and not of the text: it would change from day to day and from site to site."""
    return len(line) <= _LONGEST_FURNITURE and "。" not in line and _FURNITURE.search(line) is not None


def _title(document: Document, heading: str | None, titles: tuple[str, ...], listed: str) -> str:
    """What on the page says the same as the list, or else its heading; without either, what the list says."""
    shown = fold(listed).rstrip(".…")
    candidates = [
        heading or "",
        *(fold(document.metas.get(name, "")) for name in _METAS_OF_TITLE),
        *titles,
        fold(document.title),
    ]
    known = [candidate for candidate in candidates if candidate]
    if shown:
        for candidate in known:
            if shown in candidate:
                return _without_brand(candidate, shown)
        window = fold(document.title)
        if heading and (heading in window or heading in candidates[1:]):
            return heading  # the page says twice by what name it goes; lists shorten and decorate
        return fold(listed)
    return _without_brand(known[0], "") if known else ""


def _without_brand(title: str, shown: str) -> str:
    """``标题_方城新闻_方城网`` without what follows the title."""
    while (match := _BRANDED.fullmatch(title)) is not None and shown in match.group(1) and len(match.group(1)) >= 6:
        title = match.group(1)
    return title.strip()


def _author(document: Document) -> str:
    for name in _METAS_OF_AUTHOR:
        content = fold(document.metas.get(name, ""))
        if 2 <= len(content) <= 30 and not content.startswith("http"):
            return content
    for line in document.lines[:400]:
        if len(line) <= 120:
            match = _AUTHOR.search(line)
            if match is not None:
                return fold(match.group(1))
    return ""


def _reprinted(document: Document) -> str:
    for index, line in enumerate(document.lines[:300]):
        if len(line) > 200 or "源" not in line:
            continue
        match = _SOURCE.search(line)
        if match is not None:
            return match.group(1).strip("《》“”\"'")
        if re.fullmatch(r"来\s?源\s*[：:]", line) and index + 1 < len(document.lines):
            return fold(document.lines[index + 1])[:30].strip("《》")
    return ""


def _parts(url: str, pager: tuple[str, ...]) -> tuple[str, ...]:
    """Those addresses of a pager that are further pages of this very article."""
    own = _stem(url)
    numbered: dict[int, str] = {}
    for address in pager:
        if host_of(address) == host_of(url) and _stem(address) == own and address != url:
            mark = _PAGE_MARK.search(address)
            if mark is not None:
                number = int((mark.group(1) or mark.group(2)).lower().lstrip("p"))
                numbered.setdefault(number, address)
    return tuple(numbered[number] for number in sorted(numbered))[: MAX_PARTS - 1]


def _stem(url: str) -> str:
    """An address without the mark of its page: ``/a/123_2.html`` and ``/a/123.html`` have the same."""
    parts = split(url)
    whole = parts.path + (f"?{parts.query}" if parts.query else "")
    return _PAGE_MARK.sub("", whole).rstrip("?&")
