"""Looks at suspects beside a paused night, pages asked again for the links on them, and what an audit says vanished.

A city may now have two open nights: one of all portals, and one of suspects.  Nights that were kept before are of all
portals; of audits that were judged before, nothing is said to have vanished.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision: str | None = "0013"

OPEN = sa.text("state IN ('running', 'paused')")


def upgrade() -> None:
    op.create_table(
        "referrer_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrer_look")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_referrer_look_audit_id"), ondelete="CASCADE"),
    )
    op.create_index(op.f("ix_referrer_look_audit_id"), "referrer_look", ["audit_id"])
    op.add_column("audit", sa.Column("vanished", sa.LargeBinary()))
    op.add_column("night", sa.Column("scope", sa.String(16), nullable=False, server_default="all"))
    op.drop_index("uq_night_open_city", table_name="night")
    op.create_index(
        "uq_night_open_city_scope", "night", ["city", "scope"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    """An open look at suspects, which the older program does not know, is ended as held: none of its tries is lost,
    and a person decides whether they count."""
    connection = op.get_bind()
    looks = connection.execute(
        sa.text("SELECT id FROM night WHERE state IN ('running', 'paused') AND scope <> 'all'")
    ).scalars()
    why, at = "数据库退回旧版本，复看没有走完", datetime.now(UTC).isoformat()
    for night in looks.all():
        connection.execute(
            sa.text("UPDATE night SET state = 'held', told = :why, ended = :at WHERE id = :night"),
            {"why": why, "at": at, "night": night},
        )
        connection.execute(
            sa.text(
                'INSERT INTO night_entry (night_id, number, state, "by", "at", why) '
                "SELECT :night, max(number) + 1, 'held', 'downgrade', :at, :why "
                "FROM night_entry WHERE night_id = :night"
            ),
            {"why": why, "at": at, "night": night},
        )
    op.drop_index("uq_night_open_city_scope", table_name="night")
    op.create_index("uq_night_open_city", "night", ["city"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_column("night", "scope")
    op.drop_column("audit", "vanished")
    op.drop_table("referrer_look")
