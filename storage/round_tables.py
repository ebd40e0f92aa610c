"""Tables of the rounds of evaluation: what each one fixes, and its log.

Nothing is ever changed or deleted here (triggers of migration 0004 refuse it): where a round stands is worked out from
its log.  Each entry carries the SHA-256 over its own bytes and the hash of the entry before it, the first one over the
plan, so that a line that was changed behind the program's back is seen.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
)

from storage.tables import metadata
from storage.text import AnyText

evaluation_round = Table(
    "evaluation_round",
    metadata,
    Column("id", AnyText, primary_key=True),
    Column("city", AnyText, nullable=False),
    Column("scheme", AnyText, nullable=False),
    Column("scheme_version", AnyText, nullable=False),
    Column("scheme_sha256", String(64), nullable=False),
    Column("period", String(16), nullable=False),
    Column("opened_at", String(40), nullable=False),
    Column("scheme_text", LargeBinary, nullable=False),  # zstd of UTF-8: the YAML that the round was opened with
    Column("plan", LargeBinary, nullable=False),  # RoundPlan
    Index(None, "city", "scheme", "period"),
)

round_entry = Table(
    "round_entry",
    metadata,
    Column("round_id", AnyText, ForeignKey("evaluation_round.id"), nullable=False),
    Column("number", Integer, nullable=False),  # from 1
    Column("action", String(16), nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", String(40), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("fact", LargeBinary, nullable=False),  # records.rounds.Entry
    PrimaryKeyConstraint("round_id", "number"),
    CheckConstraint("number >= 1", name="number"),
)
