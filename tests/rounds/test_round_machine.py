"""Whatever anybody tries in whatever order: the promises of the life of a round hold (property test of the machine)."""

from collections import Counter
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from records.rounds import (
    STAGES,
    Advanced,
    Confirmed,
    Entry,
    Opened,
    ReviewAsked,
    ReviewDecided,
    ReviewOutcome,
    ReviewRow,
    Stage,
    SteppedBack,
)
from services.rounds.life import RoundRuleError, RoundState, check, fold, next_stage, replay
from services.rounds.reviews import accepted_values
from tests.rounds.round_entries import PLAN, START

_PEOPLE = st.sampled_from(["甲", "乙", "丙", " 甲 "])
_UNITS = st.sampled_from(["east", "west", "north"])
_ROWS = st.sampled_from(["A-1", "A-2", "B-1"])
_RUNS = st.sampled_from([None, "1", "2", "3"])


class RoundLife(RuleBasedStateMachine):
    """Tries entries; those that `check` lets through are what could ever be in a log."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[Entry] = []
        self.state = RoundState(PLAN)
        self.now = START
        self.attempt(Opened("甲", self.now))

    def attempt(self, entry: Entry) -> None:
        try:
            check(self.state, entry)
        except RoundRuleError:
            return
        self.log.append(entry)
        self.state = fold(self.state, entry)

    @initialize(with_the_units=st.booleans())
    def begin(self, with_the_units: bool) -> None:
        """Half of the lives begin where the units have their results: there is more to go wrong from there on."""
        if with_the_units:
            self.forward(Stage.VERIFYING, "甲", None)
            self.forward(Stage.PRELIMINARY, "甲", "1")
            self.forward(Stage.FEEDBACK, "甲", None)
            self.everybody_asks("乙")
            self.forward(Stage.REEVALUATING, "甲", None)

    @rule(days=st.integers(0, 5))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    def forward(self, to: Stage, by: str, run: str | None) -> None:
        day = self.now.date()
        feedback = to is Stage.FEEDBACK
        deadline = day + timedelta(days=7)
        self.attempt(Advanced(by, self.now, to, run, day if feedback else None, deadline if feedback else None))

    @rule(by=_PEOPLE, run=_RUNS)
    def advance(self, by: str, run: str | None) -> None:
        following = next_stage(self.state.stage) if self.state.stage else None
        needs_run = following in (Stage.PRELIMINARY, Stage.AUDITING)
        self.forward(following or Stage.ARCHIVED, by, run if needs_run else None)

    @rule(to=st.sampled_from(Stage), by=_PEOPLE, run=_RUNS)
    def jump(self, to: Stage, by: str, run: str | None) -> None:
        self.forward(to, by, run)

    @rule(by=_PEOPLE, steps=st.integers(1, 2))
    def step_back(self, by: str, steps: int) -> None:
        place = STAGES.index(self.state.stage) if self.state.stage else 0
        self.attempt(SteppedBack(by, self.now, STAGES[max(place - steps, 0)], "有误"))

    @rule(by=_PEOPLE, unit=_UNITS, late=st.integers(-3, 3))
    def confirm(self, by: str, unit: str, late: int) -> None:
        self.attempt(Confirmed(by, self.now, unit, self.now.date() - timedelta(days=late)))

    @rule(by=_PEOPLE, unit=_UNITS, rows=st.lists(_ROWS, max_size=2), late=st.integers(-3, 3))
    def ask(self, by: str, unit: str, rows: list[str], late: int) -> None:
        told = tuple(ReviewRow(row, "有材料") for row in rows)
        self.attempt(ReviewAsked(by, self.now, unit, self.now.date() - timedelta(days=late), told))

    @rule(by=_PEOPLE, unit=_UNITS, row=_ROWS, value=st.sampled_from([None, 1, 2]))
    def decide(self, by: str, unit: str, row: str, value: int | None) -> None:
        outcome = ReviewOutcome.REFUSED if value is None else ReviewOutcome.ACCEPTED
        self.attempt(ReviewDecided(by, self.now, unit, row, outcome, "查实", value))

    @rule(by=_PEOPLE, value=st.sampled_from([None, 1]))
    def decide_what_is_open(self, by: str, value: int | None) -> None:
        for unit, row in self.state.answers.open_rows:
            self.decide(by, unit, row, value)

    @rule(by=_PEOPLE)
    def everybody_asks(self, by: str) -> None:
        for unit in self.state.silent:
            self.ask(by, unit.id, ["A-1", "A-2"], 0)

    @invariant()
    def no_path_goes_around_a_step(self) -> None:
        """Forward by one, back by one, never else; the stage is what these moves come to."""
        place = 0
        for entry in self.log:
            if isinstance(entry, Advanced | SteppedBack):
                change = STAGES.index(entry.to) - place
                assert change == (1 if isinstance(entry, Advanced) else -1)
                place += change
        assert self.state.stage is STAGES[place]

    @invariant()
    def final_is_what_was_audited_by_another(self) -> None:
        if self.state.stage not in (Stage.FINAL, Stage.ARCHIVED):
            assert self.state.final_run is None
            return
        audit = [entry for entry in self.log if isinstance(entry, Advanced) and entry.to is Stage.AUDITING][-1]
        final = [entry for entry in self.log if isinstance(entry, Advanced) and entry.to is Stage.FINAL][-1]
        assert self.state.final_run == audit.run
        assert audit.by.strip() != final.by.strip()
        assert self.state.answers.open_rows == ()

    @invariant()
    def without_an_accepted_review_no_number_moves(self) -> None:
        state = self.state
        if state.audited_run is not None:
            assert (state.audited_run == state.preliminary_run) is (accepted_values(state) == ())

    @invariant()
    def a_unit_answers_a_result_once_and_in_time(self) -> None:
        run, deadline = None, None
        answered: Counter[tuple[str | None, str]] = Counter()
        for entry in self.log:
            if isinstance(entry, Advanced):
                run = entry.run if entry.to is Stage.PRELIMINARY else run
                deadline = entry.deadline if entry.to is Stage.FEEDBACK else deadline
            elif isinstance(entry, Confirmed | ReviewAsked):
                answered[run, entry.unit] += 1
                assert deadline is not None
                assert entry.received <= deadline
        assert max(answered.values(), default=0) <= 1

    @invariant()
    def nobody_judges_what_he_made(self) -> None:
        verified: set[str] = set()
        asked: dict[str, str] = {}
        for entry in self.log:
            if isinstance(entry, Advanced) and entry.to is Stage.PRELIMINARY:
                verified.add(entry.by.strip())
            elif isinstance(entry, ReviewAsked):
                asked[entry.unit] = entry.by.strip()
            elif isinstance(entry, ReviewDecided):
                assert entry.by.strip() not in {*verified, asked[entry.unit]}

    @invariant()
    def the_log_is_the_state(self) -> None:
        assert replay(PLAN, self.log) == self.state
        assert self.state.entries == len(self.log)


TestRoundLife = RoundLife.TestCase
TestRoundLife.settings = settings(max_examples=120, stateful_step_count=60, deadline=None)
