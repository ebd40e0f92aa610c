"""Tables: what was decided of filed values, and what a unit has begun to file and not yet handed in.

Decisions are only ever added to: triggers of migration 0012 refuse every change and every deletion.
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
    UniqueConstraint,
)

from storage.tables import metadata
from storage.text import AnyText

filing_decision = Table(
    "filing_decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("value_id", Integer, ForeignKey("filed_value.id"), nullable=False),
    Column("number", Integer, nullable=False),  # of the value's decisions, from 1: the last one holds
    Column("outcome", String(16), nullable=False),
    Column("reason", AnyText, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", String(40), nullable=False),
    UniqueConstraint("value_id", "number"),
    CheckConstraint("outcome IN ('accepted', 'returned')", name="outcome"),
    CheckConstraint("number >= 1", name="number"),
)

filing_draft = Table(
    "filing_draft",
    metadata,
    Column("city", AnyText, nullable=False),
    Column("unit", AnyText, nullable=False),
    Column("place", AnyText, nullable=False),  # what it is a draft of: filing:<round>:<row>, review:<round>:<row>
    Column("body", LargeBinary, nullable=False),  # canonical JSON: the fields of the form as they were typed
    Column("saved_at", String(40), nullable=False),
    Column("saved_by", AnyText, nullable=False),
    PrimaryKeyConstraint("city", "unit", "place"),
)

filing_upload = Table(
    "filing_upload",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("city", AnyText, nullable=False),
    Column("unit", AnyText, nullable=False),
    Column("place", AnyText, nullable=False),
    Column("name", AnyText, nullable=False),  # as the sender calls it: never a path
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", Integer, nullable=False),
    Column("kind", String(16), nullable=False),  # told by content
    Column("at", String(40), nullable=False),
    Column("by", AnyText, nullable=False),
    Index(None, "unit", "place"),
)
