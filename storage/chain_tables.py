"""Tables of the evidence: which file was written for which audit, and the chain of manifests.

Both are only ever added to (triggers of migration 0008 refuse every change and every deletion).  What was purged stays
named in the manifests.  No row points to an audit or a night by foreign key: a manifest outlives both.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, LargeBinary, String, Table

from storage.tables import metadata
from storage.text import AnyText

evidence_database = Table(
    "evidence_database",
    metadata,
    Column("id", String(32), primary_key=True),  # drawn once: manifests say by it which database their rows are of
)

evidence_piece = Table(
    "evidence_piece",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("audit_id", Integer, nullable=False, index=True),
    Column("folder", AnyText, nullable=False),  # absolute, as it was when the file was written
    Column("name", AnyText, nullable=False),
    Column("kind", String(16), nullable=False),  # records.evidence.FileKind
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("at", String(40), nullable=False),
)

evidence_manifest = Table(
    "evidence_manifest",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1, without gaps
    Column("sha256", String(64), nullable=False, unique=True),  # of the body
    Column("previous", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("night", Integer),
    Column("made_at", String(40), nullable=False),
    Column("body", LargeBinary, nullable=False),  # canonical JSON as it is: every byte of it is vouched for
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("kind IN ('night', 'day', 'purge')", name="kind"),
)
