"""Tables: immutable score runs, and reviews of findings.

Both are only ever added to: triggers of the database (migration 0003) refuse every change and every deletion.
"""

from sqlalchemy import CheckConstraint, Column, Index, Integer, LargeBinary, String, Table

from storage.tables import metadata
from storage.text import AnyText

score_run = Table(
    "score_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("city", AnyText, nullable=False),
    Column("scheme", String(64), nullable=False),
    Column("scheme_version", AnyText, nullable=False),
    Column("scheme_sha256", String(64), nullable=False),
    Column("period", AnyText, nullable=False),
    Column("program", String(64), nullable=False),  # version of the program that scored
    Column("made_at", String(40), nullable=False),
    Column("inputs_sha256", String(64), nullable=False),  # of the canonical JSON before compression
    Column("result_sha256", String(64), nullable=False),
    Column("inputs", LargeBinary, nullable=False),  # services.run_document: everything that was scored, with its traces
    Column("result", LargeBinary, nullable=False),  # chengjian.scores/1
    Index(None, "city", "scheme", "period"),
)

finding_review = Table(
    "finding_review",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", AnyText, nullable=False),  # storage.audits.site_key
    Column("finding", AnyText, nullable=False),  # the stable id
    Column("state", String(16), nullable=False),  # records.review.ReviewState
    Column("why", AnyText, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", String(40), nullable=False),
    Index(None, "site", "finding"),
    CheckConstraint("state IN ('confirmed', 'dismissed', 'withdrawn')", name="state"),
)
