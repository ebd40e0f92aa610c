"""How often an address is looked at: the numbers of ``crawler/visits.yml`` and what follows from them."""

from datetime import datetime, timedelta
from importlib import resources

import pytest

from crawler.clock import CHINA
from crawler.rhythm import Rhythm, parse_rhythm
from records.visits import PageRole, PageVisit

TEXT = (resources.files("crawler") / "visits.yml").read_text("utf-8")
NOW = datetime(2026, 11, 21, 22, 0, tzinfo=CHINA)


@pytest.fixture(scope="module")
def rhythm() -> Rhythm:
    return parse_rhythm(TEXT)


def seen(role: PageRole, hours: float, interval: float) -> PageVisit:
    at = NOW - timedelta(hours=hours)
    return PageVisit(role=role, asked_at=at, read_at=at, changed_at=at, interval=interval, essence="x")


@pytest.mark.parametrize(
    ("role", "hours", "interval", "due"),
    [
        (PageRole.FRONT, 0.1, 0, True),
        (PageRole.EXTERNAL, 19.9, 20 / 24, False),  # ANCHORS §6: a good result is reused within 20 h
        (PageRole.EXTERNAL, 20.1, 20 / 24, True),
        (PageRole.ARTICLE, 7 * 24 - 3.9, 7, True),  # nights do not begin at the same minute
        (PageRole.ARTICLE, 40, 4, False),
        (PageRole.ARTICLE, -5, 4, True),  # a clock that was put back
    ],
)
def test_when_an_address_is_due(role: PageRole, hours: float, interval: float, due: bool, rhythm: Rhythm) -> None:
    assert rhythm.is_due("http://a.test/x.html", seen(role, hours, interval), NOW) is due


def test_pages_of_one_night_fall_due_over_several(rhythm: Rhythm) -> None:
    """Else every fourth night would be a first night."""
    urls = [f"http://a.test/{number}.html" for number in range(1000)]
    shares = []
    for days in (1, 2, 3, 4):
        visit = seen(PageRole.ARTICLE, 24 * days, 4)
        shares.append(sum(rhythm.is_due(url, visit, NOW) for url in urls) / 1000)
    assert shares[0] == 0
    assert 0 < shares[1] < 0.5 < shares[2] < 1
    assert shares[3] == 1, "none later than its interval"


def test_the_interval_follows_the_changes_within_its_bounds(rhythm: Rhythm) -> None:
    interval = rhythm.interval(PageRole.ARTICLE, None, changed=True)
    assert interval == 4
    visit = seen(PageRole.ARTICLE, 96, 4)
    assert rhythm.interval(PageRole.ARTICLE, visit, changed=False) == 7
    assert rhythm.interval(PageRole.ARTICLE, visit, changed=True) == 2
    assert rhythm.interval(PageRole.ARTICLE, seen(PageRole.ARTICLE, 96, 1), changed=True) == 1
    assert rhythm.interval(PageRole.FRONT, seen(PageRole.FRONT, 24, 0), changed=False) == 0


def test_every_number_has_its_source(rhythm: Rhythm) -> None:
    assert all(interval.source for interval in rhythm.intervals.values())
    with pytest.raises(ValueError, match="source"):
        parse_rhythm(TEXT.replace(', source: "ANCHORS §6: 1 per host"', ""))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format: 1", "format: 2"),
        ("grow: 2.0", "grow: 0.5"),
        ("first: 4, least: 1", "first: 4, least: 5"),
        ("roles:", "r:"),
    ],
)
def test_a_rhythm_that_makes_no_sense_is_refused(old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(ValueError, match=r"visits\.yml|format"):
        parse_rhythm(TEXT.replace(old, new))
