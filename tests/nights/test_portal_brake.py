"""One portal that is redesigned, handed to others or half read, among others that are well: its looks say nothing."""

from typing import Any

import pytest

from checks.portal_brake import braked
from records.crawl import Counts
from records.sightings import Gate, LifeState, Sight
from tests.nights.watched_city import URL, Shown, WatchedCity, at, finding, well

BROKEN = finding()
MISSING = finding("missing_disclosure", f"{URL}#power_list")
GATE = Gate(tries=2, days=1, bands=1, office_hours=False)
EVENINGS = ("11-02 21:00", "11-03 21:00", "11-04 21:00")


def read(pages: int, **more: Any) -> Shown:
    return Shown(counts=Counts(requests=pages, pages=pages, addresses=pages, fetched=pages), **more)


@pytest.fixture
def usual(city: WatchedCity) -> WatchedCity:
    """Three healthy nights of a hundred pages with one dead link."""
    for when in EVENINGS:
        city.night(at(when), BROKEN, shown=read(100))
    return city


@pytest.mark.parametrize(
    ("pages", "usual", "held"),
    [
        (85, (100, 100, 100), False),
        (84, (100, 100, 100), True),
        (3, (100, 100), False),  # two nights make no usual
        (3, (), False),
        (84, (100, 100, 100, 100, 100, 3, 3, 3, 3, 3, 3), True),  # the newest five
        (3, (3, 3, 3, 100, 100), False),
    ],
)
def test_the_brake_at_its_edges(pages: int, usual: tuple[int, ...], held: bool) -> None:
    """ANCHORS §6: 85 % of the median of five, and it goes on where the new is usual."""
    assert bool(braked(pages, usual, Gate())) is held


def test_an_office_may_do_without_the_brake() -> None:
    assert braked(1, (100, 100, 100), Gate(pages_share=0)) == ""


def test_a_redesigned_portal_is_not_accused_of_what_was_not_read(usual: WatchedCity) -> None:
    """The menu is written in a way that we cannot read: nothing is missing, and nothing is mended."""
    usual.gate = GATE
    before = usual.life(BROKEN.id)
    for when in ("11-05 21:00", "11-06 10:00"):
        usual.night(at(when), MISSING, shown=read(3))
    assert usual.life(MISSING.id).state is LifeState.UNVERIFIABLE
    after = usual.life(BROKEN.id)
    assert (after.state, after.tries, after.healed_at) == (before.state, before.tries, None)
    assert "平常 100 个" in after.sightings[-1].told


def test_what_was_asked_and_answers_well_is_healed_all_the_same(usual: WatchedCity) -> None:
    when = at("11-05 21:00")
    usual.night(when, shown=read(3, targets=well(when).targets))
    assert usual.life(BROKEN.id).healed_at is not None


def test_the_new_portal_is_usual_after_three_nights(usual: WatchedCity) -> None:
    """What is really gone is not protected for ever."""
    usual.gate = GATE
    for when in ("11-05 21:00", "11-06 21:00", "11-07 21:00", "11-08 21:00", "11-09 21:00"):
        usual.night(at(when), MISSING, shown=read(3))
    life = usual.life(MISSING.id)
    assert [one.sight for one in life.sightings] == [Sight.UNKNOWN] * 3 + [Sight.FAULT] * 2
    assert life.state is LifeState.CONFIRMED


def test_a_portal_in_other_hands_clears_nothing(city: WatchedCity) -> None:
    """On the second night already: the casino has no dead links of the county."""
    city.night(at("11-02 21:00"), BROKEN, MISSING)
    bought = finding("hijacked_link", URL)
    city.night(at("11-03 21:00"), bought)
    for one in (BROKEN, MISSING):
        assert city.life(one.id).healed_at is None
    assert city.life(bought.id).tries == 1
