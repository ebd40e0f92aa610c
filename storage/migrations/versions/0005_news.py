"""Articles, verdicts, events and their reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    op.create_table(
        "news_address",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_news_address")),
    )
    op.create_table(
        "news_article",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("first_seen", sa.String(length=40), nullable=False),
        sa.CheckConstraint("origin IN ('crawled', 'imported', 'portal')", name=op.f("ck_news_article_origin")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_article")),
    )
    op.create_index("ix_news_article_published", "news_article", ["published"])
    op.create_table(
        "news_event",
        sa.Column("city_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("city_id", "id", name=op.f("pk_news_event")),
    )
    op.create_index("ix_news_event_city_id_first_day", "news_event", ["city_id", "first_day"])
    op.create_table(
        "news_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "action IN ('confirm', 'dismiss', 'relabel', 'merge', 'split', 'reattribute')",
            name=op.f("ck_news_review_action"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_review")),
    )
    op.create_index("ix_news_review_city_id_event_id", "news_review", ["city_id", "event_id"])
    op.create_table(
        "news_membership",
        sa.Column("city_id", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("article_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["news_article.id"], name=op.f("fk_news_membership_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["city_id", "event_id"],
            ["news_event.city_id", "news_event.id"],
            name=op.f("fk_news_membership_city_id_event_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("city_id", "event_id", "article_id", name=op.f("pk_news_membership")),
    )
    op.create_index("ix_news_membership_article_id", "news_membership", ["article_id"])
    op.create_table(
        "news_version",
        sa.Column("article_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.String(length=40), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["news_article.id"], name=op.f("fk_news_version_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "version", name=op.f("pk_news_version")),
    )
    op.create_index("ix_news_version_content", "news_version", ["content"])
    op.create_table(
        "news_page",
        sa.Column("article_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rendered", sa.Boolean(), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "version"],
            ["news_version.article_id", "news_version.version"],
            name=op.f("fk_news_page_article_id_version"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["sha256"], ["body.sha256"], name=op.f("fk_news_page_sha256")),
        sa.PrimaryKeyConstraint("article_id", "version", "position", name=op.f("pk_news_page")),
    )
    op.create_index("ix_news_page_sha256", "news_page", ["sha256"])
    op.create_table(
        "news_verdict",
        sa.Column("article_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("judged_at", sa.String(length=40), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "version"],
            ["news_version.article_id", "news_version.version"],
            name=op.f("fk_news_verdict_article_id_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "version", "model", name=op.f("pk_news_verdict")),
    )
    op.create_table(
        "news_attribution",
        sa.Column("city_id", sa.String(length=64), nullable=False),
        sa.Column("article_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("fact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "version", "model"],
            ["news_verdict.article_id", "news_verdict.version", "news_verdict.model"],
            name=op.f("fk_news_attribution_article_id_version_model"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("city_id", "article_id", "version", "model", name=op.f("pk_news_attribution")),
    )


def downgrade() -> None:
    for table in (
        "news_attribution",
        "news_verdict",
        "news_page",
        "news_membership",
        "news_version",
        "news_review",
        "news_event",
        "news_article",
        "news_address",
    ):
        op.drop_table(table)
