"""An archived page as it may be shown: hostile until proved otherwise.

Nothing of it runs and nothing of it asks for anything: scripts, forms, frames, styles, pictures, links and every
attribute that could load or do something are taken away, whatever they are called, by a list of what may stay (nh3, an
HTML5 parser).  That it is shown in a sandbox under its own policy comes on top.  What stays is text with its structure;
how it looked is told by the screenshot.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import nh3
from lxml import etree
from lxml import html as lxml_html

from extract.addresses import absolute, canonical
from extract.charset import decode
from services.desk.archive import Answered
from services.masking import mask_markup
from services.reports.wording import clock

#: What every archived page is served with: nothing is loaded, nothing runs, it is not even of our origin.
POLICY: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline' data:; img-src data:"
MARK: Final = "chengjian-mark"  # id of the place that a finding speaks of
_MARKED: Final = "data-marked"
_MOST: Final = 4 * 1024 * 1024  # characters of one page
_TAGS: Final = """
a abbr address article aside b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl dt
em fieldset figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i ins kbd legend li main mark menu nav ol p
pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul
var wbr
"""
_WITH_CONTENT: Final = "script style template svg math title textarea object applet noembed noframes noscript"
_ATTRIBUTES: Final = {
    "*": {"id", "title", _MARKED, "lang", "dir"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
#: What is let through once more before it is replaced by words, so that a place on it can be found.
_REPLACED: Final = "img input iframe frame embed video audio area"
_ADDRESSES: Final = ("href", "src", "data-src", "data-original", "background", "action", "data", "poster")
_BASE: Final = re.compile(r"""<base\b[^>]{0,500}?\bhref\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_HEAD: Final = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>存档副本</title><style>'
    "body{font:15px/1.6 sans-serif;margin:0;padding:.75rem 1rem;color:#1b2430;background:#fff}"
    "table{border-collapse:collapse}td,th{border:1px solid #d5dce4;padding:.1rem .4rem;vertical-align:top}"
    "a{color:#12406b;text-decoration:underline}"
    "[data-marked]{outline:4px solid #a3221c;outline-offset:2px;background:#fff3b0;font-weight:700;scroll-margin:40vh}"
    ".kept{background:#eceff3;padding:.4rem .6rem;margin:-.75rem -1rem .75rem;font-size:.85rem}"
    "</style></head><body>"
)


@dataclass(frozen=True, slots=True)
class Place:
    """What is marked on a page: links to an address, else the first element with these words."""

    url: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page that may be shown, and whether the place was found on it."""

    body: bytes
    marked: bool


def is_page(answer: Answered) -> bool:
    """Whether an answer is a page; anything else is handed out as a file and never shown."""
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return True
    head = answer.body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return not kind and head.startswith((b"<!doctype html", b"<html"))


def show(answer: Answered, place: Place, *, masked: bool) -> Shown:
    """``masked``: personal numbers are hidden.  Never raises for what a page may hold."""
    kind = f"text/html; charset={answer.charset}" if answer.charset else answer.content_type
    text, charset = decode(answer.body, kind)
    cut = len(text) > _MOST
    text = text[:_MOST]
    root = _parsed(_cleaned(text, (*_TAGS.split(), *_REPLACED.split()), (*_ADDRESSES, "alt", "value")))
    marked = _prepare(root, _base(text, answer.url), charset or "utf-8", place) if root is not None else False
    source = lxml_html.tostring(root, encoding="unicode") if root is not None else ""
    clean = _cleaned(source, _TAGS.split(), ())
    if masked:
        clean = mask_markup(clean)
    notes = ["存档副本：已去除脚本、图片、样式和链接，只留文字和结构"]
    if cut:
        notes.append("页面过长，只显示前一部分")
    origin = "　".join((html.escape(answer.url), html.escape(_when(answer.at)), f"HTTP {answer.status}"))
    head = f'<p class="kept">{"；".join(notes)}。{origin}</p>'
    return Shown(f"{_HEAD}{head}{clean}</body></html>".encode("utf-8", "replace"), marked)


def _when(at: str) -> str:
    """An instant in local time; as it was kept where it is none."""
    try:
        return clock(datetime.fromisoformat(at))
    except ValueError:
        return at


def _cleaned(source: str, tags: Iterable[str], more: Iterable[str]) -> str:
    """What may stay of a page, by an HTML5 parser; ``more``: attributes that are read and not shown."""
    return nh3.clean(
        source,
        tags=set(tags),
        clean_content_tags=set(_WITH_CONTENT.split()),
        attributes={**_ATTRIBUTES, "*": {*_ATTRIBUTES["*"], *more}},
        attribute_filter=_attribute,
        strip_comments=True,
        link_rel=None,
        url_schemes={"http", "https"} if more else set(),
    )


def _attribute(_tag: str, name: str, value: str) -> str | None:
    """An id could be aimed at by an address: only our own stays."""
    return value if name != "id" or value == MARK else None


def _base(text: str, url: str) -> str:
    """What the addresses on a page are relative to."""
    declared = _BASE.search(text)
    return (absolute(url, html.unescape(declared[1])) if declared is not None else None) or url


def _parsed(text: str) -> "lxml_html.HtmlElement | None":
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None  # an empty page


def _prepare(root: "lxml_html.HtmlElement", base: str, charset: str, place: Place) -> bool:
    """Mark the place; put words where something was that is not shown; whether the place was found."""
    wanted = canonical(place.url) if place.url else ""
    marks: list[lxml_html.HtmlElement] = []
    for one in _elements(root):
        for name in (_MARKED, "id"):
            one.attrib.pop(name, None)
        address = next((value for name in _ADDRESSES if (value := one.get(name))), None)
        target = absolute(base, address, charset) if address else None
        if wanted and target is not None and canonical(target) == wanted:
            marks.append(one)
        if one.tag in _REPLACED.split():
            _stand_in(one)
        elif target is not None:
            one.set("title", target)
    if not marks and place.words:
        marks = [one for one in _elements(root) if (one.text or "").strip() == place.words][:1]
    for number, one in enumerate(marks):
        one.set(_MARKED, "1")
        if number == 0:
            one.set("id", MARK)
    return bool(marks)


_NAMES: Final = {"img": "图片", "input": "输入框", "iframe": "内嵌页面", "frame": "内嵌页面", "area": "热区"}


def _stand_in(one: "lxml_html.HtmlElement") -> None:
    """Words in the place of what is not shown."""
    words = (one.get("alt") or one.get("value") or "").strip()[:80]
    name = _NAMES.get(str(one.tag), "媒体")
    one.tag = "span"
    one.text = f"［{name}{'：' + words if words else ''}］"


def _elements(root: "lxml_html.HtmlElement") -> Iterator["lxml_html.HtmlElement"]:
    return (one for one in list(root.iter()) if isinstance(one.tag, str))
