"""Close a night, or a day, with a manifest of everything that was kept since, chained to the one before."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from records.crawl import check_aware
from records.evidence import FileKind, Manifest, ManifestFile, ManifestKind, ManifestNight, RowKind
from services.archive_news import archive_news
from services.versions import rules_sha256
from storage.evidence_ledger import Ledger, Link
from storage.evidence_pieces import EvidencePiece, EvidencePieces
from storage.manifest_chain import ManifestChain
from storage.manifest_files import FOLDER, UNFINISHED, EvidenceWriteError
from storage.news_exchanges import NewsExchanges
from storage.nights import NightRepository
from storage.sealed_rows import SealedRows

_CHUNK: Final = 1 << 20
_STORES: Final = {
    "filings": FileKind.FILED,
    "rounds": FileKind.MATERIAL,
    "looks": FileKind.MATERIAL,
    "complaints": FileKind.MATERIAL,
}
_SUFFIXES: Final = {
    ".warc.gz": FileKind.WARC,
    ".png": FileKind.SCREENSHOT,
    ".json.gz": FileKind.DOCUMENT,
}


@dataclass(frozen=True, slots=True)
class Sealed:
    """What closing did.  ``sha256`` is the head of the chain: what a digest or a report prints, to stand outside."""

    manifest: Manifest
    sha256: str
    path: Path
    told: tuple[str, ...] = ()  # Chinese: what was not as it should be
    new: bool = True  # False: the night had been closed, and nothing came since


def close_night(night_id: int, *, chain: ManifestChain, nights: NightRepository, program: str, now: datetime) -> Sealed:
    """Seal everything that no manifest lists yet, as of the night ``night_id``.

    Called again for a night that is closed, it answers with what stands, or seals what came since.  Raises
    ``StorageError``: nothing is lost then, and the next closing seals what this one could not.
    """
    night = nights.load(night_id)
    audits = tuple(dict.fromkeys(one.audit for one in night.visits if one.audit is not None))
    about = ManifestNight(night.id, night.city, night.day, night.state.value, audits)
    sealed = _seal(chain, ManifestKind.NIGHT, about, program, now)
    if sealed is None:  # closed before, with nothing new
        number = chain.ledger().nights[night_id]
        link = chain.link(number)
        assert link is not None  # noqa: S101  the ledger was read from it
        return Sealed(link.manifest, link.sha256, chain.files.path(number), new=False)
    return sealed


def close_day(*, chain: ManifestChain, program: str, now: datetime) -> Sealed | None:
    """Seal what came outside a night: audits on demand, filings, reviews, runs.  None where nothing is new."""
    return _seal(chain, ManifestKind.DAY, None, program, now)


def unsealed(chain: ManifestChain, ledger: Ledger) -> tuple[str, ...]:
    """Paths of files that no manifest lists yet."""
    return tuple(path for path, _ in evidence_files(chain.root) if path not in ledger.files)


def _seal(
    chain: ManifestChain, kind: ManifestKind, night: ManifestNight | None, program: str, now: datetime
) -> Sealed | None:
    check_aware(now)
    told: list[str] = []

    def make(ledger: Ledger) -> Manifest | None:
        written = EvidencePieces(chain.engine)
        new = {audit for audit in written.audits() if (RowKind.FINDINGS, str(audit)) not in ledger.rows}
        pieces = {one.path: one for one in written.of_audits(new)}
        rows = SealedRows(chain.engine).new(ledger)
        told.extend(archive_news(NewsExchanges(chain.engine), rows, chain.root, program=program))
        files = tuple(_new_files(chain.root, ledger, pieces, told))
        closed = night is not None and night.id in ledger.nights
        if not files and not rows and (night is None or closed):
            return None
        if ledger.made_at is not None and now < ledger.made_at:
            told.append(f"现在的时间 {now:%Y-%m-%d %H:%M} 早于上一份清单的 {ledger.made_at:%Y-%m-%d %H:%M}：请检查时钟")
        return Manifest(
            number=ledger.number + 1,
            previous=ledger.head,
            made_at=now,
            kind=kind,
            database=ledger.database or "",
            program=program,
            rules=rules_sha256(),
            night=night,
            files=files,
            rows=rows,
        )

    link = chain.append(make)
    return None if link is None else _sealed(chain, link, told)


def _sealed(chain: ManifestChain, link: Link, told: list[str]) -> Sealed:
    return Sealed(link.manifest, link.sha256, chain.files.path(link.manifest.number), tuple(told))


def _new_files(
    root: Path, ledger: Ledger, pieces: Mapping[Path, EvidencePiece], told: list[str]
) -> Iterator[ManifestFile]:
    there = dict(evidence_files(root))
    written = {_below(root, path): piece for path, piece in pieces.items() if _below(root, path)}
    for path in sorted({*there, *written}):
        if path in ledger.files:
            continue
        piece = written.get(path)
        found = _hash_of(there[path]) if path in there else None
        if path in ledger.purged and (found is None or found[0] == ledger.purged[path][0].sha256):
            continue  # gone by rule, or left by a purge that was killed
        if piece is None:
            assert found is not None  # noqa: S101  it came from the folder
            yield ManifestFile(path, *found, kind_of(path))
            continue
        # The hash of the writing is sealed, not that of today: what was altered meanwhile is found for ever.
        if found is None:
            told.append(f"证据文件 {path} 在入清单之前已缺失（巡查 {piece.audit_id}，{piece.at:%Y-%m-%d %H:%M} 写入）")
        elif found != (piece.sha256, piece.size):
            told.append(
                f"证据文件 {path} 在入清单之前已被改动（巡查 {piece.audit_id}）：应为 {piece.sha256}，实为 {found[0]}"
            )
        yield ManifestFile(path, piece.sha256, piece.size, piece.kind, piece.audit_id)


def evidence_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Every whole file of the evidence folder, without the manifests, by its path below the folder with ``/``."""

    def refuse(error: OSError) -> None:
        raise EvidenceWriteError(f"读不了证据目录 {error.filename}：{error.strerror or error}，请检查权限") from error

    if not root.is_dir():
        return
    for here, folders, names in os.walk(root, onerror=refuse):
        folder = Path(here)
        if folder == root and FOLDER in folders:
            folders.remove(FOLDER)
        folders.sort()
        for name in sorted(names):
            path = folder / name
            if not name.endswith(UNFINISHED) and path.is_file():
                yield path.relative_to(root).as_posix(), path


def _below(root: Path, path: Path) -> str:
    """The path below the evidence folder, empty where it is elsewhere."""
    try:
        return path.relative_to(root.resolve()).as_posix()
    except ValueError:
        return ""


def kind_of(path: str) -> FileKind:
    """What a file is, told by where it stands and how its name ends."""
    store = path.partition("/")[0]
    if store in _STORES:
        return _STORES[store]
    return next((kind for suffix, kind in _SUFFIXES.items() if path.endswith(suffix)), FileKind.OTHER)


def _hash_of(path: Path) -> tuple[str, int]:
    hashed, size = sha256(), 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                hashed.update(chunk)
                size += len(chunk)
    except OSError as error:
        raise EvidenceWriteError(f"读不出证据文件 {path}：{error.strerror or error}，请检查权限和磁盘") from error
    return hashed.hexdigest(), size
