"""Cards say what the list of findings says, whatever happened and whoever wrote it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.desk import Assignment, CardQuery, FindingCard, Pile
from records.nights import NightState, PortalVisit
from records.registry import City, Portal, Unit, UnitKind
from records.review import FindingReview, ReviewState
from records.sightings import Band, FindingStep, Gate, LifeState, Sight, Sighting, Step
from records.verdicts import Severity
from services.desk.cards import CardKeeper, card_of, units_of
from services.finding_list import ListedFinding, every_finding
from storage.database import open_database, transaction
from storage.nights import NightMoveError
from tests.nights.watched_city import DEAD, KEY, URL, WatchedCity, at, finding, well

CITY = City(
    "demo", "示范市", "示范", "河南省", units=(Unit("qinghe", "青禾县", UnitKind.COUNTY, portals=(Portal(URL),)),)
)
UNITS = units_of(CITY)
FINDINGS = (
    finding(),
    finding("stale_column", URL + "zwgk/tz/"),
    finding("broken_link", "http://else.test/x.html", Severity.MINOR),
    finding("missing_disclosure", URL + "#power_list"),
    finding("bogus_host", URL, Severity.NOTICE),
)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cards") / "empty.sqlite3"
    engine = open_database(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def city(migrated: Path, tmp_path: Path) -> Iterator[WatchedCity]:
    path = tmp_path / "watch.sqlite3"
    shutil.copy(migrated, path)
    made = WatchedCity(path)
    yield made
    made.engine.dispose()


def keeper(city: WatchedCity, today: date = date(2026, 11, 30)) -> CardKeeper:
    return CardKeeper(city.view(today), UNITS)


def cards(city: WatchedCity, today: date = date(2026, 11, 30)) -> dict[str, FindingCard]:
    """What the desk shows after it made again what was behind; and nothing is behind then."""
    made = keeper(city, today)
    assert made.refresh() == 0
    return {one.finding: one for one in made.cards.page(CardQuery(pile=None), limit=100)}


def expected(one: ListedFinding, city: WatchedCity, today: date) -> FindingCard:
    made = card_of(one, city.suppressions.all(), today)
    return replace(made, unit="qinghe", unit_name="青禾县")


def check_same(city: WatchedCity, today: date) -> None:
    shown = cards(city, today)
    listed = every_finding(city.results, city.reviews, city.view(today))
    told = {one.finding.id: expected(one, city, today) for one in listed}
    assert {key: replace(card, id=0, version=0, assigned="") for key, card in shown.items()} == told


class History:
    """Writes what a list of numbers says, as the program and people write it."""

    def __init__(self, city: WatchedCity) -> None:
        self.city = city
        self.now = at("11-02 21:00")
        self.nights: list[int] = []

    def step(self, choice: int, which: int, other: int) -> None:
        actions: tuple[Callable[[int, int], None], ...] = (
            self.night, self.night, self.healed, self.by_hand, self.review, self.review, self.take_step, self.suppress,
            self.lift, self.judge_night, self.rejudge, self.pass_days, self.purge, self.look, self.failed_visit,
        )  # fmt: skip
        actions[choice % len(actions)](which, other)
        self.now += timedelta(hours=7)

    def _found(self, which: int) -> list[object]:
        return [one for number, one in enumerate(FINDINGS) if which >> number & 1]

    def night(self, which: int, other: int) -> None:
        state = (NightState.HEALTHY, NightState.HELD, NightState.VOIDED, NightState.HEALTHY)[other % 4]
        number, _ = self.city.night(self.now, *self._found(which), state=state)  # type: ignore[arg-type]  # findings
        self.nights.append(number)

    def healed(self, which: int, other: int) -> None:
        self.nights.append(self.city.night(self.now, *self._found(which & ~1), shown=well(self.now))[0])  # type: ignore[arg-type]

    def by_hand(self, which: int, other: int) -> None:
        self.city.audit(self.now, *self._found(which))  # type: ignore[arg-type]  # findings

    def review(self, which: int, other: int) -> None:
        one = FINDINGS[which % len(FINDINGS)]
        state = tuple(ReviewState)[other % 3]
        self.city.reviews.add(FindingReview(KEY, one.id, state, "因", "王", self.now))

    def take_step(self, which: int, other: int) -> None:
        one = FINDINGS[which % len(FINDINGS)]
        self.city.tries.add_steps([FindingStep(KEY, one.id, tuple(Step)[other % 5], "王", self.now, "因")])

    def suppress(self, which: int, other: int) -> None:
        one = FINDINGS[which % len(FINDINGS)]
        begins = self.now.date() + timedelta(days=other % 5)
        self.city.suppressions.add(
            site=KEY, check=None if other % 2 else one.check, subject=one.subject if which % 2 else one.id,
            reason="因", owner="王", begins=begins, ends=begins + timedelta(days=other % 9),
        )  # fmt: skip

    def lift(self, which: int, other: int) -> None:
        standing = [one for one in self.city.suppressions.all() if one.lifted is None]
        if standing:
            one = standing[which % len(standing)]
            self.city.suppressions.lift(one.id, by="李", why="因", day=self.now.date() + timedelta(days=other % 3))

    def judge_night(self, which: int, other: int) -> None:
        if self.nights:
            number = self.nights[which % len(self.nights)]
            state = self.city.nights.load(number).state
            target = NightState.VOIDED if state is not NightState.VOIDED else NightState.HEALTHY
            with suppress(NightMoveError):
                self.city.nights.set_state(number, target, by="王", why="因", now=self.now)

    def rejudge(self, which: int, other: int) -> None:
        newest = self.city.results.newest(KEY)
        if newest is not None:
            keep = tuple(one for number, one in enumerate(newest.audit.findings) if other >> number & 1)
            self.city.audits.save_judgement(newest.audit_id, replace(newest.audit, findings=keep))

    def pass_days(self, which: int, other: int) -> None:
        self.now += timedelta(days=other % 4)

    def look(self, which: int, other: int) -> None:
        sight = tuple(Sight)[other % 3]
        one = FINDINGS[which % len(FINDINGS)]
        self.city.tries.add_look(Sighting(one.id, KEY, self.now, Band.NIGHT, sight, told="复查"))

    def failed_visit(self, which: int, other: int) -> None:
        """A night comes to a portal and goes without an audit: from then on nights watch it."""
        night = self.city.nights.begin("qinghe", self.now.date(), by="s", now=self.now, portals=(("qinghe", URL),))
        if other % 2:
            self.city.nights.visit(night.id, PortalVisit("qinghe", URL, None, "failed", self.now, self.now))
        self.city.nights.set_state(night.id, NightState.HEALTHY, by="s", why="测试", now=self.now)

    def purge(self, which: int, other: int) -> None:
        self.city.audits.delete(which % 6 + 1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 14), st.integers(0, 31), st.integers(0, 31)), min_size=1, max_size=14),
    st.integers(0, 13),
)
def test_cards_say_what_the_list_says(migrated: Path, steps: list[tuple[int, int, int]], look: int) -> None:
    """Whatever was written, by whichever repository, in whichever order: no writer has to know of the cards."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "watch.sqlite3"
        shutil.copy(migrated, path)
        city = WatchedCity(path)
        try:
            history = History(city)
            for number, (choice, which, other) in enumerate(steps):
                history.step(choice, which, other)
                if number >= look:
                    check_same(city, history.now.date())
            check_same(city, history.now.date())
            check_same(city, history.now.date() + timedelta(days=12))
        finally:
            city.engine.dispose()


