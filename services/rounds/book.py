"""The rounds of a database as the console shows them: read again only where something was added."""

from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Final

from records.period import Period
from records.rounds import STAGES, Stage
from services.memo import Memo
from services.rounds.precedents import Precedent, precedents_of
from services.rounds.review_queue import ReviewItem, items_of
from services.rounds.standing import Round, as_round
from services.schemes import WrongCallError
from storage.rounds import RoundRepository

_MOST_ROUNDS: Final = 16  # whole rounds in memory: one of 3,000 units has as many entries


@dataclass(frozen=True, slots=True)
class RoundBrief:
    """What lists and menus need of a round."""

    id: str
    city: str
    scheme: str
    scheme_sha256: str
    period: Period
    opened_at: datetime
    units: int
    stage: Stage
    preliminary_run: str | None
    audited_run: str | None
    final_run: str | None
    delivered: date | None
    deadline: date | None
    confirmed: int
    asked: int
    silent: int
    entries: int

    @property
    def is_delivered(self) -> bool:
        """Whether the units have the preliminary result."""
        return self.delivered is not None and STAGES.index(self.stage) >= STAGES.index(Stage.FEEDBACK)

    @property
    def is_public(self) -> bool:
        """Whether the final result was made public."""
        return self.stage in (Stage.FINAL, Stage.ARCHIVED)

    @property
    def run(self) -> str | None:
        """The run that the round stands on now."""
        return self.final_run or self.audited_run or self.preliminary_run


@dataclass(frozen=True, slots=True)
class _Page:
    mark: str
    brief: RoundBrief
    items: tuple[ReviewItem, ...]
    precedents: tuple[Precedent, ...]


class RoundBook:
    """Every method raises ``StorageError``; ``load`` also ``WrongCallError``."""

    def __init__(self, rounds: RoundRepository) -> None:
        self._rounds = rounds
        self._lock = Lock()
        self._pages: dict[str, _Page] = {}
        self._whole: Memo[tuple[str, str], Round] = Memo(_MOST_ROUNDS)

    def briefs(self, city: str) -> tuple[RoundBrief, ...]:
        """The rounds of a city, newest first."""
        return tuple(reversed([page.brief for page in self._read(city)]))

    def items(self, city: str) -> tuple[ReviewItem, ...]:
        """Every row that units asked to have reviewed, of the results that are valid now."""
        return tuple(item for page in self._read(city) for item in page.items)

    def precedents(self, city: str) -> tuple[Precedent, ...]:
        """Every decision that stands, newest first."""
        found = [one for page in self._read(city) for one in page.precedents]
        return tuple(sorted(found, key=lambda one: one.decided_at, reverse=True))

    def load(self, city: str, round_id: str) -> Round:
        """A whole round.  ``WrongCallError`` where the city has none of that id."""
        mark = self._rounds.marks(city).get(round_id)
        if mark is None:
            raise WrongCallError(f"没有评价轮次 {round_id!r}")
        return self._load(round_id, mark)

    def _load(self, round_id: str, mark: str) -> Round:
        return self._whole.get((round_id, mark), lambda: as_round(self._rounds.load(round_id)))

    def _read(self, city: str) -> list[_Page]:
        marks = self._rounds.marks(city)
        pages = []
        for round_id, mark in marks.items():
            with self._lock:
                page = self._pages.get(round_id)
            if page is None or page.mark != mark:
                page = _page(mark, self._load(round_id, mark))
                with self._lock:
                    self._pages[round_id] = page
            pages.append(page)
        return pages


def _page(mark: str, found: Round) -> _Page:
    return _Page(mark, brief_of(found), items_of(found), precedents_of(found))


def brief_of(found: Round) -> RoundBrief:
    plan, state = found.plan, found.state
    return RoundBrief(
        id=plan.id,
        city=plan.city,
        scheme=plan.scheme,
        scheme_sha256=plan.scheme_sha256,
        period=plan.period,
        opened_at=found.stored.entries[0].at,
        units=len(plan.units),
        stage=state.stage or Stage.COLLECTING,
        preliminary_run=state.preliminary_run,
        audited_run=state.audited_run,
        final_run=state.final_run,
        delivered=state.delivered,
        deadline=state.deadline,
        confirmed=len(state.answers.confirmed),
        asked=len(state.answers.asked),
        silent=len(state.silent),
        entries=state.entries,
    )
