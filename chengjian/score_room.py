"""Builds what score runs and reviews of findings need.  Apart from ``bootstrap``, which loads the crawler."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Engine

from chengjian.cli.manners import UserError
from chengjian.settings import Settings, program_version
from records.indicators import Trace, TraceKind
from records.registry import City
from scoring.rank_floor import RankFloor
from scoring_bridge.watch import News
from services.column_oddities import OddityKeeper
from services.duties import DutyKeeper
from services.finding_gate import load_gate
from services.lives import LifeSources
from services.night_view import NightView
from services.rank_floor import load_rank_floor, rank_floor_of
from services.registry.city_files import load_city
from services.schemes import WrongCallError
from services.score_round import Sources, StoredRun, open_run, score_round
from services.work_calendar import load_calendar
from storage.audit_results import AuditResults
from storage.clock import now
from storage.column_items import ColumnItemRepository
from storage.database import StorageError, open_database
from storage.duties import DutyRepository
from storage.evidence_store import EvidenceStore
from storage.filings import FilingRepository
from storage.finding_reviews import FindingReviews
from storage.news import NewsRepository
from storage.runs import RunHead, RunRepository
from storage.sightings import SightingRepository
from storage.suppressions import SuppressionRepository


@dataclass(frozen=True, slots=True)
class ScoreRoom:
    """Everything that scoring from storage asks for."""

    audits: AuditResults
    reviews: FindingReviews
    filings: FilingRepository
    news: NewsRepository
    runs: RunRepository
    nights: NightView
    rank_floor: RankFloor = field(default_factory=load_rank_floor)

    def score(self, scheme: str, city_name: str, period: str, flags: Mapping[str, tuple[str, ...]]) -> StoredRun:
        """A new run, kept.  ``WrongCallError`` and ``StorageError``."""
        city = load_city(city_name)

        def news(first: date, last: date) -> News | None:
            return read_news(self.news, city, first, last)

        return score_round(
            scheme,
            city,
            period,
            sources=Sources(self.audits, self.filings, self.reviews.standing, news, self.nights, self.rank_floor),
            runs=self.runs,
            program=program_version(),
            now=now(),
            flags=flags,
        )

    def open(self, run_id: str) -> StoredRun:
        return open_run(self.runs.load(run_id))

    def heads(self) -> tuple[RunHead, ...]:
        return self.runs.heads()


def open_score_room(settings: Settings, database: str | None = None) -> ScoreRoom:
    """Open the database.  Raises ``UserError``."""
    url = database or settings.database
    try:
        engine = open_database(url if "://" in url else f"sqlite:///{url}")
    except StorageError as error:
        raise UserError(str(error)) from error
    try:
        least = rank_floor_of(settings.home)
    except WrongCallError as wrong:
        raise UserError("；".join(wrong.lines)) from wrong
    return ScoreRoom(
        audits=AuditResults(engine),
        reviews=FindingReviews(engine),
        filings=FilingRepository(engine, EvidenceStore(settings.home / "evidence" / "filings")),
        news=NewsRepository(engine),
        runs=RunRepository(engine),
        nights=night_view(engine, settings),
        rank_floor=least,
    )


def night_view(engine: Engine, settings: Settings) -> NightView:
    """What nights say, under the gate and the calendar of this machine.

    ``gate.yml`` and ``calendar.yml`` in the data folder stand before the packaged ones.  Raises ``UserError`` for
    what is wrong in them.
    """
    gate, calendar = settings.home / "gate.yml", settings.home / "calendar.yml"
    tries = SightingRepository(engine)
    try:
        known = load_gate(gate if gate.is_file() else None)
        days = load_calendar(calendar if calendar.is_file() else None)
    except WrongCallError as wrong:
        raise UserError("；".join(wrong.lines)) from wrong
    results = AuditResults(engine)
    return NightView(
        results=results,
        tries=tries,
        sources=LifeSources(tries, SuppressionRepository(engine), FindingReviews(engine), known),
        calendar=days,
        today=now().date(),
        readers=(
            DutyKeeper(DutyRepository(engine), days, tries.unit_of),
            OddityKeeper(ColumnItemRepository(engine), results),
        ),
    )


def read_news(news: NewsRepository, city: City, first: date, last: date) -> News | None:
    """The events of a city in a period with the reports that they rest on; None where nothing was ever read."""
    articles = news.articles(first=first, last=last)
    read = news.facts(city.id, [one.article.id for one in articles])  # gathered and never judged is not read
    if not read:
        return None
    events = news.events(city.id, first, last)
    wanted = {article for event in events for article in event.articles}
    traces = {
        one.article.id: Trace(
            kind=TraceKind.ARTICLE,
            ref=one.article.id,
            title=f"{one.article.source or one.outlet}：{one.article.title}",
            url=one.article.url,
            seen_at=one.seen_at.isoformat(),
            place=f"{one.article.published}" if one.article.published is not None else "",
        )
        for one in articles
        if one.article.id in wanted
    }
    return News(events, len(read), traces)
