"""A small round and the entries that move it, for the tests."""

from datetime import date, datetime, timedelta

from records.period import Period
from records.registry import UnitKind
from records.rounds import (
    Advanced,
    Confirmed,
    Entry,
    Opened,
    ReviewAsked,
    ReviewDecided,
    ReviewOutcome,
    ReviewRow,
    RoundPlan,
    RoundRow,
    RoundUnit,
    Stage,
    SteppedBack,
)
from services.rounds.life import BEIJING, RoundState, check, fold

START = datetime(2026, 11, 23, 9, tzinfo=BEIJING)
DELIVERED, DEADLINE = date(2026, 11, 23), date(2026, 11, 30)
PLAN = RoundPlan(
    id="demo-2026Q4-x",
    city="demo",
    scheme="x",
    scheme_version="1",
    scheme_sha256="0" * 64,
    period=Period.parse("2026Q4"),
    units=(RoundUnit("east", "东县", UnitKind.COUNTY), RoundUnit("west", "西县", UnitKind.COUNTY)),
    rows=(RoundRow("A-1", "甲"), RoundRow("A-2", "乙"), RoundRow("B-1", "丙", (UnitKind.DEPARTMENT,))),
)


def at(days: int = 0) -> datetime:
    return START + timedelta(days=days)


def opened() -> RoundState:
    return fold(RoundState(PLAN), Opened("甲", at()))


def forward(to: Stage, by: str = "核实人", run: str | None = None, days: int = 0) -> Advanced:
    feedback = to is Stage.FEEDBACK
    return Advanced(by, at(days), to, run, DELIVERED if feedback else None, DEADLINE if feedback else None)


def back(to: Stage, by: str = "核实人", reason: str = "数据有误") -> SteppedBack:
    return SteppedBack(by, at(), to, reason)


def confirm(unit: str, by: str = "登记人", received: date = DELIVERED, days: int = 0) -> Confirmed:
    return Confirmed(by, at(days), unit, received)


def ask(unit: str, *rows: str, by: str = "登记人", received: date = DELIVERED, days: int = 0) -> ReviewAsked:
    return ReviewAsked(by, at(days), unit, received, tuple(ReviewRow(row, "有材料") for row in rows or ("A-1",)))


def decide(
    unit: str, row: str = "A-1", value: object = None, by: str = "复核人", reason: str = "查实"
) -> ReviewDecided:
    outcome = ReviewOutcome.REFUSED if value is None else ReviewOutcome.ACCEPTED
    return ReviewDecided(by, at(), unit, row, outcome, reason, value)


def step(state: RoundState, *entries: Entry) -> RoundState:
    """Each entry checked and folded, as the office does it."""
    for entry in entries:
        check(state, entry)
        state = fold(state, entry)
    return state


def to_feedback() -> RoundState:
    return step(opened(), forward(Stage.VERIFYING), forward(Stage.PRELIMINARY, run="1"), forward(Stage.FEEDBACK))
