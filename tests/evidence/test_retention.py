"""How long evidence is kept: each rule just before and on its day, and what is never due."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from records.news import EventState
from records.period import Period
from records.sightings import ClosedLife, FindingLife, LifeState
from services.retention import (
    Keeping,
    SeasonRound,
    Standing,
    keepings,
    load_retention,
    news_keeping,
    parse_retention,
    standing_of,
)
from services.schemes import WrongCallError
from storage.kept_answers import KeptAudit
from storage.kept_news import EventUse

RULES = load_retention()
DAY = date(2026, 3, 2)
OLD = KeptAudit(1, "www.qinghe.test", DAY, True, ("broken_link:a",))
CLEAN = replace(OLD, accusations=())
NEW = KeptAudit(9, "www.qinghe.test", date(2026, 11, 20), True, ())
KEY = ("www.qinghe.test", "broken_link:a")


def keeping(audit: KeptAudit, state: Standing | None = None, *rounds: SeasonRound, newest: KeptAudit = NEW) -> Keeping:
    return keepings([audit, newest], {KEY: state} if state else {}, rounds, RULES)[0]


def season(period: str, archived: date | None, *audits: int) -> SeasonRound:
    return SeasonRound(period, Period.parse(period), archived, frozenset(audits))


def test_the_numbers_of_the_packaged_rules_name_their_source() -> None:
    """ANCHORS §6: a year after season and review, ninety days for the rest."""
    assert (RULES.review_days, RULES.then_days, RULES.rest_days) == (30, 365, 90)
    assert "ANCHORS §6" in RULES.source
    assert len(RULES.sha256) == 64


@pytest.mark.parametrize("audit", [CLEAN, OLD], ids=["nothing found", "healed or dismissed"])
def test_the_rest_is_due_after_ninety_days(audit: KeptAudit) -> None:
    kept = keeping(audit, Standing.SETTLED)
    assert (kept.rule, kept.until) == ("rest", DAY + timedelta(days=90))
    assert not kept.is_due(DAY + timedelta(days=90))
    assert kept.is_due(DAY + timedelta(days=91))


def test_confirmed_without_a_round_is_kept_to_the_end_of_its_year_and_then_the_term_and_a_year() -> None:
    kept = keeping(OLD, Standing.CONFIRMED)
    assert kept.until == date(2026, 12, 31) + timedelta(days=395)
    assert kept.rule == "confirmed"


@pytest.mark.parametrize(
    ("rounds", "until"),
    [
        ((season("2026Q1", date(2026, 4, 20)),), date(2026, 4, 20) + timedelta(days=395)),
        ((season("2026Q1", date(2026, 3, 20)),), date(2026, 3, 31) + timedelta(days=395)),
        (
            (season("2026Q1", date(2026, 4, 20)), season("2026", date(2027, 1, 15))),
            date(2027, 1, 15) + timedelta(days=395),
        ),
        ((season("2026Q2", date(2026, 7, 20)),), date(2026, 12, 31) + timedelta(days=395)),
    ],
    ids=["archived after the period", "archived within it", "the later of two", "another season"],
)
def test_the_season_is_the_round_that_has_the_day(rounds: tuple[SeasonRound, ...], until: date) -> None:
    assert keeping(OLD, Standing.CONFIRMED, *rounds).until == until


@pytest.mark.parametrize(
    ("audit", "state", "rounds", "newest", "words"),
    [
        (OLD, Standing.UNDER_REVIEW, (), NEW, "复核"),
        (OLD, Standing.UNDECIDED, (), replace(NEW, accusations=("broken_link:a",)), "尚未有结论"),
        (OLD, None, (), replace(NEW, accusations=("broken_link:a",)), "尚未有结论"),
        (CLEAN, None, (season("2026Q1", None, 1),), NEW, "未归档"),
        (CLEAN, None, (season("2025Q1", None, 1),), NEW, "未归档"),
        (OLD, Standing.CONFIRMED, (season("2026", None),), NEW, "未归档"),
        (NEW, None, (), NEW, "最近一次"),
        (replace(NEW, audit_id=10, judged=False), None, (), NEW, "尚未判定"),
    ],
)
def test_what_an_open_matter_needs_is_never_due(
    audit: KeptAudit, state: Standing | None, rounds: tuple[SeasonRound, ...], newest: KeptAudit, words: str
) -> None:
    kept = keeping(audit, state, *rounds, newest=newest)
    assert kept.until is None
    assert words in kept.because
    assert not kept.is_due(date.max)


@pytest.mark.parametrize(
    ("audit", "state", "rounds"),
    [
        (OLD, Standing.UNDECIDED, ()),
        (CLEAN, None, (season("2026Q1", None, 7),)),
        (replace(CLEAN, judged=False), None, ()),
    ],
    ids=["undecided, and no longer there", "a round that did not use it", "left unjudged, and another came since"],
)
def test_what_holds_one_audit_does_not_hold_every_audit(
    audit: KeptAudit, state: Standing | None, rounds: tuple[SeasonRound, ...]
) -> None:
    """A suspicion that was gone by the next look, or a round that is open all year, must not fill the disk."""
    assert keeping(audit, state, *rounds).until == DAY + timedelta(days=90)


def test_portals_are_apart() -> None:
    """The newest audit of one portal does not free the only audit of another."""
    other = replace(OLD, audit_id=2, site="www.liuwan.test")
    first, second, _ = keepings([OLD, other, NEW], {KEY: Standing.SETTLED}, (), RULES)
    assert first.until is not None
    assert second.until is None


def life(state: LifeState, *, confirmed: bool = False, earlier: bool = False) -> FindingLife:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    closed = (ClosedLife(at, at, at, 3, at),) if earlier else ()
    return FindingLife(
        "broken_link:a", "www.qinghe.test", "broken_link", "http://x/", state, at, at, None,
        confirmed_at=at if confirmed else None, earlier=closed,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "standing"),
    [
        (None, Standing.UNDECIDED),
        (life(LifeState.SUSPECTED), Standing.UNDECIDED),
        (life(LifeState.UNVERIFIABLE), Standing.UNDECIDED),
        (life(LifeState.CONFIRMED, confirmed=True), Standing.CONFIRMED),
        (life(LifeState.NOTIFIED, confirmed=True), Standing.CONFIRMED),
        (life(LifeState.FINAL, confirmed=True), Standing.CONFIRMED),
        (life(LifeState.UNDER_REVIEW, confirmed=True), Standing.UNDER_REVIEW),
        (life(LifeState.RECOVERED), Standing.SETTLED),
        (life(LifeState.RECOVERED, confirmed=True), Standing.CONFIRMED),
        (life(LifeState.SUSPECTED, earlier=True), Standing.CONFIRMED),
        (life(LifeState.SUPPRESSED), Standing.SETTLED),
        (life(LifeState.VOIDED), Standing.SETTLED),
    ],
)
def test_what_a_life_means_for_its_evidence(given: FindingLife | None, standing: Standing) -> None:
    """Healed after it was confirmed may have cost points: its evidence stays as long as that of any other."""
    assert standing_of(given) is standing


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "文件是空的"),
        ("{}", "没有内容"),
        ("format: chengjian.retention/2\n", "format"),
        ("format: chengjian.retention/1\nsource: x\nrest: {days: 0}\n", "第 3 行：rest：应为不小于 1"),
        (
            "format: chengjian.retention/1\nsource: x\nconfirmed: {review_days: x, then_days: 365}\n",
            "第 3 行：confirmed：.*'x'",
        ),
        ("format: chengjian.retention/1\nsource: x\nconfirmed: {}\nrest: {days: 90}\nmore: 1\n", "more"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_with_their_line(text: str, words: str) -> None:
    with pytest.raises(WrongCallError, match=words):
        parse_retention(text, "own.yml")


def use(state: EventState, *, counts: bool = True, day: date | None = DAY) -> EventUse:
    return EventUse("demo", "e1", state, counts, day)


REST_END = DAY + timedelta(days=90)
YEAR_END = date(2026, 12, 31) + timedelta(days=395)


@pytest.mark.parametrize(
    ("uses", "rounds", "until", "rule"),
    [
        ((), (), REST_END, "rest"),
        ((use(EventState.SUGGESTED, counts=False),), (), REST_END, "rest"),
        ((use(EventState.DISMISSED), use(EventState.REFUTED)), (), REST_END, "rest"),
        ((use(EventState.SUGGESTED),), (), None, "rest"),
        ((use(EventState.CONFIRMED),), (), YEAR_END, "confirmed"),
        ((use(EventState.CONFIRMED, day=None),), (), YEAR_END, "confirmed"),
        (
            (use(EventState.CONFIRMED),),
            (season("2026Q1", date(2026, 4, 20)),),
            date(2026, 4, 20) + timedelta(days=395),
            "confirmed",
        ),
        ((use(EventState.CONFIRMED),), (season("2026Q1", None),), None, "confirmed"),
        ((use(EventState.CONFIRMED), use(EventState.SUGGESTED)), (), None, "rest"),
    ],
)
def test_the_pages_of_the_news_are_kept_as_the_events_that_rest_on_them(
    uses: tuple[EventUse, ...], rounds: tuple[SeasonRound, ...], until: date | None, rule: str
) -> None:
    kept = news_keeping(3, DAY, uses, rounds, RULES)
    assert (kept.until, kept.rule) == (until, rule)
    assert kept.is_due(date.max) == (until is not None)
