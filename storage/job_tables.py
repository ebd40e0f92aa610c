"""Tables: what the console asked the worker for."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, LargeBinary, String, Table, text

from storage.tables import metadata
from storage.text import AnyText

WAITS = "state = 'waiting'"

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("argument", LargeBinary, nullable=False),  # canonical JSON
    Column("subject", AnyText, nullable=False, index=True),
    Column("once", AnyText, unique=True),  # two requests with the same word are one job
    Column("state", String(16), nullable=False),
    Column("by", AnyText, nullable=False),
    Column("unit", AnyText, index=True),
    Column("asked_at", String(40), nullable=False),
    Column("began", String(40)),
    Column("ended", String(40)),
    Column("told", AnyText, nullable=False),
    Column("progress", AnyText, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("result", LargeBinary),  # canonical JSON
    Column("holder", AnyText),  # the process that runs it
    Column("beat", String(40)),  # its last sign of life
    CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
    Index("ix_job_waiting", "id", sqlite_where=text(WAITS), postgresql_where=text(WAITS)),
)
