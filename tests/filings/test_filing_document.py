"""`chengjian.filing/1`: what another system supplies, by its schema and by our reading."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from services.import_filing import FileReport, Outcome
from storage.filings import FilingRepository

HandIn = Callable[..., FileReport]
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "contracts" / "filing.schema.json").read_text("utf-8"))
ROW = {"unit": "青山县", "indicator": "NYC-25", "value": 0}


def document(*rows: object, **head: object) -> dict[str, Any]:
    return {
        "schema": "chengjian.filing/1",
        "scheme": "nanyang-county",
        "period": "2026",
        "provider": "市信用办",
        "rows": list(rows),
    } | head


def body(*rows: object, **head: object) -> bytes:
    return json.dumps(document(*rows, **head), ensure_ascii=False).encode()


def test_values_of_every_shape_are_taken_as_they_are(hand_in: HandIn, filings: FilingRepository) -> None:
    text = body(
        {"unit": "qing", "indicator": "NYC-06", "value": "RATE"},
        {"unit": "qing", "indicator": "NYC-14", "value": 2, "items": ["教育", "医疗"]},
        {"unit": "qing", "indicator": "NYC-21", "value": {"dishonest": 0, "unresolved": 0, "resolved": 1}},
        {"unit": "青山", "indicator": "NYC-25", "state": "not_applicable", "reason": "没有这项业务"},
        effective="2026-10-31",
    )
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(text))
    report = hand_in(text.replace(b'"RATE"', b"0.004500000000000000000000000001"), "a.json")
    assert report.outcome is Outcome.ACCEPTED, report
    values = {value.indicator: value for value in filings.values("nanyang", "nanyang-county", "2026")}
    assert values["NYC-06"].value == Decimal("0.004500000000000000000000000001")
    assert values["NYC-21"].value == {"dishonest": 0, "unresolved": 0, "resolved": 1}
    assert values["NYC-25"].state.value == "not_applicable"
    assert str(values["NYC-14"].effective) == "2026-10-31"
    assert values["NYC-14"].evidence[0].place == "第 2 条"


def test_a_period_is_stored_in_one_form(hand_in: HandIn, filings: FilingRepository) -> None:
    """2026年第4季度 and 2026Q4 are one: a round that asks for one must find what was filed under the other."""
    hand_in(body(ROW, period="2026年第4季度"), "a.json")
    assert filings.periods("nanyang", "nanyang-county") == ("2026Q4",)
    for period, said in (("第四季", "看不懂期间"), ("2026-12", "从 2026-12-01 开始，还没有到")):
        (fault,) = hand_in(body(ROW, period=period), "b.json").faults
        assert said in str(fault)
    assert len(filings.history()) == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ROW | {"value": -1}, "value 为 -1"),
        (ROW | {"value": 1.5}, "value 为 1.5"),
        (ROW | {"value": True}, "value 为 true"),
        (ROW | {"value": "1"}, 'value 为 "1"'),
        (ROW | {"value": None}, "value 为 null"),
        ({"unit": "青山县", "indicator": "NYC-25"}, "没有 value"),
        (ROW | {"indicator": "NYC-06", "value": 1.01}, "value 为 1.01"),
        (ROW | {"indicator": "NYC-21", "value": {"dishonest": 1}}, "缺少"),
        (ROW | {"indicator": "NYC-01", "value": True}, "该提供单位没有指标"),
        (ROW | {"indicator": 5}, "该提供单位没有指标"),
        (ROW | {"unit": "火星"}, "没有单位“火星”"),
        (ROW | {"unit": None}, "没有写明单位"),
        (ROW | {"state": "unknown"}, "state 为"),
        (ROW | {"state": "not_supplied", "reason": "x"}, "不应有 value"),
        ({"unit": "青山县", "indicator": "NYC-25", "state": "not_supplied"}, "没有写 reason"),
        (ROW | {"effective": "2027-01-01"}, "不晚于今天"),
        (ROW | {"effective": "20261031"}, "不晚于今天"),
        (ROW | {"extra": 1}, "不认识的键"),
        (ROW | {"indicator": "NYC-14", "value": 3, "items": ["甲"]}, "items 列了 1 个"),
        (ROW | {"indicator": "NYC-14", "value": 2, "items": ["甲", "甲"]}, "不重复的名称"),
        (ROW | {"attachments": [{"name": ""}]}, "attachments 中有"),
        (ROW | {"attachments": [{"name": "a.pdf", "sha256": "zz"}]}, "64 位十六进制"),
        (ROW | {"attachments": [{"name": "a.pdf"}]}, "没有给出附件目录"),
        (["x"], "应为对象"),
    ],
)
def test_a_row_of_the_wrong_shape_is_refused_with_its_number(
    hand_in: HandIn, filings: FilingRepository, row: Any, said: str
) -> None:
    report = hand_in(body({"unit": "白水县", "indicator": "NYC-25", "value": 1}, row), "a.json")
    assert report.outcome is Outcome.REFUSED
    assert filings.history() == ()
    (line,) = [str(one) for one in report.refused_rows]
    assert said in line
    assert "第 2 条" in line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"[]", "schema 应为"),
        (body(ROW, scheme="unknown"), "不认识方案 'unknown'"),
        (body(ROW, provider="市大数据局"), "没有提供单位“市大数据局”"),
        (body(ROW, period=""), "period 应为非空文字"),
        (body(ROW, surprise=1), "不认识的键"),
        (body(), "没有任何一行"),
        (body(ROW, rows={}), "rows 应为"),
        (body(ROW, effective="2030-01-01"), "不是不晚于今天的日期"),
        (b'{"schema": "chengjian.filing/1", "schema": "x"}', "出现两次"),
        (b'{"a": ' * 100_000, "嵌套过深"),
        ('{"名": 1}'.encode("gb18030"), "不是 UTF-8"),
        (body(ROW).replace(b'"value": 0', b'"value": NaN'), "value 为 NaN"),
        (body(ROW).replace(b'"value": 0', b'"value": 1' + b"0" * 5000), "位数过多"),
        (body(ROW, ROW), "填了 2 次"),
    ],
)
def test_a_document_of_another_make_is_refused(
    hand_in: HandIn, filings: FilingRepository, text: bytes, said: str
) -> None:
    report = hand_in(text, "a.json")
    assert report.outcome is Outcome.REFUSED
    assert filings.history() == ()
    lines = [str(one) for one in (*report.faults, *report.refused_rows)]
    assert any(said in line for line in lines), lines
