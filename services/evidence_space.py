"""What the evidence takes on the disk, and when what is due."""

import shutil
from dataclasses import dataclass
from datetime import date

from services.night_manifest import evidence_files, kind_of
from services.purge_evidence import Due, Terms, due_evidence
from storage.evidence_ledger import Ledger
from storage.kept_answers import KeptAnswers
from storage.manifest_chain import ManifestChain
from storage.manifest_files import UNFINISHED


@dataclass(frozen=True, slots=True)
class Space:
    """Sizes in bytes."""

    ledger: Ledger
    kinds: dict[str, tuple[int, int]]  # by kind of file: how many, bytes
    bodies: tuple[int, int]  # in the database: how many, bytes as stored
    unsealed: int
    unfinished: int  # files that a process that was killed left
    free: int  # of the disk
    due: tuple[Due, ...]
    kept: dict[str, int]  # audits by why they are kept: confirmed, rest, or until a matter is closed
    next_due: date | None


def evidence_space(chain: ManifestChain, terms: Terms, as_of: date) -> Space:
    """Raises ``StorageError``."""
    ledger = chain.ledger()
    kinds: dict[str, tuple[int, int]] = {}
    unsealed = 0
    for path, place in evidence_files(chain.root):
        kind = kind_of(path).value
        count, size = kinds.get(kind, (0, 0))
        kinds[kind] = (count + 1, size + place.stat().st_size)
        unsealed += path not in ledger.files
    kept: dict[str, int] = {}
    for one in terms.audits:
        why = one.rule if one.until is not None else "open"
        kept[why] = kept.get(why, 0) + 1
    later = [one.until for one in terms.audits if one.until is not None and not one.is_due(as_of)]
    return Space(
        ledger=ledger,
        kinds=kinds,
        bodies=KeptAnswers(chain.engine).body_bytes(),
        unsealed=unsealed,
        unfinished=sum(1 for _ in chain.root.rglob(f"*{UNFINISHED}")),
        free=shutil.disk_usage(chain.root).free,
        due=due_evidence(chain, ledger, terms, as_of),
        kept=kept,
        next_due=min(later, default=None),
    )
