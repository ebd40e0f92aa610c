"""Verify the whole chain: manifests, files, records, and what the database keeps.  No network is asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from services.complaints.office import paper_store
from services.night_manifest import evidence_files
from services.schemes import WrongCallError
from services.verification.complaints import Told, check_complaints, told_of
from services.verification.console_log import check_console_log
from services.verification.faults import ChainFault
from services.verification.files import Counted, check_files, hash_file
from services.verification.log_witness import LogWitness
from services.verification.manifests import check_manifests
from storage.complaints import ComplaintRepository
from storage.console_log import ConsoleLog
from storage.errors import StorageError
from storage.evidence_ledger import Ledger
from storage.evidence_pieces import EvidencePieces
from storage.evidence_store import EvidenceStore
from storage.filings import FilingRepository
from storage.manifest_chain import ManifestChain
from storage.manifest_files import ManifestFiles, ManifestUnreadableError, read_link
from storage.rounds import RoundRepository
from storage.runs import RunRepository
from storage.sealed_rows import SealedRows

SCHEMA: Final = "chengjian.verify/1"


@dataclass(slots=True)
class Verification:
    """What was looked at, what does not fit (first things first), and what a reader should know."""

    folder: Path
    offline: bool
    ledger: Ledger
    counted: Counted = field(default_factory=Counted)
    rows: int = 0
    unsealed: int = 0
    faults: list[ChainFault] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # Chinese: no faults
    log: int = 0  # entries of the log of the console

    @property
    def fits(self) -> bool:
        return not self.faults


def verify_evidence_folder(
    root: Path, *, chain: ManifestChain | None, head: str | None = None, witness: LogWitness | None = None
) -> Verification:
    """Check everything below ``root``; with ``chain`` also the database, with ``witness`` the end of its log.

    ``WrongCallError`` where there is no such folder, ``StorageError`` where the database cannot be read.
    """
    if not root.is_dir():
        raise WrongCallError(f"证据目录 {root} 不存在：请用 --evidence 指明")
    ledger = Ledger(chain.database if chain is not None else None)
    done = Verification(root, chain is None, ledger)
    files = ManifestFiles(root)
    rows = {row.number: row for row in chain.rows()} if chain is not None else None
    if rows is not None and not rows and _is_strange(files, ledger.database):
        rows = None
        done.told.append("这个证据目录的清单出自另一个数据库，只核对了文件")
    done.faults += check_manifests(files, ledger, rows, head)
    _check_begun(done, rows is None)
    done.faults += check_files(root, ledger, done.counted)
    if chain is not None:
        done.faults += _check_database(chain, done)
        if witness is not None:
            done.faults += witness.faults(ConsoleLog(chain.engine), chain.database)
    _look_around(done)
    return done


def _is_strange(files: ManifestFiles, database: str | None) -> bool:
    """Whether no manifest of the folder was made with this database: a new one, or another's evidence."""
    numbers = files.numbers()
    for number in numbers:
        try:
            if read_link(files.read(number)).manifest.database == database:
                return False
        except (OSError, ManifestUnreadableError):
            continue
    return bool(numbers)


def _check_begun(done: Verification, nobody_knows: bool) -> None:
    """An evidence folder without any manifest: nothing was sealed yet, or everything is gone."""
    if done.ledger.number or done.faults:
        return
    if nobody_knows and any(True for _ in evidence_files(done.folder)):
        done.faults.append(ChainFault("manifests", "没有任何清单：从未封存过，或清单全部丢失，无从核验"))
    else:
        done.told.append("还没有封存过证据：每夜巡查结束时自动封存，也可运行 chengjian evidence seal")


def _check_database(chain: ManifestChain, done: Verification) -> Iterator[ChainFault]:
    sealed = SealedRows(chain.engine)
    for (kind, identity), listed in done.ledger.rows.items():
        done.rows += 1
        fault = sealed.fault(listed.row)
        if fault is not None:
            what = "缺失" if fault[1] == "缺失" else "与封存时不同"
            yield ChainFault(f"数据库：{kind.value} {identity}", what, *fault, since=listed.number)
    yield from _unsealed_rows(chain)
    told: Told = {}
    yield from check_console_log(_counted(ConsoleLog(chain.engine).rows(), done, told))
    yield from check_complaints(ComplaintRepository(chain.engine), paper_store(chain.root), told)
    yield from _pieces(chain, done)
    for line in FilingRepository(chain.engine, EvidenceStore(chain.root / "filings")).verify()[1]:
        yield ChainFault("filings", line)
    if done.ledger.other_rows:
        done.told.append(f"清单中有 {done.ledger.other_rows} 条出自另一个数据库，没有核对")


def _counted(entries: Iterator[Any], done: Verification, told: Told) -> Iterator[Any]:
    for entry in entries:
        done.log += 1
        if (of := told_of(entry)) is not None:
            told.setdefault(of[0], {})[of[1]] = of[2]
        yield entry


def _unsealed_rows(chain: ManifestChain) -> Iterator[ChainFault]:
    """Runs and rounds carry hashes of their own, sealed or not."""
    runs, rounds = RunRepository(chain.engine), RoundRepository(chain.engine)
    for head in runs.heads():
        try:
            runs.load(head.id)
        except StorageError as error:
            yield ChainFault(f"数据库：评分存档 {head.id}", str(error))
    for identity in rounds.ids():
        try:
            rounds.load(identity)
        except StorageError as error:
            yield ChainFault(f"数据库：评价轮次 {identity}", str(error))


def _pieces(chain: ManifestChain, done: Verification) -> Iterator[ChainFault]:
    """Files as the database knows them: those too that were written since the last manifest."""
    root = chain.root.resolve()
    outside = 0
    for piece in EvidencePieces(chain.engine).all():
        if not piece.path.is_relative_to(root):
            outside += 1
            continue
        path = piece.path.relative_to(root).as_posix()
        listed = done.ledger.files.get(path)
        if listed is not None or path in done.ledger.purged:
            if listed is not None and listed.file.sha256 != piece.sha256:
                place = f"数据库：巡查 {piece.audit_id} 的证据记录"
                yield ChainFault(
                    place, f"{path} 的校验值已被改动", listed.file.sha256, piece.sha256, since=listed.number
                )
            continue
        try:
            found, size = hash_file(piece.path)
        except OSError as error:
            yield ChainFault(path, f"读不出来：{error.strerror or error}", expected=piece.sha256)
            continue
        if (found, size) != (piece.sha256, piece.size):
            yield ChainFault(path, "在入清单之前已被改动", piece.sha256, found)
    if outside:
        done.told.append(f"{outside} 个证据文件写在证据目录之外，不在清单之内，没有核对")


def _look_around(done: Verification) -> None:
    there = [path for path, _ in evidence_files(done.folder)]
    left = [path for path in there if path in done.ledger.purged]
    done.unsealed = sum(path not in done.ledger.files and path not in done.ledger.purged for path in there)
    if done.unsealed:
        done.told.append(f"{done.unsealed} 个文件还没有进入清单（上次封存之后写入）")
    if left:
        done.told.append(f"{len(left)} 个按规定应清除的文件还在（清除中断）：运行 chengjian evidence purge 可完成")
