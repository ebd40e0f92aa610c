"""Filings of one database: recorded in one piece, never changed, read as the values that stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, insert, select, text

from records.filings import (
    Attachment,
    EvidenceFile,
    FiledValue,
    FilingDecision,
    FilingFormat,
    FilingHead,
    FilingOutcome,
)
from records.indicators import IndicatorValue, ValueSource, ValueState
from storage.database import clear_errors, transaction
from storage.decision_tables import filing_decision
from storage.encoding import Packer
from storage.evidence_store import EvidenceStore
from storage.filed_values import Cell, KeptValue, indicator_value, instant
from storage.filing_facts import pack_fact, unpack_fact
from storage.filing_tables import evidence_file, filed_value, filed_value_file, filing

# Any number: the same in every process that records into one PostgreSQL database (SQLite has one writer anyway).
_RECORDING_LOCK: Final = 7_239_515

_IN_LIST: Final = 500  # values in one list of a statement


@dataclass(frozen=True, slots=True)
class FilingSummary:
    """One accepted file."""

    id: int
    head: FilingHead
    values: int
    units: int
    standing: int  # of its values, how many no later filing of the same provider has replaced


@dataclass(frozen=True, slots=True)
class FileUse:
    """One evidence file and every row that names it."""

    sha256: str
    uses: tuple[KeptValue, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What recording did: rows taken, rows that this very file had given before, rows that replaced earlier ones."""

    filing_id: int | None  # None: there was nothing new in it
    taken: tuple[Cell, ...]
    known: tuple[KeptValue, ...]
    replaced: tuple[KeptValue, ...]


