"""Tables of the news: articles with their versions and pages, verdicts, events, and the reviews of events.

Articles belong to no city, because one outlet may be read for several; whom they concern and to which event they
belong is said for each city.  Verdicts carry the hash of the model that gave them, so that another model can judge
what is kept without gathering it again.  Reviews are only ever added: an event's state is worked out from them.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
)

from storage.tables import metadata
from storage.text import AnyText

news_article = Table(
    "news_article",
    metadata,
    Column("id", String(32), primary_key=True),  # records.news_gathering.article_id
    Column("url", AnyText),
    Column("outlet", AnyText, nullable=False),  # id in the city's list; empty where it is on none
    Column("origin", String(16), nullable=False),  # how it came to us first
    Column("version", Integer, nullable=False),  # the newest
    Column("published", Date, index=True),  # of the newest version
    Column("first_seen", String(40), nullable=False),
    CheckConstraint("origin IN ('crawled', 'imported', 'portal')", name="origin"),
)

news_version = Table(
    "news_version",
    metadata,
    Column("article_id", String(32), ForeignKey("news_article.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),  # from 1
    Column("content", String(64), nullable=False, index=True),  # records.news_gathering.content_hash
    Column("seen_at", String(40), nullable=False),
    Column("fact", LargeBinary, nullable=False),  # storage.news.VersionFact
    PrimaryKeyConstraint("article_id", "version"),
)


def _version_fk() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["article_id", "version"], ["news_version.article_id", "news_version.version"], ondelete="CASCADE"
    )


news_page = Table(
    "news_page",
    metadata,
    Column("article_id", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("sha256", String(64), ForeignKey("body.sha256"), nullable=False, index=True),
    Column("rendered", Boolean, nullable=False),  # as the browser built it
    Column("fact", LargeBinary, nullable=False),  # storage.exchanges.ExchangeHead
    PrimaryKeyConstraint("article_id", "version", "position"),
    _version_fk(),
)

news_address = Table(
    "news_address",
    metadata,
    Column("key", String(64), primary_key=True),  # SHA-256 of records.news_gathering.address_key
    Column("outlet", AnyText, nullable=False),
    Column("fact", LargeBinary, nullable=False),  # KnownAddress
)

news_verdict = Table(
    "news_verdict",
    metadata,
    Column("article_id", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("model", String(64), nullable=False),  # hash of the model
    Column("judged_at", String(40), nullable=False),
    Column("fact", LargeBinary, nullable=False),  # NewsVerdict
    PrimaryKeyConstraint("article_id", "version", "model"),
    _version_fk(),
)

news_attribution = Table(
    "news_attribution",
    metadata,
    Column("city_id", String(64), nullable=False),
    Column("article_id", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("model", String(64), nullable=False),
    Column("fact", LargeBinary, nullable=False),  # Whose
    PrimaryKeyConstraint("city_id", "article_id", "version", "model"),
    ForeignKeyConstraint(
        ["article_id", "version", "model"],
        ["news_verdict.article_id", "news_verdict.version", "news_verdict.model"],
        ondelete="CASCADE",
    ),
)

news_event = Table(
    "news_event",
    metadata,
    Column("city_id", String(64), nullable=False),
    Column("id", String(64), nullable=False),
    Column("model", String(64), nullable=False),  # that judged it last
    Column("first_day", Date),
    Column("fact", LargeBinary, nullable=False),  # NewsEvent, as the program suggests it
    PrimaryKeyConstraint("city_id", "id"),
    Index(None, "city_id", "first_day"),
)

news_membership = Table(
    "news_membership",
    metadata,
    Column("city_id", String(64), nullable=False),
    Column("event_id", String(64), nullable=False),
    Column("article_id", String(32), ForeignKey("news_article.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer, nullable=False),  # 0 is the representative
    PrimaryKeyConstraint("city_id", "event_id", "article_id"),
    ForeignKeyConstraint(["city_id", "event_id"], ["news_event.city_id", "news_event.id"], ondelete="CASCADE"),
)

news_review = Table(
    "news_review",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("city_id", String(64), nullable=False),
    Column("event_id", String(64), nullable=False),  # no foreign key: a review outlives a regrouping
    Column("action", String(16), nullable=False),
    Column("by", AnyText, nullable=False),
    Column("why", AnyText, nullable=False),
    Column("at", String(40), nullable=False),
    Column("fact", LargeBinary, nullable=False),  # EventReview
    Index(None, "city_id", "event_id"),
    CheckConstraint(
        "action IN ('confirm', 'dismiss', 'relabel', 'merge', 'split', 'reattribute')",
        name="action",
    ),
)

news_undo = Table(
    "news_undo",
    metadata,
    Column("review_id", Integer, ForeignKey("news_review.id"), primary_key=True),  # a decision is taken back once
    Column("by", AnyText, nullable=False),
    Column("at", String(40), nullable=False),
)

news_note = Table(
    "news_note",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("city_id", String(64), nullable=False),
    Column("event_id", String(64), nullable=False),  # no foreign key: a note outlives a regrouping
    Column("assigned", AnyText),  # login that it is assigned to from now on, empty for nobody; absent: a comment
    Column("text", AnyText, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", String(40), nullable=False),
    Index(None, "city_id", "event_id"),
)

# Goes up by one with every change of a city's events, verdicts and reviews: whoever has read them knows by it whether
# they are still so.
news_change = Table(
    "news_change",
    metadata,
    Column("city_id", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("judged", Integer, nullable=False),  # the same of events and verdicts alone
)
