"""Pages with nothing on them: what says so itself, and what only a browser would fill."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborNode

from extract.document import Document, is_common_script
from extract.pager import total_of
from extract.trees import fetches_tree

_SAYS_EMPTY = re.compile(
    r"暂无(?:相关)?(?:数据|内容|信息|记录|文章|资料|新闻|公告|更新|结果|文件|任何内容)?|没有(?:找到|查询到)?(?:相关|任何|符合条件的)?(?:数据|内容|信息|记录|文章)|"
    r"(?:该|本|此)栏目(?:下)?(?:暂无|没有|无)|(?:该|本|此)?(?:内容|栏目|信息|资料|页面)(?:正在)?(?:建设|更新|完善|整理|录入|筹备|维护|制作)中|"
    r"无(?:相关)?(?:数据|记录)|no data|no records?",
    re.I,
)
_TEMPLATE = re.compile(
    r"\{\{[^{}\n]{1,80}\}\}|<%=?[^%\n]{1,80}%>|\$\{[\w.]{1,40}\}|\bv-for=|\bng-repeat=|v-html=|:data-\w+="
)
_ROOT = re.compile(
    r"""<div[^>]{0,80}\bid\s*=\s*["']?(?:app|root|main-app|__nuxt|__next|vue-app|container-app)["'\s>]""", re.I
)
_AJAX = re.compile(
    r"\$\.(?:ajax|post|get|getJSON)\s*\(|\baxios[.(]|\bfetch\s*\(|XMLHttpRequest|\.load\s*\(\s*[\"']|jpage|\$http\.|layui\.use|\.ajax\s*\(|getList\s*\(",
)
_DATA_URL = re.compile(
    r"""(?:url\s*[:=]\s*|\$\.(?:get|post|getJSON)\s*\(\s*|axios\.(?:get|post)\s*\(\s*|fetch\s*\(\s*|\.load\s*\(\s*|open\s*\(\s*["'](?:GET|POST)["']\s*,\s*)["']([^"'\s<>{}]{2,300})["']""",
    re.I,
)
_NOT_DATA = re.compile(
    r"\.(?:js|css|png|jpe?g|gif|svg|ico)(?:\?|$)|tongji|hm\.baidu|analytics|cnzz|visit|counter|click|weather|jiucuo|login|share|upload|captcha",
    re.I,
)
_UNSEEN = re.compile(r"\b(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_CONDITIONS: Final = frozenset(
    ("hidden", "v-if", "v-show", "v-else", "v-else-if", "ng-if", "ng-show", "ng-hide", "x-if", "x-show", "v-cloak")
)
# Classes by which well-known style sheets hide: Bootstrap, Layui, Bulma, Tailwind, and what everybody writes.
_HIDDEN_CLASSES: Final = frozenset(("hide", "hidden", "d-none", "layui-hide", "is-hidden", "invisible"))
# Boxes of the page as a whole: a script has no list to put there.
_FRAMEWORK_ID = re.compile(
    r"(?:main|page|wrap|content|container|center|left|right|mid|body|box|con|bg|layout)\w{0,6}", re.I
)
_MOST_URLS: Final = 12
_LONGEST_CODE: Final = 200_000  # characters of one script that is searched


@dataclass(frozen=True, slots=True)
class Notice:
    """The words by which a page says that it has nothing."""

    words: str
    may_go: bool = False  # they stand where a script of the page would put something else


def find_notice(document: Document) -> Notice | None:
    """暂无数据, 共 0 条: only where they stand by themselves, and only where a reader sees them.

    Pages that a script fills keep such words ready in a hidden element, or as what is shown until the list has come.
    """
    notices = {line for line in document.lines if len(line) <= 24 and _is_empty_notice(line)}
    if notices:
        shown = [(line, node) for line, node in _holders(document, notices) if not _is_hidden(node)]
        if shown:
            may_go = _may_be_filled_from_outside(document) and all(_is_a_place(node) for _, node in shown)
            return Notice(shown[0][0], may_go)
    if total_of(document.text) != 0:
        return None
    may_go = any(_is_a_place(node) for _, node in _holders(document, {"0"}))
    return Notice("共 0 条", may_go and bool(document.script_sources or document.scripts))


def _holders(document: Document, lines: Collection[str]) -> Iterator[tuple[str, LexborNode]]:
    """Where some visible runs stand, in document order: each with the element whose own text it is."""
    body = document.tree.body
    if body is None:
        return
    for node in body.traverse(include_text=True):
        if node.tag != "-text" or node.parent is None:
            continue
        for run in node.text().split("\n"):
            if run.strip() in lines:
                yield run.strip(), node.parent