class FilingRepository:
    """Every method is one unit of work; each raises ``StorageError``.

    Whatever is read for use is checked against its hash first: ``EvidenceDamagedError`` (a ``StorageError``) where the
    file that a value came from, or a file of its evidence, is missing or changed.
    """

    def __init__(self, engine: Engine, store: EvidenceStore) -> None:
        self._engine = engine
        self.store = store

    def record(self, head: FilingHead, values: Sequence[FiledValue], files: Iterable[EvidenceFile]) -> Receipt:
        """Keep a file's values, all of them or (when anything fails) none.

        ``files`` describe the filed file itself and every attachment; their content must be in the store already.
        """
        files = tuple({one.sha256: one for one in files}.values())
        self.store.check(tuple(one.sha256 for one in files))
        packer = Packer()
        with transaction(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _RECORDING_LOCK})
            units = {one.unit for one in values}
            # a unit that files one row does not wait for the reading of everybody's
            few = (filed_value.c.unit.in_(sorted(units)),) if len(units) <= _IN_LIST else ()
            before = kept_values(connection, *_wanted(head.city, head.scheme, head.period), *few)
            standing = {kept.cell: kept for kept in before if kept.head.provider == head.provider}
            same_file = {kept.cell: kept for kept in before if _same_origin(kept.head, head)}
            known = {
                cell: same_file[cell]
                for one in values
                if (cell := (one.unit, one.indicator)) in same_file
                and same_file[cell].filed == one
                and not same_file[cell].returned  # who sends back what was sent back hands it in anew
            }
            new = [one for one in values if (one.unit, one.indicator) not in known]
            if not new:
                return Receipt(None, (), tuple(known.values()), ())
            _insert_files(connection, files, head.supplied_at, packer)
            filing_id = _insert_head(connection, head)
            replaced = [
                earlier
                for one in new
                if (earlier := _insert_value(connection, filing_id, one, standing, packer)) is not None
            ]
            cells = tuple((one.unit, one.indicator) for one in new)
            return Receipt(filing_id, cells, tuple(known.values()), tuple(replaced))

    def values(self, city: str, scheme_id: str, period: str) -> tuple[IndicatorValue, ...]:
        """What stands filed for a city, in the order of unit id and row.

        Where several providers file one row, each of them has its value here: those that give one first, and of these
        the newest first.  ``scoring_bridge.combine`` chooses, and asks where they differ.
        """
        history = self.history(scheme_id, period, city)
        standing = _standing(history)
        self.check(standing)
        stands = {kept.id for kept in standing}
        earlier: dict[tuple[Cell, str], list[KeptValue]] = {}
        for kept in history:
            if kept.id not in stands:
                earlier.setdefault((kept.cell, kept.head.provider), []).append(kept)
        ordered = sorted(standing, key=lambda one: (one.cell, _gives_none(one), -one.id))
        return tuple(indicator_value(one, earlier.get((one.cell, one.head.provider), ())) for one in ordered)

    def periods(self, city: str, scheme_id: str) -> tuple[str, ...]:
        """Every period for which something was filed."""
        query = select(filing.c.period).distinct().where(*_wanted(city, scheme_id)).order_by(filing.c.period)
        with clear_errors(self._engine), self._engine.connect() as connection:
            return tuple(connection.scalars(query))

    def standing(
        self,
        scheme_id: str | None = None,
        period: str | None = None,
        city: str | None = None,
        unit: str | None = None,
    ) -> tuple[KeptValue, ...]:
        """The newest recorded value of each unit × row × provider, oldest first, with what was decided of it.

        Hashes are not checked here.
        """
        return _standing(self.history(scheme_id, period, city, unit))

    def history(
        self,
        scheme_id: str | None = None,
        period: str | None = None,
        city: str | None = None,
        unit: str | None = None,
    ) -> tuple[KeptValue, ...]:
        """Every value that was ever recorded, oldest first.  Hashes are not checked here."""
        of_unit = (filed_value.c.unit == unit,) if unit is not None else ()
        with clear_errors(self._engine), self._engine.connect() as connection:
            return kept_values(connection, *_wanted(city, scheme_id, period), *of_unit)

    def filings(self, scheme_id: str | None = None, period: str | None = None) -> tuple[FilingSummary, ...]:
        """Accepted files, oldest first."""
        kept = self.history(scheme_id, period)
        standing = {one.id for one in _standing(kept)}
        by_filing: dict[int, list[KeptValue]] = {}
        for one in kept:
            by_filing.setdefault(one.filing_id, []).append(one)
        return tuple(
            FilingSummary(
                number,
                ones[0].head,
                len(ones),
                len({one.filed.unit for one in ones}),
                sum(one.id in standing for one in ones),
            )
            for number, ones in sorted(by_filing.items())
        )

    def shared_files(self) -> tuple[FileUse, ...]:
        """Evidence files that more than one unit or row stands on, in any period; replaced values do not count."""
        replaced = select(filed_value.c.supersedes).where(filed_value.c.supersedes.is_not(None))
        several = (
            select(filed_value_file.c.sha256)
            .where(filed_value_file.c.value_id.not_in(replaced))
            .group_by(filed_value_file.c.sha256)
            .having(func.count(func.distinct(filed_value_file.c.value_id)) > 1)
        )
        naming = select(filed_value_file.c.value_id).where(filed_value_file.c.sha256.in_(several))
        with clear_errors(self._engine), self._engine.connect() as connection:
            shared = set(connection.scalars(several))
            kept = kept_values(connection, filed_value.c.id.in_(naming), filed_value.c.id.not_in(replaced))
        uses: dict[str, dict[int, KeptValue]] = {}
        for one in kept:
            for attachment in one.filed.attachments:
                if attachment.sha256 in shared:
                    uses.setdefault(attachment.sha256, {})[one.id] = one
        return tuple(FileUse(digest, tuple(by.values())) for digest, by in sorted(uses.items()))

    def evidence(self, sha256: str) -> EvidenceFile | None:
        """What is known of one kept file; its hash is checked."""
        with clear_errors(self._engine), self._engine.connect() as connection:
            row = connection.execute(select(evidence_file).where(evidence_file.c.sha256 == sha256)).first()
        if row is None:
            return None
        self.store.check((sha256,))
        body = Packer().unpack(row.text).decode("utf-8", "surrogatepass")
        return EvidenceFile(row.sha256, row.size, row.kind, body, row.note)

    def verify(self) -> tuple[int, tuple[str, ...]]:
        """How many files there are, and a Chinese clause for each that is missing or changed."""
        with clear_errors(self._engine), self._engine.connect() as connection:
            digests = tuple(connection.scalars(select(evidence_file.c.sha256).order_by(evidence_file.c.sha256)))
        return len(digests), self.store.faults(digests)

    def check(self, values: Iterable[KeptValue]) -> None:
        """Hash again what the values came from and stand on; ``EvidenceDamagedError``."""
        digests: dict[str, None] = {}
        for kept in values:
            digests[kept.head.file_sha256] = None
            digests.update((attachment.sha256, None) for attachment in kept.filed.attachments)
        self.store.check(tuple(digests))


def _wanted(
    city: str | None = None, scheme_id: str | None = None, period: str | None = None
) -> tuple[ColumnElement[bool], ...]:
    given = ((filing.c.city, city), (filing.c.scheme, scheme_id), (filing.c.period, period))
    return tuple(column == wanted for column, wanted in given if wanted is not None)


def _standing(history: Iterable[KeptValue]) -> tuple[KeptValue, ...]:
    newest = {
        (kept.head.city, kept.head.scheme, kept.head.period, kept.cell, kept.head.provider): kept for kept in history
    }
    return tuple(sorted(newest.values(), key=lambda kept: kept.id))


def _gives_none(kept: KeptValue) -> bool:
    return kept.returned or kept.filed.state is not ValueState.SUPPLIED


def _same_origin(one: FilingHead, other: FilingHead) -> bool:
    return (one.file_sha256, one.provider) == (other.file_sha256, other.provider)


