"""The rounds of evaluation as one unit meets them: what it has to file, by when it has to answer, what it may see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from records.filings import FilingOutcome
from records.registry import City, Unit
from records.rounds import STAGES, ReviewAsked, ReviewDecided, RoundUnit, Stage
from scoring.model import Scheme
from scoring_bridge.filing_form import Form, FormRow, form_of
from scoring_bridge.providers import providers
from services.memo import Memo
from services.rounds.book import RoundBook
from services.rounds.life import RoundState
from services.rounds.standing import Round, scheme_of
from services.schemes import WrongCallError
from storage.filed_values import KeptValue
from storage.filing_drafts import Draft

#: While the round gathers and checks information, what is filed still reaches its preliminary result.
FILING_STAGES: Final = (Stage.COLLECTING, Stage.VERIFYING)

_SCHEMES: Final[Memo[str, Scheme]] = Memo(16)  # by the hash of their text: a scheme of a round never changes


@dataclass(frozen=True, slots=True)
class UnitRound:
    """A round that a unit takes part in."""

    found: Round
    scheme: Scheme
    unit: Unit  # as the registry has it now
    named: RoundUnit  # as the round was opened

    @property
    def id(self) -> str:
        return self.found.plan.id

    @property
    def state(self) -> RoundState:
        return self.found.state

    @property
    def stage(self) -> Stage:
        return self.state.stage or Stage.COLLECTING

    @property
    def title(self) -> str:
        return f"{self.found.plan.period.name} {self.scheme.name}"

    @property
    def takes_filings(self) -> bool:
        return self.stage in FILING_STAGES

    @property
    def visible_run(self) -> str | None:
        """The run of which the unit may see its own part: none before 反馈, for nobody sees a draft."""
        if self.stage in (Stage.FINAL, Stage.ARCHIVED):
            return self.state.final_run
        if STAGES.index(self.stage) >= STAGES.index(Stage.FEEDBACK) and self.state.delivered is not None:
            return self.state.preliminary_run
        return None

    @property
    def asked(self) -> ReviewAsked | None:
        return self.state.answers.asked.get(self.unit.id)

    @property
    def decided(self) -> Mapping[str, ReviewDecided]:
        """Decisions on the unit's own application, by row."""
        return {row: one for (unit, row), one in self.state.answers.decided.items() if unit == self.unit.id}

    def may_answer(self, today: date) -> bool:
        """Whether the unit can still confirm or ask for review."""
        answers = self.state.answers
        return (
            self.stage is Stage.FEEDBACK
            and self.state.deadline is not None
            and today <= self.state.deadline
            and self.unit.id not in answers.confirmed
            and self.unit.id not in answers.asked
        )


@dataclass(frozen=True, slots=True)
class RowToFile:
    """One row that the unit supplies itself, and how far it is."""

    form: Form
    row: FormRow
    standing: KeptValue | None  # the last thing that was filed
    draft: Draft | None

    @property
    def id(self) -> str:
        return self.row.indicator.id

    @property
    def is_owed(self) -> bool:
        return self.standing is None or self.standing.returned

    @property
    def word(self) -> str:
        """How it stands, in one Chinese word."""
        kept = self.standing
        if kept is None:
            return "待填报"
        if kept.decision is None:
            return "待审核"
        return "审核通过" if kept.decision.outcome is FilingOutcome.ACCEPTED else "已退回"

    @property
    def tone(self) -> str:
        return {"待填报": "warn", "待审核": "main", "审核通过": "good", "已退回": "bad"}[self.word]


def rounds_of(book: RoundBook, city: City, unit_id: str) -> tuple[UnitRound, ...]:
    """The rounds of a unit, newest first.  Raises ``StorageError`` and ``WrongCallError``."""
    unit = unit_of(city, unit_id)
    found = (book.load(city.id, brief.id) for brief in book.briefs(city.id))
    return tuple(one for round_ in found if (one := _as_unit_round(round_, unit)) is not None)


def round_of(book: RoundBook, city: City, unit_id: str, round_id: str) -> UnitRound | None:
    """One round of a unit; None where it takes no part in it, or there is none."""
    try:
        found = book.load(city.id, round_id)
    except WrongCallError:
        return None
    return _as_unit_round(found, unit_of(city, unit_id))


def unit_of(city: City, unit_id: str) -> Unit:
    found = next((unit for unit in city.units if unit.id == unit_id), None)
    if found is None:
        raise WrongCallError(f"名录中已没有单位 {unit_id}，请联系信用办核对账户所属的单位")
    return found


def _as_unit_round(found: Round, unit: Unit) -> UnitRound | None:
    named = found.plan.unit(unit.id)
    if named is None:
        return None
    return UnitRound(found, _SCHEMES.get(found.plan.scheme_sha256, lambda: scheme_of(found)), unit, named)


def forms_of(one: UnitRound) -> tuple[Form, ...]:
    """The forms that the unit fills in for itself."""
    own = (provider.name for provider in providers(one.scheme) if provider.itself)
    made = (form_of(one.scheme, str(one.found.plan.period), name) for name in own)
    return tuple(form for form in made if form is not None)


def rows_to_file(
    one: UnitRound, standing: Iterable[KeptValue] = (), drafts: Mapping[str, Draft] | None = None
) -> tuple[RowToFile, ...]:
    """The rows that the unit supplies itself, in the order of the scheme.  ``standing``: of this unit and period."""
    newest = {(kept.head.provider, kept.filed.indicator): kept for kept in standing if kept.filed.unit == one.unit.id}
    known = drafts or {}
    places = {row.id: place for place, row in enumerate(one.scheme.indicators)}
    rows = [
        RowToFile(
            form,
            row,
            newest.get((form.provider.name, row.indicator.id)),
            known.get(filing_place(one.id, form.provider.name, row.indicator.id)),
        )
        for form in forms_of(one)
        for row in form.rows
        if row.indicator.applies_to(one.unit.kind)
    ]
    return tuple(sorted(rows, key=lambda row: places[row.id]))


def filing_place(round_id: str, provider: str, indicator: str) -> str:
    """Where drafts and uploads of a row are kept."""
    return f"filing:{round_id}:{provider}:{indicator}"


def workbook_place(round_id: str) -> str:
    """Where the uploads of a whole workbook are kept."""
    return f"workbook:{round_id}:"


def review_place(round_id: str, indicator: str) -> str:
    """Where the uploads of one row of a request for review are kept."""
    return f"review:{round_id}:{indicator}"
