"""Pages with nothing on them: what says so itself, and what only a browser would fill."""

import re
from functools import lru_cache
from typing import Final

from extract.document import Document
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
_MOST_URLS: Final = 12
_LONGEST_CODE: Final = 200_000  # characters of one script that is searched


def says_empty(document: Document) -> str | None:
    """The words by which a page says that it has nothing: 暂无数据, 共 0 条.  Only where they stand by themselves."""
    for line in document.lines:
        if len(line) <= 24 and _is_empty_notice(line):
            return line
    return "共 0 条" if total_of(document.text) == 0 else None


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
