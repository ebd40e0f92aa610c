"""Which unit a filing means by a name: id, official, full, short or former name; nearest names where it is none."""

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from records.registry import City, Unit

_SUGGESTED: Final = 3


class UnknownUnitError(Exception):
    """No unit, or more than one, has the name; the text (Chinese) says so and what comes nearest."""


@dataclass(frozen=True, slots=True)
class Named:
    unit: Unit
    remark: str = ""  # Chinese, where a former name was used


class UnitNames:
    def __init__(self, city: City) -> None:
        self._city = city
        self._current: dict[str, dict[str, Unit]] = {}
        self._former: dict[str, dict[str, Unit]] = {}
        self._by_id = {unit.id: unit for unit in city.units}
        for unit in city.units:
            for name in (unit.name, unit.full_name, *unit.short_names):
                if key := _key(name):
                    self._current.setdefault(key, {})[unit.id] = unit
            for former in unit.former_names:
                if key := _key(former.name):
                    self._former.setdefault(key, {})[unit.id] = unit

    def by_id(self, identity: str) -> Unit | None:
        return self._by_id.get(identity.strip())

    def find(self, text: str) -> Named:
        """The unit of that id or name; ``UnknownUnitError``."""
        if (unit := self.by_id(text)) is not None:
            return Named(unit)
        key = _key(text)
        if found := self._current.get(key):
            return Named(self._only(text, found))
        if found := self._former.get(key):
            unit = self._only(text, found)
            return Named(unit, f"“{text.strip()}”是{unit.name}的曾用名")
        near = get_close_matches(key, [*self._current, *self._former], n=_SUGGESTED * 2, cutoff=0.5)
        names = dict.fromkeys(
            unit.name for one in near for unit in (self._current.get(one) or self._former[one]).values()
        )
        hint = f"，是否为：{'、'.join(list(names)[:_SUGGESTED])}" if names else ""
        raise UnknownUnitError(f"{self._city.name}没有单位“{text.strip()[:40]}”{hint}")

    @staticmethod
    def _only(text: str, found: dict[str, Unit]) -> Unit:
        units = list(found.values())
        if len(units) > 1:
            raise UnknownUnitError(f"“{text.strip()}”可指{'、'.join(unit.name for unit in units)}，请写全称")
        return units[0]


def _key(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
