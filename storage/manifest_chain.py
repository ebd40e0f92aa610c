"""The chain of manifests: in the database and beside the evidence, one the copy of the other.

The database is written first, the file after it: a process that is killed between the two leaves a manifest that is
whole in the database, and the next one that appends writes the file.  A database that was restored from an older
backup, or lost, takes the manifests that it lacks from the folder.
"""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, insert, select, update

from records.evidence import NO_PREVIOUS, Manifest
from storage.chain_tables import evidence_database, evidence_manifest
from storage.database import clear_errors, transaction
from storage.errors import StorageError
from storage.evidence_ledger import Ledger, Link
from storage.manifest_files import ManifestFiles, ManifestUnreadableError, make_link, manifest_name, read_link


class ChainBrokenError(StorageError):
    """证据清单的链断了。"""


_WHAT_TO_DO = "请运行 chengjian verify 查明，从备份恢复，恢复之前不再封存证据"


class ManifestChain:
    """The chain of one evidence folder, kept in one database.  Every method raises ``StorageError``."""

    def __init__(self, root: Path, engine: Engine) -> None:
        self.root = root
        self.files = ManifestFiles(root)
        self.engine = engine

    @property
    def database(self) -> str:
        """The id of this database, by which manifests say whose rows they vouch for."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return str(connection.scalar(select(evidence_database.c.id)))

    def append(self, make: Callable[[Ledger], Manifest | None]) -> Link | None:
        """Add the manifest that ``make`` answers with; None where it has nothing to say.

        ``make`` is given everything that was sealed so far, and no other process seals meanwhile; its number and
        ``previous`` must be those that follow.  ``ChainBrokenError`` where what is there does not hold together.
        """
        with self.files.locked():
            ledger = self._sync()
            manifest = make(ledger)
            if manifest is None:
                return None
            if (manifest.number, manifest.previous) != (ledger.number + 1, ledger.head):
                raise ValueError("a manifest must follow the last one")
            link = make_link(manifest)
            self._insert([link])
            self.files.publish(link, self.files.listed())
            return link

    def ledger(self) -> Ledger:
        """Everything that was sealed so far, after the database and the folder were brought together."""
        with self.files.locked():
            return self._sync()

    def link(self, number: int) -> Link | None:
        """One manifest as the database has it."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            row = connection.execute(select(evidence_manifest).where(evidence_manifest.c.number == number)).first()
        return None if row is None else self._read(row)

    def rows(self) -> Iterator[Any]:
        """The rows as they are, by number, with nothing checked."""
        number = 0
        while True:
            statement = select(evidence_manifest).where(evidence_manifest.c.number > number)
            with clear_errors(self.engine), self.engine.connect() as connection:
                row = connection.execute(statement.order_by(evidence_manifest.c.number).limit(1)).first()
            if row is None:
                return
            yield row
            number = row.number

    def _sync(self) -> Ledger:
        """Write the files that the database has and the folder lacks, and the other way round."""
        ledger, behind = self._bring_together(self.database)
        if not behind:
            return ledger
        # The database was restored from a backup: numbers that the folder vouches for will be given once more.
        with transaction(self.engine) as connection:
            connection.execute(update(evidence_database).values(id=secrets.token_hex(16)))
        return self._bring_together(self.database)[0]

    def _bring_together(self, database: str) -> tuple[Ledger, bool]:
        """What was sealed so far, and whether the folder had manifests of this database that it had lost itself."""
        ledger, behind = Ledger(database), False
        with clear_errors(self.engine), self.engine.connect() as connection:
            last = connection.scalar(select(func.max(evidence_manifest.c.number))) or 0
        there, listed = set(self.files.numbers()), self.files.listed()
        for number in range(1, max(last, *there, 0) + 1):
            kept = self.link(number) if number <= last else None
            if kept is None and number <= last:
                raise ChainBrokenError(f"数据库缺少第 {number} 份证据清单：{_WHAT_TO_DO}")
            written = self._written(number) if number in there else None
            if kept is not None and written is not None and kept.sha256 != written.sha256:
                raise ChainBrokenError(
                    f"证据清单 {manifest_name(number)} 与数据库所记的不同（应为 {kept.sha256}，"
                    f"实为 {written.sha256}）：{_WHAT_TO_DO}"
                )
            link = kept or written
            if link is None:
                raise ChainBrokenError(f"证据清单 {manifest_name(number)} 缺失：{_WHAT_TO_DO}")
            _check_follows(link, ledger)
            if kept is None:
                self._insert([link])
                behind = behind or link.manifest.database == database
            self.files.publish(link, listed)
            ledger.add(link)
        return ledger, behind

    def _written(self, number: int) -> Link:
        try:
            return read_link(self.files.read(number))
        except OSError as error:
            raise ChainBrokenError(
                f"读不出证据清单 {self.files.path(number)}：{error.strerror or error}：{_WHAT_TO_DO}"
            ) from error
        except ManifestUnreadableError as error:
            raise ChainBrokenError(f"证据清单 {manifest_name(number)} 已损坏（{error}）：{_WHAT_TO_DO}") from error

    def _read(self, row: Any) -> Link:
        try:
            link = read_link(bytes(row.body))
        except ManifestUnreadableError as error:
            raise ChainBrokenError(f"数据库中的第 {row.number} 份证据清单已损坏：{_WHAT_TO_DO}") from error
        if link.sha256 != row.sha256 or link.manifest.number != row.number:
            raise ChainBrokenError(f"数据库中的第 {row.number} 份证据清单被改动过：{_WHAT_TO_DO}")
        return link

    def _insert(self, links: list[Link]) -> None:
        rows = [row_of(link) for link in links]
        with transaction(self.engine) as connection:
            connection.execute(insert(evidence_manifest), rows)


def row_of(link: Link) -> dict[str, Any]:
    """The row of a manifest.  Every column but the body repeats what the body says."""
    manifest = link.manifest
    return {
        "number": manifest.number,
        "sha256": link.sha256,
        "previous": manifest.previous,
        "kind": manifest.kind.value,
        "night": manifest.night.id if manifest.night is not None else None,
        "made_at": manifest.made_at.isoformat(),
        "body": link.body,
    }


def _check_follows(link: Link, before: Ledger) -> None:
    expected = before.head if before.number else NO_PREVIOUS
    if (link.manifest.number, link.manifest.previous) != (before.number + 1, expected):
        raise ChainBrokenError(f"证据清单 {manifest_name(link.manifest.number)} 接不上前一份：{_WHAT_TO_DO}")
