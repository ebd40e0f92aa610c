"""Personal numbers in texts with their middle hidden: identity cards (身份证), mobile phones (手机号), bank cards.

Only what proves itself is hidden: an identity number by its region, day of birth and check digit (GB 11643-1999), a
card by its issuer, length and check digit (Luhn, ISO/IEC 7812-1), a phone number by its prefix and length.  Numbers of
documents and unified social credit codes (统一社会信用代码) stay as they are.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

_WIDE: Final = str.maketrans("０１２３４５６７８９Ｘｘx", "0123456789XXX")
_GROUP: Final = re.compile("[0-9０-９]+")
_GAP: Final = re.compile("[ \u3000\u00a0\\-－—–·]")  # one of them between two groups of the same number
_LAST_X: Final = re.compile("[ \u3000\\-]?[XxＸｘ](?![A-Za-z0-9])")
_MOST_GROUPS: Final = 6

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
    groups = [_Group(*one.span(), one[0].translate(_WIDE)) for one in _GROUP.finditer(text)]
    shown = list(text)
    first = 0
    while first < len(groups):
        first = _hide_at(text, groups, first, shown)
    return "".join(shown)


def _hide_at(text: str, groups: list[_Group], first: int, shown: list[str]) -> int:
    """Hide the longest number that begins at a group; where the next may begin."""
    last = first
    while (
        last + 1 < min(len(groups), first + _MOST_GROUPS)
        and _GAP.fullmatch(text[groups[last].end : groups[last + 1].start])
    ):  # fmt: skip
        last += 1
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
        elif _is_phone(plain, sizes):
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


def _is_phone(plain: str, sizes: tuple[int, ...]) -> bool:
    if _PHONE.fullmatch(plain) is None:
        return False
    own = sizes[1:] if sizes[0] in _COUNTRY and len(plain) > 11 else sizes
    return own in _PHONE_GROUPS or len(sizes) == 1


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
