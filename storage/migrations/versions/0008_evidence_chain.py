"""Manifests, retention and purges."""

import secrets

import sqlalchemy as sa
from alembic import op

from storage.text import AnyText

revision = "0008"
down_revision: str | None = "0007"

TABLES = ("evidence_piece", "evidence_manifest")
REFUSAL = "evidence and its manifests are never changed or deleted, only added to"


def upgrade() -> None:
    database = op.create_table(
        "evidence_database",
        sa.Column("id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_database")),
    )
    op.create_table(
        "evidence_piece",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("folder", AnyText(), nullable=False),
        sa.Column("name", AnyText(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_piece")),
    )
    op.create_index(op.f("ix_evidence_piece_audit_id"), "evidence_piece", ["audit_id"])
    op.create_table(
        "evidence_manifest",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("night", sa.Integer()),
        sa.Column("made_at", sa.String(40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_evidence_manifest")),
        sa.UniqueConstraint("sha256", name=op.f("uq_evidence_manifest_sha256")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_evidence_manifest_number")),
        sa.CheckConstraint("kind IN ('night', 'day', 'purge')", name=op.f("ck_evidence_manifest_kind")),
    )
    op.bulk_insert(database, [{"id": secrets.token_hex(16)}])
    for statement in _guards(op.get_bind().dialect.name):
        op.execute(statement)


def _guards(dialect: str) -> list[str]:
    """Triggers that refuse what would change or remove a stored row."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for table in TABLES
            for what in ("UPDATE", "DELETE")
        ]
    guards = [
        "CREATE FUNCTION refuse_evidence_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    ]
    for table in TABLES:
        for name, what, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            guards.append(
                f"CREATE TRIGGER {table}_no_{name} BEFORE {what} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_evidence_change()"
            )
    return guards


def downgrade() -> None:
    op.drop_table("evidence_manifest")
    op.drop_index(op.f("ix_evidence_piece_audit_id"), table_name="evidence_piece")
    op.drop_table("evidence_piece")
    op.drop_table("evidence_database")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_evidence_change()")
