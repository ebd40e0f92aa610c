"""Where the nights of the demo city are played: the days, and the folder that names portals, papers and the watch."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import resources
from pathlib import Path
from typing import Any, Final

import yaml

from chengjian.demo.city import NEIGHBOUR, City
from chengjian.demo.faults import CITY
from chengjian.demo.portals.press import press_outlets
from records.work_calendar import UnknownYearError, WorkCalendar
from storage.clock import CHINA

EVENING: Final = time(20, 30)
OFFICE: Final = time(10, 15)
_WEEK: Final = range(5)  # Monday to Friday: a Sunday that is worked (调休) has no window (services/night/defaults.yml)
_YEARS_BACK: Final = 366 * 3  # days that are searched for a run of working days
_YEARLY_LIMIT: Final = 366  # days: of a yearly column under nanyang-monthly (checks/policies)

# The city is ours and on this machine: it may be walked faster than a county's server.  The gate is nobody's to change.
_WATCH: Final[dict[str, Any]] = {
    "format": "chengjian.watch/1",
    "pace": {"rate": 100, "concurrency": 8},
    "run": {"parallel": 3, "recheck_after": 0.5, "disk_mb": 16},
    "news": {"enabled": True, "rate": 100},
    "report": {"at": "结束即发"},
}


@dataclass(frozen=True, slots=True)
class Days:
    """Three days that follow each other; the second and the third are working days."""

    first: date

    @property
    def second(self) -> date:
        return self.first + timedelta(days=1)

    @property
    def third(self) -> date:
        return self.first + timedelta(days=2)

    def at(self, day: int, hour: time) -> datetime:
        """An instant of the play; ``day`` is 1, 2 or 3."""
        return datetime.combine(self.first + timedelta(days=day - 1), hour, CHINA)


def find_days(today: date, calendar: WorkCalendar) -> Days:
    """The newest three days before ``today`` on which the nights can be played.

    All in one year, for they are scored together; looks in office hours on the second and the third; and no yearly
    column of the city passes its limit in between.
    """
    for back in range(3, _YEARS_BACK):
        days = Days(today - timedelta(days=back))
        if days.first.year == days.third.year and _working(days, calendar) and not _turns_yearly(days):
            return days
    raise ValueError(f"no working days are known before {today}")


def _working(days: Days, calendar: WorkCalendar) -> bool:
    """Whether the looks in office hours can be taken: on a working day on which the window for suspects opens."""
    try:
        return all(day.weekday() in _WEEK and calendar.is_working_day(day) for day in (days.second, days.third))
    except UnknownYearError:
        return False


def _turns_yearly(days: Days) -> bool:
    newest = (one.newest(days.first) for portal in CITY for one in portal.columns if one.anniversary is not None)
    return any(day is not None and (days.third - day).days > _YEARLY_LIMIT for day in newest)


def write_city(folder: Path, served: City) -> None:
    """The registry with the portals where they are served, the papers, and the watch with a canary of the city's own.

    Raises ``OSError``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = (resources.files("chengjian.demo") / "yunxi" / "units.yml").read_text("utf-8")
    city = yaml.safe_load(text)
    for unit in city["units"]:
        unit["portals"] = [{"url": served.url(unit["id"]), "verified": True, "source": "示范城市"}]
    # The city's own portal is watched like the others; nobody evaluates it.
    government = {"id": "yunxi", "name": "云溪市人民政府", "kind": "department", "evaluated": False}
    city["units"].append({**government, "portals": [{"url": served.url("yunxi"), "verified": True}]})
    outlets = [
        {
            "id": one.id,
            "name": one.name,
            "place": one.place,
            "level": one.level.value,
            "hosts": list(one.hosts),
            "entries": [{"kind": entry.kind.value, "url": entry.url, "name": entry.name} for entry in one.entries],
        }
        for one in press_outlets(served.base_urls)
    ]
    neighbour = served.base_urls[NEIGHBOUR]
    canaries = [{"url": neighbour}, {"url": f"{neighbour}no/such/page.html", "gone": True}]
    _write(folder / "units.yml", city)
    _write(folder / "outlets.yml", {"format": "chengjian.outlets/1", "outlets": outlets})
    _write(folder / "watch.yml", {**_WATCH, "canaries": canaries})


def _write(path: Path, document: dict[str, Any]) -> None:
    told = "# 示范城市“云溪市”，由 chengjian demo 写出。全部虚构。\n"
    path.write_text(told + yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