def _is_hidden(node: LexborNode) -> bool:
    """Whether an element, or one around it, is not shown, or shown under a condition that only a script decides."""
    here: LexborNode | None = node
    while here is not None and here.tag != "body":
        attributes = here.attributes
        if not attributes.keys().isdisjoint(_CONDITIONS) or _UNSEEN.search(attributes.get("style") or ""):
            return True
        if not _HIDDEN_CLASSES.isdisjoint((attributes.get("class") or "").lower().split()):
            return True
        here = here.parent
    return False


def may_be_filled_in(document: Document, node: LexborNode) -> bool:
    """Whether a script may bring what an empty element is to show: it has a name or data for scripts."""
    parts = [node, *node.css("*")]
    told = _is_a_place(node) or any(
        name == "id" or name.startswith("data-") for one in parts for name in one.attributes
    )
    fetches = any(_AJAX.search(code) for code in document.scripts)
    return told and (fetches or _may_be_filled_from_outside(document))


def _is_a_place(node: LexborNode) -> bool:
    """Whether a script can address an element, or the one that holds it, as the place of something of its own."""
    around = [node] if node.parent is None else [node, node.parent]
    names = [one.attributes.get("id") or "" for one in around if one.tag != "body"]
    return any(name and _FRAMEWORK_ID.fullmatch(name) is None for name in names)


def _may_be_filled_from_outside(document: Document) -> bool:
    """Whether an external script could fill a place: one that is no library, counter or part of the template."""
    return any(not is_common_script(src) for src in document.script_sources)


@lru_cache(maxsize=20_000)
def _is_empty_notice(line: str) -> bool:
    match = _SAYS_EMPTY.search(line)
    return match is not None and len(line) - len(match.group()) <= 8


def data_urls(document: Document) -> tuple[str, ...]:
    """Addresses, as written, from which scripts fetch what they show."""
    found: dict[str, None] = {}
    for code in document.scripts:
        if len(code) <= _LONGEST_CODE:
            found.update(dict.fromkeys(_fetched_by(code)))
        if len(found) >= _MOST_URLS:
            break
    return tuple(found)[:_MOST_URLS]


@lru_cache(maxsize=500)  # the same scripts stand on all pages of a site
def _fetched_by(code: str) -> tuple[str, ...]:
    if _AJAX.search(code) is None:
        return ()
    targets = [match.group(1) for match in _DATA_URL.finditer(code)]
    return tuple(
        target
        for target in targets[:50]
        if ("/" in target or "." in target) and not _NOT_DATA.search(target) and target[:1] != "+"
    )


def is_shell(document: Document) -> bool:
    """A page of which a browser would make everything: a root element, scripts, next to no text."""
    if len(document.text) > 120 or len(document.anchors) > 4:
        return False
    if not (document.script_sources or document.scripts):
        return False
    if _ROOT.search(document.source):
        return True
    if re.search(r"<noscript[^>]*>[^<]*(?:javascript|浏览器)", document.source, re.I) and len(document.text) <= 60:
        return True
    return len(document.text) <= 30 and any(
        "chunk" in src or "app." in src or "bundle" in src for src in document.script_sources
    )


_ACTS = re.compile(
    r"location|navigate|submit|document\.write|innerHTML|\beval\s*\(|\bfetch\s*\(|ajax|XMLHttp|append|Function\s*\(|unescape|"
    r"fromCharCode|atob|cookie|createElement|\.html\s*\(",
    re.I,
)
_COUNTS = re.compile(
    r"hm\.baidu|\b_hmt\b|cnzz|51\.la|tongji|google-?analytics|googletagmanager|gtag|czc\b|conac|zz\.bdstatic|push\.js",
    re.I,
)


def may_be_filled(document: Document) -> bool:
    """Whether anything in a page that shows nothing could make it show something; counters of visitors cannot."""
    if any(_COUNTS.search(src) is None for src in document.script_sources):
        return True
    if any(_ACTS.search(code) is not None and _COUNTS.search(code) is None for code in document.scripts):
        return True
    body = document.tree.body
    return "refresh" in document.metas or (body is not None and bool(body.attributes.get("onload")))


def is_filled_by_script(document: Document) -> bool:
    """Whether a script would put a list into the page that is not there: templates left unfilled, or data fetched."""
    if _TEMPLATE.search(document.source) and (_AJAX.search(document.code) or _TEMPLATE.search(document.text)):
        return True
    return any(_AJAX.search(code) and _LIST_CODE.search(code) for code in document.scripts)


def awaits_tree(document: Document) -> bool:
    """Whether a script builds a tree menu of nodes that are not on the page."""
    return any(fetches_tree(code) for code in document.scripts)


_LIST_CODE = re.compile(
    r"append\(|innerHTML|\.html\(|\.forEach|\$\.each|\.map\(|<li|<tr|jpage|dataproxy|pageNo|pageSize|pageIndex|rows\b",
    re.I,
)
