"""The office over a real database and real score runs: what a round demands of the runs that it rests on."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from records.indicators import IndicatorValue, ValueSource, ValueState
from records.period import Period
from records.registry import City, Unit, UnitKind
from records.rounds import ReviewOutcome, ReviewRow, Stage
from scoring.model import RecordLife
from services.filing_template import forms_for, units_of
from services.rounds.carry_over import held_records
from services.rounds.life import BEIJING
from services.rounds.office import RoundOffice
from services.rounds.reviews import accepted_values
from services.rounds.score_runs import final_run, preliminary_run
from services.rounds.standing import Round
from services.run_document import read_inputs
from services.schemes import WrongCallError, load_scheme
from services.score_round import Sources
from services.work_calendar import library_calendar
from storage.audit_results import AuditResults
from storage.database import open_database
from storage.rounds import RoundRepository
from storage.runs import RunHead, RunRepository

SCHEME = """\
format: chengjian.scheme/1
id: small
name: 小方案
version: "1"
document: {title: 某办法}
objects: [county]
full: 15
records: {valid_years: 3, kept_years: 5, cite: 第八条, text: 三年参与评价，五年保存}
sections:
  - name: 甲
    indicators:
      - {id: A-1, name: 一, weight: 5, cite: 第一条, text: 有得5分, reading: 同上, rule: {kind: presence}}
      - {id: A-2, name: 二, weight: 10, cite: 第二条, text: 按率, reading: 同上, rule: {kind: rate}}
