"""What units file and offices supply."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    op.create_table(
        "evidence_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("kept_at", sa.String(length=40), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_evidence_file")),
    )
    op.create_table(
        "filing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("scheme_version", sa.Text(), nullable=False),
        sa.Column("scheme_sha256", sa.String(length=64), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("supplied_at", sa.String(length=40), nullable=False),
        sa.Column("supplied_by", sa.Text(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["file_sha256"], ["evidence_file.sha256"], name=op.f("fk_filing_file_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
    )
    op.create_index("ix_filing_file_sha256", "filing", ["file_sha256"])
    op.create_index("ix_filing_scheme_period", "filing", ["scheme", "period"])
    op.create_table(
        "filed_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_filed_value_filing_id")),
        sa.ForeignKeyConstraint(["supersedes"], ["filed_value.id"], name=op.f("fk_filed_value_supersedes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filed_value")),
    )
    op.create_index("ix_filed_value_filing_id", "filed_value", ["filing_id"])
    op.create_index("ix_filed_value_unit_indicator", "filed_value", ["unit", "indicator"])
    op.create_table(
        "filed_value_file",
        sa.Column("value_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["evidence_file.sha256"], name=op.f("fk_filed_value_file_sha256")),
        sa.ForeignKeyConstraint(["value_id"], ["filed_value.id"], name=op.f("fk_filed_value_file_value_id")),
        sa.PrimaryKeyConstraint("value_id", "position", name=op.f("pk_filed_value_file")),
    )
    op.create_index("ix_filed_value_file_sha256", "filed_value_file", ["sha256"])


def downgrade() -> None:
    for table in ("filed_value_file", "filed_value", "filing", "evidence_file"):
        op.drop_table(table)
