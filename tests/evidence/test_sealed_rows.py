"""What the database keeps and a manifest vouches for: runs, rounds, decisions, filed files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from records.evidence import FileKind, RowKind
from records.review import FindingReview, ReviewState
from records.rounds import Opened, Stage
from services.retention import load_retention
from storage.evidence_store import EvidenceStore
from storage.finding_reviews import FindingReviews
from storage.rounds import RoundRepository
from tests.evidence.evidence_builder import NOW, Watch
from tests.rounds.round_entries import PLAN, at, forward
from tests.runs.run_builder import Round

GUARDED = ("score_run", "finding_review", "round_entry", "evaluation_round")


@pytest.fixture
def scored(tmp_path: Path) -> Iterator[Watch]:
    """A run over two audits, a round that rests on it, and a decision; all of it sealed."""
    made = Round(tmp_path)
    for unit in ("qinghe", "liuwan"):
        made.audit(unit)
    run = made.score()
    rounds = RoundRepository(made.engine)
    rounds.open(PLAN, "scheme", Opened("甲", at()))
    rounds.append(PLAN.id, lambda _: forward(Stage.VERIFYING))
    rounds.append(PLAN.id, lambda _: forward(Stage.PRELIMINARY, run=run.head.id))
    made.reviews.add(FindingReview("www.qinghe.test", "x", ReviewState.DISMISSED, "看过", "甲", NOW))
    watch = Watch(made.engine, tmp_path / "evidence")
    EvidenceStore(watch.root / "filings").put(b"%PDF-1.4 x")
    watch.seal()
    with made.engine.begin() as connection:
        for table in GUARDED:
            connection.execute(text(f"DROP TRIGGER {table}_no_update"))
            connection.execute(text(f"DROP TRIGGER {table}_no_delete"))
    yield watch
    made.engine.dispose()


def test_runs_rounds_decisions_and_filed_files_are_sealed(scored: Watch) -> None:
    link = scored.chain.link(1)
    assert link is not None
    assert [(row.kind, row.id, row.count) for row in link.manifest.rows] == [
        (RowKind.FINDINGS, "1", 1),
        (RowKind.FINDINGS, "2", 1),
        (RowKind.RUN, "1", 1),
        (RowKind.ROUND, PLAN.id, 3),
        (RowKind.FINDING_REVIEWS, "finding_reviews", 1),
    ]
    assert [file.kind for file in link.manifest.files] == [FileKind.FILED]
    assert scored.verify().fits


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE score_run SET result = substr(result, 2)", "run 1"),
        ("UPDATE score_run SET program = '9'", "run 1"),
        ("UPDATE score_run SET result_sha256 = inputs_sha256, result = inputs", "run 1"),
        ("DELETE FROM score_run", "run 1"),
        ("UPDATE round_entry SET fact = (SELECT fact FROM round_entry WHERE number = 1) WHERE number = 2", PLAN.id),
        ("DELETE FROM round_entry WHERE number = 3", PLAN.id),
        ("UPDATE evaluation_round SET scheme_text = plan", PLAN.id),
        ("UPDATE finding_review SET state = 'confirmed'", "finding_reviews"),
        ("DELETE FROM finding_review", "finding_reviews"),
        ("DELETE FROM finding", ""),
    ],
)
def test_what_was_altered_behind_our_back_is_found(scored: Watch, statement: str, words: str) -> None:
    """Also where the altered rows carry hashes that fit: the manifest has the ones that they had.

    The last one alters nothing, because no audit here found anything: it is the control.
    """
    with scored.engine.begin() as connection:
        connection.execute(text(statement))
    faults = scored.verify().faults
    assert bool(faults) == bool(words)
    if words:
        assert words in faults[0].line
        assert faults[0].since == 1


def test_what_is_added_later_is_sealed_by_the_next(scored: Watch) -> None:
    """A log that grows is vouched for up to where it stood, each time."""
    RoundRepository(scored.engine).append(PLAN.id, lambda _: forward(Stage.FEEDBACK))
    FindingReviews(scored.engine).add(FindingReview("www.qinghe.test", "y", ReviewState.CONFIRMED, "", "甲", NOW))
    sealed = scored.seal()
    assert sealed is not None
    assert [(row.kind, row.count) for row in sealed.manifest.rows] == [
        (RowKind.ROUND, 4),
        (RowKind.FINDING_REVIEWS, 2),
    ]
    assert scored.verify().fits
    with scored.engine.begin() as connection:
        connection.execute(text("DELETE FROM finding_review WHERE id = 2"))
    assert [fault.place for fault in scored.verify().faults] == ["数据库：finding_reviews finding_reviews"]


def test_a_filed_file_that_was_altered_is_found_with_and_without_the_database(scored: Watch) -> None:
    [path] = [one for one in (scored.root / "filings").rglob("*") if one.is_file()]
    path.chmod(0o644)
    path.write_bytes(b"%PDF-1.4 y")
    for offline in (True, False):
        [fault] = scored.verify(offline=offline).faults
        assert fault.place == path.relative_to(scored.root).as_posix()


def test_what_a_round_that_is_not_archived_was_scored_from_is_kept(scored: Watch) -> None:
    """From the log of the round and the inputs of its run, as they are stored."""
    scored.audit("qinghe")
    scored.audit("liuwan")
    kept = {one.audit.audit_id: one for one in scored.room.terms(load_retention()).audits}
    assert [kept[number].until for number in (1, 2)] == [None, None]
    assert PLAN.id in kept[1].because
