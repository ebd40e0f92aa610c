"""A registry written out and read again is the same registry: as YAML, and as a workbook."""

import tempfile
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.registry import City, FormerName, Portal, Unit, UnitKind
from services.registry import load_city
from services.registry.city_text import parse_city
from services.registry.city_yaml import city_yaml
from services.registry.workbook_export import export_workbook
from services.registry.workbook_import import import_workbook

# what a YAML reader or a spreadsheet might guess at, beside ordinary words
_TRAPS = st.sampled_from(
    ["no", "07", "1e3", "0o17", "=1+1", "2019", "null", "~", "true", "是", "- a", "a: b", "#x", "'", "1.0"]
)
_WORD = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8)
_TEXT = _TRAPS | _WORD
_NAME = _TEXT.filter(lambda text: not set(text) & set("、，,；;"))
_ID = st.from_regex(r"[a-z0-9][a-z0-9-]{0,6}", fullmatch=True)
_MAYBE = st.just("") | _TEXT
_URL = st.from_regex(r"https?://[a-z]{1,8}\.example\.test/[a-z0-9]{0,5}", fullmatch=True)
_PORTAL = st.builds(Portal, url=_URL, name=_MAYBE, verified=st.booleans(), source=_MAYBE)
_FORMER = st.builds(FormerName, name=_TEXT, until=st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)))
_UNIT = st.builds(
    Unit,
    id=_ID,
    name=_TEXT,
    kind=st.sampled_from(UnitKind),
    full_name=_MAYBE,
    code=st.sampled_from(["", "411322", "041132", "411322100000"]),
    short_names=st.lists(_NAME, max_size=3, unique=True).map(tuple),
    former_names=st.lists(_FORMER, max_size=2).map(tuple),
    portals=st.lists(_PORTAL, max_size=2, unique_by=lambda portal: portal.url).map(tuple),
    evaluated=st.booleans(),
    verified=st.booleans(),
    note=_MAYBE,
    source=_MAYBE,
)


@st.composite
def _cities(draw: st.DrawFn) -> City:
    units = draw(st.lists(_UNIT, min_size=1, max_size=4, unique_by=lambda unit: unit.id))
    towns = {unit.id: tuple(draw(st.lists(_NAME, min_size=1, max_size=3, unique=True))) for unit in units[1:]}
    return City(
        id=draw(_ID),
        name=draw(_TEXT),
        short_name=draw(_TEXT),
        province=draw(_TEXT),
        code=draw(st.sampled_from(["", "411300"])),
        units=tuple(units),
        office=draw(_MAYBE),
        towns=towns,
        sources=draw(st.dictionaries(_TEXT, _TEXT, max_size=2)),
    )


@given(_cities())
@settings(max_examples=80, deadline=None)
def test_yaml_loses_nothing(city: City) -> None:
    """Names like `no` and codes like `041132` come back as they were."""
    reading = parse_city(city_yaml(city), "x.yml")
    assert reading.faults == ()
    assert reading.city == city


@given(_cities())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_workbook_loses_nothing(city: City) -> None:
    """What a clerk did not touch comes back as it was: leading zeros, equals signs, names that look like numbers."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "units.xlsx"
        export_workbook(city, path)
        reading = import_workbook(path)
    assert reading.faults == ()
    assert reading.city == city


def test_the_registry_of_nanyang_goes_there_and_back(tmp_path: Path) -> None:
    """Workbook to YAML to city, as an office does it."""
    city = load_city()
    export_workbook(city, tmp_path / "units.xlsx")
    again = import_workbook(tmp_path / "units.xlsx").city
    assert again is not None
    assert parse_city(city_yaml(again), "x.yml").city == city
