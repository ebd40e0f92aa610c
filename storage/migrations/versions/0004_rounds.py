"""The life of a round of evaluation."""

import sqlalchemy as sa
from alembic import op

from storage.text import AnyText

revision = "0004"
down_revision: str | None = "0003"

TABLES = ("evaluation_round", "round_entry")
REFUSAL = "rounds of evaluation are never changed or deleted, only added to"


def upgrade() -> None:
    op.create_table(
        "evaluation_round",
        sa.Column("id", AnyText(), nullable=False),
        sa.Column("city", AnyText(), nullable=False),
        sa.Column("scheme", AnyText(), nullable=False),
        sa.Column("scheme_version", AnyText(), nullable=False),
        sa.Column("scheme_sha256", sa.String(64), nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("opened_at", sa.String(40), nullable=False),
        sa.Column("scheme_text", sa.LargeBinary(), nullable=False),
        sa.Column("plan", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_round")),
    )
    op.create_index(op.f("ix_evaluation_round_city_scheme_period"), "evaluation_round", ["city", "scheme", "period"])
    op.create_table(
        "round_entry",
        sa.Column("round_id", AnyText(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("by", AnyText(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["evaluation_round.id"], name=op.f("fk_round_entry_round_id")),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_round_entry")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_round_entry_number")),
    )
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
        "CREATE FUNCTION refuse_round_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    ]
    for table in TABLES:
        for name, what, each in (
            ("change", "UPDATE OR DELETE", "ROW"),
            ("truncate", "TRUNCATE", "STATEMENT"),
        ):
            guards.append(
                f"CREATE TRIGGER {table}_no_{name} BEFORE {what} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_round_change()"
            )
    return guards


def downgrade() -> None:
    op.drop_table("round_entry")
    op.drop_index(op.f("ix_evaluation_round_city_scheme_period"), table_name="evaluation_round")
    op.drop_table("evaluation_round")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_round_change()")
