"""The evaluation of one city as the console works with it: its rounds, its runs, and what they are made from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from records.jobs import Job, JobKind
from records.registry import City
from records.work_calendar import WorkCalendar
from services.jobs import JobQueue
from services.rounds.book import RoundBook, RoundBrief
from services.rounds.rechecks import ask_rechecks
from services.rounds.score_runs import is_quick, round_run
from services.rounds.standing import Round
from services.rounds.visible import Sight, visible_runs
from services.run_shelf import RunShelf
from services.score_round import Sources
from storage.audit_results import AuditResults
from storage.evidence_store import EvidenceStore
from storage.runs import RunHead


@dataclass(frozen=True)
class Evaluation:
    """Every method raises ``StorageError`` and ``WrongCallError``."""

    city: City
    shelf: RunShelf
    book: RoundBook
    queue: JobQueue
    audits: AuditResults
    materials: EvidenceStore  # files of reviews
    sources: Callable[[], Sources]  # made anew: what nights say depends on the day
    calendar: WorkCalendar
    program: str

    def briefs(self) -> tuple[RoundBrief, ...]:
        return self.book.briefs(self.city.id)

    def load(self, round_id: str) -> Round:
        return self.book.load(self.city.id, round_id)

    def sights(self) -> Mapping[str, Sight]:
        """By run, what a unit may see of it."""
        return visible_runs(self.briefs())

    def runs_of(self, found: Round) -> tuple[RunHead, ...]:
        """The runs that can belong to a round, newest first: of its scheme, version and period."""
        plan = found.plan
        return tuple(
            head
            for head in self.shelf.heads(plan.city)
            if (head.scheme_sha256, head.period) == (plan.scheme_sha256, str(plan.period))
        )

    def score(self, found: Round, *, by: str, now: datetime, flags: Mapping[str, tuple[str, ...]]) -> RunHead | Job:
        """The run that the round needs next; a job where that takes longer than somebody should wait."""
        period = found.plan.period
        if not is_quick(found, self.audits.count(period.first_day, period.last_day)):
            return self._ask(found, by, now, flags)
        head = round_run(
            found,
            lambda: (self.city, self.sources()),
            runs=self.shelf.runs,
            program=self.program,
            now=now,
            flags=flags,
        )
        self.shelf.warm([head.id])
        return head

    def _ask(self, found: Round, by: str, now: datetime, flags: Mapping[str, tuple[str, ...]]) -> Job:
        """One job at a time for a round: who asks while it waits or runs gets the same one."""
        over = sum(job.state.is_over for job in self.jobs_of(found))
        once = f"score:{found.plan.id}:{found.state.entries}:{over}"
        argument = {"round": found.plan.id, "flags": {unit: list(words) for unit, words in flags.items()}}
        return self.queue.ask(JobKind.SCORE_ROUND, argument, by=by, at=now, once=once)

    def jobs_of(self, found: Round) -> tuple[Job, ...]:
        """Scorings of a round that were asked for, newest first."""
        return self.queue.of_subject(f"round:{found.plan.id}")

    def warm(self) -> None:
        """Open in the background what people will ask for first."""
        self.shelf.in_background(self._warm)

    def _warm(self) -> None:
        heads = self.shelf.heads(self.city.id)
        newest: dict[str, str] = {}
        for head in heads:
            newest.setdefault(head.scheme, head.id)
        standing = [brief.run for brief in self.briefs()[:4] if brief.run is not None]
        self.shelf.warm(dict.fromkeys([*newest.values(), *standing]))

    def recheck(
        self,
        found: Round,
        unit: str,
        rows: Iterable[str],
        *,
        by: str,
        at: datetime,
        asked_by_unit: str | None = None,
        again: bool = False,
    ) -> tuple[Job, ...]:
        """Have the findings behind the rows of a review tested again; nothing for rows that rest on something else.

        ``again``: also those whose test is over.
        """
        run_id = found.state.preliminary_run
        if run_id is None:
            return ()
        run = self.shelf.open(run_id)
        return ask_rechecks(
            self.queue, run, unit, rows, round_id=found.plan.id, by=by, at=at, asked_by_unit=asked_by_unit, again=again
        )
