"""What a night saw, drawn together from its audits and those of the nights before."""

from collections.abc import Sequence

from checks.night_health import Usual, VisitSeen
from records.judgement import Finding
from records.nights import Night, NightState, PortalVisit
from records.verdicts import Severity
from records.watch import WindowScope
from storage.nights import NightRepository
from storage.visit_results import VisitResult, VisitResults


def accusations(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """What somebody would be told to mend; notices are not among it."""
    return tuple(one for one in findings if one.severity is not Severity.NOTICE)


def new_ones(result: VisitResult) -> tuple[Finding, ...]:
    """Accusations that the audit before did not have."""
    return tuple(one for one in accusations(result.found) if one.change == "new")


def is_first(result: VisitResult) -> bool:
    """Whether there was no audit before to compare with."""
    return bool(result.found) and all(one.change is None for one in result.found)


def results_of(night: Night, results: VisitResults) -> tuple[tuple[PortalVisit, VisitResult], ...]:
    """The visits that are through, with what their audits came to."""
    done = [one for one in night.visits if one.state == "done" and one.audit is not None]
    found = results.of([one.audit for one in done if one.audit is not None])
    return tuple((one, found[one.audit]) for one in done if one.audit is not None and one.audit in found)


def seen_in(night: Night, results: VisitResults) -> tuple[VisitSeen, ...]:
    """What the visits of a night came to."""
    return tuple(
        VisitSeen(
            unit=visit.unit,
            url=visit.url,
            verdict=result.verdict,
            counts=result.counts,
            new=len(new_ones(result)),
            first=is_first(result),
            complete=result.complete,
        )
        for visit, result in results_of(night, results)
    )


def usual_before(night: Night, nights: NightRepository, results: VisitResults, count: int) -> Usual:
    """Pages of each portal and new findings of the last healthy nights before this one, the newest first."""
    pages: dict[str, list[int]] = {}
    new: list[int] = []
    before = [one for one in nights.nights(night.city) if one.id < night.id and one.state is NightState.HEALTHY]
    for one in before[: count * 2]:  # a portal of another rhythm is not in each of them
        seen = seen_in(one, results)
        for visit in seen:
            pages.setdefault(visit.url, []).append(visit.counts.pages)
        whole = one.scope is WindowScope.ALL and 2 * len(seen) >= len(night.visits)
        if whole:  # a look at a few suspects says nothing of a whole night
            new.append(sum(visit.new for visit in seen if not visit.first))
    return Usual({url: counts[:count] for url, counts in pages.items()}, new[:count])
