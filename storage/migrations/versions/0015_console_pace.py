"""Indexes for lists of the console: words of a hundred thousand cards, those nobody looked at, filed values by row.

The index of words is SQLite's alone: it does not read the cards to look through their words.  PostgreSQL has no room
for long words in an entry of an index, and reads cards faster.
"""

from alembic import op

revision = "0015"
down_revision: str | None = "0014"

WORDS = ["pile", "cause", "rank", "check", "severity", "life", "review", "first", "words"]


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.create_index("ix_finding_card_words", "finding_card", WORDS)
    op.create_index("ix_finding_card_review", "finding_card", ["pile", "review"])
    op.create_index(op.f("ix_filed_value_indicator"), "filed_value", ["indicator"])


def downgrade() -> None:
    op.drop_index(op.f("ix_filed_value_indicator"), "filed_value")
    op.drop_index("ix_finding_card_review", "finding_card")
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_finding_card_words", "finding_card")
