"""The registry of Nanyang that comes with the program."""

import os
from pathlib import Path

import pytest

from records.registry import UnitKind
from services.registry import check_city, city_ids, load_city
from services.schemes import WrongCallError

SHARED = Path(os.environ.get("CHENGJIAN_SHARED", Path(__file__).resolve().parents[3] / "shared"))
# the order of 附件2
COUNTIES = [
    "邓州市",
    "卧龙区",
    "宛城区",
    "方城县",
    "社旗县",
    "南召县",
    "淅川县",
    "西峡县",
    "内乡县",
    "镇平县",
    "新野县",
    "唐河县",
    "桐柏县",
    "城乡一体化示范区",
    "高新区",
    "鸭河工区",
    "官庄工区",
]


def test_every_registry_that_comes_with_the_program_can_be_used() -> None:
    """A folder that was added under cities/ is checked by this test without being named here."""
    assert "nanyang" in city_ids()
    for name in city_ids():
        reading = check_city(name)
        assert reading.faults == ()
        assert reading.warnings == ()


def test_the_counties_are_those_of_the_document_in_its_order() -> None:
    city = load_city()
    assert [unit.name for unit in city.units if unit.kind is UnitKind.COUNTY] == COUNTIES


def test_what_nobody_confirmed_is_marked() -> None:
    """A list from common knowledge must not look like the office's own."""
    departments = [unit for unit in load_city().units if unit.kind is UnitKind.DEPARTMENT]
    assert len(departments) > 35
    assert not any(unit.verified for unit in departments)
    assert all(unit.source for unit in load_city().units)
    assert not any(portal.verified or not portal.source for unit in load_city().units for portal in unit.portals)


def test_bodies_that_only_the_news_names_are_not_evaluated() -> None:
    """The discipline inspection commission is in every report about misconduct, and none of it is its own."""
    beside = {unit.name for unit in load_city().units if not unit.evaluated}
    assert {"南阳市中级人民法院", "南阳市人民检察院", "中共南阳市纪律检查委员会"} <= beside


def test_unknown_addresses_are_left_empty() -> None:
    """The four functional zones had no portal in any directory: an invented host would be crawled."""
    zones = [unit for unit in load_city().units if unit.id in ("shifanqu", "gaoxin", "yahegongqu", "guanzhuang")]
    assert len(zones) == 4
    assert not any(unit.portals for unit in zones)


def test_codes_and_addresses_are_those_of_the_sources() -> None:
    """DOMAIN.md §9 is where they are known from."""
    source = SHARED / "DOMAIN.md"
    if not source.is_file():
        pytest.skip(f"the shared folder {SHARED} is not there")
    text = source.read_text("utf-8")
    for unit in load_city().units:
        assert not unit.code or unit.code in text
        for portal in unit.portals:
            host = portal.url.split("/")[2]
            assert host in text or host.removesuffix(".nanyang.gov.cn") in text


def test_a_city_elsewhere_is_loaded_by_its_path(tmp_path: Path) -> None:
    """An office keeps its own file, or a folder with it."""
    text = "format: chengjian.city/1\nid: x\nname: 某市\nshort_name: 某\nprovince: 某省\n"
    (tmp_path / "units.yml").write_text(text + "units:\n  - {id: a, name: 甲县, kind: county}\n", "utf-8")
    assert load_city(str(tmp_path)) == load_city(str(tmp_path / "units.yml"))
    assert load_city(str(tmp_path)).units[0].name == "甲县"


@pytest.mark.parametrize("name", ["beijing", "", "no/such/folder", "x.yml", "\x00", "a\x00/b"])
def test_a_city_that_is_not_there_is_a_wrong_call(name: str) -> None:
    with pytest.raises(WrongCallError):
        load_city(name)
