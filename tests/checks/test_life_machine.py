"""No path to points around the gate: whatever is seen, voided, suppressed and decided, in whatever order."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from checks.life import LOCAL, band_of, life_of
from records.judgement import Finding
from records.nights import NightState
from records.review import FindingReview, ReviewState
from records.sightings import (
    Band,
    FindingLife,
    FindingStep,
    Gate,
    LifeState,
    Sight,
    Sighting,
    Step,
    Suppression,
    WatchedFinding,
)
from records.verdicts import Severity

SITE = "www.qinghe.test"
FINDING = Finding("f1", "broken_link", Severity.MAJOR, "http://www.qinghe.test/a", "打不开。")
WATCHED = WatchedFinding(SITE, FINDING, datetime(2026, 11, 2, tzinfo=UTC))
START = datetime(2026, 11, 2, 0, 30, tzinfo=LOCAL)  # a Monday
FAR = date(2027, 6, 1)


class Lives(RuleBasedStateMachine):
    """A city with one fault, nights that turn out well or ill, and people who decide early, late and wrongly."""

    @initialize(
        tries=st.integers(1, 4),
        days=st.integers(1, 3),
        bands=st.integers(1, 3),
        office=st.booleans(),
        healthy=st.booleans(),
    )
    def begin(self, tries: int, days: int, bands: int, office: bool, healthy: bool) -> None:
        self.gate = Gate(tries, days, bands, office, healthy_nights=healthy)
        self.now = START
        self.nights: list[NightState] = []
        self.tries: list[tuple[int | None, datetime, Sight]] = []
        self.reviews: list[FindingReview] = []
        self.steps: list[FindingStep] = []
        self.suppressions: list[Suppression] = []

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(waits=st.lists(st.integers(1, 20), min_size=1, max_size=4))
    def healthy_nights_see_it(self, waits: list[int]) -> None:
        """What leads to the gate, and just not to it: tries close together, in one band, on one day."""
        for hours in waits:
            self.now += timedelta(hours=hours)
            self.nights.append(NightState.HEALTHY)
            self.tries.append((len(self.nights), self.now, Sight.FAULT))

    @rule(state=st.sampled_from(NightState), sight=st.sampled_from(Sight))
    def a_night(self, state: NightState, sight: Sight) -> None:
        self.now += timedelta(hours=1)
        self.nights.append(state)
        self.tries.append((len(self.nights), self.now, sight))

    @rule(sight=st.sampled_from(Sight))
    def an_audit_by_hand(self, sight: Sight) -> None:
        self.now += timedelta(minutes=10)
        self.tries.append((None, self.now, sight))

    @precondition(lambda self: self.nights)
    @rule(which=st.integers(0, 50), state=st.sampled_from(NightState))
    def a_night_is_judged_anew(self, which: int, state: NightState) -> None:
        self.nights[which % len(self.nights)] = state

    @rule(which=st.integers(0, 50), what=st.sampled_from((*ReviewState, *Step, Suppression)), days=st.integers(0, 60))
    def somebody_decides(self, which: int, what: ReviewState | Step | type[Suppression], days: int) -> None:
        """Too early, too late, out of order: one rule for all decisions, so that tries come as often as they."""
        self.now += timedelta(minutes=1)
        if isinstance(what, ReviewState):
            self.reviews.append(FindingReview(SITE, FINDING.id, what, "理由", "王", self.now))
        elif isinstance(what, Step):
            self.steps.append(FindingStep(SITE, FINDING.id, what, "王", self.now))
        else:
            begins = self.now.date()
            subject = (FINDING.id, FINDING.subject, "f2")[which % 3]
            made = Suppression(which, SITE, None, subject, "因", "王", begins, begins + timedelta(days=days))
            self.suppressions.append(made)

    @precondition(lambda self: self.suppressions)
    @rule(which=st.integers(0, 50))
    def one_is_lifted(self, which: int) -> None:
        place = which % len(self.suppressions)
        self.suppressions[place] = replace(self.suppressions[place], lifted=self.now.date())

    # -- what must hold whatever happened -----------------------------------------------------------------------------

    def sightings(self, *, without: frozenset[NightState] = frozenset()) -> list[Sighting]:
        made = []
        for number, (night, at, sight) in enumerate(self.tries):
            state = None if night is None else self.nights[night - 1]
            if state in without:
                continue
            weekday = at.astimezone(LOCAL).weekday() < 5
            made.append(
                Sighting(
                    FINDING.id, SITE, at, band_of(at, working_day=weekday), sight, night, number,
                    counts=state in (None, NightState.HEALTHY), voided=state is NightState.VOIDED,
                )
            )  # fmt: skip
        return made

    def life(self, sightings: list[Sighting], as_of: date) -> FindingLife:
        return life_of(
            WATCHED, sightings, suppressions=self.suppressions, reviews=self.reviews, steps=self.steps,
            gate=self.gate, as_of=as_of,
        )  # fmt: skip

    def counted(self) -> list[tuple[datetime, Sight]]:
        """The tries that may count, told from the nights themselves and not by the code under test."""
        kept = []
        for night, at, sight in self.tries:
            if night is None:
                if sight is Sight.FAULT and self.gate.healthy_nights:
                    continue
            elif self.nights[night - 1] is not NightState.HEALTHY:
                continue
            kept.append((at, sight))
        return kept

    @invariant()
    def points_stand_behind_the_gate(self) -> None:
        life = self.life(self.sightings(), FAR)
        if not life.state.may_count:
            return
        counted = self.counted()
        healed = [at for at, sight in counted if sight is Sight.HEALED]
        faults = [at for at, sight in counted if sight is Sight.FAULT and (not healed or at > healed[-1])]
        assert faults, "nobody is accused of what no healthy night saw since it was well"
        local = [at.astimezone(LOCAL) for at in faults]
        office = [at for at in local if at.weekday() < 5 and 9 <= at.hour < 18]
        bands = {"office" if at in office else "evening" if at.hour >= 18 else "night" for at in local}
        enough = (
            len(faults) >= self.gate.tries
            and len({(at - timedelta(hours=9)).date() for at in local}) >= self.gate.days
            and len(bands) >= self.gate.bands
            and (bool(office) or not self.gate.office_hours)
        )
        standing: list[FindingReview] = []
        for one in self.reviews:  # what was taken back never was
            if one.state is ReviewState.WITHDRAWN:
                del standing[-1:]
            else:
                standing.append(one)
        last = standing[-1] if standing else None
        by_person = last is not None and last.state is ReviewState.CONFIRMED and (not healed or last.at > healed[-1])
        assert enough or by_person
        assert last is None or last.state is not ReviewState.DISMISSED

    @invariant()
    def nothing_suppressed_counts(self) -> None:
        today = self.now.date()
        for day in (today, today + timedelta(days=30)):
            holding = [
                one for one in self.suppressions
                if one.subject != "f2" and one.begins <= day <= one.ends and (one.lifted is None or day < one.lifted)
            ]  # fmt: skip
            life = self.life(self.sightings(), day)
            assert not (holding and life.state.may_count)
            assert bool(holding) <= (life.state is LifeState.SUPPRESSED)

    @invariant()
    def what_an_ill_night_saw_changes_no_accusation(self) -> None:
        """With the tries of nights that are not healthy taken away, the same stands before the score."""
        ill = frozenset(NightState) - {NightState.HEALTHY}
        whole, without = self.life(self.sightings(), FAR), self.life(self.sightings(without=ill), FAR)
        assert whole.state.may_count == without.state.may_count
        assert (whole.since, whole.last_seen, whole.confirmed_at) == (
            without.since,
            without.last_seen,
            without.confirmed_at,
        )

    @invariant()
    def only_the_told_are_heard_and_judged(self) -> None:
        state = self.life(self.sightings(), FAR).state
        taken = {one.step for one in self.steps}
        if state is LifeState.NOTIFIED:
            assert Step.NOTIFIED in taken
        if state is LifeState.UNDER_REVIEW:
            assert {Step.NOTIFIED, Step.REVIEW_ASKED} <= taken
        if state is LifeState.FINAL:
            assert Step.NOTIFIED in taken
            assert {Step.UPHELD, Step.CLOSED} & taken

    @invariant()
    def a_fault_knows_since_when(self) -> None:
        life = self.life(self.sightings(), FAR)
        if life.state.may_count or life.state is LifeState.RECOVERED:
            faults = {at for at, sight in self.counted() if sight is Sight.FAULT}
            assert life.since in faults or not faults
            assert life.last_seen is None or (life.since is not None and life.since <= life.last_seen)
        if life.state.may_count:
            assert life.healed_at is None
            assert life.confirmed_at is not None


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=250, stateful_step_count=20, deadline=None)


def test_bands_of_the_machine_are_those_of_the_clock() -> None:
    """The machine tells bands by itself; both must mean the same three."""
    at = datetime(2026, 11, 2, 9, 0, tzinfo=LOCAL)
    assert [band_of(at.replace(hour=hour), working_day=True) for hour in (8, 9, 17, 18, 23, 0)] == [
        Band.NIGHT, Band.OFFICE, Band.OFFICE, Band.EVENING, Band.EVENING, Band.NIGHT,
    ]  # fmt: skip
