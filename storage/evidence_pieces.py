"""Which evidence file was written for which audit, where, and what it was."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select

from records.crawl import check_aware
from records.evidence import FileKind
from storage.addresses import chunks
from storage.chain_tables import evidence_piece
from storage.database import clear_errors, transaction


@dataclass(frozen=True, slots=True)
class EvidencePiece:
    """One file, as it was when it was written."""

    audit_id: int
    folder: Path  # absolute
    name: str
    kind: FileKind
    sha256: str
    size: int
    at: datetime

    @property
    def path(self) -> Path:
        return self.folder / self.name


class EvidencePieces:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, pieces: Iterable[EvidencePiece]) -> None:
        rows = [
            {
                "audit_id": one.audit_id,
                "folder": str(one.folder),
                "name": one.name,
                "kind": one.kind.value,
                "sha256": one.sha256,
                "size": one.size,
                "at": check_aware(one.at).isoformat(timespec="seconds"),
            }
            for one in pieces
        ]
        if rows:
            with transaction(self._engine) as connection:
                connection.execute(insert(evidence_piece), rows)

    def of_audit(self, audit_id: int) -> tuple[EvidencePiece, ...]:
        """The files of an audit, in the order of writing."""
        return tuple(self._select(evidence_piece.c.audit_id == audit_id))

    def of_audits(self, audits: Iterable[int]) -> Iterator[EvidencePiece]:
        """The files of these audits."""
        for chunk in chunks(sorted(audits)):
            yield from self._select(evidence_piece.c.audit_id.in_(chunk))

    def in_folders(self, folders: Iterable[Path]) -> Iterator[EvidencePiece]:
        """The files that were written into these folders, for whichever audit."""
        for chunk in chunks(sorted({str(one) for one in folders})):
            yield from self._select(evidence_piece.c.folder.in_(chunk))

    def audits(self) -> frozenset[int]:
        """The audits for which files were written."""
        with clear_errors(self._engine), self._engine.connect() as connection:
            return frozenset(connection.scalars(select(evidence_piece.c.audit_id).distinct()))

    def all(self) -> Iterator[EvidencePiece]:
        return self._select()

    def find(self, audit_id: int, name: str, root: Path) -> Path | None:
        """Where the file ``name`` of an audit stands now; None where it is gone.

        ``root`` is the evidence folder: looked into where the folder was moved since, with a machine or a backup.
        """
        for piece in reversed(self.of_audit(audit_id)):
            if piece.name == name:
                for path in (piece.path, root / piece.folder.name / name):
                    if path.is_file():
                        return path
        return None

    def _select(self, *where: Any) -> Iterator[EvidencePiece]:
        """One after another: a city that is watched for years has more of them than memory should hold."""
        statement = select(evidence_piece).where(*where).order_by(evidence_piece.c.id)
        with clear_errors(self._engine), self._engine.connect() as connection:
            for row in connection.execute(statement.execution_options(yield_per=1000)):
                yield EvidencePiece(
                    row.audit_id, Path(row.folder), row.name, FileKind(row.kind), row.sha256, row.size,
                    datetime.fromisoformat(row.at),
                )  # fmt: skip
