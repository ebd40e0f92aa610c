"""Tables of what units file and offices supply: files, values, and the evidence that each value names.

Nothing is ever changed or deleted here: a later value for the same cell points to the one that it replaces.
"""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, PrimaryKeyConstraint, String, Table

from storage.tables import metadata
from storage.text import AnyText

evidence_file = Table(
    "evidence_file",
    metadata,
    Column("sha256", String(64), primary_key=True),  # the content is in the evidence folder under this name
    Column("size", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("kept_at", String(40), nullable=False),
    Column("text", LargeBinary, nullable=False),  # zstd of UTF-8
    Column("note", AnyText, nullable=False),
)

filing = Table(
    "filing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("scheme", AnyText, nullable=False),
    Column("scheme_version", AnyText, nullable=False),
    Column("scheme_sha256", String(64), nullable=False),
    Column("period", AnyText, nullable=False),
    Column("provider", AnyText, nullable=False),
    Column("source", String(16), nullable=False),
    Column("city", AnyText, nullable=False),
    Column("template", AnyText, nullable=False),
    Column("file_name", AnyText, nullable=False),
    Column("file_sha256", String(64), ForeignKey("evidence_file.sha256"), nullable=False, index=True),
    Column("format", String(8), nullable=False),
    Column("supplied_at", String(40), nullable=False),
    Column("supplied_by", AnyText, nullable=False),
    Column("effective", Date),
    Index(None, "scheme", "period"),
)

filed_value = Table(
    "filed_value",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("filing_id", Integer, ForeignKey("filing.id"), nullable=False, index=True),
    Column("unit", AnyText, nullable=False),
    Column("indicator", AnyText, nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("supersedes", Integer, ForeignKey("filed_value.id"), index=True),
    Column("fact", LargeBinary, nullable=False),  # FiledValue without attachments
    Index(None, "unit", "indicator"),
)

filed_value_file = Table(
    "filed_value_file",
    metadata,
    Column("value_id", Integer, ForeignKey("filed_value.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("sha256", String(64), ForeignKey("evidence_file.sha256"), nullable=False, index=True),
    Column("name", AnyText, nullable=False),
    Column("note", AnyText, nullable=False),
    PrimaryKeyConstraint("value_id", "position"),
)
