"""The list of outlets of a city (cities/<id>/outlets.yml): reading it, with all that is wrong with it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from extract.addresses import host_of, is_address
from records.outlets import Entry, EntryKind, Outlet, OutletLevel
from scoring.tree import Fault, Fields, read_tree
from services.schemes import WrongCallError, read_text

FORMAT: Final = "chengjian.outlets/1"
OUTLETS_FILE: Final = "outlets.yml"
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_HOST: Final = re.compile(r"(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_-]+(?::\d{1,5})?")
_CHARSETS: Final = ("utf-8", "gb18030", "big5")
_BLANKS: Final = re.compile(r"\{(?:keyword|yyyy|mm|dd)\}")


@dataclass(frozen=True, slots=True)
class OutletList:
    """The outlets of a city, the disabled ones included: they are known, and not read."""

    outlets: tuple[Outlet, ...]

    @property
    def enabled(self) -> tuple[Outlet, ...]:
        return tuple(outlet for outlet in self.outlets if outlet.enabled)

    def named(self, name: str) -> Outlet | None:
        """The outlet of that id or name."""
        return next((outlet for outlet in self.outlets if name in (outlet.id, outlet.name)), None)

    def at(self, url: str | None) -> Outlet | None:
        """The outlet on whose hosts an address lies."""
        host = host_of(url) if url else ""
        return next((outlet for outlet in self.outlets if host and outlet.covers(host)), None)


@dataclass(frozen=True, slots=True)
class OutletReading:
    outlets: OutletList | None  # None where there are faults
    faults: tuple[Fault, ...]


def parse_outlets(text: str, source: str = OUTLETS_FILE) -> OutletReading:
    """Read a list of outlets; every fault with its line, at once."""
    faults: list[Fault] = []
    root = Fields(read_tree(text, source, faults), "", faults)
    if root.node.items:
        if root.text("format") != FORMAT:
            root.fault("format", f"format 应为 {FORMAT}")
        keywords = root.texts("keywords") if root.has("keywords") else ()
        outlets = [_outlet(fields, keywords) for fields in root.entries("outlets")]
        root.close()
        seen: dict[str, str] = {}
        for outlet, fields in zip(outlets, root.entries("outlets"), strict=True):
            if outlet.id and seen.setdefault(outlet.id, outlet.name) != outlet.name:
                fields.fault("id", f"id {outlet.id} 与“{seen[outlet.id]}”重复")
    if faults:
        return OutletReading(None, tuple(sorted(set(faults))))
    return OutletReading(OutletList(tuple(outlets)), ())


def _outlet(fields: Fields, keywords: Sequence[str]) -> Outlet:
    name = fields.text("name")
    fields.where = name or fields.where
    key = fields.text("id")
    if key and not _ID.fullmatch(key):
        fields.fault("id", "id 只能用小写字母、数字和连字符，至多 40 个")
    place = fields.text("place", "")
    level = OutletLevel(fields.choice("level", [level.value for level in OutletLevel]))
    hosts = tuple(host.lower() for host in fields.texts("hosts")) if fields.has("hosts") else ()
    for host in hosts:
        if not _HOST.fullmatch(host):
            fields.fault("hosts", f"hosts 中的 {host} 不是主机名（如 www.example.cn、*.example.cn，不带 http://）")
    own_words = fields.texts("keywords") if fields.has("keywords") else tuple(keywords)
    charset = fields.choice("charset", _CHARSETS, "utf-8") if fields.has("charset") else ""
    enabled = fields.flag("enabled", True)
    note = fields.text("note", "")
    probe = Outlet(key, name, place, level, hosts)
    entries = tuple(_entry(entry, probe) for entry in fields.entries("entries", required=False))
    fields.close()
    if enabled and not entries:
        fields.fault("enabled", "没有入口（entries），应写 enabled: false")
    if entries and not hosts:
        fields.fault("entries", "缺少 hosts：只读取列出的主机上的文章")
    if any(entry.kind is EntryKind.SEARCH for entry in entries) and not own_words:
        fields.fault("entries", "有搜索入口，但没有 keywords")
    return Outlet(key, name, place, level, hosts, entries, own_words, charset, enabled, note)


def _entry(fields: Fields, outlet: Outlet) -> Entry:
    kind = EntryKind(fields.choice("kind", [kind.value for kind in EntryKind]))
    url = fields.text("url")
    name = fields.text("name", "")
    pages = fields.integer("pages", 20, low=1)
    plain = _BLANKS.sub("1", url)
    if url and (not plain.startswith(("http://", "https://")) or not is_address(plain)):
        fields.fault("url", f"url {url} 不是网址，应以 http:// 或 https:// 开头")
    elif url and outlet.hosts and not outlet.covers(host_of(plain)):
        fields.fault("url", f"入口 {url} 不在本媒体的 hosts 之内")
    if url and kind is EntryKind.SEARCH and "{keyword}" not in url:
        fields.fault("url", "搜索入口的 url 中应有 {keyword}")
    if url and kind is not EntryKind.SEARCH and "{keyword}" in url:
        fields.fault("url", "只有搜索入口（kind: search）的 url 中才能有 {keyword}")
    if "{" in _BLANKS.sub("", url):
        fields.fault("url", "url 中可用的空位只有 {keyword}、{yyyy}、{mm}、{dd}")
    fields.close()
    return Entry(kind, url, name, pages)


def outlets_text(city: str) -> tuple[str, str] | None:
    """The YAML of a city's outlets and what to call it; ``None`` where the city has no such list.

    ``city`` is the id of a city that comes with the program, a folder with ``outlets.yml``, or a .yml file of outlets.
    """
    packaged = files("cities").joinpath(city, OUTLETS_FILE) if re.fullmatch(r"[\w-]+", city) else None
    if packaged is not None and packaged.is_file():
        return packaged.read_text(encoding="utf-8"), f"{city}/{OUTLETS_FILE}"
    path = Path(city)
    if city.endswith((".yml", ".yaml")):
        path = path.with_name(OUTLETS_FILE) if path.name != OUTLETS_FILE else path
    else:
        path = path / OUTLETS_FILE
    try:
        there = path.is_file()
    except (OSError, ValueError):
        there = False
    return (read_text(path, "媒体名单"), str(path)) if there else None


def load_outlets(city: str) -> OutletList:
    """The outlets of a city; none where it has no list.  ``WrongCallError`` with every fault and its line."""
    found = outlets_text(city)
    if found is None:
        return OutletList(())
    reading = parse_outlets(*found)
    if reading.outlets is None:
        raise WrongCallError(*(str(fault) for fault in reading.faults))
    return reading.outlets
