"""The YAML of a registry: every fault at once with its line, nothing guessed, ambiguity said."""

import pytest

from records.registry import City, UnitKind
from services.registry.city_text import CityReading, parse_city

HEAD = """\
format: chengjian.city/1
id: demo
name: 清河市
short_name: 清河
province: 某省
"""
UNITS = """\
units:
  - id: east
    name: 东县
    kind: county
    short_names: [东边]
    towns: [甲镇, 乙镇]
  - id: bureau
    name: 清河市某局
    kind: department
    parent: east
    former_names: [{name: 清河市旧局, until: "2019"}]
    portals: [{url: "https://bureau.example.test/", verified: true}]
    evaluated: false
"""


def read(units: str = UNITS, head: str = HEAD) -> CityReading:
    return parse_city(head + units, "demo.yml")


def good() -> City:
    city = read().city
    assert city is not None
    return city


def test_a_registry_is_read() -> None:
    """Every word of the file arrives where the program looks for it."""
    city = good()
    east, bureau = city.units
    assert (city.id, city.short_name, city.towns) == ("demo", "清河", {"east": ("甲镇", "乙镇")})
    assert (east.kind, east.evaluated, east.verified) == (UnitKind.COUNTY, True, True)
    assert (bureau.parent, bureau.evaluated) == ("east", False)
    assert bureau.portals[0].url == "https://bureau.example.test/"
    assert bureau.portals[0].verified


def test_a_year_alone_holds_to_its_last_day() -> None:
    """A former name with a year must not end on the first of January."""
    until = good().units[1].former_names[0].until
    assert until is not None
    assert until.isoformat() == "2019-12-31"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("    kind: county\n", "    kind: county\n    kind: town\n", 10, "键 kind 重复"),
        ("    kind: county\n", "    kind: county\n    colour: red\n", 10, "不认识的词 colour"),
        ("  - id: bureau\n", "  - id: east\n", 12, "id）east 重复"),
        ("parent: east", "parent: west", 15, "west 不在本表中"),
        ("parent: east", "parent: bureau", 15, "成了圈"),
        ("https://bureau.example.test/", "bureau.example.test", 17, "网址"),
        ("https://bureau.example.test/", "ftp://bureau.example.test/", 17, "网址"),
        ("https://bureau.example.test/", "https://bureau example.test/", 17, "网址"),
        ("https://bureau.example.test/", "https://bureau.example.test:99999/", 17, "网址"),
        ("kind: county", "kind: countty", 9, "是不是 county"),
        ("name: 东县", "name: no", 8, "请加引号"),
        ("id: east", "id: 07", 7, "请加引号"),
        ("[东边]", "[东边, 2026]", 10, "请加引号"),
        ("[东边]", "[东边, 东边]", 10, "重复"),
        ("[东边]", "[东边、西边]", 10, "顿号"),
        ('until: "2019"', "until: 2019", 16, "请加引号"),
        ('until: "2019"', 'until: "2019-13-01"', 16, "止于"),
        ("evaluated: false", "evaluated: no", 18, "true 或 false"),
        ("id: east\n", "id: East\n", 7, "小写字母"),
        ("    kind: county\n", "", 7, "缺少 kind"),
        ("    name: 东县\n", '    name: "东\\n县"\n', 8, "控制字符"),
        ("    name: 东县\n", "    name: 东县\n    code: '4113'\n", 9, "区划代码"),
    ],
)
def test_a_fault_is_said_with_its_line(old: str, new: str, line: int, words: str) -> None:
    """An office corrects what it is told where it is told; nothing of a faulty file is used."""
    assert old in UNITS
    reading = read(UNITS.replace(old, new))
    assert reading.city is None
    assert [fault for fault in reading.faults if fault.line == line and words in fault.text], reading.faults


def test_all_faults_are_said_at_once() -> None:
    """One run of the check, not one for each fault."""
    text = UNITS.replace("kind: county", "kind: cuonty").replace("parent: east", "parent: x").replace("甲镇", "no")
    assert {fault.line for fault in read(text).faults} >= {9, 11, 15}


def test_a_circle_of_parents_is_refused_at_each_of_them() -> None:
    """East stands above west and west above east: neither is below the city."""
    text = UNITS.replace("    towns", "    parent: bureau\n    towns")
    assert [fault.line for fault in read(text).faults if "成了圈" in fault.text] == [11, 16]


@pytest.mark.parametrize("text", ["", "- a\n", "a: [", "42", "a: &x 1\nb: *x\n", "\x00"])
def test_what_is_no_registry_is_refused(text: str) -> None:
    """Whatever is given, there is a fault and never an exception."""
    reading = parse_city(text, "demo.yml")
    assert reading.city is None
    assert reading.faults


def test_a_shared_name_is_a_warning_at_the_later_unit() -> None:
    """Two units that the news calls by the same name cannot be told apart: a person must know it."""
    reading = read(UNITS.replace("清河市旧局", "东边"))
    assert reading.city is not None
    assert [(warning.line, "东边" in warning.text, "east" in warning.text) for warning in reading.warnings] == [
        (12, True, True)
    ]


def test_a_shared_town_is_a_warning() -> None:
    """城关镇 of two counties must not charge the first one."""
    reading = read(UNITS + "    towns: [乙镇]\n")
    assert [("乙镇" in warning.text, warning.line) for warning in reading.warnings] == [(True, 12)]


def test_a_unit_may_repeat_its_own_name() -> None:
    """A former name that came back is no ambiguity."""
    assert read(UNITS.replace("清河市旧局", "清河市某局")).warnings == ()