def test_a_suppression_that_ends_brings_the_card_back(city: WatchedCity) -> None:
    """Nothing is written on the day on which a suppression ends: the desk has to know the day."""
    city.night(at("11-02 21:00"), FINDINGS[0])
    city.suppressions.add(
        site=KEY, check=None, subject=DEAD, reason="搬迁", owner="王", begins=date(2026, 11, 3), ends=date(2026, 11, 5)
    )
    assert cards(city, date(2026, 11, 2))[FINDINGS[0].id].pile is Pile.OPEN
    assert cards(city, date(2026, 11, 3))[FINDINGS[0].id].suppressed_until == date(2026, 11, 5)
    assert cards(city, date(2026, 11, 5))[FINDINGS[0].id].pile is Pile.SUPPRESSED
    assert cards(city, date(2026, 11, 6))[FINDINGS[0].id].pile is Pile.OPEN
    assert cards(city, date(2026, 11, 4))[FINDINGS[0].id].pile is Pile.SUPPRESSED


def test_another_gate_is_another_city_of_cards(city: WatchedCity) -> None:
    """An office that changes its gate sees its cards change, though nothing in the database did."""
    city.night(at("11-02 21:00"), FINDINGS[0])
    assert cards(city)[FINDINGS[0].id].life is LifeState.SUSPECTED
    city.gate = Gate(tries=1, days=1, bands=1, office_hours=False)
    assert cards(city)[FINDINGS[0].id].life is LifeState.CONFIRMED


