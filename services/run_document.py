"""The two documents of a score run: everything that was scored (``chengjian.run/1``), and what came of it.

Both are canonical JSON: the same inputs give the same bytes.  The number of a run and the instant of making it stand
outside.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from records.indicators import Discrepancy, IndicatorValue, Trace, ValueSource, ValueState
from records.registry import City, Unit, UnitKind
from scoring.attribution import RawUnit
from scoring.model import Scheme
from scoring.points import plain
from scoring.rank_floor import RankFloor
from scoring.result import Adjustment, IndicatorScore, Missing, State, UnitScore
from scoring.scheme_text import parse_scheme
from scoring.shapes import MOST_CHARACTERS
from scoring.values import SCHEMA as VALUES_SCHEMA
from scoring.values import UnitValues, read_values
from scoring_bridge.combine import Combined
from scoring_bridge.watch import Doubt, Suspect, Watch
from services.schemes import WrongCallError
from services.score_values import ScoreRun
from storage.canonical import canonical_json, read_canonical
from storage.encoding import decoder

SCHEMA: Final = "chengjian.run/1"
_SOURCES: Final = {
    ValueSource.MONITORED: "大数据监测",
    ValueSource.FILED: "自主报送",
    ValueSource.OFFICIAL: "部门提供",
    ValueSource.JUDGED: "人工裁定",
}


@dataclass(frozen=True, slots=True)
class RunInputs:
    """Everything that a run was scored from, as it was stored."""

    city: str
    city_name: str
    period: str
    first: date
    last: date
    program: str
    scheme: Scheme
    units: tuple[RawUnit, ...]
    flags: Mapping[str, tuple[str, ...]]
    values: tuple[IndicatorValue, ...]
    beside: tuple[IndicatorValue, ...] = ()
    discrepancies: tuple[Discrepancy, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    audits: tuple[Mapping[str, Any], ...] = ()
    articles_read: int | None = None  # None: no news was gathered
    gate: tuple[str, ...] = ()  # Chinese: when a finding of the watch by night counts; empty where no night watched
    by_cell: Mapping[tuple[str, str], IndicatorValue] = field(default_factory=dict)
    rank_floor: RankFloor | None = None  # below it no rank; runs of earlier versions had none


def inputs_document(
    *,
    city: City,
    period: str,
    days: tuple[date, date],
    program: str,
    scheme: Scheme,
    scheme_text: str,
    units: Sequence[Unit],
    flags: Mapping[str, tuple[str, ...]],
    combined: Combined,
    watches: Iterable[Watch],
    articles_read: int | None,
    gate: Sequence[str],
    rank_floor: RankFloor | None = None,
) -> bytes:
    """The document of everything that is scored."""
    audits = [
        {
            "unit": watch.unit.id,
            "portal": look.portal,
            "audit": look.audit_id,
            "day": look.day,
            "as_of": look.audit.as_of,
            "policy": look.audit.policy,
            "verdict": look.audit.site_verdict,
        }
        for watch in watches
        for look in watch.looks
    ]
    document = {
        "schema": SCHEMA,
        "city": {"id": city.id, "name": city.name},
        "period": {"text": period, "first": days[0], "last": days[1]},
        "program": program,
        "scheme": {
            "id": scheme.id,
            "version": scheme.version,
            "sha256": scheme.sha256,
            "text": scheme_text,
        },
        "units": [
            {"id": unit.id, "name": unit.name, "kind": unit.kind, "flags": list(flags.get(unit.id, ()))}
            for unit in units
        ],
        "values": combined.values,
        "beside": combined.beside,
        "discrepancies": combined.discrepancies,
        "doubts": combined.doubts,
        "audits": audits,
        "articles_read": articles_read,
        "gate": list(gate),
    }
    if rank_floor is not None:
        document["rank_floor"] = {"share": plain(rank_floor.share), "source": rank_floor.source}
    return canonical_json(document)


def read_inputs(body: bytes) -> RunInputs:
    """The inputs of a stored run.  ``WrongCallError`` where this program can no longer read its scheme."""
    document = read_canonical(body)
    told = document["scheme"]
    reading = parse_scheme(told["text"], f"{told['id']}.yml")
    if reading.scheme is None:
        raise WrongCallError(f"存档所用的方案 {told['id']} 版本 {told['version']} 本程序已读不懂，请用当时的程序版本")
    read_value, read_task = decoder(IndicatorValue), decoder(Discrepancy)
    values = tuple(map(read_value, document["values"]))
    period = document["period"]
    by_cell = {(value.unit, value.indicator): value for value in values}
    by_unit = _by_unit(values)
    return RunInputs(
        city=document["city"]["id"],
        city_name=document["city"]["name"],
        period=period["text"],
        first=date.fromisoformat(period["first"]),
        last=date.fromisoformat(period["last"]),
        program=document["program"],
        scheme=reading.scheme,
        units=tuple(_raw_unit(unit, by_unit.get(unit["id"], ())) for unit in document["units"]),
        flags={unit["id"]: tuple(unit["flags"]) for unit in document["units"]},
        values=values,
        beside=tuple(map(read_value, document["beside"])),
        discrepancies=tuple(map(read_task, document["discrepancies"])),
        doubts=tuple(map(_doubt, document["doubts"])),
        audits=tuple(document["audits"]),
        articles_read=document["articles_read"],
        gate=tuple(document.get("gate", ())),  # runs of earlier versions did not keep it
        by_cell=by_cell,
        rank_floor=_rank_floor(document.get("rank_floor")),
    )


def _rank_floor(document: Mapping[str, str] | None) -> RankFloor | None:
    return None if document is None else RankFloor(Decimal(document["share"]), document["source"])


def _doubt(document: Mapping[str, Any]) -> Doubt:
    read_trace = decoder(Trace)
    suspects = tuple(Suspect(read_trace(one["trace"]), one["counted"], one["value_if"]) for one in document["suspects"])
    return Doubt(document["unit"], document["indicator"], suspects, document["value_if_all"], document["value_if_none"])


def _raw_unit(unit: Mapping[str, Any], own: Sequence[IndicatorValue]) -> RawUnit:
    return RawUnit(
        unit["id"],
        unit["name"],
        UnitKind(unit["kind"]),
        {value.indicator: value.value for value in own if value.state is ValueState.SUPPLIED},
        frozenset(value.indicator for value in own if value.state is ValueState.NOT_APPLICABLE),
    )


def _by_unit(values: Iterable[IndicatorValue]) -> dict[str, list[IndicatorValue]]:
    found: dict[str, list[IndicatorValue]] = {}
    for value in values:
        found.setdefault(value.unit, []).append(value)
    return found


def values_document(inputs: RunInputs) -> bytes:
    """The run's values as ``chengjian.values/1``, which anybody can score."""
    by_unit = _by_unit(inputs.values)
    units = []
    for unit in inputs.units:
        own = by_unit.get(unit.id, [])
        units.append(
            {
                "id": unit.id,
                "name": unit.name,
                "kind": unit.kind,
                "values": dict(unit.values),
                "flags": list(inputs.flags[unit.id]),
                "not_applicable": {
                    one.indicator: _told(one.because or "申报不适用")
                    for one in own
                    if one.state is ValueState.NOT_APPLICABLE
                },
                "missing": {
                    one.indicator: {"state": one.state.value, "because": _told(one.because or "尚无数据")}
                    for one in own
                    if one.state in (ValueState.NOT_SUPPLIED, ValueState.NOT_MEASURED)
                },
                "sources": {one.indicator: _told(_source(one)) for one in own if one.state is ValueState.SUPPLIED},
            }
        )
    document = {"schema": VALUES_SCHEMA, "scheme": inputs.scheme.id, "period": inputs.period, "units": units}
    return canonical_json(document)


