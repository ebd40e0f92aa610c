"""NYC-01, NYC-04, NYD-07, NYD-09: published, supported as absent, or unknown; never a guess between them."""

from dataclasses import replace
from datetime import date

import pytest

from records.registry import Portal, Unit, UnitKind
from records.review import ReviewState
from records.verdicts import DisclosureVerdict, Requirement, SiteVerdict
from scoring_bridge.watch import Watch
from tests.bridge.watch_builder import SITE, disclosed, finding, look, review, seen, value, watch

V, R = DisclosureVerdict, Requirement
DEPARTMENT = Unit("qinghe", "某局", UnitKind.DEPARTMENT, portals=(Portal(SITE),))
_CHECKS = {V.MISSING: "missing_disclosure", V.EMPTY: "empty_disclosure", V.BROKEN: "broken_disclosure"}


def seen_with(*rows: tuple[Requirement, DisclosureVerdict], unit: Unit | None = None) -> Watch:
    """A portal with these verdicts, and the finding that the checks make of each that is absent."""
    disclosures = [
        disclosed(one, verdict, f"{SITE}{one.value}/" if verdict is V.PUBLISHED else None) for one, verdict in rows
    ]
    findings = [finding(_CHECKS[verdict], f"{SITE}#{one.value}") for one, verdict in rows if verdict in _CHECKS]
    made = watch(look(*findings, disclosures=disclosures))
    return replace(made, unit=unit) if unit is not None else made


@pytest.mark.parametrize(
    ("power", "responsibility", "expected"),
    [
        (V.PUBLISHED, V.PUBLISHED, ("supplied", True)),
        (V.MISSING, V.MISSING, ("supplied", False)),
        (V.EMPTY, V.MISSING, ("supplied", False)),
        (V.UNDETERMINED, V.UNDETERMINED, ("not_measured", None)),
        (V.BLOCKED, V.BLOCKED, ("not_measured", None)),
        (V.PUBLISHED, V.UNDETERMINED, ("not_measured", None)),
        (V.MISSING, V.UNDETERMINED, ("not_measured", None)),
        (V.PUBLISHED, V.MISSING, ("not_measured", None)),  # A1: one of two lists: a person decides
        (V.BROKEN, V.BROKEN, ("not_measured", None)),  # on one day only: it may have been down
    ],
)
def test_power_and_responsibility_lists(
    power: DisclosureVerdict, responsibility: DisclosureVerdict, expected: tuple[str, object]
) -> None:
    """NYC-01: false is said only of a supported absence, true only of what was seen."""
    found = seen_with((R.POWER_LIST, power), (R.RESPONSIBILITY_LIST, responsibility))
    assert value("NYC-01", found) == expected


@pytest.mark.parametrize("verdict", [SiteVerdict.BLOCKED, SiteVerdict.UNREACHABLE])
def test_a_portal_that_refused_us_is_not_accused(verdict: SiteVerdict) -> None:
    rows = [disclosed(R.DISCLOSURE_SYSTEM, V.MISSING)]
    found = watch(look(finding("missing_disclosure", f"{SITE}#disclosure_system"), disclosures=rows, verdict=verdict))
    assert value("NYC-04", found) == ("not_measured", None)


def test_absence_without_a_finding_is_not_said() -> None:
    """The verdict alone has passed no gate: without a finding nobody could review it."""
    found = watch(look(disclosures=[disclosed(R.DISCLOSURE_SYSTEM, V.MISSING)]))
    assert value("NYC-04", found) == ("not_measured", None)


def test_one_of_two_portals_is_enough_to_publish_and_both_are_needed_to_be_without() -> None:
    other = "http://gk.qinghe.test/"
    unit = Unit("qinghe", "青禾县", UnitKind.COUNTY, portals=(Portal(SITE), Portal(other)))
    absent = look(
        finding("missing_disclosure", f"{SITE}#disclosure_system"),
        disclosures=[disclosed(R.DISCLOSURE_SYSTEM, V.MISSING)],
    )
    there = look(number=2, portal=other, disclosures=[disclosed(R.DISCLOSURE_SYSTEM, V.PUBLISHED, other + "zd/")])
    assert value("NYC-04", watch(absent, there, unit=unit)) == ("supplied", True)
    assert value("NYC-04", watch(absent, unit=unit)) == ("not_measured", None)


def test_to_deny_an_absence_is_to_say_that_it_is_there() -> None:
    found = seen_with((R.DISCLOSURE_SYSTEM, V.MISSING))
    missing = found.looks[0].audit.findings[0]
    dismissed = review(missing, ReviewState.DISMISSED, why="在 /gk/zd.html")
    result = seen("NYC-04", replace(found, reviews={(dismissed.site, dismissed.finding): dismissed})).value
    assert (result.state.value, result.value) == ("supplied", True)
    assert result.evidence[0].kind.value == "decision"
    assert "在 /gk/zd.html" in result.evidence[0].title


def test_a_denial_of_last_year_does_not_publish_what_vanished_since() -> None:
    found = seen_with((R.DISCLOSURE_SYSTEM, V.MISSING))
    old = review(found.looks[0].audit.findings[0], ReviewState.DISMISSED, day=date(2025, 6, 1))
    reviewed = replace(found, reviews={(old.site, old.finding): old})
    assert value("NYC-04", reviewed) == ("not_measured", None)


def test_a_supported_absence_carries_its_doubt() -> None:
    found = seen("NYC-04", seen_with((R.DISCLOSURE_SYSTEM, V.MISSING)))
    assert found.doubt is not None
    assert [(one.counted, one.value_if) for one in found.doubt.suspects] == [(True, None)]
    assert found.doubt.value_if_all is False


@pytest.mark.parametrize(
    ("verdict", "state", "known"),
    [
        (V.PUBLISHED, "not_measured", {"graded": True}),
        (V.EMPTY, "not_measured", {"published": False}),
        (V.UNDETERMINED, "not_measured", {}),
    ],
)
def test_graded_supervision_shows_what_it_can(verdict: DisclosureVerdict, state: str, known: dict[str, bool]) -> None:
    """NYD-07: a published result shows that there is one; both sites are needed, and 信用南阳 is not ours to see."""
    found = seen("NYD-07", seen_with((R.GRADED_SUPERVISION_RESULT, verdict), unit=DEPARTMENT), "nanyang-department")
    assert found.value.state.value == state
    assert dict(found.known) == known


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [(V.PUBLISHED, ("not_measured", None)), (V.MISSING, ("supplied", [])), (V.UNDETERMINED, ("not_measured", None))],
)
def test_a_commitment_that_is_not_on_the_departments_site_is_worth_nothing(
    verdict: DisclosureVerdict, expected: tuple[str, object]
) -> None:
    """NYD-09 is all or nothing: without the department's own site the other two cannot help."""
    found = seen_with((R.INTEGRITY_COMMITMENT, verdict), unit=DEPARTMENT)
    assert value("NYD-09", found, "nanyang-department") == expected
