"""Complaints; comments on news events, decisions on them that were taken back, and how far the news have changed."""

import sqlalchemy as sa
from alembic import op

from storage.text import AnyText

revision = "0011"
down_revision: str | None = "0010"

TABLES = ("complaint", "complaint_step", "news_undo", "news_note")
REFUSAL = "complaints and decisions are never changed or deleted, only added to"


def upgrade() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("city", AnyText(), nullable=False),
        sa.Column("received", sa.Date(), nullable=False),
        sa.Column("unit", AnyText()),
        sa.Column("accused", AnyText(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", AnyText(), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.Column("complainant", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index(op.f("ix_complaint_city_received"), "complaint", ["city", "received"])
    op.create_table(
        "complaint_step",
        sa.Column("complaint_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("by", AnyText(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_step_complaint_id")),
        sa.PrimaryKeyConstraint("complaint_id", "number", name=op.f("pk_complaint_step")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_complaint_step_number")),
    )
    op.create_table(
        "complaint_standing",
        sa.Column("complaint_id", sa.String(32), nullable=False),
        sa.Column("city", AnyText(), nullable=False),
        sa.Column("standing", sa.String(16), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_standing_complaint_id")),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_complaint_standing")),
    )
    op.create_index(op.f("ix_complaint_standing_city_open"), "complaint_standing", ["city", "open"])
    op.create_table(
        "news_undo",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("by", AnyText(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["news_review.id"], name=op.f("fk_news_undo_review_id")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_news_undo")),
    )
    op.create_table(
        "news_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.String(64), nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("assigned", AnyText()),
        sa.Column("text", AnyText(), nullable=False),
        sa.Column("by", AnyText(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_note")),
    )
    op.create_index(op.f("ix_news_note_city_id_event_id"), "news_note", ["city_id", "event_id"])
    op.create_table(
        "news_change",
        sa.Column("city_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("city_id", name=op.f("pk_news_change")),
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
        "CREATE FUNCTION refuse_complaint_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    ]
    for table in TABLES:
        for name, what, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            guards.append(
                f"CREATE TRIGGER {table}_no_{name} BEFORE {what} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_complaint_change()"
            )
    return guards


def downgrade() -> None:
    op.drop_table("news_change")
    op.drop_table("news_note")
    op.drop_table("news_undo")
    op.drop_table("complaint_standing")
    op.drop_table("complaint_step")
    op.drop_table("complaint")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_complaint_change()")