def _insert_files(connection: Connection, files: Sequence[EvidenceFile], at: datetime, packer: Packer) -> None:
    digests = [one.sha256 for one in files]
    there: set[str] = set()
    for start in range(0, len(digests), _IN_LIST):
        some = evidence_file.c.sha256.in_(digests[start : start + _IN_LIST])
        there.update(connection.scalars(select(evidence_file.c.sha256).where(some)))
    rows = [
        {
            "sha256": one.sha256,
            "size": one.size,
            "kind": one.kind,
            "kept_at": instant(at),
            "text": packer.pack(one.text.encode("utf-8", "surrogatepass")),
            "note": one.note,
        }
        for one in files
        if one.sha256 not in there
    ]
    if rows:
        connection.execute(insert(evidence_file), rows)


def _insert_head(connection: Connection, head: FilingHead) -> int:
    made = connection.execute(
        insert(filing)
        .values(
            scheme=head.scheme,
            scheme_version=head.scheme_version,
            scheme_sha256=head.scheme_sha256,
            period=head.period,
            provider=head.provider,
            source=head.source.value,
            city=head.city,
            template=head.template,
            file_name=head.file_name,
            file_sha256=head.file_sha256,
            format=head.format.value,
            supplied_at=instant(head.supplied_at),
            supplied_by=head.supplied_by,
            effective=head.effective,
        )
        .returning(filing.c.id)
    )
    number: int = made.scalar_one()
    return number


def _insert_value(
    connection: Connection, filing_id: int, one: FiledValue, standing: Mapping[Cell, KeptValue], packer: Packer
) -> KeptValue | None:
    earlier = standing.get((one.unit, one.indicator))
    made = connection.execute(
        insert(filed_value)
        .values(
            filing_id=filing_id,
            unit=one.unit,
            indicator=one.indicator,
            state=one.state.value,
            supersedes=earlier.id if earlier is not None else None,
            fact=packer.pack(pack_fact(one)),
        )
        .returning(filed_value.c.id)
    )
    value_id = made.scalar_one()
    rows = [
        {"value_id": value_id, "position": place, "sha256": file.sha256, "name": file.name, "note": file.note}
        for place, file in enumerate(one.attachments)
    ]
    if rows:
        connection.execute(insert(filed_value_file), rows)
    return earlier


def kept_values(connection: Connection, *wanted: Any) -> tuple[KeptValue, ...]:
    """The values of which all of ``wanted`` holds, oldest first: conditions on ``filed_value`` and ``filing``."""
    joined = filed_value.join(filing, filing.c.id == filed_value.c.filing_id)
    named = (
        select(filed_value_file)
        .join(filed_value, filed_value.c.id == filed_value_file.c.value_id)
        .join(filing, filing.c.id == filed_value.c.filing_id)
        .where(*wanted)
        .order_by(filed_value_file.c.value_id, filed_value_file.c.position)
    )
    attachments: dict[int, list[Attachment]] = {}
    for row in connection.execute(named):
        attachments.setdefault(row.value_id, []).append(Attachment(row.name, row.sha256, row.note))
    decided = (
        select(filing_decision)
        .join(filed_value, filed_value.c.id == filing_decision.c.value_id)
        .join(filing, filing.c.id == filed_value.c.filing_id)
        .where(*wanted)
        .order_by(filing_decision.c.value_id, filing_decision.c.number)
    )
    decisions = {row.value_id: decision_of(row) for row in connection.execute(decided)}  # the last one holds
    rows = connection.execute(
        select(filed_value.c.id.label("value_id"), filed_value.c.supersedes, filed_value.c.fact, filing.c.id, *_HEAD)
        .select_from(joined)
        .where(*wanted)
        .order_by(filed_value.c.id)
    )
    packer = Packer()
    heads: dict[int, FilingHead] = {}
    found: list[KeptValue] = []
    for row in rows:
        head = heads.setdefault(row.id, _head(row)) if row.id not in heads else heads[row.id]
        filed = unpack_fact(packer.unpack(row.fact))
        filed = replace(filed, attachments=tuple(attachments.get(row.value_id, ())))
        found.append(KeptValue(row.value_id, row.id, head, filed, row.supersedes, decisions.get(row.value_id)))
    return tuple(found)


def decision_of(row: Any) -> FilingDecision:
    """A row of the table of decisions."""
    return FilingDecision(
        row.value_id,
        row.number,
        FilingOutcome(row.outcome),
        row.reason,
        row.by,
        datetime.fromisoformat(row.at),
    )


_HEAD: Final = tuple(column for column in filing.c if column.name != "id")


def _head(row: Row[Any]) -> FilingHead:
    effective: date | None = row.effective
    return FilingHead(
        scheme=row.scheme,
        scheme_version=row.scheme_version,
        scheme_sha256=row.scheme_sha256,
        period=row.period,
        provider=row.provider,
        source=ValueSource(row.source),
        city=row.city,
        template=row.template,
        file_name=row.file_name,
        file_sha256=row.file_sha256,
        format=FilingFormat(row.format),
        supplied_at=datetime.fromisoformat(row.supplied_at),
        supplied_by=row.supplied_by,
        effective=effective,
    )
