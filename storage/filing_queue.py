"""Filed values as a verifier meets them: page by page, with what was decided and where else their files are used."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, Select, exists, func, select

from records.filings import EvidenceFile, FilingDecision, FilingOutcome
from storage.database import clear_errors
from storage.decision_tables import filing_decision
from storage.encoding import Packer
from storage.errors import NotThereError
from storage.filed_values import KeptValue
from storage.filing_tables import evidence_file, filed_value, filed_value_file, filing
from storage.filings import decision_of, kept_values

MOST_COUNTED: Final = 10_000  # values counted for the number of pages; beyond it they are "more than"


class QueueState(StrEnum):
    """How a filed value stands with its verifier."""

    NEW = "new"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class UnknownFilingError(NotThereError):
    """没有这项填报。"""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What of the queue is asked for; None: whatever it is."""

    city: str
    state: QueueState | None = None
    scheme: str | None = None
    period: str | None = None
    provider: str | None = None
    indicator: str | None = None
    unit: str | None = None
    units: tuple[str, ...] | None = None  # one of these


@dataclass(frozen=True, slots=True)
class UseOfFile:
    """One place where an evidence file is named, in a value that no later one replaced."""

    sha256: str
    value_id: int
    unit: str
    indicator: str
    scheme: str
    period: str
    provider: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    values: tuple[KeptValue, ...]
    total: int  # at most MOST_COUNTED