def test_numbers_stay_and_versions_go_on_only_with_what_is_decided_on(city: WatchedCity) -> None:
    """An address of a finding is good for ever; a person is told of a change, and not of a counter that went on."""
    city.night(at("11-02 21:00"), FINDINGS[0])
    first = cards(city)[FINDINGS[0].id]
    city.night(at("11-03 21:00"), FINDINGS[0])
    second = cards(city)[FINDINGS[0].id]
    assert (second.id, second.version, second.tries) == (first.id, first.version, 2)
    city.night(at("11-04 10:00"), FINDINGS[0])
    third = cards(city)[FINDINGS[0].id]
    assert (third.id, third.version, third.life) == (first.id, first.version + 1, LifeState.CONFIRMED)


def test_what_is_written_while_cards_are_made_is_not_lost(city: WatchedCity) -> None:
    """A review that comes between reading and settling leaves its card behind, to be made again."""
    city.night(at("11-02 21:00"), FINDINGS[0])
    made = keeper(city)
    due = made.cards.due_of(KEY)
    made.make(KEY, None, frozenset({KEY}))
    city.reviews.add(FindingReview(KEY, FINDINGS[0].id, ReviewState.DISMISSED, "因", "王", at("11-03 08:00")))
    made.cards.settle(due)
    assert [one.finding for one in made.cards.due_of(KEY)] == [FINDINGS[0].id]
    assert cards(city)[FINDINGS[0].id].pile is Pile.SUPPRESSED


def test_refreshing_is_bounded_and_gets_to_the_end(city: WatchedCity) -> None:
    """A page may spend a moment on what is behind, and each page gets further."""
    city.night(at("11-02 21:00"), *FINDINGS)
    made = keeper(city)
    calls = 0
    while made.refresh(seconds=0.0) and calls < 20:
        calls += 1
    assert made.cards.due_count() == 0
    assert not keeper(city).is_behind()


def test_an_assignment_is_on_the_card_and_survives_a_refresh(city: WatchedCity) -> None:
    city.night(at("11-02 21:00"), FINDINGS[0])
    made = keeper(city)
    made.refresh()
    with transaction(city.engine) as connection:
        made.desk.assign(connection, KEY, FINDINGS[0].id, Assignment("wang", "li", at("11-03 08:00")))
    assert cards(city)[FINDINGS[0].id].assigned == "wang"
    made.refresh_all()
    assert cards(city)[FINDINGS[0].id].assigned == "wang"


def test_groups_are_told_by_their_worst_and_oldest(city: WatchedCity) -> None:
    """One line for one cause; the gravest first, and of equal ones the oldest."""
    moved = [finding("broken_link", f"{URL}old/{n}.html") for n in range(3)]
    minor = finding("broken_link", "http://else.test/y.html", Severity.MINOR)
    city.night(at("11-02 21:00"), minor)
    city.night(at("11-03 21:00"), minor, *moved, FINDINGS[1])
    made = keeper(city)
    made.refresh()
    groups = made.cards.groups(CardQuery(), limit=10)
    assert (groups.causes, groups.cards) == (3, 5)
    told = [(one.count, one.lead.severity) for one in groups.items]
    assert sorted(told[:2]) == [(1, Severity.MAJOR), (3, Severity.MAJOR)]
    assert told[2] == (1, Severity.MINOR)
    assert made.cards.groups(CardQuery(), limit=1, offset=2).items[0].lead.finding == minor.id
    assert made.cards.groups(CardQuery(text="/old/ 2.html"), limit=9).cards == 1
    assert made.cards.groups(CardQuery(text="%"), limit=9).cards == 0
    assert made.cards.groups(CardQuery(check="stale_column"), limit=9).cards == 1
    assert made.cards.count(CardQuery(first_from=date(2026, 11, 3))) == 4
    assert made.cards.piles(CardQuery(severity=Severity.MINOR))[Pile.OPEN] == 1


def test_taking_back_leaves_what_stood_before(city: WatchedCity) -> None:
    """A withdrawn decision is none, and the one before it stands again; in the score's view as well."""
    city.night(at("11-02 21:00"), FINDINGS[0])
    key = (KEY, FINDINGS[0].id)

    def say(state: ReviewState, when: datetime) -> None:
        city.reviews.add(FindingReview(*key, state, "因", "王", when))

    say(ReviewState.CONFIRMED, at("11-03 08:00"))
    say(ReviewState.DISMISSED, at("11-03 09:00"))
    assert city.life(FINDINGS[0].id).state is LifeState.SUPPRESSED
    say(ReviewState.WITHDRAWN, at("11-03 10:00"))
    assert city.reviews.standing()[key].state is ReviewState.CONFIRMED
    assert city.life(FINDINGS[0].id).confirmed_by == "王"
    say(ReviewState.WITHDRAWN, at("11-03 11:00"))
    assert key not in city.reviews.standing()
    assert city.life(FINDINGS[0].id).state is LifeState.SUSPECTED
    assert len(city.reviews.history()) == 4
