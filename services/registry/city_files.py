"""The cities that come with the program, and those of a file: reading, checking, refusing."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from records.registry import City
from services.registry.city_text import CityReading, parse_city
from services.schemes import WrongCallError, read_text

DEFAULT_CITY: Final = "nanyang"
_FILE: Final = "units.yml"


def city_ids() -> tuple[str, ...]:
    """The cities that come with the program: every folder of cities/ with a registry in it."""
    folders = (entry for entry in files("cities").iterdir() if entry.is_dir())
    return tuple(sorted(folder.name for folder in folders if folder.joinpath(_FILE).is_file()))


def city_text(name: str) -> tuple[str, str]:
    """The YAML of a city and what to call it in messages; `name` is an id, a folder with units.yml, or a .yml file."""
    if name in city_ids():
        return files("cities").joinpath(name, _FILE).read_text(encoding="utf-8"), f"{name}/{_FILE}"
    path = Path(name)
    if name.endswith((".yml", ".yaml")):
        return read_text(path, "登记表"), path.name
    if "/" in name or "\\" in name or _is_folder(path):
        return read_text(path / _FILE, "登记表"), f"{path.name}/{_FILE}"
    known = "、".join(city_ids())
    raise WrongCallError(f"不认识的城市 {name!r}：可用 {known}，或一个 .yml 登记表（或放着 units.yml 的文件夹）的路径")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name that no file can have
        return False


def check_city(name: str) -> CityReading:
    """Read a city's registry with all that is wrong with it.  WrongCallError where there is nothing to read."""
    return parse_city(*city_text(name))


def load_city(name: str = DEFAULT_CITY) -> City:
    """The city of that id or path.  WrongCallError with every fault and its line."""
    reading = check_city(name)
    if reading.city is None:
        raise WrongCallError(*(str(fault) for fault in reading.faults))
    return reading.city
