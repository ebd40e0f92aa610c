"""Menus that lie in scripts: nodes of zTree, dTree, MzTreeView and their like, with a name and an address."""

import re
from functools import lru_cache
from typing import Final

from extract.addresses import is_address
from extract.document import fold
from extract.written import unescape

_NAME_KEYS: Final = ("name", "title", "text", "label")
_URL_KEYS: Final = ("url", "href", "link", "path")
_TOKEN = re.compile(
    r"""[{}]|["']?\b(?P<key>name|title|text|label|url|href|link|path)["']?\s*:\s*(?:"(?P<a>(?:[^"\\\n]|\\.){0,400})"|'(?P<b>(?:[^'\\\n]|\\.){0,400})')(?!\s*\+)"""
    r"""|"(?:[^"\\\n]|\\.){0,600}"|'(?:[^'\\\n]|\\.){0,600}'""",
    re.I,
)
_ADDED = re.compile(
    r"""\.add\s*\(\s*["']?-?\w+["']?\s*,\s*["']?-?\w+["']?\s*,\s*(["'])((?:(?!\1)[^\\\n]|\\.){1,80})\1\s*,\s*(["'])((?:(?!\3)[^\\\n]|\\.){1,300})\3(?!\s*\+)"""
)
_TEXTED = re.compile(
    r"""["'][^"'\n]{0,80}?\btext\s*:\s*([^;"'\n]{1,80})\s*;[^"'\n]{0,200}?\b(?:url|href)\s*:\s*([^;"'\n]{1,300})""",
    re.I,
)
_ADDRESSED = re.compile(r"""\b(?:url|href|link|path)["']?\s*:\s*["']""", re.I).search
_CJK = re.compile(r"[\u4e00-\u9fff]").search
_LOOKS = re.compile(
    r"(?:https?:)?//[\w.\-]+|\.{0,2}/|[\w\-./%]+(?:\.(?:s?html?|jspx?|aspx?|php|do|action|pdf|docx?|xlsx?)(?:\?.*)?|/)\Z",
    re.I,
).match
_FETCHED = re.compile(
    r"\.zTree\.init|\.jstree\s*\(|\bnew\s+(?:dTree|MzTreeView|WebFXTree)\b|layui\.tree|\btree\.render\s*\(|\.tree\s*\(\s*\{"
)
_LONGEST: Final = 1_000_000  # characters of one script
_MOST: Final = 3000
_LEAST: Final = 2  # a menu has several entries; a single object is the setting of something


@lru_cache(maxsize=300)  # the same menus stand on all pages of a site
def nodes(code: str) -> tuple[tuple[str, str], ...]:
    """Names and addresses, as written, of the nodes that stand in a script; empty where it holds no menu."""
    if len(code) > _LONGEST or (_CJK(code) is None and "\\u" not in code):
        return ()
    found = _objects(code) if _ADDRESSED(code) else {}
    if ".add" in code:
        for match in _ADDED.finditer(code):
            _keep(found, match.group(2), match.group(4))
    if "text:" in code:
        for match in _TEXTED.finditer(code):
            _keep(found, match.group(1), match.group(2))
    return tuple(found) if len(found) >= _LEAST else ()


def _objects(code: str) -> dict[tuple[str, str], None]:
    found: dict[tuple[str, str], None] = {}
    stack: list[dict[str, str]] = []
    for match in _TOKEN.finditer(code):
        part = match.group()
        if part == "{":
            stack.append({})
        elif part == "}":
            record = stack.pop() if stack else {}
            name = next((record[key] for key in _NAME_KEYS if key in record), "")
            url = next((record[key] for key in _URL_KEYS if key in record), "")
            _keep(found, name, url)
        elif stack and (key := match.group("key")):
            value = match.group("a")
            stack[-1].setdefault(key.lower(), value if value is not None else match.group("b"))
        if len(found) >= _MOST:
            break
    return found


def _keep(found: dict[tuple[str, str], None], name: str, url: str) -> None:
    name, url = fold(unescape(name)), unescape(url).strip()
    if name and len(name) <= 80 and _CJK(name) and not _CJK(url) and _LOOKS(url) and is_address(url) and "<" not in url:
        found[name, url] = None


@lru_cache(maxsize=300)
def fetches_tree(code: str) -> bool:
    """Whether a script makes a tree of nodes that do not stand in it."""
    return len(code) <= _LONGEST and _FETCHED.search(code) is not None and not nodes(code)
