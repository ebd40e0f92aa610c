"""Jobs that the console asks the worker for."""

import sqlalchemy as sa
from alembic import op

from storage.text import AnyText

revision = "0013"
down_revision: str | None = "0012"

WAITS = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("argument", sa.LargeBinary(), nullable=False),
        sa.Column("subject", AnyText(), nullable=False),
        sa.Column("once", AnyText()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("by", AnyText(), nullable=False),
        sa.Column("unit", AnyText()),
        sa.Column("asked_at", sa.String(40), nullable=False),
        sa.Column("began", sa.String(40)),
        sa.Column("ended", sa.String(40)),
        sa.Column("told", AnyText(), nullable=False),
        sa.Column("progress", AnyText(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("result", sa.LargeBinary()),
        sa.Column("holder", AnyText()),
        sa.Column("beat", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("once", name=op.f("uq_job_once")),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_job_state")),
    )
    op.create_index(op.f("ix_job_subject"), "job", ["subject"])
    op.create_index(op.f("ix_job_unit"), "job", ["unit"])
    op.create_index("ix_job_waiting", "job", ["id"], sqlite_where=WAITS, postgresql_where=WAITS)


def downgrade() -> None:
    op.drop_table("job")
