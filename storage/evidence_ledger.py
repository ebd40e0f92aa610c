"""What the manifests say when they are read one after another: what stands, what was purged, what is sealed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from records.evidence import NO_PREVIOUS, Manifest, ManifestFile, ManifestRow, Purged, RowKind

ANSWERS: Final = "audit:"  # what the purged answers of an audit are called: audit:NUMBER
NEWS: Final = "news:"  # what a purged page of the news is called: news:ARTICLE/VERSION/POSITION


@dataclass(frozen=True, slots=True)
class Link:
    """A manifest with its bytes and their hash."""

    manifest: Manifest
    body: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that a manifest vouches for."""

    file: ManifestFile
    number: int  # of the manifest


@dataclass(frozen=True, slots=True)
class ListedRow:
    row: ManifestRow
    number: int


@dataclass(slots=True)
class Ledger:
    """The state after some manifests.  ``rows`` are those of ``database``; rows of another are only counted."""

    database: str | None = None
    number: int = 0
    head: str = NO_PREVIOUS
    made_at: datetime | None = None
    files: dict[str, Listed] = field(default_factory=dict)
    rows: dict[tuple[RowKind, str], ListedRow] = field(default_factory=dict)
    purged: dict[str, tuple[Purged, int]] = field(default_factory=dict)
    made: dict[int, datetime] = field(default_factory=dict)  # when each manifest was made
    nights: dict[int, int] = field(default_factory=dict)  # number of the last manifest of a night
    other_rows: int = 0
    faults: list[str] = field(default_factory=list)  # Chinese: what no honest chain says

    def add(self, link: Link) -> None:
        manifest = link.manifest
        self.number, self.head, self.made_at = manifest.number, link.sha256, manifest.made_at
        self.made[manifest.number] = manifest.made_at
        ours = self.database is not None and manifest.database == self.database
        for one in manifest.purged:
            if ours or not one.what.startswith((NEWS, ANSWERS)):
                self._purge(one, manifest.number)
        for file in manifest.files:
            if file.path in self.files:
                self.faults.append(
                    f"清单 {manifest.number} 再次列出 {file.path}，清单 {self.files[file.path].number} 已列"
                )
                continue
            self.files[file.path] = Listed(file, manifest.number)
            self.purged.pop(file.path, None)
        for row in manifest.rows:
            if ours:
                self.rows[row.kind, row.id] = ListedRow(row, manifest.number)
            else:
                self.other_rows += 1
        if manifest.night is not None and ours:
            self.nights[manifest.night.id] = manifest.number

    def _purge(self, one: Purged, number: int) -> None:
        standing = self.files.pop(one.what, None)
        if standing is not None and standing.file.sha256 != one.sha256:
            self.faults.append(f"清单 {number} 清除的 {one.what} 与清单 {standing.number} 所列的不是同一个文件")
        if one.what.startswith(NEWS):
            self.rows.pop((RowKind.NEWS_PAGE, one.what.removeprefix(NEWS)), None)
        self.purged[one.what] = (one, number)


def ledger_of(links: Iterable[Link], database: str | None = None) -> Ledger:
    ledger = Ledger(database)
    for link in links:
        ledger.add(link)
    return ledger
