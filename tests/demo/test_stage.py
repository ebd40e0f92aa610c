"""On which days the nights of the demo are played, and the folder of the city that they are played in."""

from datetime import date, time
from pathlib import Path

import pytest

from checks.life import band_of
from chengjian.demo.city import serve
from chengjian.demo.faults import CITY
from chengjian.demo.stage import OFFICE, Days, find_days, write_city
from records.sightings import Band
from services.finding_gate import load_gate
from services.news.outlets import load_outlets
from services.night.watch_files import default_plan, load_watch
from services.registry import load_city
from services.work_calendar import load_calendar

CALENDAR = load_calendar()


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 21), date(2026, 11, 18)),  # a Saturday: Wednesday to Friday
        (date(2026, 11, 23), date(2026, 11, 18)),  # a Monday: the weekend has no office hours
        (date(2026, 11, 24), date(2026, 11, 18)),  # a Tuesday: Sunday and Monday are not two working days
        (date(2026, 11, 25), date(2026, 11, 22)),  # a Wednesday: from Sunday on, with two working days behind it
        (date(2026, 1, 2), date(2025, 12, 29)),  # all three in one year
        (date(2026, 10, 8), date(2026, 9, 28)),  # behind the national holiday
        (date(2026, 10, 12), date(2026, 10, 7)),  # a Saturday that is worked has no window
    ],
)
def test_the_newest_three_days_with_office_hours_are_played(today: date, first: date) -> None:
    days = find_days(today, CALENDAR)
    assert days.first == first
    for day in (2, 3):
        at = days.at(day, OFFICE)
        assert band_of(at, working_day=CALENDAR.is_working_day(at.date())) is Band.OFFICE


def test_a_year_whose_holidays_nobody_knows_is_not_played_in() -> None:
    """A demo that counted unknown days as working days would pass its gate by a mistake."""
    newest = max(CALENDAR.years)
    assert find_days(date(newest + 1, 6, 1), CALENDAR).first.year == newest


@pytest.mark.parametrize("today", [date(2026, 1, 28), date(2026, 2, 1), date(2026, 3, 14), date(2026, 3, 17)])
def test_no_yearly_column_passes_its_limit_between_the_nights(today: date) -> None:
    """It would be a fault that nobody declared."""
    days = find_days(today, CALENDAR)
    for column in (one for portal in CITY for one in portal.columns if one.anniversary is not None):
        newest = column.newest(days.first)
        assert newest is not None
        assert (days.third - newest).days <= 366


def test_the_folder_names_every_portal_and_paper_and_changes_no_gate(tmp_path: Path) -> None:
    """The demo may be fast, and nothing else: gate, health numbers and windows are those of every city."""
    days = Days(date(2026, 11, 18))
    assert days.at(3, time(20, 30)).isoformat() == "2026-11-20T20:30:00+08:00"
    with serve(days.first) as served:
        write_city(tmp_path / "yunxi", served)
        folder = str(tmp_path / "yunxi")
        city = load_city(folder)
        assert {unit.id: unit.portals[0].url for unit in city.units} == {
            portal.key: served.url(portal.key) for portal in CITY
        }
        assert len(load_outlets(folder).enabled) == 5
        plan, usual = load_watch(folder, city), default_plan()
    assert (plan.health, plan.windows, plan.policy) == (usual.health, usual.windows, usual.policy)
    assert not (tmp_path / "gate.yml").exists()
    assert (load_gate().tries, load_gate().days, load_gate().bands, load_gate().office_hours) == (3, 2, 2, True)
