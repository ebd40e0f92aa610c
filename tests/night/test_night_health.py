"""Whether a night may be believed: every boundary of the judgements about ourselves."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from checks.night_health import (
    Asked,
    Resolved,
    Usual,
    VisitSeen,
    judge_accounting,
    judge_canaries,
    judge_clock,
    judge_clock_jump,
    judge_new_findings,
    judge_own_page,
    judge_pages,
    judge_reach,
    judge_resolver,
    state_of,
)
from records.crawl import Counts
from records.nights import HealthCheck, NightState
from records.verdicts import SiteVerdict
from records.watch import Canary, KnownName
from services.night.hours import SHANGHAI
from services.night.watch_files import default_plan

NUMBERS = default_plan().health
AT = datetime(2026, 11, 23, 22, tzinfo=SHANGHAI)
UP = (Canary("http://a.test/"), Canary("http://b.test/", contains="首页"))
NO_USUAL = Usual({}, ())


def answers(*rows: Asked) -> dict[str, Asked]:
    return {one.url: one for one in rows}


def visit(number: int, verdict: SiteVerdict = SiteVerdict.REACHABLE, pages: int = 100, **more: object) -> VisitSeen:
    counts = Counts(pages=pages, addresses=3, fetched=2, failed=1)
    return replace(VisitSeen("u", f"http://{number}.test/", verdict, counts), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "passed"),
    [
        (answers(Asked("http://a.test/", 200), Asked("http://b.test/", 200, body="县首页")), True),
        (answers(Asked("http://a.test/", 302), Asked("http://b.test/", error="连接不上")), True),  # half is enough
        (answers(Asked("http://a.test/", 503), Asked("http://b.test/", 503, body="首页")), False),  # a proxy
        (answers(Asked("http://a.test/", error="x"), Asked("http://b.test/", error="x")), False),  # no network
        (answers(Asked("http://a.test/", 503), Asked("http://b.test/", 200, body="请登录上网")), False),  # a gateway
        ({}, False),
    ],
)
def test_canaries(rows: dict[str, Asked], passed: bool) -> None:
    """A network that is gone, a proxy that answers 503, a gateway that answers for everybody: all are ours."""
    check = judge_canaries(UP, rows, NUMBERS, AT)[0]
    assert (check.name, check.passed, check.voids) == ("canary_up", passed, True)


@pytest.mark.parametrize(("status", "passed"), [(404, True), (410, True), (200, False), (302, False), (503, False)])
def test_a_page_that_must_be_gone(status: int, passed: bool) -> None:
    """Who answers 200 to a page that does not exist answers in the place of others."""
    canaries = (*UP, Canary("http://a.test/none", gone=True))
    rows = answers(Asked("http://a.test/", 200), Asked("http://a.test/none", status))
    check = judge_canaries(canaries, rows, NUMBERS, AT)[1]
    assert (check.name, check.passed) == ("canary_404", passed)


def test_without_canaries_the_check_says_so() -> None:
    """A city without canaries is not called healthy by them in silence."""
    (check,) = judge_canaries((), {}, NUMBERS, AT)
    assert check.passed
    assert "没有设对照站点" in check.told


@pytest.mark.parametrize(
    ("here", "gone", "passed"),
    [
        (Asked("http://o/", 200, body="token"), Asked("http://o/x", 404), True),
        (Asked("http://o/", 200, body="other"), Asked("http://o/x", 404), False),
        (Asked("http://o/", 503), Asked("http://o/x", 503), False),
        (Asked("http://o/", error="x"), Asked("http://o/x", 404), False),
        (Asked("http://o/", 200, body="token"), Asked("http://o/x", 200), False),
    ],
)
def test_own_page(here: Asked, gone: Asked, passed: bool) -> None:
    """Our own page must come as we serve it."""
    assert judge_own_page(here, "token", gone, AT).passed is passed


@pytest.mark.parametrize(
    ("impossible", "known", "passed"),
    [
        ([Resolved("x.invalid", error="none")], [], True),
        ([Resolved("x.invalid", ("198.51.100.1",))], [], False),  # NXDOMAIN hijack
        ([], [Resolved("own.test", ("203.0.113.5", "203.0.113.9"))], True),
        ([], [Resolved("own.test", ("198.51.100.1",))], False),  # poisoned
        ([], [Resolved("own.test", error="none")], False),
    ],
)
def test_resolver(impossible: list[Resolved], known: list[Resolved], passed: bool) -> None:
    """A name that cannot exist resolves nowhere, and a known one to its own addresses."""
    pairs = [(KnownName("own.test", ("203.0.113.9",)), one) for one in known]
    assert judge_resolver(impossible, pairs, AT).passed is passed


@pytest.mark.parametrize(("off", "passed"), [(0, True), (120, True), (-120, True), (121, False), (-3600, False)])
def test_clock_against_dates(off: int, passed: bool) -> None:
    """Evidence with a wrong time is worth nothing: two minutes, and not a second more."""
    rows = [Asked("http://a.test/", 200, date=AT - timedelta(seconds=off), at=AT)]
    assert judge_clock(rows, NUMBERS, AT).passed is passed


def test_one_server_with_a_wrong_clock_is_not_our_clock() -> None:
    """The median decides: a canary may itself be wrong."""
    rows = [Asked("u", 200, date=AT - timedelta(seconds=off), at=AT) for off in (0, 1, 90_000)]
    assert judge_clock(rows, NUMBERS, AT).passed


@pytest.mark.parametrize(("jump", "noticed"), [(0, False), (120, False), (121, True), (-121, True)])
def test_clock_jump(jump: float, noticed: bool) -> None:
    """A wall clock that leaves the monotonic one behind is noticed in both directions."""
    assert (judge_clock_jump(jump, NUMBERS, AT) is not None) is noticed


def test_accounting() -> None:
    """Every address in exactly one place, or the night does not know what it did."""
    good, bad = visit(1), visit(2, counts=Counts(addresses=3, fetched=1))
    assert judge_accounting([good], AT).passed
    check = judge_accounting([good, bad], AT)
    assert not check.passed
    assert "http://2.test/" in check.told


@pytest.mark.parametrize(
    ("out", "of", "passed"),
    [(1, 1, True), (2, 2, True), (1, 3, True), (2, 3, False), (5, 10, True), (6, 10, False), (10, 10, False)],
)
def test_reach(out: int, of: int, passed: bool) -> None:
    """One portal that is down is its own fault, most of them at once are not."""
    kinds = [SiteVerdict.UNREACHABLE, SiteVerdict.BLOCKED]
    visits = [visit(n, kinds[n % 2] if n < out else SiteVerdict.REACHABLE) for n in range(of)]
    assert judge_reach(visits, NUMBERS, AT).passed is passed


@pytest.mark.parametrize(("pages", "passed"), [(100, True), (85, True), (84, False), (0, False)])
def test_pages_brake(pages: int, passed: bool) -> None:
    """Below 85 % of the median of the last five nights a person decides."""
    usual = Usual({"http://1.test/": [100, 90, 110, 100, 5000, 1]}, ())  # the sixth is too old, the median is 100
    check = judge_pages([visit(1, pages=pages)], usual, NUMBERS, AT)
    assert (check.passed, check.voids) == (passed, False)


def test_pages_brake_compares_like_with_like() -> None:
    """A portal of another rhythm, a new one or one that is down makes no night look thin."""
    usual = Usual({"http://1.test/": [100] * 5, "http://2.test/": [900] * 5, "http://3.test/": [900] * 2}, ())
    visits = [visit(1), visit(3, pages=1), visit(2, SiteVerdict.UNREACHABLE, pages=0)]
    assert judge_pages(visits, usual, NUMBERS, AT).passed
    assert judge_pages(visits, NO_USUAL, NUMBERS, AT).passed


@pytest.mark.parametrize(
    ("new", "before", "passed"),
    [
        (20, [0, 0, 0], True),  # so few are never too many
        (21, [0, 0, 0], False),
        (30, [10, 10, 10], True),
        (31, [10, 10, 10], False),
        (500, [10, 10], True),  # two nights are no usual
    ],
)
def test_findings_brake(new: int, before: list[int], passed: bool) -> None:
    """Beyond three times the usual a person decides."""
    check = judge_new_findings([visit(1, new=new)], Usual({}, before), NUMBERS, AT)
    assert (check.passed, check.voids) == (passed, False)


def test_a_first_visit_is_not_a_flood() -> None:
    """Everything on a portal that was never seen is new, and nothing is unusual about it."""
    first = visit(1, new=900, first=True)
    assert judge_new_findings([first], Usual({}, [1] * 5), NUMBERS, AT).passed


@pytest.mark.parametrize(
    ("flags", "state"),
    [
        ([(True, True), (True, False)], NightState.HEALTHY),
        ([(True, True), (False, False)], NightState.HELD),
        ([(False, True), (True, False)], NightState.VOIDED),
        ([(False, True), (False, False)], NightState.VOIDED),  # the worse one
        ([], NightState.HEALTHY),
    ],
)
def test_state_of_a_night(flags: list[tuple[bool, bool]], state: NightState) -> None:
    """Illness voids, oddity holds, and both are told."""
    checks = [HealthCheck(f"c{n}", passed, f"第{n}项", AT, voids) for n, (passed, voids) in enumerate(flags)]
    found, why = state_of(checks)
    assert found is state
    assert all(one.told in why for one in checks if not one.passed and (one.voids or state is NightState.HELD))


def test_a_failed_check_that_passed_later_still_voids() -> None:
    """The network was gone for a while in the night: the tries of that while are somewhere in it."""
    rows = [HealthCheck("canary_up", False, "断网", AT), HealthCheck("canary_up", True, "正常", AT)]
    assert state_of(rows)[0] is NightState.VOIDED
