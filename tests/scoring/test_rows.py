"""Every row of every scheme, at full marks, at nothing, in the middle, on the edge, and with values to be refused."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.schemes import SCHEME_IDS

CASES: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("cases").joinpath("rows.yml").read_text(encoding="utf-8")
)
SCORED = [
    pytest.param(scheme, row, case["kind"], name, value, points, id=f"{row}-{name}-{place}")
    for scheme, rows in CASES.items()
    for row, case in rows.items()
    for place, (name, value, points) in enumerate(
        [
            *((name, *case[name]) for name in ("full", "nothing", "middle", "edge") if name in case),
            *(("more", *more) for more in case.get("more", [])),
        ]
    )
]
RANKED = [
    pytest.param(scheme, row, case["kind"], case["ranked"], id=row)
    for scheme, rows in CASES.items()
    for row, case in rows.items()
    if "ranked" in case
]
WRONG = [
    pytest.param(scheme, row, case["kind"], value, id=f"{row}-{place}")
    for scheme, rows in CASES.items()
    for row, case in rows.items()
    for place, value in enumerate(case["wrong"])
]


@pytest.mark.parametrize("name", SCHEME_IDS)
def test_every_row_of_every_scheme_has_its_cases(name: str, scheme: Any) -> None:
    """A row that is added without cases is a row that nobody worked out by hand."""
    rows = CASES[name]
    assert list(rows) == [indicator.id for indicator in scheme(name).indicators]
    for indicator in scheme(name).indicators:
        case = rows[indicator.id]
        wanted = {"full", "nothing"} if indicator.rule.kind == "presence" else {"full", "nothing", "middle", "edge"}
        assert "ranked" in case or wanted <= set(case), indicator.id
        assert len(case["wrong"]) >= 2, indicator.id


@pytest.mark.parametrize(("name", "row", "kind", "case", "value", "points"), SCORED)
def test_a_value_earns_what_the_rule_says(
    name: str, row: str, kind: str, case: str, value: object, points: str | None, score: Any
) -> None:
    (unit,) = score(name, [{"id": "a", "kind": kind, "values": {row: value}}])
    (found,) = [indicator for indicator in unit.indicators if indicator.id == row]
    assert (None if found.points is None else str(found.points)) == points
    assert found.state == "scored"
    assert found.because
    if case == "full":
        assert found.points == found.full or row == "NYC-14"  # weight 4, cap 3: the one row that cannot fill up


@pytest.mark.parametrize(("name", "row", "kind", "ranked"), RANKED)
def test_a_ranked_row_gives_each_band_its_share_exactly_on_the_edges(
    name: str, row: str, kind: str, ranked: dict[str, list[Any]], score: Any
) -> None:
    units = [{"id": str(i), "kind": kind, "values": {row: value}} for i, value in enumerate(ranked["values"])]
    found = [next(i.points for i in unit.indicators if i.id == row) for unit in score(name, units)]
    assert [str(points) for points in found] == ranked["points"]


@pytest.mark.parametrize(("name", "row", "kind", "value"), WRONG)
def test_a_wrong_value_is_refused_by_unit_and_row(
    name: str, row: str, kind: str, value: object, refusals: Any, scheme: Any
) -> None:
    lines = refusals(name, [{"id": "fangcheng", "kind": kind, "values": {row: value}}])
    assert len(lines) == 1
    (indicator,) = [indicator for indicator in scheme(name).indicators if indicator.id == row]
    assert lines[0].startswith(f"单位 fangcheng · 指标 {row}：应为")
    assert indicator.rule.shape.expected in lines[0]
    assert "\n" not in lines[0]
