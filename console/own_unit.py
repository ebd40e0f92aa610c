"""What the pages of a unit share: its own unit, its rounds and rows, and where it files.  Another's is never found."""

from collections.abc import Mapping
from dataclasses import dataclass

from console.acting import Actor, NotFoundError
from console.tools import ConsoleTools
from records.registry import Unit
from services.staged_files import StagedFiles
from services.unit_rounds import RowToFile, UnitRound, round_of, rounds_of, rows_to_file, unit_of
from storage.evidence_store import EvidenceStore
from storage.filed_values import KeptValue
from storage.filing_drafts import Draft, FilingDrafts
from storage.filing_queue import FilingQueue
from storage.filings import FilingRepository


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """The unit of an account, and what belongs to it."""

    tools: ConsoleTools
    actor: Actor
    unit: Unit

    @property
    def drafts(self) -> FilingDrafts:
        return FilingDrafts(self.tools.engine, self.tools.city.id)

    @property
    def staged(self) -> StagedFiles:
        return StagedFiles(self.tools.home / "uploads", self.drafts)

    def rounds(self) -> tuple[UnitRound, ...]:
        return rounds_of(self.tools.evaluation.book, self.tools.city, self.unit.id)

    def round(self, round_id: str) -> UnitRound:
        """``NotFoundError`` where the unit takes no part in it, or there is none."""
        found = round_of(self.tools.evaluation.book, self.tools.city, self.unit.id, round_id)
        if found is None:
            raise NotFoundError
        return found

    def rows(self, one: UnitRound, drafts: Mapping[str, Draft] | None = None) -> tuple[RowToFile, ...]:
        """The rows that it supplies itself, with what stands of them."""
        return rows_to_file(one, self.standing(one), drafts)

    def standing(self, one: UnitRound) -> tuple[KeptValue, ...]:
        plan = one.found.plan
        return filings_of(self.tools).standing(plan.scheme, str(plan.period), plan.city, self.unit.id)

    def is_of(self, one: UnitRound, scheme: str, period: str) -> bool:
        """Whether what was filed for a scheme and a period is of that round."""
        plan = one.found.plan
        return (plan.scheme, str(plan.period), plan.city) == (scheme, period, self.tools.city.id)

    def row(self, one: UnitRound, indicator: str) -> RowToFile:
        """``NotFoundError`` where the unit does not supply that row itself."""
        drafts = self.drafts.of_unit(self.unit.id, f"filing:{one.id}:")
        found = next((row for row in self.rows(one, drafts) if row.id == indicator), None)
        if found is None:
            raise NotFoundError("本单位没有这一项要填报")
        return found

    def value(self, value_id: int) -> KeptValue:
        """One filed value that the unit supplied itself.  ``NotFoundError``."""
        kept = FilingQueue(self.tools.engine).load((value_id,)).get(value_id)
        if kept is None or kept.head.city != self.tools.city.id or not is_own(kept, self.unit):
            raise NotFoundError
        return kept


def is_own(kept: KeptValue, unit: Unit) -> bool:
    """Whether the unit itself filed it: what an office supplied about it is the office's."""
    return kept.filed.unit == unit.id and kept.head.source == "filed"


def own_unit(tools: ConsoleTools, actor: Actor) -> OwnUnit:
    """``NotFoundError`` for an account that is no unit's."""
    if actor.unit is None:
        raise NotFoundError("只有被评单位的账户有这个页面")
    return OwnUnit(tools, actor, unit_of(tools.city, actor.unit))


def filings_of(tools: ConsoleTools) -> FilingRepository:
    return FilingRepository(tools.engine, EvidenceStore(tools.home / "evidence" / "filings"))
