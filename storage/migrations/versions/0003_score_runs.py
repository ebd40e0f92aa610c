"""Immutable score runs and reviews of findings."""

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
