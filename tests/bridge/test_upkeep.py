"""NYC-05: dead links and columns without an update in the 政务公开 section, once for each cause, beyond the gate."""

from datetime import date, timedelta

import pytest

from records.crawl import Counts
from records.registry import Portal, Unit, UnitKind
from records.review import ReviewState
from records.verdicts import DisclosureVerdict, FetchError, Requirement, Severity, SiteVerdict
from scoring_bridge.watch import Look
from tests.bridge.watch_builder import (
    DAY,
    SECTION,
    SITE,
    column,
    disclosed,
    finding,
    link,
    look,
    review,
    seen,
    value,
    watch,
)

YESTERDAY = DAY - timedelta(days=1)
DEAD = finding("broken_link", SITE + "zwgk/a.html")
STALE = finding("stale_column", SITE + "zwgk/tzgg/")


def links_of(*urls: str) -> list[object]:
    return [link(url, SITE + "zwgk/") for url in urls]


def test_a_clean_portal_has_nought_and_says_on_which_audit() -> None:
    """A measured nought is a value with evidence, and not the absence of one."""
    found = seen("NYC-05", watch(look()))
    assert (found.value.state.value, found.value.value) == ("supplied", 0)
    assert [trace.ref for trace in found.value.evidence] == ["audit:1"]
    assert found.doubt is None


def test_a_stale_column_counts_at_once_and_a_dead_link_on_the_second_day() -> None:
    """The gate of the scheme: a day is read off the page, a dead page may only have been down.

    Worked by hand: one look: the column passes (1 day needed), the link does not (2 needed) → 1.
    Two looks on two days: both pass → 2.  Two looks on one day: still 1.
    """
    one = watch(look(DEAD, STALE, links=[link(DEAD.subject)]))
    assert value("NYC-05", one) == ("supplied", 1)
    early = finding("broken_link", DEAD.subject, since=YESTERDAY)
    first = look(early, day=YESTERDAY, number=1, links=[link(DEAD.subject)])
    second = look(early, STALE, number=2, links=[link(DEAD.subject)])
    assert value("NYC-05", watch(first, second)) == ("supplied", 2)
    same_day = watch(look(DEAD, STALE, number=1, links=[link(DEAD.subject)]), look(DEAD, STALE, number=2))
    assert value("NYC-05", same_day) == ("supplied", 1)


def test_the_first_sight_before_the_period_is_a_day_too() -> None:
    """A link dead since last year has been seen twice when this year's first audit finds it."""
    old = finding("broken_link", DEAD.subject, since=date(2025, 12, 30))
    assert value("NYC-05", watch(look(old, links=[link(old.subject)]))) == ("supplied", 1)


def test_confirmed_counts_on_the_first_day_and_dismissed_never() -> None:
    one = look(DEAD, STALE, links=[link(DEAD.subject)])
    reviews = [review(DEAD, ReviewState.CONFIRMED), review(STALE, ReviewState.DISMISSED, why="栏目已停用")]
    found = seen("NYC-05", watch(one, reviews=reviews))
    assert found.value.value == 1
    assert found.value.evidence[0].ref == DEAD.id
    assert any("栏目已停用" in trace.title for trace in found.value.left_out)


def test_a_confirmation_lapses_when_the_fault_was_gone_and_came_back() -> None:
    """Somebody confirmed what stood in March; what stands in November is another fault."""
    again = finding("broken_link", DEAD.subject, since=DAY)
    old = review(again, ReviewState.CONFIRMED, day=date(2026, 3, 1))
    assert value("NYC-05", watch(look(again, links=[link(again.subject)]), reviews=[old])) == ("supplied", 0)


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (look(verdict=SiteVerdict.BLOCKED), "拒绝了自动巡查"),
        (look(verdict=SiteVerdict.UNREACHABLE), "首页无法打开"),
        (look(counts=Counts(addresses=100, fetched=84, not_reached=16)), "84.0%"),
        (look(counts=Counts()), "0.0%"),
        (look(policy="national-2019"), "nanyang-monthly"),
    ],
    ids=["blocked", "unreachable", "mostly_not_reached", "nothing_counted", "other_policy"],
)
def test_what_was_not_looked_at_is_neither_nought_nor_full_marks(one: Look, reason: str) -> None:
    found = seen("NYC-05", watch(one)).value
    assert (found.state.value, found.value) == ("not_measured", None)
    assert reason in found.because


def test_coverage_at_the_edge_is_enough() -> None:
    exactly = Counts(addresses=100, fetched=85, not_reached=15)
    assert value("NYC-05", watch(look(counts=exactly))) == ("supplied", 0)


def test_an_accusation_stands_although_the_audit_was_cut_short() -> None:
    """Coverage is asked for to say "none": what was seen was seen."""
    cut = look(STALE, counts=Counts(addresses=100, fetched=10, not_reached=90))
    assert value("NYC-05", watch(cut)) == ("supplied", 1)


def test_a_later_wall_does_not_wipe_out_an_earlier_look() -> None:
    found = watch(look(STALE, day=YESTERDAY, number=1), look(verdict=SiteVerdict.BLOCKED, number=2))
    assert value("NYC-05", found) == ("supplied", 1)


def test_no_portal_in_the_registry_is_said() -> None:
    bare = Unit("qinghe", "青禾县", UnitKind.COUNTY)
    found = seen("NYC-05", watch(unit=bare)).value
    assert found.state.value == "not_measured"
    assert "登记表中没有" in found.because


