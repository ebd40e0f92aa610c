"""What a page is to its reader."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from extract.document import Document
from extract.names import Names, is_organisation
from extract.prose import Prose
from extract.signs import requirements_of
from records.verdicts import PageKind, Requirement

_HOME_PATH = re.compile(r"^/?(?:(?:index|default|main|home|portal)\.(?:s?html?|jspx?|aspx?|php|do|action))?$", re.I)
_DISCLOSURE_NAME = re.compile(
    r"依申请公开|(?:政府|政务)?信息公开(?:专栏|平台|目录|申请|意见箱|首页|网|系统|查询)?$|政府信息公开|^政务公开$|法定主动公开|主动公开|公开目录|公开(?:制度|规定|流程|条例)$"
)
_FORM_NAME = re.compile(
    r"纠错|登录|注册|下载客户端|客户端下载|调查|投稿|留言|信箱|来信|网站地图|联系我们|搜索|检索|查询"
)
_LIST_WORDS = re.compile(r"信息列表|文章列表|栏目列表")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen of a page, for deciding its kind."""

    names: Names
    url: str | None
    items: int  # of the chosen list
    dated: int
    written: int  # … of these, whose day is written beside them and not only in their address
    prose_beside: Prose
    blocks: int  # blocks with two or more dated rows
    previews: int  # blocks whose heading leads to more
    has_pager: bool
    says_empty: bool
    article_info: bool
    article_tools: bool
    article_metas: bool
    article_address: bool
    published: bool
    labelled: bool  # the page itself labels that day: 发布时间
    by_meta: bool  # … or a meta element does
    prose: int  # visible characters outside anchors
    longest: int  # the longest visible run
    anchors: int
    disclosure_entries: int  # menu entries of a disclosure tree
    attachments: int


def is_home(document: Document, evidence: Evidence) -> bool:
    """The first page of a site or of a sub-site: many columns shown at once, no place below another."""
    names = evidence.names
    if evidence.url is not None and _is_index(evidence.url):
        return evidence.anchors >= 8 and not (evidence.article_info and evidence.prose > 2000 and evidence.blocks == 0)
    if names.breadcrumb:
        return False
    if evidence.has_pager or (evidence.article_info and evidence.blocks < 2):
        return False
    own = names.name is None or names.name == names.site or is_organisation(names.name)
    many = evidence.blocks + evidence.previews
    if many < 4 and _home_is_above(document, evidence.url):
        return False
    if own and evidence.anchors >= 8 and evidence.blocks >= 2:
        return True
    if own and evidence.anchors >= 20 and (many >= 2 or evidence.anchors >= 60):
        return True
    return many >= 5 and evidence.anchors >= 60


_CHOOSES_PAGE = re.compile(
    r"(?:^|&)(?:\w*id|p|a|c|m|s|r|do|mod|act|action|page|url|cat\w*|col\w*|class\w*|type)=\w", re.I
)


def _is_index(url: str) -> bool:
    """Whether an address is that of an index file at the root; asked with a page's number it is any page of a site."""
    parts = urlsplit(url)
    return _HOME_PATH.match(parts.path) is not None and _CHOOSES_PAGE.search(parts.query) is None


def _home_is_above(document: Document, url: str | None) -> bool:
    """Whether the page's own 首页 link leads up and away: then this is a page below."""
    for anchor in document.anchors[:80]:
        if anchor.text.replace(" ", "") in ("首页", "网站首页", "返回首页", "主页"):
            href = (anchor.href or "").strip()
            if href.startswith("../"):
                return True
            if url is not None and anchor.url is not None and anchor.url.count("/") < url.count("/"):
                return True
    return False


def has_own_title(names: Names) -> bool:
    """Whether the page is headed by a title of its own and not by the name of its column."""
    heading = names.heading
    if heading is None or len(heading) < 8 or not names.breadcrumb:
        return False
    last = names.breadcrumb[-1]
    return heading not in last and (last not in heading or len(heading) > len(last) + 4)


def _is_titled(names: Names) -> bool:
    """Whether heading and title say the same, and it is not the name of a column."""
    heading = names.heading
    if heading is None or len(heading) < 8 or heading in names.breadcrumb[-1:]:
        return False
    return any(title in heading or heading in title for title in names.titles)


_TEXT: Final = 60  # visible characters that are a text and not a label