def _source(value: IndicatorValue) -> str:
    who = _SOURCES[value.source] + (f"（{value.provider}）" if value.provider else "")
    return f"{who}：{value.because}" if value.because else who


def _told(text: str) -> str:
    """A text as a values document may hold it: one line, bounded, no control characters."""
    clean = "".join(c if c.isprintable() else " " for c in text)
    return clean if len(clean) <= MOST_CHARACTERS else clean[: MOST_CHARACTERS - 1] + "…"


def read_units(inputs: RunInputs) -> tuple[UnitValues, ...]:
    """The units as they are scored.  ``WrongCallError`` with every value that the scheme cannot read."""
    values, faults = read_values(values_document(inputs).decode("utf-8", "surrogatepass"), inputs.scheme)
    if values is None:
        raise WrongCallError(*(str(fault) for fault in faults))
    return values.units


def result_scores(body: bytes, inputs: RunInputs) -> ScoreRun:
    """The stored result as it was, not worked out again."""
    document = json.loads(body)
    units = tuple(_unit_score(unit) for unit in document["units"])
    return ScoreRun(inputs.scheme, document["period"], units, gate=inputs.gate, rank_floor=inputs.rank_floor)


def _unit_score(unit: Mapping[str, Any]) -> UnitScore:
    spread = unit["range"] or {}
    rows = tuple(_row(row) for row in unit["indicators"])
    return UnitScore(
        id=unit["id"],
        name=unit["name"],
        kind=UnitKind(unit["kind"]),
        total=_points(unit["total"]),
        full=_points(unit["full"]),
        pending_points=_points(unit["pending_points"]),
        low=_points(spread.get("low")),
        high=_points(spread.get("high")),
        rank=unit["rank"],
        grade=unit["grade"],
        grade_because=unit["grade_because"] or "",
        indicators=rows,
        adjustments=tuple(map(_adjustment, unit["adjustments"])),
        shares={row["id"]: Fraction(row["share_of_total"]) for row in unit["indicators"] if "share_of_total" in row},
        states=unit.get("states", {}),
        notes=tuple(unit["notes"]),
        sources={row["id"]: row["source"] for row in unit["indicators"] if "source" in row},
        rank_because=unit.get("rank_because", ""),
    )


def _adjustment(one: Mapping[str, Any]) -> Adjustment:
    points = _points(one["points"]) or Decimal(0)
    return Adjustment(one["rule"], points, one["because"], _points(one.get("earned_total")))


def _row(row: Mapping[str, Any]) -> IndicatorScore:
    missing = Missing(row["missing"]) if "missing" in row else None
    points, full = _points(row["points"]), _points(row["full"])
    return IndicatorScore(row["id"], points, full, State(row["state"]), row["because"], row["value"], missing)


def _points(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
