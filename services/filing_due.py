"""Who still owes what (欠报): the cells that a scheme asks of each provider, less those that stand filed."""

from collections.abc import Iterable
from dataclasses import dataclass

from records.registry import City
from scoring.model import Scheme
from scoring_bridge.filing_form import Form
from services.filing_template import ALL_PROVIDERS, forms_for, units_of
from storage.filed_values import KeptValue


@dataclass(frozen=True, slots=True)
class Debt:
    """What one provider owes for one unit; a provider that files for itself is the unit."""

    provider: str
    unit: str  # id
    unit_name: str
    missing: tuple[str, ...]  # ids of rows
    asked: int


@dataclass(frozen=True, slots=True)
class DueReport:
    scheme: str
    period: str
    debts: tuple[Debt, ...]  # only of those that owe something
    asked: int  # cells
    filed: int


def due(
    scheme: Scheme, period: str, city: City, standing: Iterable[KeptValue], provider: str = ALL_PROVIDERS
) -> DueReport:
    """What is asked and not there.

    A statement that a row does not apply, or cannot be supplied, is an answer; what was sent back (退回) is none.
    """
    filed = {(kept.head.provider, *kept.cell) for kept in standing if not kept.returned}
    debts: list[Debt] = []
    asked = missing = 0
    for form in forms_for(scheme, period, provider):
        for debt in _debts(form, city, filed):
            asked += debt.asked
            missing += len(debt.missing)
            if debt.missing:
                debts.append(debt)
    return DueReport(scheme.id, period, tuple(debts), asked, asked - missing)


def _debts(form: Form, city: City, filed: set[tuple[str, str, str]]) -> Iterable[Debt]:
    for unit in units_of(form, city):
        wanted = [row.indicator.id for row in form.rows if row.indicator.applies_to(unit.kind)]
        missing = tuple(one for one in wanted if (form.provider.name, unit.id, one) not in filed)
        yield Debt(form.provider.name, unit.id, unit.name, missing, len(wanted))
