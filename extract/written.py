"""What scripts write into their page: ``document.write("…")``."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

HOLE: Final = "\0"  # stands in a markup where a script would put in something computed

_TOKEN = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|[{}]|(?P<write>\bdocument\s*\.\s*write(?:ln)?\s*\()""",
    re.S,
)
_STRING = re.compile(r""""((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\$]|\\.)*)`""", re.S)
_SETTING = re.compile(rf"""\b(\w+)\s*=(?!=)\s*({_STRING.pattern})?""", re.S)
_SKIP = re.compile(r"[\s+,]*")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
_CONTROL: Final = {"n": "\n", "t": " ", "r": " ", "\n": ""}
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.S | re.I)
_MOST: Final = 2000  # calls of one script
_LONGEST: Final = 400_000  # characters of one script


@dataclass(frozen=True, slots=True)
class Write:
    """One call: what it writes, and whether it is sure to run as it stands."""

    markup: str
    certain: bool


def unescape(text: str) -> str:
    """The text that a string literal means."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_meant, text)


def _meant(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2)
    return chr(int(code, 16)) if code else _CONTROL.get(match.group(3), match.group(3))


@lru_cache(maxsize=500)  # the same scripts stand on all pages of a site
def writes(code: str) -> tuple[Write, ...]:
    """All calls of ``document.write`` in order.  Sure are those of texts only, outside of functions and conditions."""
    found: list[Write] = []
    depth = position = last_end = 0
    while len(found) < _MOST and len(code) <= _LONGEST:
        match = _TOKEN.search(code, position)
        if match is None:
            break
        position = match.end()
        part = match.group()
        if part == "{":
            depth += 1
        elif part == "}":
            depth = max(0, depth - 1)
        elif match.group("write"):
            before = code[last_end : match.start()].rstrip()
            markup, position = _argument(code, position)
            conditional = before.endswith((")", "else", "?", ":", "&", "|"))
            found.append(Write(markup, depth == 0 and not conditional and HOLE not in markup))
            last_end = position
    return tuple(found)


def _argument(code: str, position: int) -> tuple[str, int]:
    """The argument of a call that opens right before ``position``, and where the call ends."""
    parts: list[str] = []
    while True:
        skipped = _SKIP.match(code, position)
        position = skipped.end() if skipped is not None else position
        literal = _STRING.match(code, position)
        if literal is not None:
            follows = code[literal.end() : literal.end() + 20].lstrip()[:1]
            parts.append(unescape(next(group for group in literal.groups() if group is not None)))
            position = literal.end()
            if follows in ("+", ",", ")"):
                continue
        if position >= len(code):
            return "".join(parts) + HOLE, position
        if code[position] == ")":
            return "".join(parts), position + 1
        end = _past_expression(code, position)
        parts.append(_constant(code, code[position:end].strip()))
        position = end


def _constant(code: str, expression: str) -> str:
    """The text that a variable holds where it is set once, to a text; else ``HOLE``."""
    if not expression.isidentifier():
        return HOLE
    literal = _STRING.fullmatch(_settings(code).get(expression) or "")
    return HOLE if literal is None else unescape(next(group for group in literal.groups() if group is not None))


@lru_cache(maxsize=50)  # a script that writes much asks for many of its variables
def _settings(code: str) -> dict[str, str | None]:
    """The literals to which variables are set; ``None`` for those that are set to something else, or more than once."""
    found: dict[str, str | None] = {}
    for match in _SETTING.finditer(code):
        name = match.group(1)
        found[name] = None if name in found else match.group(2)
    return found


def _past_expression(code: str, position: int) -> int:
    """Where an expression ends: at a ``+``, ``,`` or ``)`` of its own level."""
    level = 0
    while position < len(code):
        literal = _STRING.match(code, position)
        if literal is not None:
            position = literal.end()
            continue
        character = code[position]
        if character in "([{":
            level += 1
        elif character in ")]}":
            if level == 0:
                return position
            level -= 1
        elif level == 0 and character in "+,;":
            return position + (character == ";")
        position += 1
    return position


def with_written(source: str) -> str:
    """A source in which what scripts are sure to write stands behind them, as in a browser."""

    def expand(match: re.Match[str]) -> str:
        attributes, code = match.groups()
        if "document" not in code or "src" in attributes.lower():
            return match.group()
        markup = "".join(write.markup for write in writes(code) if write.certain)
        return match.group() + markup if _is_whole(markup) else match.group()

    return _SCRIPT.sub(expand, source)


def _is_whole(markup: str) -> bool:
    """Whether a markup leaves nothing open that would swallow the rest of the page."""
    low = markup.lower()
    whole = all(low.count(f"<{tag}") == low.count(f"</{tag}") for tag in ("script", "style", "textarea", "noscript"))
    return whole and low.count("<!--") == low.count("-->")
