"""What a night changed: findings that are new in it, healed in it, and past the gate by it.

Told by the lives of the findings and not by the difference of two audits: what an ill night did not see is not healed,
what stood before it is not new after it, and what is suppressed is not spoken of.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from records.judgement import Finding
from records.sightings import FindingLife, LifeState, Sight, Sighting
from records.verdicts import Severity
from services.lives import Key, Lived
from storage.audits import site_key
from storage.visit_results import VisitResult


@dataclass(frozen=True, slots=True)
class Changes:
    """Of one portal in one night; accusations only."""

    new: tuple[Finding, ...] = ()
    healed: tuple[Finding, ...] = ()
    confirmed: tuple[Finding, ...] = ()  # passed the gate in this night
    standing: int = 0  # accusations as they stand, without those that are suppressed
    held: str = ""  # why this look says nothing, in Chinese (``checks.portal_brake``)


def changes_of(
    results: Iterable[VisitResult], known: Mapping[Key, Lived], held: Callable[[VisitResult], str]
) -> Mapping[int, Changes]:
    """By audit, what visits changed in the lives of the findings of their portals.

    ``held``: why a visit says nothing (``services.sight_findings.held_by_brake``).
    """
    by_site: dict[str, list[Lived]] = {}
    for (site, _), one in known.items():
        if one.watched.finding.severity is not Severity.NOTICE:
            by_site.setdefault(site, []).append(one)
    return {one.audit_id: _changes(one, by_site.get(site_key(one.url), ()), held(one)) for one in results}


def _changes(result: VisitResult, lived: Iterable[Lived], held: str) -> Changes:
    found = {one.id for one in result.found}
    new, healed, confirmed, standing = [], [], [], 0
    for one in lived:
        finding, life = one.watched.finding, one.life
        if life.state is LifeState.SUPPRESSED:
            continue
        standing += finding.id in found
        own = next((seen for seen in life.sightings if seen.audit == result.audit_id), None)
        if own is None:
            continue
        if own.sight is Sight.FAULT and life.since in (None, own.at):
            new.append(finding)
        if own.sight is Sight.FAULT and life.state.may_count and life.confirmed_at == own.at:
            confirmed.append(finding)
        if _is_healed(own, life):
            healed.append(finding)
    return Changes(tuple(new), tuple(healed), tuple(confirmed), standing, held)


def _is_healed(own: Sighting, life: FindingLife) -> bool:
    """Whether this look closed the life; in a night that does not count yet, whether it would."""
    if own.sight is not Sight.HEALED:
        return False
    return life.healed_at == own.at if own.counts else life.tries > 0 and life.state is not LifeState.RECOVERED
