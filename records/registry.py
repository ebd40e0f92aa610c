"""Who is watched: the units of a city, their names through time, and their portals."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class UnitKind(StrEnum):
    """Kinds of unit that a scheme distinguishes (CONTRACTS §3)."""

    COUNTY = "county"
    DEPARTMENT = "department"
    DEPARTMENT_A = "department_a"
    DEPARTMENT_B = "department_b"
    TOWN = "town"


@dataclass(frozen=True, slots=True)
class Portal:
    """An address where a unit publishes.  A column set inside another portal is a portal of its own with a path."""

    url: str
    name: str = ""
    verified: bool = False  # False: seen in a directory, not yet confirmed by a person
    source: str = ""  # where the address is known from


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that a unit had, with the day until which it was official where that is known."""

    name: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of government that is evaluated, or that is named beside those that are."""

    id: str  # stable, never derived from a display name
    name: str  # 方城县 · 南阳市住房和城乡建设局
    kind: UnitKind
    full_name: str = ""  # 方城县人民政府
    parent: str | None = None  # id of the unit above it; None: the city itself
    code: str = ""  # administrative division code (行政区划代码)
    short_names: tuple[str, ...] = ()  # 方城 · 市住建局 · 南阳住建局
    former_names: tuple[FormerName, ...] = ()
    portals: tuple[Portal, ...] = ()
    evaluated: bool = True  # False: known by name so that it is not taken for another
    verified: bool = True  # False: listed from common knowledge, to be confirmed by the office
    note: str = ""
    source: str = ""  # where the unit and its names are known from


@dataclass(frozen=True, slots=True)
class City:
    """A city (cities/<id>/): its units, in the order of its documents."""

    id: str
    name: str  # 南阳市
    short_name: str  # 南阳
    province: str  # 河南省
    code: str = ""
    units: tuple[Unit, ...] = ()
    office: str = ""  # the credit office (信用办) that a letter is signed by
    towns: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # unit id → towns and streets (乡镇、街道) within it
    sources: dict[str, str] = field(default_factory=dict)  # what the short forms in `source` stand for
