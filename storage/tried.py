"""What several audits say of one address and of one finding, each with one question to the database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, and_, select

from records.crawl import PageFact, TargetFact
from records.evidence import FileKind
from records.judgement import Finding
from storage.addresses import digest
from storage.chain_tables import evidence_piece
from storage.database import clear_errors
from storage.encoding import Packer, from_json
from storage.night_tables import night
from storage.tables import address, finding, page_fact, target_fact


@dataclass(frozen=True, slots=True)
class NightWord:
    """A night, as far as a finding seen in it asks."""

    id: int
    state: str  # records.nights.NightState
    told: str


@dataclass(frozen=True, slots=True)
class FileSeen:
    """A file of evidence, as it was when it was written."""

    audit: int
    folder: Path
    name: str
    kind: FileKind
    sha256: str

    def where(self, root: Path) -> Path | None:
        """Where it stands now; ``root`` is looked into where the folder was moved since.  None: it is gone."""
        for path in (self.folder / self.name, root / self.folder.name / self.name):
            if path.is_file():
                return path
        return None


class TriedRepository:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._packer = Packer()

    def targets(self, audits: Collection[int], url: str) -> dict[int, TargetFact]:
        """What came of ``url`` in each of these audits that met it."""
        return self._by_audit(audits, url, target_fact.c.fact, target_fact, TargetFact)

    def pages(self, audits: Collection[int], url: str) -> dict[int, PageFact]:
        """How ``url`` was read in each of these audits that read it."""
        return self._by_audit(audits, url, page_fact.c.fact, page_fact, PageFact)

    def _by_audit(self, audits: Collection[int], url: str, blob: Any, table: Any, kind: type) -> dict[int, Any]:
        same = and_(table.c.audit_id == address.c.audit_id, table.c.address_id == address.c.id)
        statement = (
            select(address.c.audit_id, address.c.url, blob)
            .join(table, same)
            .where(address.c.audit_id.in_(list(audits)), address.c.digest == digest(url))
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            return {
                audit: from_json(kind, self._packer.unpack(fact))
                for audit, met, fact in connection.execute(statement)
                if met == url
            }

    def findings(self, audits: Collection[int], wanted: str) -> dict[int, Finding]:
        """The finding of that id as each of these audits said it."""
        statement = select(finding.c.audit_id, finding.c.fact).where(
            finding.c.audit_id.in_(list(audits)), finding.c.id == wanted, finding.c.state == "found"
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        return {audit: from_json(Finding, self._packer.unpack(fact)) for audit, fact in rows}

    def nights(self, numbers: Collection[int]) -> Mapping[int, NightWord]:
        statement = select(night.c.id, night.c.state, night.c.told).where(night.c.id.in_(list(numbers)))
        with clear_errors(self._engine), self._engine.connect() as connection:
            return {row.id: NightWord(*row) for row in connection.execute(statement)}

    def files(self, audits: Collection[int], names: Collection[str]) -> dict[tuple[int, str], FileSeen]:
        """The files of these names, by audit and name."""
        statement = (
            select(evidence_piece)
            .where(evidence_piece.c.audit_id.in_(list(audits)), evidence_piece.c.name.in_(list(names)))
            .order_by(evidence_piece.c.id)
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            return {
                (row.audit_id, row.name): FileSeen(
                    row.audit_id, Path(row.folder), row.name, FileKind(row.kind), row.sha256
                )
                for row in connection.execute(statement)
            }
