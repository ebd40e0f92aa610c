"""YAML text → City, with every fault and its line at once; and what is doubtful though it can be read.

The words of the file are those of docs/registry.md.  Nothing is guessed: a value that a reader of YAML takes for a
number, a date or a truth value has to be in quotes (`scoring.tree`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from records.registry import City, FormerName, Portal, Unit, UnitKind
from scoring.tree import Fault, Fields, Mapping, brief, read_tree

FORMAT: Final = "chengjian.city/1"
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_CODE: Final = re.compile(r"\d{6}(\d{3}|\d{6})?")
_YEAR: Final = re.compile(r"\d{4}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
# what lists of names are parted by in a cell of the workbook, or in a filing
_NOT_IN_A_NAME: Final = re.compile(r"[、，,；;\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class CityReading:
    """`city` only when nothing is wrong; `warnings` are what a person should look at: ambiguous names."""

    city: City | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def parse_city(text: str, source: str) -> CityReading:
    """Read a city's registry; `source` is what to call the text in messages.  Never raises."""
    faults: list[Fault] = []
    tree = read_tree(text, source, faults)
    if not tree.items and not faults:
        faults.append(Fault(source, 1, "没有内容"))
    return read_city(tree, faults)


def read_city(tree: Mapping, faults: list[Fault]) -> CityReading:
    """The city of a tree, from YAML or from a workbook; `faults` are those that were found before."""
    if not tree.items:
        return CityReading(None, tuple(sorted(faults)), ())
    fields = Fields(tree, "", faults)
    fields.choice("format", (FORMAT,))
    city, entries = _city(fields)
    fields.close()
    if faults:
        return CityReading(None, tuple(sorted(set(faults))), ())
    places = {unit: Fault(entry.node.source, entry.line("id"), "") for unit, entry in entries.items()}
    return CityReading(city, (), tuple(replace(places[unit], text=text) for unit, text in ambiguities(city)))


def _city(fields: Fields) -> tuple[City, dict[str, Fields]]:
    """The city, and where each of its units is written."""
    identity = _identity(fields)
    entries: dict[str, Fields] = {}
    units: list[Unit] = []
    towns: dict[str, tuple[str, ...]] = {}
    for entry in fields.entries("units"):
        unit, its_towns = _unit(entry)
        if unit.id in entries:
            entry.fault("id", f"编号（id）{unit.id} 重复（第 {entries[unit.id].line('id')} 行已有）")
        elif unit.id:
            entries[unit.id] = entry
            units.append(unit)
            if its_towns:
                towns[unit.id] = its_towns
    _check_parents(units, entries)
    city = City(
        id=identity,
        name=_text(fields, "name"),
        short_name=_text(fields, "short_name"),
        province=_text(fields, "province"),
        code=_code(fields),
        units=tuple(units),
        office=_text(fields, "office", ""),
        towns=towns,
        sources=_sources(fields),
    )
    return city, entries


def _sources(fields: Fields) -> dict[str, str]:
    sources = {name.strip(): scalar.text.strip() for name, scalar in fields.scalars("sources")}
    if any(_CONTROL.search(word) or not word for pair in sources.items() for word in pair):
        fields.fault("sources", "来源（sources）的简写和说明不能为空，也不能有换行等控制字符")
    return sources


def _text(fields: Fields, word: str, default: str | None = None) -> str:
    """A text on one line, without the blanks around it that nobody sees."""
    text = fields.text(word, default).strip()
    if _CONTROL.search(text):
        fields.fault(word, f"{word} 中有换行等控制字符")
    return text


def _identity(fields: Fields) -> str:
    identity = fields.text("id")
    if identity and not _ID.fullmatch(identity):
        fields.fault("id", f"编号（id）只能由小写字母、数字和连字符组成，得到 {brief(identity)!r}")
    return identity


def _code(fields: Fields) -> str:
    code = fields.text("code", "")
    if code and not _CODE.fullmatch(code):
        fields.fault("code", f"区划代码（code）应为 6、9 或 12 位数字，得到 {brief(code)!r}")
    return code


