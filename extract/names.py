"""What a page is called: its own name, its place in the site, the name of the site."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from extract.document import Document, fold

_HERE = re.compile(
    r"(?:您|你)?(?:现|当)?(?:前|在)?(?:所)?(?:在|处)?的?(?:当前)?位置(?:是|在)?\s*[：:]?|您所在的(?:位置|栏目)(?:是)?\s*[：:]?|当前栏目\s*[：:]|"
    r"(?:您|你)(?:现在|当前)(?:所)?在\s*[：:]"
)
_CRUMB_SPLIT = re.compile(r"\s*(?:>>|>|»|›|→|＞|﹥|»|&gt;|/|\\|－|\s-\s|⇒|▶|▸|--|—)\s*")
_SEPARATORS: Final = frozenset(
    (
        ">",
        ">>",
        "»",
        "›",
        "→",
        "＞",
        "﹥",
        "/",
        "\\",
        "-",
        "－",
        "--",
        "—",
        "⇒",
        "▶",
        "▸",
        "::",
        "·",
        "|",
        "&gt;",
        ">>>",
        "›››",
    )
)
_BULLETS: Final = frozenset(("·", "|", "-", "－", "—", "▶", "▸"))
_STRONG_SEPARATORS: Final = frozenset((">", ">>", "»", "›", "→", "＞", "﹥", "⇒", ">>>"))
_HOME_WORDS: Final = frozenset(("首页", "网站首页", "首 页", "主页", "返回首页", "门户首页", "本站首页", "home"))
_BODY_WORDS: Final = frozenset(
    (
        "正文",
        "内容",
        "详情",
        "详细",
        "详细内容",
        "文章",
        "文章内容",
        "信息内容",
        "内容页",
        "详情页",
        "信息详情",
        "文章详情",
        "文章正文",
        "查看",
        "浏览",
        "内容详情",
        "列表",
        "新闻内容",
        "阅读",
    )
)
_TITLE_SPLIT = re.compile(r"\s*(?:——|--+|_+|\s[-–—|]\s|\||｜|—|–|-|»|>|::|·\s)\s*")
_ORGANISATION = re.compile(
    r"(?:人民政府|政府|委员会|管委会|办公室|办事处|[局厅委办院馆站所会处署社]|中心|法院|检察院|公司|网|网站|门户|门户网站|平台|信息网|政务网|门户网站群!?|官网|部)$"
)
_DOES = re.compile(
    r"关于|新增|举办|举行|召开|开展|组织|我[省市县区局]|赴|走进|走访|通知|公告|会议|建成|荣获|慰问|调研|来到"
)
_GREETING = re.compile(r"^(?:欢迎(?:来到|进入|访问|光临|您|使用)?|中国[·•])")
_BRACKETS = re.compile(r"^[\[【](.{1,40})[\]】]$")
_GENERIC_TITLES: Final = frozenset(
    (
        "无标题文档",
        "无标题",
        "untitled document",
        "untitled",
        "首页",
        "网站首页",
        "列表",
        "列表页",
        "概览页",
        "细览页",
        "栏目",
        "信息公开",
        "document",
        "index",
        "新建网页 1",
        "文章列表",
        "信息列表",
        "详细页",
        "栏目页",
        "内容页",
        "列表概览页",
    )
)


@dataclass(frozen=True, slots=True)
class Names:
    name: str | None  # of the page or column, without that of the site
    site: str | None
    breadcrumb: tuple[str, ...]
    heading: str | None  # what stands largest on the page: h1, or a heading that says the same as the title
    titles: tuple[str, ...]  # the parts of the <title> that may be the page's own, without offices and sites
    is_body: bool  # the breadcrumb ends with 正文: an article


@lru_cache(maxsize=10_000)
def is_organisation(text: str) -> bool:
    """``方城县人民政府``, ``市教育体育局``, ``中国农药信息网``: the name of an office or its site, not of a column."""
    return 3 <= len(text) <= 30 and _ORGANISATION.search(text) is not None and _DOES.search(text) is None


def find_names(document: Document) -> Names:
    breadcrumb, is_body = find_breadcrumb(document.lines)
    parts = title_parts(document.title)
    metas = document.metas
    site = metas.get("sitename") or metas.get("site_name") or metas.get("og:site_name")
    if site is None:
        site = next((part for part in reversed(parts) if is_organisation(part)), None)
    heading = _heading(document, parts)
    column = metas.get("columnname") or metas.get("channelname") or metas.get("column")
    last = breadcrumb[-1] if breadcrumb else None
    if last is not None and last.lower() in _HOME_WORDS:
        last = None
    first = next((part for part in parts if part.lower() not in _GENERIC_TITLES), None)
    if first is not None and site is not None and first == site and len(parts) > 1:
        first = next((part for part in parts if part != site and part.lower() not in _GENERIC_TITLES), first)
    name = first
    if last is not None and not is_body and (name is None or len(name) <= 14 or is_organisation(name)):
        name = last  # a short title may be that of the column above, of the site, or of the template
    if name is None:
        name = fold(column) if column else heading
    own = tuple(part for part in parts if part != site and not is_organisation(part) and part not in breadcrumb)
    return Names(name, fold(site) if site else None, breadcrumb, heading, own, is_body)


def _same(first: str, second: str) -> bool:
    return first == second or first in second or second in first


@lru_cache(maxsize=2_000)
def title_parts(title: str) -> tuple[str, ...]:
    """The parts of a ``<title>``: name of the page, of the column, of the site."""
    parts: list[str] = []
    for raw in _TITLE_SPLIT.split(title):
        part = raw.strip(" \t-—_|>·")
        bracket = _BRACKETS.match(part)
        if bracket is not None:
            part = bracket.group(1).strip()
        part = _GREETING.sub("", part)
        if part and part not in parts:
            parts.append(part)
    return tuple(parts)


_NO_WORD = re.compile(r"\W").sub
_TITLED: Final = "h2,h3,.title,.bt,#title,.art_title,.con_title,.article-title"


def _has_title_class(source: str) -> bool:
    """Whether "title" or "bt" stands anywhere but where every page has it; asking the tree is dear."""
    usual = source.count("<title") + source.count("</title") + source.count(" title=")
    return "bt" in source or source.count("title") > usual


def _heading(document: Document, parts: tuple[str, ...]) -> str | None:
    for node in document.tree.css("h1"):
        text = fold(node.text())
        if 4 <= len(text) <= 200 and not is_organisation(text):
            return text
    folded = {_NO_WORD("", part) for part in parts}
    smaller = document.tree.css("h2,h3")
    titled = document.tree.css(_TITLED) if _has_title_class(document.source) else smaller
    for node in titled[:40]:
        text = fold(node.text())
        if 2 <= len(text) <= 200 and _NO_WORD("", text) in folded and not is_organisation(text):
            return text
    alone = [text for node in smaller if len(text := fold(node.text())) >= 10]
    return alone[0] if len(alone) == 1 and len(alone[0]) <= 100 and not is_organisation(alone[0]) else None


def find_breadcrumb(lines: list[str]) -> tuple[tuple[str, ...], bool]:
    """当前位置 from the top, and whether it ends with 正文."""
    for index, line in enumerate(lines):
        if ("位" in line and "位置" in line) or ("在" in line and "当前" in line) or "当前栏目" in line:
            match = _HERE.search(line)
            if match is None or match.start() > 12 or len(line) > 160:
                continue
            crumbs = _follow(line[match.end() :], lines[index + 1 : index + 24])
            if crumbs:
                return _trim(crumbs)
    for index, line in enumerate(lines):
        low = line.lower()
        if low in _HOME_WORDS and index + 2 < len(lines) and lines[index + 1] in _STRONG_SEPARATORS:
            return _trim(_follow("", lines[index : index + 24]))
        if len(line) <= 80 and line[:2] in ("首页", "主页") and len(line) > 3 and _CRUMB_SPLIT.match(line[2:]):
            return _trim(_follow(line, lines[index + 1 : index + 12]))
    return (), False


def _follow(start: str, rest: list[str]) -> list[str]:
    """Crumbs are names with separators between them; the first name without one before it is past the end."""
    crumbs: list[str] = []
    expect_name = True
    between: str | None = None  # the first separator; a bullet after it begins a list
    for line in [start, *rest]:
        text = line.strip()
        if not text:
            continue
        if text in _SEPARATORS:
            if between is not None and text != between and text in _BULLETS:
                break
            between = between or text
            expect_name = True
            continue
        if text in (":", "："):
            continue
        leading = _CRUMB_SPLIT.match(text)
        if leading is not None:
            between = between or leading.group().strip()
            expect_name = True
            text = text[leading.end() :]
        if not expect_name:
            break
        ends_open = False
        for part in _CRUMB_SPLIT.split(text):
            if part:
                if len(part) > 60 and crumbs:
                    return crumbs
                crumbs.append(fold(part))
                ends_open = False
            else:
                ends_open = True
        expect_name = ends_open
        if len(crumbs) >= 10:
            break
    return crumbs


def _trim(crumbs: list[str]) -> tuple[tuple[str, ...], bool]:
    crumbs = [crumb.strip("：: >»›[]") for crumb in crumbs]
    crumbs = [crumb for crumb in crumbs if crumb]
    is_body = False
    while crumbs and crumbs[-1] in _BODY_WORDS:
        is_body = is_body or crumbs[-1] not in ("列表",)
        crumbs.pop()
    return tuple(crumbs), is_body
