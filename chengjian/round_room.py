"""Builds what rounds of evaluation need.  Apart from ``bootstrap``, which loads the crawler and takes a second."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from chengjian.score_room import ScoreRoom, open_score_room, read_news
from chengjian.settings import Settings, program_version
from records.period import Period
from records.registry import City
from records.rounds import RoundPlan, Stage
from scoring_bridge.watch import News
from services.registry import load_city
from services.rounds.life import BEIJING
from services.rounds.office import RoundOffice
from services.rounds.score_runs import final_run, preliminary_run
from services.rounds.standing import Round
from services.schemes import WrongCallError
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

    def score(self, found: Round, city: str | None, flags: Mapping[str, tuple[str, ...]]) -> RunHead:
        """The run that the round needs next: from the sources before the preliminary result, from the reviews after.

        Raises ``WrongCallError`` in every other stage.
        """
        now = datetime.now(BEIJING)
        if found.state.stage in (Stage.COLLECTING, Stage.VERIFYING):
            known = load_city(city or found.plan.city)
            return preliminary_run(
                found,
                known,
                sources=_sources(self.scores, known),
                runs=self.scores.runs,
                program=program_version(),
                now=now,
                flags=flags,
            )
        if found.state.stage is Stage.REEVALUATING:
            if flags:
                raise WrongCallError("复评的计分只在初评的基础上改动申诉被采纳的各项，不能再加标记")
            return final_run(found, runs=self.scores.runs, program=program_version(), now=now)
        raise WrongCallError("只在信息采集、信息核实阶段（初评计分）和复评阶段（送审计分）才计分")


def _sources(scores: ScoreRoom, city: City) -> Sources:
    def news(first: date, last: date) -> News | None:
        return read_news(scores.news, city, first, last)

    return Sources(scores.audits, scores.filings, scores.reviews.standing, news, scores.nights)


def open_rounds(settings: Settings, database: str | None = None, calendar: Path | None = None) -> RoundRoom:
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
        now=lambda: datetime.now(BEIJING),
        entered_by=entered_by,
        check_materials=material_store(settings).check,
    )
    return RoundRoom(office, scores)


def material_store(settings: Settings) -> EvidenceStore:
    """Where the files of reviews are kept."""
    return EvidenceStore(settings.home / "evidence" / "rounds")
