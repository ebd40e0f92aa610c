"""The rows of a review as they are written on the command line: ROW=REASON, and ROW=FILE for the materials."""

from collections.abc import Sequence
from pathlib import Path

from records.filings import Attachment
from records.rounds import ReviewRow
from services.rounds.materials import keep_material
from services.schemes import WrongCallError
from storage.evidence_store import EvidenceStore


def read_rows(reasons: Sequence[str], files: Sequence[str], store: EvidenceStore) -> tuple[ReviewRow, ...]:
    """The rows with their materials, which are kept.  WrongCallError where a word is not of that form."""
    told = [_pair(one, "--row", "指标=理由") for one in reasons]
    named = [_pair(one, "--attach", "指标=文件") for one in files]
    for indicator, _path in named:
        if indicator not in [row for row, _reason in told]:
            raise WrongCallError(f"--attach 的指标 {indicator} 没有用 --row 写明理由")
    kept: dict[str, list[Attachment]] = {}
    for indicator, path in named:
        kept.setdefault(indicator, []).append(keep_material(store, Path(path)))
    return tuple(ReviewRow(row, reason, tuple(kept.get(row, ()))) for row, reason in told)


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    left, mark, right = text.partition("=")
    if not mark or not left.strip() or not right.strip():
        raise WrongCallError(f"{option} 应写作 {form}，得到 {text!r}")
    return left.strip(), right.strip()
