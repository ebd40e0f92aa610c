"""Tables: what a crawl needs to go on after a break, and to come back another night."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
)

from storage.tables import metadata
from storage.text import AnyText

crawl = Table(
    "crawl",
    metadata,
    Column("audit_id", Integer, ForeignKey("audit.id", ondelete="CASCADE"), primary_key=True),
    Column("night", Integer, index=True),  # absent: by hand
    Column("unit", AnyText, nullable=False),  # of the registry; "" where none was named
    # The audit from which unchanged pages are taken over.  No foreign key: it may be purged before this one.
    Column("earlier", Integer),
    Column("full_since", String(40), nullable=False),  # when all was last read anew
    Column("state", LargeBinary),  # CrawlState; absent before the first batch
)

met_address = Table(
    "met_address",
    metadata,
    Column("audit_id", Integer, ForeignKey("audit.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),  # from 1, in the order in which the crawl met them
    Column("address_id", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("internal", Boolean, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("parent_id", Integer, nullable=False),  # 0: the address that the audit starts from
    PrimaryKeyConstraint("audit_id", "position"),
    ForeignKeyConstraint(["audit_id", "address_id"], ["address.audit_id", "address.id"], ondelete="CASCADE"),
    Index(None, "audit_id", "address_id"),
    sqlite_with_rowid=False,
)

address_visit = Table(
    "address_visit",
    metadata,
    Column("audit_id", Integer, ForeignKey("audit.id", ondelete="CASCADE"), nullable=False),
    Column("address_id", Integer, nullable=False),
    Column("role", String(16), nullable=False),
    Column("is_page", Boolean, nullable=False),
    Column("asked_at", String(40), nullable=False),
    Column("read_at", String(40), nullable=False),
    Column("changed_at", String(40), nullable=False),
    Column("interval", Float, nullable=False),  # days
    Column("essence", String(32), nullable=False),
    Column("etag", AnyText),
    Column("last_modified", AnyText),
    Column("visits", Integer, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("links", Integer, nullable=False),
    Column("found", LargeBinary),  # JSON array of addresses
    PrimaryKeyConstraint("audit_id", "address_id"),
    ForeignKeyConstraint(["audit_id", "address_id"], ["address.audit_id", "address.id"], ondelete="CASCADE"),
    sqlite_with_rowid=False,
)