class FilingQueue:
    """Every method is a bounded number of statements, and raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, wanted: QueueFilter, *, number: int, size: int) -> QueuePage:
        """Values that no later filing of the same provider replaced, oldest first; ``number`` from 1."""
        ids = _standing_ids(wanted)
        with clear_errors(self._engine), self._engine.connect() as connection:
            counted = select(func.count()).select_from(ids.limit(MOST_COUNTED).subquery())
            total = connection.scalar(counted) or 0
            here = list(connection.scalars(ids.order_by(filed_value.c.id).limit(size).offset((number - 1) * size)))
            values = kept_values(connection, filed_value.c.id.in_(here)) if here else ()
        return QueuePage(values, total)

    def counts(self, city: str) -> dict[QueueState, int]:
        """How many values stand in each state, each counted up to ``MOST_COUNTED``."""
        with clear_errors(self._engine), self._engine.connect() as connection:
            return {
                state: connection.scalar(
                    select(func.count()).select_from(
                        _standing_ids(QueueFilter(city, state)).limit(MOST_COUNTED).subquery()
                    )
                )
                or 0
                for state in QueueState
            }

    def choices(self, city: str) -> tuple[tuple[str, str, str], ...]:
        """Scheme, period and provider of everything that was filed."""
        columns = (filing.c.scheme, filing.c.period, filing.c.provider)
        statement = select(*columns).where(filing.c.city == city).distinct().order_by(*columns)
        with clear_errors(self._engine), self._engine.connect() as connection:
            return tuple((row.scheme, row.period, row.provider) for row in connection.execute(statement))

    def load(self, value_ids: Collection[int]) -> dict[int, KeptValue]:
        """Values by their id, replaced ones too; what is not there has no entry."""
        with clear_errors(self._engine), self._engine.connect() as connection:
            found = kept_values(connection, filed_value.c.id.in_(sorted(set(value_ids)))) if value_ids else ()
        return {one.id: one for one in found}

    def one(self, value_id: int) -> KeptValue:
        """``UnknownFilingError`` where there is none."""
        found = self.load((value_id,)).get(value_id)
        if found is None:
            raise UnknownFilingError("没有这项填报，可能地址写错了")
        return found

    def versions(self, kept: KeptValue) -> tuple[KeptValue, ...]:
        """Everything that the same provider filed for the same cell and period, oldest first."""
        head = kept.head
        with clear_errors(self._engine), self._engine.connect() as connection:
            return kept_values(
                connection,
                filing.c.city == head.city,
                filing.c.scheme == head.scheme,
                filing.c.period == head.period,
                filing.c.provider == head.provider,
                filed_value.c.unit == kept.filed.unit,
                filed_value.c.indicator == kept.filed.indicator,
            )

    def of_filing(self, filing_id: int) -> tuple[KeptValue, ...]:
        """The values of one accepted file."""
        with clear_errors(self._engine), self._engine.connect() as connection:
            return kept_values(connection, filing.c.id == filing_id)

    def decisions(self, value_ids: Collection[int]) -> tuple[FilingDecision, ...]:
        """Every decision on these values, oldest first."""
        statement = (
            select(filing_decision)
            .where(filing_decision.c.value_id.in_(sorted(set(value_ids))))
            .order_by(filing_decision.c.id)
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            return tuple(decision_of(row) for row in connection.execute(statement))

    def uses(self, digests: Collection[str], most: int = 500) -> tuple[UseOfFile, ...]:
        """Where files of that content are named; replaced values do not count."""
        statement = (
            select(
                filed_value_file.c.sha256,
                filed_value.c.id,
                filed_value.c.unit,
                filed_value.c.indicator,
                filing.c.scheme,
                filing.c.period,
                filing.c.provider,
            )
            .join(filed_value, filed_value.c.id == filed_value_file.c.value_id)
            .join(filing, filing.c.id == filed_value.c.filing_id)
            .where(filed_value_file.c.sha256.in_(sorted(set(digests))), ~_replaced())
            .order_by(filed_value.c.id)
            .limit(most)
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            return tuple(
                UseOfFile(row.sha256, row.id, row.unit, row.indicator, row.scheme, row.period, row.provider)
                for row in connection.execute(statement)
            )

    def shared(self, digests: Collection[str]) -> frozenset[str]:
        """Those of these files that more than one value stands on; replaced values do not count."""
        if not digests:
            return frozenset()
        statement = (
            select(filed_value_file.c.sha256)
            .join(filed_value, filed_value.c.id == filed_value_file.c.value_id)
            .where(filed_value_file.c.sha256.in_(sorted(set(digests))), ~_replaced())
            .group_by(filed_value_file.c.sha256)
            .having(func.count(func.distinct(filed_value.c.id)) > 1)
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            return frozenset(connection.scalars(statement))

    def files(self, digests: Collection[str]) -> dict[str, EvidenceFile]:
        """What is known of kept files, with their text.  Hashes are not checked here: nothing is decided by it."""
        statement = select(evidence_file).where(evidence_file.c.sha256.in_(sorted(set(digests))))
        packer = Packer()
        with clear_errors(self._engine), self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        return {
            row.sha256: EvidenceFile(
                row.sha256, row.size, row.kind, packer.unpack(row.text).decode("utf-8", "surrogatepass"), row.note
            )
            for row in rows
        }


def _replaced() -> ColumnElement[bool]:
    later = filed_value.alias("later")
    return exists().where(later.c.supersedes == filed_value.c.id)


def _standing_ids(wanted: QueueFilter) -> Select[Any]:
    statement = (
        select(filed_value.c.id)
        .join(filing, filing.c.id == filed_value.c.filing_id)
        .where(filing.c.city == wanted.city, ~_replaced())
    )
    for column, value in (
        (filing.c.scheme, wanted.scheme),
        (filing.c.period, wanted.period),
        (filing.c.provider, wanted.provider),
        (filed_value.c.indicator, wanted.indicator),
        (filed_value.c.unit, wanted.unit),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.units is not None:
        statement = statement.where(filed_value.c.unit.in_(wanted.units))
    match wanted.state:
        case None:
            return statement
        case QueueState.NEW:
            return statement.where(~exists().where(filing_decision.c.value_id == filed_value.c.id))
        case QueueState.ACCEPTED | QueueState.RETURNED:
            outcome = FilingOutcome(wanted.state.value)
            later = filing_decision.alias("later_decision")
            last = ~exists().where(
                later.c.value_id == filing_decision.c.value_id, later.c.number > filing_decision.c.number
            )
            decided = filing_decision.c.value_id == filed_value.c.id
            return statement.join(filing_decision, decided).where(filing_decision.c.outcome == outcome.value, last)


def state_of(kept: KeptValue) -> QueueState:
    return QueueState.NEW if kept.decision is None else QueueState(kept.decision.outcome.value)
