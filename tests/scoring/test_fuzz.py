"""Texts that no person would write: a refusal or a result, never an exception."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.scheme_text import parse_scheme
from scoring.scorer import score_units
from scoring.values import read_values
from services.reports.scores_document import scores_json
from services.schemes import SCHEME_IDS, load_scheme, scheme_text
from services.score_values import ScoreRun

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LINES = {name: scheme_text(name)[0].splitlines() for name in SCHEME_IDS}
SCRAPS = [
    "",
    "- ",
    "  x: 1",
    "a: [",
    '"',
    "'",
    "null",
    "no",
    "07",
    "1e3",
    "{a: {b: 1}}",
    "[]",
    "? x",
    "|",
    "&a",
    "*a",
    "!!x",
    "---",
    "%",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(10**50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def broken_schemes(draw: st.DrawFn) -> str:
    """A scheme of ours with some lines dropped, doubled, moved in or out, or given another value."""
    lines = list(LINES[draw(st.sampled_from(SCHEME_IDS))])
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        scrap = draw(st.sampled_from(SCRAPS))
        line = lines[place]
        match draw(st.integers(0, 5)):
            case 0:
                lines[place] = ""
            case 1:
                lines.insert(place, line)
            case 2:
                lines[place] = "  " + line
            case 3:
                lines[place] = line.removeprefix("  ")
            case 4:
                lines[place] = line.split(":")[0] + ": " + scrap
            case _:
                lines.insert(place, scrap)
    return "\n".join(lines)


@QUICK
@given(broken_schemes())
def test_a_broken_scheme_is_refused_or_usable(text: str) -> None:
    reading = parse_scheme(text, "f")
    assert (reading.scheme is None) == bool(reading.faults)
    total = text.count("\n") + 2
    assert all(1 <= fault.line <= total and "\n" not in str(fault) for fault in reading.faults)


@QUICK
@given(st.text(max_size=60))
def test_any_text_is_refused_as_a_scheme_and_as_values(text: str) -> None:
    assert parse_scheme(text, "f").scheme is None
    assert read_values(text, load_scheme("jiyuan"))[0] is None


@QUICK
@given(st.sampled_from(SCHEME_IDS), st.data())
def test_any_json_in_the_place_of_a_value_is_refused_or_scored(name: str, data: st.DataObject) -> None:
    scheme = load_scheme(name)
    ids = [row.id for row in scheme.indicators]
    values = data.draw(st.dictionaries(st.sampled_from(ids), JSON, max_size=4))
    unit: dict[str, Any] = {"id": data.draw(st.text(max_size=4)), "kind": "town", "values": values}
    unit |= data.draw(st.fixed_dictionaries({}, optional={"flags": JSON, "name": JSON, "not_applicable": JSON}))
    document = {"schema": "chengjian.values/1", "scheme": name, "period": "2026", "units": [unit]}
    read, faults = read_values(json.dumps(document), scheme)
    assert (read is None) == bool(faults)
    assert all("\n" not in str(fault) and str(fault).encode() for fault in faults)
    if read is not None:
        assert json.loads(scores_json(ScoreRun(scheme, "2026", score_units(scheme, read.units))))


@QUICK
@given(st.floats(0, 1))
def test_every_double_between_nought_and_one_is_a_rate_rounded_half_up(rate: float) -> None:
    scheme = load_scheme("nanyang-department")
    unit = {"id": "a", "kind": "department", "values": {"NYD-08": rate}}
    document = {"schema": "chengjian.values/1", "scheme": scheme.id, "period": "2026", "units": [unit]}
    read, faults = read_values(json.dumps(document), scheme)
    assert read is not None, faults
    (scored,) = score_units(scheme, read.units)
    assert scored.total is not None
    exact = Decimal(repr(rate)) * 6
    assert abs(scored.total - exact) <= Decimal("0.005")
    assert scored.total - exact != Decimal("-0.005")  # a tie goes up
