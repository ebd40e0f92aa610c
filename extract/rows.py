"""Rows and blocks: which anchors of a page stand in one list.

A row is the largest element that holds one target only; a block is what holds several rows.  So a list is found by its
structure alone, whatever tags it is made of.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborNode

from extract.document import Addresses, Anchor, Document, call_target, fold

_CLIMB: Final = 60  # levels; deeper nesting is no list
_MANY: Final = object()
_STOP_TAGS: Final = frozenset(("body", "html", "-undef", "-document"))
_MOST_ANCHORS: Final = 6000  # of a page; lists of portals have at most some hundred rows

GENERIC: Final = frozenset(
    [
        *(
            "更多",
            "更多>>",
            "更多>",
            "更多...",
            "更多»",
            ">>更多",
            "more",
            "more>>",
            "more+",
            "+more",
            "+更多",
            "更多+",
        ),
        *(
            "详情",
            "详细",
            "查看",
            "查看详情",
            "详细信息",
            "阅读原文",
            "阅读全文",
            "[阅读原文]",
            "[详细]",
            "[详情]",
            "全文",
            "下载",
        ),
        *(
            "点击下载",
            "预览",
            "查看更多",
            "查看全文",
            "了解更多",
            "[更多]",
            "[ 更多 ]",
            "点击查看",
            "read more",
            "…",
            "...",
        ),
        *(
            "首页",
            "网站首页",
            "返回首页",
            "上一页",
            "下一页",
            "尾页",
            "末页",
            "返回",
            "关闭",
            "打印",
            "收藏",
            "设为首页",
        ),
        *(
            "加入收藏",
            "登录",
            "注册",
            "搜索",
            "繁体",
            "简体",
            "无障碍",
            "无障碍浏览",
            "联系我们",
            "网站地图",
            "版权声明",
        ),
    ]
)


@dataclass(slots=True, eq=False)
class Row:
    """One entry: its anchor, the element that holds it, and the texts that stand beside it in the container."""

    anchor: Anchor
    node: LexborNode
    after: str = ""  # texts between this row and the next, where the date stands outside the row


@dataclass(slots=True, eq=False)
class Block:
    """Rows under one container, in document order."""

    container: LexborNode
    rows: list[Row] = field(default_factory=list)
    order: int = 0  # position of its first anchor on the page


def find_blocks(document: Document, pseudo: list[Anchor]) -> list[Block]:
    """All blocks of a page, largest structure first seen first.  ``pseudo`` are rows that a script opens by click."""
    anchors = [anchor for anchor in (*document.anchors, *pseudo) if anchor.label]
    if len(anchors) > _MOST_ANCHORS:
        anchors = anchors[:_MOST_ANCHORS]
    if not anchors:
        return []
    stops = {node.mem_id for node in (document.tree.body, document.tree.root) if node is not None}
    owners, chains = _owners(anchors, stops)
    blocks: dict[int, Block] = {}
    seen: set[int] = set()
    for order, anchor in enumerate(anchors):
        node = anchor.node
        identity = node.mem_id
        parent: LexborNode | None = None
        above = 0
        key = anchor.key
        for parent, above in chains[order]:
            if above in stops or owners.get(above) != key:
                break
            node, identity = parent, above
        else:
            parent = node.parent
            above = parent.mem_id if parent is not None else 0
        if identity in seen or parent is None:
            continue
        seen.add(identity)
        block = blocks.get(above)
        if block is None:
            block = blocks[above] = Block(parent, [], order)
        block.rows.append(Row(anchor, node))
    found = _fold_narrow(list(blocks.values()))
    _adopt(found, anchors)
    return _merge_siblings([block for block in found if block.rows])


def _owners(anchors: list[Anchor], stops: set[int]) -> tuple[dict[int, object], list[list[tuple[LexborNode, int]]]]:
    """For each ancestor the only target under it, or ``_MANY``; and the ancestors of each anchor, as far as needed."""
    owners: dict[int, object] = {}
    chains: list[list[tuple[LexborNode, int]]] = []
    for anchor in anchors:
        key = anchor.key
        node = anchor.node.parent
        many = False
        chain: list[tuple[LexborNode, int]] = []
        chains.append(chain)
        for _ in range(_CLIMB):
            if node is None:
                break
            identity = node.mem_id
            chain.append((node, identity))
            if identity in stops:
                break
            held = owners.get(identity)
            if held is _MANY:
                break
            if many or (held is not None and held != key):
                owners[identity] = _MANY
                many = True
            elif held is None:
                owners[identity] = key
            node = node.parent
    return owners, chains


def _fold_narrow(blocks: list[Block]) -> list[Block]:
    """``<li>[column] title [download]</li>``: such entries hold several targets, so each looks like a block of its own.

    Three or more of them side by side become one block whose rows are the entries.
    """
    narrow: dict[int, list[Block]] = {}
    for block in blocks:
        if len(block.rows) <= 4 and block.container.tag in (
            "li",
            "tr",
            "dl",
            "p",
            "div",
            "td",
            "dd",
            "section",
            "article",
        ):
            parent = block.container.parent
            if parent is not None and parent.tag not in _STOP_TAGS:
                narrow.setdefault(parent.mem_id, []).append(block)
    folded: list[Block] = []
    gone: set[int] = set()
    for group in narrow.values():
        entries = [block for block in group if len(block.rows) > 1]
        if len(entries) < 3 or any(block.container.tag != group[0].container.tag for block in group):
            continue
        parent = group[0].container.parent
        if parent is None:
            continue
        made = Block(parent, [], group[0].order)
        for block in group:
            best = max(block.rows, key=lambda row: (row.anchor.label not in GENERIC, len(row.anchor.label)))
            made.rows.append(Row(best.anchor, block.container))
            gone.add(block.container.mem_id)
        own = next((block for block in blocks if block.container.mem_id == parent.mem_id), None)
        if own is not None:
            made.rows.extend(own.rows)
            gone.add(parent.mem_id)
        folded.append(made)
    return sorted([block for block in blocks if block.container.mem_id not in gone] + folded, key=lambda b: b.order)


def _adopt(blocks: list[Block], anchors: list[Anchor]) -> None:
    """Entries that hold lists of their own (相关解读 under a document) stand beside plain ones: they are rows too."""
    by_node: dict[int, Anchor] | None = None
    adopted: set[int] = set()
    for block in blocks:
        if len(block.rows) < 2:
            continue
        tag = block.rows[0].node.tag
        if tag not in ("li", "tr") or block.container.tag == tag:
            continue
        own = {row.node.mem_id: row for row in block.rows}
        entries = [child for child in block.container.iter(include_text=False) if child.tag == tag]
        if not len(own) < len(entries) <= 3 * len(own) + 2:
            continue
        rows: list[Row] = []
        for entry in entries:
            row = own.get(entry.mem_id)
            if row is None:
                first = entry.css_first("a")
                if first is None:
                    continue
                if by_node is None:
                    by_node = {anchor.node.mem_id: anchor for anchor in anchors}
                anchor = by_node.get(first.mem_id)
                if anchor is None or len(anchor.label) < 4 or anchor.label.lower() in GENERIC:
                    continue
                row = Row(anchor, entry)
                adopted.add(first.mem_id)
            rows.append(row)
        block.rows = rows
        for other in blocks if adopted else ():
            if other is not block:
                other.rows = [row for row in other.rows if row.anchor.node.mem_id not in adopted]
        adopted.clear()


def shape_of(node: LexborNode) -> tuple[str | None, str]:
    """Tag and class: what rows of one list have in common."""
    return node.tag, node.attributes.get("class") or ""


def _merge_siblings(blocks: list[Block]) -> list[Block]:
    """One list cut into several ``<ul>`` (five rows each, a line between) is one block."""
    merged: dict[tuple[int, str | None, str], Block] = {}
    kept: list[Block] = []
    for block in blocks:
        parent = block.container.parent
        if parent is None or block.container.tag not in ("ul", "ol", "table", "dl", "tbody"):
            kept.append(block)
            continue
        key = (parent.mem_id, *shape_of(block.container))
        before = merged.get(key)
        if before is None:
            merged[key] = block
            kept.append(block)
        elif _titled(before) and _titled(block):
            before.rows.extend(block.rows)
        else:
            kept.append(block)
    return kept


def _titled(block: Block) -> bool:
    """Rows whose texts are titles rather than menu entries."""
    lengths = [len(row.anchor.label) for row in block.rows]
    return sum(lengths) >= 10 * len(lengths)


_HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "header", "nav", "footer", "article", "main"))


def _holds_more(node: LexborNode) -> bool:
    """Whether an element beside a row is something of its own: it has a heading, a menu or a place (当前位置) in it."""
    if node.tag in ("-text", "span", "i", "em", "b", "br", "font", "time"):
        return False
    return node.css_first("h1,h2") is not None or len(node.css("a")) > 2


def fill_after(block: Block) -> None:
    """Give each row the texts between it and the next: for ``<a>…</a> 2020-12-30<br>``, ``<dd>date</dd>``."""
    own = {row.node.mem_id for row in block.rows}
    for row in block.rows:
        texts: list[str] = []
        node = row.node.next
        for _ in range(12):
            if node is None or node.mem_id in own:
                break
            if node.tag in _HEADINGS or _holds_more(node):
                break
            text = node.text(deep=True, separator="\n")
            if text and not text.isspace():
                texts.append(text)
            node = node.next
        row.after = "\n".join(texts)
    _put_before(block)


def _put_before(block: Block) -> None:
    """Where days stand before the titles (``<dt>day</dt><dd><a>``), what is after one row belongs to the next."""
    if len(block.rows) < 2 or _DAY(block.rows[-1].after):
        return
    node = block.rows[0].node.prev
    for _ in range(3):
        if node is None or node.tag in _HEADINGS or _holds_more(node):
            return
        text = node.text(deep=True, separator="\n").strip()
        if text:
            if len(text) > _LONGEST_DAY or not _DAY(text):
                return
            texts = [text, *(row.after for row in block.rows[:-1])]
            for row, before in zip(block.rows, texts, strict=True):
                row.after = before
            return
        node = node.prev


_DAY = re.compile(r"\d{1,4}\s?[-/.年月]\s?\d{1,2}").search
_LONGEST_DAY: Final = 30  # characters of a text that is a day and its label


_ROW_TAGS: Final = frozenset(("li", "tr", "div", "span", "p", "td", "h3", "h4", "dd", "dt"))


def clicked_rows(document: Document, addresses: Addresses) -> list[Anchor]:
    """Elements without anchor that a click opens: ``<li onclick="openUrl('a.html')">``."""
    found: list[Anchor] = []
    for node in document.clickable:
        if node.tag not in _ROW_TAGS:
            continue
        if node.css_first("a") is not None:
            continue
        code = node.attributes.get("onclick") or ""
        target = call_target(code)
        if target is None:
            continue
        url = addresses.resolve(document.base, target, document.charset) or target
        text = fold(node.text())
        if text:
            found.append(Anchor(node, target, text, "", url, url))
    return found
