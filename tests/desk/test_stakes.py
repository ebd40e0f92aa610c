"""What a finding costs, and whom: told from the newest run, and tried the other way round."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from checks.findings import finding_id
from records.desk import CardQuery, FindingCard, Pile
from records.judgement import Finding
from records.review import FindingReview, ReviewState
from records.sightings import Gate
from records.verdicts import Severity
from services.desk.cards import CardKeeper, units_of
from services.desk.stakes import fed_rows, stakes
from services.lives import LifeSources
from services.night_view import NightView
from services.run_shelf import RunShelf
from services.schemes import load_scheme
from services.work_calendar import library_calendar
from storage.audit_results import AuditResults
from storage.audits import site_key
from storage.finding_reviews import FindingReviews
from storage.sightings import SightingRepository
from storage.suppressions import SuppressionRepository
from tests.runs.run_builder import NOW, Round, site


def dead(unit: str) -> Finding:
    subject = site(unit) + "zwgk/a.html"
    return Finding(finding_id("broken_link", subject), "broken_link", Severity.MAJOR, subject, "“a”打不开：返回 404。")


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    made = Round(tmp_path)
    for unit in ("qinghe", "liuwan", "yantang"):
        made.audit(unit, *([dead("liuwan")] if unit == "liuwan" else []))
    return made


def cards(made: Round) -> dict[str, FindingCard]:
    tries = SightingRepository(made.engine)
    sources = LifeSources(tries, SuppressionRepository(made.engine), FindingReviews(made.engine), Gate())
    view = NightView(AuditResults(made.engine), tries, sources, library_calendar(), NOW.date())
    keeper = CardKeeper(view, units_of(made.city))
    keeper.refresh()
    return {one.finding: one for one in keeper.cards.page(CardQuery(pile=None), limit=9)}


def test_a_suspicion_is_tried_as_if_it_were_confirmed(round_: Round) -> None:
    """One dead page takes the whole row: the unit's total, now and then."""
    run = round_.score()
    card = cards(round_)[dead("liuwan").id]
    (stake,) = stakes(card, RunShelf(round_.runs), "demo")
    assert (stake.head.id, [one.id for one in stake.fed]) == (run.head.id, ["NYC-05"])
    (row,) = stake.rows
    assert (row.row, row.counted, row.other_way) == ("NYC-05", False, "若经复核确认")
    before = next(one.total for one in run.run.units if one.id == "liuwan")
    round_.reviews.add(
        FindingReview(site_key(site("liuwan")), card.finding, ReviewState.CONFIRMED, "", "王", NOW + timedelta(hours=1))
    )
    after = next(one.total for one in round_.score().run.units if one.id == "liuwan")
    assert before != after
    assert [(one.unit, one.before, one.after) for one in row.moved] == [("liuwan", before, after)]


def test_what_counts_says_why(round_: Round) -> None:
    key = site_key(site("liuwan"))
    round_.reviews.add(FindingReview(key, dead("liuwan").id, ReviewState.CONFIRMED, "", "王", NOW))
    round_.score()
    card = cards(round_)[dead("liuwan").id]
    assert card.pile is Pile.CONFIRMED
    (stake,) = stakes(card, RunShelf(round_.runs), "demo")
    assert (stake.rows[0].counted, stake.rows[0].why) == (True, "经 王 复核确认")


def test_the_same_address_on_another_portal_is_another_matter(round_: Round) -> None:
    """A dead host has one id wherever it is linked from: only the portal's own unit is charged for its own link."""
    round_.score()
    card = cards(round_)[dead("liuwan").id]
    elsewhere = replace(card, unit="qinghe", unit_name="青禾县", site=site_key(site("qinghe")))
    (stake,) = stakes(elsewhere, RunShelf(round_.runs), "demo")
    assert stake.rows == ()
    assert stakes(replace(card, unit=""), RunShelf(round_.runs), "demo") == ()


@pytest.mark.parametrize(
    ("check", "requirement", "rows"),
    [
        ("broken_link", "", ["NYC-05"]),
        ("undated_column", "", []),
        ("missing_disclosure", "power_list", ["NYC-01"]),
        ("missing_disclosure", "", []),
    ],
)
def test_the_rows_that_a_check_feeds(check: str, requirement: str, rows: list[str]) -> None:
    found = [one.id for one in fed_rows(load_scheme("nanyang-county"), check, requirement)]
    assert [one for one in found if one in ("NYC-01", "NYC-05")] == rows