def _unit(entry: Fields) -> tuple[Unit, tuple[str, ...]]:
    identity = _identity(entry)
    entry.where = f"单位 {brief(identity)}" if identity else entry.where
    unit = Unit(
        id=identity,
        name=_text(entry, "name"),
        kind=UnitKind(entry.choice("kind", tuple(UnitKind))),
        full_name=_text(entry, "full_name", ""),
        parent=_text(entry, "parent", "") or None,
        code=_code(entry),
        short_names=_names(entry, "short_names"),
        former_names=tuple(_former_name(each) for each in entry.entries("former_names", required=False)),
        portals=_portals(entry),
        evaluated=entry.flag("evaluated", True),
        verified=entry.flag("verified", True),
        note=_text(entry, "note", ""),
        source=_text(entry, "source", ""),
    )
    towns = _names(entry, "towns")
    entry.close()
    return unit, towns


def _names(fields: Fields, word: str) -> tuple[str, ...]:
    if not fields.has(word):
        return ()
    names = tuple(name.strip() for name in fields.texts(word))
    for name in names:
        if not name or _NOT_IN_A_NAME.search(name):
            fields.fault(word, f"{word} 中的名称不能为空，也不能含顿号、逗号、分号或换行，得到 {brief(name)!r}")
    return names


def _former_name(entry: Fields) -> FormerName:
    name = _text(entry, "name")
    text = entry.text("until", "")
    until = day_of(text) if text else None
    if text and until is None:
        entry.fault("until", f'止于（until）应为年份或日期（如 "2019" 或 "2019-01-15"），得到 {brief(text)!r}')
    entry.close()
    return FormerName(name, until)


def day_of(text: str) -> date | None:
    """The last day that a name was official: of a year alone, its last day.  None where it is neither."""
    try:
        return date.fromisoformat(f"{text}-12-31") if _YEAR.fullmatch(text) else date.fromisoformat(text)
    except ValueError:
        return None


def _portals(entry: Fields) -> tuple[Portal, ...]:
    portals: list[Portal] = []
    for each in entry.entries("portals", required=False):
        url = each.text("url")
        if url and (problem := wrong_address(url)):
            each.fault("url", problem)
        elif url in [portal.url for portal in portals]:
            each.fault("url", f"网址（url）{brief(url)} 重复")
        portals.append(Portal(url, _text(each, "name", ""), each.flag("verified", False), _text(each, "source", "")))
        each.close()
    return tuple(portals)


def wrong_address(url: str) -> str | None:
    """What is wrong with a portal's address, in Chinese; None where it can be walked."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if usable and not any(character.isspace() or not character.isprintable() for character in url):
        return None
    return f"网址（url）应写作 https://www.example.gov.cn/ 的样子，得到 {brief(url)!r}"


def _check_parents(units: list[Unit], entries: dict[str, Fields]) -> None:
    """A parent must be a unit of the file, and nobody stands above himself."""
    parents = {unit.id: unit.parent for unit in units}
    for unit in units:
        if unit.parent is not None and unit.parent not in parents:
            entries[unit.id].fault("parent", f"上级（parent）{brief(unit.parent)} 不在本表中")
            continue
        above: list[str] = []
        step: str | None = unit.id
        while step is not None and step not in above:
            above.append(step)
            step = parents.get(step)
        if step == unit.id:
            entries[unit.id].fault("parent", f"上级（parent）成了圈：{' → '.join([*above, step])}")


def ambiguities(city: City) -> Iterator[tuple[str, str]]:
    """Names and towns that two units share, as (id of the later unit, Chinese sentence)."""
    first: dict[str, Unit] = {}
    for unit in city.units:
        for name in dict.fromkeys(names_of(unit)):
            other = first.setdefault(name, unit)
            if other is not unit:
                yield unit.id, f"名称“{name}”与 {other.id}（{other.name}）相同，新闻里只见这个名称时分不清是哪一个"
    where: dict[str, str] = {}
    for identity, towns in city.towns.items():
        for town in towns:
            if where.setdefault(town, identity) != identity:
                yield identity, f"乡镇（街道）“{town}”与 {where[town]} 的相同，新闻里只见这个名称时分不清是哪一个"


def names_of(unit: Unit) -> Iterator[str]:
    """Every name that a unit goes or went by."""
    yield unit.name
    if unit.full_name:
        yield unit.full_name
    yield from unit.short_names
    yield from (former.name for former in unit.former_names)
