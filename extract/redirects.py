"""Where a page sends its reader by itself: meta refresh or script, written out or made by a script."""

import re
from typing import Final

from extract.document import Document
from extract.written import HOLE, writes

_REFRESH = re.compile(r"^\s*(\d+(?:\.\d+)?)?\s*[;,]?\s*url\s*=\s*['\"]?\s*([^'\">\s][^'\">]*)", re.I)
_WRITTEN_REFRESH = re.compile(
    r"""<meta[^<>]{0,80}?http-equiv\s*=\s*["']?refresh["']?[^<>]{0,40}?content\s*=\s*(["'])(.{1,600}?)\1""",
    re.I,
)
_ASSIGN = re.compile(
    r"""(?:(?:window|document|self|top|parent)\.)*location(?:\.href)?\s*=\s*(?:"([^"\n]{1,600})"|'([^'\n]{1,600})')"""
    r"""|(?:(?:window|document|self|top|parent)\.)*location\.(?:replace|assign)\s*\(\s*(?:"([^"\n]{1,600})"|'([^'\n]{1,600})')\s*\)""",
)
_FROM_ELEMENT = re.compile(
    r"""location(?:\.href)?\s*(?:=|\.replace\s*\(|\.assign\s*\()\s*[^;\n]{0,80}?"""
    r"""(?:getElementById\(\s*|\$\(\s*)["']#?([\w\-]+)["']\s*\)\.(?:innerHTML|innerText|textContent|text\(\)|html\(\)|value|val\(\))"""
)
_FROM_VARIABLE = re.compile(
    r"""location(?:\.href)?\s*(?:=|\.replace\s*\(|\.assign\s*\()\s*([A-Za-z_$][\w$]{0,40})\s*[;)\n]"""
)
_MOBILE = re.compile(r"userAgent|navigator|iPhone|Android|mobile|screen\.width|\bIE\b|MSIE", re.I)
_FUNCTION = re.compile(r"function\s*[\w$]*\s*\([^)]*\)\s*\{|\)\s*=>\s*\{|\bon\w+\s*=|\.(?:click|on|bind|change)\s*\(")
_RUNS_AT_ONCE = re.compile(
    r"(?:setTimeout|setInterval|onload|ready|addEventListener)\s*[=(]|\$\(\s*function|\(function"
)
_SHOWN: Final = 400  # visible characters: who shows more than this is a page of its own, whatever its scripts could do


def find_redirect(document: Document) -> str | None:
    """The target as written, or ``None``.  Scripts count only on pages that show next to nothing themselves."""
    refresh = document.metas.get("refresh")
    if refresh:
        match = _REFRESH.match(refresh)
        if match is not None:
            delay = float(match.group(1) or 0)
            if delay <= 30 or _length(document) <= _SHOWN:
                return match.group(2).strip()
    if _length(document) > _SHOWN:
        return None
    for code in document.scripts:
        if "http-equiv" in code:
            for write in writes(code):
                written = _WRITTEN_REFRESH.search(write.markup)
                match = (
                    _REFRESH.match(written.group(2)) if written is not None and HOLE not in written.group(2) else None
                )
                if match is not None:
                    return match.group(2).strip()
        if "location" in code:
            target = _from_code(code, document)
            if target is not None:
                return target
    body = document.tree.body
    if body is not None:
        onload = body.attributes.get("onload")
        if onload and "location" in onload:
            return _from_code(onload, document)
    return None


_MOVE = re.compile(
    r"""(?:\blocation|\[\s*["']location["']\s*\])\s*(?:(?:\.\s*href|\[\s*["']href["']\s*\])\s*)?=(?!=)"""
    r"""|(?:\blocation|\[\s*["']location["']\s*\])\s*(?:\.\s*|\[\s*["'])(?:replace|assign|reload)(?:["']\s*\])?\s*\("""
    r"""|\bnavigate\s*\(|\.\s*submit\s*\(\s*\)|\beval\s*\(|\bhistory\.(?:go|back)\s*\(|\blocation\.(?:pathname|search|host)\s*=(?!=)"""
)


def moves(document: Document) -> bool:
    """Whether a script takes the reader away at once, wherever to: by a computed address, a form, or hidden code."""
    for code in document.scripts:
        if "//" in code or "/*" in code:
            code = _COMMENT.sub(" ", code)
        if "http-equiv" in code and any(_WRITTEN_REFRESH.search(write.markup) for write in writes(code)):
            return True
        for match in _MOVE.finditer(code):
            before = code[max(0, match.start() - 300) : match.start()]
            if not _in_handler(code, match.start()) and (not _MOBILE.search(before) or _ELSE.search(before)):
                return True
    body = document.tree.body
    onload = body.attributes.get("onload") if body is not None else None
    return bool(
        onload and (_MOVE.search(onload) or ("(" in onload and any(_MOVE.search(code) for code in document.scripts)))
    )


def _length(document: Document) -> int:
    return sum(map(len, document.lines))


_COMMENT = re.compile(r"/\*.*?\*/|(?<![:'\"\w\\])//[^\n]*", re.S)
_ELSE = re.compile(r"\belse\s*\{?\s*$")


def _from_code(code: str, document: Document) -> str | None:
    if "//" in code or "/*" in code:
        code = _COMMENT.sub(" ", code)
    for match in _ASSIGN.finditer(code):
        target = next(group for group in match.groups() if group is not None).strip()
        before = code[max(0, match.start() - 300) : match.start()]
        if not target or target[0] == "#" or (_MOBILE.search(before) and not _ELSE.search(before)):
            continue
        if code[match.end() : match.end() + 3].lstrip()[:1] == "+":
            continue  # only the beginning of an address that is put together
        if _in_handler(code, match.start()):
            continue
        return target
    found = _FROM_ELEMENT.search(code)
    if found is not None and not _in_handler(code, found.start()):
        node = document.tree.css_first(f'[id="{found.group(1)}"]')
        if node is not None:
            text = node.text().strip() or (node.attributes.get("value") or "").strip()
            if text and len(text) < 600 and " " not in text:
                return text
    found = _FROM_VARIABLE.search(code)
    if found is not None and not _in_handler(code, found.start()):
        value = re.search(rf"""\b{re.escape(found.group(1))}\s*=\s*(?:"([^"\n]{{1,600}})"|'([^'\n]{{1,600}})')""", code)
        if value is not None:
            return (value.group(1) or value.group(2)).strip()
    return None


def _in_handler(code: str, position: int) -> bool:
    """Whether a position lies in a function that only a click or a call from elsewhere would run."""
    depth = 0
    for index in range(position - 1, max(-1, position - 20_000), -1):
        character = code[index]
        if character == "}":
            depth += 1
        elif character == "{":
            if depth:
                depth -= 1
                continue
            head = code[max(0, index - 120) : index + 1]
            if _FUNCTION.search(head) and not _RUNS_AT_ONCE.search(head):
                named = re.search(r"function\s+([\w$]+)\s*\([^)]*\)\s*\{\Z", head)
                return named is None or not _is_called(code, named.group(1))
    return False


def _is_called(code: str, name: str) -> bool:
    """Whether a named function runs without anybody's doing: ``setTimeout(go, 100)``, ``onload=go``, ``go();``"""
    word = re.escape(name)
    return (
        re.search(
            rf"""(?:setTimeout|setInterval|onload|ready)[^;\n]{{0,30}}\b{word}\b|(?:^|[;}}\n])\s*{word}\(\s*\)\s*(?:;|\Z)""",
            code,
        )
        is not None
    )