def is_article(evidence: Evidence) -> bool:
    """One text with its title and day, rather than a list of them."""
    beside = evidence.prose_beside
    paged = evidence.has_pager and evidence.written >= 3
    own = evidence.names.heading not in evidence.names.breadcrumb[-1:]
    enough = _TEXT if evidence.items else 0 if own else 1
    if beside.headed and beside.under_heading >= enough and not paged and not evidence.says_empty:
        return True
    if evidence.by_meta and not evidence.items and not evidence.says_empty and _is_titled(evidence.names):
        return True
    if (
        not evidence.written
        and beside.before_list >= 5 * _TEXT
        and (evidence.published or has_own_title(evidence.names))
    ):
        return True  # days in the addresses of what stands under a text make no list
    # Behind a text, a list dated by its addresses alone speaks less against an article.
    dated = evidence.written if beside.before_list >= _TEXT else evidence.dated
    placed = bool(evidence.names.breadcrumb) and (own or beside.under_heading > 0 or not evidence.names.heading)
    points = 0
    points += 2 if evidence.article_info and (evidence.published or evidence.longest >= 80) else 0
    points += 1 if evidence.article_tools else 0
    if has_own_title(evidence.names):
        points += 2 if evidence.items or evidence.has_pager else 3
    points += 2 if evidence.article_metas else 0
    points += 2 if evidence.article_address else 0
    points += 1 if evidence.published else 0
    points += 2 if evidence.names.is_body else 0
    points += 3 if evidence.labelled and not evidence.items and evidence.names.heading and placed else 0
    points += 1 if evidence.longest >= 80 else 0
    points += 1 if evidence.prose >= 600 else 0
    points += 1 if evidence.attachments and evidence.published else 0
    points -= 3 if evidence.has_pager and evidence.items >= 2 else 0
    points -= 3 if dated >= 5 and evidence.longest < 300 else 0
    points -= 2 if dated >= 3 and not evidence.article_info else 0
    points -= 2 if dated >= 8 else 0
    points -= 2 if evidence.says_empty else 0
    points -= 4 if evidence.items >= 2 and evidence.longest < 60 and not evidence.article_info else 0
    return points >= 4


def subject(name: str | None) -> PageKind | None:
    """The kind that a name makes: 公开指南, 年度报告, 权责清单, 依申请公开 …"""
    if not name:
        return None
    named = requirements_of(name)
    if Requirement.POWER_LIST in named or Requirement.RESPONSIBILITY_LIST in named:
        return PageKind.POWER_LIST
    if Requirement.DISCLOSURE_GUIDE in named:
        return PageKind.GUIDE
    if Requirement.DISCLOSURE_ANNUAL_REPORT in named:
        return PageKind.ANNUAL_REPORT
    if Requirement.DISCLOSURE_CATALOGUE in named or Requirement.DISCLOSURE_SYSTEM in named:
        return PageKind.DISCLOSURE
    if len(name) <= 20 and _DISCLOSURE_NAME.search(name):
        return PageKind.DISCLOSURE
    return None


def kind_of_page(document: Document, evidence: Evidence) -> PageKind:
    """The kind of a page that is what it promises; errors, redirects and shells are told before."""
    names = evidence.names
    if is_home(document, evidence):
        # The first page of a disclosure platform on a host of its own.
        own = subject(names.name) or subject(names.site)
        return PageKind.DISCLOSURE if own is PageKind.DISCLOSURE else PageKind.HOME
    article = is_article(evidence)
    if article:
        of_heading = subject(names.heading) or subject(names.name)
        if of_heading in (PageKind.POWER_LIST, PageKind.ANNUAL_REPORT, PageKind.GUIDE):
            return of_heading
        return PageKind.ARTICLE
    of_name = subject(names.name)
    if of_name is None and names.heading and not evidence.items:
        of_name = subject(names.heading)
    if of_name is not None:
        return of_name
    placed = evidence.items or names.breadcrumb
    if placed and evidence.disclosure_entries >= 3 and names.name is not None and is_organisation(names.name):
        return PageKind.DISCLOSURE
    if evidence.items >= 2 or evidence.dated >= 1:
        return PageKind.LIST
    if evidence.has_pager or evidence.says_empty:
        return PageKind.LIST
    if names.name is not None and _FORM_NAME.search(names.name):
        return PageKind.OTHER
    return PageKind.OTHER


_LIST_CLASS: Final = re.compile(r"list|news|lb\b|liebiao|xxlb|wzlb", re.I)

_NO_LIST_CLASS: Final = re.compile(r"nav|menu|foot|head|slide|swiper|search|share|tree", re.I)


def empty_list(document: Document) -> LexborNode | None:
    """The place for a list in which nothing stands: an empty column, where nothing else is shown."""
    for node in document.tree.css("ul,ol,tbody,div[class*=list],div[id*=list]"):
        around = node.parent if node.tag in ("ul", "ol") else None
        mark = _mark(node) if around is None else f"{_mark(node)} {_mark(around)}"
        named = _LIST_CLASS.search(mark) and not _NO_LIST_CLASS.search(mark)
        if named and not node.text(deep=True).strip() and node.css_first("img") is None:
            return node
    return None


def _mark(node: LexborNode) -> str:
    return f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
