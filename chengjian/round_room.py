"""Builds what rounds of evaluation need.  Apart from ``bootstrap``, which loads the crawler and takes a second."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine

from chengjian.score_room import ScoreRoom, open_score_room, read_news
from chengjian.settings import Settings, program_version
from records.jobs import Job
from records.period import Period
from records.registry import City
from records.rounds import RoundPlan
from scoring_bridge.watch import News
from services.jobs import JobQueue
from services.night_view import NightView
from services.registry import load_city
from services.rounds.book import RoundBook
from services.rounds.evaluation import Evaluation
from services.rounds.life import BEIJING
from services.rounds.office import RoundOffice
from services.rounds.rechecks import ask_rechecks
from services.rounds.score_runs import round_run
from services.rounds.standing import Round
from services.run_shelf import OpenedRun, RunShelf
from services.score_round import Sources
from services.work_calendar import load_calendar
from storage.evidence_store import EvidenceStore
from storage.rounds import RoundRepository
from storage.runs import RunHead


@dataclass(frozen=True, slots=True)
class RoundRoom:
    """The rounds, and the scoring that they rest on."""

    office: RoundOffice
    scores: ScoreRoom
    materials: EvidenceStore  # files of reviews

    def score(self, found: Round, city: str | None, flags: Mapping[str, tuple[str, ...]]) -> RunHead:
        """The run that the round needs next: from the sources before the preliminary result, from the reviews after.

        Raises ``WrongCallError`` in every other stage.
        """

        def gather() -> tuple[City, Sources]:
            known = load_city(city or found.plan.city)
            return known, round_sources(self.scores, known)

        return round_run(
            found,
            gather,
            runs=self.scores.runs,
            program=program_version(),
            now=_now(),
            flags=flags,
        )

    def recheck(self, found: Round, unit: str, rows: Iterable[str], *, by: str) -> tuple[Job, ...]:
        """Have the findings behind the rows of a review tested again."""
        run_id = found.state.preliminary_run
        identity = next((one.id for one in found.plan.units if unit.strip() in (one.id, one.name)), None)
        if run_id is None or identity is None:
            return ()
        run = OpenedRun(self.scores.open(run_id))
        queue = JobQueue(self.scores.news.engine)
        return ask_rechecks(queue, run, identity, rows, round_id=found.plan.id, by=by, at=_now())


def round_sources(scores: ScoreRoom, city: City) -> Sources:
    """Where the runs of a city's rounds come from."""

    def news(first: date, last: date) -> News | None:
        return read_news(scores.news, city, first, last)

    return Sources(scores.audits, scores.filings, scores.reviews.standing, news, scores.nights, scores.rank_floor)


def open_evaluation(room: RoundRoom, city: City, engine: Engine, nights: Callable[[], NightView]) -> Evaluation:
    """What the console needs of the rounds of a city.  ``nights`` is made anew: it knows the day."""

    def sources() -> Sources:
        return round_sources(replace(room.scores, nights=nights()), city)

    return Evaluation(
        city=city,
        shelf=RunShelf(room.scores.runs),
        book=RoundBook(RoundRepository(engine)),
        queue=JobQueue(engine),
        audits=room.scores.audits,
        materials=room.materials,
        sources=sources,
        calendar=room.office.calendar,
        program=program_version(),
    )


def _now() -> datetime:
    return datetime.now(BEIJING)


def open_rounds(
    settings: Settings,
    database: str | None = None,
    calendar: Path | None = None,
    *,
    now: Callable[[], datetime] = _now,
) -> RoundRoom:
    """The rounds of the database.  Raises ``UserError``, ``WrongCallError``.

    ``calendar`` is a file with years that the library does not know; without one, ``calendar.yml`` in the data folder
    where there is one.
    """
    usual = settings.home / "calendar.yml"
    known = load_calendar(calendar or (usual if usual.is_file() else None))
    scores = open_score_room(settings, database)

    def entered_by(plan: RoundPlan, unit: str, indicator: str) -> Collection[str]:
        history = scores.filings.history(plan.scheme, city=plan.city)
        names = (
            kept.head.supplied_by
            for kept in history
            if kept.cell == (unit, indicator) and plan.period.covers(Period.parse(kept.head.period))
        )
        return {name for name in names if name.strip()}

    office = RoundOffice(
        RoundRepository(scores.news.engine),
        scores.runs,
        calendar=known,
        now=now,
        entered_by=entered_by,
        check_materials=material_store(settings).check,
    )
    return RoundRoom(office, scores, material_store(settings))


def material_store(settings: Settings) -> EvidenceStore:
    """Where the files of reviews are kept."""
    return EvidenceStore(settings.home / "evidence" / "rounds")
