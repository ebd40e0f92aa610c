"""Tables of the complaints (投诉举报): what was registered, and every step after it.

A complaint and its steps are never changed or deleted (triggers of migration 0011 refuse it); each step carries the
hash of the one before it.  Who complains stands in a column of its own that no list reads.  ``complaint_standing`` is
worked out from the steps so that lists can be made by the database; it can be made anew at any time.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
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

complaint = Table(
    "complaint",
    metadata,
    Column("id", String(32), primary_key=True),  # ts2026-0001
    Column("city", AnyText, nullable=False),
    Column("received", Date, nullable=False),
    Column("unit", AnyText),  # registry id of the accused body
    Column("accused", AnyText, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("title", AnyText, nullable=False),
    Column("fact", LargeBinary, nullable=False),  # records.complaints.Complaint
    Column("complainant", LargeBinary, nullable=False),  # records.complaints.Complainant
    Index(None, "city", "received"),
)

complaint_step = Table(
    "complaint_step",
    metadata,
    Column("complaint_id", String(32), ForeignKey("complaint.id"), nullable=False),
    Column("number", Integer, nullable=False),  # from 1
    Column("action", String(16), nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", String(40), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("fact", LargeBinary, nullable=False),  # records.complaints.Entry
    PrimaryKeyConstraint("complaint_id", "number"),
    CheckConstraint("number >= 1", name="number"),
)

complaint_standing = Table(
    "complaint_standing",
    metadata,
    Column("complaint_id", String(32), ForeignKey("complaint.id"), primary_key=True),
    Column("city", AnyText, nullable=False),
    Column("standing", String(16), nullable=False),
    Column("steps", Integer, nullable=False),
    Column("open", Integer, nullable=False),  # 1: a term may still run
    Index(None, "city", "open"),
)
