"""Testing again what a review is about: a request for review of a monitored row has its findings checked at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from records.indicators import Trace, TraceKind, ValueSource
from records.jobs import Job, JobKind
from records.sightings import Sighting
from services.jobs import finding_subject
from services.run_shelf import OpenedRun
from storage.audits import site_key

MOST_FINDINGS: Final = 20  # of one row: each one is asked again over the network


class Queue(Protocol):
    """``services.jobs.JobQueue``."""

    def ask(
        self,
        kind: JobKind,
        argument: Mapping[str, object],
        *,
        by: str,
        at: datetime,
        unit: str | None = None,
        once: str | None = None,
    ) -> Job: ...

    def of_subject(self, subject: str, limit: int = 20) -> tuple[Job, ...]: ...


@dataclass(frozen=True, slots=True)
class Behind:
    """A finding that a row rests on, and what came of testing it again since the review was asked for."""

    site: str
    trace: Trace
    counted: bool
    job: Job | None = None
    look: Sighting | None = None  # the newest look at it since then: a test that could not decide has a crawl follow


def findings_behind(run: OpenedRun, unit: str, indicator: str) -> tuple[Behind, ...]:
    """The findings of a monitored row, counted or not; none for a row that rests on something else."""
    value = run.value(unit, indicator)
    if value is None:
        return ()
    candidates = [value, *(one for one in run.beside.get((unit, indicator), ()))]
    found: dict[tuple[str, str], Behind] = {}
    for one in candidates:
        if one.source is not ValueSource.MONITORED:
            continue
        for traces, counted in ((one.evidence, True), (one.left_out, False)):
            for trace in traces:
                site = site_of(run, trace)
                if trace.kind is TraceKind.FINDING and site is not None:
                    found.setdefault((site, trace.ref), Behind(site, trace, counted))
    return tuple(found.values())


def site_of(run: OpenedRun, trace: Trace) -> str | None:
    """The key of the portal that a finding was made on; None where the run does not say it."""
    portal = run.portal_of(trace)
    return site_key(portal) if portal is not None else None


def ask_rechecks(
    queue: Queue,
    run: OpenedRun,
    unit: str,
    rows: Iterable[str],
    *,
    round_id: str,
    by: str,
    at: datetime,
    asked_by_unit: str | None = None,
    again: bool = False,
) -> tuple[Job, ...]:
    """Queue one test for each counted finding behind the rows; asking twice for one review queues nothing twice.

    ``again``: whoever decides wants another look; a test that is over is followed by a new one.
    """

    def after(one: Behind) -> str:
        """What tells a test that is asked for again from the one before."""
        if not again:
            return ""
        newest = next(iter(queue.of_subject(finding_subject(one.site, one.trace.ref), limit=1)), None)
        return f":{newest.id}" if newest is not None and newest.state.is_over else ""

    jobs = []
    for row in rows:
        counted = [one for one in findings_behind(run, unit, row) if one.counted]
        jobs += [
            queue.ask(
                JobKind.RECHECK_FINDING,
                {"site": one.site, "finding": one.trace.ref},
                by=by,
                at=at,
                unit=asked_by_unit,
                once=f"review:{round_id}:{run.head.id}:{unit}:{one.site}:{one.trace.ref}{after(one)}",
            )
            for one in counted[:MOST_FINDINGS]
        ]
    return tuple(jobs)


def tested(
    queue: Queue, behind: Sequence[Behind], since: datetime, looks: Callable[[str, str], Sequence[Sighting]]
) -> tuple[Behind, ...]:
    """Each finding with the newest test that was asked for since then, and the newest look at it.

    ``looks``: every look at a finding of a site, oldest first.
    """
    answered = []
    for one in behind[:MOST_FINDINGS]:
        jobs = queue.of_subject(finding_subject(one.site, one.trace.ref), limit=5)
        newest = next((job for job in jobs if job.kind is JobKind.RECHECK_FINDING and job.asked_at >= since), None)
        later = [look for look in looks(one.site, one.trace.ref) if look.at >= since] if newest is not None else []
        answered.append(
            Behind(one.site, one.trace, one.counted, newest, max(later, key=lambda look: look.at, default=None))
        )
    return tuple(answered)
