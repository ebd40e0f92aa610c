"""Filing and observation side by side: which one the score stands on, and when a person is asked."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from records.indicators import IndicatorValue, ValueSource, ValueState
from records.news import NewsLabel
from records.registry import Portal, Unit, UnitKind
from records.verdicts import ColumnVerdict, DisclosureVerdict, Requirement
from scoring_bridge.combine import Combined, combine
from scoring_bridge.watch import Watch
from tests.bridge.watch_builder import (
    DAY,
    SITE,
    UNIT,
    column,
    disclosed,
    event,
    filed,
    finding,
    look,
    news,
    scheme,
    seen,
    watch,
)

V, R = DisclosureVerdict, Requirement


def combined(indicator: str, given: list[IndicatorValue], watched: Watch, name: str = "nanyang-county") -> Combined:
    return combine(scheme(name), [watched.unit], given, [seen(indicator, watched, name)])


def of(result: Combined, indicator: str) -> IndicatorValue:
    return next(one for one in result.values if one.indicator == indicator)


def with_events(indicator: str, number: int) -> Watch:
    label = {"NYC-03": NewsLabel.CREDIT_ABUSE, "NYC-24": NewsLabel.INTEGRITY_EDUCATION}[indicator]
    return watch(gathered=news(*(event(n, label) for n in range(number))))


@pytest.mark.parametrize(
    ("indicator", "filed_value", "observed", "used", "asks"),
    [
        ("NYC-03", 0, 1, 1, True),  # higher: what either has verified counts
        ("NYC-03", 2, 1, 2, True),
        ("NYC-03", 1, 1, 1, False),
        ("NYC-24", 6, 1, 1, True),  # monitored alone decides, and the claim is shown to a person
    ],
)
def test_two_numbers(indicator: str, filed_value: int, observed: int, used: int, asks: bool) -> None:
    result = combined(indicator, [filed(indicator, filed_value)], with_events(indicator, observed))
    assert of(result, indicator).value == used
    assert [one.indicator for one in result.discrepancies] == ([indicator] if asks else [])
    assert len(result.beside) == 1  # the other one stands beside, equal or not


def test_special_governance_stands_on_the_filing() -> None:
    """NYC-22: monitoring sees only what was published; the difference is asked all the same."""
    watched = watch(gathered=news(event(1, NewsLabel.SPECIAL_GOVERNANCE, title="根治欠薪行动")))
    result = combined("NYC-22", [filed("NYC-22", 5, ValueSource.FILED)], watched)
    assert of(result, "NYC-22").value == 5
    assert (result.discrepancies[0].used.value, result.discrepancies[0].other.value) == (5, 1)


def test_without_a_filing_the_observation_stands() -> None:
    assert of(combined("NYC-03", [], with_events("NYC-03", 0)), "NYC-03").value == 0


def test_silence_of_the_papers_is_no_nought_before_the_unit_was_heard() -> None:
    """NYC-22: nothing printed and nothing filed is "not supplied"; one thing printed is a value."""
    silent = of(combined("NYC-22", [], watch(gathered=news())), "NYC-22")
    assert (silent.state, silent.value) == (ValueState.NOT_SUPPLIED, None)
    printed = watch(gathered=news(event(1, NewsLabel.SPECIAL_GOVERNANCE, title="根治欠薪行动")))
    assert of(combined("NYC-22", [], printed), "NYC-22").value == 1


def test_an_unmeasured_row_takes_a_filing_only_where_it_has_that_source() -> None:
    """NYC-22 names the county as a source; NYC-01 is monitoring alone: there a claim asks and decides nothing."""
    two = combined("NYC-22", [filed("NYC-22", 3)], watch())
    assert (of(two, "NYC-22").value, two.discrepancies) == (3, ())
    one = combined("NYC-01", [filed("NYC-01", True, ValueSource.FILED)], watch())
    assert of(one, "NYC-01").state is ValueState.NOT_MEASURED
    assert len(one.discrepancies) == 1


def test_a_persons_decision_stands_before_all() -> None:
    given = [filed("NYC-03", 0), filed("NYC-03", 1, ValueSource.JUDGED)]
    assert of(combined("NYC-03", given, with_events("NYC-03", 5)), "NYC-03").value == 1


def test_an_office_stands_before_the_unit_itself() -> None:
    given = [filed("NYC-13", 30, ValueSource.FILED), filed("NYC-13", 12)]
    result = combine(scheme(), [UNIT], given, [])
    assert of(result, "NYC-13").value == 12
    assert len(result.discrepancies) == 1


def test_offices_that_disagree_are_a_task() -> None:
    """Two providers file one row: the first given stands, and a person is asked; equal ones are no question."""
    one, other = filed("NYC-25", 0), replace(filed("NYC-25", 2), provider="某局")
    result = combine(scheme(), [UNIT], [one, other], [])
    assert of(result, "NYC-25").value == 0
    assert [(task.used.value, task.other.value) for task in result.discrepancies] == [(0, 2)]
    assert combine(scheme(), [UNIT], [one, replace(other, value=0)], []).discrepancies == ()


def test_who_cannot_supply_takes_nothing_away_and_contradicts_nobody() -> None:
    """An office says that it has no data, the unit files a number: the number stands and nobody is asked."""
    silent = replace(filed("NYC-13", None), state=ValueState.NOT_SUPPLIED)
    own = filed("NYC-13", 30, ValueSource.FILED)
    result = combine(scheme(), [UNIT], [silent, own], [])
    assert (of(result, "NYC-13").value, result.discrepancies) == (30, ())
    apart = replace(silent, state=ValueState.NOT_APPLICABLE)
    result = combine(scheme(), [UNIT], [apart, own], [])
    assert of(result, "NYC-13").value == 30
    assert len(result.discrepancies) == 1


def test_nothing_at_all_is_not_supplied_and_names_who_owes_it() -> None:
    found = of(combine(scheme(), [UNIT], [], []), "NYC-06")
    assert (found.state, found.because) == (ValueState.NOT_SUPPLIED, "市信用办尚未提供数据")


def test_every_applicable_row_of_every_unit_has_exactly_one_value() -> None:
    town = Unit("t", "某镇", UnitKind.TOWN)
    result = combine(scheme("huaian"), [town], [], [])
    rows = [row.id for row in scheme("huaian").indicators if row.applies_to(UnitKind.TOWN)]
    assert [one.indicator for one in result.values] == rows


def absent(requirement: Requirement, unit: Unit = UNIT) -> Watch:
    one = look(
        finding("missing_disclosure", f"{SITE}#{requirement.value}"), disclosures=[disclosed(requirement, V.MISSING)]
    )
    return replace(watch(one), unit=unit)


@pytest.mark.parametrize(
    ("value", "asks"),
    [(["graded", "published"], True), (["graded"], False), ("no_power", False), (["no_power"], False), ([], False)],
)
def test_a_claimed_publication_that_the_portal_has_not(value: Any, asks: bool) -> None:
    """NYD-07: the portal cannot say whether there is a result, but it can say that none is published."""
    unit = Unit("qinghe", "某局", UnitKind.DEPARTMENT, portals=(Portal(SITE),))
    watched = absent(R.GRADED_SUPERVISION_RESULT, unit)
    result = combined("NYD-07", [filed("NYD-07", value, ValueSource.FILED)], watched, "nanyang-department")
    assert of(result, "NYD-07").value == value
    assert bool(result.discrepancies) is asks


@pytest.mark.parametrize(("points", "asks"), [(Decimal(4), True), (Decimal("3.5"), False), (Decimal(0), False)])
def test_full_marks_against_an_absence_ask(points: Decimal, asks: bool) -> None:
    """JY-07: the office judges; only full marks for a report that is not there are worth a question."""
    result = combined("JY-07", [filed("JY-07", points)], absent(R.DISCLOSURE_ANNUAL_REPORT), "jiyuan")
    assert of(result, "JY-07").value == points
    assert bool(result.discrepancies) is asks


def test_no_marks_against_a_published_report_ask() -> None:
    there = watch(look(disclosures=[disclosed(R.DISCLOSURE_ANNUAL_REPORT, V.PUBLISHED, SITE + "nb/")]))
    result = combined("JY-07", [filed("JY-07", Decimal(0))], there, "jiyuan")
    assert len(result.discrepancies) == 1


def test_a_cross_check_never_becomes_the_value() -> None:
    result = combined("JY-07", [], absent(R.DISCLOSURE_ANNUAL_REPORT), "jiyuan")
    assert of(result, "JY-07").state is ValueState.NOT_SUPPLIED
    assert len(result.beside) == 1


def test_what_one_way_supports_is_not_refuted_by_silence() -> None:
    """HA-2.1: published lists support the claim; that none is published says nothing."""
    result = combined("HA-2.1", [filed("HA-2.1", True)], absent(R.GRADED_SUPERVISION_RESULT), "huaian")
    assert result.discrepancies == ()


@pytest.mark.parametrize(
    ("verdict", "rate", "certain", "asks"),
    [
        (ColumnVerdict.STALE, 1, True, True),
        (ColumnVerdict.STALE, Decimal("0.9"), True, False),
        (ColumnVerdict.FRESH, 1, True, False),
        (ColumnVerdict.STALE, 1, False, False),
    ],
)
def test_timeliness_beside_the_portals_column(verdict: ColumnVerdict, rate: Any, certain: bool, asks: bool) -> None:
    """NYC-08: a perfect rate beside a column that has stood still is a question; more cannot be said from outside."""
    columns = [column("行政许可公示", SITE + "xk/", verdict, newest=DAY, certain=certain)]
    result = combined("NYC-08", [filed("NYC-08", rate)], watch(look(columns=columns)))
    assert of(result, "NYC-08").value == rate
    assert bool(result.discrepancies) is asks
