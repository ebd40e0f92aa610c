"""A unit answers its preliminary result (初评结果): it confirms it, or asks for review (申诉) row by row, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from records.filings import Attachment
from records.rounds import ReviewDecided, ReviewOutcome, ReviewRow
from scoring.result import IndicatorScore
from services.attachments import MOST_BYTES, AttachmentRefusedError, read_regular
from services.rounds.review_trial import try_review
from services.run_shelf import OpenedRun
from services.schemes import WrongCallError
from services.staged_files import StagedFiles
from services.unit_rounds import UnitRound
from storage.canonical import canonical_json
from storage.evidence_store import EvidenceStore
from storage.filing_drafts import Upload

OUTCOME_NAMES: Final = {ReviewOutcome.ACCEPTED: "采纳", ReviewOutcome.REFUSED: "维持初评"}


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One row that a unit wants reviewed, with what it uploaded for it."""

    indicator: str
    reason: str
    uploads: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: points before, and after where that is known."""

    decision: ReviewDecided
    before: IndicatorScore | None
    after: IndicatorScore | None
    total_before: Decimal | None
    total_after: Decimal | None
    is_final: bool  # False: worked out from the preliminary result, before the final one is made


def review_rows(
    rows: Sequence[AskedRow], staged: StagedFiles, unit: str, store: EvidenceStore
) -> tuple[ReviewRow, ...]:
    """The rows with their materials kept.  ``WrongCallError`` where a reason is missing or a file is gone."""
    if not rows:
        raise WrongCallError("没有选择任何一项：请勾选要申诉的指标并写明理由")
    if silent := [one.indicator for one in rows if not one.reason.strip()]:
        raise WrongCallError(f"指标 {'、'.join(silent)} 没有写申诉理由")
    return tuple(
        ReviewRow(
            one.indicator, one.reason.strip(), tuple(_kept(upload, staged, unit, store) for upload in one.uploads)
        )
        for one in rows
    )


def _kept(upload: Upload, staged: StagedFiles, unit: str, store: EvidenceStore) -> Attachment:
    try:
        body = read_regular(staged.path(unit, upload), MOST_BYTES, f"附件“{upload.name[:60]}”")
    except AttachmentRefusedError as refused:
        raise WrongCallError(f"{refused}；请移除后重新上传") from None
    digest = store.put(body)
    if digest != upload.sha256:
        raise WrongCallError(f"附件“{upload.name[:60]}”在上传以后有变化，请移除后重新上传")
    return Attachment(upload.name, digest)


def outcome_of(one: UnitRound, preliminary: OpenedRun, final: OpenedRun | None, indicator: str) -> Outcome | None:
    """The decision on a row with the points before and after; None while there is none."""
    decision = one.decided.get(indicator)
    if decision is None:
        return None
    unit = one.unit.id
    before, total_before = _own(preliminary, unit, indicator)
    if final is not None:
        after, total_after = _own(final, unit, indicator)
        return Outcome(decision, before, after, total_before, total_after, is_final=True)
    if decision.outcome is ReviewOutcome.REFUSED:
        return Outcome(decision, before, before, total_before, total_before, is_final=False)
    value = canonical_json(decision.value).decode("utf-8", "surrogatepass")
    trial = try_review(one.found, preliminary, unit, indicator, value)
    return Outcome(decision, trial.row_before, trial.row_after, trial.before.total, trial.after.total, is_final=False)


def _own(run: OpenedRun, unit: str, indicator: str) -> tuple[IndicatorScore | None, Decimal | None]:
    score = run.units.get(unit)
    if score is None:
        return None, None
    return next((row for row in score.indicators if row.id == indicator), None), score.total
