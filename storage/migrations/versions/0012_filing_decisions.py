"""Decisions on filed values, drafts and uploads of filings.

Values that were filed before have no decision: they count as they did.
"""

import sqlalchemy as sa
from alembic import op

from storage.text import AnyText

revision = "0012"
down_revision: str | None = "0011"

REFUSAL = "decisions on filings are never changed or deleted, only added to"


def upgrade() -> None:
    op.create_table(
        "filing_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("value_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reason", AnyText(), nullable=False),
        sa.Column("by", AnyText(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_decision")),
        sa.ForeignKeyConstraint(["value_id"], ["filed_value.id"], name=op.f("fk_filing_decision_value_id")),
        sa.UniqueConstraint("value_id", "number", name=op.f("uq_filing_decision_value_id_number")),
        sa.CheckConstraint("outcome IN ('accepted', 'returned')", name=op.f("ck_filing_decision_outcome")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_filing_decision_number")),
    )
    op.create_table(
        "filing_draft",
        sa.Column("city", AnyText(), nullable=False),
        sa.Column("unit", AnyText(), nullable=False),
        sa.Column("place", AnyText(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.String(40), nullable=False),
        sa.Column("saved_by", AnyText(), nullable=False),
        sa.PrimaryKeyConstraint("city", "unit", "place", name=op.f("pk_filing_draft")),
    )
    op.create_table(
        "filing_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city", AnyText(), nullable=False),
        sa.Column("unit", AnyText(), nullable=False),
        sa.Column("place", AnyText(), nullable=False),
        sa.Column("name", AnyText(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("by", AnyText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_upload")),
    )
    op.create_index(op.f("ix_filing_upload_unit_place"), "filing_upload", ["unit", "place"])
    op.create_index(op.f("ix_filing_upload_sha256"), "filing_upload", ["sha256"])
    # the queue of what is to be checked asks of every value whether a later one replaced it
    op.create_index(op.f("ix_filed_value_supersedes"), "filed_value", ["supersedes"])
    for statement in _guards(op.get_bind().dialect.name):
        op.execute(statement)


def _guards(dialect: str) -> list[str]:
    """Triggers that refuse what would change or remove a decision."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER filing_decision_no_{what.lower()} BEFORE {what} ON filing_decision "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for what in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE FUNCTION refuse_filing_decision_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        "CREATE TRIGGER filing_decision_no_change BEFORE UPDATE OR DELETE ON filing_decision "
        "FOR EACH ROW EXECUTE FUNCTION refuse_filing_decision_change()",
        "CREATE TRIGGER filing_decision_no_truncate BEFORE TRUNCATE ON filing_decision "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_filing_decision_change()",
    ]


def downgrade() -> None:
    op.drop_index(op.f("ix_filed_value_supersedes"), "filed_value")
    op.drop_table("filing_upload")
    op.drop_table("filing_draft")
    op.drop_table("filing_decision")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_filing_decision_change()")
