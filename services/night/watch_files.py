"""The watch.yml of a city: found, read over the defaults, refused with every fault."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from records.registry import City
from records.watch import WatchPlan
from services.night.watch_text import NOTHING, WatchReading, parse_watch
from services.schemes import WrongCallError, read_text

WATCH_FILE: Final = "watch.yml"


def default_plan() -> WatchPlan:
    """What holds where a city says nothing."""
    text = files("services.night").joinpath("defaults.yml").read_text("utf-8")
    reading = parse_watch(text, "defaults.yml", base=NOTHING)
    if reading.plan is None:
        raise ValueError("; ".join(map(str, reading.faults)))
    return reading.plan


def watch_text(name: str) -> tuple[str, str] | None:
    """The YAML of a city's watch and what to call it; None where it has none.  ``name`` as for ``load_city``."""
    packaged = files("cities").joinpath(name, WATCH_FILE) if name.isidentifier() else None
    if packaged is not None and packaged.is_file():
        return packaged.read_text(encoding="utf-8"), f"{name}/{WATCH_FILE}"
    path = Path(name)
    path = path.with_name(WATCH_FILE) if name.endswith((".yml", ".yaml")) else path / WATCH_FILE
    try:
        there = path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        there = False
    return (read_text(path, "巡查安排"), str(path)) if there else None


def check_watch(name: str, city: City) -> WatchReading:
    """Read a city's watch.yml with all that is wrong with it; the defaults where it has none."""
    base = default_plan()
    found = watch_text(name)
    if found is None:
        return WatchReading(base, ())
    text, source = found
    return parse_watch(text, source, base=base, units={unit.id for unit in city.units}, policies=_policies())


def load_watch(name: str, city: City) -> WatchPlan:
    """How a city is watched.  ``WrongCallError`` with every fault and its line."""
    reading = check_watch(name, city)
    if reading.plan is None:
        raise WrongCallError(*(str(fault) for fault in reading.faults))
    return reading.plan


def _policies() -> tuple[str, ...]:
    folder = files("checks") / "policies"
    return tuple(sorted(entry.name.removesuffix(".yml") for entry in folder.iterdir() if entry.name.endswith(".yml")))
