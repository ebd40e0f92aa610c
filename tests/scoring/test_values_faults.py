"""A values file that is wrong is refused whole: every fault, named by unit and row, one line each."""

import json
from typing import Any

import pytest

from scoring.values import read_values
from services.schemes import load_scheme

UNIT = {"id": "fangcheng", "name": "方城县", "kind": "county", "values": {"NYC-01": True}}


def said(text: str, scheme: str = "nanyang-county") -> list[str]:
    values, faults = read_values(text, load_scheme(scheme))
    assert (values is None) == bool(faults)
    return [str(fault) for fault in faults]


def document(**changes: object) -> str:
    whole: dict[str, object] = {
        "schema": "chengjian.values/1", "scheme": "nanyang-county", "period": "2026", "units": [UNIT]
    }  # fmt: skip
    return json.dumps({key: item for key, item in (whole | changes).items() if item is not ...})


def test_a_right_file_is_read() -> None:
    assert said(document()) == []
    assert said(document(units=[])) == []
    assert said(document(note="一个以后才有的字段")) == []  # a field may be added


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"schema": "chengjian.values/2"}, 'schema 应为 "chengjian.values/1"'),
        ({"schema": ...}, "schema 应为"),
        ({"scheme": "jiyuan"}, 'scheme 应为 "nanyang-county"，得到 "jiyuan"'),
        ({"scheme": None}, "scheme 应为"),
        ({"period": 2026}, "period 应为非空的一行文字"),
        ({"period": "x\ny"}, "period 应为非空的一行文字"),
        ({"units": {}}, "units 应为单位的列表"),
        ({"units": ...}, "units 应为单位的列表"),
        ({"units": [1]}, "单位 （第 1 个）：应为对象"),
        ({"units": [UNIT | {"id": ""}]}, "id 应为非空的一行文字"),
        ({"units": [UNIT | {"id": 7}]}, "id 应为非空的一行文字（至多 200 字，无控制字符），得到 7"),
        ({"units": [UNIT | {"id": "a\ud800"}]}, "id 应为非空的一行文字"),
        ({"units": [UNIT | {"name": []}]}, "单位 fangcheng：name 应为非空的一行文字"),
        ({"units": [UNIT | {"kind": "village"}]}, "单位 fangcheng：不认识的 kind，应为 county、department"),
        ({"units": [UNIT | {"kind": None}]}, "不认识的 kind"),
        ({"units": [UNIT | {"kind": ["county"]}]}, "不认识的 kind"),
        ({"units": [UNIT | {"flags": "serious"}]}, "flags 应为文字的列表"),
        ({"units": [UNIT | {"flags": ["enforcment_listed"]}]}, "不认识的标记"),
        ({"units": [UNIT | {"values": []}]}, "values 应为“指标: 值”的对象"),
        ({"units": [{"id": "a", "kind": "county"}]}, "单位 a：values 应为"),
        ({"units": [UNIT | {"values": {"NYC-99": 1}}]}, "单位 fangcheng · 指标 NYC-99：方案中没有这个指标"),
        ({"units": [UNIT | {"values": {"": 1}}]}, "方案中没有这个指标"),
        ({"units": [UNIT | {"values": {"NYC-01\n": 1}}]}, "指标 NYC-01\\u000a：方案中没有这个指标"),
        ({"units": [UNIT | {"values": {"NYC-13": 10**30}}]}, "应为不小于 0 的整数（领域），得到 极大的整数"),
        ({"units": [UNIT | {"values": {"NYC-13": 1_000_000_001}}]}, "应为不小于 0 的整数"),
        ({"units": [UNIT | {"not_applicable": {"NYC-01": "理由"}}]}, "既写了值又列为不适用"),
        ({"units": [UNIT | {"not_applicable": {"NYC-02": ""}}]}, "不适用的理由应为非空文字"),
        ({"units": [UNIT | {"not_applicable": ["NYC-02"]}]}, "not_applicable 应为“指标: 不适用的理由”的对象"),
        ({"units": [UNIT | {"not_applicable": {"NYC-77": "x"}}]}, "指标 NYC-77：方案中没有这个指标"),
        ({"units": [UNIT | {"sources": {"NYC-01": 5}}]}, "指标 NYC-01：取值来源应为非空文字，得到 5"),
        ({"units": [UNIT | {"sources": {"NYC-01": "x" * 2001}}]}, "取值来源应为非空文字"),
        ({"units": [UNIT, UNIT | {"name": "又一个"}]}, "单位编号重复：第 1 个与第 2 个单位相同"),
    ],
)  # fmt: skip
def test_a_wrong_part_is_named(changes: dict[str, object], expected: str) -> None:
    lines = said(document(**changes))
    assert len(lines) == 1, lines
    assert expected in lines[0]
    assert "\n" not in lines[0]


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ("NaN", "单位 fangcheng · 指标 NYC-06：应为 0 到 1 之间的比率，得到 NaN"),
        ("Infinity", "指标 NYC-06：应为 0 到 1 之间的比率，得到 Infinity"),
        ("-Infinity", "得到 -Infinity"),
        ("1e400", "应为 0 到 1 之间的比率，得到 1E+400"),
        ("1e999999", "位数过多或超出范围的数"),
        ("1e99999999999999999999", "位数过多或超出范围的数"),
        ("9" * 5000, "位数过多或超出范围的数"),
        ("0." + "3" * 5000, "位数过多或超出范围的数"),
        ("0." + "3" * 41, "有效数字至多 40 位"),
        ("true", "得到 true"),
        ("null", "尚无数据时请不写这一项"),
        ('"0.5"', '得到 "0.5"'),
        ("{}", "得到 {}"),
        ("[[[[]]]]", "得到 [["),
        ("+1", "不是合法的 JSON"),
        ("01", "不是合法的 JSON"),
    ],
)
def test_a_number_that_is_none_is_refused(value: str, got: str) -> None:
    text = document(units=[UNIT | {"values": {"NYC-06": "HERE"}}]).replace('"HERE"', value)
    lines = said(text)
    assert len(lines) == 1
    assert got in lines[0]


