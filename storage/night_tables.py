"""Tables: nights, sightings and the lives of findings.

What was done to a night or to a finding (``night_entry``, ``health_check``, ``finding_step``, ``duty_entry``) is only
ever added to: triggers of migration 0006 refuse every change and every deletion.  ``night.state`` repeats the last
entry of the night's log, because a database can only keep two open nights of a city apart by a column.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
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
    UniqueConstraint,
    text,
)

from storage.tables import metadata
from storage.text import AnyText

OPEN_NIGHT = "state IN ('running', 'paused')"

_STATES = "state IN ('running', 'paused', 'healthy', 'held', 'voided')"


def _night_id(*, nullable: bool = False) -> Column[int]:
    return Column("night_id", Integer, ForeignKey("night.id"), nullable=nullable)


def _audit_id() -> Column[int]:
    """What was seen outlives the audit in which it was seen: audits are purged when their time is over."""
    return Column("audit_id", Integer, ForeignKey("audit.id", ondelete="SET NULL"), index=True)


night = Table(
    "night",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("city", AnyText, nullable=False),
    Column("day", Date, nullable=False),  # the evening on which its window opened
    Column("state", String(16), nullable=False),
    Column("began", String(40), nullable=False),
    Column("ended", String(40)),
    Column("by", AnyText, nullable=False),
    Column("told", AnyText, nullable=False),
    Index(None, "city", "day"),
    Column("scope", String(16), nullable=False, server_default="all"),  # records.watch.WindowScope
    Index(
        "uq_night_open_city_scope",
        "city",
        "scope",
        unique=True,
        sqlite_where=text(OPEN_NIGHT),
        postgresql_where=text(OPEN_NIGHT),
    ),  # one open night of all portals, and one of suspects, for each city
    CheckConstraint(_STATES, name="state"),
)  # fmt: skip

night_entry = Table(
    "night_entry",
    metadata,
    _night_id(),
    Column("number", Integer, nullable=False),  # from 1
    Column("state", String(16), nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", String(40), nullable=False),
    Column("why", AnyText, nullable=False),
    PrimaryKeyConstraint("night_id", "number"),
    CheckConstraint(_STATES, name="state"),
)

portal_visit = Table(
    "portal_visit",
    metadata,
    _night_id(),
    Column("position", Integer, nullable=False),  # from 1, in the order of the plan
    Column("unit", AnyText, nullable=False),  # registry id
    Column("url", AnyText, nullable=False),
    _audit_id(),
    Column("state", String(16), nullable=False),
    Column("began", String(40)),
    Column("ended", String(40)),
    Column("told", AnyText, nullable=False),
    PrimaryKeyConstraint("night_id", "position"),
    CheckConstraint("state IN ('waiting', 'running', 'paused', 'done', 'failed')", name="state"),
)

health_check = Table(
    "health_check",
    metadata,
    Column("id", Integer, primary_key=True),
    _night_id(),
    Column("name", AnyText, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("voids", Boolean, nullable=False),
    Column("at", String(40), nullable=False),
    Column("told", AnyText, nullable=False),
    Index(None, "night_id"),
)

worker_lock = Table(
    "worker_lock",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", AnyText, nullable=False),  # one process on one machine
    Column("since", String(40), nullable=False),
    Column("beat", String(40), nullable=False),  # its last sign of life
)

worker_mark = Table(
    "worker_mark",
    metadata,
    Column("name", AnyText, primary_key=True),  # what has to happen regularly, such as the digest of a city
    Column("at", String(40), nullable=False),
    Column("told", AnyText, nullable=False),
)

watched_finding = Table(
    "watched_finding",
    metadata,
    Column("site", AnyText, nullable=False),  # storage.audits.site_key
    Column("finding", AnyText, nullable=False),  # the stable id
    Column("check", AnyText, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("subject", AnyText, nullable=False),
    Column("seen_at", String(40), nullable=False),  # when ``fact`` was seen
    _audit_id(),
    Column("fact", LargeBinary, nullable=False),  # Finding, as it was seen last
    PrimaryKeyConstraint("site", "finding"),
)

sighting = Table(
    "sighting",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", AnyText, nullable=False),
    Column("finding", AnyText, nullable=False),
    Column("at", String(40), nullable=False),
    Column("band", String(16), nullable=False),
    Column("sight", String(16), nullable=False),
    _night_id(nullable=True),
    _audit_id(),
    Column("told", AnyText, nullable=False),
    Index(None, "site", "finding"),
    Index(None, "night_id"),
    CheckConstraint("band IN ('office', 'evening', 'night')", name="band"),
    CheckConstraint("sight IN ('fault', 'healed', 'unknown')", name="sight"),
)

sighted_audit = Table(
    "sighted_audit",
    metadata,
    Column("audit_id", Integer, ForeignKey("audit.id", ondelete="CASCADE"), primary_key=True),
    Column("judged_at", String(40), nullable=False),  # of the judgement whose findings were set against the known ones
)

finding_step = Table(
    "finding_step",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", AnyText, nullable=False),
    Column("finding", AnyText, nullable=False),
    Column("step", String(16), nullable=False),  # records.sightings.Step
    Column("by", AnyText, nullable=False),
    Column("at", String(40), nullable=False),
    Column("why", AnyText, nullable=False),
    Index(None, "site", "finding"),
    CheckConstraint("step IN ('notified', 'review_asked', 'upheld', 'withdrawn', 'closed')", name="step"),
)

suppression = Table(
    "suppression",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", AnyText, nullable=False, index=True),
    Column("check", AnyText),  # absent: every check on that address
    Column("subject", AnyText, nullable=False),  # id of a finding, or an address
    Column("reason", AnyText, nullable=False),
    Column("owner", AnyText, nullable=False),
    Column("begins", Date, nullable=False),
    Column("ends", Date, nullable=False),  # last day on which it holds
    Column("lifted", Date),  # first day on which it no longer holds
    Column("lifted_by", AnyText),
    Column("lifted_why", AnyText),
    CheckConstraint("ends >= begins", name="ends"),
)

duty = Table(
    "duty",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", AnyText, nullable=False, index=True),
    Column("unit", AnyText, nullable=False),  # registry id, empty where the portal is on no list
    Column("url", AnyText, nullable=False),
    _night_id(nullable=True),
    _audit_id(),
    Column("opened", String(40), nullable=False),
    Column("due", Date, nullable=False),  # by when a person should have looked
    Column("told", AnyText, nullable=False),  # what was asked and answered
    Column("closed", String(40)),
)

duty_entry = Table(
    "duty_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("duty_id", Integer, ForeignKey("duty.id"), nullable=False, index=True),
    Column("action", String(16), nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", String(40), nullable=False),
    Column("note", AnyText, nullable=False),
    Column("sha256", String(64)),  # of the picture, in the evidence store
    Column("name", AnyText),  # of the file that was handed in
    CheckConstraint("action IN ('opened', 'letter', 'looked', 'closed')", name="action"),
)

column_item = Table(
    "column_item",
    metadata,
    Column("site", AnyText, nullable=False),
    Column("key", String(64), nullable=False),  # SHA-256 of the column's and the item's address
    Column("column_url", AnyText, nullable=False),
    Column("url", AnyText, nullable=False),
    Column("title", AnyText, nullable=False),
    Column("claimed", Date),  # the day that it gave itself when it was first seen
    Column("first_at", String(40), nullable=False),
    _night_id(nullable=True),
    _audit_id(),
    Column("simhash", BigInteger),  # of the article's page, as a signed number; absent where it was not read
    Column("text_sha256", String(16)),  # of its visible text without digits
    PrimaryKeyConstraint("site", "key"),
    Index(None, "site", "night_id"),
)

column_look = Table(
    "column_look",
    metadata,
    Column("site", AnyText, nullable=False),
    Column("key", String(64), nullable=False),  # SHA-256 of the column's address
    Column("audit_id", Integer, ForeignKey("audit.id", ondelete="CASCADE"), nullable=False),
    Column("at", String(40), nullable=False),
    PrimaryKeyConstraint("site", "key", "audit_id"),
)

oddity = Table(
    "oddity",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", AnyText, nullable=False, index=True),
    Column("key", String(64), nullable=False),  # the same thing is told once
    Column("kind", String(16), nullable=False),
    _night_id(nullable=True),
    _audit_id(),
    Column("at", String(40), nullable=False),
    Column("fact", LargeBinary, nullable=False),  # records.oddities.Oddity
    UniqueConstraint("site", "key"),
)