"""
CITY = City(
    "demo",
    "清河市",
    "清河",
    "某省",
    units=(
        Unit("east", "东县", UnitKind.COUNTY),
        Unit("west", "西县", UnitKind.COUNTY),
        Unit("north", "北县", UnitKind.COUNTY),
        Unit("court", "法院", UnitKind.COUNTY, evaluated=False),
        Unit("bureau", "某局", UnitKind.DEPARTMENT),
    ),
)


class Filed:
    """What units filed; it may change while a round is under way."""

    def __init__(self) -> None:
        self.rates = {"east": Decimal("0.5"), "west": Decimal("0.8")}

    def periods(self, _city: str, _scheme: str) -> tuple[str, ...]:
        return ()

    def values(self, _city: str, _scheme: str, _period: str) -> tuple[IndicatorValue, ...]:
        return tuple(
            IndicatorValue(unit, "A-2", ValueState.SUPPLIED, ValueSource.FILED, rate)
            for unit, rate in self.rates.items()
        )


class World:
    """An office with a clock that the test turns."""

    def __init__(self, engine: Engine, scheme: Path) -> None:
        self.now = datetime(2026, 11, 23, 9, tzinfo=BEIJING)
        self.filed = Filed()
        self.runs = RunRepository(engine)
        self.sources = Sources(AuditResults(engine), self.filed, dict, lambda _first, _last: None)
        self.scheme = str(scheme)
        self.office = RoundOffice(
            RoundRepository(engine),
            self.runs,
            calendar=library_calendar(),
            now=lambda: self.now,
            entered_by=lambda _plan, unit, _row: ("填报人",) if unit == "west" else (),
        )

    def open(self, period: str = "2026Q4", **more: object) -> Round:
        return self.office.open(self.scheme, period, CITY, by="甲", units=("east", "west"), **more)  # type: ignore[arg-type]

    def score(self, wanted: str = "2026Q4") -> RunHead:
        found = self.office.load(wanted)
        if found.state.stage is Stage.REEVALUATING:
            return final_run(found, runs=self.runs, program="0", now=self.now)
        return preliminary_run(found, CITY, sources=self.sources, runs=self.runs, program="0", now=self.now, flags={})

    def to_feedback(self) -> str:
        """A round whose preliminary result is with the units; answers with the run."""
        self.open()
        self.office.advance("2026Q4", by="核实人")
        run = self.score().id
        self.office.advance("2026Q4", by="核实人", run=run)
        self.office.advance("2026Q4", by="核实人")
        return run

    def to_review(self) -> str:
        """West asked for both of its rows, east agreed."""
        run = self.to_feedback()
        self.office.confirm("2026Q4", "东县", by="登记人")
        rows = (ReviewRow("A-1", "有制度"), ReviewRow("A-2", "漏计"))
        self.office.review("2026Q4", "west", rows, by="登记人")
        self.office.advance("2026Q4", by="核实人")
        return run

    def decide(self, row: str, value: str | None, by: str = "复核人") -> Round:
        outcome = ReviewOutcome.REFUSED if value is None else ReviewOutcome.ACCEPTED
        return self.office.decide("2026Q4", "west", row, outcome, by=by, reason="查实", value=value or "")

    def totals(self, run: str) -> dict[str, str]:
        return {unit["id"]: unit["total"] for unit in json.loads(self.runs.load(run).result)["units"]}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    scheme = tmp_path / "small.yml"
    scheme.write_text(SCHEME, "utf-8")
    engine = open_database(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    yield World(engine, scheme)
    engine.dispose()


def test_a_round_fixes_what_it_is_about(world: World, tmp_path: Path) -> None:
    """The scheme file may be edited afterwards: the round goes on by the text that it was opened with."""
    plan = world.open().plan
    assert plan.id == "demo-2026Q4-small"
    assert [unit.id for unit in plan.units] == ["east", "west"]
    (tmp_path / "small.yml").write_text(SCHEME.replace("weight: 5", "weight: 1"), "utf-8")
    world.office.advance("2026Q4", by="乙")
    assert world.score().scheme_sha256 == plan.scheme_sha256


def test_a_scheme_without_objects_is_for_every_kind(world: World, tmp_path: Path) -> None:
    """`objects:` may be left out; a round, a filing form and a score run then mean the same units."""
    (tmp_path / "small.yml").write_text(SCHEME.replace("objects: [county]\n", ""), "utf-8")
    found = world.office.open(world.scheme, "2026", CITY, by="甲")
    everybody = ["east", "west", "north", "bureau"]
    assert [unit.id for unit in found.plan.units] == everybody
    (form,) = forms_for(load_scheme(world.scheme), "2026", "参评单位")
    assert [unit.id for unit in units_of(form, CITY)] == everybody
    head = preliminary_run(found, CITY, sources=world.sources, runs=world.runs, program="0", now=world.now, flags={})
    assert list(world.totals(head.id)) == everybody


def test_without_names_all_evaluated_units_of_the_scheme_take_part(world: World) -> None:
    """Neither the court, which is only known by name, nor the bureau, which the scheme is not for."""
    found = world.office.open(world.scheme, "2026", CITY, by="甲")
    assert [unit.id for unit in found.plan.units] == ["east", "west", "north"]


def test_the_term_is_five_working_days_after_the_delivery(world: World) -> None:
    world.to_feedback()
    state = world.office.load("2026Q4").state
    assert (state.delivered, state.deadline) == (date(2026, 11, 23), date(2026, 11, 30))


def test_a_term_that_nobody_can_count_stops_the_delivery(world: World) -> None:
    """At the end of the last known year: said, nothing written."""
    world.now = datetime(2026, 12, 29, 9, tzinfo=BEIJING)
    with pytest.raises(WrongCallError, match="2027"):
        world.to_feedback()
    assert world.office.load("2026Q4").state.stage is Stage.PRELIMINARY


def test_accepted_reviews_move_their_row_and_nothing_else(world: World) -> None:
    """What was filed meanwhile does not slip into the final result of anybody."""
    before = world.to_review()
    world.filed.rates = {"east": Decimal("1"), "west": Decimal("1")}
    world.decide("A-1", "true")
    world.decide("A-2", None)
    after = world.score()
    assert world.totals(before) == {"east": "5.00", "west": "8.00"}
    assert world.totals(after.id) == {"east": "5.00", "west": "13.00"}
    assert world.office.advance("2026Q4", by="复核人", run=after.id).state.audited_run == after.id


def test_the_new_value_can_be_followed_back(world: World) -> None:
    """Decision, person, reason and the value that stood before."""
    world.to_review()
    world.decide("A-2", "0.9")
    world.decide("A-1", None)
    inputs = read_inputs(world.runs.load(world.score().id).inputs)
    value = inputs.by_cell["west", "A-2"]
    assert (value.source, value.value, value.provider) == (ValueSource.JUDGED, Decimal("0.9"), "复核人")
    assert "查实" in value.evidence[0].title
    assert [(old.unit, old.indicator, old.value) for old in inputs.beside] == [("west", "A-2", Decimal("0.8"))]


def test_refused_reviews_leave_the_preliminary_run(world: World) -> None:
    """No number moves: not even by another run of the same day."""
    before = world.to_review()
    world.decide("A-1", None)
    world.decide("A-2", None)
    assert world.score().id == before
    assert world.office.advance("2026Q4", by="复核人", run=before).state.audited_run == before


def test_a_run_with_other_changes_is_not_audited(world: World) -> None:
    """Somebody scores from the sources again and hands that in: the rows that nobody decided are named."""
    world.to_review()
    world.decide("A-1", "true")
    world.decide("A-2", None)
    found = world.office.load("2026Q4")
    world.filed.rates["east"] = Decimal("1")
    other = preliminary_run(found, CITY, sources=world.sources, runs=world.runs, program="0", now=world.now, flags={})
    with pytest.raises(WrongCallError, match="east A-2"):
        world.office.advance("2026Q4", by="复核人", run=other.id)
    assert world.office.load("2026Q4").state.stage is Stage.REEVALUATING


@pytest.mark.parametrize("by", ["核实人", "登记人", "填报人"])
def test_who_made_the_value_does_not_judge_it(world: World, by: str) -> None:
    """Also who filed it, as the filings tell."""
    world.to_review()
    with pytest.raises(WrongCallError, match="另一人"):
        world.decide("A-1", "true", by)


@pytest.mark.parametrize(
    ("row", "value"),
    [("A-1", "7"), ("A-2", "1.5"), ("A-2", "NaN"), ("A-1", "{"), ("A-1", ""), ("A-2", "0." + "3" * 30)],
)
def test_a_new_value_must_fit_its_row(world: World, row: str, value: str) -> None:
    world.to_review()
    with pytest.raises(WrongCallError, match=row):
        world.decide(row, value or " ")
    assert accepted_values(world.office.load("2026Q4").state) == ()


def _other_period(world: World) -> str:
    world.open("2026Q3")
    return world.score("2026Q3").id


def _more_units(world: World) -> str:
    world.open("2026Q4", again="多一个")
    found = world.office.load("demo-2026Q4-small-2")
    from dataclasses import replace

    from records.rounds import RoundUnit

    wider = replace(found.plan, units=(*found.plan.units, RoundUnit("north", "北县", UnitKind.COUNTY)))
    wide = Round(replace(found.stored, plan=wider), found.state)
    return preliminary_run(wide, CITY, sources=world.sources, runs=world.runs, program="0", now=world.now, flags={}).id


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_other_period, "期间不同"),
        (_more_units, "多出不参加"),
        (lambda _world: "99", "没有编号"),
        (lambda _world: "x", "没有"),
    ],
)
def test_a_run_of_something_else_is_refused(world: World, make: Callable[[World], str], words: str) -> None:
    """Another period, other units, or no run at all."""
    world.open()
    world.office.advance("demo-2026Q4-small", by="乙")
    run = make(world)
    with pytest.raises(WrongCallError, match=words):
        world.office.advance("demo-2026Q4-small", by="乙", run=run)
    assert world.office.load("demo-2026Q4-small").state.stage is Stage.VERIFYING


def test_another_round_of_the_same_period_has_a_reason(world: World) -> None:
    world.open()
    with pytest.raises(WrongCallError, match="再建一轮的理由"):
        world.open()
    assert world.open(again="方案有误").plan.id == "demo-2026Q4-small-2"
    assert len(world.office.all()) == 2
    with pytest.raises(WrongCallError, match="请写全编号"):
        world.office.load("2026Q4")


@pytest.mark.parametrize(
    ("period", "units", "words"),
    [
        ("2026Q9", (), "看不懂期间"),
        ("2026", ("south",), "没有单位"),
        ("2026", ("bureau",), "不是方案"),
        ("2026", ("court",), "不参加评价"),
        ("2026", ("east", "东县"), "写了两次"),
    ],
)
def test_a_round_of_nonsense_is_not_opened(world: World, period: str, units: tuple[str, ...], words: str) -> None:
    with pytest.raises(WrongCallError, match=words):
        world.office.open(world.scheme, period, CITY, by="甲", units=units)
    assert world.office.all() == ()


def test_records_of_earlier_rounds_are_listed(world: World) -> None:
    """What the last round's final run rested on still counts in the next period."""
    run = world.to_review()
    world.decide("A-1", None)
    world.decide("A-2", None)
    for by in ("复核人", "信用办"):
        world.office.advance("2026Q4", by=by, run=run)
    held = world.office.held(world.open("2027Q1"))
    assert {(one.value.unit, one.value.indicator, one.counts, one.produced) for one in held} == {
        ("east", "A-2", True, date(2026, 12, 31)),
        ("west", "A-2", True, date(2026, 12, 31)),
    }
    assert world.office.held(world.open("2026Q3")) == ()