@pytest.mark.parametrize("number", ["0", "0.0", "-0", "-0.0", "1", "1.0", "1E0", "5e-324", "0.1e-5", "0." + "3" * 40])
def test_every_way_to_write_a_rate_is_read(number: str) -> None:
    text = document(units=[UNIT | {"values": {"NYC-06": "HERE"}}]).replace('"HERE"', number)
    assert said(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "1",
        '"x"',
        "NaN",
        "\ufeff{}",
        "{" * 100_000,
        "[" * 100_000,
        '{"a":' * 100_000,
        "\x00",
        "{}}",
    ],
)
def test_a_file_that_is_no_values_file_is_refused_without_a_crash(text: str) -> None:
    assert said(text)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"NYC-01": true', '"NYC-01": true, "NYC-01": false', '单位 fangcheng · 指标 NYC-01：键 "NYC-01" 出现两次'),
        ('"kind": "county"', '"kind": "county", "kind": "town"', '单位 fangcheng：键 "kind" 出现两次'),
        ('"period": "2026"', '"period": "2026", "period": "2025"', '键 "period" 出现两次'),
        (
            '"NYC-01": true',
            '"NYC-21": {"dishonest": 0, "dishonest": 1, "unresolved": 0, "resolved": 0}',
            "单位 fangcheng · 指标 NYC-21：",
        ),
    ],
)
def test_a_doubled_key_is_refused(old: str, new: str, expected: str) -> None:
    text = document()
    assert old in text
    (line,) = said(text.replace(old, new))
    assert expected in line


def test_what_is_no_json_is_refused_even_where_nobody_reads_it() -> None:
    (line,) = said(document(note="HERE").replace('"HERE"', "NaN"))
    assert "不允许 NaN" in line


def test_all_faults_are_said_at_once() -> None:
    units: list[Any] = [
        {"id": "a", "kind": "x", "values": {"NYC-01": 1, "NYC-02": -1}},
        {"id": "a", "kind": "county", "values": {"NYC-77": 1}, "flags": ["?"]},
    ]
    lines = said(document(period="", units=units))
    assert len(lines) == 7
    assert [line.split("：")[0] for line in lines] == [
        'period 应为非空的一行文字（至多 200 字，无控制字符），得到 ""',
        "单位 a",
        "单位 a · 指标 NYC-01",
        "单位 a · 指标 NYC-02",
        "单位 a",
        "单位 a · 指标 NYC-77",
        "单位 a",
    ]
