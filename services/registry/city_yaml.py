"""City → the YAML text of its registry: what `city_text` reads again as the same city."""

import re
from datetime import date
from typing import Any, Final

import yaml

from records.registry import City, FormerName, Portal, Unit
from services.registry.city_text import FORMAT

_HEAD: Final = (
    "# {name}的单位登记表。改动后用 `chengjian registry check --city 本文件` 检查；\n"
    "# 也可以用 `chengjian registry export` 导出 Excel，改好后用 `chengjian registry import` 读回。\n"
)
# PyYAML quotes what YAML 1.1 guesses at; these are the numbers of YAML 1.2 beside them.
_LIKE_A_NUMBER: Final = re.compile(r"[-+.]?\d")


class _Line(list[str]):
    """A list that is written on one line."""


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)  # lists stand under their key, a step to the right


def _write_text(dumper: _Dumper, text: str) -> yaml.Node:
    style = '"' if _LIKE_A_NUMBER.match(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _write_line(dumper: _Dumper, names: _Line) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", names, flow_style=True)


_Dumper.add_representer(str, _write_text)
_Dumper.add_representer(_Line, _write_line)


def city_yaml(city: City) -> str:
    """The registry of a city as a file that a person can go on editing."""
    text = yaml.dump(city_fields(city), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=4096)
    return _HEAD.format(name=city.name) + text


def city_fields(city: City) -> dict[str, Any]:
    """A city in the words of its file; what is empty is left out."""
    return _filled(
        {
            "format": FORMAT,
            "id": city.id,
            "name": city.name,
            "short_name": city.short_name,
            "province": city.province,
            "code": city.code,
            "office": city.office,
            "sources": city.sources,
            "units": [unit_fields(unit, city.towns.get(unit.id, ())) for unit in city.units],
        }
    )


def unit_fields(unit: Unit, towns: tuple[str, ...]) -> dict[str, Any]:
    """A unit in the words of the file; what is empty, or as usual, is left out."""
    fields = {
        "id": unit.id,
        "name": unit.name,
        "kind": unit.kind.value,
        "full_name": unit.full_name,
        "parent": unit.parent,
        "code": unit.code,
        "short_names": _Line(unit.short_names),
        "former_names": [_former_name(former) for former in unit.former_names],
        "portals": [_portal(portal) for portal in unit.portals],
        "evaluated": None if unit.evaluated else False,
        "verified": None if unit.verified else False,
        "source": unit.source,
        "towns": _Line(towns),
        "note": unit.note,
    }
    return _filled(fields)


def _former_name(former: FormerName) -> dict[str, Any]:
    return _filled({"name": former.name, "until": until_text(former.until)})


def until_text(until: date | None) -> str:
    """The last day of a year is written as the year: it is how a year alone is read."""
    if until is None:
        return ""
    return until.isoformat() if (until.month, until.day) != (12, 31) else f"{until.year:04d}"


def _portal(portal: Portal) -> dict[str, Any]:
    verified = True if portal.verified else None
    return _filled({"url": portal.url, "name": portal.name, "verified": verified, "source": portal.source})


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    """Only what there is something to say of; `False` is something."""
    return {word: value for word, value in fields.items() if value is False or value}
