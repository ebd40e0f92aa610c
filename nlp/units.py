"""From a place and an office to the registered unit (监测单位) that answers for it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from nlp.divisions import ZONE, Division, Gazetteer, Level, parse_divisions, short_form
from nlp.offices import LED_FROM_ABOVE, read_office, same_business
from records.registry import City, Unit, UnitKind

_INNER_PREFIX: Final = re.compile(r"^(?:委|人民政府|政府)(?=组织|宣传|统战|统一战线|政法|党校|巡察|办公|国|信访|机关)")
_BRANCH_OF_CITY: Final = re.compile(r"^(?:生态环境|环境保护|环保|自然资源和规划|自然资源).{0,3}分局$")


@dataclass(frozen=True, slots=True)
class _Department:
    unit: Unit
    names: tuple[str, ...]  # without any place: 住房和城乡建设局, 住建局, …


class UnitIndex:
    """The units of all registered cities, by area and office.

    The city itself is no unit: what it does as a whole is charged to nobody, and so is what a body of the city does
    that is not registered.
    """

    def __init__(self, cities: Sequence[City], gazetteer_text: str) -> None:
        """:raises ValueError: a gazetteer line that is not of the form"""
        divisions = parse_divisions(gazetteer_text)
        base = Gazetteer(divisions)
        self._areas: dict[str, Unit] = {}  # division code → unit
        self._towns: dict[tuple[str, str], Unit] = {}  # (division code above, town) → unit
        self._lone_towns: dict[str, set[str]] = {}  # town → division codes that have one
        self._departments: dict[str, list[_Department]] = {}
        self._city_of: dict[str, City] = {}
        self.cities: tuple[Division, ...] = ()
        names: list[tuple[str, bool, Division]] = []
        for city in cities:
            home = _division_of(city.code, city.name, base, city.province) or Division(
                f"unit:{city.id}", city.name, Level.PREFECTURE, None
            )
            self.cities = (*self.cities, home)
            self._city_of[home.code] = city
            names.extend(_spellings(home, city.name, (city.short_name,)))
            names.extend(self._add_areas(city, home, base))
            self._add_departments(city, home)
        self.gazetteer = Gazetteer(divisions, names)

    def _add_areas(self, city: City, home: Division, base: Gazetteer) -> Iterable[tuple[str, bool, Division]]:
        by_id: dict[str, Division] = {}
        for unit in city.units:
            if unit.kind is UnitKind.COUNTY:
                division = _below(home, unit, base) or Division(
                    f"unit:{city.id}/{unit.id}", unit.name, Level.COUNTY, home.code, generic=_is_zone(unit.name, city)
                )
                by_id[unit.id] = division
                self._areas[division.code] = unit
                yield from _spellings(
                    division, unit.name, _without_city((*unit.short_names, unit.full_name, unit.name), city)
                )
                yield from _spellings(division, unit.name, (*unit.short_names, *(f.name for f in unit.former_names)))
        for unit in city.units:
            if unit.kind is UnitKind.TOWN:
                above = by_id.get(unit.parent or "", home)
                for name in (unit.name, *unit.short_names, *(f.name for f in unit.former_names)):
                    town = re.sub(r"人民政府$|办事处$", "", _strip_place(name, city, above))
                    self._towns[(above.code, town)] = unit
                    self._lone_towns.setdefault(town, set()).add(above.code)
        for unit_id, towns in city.towns.items():
            if unit_id in by_id:
                for town in towns:
                    self._lone_towns.setdefault(town, set()).add(by_id[unit_id].code)

    def _add_departments(self, city: City, home: Division) -> None:
        parents = {unit.id: code for code, unit in self._areas.items()}
        for unit in city.units:
            if unit.kind in (UnitKind.COUNTY, UnitKind.TOWN):
                continue
            area = self.gazetteer_code(parents.get(unit.parent or ""), home)
            spellings = (unit.name, unit.full_name, *unit.short_names, *(former.name for former in unit.former_names))
            stems = tuple(dict.fromkeys(_strip_place(name, city, home) for name in spellings if name))
            self._departments.setdefault(area, []).append(_Department(unit, stems))

    @staticmethod
    def gazetteer_code(code: str | None, home: Division) -> str:
        """The area of a department: that of the unit above it, else the city's."""
        return code or home.code

    def area_unit(self, area: Division, town: str = "") -> Unit | None:
        """The unit of a county or town: a registered town before its county."""
        if town and (area.code, town) in self._towns:
            return self._towns[(area.code, town)]
        return self._areas.get(area.code)

    def county_with_town(self, town: str) -> Division | None:
        """The one registered county that has a town of this name."""
        codes = self._lone_towns.get(town, set())
        return self.gazetteer.get(next(iter(codes))) if len(codes) == 1 else None

    def is_ours(self, area: Division) -> bool:
        """Whether the place is a registered city or lies in one."""
        return any(area.code == home.code or self.gazetteer.within(area, home) for home in self.cities)

    def body_unit(self, area: Division, office: str, town: str = "") -> Unit | None:
        """The unit that answers for an office: its own registration, else the town or county that it belongs to."""
        name = _INNER_PREFIX.sub("", office)
        own = self._department(area.code, name)
        if own is not None:
            return own
        above = self.gazetteer.get(area.parent)
        if above is not None and _BRANCH_OF_CITY.match(name):
            city_office = self._department(above.code, re.sub(r"[^局]{0,3}分局$", "局", name))
            if city_office is not None:
                return city_office
        if read_office(name).functions & LED_FROM_ABOVE and not town:
            return None
        return self.area_unit(area, town)

    def _department(self, area: str, office: str) -> Unit | None:
        departments = self._departments.get(area, ())
        exact = [d.unit for d in departments if office in d.names]
        if len(exact) == 1:
            return exact[0]
        if exact:
            return None
        alike = [d.unit for d in departments if any(same_business(office, name) for name in d.names)]
        return alike[0] if len(alike) == 1 else None