def test_only_the_section_counts() -> None:
    """A5: the scope is the 政务公开专栏.  By folder, by a page that leads there, by the path to a column."""
    outside = finding("stale_column", SITE + "xwzx/")
    by_page = finding("broken_link", SITE + "file/1.pdf", since=YESTERDAY)
    by_path = finding("stale_column", SITE + "col/7/")
    columns = (*SECTION, column("公示", SITE + "col/7/", paths=(SITE, SITE + "zwgk/", SITE + "col/7/")))
    one = look(outside, by_page, by_path, columns=columns, links=[link(by_page.subject, SITE + "zwgk/list.html")])
    found = seen("NYC-05", watch(one)).value
    assert {trace.ref for trace in found.evidence} == {by_page.id, by_path.id}
    assert [trace.ref for trace in found.left_out] == [outside.id]


def test_the_section_is_told_by_what_the_law_wants_in_it() -> None:
    """A portal that calls its section by another name still keeps guide and system in one folder."""
    rows = [
        disclosed(Requirement.DISCLOSURE_GUIDE, DisclosureVerdict.PUBLISHED, SITE + "gk/zn/index.html"),
        disclosed(Requirement.DISCLOSURE_SYSTEM, DisclosureVerdict.PUBLISHED, SITE + "gk/zd/index.html"),
    ]
    inside, outside = finding("stale_column", SITE + "gk/tz/"), finding("stale_column", SITE + "news/")
    found = seen("NYC-05", watch(look(inside, outside, columns=(), disclosures=rows))).value
    assert [trace.ref for trace in found.evidence] == [inside.id]


def test_the_registry_may_name_the_section() -> None:
    named = Unit(
        "qinghe", "青禾县", UnitKind.COUNTY, portals=(Portal(SITE), Portal(SITE + "pub/", name="政府信息公开专栏"))
    )
    inside = finding("stale_column", SITE + "pub/tz/")
    assert value("NYC-05", watch(look(inside, columns=()), unit=named)) == ("supplied", 1)


def test_an_unrecognised_section_accuses_nobody_and_excuses_nobody() -> None:
    """With faults somewhere and no section to put them in, nothing is said; without any fault there is none inside."""
    lost = seen("NYC-05", watch(look(STALE, columns=()))).value
    assert lost.state.value == "not_measured"
    assert [trace.ref for trace in lost.left_out] == [STALE.id]
    assert value("NYC-05", watch(look(columns=()))) == ("supplied", 0)


def test_a_headline_with_the_word_is_no_section() -> None:
    headline = (column("我县召开政务公开工作推进会暨业务培训会议", SITE + "news/1/"),)
    assert (
        value("NYC-05", watch(look(finding("stale_column", SITE + "news/2/"), columns=headline)))[0] == "not_measured"
    )


def test_pictures_and_foreign_addresses_are_shown_and_not_counted() -> None:
    minor = finding("broken_link", SITE + "zwgk/p.png", severity=Severity.MINOR, since=YESTERDAY)
    found = seen("NYC-05", watch(look(minor))).value
    assert found.value == 0
    assert [trace.ref for trace in found.left_out] == [minor.id]


def test_one_cause_counts_once() -> None:
    """Worked by hand: one page by two checks = 1; three files of one dead host = 1; two columns = 2.  Together 4."""
    page = SITE + "zwgk/qzqd/"
    host = "http://files.qinghe.test/"
    twice = [
        finding("broken_link", page, since=YESTERDAY),
        finding("broken_disclosure", page + "#power_list", since=YESTERDAY),
    ]
    files = [finding("broken_link", f"{host}{n}.pdf", since=YESTERDAY) for n in range(3)]
    stale = [finding("stale_column", f"{SITE}zwgk/{n}/") for n in range(2)]
    links = [link(page, SITE + "zwgk/"), *(link(one.subject, SITE + "zwgk/", error=FetchError.DNS) for one in files)]
    found = seen("NYC-05", watch(look(*twice, *files, *stale, links=links))).value
    assert found.value == 4
    assert sum("同一原因已计" in trace.title for trace in found.left_out) == 3


def test_what_was_mended_before_the_last_audit_is_kept_aside() -> None:
    found = seen("NYC-05", watch(look(STALE, day=YESTERDAY, number=1), look(number=2))).value
    assert found.value == 0
    assert [trace.ref for trace in found.left_out] == [STALE.id]


def test_two_portals_add_up_and_one_unseen_keeps_a_nought_open() -> None:
    other = "http://gk.qinghe.test/"
    unit = Unit("qinghe", "青禾县", UnitKind.COUNTY, portals=(Portal(SITE), Portal(other)))
    assert value("NYC-05", watch(look(), unit=unit))[0] == "not_measured"
    assert value("NYC-05", watch(look(STALE), unit=unit)) == ("supplied", 1)
    both = watch(look(STALE), look(number=2, portal=other), unit=unit)
    assert value("NYC-05", both) == ("supplied", 1)


def test_doubt_says_what_each_unreviewed_thing_would_do() -> None:
    """Counted without review 1, left out 1: alone the other way 0 and 2, all so 2, none so 0."""
    found = seen("NYC-05", watch(look(DEAD, STALE, links=[link(DEAD.subject)])))
    assert found.doubt is not None
    assert {(one.trace.ref, one.counted, one.value_if) for one in found.doubt.suspects} == {
        (DEAD.id, False, 2),
        (STALE.id, True, 0),
    }
    assert (found.doubt.value_if_all, found.doubt.value_if_none) == (2, 0)
