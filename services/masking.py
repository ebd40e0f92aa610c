"""Personal numbers in texts with their middle hidden: identity cards (身份证), mobile phones (手机号), bank cards.

Only what proves itself is hidden: an identity number by its region, day of birth and check digit (GB 11643-1999), a
card by its issuer, length and check digit (Luhn, ISO/IEC 7812-1), a phone number by its prefix and length.  Numbers of
documents and unified social credit codes (统一社会信用代码) stay as they are.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

_GROUP: Final = re.compile(r"\d+")  # digits of every script: full width among them
#: What stands between two groups of the same number: blanks, hyphens, dots, the brackets around a prefix.
_BETWEEN: Final = "[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000\\-\u2010-\u2015\u2212－_.．·•()（）]"
_GAP: Final = re.compile(f"{_BETWEEN}{{1,3}}")
_LAST_X: Final = re.compile(f"{_BETWEEN}{{0,3}}[XxＸｘ](?![A-Za-z0-9])")
#: What nobody sees: it may stand anywhere in a number.
_INVISIBLE: Final = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_POINT: Final = re.compile("[.．]")
_MOST_GROUPS: Final = 18
_TAG: Final = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_INLINE: Final = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|time|tt|u|var|wbr)\b"
)

_PHONE: Final = re.compile(r"(?:(?:00)?86)?1[3-9]\d{9}")
# How people part them: 138 1234 5678, 138 12345678, 1381234 5678, each also behind 86 or 0086.
_PHONE_GROUPS: Final = ((11,), (3, 4, 4), (3, 8), (7, 4), (4, 3, 4))
_COUNTRY: Final = (2, 4)
#: Beginnings and lengths of the cards that Chinese banks issue; other numbers of that length are numbers of documents.
_CARD: Final = re.compile(r"62\d{14,17}|60\d{14,17}|9558\d{15}|4\d{15}|5[1-5]\d{14}|3[5-7]\d{14}")
_PROVINCE: Final = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]|91")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10X98765432"


@dataclass(frozen=True, slots=True)
class _Group:
    start: int
    end: int
    plain: str


def mask(text: str) -> str:
    """``text`` with the middle of every personal number as ``*``; as many characters as before."""
    if _INVISIBLE.search(text) is None:
        return _masked(text)
    seen = [place for place, character in enumerate(text) if _INVISIBLE.match(character) is None]
    shown = list(text)
    for place, character in zip(seen, _masked("".join(text[place] for place in seen)), strict=True):
        shown[place] = character
    return "".join(shown)


def mask_markup(markup: str) -> str:
    """The same for HTML as a serializer writes it: a number that tags part within a line is still one."""
    markup = markup.replace("&nbsp;", "\u00a0")
    parts, tags, last = [], [], 0
    for found in _TAG.finditer(markup):
        parts.append(markup[last : found.start()])
        tags.append(found[0])
        last = found.end()
    parts.append(markup[last:])
    joints = ["" if _INLINE.match(tag) else "\n" for tag in tags] + [""]
    whole = mask("".join(part + joint for part, joint in zip(parts, joints, strict=True)))
    made, start = [], 0
    for part, joint, tag in zip(parts, joints, [*tags, ""], strict=True):
        made += [whole[start : start + len(part)], mask(tag)]
        start += len(part) + len(joint)
    return "".join(made)


def _masked(text: str) -> str:
    groups = [_Group(*one.span(), _plain(one[0])) for one in _GROUP.finditer(text)]
    shown = list(text)
    first = 0
    while first < len(groups):
        first = _hide_at(text, groups, first, shown)
    return "".join(shown)


def _plain(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(int(one)) for one in digits)


def _hide_at(text: str, groups: list[_Group], first: int, shown: list[str]) -> int:
    """Hide the longest number that begins at a group; where the next may begin."""
    last = first
    while (
        last + 1 < min(len(groups), first + _MOST_GROUPS)
        and _GAP.fullmatch(text[groups[last].end : groups[last + 1].start])
    ):  # fmt: skip
        last += 1
    alone = first == 0 or _GAP.fullmatch(text[groups[first - 1].end : groups[first].start]) is None
    for end in range(last, first - 1, -1):
        some = groups[first : end + 1]
        sizes = tuple(len(one.plain) for one in some)
        if sum(sizes) > 19:
            continue
        plain = "".join(one.plain for one in some)
        found = _LAST_X.match(text, some[-1].end)
        if found is not None and _is_identity(plain + "X"):
            _hide(text, shown, some[0].start, found.end(), 4, 2)
        elif _is_identity(plain):
            _hide(text, shown, some[0].start, some[-1].end, 4, 2)
        elif _is_phone(plain, sizes, text[some[0].start : some[-1].end], whole=alone and end == last):
            _hide(text, shown, some[0].start, some[-1].end, len(plain) - 8, 4)
        elif _is_card(plain, sizes):
            _hide(text, shown, some[0].start, some[-1].end, 0, 4)
        else:
            continue
        return end + 1
    return first + 1


def _hide(text: str, shown: list[str], start: int, end: int, head: int, tail: int) -> None:
    places = [place for place in range(start, end) if text[place].isalnum()]
    for place in places[head : len(places) - tail]:
        shown[place] = "*"


def _is_phone(plain: str, sizes: tuple[int, ...], written: str, *, whole: bool) -> bool:
    """``whole``: no other digits are near, so that a row of single ones is no row of a table."""
    if _PHONE.fullmatch(plain) is None:
        return False
    own = sizes[1:] if sizes[0] in _COUNTRY and len(plain) > 11 else sizes
    if len(own) == 2 and _POINT.search(written):  # 1381234.5678 is an amount
        return False
    return own in _PHONE_GROUPS or len(sizes) == 1 or (whole and set(own) == {1})


def _is_card(plain: str, sizes: tuple[int, ...]) -> bool:
    parted = len(sizes) == 1 or sizes == (6, 13) or set(sizes[:-1]) == {4}
    return parted and _CARD.fullmatch(plain) is not None and _luhn(plain)


def _is_identity(plain: str) -> bool:
    """Whether 18 characters (or 15 digits, of before 1999) are an identity number."""
    if len(plain) == 18:
        total = sum(int(digit) * weight for digit, weight in zip(plain, _WEIGHTS, strict=False))
        return _PROVINCE.match(plain) is not None and _born(plain[6:14]) and _CHECK[total % 11] == plain[17]
    return len(plain) == 15 and plain[-1] != "X" and _PROVINCE.match(plain) is not None and _born(f"19{plain[6:12]}")


def _born(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1880 <= born.year <= 2100


def _luhn(plain: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(plain)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
