"""The tables.

Addresses and anchor texts are numbered per audit and stored once; edges are integers, one compressed blob for each
page.  They are per audit, and not shared between audits, so that a crawl can number them in memory without asking the
database, and an audit can be deleted without a search for what still uses its rows.  Bodies are shared: they are
addressed by their SHA-256.

Facts that no query looks into are compressed JSON (``storage.encoding``).  Instants are ISO 8601 text with their
offset, which SQLite could not keep in a date column.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
)

from storage.text import AnyText

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _audit_id() -> Column[int]:
    return Column("audit_id", Integer, ForeignKey("audit.id", ondelete="CASCADE"), nullable=False)


site = Table(
    "site",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", AnyText, nullable=False, unique=True),  # storage.audits.site_key: one portal, however it is written
    Column("url", AnyText, nullable=False),
    Column("name", AnyText),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site_id", Integer, ForeignKey("site.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("policy", String(64), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("program", String(64), nullable=False),  # version of the program that crawled
    Column("plan", LargeBinary, nullable=False),  # CrawlPlan
    Column("started_at", String(40), nullable=False),
    Column("finished_at", String(40)),  # absent while the crawl runs, and for ever if it was killed
    Column("stopped_by", String(32)),
    Column("counts", LargeBinary),  # Counts
    Column("notes", LargeBinary),  # tuple[str, ...]
    Column("judged_at", String(40)),
    Column("complete", Boolean),
    Column("site_verdict", String(16)),
    Column("vanished", LargeBinary),  # tuple[str, ...]; absent where the judgement names none
)

address = Table(
    "address",
    metadata,
    _audit_id(),
    Column("id", Integer, nullable=False),  # from 1, in the order in which the crawl met them
    Column("digest", BigInteger, nullable=False),  # storage.addresses.digest: an address may be too long for an index
    Column("url", AnyText, nullable=False),
    PrimaryKeyConstraint("audit_id", "id"),
    Index(None, "audit_id", "digest"),
    sqlite_with_rowid=False,
)

anchor = Table(
    "anchor",
    metadata,
    _audit_id(),
    Column("id", Integer, nullable=False),  # 0 is "no text" and has no row; two numbers may have the same text
    Column("text", AnyText, nullable=False),
    PrimaryKeyConstraint("audit_id", "id"),
    sqlite_with_rowid=False,
)


def _address_fk(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["audit_id", column], ["address.audit_id", "address.id"], ondelete="CASCADE")


page_fact = Table(
    "page_fact",
    metadata,
    _audit_id(),
    Column("id", Integer, nullable=False),  # from 1, in the order in which they were read
    Column("address_id", Integer, nullable=False),
    Column("http_status", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("fact", LargeBinary, nullable=False),  # PageFact without links
    Column("edges", LargeBinary, nullable=False),  # storage.edges
    PrimaryKeyConstraint("audit_id", "id"),
    _address_fk("address_id"),
    Index(None, "audit_id", "address_id"),
)

target_fact = Table(
    "target_fact",
    metadata,
    _audit_id(),
    Column("address_id", Integer, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("fact", LargeBinary, nullable=False),  # TargetFact with its attempts
    PrimaryKeyConstraint("audit_id", "address_id"),
    _address_fk("address_id"),
)

probe = Table(
    "probe",
    metadata,
    Column("id", Integer, primary_key=True),
    _audit_id(),
    Column("fact", LargeBinary, nullable=False),  # Probe
    Index(None, "audit_id"),
)

referrer_look = Table(
    "referrer_look",
    metadata,
    Column("id", Integer, primary_key=True),
    _audit_id(),
    Column("fact", LargeBinary, nullable=False),  # ReferrerLook
    Index(None, "audit_id"),
)

body = Table(
    "body",
    metadata,
    Column("sha256", String(64), primary_key=True),  # of the bytes before compression
    Column("size", Integer, nullable=False),  # bytes before compression
    Column("content", LargeBinary, nullable=False),  # zstd
    CheckConstraint("size >= 0", name="size"),
)

exchange = Table(
    "exchange",
    metadata,
    Column("id", Integer, primary_key=True),
    _audit_id(),
    Column("address_id", Integer, nullable=False),
    Column("sha256", String(64), ForeignKey("body.sha256"), nullable=False, index=True),
    Column("fact", LargeBinary, nullable=False),  # Exchange without body
    _address_fk("address_id"),
    Index(None, "audit_id", "address_id"),
)

column_judgement = Table(
    "column_judgement",
    metadata,
    _audit_id(),
    Column("position", Integer, nullable=False),
    Column("url", AnyText, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("newest", Date),
    Column("fact", LargeBinary, nullable=False),  # ColumnJudgement
    PrimaryKeyConstraint("audit_id", "position"),
)

disclosure_judgement = Table(
    "disclosure_judgement",
    metadata,
    _audit_id(),
    Column("requirement", String(32), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("fact", LargeBinary, nullable=False),  # DisclosureJudgement
    PrimaryKeyConstraint("audit_id", "requirement"),
)

finding = Table(
    "finding",
    metadata,
    _audit_id(),
    Column("id", AnyText, nullable=False),
    Column("position", Integer, nullable=False),
    # found: in this audit; unseen: open before, and this audit could not look; gone: open before, and no longer so
    Column("state", String(8), nullable=False),
    Column("check", AnyText, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("subject", AnyText, nullable=False),
    Column("since", Date),
    Column("fact", LargeBinary, nullable=False),  # Finding
    PrimaryKeyConstraint("audit_id", "id"),
    CheckConstraint("state IN ('found', 'unseen', 'gone')", name="state"),
)
