"""Builds what evidence, its chain and its time need.  Apart from ``bootstrap``, which loads the crawler."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from chengjian.cli.manners import UserError
from chengjian.score_room import night_view
from chengjian.settings import Settings, program_version
from records.review import ReviewState
from services.lives import LifeSources, lives
from services.night_manifest import Sealed, close_day, close_night
from services.purge_evidence import PurgeDone, Terms, purge
from services.retention import (
    NewsKeeping,
    RetentionRules,
    Standing,
    keepings,
    news_keeping,
    season_round,
    standing_of,
)
from storage.canonical import read_canonical
from storage.database import StorageError, open_database
from storage.kept_answers import KeptAnswers
from storage.kept_news import KeptNews
from storage.manifest_chain import ManifestChain
from storage.nights import NightRepository
from storage.rounds import RoundRepository
from storage.runs import RunRepository

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class EvidenceRoom:
    """The evidence folder with its database.  Every method raises ``StorageError``."""

    chain: ManifestChain
    sources: LifeSources  # under the gate of this machine

    @property
    def root(self) -> Path:
        return self.chain.root

    @property
    def engine(self) -> Engine:
        return self.chain.engine

    def close_night(self, night_id: int, now: datetime | None = None) -> Sealed:
        """The manifest of a night that is over (``services.night_manifest.close_night``)."""
        nights = NightRepository(self.engine)
        return close_night(night_id, chain=self.chain, nights=nights, program=program_version(), now=now or _now())

    def close_day(self, now: datetime | None = None) -> Sealed | None:
        """A manifest of what came outside of nights; None where nothing is new."""
        return close_day(chain=self.chain, program=program_version(), now=now or _now())

    def terms(self, rules: RetentionRules) -> Terms:
        """How long the evidence of every audit, and the news, are kept, as matters stand now."""
        rounds, runs = RoundRepository(self.engine), RunRepository(self.engine)

        def audits_of_run(run_id: str) -> Iterable[int]:
            inputs = read_canonical(runs.load(run_id).inputs)
            return [int(one["audit"]) for one in inputs.get("audits", ())]

        seasons = [season_round(rounds.load(one), audits_of_run) for one in rounds.ids()]
        uses = KeptNews(self.engine).uses()

        def news(number: int, day: date, articles: frozenset[str]) -> NewsKeeping:
            every = (use for article in sorted(articles) for use in uses.get(article, ()))
            return news_keeping(number, day, every, seasons, rules)

        return Terms(keepings(KeptAnswers(self.engine).audits(), self._standing(), seasons, rules), news)

    def _standing(self) -> dict[tuple[str, str], Standing]:
        """What is known of every finding: its life, and a person's word where nobody else looked."""
        standing = {key: standing_of(one.life) for key, one in lives(self.sources, as_of=date.max).items()}
        for key, review in self.sources.reviewed.standing().items():
            match review.state:
                case ReviewState.CONFIRMED if standing.get(key) is not Standing.UNDER_REVIEW:
                    standing[key] = Standing.CONFIRMED
                case ReviewState.DISMISSED:
                    standing.setdefault(key, Standing.SETTLED)
                case _:
                    pass
        return standing

    def purge(
        self, rules: RetentionRules, *, as_of: date | None = None, dry_run: bool = False, now: datetime | None = None
    ) -> PurgeDone:
        """Remove what is due (``services.purge_evidence.purge``)."""

        def current() -> Terms:
            return self.terms(rules)

        return purge(
            self.chain, current, rules, as_of=as_of, program=program_version(), now=now or _now(), dry_run=dry_run
        )


def evidence_folder(settings: Settings) -> Path:
    """Where all evidence is kept."""
    return settings.home / "evidence"


def open_evidence(settings: Settings, database: str | None = None, folder: Path | None = None) -> EvidenceRoom:
    """The evidence of a database.  Raises ``UserError``."""
    url = database or settings.database
    try:
        engine = open_database(url if "://" in url else f"sqlite:///{url}")
    except StorageError as error:
        raise UserError(str(error)) from error
    chain = ManifestChain(folder or evidence_folder(settings), engine)
    return EvidenceRoom(chain, night_view(engine, settings).sources)


def _now() -> datetime:
    return datetime.now(SHANGHAI)


def today() -> date:
    return _now().date()
