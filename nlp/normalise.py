"""Bring a news text into one written form before it is read (规范化): script, width, mark-up, noise."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

MOST_CHARACTERS: Final = 12_000  # of a body: what an item is about stands long before; 2 MB must not cost seconds
_HEAD_FOR_MARKUP: Final = 8 * MOST_CHARACTERS  # mark-up is taken out first, of as much as may be needed

_FULL_WIDTH: Final = {
    code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_FULL_WIDTH_SET: Final = "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
_HAS_FULL_WIDTH: Final = re.compile(f"[{_FULL_WIDTH_SET}]")
_INVISIBLE_SET: Final = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\x00-\x08\x0b-\x1f\x7f\ufffd"
_INVISIBLE: Final = re.compile(f"[{_INVISIBLE_SET}]")
_HIDDEN: Final = re.compile(r"<(?P<kind>script|style)\b|<!--", re.I)
_SHOWN: Final = {
    "script": re.compile(r"</script\s*>", re.I),
    "style": re.compile(r"</style\s*>", re.I),
    "": re.compile("-->"),
}
_BLOCK: Final = re.compile(r"</?(?:p|div|br|li|tr|h[1-6]|section|article)\b[^<>]{0,400}>", re.I)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]{0,400}>")
_ENTITY: Final = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)[\w./?=&%#:~+-]+", re.A)
_PINYIN: Final = re.compile("(?<=[\u4e00-\u9fff])[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ]{1,7}[)）]")
_STORM: Final = re.compile(r"(.)\1{4,}", re.S)
_SIGN_SET: Final = "\u2600-\u27bf\u2b00-\u2bff"
_PICTURES: Final = re.compile(f"[\U0001f000-\U0001faff{_SIGN_SET}]+")
_LAST_OF_PLANE: Final = "\uffff"
_BEYOND: Final = re.compile("[\U00010000-\U0010ffff]")
_SPACED: Final = re.compile("(?<![\u4e00-\u9fff])[\u4e00-\u9fff](?:[ \u3000][\u4e00-\u9fff]){3,}(?![\u4e00-\u9fff])")
_BLANKS: Final = re.compile("[ \t\u00a0\u3000]{2,}")


@dataclass(frozen=True, slots=True)
class Normaliser:
    """Text → simplified, half-width, visible text without mark-up.

    ``simplify`` converts Traditional to simplified script and ``traditional`` holds the characters that occur only in
    the former: both come from zhconv's tables, loaded where files may be read.
    """

    simplify: Callable[[str], str]
    traditional: frozenset[str]
    _odd: re.Pattern[str] = field(
        init=False, repr=False, compare=False
    )  # any character that needs work: most have none

    def __post_init__(self) -> None:
        # of the basic plane only: such a class is one table look-up; what is beyond has a range of its own
        odd = re.escape("".join(sorted(letter for letter in self.traditional if letter <= _LAST_OF_PLANE)))
        object.__setattr__(self, "_odd", re.compile(f"[{_INVISIBLE_SET}{_SIGN_SET}{_FULL_WIDTH_SET}{odd}]"))

    def __call__(self, text: str, limit: int = MOST_CHARACTERS) -> str:
        """The text as it is read; at most ``limit`` characters of it."""
        if len(text) > _HEAD_FOR_MARKUP:
            text = text[:_HEAD_FOR_MARKUP]
        if "<" in text and _TAG.search(text):
            text = _TAG.sub("", _BLOCK.sub("\n", _without_hidden(text)))
        if "&" in text and _ENTITY.search(text):
            text = html.unescape(text)
        text = text[: 2 * limit]
        if text.isascii():
            return text[:limit]
        odd = self._odd.search(text) is not None or _BEYOND.search(text) is not None
        if odd:
            text = _PICTURES.sub(" ", _INVISIBLE.sub("", text))
        if _STORM.search(text):
            text = _STORM.sub(r"\1\1\1", text)
        if "://" in text or "www." in text:
            text = _ADDRESS.sub(" ", text)
        if odd and _HAS_FULL_WIDTH.search(text):
            text = text.translate(_FULL_WIDTH)
        if ("(" in text or "（" in text) and _PINYIN.search(text):
            text = _PINYIN.sub("", text)
        if odd and not self.traditional.isdisjoint(text):
            text = self.simplify(text)
        if (" " in text or "\u3000" in text) and _SPACED.search(text):
            text = _SPACED.sub(lambda found: found.group().replace(" ", "").replace("\u3000", ""), text)
        return _BLANKS.sub(" ", text).strip()[:limit]


def _without_hidden(text: str) -> str:
    """Without scripts, styles and comments, in linear time: what is never closed is looked for once."""
    kept: list[str] = []
    at = 0
    open_ended: set[str] = set()
    for found in _HIDDEN.finditer(text):
        kind = (found["kind"] or "").lower()
        if found.start() < at or kind in open_ended:
            continue
        end = _SHOWN[kind].search(text, found.end())
        if end is None:
            open_ended.add(kind)
            continue
        kept.append(text[at : found.start()])
        at = end.end()
    return "".join((*kept, text[at:]))
