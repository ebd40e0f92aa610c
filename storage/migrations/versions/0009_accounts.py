"""Accounts, sessions, tokens and the log of the console."""

import sqlalchemy as sa
from alembic import op

from storage.text import AnyText

revision = "0009"
down_revision: str | None = "0008"

REFUSAL = "the log of the console is never changed or deleted, only added to"


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", AnyText(), nullable=False),
        sa.Column("name", AnyText(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("unit", AnyText()),
        sa.Column("password", AnyText(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("totp", AnyText()),
        sa.Column("totp_pending", AnyText()),
        sa.Column("totp_used", sa.Integer()),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("disabled_at", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
        sa.CheckConstraint(
            "role IN ('analyst', 'unit', 'verifier', 'office', 'operator', 'auditor')", name=op.f("ck_account_role")
        ),
        sa.CheckConstraint("(role = 'unit') = (unit IS NOT NULL)", name=op.f("ck_account_unit")),
    )
    op.create_table(
        "account_session",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("began", sa.String(40), nullable=False),
        sa.Column("seen", sa.String(40), nullable=False),
        sa.Column("ends", sa.String(40), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("address", AnyText(), nullable=False),
        sa.Column("agent", AnyText(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_account_session")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_session_account_id")),
    )
    op.create_index(op.f("ix_account_session_account_id"), "account_session", ["account_id"])
    op.create_table(
        "known_browser",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("seen", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_known_browser")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_known_browser_account_id")),
    )
    op.create_index(op.f("ix_known_browser_account_id"), "known_browser", ["account_id"])
    op.create_table(
        "sign_in_gate",
        sa.Column("key", AnyText(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(40), nullable=False),
        sa.Column("until", sa.String(40)),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_gate")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", AnyText(), nullable=False),
        sa.Column("reads_only", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("ends", sa.String(40), nullable=False),
        sa.Column("used_at", sa.String(40)),
        sa.Column("revoked_at", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("sha256", name=op.f("uq_api_token_sha256")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_api_token_account_id")),
    )
    op.create_index(op.f("ix_api_token_account_id"), "api_token", ["account_id"])
    op.create_table(
        "console_log",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("by", AnyText(), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", AnyText(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_console_log")),
        sa.UniqueConstraint("sha256", name=op.f("uq_console_log_sha256")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_console_log_number")),
    )
    for column in ("at", "by", "action"):
        op.create_index(op.f(f"ix_console_log_{column}"), "console_log", [column])
    for statement in _guards(op.get_bind().dialect.name):
        op.execute(statement)


def _guards(dialect: str) -> list[str]:
    """Triggers that refuse what would change or remove an entry."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER console_log_no_{what.lower()} BEFORE {what} ON console_log "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for what in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE FUNCTION refuse_console_log_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        "CREATE TRIGGER console_log_no_change BEFORE UPDATE OR DELETE ON console_log "
        "FOR EACH ROW EXECUTE FUNCTION refuse_console_log_change()",
        "CREATE TRIGGER console_log_no_truncate BEFORE TRUNCATE ON console_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_console_log_change()",
    ]


def downgrade() -> None:
    op.drop_table("console_log")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_console_log_change()")
    op.drop_table("api_token")
    op.drop_table("sign_in_gate")
    op.drop_table("known_browser")
    op.drop_table("account_session")
    op.drop_table("account")
