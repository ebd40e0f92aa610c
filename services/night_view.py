"""What nights of watching say to a score: whose audits prove nothing, and the lives of what was found."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from records.judgement import Finding
from records.sightings import FindingLife, LifeState
from records.work_calendar import WorkCalendar
from services.finding_gate import gate_clauses
from services.lives import Key, LifeSources, lives
from services.sight_findings import Reader, Sighted, sight_new
from storage.audit_results import AuditResults
from storage.sightings import SightingRepository


@dataclass(frozen=True, slots=True)
class NightView:
    """``services.score_round.Nights`` over the database."""

    results: AuditResults
    tries: SightingRepository
    sources: LifeSources
    calendar: WorkCalendar
    today: date
    readers: tuple[Reader, ...] = ()

    def catch_up(self) -> Sighted:
        """Take in every judged audit that was not yet taken in."""
        return sight_new(
            results=self.results,
            sightings=self.tries,
            calendar=self.calendar,
            gate=self.sources.gate,
            readers=self.readers,
        )

    def gate(self) -> tuple[str, ...]:
        return gate_clauses(self.sources.gate)

    def unproven(self) -> frozenset[int]:
        return self.tries.unproven_audits()

    def lives(self, days: tuple[date, date], found: Mapping[str, Collection[Finding]]) -> Mapping[Key, FindingLife]:
        """Of every finding on a portal that a night of the period visited; elsewhere of the suppressed ones alone.

        A portal that only audits on demand looked at keeps the gate of the scheme, which counts days.
        """
        self.catch_up()
        watched = self.tries.watched_sites(*days)
        also = [(site, one) for site, findings in found.items() for one in findings]
        known = lives(self.sources, as_of=min(days[1], self.today), sites=tuple(found), also=also)
        return {
            key: one.life
            for key, one in known.items()
            if key[0] in watched or (one.life.state is LifeState.SUPPRESSED and _is_no_dismissal(one.life))
        }


def _is_no_dismissal(life: FindingLife) -> bool:
    """A dismissal is told by the review itself where nobody watches by night."""
    return life.suppression is not None and life.suppression.id != 0
