"""What a unit has begun to file: the fields of a form as they were typed, and files that were uploaded for it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select, union

from storage.canonical import canonical_json, read_canonical
from storage.database import clear_errors, dialect_of, transaction
from storage.decision_tables import filing_draft, filing_upload


@dataclass(frozen=True, slots=True)
class Draft:
    body: Mapping[str, Any]
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent and is not yet part of anything that was handed in."""

    id: int
    place: str
    name: str
    sha256: str
    size: int  # bytes
    kind: str
    at: datetime
    by: str


class FilingDrafts:
    """Drafts of one city.  Every method is one unit of work, and raises ``StorageError``."""

    def __init__(self, engine: Engine, city: str) -> None:
        self._engine = engine
        self._city = city

    def save(self, unit: str, place: str, body: Mapping[str, Any], *, by: str, at: datetime) -> None:
        """Keep the draft of a place, instead of the one that was there."""
        row = {
            "city": self._city,
            "unit": unit,
            "place": place,
            "body": canonical_json(body),
            "saved_at": at.isoformat(timespec="seconds"),
            "saved_by": by,
        }
        with transaction(self._engine) as connection:
            statement = dialect_of(connection).insert(filing_draft).values(row)
            keys = ("city", "unit", "place")
            kept = {name: statement.excluded[name] for name in row if name not in keys}
            connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=kept))

    def load(self, unit: str, place: str) -> Draft | None:
        return self.of_unit(unit, place).get(place)

    def of_unit(self, unit: str, prefix: str = "") -> dict[str, Draft]:
        """Drafts by place; ``prefix`` is how the place begins."""
        statement = select(filing_draft).where(
            filing_draft.c.city == self._city,
            filing_draft.c.unit == unit,
            filing_draft.c.place.startswith(prefix, autoescape=True),
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        return {
            row.place: Draft(read_canonical(row.body), datetime.fromisoformat(row.saved_at), row.saved_by)
            for row in rows
        }

    def discard(self, unit: str, place: str) -> None:
        mine = (filing_draft.c.city == self._city) & (filing_draft.c.unit == unit) & (filing_draft.c.place == place)
        with transaction(self._engine) as connection:
            connection.execute(delete(filing_draft).where(mine))

    def add_upload(
        self, unit: str, place: str, *, name: str, sha256: str, size: int, kind: str, by: str, at: datetime
    ) -> Upload:
        """Keep that a file was sent.  The same content under the same name for the same place is the same upload."""
        mine = (filing_upload.c.city == self._city) & (filing_upload.c.unit == unit) & (filing_upload.c.place == place)
        row = {
            "city": self._city,
            "unit": unit,
            "place": place,
            "name": name,
            "sha256": sha256,
            "size": size,
            "kind": kind,
            "at": at.isoformat(timespec="seconds"),
            "by": by,
        }
        with transaction(self._engine) as connection:
            same = select(filing_upload).where(mine, filing_upload.c.name == name, filing_upload.c.sha256 == sha256)
            known = connection.execute(same).first()
            if known is not None:
                return _upload(known)
            number = connection.execute(insert(filing_upload).values(row).returning(filing_upload.c.id)).scalar_one()
            return _upload(connection.execute(select(filing_upload).where(filing_upload.c.id == number)).one())

    def uploads(self, unit: str, prefix: str = "") -> tuple[Upload, ...]:
        """A unit's uploads, oldest first; ``prefix`` is how the place begins."""
        statement = (
            select(filing_upload)
            .where(
                filing_upload.c.city == self._city,
                filing_upload.c.unit == unit,
                filing_upload.c.place.startswith(prefix, autoescape=True),
            )
            .order_by(filing_upload.c.id)
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            return tuple(_upload(row) for row in connection.execute(statement))

    def remove_uploads(self, unit: str, ids: Collection[int]) -> tuple[str, ...]:
        """Take uploads away; answers with the hashes that no other upload of the unit names."""
        mine = (
            (filing_upload.c.city == self._city)
            & (filing_upload.c.unit == unit)
            & filing_upload.c.id.in_(sorted(set(ids)))
        )
        with transaction(self._engine) as connection:
            digests = set(connection.scalars(select(filing_upload.c.sha256).where(mine)))
            connection.execute(delete(filing_upload).where(mine))
            left = select(filing_upload.c.sha256).where(
                filing_upload.c.city == self._city,
                filing_upload.c.unit == unit,
                filing_upload.c.sha256.in_(sorted(digests)),
            )
            return tuple(sorted(digests - set(connection.scalars(left))))

    def is_named(self, unit: str, digest: str) -> bool:
        """Whether some upload of the unit has that content."""
        statement = select(filing_upload.c.id).where(
            filing_upload.c.city == self._city, filing_upload.c.unit == unit, filing_upload.c.sha256 == digest
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            return connection.execute(statement.limit(1)).first() is not None

    def places(self) -> tuple[tuple[str, str], ...]:
        """Unit and place of every draft and upload of the city."""
        found = union(
            *(select(one.c.unit, one.c.place).where(one.c.city == self._city) for one in (filing_draft, filing_upload))
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            return tuple(sorted((row.unit, row.place) for row in connection.execute(found)))

    def used(self, unit: str) -> tuple[int, int]:
        """How many files a unit has uploaded and not handed in, and their bytes."""
        statement = select(func.count(), func.coalesce(func.sum(filing_upload.c.size), 0)).where(
            filing_upload.c.city == self._city, filing_upload.c.unit == unit
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            count, size = connection.execute(statement).one()
        return int(count), int(size)


def _upload(row: Any) -> Upload:
    return Upload(row.id, row.place, row.name, row.sha256, row.size, row.kind, datetime.fromisoformat(row.at), row.by)