@pytest.mark.parametrize(
    ("as_of", "held", "counts"),
    [
        ("2026-01-01", True, True),
        ("2028-12-31", True, True),
        ("2029-01-01", True, False),
        ("2030-12-31", True, False),
        ("2031-01-01", False, False),
    ],
)
def test_a_record_counts_three_years_and_is_kept_five(as_of: str, held: bool, counts: bool) -> None:
    """The last day, and the day after it, of both terms."""
    life = RecordLife(3, 5, "", "第八条", "…")
    value = IndicatorValue("east", "A-2", ValueState.SUPPLIED, ValueSource.FILED, 1, effective=date(2026, 1, 1))
    found = held_records(life, [("r", Period.parse("2025"), [value])], date.fromisoformat(as_of))
    assert [record.counts for record in found] == ([counts] if held else [])


def test_what_was_not_supplied_is_no_record() -> None:
    life = RecordLife(3, 5, "", "第八条", "…")
    value = IndicatorValue("east", "A-2", ValueState.NOT_SUPPLIED, ValueSource.FILED)
    assert held_records(life, [("r", Period.parse("2026"), [value])], date(2026, 12, 31)) == ()
    assert held_records(None, [("r", Period.parse("2026"), [value])], date(2026, 12, 31)) == ()


def test_an_answer_that_came_in_time_may_be_entered_later(world: World) -> None:
    """The letter lay on a desk: the day of receipt decides."""
    world.to_feedback()
    world.now += timedelta(days=9)
    with pytest.raises(WrongCallError, match="已过申诉期限"):
        world.office.confirm("2026Q4", "east", by="登记人")
    found = world.office.confirm("2026Q4", "east", by="登记人", received=date(2026, 11, 30))
    assert [unit.id for unit in found.state.silent] == ["west"]