def _is_zone(name: str, city: City) -> bool:
    return any(ZONE.match(n) for n in _without_city((name,), city)) or bool(ZONE.match(name))


def _without_city(names: Iterable[str], city: City) -> tuple[str, ...]:
    """Names that begin with the city's, without it: 南阳高新区 → 高新区.  Others are left out."""
    found: list[str] = []
    for name in names:
        for prefix in (city.name, city.short_name):
            if prefix and name.startswith(prefix) and len(name) - len(prefix) >= 2:
                found.append(re.sub(r"人民政府$|管理委员会$|管委会$", "", name[len(prefix) :]))
                break
    return tuple(found)


def _spellings(division: Division, name: str, others: Iterable[str]) -> Iterable[tuple[str, bool, Division]]:
    for text in (name, *others):
        text = re.sub(r"人民政府$|管理委员会$|管委会$", "", text)
        if len(text) >= 2:
            yield text, not (text == short_form(name) or text[-1] not in "省市县区州旗盟镇乡"), division


def _strip_place(name: str, city: City, area: Division) -> str:
    """An office's or a town's name without the place before it: 南阳市住建局, 市住建局 → 住建局."""
    for prefixes in ((city.province,), (city.name, city.short_name), (area.name, area.short), ("市", "县", "区")):
        for prefix in prefixes:
            if prefix and name.startswith(prefix) and len(name) - len(prefix) >= 2:
                name = name[len(prefix) :]
                break
    return name


def _division_of(code: str, name: str, base: Gazetteer, province: str) -> Division | None:
    known = base.get(code)
    if known is not None and (known.name == name or (known.short and known.short in name)):
        return known  # 济源示范区 is 济源市
    fitting = [
        d
        for d in base.named(name)
        if not d.former and (not province or any(a.name == province for a in base.ancestors(d)))
    ]
    return fitting[0] if len(fitting) == 1 else None


def _below(home: Division, unit: Unit, base: Gazetteer) -> Division | None:
    known = base.get(unit.code)
    if known is not None and (known.name == unit.name or (known.short and known.short in unit.name)):
        return known
    fitting = [d for d in base.named(unit.name) if not d.former and base.within(d, home)]
    return fitting[0] if len(fitting) == 1 else None
