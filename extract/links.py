"""Every target on a page: pages, images, attachments, frames, styles and scripts."""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote, urljoin

from extract.addresses import is_address, kind_of
from extract.document import Addresses, Document, call_target, fold
from extract.trees import nodes
from extract.written import HOLE, writes
from records.page import Item, Link
from records.verdicts import LinkKind

_CSS_URL = re.compile(r"""url\(\s*['"]?([^'")]{1,500})['"]?\s*\)""", re.I)
_PAINTS: Final = ("background", "url(", "BACKGROUND", "URL(")
_LAZY: Final = frozenset(("data-src", "data-original", "data-url", "lay-src", "data-lazy-src", "original"))
_OPTION_ADDRESS = re.compile(
    r"(?:https?:)?//[\w\-]+\.|\.{0,2}/\w|[\w\-./%]+\.(?:s?html?|jspx?|aspx?|php|do)(?:\?.*)?\Z", re.I
).match
_STYLE_RELATIONS: Final = frozenset(("stylesheet", "preload", "prefetch"))
_WRITTEN_HREF: Final = re.compile(r"""<(a|img|iframe|script)\b[^>]*?(?:href|src)\s*=\s*\\?["']?([^"'\s>\\]+)""", re.I)


def gather_links(document: Document, addresses: Addresses) -> tuple[Link, ...]:
    """All links, each (address, anchor, kind) once: anchors first, then what the page loads.

    Must run before ``read_text``, which takes the scripts out of the tree.
    """
    found: dict[Link, None] = {}
    base, tree = document.base, document.tree
    resolve = addresses.resolver(base, document.charset)
    kind_of_anchor = addresses.kind

    def add(raw: str | None, tag: str, label: str) -> None:
        if not raw:
            return
        url = resolve(raw)
        if url is not None:
            found[Link(url, label, kind_of_anchor(url) if tag == "a" else kind_of(url, tag))] = None
        elif is_address(raw):
            written = raw.strip()
            if base is None and not written.lower().startswith(("http:", "https:")):
                found[Link(written, label, kind_of(written, tag))] = None
            else:
                found[Link("", label, kind_of(written, tag), written)] = None

    for anchor in document.anchors:
        url = anchor.url
        if url is not None:
            found[Link(url, anchor.text or anchor.title or anchor.image, kind_of_anchor(url))] = None
        elif anchor.href and is_address(anchor.href):
            found[Link("", anchor.label, LinkKind.PAGE, anchor.href.strip())] = None
        elif anchor.href and anchor.href.strip()[:6].lower() == "ftp://":
            found[Link(anchor.href.strip(), anchor.label, kind_of(anchor.href.strip(), "a"))] = None
    for node in tree.css("img"):
        attributes = node.attributes
        target = attributes.get("src")
        srcset = None
        for name in attributes:
            if name in _LAZY:
                target = attributes[name] or target
            elif name == "srcset":
                srcset = attributes[name]
        label = attributes.get("alt") or attributes.get("title")
        add(target, "img", fold(label) if label else "")
        for candidate in srcset.split(",")[:8] if srcset else ():
            add(candidate.strip().partition(" ")[0], "img", "")
    for src in document.script_sources:
        add(src, "script", "")
    for node in tree.css("link,iframe,frame,object,embed,video,audio,source,input[type=image]"):
        tag = node.tag or ""
        attributes = node.attributes
        if tag == "link":
            relation = (attributes.get("rel") or "").lower()
            if "icon" in relation:
                add(attributes.get("href"), "icon", "")
            elif not _STYLE_RELATIONS.isdisjoint(relation.split()):
                add(attributes.get("href"), "link", "")
        elif tag == "object":
            add(attributes.get("data"), "object", "")
        elif tag == "input":
            add(attributes.get("src"), "input", "")
        else:
            add(attributes.get("src"), tag, fold(attributes.get("title") or attributes.get("name") or ""))
            if tag == "iframe":
                add(_shown_by_viewer(attributes.get("src") or ""), "a", "")
    source = document.source
    for node in tree.css("option[value]") if "<option" in source or "<OPTION" in source else ():
        value = node.attributes.get("value")
        if value and _OPTION_ADDRESS(value):
            add(value, "a", fold(node.text()))
    for node in document.clickable:
        target = call_target(node.attributes.get("onclick") or "")
        if target is not None:
            label = fold(node.text()) if node.tag != "input" else node.attributes.get("value") or ""
            add(target, "a", label[:80])
    for node in tree.css('[background],[style*="url("]') if any(word in source for word in _PAINTS) else ():
        add(node.attributes.get("background"), "background", "")
        for match in _CSS_URL.finditer(node.attributes.get("style") or ""):
            add(match.group(1), "background", "")
    for code in document.scripts:
        if "document.write" in code:
            _written(code, add)
        for name, target in nodes(code):
            add(target, "a", name)
    return tuple(found)


_FILE_PARAMETER = re.compile(
    r"[?&](?:file|url|src|path)=([^&#]{3,400}\.(?:pdf|docx?|xlsx?|pptx?|ofd|wps))(?:[&#]|$)", re.I
)


def _shown_by_viewer(src: str) -> str | None:
    """The file that a viewer is given to show (``viewer.html?file=/a.pdf``), as the viewer would ask for it."""
    match = _FILE_PARAMETER.search(src)
    try:
        return urljoin(src, unquote(match.group(1))) if match is not None else None
    except ValueError:
        return None


def _written(code: str, add: Callable[[str | None, str, str], None]) -> None:
    """Links in markup that a script may write; what it is sure to write stands in the tree already."""
    for write in writes(code):
        if not write.certain:
            for tag, target in _WRITTEN_HREF.findall(write.markup):
                if HOLE not in target and target not in ("#", "/"):
                    add(target, tag.lower(), "")


def with_items(links: tuple[Link, ...], items: tuple[Item, ...]) -> tuple[Link, ...]:
    """Links and the addresses of items that were read from data."""
    known = {link.url for link in links}
    extra = [Link(item.url, item.title, kind_of(item.url, "a")) for item in items if item.url and item.url not in known]
    return (*links, *extra) if extra else links
