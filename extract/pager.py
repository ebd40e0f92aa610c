"""How a list goes on: pagers made by scripts, by links, or only told in words."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from extract.document import Addresses, Document
from records.page import Pager

# createPageHTML(pages, current, name, extension) of TRS, and createPageHTML(id, pages, current, name, extension, total)
_CREATE = re.compile(r"createPageHTML\w*\s*\(([^()]{1,300})\)")
_ARGUMENT = re.compile(r"""'([^']*)'|"([^"]*)"|([^,\s'"]+)""")
_WORDS = re.compile(
    r"(?:共|总共|总计|合计)\s{0,3}[\[（(]?\s?(\d{1,6})\s?[\])）]?\s{0,3}页"
    r"|第?\s?\d{1,5}\s?页?\s?/\s?(?:共\s?)?(\d{1,6})\s?页"
    r"|当前第\s?\d{1,5}\s?/\s?(\d{1,6})\s?页"
    r"|页次[：:]\s?\d{1,5}\s?/\s?(\d{1,6})"
)
_WORDS_BEFORE: Final = 40  # characters that an expression of _WORDS has before its first or only 页, at most
_WORDS_BEHIND: Final = 24
_TOTAL = re.compile(
    r"共(?:计|有)?\s{0,3}[\[（(]?\s?(\d{1,7})\s?[\])）]?\s{0,3}(?:条|项|篇|件|个记录|记录)(?:记录|信息|数据|结果)?"
)
_CODE_PAGES = re.compile(
    r"""\b(?:countPage|pageCount|totalPages?|total_?page|pagecount|allPage|maxPage)["']?\s*[=:]\s*["']?(\d{1,6})""",
    re.I,
)
_DATASTORE_PAGES = re.compile(r"<totalpage>\s*(\d{1,6})\s*</totalpage>", re.I)
_CURRENT = re.compile(r"当前(?:第|页)?\s?[:：]?\s?(\d{1,5})\s?(?:/|页)")
_NEXT: Final = frozenset(
    ("下一页", "下页", "后一页", "下一页>", "下一页>>", "下一頁", "后页", "next", "next>", ">", "»", "›", "下一页»")
)
_PAGER_WORDS: Final = _NEXT | {
    "上一页",
    "上页",
    "首页",
    "尾页",
    "末页",
    "最后一页",
    "第一页",
    "prev",
    "last",
    "first",
    "«",
    "<",
    ">>",
    "<<",
    "‹",
}
_STEP = re.compile(r"^[\[(（]?\s?(\d{1,4})\s?[\])）]?$")
_MOST: Final = 12  # addresses made from a count: the nearest; each of those pages tells of its own


def find_pager(document: Document, addresses: Addresses) -> Pager | None:
    """The pager of a page, ``None`` where it has none."""
    pages: int | None = None
    index: int | None = None
    made: list[str] = []
    for code in document.scripts:
        if "createPageHTML" in code:
            for match in _CREATE.finditer(code):
                found = _from_call(match.group(1))
                if found is not None:
                    pages, index, made = found
    if pages is None:
        pages, index = _from_words(document)
    if pages is None:
        pages = _from_code(document)
    linked, highest, has_next = _from_links(document)
    if pages is None and highest is not None:
        pages = highest
    if pages is None and not linked and not has_next:
        return None
    urls: dict[str, None] = dict.fromkeys(linked)
    for name in made:
        url = addresses.resolve(document.base, name, document.charset) or (name if document.base is None else None)
        if url is not None:
            urls.setdefault(url)
    return Pager(pages, index, tuple(urls))


def _from_call(arguments: str) -> tuple[int, int | None, list[str]] | None:
    values = [a or b or c for a, b, c in _ARGUMENT.findall(arguments)]
    numbers = [int(value) if value.isdigit() else None for value in values]
    if len(values) >= 4 and numbers[0] is not None:
        pages, index, name, extension = numbers[0], numbers[1], values[2], values[3]
    elif len(values) >= 5 and numbers[1] is not None:
        pages, index, name, extension = numbers[1], numbers[2], values[3], values[4]
    else:
        return None
    if pages > 100_000:
        return None
    names = []
    if re.fullmatch(r"[\w\-./]{1,60}", name) and re.fullmatch(r"\w{1,6}", extension):
        here = index or 0
        order = sorted(range(pages), key=lambda page: (abs(page - here), page))
        names = [f"{name}.{extension}" if page == 0 else f"{name}_{page}.{extension}" for page in order if page != here]
    return pages, index, names[:_MOST]


def _from_code(document: Document) -> int | None:
    for code in document.scripts:
        if len(code) < 200_000:
            pages = _pages_in(code)
            if pages is not None:
                return pages
    match = _DATASTORE_PAGES.search(document.source) if document.tree.css_first("totalpage") is not None else None
    return int(match.group(1)) if match is not None else None


@lru_cache(maxsize=500)  # the same scripts stand on all pages of a site
def _pages_in(code: str) -> int | None:
    match = _CODE_PAGES.search(code) or _DATASTORE_PAGES.search(code)
    return None if match is None else int(match.group(1))


def _near_page(text: str) -> Iterator[str]:
    """The text around each 页: all that the expressions of ``_WORDS`` can lie in, and little to look through."""
    position = text.find("页")
    while position >= 0:
        yield text[max(0, position - _WORDS_BEFORE) : position + _WORDS_BEHIND]
        position = text.find("页", position + 1)


def _from_words(document: Document) -> tuple[int | None, int | None]:
    text = document.text
    match = next((found for near in _near_page(text) if (found := _WORDS.search(near))), None)
    if match is None:
        return None, None
    pages = int(next(group for group in match.groups() if group is not None))
    current = _CURRENT.search(text)
    return pages, int(current.group(1)) - 1 if current is not None and int(current.group(1)) > 0 else None


def _from_links(document: Document) -> tuple[list[str], int | None, bool]:
    """Addresses of other pages, the highest page number that is linked, whether there is a 下一页."""
    following: list[str] = []
    numbered: list[tuple[int, str | None]] = []
    has_next = False
    near = False
    for anchor in document.anchors:
        text = anchor.text
        if not text or len(text) > 8:
            near = False if len(text) > 8 else near
            continue
        meaning = _meaning(text)
        if meaning is None:
            continue
        if isinstance(meaning, int):
            numbered.append((meaning, anchor.url))
            continue
        near = True
        if meaning in _NEXT:
            has_next = has_next or meaning not in (">", "»", "›")
            if anchor.url is not None:
                following.append(anchor.url)
    numbers = [number for number, _ in numbered]
    if not has_next and not (len(numbers) >= 2 and 2 in numbers and 3 in numbers and near):
        return [], None, False
    urls = following + [url for number, url in numbered if url is not None and number > 1]
    highest = max((number for number in numbers if number < 10_000), default=None)
    return list(dict.fromkeys(urls)), highest if has_next or near else None, has_next


@lru_cache(maxsize=20_000)  # short texts, most of them of menus
def _meaning(text: str) -> str | int | None:
    """The number of a page, a word of pagers in lower case without spaces, or nothing."""
    lowered = text.lower().replace(" ", "")
    if lowered in _PAGER_WORDS:
        return lowered
    step = _STEP.match(text)
    return None if step is None else int(step.group(1))


def total_of(text: str) -> int | None:
    """``共 0 条`` → 0: how many items a list says it has, ``None`` where it does not say."""
    start = text.find("共")
    while start >= 0:
        match = _TOTAL.match(text, start)
        if match is not None:
            return int(match.group(1))
        start = text.find("共", start + 1)
    return None
