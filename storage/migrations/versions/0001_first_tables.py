"""First tables: sites, audits, facts, bodies, judgements."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    op.create_table(
        "body",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_body_size")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_body")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("key", name=op.f("uq_site_key")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("program", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.String(length=40), nullable=False),
        sa.Column("finished_at", sa.String(length=40), nullable=True),
        sa.Column("stopped_by", sa.String(length=32), nullable=True),
        sa.Column("counts", sa.LargeBinary(), nullable=True),
        sa.Column("notes", sa.LargeBinary(), nullable=True),
        sa.Column("judged_at", sa.String(length=40), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=True),
        sa.Column("site_verdict", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_audit_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_site_id", "audit", ["site_id"])

    op.create_table(
        "address",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_address_audit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("audit_id", "id", name=op.f("pk_address")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_address_audit_id_digest", "address", ["audit_id", "digest"])

    op.create_table(
        "anchor",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_anchor_audit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("audit_id", "id", name=op.f("pk_anchor")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "column_judgement",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("newest", sa.Date(), nullable=True),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audit.id"], name=op.f("fk_column_judgement_audit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audit_id", "position", name=op.f("pk_column_judgement")),
    )
    op.create_table(
        "disclosure_judgement",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("requirement", sa.String(length=32), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audit.id"], name=op.f("fk_disclosure_judgement_audit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audit_id", "requirement", name=op.f("pk_disclosure_judgement")),
    )
    op.create_table(
        "finding",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("check", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('found', 'unseen', 'gone')", name=op.f("ck_finding_state")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_finding_audit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("audit_id", "id", name=op.f("pk_finding")),
    )
    op.create_table(
        "probe",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_probe_audit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probe")),
    )
    op.create_index("ix_probe_audit_id", "probe", ["audit_id"])

    op.create_table(
        "exchange",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id", "address_id"],
            ["address.audit_id", "address.id"],
            name=op.f("fk_exchange_audit_id_address_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_exchange_audit_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sha256"], ["body.sha256"], name=op.f("fk_exchange_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange")),
    )
    op.create_index("ix_exchange_audit_id_address_id", "exchange", ["audit_id", "address_id"])
    op.create_index("ix_exchange_sha256", "exchange", ["sha256"])

    op.create_table(
        "page_fact",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.Column("edges", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id", "address_id"],
            ["address.audit_id", "address.id"],
            name=op.f("fk_page_fact_audit_id_address_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_page_fact_audit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("audit_id", "id", name=op.f("pk_page_fact")),
    )
    op.create_index("ix_page_fact_audit_id_address_id", "page_fact", ["audit_id", "address_id"])

    op.create_table(
        "target_fact",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id", "address_id"],
            ["address.audit_id", "address.id"],
            name=op.f("fk_target_fact_audit_id_address_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_target_fact_audit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("audit_id", "address_id", name=op.f("pk_target_fact")),
    )


def downgrade() -> None:
    for table in (
        "target_fact",
        "page_fact",
        "exchange",
        "probe",
        "finding",
        "disclosure_judgement",
        "column_judgement",
        "anchor",
        "address",
        "audit",
        "site",
        "body",
    ):
        op.drop_table(table)
