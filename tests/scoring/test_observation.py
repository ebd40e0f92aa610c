"""The gate and the observations of a scheme: read, refused with their lines, inherited, printed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
import yaml

from checks.registry import CHECKS
from scoring.model import Scheme
from scoring.observation import COUNTED_CHECKS, Gate
from scoring.scheme_schema import scheme_schema
from scoring.scheme_text import parse_scheme
from scoring.scorer import assumptions

GOOD = """\
format: chengjian.scheme/1
id: s
name: 甲
version: "1"
document: {title: 某办法}
gate: {policy: nanyang-monthly, coverage: 0.9, confidence: 0.8, findings: {broken_link: 2}, assumption: 我们的口径}
sections:
  - name: 一
    indicators:
      - id: A
        name: a
        weight: 10
        cite: 一
        text: t
        reading: r
        monitored: true
        observe: {kind: events, label: negative}
        gate: {confidence: confirmed}
        rule: {kind: absence}
"""


def read(text: str) -> Scheme:
    reading = parse_scheme(text, "s.yml")
    assert reading.scheme is not None, reading.faults
    return reading.scheme


def test_a_row_inherits_what_it_does_not_name() -> None:
    scheme = read(GOOD)
    assert scheme.gate == Gate(
        "nanyang-monthly", Decimal("0.9"), Decimal("0.8"), (("broken_link", 2),), False, "我们的口径"
    )
    own = scheme.gate_of(scheme.indicators[0])
    assert (own.confidence, own.policy, own.days) == (None, "nanyang-monthly", (("broken_link", 2),))


def test_the_gate_is_printed_as_an_assumption() -> None:
    told = dict(assumptions(read(GOOD)))
    texts = [text for _row, text in assumptions(read(GOOD))]
    assert any("坏链须在 2 个不同日期的巡查中看到" in text and "我们的口径" in text for text in texts)
    assert "舆情事件只计人工确认的" in told["A"]


def test_without_a_gate_only_what_people_confirmed_counts() -> None:
    """A scheme that forgets its gate must not accuse by default."""
    scheme = read("".join(line for line in GOOD.splitlines(keepends=True) if "gate:" not in line))
    gate = scheme.gate_of(scheme.indicators[0])
    assert (gate.confidence, gate.days, gate.mended) == (None, (), False)


@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ("broken_link: 2", "broken_link: 0", 6, "不小于 1 的整数"),
        ("broken_link: 2", "broken_link: 400", 6, "1 到 366"),
        ("broken_link: 2", "broken_lnk: 2", 6, "不认识的检查"),
        ("coverage: 0.9", "coverage: 1.5", 6, "coverage"),
        ("confidence: 0.8", "confidence: maybe", 6, "confidence"),
        ("policy: nanyang-monthly", "polcy: nanyang-monthly", 6, "是不是 policy"),
        ("label: negative", "label: bad", 17, "不认识的 label"),
        ("kind: events, label: negative", "kind: disclosures, requirements: [power_list]", 17, "与本项的取值不合"),
        ("label: negative}", "label: negative, count: fields}", 17, "缺少 fields"),
        ("label: negative}", "label: negative, cross_check: true, stands_on: filed}", 17, "不写 stands_on"),
        ("        monitored: true\n", "", 16, "monitored: true"),
        ("kind: events, label: negative", "kind: upkeep, checks: [blocked_link]", 17, "不认识的检查"),
        (
            "kind: events, label: negative",
            "kind: publicity, columns: [双公示], cross_check: false",
            17,
            "与本项的取值不合",
        ),
    ],
)
def test_faults_name_their_line(before: str, after: str, line: int, message: str) -> None:
    assert GOOD.count(before) == 1
    reading = parse_scheme(GOOD.replace(before, after), "s.yml")
    assert reading.scheme is None
    assert [fault.line for fault in reading.faults if message in fault.text] == [line]


def test_a_requirement_and_an_element_must_exist() -> None:
    rule = "rule: {kind: checklist, elements: {x: 10}}"
    for observe, message in (
        ("{kind: disclosures, elements: {y: [power_list]}}", "不是本项的要素"),
        ("{kind: disclosures, shows: {x: [power]}}", "不认识的公开事项"),
    ):
        text = GOOD.replace("rule: {kind: absence}", rule).replace("{kind: events, label: negative}", observe)
        reading = parse_scheme(text, "s.yml")
        assert any(message in fault.text for fault in reading.faults), reading.faults


def test_the_counted_checks_are_checks() -> None:
    """A check that was renamed would silently never count again."""
    assert set(COUNTED_CHECKS) <= {check.id for check in CHECKS}


def test_the_editors_schema_takes_gate_and_observe() -> None:
    validate: Callable[[Any], None] = jsonschema.Draft202012Validator(scheme_schema()).validate
    document = yaml.safe_load(GOOD)
    validate(document)
    document["gate"]["findings"]["blocked_link"] = 1
    with pytest.raises(jsonschema.ValidationError):
        validate(document)
