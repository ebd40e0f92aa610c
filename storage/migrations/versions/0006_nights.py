"""Nights of watching, sightings and the lives of findings."""

import sqlalchemy as sa
from alembic import op

from storage.text import AnyText

revision = "0006"
down_revision: str | None = "0005"

TABLES = ("night_entry", "health_check", "finding_step", "duty_entry")
REFUSAL = "what was done to a night or to a finding is never changed or deleted, only added to"


def upgrade() -> None:
    op.create_table(
        "finding_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", AnyText(), nullable=False),
        sa.Column("finding", AnyText(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("by", AnyText(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("why", AnyText(), nullable=False),
        sa.CheckConstraint(
            "step IN ('notified', 'review_asked', 'upheld', 'withdrawn', 'closed')", name=op.f("ck_finding_step_step")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_step")),
    )
    op.create_index(op.f("ix_finding_step_site_finding"), "finding_step", ["site", "finding"])
    op.create_table(
        "night",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city", AnyText(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("began", sa.String(length=40), nullable=False),
        sa.Column("ended", sa.String(length=40)),
        sa.Column("by", AnyText(), nullable=False),
        sa.Column("told", AnyText(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'paused', 'healthy', 'held', 'voided')", name=op.f("ck_night_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_night")),
    )
    op.create_index(op.f("ix_night_city_day"), "night", ["city", "day"])
    op.create_index(
        "uq_night_open_city",
        "night",
        ["city"],
        unique=True,
        sqlite_where=sa.text("state IN ('running', 'paused')"),
        postgresql_where=sa.text("state IN ('running', 'paused')"),
    )
    op.create_table(
        "suppression",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", AnyText(), nullable=False),
        sa.Column("check", AnyText()),
        sa.Column("subject", AnyText(), nullable=False),
        sa.Column("reason", AnyText(), nullable=False),
        sa.Column("owner", AnyText(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("lifted", sa.Date()),
        sa.Column("lifted_by", AnyText()),
        sa.Column("lifted_why", AnyText()),
        sa.CheckConstraint("ends >= begins", name=op.f("ck_suppression_ends")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
    )
    op.create_index(op.f("ix_suppression_site"), "suppression", ["site"])
    op.create_table(
        "worker_lock",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", AnyText(), nullable=False),
        sa.Column("since", sa.String(length=40), nullable=False),
        sa.Column("beat", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_lock")),
    )
    op.create_table(
        "worker_mark",
        sa.Column("name", AnyText(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("told", AnyText(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_mark")),
    )
    op.create_table(
        "health_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("night_id", sa.Integer(), nullable=False),
        sa.Column("name", AnyText(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("voids", sa.Boolean(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("told", AnyText(), nullable=False),
        sa.ForeignKeyConstraint(["night_id"], ["night.id"], name=op.f("fk_health_check_night_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_check")),
    )
    op.create_index(op.f("ix_health_check_night_id"), "health_check", ["night_id"])
    op.create_table(
        "night_entry",
        sa.Column("night_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("by", AnyText(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("why", AnyText(), nullable=False),
        sa.CheckConstraint(
            "state IN ('running', 'paused', 'healthy', 'held', 'voided')", name=op.f("ck_night_entry_state")
        ),
        sa.ForeignKeyConstraint(["night_id"], ["night.id"], name=op.f("fk_night_entry_night_id")),
        sa.PrimaryKeyConstraint("night_id", "number", name=op.f("pk_night_entry")),
    )
    op.create_table(
        "column_item",
        sa.Column("site", AnyText(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("column_url", AnyText(), nullable=False),
        sa.Column("url", AnyText(), nullable=False),
        sa.Column("title", AnyText(), nullable=False),
        sa.Column("claimed", sa.Date()),
        sa.Column("first_at", sa.String(length=40), nullable=False),
        sa.Column("night_id", sa.Integer()),
        sa.Column("audit_id", sa.Integer()),
        sa.Column("simhash", sa.BigInteger()),
        sa.Column("text_sha256", sa.String(length=16)),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_column_item_audit_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["night_id"], ["night.id"], name=op.f("fk_column_item_night_id")),
        sa.PrimaryKeyConstraint("site", "key", name=op.f("pk_column_item")),
    )
    op.create_index(op.f("ix_column_item_audit_id"), "column_item", ["audit_id"])
    op.create_index(op.f("ix_column_item_site_night_id"), "column_item", ["site", "night_id"])
    op.create_table(
        "column_look",
        sa.Column("site", AnyText(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_column_look_audit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site", "key", "audit_id", name=op.f("pk_column_look")),
    )
    op.create_table(
        "duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", AnyText(), nullable=False),
        sa.Column("unit", AnyText(), nullable=False),
        sa.Column("url", AnyText(), nullable=False),
        sa.Column("night_id", sa.Integer()),
        sa.Column("audit_id", sa.Integer()),
        sa.Column("opened", sa.String(length=40), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("told", AnyText(), nullable=False),
        sa.Column("closed", sa.String(length=40)),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_duty_audit_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["night_id"], ["night.id"], name=op.f("fk_duty_night_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
    )
    op.create_index(op.f("ix_duty_audit_id"), "duty", ["audit_id"])
    op.create_index(op.f("ix_duty_site"), "duty", ["site"])
    op.create_table(
        "oddity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", AnyText(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("night_id", sa.Integer()),
        sa.Column("audit_id", sa.Integer()),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_oddity_audit_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["night_id"], ["night.id"], name=op.f("fk_oddity_night_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oddity")),
        sa.UniqueConstraint("site", "key", name=op.f("uq_oddity_site_key")),
    )
    op.create_index(op.f("ix_oddity_audit_id"), "oddity", ["audit_id"])
    op.create_index(op.f("ix_oddity_site"), "oddity", ["site"])
    op.create_table(
        "portal_visit",
        sa.Column("night_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit", AnyText(), nullable=False),
        sa.Column("url", AnyText(), nullable=False),
        sa.Column("audit_id", sa.Integer()),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("began", sa.String(length=40)),
        sa.Column("ended", sa.String(length=40)),
        sa.Column("told", AnyText(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'paused', 'done', 'failed')", name=op.f("ck_portal_visit_state")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_portal_visit_audit_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["night_id"], ["night.id"], name=op.f("fk_portal_visit_night_id")),
        sa.PrimaryKeyConstraint("night_id", "position", name=op.f("pk_portal_visit")),
    )
    op.create_index(op.f("ix_portal_visit_audit_id"), "portal_visit", ["audit_id"])
    op.create_table(
        "sighted_audit",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("judged_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_sighted_audit_audit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_sighted_audit")),
    )
    op.create_table(
        "sighting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", AnyText(), nullable=False),
        sa.Column("finding", AnyText(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("band", sa.String(length=16), nullable=False),
        sa.Column("sight", sa.String(length=16), nullable=False),
        sa.Column("night_id", sa.Integer()),
        sa.Column("audit_id", sa.Integer()),
        sa.Column("told", AnyText(), nullable=False),
        sa.CheckConstraint("band IN ('office', 'evening', 'night')", name=op.f("ck_sighting_band")),
        sa.CheckConstraint("sight IN ('fault', 'healed', 'unknown')", name=op.f("ck_sighting_sight")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_sighting_audit_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["night_id"], ["night.id"], name=op.f("fk_sighting_night_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
    )
    op.create_index(op.f("ix_sighting_audit_id"), "sighting", ["audit_id"])
    op.create_index(op.f("ix_sighting_night_id"), "sighting", ["night_id"])
    op.create_index(op.f("ix_sighting_site_finding"), "sighting", ["site", "finding"])
    op.create_table(
        "watched_finding",
        sa.Column("site", AnyText(), nullable=False),
        sa.Column("finding", AnyText(), nullable=False),
        sa.Column("check", AnyText(), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("subject", AnyText(), nullable=False),
        sa.Column("seen_at", sa.String(length=40), nullable=False),
        sa.Column("audit_id", sa.Integer()),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audit.id"], name=op.f("fk_watched_finding_audit_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("site", "finding", name=op.f("pk_watched_finding")),
    )
    op.create_index(op.f("ix_watched_finding_audit_id"), "watched_finding", ["audit_id"])
    op.create_table(
        "duty_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("by", AnyText(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("note", AnyText(), nullable=False),
        sa.Column("sha256", sa.String(length=64)),
        sa.Column("name", AnyText()),
        sa.CheckConstraint("action IN ('opened', 'letter', 'looked', 'closed')", name=op.f("ck_duty_entry_action")),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_duty_entry_duty_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_entry")),
    )
    op.create_index(op.f("ix_duty_entry_duty_id"), "duty_entry", ["duty_id"])
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
        "CREATE FUNCTION refuse_night_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    ]
    for table in TABLES:
        for name, what, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            guards.append(
                f"CREATE TRIGGER {table}_no_{name} BEFORE {what} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_night_change()"
            )
    return guards


def downgrade() -> None:
    op.drop_index(op.f("ix_duty_entry_duty_id"), table_name="duty_entry")
    op.drop_table("duty_entry")
    op.drop_index(op.f("ix_watched_finding_audit_id"), table_name="watched_finding")
    op.drop_table("watched_finding")
    op.drop_index(op.f("ix_sighting_site_finding"), table_name="sighting")
    op.drop_index(op.f("ix_sighting_night_id"), table_name="sighting")
    op.drop_index(op.f("ix_sighting_audit_id"), table_name="sighting")
    op.drop_table("sighting")
    op.drop_table("sighted_audit")
    op.drop_index(op.f("ix_portal_visit_audit_id"), table_name="portal_visit")
    op.drop_table("portal_visit")
    op.drop_index(op.f("ix_oddity_site"), table_name="oddity")
    op.drop_index(op.f("ix_oddity_audit_id"), table_name="oddity")
    op.drop_table("oddity")
    op.drop_index(op.f("ix_duty_site"), table_name="duty")
    op.drop_index(op.f("ix_duty_audit_id"), table_name="duty")
    op.drop_table("duty")
    op.drop_table("column_look")
    op.drop_index(op.f("ix_column_item_site_night_id"), table_name="column_item")
    op.drop_index(op.f("ix_column_item_audit_id"), table_name="column_item")
    op.drop_table("column_item")
    op.drop_table("night_entry")
    op.drop_index(op.f("ix_health_check_night_id"), table_name="health_check")
    op.drop_table("health_check")
    op.drop_table("worker_mark")
    op.drop_table("worker_lock")
    op.drop_index(op.f("ix_suppression_site"), table_name="suppression")
    op.drop_table("suppression")
    op.drop_index(
        "uq_night_open_city",
        table_name="night",
        sqlite_where=sa.text("state IN ('running', 'paused')"),
        postgresql_where=sa.text("state IN ('running', 'paused')"),
    )
    op.drop_index(op.f("ix_night_city_day"), table_name="night")
    op.drop_table("night")
    op.drop_index(op.f("ix_finding_step_site_finding"), table_name="finding_step")
    op.drop_table("finding_step")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_night_change()")
