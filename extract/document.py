"""One parsed page: the tree, its anchors, its scripts and its visible text, each walked once."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from extract.addresses import absolute, is_address, kind_of
from extract.written import with_written
from records.verdicts import LinkKind

_CALL_TARGET = re.compile(
    r"""(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\(|window\.open\s*\(|[\w.$]+\s*\()\s*(?:[^'"()]{0,40},\s*)?"""
    r"""(?:'([^']{1,600})'|"([^"]{1,600})"|&quot;(.{1,600}?)&quot;)"""
    r"""(?!\s*\+(?!\s*(?:Math\.random|new\s+Date)))""",  # what is joined from parts is no address yet
)
_LOOKS_LIKE_ADDRESS = re.compile(
    r"(?:https?:)?//[\w.\-]+|\.{0,2}/[^\s<>]*|[\w\-./%]+\.(?:s?html?|jspx?|aspx?|php|do|action|pdf|docx?|xlsx?|zip|rar)(?:\?.*)?\Z",
    re.I,
).match
# Targets that need no more than joining, which most are: "/a/b.html", "../c.html", "t20201230_1.html"
_PLAIN = re.compile(
    r"(?:\./)?((?:\.\./){0,8})(/?[A-Za-z0-9_\-]++(?:[/.][A-Za-z0-9_\-]++)*+/?(?:\?[A-Za-z0-9_\-.=&%]*+)?)\Z"
).match
_PLAIN_BASE = re.compile(r"https?://[a-z0-9.\-]++(?::(?!80/|443/)\d++)?(?:/[A-Za-z0-9_\-.%]++)*+/\Z").match
_MAX_TREE_DEPTH: Final = 3000  # deeper nesting is made flat before anything walks it
_CACHE_LIMIT: Final = 100_000


def fold(text: str) -> str:
    """White space folded to single spaces, ends stripped."""
    return " ".join(text.split())


AnchorEntry = tuple[str, str, str | None, str, str]  # text, title, address, alt text of a picture, key


class Addresses:
    """Resolves written targets, and remembers: pages of one site share most of their links."""

    def __init__(self) -> None:
        self._scopes: dict[tuple[str | None, str], dict[str, str | None]] = {}
        self._anchors: dict[tuple[str | None, str], dict[tuple[str | None, str, str | None], AnchorEntry]] = {}
        self._kinds: dict[str, LinkKind] = {}
        self._held = 0
        self._last: tuple[str | None, str, Callable[[str], str | None]] | None = None

    def resolve(self, base: str | None, raw: str, charset: str) -> str | None:
        """The absolute address, ``None`` where there is none; see ``addresses.absolute``."""
        if self._last is None or self._last[:2] != (base, charset) or self._held > _CACHE_LIMIT:
            self._last = (base, charset, self.resolver(base, charset))
        return self._last[2](raw)

    def resolver(self, base: str | None, charset: str) -> Callable[[str], str | None]:
        """``resolve`` for one page: what is relative to the host or to the folder is remembered for all its pages."""
        origin, folder = _origin(base), _folder(base)
        of_host, of_folder = self._scope(origin, charset), self._scope(folder, charset)
        of_page: dict[str, str | None] = {}
        plain = None
        if origin is not None and folder is not None and _PLAIN_BASE(folder) is not None:
            plain = origin, folder

        def resolve(raw: str) -> str | None:
            first = raw[:1]
            known = of_host if first == "/" else of_page if first in ("?", "") else of_folder
            try:
                return known[raw]
            except KeyError:
                pass
            self._held += 1
            found: str | None
            if plain is not None and (match := _PLAIN(raw)) is not None:
                host, above = plain
                ups, rest = match.groups()
                if first == "/":
                    found = f"{host}{raw}"
                else:
                    for _ in range(len(ups) // 3):
                        cut = above.rfind("/", 0, len(above) - 1)
                        above = above[: max(cut, len(host)) + 1]
                    found = f"{above}{rest}"
            else:
                found = absolute(base, raw, charset)
            known[raw] = found
            return found

        return resolve

    def kind(self, url: str) -> LinkKind:
        """The kind of what an anchor points to."""
        kind = self._kinds.get(url)
        if kind is None:
            kind = self._kinds[url] = kind_of(url, "a")
        return kind

    def anchors(self, base: str | None, charset: str) -> dict[tuple[str | None, str, str | None], AnchorEntry]:
        """Anchors that were read on pages of the same folder, by what they are written: menus stand on all of them."""
        if sum(map(len, self._anchors.values())) > _CACHE_LIMIT // 4:
            self._anchors.clear()
        return self._anchors.setdefault((_folder(base), charset), {})

    def _scope(self, scope: str | None, charset: str) -> dict[str, str | None]:
        if self._held > _CACHE_LIMIT:
            self._scopes.clear()
            self._kinds.clear()
            self._held = 0
        return self._scopes.setdefault((scope, charset), {})


def _origin(base: str | None) -> str | None:
    if base is None:
        return None
    end = base.find("/", 8)
    return base if end < 0 else base[:end]


def _folder(base: str | None) -> str | None:
    return None if base is None else base[: base.partition("?")[0].rfind("/") + 1]


@dataclass(slots=True, eq=False)
class Anchor:
    """An ``<a>`` or ``<area>``: with or without an address, shown or not."""

    node: LexborNode
    href: str | None  # as written
    text: str  # folded
    title: str  # the attribute, folded
    url: str | None  # absolute, or as written where the page has no address of its own
    key: str  # what makes two anchors the same target
    image: str = ""  # alt text of a picture in it

    @property
    def label(self) -> str:
        return self.text or self.title or self.image


def call_target(code: str) -> str | None:
    """The address in a piece of script: ``window.open('/a.html')``, ``location.href='b.html'`` …"""
    for match in _CALL_TARGET.finditer(code):
        raw = (match.group(1) or match.group(2) or match.group(3) or "").strip()
        if raw and _LOOKS_LIKE_ADDRESS(raw) and is_address(raw):
            return raw
    return None


@dataclass(slots=True, eq=False)
class Document:
    """What the later steps share.  ``base`` is ``None`` where the address of the page is unknown."""

    tree: LexborHTMLParser
    source: str
    charset: str
    base: str | None
    title: str = ""
    clickable: list[LexborNode] = field(default_factory=list)  # elements with onclick, anchors excepted
    anchors: list[Anchor] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)  # inline code
    script_sources: list[str] = field(default_factory=list)
    fillers: list[str] = field(default_factory=list)  # external scripts that stand alone where content would
    metas: dict[str, str] = field(default_factory=dict)  # name in lower case → content
    lines: list[str] = field(default_factory=list)  # visible text, one entry for each run, folded, none empty

    _text: str | None = None
    _anchored: frozenset[str] | None = None

    @property
    def text(self) -> str:
        """Visible text, runs joined by a space."""
        if self._text is None:
            self._text = " ".join(self.lines)
        return self._text

    @property
    def anchored(self) -> frozenset[str]:
        """The texts of all anchors."""
        if self._anchored is None:
            self._anchored = frozenset([anchor.text for anchor in self.anchors])
        return self._anchored

    def longest_prose(self) -> int:
        """The length of the longest visible run that is no anchor, 0 where none is longer than 40 characters."""
        anchored = self.anchored
        long = [line for line in self.lines if len(line) > 40 and line not in anchored]
        return max([len(line) for line in long if not _is_label(line)], default=0)

    def short_runs(self, names: Collection[str]) -> tuple[str, ...]:
        """Runs too short for ``body_length``, from the last that is one of ``names`` (heading, place) to the footer."""
        anchored = self.anchored | {fold(node.text()) for node in self.clickable}
        found: dict[str, None] = {}
        for line in self.lines[max(map(self._heading_at, names), default=-1) + 1 :]:
            if _FOOTER.search(line) is not None and _BANNER(line) is None:
                break
            if len(line) < _SHORT_RUN and line not in anchored and _WORD(line) and not _is_label(line):
                found[line] = None
        return tuple(found)[:_MOST_SHORT_RUNS]

    def _heading_at(self, name: str) -> int:
        """The last line that is a name and no menu entry, which mostly stands before it; -1 where there is none."""
        met = [index for index, line in enumerate(self.lines) if line == name]
        entries = sum(1 for anchor in self.anchors if anchor.text == name)
        return met[-1] if len(met) > entries else -1

    def body_length(self) -> int:
        """Visible characters of the main text: without anchors, short runs, headings, labelled data and footers."""
        anchored = self.anchored
        headings = {self.title, *(fold(node.text()) for node in self.tree.css("h1,h2"))}
        long = [
            line for line in self.lines if len(line) >= _SHORT_RUN and line not in anchored and line not in headings
        ]
        return sum([len(line) for line in long if not _is_label(line)])

    @property
    def code(self) -> str:
        return "\n".join(self.scripts)


_SHORT_RUN: Final = 12  # characters: shorter runs are labels, as a rule
_MOST_SHORT_RUNS: Final = 60
_WORD = re.compile(r"[\u4e00-\u9fff]{3}").search
_LABELLED_DATA = re.compile(
    r"^\W*(?:发布(?:者|人|时间|日期|机构|单位)|发文(?:机关|字号|日期)|来\s?源|信息来源|作\s?者|编\s?辑|责任编辑|点击(?:数|量|率|次数)?|浏览(?:次数|量)?|阅读(?:次数|量)?|"
    r"索\s?引\s?号|更新时间|发表时间|公开日期|成文日期|字\s?[体号]|日\s?期|时\s?间|(?:您|你)?(?:现在|当前)?的?(?:所在)?位置)\s*[：:]"
)
_FOOTER = re.compile(
    r"版权所有|copyright|ICP备|公网安备|网站标识码|技术支持|建议使用|最佳分辨率|(?:主|承)办(?:单位|方)?\s*[：:]|^\W*(?:今天是|现在是)",
    re.I,
)


_BANNER = re.compile(r"\W*(?:今天是|现在是)").match
_MAY_BE_LABEL = re.compile("[:：版备标技议辨今现cC]").search


def _is_label(line: str) -> bool:
    """Whether a run is labelled data of an article (发布时间, 点击数 …), the place of the page or a footer."""
    if len(line) > 160 or _MAY_BE_LABEL(line) is None:
        return False
    if _FOOTER.search(line) is not None:
        return True
    return len(line) <= 100 and _LABELLED_DATA.match(line) is not None and "。" not in line


def parse(source: str, *, url: str | None, charset: str) -> Document:
    """Parse markup.  Never raises on any text."""
    if len(source) > _LARGE:
        source = _tamed(source)
    if "document.write" in source:
        source = with_written(source)
    tree = LexborHTMLParser(source)
    document = Document(tree, source, charset, _base(tree, url, charset))
    if "onclick" in source or "onClick" in source or "ONCLICK" in source:
        document.clickable = [node for node in tree.css("[onclick]") if node.tag not in ("a", "area")]
    for title in tree.css("title"):
        text = fold(title.text())
        if text:
            document.title = text
            break
    for meta in tree.css("meta"):
        attributes = meta.attributes
        name = attributes.get("name") or attributes.get("property") or attributes.get("http-equiv")
        content = attributes.get("content")
        if name and content:
            document.metas.setdefault(name.lower(), content)
    for script in tree.css("script"):
        src = script.attributes.get("src")
        if src:
            document.script_sources.append(src)
            if _fills_a_place(script, src):
                document.fillers.append(src)
            continue
        code = script.text()
        if code and not code.isspace():
            document.scripts.append(code)
    return document


_NO_PLACE: Final = frozenset(("head", "body", "html", "form"))
_COUNTER = re.compile(
    r"hm\.baidu|tongji|cnzz|51\.la|51yes|conac|zzjg|gov\.cn/ta/|analytics|gtag|count|click|stat[._/?]|visit|hits?[._/?]|share|jiathis|"
    r"bdimg|jquery|(?:^|/)(?:jq|common|main|base|index|nav|menu|foot\w*|head\w*|top|bottom|date|time|weather|search|swiper|slide\w*|"
    r"font\w*|pager?|layui|bootstrap|vue|config|public|global|style|login|qrcode)[\w.\-]*\.js|_govdata|jiucuo|wza|barrierfree|unpkg|cdn",
    re.I,
).search


_ASKS = re.compile(r"[^?]*\?(?:.*&)?\w*(?:id|callback|channel|col\w*|cat\w*|class\w*)=", re.I).match


def is_common_script(src: str) -> bool:
    """Whether an external script is, by its name, a library, a counter or a part of the template."""
    return _COUNTER(src) is not None


def _fills_a_place(script: LexborNode, src: str) -> bool:
    """Whether an external script is all that an element of the page holds: it would write what is to be read there."""
    parent = script.parent
    if parent is None or parent.tag == "head" or _COUNTER(src):
        return False
    if parent.tag in _NO_PLACE:
        return _ASKS(src) is not None
    shown = sum(len(child.text().strip()) for child in parent.iter(include_text=True) if child.tag != "script")
    return shown <= 40 and parent.css_first("img,a,iframe,input") is None


def read_text(document: Document) -> None:
    """Fill ``lines`` and ``anchors``.  Takes scripts and styles out of the tree: read them before."""
    tree = document.tree
    for node in tree.css("script,style,noscript,template,textarea,title"):
        node.decompose()
    root = tree.body or tree.root
    if root is None:
        return
    document.lines = read_runs(root)


def read_runs(node: LexborNode) -> list[str]:
    """The runs of text in a node, stripped, none empty."""
    return [run for raw in node.text(separator="\n").split("\n") if (run := raw.strip())]


def gather_anchors(document: Document, addresses: Addresses) -> None:
    """Fill ``anchors`` in document order."""
    base = document.base
    resolve = addresses.resolver(base, document.charset)
    known = addresses.anchors(base, document.charset)
    seen: dict[tuple[str, str], int] = {}
    append = document.anchors.append
    for node in document.tree.css("a,area"):
        attributes = node.attributes
        href = attributes.get("href")
        shown = node.text()
        written = attributes.get("title")
        entry = known.get((href, shown, written))
        if entry is None:
            entry = _read_anchor(node, attributes, href, shown, written, base, resolve)
            if shown and href and href[0] not in "#?" and ":" not in href:
                known[href, shown, written] = entry
        text, title, url, image, key = entry
        if text:
            # The same text for the same target a second time is another row (a title and its 详情 differ in text).
            named = key, text
            if named in seen:
                times = seen[named] = seen[named] + 1
                key = f"{key}#{times}"
            else:
                seen[named] = 1
        append(Anchor(node, href, text, title, url, key, image))


def _read_anchor(
    node: LexborNode,
    attributes: dict[str, str | None],
    href: str | None,
    shown: str,
    written: str | None,
    base: str | None,
    resolve: Callable[[str], str | None],
) -> AnchorEntry:
    url: str | None = None
    target = href
    if href is None or href[:1] in ("#", "") or (":" in href and not is_address(href)):
        onclick = attributes.get("onclick")
        code = href if href and href[:11].lower() == "javascript:" else None
        target = (call_target(onclick) if onclick else None) or (call_target(code) if code else None)
        if target is None and href and href.strip() and is_address(href):
            target = href
    if target is not None:
        url = resolve(target)
        if url is None and base is None and is_address(target):
            url = target.strip()
    text = fold(shown) if shown else ""
    image = ""
    if not text:
        picture = node.css_first("img")
        if picture is not None:
            image = fold(picture.attributes.get("alt") or picture.attributes.get("title") or "")
    return text, fold(written) if written else "", url, image, url or f"{href or ''}|{text}"


def _base(tree: LexborHTMLParser, url: str | None, charset: str) -> str | None:
    node = tree.css_first("base")
    if node is None:
        return url
    raw = node.attributes.get("href") or ""
    return absolute(url, raw, charset) or url


_LARGE: Final = 300_000  # characters; what follows costs time and matters only for attacks
_OPTION = re.compile(r"<option\b[^<>]*>", re.I)
_LONG_TAG = re.compile(r"(<[a-zA-Z][^<>]{20000})[^<>]+")
_MOST_OPTIONS: Final = 3000


def _tamed(source: str) -> str:
    """Cut what the parser takes quadratic time for: thousands of options, of attributes, of nested elements."""
    if source.count("<option") + source.count("<OPTION") > _MOST_OPTIONS:
        seen = 0

        def first_ones(match: re.Match[str]) -> str:
            nonlocal seen
            seen += 1
            return match.group() if seen <= _MOST_OPTIONS else " "

        source = _OPTION.sub(first_ones, source)
    source = _LONG_TAG.sub(r"\1", source)
    return _flattened(source) if source.count("<") > 20_000 else source


_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})\b([^>]{0,5000})>")
_VOID: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)


def _flattened(source: str) -> str:
    """Drop opening tags that nest deeper than any page does; an attack, not a page."""
    depth = deepest = 0
    for match in _TAG.finditer(source):
        if match.group(2).lower() in _VOID or match.group(3).endswith("/"):
            continue
        depth += -1 if match.group(1) else 1
        deepest = max(deepest, depth)
        if deepest > _MAX_TREE_DEPTH:
            break
    if deepest <= _MAX_TREE_DEPTH:
        return source
    depth = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth
        name = match.group(2).lower()
        if name in _VOID or name == "a":
            return match.group()
        if match.group(1):
            depth = max(0, depth - 1)
            return match.group() if depth < _MAX_TREE_DEPTH else ""
        depth += 1
        return match.group() if depth <= _MAX_TREE_DEPTH else ""

    return _TAG.sub(keep, source)
