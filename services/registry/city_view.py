"""A city and its units as a person reads them on a terminal, and as JSON for other programs."""

import json
from typing import Any

from records.registry import City, Unit
from services.registry.city_yaml import city_fields, unit_fields, until_text
from services.registry.sheets import KINDS


def city_lines(city: City) -> str:
    """One line for each unit: id, name, kind, what is still open."""
    lines = [f"{city.name}（{city.id}）  {city.province}  {city.code}  信用办：{city.office or '未登记'}"]
    for unit in city.units:
        marks = [] if unit.evaluated else ["不参加评价"]
        marks += [] if unit.verified else ["待核对"]
        marks += [] if unit.portals else ["无网址"]
        lines.append(f"{unit.id}\t{unit.name}\t{KINDS[unit.kind]}\t{' '.join(marks)}".rstrip())
    return "\n".join(lines) + "\n"


def unit_lines(city: City, unit: Unit) -> str:
    """Everything that the registry knows of one unit."""
    above = next((other.name for other in city.units if other.id == unit.parent), city.name)
    rows = [
        ("名称", unit.name),
        ("全称", unit.full_name),
        ("类别", KINDS[unit.kind]),
        ("上级", above),
        ("区划代码", unit.code),
        ("简称", "、".join(unit.short_names)),
        ("曾用名", "、".join(_former(old.name, until_text(old.until)) for old in unit.former_names)),
        ("参加评价", "是" if unit.evaluated else "否"),
        ("已核对", "是" if unit.verified else "否"),
        ("乡镇街道", "、".join(city.towns.get(unit.id, ()))),
        ("来源", _source(city, unit.source)),
        ("说明", unit.note),
    ]
    lines = [f"{unit.id}", *(f"  {title}：{text}" for title, text in rows if text)]
    for portal in unit.portals:
        seen = "已核对" if portal.verified else "待核对"
        lines.append(f"  网站：{portal.url}  {portal.name}（{seen}；来源：{_source(city, portal.source) or '未注明'}）")
    if not unit.portals:
        lines.append("  网站：未登记（没有查到，不猜）")
    return "\n".join(lines) + "\n"


def _former(name: str, until: str) -> str:
    return f"{name}（至 {until}）" if until else name


def _source(city: City, source: str) -> str:
    return f"{source}：{city.sources[source]}" if source in city.sources else source


def city_json(city: City) -> str:
    """The registry with the words of its YAML."""
    return _json(city_fields(city))


def unit_json(city: City, unit: Unit) -> str:
    return _json(unit_fields(unit, city.towns.get(unit.id, ())))


def _json(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, indent=1) + "\n"
