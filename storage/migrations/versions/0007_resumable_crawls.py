"""What a crawl needs to go on and to come back."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"


def upgrade() -> None:
    op.create_table(
        "crawl",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("night", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("earlier", sa.Integer(), nullable=True),
        sa.Column("full_since", sa.String(length=40), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_crawl_audit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_crawl")),
    )
    op.create_index("ix_crawl_night", "crawl", ["night"])
    op.create_table(
        "met_address",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_met_address_audit_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["audit_id", "address_id"],
            ["address.audit_id", "address.id"],
            name=op.f("fk_met_address_audit_id_address_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("audit_id", "position", name=op.f("pk_met_address")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_met_address_audit_id_address_id", "met_address", ["audit_id", "address_id"])
    op.create_table(
        "address_visit",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("is_page", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.String(length=40), nullable=False),
        sa.Column("read_at", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.String(length=40), nullable=False),
        sa.Column("interval", sa.Float(), nullable=False),
        sa.Column("essence", sa.String(length=32), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.Column("found", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_address_visit_audit_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["audit_id", "address_id"],
            ["address.audit_id", "address.id"],
            name=op.f("fk_address_visit_audit_id_address_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("audit_id", "address_id", name=op.f("pk_address_visit")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("address_visit", "met_address", "crawl"):
        op.drop_table(table)
