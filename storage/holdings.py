"""What the database and the evidence hold, in a few figures."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, func, select, text

from storage.account_tables import console_log
from storage.chain_tables import evidence_manifest, evidence_piece
from storage.database import address_of, clear_errors
from storage.night_tables import watched_finding
from storage.tables import audit, body


@dataclass(frozen=True, slots=True)
class Holdings:
    """Sizes in bytes."""

    database: str  # file, or address without its password
    database_bytes: int
    free: int  # of the disk on which evidence is kept
    pieces: tuple[tuple[str, int, int], ...]  # kind, files, bytes
    bodies: tuple[int, int]  # how many, bytes before compression
    audits: int
    findings: int
    log: int
    manifests: int
    head: str  # SHA-256 of the last manifest; empty where nothing was sealed
    sealed_at: datetime | None


def holdings(engine: Engine, root: Path) -> Holdings:
    """A bounded number of queries; no file is opened.  Raises ``StorageError``."""
    with clear_errors(engine), engine.connect() as connection:
        kinds = connection.execute(
            select(evidence_piece.c.kind, func.count(), func.coalesce(func.sum(evidence_piece.c.size), 0))
            .group_by(evidence_piece.c.kind)
            .order_by(evidence_piece.c.kind)
        ).all()
        bodies = connection.execute(select(func.count(), func.coalesce(func.sum(body.c.size), 0))).one()
        last = connection.execute(
            select(evidence_manifest.c.number, evidence_manifest.c.sha256, evidence_manifest.c.made_at)
            .order_by(evidence_manifest.c.number.desc())
            .limit(1)
        ).first()
        counts = [
            connection.scalar(select(func.count()).select_from(one)) or 0
            for one in (audit, watched_finding, console_log)
        ]
        if engine.dialect.name == "postgresql":
            size = int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
        else:
            path = Path(engine.url.database or "")
            size = sum(one.stat().st_size for one in path.parent.glob(f"{path.name}*") if one.is_file())
    there = next((one for one in (root, *root.parents) if one.exists()), Path("/"))
    return Holdings(
        database=address_of(engine),
        database_bytes=size,
        free=shutil.disk_usage(there).free,
        pieces=tuple((str(row[0]), int(row[1]), int(row[2])) for row in kinds),
        bodies=(int(bodies[0]), int(bodies[1])),
        audits=counts[0],
        findings=counts[1],
        log=counts[2],
        manifests=last.number if last is not None else 0,
        head=last.sha256 if last is not None else "",
        sealed_at=datetime.fromisoformat(last.made_at) if last is not None else None,
    )
