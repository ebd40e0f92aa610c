"""Administrative divisions (行政区划): what the names of China's places are, and which lies in which.

The text that is parsed is ``nlp/gazetteer/divisions.txt`` (GB/T 2260 with later changes).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

_PEOPLES = """
蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤
畲 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌
普米 塔吉克 怒 乌孜别克 鄂温克 德昂 保安 裕固 塔塔尔 独龙 鄂伦春 各
"""
_PEOPLE = "|".join(sorted(_PEOPLES.split(), key=len, reverse=True))
_AUTONOMOUS = re.compile(
    rf"(?P<stem>.{{2,}}?)(?:(?:{_PEOPLE})族|蒙古|维吾尔|哈萨克|柯尔克孜|塔吉克|锡伯)+(?:自治)?[区州县旗]$"
)
_PLAIN = re.compile(
    r"(?P<stem>.{2,}?)(?:自治区|特别行政区|自治州|自治县|自治旗|地区|林区|特区|新区|矿区|省|市|县|区|旗|盟|州)$"
)

# Zones (功能区) whose names nearly every city has: only beside the city's own name are they this city's.
ZONE: Final = re.compile(
    r"^(?:(?:国家)?高新(?:技术(?:产业)?)?(?:开发)?区|(?:城乡一体化)?示范区|新区|新城区|经开区|经济(?:技术)?开发区|开发区|产业集聚区|工业园区?|城区|郊区|矿区|度假区|"
    r"风景名?胜?区|综合保税区|保税区|试验区|园区|工区|职教园区|航空港区|先进制造业开发区)$"
)


class Level(IntEnum):
    """Rank of a division, from the top."""

    PROVINCE = 1
    PREFECTURE = 2
    COUNTY = 3
    TOWN = 4


@dataclass(frozen=True, slots=True)
class Division:
    """A place of the gazetteer."""

    code: str  # six digits; "unit:<id>" for a place that only a registry knows
    name: str
    level: Level
    parent: str | None  # code
    former: bool = False
    generic: bool = False  # its name exists in nearly every city (高新区): only beside that city's name is it this one

    @property
    def short(self) -> str:
        """The name without its kind, "" where that leaves less than two characters."""
        return short_form(self.name)


def short_form(name: str) -> str:
    """``"方城县"`` → ``"方城"``, ``"新平彝族傣族自治县"`` → ``"新平"``; "" where less than two characters are left.

    >>> short_form("内蒙古自治区"), short_form("赣县"), short_form("浦东新区")
    ('内蒙古', '', '浦东')
    """
    if name == "内蒙古自治区":
        return "内蒙古"
    found = _AUTONOMOUS.match(name) or _PLAIN.match(name)
    stem = found["stem"] if found else ""
    return "" if stem.endswith("族") else stem  # 东乡族 is a people


def _forms(division: Division) -> Iterable[tuple[str, bool]]:
    """The ways in which the place is written, with whether that is a full name."""
    yield division.name, True
    short = division.short
    if not short:
        return
    if "自治" in division.name or _AUTONOMOUS.match(division.name):
        yield short + division.name[-1], True  # 新平县, 凉山州
    if division.level is Level.PROVINCE and division.name.endswith("自治区"):
        yield short + "自治区", True
    yield short, False


@dataclass(frozen=True, slots=True)
class Form:
    """One spelling and what it may mean."""

    text: str
    full: bool  # with 县, 市, 区 …
    divisions: tuple[Division, ...]
    declared: bool = False  # a registry gives it: trusted more than what a rule made of a name

    @property
    def generic(self) -> bool:
        """Whether it is a name that nearly every city has (高新区), without the city's own before it."""
        return ZONE.match(self.text) is not None and all(d.generic for d in self.divisions)


class Gazetteer:
    """Names of places to divisions.  Immutable once built."""

    def __init__(self, divisions: Iterable[Division], names: Iterable[tuple[str, bool, Division]] = ()) -> None:
        """``names``: further spellings, each with whether it is a full name (a registry's short and former names)."""
        self._by_code: dict[str, Division] = {}
        spellings: list[tuple[str, bool, Division]] = []
        declared: set[str] = set()
        for division in divisions:
            if not division.former:
                self._by_code[division.code] = division
            spellings.extend((text, full, division) for text, full in _forms(division))
        for text, full, division in names:
            self._by_code.setdefault(division.code, division)
            spellings.append((text, full, division))
            declared.add(text)
        found: dict[str, list[tuple[bool, Division]]] = {}
        for text, full, division in spellings:
            if all(division.code != known.code for _, known in found.get(text, ())):
                found.setdefault(text, []).append((full, division))
        self._forms: dict[str, Form] = {}
        starts: dict[str, list[Form]] = {}
        for text, meanings in found.items():
            current = tuple(d for _, d in meanings if not d.former)
            everything = tuple(d for _, d in meanings)
            form = Form(text, any(full for full, _ in meanings), current or everything, text in declared)
            self._forms[text] = form
            starts.setdefault(text[:2], []).append(form)
        self._starts = {start: tuple(sorted(forms, key=lambda f: -len(f.text))) for start, forms in starts.items()}

    @property
    def starts(self) -> Mapping[str, tuple[Form, ...]]:
        """First two characters → the spellings that begin so, longest first."""
        return self._starts

    def named(self, text: str) -> tuple[Division, ...]:
        form = self._forms.get(text)
        return form.divisions if form else ()

    def get(self, code: str | None) -> Division | None:
        return self._by_code.get(code) if code else None

    def ancestors(self, division: Division) -> tuple[Division, ...]:
        """The divisions above, nearest first."""
        above = []
        at = self.get(division.parent)
        while at is not None:
            above.append(at)
            at = self.get(at.parent)
        return tuple(above)

    def within(self, inner: Division, outer: Division) -> bool:
        """Whether ``inner`` lies in ``outer`` and is not it."""
        return any(above.code == outer.code for above in self.ancestors(inner))

    def prefecture(self, division: Division) -> Division:
        """The prefecture of a county, or the place itself where there is none above."""
        for above in (division, *self.ancestors(division)):
            if above.level is Level.PREFECTURE:
                return above
        return self.ancestors(division)[-1] if self.ancestors(division) else division


def parse_divisions(text: str) -> tuple[Division, ...]:
    """The divisions of the packaged list, former ones marked.

    :raises ValueError: a line that is not of the form, with its number
    """
    divisions: list[Division] = []
    codes: set[str] = set()
    former = False
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.strip() == "[former]":
            former = True
            continue
        head, *rest = line.split(" ")
        if not head.isdigit() or len(head) not in (2, 4) or any(not r[:2].isdigit() for r in rest[1:]):
            raise ValueError(f"地名录第 {number} 行格式不对：{line[:40]}")
        if len(head) == 2:
            if rest:
                divisions.append(Division(head + "0000", rest[0], Level.PROVINCE, None))
            continue
        above = head[:2] + "0000"
        if rest[0] != "-":
            divisions.append(Division(head + "00", rest[0], Level.PREFECTURE, above))
            codes.add(head + "00")
        parent = head + "00" if head + "00" in codes else above
        for entry in rest[1:]:
            level = Level.PREFECTURE if entry[:2] == "00" else Level.COUNTY
            up = above if level is Level.PREFECTURE else parent
            divisions.append(Division(head + entry[:2], entry[2:], level, up, former=former))
    return tuple(divisions)
